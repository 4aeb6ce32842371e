import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { FlagonError } from '../../lib/errors.ts'
import { type ServeOptions, serve } from '../../lib/serving/server.ts'
import { exchangeRaw, headerValues, RawConnection } from '../support/raw-http.ts'

function echo(req: IncomingMessage, res: ServerResponse): void {
  res.end(`${req.method} ${req.url} ${req.rawHeaders.length / 2}`)
}

async function start(t: Test, options: ServeOptions = { port: 0 }, handler = echo): Promise<Server> {
  const server = await serve(handler, options)
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return server
}

/** A folder with a short path: that of a socket may have about 100 bytes. */
function socketFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

t.test('listens on loopback alone unless told otherwise', async (t) => {
  const server = await start(t)
  t.match(server.address(), { address: '127.0.0.1', family: 'IPv4' })
  t.ok(server.listening)
  const response = await exchangeRaw(portOf(server), 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.equal(response.body.toString(), 'GET /x 1')
})

t.test('the error for a taken port names the port and another one', async (t) => {
  const port = portOf(await start(t))
  const failure: unknown = await serve(echo, { port }).catch((error: unknown) => error)
  t.ok(failure instanceof FlagonError)
  t.match(failure, { code: 'ADDRESS_UNAVAILABLE', cause: { code: 'EADDRINUSE' } })
  t.match((failure as Error).message, `port ${port} of 127.0.0.1 is in use`)
  t.match((failure as Error).message, `port: ${port + 1}`)
})

t.test('the error for an address of another machine says which addresses there are', async (t) => {
  await t.rejects(serve(echo, { host: '192.0.2.1', port: 0 }), {
    code: 'ADDRESS_UNAVAILABLE',
    message: /port 0 of 192\.0\.2\.1 cannot be listened on \(EADDRNOTAVAIL\).*127\.0\.0\.1/,
  })
})

const IMPOSSIBLE: [options: ServeOptions, message: RegExp][] = [
  [{ port: -1 }, /integer from 0 to 65535, not -1/],
  [{ port: 65536 }, /not 65536/],
  [{ port: 80.5 }, /not 80\.5/],
  [{ port: Number.NaN }, /not NaN/],
  [{ unix: 'app.sock', port: 5000 }, /excludes host and port/],
  [{ unix: 'app.sock', host: '::1' }, /excludes host and port/],
  [{ cert: 'x' }, /cert was given without key/],
  [{ key: 'x' }, /key was given without cert/],
]
for (const [options, message] of IMPOSSIBLE) {
  t.test(`refuses ${JSON.stringify(options)} before anything listens`, async (t) => {
    await t.rejects(serve(echo, options), { code: 'CONFIG_VALUE', message })
  })
}

t.test('listens on a Unix socket', async (t) => {
  const path = join(socketFolder(t), 'app.sock')
  await start(t, { unix: path })
  const response = await exchangeRaw(path, 'GET /unix HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.equal(response.body.toString(), 'GET /unix 1')
  await t.rejects(serve(echo, { unix: path }), { code: 'ADDRESS_UNAVAILABLE', message: /another server listens on it/ })
})

t.test('replaces the Unix socket that a crashed server left behind, but no other file', async (t) => {
  const folder = socketFolder(t)
  const path = join(folder, 'app.sock')
  const listen = "require('node:net').createServer().listen(process.argv[1], () => console.log('up'))"
  const crashed = spawn(process.execPath, ['-e', listen, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(crashed.stdout, 'data')
  crashed.kill('SIGKILL')
  await once(crashed, 'exit')
  t.ok(existsSync(path), 'the file is still there')
  await start(t, { unix: path })
  const response = await exchangeRaw(path, 'GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.equal(response.body.toString(), 'GET /again 1')
  const notes = join(folder, 'notes.txt')
  writeFileSync(notes, 'kept')
  await t.rejects(serve(echo, { unix: notes }), { code: 'ADDRESS_UNAVAILABLE' })
  t.equal(readFileSync(notes, 'utf8'), 'kept')
})

t.test('speaks HTTPS when it is given a certificate and its key', async (t) => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))
  const cert = fixture('cert')
  const server = await start(t, { port: 0, cert, key: fixture('key') })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpsRequest({ port: portOf(server), host: 'localhost', path: '/tls', ca: cert, agent: false }, resolve)
      .once('error', reject)
      .end()
  })
  t.match(await text(response), 'GET /tls')
})

t.test('hands all header fields on, where node would drop those past its count without a word', async (t) => {
  const server = await start(t)
  const fields = Array.from({ length: 1500 }, (_, index) => `h${index}:1\r\n`).join('')
  const response = await exchangeRaw(portOf(server), `GET / HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`)
  t.equal(response.body.toString(), 'GET / 1501')
})

t.test('answers 408 to a client whose header takes too long, and closes', async (t) => {
  const server = await start(t, { port: 0, limits: { headers_timeout: 0.1, request_timeout: 30 } })
  const client = await RawConnection.open(portOf(server))
  t.teardown(() => client.close())
  client.write('GET / HTTP/1.1\r\nHost: loc')
  const response = await client.read()
  t.equal(response.status, 408)
  t.same(headerValues(response, 'Connection'), ['close'])
  t.equal(await client.rest(), '')
})

t.test('has the limits that keep slow clients away without any configuration', async (t) => {
  const server = await start(t)
  t.match(server, { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 5000, maxHeadersCount: 0 })
})

t.test('answers a request to upgrade as any other when nobody listens for upgrades', async (t) => {
  const server = await start(t)
  const response = await exchangeRaw(
    portOf(server),
    'GET /chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  t.equal(response.body.toString(), 'GET /chat 3')
})

t.test('refuses CONNECT and closes, so that no view and no tunnel sees it', async (t) => {
  let calls = 0
  const server = await start(t, { port: 0 }, (_req, res) => {
    calls += 1
    res.end()
  })
  const client = await RawConnection.open(portOf(server))
  t.teardown(() => client.close())
  client.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')
  t.equal((await client.read()).status, 400)
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.equal(await client.rest(), '')
  t.equal(calls, 0)
})

t.test('keeps a connection open for the next request', async (t) => {
  const server = await start(t)
  const client = await RawConnection.open(portOf(server))
  t.teardown(() => client.close())
  for (const path of ['/one', '/two']) {
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    t.equal((await client.read()).body.toString(), `GET ${path} 1`)
  }
})

t.test('tells node by an ordinary client that an expectation it does not know fails', async (t) => {
  const server = await start(t)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port: portOf(server), headers: { Expect: 'miracles' }, agent: false }, resolve)
      .once('error', reject)
      .end()
  })
  response.resume()
  t.equal(response.statusCode, 417)
})

t.test('answers 408 to a client that announces a body and never sends it', async (t) => {
  const server = await start(t, { port: 0, limits: { headers_timeout: 0.1, request_timeout: 0.1 } }, (req, res) => {
    req.on('error', () => undefined)
    req.on('end', () => res.end()).resume()
  })
  const client = await RawConnection.open(portOf(server))
  t.teardown(() => client.close())
  client.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
  t.equal((await client.read()).status, 100)
  t.equal((await client.read()).status, 408)
  t.equal(await client.rest(), '')
})

const LEAVING: [name: string, leave: (client: RawConnection) => void][] = [
  ['ends its side', (client) => void client.socket.end()],
  ['resets the connection', (client) => void client.socket.resetAndDestroy()],
  ['closes', (client) => client.close()],
]
for (const [name, leave] of LEAVING) {
  t.test(`lives on when a client ${name} in the middle of an answer`, async (t) => {
    const server = await start(t, { port: 0 }, (_req, res) => {
      res.write('begun')
      setTimeout(() => res.end('ended'), 20)
    })
    const client = await RawConnection.open(portOf(server))
    t.teardown(() => client.close())
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(client.socket, 'data')
    leave(client)
    const next = await exchangeRaw(portOf(server), 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    t.equal(next.body.toString(), 'begunended')
  })
}
