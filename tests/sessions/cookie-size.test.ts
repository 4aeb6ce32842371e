import { randomBytes } from 'node:crypto'
import t from 'tap'
import { dump_cookie } from '../../lib/http/cookies.ts'
import { Flagon, session } from '../../lib/index.ts'
import { oversize, reportOversize } from '../../lib/sessions/cookie-size.ts'
import type { SessionCookieOptions } from '../../lib/sessions/interface.ts'
import { TaggedJSONSerializer } from '../../lib/sessions/tag.ts'

const serializer = new TaggedJSONSerializer()
const options: SessionCookieOptions = {
  path: '/',
  domain: null,
  secure: false,
  httponly: true,
  samesite: 'Lax',
  partitioned: false,
  max_size: 4093,
}
const data = { user: 'ann', cart: ['x'.repeat(3000)], seen: 'é'.repeat(100), 'a\nb': 1 }

t.test('the whole cookie counts, attributes included, to the byte', async (t) => {
  const fixed = dump_cookie('session', '', { ...options, max_size: 0 }).length
  t.equal(oversize('session', 'v'.repeat(4093 - fixed), options, data, serializer), undefined)
  t.match(
    oversize('session', 'v'.repeat(4094 - fixed), options, data, serializer),
    /has 4094 bytes where browsers keep 4093/,
  )
})

t.test('the largest keys are named, with their sizes', async (t) => {
  const message = oversize('session', 'v'.repeat(5000), options, data, serializer)
  t.match(message, 'The largest keys: "cart" (3004 bytes), "seen" (602 bytes), "user" (5 bytes).')
  t.match(oversize('session', 'v'.repeat(5000), options, { 'a\nb': 1 }, serializer), '"a\\nb" (1 bytes)')
})

t.test('a limit of 0 is none', async (t) => {
  t.equal(oversize('session', 'v'.repeat(9000), { ...options, max_size: 0 }, data, serializer), undefined)
})

t.test('in debug mode it is an error, else a warning', async (t) => {
  t.throws(() => reportOversize('too large', true), { code: 'COOKIE_TOO_LARGE', message: 'too large' })
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  reportOversize('too large here', false)
  t.match(await warned, { name: 'CookieSizeWarning', message: 'too large here' })
})

t.test('an app in debug mode fails where the session is saved, and answers with its error page', async (t) => {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a secret of more than thirty-two bytes'
  app.debug = true
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.get('/', () => {
    session['cart'] = randomBytes(4000).toString('base64')
    return 'filled'
  })
  const client = app.test_client()
  await t.rejects(client.get('/'), { code: 'COOKIE_TOO_LARGE', message: /"cart" \(\d{4} bytes\)/ })
  app.config.PROPAGATE_EXCEPTIONS = false
  const response = await client.get('/')
  t.equal(response.status_code, 500)
  t.same(response.headers.getlist('Set-Cookie'), [])
})
