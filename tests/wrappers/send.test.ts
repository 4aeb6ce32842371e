import t from 'tap'
import { Headers } from '../../lib/http/headers.ts'
import { Response } from '../../lib/wrappers/response.ts'
import { exchangeRaw, headerValues, RawConnection, type RawResponse } from '../support/raw-http.ts'
import { type Outcome, ResponseServer } from '../support/response-server.ts'

/** Sends one response and gives what came over the wire. */
async function exchange(make: () => Response, method = 'GET'): Promise<{ answer: RawResponse; outcome: Outcome }> {
  const server = await ResponseServer.open(make)
  try {
    const answer = await exchangeRaw(server.port, `${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`, method === 'HEAD')
    return { answer, outcome: await server.outcome() }
  } finally {
    server.close()
  }
}

const BODIES: [name: string, make: () => Response, body: Buffer][] = [
  ['ASCII text', () => new Response('hello'), Buffer.from('hello')],
  ['other text', () => new Response('héllo 游客'), Buffer.from('héllo 游客')],
  ['half a surrogate pair', () => new Response('a\ud83d'), Buffer.from('a\ufffd')],
  ['bytes', () => new Response(Buffer.from([0, 1, 255])), Buffer.from([0, 1, 255])],
  ['pieces', () => new Response(['a', Buffer.from('b'), '游']), Buffer.from('ab游')],
  ['one piece', () => new Response(['游']), Buffer.from('游')],
  ['empty text', () => new Response(''), Buffer.alloc(0)],
  ['nothing', () => new Response(), Buffer.alloc(0)],
]

for (const [name, make, body] of BODIES) {
  t.test(`${name} is sent at once, with its length`, async (t) => {
    const { answer, outcome } = await exchange(make)
    t.equal(answer.status, 200)
    t.same(answer.body, body)
    t.same(headerValues(answer, 'Content-Length'), [String(body.length)])
    t.same(headerValues(answer, 'Content-Type'), ['text/html; charset=utf-8'])
    t.same([outcome.error, outcome.wasSync], [undefined, true])
  })

  t.test(`${name} is not sent to HEAD, but its length is`, async (t) => {
    const { answer } = await exchange(make, 'HEAD')
    t.equal(answer.body.length, 0)
    t.same(headerValues(answer, 'Content-Length'), [String(body.length)])
  })
}

t.test('a reason that the app gave is on the status line, and else the usual one', async (t) => {
  const { answer } = await exchange(() => new Response('x', { status: '299 Strange' }))
  t.same([answer.status, answer.reason], [299, 'Strange'])
  t.equal((await exchange(() => new Response('x', { status: 404 }))).answer.reason, 'Not Found')
})

t.test('fields are sent in order, and several of one name each on its line', async (t) => {
  const { answer } = await exchange(() => {
    const response = new Response('x', {
      headers: [
        ['X-B', '1'],
        ['x-a', '2'],
        ['X-B', '3'],
      ],
    })
    response.set_cookie('a', '1')
    response.set_cookie('b', '2')
    return response
  })
  t.same(
    answer.headers.slice(0, 7).map(([name]) => name),
    ['X-B', 'x-a', 'X-B', 'Content-Type', 'Content-Length', 'Set-Cookie', 'Set-Cookie'],
  )
  t.same(headerValues(answer, 'Set-Cookie'), ['a=1; Path=/', 'b=2; Path=/'])
})

t.test('204 has neither a body nor a length', async (t) => {
  const { answer } = await exchange(() => new Response('not sent', { status: 204 }))
  t.equal(answer.status, 204)
  t.same(headerValues(answer, 'Content-Length'), [])
  t.same(headerValues(answer, 'Transfer-Encoding'), [])
  t.same(headerValues(answer, 'Content-Type'), ['text/html; charset=utf-8'])
})

t.test('304 has neither a body nor the fields about it', async (t) => {
  const { answer } = await exchange(() => {
    const response = new Response('not sent', { status: 304 })
    response.set_etag('a')
    response.last_modified = 0
    response.expires = 1_893_456_000
    response.content_location = '/a b'
    response.content_language.add('en')
    response.allow.add('GET')
    return response
  })
  t.equal(answer.status, 304)
  const names = answer.headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => !/^(date|connection|keep-alive)$/.test(name))
  t.same(names, ['etag', 'expires', 'content-location'])
  t.same(headerValues(answer, 'Content-Location'), ['/a%20b'])
})

t.test('an informational status ends the connection, for the client would wait for another answer', async (t) => {
  const server = await ResponseServer.open(() => new Response('x', { status: 102 }))
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const all = await connection.rest()
  t.match(all, /^HTTP\/1\.1 102 Processing\r\n/)
  t.match(all, /\r\nConnection: close\r\n/i)
  t.notMatch(all, /content-length/i)
  t.ok(all.endsWith('\r\n\r\n'))
})

// security: header values; non-latin Location is percent-encoded
t.test('URLs in Location and Content-Location are made safe, and stay relative', async (t) => {
  const { answer } = await exchange(() => {
    const response = new Response('x', { status: 302 })
    response.location = '/用户/a b?q=游客&b=<2>'
    response.content_location = '/é'
    return response
  })
  t.same(headerValues(answer, 'Location'), ['/%E7%94%A8%E6%88%B7/a%20b?q=%E6%B8%B8%E5%AE%A2&b=%3C2%3E'])
  t.same(headerValues(answer, 'Content-Location'), ['/%C3%A9'])
})

t.test('sending changes nothing in the response', async (t) => {
  const response = new Response('x', { status: 302 })
  response.location = '/a b'
  response.headers.remove('Content-Length')
  const before = response.headers.to_list()
  const { answer } = await exchange(() => response)
  t.same(headerValues(answer, 'Content-Length'), ['1'])
  t.same(response.headers.to_list(), before)
})

for (const [name, body] of [
  ['ASCII', 'x'],
  ['other text', '游'],
  ['bytes', Buffer.from('x')],
] as const) {
  t.test(`header bytes above ASCII are latin-1 beside a body of ${name}`, async (t) => {
    const { answer } = await exchange(() => new Response(body, { headers: { 'X-Name': 'café \xff' } }))
    t.same(headerValues(answer, 'X-Name'), ['café \xff'])
    t.same(answer.body, Buffer.from(body))
  })
}

/** What no response can carry, and is found before anything is written. */
const UNSENDABLE: [name: string, make: () => Response, error: typeof TypeError | typeof RangeError][] = [
  ['a header with a character beyond latin-1', () => new Response('x', { headers: { 'X-A': '游' } }), TypeError],
  ['a header with a control character', () => new Response('x', { headers: { 'X-A': 'a\x01' } }), TypeError],
  [
    'a raw header with a line break',
    () => new Response('x', { headers: Headers.from_raw(['X-A', 'a\r\nX-B: c']) }),
    TypeError,
  ],
  ['a reason beyond latin-1', () => new Response('x', { status: '299 游' }), TypeError],
  ['a reason with a line break', () => new Response('x', { status: '299 a\r\nX-B: c' }), TypeError],
  ['the status 0', () => new Response('x', { status: 0 }), RangeError],
  ['the status 1000', () => new Response('x', { status: 1000 }), RangeError],
  ['a length that is too long', () => withLength('abc', '4'), RangeError],
  ['a length that is too short', () => withLength('abc', '2'), RangeError],
  ['a length that is none', () => withLength('abc', 'abc'), RangeError],
  ['two lengths', () => withLength('abc', '3', '4'), RangeError],
  ['two lengths of a stream', () => withLength(new Set(['abc']), '3', '4'), RangeError],
  ['a length of a stream that is none', () => withLength(new Set(['abc']), '+3'), RangeError],
]

function withLength(body: string | Iterable<string>, ...lengths: string[]): Response {
  const response = new Response(body)
  response.headers.setlist('Content-Length', lengths)
  return response
}

// security: ERR_INVALID_CHAR mapped to 500, socket still sane; Content-Length is not the length of the body
for (const [name, make, error] of UNSENDABLE) {
  t.test(`${name} is refused before the first byte, and the connection goes on`, async (t) => {
    const server = await ResponseServer.open((req) => (req.url === '/bad' ? make() : new Response('fine')))
    t.teardown(() => server.close())
    const connection = await RawConnection.open(server.port)
    t.teardown(() => connection.close())
    connection.write('GET /bad HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const refused = await connection.read()
    t.same([refused.status, refused.reason, `${refused.body}`], [500, 'Internal Server Error', 'failed'])
    t.same(headerValues(refused, 'X-B'), [])
    const outcome = await server.outcome()
    t.ok(outcome.error instanceof error, String(outcome.error))
    t.equal(outcome.headersSent, false)
    connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    t.equal(`${(await connection.read()).body}`, 'fine')
  })
}

t.test('a length given with the headers gives way to the one that is known', async (t) => {
  const { answer } = await exchange(() => new Response('abc', { headers: { 'content-length': '9' } }))
  t.same(headerValues(answer, 'Content-Length'), ['3'])
})

t.test('framing is left to Node: Transfer-Encoding of the app is not sent', async (t) => {
  const { answer } = await exchange(() => new Response('abc', { headers: { 'transfer-encoding': 'gzip, chunked' } }))
  t.same(headerValues(answer, 'Transfer-Encoding'), [])
  t.equal(`${answer.body}`, 'abc')
})

t.test('callbacks run when the response was sent, also to HEAD', async (t) => {
  for (const method of ['GET', 'HEAD']) {
    const seen: string[] = []
    const { outcome } = await exchange(() => {
      const response = new Response('x')
      response.call_on_close(() => seen.push('closed'))
      return response
    }, method)
    t.same(seen, ['closed'])
    t.equal(outcome.wasSync, true)
  }
})

t.test('callbacks run when the response could not be sent, and its error is the one that is told', async (t) => {
  const callbacks: (() => unknown)[] = [
    () => 'done',
    () => Promise.resolve(),
    () => {
      throw new Error('in the callback')
    },
    () => Promise.reject(new Error('in the callback')),
  ]
  for (const callback of callbacks) {
    let closed = false
    const { answer, outcome } = await exchange(() => {
      const response = new Response('x', { headers: { 'X-A': '游' } })
      response.call_on_close(() => {
        closed = true
      })
      response.call_on_close(callback)
      return response
    })
    t.equal(answer.status, 500)
    t.equal(closed, true)
    t.match(outcome.error, { code: 'ERR_INVALID_CHAR' })
  }
})

t.test('a callback that fails is reported, and the response is sent all the same', async (t) => {
  const { answer, outcome } = await exchange(() => {
    const response = new Response('x')
    response.call_on_close(() => {
      throw new Error('in the callback')
    })
    return response
  })
  t.equal(`${answer.body}`, 'x')
  t.match(outcome.error, { message: 'in the callback' })
  t.equal(outcome.headersSent, true)
})

t.test('a streamed body is not started where none is sent', async (t) => {
  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ] as const) {
    const seen: string[] = []
    function* generate(): Generator<string> {
      seen.push('started')
      yield 'a'
    }
    const { answer } = await exchange(() => {
      const response = new Response(generate(), { status })
      response.call_on_close(() => seen.push('closed'))
      return response
    }, method)
    t.equal(answer.status, status)
    t.same(headerValues(answer, 'Content-Length'), [])
    t.same(seen, ['closed'])
    const opened: Response = new Response({ open: () => t.fail('was opened') as never }, { status })
    opened.content_length = 10
    const head = await exchange(() => opened, method)
    t.same(headerValues(head.answer, 'Content-Length'), method === 'HEAD' ? ['10'] : [])
  }
})

t.test('a client that has left is no error', async (t) => {
  const server = await ResponseServer.open((req) => {
    req.socket.destroy()
    return new Response('x')
  })
  t.teardown(() => server.close())
  const connection = await RawConnection.open(server.port)
  connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.equal(await connection.rest(), '')
  t.equal((await server.outcome()).error, undefined)
})
