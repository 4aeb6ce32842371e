import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Float, Range, Tuple } from '../../../lib/jinja/python/containers.ts'
import { slice } from '../../../lib/jinja/python/slices.ts'
import { repr } from '../../../lib/jinja/python/text.ts'
import { ChainableUndefined, Undefined } from '../../../lib/jinja/undefined.ts'
import { answerOf } from '../../support/jinja-answers.ts'

type Bounds = [start: unknown, stop: unknown, step: unknown]

const BOUNDS: Bounds[] = [
  [null, null, null],
  [1, null, null],
  [null, 2, null],
  [-2, null, null],
  [null, -1, null],
  [1, 3, null],
  [0, 100, null],
  [-100, 2, null],
  [3, 1, null],
  [null, null, 2],
  [null, null, -1],
  [null, null, -2],
  [3, 0, -1],
  [-1, -3, -1],
  [true, 3, null],
  [1000000000000000, null, null],
  [null, -1000000000000000, null],
  [null, null, 1000000000000000],
  [null, null, -1000000000000000],
]

/** What each of the bounds cuts out of a value, with two spaces between. */
const PARTS: [value: unknown, parts: string][] = [
  [
    'abcdef',
    "'abcdef'  'bcdef'  'ab'  'ef'  'abcde'  'bc'  'abcdef'  'ab'  ''  'ace'  'fedcba'  'fdb'  'dcb'  'fe'  'bc'  ''  ''  'a'  'f'",
  ],
  [
    'a\u{1f600}é',
    "'a\u{1f600}é'  '\u{1f600}é'  'a\u{1f600}'  '\u{1f600}é'  'a\u{1f600}'  '\u{1f600}é'  'a\u{1f600}é'  'a\u{1f600}'  ''  'aé'  'é\u{1f600}a'  'éa'  'é\u{1f600}'  'é\u{1f600}'  '\u{1f600}é'  ''  ''  'a'  'é'",
  ],
  ['', "''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''  ''"],
  [
    new Markup('<b>'),
    "Markup('<b>')  Markup('b>')  Markup('<b')  Markup('b>')  Markup('<b')  Markup('b>')  Markup('<b>')  Markup('<b')  Markup('')  Markup('<>')  Markup('>b<')  Markup('><')  Markup('>b')  Markup('>b')  Markup('b>')  Markup('')  Markup('')  Markup('<')  Markup('>')",
  ],
  [
    [1, 2, 3, 4],
    '[1, 2, 3, 4]  [2, 3, 4]  [1, 2]  [3, 4]  [1, 2, 3]  [2, 3]  [1, 2, 3, 4]  [1, 2]  []  [1, 3]  [4, 3, 2, 1]  [4, 2]  [4, 3, 2]  [4, 3]  [2, 3]  []  []  [1]  [4]',
  ],
  [
    Tuple.make([1, 2, 3]),
    '(1, 2, 3)  (2, 3)  (1, 2)  (2, 3)  (1, 2)  (2, 3)  (1, 2, 3)  (1, 2)  ()  (1, 3)  (3, 2, 1)  (3, 1)  (3, 2)  (3, 2)  (2, 3)  ()  ()  (1,)  (3,)',
  ],
  [
    new Range(0, 10, 1),
    'range(0, 10)  range(1, 10)  range(0, 2)  range(8, 10)  range(0, 9)  range(1, 3)  range(0, 10)  range(0, 2)  range(3, 1)  range(0, 10, 2)  range(9, -1, -1)  range(9, -1, -2)  range(3, 0, -1)  range(9, 7, -1)  range(1, 3)  range(10, 10)  range(0, 0)  range(0, 10, 1000000000000000)  range(9, -1, -1000000000000000)',
  ],
  [
    new Range(10, 0, -3),
    'range(10, -2, -3)  range(7, -2, -3)  range(10, 4, -3)  range(4, -2, -3)  range(10, 1, -3)  range(7, 1, -3)  range(10, -2, -3)  range(10, 4, -3)  range(1, 7, -3)  range(10, -2, -6)  range(1, 13, 3)  range(1, 13, 6)  range(1, 10, 3)  range(1, 7, 3)  range(7, 1, -3)  range(-2, -2, -3)  range(10, 10, -3)  range(10, -2, -3000000000000000)  range(1, 13, 3000000000000000)',
  ],
]

t.test('texts, lists, tuples and ranges are cut as Python cuts them, and keep their kind', (t) => {
  for (const [value, parts] of PARTS) {
    const found = BOUNDS.map((bounds) => repr(slice(value, ...bounds))).join('  ')
    t.equal(found, parts, repr(value))
  }
  t.end()
})

const REFUSED: [value: unknown, bounds: Bounds, answer: string][] = [
  ['abc', ['a', null, null], '!TypeError'],
  ['abc', [new Float(1), null, null], '!TypeError'],
  ['abc', [null, null, 0], '!ValueError'],
  [[1], [[], null, null], '!TypeError'],
  [5, [null, null, null], '!TypeError'],
  [null, [1, null, null], '!TypeError'],
  [{ a: 1 }, [null, null, null], '!TypeError'],
  [new Set([1, 2]), [null, null, null], '!TypeError'],
  [true, [1, null, null], '!TypeError'],
  [Tuple.make([1, 2]), [null, null, 0], '!ValueError'],
  ['abc', [null, 1.5, null], '!TypeError'],
]

t.test('bounds that are no integers, a step of 0 and values without parts are refused', (t) => {
  for (const [value, bounds, answer] of REFUSED) {
    t.equal(
      answerOf(() => slice(value, ...bounds)),
      answer,
      `${repr(value)} ${repr(bounds)}`,
    )
  }
  t.end()
})

t.test('an undefined value decides for itself', (t) => {
  t.throws(() => slice(new Undefined({ name: 'x' }), 0, 1, null), {
    name: 'UndefinedError',
    message: "'x' is undefined",
  })
  const chain = new ChainableUndefined({ name: 'x' })
  t.equal(slice(chain, 0, 1, null), chain)
  t.end()
})

t.test('bounds that are left out may be undefined', (t) => {
  t.equal(slice('abc', undefined, undefined, undefined), 'abc')
  t.equal(slice('abc', 1, undefined, undefined), 'bc')
  t.end()
})

t.test('a part of a list is a list of its own', (t) => {
  const list = [1, 2]
  const copy = slice(list, null, null, null)
  t.same(copy, [1, 2])
  t.not(copy, list)
  t.end()
})

// security.md 1.8, "SSTI"
t.test('a part of an endless range is a range', (t) => {
  t.equal(repr(slice(new Range(0, 10 ** 15, 1), 5, -5, 10 ** 6)), 'range(5, 999999999999995, 1000000)')
  t.end()
})
