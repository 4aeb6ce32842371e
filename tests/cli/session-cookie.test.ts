import t from 'tap'
import { decodeCookie } from '../../lib/cli/session-cookie.ts'
import { Flagon, session, timedelta } from '../../lib/index.ts'

const KEY = 'a key for tests, of more than 32 bytes'

function makeApp(settings: Record<string, unknown> = {}): Flagon {
  const app = new Flagon('x')
  app.config.update({ SECRET_KEY: KEY, ...settings })
  app.get('/', () => {
    session.set('user', 'ann')
    session.set('when', new Date(0))
    return ''
  })
  return app
}

async function cookieOf(app: Flagon): Promise<string> {
  const [header = ''] = (await app.test_client().get('/')).headers.getlist('Set-Cookie')
  return header
}
const valueIn = (header: string): string => header.slice(header.indexOf('=') + 1, header.indexOf(';'))
const DATA = { user: 'ann', when: new Date(0) }

t.test('a signed cookie is shown, and verified by the key or the app', async (t) => {
  const app = makeApp()
  const cookie = valueIn(await cookieOf(app))
  const byKey = decodeCookie(cookie, { keys: [KEY] })
  t.match(byKey, { kind: 'signed', verified: true, session: DATA, reason: undefined })
  t.ok(Math.abs(Number(byKey.written) - Date.now()) < 60_000)
  t.match(decodeCookie(cookie, { keys: [], app }), { verified: true, session: DATA })
  t.match(decodeCookie(cookie, { keys: ['old', KEY] }), { verified: true })
})

t.test('without a key it is shown and not verified; with a wrong one it is not valid', async (t) => {
  const cookie = valueIn(await cookieOf(makeApp()))
  t.match(decodeCookie(cookie, { keys: [] }), { verified: null, session: DATA, written: Date })
  t.match(decodeCookie(cookie, { keys: ['other'] }), {
    verified: false,
    reason: 'no key of the app made it',
    session: DATA,
  })
  t.match(decodeCookie(`${cookie}x`, { keys: [KEY] }), { verified: false })
})

t.test('an app whose sessions are shorter says that a cookie is too old', async (t) => {
  const app = makeApp({ PERMANENT_SESSION_LIFETIME: timedelta({ seconds: -1 }) })
  const cookie = valueIn(await cookieOf(makeApp()))
  t.match(decodeCookie(cookie, { keys: [], app }), { verified: false, reason: /too old/ })
})

t.test('a whole header will do', async (t) => {
  const header = await cookieOf(makeApp())
  for (const text of [header, `Set-Cookie: ${header}`, `Cookie: a=b; ${header}`])
    t.match(decodeCookie(text, { keys: [KEY] }), { verified: true, session: DATA }, text.slice(0, 20))
})

t.test('an encrypted cookie needs the key', async (t) => {
  const app = makeApp({ SESSION_COOKIE_ENCRYPTED: true })
  const cookie = valueIn(await cookieOf(app))
  t.match(decodeCookie(cookie, { keys: [] }), {
    kind: 'encrypted',
    verified: null,
    session: undefined,
    reason: 'only the key opens it',
  })
  t.match(decodeCookie(cookie, { keys: ['other'] }), { kind: 'encrypted', verified: false })
  t.match(decodeCookie(cookie, { keys: [KEY] }), { kind: 'encrypted', verified: true, session: DATA, written: Date })
  t.match(decodeCookie(cookie, { keys: [], app }), { verified: true })
})

t.test('an id of a session on the server, and what is no session at all, are told apart', async (t) => {
  t.match(decodeCookie('3f9c1UE0mBqWm0Q0qkqg3y3b2Jx2yN8gqLhN9-abcde', { keys: [] }), {
    kind: 'server-side',
    verified: null,
  })
  for (const text of ['', 'x', 'a.b.c', '....', '%', 'v1.x'])
    t.match(decodeCookie(text, { keys: [] }), { session: undefined, verified: null }, text)
})
