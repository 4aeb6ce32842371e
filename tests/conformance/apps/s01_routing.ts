import { Flagon, request } from '../../../lib/index.ts'
import { BaseConverter } from '../../../lib/routing/index.ts'
import type { RouteOptions } from '../../../lib/scaffold.ts'

/** red+green -> ['red', 'green'] */
class PlusList extends BaseConverter {
  override to_python(value: string): string[] {
    return value.split('+')
  }

  override to_url(values: string[]): string {
    return values.map((value) => super.to_url(value)).join('+')
  }
}

/** Rules, converters, priorities, slashes, methods and what a miss answers. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.url_map.converters['plus'] = PlusList

  function show(endpoint: string, rule: string, options: RouteOptions = {}): void {
    const view = (args: Record<string, unknown>): string => {
      const text = (value: unknown): string => (Array.isArray(value) ? value.join('|') : String(value))
      const pairs = Object.keys(args)
        .sort()
        .map((name) => `${name}=${text(args[name])}`)
      return `${endpoint}(${pairs.join(', ')})`
    }
    app.add_url_rule(rule, endpoint, view, options)
  }

  show('index', '/')
  show('user', '/user/<name>')
  show('me', '/user/me')
  show('post', '/post/<int:post_id>')
  show('post_slug', '/post/<slug>')
  show('price', '/price/<float:amount>')
  show('file', '/files/<path:sub>')
  show('file_edit', '/files/<path:sub>/edit')
  show('ident', '/id/<uuid:ident>')
  show('pick', '/pick/<any(red, green, blue):color>')
  show('code', '/code/<string(length=2):code>')
  show('short', '/short/<string(minlength=3, maxlength=5):word>')
  show('range', '/range/<int(min=10, max=20):n>')
  show('fixed', '/fixed/<int(fixed_digits=4):n>')
  show('signed', '/signed/<int(signed=True):n>')
  show('signedf', '/signedf/<float(signed=True):n>')
  show('colors', '/colors/<plus:names>')
  show('projects', '/projects/')
  show('project', '/projects/<int:pid>/')
  show('about', '/about')
  show('loose', '/loose', { strict_slashes: false })
  show('looser', '/looser/', { strict_slashes: false })
  show('dash', '/pair/<a>-<b>.html')
  show('year', '/<int:year>/<int:month>')
  show('page', '/pages/', { defaults: { page: 1 } })
  app.add_url_rule('/pages/<int:page>', 'page', app.view_functions['page'])
  show('both', '/both', { methods: ['GET', 'POST'] })
  show('only_post', '/only-post', { methods: ['POST'] })
  show('put', '/thing/<int:n>', { methods: ['PUT'] })
  show('patch', '/thing/<int:n>/part', { methods: ['PATCH', 'DELETE'] })
  show('unicode', '/游客/<name>')
  show('catch', '/any/<path:rest>', { methods: ['GET'] })
  show('no_options', '/no-options', { provide_automatic_options: false })

  app.route('/old/<int:n>')(function old({ n }) {
    return `old ${n}`
  })

  app.route('/seen')(function seen() {
    return `${request.endpoint} ${request.url_rule} ${Object.keys(request.view_args ?? {}).length}`
  })

  return app
}
