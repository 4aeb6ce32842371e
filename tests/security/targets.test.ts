import t from 'tap'
import { exchangeRaw, headerValues } from '../support/raw-http.ts'
import { type BadInput, get, hostileTest, send } from './hostile-client.ts'
import { SECRET_MARKER, serveKitchenSink } from './kitchen-sink.ts'

const SLASHES = 8000

/** Targets of GET, RFC 9112 section 3.2, and the status that each gives. */
const TARGETS: readonly (readonly [target: string, gives: number | readonly number[]])[] = [
  ['*', 400],
  ['alive', 400],
  ['?a=1', 400],
  ['#', 400],
  ['localhost:80', 400],
  ['//evil', [308, 404]],
  ['///evil.com/..', [308, 404]],
  ['//localhost/alive', [308, 404]],
  ['/\\evil', 404],
  ['\\evil', 400],
  ['/..', 404],
  ['/../../../../etc/passwd', 404],
  ['/./alive', 404],
  ['/alive/..', 404],
  ['/alive/../alive', 404],
  ['/%2e%2e/', 404],
  ['/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 404],
  ['/%252e', 404],
  ['/%252e%252e%252f', 404],
  ['/%c0%ae', 404],
  ['/%c0%ae%c0%ae/secret.txt', 404],
  ['/%e0%80%ae', 404],
  ['/%f0%80%80%ae', 404],
  ['/%ed%a0%80', 404],
  ['/%ff%fe', 404],
  ['/%zz', 404],
  ['/%', 404],
  ['/%1', 404],
  ['/%%', 404],
  ['/%00', 404],
  ['/alive%00', 404],
  ['/alive%0d%0aX-Evil:%20yes', 404],
  ['/%0d%0a%0d%0aHTTP/1.1%20200%20OK', 404],
  ['/alive%20', 404],
  ['/alive%2f', 404],
  ['/alive/', 404],
  ['/alive;a=b', 404],
  ['/;a', 404],
  ['/a#b', 400],
  ['/alive#', 400],
  ['/alive?', 200],
  ['/alive??', 200],
  ['/alive?#', 400],
  ['/%61live', 200],
  ['/al%69ve', 200],
  ['/ALIVE', 404],
  ['/slash', 308],
  ['/slash//', [308, 404]],
  ['//slash/', 200],
  ['//alive', 200],
  ['/slash/%2f', [308, 404]],
  ['/__proto__', 404],
  ['/constructor', 404],
  ['/static/__proto__', 404],
  ['/user/__proto__/1/1.0/constructor', 200],
  ['/user/a/b/c/d', 404],
  ['/user/a/1/1.0/', 404],
  ['/user/a/-1/1.0/x', 404],
  ['/user/a/1e3/1.0/x', 404],
  ['/user/a/%31/1.0/x', 200],
  ['/user/a/%d9%a1/1.0/x', [200, 404]],
  [`/user/a/${'9'.repeat(400)}/1.0/x`, [200, 404]],
  [`/user/a/1/${'9'.repeat(400)}.0/x`, [200, 404]],
  ['/user/a%2fb/1/1.0/x', 404],
  ['/any/three/00000000-0000-0000-0000-000000000000', 404],
  ['/any/one/not-a-uuid', 404],
  ['/any/one/00000000-0000-0000-0000-000000000000', 200],
  ['/static/', 404],
  ['/static', 404],
  ['/static/.', 404],
  ['/static/..', 404],
  ['/static/%00', 404],
  ['/static/.env', 404],
  ['/static/sub', 404],
  ['/files/../secret.txt', 404],
  ['/files/..%2fsecret.txt', 404],
  ['/files/%2e%2e/static-secret/hello.txt', 404],
  ['/files//etc/passwd', [308, 404]],
  ['http://localhost/alive', 200],
  ['HTTP://LOCALHOST/alive', 200],
  ['http://localhost', 404],
  ['http://localhost/', 404],
  ['http://localhost?a', 404],
  ['http://evil.com/alive', 400],
  ['http://localhost:81/alive', 400],
  ['http://user:password@localhost/alive', 400],
  ['http://localhost@evil.com/alive', 400],
  ['http:///alive', 400],
  ['http://', 400],
  ['http:alive', 400],
  ['https://localhost/alive', [200, 400]],
  ['ftp://localhost/alive', 400],
  ['file:///etc/passwd', 400],
  ['javascript:alert(1)', 400],
  [`/${'/'.repeat(SLASHES)}`, [308, 404]],
  [`/${'a/'.repeat(SLASHES / 2)}`, 404],
  [`/${'%2f'.repeat(SLASHES / 3)}`, [308, 404]],
  [`/${'../'.repeat(SLASHES / 3)}`, 404],
  [`/static/${'a/'.repeat(SLASHES / 2)}`, 404],
  [`/static/${'a'.repeat(SLASHES)}`, 404],
  [`/user/${'a'.repeat(SLASHES)}/1/1.0/x`, 200],
  [`/args?${'a'.repeat(SLASHES)}`, 200],
]

t.test('a strange target gives a 4xx or a redirect on this site, and what is fine is answered', (t) =>
  hostileTest(t, async (target) => {
    const inputs = TARGETS.map(([path, gives]) => ({ name: path.slice(0, 60), bytes: get(path), gives }))
    await target.takes(t, inputs, 'targets of GET')
    const posted = TARGETS.map(([path]) => ({
      name: `POST ${path.slice(0, 60)}`,
      bytes: send('POST', path, [], 'a=b'),
    }))
    await target.takes(t, posted, 'targets of POST')
    const asterisk: BadInput[] = ['OPTIONS', 'HEAD', 'DELETE'].map((method) => ({
      name: `${method} *`,
      bytes: send(method, '*'),
    }))
    await target.takes(t, asterisk, 'the asterisk form')
  }),
)

t.test('every byte is taken in a target, raw and percent-encoded, alone and in a folder', (t) =>
  hostileTest(t, async (target) => {
    const inputs: BadInput[] = []
    for (let byte = 0; byte < 256; byte++) {
      const hex = byte.toString(16).padStart(2, '0')
      for (const path of ['/', '/static/', '/files/', '/user/']) {
        inputs.push({ name: `${path} and raw ${hex}`, bytes: get(`${path}${String.fromCharCode(byte)}`) })
        inputs.push({ name: `${path}%${hex}`, bytes: get(`${path}%${hex}`) })
      }
    }
    await target.takes(t, inputs, 'bytes of a target')
  }),
)

t.test('every redirect that a target causes stays on this site, in one line', async (t) => {
  const { port } = await serveKitchenSink(t)
  const targets = [
    '//evil.com/slash',
    '//slash/',
    '/slash',
    '/slash?next=//evil.com',
    '//evil.com//slash/',
    '/static//"><script>',
    '/files//%0d%0aX-Evil:1',
    '/static///evil.com/%5c..',
    '/user//a/1/1.0/x',
    '/admin',
    '//admin/page',
    '/go?next=//evil.com',
    '/go?next=/%5cevil.com',
    '/go?next=%5c%5cevil.com',
    '/go?next=java%09script:alert(1)',
    '/go?next=/%0d%0aX-Evil:1',
    '/go?next=http:evil.com',
    '/go?next=/%09/evil.com',
  ]
  for (const path of targets) {
    const answer = await exchangeRaw(port, get(path))
    const [location] = headerValues(answer, 'Location')
    if (location !== undefined) {
      const { host } = new URL(location, 'http://localhost/')
      t.equal(host, 'localhost', `${path} leads to ${location}`)
      t.notMatch(location, /^\/\/|\\/, path)
    } else {
      t.ok([200, 401, 404].includes(answer.status), `${path} is ${answer.status}`)
    }
    t.same(headerValues(answer, 'X-Evil'), [], path)
    t.notMatch(`${answer.body}`, '<script>', `${path} is not repeated as HTML`)
  }
})

t.test('no spelling of a guarded URL gets past its guard', async (t) => {
  const { port } = await serveKitchenSink(t)
  const targets = [
    '/admin/page',
    '/admin%2Fpage',
    '/admin%2fpage',
    '/%61dmin/page',
    '/%61%64%6d%69%6e/page',
    '/admin/%70age',
    '/admin/%2e/page',
    '/admin/./page',
    '/admin/x/../page',
    '/x/../admin/page',
    '/%2e/admin/page',
    '/admin/%2e%2e/admin/page',
    '//admin/page',
    '/admin//page',
    '/admin///page',
    '/ADMIN/page',
    '/admin/page/',
    '/admin/page%2f',
    '/admin/page?',
    '/admin/page;a',
    '/admin\\page',
    '/admin%5cpage',
    '/admin/assets/report.html',
    '/admin%2fassets/report.html',
    '/admin/assets%2freport.html',
    '/admin/assets/%72eport.html',
    '/admin//assets/report.html',
    '/admin/assets//report.html',
    '/admin/assets/../assets/report.html',
    '/admin/assets/%2e/report.html',
    '/admin/assets/./report.html',
    '/admin/files/report.html',
    '/admin/files/%2e%2e/admin/report.html',
    '/admin/files%2freport.html',
    '/static/../admin/report.html',
    '/static/%2e%2e/admin/report.html',
    '/static/..%2fadmin%2freport.html',
    '/files/..%2fadmin/report.html',
    '/files/../admin/report.html',
    'http://localhost/admin/page',
    'http://localhost//admin/page',
  ]
  for (const path of targets) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await exchangeRaw(port, send(method, path), method === 'HEAD')
      t.notOk(answer.body.includes(SECRET_MARKER), `${method} ${path}`)
      t.ok([308, 400, 401, 404, 405].includes(answer.status), `${method} ${path} is ${answer.status}`)
    }
  }
  const allowed = await exchangeRaw(port, get('/admin/page', ['Cookie: pass=open']))
  t.match(`${allowed.body}`, SECRET_MARKER, 'the guard lets those in who may')
})
