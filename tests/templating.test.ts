import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  Blueprint,
  before_render_template,
  DefaultJSONProvider,
  Flagon,
  type FlagonOptions,
  g,
  get_template_attribute,
  Markup,
  render_template,
  render_template_async,
  render_template_string,
  request,
  session,
  stream_template,
  stream_template_string,
  template_rendered,
} from '../lib/index.ts'
import { DictLoader, type Template } from '../lib/jinja/index.ts'
import { DispatchingLoader, isAutoescaped } from '../lib/templating.ts'
import { RawConnection } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

function makeApp(templates: Record<string, string> = {}, options: FlagonOptions = {}): Flagon {
  const app = new Flagon('shop', { static_folder: null, template_folder: null, ...options })
  app.jinja_loader = new DictLoader(templates)
  app.testing = true
  app.secret_key = '110'
  return app
}

/** The text of a template, in a request to a path. */
const inRequest = <T>(app: Flagon, work: () => T, path = '/'): T => app.test_request_context(path).run(work)

t.test('render_template finds a template by name, or the first of several', async (t) => {
  const app = makeApp({ 'a.html': 'a {{ x }}', 'b.html': 'b {{ x }}' })
  app.app_context().run(() => {
    t.equal(render_template('a.html', { x: 1 }), 'a 1')
    t.equal(render_template(['none.html', 'b.html', 'a.html'], { x: 1 }), 'b 1')
    t.equal(render_template_string('{{ x }}!', { x: '<b>' }), '&lt;b&gt;!')
    t.equal(render_template_string('{{ x }}', { x: new Markup('<b>') }), '<b>')
  })
})

t.test('a template that is missing is an error that tells where it was looked for', async (t) => {
  const root_path = t.testdir({ templates: {} })
  const app = new Flagon('shop', { root_path })
  app.register_blueprint(new Blueprint('blog', import.meta.url, { root_path, template_folder: 'pages' }))
  app.register_blueprint(new Blueprint('bare', import.meta.url))
  app.app_context().run(() => {
    t.throws(() => render_template('no.html'), {
      name: 'TemplateNotFound',
      template: 'no.html',
      message:
        "the template 'no.html' was not found: put it into a template folder, or mend its name " +
        `(shop: 'no.html' not found in search path: '${join(root_path, 'templates')}'; ` +
        `blog: 'no.html' not found in search path: '${join(root_path, 'pages')}'; bare has no template_folder)`,
    })
    t.throws(() => render_template(['no.html', 'nor.html']), {
      name: 'TemplatesNotFound',
      templates: ['no.html', 'nor.html'],
    })
    t.throws(() => get_template_attribute('no.html', 'x'), { name: 'TemplateNotFound' })
  })
  t.throws(() => render_template('x'), { code: 'OUTSIDE_CONTEXT', message: /^render_template was used outside/ })
})

// security 1.8: names of templates never leave the folder
t.test('no name of a template leads out of its folder', async (t) => {
  const root_path = t.testdir({ 'secret.txt': 'secret', templates: { 'a.txt': 'a' } })
  const app = new Flagon('shop', { root_path })
  app.app_context().run(() => {
    t.equal(render_template('a.txt'), 'a')
    for (const name of [
      '../secret.txt',
      'x/../../secret.txt',
      '/etc/passwd',
      join(root_path, 'secret.txt'),
      'a\0',
      '..',
      '',
    ]) {
      t.throws(() => render_template(name), { name: 'TemplateNotFound' }, name)
    }
  })
})

t.test('names of web files are escaped, others are not', async (t) => {
  const names = ['a.html', 'a.htm', 'a.xml', 'a.xhtml', 'a.svg', 'a.txt', 'a.js', 'a.HTML', 'html', 'a.html.j2']
  const app = makeApp(Object.fromEntries(names.map((name) => [name, '{{ x }}'])))
  app.app_context().run(() => {
    const escaped = names.filter((name) => render_template(name, { x: '<' }) === '&lt;')
    t.same(escaped, ['a.html', 'a.htm', 'a.xml', 'a.xhtml', 'a.svg'])
    t.same(names.filter(isAutoescaped), escaped)
    t.ok(isAutoescaped(undefined) && isAutoescaped(null), 'a template of no name is')
  })
})

t.test('a template sees the request, the session, g, the config and the helpers', async (t) => {
  const app = makeApp()
  app.get('/hello/<name>', function hello() {
    g['user'] = 'ann'
    session['n'] = 7
    return render_template_string(
      "{{ request.path }} {{ g.user }} {{ session.n }} {{ config.SESSION_COOKIE_NAME }} {{ url_for('hello', name='li') }}" +
        ' {{ get_flashed_messages()|length }} {{ request.view_args.name }}',
    )
  })
  t.equal((await app.test_client().get('/hello/ann')).text, '/hello/ann ann 7 session /hello/li 0 ann')
  const outside = '{{ g.get("x", "none") }} {{ request is defined }}'
  t.equal(
    app.app_context().run(() => render_template_string('{{ g.x is defined }} {{ config.DEBUG }}')),
    'False False',
  )
  t.equal(
    inRequest(app, () => render_template_string(outside)),
    'none True',
  )
})

t.test('tojson writes dates and classes as app.json does, in ASCII and with sorted keys', (t) => {
  class Point {
    x = 1.5
  }
  class Points extends DefaultJSONProvider {
    override default(value: object): unknown {
      return value instanceof Point ? { point: value.x } : super.default(value)
    }
  }
  const app = makeApp()
  const source = '{{ value|tojson }}'
  const written = (value: unknown): string => inRequest(app, () => render_template_string(source, { value }))
  t.equal(written({ b: new Date(0), a: 'é<' }), '{"a": "\\u00e9\\u003c", "b": "Thu, 01 Jan 1970 00:00:00 GMT"}')
  app.json = new Points(app)
  t.equal(written([new Point()]), '[{"point": 1.5}]')
  t.equal(
    inRequest(app, () => render_template_string('{{ {"a": 1.0}|tojson(2) }}')),
    '{\n  "a": 1.0\n}',
  )
  t.end()
})

t.test('tojson leaves all to a provider that writes by itself', (t) => {
  class Loud extends DefaultJSONProvider {
    override dumps(value: unknown): string {
      return JSON.stringify(value).toUpperCase()
    }
  }
  const app = makeApp()
  app.json = new Loud(app)
  t.equal(
    inRequest(app, () => render_template_string("{{ {'a': '<', 'b': 1.0}|tojson }}")),
    '{"A":"\\u003c","B":1}',
  )
  t.end()
})

t.test('values that are given win over all others', async (t) => {
  const app = makeApp()
  app.context_processor(() => ({ x: 'processor', y: 'processor' }))
  inRequest(app, () => {
    t.equal(
      render_template_string('{{ x }} {{ y }} {{ g }} {{ config }}', { x: 'given', g: 'own', config: 'mine' }),
      'given processor own mine',
    )
    t.equal(render_template_string('{{ x is none }}', { x: null }), 'True')
  })
})

t.test('context processors run from the app to the innermost blueprint, the last one wins', async (t) => {
  const app = makeApp()
  const [outer, inner, other] = ['outer', 'inner', 'other'].map((name) => new Blueprint(name, import.meta.url))
  const order: string[] = []
  const give = (owner: Flagon | Blueprint | undefined, name: string): void => {
    owner?.context_processor(() => {
      order.push(name)
      return { last: name, [name]: true }
    })
  }
  give(app, 'app1')
  give(app, 'app2')
  give(inner, 'in')
  give(outer, 'out')
  give(other, 'other')
  outer?.app_context_processor(() => ({ everywhere: 'all' }))
  const source = '{{ last }} {{ app1 }} {{ everywhere }} {{ other is defined }}'
  inner?.get('/inner', () => render_template_string(source))
  app.get('/app', () => render_template_string(source))
  outer?.register_blueprint(inner as Blueprint)
  app.register_blueprint(outer as Blueprint)
  app.register_blueprint(other as Blueprint)
  const client = app.test_client()
  t.equal((await client.get('/inner')).text, 'in True all False')
  t.same(order, ['app1', 'app2', 'out', 'in'])
  t.equal((await client.get('/app')).text, 'app2 True all False')
})

t.test('an asynchronous context processor is refused, and the text says what to do', async (t) => {
  const app = makeApp()
  app.context_processor(async function user() {
    throw new Error('never seen')
  } as never)
  inRequest(app, () => {
    t.throws(() => render_template_string('x'), {
      code: 'VIEW_RETURN',
      message:
        'the context processor user is asynchronous, and templates are rendered synchronously: await the values in a ' +
        'before_request hook, keep them in g, and return them from the processor',
    })
  })
})

t.test('templates of blueprints stand behind those of the app, in the order of registration', async (t) => {
  const app = makeApp({ 'app.txt': 'app', 'all.txt': 'app' })
  for (const name of ['one', 'two']) {
    const bp = new Blueprint(name, import.meta.url)
    bp.jinja_loader = new DictLoader({ 'all.txt': name, 'both.txt': name, [`${name}.txt`]: name })
    app.register_blueprint(bp)
  }
  app.register_blueprint(new Blueprint('bare', import.meta.url))
  app.app_context().run(() => {
    t.same(
      ['app.txt', 'all.txt', 'both.txt', 'one.txt', 'two.txt'].map((name) => render_template(name)),
      ['app', 'app', 'one', 'one', 'two'],
    )
  })
  t.same(app.jinja_env.list_templates(), ['all.txt', 'app.txt', 'both.txt', 'one.txt', 'two.txt'])
})

t.test('a loader that fails in another way is not passed over', async (t) => {
  const app = makeApp()
  app.jinja_loader = new DictLoader({ 'bad.html': '{% if %}' })
  app.app_context().run(() => t.throws(() => render_template('bad.html'), { name: 'TemplateSyntaxError' }))
  const broken = new DispatchingLoader({
    name: 'x',
    config: app.config,
    logger: app.logger,
    jinja_loader: Object.assign(new DictLoader({}), {
      get_source() {
        throw new Error('disk')
      },
    }),
    iter_blueprints: () => [],
  })
  t.throws(() => broken.get_source(app.jinja_env, 'x'), { message: 'disk' })
})

t.test('EXPLAIN_TEMPLATE_LOADING logs where each template was looked for', async (t) => {
  const app = makeApp({ 'a.txt': 'a' })
  const bp = new Blueprint('blog', import.meta.url)
  bp.jinja_loader = new DictLoader({ 'b.txt': 'b' })
  app.register_blueprint(bp)
  const records: unknown[] = []
  app.logger = { debug() {}, warn() {}, error() {}, info: (...args) => records.push(args.join(' ')) }
  const find = () =>
    app.app_context().run(() => {
      for (const name of ['a.txt', 'b.txt']) render_template(name)
      t.throws(() => render_template('c.txt'))
    })
  find()
  t.same(records, [])
  app.config.EXPLAIN_TEMPLATE_LOADING = true
  app.jinja_env.clear_cache()
  find()
  t.same(records, [
    "template 'a.txt': shop: found",
    "template 'b.txt': shop: not found; blog: found",
    "template 'c.txt': shop: not found; blog: not found",
  ])
})

t.test('a template that was changed is read again in debug mode, or where the config says so', async (t) => {
  for (const [settings, second] of [
    [{}, 'old'],
    [{ DEBUG: true }, 'new'],
    [{ TEMPLATES_AUTO_RELOAD: true }, 'new'],
    [{ DEBUG: true, TEMPLATES_AUTO_RELOAD: false }, 'old'],
  ] as const) {
    const root_path = t.testdir({ templates: { 'a.txt': 'old' } })
    const path = join(root_path, 'templates', 'a.txt')
    utimesSync(path, 1, 1)
    const app = new Flagon('shop', { root_path })
    app.config.update(settings)
    const render = () => app.app_context().run(() => render_template('a.txt'))
    t.equal(render(), 'old')
    writeFileSync(path, 'new')
    utimesSync(path, 2, 2)
    t.equal(render(), second, JSON.stringify(settings))
  }
})

t.test('signals tell of each template before and after it is rendered', async (t) => {
  const app = makeApp({ 'a.txt': '{{ x }}{{ y }}' })
  app.context_processor(() => ({ y: 2 }))
  const log: string[] = []
  const note =
    (moment: string) =>
    (sender: unknown, { template, context }: { template?: unknown; context?: unknown }) => {
      const values = context as Record<string, unknown>
      log.push(`${moment} ${(template as Template).name} ${values['x']}${values['y']} ${sender === app}`)
      if (moment === 'before') values['x'] = 'changed'
    }
  const before = before_render_template.connect(note('before'), app)
  const after = template_rendered.connect(note('after'), app)
  t.teardown(() => {
    before_render_template.disconnect(before, app)
    template_rendered.disconnect(after, app)
  })
  await app.app_context().run(async () => {
    t.equal(render_template('a.txt', { x: 1 }), 'changed2')
    t.same(log.splice(0), ['before a.txt 12 true', 'after a.txt changed2 true'])
    t.equal(await render_template_async('a.txt', { x: 1 }), 'changed2')
    render_template_string('x')
    t.same(log.splice(0), [
      'before a.txt 12 true',
      'after a.txt changed2 true',
      'before undefined undefined2 true',
      'after undefined changed2 true',
    ])
    const pieces = stream_template('a.txt', { x: 1 })
    t.same(log.splice(0), ['before a.txt 12 true'])
    for await (const _ of pieces);
    t.same(log, ['after a.txt changed2 true'], 'a stream is rendered when it was read')
  })
})

t.test('render_template_async awaits what a template calls and prints', async (t) => {
  const app = makeApp({ 'a.html': '{{ user() }} {{ promised }}{% for x in items() %}[{{ x }}]{% endfor %}' })
  const values = { user: async () => '<ann>', promised: Promise.resolve(1), items: async () => [1, 2] }
  app.get('/', () => render_template_async('a.html', values))
  t.equal((await app.test_client().get('/')).text, '&lt;ann&gt; 1[1][2]')
})

t.test('get_template_attribute gives a macro or a variable', async (t) => {
  const app = makeApp({
    'a.html': "{% macro hello(name, sign='!') %}hello {{ name }}{{ sign }}{% endmacro %}{% set n = 7 %}",
  })
  app.app_context().run(() => {
    const hello = get_template_attribute('a.html', 'hello') as (...args: unknown[]) => object
    t.equal(`${hello('<ann>')}`, 'hello &lt;ann&gt;!')
    t.equal(`${hello('li', { sign: '?' })}`, 'hello li?')
    t.equal(get_template_attribute('a.html', 'n'), 7)
    t.throws(() => get_template_attribute('a.html', 'nothing'), {
      name: 'UndefinedError',
      message: "the template 'a.html' has no macro and sets no variable named 'nothing'",
    })
  })
})

t.test('a streamed template is sent piece by piece, and sees its request throughout', async (t) => {
  const app = makeApp({
    'a.html': 'start {% for x in items() %}{{ x }} {{ request.path }} {{ g.user }} {% endfor %}end',
  })
  let release = () => {}
  async function* items() {
    yield 1
    await new Promise<void>((resolve) => {
      release = resolve
    })
    yield 2
  }
  app.get('/s', () => {
    g['user'] = 'ann'
    return stream_template('a.html', { items })
  })
  const connection = await RawConnection.open(await servedApp(t, app))
  t.teardown(() => connection.close())
  const firstPieces = new Promise((resolve) => {
    let seen = ''
    connection.socket.on('data', (chunk) => {
      seen += chunk
      if (seen.includes(' /s')) resolve(seen)
    })
  })
  connection.write('GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n')
  t.notMatch(await firstPieces, 'end', 'the first pieces come before the last are made')
  release()
  t.equal(`${(await connection.read()).body}`, 'start 1 /s ann 2 /s ann end')
})

t.test('a streamed template keeps its request wherever it is read', async (t) => {
  const app = makeApp({ 'a.txt': '{{ request.path }} {{ x }}' })
  const [fromFile, fromString] = inRequest(
    app,
    () => [stream_template('a.txt', { x: 1 }), stream_template_string('{{ request.path }} {{ x }}', { x: '<' })],
    '/here',
  )
  t.equal(await read(fromFile), '/here 1')
  t.equal(await read(fromString), '/here &lt;')
  const bare = app.app_context().run(() => stream_template_string('{{ x }}', { x: 1 }))
  t.equal(await read(bare), '1')
})

async function read(pieces: AsyncIterable<string> | undefined): Promise<string> {
  let text = ''
  for await (const piece of pieces ?? []) text += piece
  return text
}

t.test('an error in a template reaches the error handlers, in a stream it breaks the connection', async (t) => {
  const app = makeApp({ 'a.txt': 'start {% for x in items() %}{{ x }}{% endfor %}' })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  class Failure extends Error {}
  app.errorhandler(Failure)(() => 'handled')
  function* items() {
    yield 'x'.repeat(10)
    throw new Failure('late')
  }
  app.get('/whole', () => render_template('a.txt', { items }))
  app.get('/stream', () => stream_template('a.txt', { items }))
  t.equal((await app.test_client().get('/whole')).text, 'handled')
  const url = `http://127.0.0.1:${await servedApp(t, app)}/stream`
  await t.rejects(
    fetch(url).then((answer) => answer.text()),
    'no client takes a part for the whole',
  )
})

t.test('the environment may be used by itself, and update_template_context fills a context', async (t) => {
  const app = makeApp()
  app.context_processor(() => ({ x: 1, y: 1 }))
  inRequest(app, () => {
    const context: Record<string, unknown> = { y: 2 }
    app.update_template_context(context)
    t.same(Object.keys(context).sort(), ['g', 'request', 'session', 'x', 'y'])
    t.same([context['x'], context['y'], context['request']], [1, 2, request])
  })
  app.app_context().run(() => {
    const context: Record<string, unknown> = {}
    app.update_template_context(context)
    t.same(Object.keys(context).sort(), ['g', 'x', 'y'])
  })
})
