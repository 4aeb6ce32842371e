import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('macros take positional and named arguments, defaults, varargs and kwargs', async (t) => {
  answers(t, [
    {
      source:
        '{% macro m(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }}|{{ m(1, 3, 4, c=5) }}|{{ m(b=1, a=2) }}',
      answer: "12(){}|13(4,){'c': 5}|21(){}",
    },
    { source: '{% macro m(a) %}{{ a }}{% endmacro %}[{{ m() }}]', answer: '[]' },
    { source: '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}', answer: { error: 'TypeError' } },
    { source: '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=1) }}', answer: { error: 'TypeError' } },
    { source: '{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('a call block is the caller of its macro', async (t) => {
  answers(t, [
    { source: '{% macro m(x) %}[{{ caller(x) }}]{% endmacro %}{% call(y) m(5) %}{{ y }}{% endcall %}', answer: '[5]' },
    {
      source: '{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}{% call m() %}{% endcall %}',
      answer: 'FalseTrue',
    },
    { source: '{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}', answer: { error: 'TypeError' } },
  ])
})

t.test('macros see what is set around them, and may call themselves', async (t) => {
  answers(t, [
    {
      source: '{% set a = 1 %}{% macro m(n) %}{{ a }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(2) }}',
      answer: '111',
    },
    {
      source: '{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}',
      answer: 'i',
    },
  ])
})

t.test('loops know where they are', async (t) => {
  answers(t, [
    {
      source:
        "{% for x in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
      answer: '103TrueFalse3b 212FalseFalse3ac 321FalseTrue3b ',
    },
    {
      source: "{% for x in [1,1,2] %}{{ loop.changed(x) }}{{ loop.cycle('a', 'b') }} {% endfor %}",
      answer: 'Truea Falseb Truea ',
    },
    { source: '{% for x in [1] %}{% for y in [2] %}{{ loop.depth }}{% endfor %}{% endfor %}', answer: '1' },
    { source: '{% for x in [3,1,2] if x > 1 %}{{ loop.index }}{{ x }}{% else %}none{% endfor %}', answer: '1322' },
    { source: '{% for x in [] %}a{% else %}none{% endfor %}', answer: 'none' },
    {
      source: '{% for n in t recursive %}{{ n.v }}{% if n.k %}({{ loop(n.k) }}){% endif %}{% endfor %}',
      context: { t: [{ v: 1, k: [{ v: 2 }] }, { v: 3 }] },
      answer: '1(2)3',
    },
    { source: '{% for x in 5 %}{% endfor %}', answer: { error: 'TypeError' } },
  ])
})
