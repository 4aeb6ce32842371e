import { EventEmitter } from 'node:events'
import t from 'tap'
import {
  after_this_request,
  appcontext_popped,
  appcontext_pushed,
  copy_current_request_context,
  current_app,
  Flagon,
  g,
  has_app_context,
  has_request_context,
  request,
  session,
  stream_with_context,
} from '../lib/index.ts'

const makeApp = (): Flagon => new Flagon(import.meta.url, { static_folder: null })

t.afterEach(() => {
  if (has_app_context()) throw new Error('a test left its context behind')
})

t.test('an app context has g and the app, and no request', async (t) => {
  const app = makeApp()
  let torn = 0
  app.teardown_appcontext(() => torn++)
  const result = app.app_context().run(() => {
    g.set('x', 1)
    t.ok(has_app_context())
    t.notOk(has_request_context())
    t.equal(current_app.name, 'context.test')
    t.throws(() => request.path, { code: 'OUTSIDE_CONTEXT', message: /request\.path.*test_request_context/ })
    t.throws(() => 'x' in session, { code: 'OUTSIDE_CONTEXT', message: /session/ })
    return g.get('x')
  })
  t.equal(result, 1)
  t.equal(torn, 1)
})

t.test('a test request context has a matched request and runs no hook', async (t) => {
  const app = makeApp()
  let hooks = 0
  let torn = 0
  app.before_request(() => void hooks++)
  app.teardown_request(() => torn++)
  app.get('/user/<int:id>', { endpoint: 'user' }, () => 'x')
  app.test_request_context('/user/7?q=%E6%B8%B8', { method: 'GET' }).run(() => {
    t.equal(request.endpoint, 'user')
    t.same({ ...request.view_args }, { id: 7 })
    t.equal(request.args.get('q'), '游')
  })
  t.equal(hooks, 0)
  t.equal(torn, 1)
})

t.test('the body of a test request is there at once', async (t) => {
  const app = makeApp()
  const read = <T>(options: Parameters<Flagon['test_request_context']>[1], work: () => T): T =>
    app.test_request_context('/', options).run(work)
  t.equal(
    read({ method: 'POST', data: { a: '1' } }, () => request.form.get('a')),
    '1',
  )
  t.same(
    read({ method: 'POST', json: { a: [1] } }, () => request.json),
    { a: [1] },
  )
  t.equal(
    read({ method: 'POST', data: 'raw' }, () => request.get_data({ as_text: true })),
    'raw',
  )
})

t.test('the context of asynchronous work ends when its promise settles', async (t) => {
  const app = makeApp()
  const log: string[] = []
  app.teardown_appcontext((error) => log.push(`torn ${error instanceof Error ? error.message : error}`))
  const value = await app.app_context().run(async () => {
    await null
    log.push(`in ${has_app_context()}`)
    return 'value'
  })
  t.equal(value, 'value')
  await t.rejects(
    app.app_context().run(async () => {
      throw new Error('late')
    }),
    { message: 'late' },
  )
  t.throws(
    () =>
      app.app_context().run(() => {
        throw new Error('early')
      }),
    { message: 'early' },
  )
  t.same(log, ['in true', 'torn undefined', 'torn late', 'torn early'])
})

t.test('push makes a context the current one until pop, and contexts nest', async (t) => {
  const app = makeApp()
  const outer = app.app_context().push()
  g.set('who', 'outer')
  const inner = app.test_request_context('/').push()
  g.set('who', 'inner')
  t.equal(request.path, '/')
  t.throws(() => outer.pop(), { code: 'OUTSIDE_CONTEXT' }, 'only the current context can be popped')
  inner.pop()
  t.equal(g.get('who'), 'outer')
  outer.pop()
})

t.test('signals tell of contexts that come and go', async (t) => {
  const app = makeApp()
  const log: unknown[] = []
  const pushed = appcontext_pushed.connect(() => log.push('pushed'), app)
  const popped = appcontext_popped.connect(() => log.push('popped'), app)
  app.app_context().run(() => log.push('work'))
  appcontext_pushed.disconnect(pushed, app)
  appcontext_popped.disconnect(popped, app)
  t.same(log, ['pushed', 'work', 'popped'])
})

t.test('a copied context follows a callback that another flow calls', async (t) => {
  const app = makeApp()
  const elsewhere = new EventEmitter()
  let seen = ''
  app.test_request_context('/here').run(() => {
    elsewhere.on(
      'event',
      copy_current_request_context((suffix: string) => {
        seen = request.path + suffix
      }),
    )
  })
  elsewhere.emit('event', '!')
  t.equal(seen, '/here!')
})

t.test('helpers of the context say where they can be used', async (t) => {
  const ofRequests: (() => unknown)[] = [
    () => after_this_request((r) => r),
    () => copy_current_request_context(() => 1),
    () => stream_with_context(['x'].values()),
    () => session.keys(),
  ]
  for (const use of ofRequests) {
    const refusal = { code: 'OUTSIDE_CONTEXT', message: /app\.test_request_context\(path\)\.run/ }
    t.throws(use, refusal, 'outside of any context')
    t.throws(() => makeApp().app_context().run(use), refusal, 'in an app context, where it would never have an effect')
  }
  t.throws(() => g.get('x'), { code: 'OUTSIDE_CONTEXT', message: /app\.app_context\(\)\.run/ })
  t.throws(() => current_app.name, { code: 'OUTSIDE_CONTEXT' })
  t.throws(() => makeApp().app_context().session, { code: 'OUTSIDE_CONTEXT', message: /session.*test_request_context/ })
})
