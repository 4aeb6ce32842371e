import t from 'tap'
import {
  DictLoader,
  Environment,
  type EnvironmentOptions,
  FunctionLoader,
  ModuleLoader,
  TemplateNotFound,
  TemplateSyntaxError,
  TemplatesNotFound,
} from '../../lib/jinja/index.ts'

function render(source: string, options: EnvironmentOptions = {}, context: Record<string, unknown> = {}): string {
  return new Environment(options).from_string(source).render(context)
}

t.test('delimiters can be chosen', (t) => {
  const latex = {
    block_start_string: '<%',
    block_end_string: '%>',
    variable_start_string: '${',
    variable_end_string: '}',
    comment_start_string: '<#',
    comment_end_string: '#>',
  }
  t.equal(render('<% if x %>${ x }{{ x }}<% endif %><# no #>{% x %}', latex, { x: 1 }), '1{{ x }}{% x %}')
  const lines = { line_statement_prefix: '%%', line_comment_prefix: '##' }
  t.equal(render('%% for x in [1, 2]:\n{{ x }} ## note\n%% endfor\n', lines), '1\n2\n')
  t.end()
})

t.test('settings that make no sense are refused', (t) => {
  t.throws(() => new Environment({ block_start_string: '{{' }), /have to differ: '\{\{', '\{#'/)
  t.throws(() => new Environment({ newline_sequence: 'x' as '\n' }), /newline_sequence has to be .* not "x"/)
  t.throws(() => new Environment({ extensions: ['nope'] }), /no extension 'nope'/)
  t.end()
})

t.test('line ends of the source become those that are wanted', (t) => {
  t.equal(render('a\nb\r\nc\rd\n', { newline_sequence: '\r\n' }), 'a\r\nb\r\nc\r\nd')
  t.equal(render('a\n', { keep_trailing_newline: true }), 'a\n')
  t.end()
})

t.test('every value is finalized before it is printed, text of the template is not', (t) => {
  const finalize = (value: unknown) => (value === null || value === undefined ? '-' : value)
  t.equal(render('a{{ none }}{{ x }}{{ 1 }}{{ nope.y if 0 }}', { finalize }, { x: 'y' }), 'a-y1-')
  t.equal(render('{{ x }}', { finalize, autoescape: true }, { x: '<' }), '&lt;')
  t.end()
})

t.test('escaping is chosen by the name, which a template made from a string has not', (t) => {
  const names: unknown[] = []
  const environment = new Environment({
    loader: new DictLoader({ 'a.html': '{{ "<" }}', 'a.txt': '{{ "<" }}' }),
    autoescape: (name) => {
      names.push(name)
      return name?.endsWith('.html') ?? true
    },
  })
  t.equal(environment.get_template('a.html').render(), '&lt;')
  t.equal(environment.get_template('a.txt').render(), '<')
  t.equal(environment.from_string('{{ "<" }}').render(), '&lt;')
  t.same(names, ['a.html', 'a.txt', undefined])
  t.end()
})

t.test('a loaded template is kept, and loaded again when its source has changed', (t) => {
  const files: Record<string, string> = { a: '1' }
  const environment = new Environment({ loader: new DictLoader(files) })
  const first = environment.get_template('a')
  t.equal(environment.get_template('a'), first)
  files['a'] = '2'
  t.equal(environment.get_template('a').render(), '2')
  environment.auto_reload = false
  files['a'] = '3'
  t.equal(environment.get_template('a').render(), '2')
  environment.clear_cache()
  t.equal(environment.get_template('a').render(), '3')
  environment.loader = new DictLoader({ a: '4' })
  t.equal(environment.get_template('a').render(), '4', 'another loader has other templates')
  t.end()
})

t.test('no more templates are kept than the cache has room for', (t) => {
  let loads = 0
  const loader = new FunctionLoader((name) => {
    loads++
    return name
  })
  const environment = new Environment({ loader, cache_size: 2 })
  for (const name of ['a', 'b', 'c', 'a']) environment.get_template(name)
  t.equal(loads, 4)
  const none = new Environment({ loader, cache_size: 0 })
  none.get_template('a')
  none.get_template('a')
  t.equal(loads, 6)
  t.end()
})

t.test('the first of several templates that exists is taken', (t) => {
  const environment = new Environment({ loader: new DictLoader({ b: 'B' }) })
  const template = environment.get_template('b')
  t.equal(environment.select_template(['a', 'b']), template)
  t.equal(environment.get_or_select_template(['a', template]), template)
  t.equal(environment.get_or_select_template('b'), template)
  t.equal(environment.get_or_select_template(template), template)
  t.equal(environment.get_template(template), template)
  t.throws(() => environment.get_template('a'), TemplateNotFound)
  t.throws(() => environment.select_template(['a', 'c']), TemplatesNotFound)
  t.throws(() => environment.select_template([]), {
    name: 'TemplatesNotFound',
    message: /list of templates .* is empty/,
  })
  t.throws(() => new Environment().get_template('a'), /no loader to find 'a'/)
  t.end()
})

t.test('globals of a template hide those of the environment', (t) => {
  const environment = new Environment({ globals: { a: 1, b: 2 }, loader: new DictLoader({ x: '{{ a }}{{ b }}' }) })
  t.equal(environment.from_string('{{ a }}{{ b }}', { b: 3 }).render(), '13')
  t.equal(environment.get_template('x', undefined, { b: 4 }).render(), '14')
  environment.globals['a'] = 9
  t.equal(environment.get_template('x').render(), '94')
  t.end()
})

t.test('filters, tests and globals can be given or added', (t) => {
  const environment = new Environment({
    filters: { twice: (x: string) => x + x },
    tests: { big: (n: number) => n > 9 },
  })
  environment.filters['wrap'] = (x: string, { by }: { by: string }) => by + x + by
  environment.globals['pi'] = 3.14
  const template = environment.from_string('{{ "a"|twice|wrap(by="-") }} {{ 10 is big }} {{ pi }}')
  t.equal(template.render(), '-aa- True 3.14')
  environment.filters['twice'] = (x: string) => `2*${x}`
  t.equal(template.render(), '-2*a- True 3.14', 'a filter that was replaced is used from then on')
  t.end()
})

t.test('names of templates can be made relative to the one that asks', (t) => {
  class Relative extends Environment {
    override join_path(template: string, parent: string): string {
      return template.startsWith('./') ? parent.replace(/[^/]*$/, template.slice(2)) : template
    }
  }
  const files = { 'a/x': "{% include './y' %}{% extends './base' %}", 'a/y': 'Y', 'a/base': '{{ self is defined }}' }
  t.equal(new Relative({ loader: new DictLoader(files) }).get_template('a/x').render(), 'YTrue')
  t.end()
})

t.test('look-ups and calls can be overridden', (t) => {
  class Loud extends Environment {
    override getattr(value: unknown, name: string): unknown {
      return name === 'shout' ? `${String(value)}!` : super.getattr(value, name)
    }
  }
  t.equal(new Loud().from_string('{{ "a".shout }}{{ "a".upper() }}').render(), 'a!A')
  t.end()
})

t.test('an overlay has other settings and the same filters', (t) => {
  const environment = new Environment({ autoescape: true, filters: { f: () => 'f' } })
  const overlay = environment.overlay({ block_start_string: '<%', block_end_string: '%>', trim_blocks: true })
  environment.filters['late'] = () => 'late'
  t.equal(overlay.from_string('<% if 1 %>\n{{ "<"|f }}{{ ""|late }}{{ "<" }}<% endif %>').render(), 'flate&lt;')
  t.equal(overlay.filters, environment.filters)
  t.end()
})

t.test('an expression can be compiled by itself', (t) => {
  const environment = new Environment()
  t.equal(environment.compile_expression('a * 2 + 1')({ a: 4 }), 9)
  t.equal(environment.compile_expression('x.y')({ x: {} }), null)
  t.equal(String(environment.compile_expression('nope', false)()), '')
  t.same(environment.compile_expression('[a, "b"|upper]')({ a: 1 }), [1, 'B'])
  t.throws(() => environment.compile_expression('a b'), TemplateSyntaxError)
  t.throws(() => environment.compile_expression('a }}{{ b'), TemplateSyntaxError)
  t.end()
})

t.test('a syntax error names the template, file and source', (t) => {
  const loader = new FunctionLoader(() => ({ source: 'one\n{% nope %}', filename: 'dir/a.html' }))
  try {
    new Environment({ loader }).get_template('a.html')
    t.fail('it was read')
  } catch (error) {
    t.match(error, {
      name: 'TemplateSyntaxError',
      lineno: 2,
      template: 'a.html',
      filename: 'dir/a.html',
      source: /^one/,
    })
    t.match(
      (error as Error).message,
      /'nope' is no tag that can stand here.*\n {2}File "dir\/a.html", line 2\n {4}{% nope %}/,
    )
  }
  t.end()
})

t.test('templates compiled ahead of time render as those made from their source', async (t) => {
  const files = {
    'base.html': '<{% block a %}base{% endblock %}>{{ x|upper }}',
    'page.html': "{% extends 'base.html' %}{% import 'lib' as l %}{% block a %}{{ l.m(x) }}{{ super() }}{% endblock %}",
    lib: '{% macro m(a) %}({{ a }}){% endmacro %}',
  }
  const settings = { autoescape: (name: string | undefined) => name !== 'lib' }
  const environment = new Environment({ ...settings, loader: new DictLoader(files) })
  const code = environment.compile_module()
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { templates: Map<string, never> }
  const compiled = new Environment({ ...settings, loader: new ModuleLoader(module.templates) })
  const context = { x: '<a>' }
  const expected = environment.get_template('page.html').render(context)
  t.equal(compiled.get_template('page.html').render(context), expected)
  t.equal([...compiled.get_template('page.html').generate(context)].join(''), expected)
  t.equal(await compiled.get_template('page.html').render_async(context), expected)
  t.throws(() => compiled.get_template('nope'), TemplateNotFound)
  const only = environment.compile_module(['lib'], ['render'])
  t.notMatch(only, 'render_async')
  t.end()
})
