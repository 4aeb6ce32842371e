import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('operators bind as in Python', async (t) => {
  answers(t, [
    {
      source:
        '{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 7 // 2 * 2 }} {{ 10 - 2 - 3 }} {{ 2 * 3 % 4 }}',
      answer: '7 9 64 4 6 5 2',
    },
    {
      source: '{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1 != 2 }} {{ not 1 == 2 }} {{ not (1 and 0) or 1 }}',
      answer: 'True False True True True',
    },
    { source: "{{ 1 ~ 2 + 3 ~ 'x' }} {{ 'a' ~ 'b' * 2 }}", answer: '123x abb' },
    { source: '{{ 1 in [1] and 2 not in [1] }} {{ not 1 in [1] }}', answer: 'True False' },
    { source: "{{ 'a' if 0 else 'b' if 0 else 'c' }} {{ 'x' if 0 }}|", answer: 'c |' },
    { source: '{{ -1|abs }} {{ (-1)|abs }} {{ 2 ** -1 }} {{ +3 }} {{ - - 3 }}', answer: '1 1 0.5 3 3' },
  ])
})

t.test('postfix forms chain', async (t) => {
  answers(t, [
    { source: "{{ x.a.b[0][1:2] }} {{ x['a']['b']|length }} {{ x.a['b'].0.1 }}", answer: { error: 'UndefinedError' } },
    {
      source:
        "{{ [1,2,3][::2] }} {{ 'abcdef'[-3:] }} {{ [1,2,3][:] }} {{ 'abc'[::-1] }} {{ [1,2,3][5:] }} {{ (1,2,3)[1] }}",
      answer: '[1, 3] def [1, 2, 3] cba [] 2',
    },
  ])
})

t.test('tests take arguments with and without parentheses', async (t) => {
  answers(t, [
    {
      source:
        '{{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{ 1 is not odd }} {{ x is defined and x is not none }} {{ 3 is in [3] }} {{ 1 is sameas 1 }}',
      answer: 'True False False False True True',
    },
  ])
})

t.test('tuples need no parentheses where one is clear', async (t) => {
  answers(t, [
    {
      source:
        '{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }} {% endfor %}{% set a, b = 1, 2 %}{{ a, b }}{% set c = 1, %}{{ c }}',
      answer: '12 34 (1, 2)(1,)',
    },
    { source: '{{ () }} {{ (1) }} {{ (1,) }}', answer: '() 1 (1,)' },
  ])
})

t.test('arguments may be positional, named and spread', async (t) => {
  answers(t, [
    {
      source: "{{ dict(a=1, b=2) }} {{ dict(**{'c': 3}) }} {{ range(*[1, 4])|list }}",
      answer: "{'a': 1, 'b': 2} {'c': 3} [1, 2, 3]",
    },
    { source: '{{ f(a=1, 2) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ f(*a, *b) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ f(**a, **b) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ f(**a, b) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('what is no expression is a syntax error', async (t) => {
  answers(t, [
    { source: '{{ 1 + }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ * 2 }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ a..b }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ [1, }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ {1} }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: "{{ {'a' 1} }}", answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ x is }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ x | }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ not }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ a if }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ x[1:2:3:4] }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ 1 == }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})
