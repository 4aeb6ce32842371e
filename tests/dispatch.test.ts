import t from 'tap'
import {
  after_this_request,
  appcontext_pushed,
  Blueprint,
  Flagon,
  g,
  got_request_exception,
  make_response,
  Request,
  type Response,
  request,
  request_finished,
  request_started,
} from '../lib/index.ts'

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  return app
}

t.test('hooks, view and teardown run in the same order whether they are asynchronous or not', async (t) => {
  for (const isAsync of [false, true]) {
    const app = makeApp()
    const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
    const log: string[] = []
    const note = <T>(text: string, value: T): T | Promise<T> => {
      log.push(text)
      return isAsync ? Promise.resolve(value) : value
    }
    app.url_value_preprocessor(() => note('app.values', undefined))
    app.before_request(() => note('app.before', undefined))
    bp.before_request(() => note('bp.before', undefined))
    app.after_request((response) => note('app.after', response) as typeof response)
    bp.after_request((response) => note('bp.after 1', response) as typeof response)
    bp.after_request((response) => note('bp.after 2', response) as typeof response)
    app.teardown_request(() => note('app.teardown', undefined))
    bp.teardown_request(() => note('bp.teardown', undefined))
    app.teardown_appcontext(() => note('app.context', undefined))
    bp.get('/', () => {
      after_this_request((response) => note('once', response) as typeof response)
      return note('view', 'text')
    })
    app.register_blueprint(bp)
    const answer = await app.test_client().get('/bp/')
    t.equal(answer.text, 'text')
    t.same(
      log,
      'app.values,app.before,bp.before,view,once,bp.after 2,bp.after 1,app.after,bp.teardown,app.teardown,app.context'.split(
        ',',
      ),
      isAsync ? 'asynchronous' : 'synchronous',
    )
  }
})

t.test('the first hook that answers ends the search, also by a promise', async (t) => {
  for (const early of ['early', Promise.resolve('early')]) {
    const app = makeApp()
    let reached = false
    app.before_request(() => early)
    app.before_request(() => {
      reached = true
    })
    app.get('/', () => 'view')
    t.equal((await app.test_client().get('/')).text, 'early')
    t.notOk(reached)
  }
})

t.test('an error handler gets what views and hooks throw or reject with', async (t) => {
  class Custom extends Error {}
  for (const fail of [
    () => {
      throw new Custom('x')
    },
    async () => {
      throw new Custom('x')
    },
  ]) {
    const app = makeApp()
    app.errorhandler(Custom)((error) => make_response(`handled ${error.message}`, 418))
    app.before_request(() => (request.path === '/hook' ? fail() : undefined))
    app.get('/view', fail)
    app.get('/hook', () => 'unreached')
    const client = app.test_client()
    for (const path of ['/view', '/hook']) {
      const answer = await client.get(path)
      t.equal(answer.status_code, 418)
      t.equal(answer.text, 'handled x')
    }
  }
})

t.test('whatever is thrown becomes one 500, one record and one teardown', async (t) => {
  const bomb = Object.defineProperty(new Error('bomb'), 'message', {
    get() {
      throw new Error('nested')
    },
  })
  const circular: Error & { cause?: unknown } = new Error('circular')
  circular.cause = circular
  for (const thrown of [
    new Error('plain'),
    'text',
    7,
    10n,
    null,
    undefined,
    Symbol('s'),
    circular,
    bomb,
    Object.create(null),
  ]) {
    const app = makeApp()
    const records: unknown[] = []
    app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => records.push(args) }
    let torn = 0
    app.teardown_request(() => torn++)
    app.get('/', () => {
      throw thrown
    })
    app.get('/fine', () => 'fine')
    const client = app.test_client()
    t.equal((await client.get('/')).status_code, 500)
    t.equal(records.length, 1)
    t.equal(torn, 1)
    t.equal((await client.get('/fine')).text, 'fine')
  }
})

t.test('an error in an error handler is answered by the handler of 500, else by the default page', async (t) => {
  const app = makeApp()
  app.errorhandler(410)(() => {
    throw new Error('in the handler')
  })
  app.get('/', () => {
    throw new (app.aborter.mapping.get(410) ?? Error)()
  })
  t.equal((await app.test_client().get('/')).status_code, 500)
})

t.test('the handler of 500 gets the error as original_exception', async (t) => {
  const app = makeApp()
  const failure = new Error('why')
  app.errorhandler(500)((error) => {
    t.equal(Reflect.get(error, 'original_exception'), failure)
    return make_response('sorry', 500)
  })
  app.get('/', () => {
    throw failure
  })
  t.equal((await app.test_client().get('/')).text, 'sorry')
})

t.test('all teardown functions run although one throws, and get the error that nothing took', async (t) => {
  const app = makeApp()
  const seen: unknown[] = []
  const failure = new Error('boom')
  app.teardown_request((error) => seen.push(['last', error]))
  app.teardown_request(async () => {
    throw new Error('teardown')
  })
  app.teardown_request((error) => {
    seen.push(['first', error])
    throw new Error('teardown')
  })
  app.teardown_appcontext((error) => seen.push(['context', error]))
  app.get('/', () => {
    throw failure
  })
  t.equal((await app.test_client().get('/')).status_code, 500)
  t.same(seen, [
    ['first', failure],
    ['last', failure],
    ['context', failure],
  ])
})

t.test('errors reach the test client when the app is being tested', async (t) => {
  const app = makeApp()
  app.config.PROPAGATE_EXCEPTIONS = null
  app.testing = true
  const failure = new Error('boom')
  app.get('/', () => {
    throw failure
  })
  await t.rejects(app.test_client().get('/'), failure)
})

t.test('an after_request hook that returns nothing is told so', async (t) => {
  const app = makeApp()
  app.testing = true
  app.config.PROPAGATE_EXCEPTIONS = true
  app.after_request((() => undefined) as never)
  app.get('/', () => 'x')
  await t.rejects(app.test_client().get('/'), { message: /must return the response/ })
})

t.test('before_first_request runs once, and requests that come meanwhile wait for it', async (t) => {
  const app = makeApp()
  let runs = 0
  let ready = false
  app.before_first_request(async () => {
    runs++
    await new Promise((resolve) => setTimeout(resolve, 20))
    ready = true
  })
  app.get('/', () => String(ready))
  const client = app.test_client()
  const answers = await Promise.all([client.get('/'), client.get('/'), client.get('/')])
  t.same(
    answers.map((answer) => answer.text),
    ['true', 'true', 'true'],
  )
  t.equal(runs, 1)
})

t.test('each of many overlapping requests keeps its own g, request and session', async (t) => {
  const app = makeApp()
  app.secret_key = 'k'.repeat(32)
  app.get('/<token>', async ({ token }) => {
    g.set('token', token)
    await new Promise((resolve) => setTimeout(resolve, Number(token) % 7))
    await null
    return { g: g.get('token') as unknown, path: request.path }
  })
  const client = app.test_client()
  const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => client.get(`/${i}`)))
  t.ok(answers.every((answer, i) => (answer.json as { g: string; path: string }).g === String(i)))
  t.ok(answers.every((answer, i) => (answer.json as { g: string; path: string }).path === `/${i}`))
})

t.test('OPTIONS is answered with the methods of the URL, unless the route says otherwise', async (t) => {
  const app = makeApp()
  app.route('/both', { methods: ['GET', 'POST'] })(() => 'x')
  app.route('/own', { methods: ['GET', 'OPTIONS'] })(function own() {
    return `own ${request.method}`
  })
  app.route('/none', { provide_automatic_options: false })(() => 'x')
  const client = app.test_client()
  const answer = await client.options('/both')
  t.same([...(answer.headers.get('Allow') ?? '').split(', ')].sort(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
  t.equal((await client.options('/own')).text, 'own OPTIONS')
  t.equal((await client.options('/none')).status_code, 405)
})

t.test('a response that cannot be written becomes a 500, and the next request is fine', async (t) => {
  const app = makeApp()
  app.get('/', () => {
    const response = make_response('x')
    response.status_code = 7000
    return response
  })
  app.get('/fails', function* fails(): Generator<string> {
    yield* []
    throw new Error('before the first piece')
  })
  app.get('/fine', () => 'fine')
  const client = app.test_client()
  t.equal((await client.get('/')).status_code, 500)
  t.equal((await client.get('/fails')).status_code, 500)
  t.equal((await client.get('/fine')).text, 'fine')
})

t.test('nothing that fails at the end of a request is thrown at node', async (t) => {
  const app = makeApp()
  app.logger = {
    debug() {},
    info() {},
    warn() {},
    error() {
      throw new Error('disk full')
    },
  }
  app.teardown_request(() => {
    throw new Error('teardown')
  })
  app.get('/', () => 'x')
  app.get('/boom', () => {
    throw new Error('boom')
  })
  const warned = new Promise((resolve) => process.once('warning', resolve))
  t.equal((await app.test_client().get('/')).text, 'x')
  t.match(await warned, { message: /disk full/ })
  await t.rejects(app.test_client().get('/boom'), { message: 'disk full' })
})

t.test('before_first_request is tried again after it failed', async (t) => {
  const app = makeApp()
  let runs = 0
  app.before_first_request(async () => {
    runs++
    if (runs === 1) throw new Error('not ready')
  })
  app.get('/', () => 'x')
  const client = app.test_client()
  t.equal((await client.get('/')).status_code, 500)
  t.equal((await client.get('/')).text, 'x')
  t.equal((await client.get('/')).text, 'x')
  t.equal(runs, 2)
})

t.test('a request class or a receiver that fails costs one request its answer, and no more', async (t) => {
  class Picky extends Request {
    constructor(...args: ConstructorParameters<typeof Request>) {
      super(...args)
      if (this.path === '/bad') throw new Error('picky')
    }
  }
  const app = makeApp()
  const records: unknown[] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => records.push((fields as { err: unknown }).err) }
  app.request_class = Picky
  let torn = 0
  app.teardown_request(() => torn++)
  app.errorhandler(500)(() => make_response('sorry', 500))
  app.get('/fine', () => 'fine')
  const client = app.test_client()
  t.equal((await client.get('/bad')).text, 'sorry')
  t.match(records, [{ message: 'picky' }])
  const receiver = appcontext_pushed.connect(() => {
    throw new Error('receiver')
  }, app)
  t.equal((await client.get('/fine')).text, 'sorry')
  appcontext_pushed.disconnect(receiver, app)
  t.equal((await client.get('/fine')).text, 'fine')
  t.match(records, [{ message: 'picky' }, { message: 'receiver' }])
  t.equal(torn, 3)
})

t.test('signals tell of a request that starts, fails and is finished', async (t) => {
  const app = makeApp()
  const log: unknown[] = []
  const failure = new Error('boom')
  for (const signal of [request_started, got_request_exception, request_finished]) {
    const receiver = signal.connect((sender, payload) => {
      const { exception, response } = payload as { exception?: unknown; response?: Response }
      log.push([signal.name, sender === app, exception ?? response?.status_code])
    }, app)
    t.teardown(() => signal.disconnect(receiver, app))
  }
  app.before_request(() => void log.push('before'))
  app.after_request((response) => {
    log.push('after')
    return response
  })
  app.get('/', async () => 'x')
  app.get('/fails', () => {
    throw failure
  })
  const client = app.test_client()
  await client.get('/')
  t.same(log.splice(0), [['request-started', true, undefined], 'before', 'after', ['request-finished', true, 200]])
  await client.get('/fails')
  t.same(log, [
    ['request-started', true, undefined],
    'before',
    ['got-request-exception', true, failure],
    'after',
    ['request-finished', true, 500],
  ])
})
