import t from 'tap'
import { DictLoader, Environment, type Markup } from '../../lib/jinja/index.ts'

const files = {
  base: '<{% block a %}base{% endblock %}>',
  page: "{% extends 'base' %}{% block a %}{{ x }}{{ super() }}{% endblock %}",
  lib: "text{% set v = 'V' %}{% set _p = 1 %}{% macro m(a) %}[{{ a }}{{ v }}{{ x }}]{% endmacro %}",
}
const environment = new Environment({ loader: new DictLoader(files), autoescape: true })

t.test('a template renders at once, in pieces, and with waiting', async (t) => {
  const template = environment.get_template('page')
  t.equal(template.render({ x: '&' }), '<&amp;base>')
  t.equal(template.render(new Map([['x', 'm']])), '<mbase>')
  t.equal([...template.generate({ x: 1 })].join(''), '<1base>')
  t.equal(await template.render_async({ x: Promise.resolve(2) }), '<2base>')
  let out = ''
  for await (const piece of template.generate_async({ x: 3 })) out += piece
  t.equal(out, '<3base>')
})

t.test('a render does not change what it was given', (t) => {
  const given = Object.freeze({ x: 1 })
  t.equal(environment.from_string('{% set x = x + 1 %}{% set y = 2 %}{{ x }}').render(given), '2')
  t.same(given, { x: 1 })
  t.end()
})

t.test('asynchronous functions, values and iterables work where templates wait', async (t) => {
  const later = async (value: unknown) => value
  const cases: [source: string, context: Record<string, unknown>, output: string][] = [
    ['{{ f(1) }}{{ f("a")|upper }}{{ (f({"k": 5})).k }}', { f: later }, '1A5'],
    ['{{ user.name }}{{ user.load() }}', { user: { name: later('n'), load: () => later('l') } }, 'nl'],
    ['{% if f(false) %}a{% else %}b{% endif %}{{ 1 if f(true) }}', { f: later }, 'b1'],
    ['{% for x in f([1, 2]) %}{{ x }}{% endfor %}', { f: later }, '12'],
    [
      '{% set x = f(5) %}{{ x + 1 }}{% macro m(a) %}{{ f(a) }}{% endmacro %}{{ m(2) }}{{ m(f(3)) }}',
      { f: later },
      '623',
    ],
    ['{% call m() %}{{ f(1) }}{% endcall %}', { f: later, m: (_: unknown) => later('x') }, 'x'],
    ['{% filter upper %}{{ f("a") }}{% endfilter %}{% set b %}{{ f("<") }}{% endset %}{{ b }}', { f: later }, 'A&lt;'],
    ["{% include 'base' %}{% import 'lib' as l with context %}{{ l.m(1) }}", { x: later('X') }, '<base>[1VX]'],
    ['{{ [1, 2]|map("slow")|join("-") }}{{ 3 is slow }}{{ 2|slow }}', {}, '2-4True4'],
  ]
  const slow = new Environment({
    loader: new DictLoader(files),
    autoescape: true,
    filters: { slow: async (n: number) => n * 2 },
    tests: { slow: async (n: number) => n > 2 },
  })
  for (const [source, context, output] of cases)
    t.equal(await slow.from_string(source).render_async(context), output, source)
  t.throws(() => slow.from_string('{{ f() }}').render({ f: later }), /use render_async/)
})

t.test('what a template exports is its module', async (t) => {
  const { module } = environment.get_template('lib')
  t.equal(environment.get_template('lib').module['v'], module['v'])
  t.same(Object.keys(module), ['v', 'm'])
  t.equal(module['v'], 'V')
  t.equal(String((module['m'] as (a: unknown) => Markup)('<')), '[&lt;V]')
  t.equal(String(module), 'text')
  t.equal(module.__html__(), 'text')
  const anew = environment.get_template('lib').make_module({ x: 'X' })
  t.equal(String((anew['m'] as (a: unknown) => Markup)(1)), '[1VX]')
  const later = await environment.get_template('lib').make_module_async({ x: Promise.resolve('X') })
  t.equal(String(await (later['m'] as (a: unknown) => Promise<Markup>)(1)), '[1VX]')
})

t.test('a template knows its name, file and globals', (t) => {
  const template = environment.get_template('base')
  t.equal(template.name, 'base')
  t.equal(template.filename, undefined)
  t.equal(template.environment, environment)
  t.equal(template.autoescape, true)
  t.ok(template.is_up_to_date)
  t.equal(template.__repr__(), "<Template 'base'>")
  t.equal(environment.from_string('').__repr__(), '<Template memory>')
  t.end()
})

t.test('templates can be handed to templates', (t) => {
  const template = environment.from_string('{% extends layout %}{% block a %}x{% endblock %}')
  t.equal(template.render({ layout: environment.get_template('base') }), '<x>')
  const include = environment.from_string('{% include part %}{% include [none_such, part] %}')
  t.equal(include.render({ part: environment.from_string('P{{ x }}'), x: 1, none_such: 'no' }), 'P1P1')
  t.end()
})

t.test('imports see the globals, and the context only when they are told to', (t) => {
  const render = (source: string) => environment.from_string(source, { x: 'global' }).render({ x: 'given' })
  t.equal(
    render("{% import 'lib' as l %}{{ l.m(1) }}{{ l }}{{ l.nope is undefined }}{{ l._p is undefined }}"),
    '[1V]textTrueTrue',
  )
  t.equal(render("{% from 'lib' import m, v as w with context %}{{ m(1) }}{{ w }}"), '[1Vgiven]V')
  t.throws(() => render("{% from 'lib' import nope %}{{ nope() }}"), {
    name: 'UndefinedError',
    message: /has no name 'nope' to import/,
  })
  t.end()
})

t.test('a template without its own source says what it cannot do', (t) => {
  const code = environment.get_template('base').code('render')
  t.match(code, /root: function \(ctx\)/)
  t.end()
})
