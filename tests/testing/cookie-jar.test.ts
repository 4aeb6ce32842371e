import t from 'tap'
import { Headers } from '../../lib/http/headers.ts'
import { addCookies, ClientCookies } from '../../lib/testing/cookie-jar.ts'

const HERE = 'http://localhost/a/b'

const RULES: [name: string, setCookie: string, url: string, sent: string][] = [
  ['a cookie goes back to the host that set it', 'a=1; Path=/', HERE, 'a=1'],
  ['but to no other', 'a=1; Path=/', 'http://other.test/', ''],
  ['it goes below its path', 'a=1; Path=/a', HERE, 'a=1'],
  ['but not beside it', 'a=1; Path=/a', 'http://localhost/ab', ''],
  ['without a path it goes where it was set', 'a=1', 'http://localhost/a/c', 'a=1'],
  ['but not above', 'a=1', 'http://localhost/', ''],
  ['a domain of another site is not taken', 'a=1; Domain=example.com; Path=/', HERE, ''],
  ['what is quoted stays as it is', 'a="\\346\\270\\270"; Path=/', HERE, 'a="\\346\\270\\270"'],
  ['an equals sign is a part of the value', 'a=b=c; Path=/', HERE, 'a=b=c'],
  ['a Secure cookie goes to this machine without HTTPS', 'a=1; Secure; Path=/', HERE, 'a=1'],
  ['a cookie that is too old does not go', 'a=1; Max-Age=0; Path=/', HERE, ''],
  ['a line that is no cookie is passed over', 'nonsense', HERE, ''],
]
for (const [name, setCookie, url, sent] of RULES) {
  t.test(name, async (t) => {
    const cookies = new ClientCookies()
    cookies.keep(HERE, [setCookie])
    t.equal(cookies.headerFor(url), sent)
  })
}

t.test('a Secure cookie of another host goes over HTTPS alone', async (t) => {
  const cookies = new ClientCookies()
  cookies.keep('https://site.test/', ['a=1; Secure'])
  t.equal(cookies.headerFor('https://site.test/'), 'a=1')
  t.equal(cookies.headerFor('http://site.test/'), '')
})

t.test('a domain takes the hosts below it in', async (t) => {
  const cookies = new ClientCookies()
  cookies.keep('http://www.site.test/', ['a=1; Domain=site.test'])
  t.equal(cookies.headerFor('http://site.test/'), 'a=1')
  t.equal(cookies.headerFor('http://admin.site.test/'), 'a=1')
  t.equal(cookies.headerFor('http://badsite.test/'), '')
  t.notOk(cookies.get('a', { domain: 'site.test' })?.origin_only)
})

t.test('an answer that removes a cookie removes it here', async (t) => {
  const cookies = new ClientCookies()
  cookies.keep(HERE, ['a=1; Path=/', 'b=2; Path=/'])
  cookies.keep(HERE, ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/'])
  t.equal(cookies.headerFor(HERE), 'b=2')
  t.equal(cookies.get('a'), undefined)
})

t.test('a cookie is found by name, domain and path, with all that is known of it', async (t) => {
  const cookies = new ClientCookies()
  t.equal(cookies.get('a'), undefined, 'before anything was kept')
  cookies.keep(HERE, ['a="x\\073y"; Max-Age=60; HttpOnly; Secure; SameSite=Lax; Path=/'])
  t.match(cookies.get('a'), {
    key: 'a',
    value: '"x\\073y"',
    decoded_value: 'x;y',
    max_age: 60,
    domain: 'localhost',
    origin_only: true,
    path: '/',
    secure: true,
    http_only: true,
    same_site: 'lax',
  })
  t.equal(cookies.get('a', { path: '/a' }), undefined)
  t.equal(cookies.get('a', { domain: 'other.test' }), undefined)
  cookies.keep(HERE, ['b=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Path=/'])
  t.match(cookies.get('b'), { expires: new Date('2030-01-02T03:04:05Z'), max_age: undefined })
})

t.test('a cookie can be put in and taken out', async (t) => {
  const cookies = new ClientCookies()
  cookies.delete('a')
  cookies.set('a', '游;客')
  cookies.set('b', '2', { path: '/below', domain: 'site.test', origin_only: false, secure: true })
  t.equal(cookies.headerFor(HERE), 'a="\\346\\270\\270\\073\\345\\256\\242"')
  t.equal(cookies.get('a')?.decoded_value, '游;客')
  t.equal(cookies.headerFor('https://admin.site.test/below/x'), 'b=2')
  cookies.set('a', '1', { max_age: 0 })
  t.equal(cookies.get('a'), undefined, 'one without life removes it')
  cookies.delete('b', { domain: 'site.test', path: '/below' })
  t.equal(cookies.headerFor('https://admin.site.test/below/x'), '')
  t.throws(() => cookies.set('a b', '1'), TypeError)
})

t.test('cookies that a request names itself come before those that are kept', async (t) => {
  const join = (given: [string, string][], kept: string): string | undefined =>
    addCookies(new Headers(given), kept).get('Cookie')
  t.equal(join([], ''), undefined)
  t.equal(join([], 'a=1'), 'a=1')
  t.equal(join([['cookie', 'a=2']], ''), 'a=2')
  t.equal(
    join(
      [
        ['cookie', 'a=2'],
        ['Cookie', 'b=3'],
      ],
      'a=1',
    ),
    'a=2; b=3; a=1',
  )
})
