import t from 'tap'
import { BadPayload, BadSignature } from '../../lib/signing/errors.ts'
import { type DataSerializer, Serializer } from '../../lib/signing/serializer.ts'
import { Signer } from '../../lib/signing/signer.ts'

const TOKEN = '{"id": 5, "t": "\\u6e38\\u5ba2", "l": []}.jk4RM0qw0yrZJOjNECZsQymWyXk'
const VALUE = { id: 5, t: '游客', l: [] }

t.test('a token is the one that itsdangerous makes', async (t) => {
  const serializer = new Serializer('secret-key')
  t.equal(serializer.dumps(VALUE), TOKEN)
  t.same(serializer.loads(TOKEN), VALUE)
  t.same(serializer.loads(Buffer.from(TOKEN)), VALUE)
  t.equal(serializer.dump_payload([1]), '[1]')
  t.same(serializer.load_payload('[1]'), [1])
  t.equal(serializer.secret_key, 'secret-key')
})

t.test('a changed token is refused with its payload', async (t) => {
  const serializer = new Serializer('secret-key')
  const changed = TOKEN.replace('5', '6')
  t.throws(() => serializer.loads(changed), BadSignature)
  t.throws(() => serializer.loads(changed), {
    name: 'BadSignature',
    payload: changed.slice(0, changed.lastIndexOf('.')),
  })
  t.throws(() => serializer.loads(''), BadSignature)
})

t.test('a token of one salt is not accepted for another', async (t) => {
  const activate = new Serializer('secret-key', 'activate')
  const upgrade = new Serializer('secret-key', { salt: 'upgrade' })
  t.throws(() => upgrade.loads(activate.dumps(1)), BadSignature)
  t.equal(upgrade.loads(activate.dumps(1), 'activate'), 1)
  t.equal(upgrade.loads(activate.dumps(1), { salt: 'activate' }), 1)
  t.equal(activate.loads(upgrade.dumps(2, 'activate')), 2)
})

t.test('the newest key signs and older ones verify', async (t) => {
  const before = new Serializer('old')
  const after = new Serializer(['old', 'new'])
  t.equal(after.loads(before.dumps('x')), 'x')
  t.equal(new Serializer('new').loads(after.dumps('x')), 'x')
  t.throws(() => before.loads(after.dumps('x')), BadSignature)
})

t.test('fallback signers are tried with every key, and never sign', async (t) => {
  const legacy = new Serializer('old', { signer_kwargs: { digest_method: 'sha512' } })
  class Own extends Signer {
    static override default_digest_method = 'sha512'
  }
  const fallbacks = [{ digest_method: 'sha512' }, [Signer, { digest_method: 'sha512' }] as const, Own]
  for (const fallback of fallbacks) {
    const serializer = new Serializer(['old', 'new'], { fallback_signers: [fallback] })
    t.equal(serializer.loads(legacy.dumps('x')), 'x')
    t.equal(serializer.dumps('x'), new Serializer('new').dumps('x'))
    t.throws(() => serializer.loads(new Serializer('other').dumps('x')), BadSignature)
  }
  t.equal([...new Serializer(['a', 'b'], { fallback_signers: [Own, {}] }).iter_unsigners()].length, 5)
})

t.test('what is signed but cannot be decoded is a bad payload', async (t) => {
  const signer = new Signer('secret-key', 'itsdangerous')
  const serializer = new Serializer('secret-key')
  t.throws(() => serializer.loads(signer.sign('{bad')), { name: 'BadPayload', original_error: { name: 'SyntaxError' } })
  t.throws(() => serializer.loads(signer.sign(Buffer.from([0x22, 0xff, 0x22]))), BadPayload)
})

t.test('loads_unsafe reads what nobody vouches for and never throws', async (t) => {
  const serializer = new Serializer('secret-key')
  const signer = new Signer('secret-key', 'itsdangerous')
  t.same(serializer.loads_unsafe(TOKEN), [true, VALUE])
  t.same(serializer.loads_unsafe('{"a": 1}.wrong'), [false, { a: 1 }])
  t.same(serializer.loads_unsafe('{bad.wrong'), [false, undefined])
  t.same(serializer.loads_unsafe('no signature'), [false, undefined])
  t.same(serializer.loads_unsafe(signer.sign('{bad')), [false, undefined])
  t.same(serializer.load_unsafe({ read: () => TOKEN }), [true, VALUE])
})

t.test('another serializer makes other payloads, of text or of bytes', async (t) => {
  const upper: DataSerializer = {
    dumps: (value, options?: { end?: string }) => String(value).toUpperCase() + (options?.end ?? ''),
    loads: (text: string) => text.toLowerCase(),
  }
  const serializer = new Serializer('k', { serializer: upper, serializer_kwargs: { end: '!' } })
  t.match(serializer.dumps('abc'), /^ABC!\./)
  t.equal(serializer.loads(serializer.dumps('abc')), 'abc!')
  const bytes: DataSerializer = {
    dumps: () => Buffer.from([0xff, 0x2e]),
    loads: (payload: Uint8Array) => [...payload],
  }
  const binary = new Serializer<Uint8Array>('k', { serializer: bytes })
  t.notOk(binary.is_text_serializer)
  t.ok(binary.dumps(1) instanceof Uint8Array)
  t.same(binary.loads(binary.dumps(1)), [0xff, 0x2e])
  t.same(
    binary.load_payload('[5]', { dumps: (value) => JSON.stringify(value), loads: (text: string) => JSON.parse(text) }),
    [5],
  )
})

t.test('tokens are written to and read from files', async (t) => {
  const written: string[] = []
  const serializer = new Serializer('secret-key')
  serializer.dump(VALUE, { write: (chunk) => written.push(String(chunk)) })
  t.same(written, [TOKEN])
  t.same(serializer.load({ read: () => Buffer.from(TOKEN) }), VALUE)
})

t.test('an error that is not about signatures is passed on', async (t) => {
  class Failing extends Signer {
    override unsign(): never {
      throw new RangeError('not a matter of signatures')
    }
  }
  const serializer = new Serializer('k', { signer: Failing })
  t.throws(() => serializer.loads('a.b'), RangeError)
  t.throws(() => serializer.loads_unsafe('a.b'), RangeError)
})
