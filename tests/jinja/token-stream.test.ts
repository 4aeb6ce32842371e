import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('a tag that ends too early or too late is told with its line', async (t) => {
  answers(t, [
    { source: '{% for %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% for x in %}{% endfor %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% set %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% set x = %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '\n{% if x y %}{% endif %}', answer: { error: 'TemplateSyntaxError', line: 2 } },
    { source: '{{ x y }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% include %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: "{% from 'a' %}", answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% block %}{% endblock %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ x. }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ x[ }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ f(,) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% macro m(a b) %}{% endmacro %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('commas at the end are skipped', async (t) => {
  answers(t, [
    {
      source: "{{ [1, 2,] }} {{ (1,) }} {{ {'a': 1,} }} {{ range(3,)|list }}",
      answer: "[1, 2] (1,) {'a': 1} [0, 1, 2]",
    },
  ])
})
