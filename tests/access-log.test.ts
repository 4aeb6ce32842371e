import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type AccessLogFormat, Flagon, make_response, request } from '../lib/index.ts'
import { RawConnection } from './support/raw-http.ts'

/** An app that is served with an access log, and the lines of that. */
async function logged(
  t: Test,
  format?: AccessLogFormat,
): Promise<{ app: Flagon; port: () => Promise<number>; lines: () => Promise<string[]> }> {
  const app = new Flagon(import.meta.url)
  app.config.LOG_LEVEL = 'silent'
  app.get('/', () => 'hällo')
  app.get('/empty', () => make_response('', 204))
  app.get('/id', () => request.id)
  app.get('/stream', () =>
    make_response(
      (function* () {
        yield 'one'
        yield Buffer.from('two')
      })(),
    ),
  )
  let text = ''
  const keep = (lines: string) => {
    text += lines
  }
  return {
    app,
    port: async () => {
      const server = await app.run({ port: 0, signals: false, access_log: { format, write: keep } })
      t.teardown(() => {
        server.close()
        server.closeAllConnections()
      })
      return (server.address() as AddressInfo).port
    },
    lines: async () => {
      await sleep(30)
      return text.split('\n').slice(0, -1)
    },
  }
}

t.test('a line is written for each request, with the size of its body', async (t) => {
  const { port, lines } = await logged(t, 'common')
  const base = `http://127.0.0.1:${await port()}`
  for (const path of ['/?a=1', '/empty', '/nowhere', '/stream']) await (await fetch(base + path)).text()
  await fetch(base, { method: 'HEAD' })
  const written = await lines()
  const TOLD = [
    '"GET /?a=1 HTTP/1.1" 200 6',
    '"GET /empty HTTP/1.1" 204 0',
    '"GET /nowhere HTTP/1.1" 404 ',
    '"GET /stream HTTP/1.1" 200 6',
    '"HEAD / HTTP/1.1" 200 0',
  ]
  t.equal(written.length, TOLD.length)
  for (const [at, told] of TOLD.entries()) t.ok(written[at]?.includes(`] ${told}`), `${written[at]}`)
  for (const line of written)
    t.match(
      line,
      /^127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "[^"]+" \d{3} \d+ [\d.]+ms [\w-]{12}$/,
    )
})

t.test('a line of JSON has the same, and the id that the request has', async (t) => {
  const { port, lines } = await logged(t, 'json')
  const response = await fetch(`http://127.0.0.1:${await port()}/id`, { headers: { 'User-Agent': 'tester' } })
  const id = await response.text()
  const record = JSON.parse((await lines())[0] ?? '')
  t.match(record, {
    level: 'info',
    msg: 'request',
    method: 'GET',
    path: '/id',
    protocol: 'HTTP/1.1',
    status: 200,
    bytes: 12,
    request_id: id,
    user_agent: 'tester',
    remote_addr: '127.0.0.1',
    referer: '',
  })
  t.ok(record.ms > 0)
  t.equal(new Date(record.time).toISOString(), record.time)
})

// security 1.8: a line of the log is one line, whatever a client sent
t.test('no client forges a line or steers a terminal', async (t) => {
  for (const format of ['common', 'combined', 'json'] as const) {
    const { port, lines } = await logged(t, format)
    const connection = await RawConnection.open(await port())
    const nasty = '\u001b[2J\u009b2J\u0085"\\'
    connection.write(
      `GET /%0a[ERROR]"${'\\'}x HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${nasty.replaceAll('\u001b', '')}\r\nReferer: a\tb\u0085c"\r\n\r\n`,
    )
    await connection.read()
    connection.close()
    const written = await lines()
    t.equal(written.length, 1, format)
    t.notMatch(written[0], /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/, `${written[0]}`)
    if (format === 'json') t.match(JSON.parse(written[0] ?? ''), { path: '/%0a[ERROR]"\\x' })
    else t.match(written[0], '/%0a[ERROR]\\"\\\\x HTTP/1.1"')
  }
})

t.test('a request whose client leaves before the answer has a line too', async (t) => {
  const { app, port, lines } = await logged(t, 'common')
  app.get('/slow', async () => {
    await once(request.signal, 'abort')
    await sleep(5)
    return 'late'
  })
  const connection = await RawConnection.open(await port())
  connection.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await sleep(30)
  connection.close()
  t.match(await lines(), [/"GET \/slow HTTP\/1\.1" - 0 /])
})

t.test('requests on one connection, and requests at once, each have their line and their size', async (t) => {
  const { port, lines } = await logged(t, 'json')
  const connection = await RawConnection.open(await port())
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  connection.write(one('/') + one('/stream') + one('/id'))
  for (let at = 0; at < 3; at++) await connection.read()
  connection.close()
  t.same(
    (await lines()).map((line) => [JSON.parse(line).path, JSON.parse(line).bytes]),
    [
      ['/', 6],
      ['/stream', 6],
      ['/id', 12],
    ],
  )
})

t.test('without the option the listener is left as it is', async (t) => {
  const { app } = await logged(t)
  const written: string[] = []
  const original = process.stderr.write
  process.stderr.write = (chunk: string | Uint8Array) => written.push(String(chunk)) > 0
  const server = await app.run({ port: 0, signals: false })
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text()
  await sleep(20)
  process.stderr.write = original
  server.close()
  server.closeAllConnections()
  t.match(written, [/Serving the app/])
  t.equal(written.length, 1)
})
