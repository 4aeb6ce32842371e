import { AsyncLocalStorage } from 'node:async_hooks'
import { createReadStream, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { Response } from '../../lib/wrappers/response.ts'
import type { ResponseBody } from '../../lib/wrappers/response-body.ts'
import { sendResponse } from '../../lib/wrappers/send.ts'
import { exchangeRaw, headerValues, RawConnection } from '../support/raw-http.ts'
import { ResponseServer } from '../support/response-server.ts'

const CHUNK_BYTES = 64 * 1024
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

function* generate(...chunks: (string | Uint8Array)[]): Generator<string | Uint8Array> {
  yield* chunks
}

async function* generateLater(...chunks: string[]): AsyncGenerator<string> {
  for (const chunk of chunks) {
    await delay(1)
    yield chunk
  }
}

const FILE = new URL(import.meta.url)

const BODIES: [name: string, make: () => ResponseBody, body: string][] = [
  ['a generator', () => generate('a', Buffer.from('b'), '', '游'), 'ab游'],
  ['an empty generator', () => generate(), ''],
  ['a set', () => new Set(['a', 'b']), 'ab'],
  ['an async generator', () => generateLater('a', '', '游'), 'a游'],
  ['a Readable', () => Readable.from(['a', 'b']), 'ab'],
  ['a Readable of bytes', () => Readable.from([Buffer.from('a'), Buffer.from('b')], { objectMode: false }), 'ab'],
  ['a file', () => createReadStream(FILE), readFileSync(FILE, 'utf8')],
  ['a web stream', () => new Blob(['a', '游']).stream() as ResponseBody, 'a游'],
  ['what is opened when it is sent', () => ({ open: () => Readable.from(['a', 'b']) }), 'ab'],
]

for (const [name, make, body] of BODIES) {
  t.test(`${name} is sent chunk by chunk, and the connection goes on`, async (t) => {
    const server = await ResponseServer.open(() => new Response(make(), { mimetype: 'text/plain' }))
    t.teardown(() => server.close())
    const connection = await RawConnection.open(server.port)
    t.teardown(() => connection.close())
    for (const round of ['first', 'second']) {
      connection.write(REQUEST)
      const answer = await connection.read()
      t.equal(`${answer.body}`, body, round)
      t.same(headerValues(answer, 'Transfer-Encoding'), ['chunked'])
      t.same(headerValues(answer, 'Content-Type'), ['text/plain; charset=utf-8'])
      const outcome = await server.outcome()
      t.same([outcome.error, outcome.wasSync], [undefined, false])
      t.equal(outcome.res.listenerCount('drain'), 0, 'no listener is left')
    }
  })

  t.test(`${name} ends with the connection on HTTP/1.0`, async (t) => {
    const server = await ResponseServer.open(() => new Response(make()))
    t.teardown(() => server.close())
    const connection = await RawConnection.open(server.port)
    connection.write('GET / HTTP/1.0\r\nHost: localhost\r\n\r\n')
    const all = await connection.rest()
    t.equal(Buffer.from(all.slice(all.indexOf('\r\n\r\n') + 4), 'latin1').toString(), body)
    t.notMatch(all.slice(0, all.indexOf('\r\n\r\n')), /transfer-encoding/i)
  })
}

t.test('a length that the app knows is sent in place of chunks', async (t) => {
  const server = await ResponseServer.open(() => {
    const response = new Response(generate('ab', 'c'))
    response.content_length = 3
    return response
  })
  t.teardown(() => server.close())
  const answer = await exchangeRaw(server.port, REQUEST)
  t.equal(`${answer.body}`, 'abc')
  t.same(headerValues(answer, 'Content-Length'), ['3'])
  t.same(headerValues(answer, 'Transfer-Encoding'), [])
})

// security: Content-Length is not the length of the body
for (const [name, chunks] of [
  ['short', ['ab']],
  ['long', ['ab', 'cd']],
] as const) {
  t.test(`a body that is too ${name} for its Content-Length breaks the connection`, async (t) => {
    const server = await ResponseServer.open(() => {
      const response = new Response(generate(...chunks))
      response.content_length = 3
      return response
    })
    t.teardown(() => server.close())
    await t.rejects(exchangeRaw(server.port, REQUEST), /closed before a whole answer/)
    const outcome = await server.outcome()
    t.ok(outcome.error instanceof RangeError)
    t.match(outcome.error, { message: /Content-Length is 3/ })
  })
}

function fail(): never {
  throw new Error('at once')
}

t.test('a body that fails before its first chunk can still become another answer', async (t) => {
  const failing: (() => ResponseBody)[] = [
    function* () {
      yield fail()
    },
    async function* () {
      yield fail()
    },
    () => createReadStream(new URL('./there-is-no-such-file', import.meta.url)),
    () => ({ open: fail }),
    () => Readable.from([Promise.reject(new Error('at once'))]),
  ]
  for (const make of failing) {
    const server = await ResponseServer.open(() => new Response(make()))
    const answer = await exchangeRaw(server.port, REQUEST)
    t.same([answer.status, `${answer.body}`], [500, 'failed'])
    const outcome = await server.outcome()
    t.equal(outcome.headersSent, false)
    t.match(outcome.error, { message: /at once|ENOENT/ })
    server.close()
  }
})

t.test('a header that cannot be sent ends the body, and can still become another answer', async (t) => {
  let ended = false
  function* body(): Generator<string> {
    try {
      yield 'a'
    } finally {
      ended = true
    }
  }
  const server = await ResponseServer.open(() => new Response(body(), { headers: { 'X-A': '游' } }))
  t.teardown(() => server.close())
  t.equal((await exchangeRaw(server.port, REQUEST)).status, 500)
  t.equal((await server.outcome()).headersSent, false)
  t.equal(ended, true)
})

const BREAKING: [name: string, make: () => ResponseBody][] = [
  [
    'a generator that fails',
    function* () {
      yield 'a'
      yield fail()
    },
  ],
  ['an async generator that fails', failLater],
  ['a Readable that fails', () => Readable.from(failLater())],
  [
    'a web stream that fails',
    () => {
      let round = 0
      const stream = new ReadableStream({
        pull(controller) {
          round += 1
          if (round === 1) controller.enqueue(Buffer.from('a'))
          else controller.error(new Error('at once'))
        },
      })
      return stream as ResponseBody
    },
  ],
  ['a chunk that is neither text nor bytes', () => generate('a', 5 as unknown as string)],
]

async function* failLater(): AsyncGenerator<string> {
  yield 'a'
  // Long enough for the client to have read the chunk, so that what it sees next is how the connection ended.
  await delay(50)
  fail()
}

// security: never a short body taken as whole
for (const [name, make] of BREAKING) {
  t.test(`${name} breaks the connection, without a last chunk`, async (t) => {
    const server = await ResponseServer.open(() => new Response(make()))
    t.teardown(() => server.close())
    const connection = await RawConnection.open(server.port)
    connection.write(REQUEST)
    t.notMatch(await connection.rest(), /\r\n0\r\n/)
    const outcome = await server.outcome()
    t.match(outcome.error, { message: /at once|yielded number/ })
    t.equal(outcome.headersSent, true)
  })
}

t.test('where the end of the connection is the end of the body, a failing one resets it', async (t) => {
  const server = await ResponseServer.open(() => new Response(failLater()))
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  const failure = new Promise<NodeJS.ErrnoException>((resolve) => connection.socket.once('error', resolve))
  connection.write(REQUEST.replace('1.1', '1.0'))
  t.equal((await failure).code, 'ECONNRESET')
  t.match((await server.outcome()).error, { message: 'at once' })
})

interface Left {
  readonly seen: string[]
  readonly body: ResponseBody
  /** What must be seen when the client has left. */
  readonly wanted: string[]
}

/** Bodies that go on for ever and note when they are told to stop. */
const ENDLESS: [name: string, make: () => Left][] = [
  [
    'a generator runs its finally',
    () => {
      const seen: string[] = []
      function* body(): Generator<Buffer> {
        try {
          for (;;) yield Buffer.alloc(65_536)
        } finally {
          seen.push('ended')
        }
      }
      return { seen, body: body(), wanted: ['ended', 'closed'] }
    },
  ],
  [
    'an async generator runs its finally',
    () => {
      const seen: string[] = []
      async function* body(): AsyncGenerator<Buffer> {
        try {
          for (;;) yield Buffer.alloc(65_536)
        } finally {
          await delay(1)
          seen.push('ended')
        }
      }
      return { seen, body: body(), wanted: ['ended', 'closed'] }
    },
  ],
  [
    'a Readable is destroyed',
    () => {
      const seen: string[] = []
      const body = new Readable({
        read() {
          this.push(Buffer.alloc(65_536))
        },
        destroy(error, done) {
          seen.push('ended')
          done(error)
        },
      })
      return { seen, body, wanted: ['ended', 'closed'] }
    },
  ],
  [
    'a silent Readable is destroyed',
    () => {
      const seen: string[] = []
      let first = true
      const body = new Readable({
        read() {
          if (first) this.push('a')
          first = false
        },
        destroy(error, done) {
          seen.push('ended')
          done(error)
        },
      })
      return { seen, body, wanted: ['ended', 'closed'] }
    },
  ],
  [
    'a silent web stream is cancelled',
    () => {
      const seen: string[] = []
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('a'))
        },
        cancel() {
          seen.push('ended')
        },
      })
      return { seen, body: body as ResponseBody, wanted: ['ended', 'closed'] }
    },
  ],
  [
    'an async generator that waits for ever is not waited for',
    () => {
      async function* body(): AsyncGenerator<string> {
        yield 'a'
        await new Promise(() => {})
      }
      return { seen: [], body: body(), wanted: ['closed'] }
    },
  ],
]

for (const [name, make] of ENDLESS) {
  t.test(`when the client leaves, ${name}`, async (t) => {
    const { seen, body, wanted } = make()
    const server = await ResponseServer.open(() => {
      const response = new Response(body)
      response.call_on_close(() => seen.push('closed'))
      return response
    })
    t.teardown(() => server.close())
    const connection = await RawConnection.open(server.port)
    connection.write(REQUEST)
    await new Promise((resolve) => connection.socket.once('data', resolve))
    connection.close()
    const outcome = await server.outcome()
    t.equal(outcome.error, undefined, 'leaving is no error')
    t.same(seen, wanted)
  })
}

t.test('a client that left before the sending gets nothing, and the body is ended', async (t) => {
  const seen: string[] = []
  const server = await ResponseServer.open((req) => {
    req.socket.destroy()
    const response = new Response(generate('a'))
    response.call_on_close(() => seen.push('closed'))
    return response
  })
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  connection.write(REQUEST)
  t.equal(await connection.rest(), '')
  t.equal((await server.outcome()).error, undefined)
  t.same(seen, ['closed'])
})

// security: no backpressure
/** Bytes that tell where they stand, from memory that is used again for each chunk where that is allowed. */
function countingBody(count: number, asked: (boolean | undefined)[]): ResponseBody {
  return {
    async *open(_start, _stop, mayReuse) {
      asked.push(mayReuse)
      let chunk = Buffer.alloc(CHUNK_BYTES)
      for (let number = 0; number < count; number++) {
        if (mayReuse !== true) chunk = Buffer.alloc(CHUNK_BYTES)
        yield chunk.fill(`${number}`.padStart(8, '0'))
      }
    },
  }
}

t.test('the memory of a chunk is used again only when the system has taken it', async (t) => {
  const COUNT = 40
  const asked: (boolean | undefined)[] = []
  const whole = Buffer.concat(
    Array.from({ length: COUNT }, (_, number) => Buffer.alloc(CHUNK_BYTES, `${number}`.padStart(8, '0'))),
  )
  const server = await ResponseServer.open(() => new Response(countingBody(COUNT, asked)))
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  t.teardown(() => connection.close())
  connection.write(REQUEST + REQUEST)
  connection.socket.pause()
  await delay(50)
  connection.socket.resume()
  for (let round = 0; round < 2; round++)
    t.ok((await connection.read()).body.equals(whole), 'also of a pipelined answer')
  t.same(asked, [true, false], 'where another answer goes first, nobody takes the bytes yet')
  const collected = new Response(countingBody(COUNT, asked))
  await collected.make_sequence()
  t.ok(collected.data.equals(whole))
})

t.test('chunks that a layer in between may keep are left alone', async (t) => {
  const COUNT = 50
  const asked: (boolean | undefined)[] = []
  const kept: Buffer[] = []
  const server = createServer((req, res) => {
    const { write } = res
    res.write = (...args: unknown[]) => {
      kept.push(args[0] as Buffer)
      return Reflect.apply(write, res, args)
    }
    void sendResponse(new Response(countingBody(COUNT, asked)), req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  await exchangeRaw((server.address() as AddressInfo).port, REQUEST)
  t.same(asked, [false])
  t.equal(new Set(kept.map((chunk) => chunk.toString('latin1', 0, 8))).size, COUNT)
})

t.test('a client that does not read holds the body back', async (t) => {
  const chunkBytes = 65_536
  const mebibyte = 1_048_576
  /** More than the kernel's socket buffers take on loopback, far less than the body. */
  const ceilingBytes = 32 * mebibyte
  let made = 0
  function* body(): Generator<Buffer> {
    const chunk = Buffer.alloc(chunkBytes)
    while (made < 1024 * mebibyte) {
      made += chunkBytes
      yield chunk
    }
  }
  const server = await ResponseServer.open(() => new Response(body()))
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  connection.socket.pause()
  connection.write(REQUEST)
  let before = -1
  while (made !== before) {
    before = made
    await delay(100)
  }
  t.ok(made > 0)
  t.ok(made < ceilingBytes, `${made} bytes were made`)
  connection.close()
  await server.outcome()
})

t.test('the body runs in the context of its request, from the first chunk to its end', async (t) => {
  const storage = new AsyncLocalStorage<string>()
  const seen = new Set<string | undefined>()
  async function* later(): AsyncGenerator<Buffer> {
    try {
      for (let round = 0; round < 40; round += 1) {
        seen.add(storage.getStore())
        yield Buffer.alloc(65_536)
      }
    } finally {
      seen.add(storage.getStore())
    }
  }
  function* now(): Generator<Buffer> {
    for (let round = 0; round < 40; round += 1) {
      seen.add(storage.getStore())
      yield Buffer.alloc(65_536)
    }
  }
  const { createServer } = await import('node:http')
  const { sendResponse } = await import('../../lib/wrappers/send.ts')
  const server = createServer((req, res) => {
    void storage.run('this request', () => sendResponse(new Response(req.url === '/now' ? now() : later()), req, res))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  for (const path of ['/now', '/later']) {
    const answer = await exchangeRaw(port, REQUEST.replace('/', path))
    t.equal(answer.body.length, 40 * 65_536)
  }
  t.same([...seen], ['this request'])
})

t.test('an error in the finally of a body is reported', async (t) => {
  function* body(): Generator<string> {
    try {
      yield 'a'
      yield 'b'
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: this is the failure to be reported.
      throw new Error('in finally')
    }
  }
  const server = await ResponseServer.open(() => new Response(body()))
  t.teardown(() => server.close())
  await t.rejects(exchangeRaw(server.port, REQUEST))
  t.match((await server.outcome()).error, { message: 'in finally' })
})
