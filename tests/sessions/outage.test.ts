import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { Flagon, session } from '../../lib/index.ts'
import { Session } from '../../lib/sessions/extension.ts'
import { RedisStore } from '../../lib/sessions/stores/redis.ts'
import { RedisServer, skipWithoutRedis } from '../support/redis-server.ts'
import { servedApp } from '../support/served-app.ts'

/** What the first request of an outage may take; those after it are answered at once. */
const ANSWER_WITHIN_MS = 1200
const RECOVER_WITHIN_MS = 5000
const REQUESTS = 1000
const AT_ONCE = 50
const MIB = 2 ** 20
const GROWTH_BYTES = 8 * MIB

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function heapInUse(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

async function start(t: Test, redis: RedisServer) {
  const app = new Flagon('outage', { static_folder: null })
  const records: string[] = []
  app.logger = { debug() {}, info() {}, error() {}, warn: (...args) => records.push(args.join(' ')) }
  app.config.SESSION_STORE = new RedisStore(undefined, { url: redis.url })
  new Session(app)
  t.teardown(() => app.session_interface.close())
  app.get('/login', () => {
    session['user'] = 'ann'
    return 'welcome'
  })
  app.get('/user', () => `${session['user'] ?? 'nobody'}`)
  app.get('/plain', () => 'plain')
  const origin = `http://127.0.0.1:${await servedApp(t, app)}`
  const answer = await fetch(`${origin}/login`)
  const Cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ask = async (path: string) => {
    const started = performance.now()
    const response = await fetch(origin + path, { headers: { Cookie } })
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('Retry-After'),
      cookies: response.headers.getSetCookie(),
      took: performance.now() - started,
    }
  }
  return { ask, records }
}

type Ask = Awaited<ReturnType<typeof start>>['ask']

async function recovers(ask: Ask): Promise<boolean> {
  for (const started = performance.now(); performance.now() - started < RECOVER_WITHIN_MS; await sleep(20)) {
    if ((await ask('/user')).text === 'ann') return true
  }
  return false
}

t.test(
  'while Redis does not answer, who uses the session gets 503 in time, and all others are served',
  { skip: skipWithoutRedis() },
  async (t) => {
    const redis = await RedisServer.start()
    t.teardown(() => redis.stop())
    const { ask, records } = await start(t, redis)
    t.equal((await ask('/user')).text, 'ann')

    let fastest = Number.POSITIVE_INFINITY
    for (let outage = 0; outage < 3 && fastest > ANSWER_WITHIN_MS; outage++) {
      redis.signal('SIGSTOP')
      const first = await ask('/user')
      fastest = Math.min(fastest, first.took)
      t.equal(first.status, 503)
      t.equal(first.retryAfter, '1')
      t.same(first.cookies, [], 'the cookie is left alone')
      t.equal((await ask('/plain')).text, 'plain')
      t.equal((await ask('/login')).status, 503, 'nothing is taken for saved')
      redis.signal('SIGCONT')
      t.ok(await recovers(ask), 'it is found again')
    }
    t.ok(fastest <= ANSWER_WITHIN_MS, `503 within ${ANSWER_WITHIN_MS} ms`)

    redis.signal('SIGSTOP')
    await ask('/user')
    records.length = 0
    const before = heapInUse()
    let left = REQUESTS
    const keepAsking = async () => {
      while (left-- > 0) if ((await ask('/user')).status !== 503) t.fail('a request was answered otherwise')
    }
    await Promise.all(Array.from({ length: AT_ONCE }, keepAsking))
    t.ok(heapInUse() - before < GROWTH_BYTES, `${REQUESTS} requests leave no memory behind`)
    t.ok(records.length <= 2, 'the log is not flooded')
    redis.signal('SIGCONT')
    t.ok(await recovers(ask))
  },
)

t.test(
  'when Redis is gone and comes back, it is found again without a restart',
  { skip: skipWithoutRedis() },
  async (t) => {
    const redis = await RedisServer.start()
    t.teardown(() => redis.stop())
    const { ask } = await start(t, redis)
    t.equal((await ask('/user')).text, 'ann')
    await redis.kill()
    const refused = await ask('/user')
    t.equal(refused.status, 503)
    t.equal((await ask('/plain')).text, 'plain')
    await redis.run()
    let status = 503
    for (
      const started = performance.now();
      status === 503 && performance.now() - started < RECOVER_WITHIN_MS;
      await sleep(20)
    ) {
      status = (await ask('/user')).status
    }
    t.equal(status, 200)
    t.equal((await ask('/user')).text, 'nobody', 'it kept nothing, so that nobody is logged in')
  },
)
