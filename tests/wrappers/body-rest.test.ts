import t from 'tap'
import { NotFound } from '../../lib/http/exceptions.ts'
import { headerValues, RawConnection } from '../support/raw-http.ts'
import { type ServedView, serveRequests } from '../support/requests.ts'

const NEXT = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'
const head = (framing: string, method = 'POST'): string => `${method} /x HTTP/1.1\r\nHost: h\r\n${framing}\r\n\r\n`

/** Leaves the body alone, as an error before the view does. */
const refuse: ServedView = (request) => {
  if (request.path === '/next') return 'next'
  throw new NotFound()
}

t.test('a small body that nobody read is thrown away, and the connection kept', async (t) => {
  const { port } = await serveRequests(t, refuse, { stream: true })
  const connection = await RawConnection.open(port)
  connection.write(head('Content-Length: 65536') + NEXT.repeat(1000).slice(0, 30_000))
  const response = await connection.read()
  t.equal(response.status, 404, 'the answer does not wait for the body')
  t.same(headerValues(response, 'Connection'), ['keep-alive'])
  connection.write('x'.repeat(65_536 - 30_000) + NEXT)
  t.equal((await connection.read()).body.toString(), '"next"')
  connection.close()
})

// Security row 1.5 "early 4xx leaves body in socket".
t.test('a large body that nobody read closes the connection, and nothing of it is taken for a request', async (t) => {
  const seen: string[] = []
  const view: ServedView = (request, res) => {
    seen.push(request.path)
    return refuse(request, res)
  }
  const { port } = await serveRequests(t, view, { stream: true })
  const SIZE = 10_000_000
  const body = NEXT.repeat(Math.ceil(SIZE / NEXT.length)).slice(0, SIZE)
  for (const bytes of [
    head(`Content-Length: ${SIZE}`) + body,
    `${head('Transfer-Encoding: chunked')}${SIZE.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    `${head('Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
  ]) {
    const connection = await RawConnection.open(port)
    connection.write(bytes + NEXT)
    const response = await connection.read()
    t.equal(response.status, 404)
    t.same(headerValues(response, 'Connection'), ['close'])
    t.equal(await connection.rest(), '')
  }
  t.same(seen, ['/x', '/x', '/x'], 'also what follows the body is not acted upon')
})

t.test('a client that sends everything before it reads still gets its answer', async (t) => {
  const { port } = await serveRequests(t, refuse, { stream: true })
  const connection = await RawConnection.open(port)
  connection.write(head('Content-Length: 1000000'))
  for (let sent = 0; sent < 1_000_000; sent += 100_000) {
    connection.write('x'.repeat(100_000))
    await new Promise((done) => setTimeout(done, 10))
  }
  t.equal((await connection.read()).status, 404)
  t.equal(connection.socket.errored, null)
  connection.close()
})

t.test('a client that never sends the rest is let go', async (t) => {
  const { port } = await serveRequests(t, refuse, { stream: true })
  const connection = await RawConnection.open(port)
  connection.write(`${head('Content-Length: 1000000')}begin`)
  t.equal((await connection.read()).status, 404, 'the answer is there at once')
  const start = performance.now()
  await connection.rest()
  t.ok(performance.now() - start < 10_000, 'and the connection closes soon after')
})

t.test('an answer without a body is whole too', async (t) => {
  const { port } = await serveRequests(t, refuse, { stream: true })
  const connection = await RawConnection.open(port)
  connection.write(`${head('Content-Length: 100000', 'HEAD')}${'x'.repeat(100_000)}`)
  t.match(await connection.read(true), { status: 404 })
  t.equal(await connection.rest(), '')
})

t.test('a body that was read keeps the connection, however large it was', async (t) => {
  const { port } = await serveRequests(t, (request) => request.get_data().length)
  const connection = await RawConnection.open(port)
  for (const framed of [
    `${head('Content-Length: 1000000')}${'x'.repeat(1_000_000)}`,
    `${head('Transfer-Encoding: chunked')}f4240\r\n${'x'.repeat(1_000_000)}\r\n0\r\n\r\n`,
  ]) {
    connection.write(framed + NEXT)
    const response = await connection.read()
    t.equal(response.body.toString(), '1000000')
    t.same(headerValues(response, 'Connection'), ['keep-alive'])
    t.equal((await connection.read()).body.toString(), '0')
  }
  connection.close()
})

t.test('a body that failed half-way closes the connection', async (t) => {
  const { port } = await serveRequests(t, (request) => request.get_data().length, {
    config: { MAX_CONTENT_LENGTH: 100_000 },
  })
  const connection = await RawConnection.open(port)
  const SIZE = 200_000
  connection.write(
    `${head('Transfer-Encoding: chunked')}${SIZE.toString(16)}\r\n${'x'.repeat(SIZE)}\r\n0\r\n\r\n${NEXT}`,
  )
  const response = await connection.read()
  t.equal(response.status, 413)
  t.same(headerValues(response, 'Connection'), ['close'])
  t.equal(await connection.rest(), '')
})
