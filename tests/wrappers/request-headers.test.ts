import t from 'tap'
import { recordOf } from '../../lib/wrappers/request-headers.ts'
import { requestOf } from '../support/requests.ts'

type HeaderPairs = readonly (readonly [string, string])[]
const withHeaders = (...headers: HeaderPairs): ReturnType<typeof requestOf> => requestOf({ headers })

t.test('a request without fields reads as empty', (t) => {
  const request = withHeaders()
  t.match(request, {
    content_type: undefined,
    content_length: undefined,
    content_encoding: undefined,
    mimetype: '',
    is_json: false,
    referrer: undefined,
    origin: undefined,
    date: undefined,
    max_forwards: undefined,
    range: undefined,
    authorization: undefined,
    if_modified_since: undefined,
    if_unmodified_since: undefined,
    access_control_request_method: undefined,
  })
  t.same({ ...request.mimetype_params }, {})
  t.equal(request.cookies.size, 0)
  t.equal(request.user_agent.string, '')
  t.same([...request.accept_mimetypes], [])
  t.equal(request.if_match.to_header(), '')
  t.equal(request.cache_control.max_age, undefined)
  t.end()
})

t.test('fields are read without regard to case, in their order', (t) => {
  const { headers } = withHeaders(['X-One', '1'], ['X-Two', 'a'], ['x-two', 'b'])
  t.equal(headers.get('x-one'), '1')
  t.same(headers.getlist('X-TWO'), ['a', 'b'])
  t.same(headers.to_list().slice(1), [
    ['X-One', '1'],
    ['X-Two', 'a'],
    ['x-two', 'b'],
  ])
  t.end()
})

t.test('cookies of several fields are one mapping', (t) => {
  const { cookies } = withHeaders(['Cookie', 'a=1; b=2'], ['Cookie', 'a=3'])
  t.same(
    [...cookies],
    [
      ['a', '1'],
      ['a', '3'],
      ['b', '2'],
    ],
  )
  t.throws(() => Reflect.apply(cookies.set, cookies, ['a', 'x']), TypeError)
  t.end()
})

t.test('the content type is one type with parameters', (t) => {
  const request = withHeaders(['Content-Type', 'Text/HTML; Charset=utf-8; x="a b"; __proto__=y'])
  t.equal(request.mimetype, 'text/html')
  t.same(Object.entries(request.mimetype_params), [
    ['charset', 'utf-8'],
    ['x', 'a b'],
    ['__proto__', 'y'],
  ])
  t.equal(Reflect.get(request.mimetype_params, 'constructor'), undefined)
  t.same(
    Object.entries(
      recordOf([
        ['a', '1'],
        ['a', '2'],
      ]),
    ),
    [['a', '2']],
  )
  t.end()
})

// Security row 1.6, Fastify CVE-2025-32442, CVE-2022-39288.
t.test('only a content type that is JSON counts as JSON', (t) => {
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json ;x',
    'application/json; charset=utf-8',
    'application/vnd.api+json',
  ]) {
    t.ok(withHeaders(['Content-Type', type]).is_json, type)
  }
  for (const type of [
    '',
    ';;',
    'text/plain',
    'text/json',
    'application/json garbage',
    'application/json\tfoo',
    'application/jsonx',
    'x application/json',
    'text/x+json',
    `a${';x'.repeat(4000)}`,
  ]) {
    t.notOk(withHeaders(['Content-Type', type]).is_json, type)
  }
  t.end()
})

t.test('the length is a number of bytes, and unknown for a chunked body', (t) => {
  const length = (...headers: HeaderPairs): number | undefined => withHeaders(...headers).content_length
  t.equal(length(['Content-Length', '12']), 12)
  t.equal(length(['Content-Length', '0']), 0)
  t.equal(length(['Content-Length', '-1']), 0, 'as in Werkzeug')
  t.equal(length(['Content-Length', 'x']), 0)
  t.equal(length(['Transfer-Encoding', 'chunked']), undefined)
  t.equal(length(['Content-Length', '5'], ['Transfer-Encoding', 'chunked']), undefined)
  t.end()
})

t.test('what the client accepts is ranked, whatever lines it came on', (t) => {
  const request = withHeaders(
    ['Accept', 'text/html;q=0.5'],
    ['Accept', 'application/json'],
    ['Accept-Language', 'zh-CN,en;q=0.5'],
    ['Accept-Encoding', 'gzip, br;q=0.5'],
    ['Accept-Charset', 'utf-8'],
  )
  t.equal(request.accept_mimetypes.best_match(['text/html', 'application/json']), 'application/json')
  t.equal(request.accept_languages.best_match(['en', 'zh-CN']), 'zh-CN')
  t.equal(request.accept_encodings.best_match(['br', 'gzip']), 'gzip')
  t.equal(request.accept_charsets.best_match(['utf-8']), 'utf-8')
  t.equal(request.accept_mimetypes, request.accept_mimetypes, 'parsed once')
  t.end()
})

t.test('conditions are entity tags, dates and ranges', (t) => {
  const request = withHeaders(
    ['If-None-Match', '"abc", W/"def"'],
    ['If-Match', '*'],
    ['If-Modified-Since', 'Wed, 02 Jan 2030 03:04:05 GMT'],
    ['If-Unmodified-Since', 'never'],
    ['If-Range', '"abc"'],
    ['Range', 'bytes=0-10,20-'],
    ['Cache-Control', 'max-age=0, no-cache'],
    ['Pragma', 'no-cache'],
  )
  t.equal(request.if_none_match.to_header(), '"abc", W/"def"')
  t.ok(request.if_none_match.contains('abc'))
  t.equal(request.if_match.to_header(), '*')
  t.equal(request.if_modified_since?.toISOString(), '2030-01-02T03:04:05.000Z')
  t.equal(request.if_unmodified_since, undefined)
  t.equal(request.if_range.etag, 'abc')
  t.equal(request.range?.to_header(), 'bytes=0-10,20-')
  t.equal(request.cache_control.max_age, 0)
  t.ok(request.cache_control.no_cache)
  t.ok(request.pragma.has('no-cache'))
  t.end()
})

t.test('who asks, with what, from where', (t) => {
  const request = withHeaders(
    ['User-Agent', 'test/1.0'],
    ['Authorization', 'Basic dXNlcjpwYTpzcw=='],
    ['Referer', 'http://a.b/c'],
    ['Origin', 'https://x.y'],
    ['Date', 'Wed, 02 Jan 2030 03:04:05 GMT'],
    ['Max-Forwards', '10'],
    ['Access-Control-Request-Method', 'PUT'],
    ['Access-Control-Request-Headers', 'X-A, x-b'],
    ['Content-Encoding', 'gzip'],
  )
  t.match(request, {
    user_agent: { string: 'test/1.0' },
    authorization: { type: 'basic', username: 'user', password: 'pa:ss' },
    referrer: 'http://a.b/c',
    origin: 'https://x.y',
    max_forwards: 10,
    access_control_request_method: 'PUT',
    content_encoding: 'gzip',
  })
  t.equal(request.date?.getTime(), Date.UTC(2030, 0, 2, 3, 4, 5))
  t.same([...request.access_control_request_headers], ['X-A', 'x-b'])
  for (const value of ['', '-1', '1.5', 'x', '99999999999']) {
    t.equal(withHeaders(['Max-Forwards', value]).max_forwards, undefined, value)
  }
  t.equal(withHeaders(['Authorization', 'Basic bad!']).authorization, undefined)
  t.end()
})

t.test('names of the prototype are fields like any other', (t) => {
  const request = withHeaders(['__proto__', 'x'], ['constructor', 'y'], ['Cookie', '__proto__=z'])
  t.equal(request.headers.get('__proto__'), 'x')
  t.equal(request.headers.get('constructor'), 'y')
  t.equal(request.cookies.get('__proto__'), 'z')
  t.end()
})
