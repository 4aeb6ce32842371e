import t from 'tap'
import { Aborter, HTTPException } from '../lib/http/exceptions.ts'
import {
  abort,
  Blueprint,
  Flagon,
  jsonify,
  make_response,
  type Response,
  redirect,
  request,
  url_for,
} from '../lib/index.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.testing = true
  return app
}

t.test('url_for asks the app that is active', async (t) => {
  class Prefixed extends Flagon {
    override url_for(endpoint: string): string {
      return `/of-${this.name}/${endpoint}`
    }
  }
  new Prefixed('shop').app_context().run(() => t.equal(url_for('index'), '/of-shop/index'))
  t.throws(() => url_for('index'), { code: 'OUTSIDE_CONTEXT', message: /^url_for was used outside of an app context/ })
})

t.test('redirect gives a response that leads elsewhere, within a context and without', async (t) => {
  const outside = redirect('/x')
  t.same([outside.status_code, outside.location], [302, '/x'])
  t.equal(redirect('/x', 303).status_code, 303)
  for (const code of [200, 300, 304, 306, 399, 0, Number.NaN]) {
    t.throws(() => redirect('/x', code), {
      name: 'RangeError',
      message: /is not the code of a redirect: use one of 301/,
    })
  }
  class Own extends Flagon {
    override redirect(location: string, code?: number): Response {
      return super.redirect(`/own${location}`, code ?? 307)
    }
  }
  const app = new Own(import.meta.url, { static_folder: null })
  app.get('/', () => redirect('/x'))
  const answer = await app.test_client().get('/')
  t.same([answer.status_code, answer.location], [307, '/own/x'])
})

// security 1.8: what is redirected to is escaped in the page, and breaks no header
t.test('no target of a redirect breaks out of page or header', async (t) => {
  const page = redirect('http://x"><script>alert(1)</script>').get_data({ as_text: true })
  t.notMatch(page, '<script>')
  for (const target of ['/x\r\nSet-Cookie: a=1', '/x\0', '/x\n']) t.throws(() => redirect(target), TypeError)
  const app = makeApp()
  app.get('/', () => redirect('/游?q=客'))
  t.equal((await app.test_client().get('/')).location, '/%E6%B8%B8?q=%E5%AE%A2')
})

t.test('abort ends the request with an error of that code, a description, or a response', async (t) => {
  const app = makeApp()
  app.get('/code', () => abort(404))
  app.get('/text', () => abort(403, 'not <you>'))
  app.get('/response', () => abort(make_response('teapot', 418)))
  app.get('/options', () => abort(401, { description: 'who?' }))
  app.errorhandler(403)((error) => make_response(`handled: ${error.description}`, 403))
  const client = app.test_client()
  t.equal((await client.get('/code')).status_code, 404)
  t.same([(await client.get('/text')).status_code, (await client.get('/text')).text], [403, 'handled: not <you>'])
  t.same([(await client.get('/response')).status_code, (await client.get('/response')).text], [418, 'teapot'])
  t.match((await client.get('/options')).text, 'who?')
})

t.test('abort uses the aborter of the app, and works without one', async (t) => {
  class Slow extends HTTPException {
    override code = 520
    override description = 'slow'
  }
  class Own extends Flagon {
    override make_aborter(): Aborter {
      return new Aborter(undefined, [[520, Slow]])
    }
  }
  const app = new Own(import.meta.url, { static_folder: null })
  app.app_context().run(() => t.throws(() => abort(520), { code: 520, description: 'slow' }))
  t.throws(() => abort(404), { code: 404 })
  t.throws(() => abort(520), { name: 'RangeError', message: /no exception class stands for this code/ })
})

t.test('jsonify makes JSON of one value, of several, and of none', async (t) => {
  const app = makeApp()
  app.get('/<kind>', ({ kind }) => {
    if (kind === 'one') return jsonify({ a: 1 })
    if (kind === 'several') return jsonify(1, 'b', [null])
    if (kind === 'text') return jsonify('text')
    return jsonify()
  })
  const client = app.test_client()
  for (const [path, text] of [
    ['/one', '{"a":1}\n'],
    ['/several', '[1,"b",[null]]\n'],
    ['/text', '"text"\n'],
    ['/none', 'null\n'],
  ] as const) {
    const answer = await client.get(path)
    t.same([answer.content_type, answer.text], ['application/json', text])
  }
  t.throws(() => jsonify(1), { code: 'OUTSIDE_CONTEXT', message: /^jsonify was used/ })
})

t.test('helpers are bound to the request of a blueprint too', async (t) => {
  const app = makeApp()
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  bp.get('/', function index() {
    return jsonify(request.blueprint, url_for('.index'), redirect(url_for('.index')).location)
  })
  app.register_blueprint(bp)
  t.same((await app.test_client().get('/bp/')).json, ['bp', '/bp/', '/bp/'])
})
