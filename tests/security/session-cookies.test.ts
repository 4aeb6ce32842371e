import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import vm from 'node:vm'
import zlib from 'node:zlib'
import t from 'tap'
import { Flagon, session } from '../../lib/index.ts'
import type { Keyed } from '../../lib/keyed.ts'
import { SecureCookieSession, SecureCookieSessionInterface } from '../../lib/sessions/cookie.ts'
import { CookieCipher } from '../../lib/sessions/cookie-cipher.ts'
import type { SessionMixin } from '../../lib/sessions/session.ts'
import type { Signer } from '../../lib/signing/signer.ts'
import { URLSafeSerializer, URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'
import { LIFETIME_SECONDS, releaseClock, setClock, T0 } from '../support/cookie-app.ts'

const SECRET = 'a secret of more than thirty-two bytes'
const MIB = 1024 * 1024
const BOMB_BYTES = 50_000_000

interface Mode {
  readonly kind: 'signed' | 'encrypted'
  readonly isEncrypted: boolean
}
const MODES: readonly Mode[] = [
  { kind: 'signed', isEncrypted: false },
  { kind: 'encrypted', isEncrypted: true },
]

t.beforeEach(() => setClock(T0))
t.teardown(releaseClock)

function makeApp({ isEncrypted }: Mode): Flagon {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = SECRET
  app.config.SESSION_COOKIE_ENCRYPTED = isEncrypted
  return app
}

/** The value of the cookie of a session with these keys. */
async function cookieWith(app: Flagon, keys: object): Promise<string> {
  const client = app.test_client()
  await client.session_transaction((opened) => opened.update({ ...keys }))
  return client.get_cookie('session')?.value ?? ''
}

/** What a view sees of the session of a request with a `Cookie` field. */
function seenBy<T>(app: Flagon, header: string, read: (opened: Keyed<SessionMixin>) => T): T {
  return app.test_request_context('/', { headers: { Cookie: header } }).run(() => read(session))
}

function keysSeen(app: Flagon, value: string): string[] {
  return seenBy(app, `session=${value}`, (opened) => opened.keys().sort())
}

/** What Flagon itself signs with. */
function signerOf(app: Flagon): Signer {
  const signer = new SecureCookieSessionInterface().get_signing_serializer(app)?.make_signer()
  if (signer === undefined) throw new Error('no signer')
  return signer
}

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** Puts another function in the place of one of Node's while `work` runs. */
async function replacing<Module extends object, Name extends keyof Module>(
  module: Module,
  name: Name,
  make: (original: Module[Name]) => Module[Name],
  work: () => Promise<void> | void,
): Promise<void> {
  const original = module[name]
  module[name] = make(original)
  syncBuiltinESMExports()
  try {
    await work()
  } finally {
    module[name] = original
    syncBuiltinESMExports()
  }
}

/** Runs `work`, and gives how often it inflated anything. */
async function inflations(work: () => Promise<void> | void): Promise<number> {
  let count = 0
  const counted = (original: typeof zlib.inflateSync): typeof zlib.inflateSync => {
    return (...args) => {
      count += 1
      return original(...args)
    }
  }
  await replacing(zlib, 'inflateSync', counted, work)
  return count
}

for (const mode of MODES) {
  const { kind, isEncrypted } = mode

  t.test(
    `${kind}: a cookie that differs in any bit, is cut, padded or put together otherwise opens nothing`,
    async (t) => {
      const app = makeApp(mode)
      const cookie = await cookieWith(app, { user: 'ann' })
      t.same(keysSeen(app, cookie), ['user'])
      const accepted: string[] = []
      const mustFail = (value: string): void => {
        if (keysSeen(app, value).length > 0) accepted.push(value)
      }
      // The last character of a signature has two spare bits, which Python ignores too; see the next test.
      const end = isEncrypted ? cookie.length : cookie.length - 1
      for (let bit = 0; bit < end * 8; bit += 1) {
        const bytes = Buffer.from(cookie, 'latin1')
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const value = bytes.toString('latin1')
        // What HTTP does not allow in a field gets no further than the parser; a semicolon ends the cookie.
        if (/^[\t\x20-\x3a\x3c-\x7e\x80-\xff]*$/.test(value)) mustFail(value)
      }
      for (let length = 0; length < cookie.length; length += 1) mustFail(cookie.slice(0, length))
      const parts = cookie.split('.')
      for (const order of [
        [...parts].reverse(),
        [...parts.slice(1), ...parts.slice(0, 1)],
        [...parts, ''],
        ['', ...parts],
        parts.slice(1),
        parts.slice(0, -1),
      ]) {
        mustFail(order.join('.'))
      }
      mustFail(`${cookie}.`)
      mustFail(`${cookie}A`)
      mustFail(cookie.replaceAll('.', ''))
      if (isEncrypted) mustFail(`${cookie}=`)
      t.same(accepted, [])
    },
  )

  // Flask CVE-2026-27205, CVE-2023-30861.
  t.test(`${kind}: whatever an answer reads of the session, it varies by cookie`, async (t) => {
    const app = makeApp(mode)
    const names = new Set<string>()
    for (let level = SecureCookieSession.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
      for (const name of Object.getOwnPropertyNames(level)) if (!name.startsWith('@')) names.add(name)
    }
    for (const name of Object.keys(new SecureCookieSession())) names.add(name)
    names.delete('constructor')
    t.ok(names.size > 15, [...names].join(' '))
    const reads: ((opened: Keyed<SessionMixin>) => unknown)[] = [
      ...[...names].map((name) => (opened: Keyed<SessionMixin>) => Reflect.get(opened, name)),
      (opened) => 'user' in opened,
      (opened) => [...opened],
      (opened) => ({ ...opened }),
      (opened) => JSON.stringify(opened),
      (opened) => Object.keys(opened).length,
      (opened) => Object.getOwnPropertyDescriptor(opened, 'missing'),
      ({ user }) => user,
    ]
    let read: ((opened: Keyed<SessionMixin>) => unknown) | undefined
    app.get('/', () => {
      read?.(session)
      return 'x'
    })
    const Cookie = `session=${await cookieWith(app, { user: 'ann' })}`
    const client = app.test_client({ use_cookies: false })
    for (const next of reads) {
      read = next
      for (const headers of [{ Cookie }, {}]) {
        t.equal((await client.get('/', { headers })).headers.get('Vary'), 'Cookie', String(next))
      }
    }
    read = undefined
    t.equal((await client.get('/', { headers: { Cookie } })).headers.get('Vary'), undefined)
  })

  // @fastify/secure-session CVE-2024-31999, @fastify/session CVE-2024-35220.
  t.test(`${kind}: a copy of a cookie outlives the logout, but not its lifetime`, async (t) => {
    const app = makeApp(mode)
    app.get('/logout', () => {
      session.destroy()
      return 'bye'
    })
    for (const keys of [{ user: 'ann' }, { user: 'ann', _permanent: true }]) {
      setClock(T0)
      const copy = await cookieWith(app, keys)
      const client = app.test_client()
      client.set_cookie('session', copy)
      await client.get('/logout')
      t.equal(client.get_cookie('session'), undefined, 'the browser forgets it')
      setClock(T0 + LIFETIME_SECONDS)
      t.same(keysSeen(app, copy), Object.keys(keys).sort(), 'the copy is as good as it was')
      setClock(T0 + LIFETIME_SECONDS + 1)
      t.same(keysSeen(app, copy), [])
    }
  })

  // itsdangerous 126.
  t.test(`${kind}: a time in the future, long ago or out of range opens nothing`, async (t) => {
    const app = makeApp(mode)
    const cookie = await cookieWith(app, { user: 'ann' })
    for (const seconds of [T0 - 1, T0 - 10 * LIFETIME_SECONDS, T0 + LIFETIME_SECONDS + 1, 2 ** 33, 2 ** 42]) {
      setClock(seconds)
      t.same(keysSeen(app, cookie), [], `at ${seconds}`)
    }
    setClock(T0)
    if (isEncrypted) {
      const cipher = new CookieCipher([SECRET])
      for (const written of [T0 + 1, 0, 2 ** 40, 2 ** 48 - 1]) {
        t.same(keysSeen(app, cipher.encrypt('session', Buffer.from('{"user":1}'), written, false)), [], `${written}`)
      }
      return
    }
    const signer = signerOf(app)
    const times = [
      '',
      'A',
      '!!!!',
      '....',
      base64('\0\0\0\0\x00'),
      base64(Buffer.alloc(8, 0xff)),
      base64(Buffer.alloc(9, 1)),
    ]
    for (const number of [0n, 1n, BigInt(T0 + 1), 2n ** 40n, 2n ** 53n, 2n ** 63n]) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(number)
      times.push(base64(bytes))
    }
    for (const time of times) {
      const stamped = `${base64('{"user":1}')}.${time}`
      t.same(keysSeen(app, `${stamped}.${signer.get_signature(stamped)}`), [], time)
    }
  })

  t.test(`${kind}: nothing is unfolded before it is known who folded it`, async (t) => {
    const app = makeApp(mode)
    const bomb = zlib.deflateSync(Buffer.alloc(10_000_000, 0x20))
    const forged = isEncrypted
      ? new CookieCipher(['another secret']).encrypt('session', Buffer.alloc(10_000_000, 0x20), T0, false)
      : `.${base64(bomb)}.${base64('time')}.${base64('signature')}`
    const count = await inflations(() => {
      for (const value of [forged, `.${base64(bomb)}`, `v1.${base64(bomb)}`, `v1p.${base64(bomb)}`]) {
        t.same(keysSeen(app, value), [])
      }
    })
    t.equal(count, 0)
    const own = await cookieWith(app, { user: 'ann', long: 'ab'.repeat(1000) })
    t.ok((await inflations(() => void keysSeen(app, own))) > 0, 'and the count counts')
  })

  t.test(`${kind}: a bomb that we folded ourselves is an empty session, and takes no memory`, async (t) => {
    const app = makeApp(mode)
    const spaces = Buffer.alloc(BOMB_BYTES, 0x20)
    const bomb = isEncrypted
      ? new CookieCipher([SECRET]).encrypt('session', spaces, T0, false)
      : String(signerOf(app).sign(`.${base64(zlib.deflateSync(spaces))}`))
    v8.setFlagsFromString('--expose-gc')
    const collect = vm.runInNewContext('gc') as () => void
    const opensNothing = (): void => {
      for (let count = 0; count < 5; count += 1) t.same(keysSeen(app, bomb), [], { diagnostic: false })
      collect()
    }
    opensNothing()
    const before = process.memoryUsage().rss
    opensNothing()
    const grown = process.memoryUsage().rss - before
    t.ok(grown < 8 * MIB, `${(grown / MIB).toFixed(1)} MiB more for ${5 * BOMB_BYTES} bytes unfolded`)
  })

  t.test(`${kind}: of two cookies with the name the first counts, good or bad`, async (t) => {
    const app = makeApp(mode)
    const [first, second] = [await cookieWith(app, { first: 1 }), await cookieWith(app, { second: 1 })]
    const keys = (header: string): string[] => seenBy(app, header, (opened) => opened.keys())
    t.same(keys(`session=${first}; session=${second}`), ['first'])
    t.same(keys(`session=${second}; session=${first}`), ['second'])
    t.same(keys(`session=forged; session=${second}`), [], 'a bad one is not passed over')
    t.same(keys(`session=; session=${second}`), [])
  })

  t.test(`${kind}: a cookie past 4 KB is read where it comes, and garbage of 15 KB is none`, async (t) => {
    const app = makeApp(mode)
    app.config.MAX_COOKIE_SIZE = 0
    app.get('/', () => String(session.keys()))
    const noise = crypto.randomBytes(5000).toString('base64')
    const large = `session=${await cookieWith(app, { noise })}`
    t.ok(large.length > 5000)
    const client = app.test_client({ use_cookies: false })
    t.equal((await client.get('/', { headers: { Cookie: large } })).text, 'noise')
    for (const piece of ['A', '.', '=', 'v1.', '\xe9']) {
      for (const version of ['', 'v1.', 'v1p.']) {
        const Cookie = `session=${version}${piece.repeat(15_000 / piece.length)}`
        const { status_code, text } = await client.get('/', { headers: { Cookie } })
        t.same([status_code, text], [200, ''], Cookie.slice(0, 20))
      }
    }
  })

  t.test(`${kind}: keys with names of the prototype are keys`, async (t) => {
    const app = makeApp(mode)
    const keys = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}')
    const cookie = await cookieWith(app, keys)
    t.same(keysSeen(app, cookie), ['__proto__', 'constructor', 'toString'])
    t.same(
      seenBy(app, `session=${cookie}`, (opened) => opened.get('__proto__')),
      { polluted: 1 },
    )
    t.equal(
      seenBy(app, `session=${cookie}`, (opened) => Reflect.get(opened, 'polluted')),
      undefined,
    )
    t.equal(Reflect.get({}, 'polluted'), undefined)
  })

  t.test(`${kind}: another key, salt or purpose opens nothing`, async (t) => {
    const app = makeApp(mode)
    const stranger = makeApp(mode)
    stranger.config.SECRET_KEY = `${SECRET}!`
    const user = { user: 'ann' }
    const others = [
      await cookieWith(stranger, user),
      new URLSafeTimedSerializer(SECRET, 'cookie-session').dumps(user),
      new URLSafeTimedSerializer(SECRET, 'cookie:session').dumps(user),
      new URLSafeTimedSerializer(SECRET, { salt: 'other', signer_kwargs: { key_derivation: 'hmac' } }).dumps(user),
      new URLSafeTimedSerializer('', { salt: 'cookie-session', signer_kwargs: { key_derivation: 'hmac' } }).dumps(user),
      new URLSafeSerializer(SECRET, 'cookie-session').dumps(user),
      new CookieCipher([SECRET]).encrypt('other', Buffer.from(JSON.stringify(user)), T0, false),
      new CookieCipher(['']).encrypt('session', Buffer.from(JSON.stringify(user)), T0, false),
    ]
    app.config.SECRET_KEY_FALLBACKS = ['', 'old']
    for (const value of others) t.same(keysSeen(app, value), [], value)
  })
}

// rack-session CVE-2026-39324.
t.test('encrypted: nothing that fails to decrypt is read in another way', async (t) => {
  const app = makeApp({ kind: 'encrypted', isEncrypted: true })
  const signedBy = makeApp({ kind: 'signed', isEncrypted: false })
  const admin = '{"user":"admin"}'
  const good = await cookieWith(app, { user: 'ann' })
  const values = [
    '',
    admin,
    base64(admin),
    Buffer.from(admin).toString('base64'),
    `v1.${admin}`,
    `v1.${base64(admin)}`,
    `v1.${base64(Buffer.concat([Buffer.alloc(12), Buffer.from(admin), Buffer.alloc(16)]))}`,
    'v1.',
    'v1p.',
    await cookieWith(signedBy, { user: 'admin' }),
    await cookieWith(signedBy, { user: 'admin', long: 'x'.repeat(1000) }),
    await cookieWith(signedBy, { user: 'admin', _permanent: true }),
    `v1.${await cookieWith(signedBy, { user: 'admin' })}`,
    good.slice(0, -1),
    good.replace('v1.', 'v0.'),
    good.replace('v1.', ''),
  ]
  app.get('/', () => {
    const user = session.get('user', 'nobody')
    session['seen'] = true
    return String(user)
  })
  for (const value of values) {
    const client = app.test_client()
    client.set_cookie('session', value)
    t.equal((await client.get('/')).text, 'nobody', value)
    const written = client.get_cookie('session')?.value ?? ''
    t.match(written, /^v1\./)
    t.same(keysSeen(app, written), ['seen'], 'what is written next is a session of its own')
  }
})

t.test('signed: what is encrypted is not read', async (t) => {
  const encrypted = await cookieWith(makeApp({ kind: 'encrypted', isEncrypted: true }), { user: 'ann' })
  t.same(keysSeen(makeApp({ kind: 'signed', isEncrypted: false }), encrypted), [])
})

t.test('signed: spare bits and padding of the signature are ignored, as Python ignores them', async (t) => {
  const app = makeApp({ kind: 'signed', isEncrypted: false })
  const cookie = await cookieWith(app, { user: 'ann' })
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(cookie.slice(-1))
  const same = [...alphabet].filter((_, at) => at >> 2 === last >> 2)
  t.equal(same.length, 4, '160 bits leave two of 27 characters unused')
  for (const character of alphabet) {
    t.equal(keysSeen(app, cookie.slice(0, -1) + character).length, same.includes(character) ? 1 : 0, character)
  }
  t.same(keysSeen(app, `${cookie}=`), ['user'])
})

t.test('signatures and tags are compared in constant time', async (t) => {
  const app = makeApp({ kind: 'signed', isEncrypted: false })
  const cookie = await cookieWith(app, { user: 'ann' })
  const lengths: [number, number][] = []
  const counted = (original: typeof crypto.timingSafeEqual): typeof crypto.timingSafeEqual => {
    return (a, b) => {
      lengths.push([a.byteLength, b.byteLength])
      return original(a, b)
    }
  }
  await replacing(crypto, 'timingSafeEqual', counted, () => {
    t.same(keysSeen(app, cookie), ['user'])
    t.same(keysSeen(app, `${cookie.slice(0, -2)}AA`), [])
    t.same(keysSeen(app, cookie.slice(0, -8)), [], 'a shorter one is refused, and nothing is thrown')
    t.same(keysSeen(app, `${cookie}AAAA`), [])
  })
  t.same(lengths, [
    [20, 20],
    [20, 20],
  ])
})
