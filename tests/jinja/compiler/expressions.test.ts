import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('constants, names, attributes and items', async (t) => {
  answers(t, [
    {
      source: "{{ a }}{{ a.b }}{{ a['b'] }}{{ l[0] }}{{ l[-1] }}{{ l[9] }}{{ nope }}{{ a.nope }}",
      context: { a: { b: 2 }, l: [1, 2] },
      answer: "{'b': 2}2212",
    },
    { source: '{{ nope.x }}', answer: { error: 'UndefinedError' } },
    { source: '{{ nope[0] }}', answer: { error: 'UndefinedError' } },
    { source: '{{ nope() }}', answer: { error: 'UndefinedError' } },
    { source: '{{ 1() }}', answer: { error: 'TypeError' } },
  ])
})

t.test('logic gives operands, comparison gives truth', async (t) => {
  answers(t, [
    { source: "{{ 0 or 'x' }}{{ 1 and 'y' }}{{ '' and 1 }}{{ not 0 }}", answer: 'xyTrue' },
    {
      source: "{{ 1 == 1.0 }}{{ '1' == 1 }}{{ [1] == [1] }}{{ {'a': 1} == {'a': 1} }}{{ none == false }}",
      answer: 'TrueFalseTrueTrueFalse',
    },
    { source: "{{ 1 < 'a' }}", answer: { error: 'TypeError' } },
    { source: "{{ 'a' < 'b' }}{{ [1] < [2] }}", answer: 'TrueTrue' },
  ])
})

t.test("arithmetic is Python's", async (t) => {
  answers(t, [
    {
      source: '{{ 7 // 2 }}{{ -7 // 2 }}{{ 7 % 3 }}{{ -7 % 3 }}{{ 6 / 2 }}{{ 2 ** 10 }}{{ 1 / 3 }}',
      answer: '3-4123.010240.3333333333333333',
    },
    { source: '{{ 1 / 0 }}', answer: { error: 'ZeroDivisionError' } },
    { source: '{{ 1 // 0 }}', answer: { error: 'ZeroDivisionError' } },
    { source: "{{ 1 + 'a' }}", answer: { error: 'TypeError' } },
    { source: "{{ 'a' * 3 }}{{ [1] * 2 }}{{ 'a' + 'b' }}", answer: 'aaa[1, 1]ab' },
  ])
})
