import type { RequestListener } from 'node:http'
import t from 'tap'
import { ProxyFix, type ProxyFixOptions } from '../../lib/serving/proxy-fix.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { Request } from '../../lib/wrappers/request.ts'
import { exchangeRaw } from '../support/raw-http.ts'
import { appOf, serveRequests } from '../support/requests.ts'

type Fields = readonly (readonly [string, string])[]

/** The request that the app sees behind the proxies. */
function seen(options: ProxyFixOptions, fields: Fields, remote_addr = '10.0.0.1'): Request {
  let request: Request | undefined
  const handler = ProxyFix((req) => {
    request = new Request(req, appOf())
  }, options)
  const rawHeaders = ['Host', 'inner:5000', ...fields.flat()]
  Reflect.apply(handler, undefined, [makeIncoming({ url: '/x', rawHeaders, remote_addr })])
  if (request === undefined) throw new Error('the listener was not called')
  return request
}

const forwardedFor = (...lines: string[]): Fields => lines.map((line) => ['X-Forwarded-For', line])

// Security row 1.5, Fastify CVE-2026-3635, Rack CVE-2026-32762.
t.test('without ProxyFix, forwarded headers mean nothing', async (t) => {
  const { port } = await serveRequests(t, (request) => [request.remote_addr, request.url])
  const response = await exchangeRaw(
    port,
    'GET /x HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n' +
      'X-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\nForwarded: for=1.1.1.1;host=evil\r\n\r\n',
  )
  t.same(JSON.parse(response.body.toString()), ['127.0.0.1', 'http://h/x'])
})

t.test('the address is the n-th from the right, and nothing where there are fewer', (t) => {
  const address = (x_for: number, ...lines: string[]): string | undefined =>
    seen({ x_for }, forwardedFor(...lines)).remote_addr
  t.equal(address(1, '1.1.1.1, 2.2.2.2'), '2.2.2.2')
  t.equal(address(2, '1.1.1.1, 2.2.2.2'), '1.1.1.1')
  t.equal(address(2, '9.9.9.9, 1.1.1.1, 2.2.2.2'), '1.1.1.1', 'what the client put before is ignored')
  t.equal(address(2, '1.1.1.1', '2.2.2.2'), '1.1.1.1', 'two lines are one list')
  t.equal(address(3, '1.1.1.1, 2.2.2.2'), '10.0.0.1')
  t.equal(address(1, ''), '10.0.0.1')
  t.equal(address(0, '1.1.1.1'), '10.0.0.1')
  t.equal(address(1, '"1.1.1.1, 2.2.2.2"'), '1.1.1.1, 2.2.2.2', 'a quoted member is one')
  t.end()
})

t.test('trusts one proxy for address and scheme unless told otherwise', (t) => {
  const fields: Fields = [
    ['X-Forwarded-For', '1.1.1.1'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'example.com'],
    ['X-Forwarded-Port', '8443'],
    ['X-Forwarded-Prefix', '/app'],
  ]
  t.match(seen({}, fields), { remote_addr: '1.1.1.1', scheme: 'https', host: 'inner:5000', root_path: '' })
  t.match(seen({ x_host: 1, x_prefix: 1 }, fields), {
    url: 'https://example.com/app/x',
    root_path: '/app',
    is_secure: true,
  })
  t.equal(seen({ x_host: 1, x_port: 1 }, fields).host, 'example.com:8443')
  t.equal(seen({ x_port: 1 }, fields).host, 'inner:8443')
  t.end()
})

t.test('a port takes the place of the one in the host', (t) => {
  const host = (given: string, port: string): string =>
    seen({ x_host: 1, x_port: 1 }, [
      ['X-Forwarded-Host', given],
      ['X-Forwarded-Port', port],
    ]).host
  t.equal(host('example.com:1', '8443'), 'example.com:8443')
  t.equal(host('[::1]', '8443'), '[::1]:8443')
  t.equal(host('[::1]:1', '8443'), '[::1]:8443')
  t.equal(host('example.com', '80'), 'example.com')
  for (const bad of ['0', '70000', 'x', '-1', '1 2', '']) t.equal(host('example.com', bad), 'example.com', bad)
  t.end()
})

t.test('values that make no sense are ignored', (t) => {
  for (const scheme of ['javascript', 'https://x', '', 'ht tp']) {
    t.equal(seen({}, [['X-Forwarded-Proto', scheme]]).scheme, 'http', scheme)
  }
  t.equal(seen({}, [['X-Forwarded-Proto', 'HTTPS']]).scheme, 'https')
  for (const prefix of ['//evil.test', '/\\evil.test', 'app', '/a?b', '/a#b', '/a b', '/']) {
    t.equal(seen({ x_prefix: 1 }, [['X-Forwarded-Prefix', prefix]]).root_path, '', prefix)
  }
  t.equal(seen({ x_prefix: 1 }, [['X-Forwarded-Prefix', '/app//']]).root_path, '/app')
  t.equal(
    seen({ x_host: 1 }, [['X-Forwarded-Host', 'a;host=b']]).host,
    '',
    'a host is not split, and never passed on raw',
  )
  t.end()
})

t.test('another peer than the proxy says nothing', (t) => {
  const fields: Fields = [
    ['X-Forwarded-For', '1.1.1.1'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'evil'],
  ]
  const options: ProxyFixOptions = { x_host: 1, trusted_peers: ['10.0.0.0/8', '2001:db8::/32', '::1'] }
  for (const peer of ['10.0.0.1', '10.255.0.1', '::ffff:10.0.0.1', '2001:db8::5', '::1']) {
    t.match(seen(options, fields, peer), { remote_addr: '1.1.1.1', scheme: 'https', host: 'evil' }, peer)
  }
  for (const peer of ['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '::2', '/run/socket']) {
    t.match(seen(options, fields, peer), { remote_addr: peer, scheme: 'http', host: 'inner:5000' }, peer)
  }
  t.end()
})

t.test('a mistake in the options says so when the app starts', (t) => {
  const listener: RequestListener = () => {}
  for (const x_for of [-1, 1.5, Number.NaN]) {
    t.throws(() => ProxyFix(listener, { x_for }), { code: 'CONFIG_VALUE', message: /x_for is/ })
  }
  for (const peer of [
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::1/129',
    '10.0.0/8',
    '10.0.0.0/-1',
  ]) {
    t.throws(() => ProxyFix(listener, { trusted_peers: [peer] }), { code: 'CONFIG_VALUE', message: /trusted_peers/ })
  }
  t.end()
})

// Security row 1.5, Koa CVE-2025-25200.
t.test('reading the headers is linear', (t) => {
  const start = performance.now()
  for (const text of [
    ' '.repeat(16_000),
    ','.repeat(16_000),
    '"'.repeat(16_001),
    ' ,'.repeat(8_000),
    '\\'.repeat(16_000),
  ]) {
    for (const name of ['For', 'Proto', 'Host', 'Port', 'Prefix']) {
      seen({ x_for: 1, x_proto: 1, x_host: 1, x_port: 1, x_prefix: 1 }, [[`X-Forwarded-${name}`, text]])
    }
  }
  t.ok(performance.now() - start < 1000)
  t.end()
})
