import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('a template is made of data, output and statements in their order', async (t) => {
  answers(t, [{ source: 'a{{ 1 }}b{% if 1 %}c{% endif %}d{# e #}f', answer: 'a1bcdf' }])
})
