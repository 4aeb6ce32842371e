import t from 'tap'
import { MethodNotAllowed, NotFound } from '../../lib/http/exceptions.ts'
import { MultiDict } from '../../lib/http/multi-dict.ts'
import type { BindOptions, MapAdapter } from '../../lib/routing/adapter.ts'
import { RequestRedirect, WebsocketMismatch } from '../../lib/routing/exceptions.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule, type RuleOptions } from '../../lib/routing/rule.ts'
import type { MapOptions } from '../../lib/routing/table.ts'

type Rules = readonly (readonly [rule: string, endpoint: string, options?: RuleOptions])[]

function bind(rules: Rules, options: BindOptions & { host?: string } = {}, settings?: MapOptions): MapAdapter {
  const { host = 'example.com', ...rest } = options
  return new UrlMap(
    rules.map(([rule, endpoint, more]) => new Rule(rule, { endpoint, ...more })),
    settings,
  ).bind(host, rest)
}

const RULES: Rules = [
  ['/', 'index'],
  ['/downloads/', 'downloads'],
  ['/downloads/<int:id>', 'download', { methods: ['GET'] }],
  ['/form', 'form', { methods: ['POST'] }],
  ['/ws', 'ws', { websocket: true }],
]

t.test('a match gives endpoint or rule, and the values', (t) => {
  const adapter = bind(RULES)
  t.same(adapter.match('/')[0], 'index')
  const [endpoint, values] = adapter.match('/downloads/42')
  t.equal(endpoint, 'download')
  t.same({ ...values }, { id: 42 })
  t.equal(adapter.match('/form', 'post')[0], 'form')
  t.equal(adapter.match('/form', { method: 'POST' })[0], 'form')
  const [rule] = adapter.match('/downloads/42', { return_rule: true })
  t.ok(rule instanceof Rule && rule.rule === '/downloads/<int:id>')
  t.equal(bind(RULES, { path_info: '/form', default_method: 'POST' }).match()[0], 'form', 'what it was bound to')
  t.equal(bind(RULES, { url_scheme: 'ws' }).match('/ws')[0], 'ws')
  t.equal(adapter.match('/ws', { websocket: true })[0], 'ws')
  t.end()
})

/** What a function throws. */
function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

t.test('a miss is thrown as the HTTP exception that tells the client', (t) => {
  const adapter = bind(RULES)
  t.ok(thrown(() => adapter.match('/missing')) instanceof NotFound)
  t.ok(thrown(() => adapter.match('/ws')) instanceof WebsocketMismatch)
  t.ok(thrown(() => adapter.match('/form')) instanceof MethodNotAllowed)
  const error = thrown(() => adapter.match('/downloads/1', 'PUT'))
  t.same(error instanceof MethodNotAllowed && [...(error.valid_methods ?? [])].sort(), ['GET', 'HEAD'])
  t.end()
})

/** Where a match redirects to; what was thrown or found when it does not. */
function target(adapter: MapAdapter, path: string, options?: Parameters<MapAdapter['match']>[1]): unknown {
  try {
    return adapter.match(path, options as { return_rule?: false })
  } catch (error) {
    return error instanceof RequestRedirect ? error.new_url : error
  }
}

t.test('a redirect has scheme, host, mount path and query of the request, and its path is percent-encoded', (t) => {
  const rules: Rules = [
    ['/a b/', 'a'],
    ['/é/<x>/', 'e'],
    ['/dir/<path:p>/', 'dir'],
  ]
  t.equal(target(bind(rules), '/a b'), 'http://example.com/a%20b/')
  t.equal(
    target(bind(rules, { script_name: '/app', url_scheme: 'https' }), '/é/?'),
    'https://example.com/app/%C3%A9/%3F/',
  )
  t.equal(
    target(bind(rules, { script_name: '/app/' }, { default_subdomain: 's' }), '/a b'),
    'http://s.example.com/app/a%20b/',
  )
  t.equal(target(bind(rules, { query_args: 'x=1&y=%20' }), '/a b'), 'http://example.com/a%20b/?x=1&y=%20')
  t.equal(
    target(bind(rules), '/a b', { query_args: { x: ['1', '2 3'], y: null } }),
    'http://example.com/a%20b/?x=1&x=2+3',
  )
  t.equal(
    target(bind(rules), '/a b', { query_args: new MultiDict([['q', 'ü']]) }),
    'http://example.com/a%20b/?q=%C3%BC',
  )
  t.equal(target(bind(rules, { url_scheme: '' }), '/a b'), 'http://example.com/a%20b/')
  t.equal(target(bind(rules), '/dir/a//b'), 'http://example.com/dir/a//b/', 'slashes of a path variable stay')
  t.equal(target(bind(rules), '/dir//a//b/'), 'http://example.com/dir/a/b/')
  t.equal(
    target(bind([['/<path:p>/', 'p']]), '//evil.test/x'),
    'http://example.com/evil.test/x/',
    'slashes name no other host',
  )
  t.end()
})

t.test('values that are the defaults of a rule redirect to it', (t) => {
  const rules: Rules = [
    ['/all/', 'entries', { defaults: { page: 1, kind: 'x' } }],
    ['/all/page/<int:page>/<kind>', 'entries'],
    ['/<kind>/first', 'entries', { defaults: { page: 1 } }],
  ]
  const adapter = bind(rules, { query_args: 'q=1' })
  t.equal(target(adapter, '/all/page/1/x'), 'http://example.com/all/?q=1')
  t.equal(target(adapter, '/all/page/1/y'), 'http://example.com/y/first?q=1')
  t.equal(target(adapter, '/x/first'), 'http://example.com/all/?q=1')
  t.match(target(adapter, '/all/page/2/x'), ['entries'])
  const rule = adapter.map.rules_of('entries').find(({ defaults }) => defaults === undefined)
  t.equal(rule && adapter.get_default_redirect(rule, 'GET', { page: 1, kind: 'z' }), 'http://example.com/z/first?q=1')
  t.equal(rule && adapter.get_default_redirect(rule, 'GET', { page: 3, kind: 'z' }), undefined)
  t.end()
})

t.test('an alias redirects to the first rule of its endpoint', (t) => {
  const adapter = bind([
    ['/users/<name>', 'user'],
    ['/people/<name>', 'user', { alias: true }],
  ])
  t.equal(target(adapter, '/people/ann b'), 'http://example.com/users/ann%20b')
  t.equal(target(adapter, '/people/ann', { query_args: 'q=1' }), 'http://example.com/users/ann?q=1')
  t.end()
})

t.test('a rule redirects to a text with its values in it, or to what a function says', (t) => {
  const rules: Rules = [
    ['/old/<slug>', 'a', { redirect_to: 'foo/<slug>' }],
    [
      '/other/<int:id>',
      'b',
      { redirect_to: (adapter, values) => `bar/${String(values['id'])}?u=${adapter.build('a', { slug: 'x' })}` },
    ],
    ['/abs/<int(fixed_digits=3):id>', 'c', { redirect_to: '/root/<id>/<unknown>' }],
    ['/away', 'd', { redirect_to: 'https://other.test/p?q=1' }],
  ]
  const adapter = bind(rules, { script_name: '/app', subdomain: 's', query_args: 'q=1' }, { default_subdomain: 's' })
  t.equal(target(adapter, '/old/a b'), 'http://s.example.com/app/foo/a%20b')
  t.equal(target(adapter, '/other/7'), 'http://s.example.com/app/bar/7?u=/app/old/x')
  t.equal(target(adapter, '/abs/007'), 'http://s.example.com/root/007/')
  t.equal(target(adapter, '/away'), 'https://other.test/p?q=1')
  t.end()
})

t.test('whether a URL matches can be asked, and which methods it has', (t) => {
  const adapter = bind(RULES)
  t.equal(adapter.test('/'), true)
  t.equal(adapter.test('/downloads'), true, 'a redirect counts')
  t.equal(adapter.test('/missing'), false)
  t.equal(adapter.test('/form'), false)
  t.equal(adapter.test('/form', 'post'), true)
  t.same(adapter.allowed_methods('/downloads/1').sort(), ['GET', 'HEAD'])
  t.same(adapter.allowed_methods('/'), [], 'all methods')
  t.same(adapter.allowed_methods('/missing'), [])
  t.end()
})

t.test('a request can be dispatched to a function', (t) => {
  const adapter = bind(RULES)
  const view = (endpoint: string, values: Record<string, unknown>): string => `${endpoint} ${JSON.stringify(values)}`
  t.equal(adapter.dispatch(view, '/downloads/3'), 'download {"id":3}')
  t.equal(adapter.dispatch(view, '/form', { method: 'POST' }), 'form {}')
  t.ok(adapter.dispatch(view, '/downloads') instanceof RequestRedirect)
  t.ok(thrown(() => adapter.dispatch(view, '/missing')) instanceof NotFound)
  t.ok(adapter.dispatch(view, '/missing', { catch_http_exceptions: true }) instanceof NotFound)
  const broken = (): never => {
    throw new TypeError('broken')
  }
  t.throws(() => adapter.dispatch(broken, '/', { catch_http_exceptions: true }), new TypeError('broken'))
  t.end()
})

const SITE: Rules = [
  ['/', 'index'],
  ['/user/<name>', 'user'],
  ['/post/<int:id>', 'post'],
  ['/items', 'item', { methods: ['POST'] }],
  ['/items/<int:n>', 'item', { methods: ['GET'] }],
  ['/pages/', 'page', { defaults: { page: 1 } }],
  ['/pages/<int:page>', 'page'],
  ['/chat', 'chat', { websocket: true }],
  ['/pick/<any(red, green):color>', 'pick'],
  ['/files/*path', 'files'],
]

t.test('a URL is built of endpoint and values', (t) => {
  const adapter = bind(SITE)
  const cases: [
    endpoint: string,
    values: Record<string, unknown>,
    options: Parameters<MapAdapter['build']>[2],
    url: string,
  ][] = [
    ['index', {}, {}, '/'],
    ['user', { name: 'ann' }, {}, '/user/ann'],
    ['user', { name: 'a b/游?#%' }, {}, '/user/a%20b/%E6%B8%B8%3F%23%25'],
    ['user', { name: 'ann', q: 'x y', page: 2 }, {}, '/user/ann?q=x+y&page=2'],
    ['user', { name: 'ann', tag: ['a', 'b'] }, {}, '/user/ann?tag=a&tag=b'],
    ['user', { name: 'ann', q: null, p: undefined, r: '' }, {}, '/user/ann?r='],
    ['user', { name: 'ann', q: 1 }, { append_unknown: false }, '/user/ann'],
    ['user', { name: 'ann' }, { force_external: true }, 'http://example.com/user/ann'],
    ['user', { name: 'ann' }, { force_external: true, url_scheme: 'https' }, 'https://example.com/user/ann'],
    ['user', { name: 'ann' }, { force_external: true, url_scheme: '' }, '//example.com/user/ann'],
    ['user', { name: 'ann' }, { url_scheme: 'https' }, '/user/ann'],
    ['item', {}, {}, '/items'],
    ['item', { n: 1 }, {}, '/items/1'],
    ['item', { n: 1 }, { method: 'POST' }, '/items?n=1'],
    ['page', { page: 1 }, {}, '/pages/'],
    ['page', { page: 2 }, {}, '/pages/2'],
    ['page', {}, {}, '/pages/'],
    ['chat', {}, {}, 'ws://example.com/chat'],
    ['chat', {}, { url_scheme: 'https' }, 'wss://example.com/chat'],
    ['files', { path: 'a/b c' }, {}, '/files/a/b%20c'],
  ]
  for (const [endpoint, values, options, url] of cases) t.equal(adapter.build(endpoint, values, options), url)
  t.equal(adapter.build('index'), '/')
  t.equal(bind(SITE, { url_scheme: 'wss' }).build('index', {}, { force_external: true }), 'https://example.com/')
  t.equal(bind(SITE, { script_name: '/app' }).build('user', { name: 'x' }), '/app/user/x')
  t.equal(bind(SITE, { script_name: '/app' }).build('index', {}, { force_external: true }), 'http://example.com/app/')
  t.end()
})

t.test('request arguments can be built with as they came', (t) => {
  const values = new MultiDict([
    ['name', 'ann'],
    ['tag', 'a'],
    ['tag', 'b'],
  ])
  t.equal(bind(SITE).build('user', values), '/user/ann?tag=a&tag=b')
  t.end()
})

t.test('what cannot be built is a BuildError, or the error of the converter', (t) => {
  const adapter = bind(SITE)
  t.throws(() => adapter.build('nope'), { name: 'BuildError', endpoint: 'nope' })
  t.throws(() => adapter.build('user'), { name: 'BuildError', message: /Give values for 'name'/ })
  t.throws(() => adapter.build('user', { name: null }), { name: 'BuildError' })
  t.throws(() => adapter.build('pick', { color: 'pink' }), {
    name: 'RangeError',
    message: /'pink' is not one of 'green', 'red'/,
  })
  t.end()
})

t.test('a URL to another subdomain or host is absolute', (t) => {
  const subdomains = bind(
    [
      ['/', 'www', { subdomain: 'www' }],
      ['/', 'root'],
      ['/', 'tenant', { subdomain: '<tenant>' }],
    ],
    { subdomain: 'www' },
  )
  t.equal(subdomains.build('www'), '/')
  t.equal(subdomains.build('root'), 'http://example.com/')
  t.equal(subdomains.build('tenant', { tenant: 'acme' }), 'http://acme.example.com/')
  t.equal(subdomains.build('tenant', { tenant: 'www' }), '/')
  const hosts: Rules = [
    ['/a', 'e', { host: 'a.com' }],
    ['/b', 'e', { host: 'b.com' }],
  ]
  t.equal(
    bind(hosts, { host: 'b.com' }, { host_matching: true }).build('e'),
    '/b',
    'the rule of its own host is preferred',
  )
  t.equal(bind(hosts, { host: 'c.com' }, { host_matching: true }).build('e'), 'http://a.com/a', 'else the first one')
  t.equal(bind(hosts, { host: 'b.com' }, { host_matching: true }).get_host(), 'b.com')
  t.equal(subdomains.get_host('x'), 'x.example.com')
  t.equal(subdomains.get_host(), 'www.example.com')
  t.end()
})

t.test('the parts of a redirect can be made by themselves', (t) => {
  const adapter = bind(SITE, { script_name: '/app', query_args: { a: 1 } })
  t.equal(adapter.make_redirect_url('/x%20y/'), 'http://example.com/app/x%20y/?a=1')
  t.equal(adapter.make_redirect_url('x', 'b=2', 'sub'), 'http://sub.example.com/app/x?b=2')
  t.equal(adapter.make_redirect_url('x', ''), 'http://example.com/app/x')
  t.equal(adapter.encode_query_args({ q: ['1', '2'] }), 'q=1&q=2')
  t.equal(
    adapter.make_alias_redirect_url('/p', 'user', { name: 'x', y: 1 }, 'GET', 'q=1'),
    'http://example.com/app/user/x?q=1',
  )
  t.end()
})
