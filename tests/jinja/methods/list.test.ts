import t from 'tap'
import { sortArray } from '../../../lib/jinja/methods/list.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{{ xs.append(4) }}{{ xs }}', 'None[3, 1, 2, 4]'],
  ['{{ xs.extend([5, 6]) }}{{ xs.extend("ab") }}{{ xs }}', "NoneNone[3, 1, 2, 5, 6, 'a', 'b']"],
  [
    '{{ xs.insert(0, "a") }}{{ xs.insert(-1, "b") }}{{ xs.insert(99, "c") }}{{ xs }}',
    "NoneNoneNone['a', 3, 1, 'b', 2, 'c']",
  ],
  ['{{ xs.pop() }}{{ xs.pop(0) }}{{ xs.pop(-1) }}{{ xs }}', '231[]'],
  ['{{ [].pop() }}', '!IndexError'],
  ['{{ xs.pop(9) }}', '!IndexError'],
  ['{{ xs.remove(1) }}{{ xs }}', 'None[3, 2]'],
  ['{{ xs.remove(9) }}', '!ValueError'],
  ['{{ xs.index(2) }}{{ xs.index(3, 0, 1) }}{{ [1, 1.0].index(true) }}', '200'],
  ['{{ xs.index(3, 1) }}', '!ValueError'],
  ['{{ [1, true, 1.0, "1"].count(1) }}', '3'],
  ['{{ xs.sort() }}{{ xs }}{{ xs.sort(reverse=true) }}{{ xs }}', 'None[1, 2, 3]None[3, 2, 1]'],
  ['{{ xs.sort(key=f) }}{{ xs }}', 'None[3, 2, 1]'],
  ['{{ ["a", 1].sort() }}', '!TypeError'],
  ['{{ xs.reverse() }}{{ xs }}{{ xs.clear() }}{{ xs }}', 'None[2, 1, 3]None[]'],
  ['{% set ys = xs.copy() %}{{ xs.append(1) }}{{ ys }}', 'None[3, 1, 2]'],
  ['{{ (1, 2, 1).count(1) }}{{ (1, 2).index(2) }}{{ (1,).append is undefined }}', '21True'],
  ['{{ (1,).index(5) }}', '!ValueError'],
  ['{{ xs.append() }}', '!TypeError'],
  [
    '{{ s.union([3]) }} {{ s.intersection([1]) }} {{ s.difference([1]) }} {{ s.symmetric_difference([1, 9]) }}',
    '{1, 2, 3} {1} {2} {2, 9}',
  ],
  ['{{ s.issubset([1, 2, 3]) }}{{ s.issuperset([1]) }}{{ s.isdisjoint([9]) }}', 'TrueTrueTrue'],
  ['{{ s.add(3) }}{{ s.discard(1) }}{{ s }}{{ s.copy() }}', 'NoneNone{2, 3}{2, 3}'],
]

t.test("lists, tuples and sets have the methods of Python's", (t) => {
  for (const [source, output] of CASES) {
    const context = { xs: [3, 1, 2], s: new Set([1, 2]), f: (x: number) => -x }
    t.equal(renderOf(source, context), output, source)
  }
  t.end()
})

t.test('sorting is stable, backwards too', (t) => {
  const rows = ['b1', 'a1', 'b2', 'a2']
  const key = (row: unknown) => String(row)[0]
  t.same(sortArray([...rows], key, false), ['a1', 'a2', 'b1', 'b2'])
  t.same(sortArray([...rows], key, true), ['b1', 'b2', 'a1', 'a2'])
  t.end()
})
