import t from 'tap'
import { request } from '../../lib/index.ts'
import { RawConnection } from '../support/raw-http.ts'
import { type BadInput, chunk, chunked, get, hostileTest, type Outcome, send } from './hostile-client.ts'
import { GET_ENDPOINTS, POST_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
const TEXT = 'Content-Type: text/plain'
const URLENCODED = 'Content-Type: application/x-www-form-urlencoded'
const JSON_TYPE = 'Content-Type: application/json'
const MULTIPART = 'Content-Type: multipart/form-data; boundary=XbX'
/** A request that must never be taken for one, since it is part of a body. */
const SMUGGLED = get('/session')

const CHUNKED = 'Transfer-Encoding: chunked'

/** Fields that frame a body and what follows the head: RFC 9112 section 6. */
const FRAMINGS: readonly (readonly [
  name: string,
  fields: readonly string[],
  body: string,
  gives: Outcome | readonly Outcome[],
])[] = [
  ['a length and a coding', ['Content-Length: 5', CHUNKED], `0\r\n\r\n`, 400],
  ['a coding and a length', [CHUNKED, 'Content-Length: 5'], `0\r\n\r\n`, 400],
  ['a length and a coding with a request', ['Content-Length: 4', CHUNKED], `${chunk(SMUGGLED)}0\r\n\r\n`, 400],
  ['a length with a sign', ['Content-Length: +1'], 'x', 400],
  ['a negative length', ['Content-Length: -1'], '', 400],
  ['a list of lengths', ['Content-Length: 1,1'], 'x', 400],
  ['a list of lengths with a blank', ['Content-Length: 1, 1'], 'x', 400],
  ['a hexadecimal length', ['Content-Length: 0x1'], 'x', 400],
  ['a length with an exponent', ['Content-Length: 1e1'], 'x', 400],
  ['a length with an underscore', ['Content-Length: 1_0'], 'x'.repeat(10), 400],
  ['a fractional length', ['Content-Length: 1.0'], 'x', 400],
  ['an empty length', ['Content-Length:'], '', 400],
  ['a length of letters', ['Content-Length: abc'], '', 400],
  ['a length with a blank inside', ['Content-Length: 1 1'], 'x', 400],
  ['a length in other digits', ['Content-Length: \xd9\xa1'], 'x', 400],
  ['a length of 2^64', ['Content-Length: 18446744073709551616'], 'x', 400],
  ['a length past 2^64', [`Content-Length: ${'9'.repeat(100)}`], 'x', 400],
  ['a coding like chunked', ['Transfer-Encoding: xchunked'], '0\r\n\r\n', 400],
  ['chunked and then identity', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n', 400],
  ['gzip and then chunked', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n', 400],
  ['gzip alone', ['Transfer-Encoding: gzip'], '', 400],
  ['identity alone', ['Transfer-Encoding: identity'], '', 400],
  ['an empty coding', ['Transfer-Encoding:'], '', 400],
  ['chunked twice', ['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n', 400],
  ['chunked on two lines', [CHUNKED, CHUNKED], '0\r\n\r\n', 400],
  ['chunked and identity on two lines', [CHUNKED, 'Transfer-Encoding: identity'], '0\r\n\r\n', 400],
  ['chunked with a parameter', ['Transfer-Encoding: chunked;a=b'], '0\r\n\r\n', 400],
  ['chunked in quotes', ['Transfer-Encoding: "chunked"'], '0\r\n\r\n', 400],
  ['chunked behind a vertical tab', ['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n', 400],
  ['chunked with NUL', ['Transfer-Encoding: chunked\0'], '0\r\n\r\n', 400],
  ['a folded coding', ['Transfer-Encoding:\r\n chunked'], '0\r\n\r\n', 400],
  ['a chunk size with an underscore', [CHUNKED], '1_0\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk size with a sign', [CHUNKED], '+1\r\nx\r\n0\r\n\r\n', 400],
  ['a negative chunk size', [CHUNKED], '-1\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk size with 0x', [CHUNKED], '0x1\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk size past 2^64', [CHUNKED], 'fffffffffffffffff\r\nx\r\n0\r\n\r\n', 400],
  ['an empty chunk size', [CHUNKED], '\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk size behind a blank', [CHUNKED], ' 1\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk size of letters', [CHUNKED], 'xyz\r\nx\r\n0\r\n\r\n', 400],
  ['a chunk that is longer than its size', [CHUNKED], '1\r\nxy\r\n0\r\n\r\n', 400],
  ['a chunk that ends with LF alone', [CHUNKED], '1\r\nx\n0\r\n\r\n', 400],
  ['a chunk size that ends with LF alone', [CHUNKED], '1\nx\r\n0\r\n\r\n', 400],
  ['a chunk size that ends with CR alone', [CHUNKED], '1\rx\r\n0\r\n\r\n', 400],
  ['an extension of 20 KB', [CHUNKED], `1;${'a'.repeat(20 * KIB)}\r\nx\r\n0\r\n\r\n`, 413],
  ['an extension with a lone CR', [CHUNKED], '1;a=\rb\r\nx\r\n0\r\n\r\n', 400],
  ['an extension with a lone LF', [CHUNKED], '1;a=\nb\r\nx\r\n0\r\n\r\n', 400],
  ['a trailer that is no field', [CHUNKED], '0\r\nno colon\r\n\r\n', 400],
  ['a trailer of 17 KB', [CHUNKED], `0\r\nX: ${'a'.repeat(17 * KIB)}\r\n\r\n`, 431],
]

t.test('framing that two servers could read differently ends the connection at every endpoint', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, fields, body, gives] of FRAMINGS) {
      // An endpoint that does not wait for the body has answered before the mistake in it came.
      const expected = CHUNK_MISTAKES.has(name) ? {} : { gives }
      const inputs = POST_ENDPOINTS.map((path) => ({
        name: `POST ${path}`,
        bytes: send('POST', path, [TEXT, ...fields]) + body + SMUGGLED,
        ...expected,
        mayBreakOff: CHUNK_MISTAKES.has(name) && path === '/echo',
      }))
      await target.takes(t, inputs, name)
      const gets = ['/alive', '/file', '/ticks', '/async'].map((path) => ({
        name: `GET ${path}`,
        bytes: send('GET', path, fields) + body + SMUGGLED,
        mayBreakOff: CHUNK_MISTAKES.has(name),
      }))
      await target.takes(t, gets, `${name}, of GET`)
    }
  }),
)

/** The rows whose mistake lies in the body: what an endpoint answers depends on whether it reads that far. */
const CHUNK_MISTAKES = new Set(
  FRAMINGS.filter(([, fields]) => fields.length === 1 && fields[0] === CHUNKED).map(([name]) => name),
)

t.test('a mistake in the chunks of a body is told to who waits for the body', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, fields, body, gives] of FRAMINGS) {
      if (!CHUNK_MISTAKES.has(name)) continue
      const inputs = ['/form', '/json', '/raw', '/ignored', '/alive'].map((path) => ({
        name: path,
        bytes: send('POST', path, [JSON_TYPE, ...fields]) + body,
        gives: path === '/alive' ? 405 : gives,
      }))
      await target.takes(t, inputs, name)
    }
  }),
)

t.test('an odd framing that is allowed is read', (t) =>
  hostileTest(t, async (target) => {
    const allowed: [name: string, bytes: string][] = [
      ['ChunKed', send('POST', '/raw', [TEXT, 'Transfer-Encoding: ChunKed']) + chunk('hello') + chunk('')],
      [
        'blanks before chunked',
        send('POST', '/raw', [TEXT, 'Transfer-Encoding: \t chunked']) + chunk('hello') + chunk(''),
      ],
      ['a short extension', `${send('POST', '/raw', [TEXT, CHUNKED])}5;a="b"\r\nhello\r\n0;c\r\n\r\n`],
      ['many zeros before the size', `${send('POST', '/raw', [TEXT, CHUNKED])}${'0'.repeat(40)}1\r\nx\r\n0\r\n\r\n`],
      ['zeros before the size', `${send('POST', '/raw', [TEXT, CHUNKED])}0005\r\nhello\r\n000\r\n\r\n`],
      ['zeros before the length', `${send('POST', '/raw', [TEXT, 'Content-Length: 0005'])}hello`],
      ['trailers', `${send('POST', '/raw', [TEXT, CHUNKED])}5\r\nhello\r\n0\r\nX-Trailer: a\r\n\r\n`],
      ['a body of GET', send('GET', '/form', [URLENCODED], 'a=b')],
      ['one byte at a time', chunked('POST', '/raw', [...'hello'], [TEXT])],
    ]
    await target.takes(
      t,
      allowed.map(([name, bytes]) => ({ name, bytes, gives: 200 })),
      'odd framings',
    )
    const forbidden = '0\r\nContent-Length: 9\r\nHost: evil.com\r\nTransfer-Encoding: gzip\r\n\r\n'
    await target.takes(
      t,
      [
        {
          name: 'blanks behind chunked',
          bytes: `${send('POST', '/raw', [TEXT, 'Transfer-Encoding: chunked \t'])}${chunk('hello')}${chunk('')}`,
          gives: [200, 400],
        },
        {
          name: 'trailers that frame another body',
          bytes: `${send('POST', '/raw', [TEXT, CHUNKED])}5\r\nhello\r\n${forbidden}`,
          gives: [200, 400],
        },
      ],
      'what a strict reader may refuse',
    )
    await target.takes(
      t,
      [
        { name: 'chunked in HTTP/1.0', bytes: `POST /raw HTTP/1.0\r\n${CHUNKED}\r\n\r\n0\r\n\r\n`, gives: 400 },
        { name: 'a length in HTTP/1.0', bytes: 'POST /raw HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello', gives: 200 },
      ],
      'HTTP/1.0',
    )
  }),
)

/** A whole request with a body for each endpoint that takes one. */
const WHOLE: readonly (readonly [path: string, bytes: string])[] = [
  ['/form', send('POST', '/form', [URLENCODED], 'a=1&b=2')],
  ['/upload', send('POST', '/upload', [MULTIPART], multipart('a'))],
  ['/json', send('POST', '/json', [JSON_TYPE], '{"a": [1, 2]}')],
  ['/raw', send('POST', '/raw', [TEXT], 'hello')],
  ['/stream', send('POST', '/stream', [TEXT], 'hello')],
  ['/echo', send('POST', '/echo', [TEXT], 'hello')],
  ['/ignored', send('POST', '/ignored', [TEXT], 'hello')],
  ['/upload, chunked', chunked('POST', '/upload', [multipart('a')], [MULTIPART])],
  ['/json, chunked', chunked('POST', '/json', ['{"a":', ' 1}'], [JSON_TYPE])],
  ['/stream, chunked', chunked('POST', '/stream', ['hello', 'there'], [TEXT])],
]

function multipart(content: string): string {
  return `--XbX\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\n${content}\r\n--XbX--\r\n`
}

t.test('a body that is cut off at any byte is answered or closed', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, whole] of WHOLE) {
      const start = whole.indexOf('\r\n\r\n')
      const cuts: BadInput[] = []
      for (let end = start; end < whole.length; end++) {
        cuts.push({
          name: `cut at ${end}`,
          bytes: whole.slice(0, end),
          unfinished: true,
          once: true,
          mayBreakOff: name === '/echo',
        })
      }
      await target.takes(t, cuts, name)
      await target.takes(t, [{ name, bytes: whole, gives: 200 }], `${name}, whole`)
    }
  }),
)

t.test('a chunk that is announced as endless is waited for, and let go when the client leaves', (t) =>
  hostileTest(t, async (target) => {
    const inputs = [...POST_ENDPOINTS, ...GET_ENDPOINTS].map((path) => ({
      name: path,
      bytes: `${send(POST_ENDPOINTS.includes(path) ? 'POST' : 'GET', path, [TEXT, CHUNKED])}ffffffffffffffff\r\nx`,
      unfinished: true,
      mayBreakOff: true,
    }))
    await target.takes(t, inputs, 'chunks of 2^64 - 1 bytes')
  }),
)

t.test('a length that lies gives a 4xx or a closed connection, and what follows is no request', (t) =>
  hostileTest(t, async (target) => {
    const inputs: BadInput[] = []
    for (const path of POST_ENDPOINTS) {
      const long = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${TEXT}\r\nContent-Length: 1000\r\n\r\nshort`
      inputs.push({
        name: `${path}, too long`,
        bytes: long,
        unfinished: true,
        once: true,
        mayBreakOff: path === '/echo',
      })
      // The rest of the body is read as the next request, and is none.
      const short = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${TEXT}\r\nContent-Length: 2\r\n\r\nlonger than that\r\n\r\n`
      inputs.push({ name: `${path}, too short`, bytes: short })
    }
    await target.takes(t, inputs, 'lengths that lie')
  }),
)

t.test('no part of a body that nobody reads is taken for a request', async (t) => {
  const { app, port } = await serveKitchenSink(t)
  const seen: string[] = []
  app.config.MAX_CONTENT_LENGTH = 5_000_000
  app.before_request(() => void seen.push(request.path))
  const SIZE = 10_000_000
  const body = SMUGGLED.repeat(Math.ceil(SIZE / SMUGGLED.length)).slice(0, SIZE)
  for (const [path, status] of [
    ['/nothing', 404],
    ['/alive', 405],
    ['/raw', 413],
    ['/form', 413],
    ['/admin/page', 401],
    ['/ignored', 200],
  ] as const) {
    for (const framed of [
      `Content-Length: ${SIZE}\r\n\r\n${body}`,
      `${CHUNKED}\r\n\r\n${SIZE.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ]) {
      const method = path === '/admin/page' ? 'GET' : 'POST'
      const connection = await RawConnection.open(port)
      connection.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${URLENCODED}\r\n${framed}${SMUGGLED}`)
      const answer = await connection.read()
      t.equal(answer.status, status, path)
      t.equal(await connection.rest(), '', 'nothing else is answered')
    }
  }
  t.notOk(seen.includes('/session'), 'no hook and no view saw what lies in a body, or behind one')
  t.equal(GET_ENDPOINTS.includes('/session'), true, 'which is an endpoint that there is')
})

t.test('a request behind one that closes the connection is not acted upon', async (t) => {
  const { app, port } = await serveKitchenSink(t)
  const seen: string[] = []
  app.before_request(() => void seen.push(request.path))
  const connection = await RawConnection.open(port)
  connection.write(`POST /nothing HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc${SMUGGLED}${SMUGGLED}`)
  t.equal((await connection.read()).status, 400)
  t.equal(await connection.rest(), '')
  t.same(seen, ['/nothing'], 'no hook saw what lay behind the refused request')
})

t.test('pipelined requests are answered in their order, whatever their bodies', async (t) => {
  const { port } = await serveKitchenSink(t)
  const connection = await RawConnection.open(port)
  const wanted: [bytes: string, status: number, body: RegExp][] = [
    [get('/async?n=1'), 200, /"n","1"/],
    [send('POST', '/raw', [TEXT], 'hello'), 200, /"length":5/],
    [chunked('POST', '/stream', ['hello', 'there'], [TEXT]), 200, /"length":10/],
    [send('POST', '/ignored', [TEXT], 'unread'), 200, /ignored/],
    [send('POST', '/nothing', [TEXT], 'unread'), 404, /Not Found/],
    [send('POST', '/json', [JSON_TYPE], '{'), 400, /Bad Request/],
    [get('/ticks'), 200, /4 GET/],
    [get('/alive'), 200, /alive/],
  ]
  connection.write(wanted.map(([bytes]) => bytes).join(''))
  for (const [, status, body] of wanted) {
    const answer = await connection.read()
    t.equal(answer.status, status)
    t.match(`${answer.body}`, body)
  }
  connection.close()
})
