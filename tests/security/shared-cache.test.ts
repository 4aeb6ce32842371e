import t, { type Test } from 'tap'
import { Flagon, session } from '../../lib/index.ts'
import { skipWithoutNginx, startNginx } from '../support/nginx.ts'
import { servedApp } from '../support/served-app.ts'

const SECRET = 'a secret of more than thirty-two bytes'

/** An app whose every page a shared cache may keep for a minute. */
function makeApp(isEncrypted: boolean): Flagon {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = SECRET
  app.config.SESSION_COOKIE_ENCRYPTED = isEncrypted
  let made = 0
  app.get('/login/<name>', ({ name }) => {
    session.permanent = true
    session['user'] = name
    return 'welcome'
  })
  app.get('/untouched', () => `page ${++made}`)
  app.get('/hello', () => `hello ${session.get('user', 'stranger')}`)
  app.get('/careless', () => `page ${++made}`)
  app.after_request((response) => {
    response.headers.set('Cache-Control', 'public, max-age=60')
    return response
  })
  const inner = app.handler
  app.handler = (req, res, next) => {
    // What an app would send that forgot on what its answer depends.
    if (req.url?.startsWith('/careless')) {
      const { writeHead } = res
      res.writeHead = ((status: number, fields: string[]) => {
        const at = fields.findIndex((field, index) => index % 2 === 0 && field.toLowerCase() === 'vary')
        return writeHead.call(res, status, fields.toSpliced(at, 2) as never)
      }) as typeof writeHead
    }
    return inner(req, res, next)
  }
  return app
}

interface Seen {
  readonly text: string
  readonly set: string
  readonly cache: string | null
}

async function get(port: number, path: string, Cookie = ''): Promise<Seen> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, Cookie === '' ? {} : { headers: { Cookie } })
  return {
    text: await response.text(),
    set: response.headers.getSetCookie().join(),
    cache: response.headers.get('X-Cache'),
  }
}

/** An app behind an nginx that caches what it may, also, where `isEager`, answers that set cookies. */
async function startSite(t: Test, isEncrypted: boolean, isEager: boolean): Promise<number> {
  const app = makeApp(isEncrypted)
  const upstream = await servedApp(t, app)
  const eager = isEager ? 'proxy_ignore_headers Set-Cookie;' : ''
  return startNginx(
    t,
    'proxy_cache_path FOLDER/cache keys_zone=pages:1m;',
    `proxy_pass http://127.0.0.1:${upstream}; proxy_cache pages; ${eager} add_header X-Cache $upstream_cache_status always;`,
  )
}

async function login(port: number, name: string): Promise<string> {
  return (await get(port, `/login/${name}?${Math.random()}`)).set.split(';')[0] ?? ''
}

const skip = skipWithoutNginx()

// Flask CVE-2023-30861, Hono GHSA-p77w-8qqv-26rm.
for (const isEncrypted of [false, true]) {
  const kind = isEncrypted ? 'encrypted' : 'signed'

  t.test(`${kind}: a shared cache gives nobody the cookie or the page of another`, { skip }, async (t) => {
    const port = await startSite(t, isEncrypted, true)
    const [ann, bob] = [await login(port, 'ann'), await login(port, 'bob')]
    t.match([ann, bob], [/^session=./, /^session=./])

    const first = await get(port, '/untouched', ann)
    t.match(first.set, /^session=.*Expires=/, 'the session of Ann is refreshed, though no code touched it')
    const other = await get(port, '/untouched', bob)
    t.not(other.cache, 'HIT')
    t.match(other.set, /^session=.*Expires=/)
    t.not(other.set.split(';')[0], first.set.split(';')[0], 'Bob gets a cookie of his own')
    const stranger = await get(port, '/untouched')
    t.same([stranger.cache, stranger.set], ['MISS', ''])

    t.equal((await get(port, '/hello', ann)).text, 'hello ann')
    t.equal((await get(port, '/hello', bob)).text, 'hello bob')
    t.equal((await get(port, '/hello')).text, 'hello stranger')
    t.match(await get(port, '/hello', ann), { text: 'hello ann', cache: 'HIT' })
    t.match(await get(port, '/hello', bob), { text: 'hello bob', cache: 'HIT' })
  })
}

t.test('an answer that forgot Vary would have been given to the next', { skip }, async (t) => {
  const port = await startSite(t, false, true)
  const [ann, bob] = [await login(port, 'ann'), await login(port, 'bob')]
  const first = await get(port, '/careless', ann)
  t.match(first.set, /^session=/)
  const other = await get(port, '/careless', bob)
  t.same([other.cache, other.set], ['HIT', first.set], 'the cache is one that this can be seen with')
})

t.test(
  'as it comes, nginx keeps no answer that sets a cookie, and shares those that use no session',
  { skip },
  async (t) => {
    const port = await startSite(t, false, false)
    const ann = await login(port, 'ann')
    t.match(await get(port, '/untouched', ann), { cache: 'MISS', set: /^session=/ })
    t.match(await get(port, '/untouched', ann), { cache: 'MISS', set: /^session=/ })
    const { text } = await get(port, '/untouched')
    t.match(await get(port, '/untouched'), { text, cache: 'HIT', set: '' })
    t.match(
      await get(port, '/untouched', 'theme=dark'),
      { text, cache: 'HIT' },
      'a page that reads no cookie is one for all',
    )
  },
)
