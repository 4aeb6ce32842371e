import t from 'tap'
import { compareCodePoints, isPlainObject, type JsonTextOptions, jsonText } from '../../lib/signing/json-text.ts'

const COMPACT: JsonTextOptions = { separators: [',', ':'], ensure_ascii: false }

t.test('the text is that of Python json.dumps', async (t) => {
  const rows: [value: unknown, options: JsonTextOptions, text: string][] = [
    [{ id: 5, t: '游客', l: [] }, {}, '{"id": 5, "t": "\\u6e38\\u5ba2", "l": []}'],
    [[1, 2.5, true, null, 'x'], {}, '[1, 2.5, true, null, "x"]'],
    [{ b: 1, a: { d: 1, c: 2 } }, { sort_keys: true, ...COMPACT }, '{"a":{"c":2,"d":1},"b":1}'],
    ['😀\x7f\n"\\', {}, '"\\ud83d\\ude00\\u007f\\n\\"\\\\"'],
    ['é', COMPACT, '"é"'],
    [{ a: [1, { b: 2 }], c: {}, d: [] }, { indent: 2 }, JSON.stringify({ a: [1, { b: 2 }], c: {}, d: [] }, null, 2)],
    [[1, [2]], { indent: 1, separators: [';', '='] }, '[\n 1;\n [\n  2\n ]\n]'],
  ]
  for (const [value, options, text] of rows) t.equal(jsonText(value, options), text)
})

t.test('what JavaScript has more than JSON is written as JSON has it', async (t) => {
  const rows: [value: unknown, text: string][] = [
    [undefined, 'null'],
    [{ a: undefined, b: () => 1, c: Symbol('s'), d: 1 }, '{"d":1}'],
    [[undefined, () => 1], '[null,null]'],
    [NaN, 'null'],
    [[Infinity, -Infinity], '[null,null]'],
    [2n ** 64n, '18446744073709551616'],
    [
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
        [true, null],
        [null, 0],
      ]),
      '{"a":1,"2":"b","true":null,"null":0}',
    ],
    [new Set([1, 2]), '[1,2]'],
    [{ toJSON: () => ({ a: 1n }) }, '{"a":1}'],
    [{ toJSON: () => undefined }, 'null'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      new (class Point {
        x = 1
      })(),
      '{"x":1}',
    ],
  ]
  for (const [value, text] of rows) t.equal(jsonText(value, COMPACT), text)
})

t.test('the default function is asked for dates and other objects only', async (t) => {
  const asked: object[] = []
  const date = new Date(0)
  const pattern = /x/
  const text = jsonText([date, pattern, {}, [], new Map(), { toJSON: () => 1 }], {
    ...COMPACT,
    default: (value) => {
      asked.push(value)
      return value === date ? 'a date' : { a: [1] }
    },
  })
  t.equal(text, '["a date",{"a":[1]},{},[],{},1]')
  t.same(asked, [date, pattern])
})

t.test('a circle and a key that is no text are refused', async (t) => {
  const circle: unknown[] = []
  circle.push(circle)
  t.throws(() => jsonText(circle), { name: 'TypeError', message: /contains itself/ })
  t.throws(() => jsonText(1, {}) && jsonText(new Map([[{}, 1]])), { name: 'TypeError', message: /key of a map/ })
  const endless = { toJSON: () => endless }
  t.throws(() => jsonText(endless), TypeError)
  const odd = /x/
  t.throws(() => jsonText(odd, { default: (value) => value }), TypeError)
})

t.test('keys are sorted by code points', async (t) => {
  const keys = ['b', 'a', '\u{1f600}', '\ufffd', 'ab', '']
  t.same([...keys].sort(compareCodePoints), ['', 'a', 'ab', 'b', '\ufffd', '\u{1f600}'])
  t.equal(compareCodePoints('\u{1f600}', '\u{1f600}a'), -1)
  t.equal(compareCodePoints('a', 'a'), 0)
})

t.test('__proto__ is a key like any other', async (t) => {
  t.equal(jsonText(JSON.parse('{"__proto__":{"a":1}}'), COMPACT), '{"__proto__":{"a":1}}')
})

t.test('only literals and objects without prototype are plain', async (t) => {
  for (const value of [{}, Object.create(null)]) t.ok(isPlainObject(value))
  for (const value of [null, 1, 'x', [], new Date(), new (class {})(), () => 1]) t.notOk(isPlainObject(value))
})
