import t from 'tap'
import { Environment, Markup } from '../../lib/jinja/index.ts'
import { macroBehind } from '../../lib/jinja/macro.ts'
import { renderOf } from '../support/jinja-answers.ts'

const M = "{% macro m(a, b='z') %}{{ a }}{{ b }};{% endmacro %}"
const V = '{% macro v(a) %}{{ a }}{{ varargs }}{{ kwargs }};{% endmacro %}'
const C = '{% macro c(a=1) %}<{{ caller(a) if caller else "-" }}>{% endmacro %}'
const CASES: [source: string, output: string][] = [
  [`${M}{{ m(1) }}{{ m(1, 2) }}{{ m(b=1, a=2) }}{{ m() }}`, '1z;12;21;z;'],
  [`${M}{{ m(1, 2, 3) }}`, '!TypeError'],
  [`${M}{{ m(1, c=3) }}`, '!TypeError'],
  [`${M}{{ m(1, a=3) }}`, '!TypeError'],
  [`${M}{{ m(*[1], **{"b": 2}) }}`, '12;'],
  [`${V}{{ v(1, 2, 3, k=4) }}{{ v() }}`, "1(2, 3){'k': 4};(){};"],
  [`${V}{{ v(1, toString=2) }}`, "1(){'toString': 2};"],
  [`${C}{{ c() }}{% call(x) c(5) %}{{ x }}{% endcall %}`, '<-><5>'],
  [`${C}{% call c() %}x{% endcall %}`, '!TypeError'],
  [`${M}{% call m(1) %}x{% endcall %}`, '!TypeError'],
  [`${C}{{ c.caller }}{{ c.name }}{{ c.arguments }}{{ c.catch_kwargs }}{{ c.catch_varargs }}`, "Truec('a',)FalseFalse"],
  [`${M}{{ m }}`, "<Macro 'm'>"],
  ['{% macro m() %}{{ caller.name }}{{ caller }}{% endmacro %}{% call m() %}{% endcall %}', 'None<Macro anonymous>'],
  [
    '{% macro m(a, caller=none) %}{{ a }}{{ caller() if caller }}{% endmacro %}{{ m(1) }}{% call m(2) %}c{% endcall %}',
    '12c',
  ],
  ['{% macro m(caller) %}{{ caller }}{% endmacro %}', '!TemplateAssertionError'],
  ['{% macro m(a=b) %}{{ a }}{% endmacro %}{% set b = 5 %}{{ m() }}', '5'],
  ['{% macro m(a) %}{{ a }}{% endmacro %}{{ m() is string }}{{ m(none) }}', 'TrueNone'],
  ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', '!RecursionError'],
  ['{% macro toString(constructor) %}{{ constructor }}{% endmacro %}{{ toString(constructor=1) }}', '1'],
]

t.test("macros take arguments as Jinja's do", (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source), output, source)
  t.end()
})

t.test('a macro is a function for JavaScript', (t) => {
  const environment = new Environment({ autoescape: true })
  const { module } = environment.from_string("{% macro m(a, b='z') %}<{{ a }}{{ b }}>{% endmacro %}")
  const macro = module['m'] as (...args: unknown[]) => unknown
  t.equal(macro.name, 'm')
  t.type(macro(1), Markup)
  t.equal(String(macro('&')), '<&amp;z>')
  t.equal(String(macro(1, { b: 2 })), '<12>')
  t.equal(String(macro({ a: 3 })), '<3z>')
  t.throws(() => macro(1, 2, 3), TypeError)
  t.equal(macroBehind(macro)?.name, 'm')
  t.equal(
    macroBehind(() => 1),
    undefined,
  )
  t.equal(environment.from_string('{{ m(1) }}{{ m.arguments }}').render({ m: macro }), '<1z>(&#39;a&#39;, &#39;b&#39;)')
  const plain = new Environment().from_string('{% macro m() %}x{% endmacro %}').module['m'] as () => unknown
  t.equal(plain(), 'x', 'without escaping it gives a string')
  t.end()
})

t.test('a macro gives safe HTML only where its caller escapes', (t) => {
  const source =
    '{% macro m() %}<b>{% endmacro %}{{ m() is escaped }} {% autoescape false %}{{ m() is escaped }}{% endautoescape %}'
  t.equal(renderOf(source, {}, { autoescape: true }), 'True False')
  t.end()
})
