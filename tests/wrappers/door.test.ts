import t, { type Test } from 'tap'
import { RawConnection } from '../support/raw-http.ts'
import { serveRequests } from '../support/requests.ts'

const HOST = 'Host: h\r\n'

async function served(t: Test): Promise<number> {
  const { port } = await serveRequests(t, (request) => request.path)
  return port
}

/** The status of the answer to the bytes, and whether the connection is closed behind it. */
async function answerTo(port: number, bytes: string): Promise<[status: number, closed: boolean]> {
  const connection = await RawConnection.open(port)
  try {
    connection.write(bytes)
    const response = await connection.read(bytes.startsWith('HEAD'))
    const closing = response.headers.some(([name, value]) => name.toLowerCase() === 'connection' && value === 'close')
    if (closing) await connection.rest()
    return [response.status, closing]
  } finally {
    connection.close()
  }
}

/** A server that still answers after everything that a test sent to it. */
async function stillAnswers(t: Test, port: number): Promise<void> {
  t.equal((await answerTo(port, `GET /next HTTP/1.1\r\n${HOST}\r\n`))[0], 200, 'the next request is fine')
}

t.test('an ordinary request passes and keeps its connection', async (t) => {
  const port = await served(t)
  const passing: string[] = [
    `GET / HTTP/1.1\r\n${HOST}\r\n`,
    `GET /a/b?c=d&e HTTP/1.1\r\n${HOST}Accept: */*\r\nAccept: x\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n`,
    `GET http://h/a HTTP/1.1\r\n${HOST}\r\n`,
    `GET HTTP://H/a HTTP/1.1\r\n${HOST}\r\n`,
    `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
    'GET / HTTP/1.1\r\nHost: [::1]:5000\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: EXAMPLE.com:80\r\n\r\n',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: ChunKed\r\n\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\n\r\nx`,
    `GET /%zz HTTP/1.1\r\n${HOST}\r\n`,
    `GET / HTTP/1.1\r\n${HOST}__proto__: x\r\nconstructor: y\r\n\r\n`,
  ]
  for (const bytes of passing) t.same(await answerTo(port, bytes), [200, false], JSON.stringify(bytes))
  t.same(await answerTo(port, 'GET / HTTP/1.0\r\n\r\n'), [200, true], 'HTTP/1.0 needs no host')
})

// Security row 1.5 "malformed Host accepted": Koa CVE-2026-27959, Rack CVE-2026-34835, Werkzeug #3113.
t.test('a host that is missing, twice there or none at all is a 400', async (t) => {
  const port = await served(t)
  const hosts = [
    '',
    ' ',
    'evil.com:x@good.com',
    'a b',
    'a/b',
    'a,b',
    '[::1',
    'a:99999',
    'a:0',
    'a_b',
    '\xe9',
    'a'.repeat(256),
  ]
  for (const host of hosts) {
    t.same(await answerTo(port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), [400, true], JSON.stringify(host))
  }
  t.same(await answerTo(port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'), [400, true])
  t.same(await answerTo(port, 'GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n'), [400, true])
  t.equal((await answerTo(port, 'GET / HTTP/1.1\r\n\r\n'))[0], 400)
  t.same(await answerTo(port, 'GET / HTTP/1.0\r\nHost: a b\r\n\r\n'), [400, true])
  await stillAnswers(t, port)
})

// Security row 1.5, Node CVE-2022-32213 and its kin; bad inputs, group 4.
t.test('framing that two readers could understand differently is a 400, and the connection closes', async (t) => {
  const port = await served(t)
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n'
  const framings = [
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked;a=b',
    'Transfer-Encoding: identity',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nContent-Length: 5',
    'Content-Length: 5, 5',
    'Content-Length: +5',
    'Content-Length: -1',
    'Content-Length: 0x5',
    'Content-Length: 99999999999999999999',
    'Content-Type: text/plain\r\nContent-Type: text/html',
  ]
  for (const framing of framings) {
    const connection = await RawConnection.open(port)
    connection.write(`POST / HTTP/1.1\r\n${HOST}${framing}\r\n\r\n0\r\n\r\n${smuggled}`)
    const text = await connection.rest()
    t.match(text, /^HTTP\/1\.1 400 /, framing)
    t.equal(text.split('HTTP/1.1').length, 2, 'one answer, and none to what follows')
  }
  t.same(await answerTo(port, 'POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'), [400, true])
  await stillAnswers(t, port)
})

t.test('a version other than 1.0 and 1.1 is a 400', async (t) => {
  const port = await served(t)
  for (const version of [' HTTP/2.0', ' HTTP/0.9', '']) {
    t.same(await answerTo(port, `GET /${version}\r\n${HOST}\r\n`), [400, true], version)
  }
  await stillAnswers(t, port)
})

// Bad inputs, groups 1 and 2.
t.test('a target that is none is a 400', async (t) => {
  const port = await served(t)
  const targets = [
    '*',
    'about',
    '/a#b',
    '/a b',
    'ftp://h/',
    'http://other/',
    'http://h:81/',
    'http://u:p@h/',
    'http://',
    'h:80',
    '/\x7f',
    '/\t',
    '/\xe6',
  ]
  for (const target of targets) {
    t.equal((await answerTo(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\n`))[0], 400, JSON.stringify(target))
  }
  t.same(await answerTo(port, 'GET http://h/ HTTP/1.0\r\n\r\n'), [400, true])
  t.equal((await answerTo(port, `GET /${'/'.repeat(8000)} HTTP/1.1\r\n${HOST}\r\n`))[0], 200)
  await stillAnswers(t, port)
})

t.test('more than 100 fields are a 431', async (t) => {
  const port = await served(t)
  const withFields = (count: number): string => `GET / HTTP/1.1\r\n${HOST}${'X: y\r\n'.repeat(count - 1)}\r\n`
  t.same(await answerTo(port, withFields(100)), [200, false])
  t.same(await answerTo(port, withFields(101)), [431, true])
  t.same(await answerTo(port, withFields(1500)), [431, true])
  await stillAnswers(t, port)
})

t.test('TRACE is a 405', async (t) => {
  const port = await served(t)
  t.same(await answerTo(port, `TRACE / HTTP/1.1\r\n${HOST}\r\n`), [405, true])
  await stillAnswers(t, port)
})

t.test('a forwarded host is checked like any other', async (t) => {
  const { ProxyFix } = await import('../../lib/serving/proxy-fix.ts')
  const { port } = await serveRequests(t, (request) => request.host, {
    wrap: (listener) => ProxyFix(listener, { x_host: 1 }),
  })
  const forwarded = (host: string): string => `GET / HTTP/1.1\r\n${HOST}X-Forwarded-Host: ${host}\r\n\r\n`
  t.same(await answerTo(port, forwarded('example.com')), [200, false])
  for (const host of ['a b', 'evil.com:x@good.com', 'a/b', '[::1']) {
    t.same(await answerTo(port, forwarded(host)), [400, true], host)
  }
})
