import t from 'tap'
import {
  Flagon,
  flash,
  get_flashed_messages,
  message_flashed,
  render_template_string,
  request,
  session,
} from '../lib/index.ts'

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.secret_key = '110'
  app.testing = true
  app.get('/flash', () => {
    for (const [category, message] of request.args) {
      if (category === 'message') flash(message)
      else flash(message, category)
    }
    return 'flashed'
  })
  app.get('/messages', () => get_flashed_messages())
  return app
}

t.test('a message waits for the next request that asks, and is shown once', async (t) => {
  const client = makeApp().test_client()
  await client.get('/flash?message=one')
  await client.get('/flash?message=two&error=three')
  t.same((await client.get('/messages')).json, ['one', 'two', 'three'])
  t.same((await client.get('/messages')).json, [])
})

t.test('messages come with their categories, or only those of some', async (t) => {
  const app = makeApp()
  app.get('/categories', () => get_flashed_messages({ with_categories: true }))
  app.get('/some', () => [
    get_flashed_messages({ category_filter: ['error', 'info'] }),
    get_flashed_messages({ category_filter: ['error'], with_categories: true }),
    get_flashed_messages({ category_filter: [] }),
    get_flashed_messages({ category_filter: ['nothing'] }),
  ])
  const client = app.test_client()
  const query = 'message=a&error=b&error=c&info=d'
  await client.get(`/flash?${query}`)
  t.same((await client.get('/categories')).json, [
    ['message', 'a'],
    ['error', 'b'],
    ['error', 'c'],
    ['info', 'd'],
  ])
  await client.get(`/flash?${query}`)
  t.same((await client.get('/some')).json, [
    ['b', 'c', 'd'],
    [
      ['error', 'b'],
      ['error', 'c'],
    ],
    ['a', 'b', 'c', 'd'],
    [],
  ])
})

t.test('within one request messages can be read twice, and what is flashed after waits for the next', async (t) => {
  const app = makeApp()
  app.get('/twice', () => {
    flash('now')
    const seen = [get_flashed_messages(), get_flashed_messages()]
    flash('later')
    return [...seen, get_flashed_messages(), '_flashes' in session]
  })
  const client = app.test_client()
  t.same((await client.get('/twice')).json, [['now'], ['now'], ['now'], true])
  t.same((await client.get('/messages')).json, ['later'])
})

t.test('a message may be anything that the session can keep', async (t) => {
  const app = makeApp()
  app.get('/object', () => {
    flash({ text: 'saved', ids: [1, 2] })
    return 'x'
  })
  const client = app.test_client()
  await client.get('/object')
  t.same((await client.get('/messages')).json, [{ text: 'saved', ids: [1, 2] }])
})

t.test('templates show messages, escaped', async (t) => {
  const app = makeApp()
  app.get('/page', () =>
    render_template_string(
      '{% for category, message in get_flashed_messages(with_categories=true) %}<p class="{{ category }}">{{ message }}</p>{% endfor %}' +
        "{{ get_flashed_messages(category_filter=['error'])|length }}",
    ),
  )
  const client = app.test_client()
  await client.get('/flash?message=%3Cb%3E&error=no')
  t.equal((await client.get('/page')).text, '<p class="message">&lt;b&gt;</p><p class="error">no</p>1')
})

t.test('a signal tells of each message', async (t) => {
  const app = makeApp()
  const told: unknown[] = []
  const receiver = message_flashed.connect((sender, payload) => told.push([sender === app, payload]), app)
  t.teardown(() => message_flashed.disconnect(receiver, app))
  await app.test_client().get('/flash?message=a&error=b')
  t.same(told, [
    [true, { message: 'a', category: 'message' }],
    [true, { message: 'b', category: 'error' }],
  ])
})

t.test('a request that flashes nothing sets no cookie', async (t) => {
  const answer = await makeApp().test_client().get('/messages')
  t.same(answer.headers.getlist('Set-Cookie'), [])
  t.ok(answer.vary.has('Cookie'), 'but its answer depends on one')
})

t.test('what is kept under the key and is no list of messages is passed over', async (t) => {
  const app = makeApp()
  for (const kept of ['text', 7, { a: 1 }, [1, 'a', [], [7, 'x'], null]]) {
    const client = app.test_client()
    await client.session_transaction((stored) => stored.set('_flashes', kept))
    t.same((await client.get('/messages')).json, [])
    await client.session_transaction((stored) => stored.set('_flashes', kept))
    await client.get('/flash?message=fine')
    t.same((await client.get('/messages')).json, ['fine'])
  }
})

t.test('without a secret key, and outside of a request, the text says what to do', async (t) => {
  const app = makeApp()
  app.secret_key = null
  t.same((await app.test_client().get('/messages')).json, [], 'there are none to read')
  await t.rejects(app.test_client().get('/flash?message=a'), {
    code: 'SESSION_NO_SECRET',
    message: /Set app\.config\.SECRET_KEY/,
  })
  for (const use of [() => flash('x'), () => get_flashed_messages()]) {
    t.throws(use, { code: 'OUTSIDE_CONTEXT', message: /was used outside of a request/ })
    t.throws(() => app.app_context().run(use), { code: 'OUTSIDE_CONTEXT', message: /was used outside of a request/ })
  }
})

t.test('a template gives its arguments by place or by name', async (t) => {
  const app = makeApp()
  const client = app.test_client()
  app.get('/show', () => render_template_string(`{{ get_flashed_messages(${request.args.get('given')})|list }}`))
  const cases: [given: string, text: string][] = [
    ['', '[one, two]'],
    ['true', '[[message, one], [error, two]]'],
    ['false, ["error"]', '[two]'],
    ['true, ["error"]', '[[error, two]]'],
    ['category_filter=["message"]', '[one]'],
    ['category_filter=("message",), with_categories=true', '[[message, one]]'],
  ]
  for (const [given, text] of cases) {
    await client.get('/flash?message=one&error=two')
    const shown = await client.get('/show', { query_string: { given } })
    t.equal(shown.text.replaceAll('&#39;', ''), text, given)
  }
})
