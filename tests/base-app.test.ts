import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { Aborter, BadRequest, BadRequestKeyError, HTTPException, NotFound } from '../lib/http/exceptions.ts'
import { abort, BaseApp, Blueprint, Config, type ConfigValues, Flagon, timedelta } from '../lib/index.ts'
import { DictLoader, Environment } from '../lib/jinja/index.ts'
import { Rule, Map as UrlMap } from '../lib/routing/index.ts'

const makeApp = (): Flagon => new Flagon(import.meta.url, { static_folder: null })

t.test('an app is named after its module and finds its folders beside it', async (t) => {
  const app = new Flagon(import.meta.url)
  t.ok(app instanceof BaseApp)
  t.same([app.name, app.import_name], ['base-app.test', import.meta.url])
  t.equal(app.root_path, import.meta.dirname)
  t.equal(app.instance_path, join(import.meta.dirname, 'instance'))
  t.equal(app.template_folder, 'templates')
  t.equal(app.static_folder, join(import.meta.dirname, 'static'))
  t.same([new Flagon('shop').name, new Flagon('shop').root_path], ['shop', process.cwd()])
})

t.test('the instance folder may be elsewhere, by an absolute path', async (t) => {
  const instance_path = t.testdir({ 'app.json': '{"NAME": "here", "DEBUG": true}', 'notes.txt': '游客' })
  const app = new Flagon('x', { instance_path, instance_relative_config: true })
  t.equal(app.instance_path, instance_path)
  t.ok(app.config.from_file('app.json', JSON.parse))
  t.same([app.config['NAME'], app.debug], ['here', true])
  t.equal(app.open_instance_resource('notes.txt', 'utf8'), '游客')
  t.same(app.open_instance_resource('notes.txt'), Buffer.from('游客'))
  t.throws(() => app.open_instance_resource('nothing'), { code: 'ENOENT' })
  t.throws(() => new Flagon('x', { instance_path: 'data' }), {
    code: 'CONFIG_VALUE',
    message: "instance_path must be absolute, and 'data' is not",
  })
})

t.test('config files are found in the root path unless they belong to the instance', async (t) => {
  const root = t.testdir({ 'app.json': '{"NAME": "root"}', instance: { 'app.json': '{"NAME": "instance"}' } })
  const import_name = pathToFileURL(join(root, 'app.ts')).href
  for (const [instance_relative_config, name] of [
    [false, 'root'],
    [true, 'instance'],
  ] as const) {
    const app = new Flagon(import_name, { instance_relative_config })
    app.config.from_file('app.json', JSON.parse)
    t.equal(app.config['NAME'], name)
  }
})

t.test('debug, testing, secret_key and the lifetime are the values of the config', async (t) => {
  const app = makeApp()
  t.same([app.debug, app.testing, app.secret_key], [false, false, null])
  app.debug = true
  app.testing = true
  app.secret_key = '110'
  const { DEBUG, TESTING, SECRET_KEY } = app.config
  t.same([DEBUG, TESTING, SECRET_KEY], [true, true, '110'])
  app.config.update({ DEBUG: false, TESTING: false, SECRET_KEY: 'other' })
  t.same([app.debug, app.testing, app.secret_key], [false, false, 'other'])
  const DAY_SECONDS = 86_400
  t.equal(app.permanent_session_lifetime.total_seconds(), 31 * DAY_SECONDS)
  app.permanent_session_lifetime = timedelta({ days: 1 })
  t.equal(app.permanent_session_lifetime.total_seconds(), DAY_SECONDS)
  app.config.PERMANENT_SESSION_LIFETIME = 60
  t.equal(app.permanent_session_lifetime.total_seconds(), 60, 'seconds do as well')
})

t.test('FLAGON_DEBUG turns debug mode on', async (t) => {
  const before = process.env['FLAGON_DEBUG']
  for (const [value, debug] of [
    ['1', true],
    ['true', true],
    ['0', false],
    ['False', false],
    ['no', false],
    ['', false],
  ] as const) {
    process.env['FLAGON_DEBUG'] = value
    t.equal(makeApp().debug, debug, `'${value}'`)
  }
  if (before === undefined) delete process.env['FLAGON_DEBUG']
  else process.env['FLAGON_DEBUG'] = before
})

t.test('debug mode makes templates reload unless the config says otherwise', async (t) => {
  for (const [setting, reloads] of [
    [null, true],
    [false, false],
    [true, true],
  ] as const) {
    const app = makeApp()
    app.config.TEMPLATES_AUTO_RELOAD = setting
    t.equal(app.jinja_env.auto_reload, setting ?? false)
    app.debug = true
    t.equal(app.jinja_env.auto_reload, reloads)
  }
})

t.test('a subclass names the classes that its app is made of', async (t) => {
  class MyConfig extends Config {
    get mine(): string {
      return 'config'
    }
  }
  class MyRule extends Rule {}
  class MyMap extends UrlMap {}
  class MyEnvironment extends Environment {}
  class Teapot extends HTTPException {
    override code = 418
  }
  class MyAborter extends Aborter {
    constructor() {
      super()
      this.mapping.set(777, Teapot)
    }
  }
  class MyApp extends Flagon {
    override jinja_environment = MyEnvironment
    override get config_class() {
      return MyConfig
    }
    override get url_rule_class() {
      return MyRule
    }
    override get url_map_class() {
      return MyMap
    }
    override get aborter_class() {
      return MyAborter
    }
    override get default_config(): ConfigValues {
      return { ...super.default_config, SECRET_KEY: 'mine', SESSION_COOKIE_NAME: 'mine' }
    }
  }
  const app = new MyApp(import.meta.url)
  t.ok(app.config instanceof MyConfig)
  t.same([app.secret_key, app.config.SESSION_COOKIE_NAME, app.config.DEBUG], ['mine', 'mine', false])
  t.ok(app.url_map instanceof MyMap)
  t.ok([...app.url_map.iter_rules()].every((rule) => rule instanceof MyRule))
  t.ok(app.jinja_env instanceof MyEnvironment)
  app.get('/', () => abort(777))
  t.equal((await app.test_client().get('/')).status_code, 418)
})

t.test('make_config, make_aborter and the makers of the template environment may be overridden', async (t) => {
  class MyApp extends Flagon {
    override make_config(instance_relative?: boolean): Config {
      const config = super.make_config(instance_relative)
      config['MADE'] = true
      return config
    }
    override make_aborter(): Aborter {
      return new Aborter([[404, BadRequest]])
    }
    override create_global_jinja_loader() {
      return new DictLoader({ 'a.txt': '{{ x }}', 'a.html': '{{ x }}' })
    }
    override select_jinja_autoescape(filename: string | undefined | null): boolean {
      return filename?.endsWith('.txt') ?? false
    }
    override create_jinja_environment(): Environment {
      const environment = super.create_jinja_environment()
      environment.globals['x'] = '<x>'
      return environment
    }
  }
  const app = new MyApp(import.meta.url, { static_folder: null })
  t.equal(app.config['MADE'], true)
  t.equal(app.jinja_env.get_template('a.txt').render({}), '&lt;x&gt;')
  t.equal(app.jinja_env.get_template('a.html').render({}), '<x>')
  app.get('/', () => abort(404))
  t.equal((await app.test_client().get('/')).status_code, 400)
})

t.test('jinja_options reach the environment, which is made once', async (t) => {
  const app = makeApp()
  app.jinja_options = { variable_start_string: '[[', variable_end_string: ']]', trim_blocks: true }
  t.equal(app.jinja_env, app.jinja_env)
  t.equal(app.jinja_env.from_string('[[ 1 + 1 ]] {{ x }}').render({}), '2 {{ x }}')
})

t.test('filters, tests and globals are given to templates by name, by decorators too', async (t) => {
  const app = makeApp()
  const reverse = app.template_filter()(function reverse(text: string) {
    return [...text].reverse().join('')
  })
  app.template_filter('loud')((text: string) => `${text}!`)
  app.add_template_filter((text: string) => `(${text})`, 'bracketed')
  app.template_test('long')((text: string) => text.length > 3)
  app.add_template_test(function short(text: string) {
    return text.length < 3
  })
  app.template_global()(function answer() {
    return 42
  })
  app.add_template_global(() => 'year', 'year')
  class Helpers {
    static sign = '?'
    @app.template_filter() static ask(text: string): string {
      return text + this.sign
    }
  }
  t.equal(Helpers.ask('x'), 'x?')
  t.equal(app.jinja_env.filters['reverse'], reverse)
  const source =
    "{{ 'abc'|reverse }} {{ 'a'|loud }} {{ 'a'|bracketed }} {{ 'abcd' is long }} {{ 'a' is short }} {{ answer() }} {{ year() }} {{ 'who'|ask }}"
  t.equal(app.jinja_env.from_string(source).render({}), 'cba a! (a) True True 42 year who?')
  t.throws(() => app.add_template_filter('upper' as never), { code: 'VIEW_INVALID', message: /a template filter/ })
})

t.test('set-up after the first request is refused, with what to do', async (t) => {
  const app = makeApp()
  app.get('/', () => 'x')
  t.notOk(app.got_first_request)
  await app.test_client().get('/')
  t.ok(app.got_first_request)
  const late: readonly (readonly [method: string, act: () => unknown])[] = [
    ['route', () => app.route('/late')],
    ['get', () => app.get('/late', () => 'x')],
    ['add_url_rule', () => app.add_url_rule('/late', 'late', () => 'x')],
    ['endpoint', () => app.endpoint('late')],
    ['before_request', () => app.before_request(() => undefined)],
    ['after_request', () => app.after_request((response) => response)],
    ['teardown_request', () => app.teardown_request(() => undefined)],
    ['teardown_appcontext', () => app.teardown_appcontext(() => undefined)],
    ['before_first_request', () => app.before_first_request(() => undefined)],
    ['context_processor', () => app.context_processor(() => ({}))],
    ['shell_context_processor', () => app.shell_context_processor(() => ({}))],
    ['url_value_preprocessor', () => app.url_value_preprocessor(() => undefined)],
    ['url_defaults', () => app.url_defaults(() => undefined)],
    ['errorhandler', () => app.errorhandler(404)],
    ['register_error_handler', () => app.register_error_handler(404, () => 'x')],
    ['register_blueprint', () => app.register_blueprint(new Blueprint('late', import.meta.url))],
    ['template_filter', () => app.add_template_filter((x: string) => x, 'late')],
    ['template_test', () => app.add_template_test(() => true, 'late')],
    ['template_global', () => app.add_template_global(() => 1, 'late')],
  ]
  for (const [method, act] of late) {
    t.throws(act, {
      code: 'SETUP_FINISHED',
      message:
        `${method}() was called after the app 'base-app.test' handled its first request, so it would not take effect ` +
        'everywhere: do all the set-up (routes, hooks, blueprints, handlers) before the app starts to serve',
    })
  }
})

t.test('an app that matches hosts knows the host of its static files', async (t) => {
  t.throws(() => new Flagon('x', { static_host: 'static.test' }), {
    code: 'CONFIG_VALUE',
    message: /set host_matching too/,
  })
  t.throws(() => new Flagon('x', { host_matching: true }), {
    code: 'CONFIG_VALUE',
    message: /set static_host, or static_folder to null/,
  })
  const root_path = t.testdir({ static: { 'a.txt': 'a' } })
  const app = new Flagon('x', { root_path, host_matching: true, static_host: 'static.test' })
  app.route('/', { host: 'www.test' })(() => 'www')
  app.route('/', { host: '<user>.users.test' })(function home({ user }: { user?: string }) {
    return `home of ${user}`
  })
  const client = app.test_client()
  const text = async (url: string) => (await client.get(url)).text
  t.equal(await text('http://static.test/static/a.txt'), 'a')
  t.equal(await text('http://www.test/'), 'www')
  t.equal(await text('http://ann.users.test/'), 'home of ann')
  t.equal((await client.get('http://www.test/static/a.txt')).status_code, 404)
  t.ok(new Flagon('x', { host_matching: true, static_folder: null }).url_map.host_matching)
})

t.test('rules match their subdomain where the app says so', async (t) => {
  const app = new Flagon('x', { static_folder: null, subdomain_matching: true })
  app.config.SERVER_NAME = 'shop.test'
  app.get('/', () => 'main')
  app.get('/', { subdomain: '<name>' }, function sub({ name }: { name?: string }) {
    return `sub ${name}`
  })
  const client = app.test_client()
  t.equal((await client.get('/')).text, 'main')
  t.equal((await client.get('http://ann.shop.test/')).text, 'sub ann')
  t.equal((await client.get('/', { subdomain: 'li' })).text, 'sub li')
})

t.test('an extension keeps what is its own in extensions, whatever its name', async (t) => {
  const app = makeApp()
  t.equal(app.extensions['constructor'], undefined)
  app.extensions['constructor'] = { mine: true }
  t.same(Object.keys(app.extensions), ['constructor'])
})

t.test('blueprints are kept by name, in the order of their registration', async (t) => {
  const app = makeApp()
  const [one, two] = [new Blueprint('one', import.meta.url), new Blueprint('two', import.meta.url)]
  one.register_blueprint(two)
  app.register_blueprint(one)
  t.same(Object.keys(app.blueprints), ['one', 'one.two'])
  t.same([...app.iter_blueprints()], [one, two])
  t.throws(() => app.register_blueprint(one), { code: 'BLUEPRINT_EXISTS', message: /'one': give another name/ })
})

t.test('HTTP exceptions are trapped as the config says', async (t) => {
  const app = makeApp()
  const [notFound, bad, key] = [new NotFound(), new BadRequest(), new BadRequestKeyError('k')]
  const trapped = () => [notFound, bad, key, new Error('x')].map((error) => app.trap_http_exception(error))
  t.same(trapped(), [false, false, false, false])
  app.debug = true
  t.same(trapped(), [false, false, true, false], 'a missing form key is a mistake to find in debug mode')
  app.config.TRAP_BAD_REQUEST_ERRORS = true
  t.same(trapped(), [false, true, true, false])
  app.config.TRAP_BAD_REQUEST_ERRORS = false
  t.same(trapped(), [false, false, false, false])
  app.config.TRAP_HTTP_EXCEPTIONS = true
  t.same(trapped(), [true, true, true, true])
})

t.test('the logger may be replaced, and is made when first used', async (t) => {
  const app = makeApp()
  t.equal(app.logger, app.logger)
  app.logger = console
  t.equal(app.logger, console)
})

t.test('OPTIONS is left to the views where the config says so', async (t) => {
  const app = makeApp()
  app.config.PROVIDE_AUTOMATIC_OPTIONS = false
  app.get('/', () => 'x')
  t.equal((await app.test_client().options('/')).status_code, 405)
})

t.test('a folder of templates beside the module is found', async (t) => {
  const root = t.testdir({ templates: { 'a.html': 'a {{ x }}' } })
  mkdirSync(join(root, 'pages'))
  writeFileSync(join(root, 'pages', 'a.html'), 'pages')
  const import_name = pathToFileURL(join(root, 'app.ts')).href
  t.equal(new Flagon(import_name).jinja_env.get_template('a.html').render({ x: '<' }), 'a &lt;')
  t.equal(new Flagon(import_name, { template_folder: 'pages' }).jinja_env.get_template('a.html').render({}), 'pages')
  t.equal(new Flagon(import_name, { template_folder: null }).jinja_loader, undefined)
})
