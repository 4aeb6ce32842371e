import { readFileSync } from 'node:fs'
import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { RequestedRangeNotSatisfiable } from '../../lib/http/exceptions.ts'
import { Headers } from '../../lib/http/headers.ts'
import { Response, type ResponseOptions, reasonOf } from '../../lib/wrappers/response.ts'

const STATUSES: [given: number | string, code: number, status: string][] = [
  [200, 200, '200 OK'],
  [404, 404, '404 NOT FOUND'],
  [418, 418, "418 I'M A TEAPOT"],
  [203, 203, '203 NON AUTHORITATIVE INFORMATION'],
  [299, 299, '299 UNKNOWN'],
  ['299 Strange', 299, '299 Strange'],
  ['404', 404, '404 NOT FOUND'],
  [' 201 Made it ', 201, '201 Made it'],
]

for (const [given, code, status] of STATUSES) {
  t.test(`the status ${JSON.stringify(given)} reads ${JSON.stringify(status)}`, (t) => {
    const made = new Response('x', { status: given })
    const assigned = new Response('x')
    assigned.status = given
    for (const response of [made, assigned]) t.same([response.status_code, response.status], [code, status])
    t.end()
  })
}

t.test('a code takes the place of a reason that was given', (t) => {
  const response = new Response('x', { status: '299 Strange' })
  t.equal(reasonOf(response), 'Strange')
  response.status_code = 201
  t.equal(response.status, '201 CREATED')
  t.equal(reasonOf(response), undefined)
  t.end()
})

t.test('a status without a code is refused', (t) => {
  for (const status of ['', '  ', 'Not Found', 'x404', '-1', '2e2']) {
    t.throws(() => new Response('', { status }), TypeError, JSON.stringify(status))
  }
  t.end()
})

const TYPES: [options: ResponseOptions, type: string][] = [
  [{}, 'text/html; charset=utf-8'],
  [{ mimetype: 'text/plain' }, 'text/plain; charset=utf-8'],
  [{ mimetype: 'application/json' }, 'application/json'],
  [{ mimetype: 'image/svg+xml' }, 'image/svg+xml; charset=utf-8'],
  [{ content_type: 'text/csv; header=present' }, 'text/csv; header=present'],
  [{ content_type: 'a/b', mimetype: 'c/d' }, 'a/b'],
  [{ headers: { 'X-A': 'b' } }, 'text/html; charset=utf-8'],
  [{ headers: { 'content-type': 'a/b' } }, 'a/b'],
  [{ headers: { 'Content-Type': 'a/b' }, mimetype: 'text/css' }, 'text/css; charset=utf-8'],
]

for (const [options, type] of TYPES) {
  t.test(`made with ${JSON.stringify(options)}, the type is ${type}`, (t) => {
    const response = new Response('x', options)
    t.equal(response.content_type, type)
    t.equal(response.headers.getlist('Content-Type').length, 1)
    t.equal(response.mimetype, type.split(';', 1)[0])
    t.end()
  })
}

t.test('assigning a media type adds the charset of text', (t) => {
  const response = new Response('x')
  response.mimetype = 'text/xml'
  t.equal(response.content_type, 'text/xml; charset=utf-8')
  response.content_type = undefined
  t.equal(response.mimetype, undefined)
  t.end()
})

t.test('the fields stand in the order that Flask sends them in', (t) => {
  const response = new Response('plain', { status: 418, mimetype: 'text/plain', headers: { 'X-A': 'b' } })
  t.same(response.headers.to_list(), [
    ['X-A', 'b'],
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', '5'],
  ])
  t.same(new Response('游').headers.to_list(), [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Content-Length', '3'],
  ])
  t.end()
})

t.test('headers are copied from pairs, and a Headers object is taken as it is', (t) => {
  const pairs: [string, string][] = [
    ['X-Two', 'a'],
    ['X-Two', 'b'],
  ]
  t.same(new Response('', { headers: pairs }).headers.getlist('X-Two'), ['a', 'b'])
  const headers = new Headers()
  t.equal(new Response('', { headers }).headers, headers)
  t.end()
})

t.test('a subclass has defaults of its own', (t) => {
  class Api extends Response {
    override get default_mimetype(): string {
      return 'application/json'
    }
    override get default_status(): string {
      return '202 Queued'
    }
    override get max_cookie_size(): number {
      return 0
    }
  }
  class Bare extends Response {
    override get default_mimetype(): undefined {
      return undefined
    }
  }
  const response = new Api('{}')
  t.same([response.content_type, response.status, response.is_json], ['application/json', '202 Queued', true])
  t.equal(new Api('', { status: 404 }).status_code, 404)
  t.equal(new Bare('x').headers.has('Content-Type'), false)
  t.equal(`${response}`, '<Api 2 bytes [202 Queued]>')
  t.equal(`${new Response(new Set(['a']))}`, '<Response streamed [200 OK]>')
  t.end()
})

t.test('what is no body is refused', (t) => {
  for (const body of [5, true, { a: 1 }]) t.throws(() => Reflect.construct(Response, [body]), TypeError)
  t.end()
})

t.test('cookies are added as Werkzeug writes them, each on its own', (t) => {
  const response = new Response('x')
  response.set_cookie('a', '1')
  response.set_cookie('b', '2', { path: '/b', httponly: true })
  response.set_cookie('a')
  response.delete_cookie('c')
  response.delete_cookie('d', { path: '/d', domain: 'example.com', secure: true, samesite: 'Lax' })
  t.same(response.headers.getlist('Set-Cookie'), [
    'a=1; Path=/',
    'b=2; HttpOnly; Path=/b',
    'a=; Path=/',
    'c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/',
    'd=; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/d; SameSite=Lax',
  ])
  response.set_cookie('e', '1', { max_age: timedelta({ minutes: 1 }), sync_expires: false })
  t.equal(response.headers.getlist('Set-Cookie').at(-1), 'e=1; Max-Age=60; Path=/')
  t.throws(() => response.set_cookie('a b', '1'), TypeError)
  t.end()
})

t.test('a cookie that browsers would drop is warned about, by the limit of the class', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error): void => {
    warnings.push(warning.name)
  }
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  class Unlimited extends Response {
    override get max_cookie_size(): number {
      return 0
    }
  }
  const value = 'x'.repeat(5000)
  new Unlimited('x').set_cookie('a', value)
  new Response('x').set_cookie('a', value)
  await new Promise((resolve) => setImmediate(resolve))
  t.same(warnings, ['CookieSizeWarning'])
})

t.test('JSON is read when the type says so', (t) => {
  const json = new Response('{"a": 1}', { mimetype: 'application/problem+json' })
  t.equal(json.is_json, true)
  t.same(json.json, { a: 1 })
  const html = new Response('{"a": 1}')
  t.equal(html.is_json, false)
  t.equal(html.json, undefined)
  t.same(html.get_json({ force: true }), { a: 1 })
  const broken = new Response('{', { mimetype: 'application/json' })
  t.throws(() => broken.json, SyntaxError)
  t.equal(broken.get_json({ silent: true }), undefined)
  t.end()
})

t.test('tags are set, read and computed', (t) => {
  const response = new Response('same body')
  t.same(response.get_etag(), [undefined, undefined])
  response.add_etag()
  t.equal(response.headers.get('ETag'), '"83961f6c951c8e1f5afe632296250d1339993b59"')
  response.set_etag('abc', { weak: true })
  t.same(response.get_etag(), ['abc', true])
  response.add_etag()
  t.same(response.get_etag(), ['abc', true], 'the one that is there stays')
  response.add_etag({ overwrite: true, weak: true })
  t.same(response.get_etag(), ['83961f6c951c8e1f5afe632296250d1339993b59', true])
  t.throws(() => response.set_etag('a"b'), TypeError)
  t.throws(() => response.set_etag('a\r\nX: y'), TypeError)
  t.end()
})

t.test('freezing makes a body whole, with a length and a tag', async (t) => {
  function* generate(): Generator<string> {
    yield 'same '
    yield 'body'
  }
  async function* generateLater(): AsyncGenerator<string> {
    yield* generate()
  }
  for (const body of ['same body', ['same ', 'body'], generate(), generateLater()]) {
    const response = new Response(body)
    await response.freeze()
    t.equal(response.content_length, 9)
    t.equal(response.headers.get('ETag'), '"83961f6c951c8e1f5afe632296250d1339993b59"')
    t.equal(response.is_sequence, true)
  }
})

interface Conditional {
  readonly status: number
  readonly body: string
  readonly range: string | undefined
}

/** `0123456789` with the tag "r" and a date, as the request makes it. */
function answer(conditions: Record<string, string>, method = 'GET', body = '0123456789'): Conditional | number {
  const response = new Response(body)
  response.set_etag('r')
  response.last_modified = new Date('2024-01-02T03:04:05Z')
  try {
    const request = { method, headers: new Headers(conditions) }
    const made = response.make_conditional(request, { accept_ranges: true, complete_length: body.length })
    t.equal(made, response)
  } catch (error) {
    if (error instanceof RequestedRangeNotSatisfiable && error.length === body.length) return error.code ?? 0
    throw error
  }
  t.equal(response.accept_ranges, method === 'POST' ? undefined : 'bytes')
  t.equal(response.content_length, response.data.length)
  return {
    status: response.status_code,
    body: response.get_data({ as_text: true }),
    range: response.headers.get('Content-Range'),
  }
}

const WHOLE = { status: 200, body: '0123456789', range: undefined }

const ANSWERS: [conditions: Record<string, string>, answer: Conditional | number][] = [
  [{}, WHOLE],
  [{ 'If-None-Match': '"r"' }, { ...WHOLE, status: 304 }],
  [{ 'If-None-Match': '"x"' }, WHOLE],
  [{ 'If-Match': '"x"' }, { ...WHOLE, status: 412 }],
  [{ 'If-Modified-Since': 'Tue, 02 Jan 2024 03:04:05 GMT' }, { ...WHOLE, status: 304 }],
  [{ 'If-Unmodified-Since': 'Tue, 02 Jan 2024 03:04:04 GMT' }, { ...WHOLE, status: 412 }],
  [{ Range: 'bytes=0-3' }, { status: 206, body: '0123', range: 'bytes 0-3/10' }],
  [{ Range: 'bytes=4-' }, { status: 206, body: '456789', range: 'bytes 4-9/10' }],
  [{ Range: 'bytes=-3' }, { status: 206, body: '789', range: 'bytes 7-9/10' }],
  [{ Range: 'bytes=0-0' }, { status: 206, body: '0', range: 'bytes 0-0/10' }],
  [{ Range: 'bytes=-99' }, { status: 206, body: '0123456789', range: 'bytes 0-9/10' }],
  [{ Range: 'bytes=20-30' }, 416],
  [{ Range: 'bytes=5-2' }, 416],
  [{ Range: 'bytes=abc' }, 416],
  [{ Range: 'bytes=-0' }, 416],
  [{ Range: 'bytes=' }, 416],
  [{ Range: 'bytes=٠-١' }, 416],
  [{ Range: 'lines=1-2' }, WHOLE],
  [{ Range: 'bytes' }, WHOLE],
  [{ Range: 'bytes=0-,0-,0-' }, WHOLE],
  [{ Range: 'bytes=0-1,4-5' }, WHOLE],
  [{ Range: `bytes=${'0-0,'.repeat(4096)}0-0` }, WHOLE],
  [
    { Range: 'bytes=0-3', 'If-Range': '"r"' },
    { status: 206, body: '0123', range: 'bytes 0-3/10' },
  ],
  [{ Range: 'bytes=0-3', 'If-Range': '"other"' }, WHOLE],
  [{ Range: 'bytes=0-3', 'If-Range': 'W/"r"' }, WHOLE],
  [{ Range: 'bytes=90-', 'If-Range': '"other"' }, WHOLE],
  [
    { Range: 'bytes=0-3', 'If-None-Match': '"r"' },
    { ...WHOLE, status: 304 },
  ],
  [
    { Range: 'bytes=0-3', 'If-Match': '"x"' },
    { ...WHOLE, status: 412 },
  ],
]

// security: range grid, overlapping ranges, precedence of conditions
for (const [conditions, expected] of ANSWERS) {
  t.test(`a request with ${JSON.stringify(conditions).slice(0, 80)} gets ${JSON.stringify(expected)}`, (t) => {
    t.same(answer(conditions), expected)
    t.same(answer(conditions, 'HEAD'), expected, 'and HEAD gets the same')
    t.end()
  })
}

t.test('other methods, other statuses and empty bodies are not made conditional', (t) => {
  t.same(answer({ 'If-None-Match': '"r"', Range: 'bytes=0-3' }, 'POST'), WHOLE)
  t.same(answer({ Range: 'bytes=0-3' }, 'GET', ''), { status: 200, body: '', range: undefined })
  const missing = new Response('gone', { status: 404 })
  missing.set_etag('r')
  missing.make_conditional({ method: 'GET', headers: new Headers({ 'If-None-Match': '"r"' }) })
  t.equal(missing.status_code, 404)
  const made = new Response('made', { status: 201 })
  const request = { method: 'GET', headers: new Headers({ Range: 'bytes=0-1' }) }
  made.make_conditional(request, { accept_ranges: true, complete_length: 4 })
  t.equal(made.status_code, 201)
  t.end()
})

t.test('a range needs both accept_ranges and complete_length', (t) => {
  const request = { method: 'GET', headers: new Headers({ Range: 'bytes=0-1' }) }
  const plain = new Response('0123').make_conditional(request)
  t.same([plain.status_code, plain.accept_ranges], [200, undefined])
  t.ok(plain.date, 'the date is set all the same')
  const unknown = new Response('0123').make_conditional(request, { accept_ranges: 'bytes' })
  t.same([unknown.status_code, unknown.accept_ranges], [200, 'bytes'])
  t.end()
})

t.test('a range of a generator is cut while it passes, and the generator is ended when the response is', async (t) => {
  let ended = false
  function* generate(): Generator<string> {
    try {
      yield '01234'
      yield '56789'
      yield 'never asked for'
    } finally {
      ended = true
    }
  }
  const source = generate()
  const response = new Response(source)
  const request = { method: 'GET', headers: new Headers({ Range: 'bytes=3-6' }) }
  response.make_conditional(request, { accept_ranges: true, complete_length: 10 })
  t.same([response.status_code, response.content_length, response.is_streamed], [206, 4, true])
  t.equal(response.get_data({ as_text: true }), '3456')
  t.equal(ended, true)
  await response.close()
})

t.test('a response is forced to a subclass, in place', (t) => {
  class Special extends Response {
    get special(): boolean {
      return true
    }
  }
  const response = new Response('x', { status: 201 })
  const special = Special.force_type(response)
  t.equal(special, response)
  t.equal(special.special, true)
  t.equal(special.status_code, 201)
  t.equal(Special.force_type(special), special)
  t.equal(Response.force_type(special), special, 'a subclass is of the class already')
  t.end()
})

t.test('a web Response becomes a response', async (t) => {
  const web = new globalThis.Response('héllo', {
    status: 299,
    statusText: 'Strange',
    headers: [
      ['Content-Type', 'text/plain'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ],
  })
  const response = Response.force_type(web)
  t.same([response.status, response.content_type], ['299 Strange', 'text/plain'])
  t.same(response.headers.getlist('Set-Cookie'), ['a=1', 'b=2'])
  await response.make_sequence()
  t.equal(response.get_data({ as_text: true }), 'héllo')
  t.equal(Response.force_type(new globalThis.Response(null, { status: 204 })).status_code, 204)
  for (const other of [undefined, null, 'text', {}]) t.throws(() => Response.force_type(other), TypeError)
})

t.test('every name of a response of Flask is there', (t) => {
  const api: unknown = JSON.parse(readFileSync(new URL('../checks/flask-api.json', import.meta.url), 'utf8'))
  const { names } = (api as { Response: { names: string[] } }).Response
  const response = new Response('x')
  t.same(
    names.filter((name) => !(name in response) && !(name in Response)),
    [],
  )
  t.end()
})
