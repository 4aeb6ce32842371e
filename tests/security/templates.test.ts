import t from 'tap'
import { abort, Flagon, flash, g, render_template, render_template_string, request, session } from '../../lib/index.ts'
import { exchangeRaw, RawConnection } from '../support/raw-http.ts'
import { servedApp } from '../support/served-app.ts'
import { get } from './hostile-client.ts'

/** Text that would be markup wherever it got out unescaped. */
const EVIL = `<script>alert(1)</script>"'&\\`
const QUERY = `x=${encodeURIComponent(EVIL)}`
const ESCAPED = '&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;\\'

/** Every way by which the value `x` gets out of a template. */
const SOURCES: readonly string[] = [
  '{{ x }}',
  '{{ x ~ "" }}',
  '{{ "%s"|format(x) }}',
  '{{ [x] }}',
  '{{ [[x]] }}',
  '{{ {"a": x} }}',
  '{{ [x, x]|join(", ") }}',
  '{{ [x]|first }}',
  '{{ x|upper }}',
  '{{ x|replace("z", "y") }}',
  '{{ x|default("y") }}',
  '{{ missing|default(x) }}',
  '{{ x|trim }}',
  '{{ x|string }}',
  '{{ x|e }}',
  '{{ x|forceescape }}',
  '{{ x|title }}',
  '{{ x|reverse }}',
  '{{ x|truncate(200) }}',
  '{{ x|wordwrap(9) }}',
  '{{ x|indent }}',
  '{{ x|center(99) }}',
  '{{ [x]|map("upper")|join }}',
  '{{ {"a": x}|items|list }}',
  '{{ {"title": x}|xmlattr }}',
  '{{ x|urlize }}',
  '{{ x|tojson }}',
  '{{ {"a": [x]}|tojson }}',
  '{% set y = x %}{{ y }}',
  '{% set y %}{{ x }}{% endset %}{{ y }}',
  '{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) }}',
  '{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}',
  '{% filter upper %}{{ x }}{% endfilter %}',
  '{% for v in [x] %}{{ v }}{% endfor %}',
  '{% for v in x %}{{ v }}{% endfor %}',
  '{% with v = x %}{{ v }}{% endwith %}',
  '{{ object }}',
  '{{ [object] }}',
  '{{ request.args.x }}',
  '{{ request.args }}',
  '{{ g.x }}',
  '{{ session.x }}',
  '{{ get_flashed_messages()|join }}',
  '{{ get_flashed_messages() }}',
  '{{ error }}',
  '{{ url_for("page", q=x) }}',
]

t.test('no value of a client gets out of a template as markup, by whatever way', async (t) => {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a key that is only for tests'
  app.get('/', { endpoint: 'page' }, () => {
    const x = request.args.require('x')
    g['x'] = x
    session['x'] = x
    flash(x)
    const object = { toString: () => x }
    const source = SOURCES[request.args.get('source', 0, Number)] ?? ''
    return render_template_string(source, { x, object, error: new Error(x) })
  })
  const port = await servedApp(t, app)
  for (const [index, source] of SOURCES.entries()) {
    const answer = await exchangeRaw(port, get(`/?source=${index}&${QUERY}`))
    t.equal(answer.status, 200, source)
    t.notMatch(`${answer.body}`, /<script>|<SCRIPT>|<Script>|["']alert/, source)
    t.notMatch(
      `${answer.body}`.replace(/title="[^"<>]*"|<a href="[^"<>]*"[^<>]*>|<\/a>/g, ''),
      /[<>]/,
      `${source}: not a bracket`,
    )
  }
  const plain = await exchangeRaw(port, get(`/?source=0&${QUERY}`))
  t.equal(`${plain.body}`, ESCAPED)
})

t.test('tojson is safe within a script, whatever the text holds', async (t) => {
  const app = new Flagon(import.meta.url)
  app.get('/', () =>
    render_template_string('<script>const x = {{ x|tojson }}</script>', { x: request.args.require('x') }),
  )
  const port = await servedApp(t, app)
  const text = '</script><!--&\'"\u2028\u2029\\'
  const body = `${(await exchangeRaw(port, get(`/?x=${encodeURIComponent(text)}`))).body}`
  const inner = body.slice('<script>const x = '.length, -'</script>'.length)
  t.notMatch(inner, /[<>&'\u2028\u2029]/)
  t.equal(JSON.parse(inner), text)
})

t.test('a template reaches no prototype and no constructor', async (t) => {
  const app = new Flagon(import.meta.url)
  app.get('/', () => {
    const values = { object: { own: 1 }, array: [1], text: 'x', number: 1, fn: () => 1, error: new Error('x') }
    return render_template_string(`{{ (${request.args.require('e')}) is undefined }}`, values)
  })
  const port = await servedApp(t, app)
  const bases = ['object', 'array', 'text', 'number', 'fn', 'error', 'request', 'session', 'g', 'config', 'url_for']
  for (const base of bases) {
    for (const name of ['constructor', '__proto__', '__defineGetter__', '__lookupGetter__', 'hasOwnProperty']) {
      for (const expression of [`${base}.${name}`, `${base}["${name}"]`, `${base}|attr("${name}")`]) {
        const answer = await exchangeRaw(port, get(`/?e=${encodeURIComponent(expression)}`))
        t.equal(`${answer.status} ${answer.body}`, '200 True', expression)
      }
    }
  }
  for (const name of ['constructor', '__proto__', 'toString', 'globalThis', 'process', 'require']) {
    t.equal(`${(await exchangeRaw(port, get(`/?e=${name}`))).body}`, 'True', `no variable ${name}`)
  }
})

t.test('what a client sends is never a template, nor the name of one outside of the folder', async (t) => {
  const root = t.testdir({ 'secret.html': 'secret', templates: { 'page.html': '{{ x }}' } })
  const app = new Flagon(import.meta.url, { root_path: root })
  app.get('/page', () => render_template('page.html', { x: request.args.get('x') }))
  app.get('/named', () => {
    try {
      return render_template(request.args.require('name'))
    } catch (error) {
      return (error as Error).name === 'TemplateNotFound' ? abort(404) : abort(500)
    }
  })
  const port = await servedApp(t, app)
  const answer = await exchangeRaw(port, get(`/page?x=${encodeURIComponent('{{ 7*7 }}{% raw %}{#')}`))
  t.equal(`${answer.body}`, '{{ 7*7 }}{% raw %}{#')
  const names = [
    '../secret.html',
    '..%2fsecret.html',
    '%2fetc%2fpasswd',
    `${encodeURIComponent(`${root}/secret.html`)}`,
    'page.html%00',
    '.',
    '',
    '..%5csecret.html',
    'x%2f..%2f..%2fsecret.html',
  ]
  for (const name of names) t.equal((await exchangeRaw(port, get(`/named?name=${name}`))).status, 404, name)
})

t.test('pages of errors and redirects repeat nothing as markup', async (t) => {
  const app = new Flagon(import.meta.url)
  app.get('/abort', () => abort(400, request.args.require('x')))
  app.get('/redirect', () => app.redirect(request.args.require('x')))
  app.get('/key', () => request.args.require(request.args.require('x')))
  app.get('/slash/', () => 'x')
  const port = await servedApp(t, app)
  for (const path of ['/abort', '/redirect', '/key', '/nothing/%3Cscript%3E', '/slash']) {
    const connection = await RawConnection.open(port)
    connection.write(get(`${path}?${QUERY}`))
    const answer = await connection.read()
    t.notMatch(`${answer.body}`, '<script>', path)
    t.notMatch(answer.headers.flat().join('\n'), '<script>', path)
    connection.close()
  }
})
