import t from 'tap'
import {
  appcontext_popped,
  appcontext_tearing_down,
  Blueprint,
  Flagon,
  g,
  request,
  request_tearing_down,
  type Signal,
} from '../lib/index.ts'
import { report } from '../lib/teardown.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  return app
}

t.test(
  'teardown functions run from the last registered to the first, innermost blueprint first, the app context last',
  async (t) => {
    const app = makeApp()
    const [outer, inner] = [new Blueprint('outer', import.meta.url), new Blueprint('inner', import.meta.url)]
    const log: string[] = []
    const note = (name: string) => () => void log.push(name)
    app.teardown_appcontext(note('context 1'))
    app.teardown_appcontext(note('context 2'))
    app.teardown_request(note('app 1'))
    app.teardown_request(note('app 2'))
    outer.teardown_request(note('outer'))
    inner.teardown_request(note('inner 1'))
    inner.teardown_request(note('inner 2'))
    inner.get('/x', () => 'x')
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    await app.test_client().get('/x')
    t.same(log.splice(0), ['inner 2', 'inner 1', 'outer', 'app 2', 'app 1', 'context 2', 'context 1'])
    await app.test_client().get('/nowhere')
    t.same(log.splice(0), ['app 2', 'app 1', 'context 2', 'context 1'])
    app.app_context().run(() => undefined)
    t.same(log, ['context 2', 'context 1'], 'an app context has no request to end')
  },
)

t.test('teardown functions get the error that nothing took, else undefined', async (t) => {
  const app = makeApp()
  const seen: unknown[] = []
  const failure = new Error('boom')
  app.teardown_request((error) => void seen.push(error))
  app.errorhandler(TypeError)(() => 'handled')
  app.get('/fine', () => 'x')
  app.get('/fails', () => {
    throw failure
  })
  app.get('/handled', () => {
    throw new TypeError('handled')
  })
  const client = app.test_client()
  for (const path of ['/fine', '/fails', '/handled', '/nowhere']) await client.get(path)
  t.same(seen, [undefined, failure, undefined, undefined])
})

t.test('g and the request are there until the last teardown function ran, asynchronous ones too', async (t) => {
  const app = makeApp()
  const log: unknown[] = []
  app.teardown_appcontext(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    log.push(['context', g['user']])
  })
  app.teardown_request(async () => {
    await null
    log.push(['request', g['user'], request.path])
  })
  app.get('/x', () => {
    g['user'] = 'ann'
    return 'x'
  })
  await app.test_client().get('/x')
  t.same(log, [
    ['request', 'ann', '/x'],
    ['context', 'ann'],
  ])
})

t.test('all run although some fail, and each failure is logged', async (t) => {
  const app = makeApp()
  const records: unknown[] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => records.push((fields as { err: unknown }).err) }
  const log: string[] = []
  const failures = [new Error('1'), new Error('2'), new Error('3')] as const
  app.teardown_appcontext(() => {
    log.push('context')
    throw failures[2]
  })
  app.teardown_request(() => void log.push('last'))
  app.teardown_request(async () => {
    log.push('second')
    await null
    throw failures[1]
  })
  app.teardown_request(() => {
    log.push('first')
    throw failures[0]
  })
  app.get('/', () => 'x')
  t.equal((await app.test_client().get('/')).text, 'x', 'the answer is sent all the same')
  t.same(log, ['first', 'second', 'last', 'context'])
  t.same(records, failures)
})

t.test('signals follow the functions, in the order of Flask', async (t) => {
  const app = makeApp()
  const log: unknown[] = []
  const listen = (signal: Signal, name: string): void => {
    const receiver = signal.connect((_sender, payload) => log.push([name, payload['exc']]), app)
    t.teardown(() => signal.disconnect(receiver, app))
  }
  listen(request_tearing_down, 'request_tearing_down')
  listen(appcontext_tearing_down, 'appcontext_tearing_down')
  listen(appcontext_popped, 'appcontext_popped')
  const failure = new Error('boom')
  app.teardown_request(() => void log.push('request'))
  app.teardown_appcontext(async () => void log.push('context'))
  app.get('/', () => {
    throw failure
  })
  await app.test_client().get('/')
  t.same(log, [
    'request',
    ['request_tearing_down', failure],
    'context',
    ['appcontext_tearing_down', failure],
    ['appcontext_popped', undefined],
  ])
})

t.test('a receiver of a signal that fails is logged, and hurts neither the answer nor the process', async (t) => {
  for (const signal of [request_tearing_down, appcontext_tearing_down, appcontext_popped]) {
    const app = makeApp()
    const records: unknown[] = []
    app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => records.push((fields as { err: unknown }).err) }
    const failure = new Error(signal.name)
    const receiver = signal.connect(() => {
      throw failure
    }, app)
    let torn = 0
    app.teardown_appcontext(() => void torn++)
    app.get('/', () => 'x')
    const client = app.test_client()
    t.equal((await client.get('/')).text, 'x', signal.name)
    t.equal((await client.get('/')).text, 'x')
    t.equal(torn, 2)
    t.same(records, [failure, failure])
    signal.disconnect(receiver, app)
  }
})

t.test('do_teardown_request and do_teardown_appcontext may be overridden', async (t) => {
  const log: string[] = []
  class Counting extends Flagon {
    override do_teardown_request(error?: unknown): Promise<void> | undefined {
      log.push(`request ${error}`)
      return super.do_teardown_request(error)
    }
    override do_teardown_appcontext(error?: unknown): Promise<void> | undefined {
      log.push(`context ${error}`)
      return super.do_teardown_appcontext(error)
    }
  }
  const app = new Counting(import.meta.url, { static_folder: null })
  app.teardown_request(() => void log.push('function'))
  app.get('/', () => 'x')
  await app.test_client().get('/')
  t.same(log, ['request undefined', 'function', 'context undefined'])
})

t.test('an error that cannot be logged is told by a warning of the process', async (t) => {
  const app = makeApp()
  app.log_exception = () => {
    throw new Error('disk full')
  }
  const warned = new Promise((resolve) => process.once('warning', resolve))
  report(app.app_context(), new Error('x'))
  t.match(await warned, {
    name: 'FlagonWarning',
    message: "the logger of the app 'teardown.test' failed: Error: disk full",
  })
})
