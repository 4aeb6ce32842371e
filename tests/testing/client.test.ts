import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { Blueprint, Flagon, jsonify, make_response, redirect, request, session, url_for } from '../../lib/index.ts'
import { FlagonClient } from '../../lib/testing/client.ts'
import { TestResponse } from '../../lib/testing/response.ts'

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ TESTING: true, SECRET_KEY: 'a secret of the tests, 32 bytes long' })
  app.logger.disabled = true
  return app
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const

t.test('each method of HTTP has a function, and open takes any', async (t) => {
  const app = makeApp()
  app.handler = (req, res) => res.setHeader('X-Method', req.method ?? '').end()
  const client = app.test_client()
  t.ok(client instanceof FlagonClient)
  t.equal(client.application, app)
  for (const method of METHODS) {
    t.equal((await client[method]('/')).headers.get('X-Method'), method.toUpperCase())
  }
  t.equal((await client.open('/', { method: 'PURGE' })).headers.get('X-Method'), 'PURGE')
  t.equal((await client.open('/')).headers.get('X-Method'), 'GET')
})

t.test('a view sees what the test describes', async (t) => {
  const app = makeApp()
  app.route('/show/<name>', { methods: ['POST'] })(function show({ name }) {
    const { args, form, host, is_secure, remote_addr, user_agent } = request
    return { name, q: args.get('q'), a: form.getlist('a'), host, is_secure, remote_addr, agent: user_agent.string }
  })
  const response = await app.test_client().post('/show/游', {
    query_string: { q: 'x y' },
    data: { a: ['1', '2'] },
    base_url: 'https://example.com',
    remote_addr: '192.0.2.7',
    headers: { 'User-Agent': 'probe/1' },
  })
  t.same(response.json, {
    name: '游',
    q: 'x y',
    a: ['1', '2'],
    host: 'example.com',
    is_secure: true,
    remote_addr: '192.0.2.7',
    agent: 'probe/1',
  })
})

t.test('JSON is sent by the provider of the app', async (t) => {
  const app = makeApp()
  app.route('/', { methods: ['POST'] })(() => jsonify(request.get_json()))
  const response = await app.test_client().post('/', { json: { when: new Date(0), text: '游' } })
  t.same(response.get_json(), JSON.parse(app.json.dumps({ when: new Date(0), text: '游' })))
})

t.test('files are uploaded, from memory and from streams', async (t) => {
  const app = makeApp()
  app.route('/', { methods: ['POST'] })(function upload() {
    const files = [...request.files].map(([key, file]) => [
      key,
      file.filename,
      file.content_type,
      file.read().toString(),
    ])
    return jsonify({ files, form: [...request.form] })
  })
  const response = await app.test_client().post('/', {
    data: {
      title: 'two files',
      file: [
        { stream: 'one', filename: '一.txt' },
        { stream: Readable.from(['t', 'wo']), filename: 'two.png' },
      ],
    },
  })
  t.same(response.json, {
    files: [
      ['file', '一.txt', 'text/plain', 'one'],
      ['file', 'two.png', 'image/png', 'two'],
    ],
    form: [['title', 'two files']],
  })
})

t.test('cookies are kept and sent until they are removed', async (t) => {
  const app = makeApp()
  app.get('/set', () => {
    const response = make_response('set')
    response.set_cookie('name', '游客')
    return response
  })
  app.get('/get', () => request.cookies.get('name', 'nobody'))
  app.get('/remove', () => {
    const response = make_response('removed')
    response.delete_cookie('name')
    return response
  })
  const client = app.test_client()
  t.equal((await client.get('/get')).text, 'nobody')
  await client.get('/set')
  t.equal(client.get_cookie('name')?.decoded_value, '游客')
  t.equal((await client.get('/get')).text, '游客')
  t.equal((await client.get('/get', { headers: { Cookie: 'name=given' } })).text, 'given')
  t.equal((await app.test_client().get('/get')).text, 'nobody', 'another client has cookies of its own')
  await client.get('/remove')
  t.equal((await client.get('/get')).text, 'nobody')
  client.set_cookie('name', 'put in')
  t.equal((await client.get('/get')).text, 'put in')
  client.delete_cookie('name')
  t.equal((await client.get('/get')).text, 'nobody')
})

t.test('a client without cookies keeps none, and says so', async (t) => {
  const app = makeApp()
  app.get('/', () => {
    const response = make_response(request.cookies.get('a', 'none'))
    response.set_cookie('a', '1')
    return response
  })
  const client = app.test_client({ use_cookies: false })
  await client.get('/')
  t.equal((await client.get('/')).text, 'none')
  t.equal((await client.get('/', { headers: { Cookie: 'a=2' } })).text, '2', 'but it sends those of the header')
  const expected = { code: 'CLIENT_COOKIES', message: /use_cookies: true/ }
  t.throws(() => client.get_cookie('a'), expected)
  t.throws(() => client.set_cookie('a'), expected)
  t.throws(() => client.delete_cookie('a'), expected)
  await t.rejects(
    client.session_transaction(() => undefined),
    expected,
  )
})

t.test('redirects are followed when asked for, with their cookies', async (t) => {
  const app = makeApp()
  app.route('/login', { methods: ['POST'] })(function login() {
    session['user'] = request.form.require('name')
    return redirect(url_for('home'))
  })
  app.route('/home')(function home() {
    return redirect('/greeting?x=1')
  })
  app.get('/greeting', () => `hello ${session['user']} ${request.query_string}`)
  const client = app.test_client()
  const unfollowed = await client.post('/login', { data: { name: 'li' } })
  t.match(unfollowed, { status_code: 302, location: '/home' })
  const response = await client.post('/login', { data: { name: 'ann' }, follow_redirects: true })
  t.equal(response.text, 'hello ann x=1')
  t.match(response.request, { method: 'GET', path: '/greeting' })
  t.same(
    response.history.map((step) => [step.status_code, step.request.path, step.history.length]),
    [
      [302, '/login', 0],
      [302, '/home', 1],
    ],
  )
})

t.test('redirects that go in a circle end in an error', async (t) => {
  const app = makeApp()
  app.get('/a', () => redirect('/b'))
  app.get('/b', () => redirect('/a'))
  app.get('/n/<int:n>', ({ n }) => redirect(`/n/${n + 1}`))
  const client = app.test_client()
  const expected = { code: 'CLIENT_REDIRECT', message: /in a circle/ }
  await t.rejects(client.get('/a', { follow_redirects: true }), expected)
  await t.rejects(client.get('/n/1', { follow_redirects: true }), expected)
})

t.test('redirects to subdomains are followed by a client that may', async (t) => {
  const app = new Flagon(import.meta.url, { static_folder: null, subdomain_matching: true })
  app.config.update({ SERVER_NAME: 'site.test', TESTING: true })
  const admin = new Blueprint('admin', import.meta.url, { subdomain: 'admin' })
  admin.get('/', () => `admin of ${request.host}`)
  app.register_blueprint(admin)
  app.get('/', () => redirect('http://admin.site.test/'))
  app.get('/out', () => redirect('https://example.com/'))
  await t.rejects(app.test_client().get('/', { follow_redirects: true }), { code: 'CLIENT_REDIRECT' })
  const client = app.test_client({ allow_subdomain_redirects: true })
  t.equal((await client.get('/', { follow_redirects: true })).text, 'admin of admin.site.test')
  t.equal((await client.get('/', { subdomain: 'admin' })).text, 'admin of admin.site.test')
  await t.rejects(client.get('/out', { follow_redirects: true }), { code: 'CLIENT_REDIRECT', message: /example\.com/ })
})

t.test(
  'an error that nothing handles reaches the test, and a page the client of an app that is not tested',
  async (t) => {
    const app = makeApp()
    const failure = new Error('in the view')
    app.get('/sync', () => {
      throw failure
    })
    app.get('/async', async () => {
      await undefined
      throw failure
    })
    const client = app.test_client()
    for (const path of ['/sync', '/async']) {
      t.equal(await client.get(path).catch((error: unknown) => error), failure, path)
    }
    app.config.PROPAGATE_EXCEPTIONS = false
    t.equal((await client.get('/sync')).status_code, 500)
  },
)

t.test('a handler that was wrapped after the client was made is the one that is asked', async (t) => {
  const app = makeApp()
  app.get('/', () => 'inner')
  const client = app.test_client()
  const inner = app.handler
  app.handler = (req, res) => {
    res.setHeader('X-Layer', 'outer')
    return inner(req, res)
  }
  t.equal((await client.get('/')).headers.get('X-Layer'), 'outer')
})

t.test('teardown has run when the answer is there', async (t) => {
  const app = makeApp()
  const log: string[] = []
  app.teardown_request(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    log.push('torn down')
  })
  app.get('/', () => 'x')
  await app.test_client().get('/')
  t.same(log, ['torn down'])
})

t.test('session_transaction reads and changes the session of the client', async (t) => {
  const app = makeApp()
  app.get('/', () => jsonify({ ...session }))
  const client = app.test_client()
  await client.session_transaction((opened) => {
    opened['user'] = 'ann'
    opened.permanent = true
  })
  t.same((await client.get('/')).json, { _permanent: true, user: 'ann' })
  const seen = await client.session_transaction(async (opened) => {
    await undefined
    const { user } = opened
    delete opened['user']
    return user
  })
  t.equal(seen, 'ann', 'what the function gives is given')
  t.same((await client.get('/')).json, { _permanent: true })
  await client.session_transaction((opened) => opened.clear())
  t.equal(client.get_cookie('session'), undefined, 'an empty session removes the cookie')
})

t.test('session_transaction of a host and path has the cookies of that place', async (t) => {
  const app = makeApp()
  app.config.SESSION_COOKIE_PATH = '/admin'
  app.get('/admin/x', () => `${session['user']}`)
  const client = app.test_client()
  const base_url = 'https://example.com'
  await client.session_transaction((opened) => opened.set('user', 'ann'), { path: '/admin/', base_url })
  t.equal((await client.get('/admin/x', { base_url })).text, 'ann')
  t.equal((await client.get('/admin/x')).text, 'undefined')
})

t.test('session_transaction says what to do when there is no secret', async (t) => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  await t.rejects(
    app.test_client().session_transaction(() => undefined),
    { code: 'CLIENT_SESSION', message: /SECRET_KEY/ },
  )
})

t.test('an error of the function leaves the session as it was', async (t) => {
  const client = makeApp().test_client()
  await t.rejects(
    client.session_transaction((opened) => {
      opened['user'] = 'ann'
      throw new Error('changed my mind')
    }),
    /changed my mind/,
  )
  t.equal(client.get_cookie('session'), undefined)
})

t.test('any object with a handler can be asked, and what comes back is a response', async (t) => {
  const app = makeApp()
  app.handler = async (req: IncomingMessage, res) => res.end(await buffer(req))
  const response = await app.test_client().post('/', { data: Buffer.from([0, 255]) })
  t.ok(response instanceof TestResponse)
  t.same(response.data, Buffer.from([0, 255]))
})
