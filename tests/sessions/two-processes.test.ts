import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { skipWithoutNginx, startNginx } from '../support/nginx.ts'
import { HOW_TO_GET_FLASK_SESSION, pythonWithFlaskSession } from '../support/python.ts'
import { freePort, RedisServer, skipWithoutRedis } from '../support/redis-server.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const FLAGON = fileURLToPath(new URL('../fixtures/shared-login.ts', import.meta.url))
const FLASK = fileURLToPath(new URL('../support/shared_login.py', import.meta.url))
const START_WITHIN_MS = 30_000
const VISITS = 10

const command = pythonWithFlaskSession()
const withoutFlask =
  command === undefined && process.env['CI'] !== 'true'
    ? `no Flask-Session; to have it: ${HOW_TO_GET_FLASK_SESSION}`
    : false

/** A browser as far as this story needs one: it keeps the cookie. */
class Visitor {
  readonly #base: string
  cookie: string | undefined

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}`
  }

  async post(path: string, form: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const response = await fetch(this.#base + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: this.cookie === undefined ? {} : { Cookie: this.cookie },
    })
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) this.cookie = /^session=;/.test(set) ? undefined : set.split(';')[0]
    return (await response.json()) as Record<string, unknown>
  }
}

/** Starts a server for each command line, until the test ends, and gives their ports once all of them serve. */
async function startServers(
  t: Test,
  commands: readonly (readonly string[])[],
  more: readonly string[],
): Promise<number[]> {
  const ports = await Promise.all(commands.map(() => freePort()))
  const servers = commands.map(([program = '', ...args], at) =>
    spawn(program, [...args, String(ports[at]), ...more], { stdio: 'ignore' }),
  )
  t.teardown(() => Promise.all(servers.map(end)))
  await Promise.all(ports.map(isServing))
  return ports
}

const TWO_FLAGONS = ['flagon-1', 'flagon-2'].map((name) => [process.execPath, TYPESCRIPT_LOADER, FLAGON, name])

/** Two Flagon processes and a Flask behind nginx, round robin, until the test ends; gives the port of nginx. */
async function startSite(t: Test, redis: string | undefined): Promise<number> {
  const commands = [...TWO_FLAGONS, [command ?? 'python3', FLASK, 'flask']]
  const ports = await startServers(t, commands, redis === undefined ? [] : [redis])
  const upstream = ports.map((port) => `server 127.0.0.1:${port};`).join(' ')
  return startNginx(t, `upstream site { ${upstream} }`, 'proxy_pass http://site;')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

async function isServing(port: number): Promise<void> {
  for (const start = Date.now(); ; await sleep(50)) {
    try {
      await fetch(`http://127.0.0.1:${port}/nothing`)
      return
    } catch (error) {
      if (Date.now() - start > START_WITHIN_MS) throw error
    }
  }
}

/** Login, ten requests that land anywhere, logout; then nobody knows the visitor, and a copy of the cookie is worth nothing. */
async function walk(t: Test, port: number, isRevocable: boolean): Promise<void> {
  const servers = new Set<unknown>()
  // Each round starts at another server.
  for (let round = 0; round < 3; round++) {
    const visitor = new Visitor(port)
    t.equal((await visitor.post('/visit'))['user'], null, 'a stranger')
    const { server } = await visitor.post('/login', { user: `ann ${round}` })
    servers.add(server)
    const seen: unknown[] = ['bread']
    for (let visit = 1; visit <= VISITS; visit++) {
      const answer = await visitor.post('/visit')
      seen.push(answer['server'])
      servers.add(answer['server'])
      t.same(answer, { server: answer['server'], user: `ann ${round}`, visits: visit, basket: seen })
    }
    const copy = visitor.cookie
    await visitor.post('/logout')
    t.equal(visitor.cookie, undefined, 'the browser drops the cookie')
    for (let visit = 0; visit < 3; visit++) t.equal((await visitor.post('/visit'))['user'], null)
    if (isRevocable) {
      visitor.cookie = copy
      for (let visit = 0; visit < 3; visit++) {
        t.equal((await visitor.post('/visit'))['user'], null, 'the session is gone')
      }
    }
  }
  t.same([...servers].sort(), ['flagon-1', 'flagon-2', 'flask'], 'every server had its share')
}

t.test(
  'two Flagon processes and a Flask share a login that is kept in Redis',
  {
    skip: skipWithoutRedis() || skipWithoutNginx() || withoutFlask,
  },
  async (t) => {
    const redis = await RedisServer.start()
    t.teardown(() => redis.stop())
    const port = await startSite(t, redis.url)
    await walk(t, port, true)
    t.equal(redis.cli('DBSIZE'), '0', 'no session is left behind')
  },
)

t.test(
  'two Flagon processes and a Flask share a login that is kept in a signed cookie',
  {
    skip: skipWithoutNginx() || withoutFlask,
  },
  async (t) => {
    await walk(t, await startSite(t, undefined), false)
  },
)

const AT_ONCE = 100

t.test(
  `${AT_ONCE} requests at once to two processes lose no key, and none brings an ended session back`,
  {
    skip: skipWithoutRedis(),
  },
  async (t) => {
    const redis = await RedisServer.start()
    t.teardown(() => redis.stop())
    const visitors = (await startServers(t, TWO_FLAGONS, [redis.url])).map((port) => new Visitor(port))
    const [one, other] = visitors
    if (one === undefined || other === undefined) return t.fail('there are two servers')
    await one.post('/login', { user: 'ann' })
    const { cookie } = one
    other.cookie = cookie
    const own = Array.from({ length: AT_ONCE }, (_, n) => visitors[n % 2]?.post(`/own/${n}?ms=${n % 5}`))
    await Promise.all(own)
    const { keys } = await one.post('/keys')
    const wanted = Array.from({ length: AT_ONCE }, (_, n) => `key${n}`)
    t.same(
      wanted.filter((key) => !(keys as string[]).includes(key)),
      [],
      'no key is lost',
    )

    const slow = Array.from({ length: AT_ONCE }, (_, n) => visitors[n % 2]?.post(`/own/${n + AT_ONCE}?ms=${300 + n}`))
    await sleep(150)
    await one.post('/logout')
    await Promise.all(slow)
    t.equal(redis.cli('EXISTS', `session:${cookie?.split('=')[1]}`), '0', 'the session stays ended')
  },
)
