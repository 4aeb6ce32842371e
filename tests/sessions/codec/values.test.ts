import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import {
  mapKey,
  rawKey,
  rememberKey,
  setOwn,
  standIn,
  unkeepable,
  wellFormed,
} from '../../../lib/sessions/codec/values.ts'
import { UUID } from '../../../lib/sessions/uuid.ts'

t.test('what stands for an object of JavaScript', async (t) => {
  class Point {
    x = 1
    y = 2
  }
  const rows: [value: object, instead: unknown][] = [
    [new Markup('<b>'), '<b>'],
    [new UUID('00000000000000000000000000000005'), '00000000-0000-0000-0000-000000000005'],
    [new URL('http://a.example/'), 'http://a.example/'],
    [{ toJSON: () => 5 }, 5],
    [new Set([1, 2]), [1, 2]],
    [Uint8Array.of(1).buffer, Uint8Array.of(1)],
    [new String('a'), 'a'],
    [new Number(1), 1],
    [new Boolean(false), false],
    [new Point(), { x: 1, y: 2 }],
  ] // biome-ignore format: a table
  for (const [value, instead] of rows) t.same(standIn(value, 'key'), instead)
})

t.test('what cannot be kept is told of with its key', async (t) => {
  const rows: [value: object, message: RegExp][] = [
    [new Float64Array(1), /"cart": a Float64Array, of which Array\.from\(\)/],
    [new DataView(new ArrayBuffer(1)), /"cart": a DataView/],
    [Promise.resolve(), /"cart": a Promise/],
    [new WeakMap(), /"cart": a WeakMap/],
    [/a/, /"cart": a RegExp/],
  ]
  for (const [value, message] of rows) t.throws(() => standIn(value, 'cart'), { name: 'TypeError', message })
  t.equal(unkeepable('a"\n', 'x').message, 'The session cannot keep what is under the key "a\\"\\n": x.')
})

t.test('the keys of a Map are those that Python has', async (t) => {
  for (const key of ['a', 1, 1n, true, null, 1.5]) t.equal(mapKey(key, 'k'), key)
  t.same(mapKey([1, ['a']], 'k'), [1, ['a']])
  t.equal(mapKey(new UUID('00000000000000000000000000000005'), 'k'), '00000000-0000-0000-0000-000000000005')
  for (const key of [{ a: 1 }, [{ a: 1 }], new Map([[1, 2]]), new Set([1])])
    t.throws(() => mapKey(key, 'k'), { name: 'TypeError', message: /"k"/ })
})

t.test('a key that was no text is remembered for its object alone', async (t) => {
  const one = {}
  rememberKey(one, '1', Uint8Array.of(1))
  rememberKey(one, '2', Uint8Array.of(2))
  t.same(rawKey(one, '1'), Uint8Array.of(1))
  t.same(rawKey(one, '2'), Uint8Array.of(2))
  t.equal(rawKey(one, '3'), undefined)
  t.equal(rawKey({}, '1'), undefined)
})

t.test('no key reaches a prototype', async (t) => {
  const holder: Record<string, unknown> = {}
  for (const key of ['__proto__', 'constructor', 'toString']) setOwn(holder, key, { polluted: true })
  t.same(Object.keys(holder), ['__proto__', 'constructor', 'toString'])
  t.equal(Object.getPrototypeOf(holder), Object.prototype)
  t.equal(Reflect.get({}, 'polluted'), undefined)
})

t.test('halves of surrogate pairs become U+FFFD, pairs stay', async (t) => {
  for (const [text, expected] of [
    ['a\ud800b', 'a\ufffdb'],
    ['\udc00', '\ufffd'],
    ['😀\ud83d', '😀\ufffd'],
    ['é', 'é'],
  ] as const) {
    t.equal(wellFormed(text), expected)
  }
})
