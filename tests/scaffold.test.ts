import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Blueprint, Flagon, MethodView, make_response, type Response, request, url_for, View } from '../lib/index.ts'
import { listOf, parseUrlRule } from '../lib/scaffold.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.testing = true
  return app
}

/** The text that a GET gives, or the status where it is not 200. */
async function read(app: Flagon, path: string): Promise<string | number> {
  const answer = await app.test_client().get(path)
  return answer.status_code === 200 ? answer.text : answer.status_code
}

t.test('route registers a function under its name and gives it back', async (t) => {
  const app = makeApp()
  const view = app.route('/user/<name>')(function user({ name }) {
    return `user ${name}`
  })
  t.equal(app.view_functions['user'], view)
  t.equal(view({ name: 'ann' }), 'user ann')
  t.equal(await read(app, '/user/ann'), 'user ann')
  app.test_request_context().run(() => t.equal(url_for('user', { name: 'ann' }), '/user/ann'))
})

t.test('the endpoint is the given one, else the name of the function, else the rule', async (t) => {
  const app = makeApp()
  app.get('/given', { endpoint: 'mine' }, function named() {
    return 'x'
  })
  app.get('/named', function named() {
    return 'x'
  })
  app.get('/nameless', () => 'x')
  const held = () => 'x'
  app.get('/held', held)
  t.same(Object.keys(app.view_functions), ['mine', 'named', '/nameless', 'held'])
})

t.test('one view may have several rules', async (t) => {
  const app = makeApp()
  const page = app.get('/', () => 'page')
  app.get('/index', { endpoint: '/' }, page)
  t.equal(await read(app, '/index'), 'page')
})

// A dot in the rule must not be taken for the end of a blueprint's name.
t.test('a nameless view belongs to its own blueprint, whatever its rule looks like', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  for (const rule of ['', '/', '/robots.txt', '/a.b.c/<name>', 'feed.xml']) {
    bp.get(rule, () => `${request.endpoint} of ${request.blueprint}`)
  }
  let guarded = 0
  bp.before_request(() => void guarded++)
  app.get('/robots.txt', () => `${request.endpoint} of ${request.blueprint}`)
  app.register_blueprint(bp, { name: 'other', url_prefix: '/other' })
  app.register_blueprint(bp)
  t.equal(await read(app, '/robots.txt'), '/robots_txt of undefined')
  for (const [path, answer] of [
    ['/bp', 'bp._ of bp'],
    ['/bp/', 'bp./ of bp'],
    ['/bp/robots.txt', 'bp./robots_txt of bp'],
    ['/other/a.b.c/d', 'other./a_b_c/<name> of other'],
    ['/bp/feed.xml', 'bp.feed_xml of bp'],
  ] as const) {
    t.equal(await read(app, path), answer)
  }
  t.equal(guarded, 5, 'the guard of the blueprint ran for each')
})

t.test('the shorthands take a view, options and a view, or give a decorator', async (t) => {
  for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
    const app = makeApp()
    const show = () => request.method
    t.equal(app[method]('/view', show), show)
    app[method]('/options', { endpoint: 'other', defaults: { a: 1 } }, ({ a }: { a?: number }) => `${a}`)
    app[method]('/decorator')(function decorated() {
      return 'decorated'
    })
    app[method]('/both', { endpoint: 'both' })(() => 'both')
    const client = app.test_client()
    const text = async (path: string) => (await client[method](path)).text
    t.same(
      [await text('/view'), await text('/options'), await text('/decorator'), await text('/both')],
      [method.toUpperCase(), '1', 'decorated', 'both'],
    )
    const wrong = method === 'get' ? 'post' : 'get'
    t.equal((await client[wrong]('/view')).status_code, 405, `${wrong} is not ${method}`)
    if (method === 'get') t.equal((await client.head('/view')).status_code, 200, 'HEAD comes with GET')
  }
})

t.test('a shorthand has its method already', async (t) => {
  const app = makeApp()
  const options = { methods: ['GET'] } as never
  t.throws(() => app.post('/x', options, () => 'x'), {
    code: 'METHODS_INVALID',
    message: /post\(\) sets the methods of '\/x' itself: use route\(\)/,
  })
})

t.test('methods are a list of names, in any case', async (t) => {
  const app = makeApp()
  app.route('/x', { methods: ['get', 'Post'] })(() => request.method)
  for (const methods of ['POST', 7, [7], new Set(['GET'])] as never[]) {
    t.throws(() => app.route('/y', { methods })(() => 'x'), {
      code: 'METHODS_INVALID',
      message: /the methods of '\/y' must be a list of names, \['GET', 'POST'\], not /,
    })
  }
  t.equal((await app.test_client().post('/x')).text, 'POST')
})

t.test('add_url_rule takes endpoint, view and options in their places or in one object', async (t) => {
  const view = () => request.method
  const ways: readonly ((app: Flagon) => void)[] = [
    (app) => app.add_url_rule('/x', 'x', view, { methods: ['POST'] }),
    (app) => app.add_url_rule('/x', 'x', { view_func: view, methods: ['POST'] }),
    (app) => app.add_url_rule('/x', { endpoint: 'x', view_func: view, methods: ['POST'] }),
    (app) => app.add_url_rule('/x', { endpoint: 'x', view_func: view }, undefined, { methods: ['POST'] }),
    (app) =>
      app.add_url_rule(
        '/x',
        undefined,
        Object.defineProperty(() => 'POST', 'name', { value: 'x' }),
        { methods: ['POST'] },
      ),
    (app) => app.add_url_rule('/x', null as never, view, { endpoint: 'x', methods: ['POST'] }),
    (app) => {
      app.add_url_rule('/x', 'x', undefined, { methods: ['POST'] })
      app.endpoint('x')(view)
    },
    (app) => {
      app.view_functions['x'] = view
      app.add_url_rule('/x', { endpoint: 'x', methods: ['POST'] })
    },
  ]
  for (const [i, add] of ways.entries()) {
    const app = makeApp()
    add(app)
    t.equal((await app.test_client().post('/x')).text, 'POST', `way ${i + 1}`)
    t.equal((await app.test_client().get('/x')).status_code, 405)
    t.same(
      [...app.url_map.iter_rules()].map((rule) => rule.endpoint),
      ['x'],
    )
  }
})

t.test('what is given to add_url_rule in the wrong place is told so', async (t) => {
  const app = makeApp()
  t.throws(() => app.add_url_rule('/x', (() => 'x') as never), {
    code: 'VIEW_INVALID',
    message: /the view of '\/x' must be a function, not undefined: write add_url_rule\(rule, endpoint, view\)/,
  })
  t.throws(() => app.add_url_rule('/x'), { code: 'VIEW_INVALID' })
  t.throws(() => app.add_url_rule('/x', 'x', { view_func: 'name' as never }), {
    code: 'VIEW_INVALID',
    message: /not "name"/,
  })
  t.throws(() => app.route('/x')(undefined as never), { code: 'VIEW_INVALID', message: /the view of '\/x'/ })
  t.throws(() => app.get('/x', { endpoint: '' }, () => 'x'), {
    code: 'ENDPOINT_INVALID',
    message: /the endpoint of '\/x' is empty: give it a name/,
  })
  t.same([...app.url_map.iter_rules()], [], 'nothing was registered')
})

t.test('a blueprint takes no dots in endpoints, not from the name of a view either', async (t) => {
  const bp = new Blueprint('bp', import.meta.url)
  const refusal = {
    code: 'ENDPOINT_INVALID',
    message: /'a\.b' cannot be an endpoint of the blueprint 'bp': leave the dot out/,
  }
  t.throws(() => bp.get('/', { endpoint: 'a.b' }, () => 'x'), refusal)
  t.throws(() => bp.get('/', { 'a.b': () => 'x' }['a.b']), refusal)
  t.throws(() => bp.get('/', { endpoint: '' }, () => 'x'), { code: 'ENDPOINT_INVALID' })
  t.throws(() => bp.add_url_rule('/'), { code: 'VIEW_INVALID' }, 'at set-up, not when it is registered')
})

t.test('a second view for an endpoint is refused, and the text says what to do', async (t) => {
  const app = makeApp()
  app.get('/a', function page() {
    return 'a'
  })
  const second = function page() {
    return 'b'
  }
  t.throws(() => app.get('/b', second), {
    code: 'ENDPOINT_EXISTS',
    message:
      "the endpoint 'page' of '/b' already has another view: rename the function, or give { endpoint: '…' } to one of the two",
  })
  t.equal(await read(app, '/b'), 404)
})

t.test('a rule that cannot be read is refused when it is given', async (t) => {
  const app = makeApp()
  t.throws(() => app.get('/<nope:id>', () => 'x'), { code: 'CONVERTER_UNKNOWN', message: /'nope'/ })
  t.throws(() => app.get('/<int:id', () => 'x'), { code: 'RULE_SYNTAX' })
  t.throws(() => app.get('no-slash', () => 'x'), { code: 'RULE_SYNTAX', message: /no-slash/ })
  t.throws(() => app.get('/<id>/<id>', () => 'x'), { code: 'RULE_SYNTAX' })
})

t.test('a view may say of itself which methods it answers', async (t) => {
  const app = makeApp()
  const view = Object.assign(() => request.method, {
    methods: ['POST'],
    required_methods: ['PUT'],
    provide_automatic_options: false,
  })
  app.get('/route', view)
  app.add_url_rule('/own', 'own', view)
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  bp.add_url_rule('/own', 'own', view)
  app.register_blueprint(bp)
  const allowed = async (path: string) => [...(await app.test_client().delete(path)).allow].sort().join(' ')
  t.equal(await allowed('/own'), 'POST PUT')
  t.equal(await allowed('/bp/own'), 'POST PUT')
  t.equal(await allowed('/route'), 'GET HEAD PUT', 'what the route says goes before')
})

t.test('decorators take static methods, methods and classes of views', async (t) => {
  const app = makeApp()
  class Pages {
    static title = 'pages'
    readonly greeting: string
    constructor(greeting: string) {
      this.greeting = greeting
    }
    @app.get('/title') static title_page(): string {
      return this.title
    }
    @app.route('/greet/<name>') greet({ name }: { name: string }): string {
      return `${this.greeting} ${name}`
    }
    @app.before_request static note(): void {
      log.push('before')
    }
    @app.after_request finish(response: Response): Response {
      log.push(this.greeting)
      return response
    }
    @app.errorhandler(404) missing(): Response {
      return make_response(`${this.greeting} nobody`, 404)
    }
  }
  @app.route('/things/<int:id>', { endpoint: 'things' })
  class Things extends MethodView {
    get({ id }: { id: number }): string {
      return `get ${id + 1}`
    }
    delete({ id }: { id: number }): string {
      return `delete ${id}`
    }
  }
  @app.route('/plain')
  class PlainView extends View {
    override dispatch_request(): string {
      return 'plain'
    }
  }
  const log: string[] = []
  t.equal(await read(makeApp(), '/'), 404)
  t.equal(Object.hasOwn(app.view_functions, 'greet'), false, 'there is no object yet')
  t.equal(new Pages('hello').greeting, 'hello')
  t.same([new Things().get({ id: 0 }), new PlainView().dispatch_request()], ['get 1', 'plain'])
  const client = app.test_client()
  const texts: string[] = []
  for (const path of ['/title', '/greet/ann', '/things/1', '/plain', '/nowhere'])
    texts.push((await client.get(path)).text)
  t.same(texts, ['pages', 'hello ann', 'get 2', 'plain', 'hello nobody'])
  t.equal((await client.delete('/things/3')).text, 'delete 3')
  t.same(log.slice(0, 2), ['before', 'hello'])
  t.same(Object.keys(app.view_functions), ['title_page', 'things', 'plainView', 'greet'])
})

t.test('a second object of a class with routes is refused, for it would take the endpoints of the first', async (t) => {
  const app = makeApp()
  class Page {
    @app.get('/page') page(): string {
      return 'page'
    }
  }
  new Page()
  t.throws(() => new Page(), { code: 'ENDPOINT_EXISTS' })
})

t.test('the types of the arguments follow from the rule', async (t) => {
  const app = makeApp()
  app.get('/a/<name>/<int:id>/<float:share>/<path:rest>/<uuid:key>', ({ name, id, share, rest, key }) => {
    const checked: [string, number, number, string, string] = [name, id, share, rest, key]
    return checked
  })
  app.get('/b/:name/*rest', ({ name, rest }) => {
    const checked: [string, string] = [name, rest]
    return checked
  })
  // @ts-expect-error there is no argument of that name
  app.get('/c/<name>', ({ nome }) => nome)
  // @ts-expect-error an <int:…> is no string
  app.get('/d/<int:id>', ({ id }) => id.toUpperCase())
  // @ts-expect-error a view does not return a number
  app.get('/e', () => 201)
  // @ts-expect-error nor nothing
  app.get('/f', () => undefined)
  // @ts-expect-error the rule has no such argument for a static method either
  const wrong = (pages: { page: (args: { id: number }) => string }) => app.route('/g/<name>')(pages.page)
  t.type(wrong, 'function')
  const key = '5c1a1de8-7ad1-4b7b-9c3e-3d6c1f2a9b10'
  const answer = await app.test_client().get(`/a/ann/7/1.5/x/y/${key}`)
  t.same(answer.json, ['ann', 7, 1.5, 'x/y', key])
  t.same((await app.test_client().get('/b/ann/x/y')).json, ['ann', 'x/y'])
})

t.test('hooks and handlers must be functions', async (t) => {
  const app = makeApp()
  const bad = 'guard' as never
  for (const [use, message] of [
    [() => app.before_request(bad), /before_request must be a function, not "guard"/],
    [() => app.after_request(bad), /after_request/],
    [() => app.teardown_request(bad), /teardown_request/],
    [() => app.context_processor(bad), /context_processor/],
    [() => app.url_value_preprocessor(bad), /url_value_preprocessor/],
    [() => app.url_defaults(bad), /url_defaults/],
    [() => app.errorhandler(404)(bad), /an error handler/],
    [() => app.register_error_handler(404, bad), /an error handler/],
    [() => app.endpoint('x')(bad), /the view of endpoint 'x'/],
  ] as const) {
    t.throws(use, { code: 'VIEW_INVALID', message })
  }
})

t.test('functions are kept by scope, as Flask keeps them', async (t) => {
  const bp = new Blueprint('bp', import.meta.url)
  const hook = () => undefined
  bp.before_request(hook)
  t.same(bp.before_request_funcs, new Map([[null, [hook]]]))
  const app = makeApp()
  app.register_blueprint(bp)
  t.same(listOf(app.before_request_funcs, 'bp'), [hook])
  const scoped = new Map<string | null, string[]>()
  listOf(scoped, null).push('a')
  t.same(scoped.get(null), ['a'])
  t.same(parseUrlRule('/x', 'e', undefined, undefined), { endpoint: 'e', view: undefined, options: {} })
})

t.test('open_resource reads a file of the app or blueprint, as bytes or as text', async (t) => {
  const root_path = t.testdir({ 'schema.sql': 'create 游客' })
  for (const owner of [new Flagon('x', { root_path }), new Blueprint('bp', import.meta.url, { root_path })]) {
    t.equal(owner.open_resource('schema.sql', 'utf8'), 'create 游客')
    t.same(owner.open_resource('schema.sql'), Buffer.from('create 游客'))
    t.throws(() => owner.open_resource('nothing.sql'), { code: 'ENOENT' })
  }
})

t.test('folders are relative to the root path and may be changed', async (t) => {
  const root_path = t.testdir({ assets: { 'a.txt': 'a' } })
  const bp = new Blueprint('bp', import.meta.url, { root_path, template_folder: 'pages' })
  t.same(
    [bp.template_folder, bp.static_folder, bp.static_url_path, bp.has_static_folder],
    ['pages', undefined, undefined, false],
  )
  bp.static_folder = 'assets/'
  t.same([bp.static_folder, bp.static_url_path, bp.has_static_folder], [join(root_path, 'assets'), '/assets', true])
  bp.static_url_path = '/files/'
  t.equal(bp.static_url_path, '/files')
  writeFileSync(join(root_path, 'assets', 'b.txt'), 'b')
  makeApp()
    .test_request_context()
    .run(() => t.equal(bp.send_static_file('b.txt').status_code, 200))
  bp.static_folder = null
  t.notOk(bp.has_static_folder)
})
