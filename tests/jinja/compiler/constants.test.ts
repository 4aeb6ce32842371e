import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('what has no names is computed as written', async (t) => {
  answers(t, [
    {
      source:
        "{{ 1 + 1 }} {{ 'a' ~ 1 }} {{ [1, 2]|length }} {{ 'a'|upper }} {{ 3 is odd }} {{ {'a': 1}.a }} {{ [1,2,3][1:] }} {{ 'x' if true else 'y' }}",
      answer: '2 a1 2 A True 1 [2, 3] x',
    },
    { source: "{{ 'abc'|nope }}", answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{{ 1 is nope }}', answer: { error: 'TemplateAssertionError', line: 1 } },
  ])
})
