import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { HTTPException } from '../../lib/http/exceptions.ts'
import { headerValues, RawConnection } from '../support/raw-http.ts'
import { type ServedView, serveRequests } from '../support/requests.ts'

const HEAD = 'POST /x HTTP/1.1\r\nHost: h\r\n'
const NEXT = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'

const withLength = (body: string): string => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`
const inChunks = (...pieces: string[]): string =>
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`

/** The length of what the stream gives, or the status that it fails with. */
const measure: ServedView = async (request) => {
  if (request.path === '/next') return 'next'
  let length = 0
  try {
    for await (const chunk of request.stream) length += chunk.length
  } catch (error) {
    if (error instanceof HTTPException) return [length, error.code, error.constructor.name]
    throw error
  }
  return length
}

t.test('a stream gives the body as it comes', async (t) => {
  const { port } = await serveRequests(t, measure, { stream: true })
  const connection = await RawConnection.open(port)
  for (const bytes of [
    withLength('hello'),
    inChunks('hello', 'world'),
    withLength(''),
    withLength('x'.repeat(2_000_000)),
  ]) {
    connection.write(bytes + NEXT)
    const response = await connection.read()
    t.equal(response.status, 200)
    t.match(response.body.toString(), /^[0-9]+$/)
    t.equal((await connection.read()).body.toString(), '"next"', 'the next request begins where the body ends')
  }
  connection.close()
})

t.test('a stream ends with a 413 past the limit, told or not', async (t) => {
  const { port } = await serveRequests(t, measure, { stream: true, config: { MAX_CONTENT_LENGTH: 10 } })
  const ask = async (bytes: string): Promise<[number, unknown]> => {
    const connection = await RawConnection.open(port)
    connection.write(bytes)
    const response = await connection.read()
    connection.close()
    return [response.status, JSON.parse(response.body.toString())]
  }
  t.same(await ask(inChunks('12345', '67890')), [200, 10])
  t.match(await ask(inChunks('12345', '67890', '1')), [200, [Number, 413, 'RequestEntityTooLarge']])
  t.same(await ask(withLength('12345678901')), [200, [0, 413, 'RequestEntityTooLarge']])
})

t.test('a client that leaves ends the stream', async (t) => {
  const answers: unknown[] = []
  const { port } = await serveRequests(
    t,
    async (request, res) => {
      const answer = await measure(request, res)
      answers.push(answer)
      return answer
    },
    { stream: true },
  )
  const connection = await RawConnection.open(port)
  connection.write(withLength('hello world').slice(0, -6))
  await new Promise((done) => setTimeout(done, 20))
  connection.close()
  while (answers.length === 0) await new Promise((done) => setTimeout(done, 5))
  t.same(answers, [[5, 400, 'ClientDisconnected']])
})

t.test('a stream that nobody reads makes the client wait', async (t) => {
  let release: () => void = () => {}
  const waiting = new Promise<void>((resolve) => {
    release = resolve
  })
  let buffered = 0
  const { port } = await serveRequests(
    t,
    async (request) => {
      const { stream } = request
      stream.read(0)
      await waiting
      buffered = stream.readableLength
      return 'done'
    },
    { stream: true },
  )
  const connection = await RawConnection.open(port)
  const size = 50_000_000
  connection.write(`${HEAD}Content-Length: ${size}\r\n\r\n`)
  let written = 0
  const piece = Buffer.alloc(100_000)
  const deadline = Date.now() + 500
  while (written < size && Date.now() < deadline) {
    if (connection.socket.write(piece)) written += piece.length
    else await Promise.race([once(connection.socket, 'drain'), new Promise((done) => setTimeout(done, 100))])
  }
  release()
  await connection.read()
  t.ok(buffered < 1_000_000, `${buffered} bytes were held`)
  connection.close()
})

t.test('an answer can be made of the body while it comes', async (t) => {
  const { createServer } = await import('node:http')
  const { Request } = await import('../../lib/wrappers/request.ts')
  const { appOf } = await import('../support/requests.ts')
  const server = createServer(async (req, res) => {
    const request = new Request(req, appOf())
    request.settle_body(res)
    const { stream } = request
    request.settle_body(res)
    res.writeHead(200)
    await pipeline(stream, res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const response = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`, {
    method: 'POST',
    body: 'x'.repeat(1_000_000),
  })
  t.equal((await response.text()).length, 1_000_000)
})

t.test('listeners of the stream run in the context of the request', async (t) => {
  const storage = new AsyncLocalStorage<string>()
  const seen = new Set<string | undefined>()
  const view: ServedView = (request) =>
    storage.run('request', async () => {
      const { stream } = request
      for (const event of ['data', 'end', 'close']) stream.on(event, () => seen.add(storage.getStore()))
      await once(stream, 'close')
      return null
    })
  const { port } = await serveRequests(t, view, { stream: true })
  const connection = await RawConnection.open(port)
  connection.write(withLength('hello').slice(0, -2))
  await new Promise((done) => setTimeout(done, 20))
  connection.write('lo')
  await connection.read()
  connection.close()
  t.same([...seen], ['request'])
})

t.test('a stream that is left in the middle closes the connection, unless little is left', async (t) => {
  const view: ServedView = async (request) => {
    if (request.path === '/next') return 'next'
    for await (const _ of request.stream) break
    return 'enough'
  }
  const { port } = await serveRequests(t, view, { stream: true })
  const small = await RawConnection.open(port)
  small.write(withLength('x'.repeat(50_000)) + NEXT)
  t.equal((await small.read()).status, 200)
  t.equal((await small.read()).body.toString(), '"next"')
  small.close()
  const large = await RawConnection.open(port)
  large.write(withLength(`${NEXT.repeat(10_000)}`) + NEXT)
  const response = await large.read()
  t.equal(response.body.toString(), '"enough"')
  t.same(headerValues(response, 'Connection'), ['close'])
  t.equal(await large.rest(), '', 'what is in the body is no request')
})
