import { abort, after_this_request, Blueprint, Flagon, jsonify, make_response, request } from '../../../lib/index.ts'
import type { Question } from './questions.ts'

class Stop extends Error {}

/** The order of hooks on an app, a blueprint and one nested in it, with early answers and errors. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  const log: string[] = []
  const outer = new Blueprint('outer', import.meta.url, { url_prefix: '/outer' })
  const inner = new Blueprint('inner', import.meta.url, { url_prefix: '/inner/<int:n>' })

  function hook(target: Flagon | Blueprint, name: string): void {
    target.url_value_preprocessor(function preprocess(endpoint, values) {
      log.push(`values ${name} ${endpoint ?? 'None'} ${Object.keys(values ?? {}).join()}`)
    })

    target.before_request(function before() {
      log.push(`before ${name}`)
      if (request.args.get('early') === name) return make_response(`early from ${name}`, 203)
      if (request.args.get('fail') === `before-${name}`) throw new Stop(name)
      return undefined
    })

    target.after_request(function after(response) {
      log.push(`after ${name} ${response.status_code}`)
      if (request.args.get('fail') === `after-${name}`) throw new Stop(name)
      response.headers.add('X-After', name)
      return response
    })

    target.after_request(function after_second(response) {
      log.push(`second ${name}`)
      return response
    })

    target.teardown_request(function teardown(error) {
      log.push(`teardown ${name} ${error === undefined ? '' : (error as object).constructor.name}`)
    })
  }

  hook(app, 'app')
  hook(outer, 'outer')
  hook(inner, 'inner')

  outer.before_app_request(function before_all() {
    log.push('before all')
  })

  inner.after_app_request(function after_all(response) {
    log.push('after all')
    return response
  })

  app.teardown_appcontext(function teardown_app() {
    log.push('teardown context')
  })

  outer.errorhandler(Stop)((error) => {
    log.push('handled by outer')
    return make_response(`stopped ${error.message}`, 500)
  })

  function view(): string {
    log.push('view')
    if (request.args.get('fail') === 'view') throw new Stop('view')
    if (request.args.has('code')) abort(Number(request.args.get('code')))
    after_this_request((response) => {
      log.push('once')
      return response
    })
    return `${request.endpoint} ${request.blueprints.join()}`
  }

  app.add_url_rule('/view', 'view', view)
  for (const blueprint of [outer, inner]) blueprint.add_url_rule('/view', 'view', view)

  app.route('/log')(function show() {
    return jsonify(log.splice(0))
  })

  outer.register_blueprint(inner)
  app.register_blueprint(outer)
  return app
}

const NAMES = ['app', 'outer', 'inner']
const QUERIES = [
  '',
  ...NAMES.flatMap((name) => [`?early=${name}`, `?fail=before-${name}`, `?fail=after-${name}`]),
  ...['?fail=view', '?code=404', '?code=500', '?code=403&fail=after-app'],
]
const PATHS = ['/view', '/outer/view', '/outer/inner/5/view', '/nowhere', '/outer/nowhere', '/outer/inner/x/view']

/** What both apps are asked: after each request, what the hooks wrote down. */
export const questions: readonly Question[] = PATHS.flatMap((path) => QUERIES.map((query) => path + query))
  .concat(['POST /outer/view', 'OPTIONS /outer/inner/5/view', 'HEAD /outer/inner/5/view'])
  .flatMap((line): Question[] => [line, '/log'])
