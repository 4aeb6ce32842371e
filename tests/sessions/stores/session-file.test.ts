import fc from 'fast-check'
import t from 'tap'
import {
  EXPIRES_BYTES,
  EXPIRES_OFFSET,
  HEAD_BYTES,
  packExpiry,
  packSessionFile,
  readSessionFile,
  versionOf,
} from '../../../lib/sessions/stores/session-file.ts'

const FILE = {
  version: '0123456789abcdef'.repeat(2),
  expires: 1_700_000_000_000,
  key: 'session:é',
  value: Buffer.from('value'),
}

t.test('what is packed is read the same', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), fc.double({ noNaN: true }), (key, value, expires) => {
      const read = readSessionFile(packSessionFile({ ...FILE, key, value, expires }))
      t.same({ ...read, value: Uint8Array.from(read?.value ?? []) }, { version: FILE.version, key, value, expires })
    }),
  )
})

t.test('a file that is not whole is no session', async (t) => {
  const bytes = packSessionFile(FILE)
  for (let length = 0; length < bytes.length; length += 1)
    t.equal(readSessionFile(bytes.subarray(0, length)), undefined)
  t.equal(readSessionFile(Buffer.concat([bytes, Buffer.alloc(1)])), undefined)
  t.equal(readSessionFile(Buffer.alloc(bytes.length)), undefined, 'blocks of zeros, as a crash leaves them')
})

t.test('a bit that flipped is noticed, but for expiry and version', async (t) => {
  const unguarded = { from: EXPIRES_OFFSET, to: EXPIRES_OFFSET + EXPIRES_BYTES + 16 }
  const bytes = packSessionFile(FILE)
  for (let at = 0; at < bytes.length; at += 1) {
    if (at >= unguarded.from && at < unguarded.to) continue
    for (let bit = 0; bit < 8; bit += 1) {
      const broken = Buffer.from(bytes)
      broken[at] = (broken[at] ?? 0) ^ (1 << bit)
      if (readSessionFile(broken) !== undefined) t.fail(`bit ${bit} of byte ${at}`)
    }
  }
  bytes.writeDoubleBE(NaN, EXPIRES_OFFSET)
  t.equal(readSessionFile(bytes), undefined, 'an expiry that is no number')
})

t.test('the expiry is written over in place', async (t) => {
  const bytes = packSessionFile(FILE)
  packExpiry(5).copy(bytes, EXPIRES_OFFSET)
  t.same(readSessionFile(bytes), { ...FILE, expires: 5 })
  t.equal(packExpiry(5).length, EXPIRES_BYTES)
})

t.test('the version is in the head', async (t) => {
  const bytes = packSessionFile(FILE)
  t.equal(versionOf(bytes.subarray(0, HEAD_BYTES)), FILE.version)
  t.equal(versionOf(bytes.subarray(0, HEAD_BYTES - 1)), undefined)
  t.equal(versionOf(Buffer.alloc(HEAD_BYTES)), undefined)
})
