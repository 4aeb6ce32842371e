import { randomBytes } from 'node:crypto'
import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { Flagon, Markup, request, session } from '../../lib/index.ts'
import { SecureCookieSessionInterface } from '../../lib/sessions/cookie.ts'
import { EncryptedCookieSessionInterface } from '../../lib/sessions/encrypted-cookie.ts'
import { is_tuple, tuple } from '../../lib/sessions/kinds.ts'
import { UUID } from '../../lib/sessions/uuid.ts'
import { CookieApp, LIFETIME_SECONDS, releaseClock, sentBack, setClock, T0 } from '../support/cookie-app.ts'

t.beforeEach(() => setClock(T0))
t.teardown(releaseClock)

function encryptedApp(): CookieApp {
  const app = new CookieApp()
  app.config.SESSION_COOKIE_ENCRYPTED = true
  return app
}

t.test('one setting of an app encrypts its sessions', async (t) => {
  releaseClock()
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a secret of more than thirty-two bytes'
  app.config.SESSION_COOKIE_ENCRYPTED = true
  app.get('/set', () => {
    session['user'] = 'ann'
    return 'set'
  })
  app.get('/get', () => String(session['user']))
  const client = app.test_client()
  await client.get('/set')
  t.match(client.get_cookie('session')?.value, /^v1\.[\w-]+$/)
  t.equal((await client.get('/get')).text, 'ann')
  await client.session_transaction((opened) => {
    opened['user'] = 'li'
  })
  t.equal((await client.get('/get')).text, 'li')
  app.config.SESSION_COOKIE_ENCRYPTED = false
  t.equal((await client.get('/get')).text, 'undefined', 'it is nothing to signed sessions')
})

t.test('the class encrypts whatever the setting says', async (t) => {
  const app = new CookieApp()
  app.sessions = new EncryptedCookieSessionInterface()
  const cookie = sentBack(app.handle('', (session) => session.set('a', 1)))
  t.match(cookie, /^session=v1\./)
  t.equal(app.handle(cookie, (session) => session['a']).result, 1)
  t.equal(encryptedApp().handle(cookie, (session) => session['a']).result, 1, 'they are the same cookies')
})

t.test(
  'a setting that is neither true nor false is refused, rather than send sessions that all may read',
  async (t) => {
    const app = encryptedApp()
    for (const value of ['true', 'migrate', 1, {}]) {
      app.config.SESSION_COOKIE_ENCRYPTED = value as boolean
      t.throws(() => app.handle('', (session) => session.set('a', 1)), { code: 'CONFIG_VALUE' }, String(value))
    }
    app.config.SESSION_COOKIE_ENCRYPTED = undefined as unknown as boolean
    t.notOk(app.sessions.is_encrypted(app), 'an app that knows of no such setting signs')
  },
)

t.test('every kind of value survives', async (t) => {
  const app = encryptedApp()
  const values = {
    tuple: tuple(1, 2),
    bytes: new Uint8Array([0, 255]),
    uuid: new UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8'),
    when: new Date('2024-01-02T03:04:05Z'),
    html: new Markup('<b>bold</b>'),
    large: 2n ** 64n,
    deep: { a: [1, 2.5, true, null, '游客'] },
    long: 'ab'.repeat(500),
  }
  const cookie = sentBack(app.handle('', (session) => session.update(values)))
  const read = app.handle(cookie, (session) => session.toJSON()).result as typeof values
  t.same(read, values)
  t.ok(is_tuple(read.tuple))
  t.ok(read.html instanceof Markup)
})

t.test('a cookie is not decrypted while no code touches the session', async (t) => {
  const app = encryptedApp()
  let asked = 0
  class Counting extends SecureCookieSessionInterface {
    override open_session(...args: Parameters<SecureCookieSessionInterface['open_session']>) {
      asked += 1
      return super.open_session(...args)
    }
    override get prefetch(): boolean {
      return false
    }
  }
  const cookie = sentBack(app.handle('', (session) => session.set('user', 'a')))
  app.sessions = new Counting()
  for (const other of [cookie, '', 'session=', 'session=v1.', 'session=garbage']) {
    t.same(app.handle(other), { result: undefined, cookies: [], vary: [] })
  }
  t.equal(asked, 0)
})

t.test('a permanent session says so openly, and is refreshed though no code touches it', async (t) => {
  const app = encryptedApp()
  const cookie = sentBack(
    app.handle('', (session) => {
      session.permanent = true
      session['user'] = 'ann'
    }),
  )
  t.match(cookie, /^session=v1p\./)
  setClock(T0 + 60)
  const refreshed = app.handle(cookie)
  t.same(refreshed.vary, ['Cookie'])
  t.match(refreshed.cookies, [/^session=v1p\..*; Expires=/])
  t.not(sentBack(refreshed), cookie)
  setClock(T0 + 60 + LIFETIME_SECONDS)
  t.equal(app.handle(sentBack(refreshed), (session) => session['user']).result, 'ann')
  t.equal(app.handle(cookie, (session) => session['user']).result, undefined, 'the time counts from the last writing')
  app.config.SESSION_REFRESH_EACH_REQUEST = false
  t.same(app.handle(sentBack(refreshed)), { result: undefined, cookies: [], vary: [] })
})

t.test('a cookie that only claims to be permanent is an empty session, and is not sent again', async (t) => {
  const app = encryptedApp()
  const cookie = sentBack(app.handle('', (session) => session.set('user', 'ann')))
  for (const forged of [cookie.replace('v1.', 'v1p.'), 'session=v1p.', 'session=v1p.AAAA']) {
    t.same(app.handle(forged), { result: undefined, cookies: [], vary: [] })
  }
})

t.test('changes inside lists and objects are saved, and reading them saves nothing', async (t) => {
  const app = encryptedApp()
  const cookie = sentBack(app.handle('', (session) => session.set('cart', [1])))
  t.same(app.handle(cookie, (session) => JSON.stringify(session)).cookies, [])
  const pushed = app.handle(cookie, (session) => (session['cart'] as number[]).push(2))
  t.same(app.handle(sentBack(pushed), (session) => session['cart']).result, [1, 2])
})

t.test('old keys decrypt a session and never encrypt one', async (t) => {
  const seal = (secret: string | Uint8Array): string => {
    const app = encryptedApp()
    app.secret_key = secret
    return sentBack(app.handle('', (session) => session.set('user', 'ann')))
  }
  const app = encryptedApp()
  app.secret_key = 'new'
  app.config.SECRET_KEY_FALLBACKS = ['old1', Buffer.from('old2')]
  const user = (cookie: string): unknown => app.handle(cookie, (session) => session['user']).result
  t.same([seal('old1'), seal('old2'), seal('new'), seal('older')].map(user), ['ann', 'ann', 'ann', undefined])
  const rewritten = sentBack(app.handle(seal('old1'), (session) => session.set('user', 'li')))
  app.config.SECRET_KEY_FALLBACKS = null
  t.equal(user(rewritten), 'li')
  t.equal(user(seal('old1')), undefined, 'a removed key opens nothing')
})

t.test('an emptied session is removed, and a session without a SECRET_KEY is none', async (t) => {
  const app = encryptedApp()
  const cookie = sentBack(app.handle('', (session) => session.set('user', 'ann')))
  t.match(app.handle(cookie, (session) => session.clear()).cookies, [/^session=; Expires=Thu, 01 Jan 1970 .*Max-Age=0/])
  app.secret_key = null
  t.throws(() => app.handle(cookie, (session) => session.set('a', 1)), { code: 'SESSION_NO_SECRET' })
})

t.test('a cookie is good under its name alone', async (t) => {
  const app = encryptedApp()
  const cookie = sentBack(app.handle('', (session) => session.set('user', 'ann')))
  app.config.SESSION_COOKIE_NAME = 'other'
  t.equal(app.handle(cookie.replace('session=', 'other='), (session) => session['user']).result, undefined)
})

t.test('random sessions survive encryption, signing and each other', async (t) => {
  const encrypted = encryptedApp()
  const signed = new CookieApp()
  for (let count = 0; count < 200; count += 1) {
    const bytes = randomBytes(count * 3)
    const data = { n: count, bytes: new Uint8Array(bytes), text: bytes.toString('latin1'), list: [bytes.length, null] }
    for (const app of [encrypted, signed]) {
      const cookie = sentBack(app.handle('', (session) => session.update(data)))
      t.same(app.handle(cookie, (session) => session.toJSON()).result, data, { diagnostic: false })
      const other = app === signed ? encrypted : signed
      t.same(other.handle(cookie, (session) => session.keys()).result, [])
    }
  }
})

t.test('a lifetime of seconds or a timedelta bounds the age of a session', async (t) => {
  releaseClock()
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a secret of more than thirty-two bytes'
  app.config.SESSION_COOKIE_ENCRYPTED = true
  app.get('/set', () => {
    session.permanent = request.args.has('permanent')
    session['user'] = 'ann'
    return 'set'
  })
  app.get('/get', () => String(session['user']))
  for (const lifetime of [90, timedelta({ seconds: 90 })]) {
    app.config.PERMANENT_SESSION_LIFETIME = lifetime
    for (const path of ['/set', '/set?permanent=1']) {
      setClock(T0)
      const header = String((await app.test_client().get(path)).headers.get('Set-Cookie'))
      t.equal(/Expires=/.test(header), path !== '/set', 'without permanent the cookie ends with the browser')
      const headers = { Cookie: header.split(';')[0] ?? '' }
      const client = app.test_client({ use_cookies: false })
      setClock(T0 + 90)
      t.equal((await client.get('/get', { headers })).text, 'ann')
      setClock(T0 + 91)
      t.equal((await client.get('/get', { headers })).text, 'undefined')
    }
  }
})
