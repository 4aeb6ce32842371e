import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { ClientDisconnected } from '../../lib/http/exceptions.ts'
import { announcedLength, RequestBody } from '../../lib/wrappers/body.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import type { Request } from '../../lib/wrappers/request.ts'
import { RawConnection } from '../support/raw-http.ts'
import { LAST_BOUNDARY, MULTIPART_TYPE, part, type ServedView, serveRequests } from '../support/requests.ts'
import { temporary } from '../support/temporary-folder.ts'

const NO_LIMITS = {
  bytes: Number.POSITIVE_INFINITY,
  memoryBytes: Number.POSITIVE_INFINITY,
  parts: Number.POSITIVE_INFINITY,
}

const HEAD = 'POST /x HTTP/1.1\r\nHost: h\r\n'

/** The text with its bytes in chunks of `size`, as the chunked coding has them. */
function chunked(text: string, size: number): string {
  let coded = ''
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size)
    coded += `${piece.length.toString(16)}\r\n${piece}\r\n`
  }
  return `${coded}0\r\n\r\n`
}

const withLength = (body: string, type = 'text/plain'): string =>
  `${HEAD}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const inChunks = (body: string, type = 'text/plain', size = 7): string =>
  `${HEAD}Content-Type: ${type}\r\nTransfer-Encoding: ChunKed\r\n\r\n${chunked(body, size)}`

async function exchange(port: number, ...writes: string[]): Promise<[status: number, value: unknown]> {
  const connection = await RawConnection.open(port)
  try {
    for (const bytes of writes) {
      connection.write(bytes)
      await new Promise((done) => setTimeout(done, 5))
    }
    const response = await connection.read()
    return [response.status, JSON.parse(response.body.toString())]
  } finally {
    connection.close()
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 500; tries++) await new Promise((done) => setTimeout(done, 10))
}

const dataOf: ServedView = (request) => request.get_data({ as_text: true })

// Security row 1.5, h3 CVE-2026-23527.
t.test('a body arrives whole, whether its length is told or not, and however it is split', async (t) => {
  const { port } = await serveRequests(t, dataOf)
  t.same(await exchange(port, withLength('hello')), [200, 'hello'])
  t.same(await exchange(port, inChunks('hello world')), [200, 'hello world'])
  const whole = withLength('hello')
  t.same(await exchange(port, whole.slice(0, -4), whole.slice(-4, -2), whole.slice(-2)), [200, 'hello'])
  const long = 'x'.repeat(300_000)
  t.same(await exchange(port, withLength(long)), [200, long])
  t.same(await exchange(port, inChunks(long, 'text/plain', 9999)), [200, long])
  t.same(await exchange(port, `${HEAD}Content-Length: 0\r\n\r\n`), [200, ''])
  t.same(await exchange(port, 'GET /x HTTP/1.1\r\nHost: h\r\n\r\n'), [200, ''])
})

// Security row 1.6, Rack CVE-2026-34829, Hono CVE-2025-59139.
t.test('limits count the bytes that come, told or not', async (t) => {
  const { port } = await serveRequests(t, dataOf, { config: { MAX_CONTENT_LENGTH: 10 } })
  for (const encode of [withLength, inChunks]) {
    t.same(await exchange(port, encode('1234567890')), [200, '1234567890'])
    t.equal((await exchange(port, encode('12345678901')))[0], 413)
    t.equal((await exchange(port, encode('x'.repeat(1_000_000))))[0], 413)
  }
})

t.test('a body that is too large is refused before it is sent', async (t) => {
  const { port } = await serveRequests(t, dataOf, { config: { MAX_CONTENT_LENGTH: 10 } })
  t.equal((await exchange(port, `${HEAD}Content-Length: 99999999\r\n\r\n`))[0], 413)
})

t.test('what is wrong with a body does not disturb a view that does not look at it', async (t) => {
  const { port } = await serveRequests(t, () => 'fine', { config: { MAX_CONTENT_LENGTH: 10 } })
  t.same(await exchange(port, withLength('x'.repeat(11))), [200, 'fine'])
  t.same(await exchange(port, inChunks('x'.repeat(11))), [200, 'fine'])
  t.same(await exchange(port, withLength('x', MULTIPART_TYPE)), [200, 'fine'])
})

t.test('a view can raise the limit and read the body then', async (t) => {
  const view: ServedView = async (request) => {
    request.max_content_length = 1_000_000
    await request.load_body()
    return request.get_data().length
  }
  const { port } = await serveRequests(t, view, { config: { MAX_CONTENT_LENGTH: 10 } })
  t.same(await exchange(port, withLength('x'.repeat(500_000))), [200, 500_000])
})

t.test('a client that leaves in the middle is a ClientDisconnected for who asks', async (t) => {
  const failures: unknown[] = []
  const view: ServedView = (request) => {
    try {
      return request.data
    } catch (error) {
      failures.push(error)
      throw error
    }
  }
  const { port } = await serveRequests(t, view)
  for (const bytes of [
    withLength('hello').slice(0, -2),
    inChunks('hello').slice(0, -5),
    inChunks('hello').slice(0, -1),
  ]) {
    const connection = await RawConnection.open(port)
    connection.write(bytes)
    await new Promise((done) => setTimeout(done, 20))
    connection.close()
  }
  await until(() => failures.length === 3)
  for (const failure of failures) t.ok(failure instanceof ClientDisconnected)
  t.equal(failures.length, 3)
})

function uploadOf(size: number): string {
  return part('name="a"', '1') + part('name="f"; filename="f.bin"', 'x'.repeat(size)) + LAST_BOUNDARY
}

const describeUpload: ServedView = (request) => {
  const file = request.files.require('f')
  return [request.form.get('a'), file.size, file.on_disk, readdirSync(temporary).length, request.get_data().length]
}

t.test('a large upload goes to disk, and is gone when the request ends', async (t) => {
  const { port } = await serveRequests(t, describeUpload)
  const small = uploadOf(100_000)
  t.same(await exchange(port, withLength(small, MULTIPART_TYPE)), [200, ['1', 100_000, false, 0, small.length]])
  const large = uploadOf(3_000_000)
  t.same(await exchange(port, withLength(large, MULTIPART_TYPE)), [200, ['1', 3_000_000, true, 1, 0]])
  t.same(await exchange(port, inChunks(large, MULTIPART_TYPE, 50_001)), [200, ['1', 3_000_000, true, 1, 0]])
  await until(() => readdirSync(temporary).length === 0)
  t.same(readdirSync(temporary), [])
})

t.test('a form that is malformed or too large far into an upload is refused, and leaves no file', async (t) => {
  const { port } = await serveRequests(t, describeUpload)
  const cut = uploadOf(1_000_000).slice(0, -LAST_BOUNDARY.length)
  t.equal((await exchange(port, withLength(cut, MULTIPART_TYPE)))[0], 400)
  const field =
    part('name="f"; filename="f"', 'x'.repeat(600_000)) + part('name="a"', 'x'.repeat(500_001)) + LAST_BOUNDARY
  t.equal((await exchange(port, withLength(field, MULTIPART_TYPE)))[0], 413)
  const parts = part('name="f"; filename="f"', 'x'.repeat(600_000)) + part('name="a"', '').repeat(1000) + LAST_BOUNDARY
  t.equal((await exchange(port, withLength(parts, MULTIPART_TYPE)))[0], 413)
  t.equal((await exchange(port, inChunks(parts, MULTIPART_TYPE, 9999)))[0], 413)
  await until(() => readdirSync(temporary).length === 0)
  t.same(readdirSync(temporary), [])
})

// Security row 1.6, @fastify/multipart CVE-2025-24033.
t.test('uploads that are aborted leave no file', async (t) => {
  let ended = 0
  const { port } = await serveRequests(t, (request) => {
    ended++
    return request.files.size
  })
  const ABORTS = 200
  const upload = withLength(uploadOf(700_000), MULTIPART_TYPE).slice(0, 650_000)
  let foldersSeen = 0
  for (let batch = 0; batch < ABORTS; batch += 20) {
    const connections = await Promise.all(Array.from({ length: 20 }, () => RawConnection.open(port)))
    for (const connection of connections) connection.write(upload)
    await until(() => readdirSync(temporary).length > 0)
    foldersSeen += readdirSync(temporary).length
    for (const connection of connections) connection.close()
  }
  await until(() => ended === ABORTS && readdirSync(temporary).length === 0)
  t.equal(ended, ABORTS)
  t.ok(foldersSeen > 0, 'there were files')
  t.same(readdirSync(temporary), [])
})

t.test('a disk that fails is an error of the server, for who asks', async (t) => {
  process.env['TMPDIR'] = join(temporary, 'missing')
  t.teardown(() => {
    process.env['TMPDIR'] = temporary
  })
  const { port } = await serveRequests(t, (request) => (request.path === '/x' ? request.files.size : 'fine'))
  const [status, message] = await exchange(port, withLength(uploadOf(1_000_000), MULTIPART_TYPE))
  t.equal(status, 500)
  t.match(message, /ENOENT/)
})

t.test('the body is read in the context of the request', async (t: Test) => {
  const storage = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const { port } = await serveRequests(
    t,
    (request: Request) =>
      storage.run(request.path, async () => {
        await request.load_body()
        seen.push(storage.getStore())
        for await (const _ of request.stream) seen.push(storage.getStore())
        return null
      }),
    { stream: true },
  )
  await exchange(port, withLength('hello'))
  await exchange(port, inChunks('hello').slice(0, -5), '0\r\n\r\n')
  t.same(seen, ['/x', '/x', '/x', '/x'])
})

t.test('what others read before reads as empty, and what is wholly there needs no wait', async (t) => {
  const consumed = makeIncoming({ method: 'POST', rawHeaders: ['Content-Length', '5'], body: Buffer.from('hello') })
  await text(consumed)
  t.equal(new RequestBody(consumed).bytes?.length, 0, 'a body parser of Express was there before')
  const buffered = new RequestBody(makeIncoming({ rawHeaders: ['Content-Length', '5'], body: Buffer.from('hello') }))
  t.equal(buffered.bytes?.toString(), 'hello')
  t.equal(buffered.load(NO_LIMITS, undefined), undefined)
  const gone = makeIncoming({ rawHeaders: ['Content-Length', '5'], body: Buffer.from('hel') })
  gone.destroy()
  const cut = new RequestBody(gone)
  t.equal(cut.load(NO_LIMITS, undefined), undefined)
  t.ok(cut.failure instanceof ClientDisconnected)
})

t.test('the framing of a message tells whether there is a body', (t) => {
  const cases: [rawHeaders: string[], expected: number][] = [
    [[], 0],
    [['Content-Length', '5'], 5],
    [['CONTENT-LENGTH', '0'], 0],
    [['content-length', 'x'], 0],
    [['Transfer-Encoding', 'ChunKed'], Number.POSITIVE_INFINITY],
    [['X', 'y', 'transfer-encoding', 'chunked', 'Content-Length', '5'], Number.POSITIVE_INFINITY],
    [['Content-Lengths', '5', 'Transfer-Encodinx', 'x', 'Content-Lengtx', '5'], 0],
  ]
  for (const [rawHeaders, expected] of cases) t.equal(announcedLength(makeIncoming({ rawHeaders })), expected)
  t.end()
})
