import t from 'tap'
import { HMACAlgorithm, NoneAlgorithm, SigningAlgorithm } from '../../lib/signing/algorithm.ts'

t.test('HMACAlgorithm signs with the digest it was given, SHA-1 by default', async (t) => {
  // RFC 2202 section 3, test case 2, and RFC 4231 section 4.3.
  const [key, value] = ['Jefe', 'what do ya want for nothing?']
  const hex = (algorithm: HMACAlgorithm): string => Buffer.from(algorithm.get_signature(key, value)).toString('hex')
  t.equal(hex(new HMACAlgorithm()), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  t.equal(hex(new HMACAlgorithm('sha256')), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

t.test('a subclass may name another default digest', async (t) => {
  class Stronger extends HMACAlgorithm {
    static override default_digest_method = 'sha512'
  }
  t.equal(new Stronger().digest_method, 'sha512')
  t.equal(new HMACAlgorithm().digest_method, 'sha1')
})

t.test('an unknown digest is refused at once, by name', async (t) => {
  t.throws(() => new HMACAlgorithm('sha0'), { name: 'TypeError', message: /'sha0' is unknown/ })
})

// security.md 1.2, "timing": a signature of another length is false, not a RangeError.
t.test('a signature of any other length is wrong, and never throws', async (t) => {
  const algorithm = new HMACAlgorithm()
  const signature = algorithm.get_signature('key', 'value')
  t.ok(algorithm.verify_signature('key', 'value', signature))
  for (const length of [0, 1, 19]) {
    t.notOk(algorithm.verify_signature('key', 'value', signature.subarray(0, length)), `${length} bytes`)
  }
  t.notOk(algorithm.verify_signature('key', 'value', Buffer.concat([signature, Buffer.from([0])])))
  const flipped = Uint8Array.from(signature)
  flipped[0] = (flipped[0] ?? 0) ^ 1
  t.notOk(algorithm.verify_signature('key', 'value', flipped))
  t.notOk(algorithm.verify_signature('other', 'value', signature))
})

t.test('NoneAlgorithm has empty signatures', async (t) => {
  const algorithm = new NoneAlgorithm()
  t.equal(algorithm.get_signature('key', 'value').length, 0)
  t.ok(algorithm.verify_signature('key', 'value', ''))
  t.notOk(algorithm.verify_signature('key', 'value', 'x'))
})

t.test('an algorithm of one’s own needs get_signature only', async (t) => {
  class Reverse extends SigningAlgorithm {
    override get_signature(_key: string, value: string): Uint8Array {
      return Buffer.from([...value].reverse().join(''))
    }
  }
  t.ok(new Reverse().verify_signature('', 'abc', 'cba'))
  t.notOk(new Reverse().verify_signature('', 'abc', 'abc'))
})
