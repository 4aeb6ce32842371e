import { createDecipheriv, hkdfSync } from 'node:crypto'
import zlib from 'node:zlib'
import t from 'tap'
import { CookieCipher, isMarkedPermanent } from '../../lib/sessions/cookie-cipher.ts'

const T0 = 1_700_000_000
/** Cookies that are made to compare their nonces. */
const NONCES = Number(process.env['FLAGON_NONCES'] ?? 100_000)
const BODY = Buffer.from('{"user":"ann"}')
const cipher = new CookieCipher(['secret'])

/** Reads a cookie by what the documents say of its format, and nothing else. */
function readByFormat(secret: string, name: string, cookie: string): Buffer {
  const [version = '', text = ''] = cookie.split('.')
  const bytes = Buffer.from(text, 'base64url')
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'flagon encrypted cookie session v1', 32))
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(`${version}.${name}`))
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
}

t.test('what is encrypted is decrypted again, with the time it was written', async (t) => {
  for (const body of [BODY, Buffer.alloc(0), Buffer.alloc(5000, 'ab'), Buffer.from('游客😀'), Buffer.from([0, 255])]) {
    for (const isPermanent of [false, true]) {
      const cookie = cipher.encrypt('session', body, T0, isPermanent)
      t.match(cookie, /^v1p?\.[\w-]+$/)
      t.equal(isMarkedPermanent(cookie), isPermanent)
      t.same(cipher.decrypt('session', cookie), { body, written: T0 })
    }
  }
})

t.test('a cookie has the format that the documents tell', async (t) => {
  const plain = readByFormat('secret', 'sid', cipher.encrypt('sid', BODY, T0, true))
  t.equal(plain.readUIntBE(0, 6), T0)
  t.equal(plain[6], 0)
  t.same(plain.subarray(7), BODY)
  const long = Buffer.alloc(1000, 'ab')
  const packed = readByFormat('secret', 'sid', cipher.encrypt('sid', long, T0, false))
  t.equal(packed[6], 1)
  t.same(zlib.inflateSync(packed.subarray(7)), long)
})

t.test('nothing of the body can be seen, and no two cookies are the same', async (t) => {
  const body = Buffer.from(JSON.stringify({ secret: 'correct horse' }))
  const cookies = Array.from({ length: 100 }, () => cipher.encrypt('session', body, T0, false))
  t.equal(new Set(cookies).size, cookies.length)
  for (const cookie of cookies) {
    const bytes = Buffer.from(cookie.split('.')[1] ?? '', 'base64url')
    t.notOk(bytes.includes('secret') || bytes.includes('correct'))
    t.equal(bytes.length, 12 + 7 + body.length + 16)
  }
})

// security.md 1.2, nonce.
t.test(`no nonce comes twice (FLAGON_NONCES=${NONCES})`, async (t) => {
  const seen = new Set<string>()
  for (let count = 0; count < NONCES; count += 1) seen.add(cipher.encrypt('s', BODY, T0, false).slice(3, 19))
  t.equal(seen.size, NONCES)
})

t.test('text that does not shrink is kept as it is', async (t) => {
  const noise = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 7919) % 251))
  const plain = readByFormat('secret', 'sid', cipher.encrypt('sid', noise, T0, false))
  t.ok(plain.length <= 7 + noise.length)
  t.same(cipher.decrypt('sid', cipher.encrypt('sid', noise, T0, false))?.body, noise)
})

t.test('the newest secret encrypts, each of them decrypts', async (t) => {
  const old = new CookieCipher(['old']).encrypt('s', BODY, T0, false)
  const bytes = new CookieCipher([Buffer.from('new')])
  const both = new CookieCipher(['older', 'old', 'new'])
  t.same(both.decrypt('s', old)?.body, BODY)
  const fresh = both.encrypt('s', BODY, T0, false)
  t.same(bytes.decrypt('s', fresh)?.body, BODY, 'text and its bytes are one secret')
  t.equal(new CookieCipher(['old']).decrypt('s', fresh), undefined)
  t.equal(bytes.decrypt('s', old), undefined)
  t.throws(() => new CookieCipher([]).encrypt('s', BODY, T0, false), TypeError)
  t.equal(new CookieCipher([]).decrypt('s', fresh), undefined)
})

t.test('a cookie is good under its own name and version alone', async (t) => {
  const cookie = cipher.encrypt('session', BODY, T0, false)
  for (const name of ['sessions', 'Session', '', 'v1.session']) t.equal(cipher.decrypt(name, cookie), undefined, name)
  t.equal(cipher.decrypt('session', cookie.replace('v1.', 'v1p.')), undefined)
  t.equal(cipher.decrypt('session', cookie.replace('v1.', 'v2.')), undefined)
  const permanent = cipher.encrypt('session', BODY, T0, true)
  t.equal(cipher.decrypt('session', permanent.replace('v1p.', 'v1.')), undefined)
})

t.test('a cookie that was changed in any bit, cut or spelled otherwise is refused', async (t) => {
  for (const isPermanent of [false, true]) {
    const cookie = cipher.encrypt('session', BODY, T0, isPermanent)
    let accepted = 0
    for (let bit = 0; bit < cookie.length * 8; bit += 1) {
      const bytes = Buffer.from(cookie, 'latin1')
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (cipher.decrypt('session', bytes.toString('latin1')) !== undefined) accepted += 1
    }
    for (let end = 0; end < cookie.length; end += 1) {
      if (cipher.decrypt('session', cookie.slice(0, end)) !== undefined) accepted += 1
    }
    for (const other of [
      `${cookie}=`,
      `${cookie}A`,
      ` ${cookie}`,
      `${cookie}.`,
      cookie.replace('.', '..'),
      `${cookie}\n`,
    ]) {
      if (cipher.decrypt('session', other) !== undefined) accepted += 1
    }
    t.equal(accepted, 0)
  }
})

t.test('a body that unfolds past a MiB is given up', async (t) => {
  const bomb = cipher.encrypt('session', Buffer.alloc(50_000_000), T0, false)
  t.ok(bomb.length < 100_000)
  t.equal(cipher.decrypt('session', bomb), undefined)
  const large = Buffer.alloc(1024 * 1024, 'x')
  t.same(cipher.decrypt('session', cipher.encrypt('session', large, T0, false))?.body, large)
})
