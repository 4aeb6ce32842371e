import t from 'tap'
import { readMsgpack } from '../../../lib/sessions/codec/msgpack-reader.ts'
import { MAX_LEVELS_READ, MAX_SESSION_VALUES } from '../../../lib/sessions/codec/unreadable.ts'
import { rawKey } from '../../../lib/sessions/codec/values.ts'
import { isFloat } from '../../../lib/sessions/kinds.ts'

const MIB = 1024 * 1024

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex')
/** The value under the key `a` of a map that has no other. */
const readOne = (text: string): unknown => readMsgpack(hex(`81 a161 ${text}`)).data['a']

t.test('every head of a value is read', async (t) => {
  const rows: [bytes: string, value: unknown][] = [
    ['00', 0], ['7f', 127], ['e0', -32], ['ff', -1], ['c0', null], ['c2', false], ['c3', true],
    ['cc80', 128], ['cd0100', 256], ['ceffffffff', 2 ** 32 - 1], ['d080', -128], ['d1ff7f', -129], ['d280000000', -(2 ** 31)],
    ['cf0000000100000000', 2 ** 32], ['cf001fffffffffffff', Number.MAX_SAFE_INTEGER], ['cf0020000000000000', 2n ** 53n],
    ['cfffffffffffffffff', 2n ** 64n - 1n], ['d3ffffffff7fffffff', -(2 ** 31) - 1], ['d38000000000000000', -(2n ** 63n)],
    ['ca3fc00000', 1.5], ['cb3fb999999999999a', 0.1], ['cb8000000000000000', -0], ['cb7ff8000000000000', NaN],
    ['cb7ff0000000000000', Infinity], ['ca7fc00000', NaN],
    ['a0', ''], ['a2c3a9', 'é'], ['a4f09f9880', '😀'], ['d90161', 'a'], ['da000161', 'a'], ['db0000000161', 'a'], ['a3efbbbf', '\ufeff'],
    ['c400', new Uint8Array()], ['c40161', Uint8Array.of(97)], ['c5000161', Uint8Array.of(97)], ['c60000000161', Uint8Array.of(97)],
    ['90', []], ['920102', [1, 2]], ['dc000101', [1]], ['dd0000000101', [1]],
    ['80', {}], ['81a16201', { b: 1 }], ['de0001a16201', { b: 1 }], ['df00000001a16201', { b: 1 }],
    ['82a16201a16202', { b: 2 }],
  ] // biome-ignore format: a table of short values
  for (const [bytes, value] of rows) t.strictSame(readOne(bytes), value, bytes)
  const long = 'é'.repeat(40_000)
  t.equal(readOne(`db${(80_000).toString(16).padStart(8, '0')}${Buffer.from(long).toString('hex')}`), long)
})

// security.md 1.3, "wire": tz-aware datetime = ext -1.
t.test('timestamps of all sizes are dates', async (t) => {
  const rows: [bytes: string, text: string][] = [
    ['d6ff5e0be100', '2020-01-01T00:00:00.000Z'],
    ['d7ff6ce830205e0bef8b', '2020-01-01T01:02:03.456Z'],
    ['d7ff0000000100000001', '2106-02-07T06:28:17.000Z'],
    ['c70cff3b9ac618ffffffffffffffff', '1969-12-31T23:59:59.999Z'],
    ['c70cff3b9ac6180000003afff4417f', '9999-12-31T23:59:59.999Z'],
    ['c70cff00000000fffffff1886e0900', '0001-01-01T00:00:00.000Z'],
    ['c704ff00000001', '1970-01-01T00:00:01.000Z'],
  ]
  for (const [bytes, text] of rows) t.equal((readOne(bytes) as Date).toISOString(), text, bytes)
})

t.test('floats that are whole are told from integers', async (t) => {
  const { data } = readMsgpack(hex('83 a161 cb3ff0000000000000 a162 01 a163 92 cb4000000000000000 02'))
  t.strictSame(data, { a: 1, b: 1, c: [2, 2] })
  t.ok(isFloat(data, 'a', 1))
  t.notOk(isFloat(data, 'b', 1))
  const list = data['c'] as number[]
  t.ok(isFloat(list, 0, 2))
  t.notOk(isFloat(list, 1, 2))
})

t.test('keys that are no text become text, and are remembered', async (t) => {
  const rows: [key: string, text: string][] = [
    ['01', '1'], ['ff', '-1'], ['cf8000000000000000', '9223372036854775808'], ['cb3ff8000000000000', '1.5'], ['c3', 'true'],
    ['c0', 'null'], ['c40178', 'eA=='], ['920102', '[1,2]'], ['d6ff5e0be100', '2020-01-01T00:00:00Z'],
  ] // biome-ignore format: a table of short values
  for (const [key, text] of rows) {
    const dict = readOne(`81 ${key} 05`) as object
    t.strictSame(dict, { [text]: 5 })
    t.same(rawKey(dict, text), new Uint8Array(hex(key)))
    t.strictSame(readMsgpack(hex(`81 ${key} 05`)).data, { [text]: 5 }, 'at the top too')
  }
})

t.test('a dict whose keys are the same as text is a Map', async (t) => {
  t.strictSame(readOne('83 01 05 a131 06 a162 07'), new Map<unknown, unknown>([[1, 5], ['1', 6], ['b', 7]])) // biome-ignore format: short
  t.strictSame(readOne('82 a131 05 01 06'), new Map<unknown, unknown>([['1', 5], [1, 6]])) // biome-ignore format: short
  t.strictSame(readOne('82 01 05 01 06'), { 1: 6 }, 'a key that is repeated is one')
  t.strictSame(readMsgpack(hex('82 01 05 a131 06')).data, { 1: 6 }, 'at the top the last wins')
})

// security.md 1.2, "tagged JSON", and 1.3: `__proto__` keys never reach the prototype.
t.test('no key reaches a prototype', async (t) => {
  const proto = 'a95f5f70726f746f5f5f'
  const { data } = readMsgpack(hex(`82 ${proto} 81 a178 01 a161 81 ${proto} 81 a178 01`))
  t.same(Object.keys(data), ['__proto__', 'a'])
  t.equal(Object.getPrototypeOf(data), Object.prototype)
  t.equal(Object.getPrototypeOf(data['a']), Object.prototype)
  t.equal(Reflect.get({}, 'x'), undefined)
  t.same(Object.getOwnPropertyDescriptor(data, '__proto__')?.value, { x: 1 })
})

t.test('the places of the top-level keys are told', async (t) => {
  const { members } = readMsgpack(hex('82 a161 9101 01 c0'))
  t.same(members, [
    { name: 'a', start: 1, valueStart: 3, end: 5 },
    { name: '1', start: 5, valueStart: 6, end: 7 },
  ])
})

t.test('bytes are given away as copies', async (t) => {
  const wire = Buffer.from(hex('81 a161 c40161'))
  const value = readMsgpack(wire).data['a'] as Uint8Array
  wire.fill(0)
  t.same(value, Uint8Array.of(97))
  t.equal(value.constructor, Uint8Array)
})

// security.md 1.3, "Flask-Session pickle": truncated msgpack, trailing bytes.
t.test('bytes that break off anywhere, or go on, are refused', async (t) => {
  const whole = hex(
    '86 a161 92 01 a3 616263 a162 c40161 a163 d6ff5e0be100 a164 cb3ff0000000000000 a165 81 01 02 a166 da0001 61',
  )
  t.ok(readMsgpack(whole))
  for (let length = 0; length < whole.length; length += 1) {
    t.throws(
      () => readMsgpack(whole.subarray(0, length)),
      { name: 'SyntaxError', message: /breaks off/ },
      `${length} bytes`,
    )
  }
  t.throws(() => readMsgpack(Buffer.concat([whole, hex('c0')])), { name: 'SyntaxError', message: /behind its end/ })
})

// security.md 1.3: extension types, and all else that sessions do not have.
t.test('what sessions do not have is refused', async (t) => {
  const rows: [bytes: string, message: RegExp][] = [
    ['c1', /0xc1/], ['d40100', /0xd4/], ['d5010000', /0xd5/], ['d60100000001', /extension type 1/], ['c70101 00', /extension type 1/],
    ['d8ff00000000000000000000000000000000', /0xd8/], ['c8000401 00000000', /0xc8/], ['c90000000401 00000000', /0xc9/],
    ['c700ff', /timestamp of 0 bytes/], ['c705ff0000000000', /timestamp of 5 bytes/], ['d7ffffffffff00000001', /out of range/],
    ['c70cff00000000 7fffffffffffffff', /out of range/], ['c70cff00000000 0000003afff44180', /out of range/],
    ['a1ff', /not UTF-8/], ['a3eda080', /not UTF-8/], ['a2c080', /not UTF-8/], [`bf${'61'.repeat(30)}ff`, /not UTF-8/],
    ['81 81a16201 02', /map as a key/], ['81 91 80 02', /map as a key/],
  ] // biome-ignore format: a table of short values
  for (const [bytes, message] of rows) t.throws(() => readOne(bytes), { name: 'SyntaxError', message }, bytes)
  for (const bytes of ['', '00', '90', 'c0', '7b7d', 'a161'])
    t.throws(() => readMsgpack(hex(bytes)), { name: 'SyntaxError' })
})

// security.md 1.3: length prefix 2^32-1, no big allocation.
t.test('a length is not believed before the bytes are there', async (t) => {
  const before = process.memoryUsage().rss
  for (const head of ['dd', 'df', 'c6', 'db']) {
    for (const length of ['ffffffff', '7fffffff', '01000000']) t.throws(() => readOne(head + length), /breaks off/)
  }
  t.throws(() => readMsgpack(hex('dfffffffff')), /breaks off/)
  // Each array claims as many items as there are bytes left.
  const claims = Buffer.alloc(5 * 100_000, hex('dd 00010000'))
  t.throws(() => readMsgpack(Buffer.concat([hex('81a161'), claims])), { name: 'SyntaxError' })
  t.ok(process.memoryUsage().rss - before < 32 * MIB, 'memory stays')
})

// security.md 1.3: map depth 10^5.
t.test('deep values are refused before the stack is', async (t) => {
  for (const level of ['81a161', '91', '8181']) {
    const deep = Buffer.concat([hex('81a161'), Buffer.alloc((level.length / 2) * 100_000, hex(level)), hex('c0')])
    t.throws(() => readMsgpack(deep), { name: 'SyntaxError', message: /1000 levels/ }, level)
  }
  const just = (levels: number): Uint8Array => Buffer.concat([hex('81a161'), Buffer.alloc(levels - 2, 0x91), hex('90')])
  t.ok(readMsgpack(just(MAX_LEVELS_READ)))
  t.throws(() => readMsgpack(just(MAX_LEVELS_READ + 1)), /levels/)
})

t.test('few bytes do not become much memory', async (t) => {
  const many = Buffer.alloc(15 * MIB, 0x80)
  const head = hex(`81 a161 dd ${many.length.toString(16).padStart(8, '0')}`)
  const before = process.memoryUsage().rss
  t.throws(() => readMsgpack(Buffer.concat([head, many])), { message: new RegExp(`${MAX_SESSION_VALUES} values`) })
  t.ok(process.memoryUsage().rss - before < 200 * MIB)
  // Each of these dicts is known to be ambiguous only at its end, and is read twice.
  const ambiguous = `${'82 01'.repeat(60)} c0 ${'a131 c0'.repeat(60)}`
  t.throws(() => readOne(ambiguous), { name: 'SyntaxError', message: /values/ })
})

t.test('random bytes are read or refused, never anything else', async (t) => {
  let state = 12_345
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
  const whole = hex(
    '86 a161 92 01 a3 616263 a162 c40161 a163 d6ff5e0be100 a164 cb3ff0000000000000 a165 81 01 02 a166 da0001 61',
  )
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Buffer.from(whole)
    for (let flips = random() % 4; flips >= 0; flips -= 1) bytes[random() % bytes.length] = random() % 256
    try {
      readMsgpack(bytes)
    } catch (error) {
      if (!(error instanceof SyntaxError)) t.fail(`${bytes.toString('hex')}: ${String(error)}`)
    }
  }
})
