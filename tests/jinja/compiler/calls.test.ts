import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('calls, filters and tests get their arguments', async (t) => {
  answers(t, [
    {
      source: "{{ range(3)|list }}{{ dict(a=1).a }}{{ 'a-b'.split('-') }}{{ ' x '.strip() }}",
      answer: "[0, 1, 2]1['a', 'b']x",
    },
    {
      source: "{{ [3,1,2]|sort(reverse=true)|join(', ') }} {{ 'x'|default('y', true) }} {{ ''|default('y', true) }}",
      answer: '3, 2, 1 x y',
    },
    { source: "{{ 10 is divisibleby(5) }} {{ 'a' is in(['a']) }}", answer: 'True True' },
    { source: "{{ 'a'|upper(1) }}", answer: { error: 'TypeError' } },
    { source: '{{ [1]|join(nope=1) }}', answer: { error: 'TypeError' } },
  ])
})
