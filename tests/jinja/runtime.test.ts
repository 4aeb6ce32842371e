import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('an error of the page keeps its class', async (t) => {
  answers(t, [
    { source: '{{ 1 / 0 }}', answer: { error: 'ZeroDivisionError' } },
    { source: '{{ nope.x.y }}', answer: { error: 'UndefinedError' } },
    { source: '{{ [1]|first|length }}', answer: { error: 'TypeError' } },
    { source: "{{ 'a'|int }}{{ 'b'|int(7) }}", answer: '07' },
    { source: "{{ 'x'|list|last|upper }}", answer: 'X' },
    { source: '{% include nope %}', answer: { error: 'UndefinedError' } },
  ])
})
