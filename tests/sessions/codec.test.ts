import fc from 'fast-check'
import t from 'tap'
import { MAX_SESSION_BYTES } from '../../lib/sessions/codec/unreadable.ts'
import { loadCodec, UnreadableSession } from '../../lib/sessions/codec.ts'

const msgpack = await loadCodec('msgpack')
const json = await loadCodec('json')
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex')

const PLAIN = { noNullPrototype: true }

/** What a session may hold and both formats give back the same. */
const session = fc.dictionary(
  fc.string({ unit: 'grapheme' }),
  fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    value: fc.oneof(
      { maxDepth: 5 },
      tie('leaf'),
      fc.array(tie('value'), { maxLength: 20 }),
      fc.dictionary(fc.string(), tie('value'), PLAIN),
    ),
  })).value,
  PLAIN,
)

t.test('what is encoded is decoded the same, by either codec', async (t) => {
  fc.assert(
    fc.property(session, (data) => {
      const plain = { ...data }
      for (const codec of [msgpack, json]) {
        for (const reader of [msgpack, json]) t.strictSame(reader.decode(codec.encode(data)), plain)
        t.same(codec.encode(codec.decode(codec.encode(data))), codec.encode(data))
      }
    }),
    { numRuns: 200 },
  )
})

t.test('what only msgpack has survives it', async (t) => {
  const only = fc.oneof(
    fc.uint8Array(),
    fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true }),
    fc.constantFrom(NaN, Infinity, -Infinity),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string(), only, PLAIN), (data) => {
      t.strictSame(msgpack.decode(msgpack.encode(data)), { ...data })
    }),
  )
})

t.test('a merge gives what the changed session encodes to', async (t) => {
  fc.assert(
    fc.property(session, session, fc.func(fc.boolean()), (stored, others, isRemoved) => {
      const changes = new Map<string, unknown>()
      const wanted = new Map(Object.entries(stored))
      for (const [key, value] of Object.entries({ ...others, ...stored })) {
        if (Object.hasOwn(stored, key) && !isRemoved(key)) continue
        changes.set(key, Object.hasOwn(others, key) ? value : undefined)
        if (Object.hasOwn(others, key)) wanted.set(key, value)
        else wanted.delete(key)
      }
      for (const codec of [msgpack, json]) {
        t.strictSame(codec.decode(codec.merge(codec.encode(stored), changes)), Object.fromEntries(wanted))
      }
    }),
    { numRuns: 200 },
  )
})

t.test('a merge keeps msgpack, and turns JSON into what is configured', async (t) => {
  const changes = new Map<string, unknown>([['b', undefined], ['c', new Uint8Array([1])]]) // biome-ignore format: short
  const stored = { _permanent: true, a: 1, b: 2 }
  t.same(msgpack.decode(msgpack.merge(msgpack.encode(stored), changes)), {
    _permanent: true,
    a: 1,
    c: Uint8Array.of(1),
  })
  t.same(json.decode(json.merge(msgpack.encode(stored), changes)), { _permanent: true, a: 1, c: Uint8Array.of(1) })
  t.same(msgpack.merge(json.encode(stored), changes), msgpack.encode({ _permanent: true, a: 1, c: Uint8Array.of(1) }))
  t.equal(Buffer.from(json.merge(json.encode(stored), changes)).toString(), '{"_permanent":true,"a":1,"c":"AQ=="}')
  t.throws(() => msgpack.merge(Buffer.from(`{"big":${2n ** 70n}}`), changes), { name: 'TypeError', message: /"big"/ })
})

// security.md 1.3, "Flask-Session pickle".
t.test('what is no session is unreadable, never an exception of another kind', async (t) => {
  const rows: [what: string, bytes: Uint8Array, reason: string][] = [
    ['nothing', bytes(''), 'malformed'],
    ['a pickle of protocol 4', Buffer.from('\x80\x04}\x94(\x8c\x01a\x94K\x01u.', 'latin1'), 'pickle'],
    ['a pickle of protocol 2', Buffer.from('\x80\x02}q\0.', 'latin1'), 'pickle'],
    ['a pickle of protocol 0', Buffer.from('(dp0\nVa\np1\nI1\ns.'), 'pickle'],
    ['a pickle that is cut off', Buffer.from('\x80\x04}\x94(\x8c\x01a\x94K\x01u', 'latin1'), 'malformed'],
    ['truncated msgpack', bytes('82 a161 01'), 'malformed'],
    ['trailing bytes', bytes('81 a161 01 c0'), 'malformed'],
    ['an extension type', bytes('81 a161 d60100000001'), 'malformed'],
    ['a map of depth 10^5', Buffer.alloc(300_000, bytes('81a161')), 'malformed'],
    ['a length of 2^32-1', bytes('dfffffffff'), 'malformed'],
    ['a list', bytes('90'), 'malformed'],
    ['a JSON list', Buffer.from('[]'), 'malformed'],
    ['text', Buffer.from('hello'), 'malformed'],
    ['blanks', Buffer.from(' \n'), 'malformed'],
    ['broken JSON', Buffer.from('{"a":'), 'malformed'],
    ['a key twice the size', new Uint8Array(MAX_SESSION_BYTES + 1).fill(0x80), 'malformed'],
  ]
  for (const codec of [msgpack, json]) {
    for (const [what, value, reason] of rows) {
      t.throws(() => codec.decode(value), { name: 'UnreadableSession', reason }, what)
      t.throws(() => codec.merge(value, new Map()), UnreadableSession, what)
    }
  }
  const cause = t.throws(() => msgpack.decode(bytes('82 a161 01'))) as Error
  t.type(cause.cause, SyntaxError)
})

t.test('a value as large as may be is read, one byte more is not', async (t) => {
  const head = bytes('81 a161 c6 00fffff8')
  const full = Buffer.concat([head, Buffer.alloc(MAX_SESSION_BYTES - head.length)])
  t.equal((msgpack.decode(full)['a'] as Uint8Array).length, MAX_SESSION_BYTES - head.length)
  t.throws(() => msgpack.decode(Buffer.concat([full, Buffer.alloc(1)])), {
    reason: 'malformed',
    message: /16777217 bytes/,
  })
})

t.test('a mistake in the value is no fault of what is stored', async (t) => {
  const faulty = { toJSON: () => JSON.parse('{') }
  for (const codec of [msgpack, json]) {
    t.throws(() => codec.merge(codec.encode({ a: 1 }), new Map([['a', faulty]])), { name: 'SyntaxError' })
    t.throws(() => codec.encode({ a: () => 1 }), { name: 'TypeError', message: /"a"/ })
  }
})
