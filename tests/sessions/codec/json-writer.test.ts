import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { floatMark, jsonString, keyText, writeJson, writeJsonValue } from '../../../lib/sessions/codec/json-writer.ts'
import { dateOf } from '../../../lib/sessions/codec/moments.ts'
import { MAX_SESSION_BYTES } from '../../../lib/sessions/codec/unreadable.ts'
import { markFloat, tuple } from '../../../lib/sessions/kinds.ts'
import { UUID } from '../../../lib/sessions/uuid.ts'

// Each of these is what msgspec 0.22 writes for the same value.
t.test('values are written as msgspec writes them', async (t) => {
  const rows: [value: unknown, json: string][] = [
    [0, '0'], [-1, '-1'], [2 ** 32, '4294967296'], [2n ** 64n, '18446744073709551616'], [-(2n ** 70n), '-1180591620717411303424'],
    [0.1, '0.1'], [-0, '-0.0'], [1e16, '1e16'], [12345678901234568, '1.2345678901234568e16'], [1e22, '1e22'], [1e-5, '0.00001'],
    [9.99e-6, '9.99e-6'], [1e-7, '1e-7'], [5e-324, '5e-324'], [2 ** 53, '9007199254740992.0'], [1e300, '1e300'], [0.0001234, '0.0001234'],
    [NaN, 'null'], [Infinity, 'null'], [true, 'true'], [null, 'null'], [undefined, 'null'],
    ['', '""'], ['é😀', '"é😀"'], ['\0\x1f\x7f"\\/\b\u2028', '"\\u0000\\u001f\x7f\\"\\\\/\\b\u2028"'], ['\ud800', '"\ufffd"'],
    [Buffer.from('abc'), '"YWJj"'], [new Uint8Array(), '""'], [Uint8Array.of(120), '"eA=="'],
    [[], '[]'], [[1, [2, undefined]], '[1,[2,null]]'], [tuple(1), '[1]'], [new Set([1, 2]), '[1,2]'], [{}, '{}'],
    [{ a: 1, b: undefined, c: { d: 'x' } }, '{"a":1,"c":{"d":"x"}}'], [new Map<unknown, unknown>([[1, 2], ['b', 3]]), '{"1":2,"b":3}'],
    [new Map(), '{}'], [new Date('2020-01-01T00:00:00Z'), '"2020-01-01T00:00:00Z"'],
    [dateOf({ seconds: 1_577_840_523, nanoseconds: 456_789_000 }), '"2020-01-01T01:02:03.456789Z"'],
    [new Markup('<b>'), '"<b>"'], [new UUID('5'.padStart(32, '0')), '"00000000-0000-0000-0000-000000000005"'],
    [{ toJSON: () => ({ x: 1 }) }, '{"x":1}'],
  ] // biome-ignore format: a table of short values
  for (const [value, json] of rows) {
    t.equal(writeJsonValue('a', value), json)
    if (value !== undefined) t.equal(writeJson({ a: value }), `{"a":${json}}`)
  }
  t.equal(writeJson({}), '{}')
  t.equal(writeJson({ a: undefined }), '{}')
})

t.test('numbers that were floats stay floats', async (t) => {
  const session = { a: 1, b: [2], c: new Map<unknown, unknown>([[3, 4], ['3', 4]]) } // biome-ignore format: short
  markFloat(session, 'a', 1)
  markFloat(session.b, 0, 2)
  markFloat(session.c, floatMark('3'), 4)
  t.equal(writeJson(session), '{"a":1.0,"b":[2.0],"c":{"3":4,"3":4.0}}')
})

t.test('what cannot be kept is told of with its key', async (t) => {
  const circle: unknown[] = []
  circle.push(circle, circle)
  const rows: [value: unknown, message: RegExp][] = [
    [new Date(NaN), /"cart": a date that is invalid/], [() => 1, /"cart": a function/], [circle, /"cart": it contains itself/],
    [new Int16Array(1), /"cart": an? Int16Array/], [new Map([[{ a: 1 }, 1]]), /"cart": a Map with an object as a key/],
    ['x'.repeat(MAX_SESSION_BYTES), /"cart": with it the session has more than/],
  ] // biome-ignore format: a table of short values
  for (const [value, message] of rows) t.throws(() => writeJson({ a: 1, cart: value }), { name: 'TypeError', message })
})

t.test('the text of a key is that of its value', async (t) => {
  const rows: [key: unknown, text: string][] = [
    ['a"', 'a"'], [1, '1'], [1.5, '1.5'], [true, 'true'], [null, 'null'], [2n ** 60n, '1152921504606846976'], [Uint8Array.of(120), 'eA=='],
    [new Date(0), '1970-01-01T00:00:00Z'], [[1, 'a'], '[1,"a"]'],
  ] // biome-ignore format: a table of short values
  for (const [key, text] of rows) t.equal(keyText(key), text)
  t.not(floatMark(1), floatMark('1'))
  t.equal(jsonString('a\ud800'), '"a\ufffd"')
})
