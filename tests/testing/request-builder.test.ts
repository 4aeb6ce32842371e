import { Readable } from 'node:stream'
import t from 'tap'
import { MultiDict } from '../../lib/http/multi-dict.ts'
import {
  type BuilderApp,
  buildRequest,
  type RequestBuilderOptions,
  readOptions,
  urlOf,
} from '../../lib/testing/request-builder.ts'

const json = { dumps: (value: unknown) => JSON.stringify(value) }
const plain: BuilderApp = { config: {}, json }

function fields(rawHeaders: string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) found[rawHeaders[at] ?? ''] = rawHeaders[at + 1] ?? ''
  return found
}

const ADDRESSES: [
  name: string,
  app: BuilderApp['config'],
  path: string,
  options: RequestBuilderOptions,
  url: string,
][] = [
  ['a path', {}, '/x', {}, 'http://localhost/x'],
  ['a path without a slash', {}, 'x', {}, 'http://localhost/x'],
  ['an empty path', {}, '', {}, 'http://localhost/'],
  ['a path with a query', {}, '/x?a=1&b', {}, 'http://localhost/x?a=1&b'],
  ['a fragment, which is never sent', {}, '/x?a#top', {}, 'http://localhost/x?a'],
  ['two slashes, which are no host', {}, '//x', {}, 'http://localhost//x'],
  ['text of other scripts', {}, '/游客?客=1', {}, 'http://localhost/%E6%B8%B8%E5%AE%A2?%E5%AE%A2=1'],
  ['what is encoded already', {}, '/a%20b c%', {}, 'http://localhost/a%20b%20c%'],
  ['a whole URL', {}, 'HTTPS://example.com:8080/x?y', {}, 'https://example.com:8080/x?y'],
  ['a whole URL without a path', {}, 'http://example.com', {}, 'http://example.com/'],
  ['a base URL', {}, '/x', { base_url: 'https://example.com' }, 'https://example.com/x'],
  ['a base URL with a root path', {}, '/x', { base_url: 'https://example.com/root/' }, 'https://example.com/root/x'],
  ['a server name', { SERVER_NAME: 'site.test' }, '/', {}, 'http://site.test/'],
  ['a server name that is unset', { SERVER_NAME: null }, '/', {}, 'http://localhost/'],
  ['a subdomain', { SERVER_NAME: 'site.test' }, '/', { subdomain: 'admin' }, 'http://admin.site.test/'],
  ['a scheme', {}, '/', { url_scheme: 'https' }, 'https://localhost/'],
  ['the preferred scheme', { PREFERRED_URL_SCHEME: 'https' }, '/', {}, 'https://localhost/'],
  ['the root of the app', { APPLICATION_ROOT: '/app' }, '/x', {}, 'http://localhost/app/x'],
  ['a query as text', {}, '/', { query_string: 'a=1 2' }, 'http://localhost/?a=1%202'],
  [
    'a query as values',
    {},
    '/',
    { query_string: { a: [1, 'x y'], b: null, c: '&' } },
    'http://localhost/?a=1&a=x+y&c=%26',
  ],
  ['a query of pairs', {}, '/', { query_string: new URLSearchParams('a=1&b=2') }, 'http://localhost/?a=1&b=2'],
  ['a query without values', {}, '/', { query_string: {} }, 'http://localhost/'],
]
t.test('the address of a request', async (t) => {
  for (const [name, config, path, options, url] of ADDRESSES) {
    t.equal(urlOf(buildRequest({ config, json }, path, options)), url, name)
  }
})

t.test('the root path is kept apart from the target', async (t) => {
  const built = buildRequest(plain, '/x?y', { base_url: 'http://localhost/roöt' })
  t.match(built, { rootPath: '/ro%C3%B6t', target: '/x?y', host: 'localhost' })
})

const BODIES: [name: string, options: RequestBuilderOptions, type: string | undefined, body: string][] = [
  ['nothing', {}, undefined, ''],
  ['text', { data: 'héllo' }, undefined, 'héllo'],
  ['text of a type', { data: 'a,b', mimetype: 'text/csv' }, 'text/csv; charset=utf-8', 'a,b'],
  ['bytes', { data: new Uint8Array([97, 98]), content_type: 'x/y; z=1' }, 'x/y; z=1', 'ab'],
  ['JSON', { json: { a: [1, null] } }, 'application/json', '{"a":[1,null]}'],
  ['JSON null', { json: null }, 'application/json', 'null'],
  ['JSON of a type', { json: 1, content_type: 'application/vnd.api+json' }, 'application/vnd.api+json', '1'],
  ['fields', { data: { a: 'x y', b: ['1', 2], c: true } }, 'application/x-www-form-urlencoded', 'a=x+y&b=1&b=2&c=True'],
  [
    'pairs of fields',
    {
      data: [
        ['a', '1'],
        ['a', '2'],
      ],
    },
    'application/x-www-form-urlencoded',
    'a=1&a=2',
  ],
  ['a MultiDict', { data: new MultiDict([['a', '&']]) }, 'application/x-www-form-urlencoded', 'a=%26'],
  ['no fields', { data: {} }, undefined, ''],
]
t.test('the body of a request and its type', async (t) => {
  for (const [name, options, type, body] of BODIES) {
    const built = buildRequest(plain, '/', { method: 'POST', ...options })
    const headers = fields(built.rawHeaders)
    t.equal(built.body.toString(), body, name)
    t.equal(headers['Content-Type'], type, `${name}: type`)
    t.equal(headers['Content-Length'], body === '' ? undefined : String(Buffer.byteLength(body)), `${name}: length`)
  }
})

t.test('fields with a file, and fields that ask for it, become multipart', async (t) => {
  const upload = { stream: 'hello', filename: 'a.txt' }
  for (const options of [{ data: { file: upload } }, { data: { a: '1' }, content_type: 'multipart/form-data' }]) {
    const built = buildRequest(plain, '/', options)
    const [, boundary] =
      /^multipart\/form-data; boundary="(.+)"$/.exec(fields(built.rawHeaders)['Content-Type'] ?? '') ?? []
    t.ok(boundary !== undefined && built.body.toString().startsWith(`--${boundary}\r\n`))
  }
})

const AUTHS: [auth: RequestBuilderOptions['auth'], value: string][] = [
  [['ann', 'pass'], 'Basic YW5uOnBhc3M='],
  [['游', '客:1'], `Basic ${Buffer.from('游:客:1').toString('base64')}`],
  [{ to_header: () => 'Bearer abc' }, 'Bearer abc'],
]
t.test('credentials become the Authorization field', async (t) => {
  for (const [auth, value] of AUTHS) {
    t.equal(fields(buildRequest(plain, '/', { auth }).rawHeaders)['Authorization'], value)
  }
})

t.test('given header fields replace those that would be made', async (t) => {
  const built = buildRequest(plain, '/', {
    headers: [
      ['host', 'example.com'],
      ['user-agent', 'probe/1'],
      ['content-length', '99'],
      ['X-A', '1'],
      ['X-A', '2'],
    ],
    data: 'x',
  })
  t.same(built.rawHeaders, [
    ...['Host', 'example.com', 'user-agent', 'probe/1', 'content-length', '99', 'X-A', '1', 'X-A', '2'],
  ])
  t.equal(built.host, 'example.com')
})

t.test('streams and blobs are read before the request is built', async (t) => {
  const raw = await readOptions({ data: Readable.from(['a', Buffer.from('b')]) })
  t.equal(buildRequest(plain, '/', raw).body.toString(), 'ab')
  const blob = await readOptions({ data: new Blob(['blob']) })
  t.equal(buildRequest(plain, '/', blob).body.toString(), 'blob')
  const form = await readOptions({ data: { f: { stream: Readable.from(['c']), filename: 'c.txt' }, a: '1' } })
  t.match(
    buildRequest(plain, '/', form).body.toString(),
    /filename="c\.txt"[\s\S]+\r\n\r\nc\r\n[\s\S]+name="a"\r\n\r\n1\r\n/,
  )
  const untouched = { data: { a: '1' } }
  t.equal(await readOptions(untouched), untouched)
})

const REFUSED: [options: RequestBuilderOptions, path: string, message: RegExp][] = [
  [{ base_url: 'http://a', subdomain: 'b' }, '/', /excludes subdomain and url_scheme/],
  [{ base_url: 'http://a', url_scheme: 'https' }, '/', /excludes subdomain and url_scheme/],
  [{ base_url: 'a/b' }, '/', /must have a scheme and a host/],
  [{ base_url: 'http://a/?q=1' }, '/', /and no query/],
  [{ query_string: 'a' }, '/?b', /has a query already/],
  [{ json: 1, data: 'x' }, '/', /json excludes data/],
  [{ data: { a: '1' }, content_type: 'application/json' }, '/', /cannot be sent as application\/json/],
  [{ data: Readable.from(['x']) }, '/', /data is a stream/],
]
t.test('options that exclude each other are refused, with what to do', async (t) => {
  for (const [options, path, message] of REFUSED) {
    t.throws(() => buildRequest(plain, path, options), { code: 'REQUEST_OPTIONS', message })
  }
})
