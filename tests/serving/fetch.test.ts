import { readdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Flagon, Response as FlagonResponse, g, make_response, request, session } from '../../lib/index.ts'
import { answerFetch } from '../../lib/serving/fetch.ts'

const ORIGIN = 'http://shop.example'
const CHUNK_BYTES = 16_384
/** Chunks that fit into the buffers on the way: those of a stream and of a socket, which has room for four from node 22 on. */
const MOST_AHEAD = 8

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.config.SECRET_KEY = 'fetch'
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  return app
}

/** What a listener of node answers to a GET. */
function answerOf(
  listener: (req: IncomingMessage, res: ServerResponse) => unknown,
  init: RequestInit = {},
): Promise<Response> {
  return answerFetch(listener, new Request(`${ORIGIN}/`, init))
}

/** Waits until a value stays as it is for a while. */
async function settled(read: () => number): Promise<number> {
  let before = -1
  for (let now = read(); now !== before; now = read()) {
    before = now
    await delay(20)
  }
  return before
}

t.test('a view answers a web request with a web response', async (t) => {
  const app = makeApp()
  app.get('/hello/<name>', ({ name }) => make_response(`hello ${name}`, '299 Strange', { 'X-A': 'b' }))
  const { fetch } = app
  const response = await fetch(new Request(`${ORIGIN}/hello/ann`))
  t.ok(response instanceof Response)
  t.same([response.status, response.statusText, await response.text()], [299, 'Strange', 'hello ann'])
  t.equal(response.headers.get('x-a'), 'b')
  t.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  t.equal(response.headers.get('content-length'), '9')
  for (const name of ['connection', 'keep-alive', 'transfer-encoding']) t.notOk(response.headers.has(name), name)
})

t.test('the request is that of the URL and its headers', async (t) => {
  const app = makeApp()
  app.get('/<path:rest>', () => ({
    method: request.method,
    path: request.path,
    args: request.args.getlist('q'),
    url: request.url,
    host: request.host,
    scheme: request.scheme,
    agent: request.headers.get('User-Agent') ?? null,
    address: request.remote_addr ?? null,
    root: request.root_path,
  }))
  const response = await app.fetch(
    new Request('https://shop.example:8443/a%20b/%C3%BC?q=1&q=%2B#part', { headers: { 'user-agent': 'test' } }),
  )
  t.same(await response.json(), {
    method: 'GET',
    path: '/a b/ü',
    args: ['1', '+'],
    url: 'https://shop.example:8443/a%20b/ü?q=1&q=%2B',
    host: 'shop.example:8443',
    scheme: 'https',
    agent: 'test',
    address: null,
    root: '',
  })
  const named = await app.fetch(new Request(`${ORIGIN}/x`, { headers: { host: 'other.example' } }))
  t.match(await named.json(), { host: 'other.example', url: 'http://other.example/x' })
  t.equal((await app.fetch(new Request(`${ORIGIN}/x`, { headers: { host: 'a b' } }))).status, 400)
})

t.test('each cookie is a field of its own, and cookies come back', async (t) => {
  const app = makeApp()
  app.get('/set', () => {
    const response = make_response('set')
    response.set_cookie('a', '1')
    response.set_cookie('b', 'ü')
    session.name = 'ann'
    return response
  })
  app.get('/get', () => `${request.cookies.get('a')} ${request.cookies.get('b')} ${session.name}`)
  const cookies = (await app.fetch(new Request(`${ORIGIN}/set`))).headers.getSetCookie()
  t.equal(cookies.length, 3)
  const cookie = cookies.map((line) => line.split(';', 1)[0]).join('; ')
  t.equal(await (await app.fetch(new Request(`${ORIGIN}/get`, { headers: { cookie } }))).text(), '1 ü ann')
})

t.test('header text is latin-1, byte for byte, whatever the body is', async (t) => {
  const app = makeApp()
  app.get('/', () => {
    const sent = request.headers.get('X-Name') ?? ''
    return make_response('游', 200, { 'X-Name': sent })
  })
  const response = await app.fetch(new Request(ORIGIN, { headers: { 'X-Name': 'J\xfcrgen' } }))
  t.same([response.headers.get('x-name'), await response.text()], ['J\xfcrgen', '游'])
})

const form = new FormData()
form.append('text', 'hällo')
form.append('file', new File(['content'], 'a.txt', { type: 'text/plain' }))

const BODIES: [name: string, init: RequestInit, answer: unknown][] = [
  ['text', { body: 'hällo' }, { data: 'hällo', length: null }],
  ['bytes', { body: new Uint8Array([65, 66]) }, { data: 'AB' }],
  ['nothing', {}, { data: '', length: null }],
  ['nothing, said so', { headers: { 'content-length': '0' } }, { data: '', length: 0 }],
  ['a length without a body', { headers: { 'content-length': '5' } }, { data: '', length: null }],
  ['empty text', { body: '' }, { data: '' }],
  ['a length', { body: 'hällo', headers: { 'content-length': '6' } }, { data: 'hällo', length: 6 }],
  ['JSON', { body: '{"a":[1]}', headers: { 'content-type': 'application/json' } }, { json: { a: [1] } }],
  ['a form', { body: new URLSearchParams({ a: 'ü', b: '1 2' }) }, { form: ['a=ü', 'b=1 2'] }],
  ['a form with a file', { body: form }, { form: ['text=hällo'], files: ['file a.txt text/plain content'] }],
  [
    'a stream',
    {
      body: Readable.toWeb(Readable.from([Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')])) as ReadableStream,
      duplex: 'half',
    },
    { data: 'ab' },
  ],
]

for (const [name, init, answer] of BODIES) {
  t.test(`a body of ${name} arrives`, async (t) => {
    const app = makeApp()
    app.post('/', () => ({
      form: [...request.form].map(([key, value]) => `${key}=${value}`),
      files: [...request.files].map(([key, file]) => `${key} ${file.filename} ${file.content_type} ${file.read()}`),
      json: request.get_json({ silent: true }) ?? null,
      data: request.get_data({ as_text: true }),
      length: request.content_length ?? null,
    }))
    const response = await app.fetch(new Request(ORIGIN, { method: 'POST', ...init }))
    t.match(await response.json(), answer)
  })
}

for (const [name, length] of [
  ['short', '9'],
  ['long', '3'],
]) {
  t.test(`a body that is too ${name} for its Content-Length breaks the request off`, async (t) => {
    const app = makeApp()
    app.post('/', () => request.get_data())
    const init = { method: 'POST', body: 'hällo', headers: { 'content-length': String(length) } }
    await t.rejects(app.fetch(new Request(ORIGIN, init)), /Content-Length is/)
  })
}

t.test('a body that was read already is refused', async (t) => {
  const app = makeApp()
  const used = new Request(ORIGIN, { method: 'POST', body: 'x' })
  await used.text()
  await t.rejects(app.fetch(used), TypeError)
})

t.test('a body that gives no bytes, or fails, breaks the request off', async (t) => {
  const app = makeApp()
  let seen: unknown
  app.post('/', () => request.get_data())
  app.errorhandler(400)((error) => {
    seen = error.name
    return 'refused'
  })
  const failure = new Error('the disk is gone')
  const bodies = [
    new ReadableStream({ start: (controller) => controller.enqueue('text') }),
    new ReadableStream({ pull: () => Promise.reject(failure) }),
  ]
  await t.rejects(
    app.fetch(new Request(ORIGIN, { method: 'POST', body: bodies[0] ?? null, duplex: 'half' })),
    /not bytes/,
  )
  await t.rejects(app.fetch(new Request(ORIGIN, { method: 'POST', body: bodies[1] ?? null, duplex: 'half' })), failure)
  t.equal(seen, 'Bad Request', 'for the app the client left')
})

t.test('methods are asked as they are', async (t) => {
  const app = makeApp()
  app.route('/', { methods: ['GET', 'PATCH', 'QUERY'] })(() => request.method)
  for (const method of ['GET', 'PATCH', 'QUERY']) {
    t.equal(await (await app.fetch(new Request(ORIGIN, { method }))).text(), method)
  }
  const other = await app.fetch(new Request(ORIGIN, { method: 'ODD' }))
  t.equal(other.status, 405)
  t.match(other.headers.get('allow'), /PATCH/)
})

t.test('answers without content have no body', async (t) => {
  const app = makeApp()
  app.route('/<int:status>', { methods: ['GET', 'HEAD'] })(({ status }) => new FlagonResponse('text', { status }))
  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 205],
    ['GET', 304],
  ] as const) {
    const response = await app.fetch(new Request(`${ORIGIN}/${status}`, { method }))
    t.same([response.status, response.body], [status, null])
  }
  const head = await app.fetch(new Request(`${ORIGIN}/200`, { method: 'HEAD' }))
  t.equal(head.headers.get('content-length'), '4')
  for (const status of [150, 700]) {
    await t.rejects(app.fetch(new Request(`${ORIGIN}/${status}`)), { name: 'RangeError', message: /from 200 to 599/ })
  }
})

t.test('a streamed answer to a status without content is run to its end and dropped', async (t) => {
  const app = makeApp()
  let made = 0
  app.get('/', () => {
    function* body(): Generator<Buffer> {
      for (; made < 100; made++) yield Buffer.alloc(CHUNK_BYTES)
    }
    return new FlagonResponse(body(), { status: 205 })
  })
  const response = await app.fetch(new Request(ORIGIN))
  t.same([response.status, response.body], [205, null])
  t.equal(await settled(() => made), 100)
})

// security: no backpressure
t.test('a body that nobody reads holds its generator back', async (t) => {
  const app = makeApp()
  let made = 0
  let ended = false
  app.get('/', async function* view() {
    try {
      for (; made < 1000; made++) yield Buffer.alloc(CHUNK_BYTES)
    } finally {
      ended = true
    }
  })
  const response = await app.fetch(new Request(ORIGIN))
  const ahead = await settled(() => made)
  t.ok(ahead <= MOST_AHEAD, `${ahead} chunks were made`)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const pieces = ((await reader.read()).value?.length ?? 0) / CHUNK_BYTES
  t.ok((await settled(() => made)) <= ahead + pieces + MOST_AHEAD, 'what is read is made again')
  await reader.cancel()
  await turn()
  t.equal(ended, true, 'giving the body up ends the generator')
})

t.test('a streamed body is whole, whatever the pace of its reader', async (t) => {
  const app = makeApp()
  const chunks = 300
  app.get('/', function* view() {
    for (let count = 0; count < chunks; count++) yield Buffer.alloc(CHUNK_BYTES, count)
  })
  t.equal((await (await app.fetch(new Request(ORIGIN))).arrayBuffer()).byteLength, chunks * CHUNK_BYTES)
  const response = await app.fetch(new Request(ORIGIN))
  let length = 0
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    for (const byte of chunk) if (byte !== Math.floor(length++ / CHUNK_BYTES) % 256) t.fail('in order')
    if (length % (50 * CHUNK_BYTES) === 0) await delay(1)
  }
  t.equal(length, chunks * CHUNK_BYTES)
})

t.test('an upload is asked for only as fast as the view reads it', async (t) => {
  const app = makeApp()
  let asked = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked++
        if (asked <= 200) controller.enqueue(new Uint8Array(CHUNK_BYTES))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  let waited = 0
  app.config.MAX_CONTENT_LENGTH = null
  app.route('/', { methods: ['POST'], stream: true })(async () => {
    const { stream } = request
    stream.read(0)
    waited = await settled(() => asked)
    let length = 0
    for await (const chunk of stream) length += chunk.length
    return String(length)
  })
  const response = await app.fetch(new Request(ORIGIN, { method: 'POST', body, duplex: 'half' }))
  t.equal(await response.text(), String(200 * CHUNK_BYTES))
  t.ok(waited > 0 && waited < 20, `${waited} chunks were asked for ahead`)
})

t.test('an answer may begin before the request has ended', async (t) => {
  const app = makeApp()
  app.route('/', { methods: ['POST'], stream: true })(async function* echo() {
    for await (const chunk of request.stream) yield Buffer.from(`<${chunk}>`)
  })
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
  })
  const answer = app.fetch(new Request(ORIGIN, { method: 'POST', body, duplex: 'half' }))
  controller?.enqueue(Buffer.from('one'))
  const reader = ((await answer).body as ReadableStream<Uint8Array>).getReader()
  t.equal(Buffer.from((await reader.read()).value ?? []).toString(), '<one>')
  controller?.enqueue(Buffer.from('two'))
  t.equal(Buffer.from((await reader.read()).value ?? []).toString(), '<two>')
  controller?.close()
  t.equal((await reader.read()).done, true)
})

t.test('the rest of a body that the app does not read is given up', async (t) => {
  const app = makeApp()
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel() {
      cancelled = true
    },
  })
  app.route('/', { methods: ['POST'], stream: true })(() => 'enough')
  const response = await app.fetch(
    new Request(ORIGIN, { method: 'POST', body, duplex: 'half', headers: { 'content-length': '1000' } }),
  )
  t.equal(await response.text(), 'enough')
  await delay(1)
  t.equal(cancelled, true)
})

t.test('a request that was aborted before it came reaches no view', async (t) => {
  const app = makeApp()
  let reached = false
  app.get('/', () => {
    reached = true
    return 'x'
  })
  const reason = new Error('never mind')
  await t.rejects(app.fetch(new Request(ORIGIN, { signal: AbortSignal.abort(reason) })), reason)
  t.equal(reached, false)
})

t.test('aborting a request aborts request.signal, and the answer rejects with the reason', async (t) => {
  const app = makeApp()
  const torn: unknown[] = []
  let aborted: unknown
  app.teardown_request(() => void torn.push(request.path))
  app.get('/', async () => {
    await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
    aborted = request.signal.reason
    return 'nobody reads this'
  })
  const controller = new AbortController()
  const answer = app.fetch(new Request(ORIGIN, { signal: controller.signal }))
  await turn()
  const reason = new Error('never mind')
  controller.abort(reason)
  await t.rejects(answer, reason)
  await delay(1)
  t.match(aborted, { name: 'AbortError' })
  t.same(torn, ['/'])
})

t.test('aborting in the middle of the body ends the generator and breaks the body off', async (t) => {
  const app = makeApp()
  let ended = false
  app.get('/', async function* view() {
    try {
      for (;;) yield Buffer.alloc(CHUNK_BYTES)
    } finally {
      ended = true
    }
  })
  const controller = new AbortController()
  const response = await app.fetch(new Request(ORIGIN, { signal: controller.signal }))
  const reason = new Error('enough')
  controller.abort(reason)
  await t.rejects(response.arrayBuffer(), reason)
  await turn()
  t.equal(ended, true)
})

t.test('an aborted upload leaves no file behind', async (t) => {
  const app = makeApp()
  const folder = t.testdir()
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = folder
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  })
  let during = 0
  app.post('/', () => String(request.files.require('file').size))
  let fed = 0
  const controller = new AbortController()
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const body = new ReadableStream<Uint8Array>({
    async pull(stream) {
      await turn()
      if (fed++ === 0) stream.enqueue(Buffer.from(head))
      else if (fed < 100) stream.enqueue(new Uint8Array(CHUNK_BYTES))
      else {
        during = readdirSync(folder).length
        controller.abort(new Error('left'))
      }
    },
  })
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const init = { method: 'POST', body, headers, duplex: 'half', signal: controller.signal } as const
  await t.rejects(app.fetch(new Request(ORIGIN, init)), /left/)
  t.equal(during, 1)
  await delay(20)
  t.same(readdirSync(folder), [])
})

t.test('an error that the app propagates is thrown to the caller, the very object', async (t) => {
  const error = new Error('in the view')
  for (const propagate of [true, false]) {
    const app = makeApp()
    app.config.PROPAGATE_EXCEPTIONS = propagate
    app.get('/', () => {
      throw error
    })
    const answer = app.fetch(new Request(ORIGIN))
    if (propagate) await t.rejects(answer, error)
    else t.equal((await answer).status, 500)
  }
})

t.test('what a listener around the app throws or rejects with is thrown to the caller', async (t) => {
  const error = new Error('around')
  const listeners = [
    () => {
      throw error
    },
    () => Promise.reject(error),
  ]
  for (const listener of listeners) {
    const app = makeApp()
    app.handler = listener
    await t.rejects(app.fetch(new Request(ORIGIN)), error)
  }
})

t.test('a body that fails breaks off, so that it is not taken for a whole one', async (t) => {
  const app = makeApp()
  app.get('/', async function* view() {
    yield 'a'
    await turn()
    throw new Error('in the middle')
  })
  const response = await app.fetch(new Request(ORIGIN))
  t.equal(response.status, 200)
  await t.rejects(response.text(), { name: 'TypeError', message: /closed before the whole answer/ })
})

t.test('a connection that is closed in place of an answer rejects', async (t) => {
  await t.rejects(
    answerOf((req) => req.socket.destroy()),
    { name: 'TypeError', message: /closed before/ },
  )
  const error = new Error('torn')
  await t.rejects(
    answerOf((req) => req.socket.destroy(error)),
    { name: 'TypeError', cause: error },
  )
})

t.test('what listeners of node do with their response arrives', async (t) => {
  const cases: [name: string, listener: (req: IncomingMessage, res: ServerResponse) => unknown, text: string][] = [
    ['writes and ends', (_req, res) => res.write('a') && res.end('b'), 'ab'],
    ['ends later', (_req, res) => void setTimeout(() => res.end('later'), 1), 'later'],
    ['writes nothing', (_req, res) => res.end(), ''],
    ['asks for chunks itself', (_req, res) => res.setHeader('Transfer-Encoding', 'chunked').end('plain'), 'plain'],
    [
      'sends the head alone first',
      (_req, res) => {
        res.flushHeaders()
        setTimeout(() => res.end('x'), 1)
      },
      'x',
    ],
    [
      'sends early hints',
      (_req, res) => {
        res.writeEarlyHints({ link: '</a>; rel=preload' })
        res.end('hinted')
      },
      'hinted',
    ],
    [
      'sets timeouts',
      (req, res) => {
        req.setTimeout(1000)
        res.setTimeout(1000)
        res.end('in time')
      },
      'in time',
    ],
  ]
  for (const [name, listener, text] of cases) {
    const response = await answerOf(listener)
    t.same([response.status, await response.text()], [200, text], name)
  }
})

t.test('a stream that is piped waits for the reader and goes on', async (t) => {
  const chunks = 200
  let made = 0
  let closed = false
  const response = await answerOf((_req, res) => {
    res.once('close', () => {
      closed = true
    })
    const source = new Readable({
      read() {
        this.push(made++ < chunks ? Buffer.alloc(CHUNK_BYTES) : null)
      },
    })
    source.pipe(res)
  })
  t.ok((await settled(() => made)) < 20, 'while nobody reads')
  t.equal((await response.arrayBuffer()).byteLength, chunks * CHUNK_BYTES)
  await turn()
  t.equal(closed, true)
})

t.test('the memory of app and reader stays apart', async (t) => {
  const app = makeApp()
  const kept = Buffer.from('kept')
  app.get('/whole', () => kept)
  app.get('/stream', function* stream() {
    yield kept
    yield kept
  })
  for (const path of ['/whole', '/stream']) {
    const response = await app.fetch(new Request(ORIGIN + path))
    for await (const chunk of response.body as ReadableStream<Uint8Array>) chunk.fill(0)
  }
  t.equal(kept.toString(), 'kept')
})

t.test('many requests at once keep apart', async (t) => {
  const app = makeApp()
  app.get('/<int:id>', async function* view({ id }) {
    g.id = id
    await delay(Math.random() * 5)
    yield `${g.id} `
    await delay(Math.random() * 5)
    yield request.path
  })
  const ids = Array.from({ length: 200 }, (_, id) => id)
  const texts = await Promise.all(ids.map(async (id) => (await app.fetch(new Request(`${ORIGIN}/${id}`))).text()))
  t.same(
    texts,
    ids.map((id) => `${id} /${id}`),
  )
})

t.test('a finished exchange leaves nothing on the signal of its request', async (t) => {
  const app = makeApp()
  app.get('/', () => 'x')
  const controller = new AbortController()
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  for (let count = 0; count < 50; count++) {
    const asked = new Request(ORIGIN, { signal: controller.signal })
    await (await app.fetch(asked)).text()
    await turn()
  }
  controller.abort()
  await turn()
  t.same(warnings, [])
})
