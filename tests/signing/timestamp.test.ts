import t from 'tap'
import { BadSignature, BadTimeSignature, SignatureExpired } from '../../lib/signing/errors.ts'
import { Signer } from '../../lib/signing/signer.ts'
import { TimestampSigner } from '../../lib/signing/timestamp.ts'

const NOW = 1_700_000_000
const SIGNED_AT = new Date('2023-11-14T22:13:20Z')

class ClockSigner extends TimestampSigner {
  now = NOW
  override get_timestamp(): number {
    return this.now
  }
}

t.test('the time stands between the value and the signature, as itsdangerous puts it', async (t) => {
  const signer = new ClockSigner('secret-key')
  const signed = signer.sign('value')
  t.equal(signed, 'value.ZVPxAA.P9Grfsn5n1eHqbiYrPP0fn7INiw')
  t.equal(signer.unsign(signed), 'value')
  t.same(signer.unsign(signed, { return_timestamp: true }), ['value', SIGNED_AT])
  const bytes = signer.sign(Buffer.from('value'))
  t.equal(Buffer.from(bytes).toString(), signed)
  t.equal(Buffer.from(signer.unsign(bytes)).toString(), 'value')
})

t.test('the clock is that of Date.now, in whole seconds', async (t) => {
  const signer = new TimestampSigner('k')
  const before = Math.floor(Date.now() / 1000)
  t.ok(signer.get_timestamp() >= before)
  t.ok(Number.isInteger(signer.get_timestamp()))
  t.same(signer.timestamp_to_datetime(NOW), SIGNED_AT)
})

t.test('a signature is accepted up to max_age and not a second longer', async (t) => {
  const signer = new ClockSigner('secret-key')
  const signed = signer.sign('value')
  for (const [age, max_age, isValid] of [
    [0, 0, true],
    [10, 10, true],
    [11, 10, false],
    [1, 0, false],
    [100_000, undefined, true],
  ] as const) {
    signer.now = NOW + age
    t.equal(signer.validate(signed, { max_age }), isValid, `age ${age}, max_age ${max_age}`)
  }
  signer.now = NOW + 11
  t.throws(() => signer.unsign(signed, { max_age: 10 }), {
    name: 'SignatureExpired',
    message: 'Signature age 11 > 10 seconds',
    payload: 'value',
    date_signed: SIGNED_AT,
  })
})

// security.md 1.2, itsdangerous #126.
t.test('a signature from the future is refused where an age is asked for', async (t) => {
  const signer = new ClockSigner('secret-key')
  const signed = signer.sign('value')
  signer.now = NOW - 1
  t.throws(() => signer.unsign(signed, { max_age: 10 }), SignatureExpired)
  t.throws(() => signer.unsign(signed, { max_age: 10 }), { message: 'Signature age -1 < 0 seconds' })
  t.equal(signer.unsign(signed), 'value')
})

t.test('a signed value whose time is missing or no time is refused', async (t) => {
  const key = { salt: 'itsdangerous.Signer' }
  const plain = new Signer('secret-key', key)
  const signer = new ClockSigner('secret-key', key)
  t.throws(() => signer.unsign(plain.sign('value')), { name: 'BadTimeSignature', message: 'timestamp missing' })
  const rows: [title: string, timestamp: string][] = [
    ['not base64', 'A'],
    ['nine bytes', Buffer.alloc(9, 1).toString('base64url')],
    ['eight bytes of ones', Buffer.alloc(8, 0xff).toString('base64url')],
    ['2^53', Buffer.from('20000000000000', 'hex').toString('base64url')],
    ['past the year 9999', Buffer.from((253_402_300_800).toString(16), 'hex').toString('base64url')],
  ]
  for (const [title, timestamp] of rows) {
    const signed = plain.sign(`value.${timestamp}`)
    for (const options of [{}, { max_age: 10 }]) {
      t.throws(() => signer.unsign(signed, options), { name: 'BadTimeSignature', payload: 'value' }, title)
    }
  }
  t.equal(signer.unsign(plain.sign('value.')), 'value', 'no bytes are the time 0, as in itsdangerous')
  t.throws(() => signer.unsign(plain.sign('value.AA'), { max_age: 10 }), SignatureExpired)
})

t.test('a bad signature tells the value and the time it claims', async (t) => {
  const signer = new ClockSigner('secret-key')
  t.throws(() => signer.unsign('value.ZVPxAA.wrong'), {
    name: 'BadTimeSignature',
    payload: 'value',
    date_signed: SIGNED_AT,
  })
  t.throws(() => signer.unsign('value.!!!!Y.wrong'), {
    name: 'BadTimeSignature',
    payload: 'value',
    date_signed: undefined,
  })
  t.throws(() => signer.unsign('value.wrong'), BadSignature)
  t.throws(() => signer.unsign('nothing'), BadSignature)
  t.notOk(signer.validate('value.ZVPxAA.wrong'))
})

t.test('an error that is not about signatures is passed on', async (t) => {
  class Failing extends TimestampSigner {
    override verify_signature(): boolean {
      throw new RangeError('not a matter of signatures')
    }
  }
  t.throws(() => new Failing('k').unsign('a.b.c'), RangeError)
  t.throws(() => new Failing('k').validate('a.b.c'), RangeError)
  t.notOk(new BadTimeSignature('x') instanceof RangeError)
})
