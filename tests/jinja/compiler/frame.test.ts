import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('escaping is that of the place', async (t) => {
  answers(t, [
    { source: "{% macro m(x) %}{{ x }}{% endmacro %}{{ m('<') }}", env: { autoescape: true }, answer: '&lt;' },
    {
      source: "{% autoescape false %}{% macro m(x) %}{{ x }}{% endmacro %}{{ m('<') }}{% endautoescape %}",
      env: { autoescape: true },
      answer: '<',
    },
    {
      source: "{% set on = true %}{% autoescape on %}{{ '<' ~ x }}{% endautoescape %}",
      context: { x: '>' },
      answer: '&lt;&gt;',
    },
  ])
})
