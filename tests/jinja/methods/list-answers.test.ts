import t from 'tap'
import { Environment } from '../../../lib/jinja/index.ts'
import { answers } from '../../support/templates.ts'

t.test('append, extend and insert put items in', async (t) => {
  answers(t, [
    { source: '{% set x = [1] %}{{ x.append(2) }}{{ x }}', answer: 'None[1, 2]' },
    {
      source: '{% set x = [1] %}{% do x.extend([2, 3]) %}{% do x.extend("ab") %}{% do x.extend({"k": 1}) %}{{ x }}',
      answer: "[1, 2, 3, 'a', 'b', 'k']",
    },
    {
      source:
        '{% set x = [1, 2] %}{% do x.insert(0, "a") %}{% do x.insert(-1, "b") %}{% do x.insert(99, "c") %}{% do x.insert(-99, "d") %}{{ x }}',
      answer: "['d', 'a', 1, 'b', 2, 'c']",
    },
    { source: '{% set x = [] %}{% do x.append() %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.append(1, 2) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.extend(5) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.extend(none) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.insert("a", 1) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.insert(1) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [1] %}{% do x.append(x) %}{{ x }}', answer: '[1, [...]]' },
    { source: '{% set x = [1] %}{% do x.extend(x) %}{{ x }}', answer: '[1, 1]' },
  ])
})

t.test('pop, remove and clear take items out', async (t) => {
  answers(t, [
    { source: '{% set x = [1, 2, 3, 4] %}{{ x.pop() }}{{ x.pop(0) }}{{ x.pop(-1) }}{{ x }}', answer: '413[2]' },
    { source: '{{ [].pop() }}', answer: { error: 'IndexError' } },
    { source: '{{ [1].pop(5) }}', answer: { error: 'IndexError' } },
    { source: '{{ [1].pop(-2) }}', answer: { error: 'IndexError' } },
    { source: '{{ [1].pop("a") }}', answer: { error: 'TypeError' } },
    { source: '{% set x = [1, 2, 1] %}{{ x.remove(1) }}{{ x }}', answer: 'None[2, 1]' },
    { source: '{% set x = [true, 2] %}{% do x.remove(1.0) %}{{ x }}', answer: '[2]' },
    { source: '{{ [1].remove(2) }}', answer: { error: 'ValueError' } },
    { source: '{% set x = [1] %}{{ x.clear() }}{{ x }}', answer: 'None[]' },
    { source: '{{ [1].clear(1) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('index and count find equal items', async (t) => {
  answers(t, [
    {
      source:
        '{{ [1, 2, 1].index(2) }} {{ [1, 2, 1].index(1, 1) }} {{ [1, 2, 1].index(1, -1) }} {{ ["a"].index("a", -5) }}',
      answer: '1 2 2 0',
    },
    { source: '{{ [1].index(2) }}', answer: { error: 'ValueError' } },
    { source: '{{ [1, 2].index(2, 0, 1) }}', answer: { error: 'ValueError' } },
    {
      source:
        '{{ [1, 2, 1, 1.0, true].count(1) }} {{ [].count(1) }} {{ [[1], [1]].count([1]) }} {{ [none].count(none) }}',
      answer: '4 0 2 1',
    },
    { source: '{{ (1, 2, 1).index(2) }} {{ (1, 2, 1).count(1) }}', answer: '1 2' },
    { source: '{{ (1,).append(2) }}', answer: { error: 'UndefinedError' } },
    { source: '{{ (1,).index(3) }}', answer: { error: 'ValueError' } },
    { source: '{{ [1].count() }}', answer: { error: 'TypeError' } },
    { source: '{{ (1, 2) + (3,) }} {{ (1,) * 2 }}', answer: '(1, 2, 3) (1, 1)' },
    { source: '{{ [nope].count(none) }}', answer: '0' },
  ])
})

t.test('sort, reverse and copy', async (t) => {
  answers(t, [
    { source: '{% set x = [2, 1] %}{% do x.sort(none) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [2, 1] %}{% do x.sort(nope=1) %}', answer: { error: 'TypeError' } },
    {
      source:
        '{% set x = ["ab", "ba"] %}{% macro k(v) %}{{ v[-1] }}{% endmacro %}{% do x.sort(key=k) %}{{ x }}{% do x.sort(key=k, reverse=true) %}{{ x }}',
      answer: "['ba', 'ab']['ab', 'ba']",
    },
    { source: '{% set x = [2, 1] %}{% do x.sort(key=5) %}', answer: { error: 'TypeError' } },
    { source: '{% set x = ["b", "A"] %}{% do x.sort(key=nope) %}', answer: { error: 'UndefinedError' } },
    {
      source: '{% set x = [3, 1, 2] %}{{ x.sort() }}{{ x }}{{ x.sort(reverse=true) }}{{ x }}',
      answer: 'None[1, 2, 3]None[3, 2, 1]',
    },
    { source: '{% set x = ["b", "A", "a"] %}{% do x.sort() %}{{ x }}', answer: "['A', 'a', 'b']" },
    { source: '{% set x = [1, "a"] %}{% do x.sort() %}', answer: { error: 'TypeError' } },
    { source: '{% set x = [3, 1] %}{{ x.reverse() }}{{ x }}', answer: 'None[1, 3]' },
    {
      source: '{% set x = [[1]] %}{% set y = x.copy() %}{% do y.append(2) %}{% do y[0].append(9) %}{{ x }}{{ y }}',
      answer: '[[1, 9]][[1, 9], 2]',
    },
    { source: '{% set x = [1, 2] %}{% do x.sort(key=none, reverse=1) %}{{ x }}', answer: '[2, 1]' },
  ])
})

t.test('lists of code work as those of templates, and have only the methods of Python', async (t) => {
  answers(t, [
    { source: '{{ x.append(2) }}{{ x }}{{ x.pop(0) }}{{ x.index(2) }}', context: { x: [1] }, answer: 'None[1, 2]10' },
    {
      source:
        '{{ x.length is defined }} {{ x.push is defined }} {{ x.map is defined }} {{ x.constructor is defined }} {{ x.slice is defined }} {{ x.concat is defined }}',
      context: { x: [1] },
      answer: 'False False False False False False',
    },
    { source: '{{ [1].nope() }}', answer: { error: 'UndefinedError' } },
    { source: '{{ [1].push(2) }}', answer: { error: 'UndefinedError' } },
  ])
})

t.test('sets of code have the methods of Python', async (t) => {
  const env = new Environment()
  const render = (source: string) => env.from_string(source).render({ a: new Set([1, 2]), b: new Set([2, 3]) })
  const cases: [source: string, output: string][] = [
    ['{{ a.union(b)|sort }} {{ a.union([9], "x")|length }} {{ a.union()|sort }}', '[1, 2, 3] 4 [1, 2]'],
    ['{{ a.intersection(b)|list }} {{ a.intersection([2, 1], b)|list }}', '[2] [2]'],
    ['{{ a.difference(b)|list }} {{ a.difference([1], [2])|list }}', '[1] []'],
    ['{{ a.symmetric_difference(b)|sort }}', '[1, 3]'],
    [
      '{{ a.issubset(b) }} {{ a.issubset([1, 2, 3]) }} {{ a.issuperset([1]) }} {{ a.isdisjoint([5]) }} {{ a.isdisjoint(b) }}',
      'False True True True False',
    ],
    ['{{ a.add(7) }}{{ a|sort }}{{ a.discard(7) }}{{ a.discard(99) }}{{ a|sort }}', 'None[1, 2, 7]NoneNone[1, 2]'],
    ['{% set c = a.copy() %}{{ c.add(5) }}{{ a|length }}{{ c|length }}', 'None23'],
    ['{{ a.has is defined }} {{ a.forEach is defined }} {{ a.constructor is defined }}', 'False False False'],
  ]
  for (const [source, output] of cases) t.equal(render(source), output, source)
})
