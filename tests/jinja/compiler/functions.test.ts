import t from 'tap'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{% for x in xs %}{{ x }}{% else %}none{% endfor %}', '123'],
  ['{% for x in [] %}{{ x }}{% else %}none{% endfor %}', 'none'],
  ['{% for x in xs if x > 1 %}{{ x }}{% else %}none{% endfor %}', '23'],
  ['{% for x in xs if x > 9 %}{{ x }}{% else %}none{% endfor %}', 'none'],
  ['{% for x in xs if x > y %}{% set y = 9 %}{{ x }}{% endfor %}', '23'],
  ['{% for a, b in d.items() %}{{ a }}{{ b }}{% endfor %}', 'a1b2'],
  ['{% for a, (b, c) in [(1, "xy")] if a %}{{ c }}{% endfor %}', 'y'],
  ['{% for x in "a😀" %}[{{ x }}]{% endfor %}{% for x in nope %}{% else %}-{% endfor %}', '[a][😀]-'],
  ['{% for x in xs %}{% for y in xs %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}', '1231;1232;1233;'],
  ['{% for n in tree recursive %}{{ n.v }}{% if n.kids %}({{ loop(n.kids) }}){% endif %}{% endfor %}', '1(23(4))'],
  ['{% for n in tree if n.v != 2 recursive %}{{ n.v }}{{ loop(n.kids) if n.kids }}{% else %}-{% endfor %}', '134'],
  ['{% for x in 5 %}{% endfor %}', '!TypeError'],
  ['{% for loop in xs %}{% endfor %}', '!TemplateAssertionError'],
  ['{% for x in xs %}{% set loop = 1 %}{% endfor %}', '!TemplateAssertionError'],
  ['{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}', '11'],
  [
    '{% macro outer(x) %}{% macro inner() %}{{ x }}{% endmacro %}{{ inner() }}{% endmacro %}{{ outer(1) }}{{ outer(2) }}',
    '12',
  ],
  [
    '{% macro m() %}[{{ caller("a", k="b") }}]{% endmacro %}{% call(x, k="c") m() %}{{ x }}{{ k }}{{ y }}{% endcall %}',
    '[ab1]',
  ],
  [
    '{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}{% for x in xs %}{% call m() %}{{ x }}{% endcall %}{% endfor %}',
    '112233',
  ],
  ['{% call f() %}x{% endcall %}', '!TypeError'],
]

t.test('loops, macros and call blocks do what they do in Jinja', (t) => {
  const context = {
    xs: [1, 2, 3],
    y: 1,
    d: { a: 1, b: 2 },
    tree: [{ v: 1, kids: [{ v: 2 }, { v: 3, kids: [{ v: 4 }] }] }],
    f: () => 5,
  }
  for (const [source, output] of CASES) t.equal(renderOf(source, context), output, source)
  t.end()
})
