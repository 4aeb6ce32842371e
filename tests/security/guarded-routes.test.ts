import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Blueprint, Flagon, request, send_from_directory } from '../../lib/index.ts'
import { exchangeRaw, headerValues, RawConnection } from '../support/raw-http.ts'
import { servedApp } from '../support/served-app.ts'
import { get, send } from './hostile-client.ts'

const bodyOf = async (port: number, bytes: string): Promise<string> => `${(await exchangeRaw(port, bytes)).body}`

/** An app whose blueprint, hooks and views each say what they take the path of a request for. */
async function servedMirror(t: Test): Promise<number> {
  const app = new Flagon(import.meta.url)
  const api = new Blueprint('api', import.meta.url, { url_prefix: '/api' })
  api.before_request(() => {
    if (request.cookies.get('pass') === undefined) return 'guarded'
    return undefined
  })
  api.get('/<name>', ({ name }) => `api ${name} of ${request.path}`)
  app.register_blueprint(api)
  app.after_request((response) => {
    if (request.path.startsWith('/api/')) response.headers.set('Cache-Control', 'private')
    return response
  })
  return servedApp(t, app)
}

t.test('rule, guard, hook and view see one path, decoded once, however it was spelled', async (t) => {
  const port = await servedMirror(t)
  for (const path of ['/api/x', '/%61pi/x', '/ap%69/x', '/%61%70%69/%78', '//api/x']) {
    const guarded = await exchangeRaw(port, get(path))
    t.equal(`${guarded.body}`, 'guarded', path)
    t.same(headerValues(guarded, 'Cache-Control'), ['private'], 'a rule for headers by path applies')
    t.equal(await bodyOf(port, get(path, ['Cookie: pass=1'])), 'api x of /api/x')
  }
  for (const path of ['/%2561pi/x', '/api%2fx%2fy', '/API/x', '/api;/x', '/apix']) {
    t.equal((await exchangeRaw(port, get(path))).status, 404, path)
  }
  t.equal(await bodyOf(port, get('/api/%2561', ['Cookie: pass=1'])), 'api %61 of /api/%61', 'decoded once')
})

t.test('a backslash separates nothing, raw or encoded', async (t) => {
  const root = t.testdir({ static: { a: { b: 'inside' } }, secret: 'secret' })
  const app = new Flagon(import.meta.url, { root_path: root })
  app.get('/files/<path:name>', ({ name }) => send_from_directory('static', name))
  app.get('/one/<name>', ({ name }) => name)
  const port = await servedApp(t, app)
  for (const path of [
    '/static/a%5Cb',
    '/static/a\\b',
    '/files/a%5cb',
    '/static/..%5csecret',
    '/static%5ca/b',
    '\\static/a/b',
  ]) {
    t.ok([400, 404].includes((await exchangeRaw(port, get(path))).status), path)
  }
  t.equal(await bodyOf(port, get('/static/a/b')), 'inside')
  t.equal(await bodyOf(port, get('/one/a%5cb')), 'a\\b', 'it is text like any other')
})

t.test('a method is what the request line says, and each URL answers its own', async (t) => {
  const app = new Flagon(import.meta.url)
  const calls: string[] = []
  app.route('/both', { methods: ['GET', 'POST'] })(() => {
    calls.push(request.method)
    return request.method
  })
  app.get('/get', () => {
    calls.push(request.method)
    return 'got'
  })
  const port = await servedApp(t, app)
  const head = await RawConnection.open(port)
  head.write(send('HEAD', '/get') + get('/get'))
  const [first, second] = [await head.read(true), await head.read()]
  t.same(
    [first.status, headerValues(first, 'Content-Length'), `${second.body}`],
    [200, ['3'], 'got'],
    'HEAD has no body',
  )
  head.close()
  for (const method of ['POST', 'DELETE', 'PROPFIND', 'M-SEARCH']) {
    const answer = await exchangeRaw(port, send(method, '/get'))
    t.equal(answer.status, 405, method)
    t.same(headerValues(answer, 'Allow')[0]?.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS'])
  }
  calls.length = 0
  for (const method of ['TRACE', 'CONNECT']) {
    t.ok([400, 405].includes((await exchangeRaw(port, send(method, '/both'))).status), method)
  }
  t.same(calls, [], 'TRACE and CONNECT reach no view')
  const override = ['X-HTTP-Method-Override: POST', 'X-Method-Override: POST', 'X-HTTP-Method: POST', '_method: POST']
  t.equal(await bodyOf(port, get('/both?_method=POST', override)), 'GET', 'nothing overrides it')
})

t.test('arguments with names of the prototype are arguments', async (t) => {
  const app = new Flagon(import.meta.url)
  app.get('/<__proto__>/<constructor>/<toString>', (values) => Object.entries(values).flat().join(' '))
  app.get('/p2r/:__proto__', (values) => Object.entries(values).flat().join(' '))
  const port = await servedApp(t, app)
  t.equal(await bodyOf(port, get('/a/b/c')), '__proto__ a constructor b toString c')
  t.equal(await bodyOf(port, get('/p2r/x')), '__proto__ x')
  t.equal(Reflect.get({}, 'a'), undefined)
})

t.test('no rule makes a long path cost more than its length', async (t) => {
  const app = new Flagon(import.meta.url)
  const rules = [
    '/:a-:b',
    '/:a.:b',
    '/*a/x/*b',
    `/g${'{/:a}'.repeat(1)}`,
    '/<path:a>/x/<path:b>',
    '/<a>-<b>',
    '/<a>.<b>.<c>',
  ]
  for (const [index, rule] of rules.entries()) app.add_url_rule(rule, `e${index}`, () => 'found')
  const port = await servedApp(t, app)
  const SIZE = 15_000
  const timed = async (path: string): Promise<number> => {
    const start = performance.now()
    await exchangeRaw(port, get(path))
    return performance.now() - start
  }
  await timed('/warm/up')
  for (const unit of ['-', '.', '/', 'a-', 'a.', 'x/', '/x/', '-.', 'a']) {
    const path = (size: number): string => `/${unit.repeat(size / unit.length)}`
    const once = Math.min(await timed(path(SIZE / 2)), await timed(path(SIZE / 2)))
    const twice = Math.min(await timed(path(SIZE)), await timed(path(SIZE)))
    t.ok(
      twice < 4 * once + 50,
      `${JSON.stringify(unit)}: ${once.toFixed(1)} ms, and ${twice.toFixed(1)} ms for twice as much`,
    )
  }
})

t.test('an app that is mounted guards the same URLs under every spelling of its mount', async (t) => {
  const root = t.testdir()
  mkdirSync(join(root, 'static'))
  writeFileSync(join(root, 'static', 'a.txt'), 'static')
  const app = new Flagon(import.meta.url, { root_path: root })
  app.before_request(() => {
    if (request.path.startsWith('/admin')) return 'guarded'
    return undefined
  })
  app.get('/admin/x', () => 'not for anyone')
  app.get('/open', () => request.path)
  const { handler } = app
  // What Express does for `app.use('/mount', …)`: the prefix is compared undecoded and taken off the target.
  app.handler = (req, res) => {
    if (req.url?.startsWith('/mount/')) {
      Object.assign(req, { originalUrl: req.url, baseUrl: '/mount', url: req.url.slice('/mount'.length) })
      return handler(req, res)
    }
    res.statusCode = 404
    return res.end('not mounted')
  }
  const port = await servedApp(t, app)
  for (const path of ['/admin/x', '/%61dmin/x', '//admin/x', '/admin%2fx', '/admin//x', '/./admin/x']) {
    t.not(await bodyOf(port, get(`/mount${path}`)), 'not for anyone', path)
  }
  t.equal(await bodyOf(port, get('/mount/%6fpen')), '/open')
  t.equal(await bodyOf(port, get('/%6dount/open')), 'not mounted')
})
