import t from 'tap'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

t.test('a bound map knows server, mount path and request', (t) => {
  const map = new UrlMap([], { default_subdomain: 'www' })
  const bare = map.bind('Example.COM:8080')
  t.same(
    [
      bare.server_name,
      bare.script_name,
      bare.subdomain,
      bare.url_scheme,
      bare.path_info,
      bare.default_method,
      bare.query_args,
      bare.websocket,
    ],
    ['example.com:8080', '/', 'www', 'http', '/', 'GET', undefined, false],
  )
  const full = map.bind('h', '/app', {
    subdomain: 'x',
    url_scheme: 'wss',
    path_info: '/p',
    default_method: 'POST',
    query_args: 'a=1',
  })
  t.same(
    [
      full.script_name,
      full.subdomain,
      full.url_scheme,
      full.path_info,
      full.default_method,
      full.query_args,
      full.websocket,
    ],
    ['/app/', 'x', 'wss', '/p', 'POST', 'a=1', true],
  )
  t.equal(map.bind('h', { script_name: '/app' }).script_name, '/app/')
  t.end()
})

t.test('a host of other letters becomes Punycode; what is no host name is a bad request', (t) => {
  const map = new UrlMap()
  t.equal(map.bind('Bücher.example:80').server_name, 'xn--bcher-kva.example:80')
  t.equal(map.bind('[::1]:5000').server_name, '[::1]:5000')
  t.equal(map.bind('example.com.').server_name, 'example.com.')
  for (const host of ['a..b', '.a', `${'x'.repeat(64)}.com`]) t.throws(() => map.bind(host), { code: 400 }, host)
  t.end()
})

t.test('a subdomain makes no sense where whole hosts are matched', (t) => {
  const map = new UrlMap([], { host_matching: true })
  t.throws(() => map.bind('h', { subdomain: 'x' }), { name: 'TypeError', message: /Give the host as server_name/ })
  t.equal(map.bind('h').domain, 'h')
  t.end()
})

t.test('a map bound to a request finds the subdomain below the server name', (t) => {
  const map = new UrlMap([
    new Rule('/', { endpoint: 'tenant', subdomain: '<tenant>' }),
    new Rule('/', { endpoint: 'root' }),
  ])
  const bind = (host: string, server_name?: string, scheme = 'http') =>
    map.bind_to_environ(
      { host, scheme, method: 'GET', path_info: '/', script_name: '/app', query_string: 'q=1' },
      server_name,
    )
  const cases: [host: string, server: string | undefined, scheme: string, subdomain: string, name: string][] = [
    ['example.com', undefined, 'http', '', 'example.com'],
    ['EXAMPLE.com:8080', undefined, 'http', '', 'example.com:8080'],
    ['acme.example.com', 'example.com', 'http', 'acme', 'example.com'],
    ['a.b.example.com', 'Example.com', 'http', 'a.b', 'example.com'],
    ['example.com', 'example.com:80', 'http', '', 'example.com'],
    ['example.com', 'example.com:443', 'https', '', 'example.com'],
    ['x.example.com:5000', 'example.com:5000', 'http', 'x', 'example.com:5000'],
    ['evil.test', 'example.com', 'http', '<invalid>', 'example.com'],
    ['evilexample.com', 'example.com', 'http', '<invalid>', 'example.com'],
    ['com', 'example.com', 'http', '<invalid>', 'example.com'],
  ]
  for (const [host, server, scheme, subdomain, name] of cases) {
    const adapter = bind(host, server, scheme)
    t.same([adapter.subdomain, adapter.server_name], [subdomain, name], host)
  }
  t.equal(bind('acme.example.com', 'example.com').match()[1]['tenant'], 'acme')
  t.equal(bind('example.com').match()[0], 'root')
  t.equal(map.bind_to_environ({ host: 'a.b', scheme: 'http', method: 'PUT' }, 'x.y', 'given').subdomain, 'given')
  const hosts = new UrlMap([], { host_matching: true })
  t.equal(hosts.bind_to_environ({ host: 'A.b', scheme: 'http', method: 'PUT' }).domain, 'a.b')
  t.end()
})
