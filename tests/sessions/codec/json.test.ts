import fc from 'fast-check'
import t from 'tap'
import { limited, mergeJson, readJson, readJsonMembers } from '../../../lib/sessions/codec/json.ts'
import { MAX_SESSION_BYTES, MAX_SESSION_VALUES } from '../../../lib/sessions/codec/unreadable.ts'
import { isFloat } from '../../../lib/sessions/kinds.ts'

const MIB = 1024 * 1024

const read = (json: string): Record<string, unknown> => readJson(Buffer.from(json))
const merge = (json: string, changes: [string, unknown][]): string =>
  Buffer.from(mergeJson(readJsonMembers(Buffer.from(json)), new Map(changes))).toString()

t.test('whatever JSON.stringify writes is read as JSON.parse reads it', async (t) => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(undefined, 1, '\r\n\t '),
      (value, space) => {
        const asNumber = (_key: string, item: unknown): unknown => (typeof item === 'bigint' ? Number(item) : item)
        t.equal(JSON.stringify(read(JSON.stringify(value, null, space)), asNumber), JSON.stringify(value))
      },
    ),
  )
})

t.test('numbers are read as Python reads them', async (t) => {
  const data = read('{"a":1,"b":1.0,"c":9007199254740993,"d":-0,"e":-0.0,"f":1E2,"g":18446744073709551616}')
  t.strictSame(data, { a: 1, b: 1, c: 9007199254740993n, d: 0, e: -0, f: 100, g: 18446744073709551616n })
  t.ok(isFloat(data, 'b', 1))
  t.notOk(isFloat(data, 'a', 1))
  t.ok(isFloat(data, 'f', 100))
})

t.test('what msgspec refuses is refused', async (t) => {
  const rows = [
    '', '{', '{"a":1}x', '{"a":NaN}', '{"a":Infinity}', '{"a":1E400}', '{"a":-1e400}', '[1]', '5', '"a"', 'null', '\ufeff{}', '{"a":1,}', '{a:1}',
    '{"a":01}', '{"a":"\x01"}', '{"a":"\\x"}', `{"a":${'1'.repeat(4301)}}`,
  ] // biome-ignore format: a table of short texts
  for (const json of rows) t.throws(() => read(json), { name: 'SyntaxError' }, json.slice(0, 20))
  t.throws(() => readJson(Buffer.from('{"a":"\xff"}', 'latin1')), { name: 'SyntaxError', message: /UTF-8/ })
})

// security.md 1.3: depth 10^5, no big allocation.
t.test('deep and endless texts are refused before the stack or the memory is', async (t) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = (levels: number): string => `{"a":${open.repeat(levels)}1${close.repeat(levels)}}`
    t.throws(() => read(deep(100_000)), { name: 'SyntaxError', message: /levels/ })
    t.throws(() => read(deep(1000)), { name: 'SyntaxError', message: /levels/ })
    t.ok(read(deep(990)))
  }
  const before = process.memoryUsage().rss
  const many = `{"a":[${'[],'.repeat(5_000_000)}0]}`
  t.throws(() => read(many), { name: 'SyntaxError', message: new RegExp(`${MAX_SESSION_VALUES} values`) })
  t.ok(process.memoryUsage().rss - before < 300 * MIB)
})

t.test('no key reaches a prototype', async (t) => {
  for (const json of [
    '{"__proto__":{"x":1},"b":{"__proto__":{"x":1}}}',
    '{"__proto__":{"x":1.0},"b":{"__proto__":{"x":1}}}',
  ]) {
    const data = read(json)
    t.same(Object.keys(data), ['__proto__', 'b'])
    t.equal(Object.getPrototypeOf(data), Object.prototype)
    t.equal(Object.getPrototypeOf(data['b']), Object.prototype)
  }
  t.equal(Reflect.get({}, 'x'), undefined)
})

// security.md 1.3, "Flask-Session #71, #149": what another request wrote is not lost.
t.test('a merge sets and removes keys, and leaves the text of all others', async (t) => {
  const odd = '"b" : [ 1.50 , {"c":"]}\\"," } ] ,"\\u0064":1E2'
  const kept = '"b" : [ 1.50 , {"c":"]}\\"," } ],"\\u0064":1E2'
  const rows: [json: string, changes: [string, unknown][], merged: string][] = [
    [`{"a":1,${odd}}`, [['a', 2]], `{"a":2,${kept}}`],
    [`{ "a" : 1 ,\n${odd} }`, [['a', 2]], `{"a" : 2,${kept}}`],
    [`{"a":1,${odd}}`, [['a', undefined]], `{${kept}}`],
    [`{"a":1,${odd}}`, [['e', 'x']], `{"a":1,${kept},"e":"x"}`],
    ['{}', [['a', 1]], '{"a":1}'], [' { } ', [['a', undefined]], '{}'], ['{"a":1}', [], '{"a":1}'],
    ['{"a":1,"b":2,"a":3}', [['a', 4]], '{"b":2,"a":4}'], ['{"a":1,"b":2,"a":3}', [['a', undefined]], '{"b":2}'],
    ['{"\\"":"\\\\","a":[]}', [['"', 1]], '{"\\"":1,"a":[]}'], ['{"a":{"b":{}},"c":[[],"[{"]}', [['c', []]], '{"a":{"b":{}},"c":[]}'],
  ] // biome-ignore format: a table of short texts
  for (const [json, changes, merged] of rows) t.equal(merge(json, changes), merged)
})

t.test('a merge changes what it is told to, whatever the rest is', async (t) => {
  const session = fc.dictionary(fc.string(), fc.jsonValue())
  fc.assert(
    fc.property(session, session, fc.constantFrom(undefined, 1), (stored, changes, space) => {
      const merged = merge(JSON.stringify(stored, null, space), Object.entries(changes))
      const own = (value: Record<string, unknown>): [string, unknown][] => Object.entries(value)
      t.same(JSON.parse(merged), JSON.parse(JSON.stringify(Object.fromEntries([...own(stored), ...own(changes)]))))
    }),
  )
})

t.test('more bytes than a session may have are an error', async (t) => {
  const full = new Uint8Array(MAX_SESSION_BYTES)
  t.equal(limited(full), full)
  t.throws(() => limited(new Uint8Array(MAX_SESSION_BYTES + 1)), { name: 'TypeError' })
})
