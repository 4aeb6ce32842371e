import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { NotFound } from '../../lib/http/exceptions.ts'
import { Flagon, make_response, request, with_middleware } from '../../lib/index.ts'

type Next = (error?: unknown) => void

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.route('/', { methods: ['GET', 'POST'] })(() => 'view')
  return app
}

function named(name: string, seen: string[]) {
  return (_req: IncomingMessage, res: ServerResponse, next: Next): void => {
    seen.push(name)
    res.setHeader(`X-${name}`, 'was here')
    next()
  }
}

t.test('middleware sees a request in the order it is given, before the app', async (t) => {
  const app = makeApp()
  const seen: string[] = []
  app.before_request(() => void seen.push('app'))
  app.handler = with_middleware(app.handler, named('First', seen), named('Second', seen))
  const response = await app.test_client().get('/')
  t.equal(response.text, 'view')
  t.same(seen, ['First', 'Second', 'app'])
  t.equal(response.headers.get('X-First'), 'was here')
  t.equal(response.headers.get('X-Second'), 'was here')
})

t.test('middleware that waits is waited for, with its request', async (t) => {
  const app = makeApp()
  const torn: string[] = []
  app.get('/<name>', ({ name }) => `${name} ${request.path}`)
  app.teardown_request(() => void torn.push(request.path))
  app.handler = with_middleware(
    app.handler,
    async (_req, _res, next) => {
      await delay(1)
      next()
    },
    (_req, _res, next) => void setTimeout(next, 1),
  )
  const client = app.test_client()
  const texts = await Promise.all(['a', 'b', 'c'].map(async (name) => (await client.get(`/${name}`)).text))
  t.same(texts, ['a /a', 'b /b', 'c /c'])
  t.same(torn.sort(), ['/a', '/b', '/c'])
})

t.test('middleware may answer by itself', async (t) => {
  const app = makeApp()
  let reached = false
  app.before_request(() => {
    reached = true
  })
  app.handler = with_middleware(app.handler, (_req, res) => void res.writeHead(418).end('short'))
  const response = await app.test_client().get('/')
  t.same([response.status_code, response.text, reached], [418, 'short', false])
})

const FAILING: [name: string, fail: (error: unknown, next: Next) => unknown][] = [
  ['gives to next()', (error, next) => next(error)],
  [
    'throws',
    (error) => {
      throw error
    },
  ],
  ['rejects with', (error) => Promise.reject(error)],
  ['gives to next() later', (error, next) => void setTimeout(next, 1, error)],
]

for (const [name, fail] of FAILING) {
  t.test(`what a middleware ${name} is logged and answered with 500`, async (t) => {
    const app = makeApp()
    const logged: unknown[] = []
    let torn = 0
    app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => logged.push((fields as { err: unknown }).err) }
    app.teardown_request(() => torn++)
    const error = new Error('not allowed by CORS')
    app.handler = with_middleware(app.handler, (_req, _res, next) => fail(error, next))
    const response = await app.test_client().get('/')
    t.equal(response.status_code, 500)
    t.notMatch(response.text, /CORS/)
    t.same([logged.length, logged[0] === error, torn], [1, true, 1])
  })

  t.test(`what a middleware ${name} reaches the handler of 500`, async (t) => {
    const app = makeApp()
    const error = new Error('not allowed by CORS')
    app.errorhandler(500)((failure) => make_response(String(Reflect.get(failure, 'original_exception')), 500))
    app.handler = with_middleware(app.handler, (_req, _res, next) => fail(error, next))
    t.equal((await app.test_client().get('/')).text, 'Error: not allowed by CORS')
  })
}

t.test('an error of a middleware that has the status of a client error is that HTTP exception', async (t) => {
  const cases: [error: Error, status: number, text: RegExp][] = [
    [Object.assign(new Error('too much'), { status: 413, expose: true }), 413, /too much/],
    [Object.assign(new Error('secret'), { statusCode: 403 }), 403, /^(?!.*secret)/s],
    [Object.assign(new Error('secret'), { status: 499, expose: true }), 500, /^(?!.*secret)/s],
    [Object.assign(new Error('secret'), { status: 503, expose: true }), 500, /^(?!.*secret)/s],
    [new NotFound('not even here'), 404, /not even here/],
  ]
  for (const [error, status, text] of cases) {
    const app = makeApp()
    app.handler = with_middleware(app.handler, (_req, _res, next) => next(error))
    const response = await app.test_client().get('/')
    t.equal(response.status_code, status)
    t.match(response.text, text)
    const other = makeApp()
    other.errorhandler(status)((failure) => make_response(`handled ${failure.code}`, status))
    other.handler = with_middleware(other.handler, (_req, _res, next) => next(error))
    t.equal((await other.test_client().get('/')).text, `handled ${status}`)
  }
})

t.test('an error of a middleware is propagated where errors are', async (t) => {
  const app = makeApp()
  app.testing = true
  app.config.PROPAGATE_EXCEPTIONS = null
  const error = new Error('in a middleware')
  app.handler = with_middleware(app.handler, (_req, _res, next) => next(error))
  await t.rejects(app.test_client().get('/'), error)
})

t.test('a middleware that fails after next() does not answer a second time', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const app = makeApp()
  app.handler = with_middleware(app.handler, async (_req, _res, next) => {
    next()
    await delay(1)
    throw new Error('too late')
  })
  const response = await app.test_client().get('/')
  t.same([response.status_code, response.text], [200, 'view'])
  await delay(5)
  t.match(warnings, [/failed after it had called next\(\): Error: too late/])
})

t.test('what is no function is refused at once', (t) => {
  const app = makeApp()
  // @ts-expect-error: the call that makes the middleware was forgotten.
  t.throws(() => with_middleware(app.handler, { helmet: true }), { code: 'VIEW_INVALID' })
  t.end()
})
