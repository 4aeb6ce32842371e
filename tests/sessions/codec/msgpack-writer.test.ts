import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { readMsgpack } from '../../../lib/sessions/codec/msgpack-reader.ts'
import { mergeMsgpack, writeMsgpack } from '../../../lib/sessions/codec/msgpack-writer.ts'
import { MAX_LEVELS_WRITTEN, MAX_SESSION_BYTES } from '../../../lib/sessions/codec/unreadable.ts'
import { markFloat, tuple } from '../../../lib/sessions/kinds.ts'
import { UUID } from '../../../lib/sessions/uuid.ts'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const PREFIX = '81a161'
/** What is written for the value under the key `a`. */
const writeOne = (value: unknown): string => hexOf(writeMsgpack({ a: value })).slice(PREFIX.length)
const merge = (wire: string, changes: [string, unknown][]): string => {
  const current = Buffer.from(wire.replaceAll(' ', ''), 'hex')
  return hexOf(mergeMsgpack(current, readMsgpack(current).members, new Map(changes)))
}

// security.md 1.3, "wire": `session:<sid>` = `83 aa 5f7065726d616e656e74 c3 …` map.
t.test('a session is the map that Flask-Session writes', async (t) => {
  const session = { _permanent: true, user: 'ann', _flashes: [tuple('message', 'hi')] }
  t.equal(
    hexOf(writeMsgpack(session)),
    '83aa5f7065726d616e656e74c3a475736572a3616e6ea85f666c61736865739192a76d657373616765a26869',
  )
  t.equal(hexOf(writeMsgpack({})), '80')
})

// Each of these is what msgspec 0.22 writes for the same value.
t.test('values are written as msgspec writes them', async (t) => {
  const rows: [value: unknown, bytes: string][] = [
    [0, '00'], [127, '7f'], [128, 'cc80'], [255, 'ccff'], [256, 'cd0100'], [65_535, 'cdffff'], [65_536, 'ce00010000'],
    [2 ** 32 - 1, 'ceffffffff'], [2 ** 32, 'cf0000000100000000'], [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    [-1, 'ff'], [-32, 'e0'], [-33, 'd0df'], [-128, 'd080'], [-129, 'd1ff7f'], [-32_768, 'd18000'], [-32_769, 'd2ffff7fff'],
    [-(2 ** 31), 'd280000000'], [-(2 ** 31) - 1, 'd3ffffffff7fffffff'], [Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
    [2n ** 53n, 'cf0020000000000000'], [2n ** 64n - 1n, 'cfffffffffffffffff'], [-(2n ** 63n), 'd38000000000000000'], [5n, '05'],
    [0.1, 'cb3fb999999999999a'], [-0, 'cb8000000000000000'], [1e22, 'cb4480f0cf064dd592'], [NaN, 'cb7ff8000000000000'],
    [Infinity, 'cb7ff0000000000000'], [-Infinity, 'cbfff0000000000000'], [2 ** 53, 'cb4340000000000000'],
    [true, 'c3'], [false, 'c2'], [null, 'c0'], ['', 'a0'], ['é😀', 'a6c3a9f09f9880'], ['\ud800', 'a3efbfbd'],
    ['x'.repeat(32), `d920${'78'.repeat(32)}`], ['x'.repeat(256), `da0100${'78'.repeat(256)}`],
    ['é'.repeat(40_000), `db00013880${'c3a9'.repeat(40_000)}`],
    [new Uint8Array(), 'c400'], [Buffer.from('abc'), 'c403616263'], [Uint8Array.of(1).buffer, 'c40101'],
    [new Uint8Array(70_000), `c600011170${'00'.repeat(70_000)}`],
    [[], '90'], [[1, [2]], '92019102'], [tuple(1, 2), '920102'], [new Set([1, 2]), '920102'], [[undefined], '91c0'],
    [Array(16).fill(1), `dc0010${'01'.repeat(16)}`], [Array(65_536).fill(1), `dd00010000${'01'.repeat(65_536)}`],
    [{ b: 1, c: undefined }, '81a16201'], [{}, '80'], [new Map<unknown, unknown>([[1, 2], ['1', 3]]), '820102a13103'],
    [new Date('2020-01-01T00:00:00Z'), 'd6ff5e0be100'], [new Date('1969-12-31T23:59:59.999Z'), 'c70cff3b8b87c0ffffffffffffffff'],
    [new Date('2020-01-01T00:00:00.5Z'), 'd7ff773594005e0be100'], [new Date('2600-01-01T00:00:00Z'), 'c70cff0000000000000004a0fe7280'],
    [new Markup('<b>'), 'a33c623e'], [new UUID('5'.padStart(32, '0')), 'd92430303030303030302d303030302d303030302d303030302d303030303030303030303035'],
    [{ toJSON: () => [1] }, '9101'], [new URL('a:b'), 'a3613a62'],
  ] // biome-ignore format: a table of short values
  for (const [value, bytes] of rows) t.ok(writeOne(value) === bytes, bytes.slice(0, 60))
})

t.test('many keys are counted in 16 and 32 bits', async (t) => {
  for (const [count, head] of [
    [15, '8f'],
    [16, 'de0010'],
    [65_536, 'df00010000'],
  ] as const) {
    const dict = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]))
    t.equal(hexOf(writeMsgpack(dict)).slice(0, head.length), head)
    t.same(readMsgpack(writeMsgpack(dict)).data, dict)
  }
})

t.test('what was read is written back the same', async (t) => {
  const rows = [
    '82 a161 cb3ff0000000000000 a162 92 cb4000000000000000 02', 'de0001 a161 01', '81 a161 82 01 05 c3 06', '81 01 02',
    '81 a161 82 02 05 a132 cb4000000000000000', '81 a161 82 02 cb4000000000000000 a132 05', '81 a161 d7ff6ce830205e0bef8b',
    '81 a161 c70cff3b9ac618ffffffffffffffff', '81 a161 cb8000000000000000', '81 a161 81 92 01 a161 05', '81 a95f5f70726f746f5f5f 01',
  ] // biome-ignore format: a table of short values
  for (const row of rows) {
    const wire = row.replaceAll(' ', '')
    const written = hexOf(writeMsgpack(readMsgpack(Buffer.from(wire, 'hex')).data))
    t.equal(written, wire.replace('de0001', '81'))
  }
})

t.test('what cannot be kept is told of with its key', async (t) => {
  const circle: Record<string, unknown> = {}
  circle['self'] = { circle }
  const list: unknown[] = []
  list.push(list, list)
  const forever = { toJSON: () => forever }
  const rows: [value: unknown, message: RegExp][] = [
    [2n ** 64n, /"cart": the integer 18446744073709551616/], [-(2n ** 63n) - 1n, /"cart": the integer -9223372036854775809/],
    [[{ a: 2n ** 64n }], /"cart": the integer/], [new Date(NaN), /"cart": a date that is invalid/], [new Date(8.64e15), /"cart": a date/],
    [() => 1, /"cart": a function/], [Symbol('a'), /"cart": a symbol/], [Promise.resolve(), /"cart": a Promise/],
    [new Float64Array(2), /"cart": a Float64Array/], [circle, /"cart": it contains itself/], [list, /"cart": it contains itself/],
    [forever, /"cart": it contains itself/], [new Map([[{ a: 1 }, 1]]), /"cart": a Map with an object as a key/],
    ['x'.repeat(MAX_SESSION_BYTES), /"cart": with it the session has more than 16777216 bytes/],
  ] // biome-ignore format: a table of short values
  for (const [value, message] of rows) {
    t.throws(() => writeMsgpack({ a: 1, cart: value }), { name: 'TypeError', message })
    t.throws(() => merge('81a16101', [['cart', value]]), { name: 'TypeError', message })
  }
})

t.test('what is shared many times over does not fill the memory', async (t) => {
  let shared: unknown = ['x'.repeat(100)]
  for (let level = 0; level < 60; level += 1) shared = [shared, shared]
  t.throws(() => writeMsgpack({ cart: shared }), {
    name: 'TypeError',
    message: /"cart": with it the session has more than/,
  })
})

t.test('as many levels are written as Python reads within a request', async (t) => {
  let deep: unknown = 1
  for (let level = 1; level < MAX_LEVELS_WRITTEN; level += 1) deep = level % 2 === 0 ? [deep] : { a: deep }
  t.ok(readMsgpack(writeMsgpack({ deep })).data['deep'])
  t.throws(() => writeMsgpack({ deep: [deep] }), { name: 'TypeError', message: /"deep": .*900 levels/ })
})

// security.md 1.3, "Flask-Session #71, #149": what another request wrote is not lost.
t.test('a merge sets and removes keys, and leaves the bytes of all others', async (t) => {
  const odd = 'a162 dc000101 01 ca3f800000' // a list and a float that msgspec would write shorter or longer, and an int as key
  t.equal(merge(`83 a161 01 ${odd}`, [['a', 2]]), `83a16102${odd.replaceAll(' ', '')}`)
  t.equal(merge(`83 a161 01 ${odd}`, [['a', undefined]]), `82${odd.replaceAll(' ', '')}`)
  t.equal(merge(`83 a161 01 ${odd}`, [['c', 'x']]), `84a16101${odd.replaceAll(' ', '')}a163a178`)
  t.equal(merge(`83 a161 01 ${odd}`, []), `83a16101${odd.replaceAll(' ', '')}`)
  t.equal(
    merge('81 a161 01', [
      ['a', undefined],
      ['b', undefined],
    ]),
    '80',
  )
  t.equal(merge('80', [['__proto__', 1]]), '81a95f5f70726f746f5f5f01')
})

t.test('a merge keeps the place and kind of a key, and makes repeated ones one', async (t) => {
  t.equal(merge('82 01 05 a161 06', [['1', 7]]), '820107a16106')
  t.equal(merge('83 a161 01 a162 02 a161 03', [['a', 4]]), '82a16202a16104')
  t.equal(merge('83 a161 01 a162 02 a161 03', [['a', undefined]]), '81a16202')
})

t.test('a merge past 15 keys makes a longer head', async (t) => {
  const fifteen = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, index]))
  t.same(readMsgpack(Buffer.from(merge(hexOf(writeMsgpack(fifteen)), [['more', 1]]), 'hex')).data, {
    ...fifteen,
    more: 1,
  })
})

t.test('floats in a Map stay floats under their key', async (t) => {
  const map = new Map<unknown, unknown>([[1, 2]])
  markFloat(map, 'number 1', 2)
  t.equal(writeOne(map), '8101cb4000000000000000')
})
