import t from 'tap'
import type { Context } from '../../lib/jinja/index.ts'
import { DictLoader, Environment, pass_context } from '../../lib/jinja/index.ts'

function contextOf(source: string, given: Record<string, unknown>, files: Record<string, string> = {}): Context {
  let seen: Context | undefined
  const environment = new Environment({ loader: new DictLoader(files) })
  environment.globals['peek'] = pass_context((context: Context) => {
    seen = context
    return ''
  })
  environment.globals['g'] = 'global'
  environment.from_string(source).render(given)
  if (seen === undefined) throw new Error('peek was not called')
  return seen
}

t.test('names set at the top level come before given ones, and these before globals', (t) => {
  const context = contextOf('{% set x = "set" %}{{ peek() }}', { x: 'given', y: 'given', g: 'hidden' })
  t.equal(context.resolve('x'), 'set')
  t.equal(context.resolve('y'), 'given')
  t.equal(context.get('g'), 'hidden')
  t.equal(context.get('nope'), null)
  t.equal(context.get('nope', 5), 5)
  t.ok(context.has('x'))
  t.notOk(context.has('nope'))
  t.equal(String(context.resolve('nope')), '')
  t.end()
})

t.test('every name is given at once, and those that an importing template sees', (t) => {
  const context = contextOf('{% set a = 1 %}{% set _b = 2 %}{% macro m() %}{% endmacro %}{{ peek() }}', { c: 3 })
  const all = context.get_all()
  t.match(all, { a: 1, _b: 2, c: 3, g: 'global' })
  t.equal(Object.getPrototypeOf(all), null)
  t.same(Object.keys(context.get_exported()), ['a', 'm'])
  t.end()
})

t.test('names of Object.prototype and of a class are no names of a template', (t) => {
  const render = (given: Record<string, unknown>) =>
    new Environment().from_string('[{{ toString }}{{ constructor }}{{ __proto__ }}{{ inherited }}]').render(given)
  class Base {
    get inherited(): string {
      return 'x'
    }
  }
  t.equal(render({}), '[]')
  t.equal(render(new Base() as unknown as Record<string, unknown>), '[]')
  t.end()
})

t.test('an included template sees the names of the place it is included at', (t) => {
  const files = { part: '{{ a }}{{ b }}{{ c }}{{ g }}' }
  const environment = new Environment({ loader: new DictLoader(files), globals: { g: 'G' } })
  const template = environment.from_string('{% set a = 1 %}{% with b = 2 %}{% include "part" %}{% endwith %}')
  t.equal(template.render({ c: 3 }), '123G')
  t.end()
})

t.test('super and self are blocks that can be called, and undefined where there is none', (t) => {
  const files = {
    base: '{% block a %}base{% endblock %}',
    mid: "{% extends 'base' %}{% block a %}mid+{{ super() }}{% endblock %}",
  }
  const environment = new Environment({ loader: new DictLoader(files), autoescape: true })
  const render = (source: string) => environment.from_string(source).render()
  t.equal(
    render("{% extends 'mid' %}{% block a %}{{ super.super() }}|{{ super() }}|{{ super }}{% endblock %}").split('|')[0],
    'base',
  )
  t.equal(render("{% extends 'mid' %}{% block a %}{{ super.super.super is undefined }}{% endblock %}"), 'True')
  t.equal(render('{{ self.a is undefined }}{{ self }}'), 'True&lt;TemplateReference &#39;None&#39;&gt;')
  t.throws(() => render('{% block a %}{{ super() }}{% endblock %}'), {
    name: 'UndefinedError',
    message: /no parent template has a block 'a'/,
  })
  t.throws(() => render('{% block a %}{% endblock %}{{ self.a(1) }}'), TypeError)
  t.end()
})

t.test('templates that use each other without an end are stopped', (t) => {
  const files = { a: "{% include 'b' %}", b: "{% include 'a' %}", c: "{% extends 'd' %}", d: "{% extends 'c' %}" }
  const environment = new Environment({ loader: new DictLoader(files) })
  for (const name of ['a', 'c']) {
    t.throws(() => environment.get_template(name).render(), { name: 'RecursionError' }, name)
  }
  t.rejects(environment.get_template('a').render_async(), { name: 'RecursionError' })
  t.end()
})
