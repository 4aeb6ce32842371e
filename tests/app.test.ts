import type { IncomingMessage, ServerResponse } from 'node:http'
import t from 'tap'
import type { HTTPException } from '../lib/http/exceptions.ts'
import {
  appcontext_pushed,
  Blueprint,
  type Context,
  current_app,
  DefaultJSONProvider,
  Flagon,
  flash,
  g,
  make_response,
  type Request,
  type Response,
  redirect,
  request,
  SecureCookieSessionInterface,
  session,
  type ViewReturn,
} from '../lib/index.ts'
import { FlagonClient } from '../lib/testing/index.ts'
import { exchangeRaw, headerValues } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

type MaybePromise<T> = T | Promise<T>

const quiet = <A extends Flagon>(app: A): A => {
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  return app
}

const makeApp = (): Flagon => quiet(new Flagon(import.meta.url, { static_folder: null }))

t.test('run serves the app on a port that is free, and fetch gets its answers', async (t) => {
  const app = makeApp()
  app.get('/hello/<name>', ({ name }) => `hello ${name}`)
  const server = await app.run({ port: 0, signals: false, debug: true })
  t.teardown(() => server.close())
  const address = server.address()
  t.match(address, { address: '127.0.0.1', port: Number })
  const port = typeof address === 'object' ? address?.port : undefined
  const answer = await fetch(`http://127.0.0.1:${port}/hello/%E6%B8%B8`, { headers: { Connection: 'close' } })
  t.same([answer.status, await answer.text()], [200, 'hello 游'])
  t.ok(app.debug, 'debug mode was asked for')
})

t.test('run leaves debug mode as it is unless told otherwise', async (t) => {
  const app = makeApp()
  app.debug = true
  const server = await app.run({ port: 0, signals: false })
  t.ok(app.debug)
  server.close()
  const other = await app.run({ port: 0, signals: false, debug: false })
  t.notOk(app.debug)
  other.close()
})

t.test('the handler may be wrapped and assigned back, also while the app is served', async (t) => {
  const app = makeApp()
  app.get('/', () => request.headers.get('X-Layer') ?? 'none')
  const port = await servedApp(t, app)
  const inner = app.handler
  app.handler = (req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/layer') return void res.end('of the layer')
    req.rawHeaders.push('X-Layer', 'wrapped')
    return inner(req, res)
  }
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  t.same([await ask('/'), await ask('/layer')], ['wrapped', 'of the layer'])
  t.equal((await app.test_client().get('/')).text, 'wrapped', 'the test client goes through it too')
})

/** What each step of the life of a request did, in order. */
class Traced extends Flagon {
  readonly log: string[] = []

  override match_request(req: Request): void {
    this.log.push('match_request')
    super.match_request(req)
  }
  override full_dispatch_request(context?: Context): MaybePromise<Response> {
    this.log.push('full_dispatch_request')
    return super.full_dispatch_request(context)
  }
  override preprocess_request(context?: Context): MaybePromise<ViewReturn | undefined> {
    this.log.push('preprocess_request')
    return super.preprocess_request(context)
  }
  override dispatch_request(context?: Context): MaybePromise<ViewReturn> {
    this.log.push('dispatch_request')
    return super.dispatch_request(context)
  }
  override raise_routing_exception(req: Request): never {
    this.log.push('raise_routing_exception')
    return super.raise_routing_exception(req)
  }
  override handle_user_exception(error: unknown, context?: Context): MaybePromise<unknown> {
    this.log.push('handle_user_exception')
    return super.handle_user_exception(error, context)
  }
  override handle_http_exception(error: HTTPException, context?: Context): MaybePromise<unknown> {
    this.log.push('handle_http_exception')
    return super.handle_http_exception(error, context)
  }
  override handle_exception(error: unknown, context?: Context): MaybePromise<Response> {
    this.log.push('handle_exception')
    return super.handle_exception(error, context)
  }
  override trap_http_exception(error: unknown): boolean {
    this.log.push('trap_http_exception')
    return super.trap_http_exception(error)
  }
  override log_exception(error: unknown): void {
    this.log.push('log_exception')
    super.log_exception(error)
  }
  override make_default_options_response(): Response {
    this.log.push('make_default_options_response')
    return super.make_default_options_response()
  }
  override finalize_request(result: unknown, from_error_handler?: boolean, context?: Context): MaybePromise<Response> {
    this.log.push('finalize_request')
    return super.finalize_request(result, from_error_handler, context)
  }
  override make_response(result: unknown, status?: unknown, headers?: unknown): Response {
    this.log.push('make_response')
    return super.make_response(result, status, headers)
  }
  override process_response(response: Response, context?: Context): MaybePromise<Response> {
    this.log.push('process_response')
    return super.process_response(response, context)
  }
  override do_teardown_request(error?: unknown, context?: Context): Promise<void> | undefined {
    this.log.push('do_teardown_request')
    return super.do_teardown_request(error, context)
  }
  override do_teardown_appcontext(error?: unknown, context?: Context): Promise<void> | undefined {
    this.log.push('do_teardown_appcontext')
    return super.do_teardown_appcontext(error, context)
  }
}

t.test('every step of a request may be overridden', async (t) => {
  const start = ['match_request', 'full_dispatch_request', 'preprocess_request', 'dispatch_request']
  const finish = ['finalize_request', 'make_response', 'process_response']
  const end = ['do_teardown_request', 'do_teardown_appcontext']
  const httpError = ['handle_user_exception', 'trap_http_exception', 'handle_http_exception']
  const app = quiet(new Traced(import.meta.url, { static_folder: null }))
  app.get('/', () => 'x')
  app.get('/async', async () => 'x')
  app.get('/fails', () => {
    throw new Error('boom')
  })
  const client = app.test_client()
  for (const [method, path, steps] of [
    ['GET', '/', [...start, ...finish, ...end]],
    ['GET', '/async', [...start, ...finish, ...end]],
    ['OPTIONS', '/', [...start, 'make_default_options_response', ...finish, ...end]],
    ['GET', '/nowhere', [...start, 'raise_routing_exception', ...httpError, ...finish, ...end]],
    ['GET', '/fails', [...start, 'handle_user_exception', 'handle_exception', 'log_exception', ...finish, ...end]],
  ] as const) {
    await client.open(path, { method })
    t.same(app.log.splice(0), steps, `${method} ${path}`)
  }
})

t.test('an override written as in Flask, without the context, works for both kinds of view', async (t) => {
  class Stamped extends Flagon {
    override process_response(response: Response): MaybePromise<Response> {
      const processed = super.process_response(response)
      if (processed instanceof Promise) return processed.then((later) => this.stamp(later))
      return this.stamp(processed)
    }
    stamp(response: Response): Response {
      response.headers.set('X-Stamp', request.path)
      return response
    }
    override dispatch_request(): MaybePromise<ViewReturn> {
      if (request.path === '/closed') return make_response('closed', 503)
      return super.dispatch_request()
    }
    override handle_user_exception(error: unknown): MaybePromise<unknown> {
      return error instanceof RangeError ? make_response('range', 400) : super.handle_user_exception(error)
    }
  }
  const app = quiet(new Stamped(import.meta.url, { static_folder: null }))
  app.after_request(async (response) => response)
  app.get('/', () => 'x')
  app.get('/fails', () => {
    throw new RangeError('x')
  })
  const client = app.test_client()
  t.equal((await client.get('/')).headers.get('X-Stamp'), '/')
  t.same([(await client.get('/closed')).status_code, (await client.get('/closed')).text], [503, 'closed'])
  t.equal((await client.get('/fails')).text, 'range')
})

t.test('steps of a request may be run by hand in a test request context', async (t) => {
  const app = makeApp()
  app.before_request(() => {
    g['user'] = 'ann'
    return request.path === '/early' ? 'early' : undefined
  })
  app.after_request((response) => {
    response.headers.set('X-After', 'yes')
    return response
  })
  app.get('/view', () => `view of ${g['user']}`)
  await app.test_request_context('/view').run(async () => {
    t.equal(await app.preprocess_request(), undefined)
    t.equal(g['user'], 'ann')
    t.equal(await app.dispatch_request(), 'view of ann')
    t.equal((await app.finalize_request('x')).headers.get('X-After'), 'yes')
    t.equal((await app.process_response(make_response('x'))).headers.get('X-After'), 'yes')
    t.equal((await app.full_dispatch_request()).get_data({ as_text: true }), 'view of ann')
  })
  app.test_request_context('/early').run(() => t.equal(app.preprocess_request(), 'early'))
  for (const use of [() => app.preprocess_request(), () => app.dispatch_request(), () => app.full_dispatch_request()]) {
    t.throws(use, { code: 'OUTSIDE_CONTEXT', message: /test_request_context/ })
  }
})

t.test('an app is made of the classes that it names, by assignment or in a subclass', async (t) => {
  class Client extends FlagonClient {
    login(): Promise<unknown> {
      return this.get('/login')
    }
  }
  class Json extends DefaultJSONProvider {
    override sort_keys = true
  }
  class Sessions extends SecureCookieSessionInterface {
    override get_cookie_name(): string {
      return 'mine'
    }
  }
  class Own extends Flagon {
    override test_client_class = Client
    override json_provider_class = Json
    override session_interface = new Sessions()
  }
  const assigned = new Flagon(import.meta.url, { static_folder: null })
  assigned.test_client_class = Client
  assigned.json_provider_class = Json
  assigned.session_interface = new Sessions()
  for (const app of [new Own(import.meta.url, { static_folder: null }), assigned]) {
    app.secret_key = '110'
    app.get('/login', () => {
      session['user'] = 'ann'
      return { b: 1, a: 2 }
    })
    const client = app.test_client()
    t.ok(client instanceof Client)
    const answer = (await (client as Client).login()) as Response
    t.equal(answer.get_data({ as_text: true }), '{"a":2,"b":1}\n')
    t.match(answer.headers.get('Set-Cookie'), /^mine=/)
  }
})

t.test('test_client takes options, and each client has cookies of its own', async (t) => {
  const app = makeApp()
  app.secret_key = '110'
  app.get('/', () => {
    session['n'] = Number(session['n'] ?? 0) + 1
    return String(session['n'])
  })
  const [one, two, none] = [app.test_client(), app.test_client(), app.test_client({ use_cookies: false })]
  const counts: string[] = []
  for (const client of [one, one, two, none, none]) counts.push((await client.get('/')).text)
  t.same(counts, ['1', '2', '1', '1', '1'])
})

t.test('an OPTIONS answer, a redirect and an adapter can be asked for', async (t) => {
  const app = makeApp()
  app.route('/x', { methods: ['GET', 'POST'] })(() => 'x')
  app.test_request_context('/x').run(() => {
    t.same([...app.make_default_options_response().allow].sort(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
    t.equal(app.create_url_adapter(app.test_request_context('/x').request)?.build('/x'), '/x')
  })
  t.same([app.redirect('/x').status_code, app.redirect('/x', 301).location], [302, '/x'])
  t.equal(app.create_url_adapter(undefined), undefined)
  app.config.SERVER_NAME = 'shop.test'
  t.equal(app.create_url_adapter(undefined)?.build('/x', {}, { force_external: true }), 'http://shop.test/x')
})

t.test('the interactive shell starts with the app, g and what its processors give', async (t) => {
  const app = makeApp()
  app.shell_context_processor(() => ({ one: 1, two: 1 }))
  app.shell_context_processor(() => ({ two: 2 }))
  t.same(Object.keys(app.make_shell_context()), ['app', 'g', 'one', 'two'])
  t.match(app.make_shell_context(), { app, one: 1, two: 2 })
})

t.test('an error is logged with the method and path of its request', async (t) => {
  const app = makeApp()
  const records: unknown[] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => records.push(args) }
  const failure = new Error('boom')
  app.post('/x', () => {
    throw failure
  })
  await app.test_client().post('/x')
  app.app_context().run(() => app.log_exception(failure))
  t.same(records, [
    [{ err: failure }, 'Exception on /x [POST]'],
    [{ err: failure }, 'Exception'],
  ])
})

t.test('the endpoint of the request that is handled can be told', async (t) => {
  const app = makeApp()
  app.get('/x', { endpoint: 'here' }, () => String(current_app.current_endpoint))
  t.equal((await app.test_client().get('/x')).text, 'here')
  app.app_context().run(() => t.equal(app.current_endpoint, undefined))
})

// security 1.4: the matched path is decoded once, and guards of a blueprint see every spelling of it
t.test('no spelling of a path goes round the guard of a blueprint', async (t) => {
  const app = makeApp()
  const admin = new Blueprint('admin', import.meta.url, { url_prefix: '/admin' })
  admin.before_request(() => make_response('guarded', 403))
  admin.get('/s', () => 'secret')
  admin.get('/<path:rest>', () => 'secret')
  app.register_blueprint(admin)
  app.get('/', () => 'open')
  const port = await servedApp(t, app)
  for (const path of [
    '/admin/s',
    '/%61dmin/s',
    '/admin%2Fs',
    '/admin%2fs',
    '//admin/s',
    '/admin//s',
    '/admin/%2e%2e/admin/s',
    '/./admin/s',
  ]) {
    const answer = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    t.ok([308, 403, 404].includes(answer.status), `${path} is ${answer.status}`)
    t.notMatch(`${answer.body}`, 'secret')
  }
})

t.test('hosts that are not trusted get 400, where the config names those that are', async (t) => {
  const app = makeApp()
  app.config.TRUSTED_HOSTS = ['shop.test', '.users.test']
  app.get('/', () => request.host)
  const port = await servedApp(t, app)
  const status = async (host: string) => (await exchangeRaw(port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status
  for (const [host, expected] of [
    ['shop.test', 200],
    ['ann.users.test', 200],
    ['evil.test', 400],
    ['shop.test.evil.test', 400],
    ['localhost', 400],
  ] as const) {
    t.equal(await status(host), expected, host)
  }
})

t.test('one request after the other leaves nothing behind: g, flashes and the session are fresh', async (t) => {
  const app = makeApp()
  app.secret_key = '110'
  app.get('/', () => {
    const before = { ...g }
    g['mark'] = 1
    flash('x')
    return redirect(`/seen?${JSON.stringify(before)}`)
  })
  const client = app.test_client({ use_cookies: false })
  for (let i = 0; i < 3; i++) t.match((await client.get('/')).location, '/seen?%7B%7D')
})

t.test('a request on a bare server of node is answered by the handler alone', async (t) => {
  const { createServer } = await import('node:http')
  const app = makeApp()
  app.get('/', () => make_response('x', 201, { 'X-A': 'b' }))
  const server = createServer(app.handler).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const answer = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  t.same([answer.status, `${answer.body}`, headerValues(answer, 'X-A')], [201, 'x', ['b']])
})

t.test('a context is announced to receivers of the app that it belongs to', async (t) => {
  const [one, two] = [makeApp(), makeApp()]
  const senders: unknown[] = []
  const receiver = appcontext_pushed.connect((sender) => senders.push(sender), one)
  t.teardown(() => appcontext_pushed.disconnect(receiver, one))
  for (const app of [one, two]) {
    app.get('/', () => 'x')
    await app.test_client().get('/')
  }
  t.same(senders.length, 1)
  t.equal(senders[0], one)
})
