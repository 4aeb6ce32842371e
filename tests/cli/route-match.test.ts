import t from 'tap'
import { explainMatch } from '../../lib/cli/route-match.ts'
import { Flagon } from '../../lib/index.ts'

function makeApp(options = {}): Flagon {
  const app = new Flagon('match', { static_folder: null, ...options })
  app.get('/user/<int(max=99):id>', function user() {
    return ''
  })
  app.route('/user/<name>', { methods: ['POST'] })(function rename() {
    return ''
  })
  app.get('/list/', function list() {
    return ''
  })
  app.get('/files/<path:file>', function files() {
    return ''
  })
  return app
}

const OUTCOMES: [target: string, method: string, outcome: string | RegExp][] = [
  ['/user/7', 'GET', 'GET /user/7 is taken by /user/<int(max=99):id> (user), with id = 7'],
  ['/user/ann', 'POST', "POST /user/ann is taken by /user/<name> (rename), with name = 'ann'"],
  ['/list/', 'GET', 'GET /list/ is taken by /list/ (list)'],
  ['/list', 'GET', /^GET \/list is redirected to http:\/\/localhost\/list\/ \(308\)$/],
  ['/list/', 'PUT', 'PUT /list/ is taken by no rule: 405 Method Not Allowed; answered there: GET, HEAD, OPTIONS'],
  ['/none', 'GET', 'GET /none is taken by no rule: 404 Not Found'],
  ['http://shop.test/user/7', 'GET', /is taken by \/user\/<int/],
]
t.test('the outcome is what the app does', async (t) => {
  for (const [target, method, outcome] of OUTCOMES) t.match(explainMatch(makeApp(), target, method).outcome, outcome)
  t.match(explainMatch(makeApp(), '/user/7', 'GET'), {
    rule: '/user/<int(max=99):id>',
    endpoint: 'user',
    arguments: { id: 7 },
  })
})

const REASONS: [target: string, method: string, endpoint: string, reason: string][] = [
  ['/user/ann', 'POST', 'user', "'ann' is not '<int(max=99):id>'"],
  ['/user/100', 'POST', 'user', "its converter of 'id' refuses '100'"],
  ['/none', 'GET', 'user', "'none' is not 'user'"],
  ['/user', 'GET', 'user', "the path ends before '/<int(max=99):id>'"],
  ['/user/', 'GET', 'user', "the path ends where '<int(max=99):id>' should be"],
  ['/user/7/x', 'GET', 'user', "the path goes on behind it, with '/x'"],
  ['/user/ann', 'GET', 'rename', 'it answers OPTIONS, POST, not GET'],
  ['/list/x', 'GET', 'list', "'x' is not the end"],
  ['/files', 'GET', 'files', "the path ends before '/<path:file>'"],
]
t.test('each rule that was passed has its reason', async (t) => {
  for (const [target, method, endpoint, reason] of REASONS) {
    const { passed } = explainMatch(makeApp(), target, method)
    t.equal(passed.find((rule) => rule.endpoint === endpoint)?.reason, reason, `${method} ${target}`)
  }
})

t.test('only the rules before the one that takes it are named', async (t) => {
  const { passed } = explainMatch(makeApp(), '/user/ann', 'POST')
  t.same(
    passed.map(({ endpoint }) => endpoint),
    ['files', 'list', 'user'],
  )
})

t.test('rules of other subdomains and hosts say so, and so do those that only build', async (t) => {
  const app = new Flagon('match', { static_folder: null, subdomain_matching: true })
  app.config.SERVER_NAME = 'shop.test'
  app.add_url_rule('/', 'api', () => '', { subdomain: 'api' })
  app.add_url_rule('/', 'link', () => '', { build_only: true })
  const { passed } = explainMatch(app, 'http://shop.test/', 'GET')
  t.match(passed.find(({ endpoint }) => endpoint === 'api')?.reason, "it is for the subdomain 'api', not ''")
  t.equal(passed.find(({ endpoint }) => endpoint === 'link')?.reason, 'it only builds URLs')
  t.match(explainMatch(app, 'http://api.shop.test/', 'GET').outcome, /is taken by \/ \(api\)/)
})
