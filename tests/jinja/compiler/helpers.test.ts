import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('operators of generated code are those of Python', async (t) => {
  answers(t, [
    { source: "{{ 1 in [1] }}{{ 'a' in 'cat' }}{{ 'a' in {'a': 1} }}{{ 1 not in [] }}", answer: 'TrueTrueTrueTrue' },
    { source: '{{ 1 in 5 }}', answer: { error: 'TypeError' } },
    { source: '{{ 5 ~ none ~ true }}', answer: '5NoneTrue' },
    { source: "{{ -'a' }}", answer: { error: 'TypeError' } },
    { source: '{{ +[] }}', answer: { error: 'TypeError' } },
  ])
})
