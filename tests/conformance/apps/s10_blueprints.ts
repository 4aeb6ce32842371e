import {
  Blueprint,
  Flagon,
  FlagonError,
  g,
  jsonify,
  MethodView,
  make_response,
  type Response,
  request,
  url_for,
  View,
} from '../../../lib/index.ts'

type StepView = (args: Record<string, unknown>) => unknown

/** Blueprints: prefixes, names, nesting, subdomains, hosts, defaults, url processors, templates of their own, views as classes. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null, subdomain_matching: true })
  app.config.SERVER_NAME = 'site.test'
  const api = new Blueprint('api', import.meta.url, { url_prefix: '/api' })
  const v1 = new Blueprint('v1', import.meta.url, { url_prefix: '/v1' })
  const v2 = new Blueprint('v2', import.meta.url)
  const lang = new Blueprint('lang', import.meta.url, { url_prefix: '/<lang_code>' })
  const admin = new Blueprint('admin', import.meta.url, { subdomain: 'admin' })
  const tenant = new Blueprint('tenant', import.meta.url, { subdomain: '<tenant>' })

  function where(): Response {
    const { endpoint, blueprint, blueprints, path, view_args } = request
    return jsonify({ endpoint, blueprint, blueprints, path, args: view_args })
  }

  for (const bp of [api, v1, v2]) {
    bp.add_url_rule('/', 'index', where)
    bp.add_url_rule('/where', 'where', where)
  }

  lang.url_value_preprocessor(function pull(_endpoint, values) {
    g['lang'] = values?.['lang_code']
    delete values?.['lang_code']
  })

  lang.url_defaults(function add(_endpoint, values) {
    values['lang_code'] ??= g.get('lang', 'en')
  })

  lang.route('/hello')(function hello() {
    return `${g['lang']} ${url_for('.hello')} ${url_for('.hello', { lang_code: 'de' })}`
  })

  admin.route('/')(function home() {
    return `admin ${url_for('admin.home')} ${url_for('index')} ${url_for('tenant.home', { tenant: 'x' })}`
  })

  tenant.route('/', { endpoint: 'home' })(function tenant_home(args: Record<string, unknown>) {
    return `tenant ${args['tenant']}`
  })

  app.route('/')(function index() {
    return `root ${url_for('index')} ${url_for('admin.home')} ${url_for('tenant.home', { tenant: 'bob' })}`
  })

  app.url_defaults(function defaults(endpoint, values) {
    if (endpoint === 'stamped') values['v'] ??= '9'
  })

  app.route('/stamped')(function stamped() {
    return `${url_for('stamped')} ${url_for('stamped', { v: '1' })}`
  })

  class Counter extends View {
    static override methods = ['GET', 'POST']
    readonly start: number

    constructor(start: number) {
      super()
      this.start = start
    }

    override dispatch_request(args: Record<string, unknown>): string {
      return `${request.method} ${this.start + Number(args['step'])}`
    }
  }

  app.add_url_rule('/counter/<int:step>', { view_func: Counter.as_view('counter', 10) })

  class Items extends MethodView {
    get(args: Record<string, unknown>): string {
      return `get ${args['item_id'] ?? 'None'}`
    }

    post(): Response {
      return make_response('post', 201)
    }

    delete(args: Record<string, unknown>): string {
      return `delete ${args['item_id']}`
    }
  }

  const view = Items.as_view('items')
  app.add_url_rule('/items/', { view_func: view, methods: ['GET', 'POST'] })
  app.add_url_rule('/items/<int:item_id>', { view_func: view, methods: ['GET', 'DELETE'] })

  class Decorated extends View {
    static override decorators = [
      (f: StepView) => (args: Record<string, unknown>) => `1${f(args)}`,
      (f: StepView) => (args: Record<string, unknown>) => `2${f(args)}`,
    ]

    override dispatch_request(): string {
      return 'core'
    }
  }

  app.add_url_rule('/decorated', { view_func: Decorated.as_view('decorated') })
  const log: string[] = []
  const once = new Blueprint('once', import.meta.url)
  // Python spells true and false with capitals.
  const spell = (value: boolean): string => (value ? 'True' : 'False')
  once.record((state) => log.push(`record ${state.url_prefix} ${spell(state.first_registration)}`))
  once.record_once(() => log.push('once'))

  once.route('/hello', { endpoint: 'hello' })(function once_hello() {
    return request.endpoint ?? ''
  })

  app.register_blueprint(once, { url_prefix: '/one' })
  app.register_blueprint(once, { url_prefix: '/two', name: 'two' })

  app.route('/recorded')(function recorded() {
    return jsonify(log)
  })

  /** The Python error that stands for what was refused. */
  function refusal(attempt: () => void): string {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof FlagonError)) throw error
      return error.code === 'ENDPOINT_EXISTS' ? 'AssertionError' : 'ValueError'
    }
    return 'allowed'
  }

  app.route('/twice')(function twice() {
    return refusal(() => {
      const again = new Flagon('again')
      again.register_blueprint(new Blueprint('same', import.meta.url))
      again.register_blueprint(new Blueprint('same', import.meta.url))
    })
  })

  app.route('/dotted')(function dotted() {
    return refusal(() => void new Blueprint('a.b', import.meta.url))
  })

  app.route('/same-endpoint')(function same_endpoint() {
    const again = new Flagon('again')
    again.add_url_rule('/a', 'x', () => 'a')
    return refusal(() => again.add_url_rule('/b', 'x', () => 'b'))
  })

  api.register_blueprint(v1)
  api.register_blueprint(v2, { url_prefix: '/second' })
  app.register_blueprint(api)
  app.register_blueprint(api, { name: 'api_again', url_prefix: '/again' })
  for (const bp of [lang, admin, tenant]) app.register_blueprint(bp)
  return app
}
