import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('what is set in a loop, a macro or a block stays there', async (t) => {
  answers(t, [
    { source: '{% set a = 1 %}{% for x in [1] %}{% set a = 2 %}{{ a }}{% endfor %}{{ a }}', answer: '21' },
    { source: '{% if true %}{% set a = 1 %}{% endif %}{{ a }}', answer: '1' },
    { source: '{% set a = 1 %}{% macro m() %}{% set a = 2 %}{{ a }}{% endmacro %}{{ m() }}{{ a }}', answer: '21' },
    { source: '{% set a = 1 %}{% block b %}{{ a }}{% set a = 2 %}{{ a }}{% endblock %}{{ a }}', answer: '121' },
    { source: '{% with a = 1 %}{% set b = a %}{% endwith %}[{{ a }}{{ b }}]', answer: '[]' },
    { source: '{% for x in [1,2] %}{{ y }}{% set y = x %}{% endfor %}', answer: '' },
    { source: '{% for x in [1] %}{% endfor %}[{{ x }}]', answer: '[]' },
    { source: '{% for x in xs %}{{ x }}{% endfor %}{{ x }}', context: { xs: [1], x: 9 }, answer: '19' },
  ])
})

t.test('a name that is set on one way only is undefined on the other', async (t) => {
  answers(t, [
    { source: '{% if c %}{% set a = 1 %}{% endif %}[{{ a }}]', context: { c: 0 }, answer: '[]' },
    { source: '{% if c %}{% set a = 1 %}{% endif %}[{{ a }}]', context: { c: 0, a: 7 }, answer: '[7]' },
    { source: '{{ a }}{% set a = 1 %}{{ a }}', context: { a: 7 }, answer: '71' },
  ])
})

t.test('an include sees the names around it, an import does not', async (t) => {
  answers(t, [
    {
      source: { main: "{% set a = 1 %}{% for x in [5] %}{% include 'i' %}{% endfor %}", i: '{{ a }}{{ x }}' },
      answer: '15',
    },
    {
      source: { main: "{% set a = 1 %}{% import 'i' as i %}{{ i.b }}", i: "{% set b = a|default('none') %}" },
      answer: 'none',
    },
    {
      source: {
        main: "{% set a = 1 %}{% import 'i' as i with context %}{{ i.b }}",
        i: "{% set b = a|default('none') %}",
      },
      answer: '1',
    },
  ])
})
