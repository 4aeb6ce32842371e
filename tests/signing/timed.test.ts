import t from 'tap'
import { BadPayload, SignatureExpired } from '../../lib/signing/errors.ts'
import { Signer } from '../../lib/signing/signer.ts'
import { TimedSerializer } from '../../lib/signing/timed.ts'
import { TimestampSigner } from '../../lib/signing/timestamp.ts'

const NOW = 1_700_000_000
const SIGNED_AT = new Date('2023-11-14T22:13:20Z')
const TOKEN = '[1, 2].ZVPxAA.HPTpk_R6-p3Ndw7RmVG2uCrExXs'

let now = NOW
class ClockSigner extends TimestampSigner {
  override get_timestamp(): number {
    return now
  }
}
const serializer = new TimedSerializer('secret-key', { signer: ClockSigner })

t.test('a token notes when it was made, as itsdangerous does', async (t) => {
  t.equal(serializer.dumps([1, 2]), TOKEN)
  t.same(serializer.loads(TOKEN), [1, 2])
  t.same(serializer.loads(TOKEN, { return_timestamp: true }), [[1, 2], SIGNED_AT])
  t.same(serializer.load({ read: () => TOKEN }, { max_age: 5, return_timestamp: true }), [[1, 2], SIGNED_AT])
  t.ok(new TimedSerializer('k').make_signer() instanceof TimestampSigner)
})

t.test('a token expires after max_age seconds and carries when it was signed', async (t) => {
  now = NOW + 61
  t.teardown(() => {
    now = NOW
  })
  t.throws(() => serializer.loads(TOKEN, { max_age: 60 }), { name: 'SignatureExpired', date_signed: SIGNED_AT })
  t.same(serializer.loads(TOKEN, { max_age: 61 }), [1, 2])
  t.same(serializer.loads_unsafe(TOKEN, { max_age: 60 }), [false, [1, 2]])
  t.same(serializer.load_unsafe({ read: () => TOKEN }, { max_age: 61 }), [true, [1, 2]])
})

t.test('an expired token is not tried with further signers', async (t) => {
  now = NOW + 61
  t.teardown(() => {
    now = NOW
  })
  const withFallback = new TimedSerializer('secret-key', {
    signer: ClockSigner,
    fallback_signers: [{ digest_method: 'sha512' }],
  })
  t.throws(() => withFallback.loads(TOKEN, { max_age: 60 }), SignatureExpired)
  const legacy = new TimedSerializer('secret-key', { signer: ClockSigner, signer_kwargs: { digest_method: 'sha512' } })
  t.equal(withFallback.loads(legacy.dumps('x'), { max_age: 60 }), 'x')
})

t.test('a salt for one call keeps purposes apart', async (t) => {
  const token = serializer.dumps('x', { salt: 'other' })
  t.equal(serializer.loads(token, { salt: 'other', max_age: 5 }), 'x')
  t.throws(() => serializer.loads(token), { name: 'BadTimeSignature' })
})

t.test('what is signed but cannot be decoded is a bad payload', async (t) => {
  const signer = new ClockSigner('secret-key', 'itsdangerous')
  t.throws(() => serializer.loads(signer.sign('{bad')), BadPayload)
})

t.test('a signer that notes no time is refused', async (t) => {
  const wrong = new TimedSerializer('k', { signer: Signer })
  t.throws(() => wrong.loads('a.b'), { name: 'TypeError', message: /TimestampSigner/ })
})
