import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type CookieOptions, dump_cookie, parse_cookie } from '../../lib/http/cookies.ts'
import { openBrowser, reasonToSkipBrowser } from '../support/browser.ts'

/** Values that must come back from a browser as they went out. */
const VALUES = [
  'plain',
  '',
  'hello world',
  'x;y,z',
  'say "hi"',
  'c:\\dir',
  'k=v&x=y',
  '游客',
  '🍶',
  'line\r\nbreak',
  '\x1f\x7f',
]

/** What a cookie may be set with, and must be deleted with. `localhost` counts as secure. */
const OPTIONS: CookieOptions[] = [
  {},
  { path: '/deep' },
  { path: '/deep/a b' },
  { httponly: true },
  { secure: true },
  { samesite: 'Strict' },
  { samesite: 'None', secure: true },
  { partitioned: true },
  { secure: true, httponly: true, samesite: 'Lax', path: '/deep' },
]

function setAndDeleted(): { set: string[]; deleted: string[] } {
  const set: string[] = []
  const deleted: string[] = []
  const add = (key: string, value: string, options: CookieOptions) => {
    set.push(dump_cookie(key, value, { max_age: 3600, ...options }))
    deleted.push(dump_cookie(key, '', { ...options, expires: 0, max_age: 0 }))
  }
  for (const [index, value] of VALUES.entries()) add(`value${index}`, value, {})
  for (const [index, options] of OPTIONS.entries()) add(`options${index}`, 'kept', options)
  add('__Host-login', 'kept', { secure: true })
  add('__Secure-login', 'kept', { secure: true })
  return { set, deleted }
}

// Security 1.1: a deleted cookie is gone in Chromium
t.test(
  'a browser keeps what is set, sends it back unchanged, and drops what is deleted',
  {
    skip: reasonToSkipBrowser(),
  },
  async (t) => {
    const { set, deleted } = setAndDeleted()
    const server = createServer((request, response) => {
      if (request.url === '/set') response.setHeader('Set-Cookie', set)
      if (request.url === '/delete') response.setHeader('Set-Cookie', deleted)
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify([...parse_cookie(request.headers.cookie ?? '')]))
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const { port } = server.address() as AddressInfo
    const { context, close } = await openBrowser()
    t.teardown(async () => {
      await close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })

    const page = await context.newPage()
    const sent = async (path: string): Promise<Map<string, string>> => {
      const response = await page.goto(`http://localhost:${port}${path}`)
      return new Map<string, string>(JSON.parse((await response?.text()) ?? '[]'))
    }
    t.equal((await sent('/set')).size, 0)

    const top = await sent('/')
    for (const [index, value] of VALUES.entries()) t.equal(top.get(`value${index}`), value, JSON.stringify(value))
    const deep = await sent('/deep/a%20b/x')
    for (const index of OPTIONS.keys()) t.equal(deep.get(`options${index}`), 'kept', JSON.stringify(OPTIONS[index]))
    t.equal(top.has('options1'), false, 'a cookie of a path is not sent elsewhere')
    t.equal(top.get('__Host-login'), 'kept')
    t.equal(top.get('__Secure-login'), 'kept')

    const scripted = await page.evaluate('document.cookie')
    t.match(scripted, /value0=plain/)
    t.notMatch(scripted, /options3=|options8=/, 'httponly hides a cookie from scripts')

    await sent('/delete')
    t.same([...(await sent('/deep/a%20b/x'))], [])
    t.same(await context.cookies(), [], 'nothing is left for any path')
  },
)
