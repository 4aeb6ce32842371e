import t from 'tap'
import { Blueprint, BlueprintSetupState, Flagon, make_response, type RegisterOptions, request } from '../lib/index.ts'
import { joinNames, joinPaths, nestedOptions, type SetupApp } from '../lib/setup-state.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.testing = true
  return app
}

t.test('names join by dots, paths by one slash', async (t) => {
  t.equal(joinNames('a', '', 'b.c'), 'a.b.c')
  for (const [prefix, rule, joined] of [
    [undefined, '/x', '/x'],
    ['/p', '/x', '/p/x'],
    ['/p/', '/x', '/p/x'],
    ['/p', 'x', '/p/x'],
    ['/p//', '//x', '/p/x'],
    ['', '/x', '/x'],
    ['/p', '/', '/p/'],
  ] as const) {
    t.equal(joinPaths(prefix, rule), joined)
  }
})

t.test('a state knows the app, the blueprint and what this registration says', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp', subdomain: 'sub', url_defaults: { a: 1, b: 1 } })
  const states: BlueprintSetupState[] = []
  bp.record((state) => states.push(state))
  app.register_blueprint(bp)
  app.register_blueprint(bp, { name: 'again', url_prefix: '/other', subdomain: 'www', url_defaults: { b: 2 } })
  const [first, second] = states
  t.match(first, {
    app,
    blueprint: bp,
    options: {},
    first_registration: true,
    subdomain: 'sub',
    url_prefix: '/bp',
    name: 'bp',
    name_prefix: '',
    url_defaults: { a: 1, b: 1 },
  })
  t.match(second, {
    first_registration: false,
    subdomain: 'www',
    url_prefix: '/other',
    name: 'again',
    url_defaults: { a: 1, b: 2 },
  })
})

t.test('recorded functions run at each registration, those of record_once at the first alone', async (t) => {
  const bp = new Blueprint('bp', import.meta.url)
  const log: string[] = []
  bp.record(() => log.push('each'))
  bp.record_once(() => log.push('once'))
  t.same(log, [], 'not before it is registered')
  const app = makeApp()
  app.register_blueprint(bp)
  app.register_blueprint(bp, { name: 'again' })
  t.same(log.splice(0), ['each', 'once', 'each'])
  makeApp().register_blueprint(bp)
  t.same(log, ['each', 'once'], 'another app is another first')
})

t.test('a recorded function may add rules, with the prefix of the registration', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp', url_defaults: { from: 'bp' } })
  bp.record((state) => {
    state.add_url_rule('/late', 'late', ((args: object) => ({ ...args, endpoint: request.endpoint })) as never, {
      defaults: { own: 1 },
    })
    state.add_url_rule('', { endpoint: 'root', view_func: () => 'root' })
  })
  app.register_blueprint(bp)
  const client = app.test_client()
  t.same((await client.get('/bp/late')).json, { from: 'bp', own: 1, endpoint: 'bp.late' })
  t.equal((await client.get('/bp')).text, 'root')
})

t.test('a subclass may give a state of its own', async (t) => {
  class Versioned extends BlueprintSetupState {
    override add_url_rule(...[rule, ...rest]: Parameters<BlueprintSetupState['add_url_rule']>): void {
      super.add_url_rule(`/v1${rule}`, ...rest)
    }
  }
  class Api extends Blueprint {
    override make_setup_state(app: SetupApp, options: RegisterOptions, first: boolean): BlueprintSetupState {
      return new Versioned(this, app, options, first)
    }
  }
  const app = makeApp()
  const api = new Api('api', import.meta.url)
  api.get('/things', () => 'things')
  app.register_blueprint(api)
  t.equal((await app.test_client().get('/v1/things')).text, 'things')
})

t.test(
  'what a nested blueprint is registered with comes before what it says itself, below the one around it',
  async (t) => {
    const state = (outer: Partial<RegisterOptions>): BlueprintSetupState =>
      new BlueprintSetupState(new Blueprint('outer', import.meta.url), makeApp(), outer, true)
    for (const [outer, own, options, url_prefix, subdomain] of [
      [{}, {}, {}, undefined, undefined],
      [{ url_prefix: '/o' }, {}, {}, '/o', undefined],
      [{}, { url_prefix: '/i' }, {}, '/i', undefined],
      [{ url_prefix: '/o/' }, { url_prefix: '/i' }, {}, '/o/i', undefined],
      [{ url_prefix: '/o' }, { url_prefix: '/i' }, { url_prefix: '/r' }, '/o/r', undefined],
      [{ subdomain: 'o' }, {}, {}, undefined, 'o'],
      [{}, { subdomain: 'i' }, {}, undefined, 'i'],
      [{ subdomain: 'o' }, { subdomain: 'i' }, {}, undefined, 'i.o'],
      [{ subdomain: 'o' }, { subdomain: 'i' }, { subdomain: 'r' }, undefined, 'r.o'],
    ] as const) {
      const inner = new Blueprint('inner', import.meta.url, own)
      t.match(nestedOptions(state(outer), 'full.outer', inner, options), {
        url_prefix,
        subdomain,
        name_prefix: 'full.outer',
      })
    }
  },
)

t.test('nested subdomains are matched, the inner before the outer', async (t) => {
  const app = new Flagon('x', { static_folder: null, subdomain_matching: true })
  app.config.SERVER_NAME = 'shop.test'
  const [outer, inner] = [
    new Blueprint('outer', import.meta.url, { subdomain: 'api' }),
    new Blueprint('inner', import.meta.url, { subdomain: 'v1' }),
  ]
  inner.get('/', () => `${request.endpoint}`)
  outer.get('/', { endpoint: 'root' }, () => `${request.endpoint}`)
  outer.register_blueprint(inner)
  app.register_blueprint(outer)
  const client = app.test_client()
  t.equal((await client.get('http://v1.api.shop.test/')).text, 'outer.inner./')
  t.equal((await client.get('http://api.shop.test/')).text, 'outer.root')
  t.equal((await client.get('/')).status_code, 404)
})

t.test('handlers and hooks of a blueprint are copied under each of its names', async (t) => {
  const app = makeApp()
  const [outer, inner] = [new Blueprint('outer', import.meta.url), new Blueprint('inner', import.meta.url)]
  class Custom extends Error {}
  const hook = () => undefined
  const handler = () => make_response('handled', 418)
  inner.before_request(hook)
  inner.register_error_handler(Custom, handler)
  inner.endpoint('shared')(() => 'shared')
  inner.get('/fails', () => {
    throw new Custom()
  })
  outer.register_blueprint(inner)
  app.register_blueprint(outer)
  app.register_blueprint(inner, { name: 'alone', url_prefix: '/alone' })
  t.same([app.before_request_funcs.get('outer.inner'), app.before_request_funcs.get('alone')], [[hook], [hook]])
  t.ok(app.view_functions['shared'], 'a view without a rule is that of the app')
  const client = app.test_client()
  t.equal((await client.get('/fails')).status_code, 418)
  t.equal((await client.get('/alone/fails')).status_code, 418)
  inner.before_request_funcs.get(null)?.push(() => undefined)
  t.equal(app.before_request_funcs.get('alone')?.length, 1, 'a copy, that is')
})
