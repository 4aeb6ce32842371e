import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { Markup } from '../../lib/jinja/markup.ts'
import { is_tuple, tuple } from '../../lib/sessions/kinds.ts'
import { JSONTag, TaggedJSONSerializer } from '../../lib/sessions/tag.ts'
import { UUID } from '../../lib/sessions/uuid.ts'

const serializer = new TaggedJSONSerializer()

/** A value, and the text that Flask 3.1.3 writes for its twin. */
const TWINS: [value: unknown, text: string][] = [
  [{ a: tuple(1, 2) }, '{"a":{" t":[1,2]}}'],
  [{ b: new Uint8Array([0, 255]) }, '{"b":{" b":"AP8="}}'],
  [{ u: new UUID('00000000000000000000000000000005') }, '{"u":{" u":"00000000000000000000000000000005"}}'],
  [{ d: new Date('2024-01-02T03:04:05Z') }, '{"d":{" d":"Tue, 02 Jan 2024 03:04:05 GMT"}}'],
  [{ m: new Markup('<b>é') }, '{"m":{" m":"<b>\\u00e9"}}'],
  [{ big: 2n ** 64n, neg: -(2n ** 70n) }, '{"big":18446744073709551616,"neg":-1180591620717411303424}'],
  [{ n: Number.NaN, j: -Infinity, i: Infinity }, '{"i":Infinity,"j":-Infinity,"n":NaN}'],
  [{ g: 1e16, h: 1e-5, i: 1e22, j: -0, k: 0.5 }, '{"g":1e+16,"h":1e-05,"i":1e+22,"j":-0.0,"k":0.5}'],
  [{ ' t': 1 }, '{" di":{" t__":1}}'],
  [{ ' di': { ' b': [] } }, '{" di":{" di__":{" di":{" b__":[]}}}}'],
  [{ ' t': 1, b: 2 }, '{" t":1,"b":2}'],
  [{ ' od': 1 }, '{" od":1}'],
  [{ t: tuple(tuple(), [tuple(1.5)]) }, '{"t":{" t":[{" t":[]},[{" t":[1.5]}]]}}'],
  [{ é: '游客\x7f"\\\n😀' }, '{"\\u00e9":"\\u6e38\\u5ba2\\u007f\\"\\\\\\n\\ud83d\\ude00"}'],
  [{ b: 1, a: [true, false, null, ''], _permanent: true }, '{"_permanent":true,"a":[true,false,null,""],"b":1}'],
  [{ '\u{1f600}': 1, '\uffee': 2, z: 3 }, '{"z":3,"\\uffee":2,"\\ud83d\\ude00":1}'],
  [{ '': { '': 1 } }, '{"":{"":1}}'],
  [{}, '{}'],
  [[1, [2]], '[1,[2]]'],
  ['x', '"x"'],
]

t.test('a value and what Flask writes for it become each other', async (t) => {
  for (const [value, text] of TWINS) {
    t.equal(serializer.dumps(value), text)
    const loaded = serializer.loads(text)
    t.equal(inspect(loaded, { depth: 9, sorted: true }), inspect(value, { depth: 9, sorted: true }), text)
    t.equal(serializer.dumps(loaded), text)
  }
})

t.test('what was read is written back the same, though JavaScript cannot tell it apart', async (t) => {
  const texts = [
    '{"a":1.0,"b":1}',
    '{"a":[1.0,1,{"b":{" t":[2.0,2]}}]}',
    '{" di":{" t__":1.0}}',
    '{"a":-0.0,"b":9007199254740992.0,"c":9007199254740993}',
    '{"a":{" t":[]}}',
    '{"a":"1.0","b":"NaN","c":"{\\" t\\":1}"}',
  ]
  for (const text of texts) t.equal(serializer.dumps(serializer.loads(text)), text)
  const value = serializer.loads('{"price":1.0,"pair":{" t":[1,2]}}') as { price: number; pair: number[] }
  t.ok(is_tuple(value.pair))
  value.price = 2
  value.pair.push(3)
  t.equal(serializer.dumps(value), '{"pair":{" t":[1,2,3]},"price":2}')
})

t.test('plain data survives, by the fast path and by the careful one', async (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const text = serializer.dumps(value)
      t.match(text, /^[ -~]*$/)
      t.equal(serializer.dumps(serializer.loads(text)), text)
      const careful = serializer.loads(`${text.slice(0, -1)}${text === '{}' ? '' : ','}"~":1.5}`)
      t.equal(serializer.dumps(careful), serializer.dumps({ ...value, '~': 1.5 }))
    }),
    { numRuns: 200 },
  )
})

t.test('what JavaScript has more is written as the nearest that Flask knows', async (t) => {
  class Point {
    x = 1
  }
  const rows: [value: unknown, text: string][] = [
    [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
    [{ a: undefined, ' t': 1 }, '{" di":{" t__":1}}'],
    [undefined, 'null'],
    [new Map([['b', new Set([1])]]), '{"b":[1]}'],
    [new Point(), '{"x":1}'],
    [{ toJSON: 1 }, '{"toJSON":1}'],
    [
      new (class {
        toJSON = () => new Date(0)
      })(),
      '{" d":"Thu, 01 Jan 1970 00:00:00 GMT"}',
    ],
    [
      new (class {
        __html__ = () => '<i>'
      })(),
      '{" m":"<i>"}',
    ],
    [[Object('x'), Object(1), Object(true)], '["x",1,true]'],
    [new ArrayBuffer(1), '{" b":"AA=="}'],
    [Buffer.from('hi'), '{" b":"aGk="}'],
  ]
  for (const [value, text] of rows) t.equal(serializer.dumps(value), text)
})

t.test('what would be lost is refused', async (t) => {
  const circle: unknown[] = []
  circle.push(circle)
  for (const value of [() => 1, Symbol('x'), Promise.resolve(), /x/, new WeakMap(), new Float64Array(1), circle]) {
    t.throws(() => serializer.dumps({ value }), { name: 'TypeError', message: /cannot be kept in a session/ })
  }
  t.throws(() => serializer.dumps(new Date(Number.NaN)), RangeError)
})

t.test('a tag with the wrong content is refused', async (t) => {
  const texts = ['{" t":1}', '{" b":1}', '{" m":[]}', '{" u":"x"}', '{" u":1}', '{" d":1}', '{" di":1}', '{" di":[1]}']
  for (const text of texts) t.throws(() => serializer.loads(text), TypeError, text)
  t.equal(serializer.loads('{" d":"no date"}'), null)
  t.throws(() => serializer.loads('{bad'), SyntaxError)
})

// security.md 1.2, "tagged JSON": a key cannot impersonate a tag, and __proto__ never reaches a prototype.
t.test('keys that look like tags, and __proto__, stay keys', async (t) => {
  for (const key of [' t', ' b', ' m', ' u', ' d', ' di', '__proto__', 'constructor']) {
    for (const value of [[1], 'AA==', 1.5, { [key]: { x: 1 } }]) {
      const holder = JSON.parse(JSON.stringify({ [key]: value }))
      const back = serializer.loads(serializer.dumps({ holder })) as { holder: Record<string, unknown> }
      t.same(Object.keys(back.holder), [key])
      t.ok(isDeepStrictEqual(back, { holder }), key)
      t.equal(Object.getPrototypeOf(back.holder), Object.prototype)
    }
  }
  t.same(Object.keys(serializer.loads('{"__proto__":{"x":1.5}}') as object), ['__proto__'])
  t.same(serializer.loads('{"\\u0020t":[1]}'), [1], 'an escaped key is the same key')
  t.equal(({} as Record<string, unknown>)['x'], undefined)
})

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
}

class MoneyTag extends JSONTag {
  override readonly key: string = ' money'
  override check(value: unknown): boolean {
    return value instanceof Money
  }
  override to_json(value: Money): unknown {
    return tuple(value.cents, 'EUR')
  }
  override to_value(json: [number]): unknown {
    return new Money(json[0])
  }
}

t.test('a kind of one’s own is written with its tag and read again', async (t) => {
  const own = new TaggedJSONSerializer()
  own.register(MoneyTag)
  const text = own.dumps({ price: new Money(5) })
  t.equal(text, '{"price":{" money":{" t":[5,"EUR"]}}}')
  const { price } = own.loads(text) as { price: Money }
  t.ok(price instanceof Money)
  t.equal(price.cents, 5)
  t.equal(own.dumps({ ' money': 1 }), '{" di":{" money__":1}}')
  t.throws(() => own.register(MoneyTag), { name: 'TypeError', message: /registered already/ })
  own.register(MoneyTag, { force: true })
  t.equal(serializer.dumps({ ' money': 1 }), '{" money":1}', 'another serializer does not know it')
})

t.test('a kind of one’s own may stand before those built in, and may have any key or none', async (t) => {
  const own = new TaggedJSONSerializer()
  own.register(
    class extends JSONTag {
      override readonly key = 'map'
      override check(value: unknown): boolean {
        return value instanceof Map
      }
      override to_json(value: Map<unknown, unknown>): unknown {
        return [...value]
      }
      override to_value(json: [unknown, unknown][]): unknown {
        return new Map(json)
      }
    },
    { index: 0 },
  )
  const map = new Map<unknown, unknown>([[1, 'a']])
  t.equal(own.dumps(map), '{"map":[[1,"a"]]}')
  t.same(own.loads(own.dumps({ map, other: 1 })), { map, other: 1 })
  const bare = new TaggedJSONSerializer()
  bare.register(
    class extends JSONTag {
      override readonly key = ''
      override check(value: unknown): boolean {
        return value instanceof Date
      }
      override to_json(value: Date): unknown {
        return value.getTime()
      }
      override to_value(json: unknown): unknown {
        return json
      }
    },
    { index: 0 },
  )
  t.equal(bare.dumps([new Date(5)]), '[5]')
})

t.test('keys keep their order where sorting is off', async (t) => {
  const unsorted = new TaggedJSONSerializer()
  unsorted.sort_keys = false
  t.equal(unsorted.dumps({ b: 1, a: 2 }), '{"b":1,"a":2}')
})
