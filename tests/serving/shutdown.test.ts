import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { serve } from '../../lib/serving/server.ts'
import { close_gracefully } from '../../lib/serving/shutdown.ts'
import { headerValues, RawConnection } from '../support/raw-http.ts'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
/** Long enough that a test which has to wait for it fails by tap's own limit. */
const NEVER_SECONDS = 3600

interface Started {
  server: Server
  connect(): Promise<RawConnection>
}

async function start(t: Test, handler: (req: IncomingMessage, res: ServerResponse) => void): Promise<Started> {
  const server = await serve(handler, { port: 0, limits: { keep_alive_timeout: NEVER_SECONDS } })
  const { port } = server.address() as AddressInfo
  t.teardown(() => server.closeAllConnections())
  const connect = async (): Promise<RawConnection> => {
    const client = await RawConnection.open(port)
    t.teardown(() => client.close())
    return client
  }
  return { server, connect }
}

const answer = (_req: IncomingMessage, res: ServerResponse): void => void res.end('whole')

t.test('finishes the answer that is being made, tells the client to close and cuts nobody off', async (t) => {
  const waiting: ServerResponse[] = []
  const { server, connect } = await start(t, (_req, res) => void waiting.push(res))
  const client = await connect()
  client.write(GET)
  while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const closed = close_gracefully(server, NEVER_SECONDS)
  await t.rejects(connect(), { code: 'ECONNREFUSED' }, 'nobody new gets in')
  waiting[0]?.end('whole')
  const response = await client.read()
  t.equal(response.body.toString(), 'whole')
  t.same(headerValues(response, 'Connection'), ['close'])
  t.equal(await closed, 0)
  t.notOk(server.listening)
})

t.test('closes an idle connection that node would keep alive', async (t) => {
  const { server, connect } = await start(t, answer)
  const client = await connect()
  client.write(GET)
  t.same(headerValues(await client.read(), 'Connection'), ['keep-alive'])
  t.equal(await close_gracefully(server, NEVER_SECONDS), 0)
  t.equal(await client.rest(), '')
})

t.test('closes a connection that never carried a request', async (t) => {
  const { server, connect } = await start(t, answer)
  const client = await connect()
  await new Promise((resolve) => setTimeout(resolve, 10))
  t.equal(await close_gracefully(server, NEVER_SECONDS), 0)
  t.equal(await client.rest(), '')
})

t.test('still answers a request that reaches an open connection, and closes after it', async (t) => {
  const { server, connect } = await start(t, answer)
  const client = await connect()
  client.write(GET)
  await client.read()
  const closed = close_gracefully(server, NEVER_SECONDS)
  client.write(GET)
  const response = await client.read()
  t.equal(response.body.toString(), 'whole')
  t.same(headerValues(response, 'Connection'), ['close'])
  t.equal(await closed, 0)
})

t.test('closes connections that become idle while it waits for another', async (t) => {
  const waiting: ServerResponse[] = []
  const { server, connect } = await start(t, (_req, res) => void waiting.push(res.writeHead(200)))
  const [quick, slow] = [await connect(), await connect()]
  quick.write(GET)
  slow.write(GET)
  while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  for (const res of waiting) res.write('begun,')
  const closed = close_gracefully(server, NEVER_SECONDS)
  // Both had sent their header, which promised to keep alive, before the server went down.
  waiting[0]?.end('done')
  t.equal((await quick.read()).body.toString(), 'begun,done')
  t.equal(await quick.rest(), '', 'the sweep closed it')
  waiting[1]?.end('done')
  t.equal((await slow.read()).body.toString(), 'begun,done')
  t.equal(await closed, 0)
})

t.test('cuts off at the deadline what is left, and counts it', async (t) => {
  const { server, connect } = await start(t, (_req, res) => void res.write('endless'))
  const [one, two] = [await connect(), await connect()]
  for (const client of [one, two]) {
    client.write(GET)
    await new Promise((resolve) => client.socket.once('data', resolve))
  }
  t.equal(await close_gracefully(server, 0.1), 2)
  await Promise.all([one.rest(), two.rest()])
})

t.test('has nothing to do for a server that does not listen', async (t) => {
  const { server } = await start(t, answer)
  t.equal(await close_gracefully(server), 0)
  t.equal(await close_gracefully(server), 0)
})

t.test('a second call waits for the end of the first', async (t) => {
  const waiting: ServerResponse[] = []
  const { server, connect } = await start(t, (_req, res) => void waiting.push(res))
  const client = await connect()
  client.write(GET)
  while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const first = close_gracefully(server, NEVER_SECONDS)
  t.equal(close_gracefully(server), first)
  waiting[0]?.end('whole')
  t.equal(await first, 0)
})

t.test('waits for the handler of a client that has gone', async (t) => {
  let finish: (() => void) | undefined
  let isOver = false
  const server = await serve(
    async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      isOver = true
    },
    { port: 0 },
  )
  const { port } = server.address() as AddressInfo
  const client = await RawConnection.open(port)
  client.write(GET)
  while (finish === undefined) await new Promise((resolve) => setTimeout(resolve, 1))
  client.socket.destroy()
  const closed = close_gracefully(server, NEVER_SECONDS)
  await new Promise((resolve) => setTimeout(resolve, 20))
  t.notOk(isOver)
  finish()
  t.equal(await closed, 0)
  t.ok(isOver)
})

t.test('cuts off handshakes of TLS that do not end', async (t) => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))
  const server = await serve(answer, { port: 0, cert: fixture('cert'), key: fixture('key') })
  const { port } = server.address() as AddressInfo
  const client = await RawConnection.open(port)
  t.teardown(() => client.close())
  await new Promise((resolve) => setTimeout(resolve, 10))
  await close_gracefully(server, 0.1)
  t.equal(await client.rest(), '')
})
