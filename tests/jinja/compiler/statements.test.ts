import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test("conditions follow Python's truth", async (t) => {
  answers(t, [
    {
      source: "{% for x in [0, 1, '', '0', [], [0], {}, none, 0.0] %}{% if x %}T{% else %}F{% endif %}{% endfor %}",
      answer: 'FTFTFTFFF',
    },
    { source: '{% if nope %}T{% elif 1 %}E{% else %}F{% endif %}', answer: 'E' },
  ])
})

t.test('with, filter, set and autoescape work on a block', async (t) => {
  answers(t, [
    { source: '{% with a = 1, b = a|default(5) %}{{ a }}{{ b }}{% endwith %}', answer: '15' },
    { source: "{% filter upper|replace('A', 'b') %}a{{ 'c' }}{% endfilter %}", answer: 'bC' },
    { source: '{% autoescape true %}{{ x }}{% endautoescape %}{{ x }}', context: { x: '<' }, answer: '&lt;<' },
    {
      source: '{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}',
      context: { x: '<' },
      env: { autoescape: true },
      answer: '<&lt;',
    },
  ])
})

t.test('output is text', async (t) => {
  answers(t, [
    {
      source: "{{ none }}{{ true }}{{ 1.0 }}{{ [1, 'a'] }}{{ {'a': none} }}{{ (1,) }}",
      answer: "NoneTrue1.0[1, 'a']{'a': None}(1,)",
    },
    { source: '{{ x }}{{ x.y }}', context: { x: { y: 1 } }, answer: "{'y': 1}1" },
  ])
})
