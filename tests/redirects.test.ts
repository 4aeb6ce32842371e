import t from 'tap'
import { is_safe_redirect, makeRedirect } from '../lib/redirects.ts'
import { Response } from '../lib/wrappers/response.ts'

t.test('only absolute paths of this site are safe targets', async (t) => {
  for (const target of ['/', '/center', '/center?tab=1#top', '/游客/a b', '/a//b', '/x?next=https://evil.test']) {
    t.ok(is_safe_redirect(target), target)
  }
  const unsafe = ['', 'center', '//evil.test', '/\\evil.test', '\\\\evil.test', '\\/evil.test', 'https://evil.test']
  const tricks = [
    'java\tscript:alert(1)',
    'javascript:alert(1)',
    '/\t/evil.test',
    '/\n/evil.test',
    ' //evil.test',
    '/a\0',
  ]
  for (const target of [...unsafe, ...tricks, undefined, null]) {
    t.notOk(is_safe_redirect(target), JSON.stringify(target))
  }
})

t.test('a redirect has the code, the location and a page that is escaped', async (t) => {
  const response = makeRedirect('http://x"><script>', 303, Response)
  t.equal(response.status_code, 303)
  t.notMatch(response.get_data({ as_text: true }), /<script>/)
})

t.test('a code that is none of a redirect is refused with those that are', async (t) => {
  t.throws(() => makeRedirect('/', 200, Response), { name: 'RangeError', message: /200.*301, 302, 303, 305, 307, 308/ })
})

t.test('line ends and NUL in a location are refused', async (t) => {
  for (const location of ['/a\r\nSet-Cookie: b=1', '/a\n', '/a\0']) {
    t.throws(() => makeRedirect(location, 302, Response), TypeError, JSON.stringify(location))
  }
})
