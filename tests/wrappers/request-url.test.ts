import { connect, createServer, Socket } from 'node:net'
import t from 'tap'
import { PROXY_VALUES, type ProxyValues } from '../../lib/wrappers/hosted-message.ts'
import { originForm } from '../../lib/wrappers/request-url.ts'
import { codeOf, requestOf } from '../support/requests.ts'

const withHost = (host: string, url = '/'): ReturnType<typeof requestOf> =>
  requestOf({ url, headers: [['Host', host]] })

function proxied(values: Partial<ProxyValues>, url = '/x'): ReturnType<typeof requestOf> {
  const request = requestOf({ url })
  const none = { remote_addr: undefined, scheme: undefined, host: undefined, prefix: undefined }
  Object.assign(request.req, { [PROXY_VALUES]: { ...none, ...values } })
  return request
}

t.test('the parts of the address are those that Werkzeug gives', (t) => {
  t.match(withHost('example.com', '/about?q=1&r=%20'), {
    method: 'GET',
    path: '/about',
    full_path: '/about?q=1&r=%20',
    url: 'http://example.com/about?q=1&r=%20',
    base_url: 'http://example.com/about',
    root_url: 'http://example.com/',
    url_root: 'http://example.com/',
    host_url: 'http://example.com/',
    host: 'example.com',
    scheme: 'http',
    is_secure: false,
    root_path: '',
    script_root: '',
  })
  t.equal(withHost('example.com', '/about').full_path, '/about?')
  t.match(withHost('EXAMPLE.com', '/a'), { host: 'EXAMPLE.com', base_url: 'http://example.com/a' })
  t.match(withHost('[::1]:80', '/a'), { host: '[::1]', base_url: 'http://[::1]/a' })
  t.match(withHost('xn--n3h.net:81', '/%E6%B8%B8?a=%E6%B8%B8'), { url: 'http://☃.net:81/游?a=游' })
  t.end()
})

t.test('the port is left out where it is the usual one', (t) => {
  t.equal(withHost('example.com:80').host, 'example.com')
  t.equal(withHost('example.com:443').host, 'example.com:443')
  t.equal(withHost('example.com:5000').host, 'example.com:5000')
  t.equal(proxied({ scheme: 'https', host: 'example.com:443' }).host, 'example.com')
  t.end()
})

t.test('the path is decoded once and has one slash at its start', (t) => {
  const cases: [url: string, path: string][] = [
    ['/a%20b', '/a b'],
    ['/%E6%B8%B8', '/游'],
    ['/\xe6\xb8\xb8', '/游'],
    ['/%ff', '/\ufffd'],
    ['/%252e', '/%2e'],
    ['/a%2Fb', '/a/b'],
    ['/%zz%', '/%zz%'],
    ['//about', '/about'],
    ['///a//b', '/a//b'],
    ['/%2F/a', '/a'],
    ['/a?b?c', '/a'],
    ['*', '/*'],
    ['http://example.com/a%20b?c', '/a b'],
    ['http://example.com', '/'],
    ['HTTP://example.com?x', '/'],
  ]
  for (const [url, path] of cases) t.equal(requestOf({ url }).path, path, url)
  t.equal(originForm('http://h?x=1'), '/?x=1')
  t.end()
})

t.test('the query string is bytes, and the arguments are text', (t) => {
  const request = requestOf({ url: '/?a=%E6%B8%B8+x%20y&a=2&b=%FF&c=\xe6\xb8\xb8&a[b]=1&__proto__=x&=y&&d=1;e=2' })
  t.ok(Buffer.isBuffer(request.query_string))
  t.equal(request.query_string.toString('latin1'), request.req.url?.slice(2))
  t.same(
    [...request.args],
    [
      ['a', '游 x y'],
      ['a', '2'],
      ['b', '%FF'],
      ['c', '游'],
      ['a[b]', '1'],
      ['__proto__', 'x'],
      ['', 'y'],
      ['d', '1;e=2'],
    ],
  )
  t.equal(request.args, request.args, 'parsed once')
  t.equal(requestOf({ url: '/?' }).query_string.length, 0)
  t.same([...requestOf({ url: 'http://h/?a=1' }).args], [['a', '1']])
  t.end()
})

t.test('a host that is none is never passed on', (t) => {
  for (const host of ['', 'a b', 'evil.com:x@good.com', 'a,b', '[::1', 'a:99999']) {
    t.match(withHost(host), { host: '', url: 'http:///' }, host)
  }
  t.end()
})

t.test('trusted hosts are checked where the host is read', (t) => {
  const request = withHost('evil.test')
  request.trusted_hosts = ['.example.com']
  t.equal(
    codeOf(() => request.host),
    400,
  )
  t.equal(
    codeOf(() => request.url),
    400,
  )
  const trusted = withHost('www.example.com:5000')
  trusted.trusted_hosts = ['.example.com']
  t.equal(trusted.host, 'www.example.com:5000')
  const malformed = withHost('a b')
  malformed.trusted_hosts = ['a b']
  t.equal(
    codeOf(() => malformed.host),
    400,
  )
  t.end()
})

t.test('without a Host field, the host is the address that was connected to', async (t) => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const client = connect(port ?? 0, '127.0.0.1')
  const socket = await new Promise((done) => server.once('connection', done))
  const request = requestOf()
  request.req.rawHeaders = []
  Object.defineProperty(request.req, 'socket', { value: socket })
  t.equal(request.host, `127.0.0.1:${port}`)
  client.destroy()
  server.close()
  const unconnected = requestOf()
  unconnected.req.rawHeaders = []
  t.equal(unconnected.host, '')
})

t.test('a mounting gives the root path, decoded as the path is', (t) => {
  const mounted = (baseUrl: string, url: string): ReturnType<typeof requestOf> => {
    const request = requestOf({ url, headers: [['Host', 'h']] })
    Object.assign(request.req, { baseUrl, originalUrl: baseUrl + url })
    return request
  }
  t.match(mounted('/api', '/x?a'), {
    root_path: '/api',
    script_root: '/api',
    path: '/x',
    url: 'http://h/api/x?a',
    root_url: 'http://h/api/',
  })
  t.match(mounted('/%E6%B8%B8%20x/', '/y'), { root_path: '/游 x', base_url: 'http://h/游%20x/y' })
  t.match(mounted('//evil', '/y'), { root_path: '/evil', base_url: 'http://h/evil/y' })
  for (const nothing of ['', '/']) t.equal(mounted(nothing, '/y').root_path, '')
  t.end()
})

t.test('what trusted proxies said goes before what the message says', (t) => {
  const request = proxied({ scheme: 'https', host: 'example.com', prefix: '/app', remote_addr: '203.0.113.9' })
  t.match(request, {
    url: 'https://example.com/app/x',
    is_secure: true,
    remote_addr: '203.0.113.9',
    root_path: '/app',
    path: '/x',
  })
  Object.assign(request.req, { baseUrl: '/api' })
  const both = proxied({ prefix: '/app' })
  Object.assign(both.req, { baseUrl: '/api' })
  t.equal(both.root_path, '/app/api')
  t.match(proxied({}), { scheme: 'http', host: 'localhost', remote_addr: '127.0.0.1', root_path: '' })
  t.end()
})

t.test('the access route is what X-Forwarded-For lists, else the address of the client', (t) => {
  const routed = (...lines: string[]): unknown =>
    requestOf({ headers: lines.map((line) => ['X-Forwarded-For', line] as const) }).access_route
  t.same(routed(), ['127.0.0.1'])
  t.same(routed('1.1.1.1, 2.2.2.2', '3.3.3.3'), ['1.1.1.1', '2.2.2.2', '3.3.3.3'])
  const unixSocket = requestOf()
  Object.defineProperty(unixSocket.req, 'socket', { value: new Socket() })
  t.same(unixSocket.access_route, [])
  t.equal(unixSocket.remote_addr, undefined)
  t.end()
})
