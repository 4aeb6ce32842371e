import t, { type Test } from 'tap'
import { Blueprint, Flagon, type UrlForOptions, url_for } from '../lib/index.ts'
import { BuildError } from '../lib/routing/index.ts'

/** Routes of an app, of a blueprint and of one nested in it; what Flask builds of them is in the tables below. */
function makeApp(): Flagon {
  const app = new Flagon('shop', { static_folder: null })
  const multi = () => 'multi'
  app.get('/', { endpoint: 'index' }, () => url_for('user', { name: 'ann' }))
  app.get('/u/<name>', { endpoint: 'user' }, () => 'user')
  app.add_url_rule('/m', 'multi', multi, { methods: ['GET'] })
  app.add_url_rule('/p/<int:n>', 'multi', multi, { methods: ['POST'] })
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  const inner = new Blueprint('inner', import.meta.url, { url_prefix: '/in' })
  inner.get('/x', { endpoint: 'x' }, () => 'x')
  bp.get('/', { endpoint: 'index' }, () => 'bp')
  bp.register_blueprint(inner)
  app.register_blueprint(bp)
  return app
}

const SITE = { SERVER_NAME: 'shop.test:8000', APPLICATION_ROOT: '/root', PREFERRED_URL_SCHEME: 'https' }

type UrlCase = readonly [endpoint: string, options: UrlForOptions, url: string]

function check(t: Test, app: Flagon, cases: readonly UrlCase[]): void {
  for (const [endpoint, options, url] of cases) {
    t.equal(app.url_for(endpoint, options), url, `${endpoint} ${JSON.stringify(options)}`)
  }
}

t.test('in a request a URL is a path, unless more is asked for', async (t) => {
  const app = makeApp()
  app.test_request_context('/bp/in/x').run(() =>
    check(t, app, [
      ['user', { name: '游 /?' }, '/u/%E6%B8%B8%20/%3F'],
      ['user', { name: 'a', q: 'b c', z: ['1', '2'] }, '/u/a?q=b+c&z=1&z=2'],
      ['user', { name: 'a', none: null, missing: undefined, yes: true }, '/u/a?yes=True'],
      ['user', { name: 'a', _anchor: 'x y/#游' }, '/u/a#x%20y/#%E6%B8%B8'],
      ['user', { name: 'a', _anchor: '' }, '/u/a#'],
      ['user', { name: 'a', _external: true }, 'http://localhost/u/a'],
      ['user', { name: 'a', _scheme: 'https' }, 'https://localhost/u/a'],
      ['user', { name: 'a', _scheme: '', _external: true }, '//localhost/u/a'],
      ['multi', { _method: 'POST', n: 3 }, '/p/3'],
      ['multi', { _method: 'GET' }, '/m'],
      ['multi', { n: 3 }, '/m?n=3'],
    ]),
  )
})

t.test('a dot stands for the blueprint of the request', async (t) => {
  const app = makeApp()
  app.test_request_context('/bp/in/x').run(() => {
    check(t, app, [
      ['.x', {}, '/bp/in/x'],
      ['bp.index', {}, '/bp/'],
      ['index', {}, '/'],
    ])
    t.throws(() => url_for('.index'), { name: 'BuildError', message: /'bp\.inner\.index'/ })
  })
  app.test_request_context('/bp/').run(() =>
    check(t, app, [
      ['.index', {}, '/bp/'],
      ['.inner.x', {}, '/bp/in/x'],
    ]),
  )
  app.test_request_context('/').run(() => check(t, app, [['.index', {}, '/']]))
  app.test_request_context('/nowhere').run(() => check(t, app, [['.index', {}, '/']]))
})

t.test('a mounted app puts its root before all URLs', async (t) => {
  const app = makeApp()
  app.test_request_context('/', { base_url: 'http://other.test/mount' }).run(() =>
    check(t, app, [
      ['user', { name: 'a' }, '/mount/u/a'],
      ['user', { name: 'a', _external: true }, 'http://other.test/mount/u/a'],
    ]),
  )
  t.equal((await app.test_client().get('/')).text, '/u/ann')
})

t.test('outside of a request URLs are external, by what the config says of the site', async (t) => {
  const app = makeApp()
  app.config.update(SITE)
  const cases: UrlCase[] = [
    ['user', { name: 'a' }, 'https://shop.test:8000/root/u/a'],
    ['user', { name: 'a', _external: false }, '/root/u/a'],
    ['user', { name: 'a', _scheme: 'http' }, 'http://shop.test:8000/root/u/a'],
    ['user', { name: 'a', _anchor: 'x' }, 'https://shop.test:8000/root/u/a#x'],
  ]
  check(t, app, cases)
  app.app_context().run(() => {
    check(t, app, cases)
    t.equal(url_for('index'), 'https://shop.test:8000/root/')
  })
  app.test_request_context('/').run(() =>
    check(t, app, [
      ['user', { name: 'a' }, '/root/u/a'],
      ['user', { name: 'a', _external: true }, 'https://shop.test:8000/root/u/a'],
    ]),
  )
})

t.test('outside of a request, without SERVER_NAME, the text says what to set', async (t) => {
  const app = makeApp()
  const refusal = {
    code: 'OUTSIDE_CONTEXT',
    message:
      /^url_for\('index'\) was called outside of a request, where the host is not known: set the config key SERVER_NAME/,
  }
  t.throws(() => app.url_for('index'), refusal)
  app.app_context().run(() => t.throws(() => url_for('index'), refusal))
  t.throws(() => url_for('index'), { code: 'OUTSIDE_CONTEXT', message: /^url_for was used outside of an app context/ })
})

t.test('a scheme for a path is refused', async (t) => {
  const app = makeApp()
  app.test_request_context().run(() => {
    t.throws(() => url_for('index', { _scheme: 'https', _external: false }), {
      code: 'CONFIG_VALUE',
      message: "url_for('index') has a _scheme but _external: false; leave _external out",
    })
  })
})

t.test('an endpoint that cannot be built says what is missing or near', async (t) => {
  const app = makeApp()
  app.test_request_context().run(() => {
    t.throws(() => url_for('user'), { name: 'BuildError', message: /'user'.*Give values for 'name'/ })
    t.throws(() => url_for('usr', { name: 'a' }), { name: 'BuildError', message: /Did you mean 'user'\?/ })
  })
})

t.test('build error handlers are asked one after the other, with the values as they were given', async (t) => {
  const app = makeApp()
  const log: unknown[] = []
  app.url_build_error_handlers.push((error, endpoint, values) => {
    log.push([error instanceof BuildError, endpoint, { ...values }])
    return undefined
  })
  app.url_build_error_handlers.push((_error, endpoint) => (endpoint === 'docs' ? 'https://docs.test/' : null))
  app.url_build_error_handlers.push((error) => {
    throw new BuildError(`second ${(error as BuildError).endpoint}`, {}, undefined)
  })
  app.test_request_context().run(() => {
    t.equal(url_for('docs', { page: 1, _anchor: 'x' }), 'https://docs.test/')
    const options = { page: 1, _anchor: 'x', _method: undefined, _scheme: undefined, _external: false }
    t.same(log, [[true, 'docs', options]])
    t.throws(() => url_for('nope'), { name: 'BuildError', endpoint: 'second nope' })
    app.url_build_error_handlers.push(() => {
      throw new TypeError('a mistake')
    })
    t.throws(() => url_for('nope'), { message: 'a mistake' }, 'another error is not taken for an answer')
  })
})

t.test('url_defaults add values: of the app, then of the blueprints of the endpoint, inwards', async (t) => {
  const app = new Flagon('shop', { static_folder: null })
  const [outer, inner, other] = ['outer', 'inner', 'other'].map((name) => new Blueprint(name, import.meta.url))
  const order: string[] = []
  const add = (owner: Flagon | Blueprint | undefined, name: string): void => {
    owner?.url_defaults((endpoint, values) => {
      order.push(`${name} ${endpoint}`)
      values['lang'] ??= name
      values['last'] = name
    })
  }
  add(app, 'app')
  add(inner, 'inner')
  add(outer, 'outer')
  add(other, 'other')
  inner?.get('/<lang>/page', { endpoint: 'page' }, () => 'x')
  outer?.register_blueprint(inner as Blueprint)
  app.register_blueprint(outer as Blueprint)
  app.register_blueprint(other as Blueprint)
  app.get('/<lang>/', { endpoint: 'home' }, () => 'x')
  app.test_request_context().run(() => {
    t.equal(url_for('outer.inner.page'), '/app/page?last=inner')
    t.same(order, ['app outer.inner.page', 'outer outer.inner.page', 'inner outer.inner.page'])
    t.equal(url_for('home', { lang: 'de' }), '/de/?last=app')
    const options = { lang: 'de' }
    url_for('home', options)
    t.same(options, { lang: 'de' }, 'what the caller gave is left alone')
  })
})

t.test('a subclass may change how URLs are made', async (t) => {
  class Versioned extends Flagon {
    override inject_url_defaults(endpoint: string, values: Record<string, unknown>): void {
      super.inject_url_defaults(endpoint, values)
      values['v'] = 7
    }
    override handle_url_build_error(_error: BuildError, endpoint: string): string {
      return `/missing/${endpoint}`
    }
  }
  const app = new Versioned('shop', { static_folder: null })
  app.get('/', { endpoint: 'index' }, () => 'x')
  app.test_request_context().run(() => {
    t.equal(url_for('index'), '/?v=7')
    t.equal(url_for('nope'), '/missing/nope')
  })
})
