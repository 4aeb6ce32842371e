import t from 'tap'
import { itemsView, notMapping, pairsOf } from '../../../lib/jinja/methods/dict.ts'
import { Dict } from '../../../lib/jinja/python/containers.ts'
import { Undefined } from '../../../lib/jinja/undefined.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{{ d.get("a") }}{{ d.get("x") }}{{ d.get("x", 5) }}', '1None5'],
  [
    '{{ d.items() }}{{ d.keys() }}{{ d.values() }}',
    "dict_items([('a', 1), ('b', 2)])dict_keys(['a', 'b'])dict_values([1, 2])",
  ],
  ['{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}', 'a1b2'],
  [
    '{{ d.update({"c": 3}) }}{{ d.update(a=9) }}{{ d.update([("e", 5)], f=6) }}{{ d }}',
    "NoneNoneNone{'a': 9, 'b': 2, 'c': 3, 'e': 5, 'f': 6}",
  ],
  ['{{ d.update({}, {}) }}', '!TypeError'],
  ['{{ d.update([1]) }}', '!TypeError'],
  ['{{ d.pop("a") }}{{ d.pop("a", 0) }}{{ d }}', "10{'b': 2}"],
  ['{{ d.pop("x") }}', '!KeyError'],
  ['{{ d.popitem() }}{{ d }}', "('b', 2){'a': 1}"],
  ['{{ {}.popitem() }}', '!KeyError'],
  ['{{ d.setdefault("a", 5) }}{{ d.setdefault("z") }}{{ d.z }}', '1NoneNone'],
  ['{% set e = d.copy() %}{{ e.update(a=0) }}{{ d.a }}{{ e.a }}', 'None10'],
  ['{{ d.clear() }}{{ d }}', 'None{}'],
  ['{{ d.get([1]) }}', '!TypeError'],
  ['{{ d.update(__proto__=1) }}{{ d["__proto__"] }}{{ d.polluted is undefined }}', 'None1True'],
  [
    '{{ m.get(1) }}{{ m.get("1") }}{{ m.pop(1) }}{{ m.items()|list }}{{ m.update({2: "x"}) }}{{ m[2] }}',
    "oneNoneone[('k', 'v')]Nonex",
  ],
  [
    '{% set n = {1: "a", "1": "b", 1.0: "c", (1, 2): "t"} %}{{ n[1] }}{{ n["1"] }}{{ n[(1, 2)] }}{{ n|length }}',
    'cbt3',
  ],
  ['{{ {[]: 1} }}', '!TypeError'],
  ['{{ {{}: 1} }}', '!TypeError'],
]

t.test("dicts, objects and Maps have the methods of Python's dict", (t) => {
  for (const [source, output] of CASES) {
    const map = new Map<unknown, unknown>([
      [1, 'one'],
      ['k', 'v'],
    ])
    t.equal(renderOf(source, { d: { a: 1, b: 2 }, m: map }), output, source)
  }
  t.end()
})

t.test('pairs are read from dicts and from lists of pairs', (t) => {
  t.same(pairsOf({ a: 1 }), [['a', 1]])
  t.same(pairsOf([['a', 1], 'bc']), [
    ['a', 1],
    ['b', 'c'],
  ])
  t.throws(() => pairsOf([[1, 2, 3]]), { name: 'ValueError', message: /#0 has length 3; 2 is required/ })
  t.throws(() => pairsOf(new Undefined({ name: 'x' })), { name: 'UndefinedError' })
  t.throws(() => notMapping([]), { message: "'list' object is not a mapping" })
  t.same(
    [...itemsView(Dict.make([[1, 2]]))].map((pair) => [...(pair as unknown[])]),
    [[1, 2]],
  )
  t.end()
})
