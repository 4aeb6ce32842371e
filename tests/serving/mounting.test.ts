import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import compression from 'compression'
import cors from 'cors'
import express from 'express'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import helmet from 'helmet'
import t, { type Test } from 'tap'
import {
  DispatcherMiddleware,
  event_stream,
  Flagon,
  make_response,
  redirect,
  request,
  send_file,
  session,
  url_for,
  with_middleware,
} from '../../lib/index.ts'
import { exchangeRaw, headerValues, RawConnection, type RawResponse } from '../support/raw-http.ts'

/** An app with a bit of everything that a host could get wrong. */
function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.config.SECRET_KEY = 'mounting'
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.get('/where/<name>', function where({ name }) {
    return {
      name,
      root: request.script_root,
      path: request.path,
      full: request.full_path,
      url: request.url,
      built: url_for('where', { name: 'bob' }),
      external: url_for('where', { name: 'bob', _external: true }),
    }
  })
  app.get('/dir/', () => 'dir')
  app.get('/go', () => redirect(url_for('where', { name: 'ann' })))
  app.route('/login', { methods: ['POST'] })(function login() {
    session.name = request.form.require('name')
    const response = redirect(url_for('whoami'))
    response.set_cookie('theme', 'dark', { path: `${request.script_root}/` })
    return response
  })
  app.get('/whoami', function whoami() {
    return `${session.name} ${request.cookies.get('theme')}`
  })
  app.route('/echo', { methods: ['POST', 'PUT'] })(() => request.get_data())
  app.get('/rows', function* rows() {
    for (let row = 0; row < 1000; row++) yield `row ${row}\n`
  })
  app.get('/text', () => 'word '.repeat(1000))
  app.get('/file', () => send_file(import.meta.filename, { mimetype: 'text/plain' }))
  app.get('/fail', () => {
    throw new Error('in the view')
  })
  return app
}

type Send = (
  target: string,
  options?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<RawResponse>

function sendTo(port: number): Send {
  return (target, { method = 'GET', headers = {}, body = '' } = {}) => {
    const fields = { Host: 'localhost', Connection: 'close', ...headers }
    const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `${method} ${target} HTTP/1.1\r\n${lines.join('')}${length}\r\n`
    return exchangeRaw(port, Buffer.from(head + body), method === 'HEAD')
  }
}

async function listen(t: Test, handler: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<Send> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return sendTo((server.address() as AddressInfo).port)
}

/** Every way to carry an app below `/flagon` beside other pages. */
const HOSTS: [name: string, start: (t: Test, app: Flagon) => Promise<Send>][] = [
  [
    'Express',
    (t, app) => {
      const host = express()
      host.get('/', (_req: IncomingMessage, res: ServerResponse) => res.end('host'))
      host.use('/flagon', app.handler)
      host.use((_req: IncomingMessage, res: ServerResponse) => res.writeHead(404).end('host: not found'))
      return listen(t, host)
    },
  ],
  [
    'Fastify by its server factory',
    async (t, app) => {
      const host = Fastify({
        serverFactory: (handler) => createServer(DispatcherMiddleware(handler, { '/flagon': app.handler })),
      })
      return startFastify(t, host)
    },
  ],
  [
    'Fastify by routes',
    async (t, app) => {
      const host = Fastify()
      const mounted = DispatcherMiddleware(app.handler, { '/flagon': app.handler })
      const forward = (asked: FastifyRequest, reply: FastifyReply): void => {
        reply.hijack()
        mounted(asked.raw, reply.raw)
      }
      host.all('/flagon', { onRequest: forward, handler: forward })
      host.all('/flagon/*', { onRequest: forward, handler: forward })
      return startFastify(t, host)
    },
  ],
  [
    'a bare server',
    (t, app) => {
      const host = (req: IncomingMessage, res: ServerResponse): unknown =>
        req.url === '/' ? res.end('host') : res.writeHead(404).end('host: not found')
      return listen(t, DispatcherMiddleware(host, { '/flagon': app.handler }))
    },
  ],
  [
    'another Flagon app',
    (t, app) => {
      const host = new Flagon(import.meta.url, { static_folder: null })
      host.get('/', () => 'host')
      host.errorhandler(404)(() => make_response('host: not found', 404))
      host.handler = DispatcherMiddleware(host.handler, { '/flagon': app.handler })
      return listen(t, host.handler)
    },
  ],
]

async function startFastify(t: Test, host: FastifyInstance): Promise<Send> {
  host.get('/', () => 'host')
  host.setNotFoundHandler((_asked, reply) => reply.code(404).send('host: not found'))
  await host.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => host.close())
  return sendTo((host.server.address() as AddressInfo).port)
}

for (const [name, start] of HOSTS) {
  t.test(`within ${name}, requests below the mount reach the app, and others do not`, async (t) => {
    const send = await start(t, makeApp())
    t.same((await send('/')).body.toString(), 'host')
    t.same((await send('/flagonnet')).body.toString(), 'host: not found')
    const missing = await send('/flagon/missing')
    t.equal(missing.status, 404)
    t.match(missing.body.toString(), /<!doctype html>/, 'the page is that of the app')
    t.equal((await send('/flagon')).status, 404, 'the mount itself is the root of the app')
    t.equal((await send('/flagon/go', { method: 'DELETE' })).status, 405)
  })

  t.test(`within ${name}, the app knows where it is`, async (t) => {
    const send = await start(t, makeApp())
    t.same(JSON.parse((await send('/flagon/where/ann%20b?q=1')).body.toString()), {
      name: 'ann b',
      root: '/flagon',
      path: '/where/ann b',
      full: '/where/ann b?q=1',
      url: 'http://localhost/flagon/where/ann%20b?q=1',
      built: '/flagon/where/bob',
      external: 'http://localhost/flagon/where/bob',
    })
    t.same(headerValues(await send('/flagon/dir'), 'Location'), ['http://localhost/flagon/dir/'])
    t.same(headerValues(await send('/flagon/go'), 'Location'), ['/flagon/where/ann'])
  })

  t.test(`within ${name}, forms, cookies and sessions work`, async (t) => {
    const send = await start(t, makeApp())
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const login = await send('/flagon/login', { method: 'POST', headers, body: 'name=ann' })
    t.equal(login.status, 302)
    const cookies = headerValues(login, 'Set-Cookie')
    t.match(cookies, [/^theme=dark; Path=\/flagon\/$/, /^session=.*; HttpOnly; Path=\//])
    const cookie = cookies.map((line) => line.split(';', 1)[0]).join('; ')
    const [target = ''] = headerValues(login, 'Location')
    t.equal((await send(target, { headers: { Cookie: cookie } })).body.toString(), 'ann dark')
  })

  t.test(`within ${name}, bodies of every type pass both ways`, async (t) => {
    const send = await start(t, makeApp())
    for (const type of ['application/json', 'text/plain', 'image/x-odd', 'multipart/odd']) {
      const options = { method: 'PUT', headers: { 'Content-Type': type }, body: '{"a": "ü"}' }
      t.equal((await send('/flagon/echo', options)).body.toString(), '{"a": "ü"}', type)
    }
    t.equal((await send('/flagon/rows')).body.toString().split('\n').length, 1001)
    t.match((await send('/flagon/file', { headers: { Range: 'bytes=0-5' } })).body.toString(), /^import$/)
    t.equal((await send('/flagon/text', { method: 'HEAD' })).body.length, 0)
  })

  t.test(`within ${name}, an error is the 500 of the app`, async (t) => {
    const send = await start(t, makeApp())
    const answer = await send('/flagon/fail')
    t.equal(answer.status, 500)
    t.notMatch(answer.body.toString(), /in the view/)
  })
}

t.test('a bare server carries an app at its root', async (t) => {
  const send = await listen(t, makeApp().handler)
  t.match(JSON.parse((await send('/where/ann')).body.toString()), { root: '', path: '/where/ann' })
})

t.test('an error that the app propagates goes to the error handlers of Express, after the teardown', async (t) => {
  const app = makeApp()
  app.config.PROPAGATE_EXCEPTIONS = true
  const order: string[] = []
  app.teardown_request((error) => void order.push(`teardown ${error}`))
  app.get('/bad-header', () => make_response('x', 200, { 'X-A': '游' }))
  const host = express()
  host.use('/flagon', app.handler)
  host.use((error: unknown, req: IncomingMessage, res: ServerResponse, _next: unknown) => {
    order.push(`express ${error}`)
    res.writeHead(503).end(`${req.url} ${error instanceof Error ? error.message : error}`)
  })
  const send = await listen(t, host)
  const answer = await send('/flagon/fail')
  t.same([answer.status, answer.body.toString()], [503, '/flagon/fail in the view'])
  t.same(order, ['teardown Error: in the view', 'express Error: in the view'])
  t.match((await send('/flagon/bad-header')).body.toString(), /Invalid character in header/)
  t.equal((await send('/flagon/missing')).status, 404, 'an HTTP error is an answer, and not propagated')
})

t.test('below a mount of Express, ProxyFix and more mounts add up', async (t) => {
  const app = makeApp()
  const host = express()
  host.use('/a', DispatcherMiddleware(makeApp().handler, { '/b': app.handler }))
  const send = await listen(t, host)
  t.match(JSON.parse((await send('/a/b/where/x')).body.toString()), { root: '/a/b', built: '/a/b/where/bob' })
  t.match(JSON.parse((await send('/a/where/x')).body.toString()), { root: '/a', built: '/a/where/bob' })
})

t.test('request.signal tells an app within Express that the client left, and that the server goes down', async (t) => {
  const app = makeApp()
  const seen: string[] = []
  app.get('/wait', async () => {
    await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
    seen.push(String(request.signal.reason.message))
    return 'stopped'
  })
  const stop = new AbortController()
  app.shutdown_signal = stop.signal
  const host = express()
  host.use('/flagon', app.handler)
  const server = createServer(host)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const leaving = await RawConnection.open(port)
  leaving.write('GET /flagon/wait HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await delay(20)
  leaving.close()
  while (seen.length < 1) await delay(1)
  const staying = exchangeRaw(port, 'GET /flagon/wait HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await delay(20)
  stop.abort(new Error('going down'))
  t.equal((await staying).body.toString(), 'stopped')
  t.same(seen, ['The client disconnected.', 'going down'])
})

/** An app behind the middleware that most Express apps have. */
function makeGuarded(): Flagon {
  const app = makeApp()
  app.get('/cookies', () => {
    const response = make_response('ü'.repeat(2000))
    response.set_cookie('a', '1')
    response.set_cookie('b', '2')
    session.seen = true
    return response
  })
  app.get('/own', () => make_response('own', 200, { 'X-Frame-Options': 'DENY', 'Content-Security-Policy': 'sandbox' }))
  app.get('/events', () => event_stream(['one', 'two']))
  app.handler = with_middleware(
    app.handler,
    helmet(),
    cors({ origin: ['https://friend.example', 'https://other.example'], credentials: true }),
    compression({ threshold: 0 }),
  )
  return app
}

t.test('helmet: its fields are on every answer, errors included, and a view can set its own', async (t) => {
  const send = await listen(t, makeGuarded().handler)
  for (const target of ['/text', '/missing', '/fail', '/file', '/rows', '/events']) {
    const answer = await send(target)
    t.same(headerValues(answer, 'X-Content-Type-Options'), ['nosniff'], target)
    t.same(headerValues(answer, 'X-Frame-Options'), ['SAMEORIGIN'], target)
    t.match(headerValues(answer, 'Content-Security-Policy'), [/default-src 'self'/], target)
  }
  const own = await send('/own')
  t.same(headerValues(own, 'X-Frame-Options'), ['DENY'])
  t.same(headerValues(own, 'Content-Security-Policy'), ['sandbox'])
})

t.test('cors: what it varies by is sent beside what the session varies by', async (t) => {
  const send = await listen(t, makeGuarded().handler)
  const answer = await send('/cookies', { headers: { Origin: 'https://friend.example' } })
  t.same(headerValues(answer, 'Access-Control-Allow-Origin'), ['https://friend.example'])
  t.same(headerValues(answer, 'Access-Control-Allow-Credentials'), ['true'])
  const vary = headerValues(answer, 'Vary').join(', ').split(/, */)
  t.same(vary.sort(), ['Accept-Encoding', 'Cookie', 'Origin'])
  t.same(
    headerValues(answer, 'Set-Cookie').map((line) => line.split('=', 1)[0]),
    ['a', 'b', 'session'],
  )
})

t.test('cors: it answers the question before a request by itself', async (t) => {
  const send = await listen(t, makeGuarded().handler)
  const headers = { Origin: 'https://friend.example', 'Access-Control-Request-Method': 'PUT' }
  const answer = await send('/echo', { method: 'OPTIONS', headers })
  t.equal(answer.status, 204)
  t.match(headerValues(answer, 'Access-Control-Allow-Methods'), [/PUT/])
})

t.test('cors: an origin that it refuses by an error is the 500 of the app', async (t) => {
  const app = makeApp()
  app.handler = with_middleware(
    app.handler,
    cors({ origin: (_origin, done) => done(new Error('not allowed by CORS')) }),
  )
  const send = await listen(t, app.handler)
  const answer = await send('/text', { headers: { Origin: 'https://stranger.example' } })
  t.equal(answer.status, 500)
  t.notMatch(answer.body.toString(), /CORS/)
})

const GZIP = { headers: { 'Accept-Encoding': 'gzip' } }

t.test('compression: text, streams and files are compressed whole', async (t) => {
  const send = await listen(t, makeGuarded().handler)
  for (const target of ['/text', '/cookies', '/rows', '/file', '/missing', '/fail']) {
    const [plain, packed] = [await send(target), await send(target, GZIP)]
    t.same(headerValues(packed, 'Content-Encoding'), ['gzip'], target)
    t.same(headerValues(packed, 'Content-Length'), [], target)
    t.equal(packed.status, plain.status)
    t.ok(packed.body.length < plain.body.length, target)
    t.equal(gunzipSync(packed.body).toString(), plain.body.toString(), target)
  }
})

t.test('compression: what must not change does not', async (t) => {
  const send = await listen(t, makeGuarded().handler)
  const head = await send('/text', { method: 'HEAD', ...GZIP })
  t.same([head.status, head.body.length], [200, 0])
  const [etag = ''] = headerValues(await send('/file'), 'ETag')
  const same = await send('/file', { headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': etag } })
  t.same([same.status, same.body.length, headerValues(same, 'Content-Encoding')], [304, 0, []])
  const events = await send('/events', GZIP)
  t.same(headerValues(events, 'Content-Encoding'), [], 'events go out as they come')
  t.match(events.body.toString(), /data: two\n\n$/)
})

t.test('compression: a reader who stops holds the generator back, and one who leaves ends it', async (t) => {
  const app = makeApp()
  let made = 0
  let ended = false
  app.get('/endless', function* endless() {
    try {
      // Bytes that do not shrink.
      for (;;) yield crypto.getRandomValues(new Uint8Array(16_384)).fill(made++ % 256, 0, 16)
    } finally {
      ended = true
    }
  })
  app.handler = with_middleware(app.handler, compression({ threshold: 0 }))
  const server = createServer(app.handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const client = await RawConnection.open((server.address() as AddressInfo).port)
  client.socket.pause()
  client.write('GET /endless HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n')
  let before = -1
  while (made !== before || made === 0) {
    before = made
    await delay(100)
  }
  t.ok(made < 2048, `${made} chunks were made`)
  client.close()
  while (!ended) await delay(1)
})

t.test('an Express app may stand around an app', async (t) => {
  const app = makeApp()
  const around = express()
  around.use(helmet())
  around.use(app.handler)
  app.handler = around
  const asked = await app.test_client().get('/where/ann')
  t.equal(asked.headers.get('X-Frame-Options'), 'SAMEORIGIN')
  t.match(asked.json, { name: 'ann', root: '' })
  const fetched = await app.fetch(new Request('http://localhost/where/ann'))
  t.equal(fetched.headers.get('X-Frame-Options'), 'SAMEORIGIN')
  t.match(await fetched.json(), { name: 'ann', root: '' })
  const streamed = await app.fetch(new Request('http://localhost/rows'))
  t.equal((await streamed.text()).split('\n').length, 1001)
})

t.test('app.fetch answers through the middleware', async (t) => {
  const { fetch } = makeGuarded()
  const response = await fetch(new Request('http://localhost/rows', { headers: { 'Accept-Encoding': 'gzip' } }))
  t.equal(response.headers.get('content-encoding'), 'gzip')
  t.equal(
    gunzipSync(await response.arrayBuffer())
      .toString()
      .split('\n').length,
    1001,
  )
})
