import { randomBytes } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import zlib from 'node:zlib'
import t from 'tap'
import { BadPayload } from '../../lib/signing/errors.ts'
import { Signer } from '../../lib/signing/signer.ts'
import { TimestampSigner } from '../../lib/signing/timestamp.ts'
import { MAX_INFLATED_BYTES, URLSafeSerializer, URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'

// Made by itsdangerous 2.2.0 at 1700000000.
t.test('tokens made by itsdangerous are read, and made alike', async (t) => {
  const serializer = new URLSafeSerializer('secret-key', 'auth')
  const token = 'eyJpZCI6NSwibmFtZSI6Iml0c2Rhbmdlcm91cyIsIsOpIjpbMS41LG51bGwsdHJ1ZV19.Hm2AgiNO5qDcAiRUuul9-QPl2Ws'
  const value = { id: 5, name: 'itsdangerous', é: [1.5, null, true] }
  t.same(serializer.loads(token), value)
  t.equal(serializer.dumps(value), token)
  const compressed = '.eJxTSkyiPVQCALfRJls.gBSBcRy8U9VFO6kIjWH3g5hfLjU'
  t.equal(new URLSafeSerializer('secret-key').loads(compressed), 'ab'.repeat(50))
  const timed = new URLSafeTimedSerializer('secret-key', 'auth')
  const [loaded, signedAt] = timed.loads('eyJpZCI6NX0.ZVPxAA.teDgdnsFWjqtCsJaqY7NmkSZYKA', { return_timestamp: true })
  t.same(loaded, { id: 5 })
  t.equal(signedAt.toISOString(), '2023-11-14T22:13:20.000Z')
})

t.test('a token is compressed where that is shorter, and safe in URLs', async (t) => {
  for (const serializer of [new URLSafeSerializer('k'), new URLSafeTimedSerializer('k')]) {
    const long = serializer.dumps('ab'.repeat(200))
    t.match(long, /^\.eJ[\w.-]+$/)
    t.equal(serializer.loads(long), 'ab'.repeat(200))
    const short = serializer.dumps('游')
    t.match(short, /^[\w-]+\.[\w.-]+$/)
    t.equal(serializer.loads(short), '游')
    for (const value of [1, '', [], '~'.repeat(12), randomBytes(3000).toString('base64')]) {
      t.same(serializer.loads(serializer.dumps(value)), value)
    }
  }
})

t.test('what is signed but cannot be unpacked is a bad payload', async (t) => {
  const signer = new Signer('k', 'itsdangerous')
  const timedSigner = new TimestampSigner('k', 'itsdangerous')
  for (const payload of ['A', '.A', '.AAAA', '.eJw', 'e2JhZA']) {
    t.throws(() => new URLSafeSerializer('k').loads(signer.sign(payload)), BadPayload, payload)
    t.throws(() => new URLSafeTimedSerializer('k').loads(timedSigner.sign(payload)), BadPayload, payload)
  }
})

// security.md 1.2, "zlib bomb".
t.test('nothing is decompressed before its signature is right', async (t) => {
  const bomb = `.${zlib.deflateSync(Buffer.alloc(10_000_000, 0x20)).toString('base64url')}`
  const { inflateSync } = zlib
  let calls = 0
  zlib.inflateSync = (...args) => {
    calls += 1
    return inflateSync(...args)
  }
  syncBuiltinESMExports()
  t.teardown(() => {
    zlib.inflateSync = inflateSync
    syncBuiltinESMExports()
  })
  const serializer = new URLSafeTimedSerializer('k')
  t.throws(() => serializer.loads(`${bomb}.ZVPxAA.wrong`), { name: 'BadTimeSignature' })
  t.equal(calls, 0)
  serializer.loads(serializer.dumps('ab'.repeat(200)))
  t.equal(calls, 1, 'the count works')
})

t.test('a signed payload that unfolds past a MiB is refused', async (t) => {
  const signer = new Signer('k', 'itsdangerous')
  const packed = (bytes: number): string => {
    const json = Buffer.alloc(bytes, 0x61)
    json[0] = 0x22
    json[bytes - 1] = 0x22
    return signer.sign(`.${zlib.deflateSync(json).toString('base64url')}`)
  }
  const serializer = new URLSafeSerializer('k')
  t.equal(String(serializer.loads(packed(MAX_INFLATED_BYTES))).length, MAX_INFLATED_BYTES - 2)
  t.throws(() => serializer.loads(packed(MAX_INFLATED_BYTES + 1)), {
    name: 'BadPayload',
    original_error: { name: 'RangeError' },
  })
  const before = process.memoryUsage().arrayBuffers
  const bomb = packed(50_000_000)
  t.throws(() => serializer.loads(bomb), BadPayload)
  t.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024)
})
