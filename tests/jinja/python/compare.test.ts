import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import {
  asNumber,
  asText,
  compare,
  compareText,
  contains,
  equals,
  gt,
  gteq,
  lt,
  lteq,
} from '../../../lib/jinja/python/compare.ts'
import { Dict, Float, Range, Tuple } from '../../../lib/jinja/python/containers.ts'
import { repr } from '../../../lib/jinja/python/text.ts'
import { StrictUndefined, Undefined } from '../../../lib/jinja/undefined.ts'
import { answerOf } from '../../support/jinja-answers.ts'

/** Each of these against each: one line for the left value, one sign for the right one. */
const VALUES: unknown[] = [
  null,
  false,
  true,
  0,
  1,
  new Float(1),
  2.5,
  Number.NaN,
  100000000000000000000n,
  'a',
  '1',
  new Markup('a'),
  'é',
  '\u{1f600}',
  '￮',
  [],
  [1],
  [1, 2],
  Tuple.make([]),
  Tuple.make([1]),
  [new Float(1)],
  {},
  { a: 1 },
  { a: new Float(1) },
  new Set([1, 2]),
  new Range(0, 3, 1),
  new Range(0, 3, 2),
  new Range(0, 4, 2),
]
const EQUAL = [
  '1...........................',
  '.1.1........................',
  '..1.11......................',
  '.1.1........................',
  '..1.11......................',
  '..1.11......................',
  '......1.....................',
  '............................',
  '........1...................',
  '.........1.1................',
  '..........1.................',
  '.........1.1................',
  '............1...............',
  '.............1..............',
  '..............1.............',
  '...............1............',
  '................1...1.......',
  '.................1..........',
  '..................1.........',
  '...................1........',
  '................1...1.......',
  '.....................1......',
  '......................11....',
  '......................11....',
  '........................1...',
  '.........................1..',
  '..........................11',
  '..........................11',
]

t.test('values are equal where they are in Python, whatever JavaScript thinks', (t) => {
  VALUES.forEach((left, row) => {
    const found = VALUES.map((right) => (equals(left, structuredCopy(right)) ? '1' : '.')).join('')
    t.equal(found, EQUAL[row], repr(left))
  })
  t.end()
})

/** The same value as another object, so that identity does not count. */
function structuredCopy(value: unknown): unknown {
  if (value instanceof Tuple) return Tuple.make(value)
  if (value instanceof Set) return new Set(value)
  if (value instanceof Range) return new Range(value.start, value.stop, value.step)
  return Array.isArray(value) ? [...value] : value
}

const ORDERED: unknown[] = [
  false,
  1,
  new Float(1),
  2.5,
  -3,
  100000000000000000000n,
  Number.NaN,
  '',
  'a',
  'B',
  'ab',
  'é',
  '￮',
  '\u{1f600}',
  new Markup('a'),
  [],
  [1],
  [1, 2],
  [2],
  ['a'],
  Tuple.make([]),
  Tuple.make([1]),
  Tuple.make([1, 2]),
  null,
  {},
  new Range(0, 2, 1),
]
/** Less, equal, greater, none of them, or an error. */
const ORDER = [
  '=<<<><?!!!!!!!!!!!!!!!!!!!',
  '>==<><?!!!!!!!!!!!!!!!!!!!',
  '>==<><?!!!!!!!!!!!!!!!!!!!',
  '>>>=><?!!!!!!!!!!!!!!!!!!!',
  '<<<<=<?!!!!!!!!!!!!!!!!!!!',
  '>>>>>=?!!!!!!!!!!!!!!!!!!!',
  '???????!!!!!!!!!!!!!!!!!!!',
  '!!!!!!!=<<<<<<<!!!!!!!!!!!',
  '!!!!!!!>=><<<<=!!!!!!!!!!!',
  '!!!!!!!><=<<<<<!!!!!!!!!!!',
  '!!!!!!!>>>=<<<>!!!!!!!!!!!',
  '!!!!!!!>>>>=<<>!!!!!!!!!!!',
  '!!!!!!!>>>>>=<>!!!!!!!!!!!',
  '!!!!!!!>>>>>>=>!!!!!!!!!!!',
  '!!!!!!!>=><<<<=!!!!!!!!!!!',
  '!!!!!!!!!!!!!!!=<<<<!!!!!!',
  '!!!!!!!!!!!!!!!>=<<!!!!!!!',
  '!!!!!!!!!!!!!!!>>=<!!!!!!!',
  '!!!!!!!!!!!!!!!>>>=!!!!!!!',
  '!!!!!!!!!!!!!!!>!!!=!!!!!!',
  '!!!!!!!!!!!!!!!!!!!!=<<!!!',
  '!!!!!!!!!!!!!!!!!!!!>=<!!!',
  '!!!!!!!!!!!!!!!!!!!!>>=!!!',
  '!!!!!!!!!!!!!!!!!!!!!!!!!!',
  '!!!!!!!!!!!!!!!!!!!!!!!!!!',
  '!!!!!!!!!!!!!!!!!!!!!!!!!!',
]

function orderOf(left: unknown, right: unknown): string {
  try {
    if (lt(left, right)) return '<'
    return equals(left, right) ? '=' : gt(left, right) ? '>' : '?'
  } catch (error) {
    return error instanceof TypeError ? '!' : String(error)
  }
}

t.test('values come in the order that they have in Python, or have none', (t) => {
  ORDERED.forEach((left, row) => {
    const found = ORDERED.map((right) => orderOf(left, right)).join('')
    t.equal(found, ORDER[row], repr(left))
    ORDERED.forEach((right, column) => {
      const sign = ORDER[row]![column]!
      if (sign === '!') {
        t.throws(() => compare(left, right), { name: 'TypeError' })
        return
      }
      t.equal(lteq(left, right), sign === '<' || sign === '=', `${repr(left)} <= ${repr(right)}`)
      t.equal(gteq(left, right), sign === '>' || sign === '=', `${repr(left)} >= ${repr(right)}`)
    })
  })
  t.end()
})

t.test('an error of comparing names the operator and both types', (t) => {
  t.throws(() => lt(1, 'a'), { message: /'<'.*'int' and 'str'/ })
  t.throws(() => gteq({}, null), { message: /'>='.*'dict' and 'NoneType'/ })
  t.throws(() => gt([1], ['a']), { message: /'>'.*'int' and 'str'/ }, 'of the items that decide')
  t.end()
})

const IN: [container: unknown, item: unknown, answer: string][] = [
  ['abc', 'b', 'True'],
  ['abc', '', 'True'],
  ['abc', 'x', 'False'],
  ['', '', 'True'],
  ['abc', 1, '!TypeError'],
  ['abc', null, '!TypeError'],
  [new Markup('a<b'), '<', 'True'],
  ['a<b', new Markup('<'), 'True'],
  [[1, 2], 1, 'True'],
  [[1, 2], new Float(1), 'True'],
  [[1, 2], true, 'True'],
  [[1, 2], '1', 'False'],
  [[], 1, 'False'],
  [[[1]], [1], 'True'],
  [[Tuple.make([1])], [1], 'False'],
  [Tuple.make([1, 2]), 2, 'True'],
  [{ a: 1 }, 'a', 'True'],
  [{ a: 1 }, new Markup('a'), 'True'],
  [{ a: 1 }, 'b', 'False'],
  [{ a: 1 }, 1, 'False'],
  [Dict.make([[1, 2]]), new Float(1), 'True'],
  [Dict.make([[1, 2]]), true, 'True'],
  [Dict.make([[1, 2]]), '1', 'False'],
  [{}, [], '!TypeError'],
  [{ a: 1 }, [], '!TypeError'],
  [new Set([1, 2]), 1, 'True'],
  [new Set([1, 2]), 3, 'False'],
  [new Range(0, 5, 1), 3, 'True'],
  [new Range(0, 5, 1), 5, 'False'],
  [new Range(0, 5, 1), new Float(3), 'True'],
  [new Range(0, 5, 1), 3.5, 'False'],
  [new Range(0, 5, 1), '3', 'False'],
  [new Range(0, 5, 1), true, 'True'],
  [new Range(0, 10, 3), 6, 'True'],
  [new Range(0, 10, 3), 7, 'False'],
  [new Range(10, 0, -2), 4, 'True'],
  [new Range(10, 0, -2), 3, 'False'],
  [new Range(0, 5, 1), null, 'False'],
  [1, 1, '!TypeError'],
  [null, 1, '!TypeError'],
  [true, 1, '!TypeError'],
  [new Float(1), 1, '!TypeError'],
  [[null], null, 'True'],
  [[Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY, 'True'],
  [['é'], 'é', 'True'],
  ['a\u{1f600}b', '\u{1f600}', 'True'],
]

t.test('an item is found in what Python finds it in', (t) => {
  for (const [container, item, answer] of IN) {
    t.equal(
      answerOf(() => contains(container, item)),
      answer,
      `${repr(item)} in ${repr(container)}`,
    )
  }
  t.end()
})

t.test('texts are ordered by code points, not by UTF-16 units', (t) => {
  t.ok(compareText('\uffee', '😀') < 0)
  t.ok(compareText('😀', '\uffee') > 0)
  t.ok(compareText('😀', '😀a') < 0)
  t.ok(compareText('😀b', '😀a') > 0)
  t.equal(compareText('😀', '😀'), 0)
  t.end()
})

t.test('undefined values are equal to their kind, contain nothing and have no order', (t) => {
  const missing = new Undefined({ name: 'x' })
  t.ok(equals(missing, new Undefined({ name: 'y' })))
  t.notOk(equals(missing, null))
  t.notOk(equals('', missing))
  t.notOk(contains(missing, 1))
  t.notOk(contains(undefined, 1))
  t.ok(contains([missing], missing))
  for (const other of [1, 'a', missing]) {
    t.throws(() => compare(missing, other), { name: 'UndefinedError', message: "'x' is undefined" })
    t.throws(() => compare(other, missing), { name: 'UndefinedError' })
  }
  t.throws(() => contains('abc', missing), { name: 'UndefinedError' })
  const strict = new StrictUndefined({ name: 'x' })
  t.throws(() => equals(strict, 1), { name: 'UndefinedError' })
  t.throws(() => equals(1, strict), { name: 'UndefinedError' })
  t.throws(() => contains(strict, 1), { name: 'UndefinedError' })
  t.end()
})

t.test('objects decide with __eq__, __lt__ and __contains__; dates by their time; a Map-like by has', (t) => {
  class Size {
    readonly size: number
    constructor(size: number) {
      this.size = size
    }
    __eq__(other: unknown): boolean {
      return other instanceof Size && other.size === this.size
    }
    __lt__(other: unknown): boolean {
      return other instanceof Size && this.size < other.size
    }
    __contains__(item: unknown): boolean {
      return item === this.size
    }
  }
  t.ok(equals(new Size(1), new Size(1)))
  t.notOk(equals(new Size(1), new Size(2)))
  t.ok(lt(new Size(1), new Size(2)))
  t.ok(gt(new Size(2), new Size(1)))
  t.ok(lteq(new Size(2), new Size(2)))
  t.ok(contains(new Size(3), 3))
  t.notOk(contains(new Size(3), 4))
  t.ok(equals(new Date(5), new Date(5)))
  t.ok(lt(new Date(4), new Date(5)))
  t.ok(contains(new URLSearchParams('a=1'), 'a'))
  t.notOk(contains(new URLSearchParams('a=1'), 'b'))
  t.notOk(equals(Object.create({}), {}), 'an object with a prototype of its own is no dict')
  t.end()
})

t.test('a Map and an object of the same entries are equal dicts', (t) => {
  t.ok(equals(new Map([['a', 1]]), { a: 1 }))
  t.ok(equals({ a: 1 }, Dict.make([['a', new Float(1)]])))
  t.notOk(equals({ a: 1 }, { a: 1, b: 2 }))
  t.notOk(equals({ a: 1 }, { b: 1 }))
  t.notOk(equals({ toString: 1 }, {}))
  t.end()
})

// security.md 1.8, "prototype reach"
t.test('a dict has its own keys alone', (t) => {
  for (const name of ['constructor', '__proto__', 'toString', 'valueOf']) t.notOk(contains({ a: 1 }, name), name)
  t.ok(contains(JSON.parse('{"__proto__": 1}'), '__proto__'))
  t.end()
})

// security.md 1.8, "SSTI": a range of any size costs nothing.
t.test('endless ranges are searched and compared without going through them', (t) => {
  const huge = new Range(0, 10 ** 15, 2)
  t.ok(contains(huge, 10 ** 14))
  t.notOk(contains(huge, 10 ** 14 + 1))
  t.notOk(contains(huge, 0.5))
  t.notOk(contains(huge, 'a'))
  t.notOk(contains(huge, -2))
  t.notOk(contains(huge, 2n ** 70n))
  t.ok(equals(huge, new Range(0, 10 ** 15, 2)))
  t.ok(equals(new Range(0, 10 ** 15, 2), new Range(0, 10 ** 15 - 1, 2)), 'the same numbers')
  t.notOk(equals(huge, new Range(0, 10 ** 15, 4)))
  t.end()
})

t.test('a number is a number whether boxed or not, a text whether safe or not', (t) => {
  t.equal(asNumber(true), 1)
  t.equal(asNumber(new Float(2)), 2)
  t.equal(asNumber(2n ** 60n), 2n ** 60n)
  t.equal(asNumber('1'), undefined)
  t.equal(asNumber(null), undefined)
  t.equal(asText('a'), 'a')
  t.equal(asText(new Markup('<')), '<')
  t.equal(asText(1), undefined)
  t.end()
})
