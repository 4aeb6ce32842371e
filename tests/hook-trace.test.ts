import t from 'tap'
import { hookRuns } from '../lib/hook-trace.ts'
import { type Context, Flagon } from '../lib/index.ts'

/** The hooks that ran in a request to `path`, as `[kind, name, state]`. */
async function traced(app: Flagon, path: string): Promise<string[][]> {
  let seen: Context | undefined
  const handle = app.full_dispatch_request
  app.full_dispatch_request = (context) => {
    seen = context
    return handle.call(app, context)
  }
  await app
    .test_client()
    .get(path)
    .catch(() => undefined)
  return seen === undefined ? [] : hookRuns(seen).map(({ kind, name, state }) => [kind, name, state])
}

function makeApp(debug = true): Flagon {
  const app = new Flagon(import.meta.url)
  app.debug = debug
  app.logger.disabled = true
  app.get('/', () => 'x')
  return app
}

t.test('in debug it is noted which hooks ran, and how they ended', async (t) => {
  const app = makeApp()
  app.url_value_preprocessor(function read_language() {})
  app.before_request(async function load_user() {})
  app.before_request(function guard() {
    throw new Error('boom')
  })
  app.before_request(function never() {})
  app.teardown_request(function close_db() {})
  t.same(await traced(app, '/'), [
    ['url_value_preprocessor', 'read_language', 'done'],
    ['before_request', 'load_user', 'done'],
    ['before_request', 'guard', 'failed'],
    ['teardown_request', 'close_db', 'done'],
  ])
})

t.test('a hook that answers, one that rejects and one that has no name are told apart', async (t) => {
  const app = makeApp()
  app.before_request(() => 'early')
  app.after_request(async function late() {
    throw new Error('boom')
  })
  t.same(await traced(app, '/'), [
    ['before_request', '', 'answered'],
    ['after_request', 'late', 'failed'],
  ])
})

t.test('outside of debug nothing is noted, and hooks get and give what they did', async (t) => {
  const app = makeApp(false)
  app.before_request(function load_user() {})
  t.same(await traced(app, '/'), [])
  const other = makeApp()
  other.after_request((response) => {
    response.headers.set('X-A', 'b')
    return response
  })
  t.equal((await other.test_client().get('/')).headers.get('X-A'), 'b')
})
