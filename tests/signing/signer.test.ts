import t from 'tap'
import { NoneAlgorithm } from '../../lib/signing/algorithm.ts'
import { BadSignature } from '../../lib/signing/errors.ts'
import { type KeyDerivation, Signer } from '../../lib/signing/signer.ts'

// Made by itsdangerous 2.2.0: Signer('secret-key', salt='activate', …).sign('游客 value').
const SIGNATURES: [KeyDerivation, string, string][] = [
  ['concat', 'sha1', 'bdGA7uiM-buyyN5wTb91trznuV8'],
  ['concat', 'sha256', 'p0GPni5pRcMifo-G-fVIxS18_uFV6qudLI2DQrOdf50'],
  ['concat', 'sha512', 'VugDrZG0N2LeVbpkS9AxAvBBm_rcwzhoYRgpNg__vMSNIZLeiA7-Nf5R-nh7aJonH6de2iPTZ-O6nRrWRQxCQw'],
  ['django-concat', 'sha1', '09tYQZwH3B7Pn0nHEFhzlQo9Pzg'],
  ['django-concat', 'sha256', '-gUiNIdtJR2R1dH1C09NwNoRtj3cRrVoSAJJ1S88UmI'],
  ['django-concat', 'sha512', 'fDXZgVwPWIYWZYiHRUdIdLauQidBbzNv8ighaz3wWfZDqlJTXfNRJ3_9Tojx-H50ABSH0PcTS6mPxSgsCf2xxA'],
  ['hmac', 'sha1', '1BrrOhEen4SEOPQePdSBT0ajrns'],
  ['hmac', 'sha256', 'F4i-O7hJn0wWNNBvh9NReuXhf2M808zrftxwuHY9b4Y'],
  ['hmac', 'sha512', 'b8VfSJKud5FBs9ERDoeIefnUuRcI8ryaNgf8QXm08RJT4XcPg5-Ia-fvbvUQn1OEbf8dLAXJfCBb9_UNBF87OA'],
  ['none', 'sha1', '289T2SwBV7NIHPyRXe-o7_BMgcY'],
  ['none', 'sha256', 'TCmMZ8W_vFuZe9p3hfIPAR5TvVCy72VBL-KU1dif0xA'],
  ['none', 'sha512', 'zl2LCzOSACV0Kfg8n15rPPrSNa9Ki06QAux_pW6tbbu2qZdhdt9SgVxel0HQ_ZY_ePaxd2QW4Ti2WQH6u-aL4A'],
]

t.test('each key derivation and digest signs as itsdangerous does', async (t) => {
  for (const [key_derivation, digest_method, signature] of SIGNATURES) {
    const signer = new Signer('secret-key', { salt: 'activate', key_derivation, digest_method })
    const title = `${key_derivation} ${digest_method}`
    t.equal(signer.sign('游客 value'), `游客 value.${signature}`, title)
    t.equal(signer.unsign(`游客 value.${signature}`), '游客 value', title)
    t.equal(signer.get_signature('游客 value'), signature, title)
    t.ok(signer.verify_signature('游客 value', signature), title)
  }
})

t.test('text stays text and bytes stay bytes', async (t) => {
  const signer = new Signer(Buffer.from([0xff, 0x00]))
  const signed = signer.sign(Buffer.from([0xfe, 0x2e, 0x76]))
  t.equal(Buffer.from(signed).toString('latin1'), '\xfe.v.oajh80aUnluFVyJ-e8y4aQYyacI')
  t.same([...signer.unsign(signed)], [0xfe, 0x2e, 0x76])
  t.type(signer.sign('v'), 'string')
  t.equal(Buffer.from(signer.unsign(Buffer.from(signer.sign('v')))).toString(), 'v')
})

t.test('the salt is the second argument or an option', async (t) => {
  const signed = 'abc.bWwZeD2HUI45Lu9UuS4WL61JBl0'
  t.equal(new Signer('k', 'salt').sign('abc'), signed)
  t.equal(new Signer('k', Buffer.from('salt')).sign('abc'), signed)
  t.equal(new Signer('k', { salt: 'salt' }).sign('abc'), signed)
  t.not(new Signer('k').sign('abc'), signed)
  t.throws(() => new Signer('k', 'other').unsign(signed), BadSignature)
  t.equal(new Signer('k', 'salt', { digest_method: 'sha256' }).digest_method, 'sha256')
})

t.test('the newest of several keys signs and all of them verify', async (t) => {
  const signer = new Signer(['old', 'new'])
  t.equal(signer.sign('v'), 'v.36xUtSROzMo9IUv6FUAqcLcS7_Y')
  t.equal(signer.sign('v'), new Signer('new').sign('v'))
  t.equal(signer.unsign(new Signer('old').sign('v')), 'v')
  t.equal(signer.secret_key, 'new')
  t.notOk(signer.validate(new Signer('older').sign('v')))
  t.throws(() => new Signer([]), { name: 'TypeError', message: /empty list/ })
})

t.test('the separator can be chosen, if it cannot occur in a signature', async (t) => {
  t.equal(new Signer('k', { sep: ':' }).sign('v'), 'v:2JukJbdKiJ0MywoHcbEm2OQg0dM')
  const wide = new Signer('k', { sep: Buffer.from('客') })
  t.equal(wide.unsign(wide.sign('a客b')), 'a客b')
  t.equal(Buffer.from(wide.unsign(wide.sign(Buffer.from('a客b')))).toString(), 'a客b')
  for (const sep of ['', 'a', '-', '_', '=', 'ab']) t.throws(() => new Signer('k', { sep }), TypeError, sep)
})

t.test('unknown derivations and digests are refused', async (t) => {
  const signer = new Signer('k', { key_derivation: 'scrypt' as KeyDerivation })
  t.throws(() => signer.sign('v'), { name: 'TypeError', message: /'scrypt' is unknown/ })
  t.throws(() => new Signer('k', { digest_method: 'md0' }), { name: 'TypeError', message: /'md0' is unknown/ })
})

t.test('a subclass may set defaults and derive keys its own way', async (t) => {
  class Own extends Signer {
    static override default_digest_method = 'sha256'
    static override default_key_derivation: KeyDerivation = 'hmac'
  }
  t.equal(new Own('secret-key', 'activate').sign('游客 value'), `游客 value.${SIGNATURES[7]?.[2]}`)
  class Derived extends Signer {
    override derive_key(): Uint8Array {
      return Buffer.from('the same for all')
    }
  }
  t.equal(new Derived('a').sign('v'), new Derived('b').sign('v'))
})

t.test(
  'no single changed bit of a signed value is accepted, but for the spare bits of the last character',
  async (t) => {
    const signer = new Signer('secret')
    const signed = Buffer.from(signer.sign('eyJ1c2VyIjoiYSJ9'))
    let accepted = 0
    for (let bit = 0; bit < signed.length * 8; bit += 1) {
      const changed = Buffer.from(signed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (!signer.validate(changed)) continue
      accepted += 1
      t.equal(bit >> 3, signed.length - 1, `bit ${bit}`)
    }
    // 160 bits in 27 characters leave 2 spare bits; one further character of the alphabet differs in them by one bit at most.
    t.ok(accepted <= 2)
  },
)

t.test('a bad signature throws an error that carries the value', async (t) => {
  const signer = new Signer('secret')
  t.throws(() => signer.unsign('no signature'), { name: 'BadSignature', message: "No '.' found in value" })
  t.throws(() => signer.unsign('value.wrong'), { name: 'BadSignature', payload: 'value', message: /'wrong'/ })
  t.throws(() => signer.unsign('value.'), { name: 'BadSignature', payload: 'value' })
  t.throws(() => signer.unsign(''), { name: 'BadSignature' })
  for (const sig of ['', 'Y', '!', '=', '\u{1f600}', 'A'.repeat(10_000)]) t.notOk(signer.verify_signature('v', sig))
  const failing = new (class extends Signer {
    override verify_signature(): boolean {
      throw new RangeError('not a matter of signatures')
    }
  })('k')
  t.throws(() => failing.validate('a.b'), RangeError)
})

t.test('text with a lone surrogate cannot pass for the text that was signed', async (t) => {
  const signer = new Signer('secret')
  const signed = signer.sign('a\ufffd')
  t.notOk(signer.validate(signed.replace('\ufffd', '\ud800')))
  t.ok(signer.validate(signed))
})

t.test('an algorithm of one’s own is used', async (t) => {
  t.equal(new Signer('k', { algorithm: new NoneAlgorithm() }).sign('v'), 'v.')
})
