import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from 'redis'
import t, { type Test } from 'tap'
import { Flagon, flash, get_flashed_messages, request, session } from '../../lib/index.ts'
import { Session } from '../../lib/sessions/index.ts'
import { markFloat, tuple } from '../../lib/sessions/kinds.ts'
import type { SerializationFormat } from '../../lib/sessions/settings.ts'
import { HOW_TO_GET_FLASK_SESSION, pythonWithFlaskSession } from '../support/python.ts'
import { freePort, RedisServer, skipWithoutRedis } from '../support/redis-server.ts'
import { DEFAULT_SEED } from '../support/seed.ts'
import { type Tree, tree } from '../support/session-tree.ts'

/** Sessions that either side writes in each format, signed and not. */
/** Sessions each way in each of the four settings: 1,000 in all; `npm run soak live-sessions` takes 1,000 in each. */
const SESSIONS = Number(process.env['FLAGON_SESSIONS'] ?? 250)
/** Sessions that are on their way at once. */
const AT_ONCE = 10
const SEED = Number(process.env['FLAGON_SEED'] ?? DEFAULT_SEED)
const SECRET = 'a secret for both sides'
const START_WITHIN_MS = 30_000
const MONTH_SECONDS = 31 * 24 * 60 * 60

/** What a side found in a session. */
interface Seen {
  readonly payload: Tree
  readonly again: Tree
  readonly by: string
  readonly flashes: [category: string, message: string][]
  readonly sid?: string
}

const FLASHED_BY_FLASK = [['info', 'from Flask: é']]
const FLASHED_BY_FLAGON = [['error', 'from Flagon: 游']]

/** Numbers from 0 to 1, the same for the same seed: a linear congruence of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const TEXTS = ['', 'a', '游客', '😀', '<b>&"\'', '\0\x1f\x7f\\', '\u2028', '1.0', 'é'.repeat(300), 'long '.repeat(2000)]
const KEYS = ['a', 'b', 'user', 'n', '__proto__', 'constructor', '10', '2', '', '游', '😀', '_permanent']

/** A session made in JavaScript, of what both sides can express. JSON has no bytes and no dates: they come back as text. */
function makePayload(seed: number, format: SerializationFormat): Record<string, unknown> {
  const random = randomNumbers(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  const leaves: (() => unknown)[] = [
    () => below(200) - 100,
    () => below(2 ** 53),
    () => pick([2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)]),
    () => (random() - 0.5) * 10 ** (below(60) - 30),
    () => pick([-0, 1e16, 1e22, 1e-5, 5e-324, Number.MAX_VALUE, 2 ** 53]),
    () => pick([true, false, null]),
    () => pick(TEXTS),
    () => String.fromCharCode(...Array.from({ length: below(20) }, () => 0x20 + below(0x3000))),
  ]
  if (format === 'msgpack') {
    leaves.push(
      () => Uint8Array.from({ length: below(40) }, () => below(256)),
      () => new Date((below(10 ** 10) - 10 ** 9) * 1000 + below(1000)),
    )
  }
  const maybeFloat = (holder: object, key: string | number, item: unknown): void => {
    if (Number.isSafeInteger(item) && random() < 0.5) markFloat(holder, key, item as number)
  }
  const makeValue = (depth: number): unknown => {
    const kind = random()
    if (depth === 0 || kind < 0.6) return pick(leaves)()
    if (kind > 0.84) return makeDict(depth, below(4))
    const items = Array.from({ length: below(4) }, () => makeValue(depth - 1))
    for (const [index, item] of items.entries()) maybeFloat(items, index, item)
    return kind < 0.72 ? items : tuple(...items)
  }
  const makeDict = (depth: number, size: number): Record<string, unknown> => {
    const dict = Object.fromEntries(Array.from({ length: size }, () => [pick(KEYS), makeValue(depth - 1)]))
    for (const [key, item] of Object.entries(dict)) maybeFloat(dict, key, item)
    return dict
  }
  return makeDict(4, 1 + below(5))
}

function seen(): Seen {
  const flashes = get_flashed_messages({ with_categories: true }) as Seen['flashes']
  return { payload: tree(session['payload']), again: tree(session['again']), by: String(session['by']), flashes }
}

/** The twin of flask_session_app.py; gives its address. */
async function startFlagon(
  t: Test,
  redis: RedisServer,
  format: SerializationFormat,
  useSigner: boolean,
): Promise<string> {
  const app = new Flagon(import.meta.url, { static_folder: null })
  const client = createClient({ url: redis.url })
  app.config.update({
    SECRET_KEY: SECRET,
    SESSION_TYPE: 'redis',
    SESSION_REDIS: client,
    SESSION_SERIALIZATION_FORMAT: format,
    SESSION_USE_SIGNER: useSigner,
  })
  new Session(app)

  app.get('/make', function make() {
    const payload = makePayload(Number(request.args.require('seed')), format)
    session['payload'] = payload
    session['by'] = 'Flagon'
    flash('from Flagon: 游', 'error')
    return { payload: tree(payload) }
  })
  app.get('/update', function update() {
    const answer = seen()
    session['again'] = session['payload']
    session['by'] = 'Flagon'
    flash('from Flagon: 游', 'error')
    return answer
  })
  app.get('/read', function read() {
    return seen()
  })
  const server = await app.run({ host: '127.0.0.1', port: 0, signals: false })
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    client.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

/** Serves flask_session_app.py until the test ends; gives its address. */
async function startFlask(t: Test, command: string, redis: RedisServer): Promise<string> {
  const port = await freePort()
  const script = fileURLToPath(new URL('../support/flask_session_app.py', import.meta.url))
  const child = spawn(command, ['-W', 'ignore', script, String(port), String(redis.port)], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  const base = `http://127.0.0.1:${port}`
  for (const start = Date.now(); ; await sleep(50)) {
    try {
      await fetch(base)
      return base
    } catch (error) {
      if (Date.now() - start > START_WITHIN_MS) throw error
    }
  }
}

/** One session as a browser has it: its cookie goes to both sides. */
class Browser {
  cookie = ''

  async get(url: string): Promise<Seen> {
    const response = await fetch(url, { headers: this.cookie === '' ? {} : { Cookie: this.cookie } })
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    const set = response.headers.getSetCookie()[0]?.split(';')[0]
    if (set !== undefined) {
      if (this.cookie !== '' && this.cookie !== set) throw new Error(`${url} gave the session another id`)
      this.cookie = set
    }
    return (await response.json()) as Seen
  }
}

const command = pythonWithFlaskSession()
const isRequired = process.env['CI'] === 'true'
const withoutFlask =
  command === undefined && !isRequired ? `no Flask-Session; to have it: ${HOW_TO_GET_FLASK_SESSION}` : false
t.setTimeout(300_000)

const TITLE = `${SESSIONS} sessions each way between Flask-Session and Flagon on one Redis, in msgpack and JSON, signed and not`

t.test(`${TITLE} (FLAGON_SEED=${SEED})`, { skip: skipWithoutRedis() || withoutFlask }, async (t) => {
  if (command === undefined) return t.fail(`CI needs a Python with Flask-Session: ${HOW_TO_GET_FLASK_SESSION}`)
  const redis = await RedisServer.start()
  t.teardown(() => redis.stop())
  const flask = await startFlask(t, command, redis)

  for (const format of ['msgpack', 'json'] as const) {
    for (const useSigner of [false, true]) {
      const name = `${format}${useSigner ? '-signed' : ''}`
      await t.test(`${name}: none of ${SESSIONS} each way differs`, async (t) => {
        const flagon = await startFlagon(t, redis, format, useSigner)
        const differing = { 'Flask, Flagon, Flask': 0, 'Flagon, Flask, Flagon': 0 }
        const compare = (way: keyof typeof differing, seed: number, wanted: unknown, got: unknown): void => {
          if (JSON.stringify(got) === JSON.stringify(wanted)) return
          if (differing[way]++ < 3) t.same(got, wanted, `${way}, seed ${seed}`)
        }
        const check = async (way: keyof typeof differing, seed: number): Promise<void> => {
          const [first, second] =
            way === 'Flask, Flagon, Flask' ? [`${flask}/${name}`, flagon] : [flagon, `${flask}/${name}`]
          const [by, flashed] = first === flagon ? ['Flagon', FLASHED_BY_FLAGON] : ['Flask', FLASHED_BY_FLASK]
          const [other, flashedThen] = first === flagon ? ['Flask', FLASHED_BY_FLASK] : ['Flagon', FLASHED_BY_FLAGON]
          const browser = new Browser()
          const { payload } = await browser.get(`${first}/make?seed=${seed}`)
          const read = await browser.get(`${second}/update`)
          compare(way, seed, [payload, null, by, flashed], [read.payload, read.again, read.by, read.flashes])
          const back = await browser.get(`${first}/read`)
          compare(way, seed, [payload, payload, other, flashedThen], [back.payload, back.again, back.by, back.flashes])
        }
        for (let seed = SEED; seed < SEED + SESSIONS; seed += AT_ONCE) {
          const seeds = Array.from({ length: AT_ONCE }, (_, offset) => seed + offset)
          await Promise.all(
            seeds.flatMap((seed) => [check('Flask, Flagon, Flask', seed), check('Flagon, Flask, Flagon', seed)]),
          )
        }
        t.same(differing, { 'Flask, Flagon, Flask': 0, 'Flagon, Flask, Flagon': 0 })
      })
    }
  }
  t.equal(redis.cli('DBSIZE'), String(2 * 4 * SESSIONS), 'each session is one key')
  const key = redis.cli('RANDOMKEY')
  t.match(key, /^session:[\w-]{43}$/)
  const ttl = Number(redis.cli('TTL', key))
  t.ok(ttl <= MONTH_SECONDS && ttl > MONTH_SECONDS - 300, `its time to live is ${ttl} s`)
})
