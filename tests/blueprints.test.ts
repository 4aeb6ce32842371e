import t from 'tap'
import { abort, Blueprint, Flagon, make_response, request, url_for } from '../lib/index.ts'

const makeApp = (): Flagon => new Flagon(import.meta.url, { static_folder: null })

t.test('a name is neither empty nor dotted', async (t) => {
  for (const name of ['', 'a.b']) {
    t.throws(() => new Blueprint(name, import.meta.url), { code: 'ENDPOINT_INVALID', message: new RegExp(`'${name}'`) })
  }
})

t.test('two blueprints of one name are refused, one may be registered twice under two names', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('same', import.meta.url)
  app.register_blueprint(bp)
  t.throws(() => app.register_blueprint(bp), { code: 'BLUEPRINT_EXISTS', message: /this blueprint.*name: '…'/ })
  t.throws(() => app.register_blueprint(new Blueprint('same', import.meta.url)), { message: /another blueprint/ })
  app.register_blueprint(bp, { name: 'other', url_prefix: '/other' })
  t.same(Object.keys(app.blueprints), ['same', 'other'])
  t.same([...app.iter_blueprints()], [bp, bp])
})

t.test('what is set up after registration is refused with what to do', async (t) => {
  const bp = new Blueprint('late', import.meta.url)
  makeApp().register_blueprint(bp)
  const late: readonly (() => unknown)[] = [
    () => bp.get('/', () => 'x'),
    () => bp.route('/')(() => 'x'),
    () => bp.before_request(() => undefined),
    () => bp.after_app_request((response) => response),
    () => bp.errorhandler(404)(() => 'x'),
    () => bp.register_blueprint(new Blueprint('child', import.meta.url)),
    () => bp.record(() => undefined),
  ]
  for (const act of late)
    t.throws(act, { code: 'BLUEPRINT_REGISTERED', message: /late.*before app\.register_blueprint/ })
})

t.test('a blueprint cannot be registered on itself, nor have an endpoint with a dot', async (t) => {
  const bp = new Blueprint('bp', import.meta.url)
  t.throws(() => bp.register_blueprint(bp), { code: 'BLUEPRINT_EXISTS' })
  t.throws(() => bp.add_url_rule('/', 'a.b', () => 'x'), { code: 'ENDPOINT_INVALID' })
})

t.test('prefixes join with one slash, however deep', async (t) => {
  const app = makeApp()
  const [outer, middle, inner] = ['outer', 'middle', 'inner'].map((name) => new Blueprint(name, import.meta.url))
  inner?.get('/leaf', function leaf() {
    return [request.blueprint, request.blueprints, url_for('.leaf')]
  })
  inner?.get('', { endpoint: 'empty' }, () => 'empty')
  middle?.register_blueprint(inner as Blueprint, { url_prefix: 'inner/' })
  outer?.register_blueprint(middle as Blueprint)
  app.register_blueprint(outer as Blueprint, { url_prefix: '/outer/' })
  const client = app.test_client()
  t.same((await client.get('/outer/inner/leaf')).json, [
    'outer.middle.inner',
    ['outer.middle.inner', 'outer.middle', 'outer'],
    '/outer/inner/leaf',
  ])
})

t.test(
  'a prefix and a rule may be written in different syntaxes, and a view may take the arguments of both',
  async (t) => {
    const app = makeApp()
    const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/<lang>' })
    bp.get('/pages/:page', ({ lang, page }: { lang: string; page: string }) => `${lang} ${page}`)
    app.register_blueprint(bp)
    t.equal((await app.test_client().get('/de/pages/7')).text, 'de 7')
  },
)

t.test('defaults of the blueprint, of the registration and of the route add up', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_defaults: { a: 1, b: 1, c: 1 } })
  bp.get('/', { defaults: { c: 3 } }, (args) => args)
  app.register_blueprint(bp, { url_defaults: { b: 2 } })
  t.same((await app.test_client().get('/')).json, { a: 1, b: 2, c: 3 })
})

t.test('app-wide hooks of a blueprint run once for every request, though it is registered twice', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  const log: string[] = []
  bp.before_app_first_request(() => log.push('first'))
  bp.before_app_request(() => void log.push('before'))
  bp.after_app_request((response) => {
    log.push('after')
    return response
  })
  bp.teardown_app_request(() => log.push('teardown'))
  bp.app_url_value_preprocessor(() => log.push('values'))
  bp.app_url_defaults((_endpoint, values) => {
    values['lang'] = 'en'
  })
  app.register_blueprint(bp)
  app.register_blueprint(bp, { name: 'again', url_prefix: '/again' })
  app.get('/', function index() {
    return url_for('index')
  })
  t.equal((await app.test_client().get('/')).text, '/?lang=en')
  t.same(log, ['first', 'values', 'before', 'after', 'teardown'])
})

t.test('functions for templates reach the environment of the app', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url)
  const shout = bp.app_template_filter()(function shout(text: string) {
    return `${text}!`
  })
  bp.add_app_template_test((n: number) => n > 3, 'big')
  bp.app_template_global('answer')(() => 42)
  bp.add_app_template_filter((text: string) => `(${text})`, 'bracketed')
  bp.app_template_test()(function tiny(n: number) {
    return n < 1
  })
  bp.add_app_template_global(function year() {
    return 2026
  })
  app.register_blueprint(bp)
  t.equal(app.jinja_env.filters['shout'], shout)
  const source = "{{ 'a'|shout }} {{ 4 is big }} {{ answer() }} {{ 'a'|bracketed }} {{ 0 is tiny }} {{ year() }}"
  t.equal(app.jinja_env.from_string(source).render({}), 'a! True 42 (a) True 2026')
})

t.test('decorators register static methods of a class', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('pages', import.meta.url, { url_prefix: '/pages' })
  const log: string[] = []
  class Pages {
    static title = 'center'
    @bp.before_request static note(): undefined {
      log.push('before')
    }
    @bp.route('/<int:id>') static center({ id }: { id: number }) {
      return `${this.title} ${id + 1}`
    }
    @bp.errorhandler(404) static missing() {
      return 'missing'
    }
  }
  app.register_blueprint(bp)
  t.equal(Pages.title, 'center')
  t.equal((await app.test_client().get('/pages/1')).text, 'center 2')
  t.same(log, ['before'])
})

t.test('an error handler of a blueprint is for its own requests, or for all of the app', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  class Custom extends Error {}
  const fail = () => {
    throw new Custom('x')
  }
  bp.errorhandler(Custom)(() => 'by the blueprint')
  bp.app_errorhandler(Custom)(() => 'by the app')
  bp.app_errorhandler(404)(() => make_response('nothing', 404))
  class Pages {
    @bp.app_errorhandler(403) static forbidden() {
      return `forbidden by ${this.name}`
    }
  }
  bp.get('/fails', fail)
  app.get('/fails', fail)
  app.get('/forbidden', () => abort(403))
  app.register_blueprint(bp)
  const client = app.test_client()
  const texts: string[] = []
  for (const path of ['/bp/fails', '/fails', '/nowhere', '/forbidden']) texts.push((await client.get(path)).text)
  t.same(texts, ['by the blueprint', 'by the app', 'nothing', `forbidden by ${Pages.name}`])
})
