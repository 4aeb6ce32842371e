import t from 'tap'
import { method, methodTable } from '../../../lib/jinja/methods/table.ts'
import { answers } from '../../support/templates.ts'

t.test('a method binds its arguments as Python does', async (t) => {
  answers(t, [
    { source: '{% set x = [2, 1] %}{% do x.sort(true) %}', answer: { error: 'TypeError' } },
    {
      source:
        '{{ "a b c".split(maxsplit=1, sep=" ") }} {{ "a b c".split(" ", maxsplit=1) }} {{ "a b".split(*[" "]) }} {{ "a b c".split(**{"maxsplit": 1}) }}',
      answer: "['a', 'b c'] ['a', 'b c'] ['a', 'b'] ['a', 'b c']",
    },
    { source: '{{ "a".split(" ", sep=" ") }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".split(nope=1) }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".split(1, 2, 3) }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".strip("a", "b") }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".strip(chars="a") }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".replace(old="a", new="b") }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".upper(x=1) }}', answer: { error: 'TypeError' } },
    { source: '{{ [1].append(object=1) }}', answer: { error: 'TypeError' } },
    { source: '{{ [1].pop(index=0) }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.get(key=1) }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.get("a", default=1) }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".splitlines(keepends=true) }} {{ "a\\tb".expandtabs(tabsize=1) }}', answer: "['a'] a b" },
    { source: '{{ "a".startswith() }}', answer: { error: 'TypeError' } },
    { source: '{{ "a".join() }}', answer: { error: 'TypeError' } },
    { source: '{% set x = [2, 1] %}{% do x.sort(reverse=true) %}{{ x }}', answer: '[2, 1]' },
    { source: '{% set f = "a-b".split %}{{ f("-") }}', answer: "['a', 'b']" },
    {
      source: '{{ ["a", "b"]|map("upper")|list }} {% set j = ",".join %}{{ j(["x", "y"]) }}',
      answer: "['A', 'B'] x,y",
    },
  ])
})

t.test('only the names of the table are methods', async (t) => {
  answers(t, [
    {
      source:
        '{{ "a".constructor is defined }} {{ [].__proto__ is defined }} {{ {}.toString is defined }} {{ {}.hasOwnProperty is defined }} {{ (1).valueOf is defined }} {{ [].__defineGetter__ is defined }}',
      answer: 'False False False False False False',
    },
    { source: '{{ {}.__proto__() }}', answer: { error: 'UndefinedError' } },
    { source: '{{ [].constructor() }}', answer: { error: 'UndefinedError' } },
    { source: '{{ "a".valueOf() }}', answer: { error: 'UndefinedError' } },
  ])
})

t.test('a table finds its own names alone', async (t) => {
  const table = methodTable({ twice: method('twice', '/ x', (self: string, x: string) => self + x) })
  t.equal(table['twice']?.call('a', 'b'), 'ab')
  t.match(table['twice']?.signature, { name: 'twice', params: ['x'], required: 1, positional: true, keywords: false })
  for (const name of ['constructor', '__proto__', 'toString']) t.equal(table[name], undefined, name)
})
