import t from 'tap'
import { isRedirect, redirectedRequest, withoutFields } from '../../lib/testing/redirects.ts'
import { buildRequest, type RequestBuilderOptions, urlOf } from '../../lib/testing/request-builder.ts'
import { TestResponse } from '../../lib/testing/response.ts'

const app = { config: {}, json: { dumps: JSON.stringify } }

function redirect(
  location: string,
  {
    status = 302,
    path = '/a/b?q=1',
    allow = false,
    ...options
  }: RequestBuilderOptions & { status?: number; path?: string; allow?: boolean } = {},
): ReturnType<typeof buildRequest> {
  const built = buildRequest(app, path, options)
  const answer = { status, reason: '', rawHeaders: ['Location', location], body: Buffer.alloc(0) }
  return redirectedRequest(built, new TestResponse(answer, built), allow)
}

const TARGETS: [location: string, from: RequestBuilderOptions & { allow?: boolean }, url: string][] = [
  ['/x', {}, 'http://localhost/x'],
  ['/x?y=1#top', {}, 'http://localhost/x?y=1'],
  ['c', {}, 'http://localhost/a/c'],
  ['../c', {}, 'http://localhost/c'],
  ['?r=2', {}, 'http://localhost/a/b?r=2'],
  ['', {}, 'http://localhost/a/b?q=1'],
  ['http://localhost/x', {}, 'http://localhost/x'],
  ['https://localhost/x', {}, 'https://localhost/x'],
  ['http://localhost:8080/', {}, 'http://localhost:8080/'],
  ['/x', { base_url: 'https://example.com:8443' }, 'https://example.com:8443/x'],
  ['http://admin.localhost/', { allow: true }, 'http://admin.localhost/'],
]
t.test('a redirect leads where its location says', async (t) => {
  for (const [location, from, url] of TARGETS) t.equal(urlOf(redirect(location, from)), url, location || '(empty)')
})

t.test('the root path is kept below it and left outside of it', async (t) => {
  const base_url = 'http://localhost/mount'
  t.match(redirect('/mount/x', { base_url }), { rootPath: '/mount', target: '/x' })
  t.match(redirect('/mount', { base_url }), { rootPath: '/mount', target: '/' })
  t.match(redirect('/mountain', { base_url }), { rootPath: '', target: '/mountain' })
})

const METHODS: [status: number, method: string, next: string, body: string][] = [
  [301, 'POST', 'GET', ''],
  [302, 'PUT', 'GET', ''],
  [303, 'POST', 'GET', ''],
  [303, 'HEAD', 'HEAD', ''],
  [305, 'GET', 'GET', ''],
  [307, 'POST', 'POST', 'sent'],
  [308, 'PATCH', 'PATCH', 'sent'],
]
t.test('only 307 and 308 send method and body again', async (t) => {
  for (const [status, method, next, body] of METHODS) {
    const again = redirect('/x', { status, method, data: 'sent', content_type: 'x/y', headers: { 'X-A': '1' } })
    t.equal(again.method, next, `${status} ${method}`)
    t.equal(again.body.toString(), body)
    t.equal(again.rawHeaders.includes('Content-Type'), body !== '')
    t.equal(again.rawHeaders.includes('Content-Length'), body !== '')
    t.ok(again.rawHeaders.includes('X-A'), 'other fields are sent again')
  }
})

t.test('the Host field follows', async (t) => {
  t.same(redirect('http://localhost:8080/').rawHeaders.slice(0, 2), ['Host', 'localhost:8080'])
})

t.test('another host is out of reach, a subdomain by choice', async (t) => {
  const code = 'CLIENT_REDIRECT'
  t.throws(() => redirect('https://example.com/a'), { code, message: /from localhost to https:\/\/example\.com\/a/ })
  t.throws(() => redirect('//example.com/a'), { code })
  t.throws(() => redirect('http://evillocalhost/'), { code })
  t.throws(() => redirect('http://admin.localhost/'), { code, message: /allow_subdomain_redirects: true/ })
})

t.test('an answer is a redirect by its code and its location', async (t) => {
  const built = buildRequest(app, '/')
  const answered = (status: number, rawHeaders: string[]): TestResponse =>
    new TestResponse({ status, reason: '', rawHeaders, body: Buffer.alloc(0) }, built)
  for (const status of [301, 302, 303, 305, 307, 308])
    t.ok(isRedirect(answered(status, ['location', '/'])), `${status}`)
  for (const status of [200, 201, 300, 304, 404]) t.notOk(isRedirect(answered(status, ['Location', '/'])), `${status}`)
  t.notOk(isRedirect(answered(302, [])))
})

t.test('fields are taken out with their values', async (t) => {
  t.same(withoutFields(['A', 'b', 'B', 'a', 'a', 'c'], new Set(['a'])), ['B', 'a'])
})
