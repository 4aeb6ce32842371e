import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('targets are names, tuples of them, and keys of a namespace', async (t) => {
  answers(t, [
    { source: '{% set a = 1 %}{% set b, c = 2, 3 %}{{ a }}{{ b }}{{ c }}', answer: '123' },
    { source: '{% set (a, (b, c)) = (1, (2, 3)) %}{{ a }}{{ b }}{{ c }}', answer: '123' },
    { source: '{% set ns = namespace(x=1) %}{% set ns.x = 2 %}{{ ns.x }}', answer: '2' },
    { source: '{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}', answer: '123' },
    { source: '{% set a = 1 %}{% set a.b = 2 %}', answer: { error: 'TemplateRuntimeError' } },
  ])
})

t.test('unpacking counts', async (t) => {
  answers(t, [
    { source: '{% set a, b = [1] %}', answer: { error: 'ValueError' } },
    { source: '{% set a, b = [1, 2, 3] %}', answer: { error: 'ValueError' } },
    { source: '{% for a, b in [[1]] %}{% endfor %}', answer: { error: 'ValueError' } },
    { source: '{% set a, b = 5 %}', answer: { error: 'TypeError' } },
    { source: "{% set a, b = 'xy' %}{{ a }}{{ b }}", answer: 'xy' },
  ])
})

t.test('a block of text may be set, with filters', async (t) => {
  answers(t, [
    { source: "{% set a | upper | replace('X', 'y') %}x{{ 1 }}z{% endset %}{{ a }}", answer: 'y1Z' },
    {
      source: '{% set a %}<b>{{ x }}</b>{% endset %}{{ a }}',
      context: { x: '<' },
      env: { autoescape: true },
      answer: '<b>&lt;</b>',
    },
  ])
})
