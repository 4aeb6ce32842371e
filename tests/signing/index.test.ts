import t from 'tap'
import * as signing from '../../lib/signing/index.ts'

t.test('every name of itsdangerous is exported', async (t) => {
  const names = [
    'BadData',
    'BadHeader',
    'BadPayload',
    'BadSignature',
    'BadTimeSignature',
    'HMACAlgorithm',
    'NoneAlgorithm',
    'Serializer',
    'SignatureExpired',
    'Signer',
    'TimedSerializer',
    'TimestampSigner',
    'URLSafeSerializer',
    'URLSafeTimedSerializer',
    'base64_decode',
    'base64_encode',
    'want_bytes',
  ]
  for (const name of names) t.type(Reflect.get(signing, name), 'function', name)
})

t.test('a link with an expiry date is made and read with three lines', async (t) => {
  const serializer = new signing.URLSafeTimedSerializer('secret', 'activate')
  const token = serializer.dumps({ id: 5 })
  t.same(serializer.loads(token, { max_age: 60 }), { id: 5 })
  t.throws(() => serializer.loads(`x${token}`, { max_age: 60 }), { name: 'BadTimeSignature' })
})
