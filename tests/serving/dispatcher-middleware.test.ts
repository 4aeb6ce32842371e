import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { DispatcherMiddleware, Flagon, redirect, request, session, url_for } from '../../lib/index.ts'
import { exchangeRaw, headerValues, type RawResponse } from '../support/raw-http.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown

/** An app that says its name and where it believes to be. */
function makeApp(name: string): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.SECRET_KEY = 'dispatcher'
  app.get('/dir/', () => 'dir')
  app.get('/go', () => redirect(url_for('show', { rest: 'there' })))
  app.get('/remember', () => {
    session.name = name
    return 'remembered'
  })
  const show = ({ rest }: { rest?: string }) =>
    [name, request.script_root, request.path, url_for('show', { rest: 'y' }), request.url, rest ?? ''].join('|')
  app.get('/', { endpoint: 'show', defaults: { rest: '' } }, show)
  app.get('/<path:rest>', { endpoint: 'show' }, show)
  return app
}

async function listen(t: Test, handler: Handler): Promise<(target: string) => Promise<RawResponse>> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return (target) => exchangeRaw(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
}

// security: one decoded path, in the mount as in the routes. As Werkzeug's DispatcherMiddleware answers.
const TARGETS: [target: string, answer: string][] = [
  ['/', 'outer||/|/y|http://localhost/|'],
  ['/shop/', 'shop|/shop|/|/shop/y|http://localhost/shop/|'],
  ['/shop/x', 'shop|/shop|/x|/shop/y|http://localhost/shop/x|x'],
  ['/shop/x?q=1', 'shop|/shop|/x|/shop/y|http://localhost/shop/x?q=1|x'],
  ['/shopping', 'outer||/shopping|/y|http://localhost/shopping|shopping'],
  ['/%73hop/x', 'shop|/shop|/x|/shop/y|http://localhost/shop/x|x'],
  ['/shop%2Fx', 'shop|/shop|/x|/shop/y|http://localhost/shop/x|x'],
  ['/shop%2fdeep/z', 'deep|/shop/deep|/z|/shop/deep/y|http://localhost/shop/deep/z|z'],
  ['/shop/deeper', 'shop|/shop|/deeper|/shop/y|http://localhost/shop/deeper|deeper'],
  ['/SHOP/x', 'outer||/SHOP/x|/y|http://localhost/SHOP/x|SHOP/x'],
  ['/shop//x', 'shop|/shop|/x|/shop/y|http://localhost/shop/x|x'],
  ['/caf%C3%A9/x', 'deep|/café|/x|/café/y|http://localhost/café/x|x'],
  ['/shop%zz', 'outer||/shop%zz|/y|http://localhost/shop%zz|shop%zz'],
  ['http://localhost/shop/x', 'shop|/shop|/x|/shop/y|http://localhost/shop/x|x'],
]

t.test('a request goes to the app whose path it is below, which knows where it is', async (t) => {
  const [outer, shop, deep] = [makeApp('outer'), makeApp('shop'), makeApp('deep')]
  const handler = DispatcherMiddleware(outer.handler, {
    '/shop': shop.handler,
    '/shop/deep': deep.handler,
    '/café': deep.handler,
  })
  const get = await listen(t, handler)
  for (const [target, answer] of TARGETS) {
    t.equal((await get(target)).body.toString(), answer, target)
  }
})

t.test('the path of the mount itself is the root of what is mounted, as in Express', async (t) => {
  const get = await listen(t, DispatcherMiddleware(makeApp('outer').handler, { '/shop': makeApp('shop').handler }))
  t.equal((await get('/shop?q=1')).body.toString(), 'shop|/shop|/|/shop/y|http://localhost/shop/?q=1|')
})

t.test('redirects lead back into what is mounted', async (t) => {
  const get = await listen(t, DispatcherMiddleware(makeApp('outer').handler, { '/shop': makeApp('shop').handler }))
  const slash = await get('/shop/dir')
  t.equal(slash.status, 308)
  t.same(headerValues(slash, 'Location'), ['http://localhost/shop/dir/'])
  t.same(headerValues(await get('/shop/go'), 'Location'), ['/shop/there'])
})

t.test('a host that the target and the Host field tell differently is refused in the mount too', async (t) => {
  const get = await listen(t, DispatcherMiddleware(makeApp('outer').handler, { '/shop': makeApp('shop').handler }))
  t.equal((await get('http://elsewhere.example/shop/x')).status, 400)
})

t.test('a cookie is for the whole host, or for APPLICATION_ROOT where that names the mount', async (t) => {
  const [plain, rooted] = [makeApp('plain'), makeApp('rooted')]
  rooted.config.APPLICATION_ROOT = '/rooted'
  const outer = makeApp('outer')
  outer.handler = DispatcherMiddleware(outer.handler, { '/plain': plain.handler, '/rooted': rooted.handler })
  const client = outer.test_client()
  t.match((await client.get('/plain/remember')).headers.get('Set-Cookie'), /; Path=\/(;|$)/)
  t.match((await client.get('/rooted/remember')).headers.get('Set-Cookie'), /; Path=\/rooted(;|$)/)
})

t.test('mounts nest, and a mount that passes a request on leaves no trace of itself', async (t) => {
  const inner = DispatcherMiddleware(makeApp('left').handler, { '/b': makeApp('inner').handler })
  const get = await listen(
    t,
    DispatcherMiddleware(makeApp('outer').handler, {
      '/a': inner,
      '/pass': (req, res) => {
        const passing = DispatcherMiddleware(makeApp('none').handler, { '/on': (_req, _res, next) => next?.() })
        passing(req, res, () => res.end(JSON.stringify([req.url, Reflect.get(req, 'baseUrl')])))
      },
    }),
  )
  t.equal((await get('/a/b/x')).body.toString(), 'inner|/a/b|/x|/a/b/y|http://localhost/a/b/x|x')
  t.equal((await get('/a/x')).body.toString(), 'left|/a|/x|/a/y|http://localhost/a/x|x')
  t.equal((await get('/pass/on/x')).body.toString(), '["/on/x","/pass"]')
})

t.test('a mount that is no path is refused at once', (t) => {
  const { handler } = makeApp('outer')
  for (const path of ['', '/', 'shop', '/shop/']) {
    t.throws(() => DispatcherMiddleware(handler, { [path]: handler }), { code: 'CONFIG_VALUE' }, path)
  }
  t.end()
})
