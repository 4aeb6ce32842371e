import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { statusOfParserError } from '../../lib/serving/refusal.ts'
import { serve } from '../../lib/serving/server.ts'
import { settleBody } from '../../lib/wrappers/body-rest.ts'
import { headerValues, RawConnection } from '../support/raw-http.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => void

const GET = 'GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n'

async function connectTo(t: Test, handler: Handler): Promise<RawConnection> {
  const server = await serve(handler, { port: 0 })
  const client = await RawConnection.open((server.address() as AddressInfo).port)
  t.teardown(() => {
    client.close()
    server.close()
    server.closeAllConnections()
  })
  return client
}

function echo(req: IncomingMessage, res: ServerResponse): void {
  res.end(req.url)
}

const REFUSED: [name: string, bytes: string, status: number][] = [
  ['a version that is none', 'GET / HTTP/9.9\r\n\r\n', 400],
  ['a method that is none', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
  ['a field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', 400],
  ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
  ['a signed length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx', 400],
  ['a length and chunks', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a target of 17 KB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ['a field of 17 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  ['20,000 fields', `GET / HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(20_000)}\r\n`, 431],
]
for (const [name, bytes, status] of REFUSED) {
  t.test(`answers ${status} to ${name}, in plain text that repeats nothing, and closes`, async (t) => {
    const client = await connectTo(t, echo)
    client.write(bytes)
    const response = await client.read()
    t.equal(response.status, status)
    t.same(headerValues(response, 'Content-Type'), ['text/plain; charset=utf-8'])
    t.same(headerValues(response, 'Connection'), ['close'])
    t.match(response.body.toString(), /^The [a-zA-Z ]+\.\n$/)
    t.equal(await client.rest(), '', 'there is no second answer')
  })
}

t.test('answers what was asked before the mistake first', async (t) => {
  const client = await connectTo(t, (req, res) => setTimeout(echo, 20, req, res))
  client.write(`${GET}NONSENSE\r\n\r\n`)
  t.equal((await client.read()).body.toString(), '/first')
  t.equal((await client.read()).status, 400)
  t.equal(await client.rest(), '')
})

t.test('answers 400 to a body that breaks off its chunks, while the handler waits for it', async (t) => {
  let failure: Error | undefined
  const client = await connectTo(t, (req, res) => {
    req.on('error', (error) => {
      failure = error
    })
    req.on('end', () => res.end('whole')).resume()
  })
  client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n')
  t.equal((await client.read()).status, 400)
  t.equal(await client.rest(), '')
  client.close()
  await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(failure, { code: 'ECONNRESET' }, 'and the handler learns that no more will come')
})

t.test('answers 413 to endless chunk extensions', async (t) => {
  const client = await connectTo(t, (req, res) => void req.on('end', () => res.end()).resume())
  client.write(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\n`)
  t.equal((await client.read()).status, 413)
})

t.test('never mixes a refusal into an answer that has begun', async (t) => {
  const client = await connectTo(t, (_req, res) => void res.write('begun'))
  client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  await new Promise((resolve) => client.socket.once('data', resolve))
  client.write('ZZ\r\n')
  const sent = await client.rest()
  t.match(sent, /^HTTP\/1\.1 200 OK\r\n/)
  t.notMatch(sent, '400')
})

t.test(
  'lets an answer through that was only waiting for the rest of a body, before the connection closes',
  async (t) => {
    const client = await connectTo(t, (req, res) => {
      settleBody(req, res)
      res.writeHead(404, { 'Content-Length': 5 })
      res.end('whole')
    })
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n')
    const response = await client.read()
    t.equal(response.status, 404)
    t.equal(response.body.toString(), 'whole')
    t.equal(await client.rest(), '')
  },
)

t.test('answers a request once, also when the rest of its body never comes', async (t) => {
  const client = await connectTo(t, echo)
  client.write('POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nshort')
  t.equal((await client.read()).body.toString(), '/first')
  client.socket.end()
  t.equal(await client.rest(), '')
})

t.test('answers a flood behind a mistake once', async (t) => {
  const client = await connectTo(t, echo)
  for (let round = 0; round < 50; round += 1) client.write('NONSENSE\r\n\r\n')
  t.equal((await client.read()).status, 400)
  client.write('NONSENSE\r\n\r\n')
  t.equal(await client.rest(), '')
})

t.test('only closes when the connection itself failed', async (t) => {
  t.equal(statusOfParserError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), undefined)
  t.equal(statusOfParserError(new Error('no code')), undefined)
  const client = await connectTo(t, echo)
  client.write('GET / HTTP/1.1\r\n')
  client.socket.resetAndDestroy()
  const next = await connectTo(t, echo)
  next.write(GET)
  t.equal((await next.read()).status, 200, 'and the server lives on')
})
