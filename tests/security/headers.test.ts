import t from 'tap'
import { exchangeRaw } from '../support/raw-http.ts'
import { type BadInput, get, hostileTest, type Outcome, send } from './hostile-client.ts'
import { GET_ENDPOINTS, POST_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
/** Header fields that a request may have, `Host` among them. */
const MOST_FIELDS = 100

const repeated = (count: number): string[] => Array.from({ length: count }, (_, index) => `X-${index}: y`)

/** Fields beside `Host: localhost`, and what they give at any endpoint; left out: what the endpoint gives. */
const FIELDS: readonly (readonly [name: string, fields: readonly string[], gives?: Outcome | readonly Outcome[]])[] = [
  ['a second host', ['Host: localhost'], 400],
  ['a second host that differs', ['Host: evil.com'], 400],
  ['a second host in another case', ['hOST: localhost'], 400],
  ['two lengths that agree', ['Content-Length: 0', 'Content-Length: 0'], 400],
  ['two lengths that differ', ['Content-Length: 0', 'Content-Length: 1'], 400],
  ['two content types', ['Content-Type: text/plain', 'Content-Type: application/json'], 400],
  ['two credentials', ['Authorization: Basic YTpi', 'Authorization: Bearer x']],
  ['two user agents', ['User-Agent: a', 'User-Agent: b']],
  ['two cookies', ['Cookie: a=1', 'Cookie: a=2']],
  ['two ranges', ['Range: bytes=0-0', 'Range: bytes=1-1']],
  ['two conditions', ['If-None-Match: "a"', 'If-None-Match: *']],
  ['as many fields as there may be', repeated(MOST_FIELDS - 1)],
  ['one field too many', repeated(MOST_FIELDS), 431],
  ['a thousand fields', repeated(1000), 431],
  ['more fields than fit', repeated(5000), 431],
  ['a value of 8 KB', [`X-Long: ${'a'.repeat(8 * KIB)}`]],
  ['a value of 17 KB', [`X-Long: ${'a'.repeat(17 * KIB)}`], 431],
  ['a name of 8 KB', [`${'a'.repeat(8 * KIB)}: x`]],
  ['a name of 17 KB', [`${'a'.repeat(17 * KIB)}: x`], 431],
  ['names of the prototype', ['__proto__: x', 'constructor: y', 'toString: z', 'hasOwnProperty: a', '__proto__: b']],
  ['a prototype as a path', ['constructor.prototype.polluted: 1', '__proto__[polluted]: 1']],
  ['an empty value', ['X-Empty:', 'Cookie:', 'Accept:', 'Authorization:', 'Range:', 'Content-Type:']],
  ['a value of blanks', ['X-Blank:  \t ', 'Cookie: \t', 'Range:  ']],
  ['an empty name', [': x'], 400],
  ['a space before the colon', ['X-A : b'], 400],
  ['a space before the colon of the length', ['Content-Length : 0'], 400],
  ['a space before the colon of the coding', ['Transfer-Encoding : chunked'], 400],
  ['a tab before the colon', ['X-A\t: b'], 400],
  ['a space before the name', [' X-A: b'], 400],
  ['a field that goes on in the next line', ['X-A: b\r\n c'], 400],
  ['a host that goes on in the next line', ['X-A: b\r\n\tHost: evil.com'], 400],
  ['no colon', ['nothing'], 400],
  ['a space in a name', ['X A: b'], 400],
  ['a bracket in a name', ['X(A): b'], 400],
  ['a quote in a name', ['"X": b'], 400],
  ['a letter past ASCII in a name', ['X-\xe9: b'], 400],
  ['NUL in a name', ['X\0: b'], 400],
  ['NUL in a value', ['X: \0'], 400],
  ['a control in a value', ['X: \x01'], 400],
  ['DEL in a value', ['X: \x7f'], 400],
  ['CR in a value', ['X: a\rb'], 400],
  ['CR before another field', ['X: a\rHost: evil.com'], 400],
  ['LF before another field', ['X: a\nX-B: c'], [200, 400]],
  ['latin-1 in a value', ['X: \xe9\xff', 'User-Agent: \xe9', 'Cookie: \xe9=\xff', 'Referer: \xe9', 'Origin: \xe9']],
  ['an emoji in a value', [Buffer.from('X: 😀').toString('latin1'), Buffer.from('Cookie: 😀=😀').toString('latin1')]],
  ['a host that is forwarded', ['X-Forwarded-Host: evil.com', 'X-Forwarded-Proto: javascript', 'X-Forwarded-For: ::']],
  ['a Forwarded field', ['Forwarded: for=1.2.3.4;host="a;host=b";proto=https']],
  ['a method that is overridden', ['X-HTTP-Method-Override: DELETE', 'X-Method-Override: PUT']],
  ['a rewritten target', ['X-Original-URL: /admin/page', 'X-Rewrite-URL: /admin/page']],
  ['a proxy', ['Proxy: http://evil.com', 'Proxy-Connection: keep-alive', 'Proxy-Authorization: Basic YTpi']],
  ['an upgrade that nobody serves', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']],
  ['an upgrade to HTTP/2', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']],
  ['an expectation that is none', ['Expect: miracles'], 417],
  ['an empty expectation', ['Expect:']],
  ['trailers that are announced', ['Trailer: X-A', 'TE: trailers']],
  ['a connection with odd options', ['Connection: , ,close,, keep-alive', 'Keep-Alive: timeout=-1, max=x']],
  ['a connection that names the host', ['Connection: Host, Cookie, close']],
]

/** What a value should never be able to do harm with, wherever it is read. */
const VALUES: readonly string[] = [
  '',
  ',',
  ';',
  '=',
  '"',
  '\\',
  '*',
  '"\\',
  '""',
  '\xa0',
  '\xff\xfe',
  '%',
  '%00',
  '\t',
  '-1',
  '0',
  '1e999',
  '0x10',
  '9'.repeat(400),
  '__proto__',
  'constructor=1; __proto__=2',
  `${','.repeat(8000)}`,
  `${';'.repeat(8000)}`,
  `${'"'.repeat(8000)}`,
  `${'\\"'.repeat(4000)}`,
  `${' '.repeat(8000)}x`,
  `a;${'q=1;'.repeat(2000)}`,
  `${'a/b;q=0.5,'.repeat(800)}`,
  `${'W/"a",'.repeat(1300)}`,
  `bytes=${'0-,'.repeat(2000)}`,
  `Basic ${'A'.repeat(8000)}`,
  `Digest ${'a="b",'.repeat(1000)}`,
  `Sun, ${'0'.repeat(8000)}`,
  `UTF-8''${'%F0'.repeat(2000)}`,
  'text/html;charset="',
  'multipart/form-data; boundary=',
  'Basic !!!!',
  'Basic',
  'bytes=',
  'Thu, 99 Foo 0000 25:61:61 GMT',
]

/** The fields that some property of a request parses. */
const PARSED = (
  'Accept Accept-Charset Accept-Encoding Accept-Language Access-Control-Request-Headers Access-Control-Request-Method ' +
  'Authorization Cache-Control Content-Encoding Content-MD5 Content-Type Cookie Date Forwarded From If-Match ' +
  'If-Modified-Since If-None-Match If-Range If-Unmodified-Since Max-Forwards Origin Pragma Range Referer User-Agent ' +
  'X-Forwarded-For X-Forwarded-Host X-Forwarded-Port X-Forwarded-Prefix X-Forwarded-Proto'
).split(' ')

t.test('no header field makes an endpoint fail, and what two servers could read differently is refused', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, fields, gives] of FIELDS) {
      const inputs: BadInput[] = [
        ...GET_ENDPOINTS.map((path) => ({ name: path, bytes: get(path, fields) })),
        ...POST_ENDPOINTS.map((path) => ({ name: `POST ${path}`, bytes: send('POST', path, fields) })),
      ]
      await target.takes(t, gives === undefined ? inputs : inputs.map((input) => ({ ...input, gives })), name)
    }
  }),
)

t.test('a field that is parsed takes any value', (t) =>
  hostileTest(t, async (target) => {
    for (const name of PARSED) {
      const inputs: BadInput[] = []
      for (const value of VALUES) {
        for (const path of ['/headers', '/file', '/async']) {
          inputs.push({ name: `${path} ${value.slice(0, 30)}`, bytes: get(path, [`${name}: ${value}`]) })
        }
      }
      await target.takes(t, inputs, name)
    }
  }),
)

/** Hosts that are none, RFC 9110 section 7.2. */
const HOSTS: readonly string[] = [
  '',
  ' ',
  'a b',
  'a/b',
  'a?b',
  'a#b',
  'a,b',
  'a;b',
  'a\\b',
  'a"b',
  '<a>',
  'a@b',
  'user:password@localhost',
  'evil.com:x@good.com',
  'localhost:',
  'localhost:x',
  'localhost:-1',
  'localhost:0',
  'localhost:080',
  'localhost:65536',
  'localhost:99999',
  'localhost:80:80',
  '[::1',
  '::1',
  '[::1]]',
  '[::1]x',
  '[x]',
  '[]',
  '%6cocalhost',
  'local\thost',
  'localh\xf6st',
  '\xe6\xb8\xb8',
  `${'a'.repeat(256)}`,
  `${'a.'.repeat(4000)}`,
]

t.test('a host that is none is a 400 at every endpoint, and never reaches a view', (t) =>
  hostileTest(t, async (target) => {
    for (const host of HOSTS) {
      const inputs = [...GET_ENDPOINTS, '/static/../x', '*'].map((path) => ({
        name: path,
        bytes: `${path === '*' ? 'OPTIONS' : 'GET'} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        gives: 400,
      }))
      await target.takes(t, inputs, `Host: ${JSON.stringify(host.slice(0, 40))}`)
    }
    await target.takes(t, [{ name: '1.1', bytes: 'GET /alive HTTP/1.1\r\n\r\n', gives: 400 }], 'no host at all')
    await target.takes(t, [{ name: '1.0', bytes: 'GET /headers HTTP/1.0\r\n\r\n', gives: 200 }], 'none in HTTP/1.0')
  }),
)

t.test('TRUSTED_HOSTS lets only its hosts in, at every endpoint', async (t) => {
  const { app, port } = await serveKitchenSink(t)
  app.config.TRUSTED_HOSTS = ['localhost', '.example.com']
  for (const path of GET_ENDPOINTS) {
    for (const host of ['evil.com', 'localhost.evil.com', 'example.com.evil.com', 'notexample.com', '127.0.0.1']) {
      const answer = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      t.equal(answer.status, 400, `${path} of ${host}`)
      t.notMatch(`${answer.body}`, host, 'the host is not repeated')
    }
  }
  for (const host of ['localhost', 'LOCALHOST:5000', 'example.com', 'a.b.example.com:80']) {
    t.equal((await exchangeRaw(port, `GET /alive HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status, 200, host)
  }
})

t.test('nothing that a client says of proxies is believed without ProxyFix', async (t) => {
  const { port } = await serveKitchenSink(t)
  const plain = JSON.parse(`${(await exchangeRaw(port, get('/headers'))).body}`)
  const claimed = JSON.parse(
    `${
      (
        await exchangeRaw(
          port,
          get('/headers', [
            'X-Forwarded-For: 6.6.6.6',
            'X-Forwarded-Host: evil.com',
            'X-Forwarded-Port: 666',
            'X-Forwarded-Prefix: /evil',
            'X-Forwarded-Proto: https',
            'Forwarded: for=6.6.6.6;host=evil.com;proto=https',
          ]),
        )
      ).body
    }`,
  )
  t.equal(claimed.url, plain.url)
  t.equal(claimed.host, plain.host)
})

t.test('names of the prototype are ordinary names in every part of a request', async (t) => {
  const { port } = await serveKitchenSink(t)
  const fields = ['__proto__: x', 'constructor: y', 'Cookie: __proto__=1; constructor=2; a=3']
  const args = JSON.parse(
    `${(await exchangeRaw(port, get('/args?__proto__=1&a[__proto__][x]=2&constructor.prototype.x=3'))).body}`,
  )
  t.same(args.args, [
    ['__proto__', '1'],
    ['a[__proto__][x]', '2'],
    ['constructor.prototype.x', '3'],
  ])
  const cookies = JSON.parse(`${(await exchangeRaw(port, get('/cookies', fields))).body}`)
  t.same(cookies.cookies, [
    ['__proto__', '1'],
    ['constructor', '2'],
    ['a', '3'],
  ])
  const values = JSON.parse(`${(await exchangeRaw(port, get('/user/__proto__/1/2.5/constructor', fields))).body}`)
  t.same({ ...values }, { name: '__proto__', id: 1, size: 2.5, rest: 'constructor' })
  const form = 'form=__proto__&__proto__=polluted&constructor=1'
  const sent = send('POST', '/form', ['Content-Type: application/x-www-form-urlencoded'], form)
  t.same(JSON.parse(`${(await exchangeRaw(port, sent)).body}`).form[1], ['__proto__', 'polluted'])
  t.equal(Reflect.get({}, 'polluted'), undefined)
  t.equal(Reflect.get({}, 'x'), undefined)
})
