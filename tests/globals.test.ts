import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import t from 'tap'
import { AppContextGlobals, Flagon, g, Request, request, session } from '../lib/index.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.secret_key = '110'
  app.testing = true
  return app
}

t.test('request outside of a request says where it can be used', async (t) => {
  for (const [use, name] of [
    [() => request.path, 'request\\.path'],
    [() => request.form, 'request\\.form'],
    [() => request.get_json(), 'request\\.get_json'],
    [() => request.url_rule, 'request\\.url_rule'],
    [() => Reflect.get(request, 'of_an_app'), 'request\\.of_an_app'],
    [() => Reflect.set(request, 'of_an_app', 1), 'request\\.of_an_app'],
    [() => session.keys(), 'session'],
    [() => session['x'], 'session'],
    [() => 'x' in session, 'session'],
    [() => Object.keys(session), 'session'],
  ] as const) {
    const text = `^${name} was used outside of a request: use it in a view or hook, or, in a test, inside app\\.test_request_context`
    t.throws(use, { code: 'OUTSIDE_CONTEXT', message: new RegExp(text) })
    t.throws(() => makeApp().app_context().run(use), { code: 'OUTSIDE_CONTEXT' }, 'nor in an app context')
  }
})

t.test('g outside of a context says where it can be used', async (t) => {
  for (const use of [
    () => g['x'],
    () => {
      g['x'] = 1
    },
    () => 'x' in g,
    () => delete g['x'],
    () => Object.keys(g),
    () => g.get('x'),
    () => g.pop('x'),
    () => g.setdefault('x'),
  ]) {
    t.throws(use, {
      code: 'OUTSIDE_CONTEXT',
      message: /^g was used outside of an app context.*app\.app_context\(\)\.run/,
    })
  }
})

t.test('g has the keys of one context, as properties and by methods', async (t) => {
  const app = makeApp()
  app.app_context().run(() => {
    g['user'] = 'ann'
    t.equal(g['user'], 'ann')
    t.ok('user' in g)
    t.notOk('get' in g, 'only keys are in it')
    t.same(Object.keys(g), ['user'])
    t.same({ ...g }, { user: 'ann' })
    t.same([...g], ['user'])
    t.equal(g.setdefault('n', 1), 1)
    t.equal(g.pop('n'), 1)
    t.equal(g.pop('n', 'none'), 'none')
    t.ok(delete g['user'])
    t.same(Object.keys(g), [])
    t.equal(g['user'], undefined)
    t.throws(() => Object.assign(g, { get: 1 }), { code: 'RESERVED_KEY', message: /'get'.*\.set\('get', value\)/ })
  })
  app.app_context().run(() => t.notOk('user' in g))
})

t.test('session is written and read as an object, within the request and in the next one', async (t) => {
  const app = makeApp()
  app.get('/set', () => {
    session['username'] = 'ann'
    session['gone'] = 1
    delete session['gone']
    return [Object.keys(session), 'username' in session, 'gone' in session]
  })
  app.get('/get', () => [session['username'], session.get('nothing', 'default'), { ...session }])
  const client = app.test_client()
  t.same((await client.get('/set')).json, [['username'], true, false])
  t.same((await client.get('/get')).json, ['ann', 'default', { username: 'ann' }])
})

t.test('a session without a secret key can be read, and says how to be written', async (t) => {
  const app = makeApp()
  app.secret_key = null
  app.get('/read', () => ({ user: session['user'] ?? null, keys: Object.keys(session) }))
  app.get('/write', () => {
    session['user'] = 'ann'
    return 'unreached'
  })
  const client = app.test_client()
  t.same((await client.get('/read')).json, { user: null, keys: [] })
  await t.rejects(client.get('/write'), {
    code: 'SESSION_NO_SECRET',
    message: /the app has no SECRET_KEY.*Set app\.config\.SECRET_KEY to a long random text/,
  })
})

t.test('request looks like the current request, whichever that is', async (t) => {
  const app = makeApp()
  t.ok(request instanceof Request)
  t.ok('path' in request)
  t.notOk('nothing' in request)
  t.ok(Object.keys(request).includes('method'))
  app.test_request_context('/outer?a=1').run(() => {
    t.equal(request.path, '/outer')
    app.test_request_context('/inner').run(() => t.equal(request.path, '/inner'))
    t.equal(request.args.get('a'), '1')
    const { path, method } = request
    t.same([path, method], ['/outer', 'GET'])
    request.url_rule = undefined
    request.trusted_hosts = ['localhost']
    t.same(request.trusted_hosts, ['localhost'])
  })
  app.test_request_context().run(() => t.not(request.trusted_hosts, ['localhost']))
})

class MyRequest extends Request {
  tenant = 'none'
  readonly #secret = 'private'
  get tenant_name(): string {
    return `${this.tenant} of ${this.host}`
  }
  reveal(suffix: string): string {
    return this.#secret + suffix
  }
  override get_json(): unknown {
    return 'overridden'
  }
  override get path(): string {
    return super.path.toUpperCase()
  }
}

const mine = request as MyRequest

t.test('the names of a request class of an app are reachable on request, and its overrides hold', async (t) => {
  class ByField extends Flagon {
    override request_class = MyRequest
  }
  const assigned = makeApp()
  assigned.request_class = MyRequest
  for (const app of [new ByField(import.meta.url, { static_folder: null }), assigned]) {
    app.get('/A', () => {
      mine.tenant = 'shop'
      return [mine.tenant_name, mine.reveal('!'), request.get_json(), request.path, 'tenant' in request]
    })
    app.get('/B', () => mine.tenant)
    const client = app.test_client()
    t.same((await client.get('/a')).json, ['shop of localhost', 'private!', 'overridden', '/A', true])
    t.equal((await client.get('/b')).text, 'none', 'the next request has values of its own')
    app.test_request_context().run(() => {
      mine.tenant = 'shop'
      t.same([mine.tenant_name, mine.reveal('!'), request.get_json()], ['shop of localhost', 'private!', 'overridden'])
      t.ok('tenant' in request)
    })
  }
  t.throws(() => mine.tenant_name, { code: 'OUTSIDE_CONTEXT', message: /request\.tenant_name/ })
  t.throws(() => mine.reveal('!'), { code: 'OUTSIDE_CONTEXT', message: /request\.reveal/ })
  makeApp()
    .test_request_context()
    .run(() => t.equal(mine.tenant, undefined, 'another app has its own class'))
})

// security 1.8: state of one request is never seen by another
t.test('what is assigned to request belongs to that request alone', async (t) => {
  const app = makeApp()
  const open = request as unknown as Record<string, unknown>
  app.get('/<name>', async ({ name }) => {
    const before = open['user']
    open['user'] = name
    await delay(5)
    return [before ?? null, open['user'], 'user' in request]
  })
  const client = app.test_client()
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => client.get(`/${name}`)))
  t.same(
    answers.map((answer) => answer.json),
    [
      [null, 'a', true],
      [null, 'b', true],
      [null, 'c', true],
    ],
  )
  t.notOk('user' in request)
  t.notOk(Object.hasOwn(request, 'user'))
})

t.test('printing shows what is bound here, or that nothing is', async (t) => {
  const app = makeApp()
  for (const [global, name] of [
    [request, 'request'],
    [session, 'session'],
    [g, 'g'],
  ] as const) {
    t.equal(inspect(global), '<unbound>', `${name} outside`)
  }
  t.equal(`${request}`, '<unbound>')
  app.test_request_context('/q?x=1', { method: 'POST' }).run(() => {
    g['user'] = 'ann'
    session['n'] = 1
    t.equal(inspect(request), "<Request 'http://localhost/q?x=1' [POST]>")
    t.equal(`${request}`, "<Request 'http://localhost/q?x=1' [POST]>")
    t.equal(inspect(session), '{ n: 1 }')
    t.equal(inspect(g), "{ user: 'ann' }")
  })
  app.config.TRUSTED_HOSTS = ['shop.test']
  app.test_request_context('/').run(() => t.equal(inspect(request), '<Request [GET]>', 'a host that is not trusted'))
  app.app_context().run(() => t.equal(inspect(request), '<unbound>'))
})

t.test('g is made by the class that the app names', async (t) => {
  class Globals extends AppContextGlobals {
    get cart(): string[] {
      return this.setdefault('items', []) as string[]
    }
  }
  const app = makeApp()
  app.app_ctx_globals_class = Globals
  app.app_context().run(() => {
    ;(g as unknown as Globals).cart.push('apple')
    t.same((g as unknown as Globals).cart, ['apple'])
    t.same(Object.keys(g), ['items'])
  })
})
