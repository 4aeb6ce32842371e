import { readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  close_gracefully,
  event_stream,
  Flagon,
  Response as FlagonResponse,
  g,
  request,
  session,
  stream_with_context,
} from '../../lib/index.ts'
import type { ResponseBody } from '../../lib/wrappers/response-body.ts'
import { exchangeRaw, headerValues, RawConnection } from '../support/raw-http.ts'

const CHUNK_BYTES = 65_536
const MIBIBYTE = 1_048_576
/** More than the buffers of the system take on loopback, far less than what is on offer. */
const CEILING_CHUNKS = (32 * MIBIBYTE) / CHUNK_BYTES
const OFFERED_CHUNKS = (1024 * MIBIBYTE) / CHUNK_BYTES
const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

interface Watched {
  app: Flagon
  logged: unknown[]
  torn: unknown[]
}

function makeApp(): Watched {
  const app = new Flagon(import.meta.url, { static_folder: null })
  const logged: unknown[] = []
  const torn: unknown[] = []
  app.config.PROPAGATE_EXCEPTIONS = false
  app.config.SECRET_KEY = 'streaming'
  app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => logged.push((fields as { err: unknown }).err) }
  app.teardown_request((error) => void torn.push(error))
  return { app, logged, torn }
}

async function run(t: Test, app: Flagon) {
  const server = await app.run({ port: 0, signals: false })
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const connect = async () => {
    const client = await RawConnection.open(port)
    t.teardown(() => client.close())
    return client
  }
  return { server, port, connect }
}

/** Waits until a number stays as it is for a while. */
async function settled(read: () => number): Promise<number> {
  let before = -1
  for (let now = read(); now !== before || now === 0; now = read()) {
    before = now
    await delay(100)
  }
  return before
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(1)
}

/** What a body of each kind has given, and whether it was told that nobody wants more. */
interface Source {
  made: number
  ended: boolean
}

const KINDS: [name: string, make: (source: Source, chunks: number) => ResponseBody][] = [
  [
    'a generator',
    function* generator(source, chunks) {
      try {
        while (source.made < chunks) yield Buffer.alloc(CHUNK_BYTES, source.made++)
      } finally {
        source.ended = true
      }
    },
  ],
  [
    'an async generator',
    async function* generator(source, chunks) {
      try {
        while (source.made < chunks) {
          await turn()
          yield Buffer.alloc(CHUNK_BYTES, source.made++)
        }
      } finally {
        await turn()
        source.ended = true
      }
    },
  ],
  [
    'a Readable',
    (source, chunks) =>
      new Readable({
        highWaterMark: CHUNK_BYTES,
        read() {
          this.push(source.made < chunks ? Buffer.alloc(CHUNK_BYTES, source.made++) : null)
        },
        destroy(error, done) {
          source.ended = true
          done(error)
        },
      }),
  ],
  [
    'a web stream',
    (source, chunks) => {
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (source.made < chunks) controller.enqueue(Buffer.alloc(CHUNK_BYTES, source.made++))
          else controller.close()
        },
        cancel() {
          source.ended = true
        },
      })
      return stream as ResponseBody
    },
  ],
]

for (const [name, make] of KINDS) {
  // security: no backpressure
  t.test(`${name} stands still while nobody reads, and ends when the client leaves`, async (t) => {
    const { app, logged, torn } = makeApp()
    const source: Source = { made: 0, ended: false }
    app.get('/', () => new FlagonResponse(make(source, OFFERED_CHUNKS)))
    const { connect } = await run(t, app)
    const client = await connect()
    client.socket.pause()
    client.write(GET)
    const made = await settled(() => source.made)
    t.ok(made > 0 && made < CEILING_CHUNKS, `${made} chunks were made`)
    t.same([source.ended, torn], [false, []])
    client.close()
    await until(() => torn.length > 0)
    t.same([source.ended, torn, logged], [true, [undefined], []])
    t.ok(source.made < made + 3, 'nothing more was made for nobody')
  })

  t.test(`${name} arrives whole at a reader who stops now and then`, async (t) => {
    const { app } = makeApp()
    const source: Source = { made: 0, ended: false }
    const chunks = 400
    app.get('/', () => new FlagonResponse(make(source, chunks)))
    const { port } = await run(t, app)
    const response = await fetch(`http://127.0.0.1:${port}/`)
    let seen = 0
    let nextRest = 5 * MIBIBYTE
    let mistakes = 0
    for await (const piece of response.body as ReadableStream<Uint8Array>) {
      for (const byte of piece) if (byte !== Math.floor(seen++ / CHUNK_BYTES) % 256) mistakes++
      if (seen < nextRest) continue
      nextRest += 5 * MIBIBYTE
      await delay(10)
    }
    t.same([seen, mistakes, source.made], [chunks * CHUNK_BYTES, 0, chunks])
  })

  t.test(`${name} that fails on the way breaks the connection, and the app hears why`, async (t) => {
    const { app, logged, torn } = makeApp()
    const failure = new Error('on the way')
    app.get('/', () => {
      const source: Source = { made: 0, ended: false }
      const body = make(source, OFFERED_CHUNKS)
      async function* failing(): AsyncGenerator<Uint8Array> {
        for await (const chunk of Readable.from(body as AsyncIterable<Uint8Array>)) {
          yield chunk
          if (source.made > 3) throw failure
        }
      }
      return new FlagonResponse(name === 'a Readable' ? Readable.from(failing()) : failing())
    })
    app.get('/fine', () => 'fine')
    const { port, connect } = await run(t, app)
    const client = await connect()
    client.write(GET)
    const text = await client.rest().catch(() => '')
    t.match(text.slice(0, 15), /^HTTP\/1\.1 200 OK$|^$/)
    t.notMatch(text, /\r\n0\r\n\r\n$/, 'there is no last chunk')
    await until(() => torn.length > 0)
    t.same([logged[0] === failure, logged.length, torn[0] === failure], [true, 1, true])
    t.equal((await exchangeRaw(port, GET.replace('/', '/fine'))).body.toString(), 'fine')
  })
}

t.test('stream_with_context keeps request, session and g for as long as the body is read', async (t) => {
  const seen = () => `${request.path} ${session.name} ${g.visit}\n`
  const { app } = makeApp()
  app.before_request(() => {
    g.visit = request.args.get('visit')
  })
  app.get('/login', () => {
    session.name = 'ann'
    return 'hello'
  })
  app.get('/generator', () => {
    function* rows(): Generator<string> {
      yield seen()
      yield seen()
    }
    return stream_with_context(rows())
  })
  app.get('/function', () =>
    stream_with_context(async function* rows() {
      yield seen()
      await delay(5)
      yield seen()
    })(),
  )
  app.get('/readable', () =>
    Readable.from(
      stream_with_context(async function* rows() {
        await delay(1)
        yield seen()
        yield seen()
      })(),
    ),
  )
  const client = app.test_client()
  await client.get('/login')
  for (const path of ['/generator', '/function', '/readable']) {
    const texts = await Promise.all(
      ['1', '2', '3'].map(async (visit) => (await client.get(`${path}?visit=${visit}`)).text),
    )
    t.same(
      texts,
      ['1', '2', '3'].map((visit) => `${path} ann ${visit}\n`.repeat(2)),
      path,
    )
  }
})

t.test('stream_with_context keeps them also where the body is read by someone else', async (t) => {
  const { app } = makeApp()
  /** Reads outside of every request, as a worker that began before them. */
  const queue: AsyncGenerator<string>[] = []
  const read: string[] = []
  const worker = (async () => {
    while (read.length < 2) {
      await delay(1)
      for await (const text of queue.shift() ?? []) read.push(text)
    }
  })()
  app.get('/', () => {
    g.visit = 'mine'
    async function* texts(): AsyncGenerator<string> {
      yield `${request.path} ${g.visit}`
      await delay(1)
      yield `${request.path} ${g.visit}`
    }
    queue.push(stream_with_context(texts()))
    return 'queued'
  })
  await app.test_client().get('/')
  await worker
  t.same(read, ['/ mine', '/ mine'])
})

t.test('an upload that is sent back piece by piece is kept until then, and gone when the client leaves', async (t) => {
  const folder = t.testdir()
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = folder
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  })
  const { app, torn } = makeApp()
  app.config.MAX_CONTENT_LENGTH = null
  app.post('/', () => request.files.require('file').stream)
  const { connect } = await run(t, app)
  const size = 64 * MIBIBYTE
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const tail = '\r\n--x--\r\n'
  const client = await connect()
  client.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n' +
      `Content-Length: ${head.length + size + tail.length}\r\n\r\n${head}`,
  )
  client.socket.pause()
  client.write(Buffer.alloc(size))
  client.write(tail)
  await until(() => readdirSync(folder).length > 0)
  await new Promise((resolve) => client.socket.once('readable', resolve))
  await delay(50)
  t.same([readdirSync(folder).length, torn.length], [1, 0])
  client.close()
  await until(() => torn.length > 0 && readdirSync(folder).length === 0)
  t.same([torn, readdirSync(folder)], [[undefined], []])
})

t.test('request.signal aborts when the client leaves, and not when the answer is whole', async (t) => {
  const { app } = makeApp()
  const reasons: unknown[] = []
  app.get('/', async () => {
    const { signal } = request
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    reasons.push(signal.reason)
    return 'nobody reads this'
  })
  const signals: AbortSignal[] = []
  app.get('/whole', function* whole() {
    signals.push(request.signal)
    yield 'whole'
  })
  const { connect } = await run(t, app)
  const [waiting, whole] = [await connect(), await connect()]
  whole.write(GET.replace('/', '/whole'))
  t.equal((await whole.read()).body.toString(), 'whole')
  const socket = whole.socket
  whole.close()
  waiting.write(GET)
  await delay(20)
  waiting.close()
  await until(() => reasons.length > 0)
  t.match(reasons, [{ name: 'AbortError', message: /client disconnected/ }])
  t.same([socket.destroyed, signals[0]?.aborted], [true, false])
})

t.test('a hundred requests that listen for the shutdown leave no listener behind, and no warning', async (t) => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const { app, torn } = makeApp()
  app.get('/', async () => {
    void request.signal
    await delay(20)
    return 'x'
  })
  const { port } = await run(t, app)
  await Promise.all(
    Array.from({ length: 100 }, () => exchangeRaw(port, GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))),
  )
  await until(() => torn.length === 100)
  t.same(warnings, [])
})

t.test('closing gracefully ends events and whatever waits with request.signal, and cuts nobody off', async (t) => {
  const { app, torn } = makeApp()
  const ended: string[] = []
  app.get('/events', () => {
    async function* events(): AsyncGenerator<string> {
      yield 'hello'
      await new Promise(() => {})
    }
    return event_stream(events())
  })
  app.get('/rows', async function* rows() {
    const { signal } = request
    try {
      for (let row = 0; !signal.aborted; row++) {
        yield `row ${row}\n`
        await delay(1000, undefined, { signal }).catch(() => undefined)
      }
      yield 'last row\n'
    } finally {
      ended.push('rows')
    }
  })
  app.get('/slow', async () => {
    await delay(100)
    return 'slow but whole'
  })
  const { server, connect } = await run(t, app)
  const [events, rows, slow] = [await connect(), await connect(), await connect()]
  events.write(GET.replace('/', '/events'))
  rows.write(GET.replace('/', '/rows'))
  slow.write(GET.replace('/', '/slow'))
  await Promise.all([events, rows].map(({ socket }) => new Promise((resolve) => socket.once('data', resolve))))
  const before = app.shutdown_signal
  const closed = close_gracefully(server)
  t.equal((await events.read()).body.toString(), ':\n\ndata: hello\n\n')
  t.equal((await rows.read()).body.toString(), 'row 0\nlast row\n')
  const answer = await slow.read()
  t.same([answer.body.toString(), headerValues(answer, 'Connection')], ['slow but whole', ['close']])
  t.equal(await closed, 0)
  t.match(before.reason, { name: 'AbortError', message: /shutting down/ })
  t.same([ended, torn.length], [['rows'], 3])
})

t.test('a shutdown signal taken before the server runs aborts with it, and the next run has a new one', async (t) => {
  const { app } = makeApp()
  const early = app.shutdown_signal
  const first = await run(t, app)
  await close_gracefully(first.server)
  t.equal(early.aborted, true)
  await run(t, app)
  t.equal(app.shutdown_signal.aborted, false)
})
