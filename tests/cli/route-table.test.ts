import t from 'tap'
import { inMatchOrder, type RouteSort, routeRows, tableOf } from '../../lib/cli/route-table.ts'
import { Blueprint, Flagon } from '../../lib/index.ts'

function makeShop(): Flagon {
  const app = new Flagon('shop')
  app.get('/', function index() {
    return ''
  })
  app.route('/user/<int:id>', { methods: ['GET', 'POST'] })(function user() {
    return ''
  })
  const api = new Blueprint('api', import.meta.url, { url_prefix: '/v1' })
  api.get('/items', function items() {
    return []
  })
  app.register_blueprint(api)
  return app
}

function makeShopWithSubdomain(): Flagon {
  const app = makeShop()
  app.add_url_rule('/sub', 'sub', () => '', { subdomain: 'www', methods: ['PUT'] })
  return app
}

/** What `flask routes` of Flask 3.1.3 prints for the same app, without the spaces at the ends of lines. */
const FLASK_TABLE = `
Endpoint   Methods    Subdomain  Rule
---------  ---------  ---------  -----------------------
api.items  GET                   /v1/items
index      GET                   /
static     GET                   /static/<path:filename>
sub        PUT        www        /sub
user       GET, POST             /user/<int:id>`.trim()

t.test('the table is that of Flask', async (t) => {
  t.equal(tableOf(routeRows(makeShopWithSubdomain()), false), FLASK_TABLE)
})

t.test('the order is that of Flask, for each column', async (t) => {
  const endpoints = (sort: RouteSort): string[] =>
    routeRows(makeShopWithSubdomain(), { sort }).map(({ endpoint }) => endpoint)
  t.same(endpoints('endpoint'), ['api.items', 'index', 'static', 'sub', 'user'])
  t.same(endpoints('methods'), ['static', 'index', 'api.items', 'user', 'sub'])
  t.same(endpoints('domain'), ['static', 'index', 'user', 'api.items', 'sub'])
  t.same(endpoints('rule'), ['index', 'static', 'sub', 'user', 'api.items'])
})

t.test('HEAD and OPTIONS are shown on demand; a domain only where a rule has one', async (t) => {
  const [items] = routeRows(makeShop(), { all_methods: true })
  t.same(items, { endpoint: 'api.items', methods: ['GET', 'HEAD', 'OPTIONS'], rule: '/v1/items' })
  t.same(routeRows(makeShopWithSubdomain()).at(3), { endpoint: 'sub', methods: ['PUT'], domain: 'www', rule: '/sub' })
  t.notMatch(tableOf(routeRows(makeShop()), false), 'Subdomain')
})

t.test('an app that matches hosts has a column for them', async (t) => {
  const app = new Flagon('hosts', { host_matching: true, static_folder: null })
  app.get('/', { host: 'a.test' }, function index() {
    return ''
  })
  t.match(tableOf(routeRows(app), app.url_map.host_matching), /^Endpoint {2}Methods {2}Host {4}Rule\n/)
})

t.test('the order of matching is static before dynamic, and among these the more special first', async (t) => {
  const app = new Flagon('order', { static_folder: null })
  for (const rule of ['/<path:all>', '/user/<name>', '/user/<int:id>', '/user/me', '/<first>', '/user/x-<name>'])
    app.add_url_rule(rule, rule, () => '')
  const ordered = inMatchOrder(app.url_map.iter_rules()).map(({ rule }) => rule)
  t.same(ordered, ['/user/me', '/user/x-<name>', '/user/<int:id>', '/user/<name>', '/<first>', '/<path:all>'])
  for (const [path, endpoint] of [
    ['/user/me', '/user/me'],
    ['/user/x-1', '/user/x-<name>'],
    ['/user/1', '/user/<int:id>'],
  ])
    t.equal(app.test_request_context(path).request?.endpoint, endpoint, 'as the app itself matches')
})
