import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Dict, Float, Range, Tuple } from '../../../lib/jinja/python/containers.ts'
import {
  characters,
  isIterable,
  isWide,
  iterate,
  len,
  textLength,
  toArray,
  truth,
} from '../../../lib/jinja/python/iteration.ts'
import { repr } from '../../../lib/jinja/python/text.ts'
import { StrictUndefined, Undefined } from '../../../lib/jinja/undefined.ts'
import { answerOf } from '../../support/jinja-answers.ts'

/** Whether it is true, how many items it has, and its items, as Python answers. */
const VALUES: [value: unknown, truth: boolean, length: string, items: string][] = [
  [null, false, '!TypeError', '!TypeError'],
  [true, true, '!TypeError', '!TypeError'],
  [false, false, '!TypeError', '!TypeError'],
  [0, false, '!TypeError', '!TypeError'],
  [1, true, '!TypeError', '!TypeError'],
  [-1, true, '!TypeError', '!TypeError'],
  [new Float(0), false, '!TypeError', '!TypeError'],
  [new Float(-0), false, '!TypeError', '!TypeError'],
  [0.5, true, '!TypeError', '!TypeError'],
  [Number.NaN, true, '!TypeError', '!TypeError'],
  [100000000000000000000n, true, '!TypeError', '!TypeError'],
  ['', false, '0', '[]'],
  ['a', true, '1', "['a']"],
  ['0', true, '1', "['0']"],
  ['False', true, '5', "['F', 'a', 'l', 's', 'e']"],
  ['a\u{1f600}é', true, '3', "['a', '\u{1f600}', 'é']"],
  [new Markup(''), false, '0', '[]'],
  [new Markup('<b>'), true, '3', "['<', 'b', '>']"],
  [[], false, '0', '[]'],
  [[0], true, '1', '[0]'],
  [[[]], true, '1', '[[]]'],
  [Tuple.make([]), false, '0', '[]'],
  [Tuple.make([null]), true, '1', '[None]'],
  [{}, false, '0', '[]'],
  [{ a: 1 }, true, '1', "['a']"],
  [{ b: 1, a: 2 }, true, '2', "['b', 'a']"],
  [Dict.make([[1, 2]]), true, '1', '[1]'],
  [new Set([1, 2]), true, '2', '[1, 2]'],
  [new Set([]), false, '0', '[]'],
  [new Range(0, 0, 1), false, '0', '[]'],
  [new Range(0, 3, 1), true, '3', '[0, 1, 2]'],
  [new Range(5, 0, -2), true, '3', '[5, 3, 1]'],
]

t.test('a value is true, has a length and items as in Python', (t) => {
  for (const [value, isTrue, length, items] of VALUES) {
    t.equal(truth(value), isTrue, repr(value))
    t.equal(
      answerOf(() => len(value)),
      length,
      `len of ${repr(value)}`,
    )
    t.equal(
      answerOf(() => toArray(value)),
      items,
      `items of ${repr(value)}`,
    )
    t.equal(isIterable(value), items !== '!TypeError', repr(value))
  }
  t.end()
})

t.test('what is missing is false, empty and has no items', (t) => {
  for (const missing of [undefined, new Undefined({ name: 'x' })]) {
    t.equal(truth(missing), false)
    t.equal(len(missing), 0)
    t.same(toArray(missing), [])
    t.ok(isIterable(missing))
  }
  const strict = new StrictUndefined({ name: 'x' })
  for (const use of [truth, len, iterate]) t.throws(() => use(strict), { name: 'UndefinedError' })
  t.end()
})

t.test('objects answer by their own methods, __bool__ before __len__', (t) => {
  class Basket {
    readonly size: number
    constructor(size: number) {
      this.size = size
    }
    __len__(): number {
      return this.size
    }
    __iter__(): Iterable<unknown> {
      return ['x'].values()
    }
  }
  class Switch extends Basket {
    __bool__(): boolean {
      return false
    }
  }
  t.equal(truth(new Basket(0)), false)
  t.equal(truth(new Basket(2)), true)
  t.equal(truth(new Switch(2)), false)
  t.equal(len(new Basket(2)), 2)
  t.same(toArray(new Basket(2)), ['x'])
  t.equal(truth(new (class Plain {})()), true)
  t.equal(
    truth(() => 1),
    true,
  )
  t.equal(truth(Symbol('x')), true)
  t.equal(len(new Uint8Array(3)), 3)
  t.equal(len(new URLSearchParams('a=1&b=2')), 2)
  t.throws(() => len(new (class Plain {})()), { name: 'TypeError', message: /'Plain'.*len/ })
  t.end()
})

t.test('a loop goes through an array as it is, so that it sees what is appended', (t) => {
  const list = [1]
  t.equal(iterate(list), list)
  t.not(toArray(list), list)
  t.same(toArray(Tuple.make([1, 2])), [1, 2])
  t.notOk(toArray(Tuple.make([1])) instanceof Tuple)
  t.end()
})

t.test('generators, Maps and Sets are gone through; an asynchronous one needs render_async', (t) => {
  t.same(
    toArray(
      (function* () {
        yield 1
      })(),
    ),
    [1],
  )
  t.same(toArray(new Map([['a', 1]])), ['a'])
  t.same(toArray(Dict.make([[1, 2]])), [1])
  t.same(toArray(new Set([3])), [3])
  const later = (async function* () {
    yield 1
  })()
  t.ok(isIterable(later))
  t.throws(() => iterate(later), { name: 'TypeError', message: /render_async/ })
  t.notOk(isIterable(new Float(1)))
  t.end()
})

t.test('a dict that bears the name of an iterator is gone through by its keys', (t) => {
  t.same(toArray({ next: 1, size: 2, length: 3, __iter__: 4, __len__: 5, __bool__: 6 }).length, 6)
  t.equal(len({ size: 7 }), 1)
  t.equal(truth({ __bool__: false }), true)
  t.end()
})

t.test('a character of two UTF-16 units counts once', (t) => {
  t.equal(textLength('a😀é'), 3)
  t.same(characters('a😀é'), ['a', '😀', 'é'])
  t.ok(isWide('a😀'))
  t.notOk(isWide('aé中'))
  t.equal(textLength('e\u0301'), 2, 'a letter and its accent count as two, as in Python')
  t.end()
})

t.test('the length of an endless range is known at once', (t) => {
  t.equal(len(new Range(0, 10 ** 15, 1)), 10 ** 15)
  t.equal(truth(new Range(0, 10 ** 15, 1)), true)
  t.throws(() => toArray(new Range(0, 10 ** 15, 1)), { name: 'OverflowError' }, 'but no list is made of it')
  t.end()
})
