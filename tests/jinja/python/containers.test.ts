import { runInNewContext } from 'node:vm'
import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import {
  checkedLength,
  Dict,
  entriesOf,
  Float,
  float,
  hasKey,
  isMapping,
  isPlain,
  keyOf,
  keysOf,
  pair,
  Range,
  readKey,
  removeKey,
  sizeOf,
  Tuple,
  View,
  writeKey,
} from '../../../lib/jinja/python/containers.ts'
import { repr } from '../../../lib/jinja/python/text.ts'

t.test('a whole float stays a float in its box; JavaScript reads it as a number', (t) => {
  const boxed = float(2)
  t.ok(boxed instanceof Float)
  t.equal(Number(boxed), 2)
  t.equal(JSON.stringify({ boxed }), '{"boxed":2}')
  t.equal(String(boxed), '2.0')
  t.equal(String(new Float(1e16)), '10000000000000000')
  for (const number of [2.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY]) t.same(float(number), number)
  t.end()
})

t.test('a tuple is an array of its items, also of a single number', (t) => {
  const tuple = Tuple.make([3])
  t.ok(Array.isArray(tuple))
  t.equal(tuple.length, 1)
  t.equal(tuple[0], 3)
  t.notOk(tuple.map((item) => item) instanceof Tuple, 'what is made from it is a list')
  t.equal(repr(pair('a', 1)), "('a', 1)")
  t.notOk(new View().slice() instanceof View)
  t.end()
})

const RANGES: [start: number, stop: number, step: number, numbers: number[]][] = [
  [0, 3, 1, [0, 1, 2]],
  [0, 0, 1, []],
  [3, 0, 1, []],
  [3, 0, -1, [3, 2, 1]],
  [0, 10, 3, [0, 3, 6, 9]],
  [0, 9, 3, [0, 3, 6]],
  [10, 0, -4, [10, 6, 2]],
  [-3, 3, 2, [-3, -1, 1]],
  [5, 6, 100, [5]],
  [5, 4, 100, []],
]

t.test('a range has the numbers that Python gives it', (t) => {
  for (const [start, stop, step, numbers] of RANGES) {
    const range = new Range(start, stop, step)
    const title = `${start} ${stop} ${step}`
    t.same([...range], numbers, title)
    t.same(range.toArray(), numbers, title)
    t.same([...range.reversed()], [...numbers].reverse(), `${title} backwards`)
    t.equal(range.length, numbers.length, title)
    for (let index = 0; index < numbers.length; index++) t.equal(range.at(index), numbers[index])
    t.equal(range.at(numbers.length), undefined)
    t.equal(range.at(-1), undefined)
    for (let number = -5; number < 12; number++) t.equal(range.includes(number), numbers.includes(number), title)
    for (const [start2, stop2, step2, others] of RANGES) {
      const isEqual = JSON.stringify(numbers) === JSON.stringify(others)
      t.equal(range.equals(new Range(start2, stop2, step2)), isEqual, `${title} and ${start2} ${stop2} ${step2}`)
    }
  }
  t.throws(() => new Range(0, 1, 0), { name: 'ValueError', message: /zero/ })
  t.end()
})

// security.md 1.8, "SSTI": one number in a template cannot take all memory.
t.test('a list of more than 16,777,216 items is refused before it is made', (t) => {
  t.equal(checkedLength(2 ** 24), 2 ** 24)
  for (const length of [2 ** 24 + 1, 10 ** 15, Number.POSITIVE_INFINITY]) {
    t.throws(() => checkedLength(length), { name: 'OverflowError', message: /too long/ })
    t.throws(() => new Range(0, length, 1).toArray(), { name: 'OverflowError' })
  }
  t.equal(new Range(0, 10 ** 15, 3).reversed().at(0), 10 ** 15 - 1)
  t.end()
})

t.test('keys of a dict count as in Python: 1, 1.0 and true are one, 1 and "1" are two', (t) => {
  const dict = new Dict()
  dict.set(1, 'number')
  dict.set('1', 'text')
  t.equal(dict.get(new Float(1)), 'number')
  t.equal(dict.get(true), 'number')
  t.equal(dict.get('1'), 'text')
  dict.set(true, 'again')
  t.equal(dict.size, 2)
  t.equal(repr(dict), "{1: 'again', '1': 'text'}", 'and the first spelling stays')
  dict.set(false, 'no')
  t.equal(dict.get(0), 'no')
  t.ok(dict.has(new Float(0)))
  t.ok(dict.delete(0))
  t.notOk(dict.has(false))
  t.equal(Dict.make([[new Markup('a'), 1]]).get('a'), 1, 'Markup is its text')
  t.end()
})

t.test('equal tuples are one key, also nested ones and after the first is gone', (t) => {
  const dict = new Dict()
  dict.set(Tuple.make([1, Tuple.make(['a'])]), 'x')
  t.equal(dict.get(Tuple.make([new Float(1), Tuple.make([new Markup('a')])])), 'x')
  t.equal(dict.get(Tuple.make([true, Tuple.make(['a'])])), 'x')
  t.notOk(dict.has(Tuple.make([1, 'a'])))
  t.notOk(dict.has(Tuple.make(['1', Tuple.make(['a'])])))
  const object = {}
  class Thing {}
  const thing = new Thing()
  t.equal(keyOf(Tuple.make([thing])), keyOf(Tuple.make([thing])))
  t.not(keyOf(Tuple.make([thing])), keyOf(Tuple.make([new Thing()])))
  t.throws(() => keyOf(Tuple.make([object])), { message: /unhashable.*dict/ })
  t.equal(keyOf(Tuple.make([null])), keyOf(Tuple.make([null])))
  t.not(keyOf(Tuple.make([null])), keyOf(Tuple.make(['None'])))
  t.end()
})

t.test('lists, sets and dicts are no keys', (t) => {
  for (const [key, type] of [
    [[], 'list'],
    [new Set(), 'set'],
    [{}, 'dict'],
    [new Map(), 'dict'],
  ] as const) {
    t.throws(() => new Dict().set(key, 1), { name: 'TypeError', message: new RegExp(`unhashable.*'${type}'`) })
  }
  t.end()
})

t.test('objects without a class are dicts, also those of another realm', (t) => {
  const foreign: unknown = runInNewContext('({ a: 1 })')
  for (const dict of [{}, Object.create(null), foreign, JSON.parse('{"__proto__": 1}')]) t.ok(isPlain(dict))
  for (const other of [
    [],
    new Date(0),
    new Map(),
    new (class Thing {})(),
    Object.create({}),
    null,
    undefined,
    'a',
    1,
  ]) {
    t.notOk(isPlain(other), String(other))
  }
  t.ok(isMapping(new Map()))
  t.equal(readKey(foreign as Record<string, unknown>, 'a'), 1)
  t.end()
})

for (const [kind, make] of [
  ['an object', () => ({ b: 1, a: 2 })],
  [
    'a Map',
    () =>
      new Map<unknown, unknown>([
        ['b', 1],
        ['a', 2],
      ]),
  ],
  [
    'a dict of a template',
    () =>
      Dict.make([
        ['b', 1],
        ['a', 2],
      ]),
  ],
] as const) {
  t.test(`${kind} is read and written as a dict`, (t) => {
    const dict = make()
    t.equal(readKey(dict, 'a'), 2)
    t.equal(readKey(dict, new Markup('a')), 2)
    t.equal(readKey(dict, 'c'), undefined)
    t.ok(hasKey(dict, 'b'))
    t.notOk(hasKey(dict, 1))
    writeKey(dict, 'c', 3)
    writeKey(dict, 'b', 4)
    t.same(keysOf(dict), ['b', 'a', 'c'], 'in the order they came')
    t.same(
      [...entriesOf(dict)],
      [
        ['b', 4],
        ['a', 2],
        ['c', 3],
      ],
    )
    t.equal(sizeOf(dict), 3)
    t.equal(removeKey(dict, 'a'), 2)
    t.throws(() => removeKey(dict, 'a'), { name: 'KeyError' })
    t.equal(sizeOf(dict), 2)
    t.end()
  })
}

t.test('a Map of JavaScript finds numbers and booleans as Python does', (t) => {
  const map = new Map<unknown, unknown>([
    [1, 'one'],
    [false, 'no'],
  ])
  t.equal(readKey(map, true), 'one')
  t.equal(readKey(map, new Float(0)), 'no')
  t.ok(hasKey(map, new Float(1)))
  writeKey(map, true, 'uno')
  t.equal(map.size, 2)
  t.equal(removeKey(map, 0), 'no')
  t.equal(map.size, 1)
  t.end()
})

// security.md 1.8, "prototype reach"
t.test('names of Object are keys like any other and never reach the prototype', (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    const dict: Record<string, unknown> = {}
    t.equal(readKey(dict, name), undefined, name)
    t.notOk(hasKey(dict, name), name)
    writeKey(dict, name, { polluted: true })
    t.same(readKey(dict, name), { polluted: true }, name)
    t.equal(Object.getPrototypeOf(dict), Object.prototype, name)
    t.equal(({} as Record<string, unknown>)['polluted'], undefined, name)
    t.same(keysOf(dict), [name])
    removeKey(dict, name)
    t.equal(sizeOf(dict), 0, name)
  }
  t.end()
})
