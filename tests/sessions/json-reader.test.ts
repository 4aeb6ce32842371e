import fc from 'fast-check'
import t from 'tap'
import { MAX_DEPTH, readJson } from '../../lib/sessions/json-reader.ts'
import { isFloat } from '../../lib/sessions/kinds.ts'

const read = (text: string): unknown => readJson(text, { single: (value) => value })

t.test('whatever JSON.stringify writes is read as JSON.parse reads it', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\r\n\t '), (value, space) => {
      const asNumber = (_key: string, item: unknown): unknown => (typeof item === 'bigint' ? Number(item) : item)
      t.equal(JSON.stringify(read(JSON.stringify(value, null, space)), asNumber), JSON.stringify(value))
    }),
  )
})

t.test('what Python tells apart is kept apart', async (t) => {
  const value = read('{"a":1,"b":1.0,"c":[1,2.0,1e2],"d":-0,"e":-0.0,"f":[[],1]}') as Record<string, unknown>
  t.strictSame(value, { a: 1, b: 1, c: [1, 2, 100], d: 0, e: -0, f: [[], 1] })
  t.notOk(isFloat(value, 'a', 1))
  t.ok(isFloat(value, 'b', 1))
  const c = value['c'] as number[]
  t.same(
    [0, 1, 2].map((index) => isFloat(c, index, c[index] ?? 0)),
    [false, true, true],
  )
  t.same(read('[9007199254740991,9007199254740992,-9007199254740993]'), [
    9007199254740991,
    9007199254740992n,
    -9007199254740993n,
  ])
  t.strictSame(read('[NaN,Infinity,-Infinity,1e999,9007199254740992.0]'), [NaN, Infinity, -Infinity, Infinity, 2 ** 53])
})

t.test('an object with one key is given away, also when the key is repeated', async (t) => {
  const seen: string[] = []
  const hooks = {
    single: (value: Record<string, unknown>, key: string): unknown => {
      seen.push(key)
      return { was: value[key] }
    },
  }
  t.same(readJson('{"a":{"b":1,"c":2},"a":{"d":3}}', hooks), { was: { was: 3 } })
  t.same(seen, ['d', 'a'])
  t.same(readJson('{}', hooks), {})
})

t.test('what is not JSON is a SyntaxError', async (t) => {
  const rows = [
    '', ' ', '{', '[', '"', '"\\"', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '[1', '[1,', '[1,]', '[,]',
    '01', '1.', '.5', '+1', '-', '1e', 'tru', 'nan', "'a'", '"a\nb"', '"\\x"', '[1] 2', '{"a":1}}', '\u00a01', '\ufeff1',
    `${'9'.repeat(4301)}`,
  ] // biome-ignore format: a table of short texts
  for (const text of rows) t.throws(() => read(text), { name: 'SyntaxError' }, text)
})

// security.md 1.6, "recursion": the reader is recursive, so it has to stop.
t.test('deep texts are refused before the stack is', async (t) => {
  t.ok(read('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)))
  t.throws(() => read('['.repeat(MAX_DEPTH + 1)), { name: 'SyntaxError', message: /levels/ })
  t.throws(() => read('{"a":'.repeat(100_000)), { name: 'SyntaxError', message: /levels/ })
})

// security.md 1.2, "tagged JSON".
t.test('__proto__ is a key like any other', async (t) => {
  const value = read('{"__proto__":{"polluted":1},"a":1.0}') as Record<string, unknown>
  t.same(Object.keys(value), ['__proto__', 'a'])
  t.equal(value['polluted'], undefined)
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

t.test('reading takes time in proportion to the text', async (t) => {
  const started = performance.now()
  for (const text of [`"${'\\\\'.repeat(200_000)}"`, `"${'\\"'.repeat(200_000)}"`, `[${' '.repeat(400_000)}1]`])
    read(text)
  t.throws(() => read(`"${'\\"'.repeat(200_000)}`))
  t.ok(performance.now() - started < 3000)
})

t.test('limits and strictness are those that the caller sets', async (t) => {
  const strict = { single: (value: unknown): unknown => value, isStrict: true, maxLevels: 3, maxValues: 4 }
  t.same(readJson('[[[1]]]', strict), [[[1]]])
  t.throws(() => readJson('[[[[]]]]', strict), { name: 'SyntaxError', message: /3 levels/ })
  t.throws(() => readJson('[1,2,3,4]', strict), { name: 'SyntaxError', message: /4 values/ })
  for (const text of ['NaN', 'Infinity', '-Infinity', '1e400', '-1E400']) {
    t.throws(() => readJson(text, strict), { name: 'SyntaxError' }, text)
  }
  t.equal(readJson('true', strict), true)
})
