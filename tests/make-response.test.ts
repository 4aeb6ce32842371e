import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { NotFound } from '../lib/http/exceptions.ts'
import { abort, escape as escapeHtml, Flagon, Markup, make_response, Response, request } from '../lib/index.ts'
import { RequestRedirect } from '../lib/routing/index.ts'
import { exchangeRaw, headerValues } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.testing = true
  return app
}

const HTML = 'text/html; charset=utf-8'
const JSON_TYPE = 'application/json'

async function* later(...pieces: string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    await null
    yield piece
  }
}

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
  toJSON(): unknown {
    return { x: this.x }
  }
}

/** What a view returns, and what the client gets: body, media type, and whether its length is known. */
const RESULTS: readonly (readonly [
  name: string,
  make: () => object | string,
  body: string,
  type: string,
  isSized: boolean,
])[] = [
  ['a string', () => '游客', '游客', HTML, true],
  ['an empty string', () => '', '', HTML, true],
  ['bytes', () => Buffer.from('bytes'), 'bytes', HTML, true],
  ['a Uint8Array', () => new Uint8Array([97, 98]), 'ab', HTML, true],
  ['markup', () => new Markup('<b>'), '<b>', HTML, true],
  ['escaped text', () => escapeHtml('<b>'), '&lt;b&gt;', HTML, true],
  ['an object', () => ({ b: 1, a: '游' }), '{"b":1,"a":"游"}\n', JSON_TYPE, true],
  ['an object without a prototype', () => Object.assign(Object.create(null), { a: 1 }), '{"a":1}\n', JSON_TYPE, true],
  ['an array', () => ['x', 201], '["x",201]\n', JSON_TYPE, true],
  ['an object that says its JSON', () => new Point(3), '{"x":3}\n', JSON_TYPE, true],
  ['a Response', () => new Response('text', { mimetype: 'text/plain' }), 'text', 'text/plain; charset=utf-8', true],
  [
    'a web Response',
    () => new globalThis.Response('web', { headers: { 'Content-Type': 'text/x-web' } }),
    'web',
    'text/x-web',
    false,
  ],
  ['web JSON', () => globalThis.Response.json({ a: 1 }), '{"a":1}', JSON_TYPE, false],
  ['a Readable', () => Readable.from(['a', 'b']), 'ab', HTML, false],
  ['a web stream', () => ReadableStream.from(['a', 'b']), 'ab', HTML, false],
  ['an async generator', () => later('a', 'b'), 'ab', HTML, false],
  [
    'a generator',
    function* () {
      yield 'a'
      yield Buffer.from('b')
      yield new Markup('<i>')
    },
    'ab<i>',
    HTML,
    false,
  ],
  ['an iterator', () => ['a', 'b'].values(), 'ab', HTML, false],
  ['a promise', () => Promise.resolve('later'), 'later', HTML, true],
  ['a promise of a stream', async () => Readable.from(['a']), 'a', HTML, false],
]

for (const [name, make, body, type, isSized] of RESULTS) {
  t.test(`a view may return ${name}`, async (t) => {
    const app = makeApp()
    app.get('/', () => make())
    const port = await servedApp(t, app)
    const answer = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    t.same([answer.status, `${answer.body}`], [200, body])
    t.same(headerValues(answer, 'Content-Type'), [type])
    t.same(headerValues(answer, 'Content-Length'), isSized ? [String(Buffer.byteLength(body))] : [])
    const head = await exchangeRaw(port, 'HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n', true)
    t.same([head.status, head.body.length], [200, 0])
  })
}

t.test('what is no answer is refused, and the text says what to return instead', async (t) => {
  const app = makeApp()
  const advice =
    /: return a string, bytes, a plain object or array, a Response, a stream or a generator; for a status beside the body return make_response\(body, status\)$/
  for (const [result, text] of [
    [undefined, 'returned undefined, perhaps by a missing return'],
    [null, 'returned null, perhaps by a missing return'],
    [201, 'returned the number 201, which is no response'],
    [10n, 'returned the bigint 10, which is no response'],
    [true, 'returned the boolean true, which is no response'],
    [Symbol('s'), 'returned the symbol Symbol(s), which is no response'],
    [() => 'x', 'returned a nameless function, which is no response'],
    [function view() {}, 'returned the function view, which is no response'],
    [new Set(['a']), 'returned a Set, which is no response'],
    [new Map(), 'returned a Map, which is no response'],
    [/x/, 'returned a RegExp, which is no response'],
    [new Error('x'), 'returned a Error, which is no response'],
  ] as const) {
    t.throws(() => app.test_request_context().run(() => app.make_response(result)), {
      code: 'VIEW_RETURN',
      message: advice,
    })
    try {
      app.app_context().run(() => app.make_response(result))
    } catch (error) {
      t.match(error, { message: new RegExp(`^a view ${text.replace(/[()]/g, '\\$&')}: `) })
    }
  }
  app.get('/', { endpoint: 'index' }, (() => 404) as never)
  await t.rejects(app.test_client().get('/'), { message: /^the view of 'index' returned the number 404/ })
})

t.test('hooks and error handlers are held to the same', async (t) => {
  const app = makeApp()
  app.before_request(() => (request.path === '/before' ? (7 as never) : undefined))
  app.errorhandler(404)((() => undefined) as never)
  await t.rejects(app.test_client().get('/before'), { code: 'VIEW_RETURN', message: /returned the number 7/ })
  await t.rejects(app.test_client().get('/nothing'), { code: 'VIEW_RETURN', message: /returned undefined/ })
})

/** Status and header fields that `make_response` gives, as one text; the answers are those of Flask. */
function made(app: Flagon, ...args: unknown[]): string {
  return app.test_request_context().run(() => {
    const { status, headers } = app.make_response(args[0], args[1], args[2])
    return [status, ...[...headers].map(([name, value]) => `${name}: ${value}`)].join(' | ')
  })
}

t.test('make_response takes a status and header fields, or fields alone', async (t) => {
  const app = makeApp()
  const plain = `Content-Type: ${HTML} | Content-Length: 1`
  for (const [args, expected] of [
    [['x'], `200 OK | ${plain}`],
    [['x', 201], `201 CREATED | ${plain}`],
    [['x', '404'], `404 NOT FOUND | ${plain}`],
    [['x', '299 Fine'], `299 Fine | ${plain}`],
    [['x', 201, null], `201 CREATED | ${plain}`],
    [['x', null, null], `200 OK | ${plain}`],
    [['x', 201, { 'X-A': 'b' }], `201 CREATED | X-A: b | ${plain}`],
    [['x', { 'X-A': 'b' }], `200 OK | X-A: b | ${plain}`],
    [['x', { 'X-A': ['1', '2'], 'X-N': 3 }], `200 OK | X-A: 1 | X-A: 2 | X-N: 3 | ${plain}`],
    [
      [
        'x',
        [
          ['X-A', '1'],
          ['X-A', '2'],
        ],
      ],
      `200 OK | X-A: 1 | X-A: 2 | ${plain}`,
    ],
    [['x', new Map([['X-A', 'b']])], `200 OK | X-A: b | ${plain}`],
    [['x', { 'content-type': 'text/x' }], '200 OK | content-type: text/x | Content-Length: 1'],
    [
      [{}, 201, { 'X-A': ['1', '2'] }],
      '201 CREATED | Content-Type: application/json | Content-Length: 3 | X-A: 1 | X-A: 2',
    ],
    [[{}, { 'Content-Type': 'text/x' }], '200 OK | Content-Type: text/x | Content-Length: 3'],
    [[new Response('x', { status: 201 }), '404 Gone Away', { 'X-A': 'b' }], `404 Gone Away | ${plain} | X-A: b`],
  ] as const) {
    t.equal(made(app, ...args), expected)
  }
})

t.test('a status or header fields that are none are told so', async (t) => {
  const app = makeApp()
  for (const [args, message] of [
    [['x', true], /the status of make_response\(body, status, headers\) is the boolean true: give a code/],
    [['x', () => 1], /the status .* is a nameless function/],
    [
      ['x', 200, 'text/plain'],
      /the headers of make_response\(body, status, headers\) is "text\/plain": give an object/,
    ],
    [['x', 200, 7], /the headers .* is the number 7/],
  ] as const) {
    t.throws(() => made(app, ...args), { code: 'VIEW_RETURN', message })
  }
  t.throws(() => made(app, 'x', 'oops'), { message: /A status is a code/ })
  t.throws(() => made(app, 'x', { 'X-A': 'a\r\nX-B: c' }), { message: /X-A has CR, LF or NUL/ })
})

t.test('the helper gives an empty response for nothing, and refuses what it is given by mistake', async (t) => {
  const app = makeApp()
  app.test_request_context().run(() => {
    const empty = make_response()
    t.same([empty.status_code, empty.get_data({ as_text: true })], [200, ''])
    t.same(make_response('x', 201, { 'X-A': 'b' }).headers.get('X-A'), 'b')
    t.same(make_response('x', { 'X-A': 'b' }).headers.get('X-A'), 'b')
    t.throws(() => make_response(undefined), { code: 'VIEW_RETURN' })
    t.throws(() => make_response(undefined, 204), { code: 'VIEW_RETURN' })
    t.equal(make_response('', 204).status_code, 204)
  })
  t.throws(() => make_response('x'), { code: 'OUTSIDE_CONTEXT' })
})

t.test('responses are of the class that the app names', async (t) => {
  class Plain extends Response {
    override get default_mimetype() {
      return 'text/plain'
    }
    get loud(): string {
      return this.get_data({ as_text: true }).toUpperCase()
    }
  }
  class ByField extends Flagon {
    override response_class = Plain
  }
  const app = new ByField(import.meta.url, { static_folder: null })
  app.test_request_context().run(() => {
    const base = new Response('x')
    for (const result of [
      'x',
      Buffer.from('x'),
      {},
      ['x'],
      later('x'),
      new NotFound(),
      new globalThis.Response('x'),
      base,
    ]) {
      t.ok(app.make_response(result) instanceof Plain)
      t.ok(app.make_response(result, 201, {}) instanceof Plain)
    }
    t.equal(app.make_response('x').content_type, 'text/plain; charset=utf-8')
    t.equal(app.make_response(base), base, 'a plain Response becomes one of the class')
    t.equal((app.make_response(base) as Plain).loud, 'X')
    t.ok(app.redirect('/x') instanceof Plain)
    t.ok(app.json.response({}) instanceof Plain)
    t.ok(app.make_default_options_response() instanceof Plain)
    t.ok(make_response() instanceof Plain)
  })
})

t.test('an HTTP exception becomes its page, its response or its redirect', async (t) => {
  const app = makeApp()
  app.get('/page', () => new NotFound('no <tea>'))
  app.get('/dressed', () => make_response(new NotFound(), 410, { 'X-A': 'b' }))
  app.get('/own', () => abort(make_response('own', 418)))
  app.get('/redirect', () => new RequestRedirect('/elsewhere'))
  const client = app.test_client()
  const page = await client.get('/page')
  t.same([page.status_code, page.content_type], [404, HTML])
  t.match(page.text, 'no &lt;tea&gt;')
  const dressed = await client.get('/dressed')
  t.same([dressed.status_code, dressed.headers.get('X-A')], [410, 'b'])
  t.same([(await client.get('/own')).status_code, (await client.get('/own')).text], [418, 'own'])
  const redirect = await client.get('/redirect')
  t.same([redirect.status_code, redirect.location], [308, '/elsewhere'])
})

t.test('a web Response keeps its status, its fields, its cookies, and gets no type that it lacks', async (t) => {
  const app = makeApp()
  app.get('/', () => {
    const headers = new globalThis.Headers([
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-A', 'b'],
    ])
    return new globalThis.Response(new Uint8Array([60, 98, 62]), { status: 203, statusText: 'Made Up', headers })
  })
  app.get('/empty', () => new globalThis.Response(null, { status: 204 }))
  app.get('/redirect', () => globalThis.Response.redirect('http://other.test/x', 307))
  const client = app.test_client()
  const answer = await client.get('/')
  t.same([answer.status, answer.text], ['203 Made Up', '<b>'])
  t.same(answer.headers.getlist('Set-Cookie'), ['a=1', 'b=2'])
  t.equal(answer.headers.get('X-A'), 'b')
  t.notOk(answer.headers.has('Content-Type'), 'unknown content must not become a page')
  t.equal((await client.get('/empty')).status_code, 204)
  t.equal((await client.get('/redirect')).location, 'http://other.test/x')
})

/** The URL of a server of node that answers each request so, until the test ends. */
async function upstream(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

t.test('what fetch gave can be passed on as it is, also packed content and answers to HEAD', async (t) => {
  const text = 'packed '.repeat(1000)
  const url = await upstream(t, (req, res) => {
    const packed = gzipSync(text)
    res.writeHead(200, {
      'Content-Type': 'text/x-packed',
      'Content-Encoding': 'gzip',
      'Content-Length': packed.length,
      Connection: 'close',
      'X-Upstream': 'yes',
    })
    res.end(req.method === 'HEAD' ? undefined : packed)
  })
  const app = makeApp()
  app.get('/', () => fetch(url))
  app.get('/head', () => fetch(url, { method: 'HEAD' }))
  const client = app.test_client()
  const answer = await client.get('/')
  t.equal(answer.text, text)
  t.equal(answer.content_type, 'text/x-packed')
  t.equal(answer.headers.get('X-Upstream'), 'yes')
  t.notOk(answer.headers.has('Content-Encoding'))
  t.equal((await client.get('/head')).text, '')
})

t.test('session and g are not answers', async (t) => {
  const app = makeApp()
  const { session, g } = await import('../lib/index.ts')
  app.secret_key = '110'
  app.test_request_context().run(() => {
    session['next'] = '/x'
    g['next'] = '/x'
    for (const keyed of [session, g]) t.throws(() => app.make_response(keyed), { code: 'VIEW_RETURN' })
    t.same(app.json.loads(app.json.dumps({ ...session })), { next: '/x' })
  })
})
