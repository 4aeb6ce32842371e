import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import t, { type Test } from 'tap'
import { GuardedStore } from '../../../lib/sessions/guarded-store.ts'
import { RedisStore } from '../../../lib/sessions/stores/redis.ts'
import {
  BlackHole,
  BUSY_MACHINE_MS,
  freePort,
  RedisServer,
  skipWithoutRedis,
  until,
} from '../../support/redis-server.ts'

t.setTimeout(BUSY_MACHINE_MS)

const TTL_SECONDS = 60
/** Short, so that the test is; the default is in the test of the guard. */
const TIMEOUT_SECONDS = 0.4
/** What a call may take in an outage: the time limit, and what a busy machine adds. */
const ANSWER_WITHIN_MS = 1200
/** What recovery may take: the longest waits of the probe and of the store's own client, and a busy machine. */
const RECOVER_WITHIN_MS = 2000
/** The clients of others wait up to two seconds before they connect again; ioredis up to ten for a server that loads. */
const GIVEN_RECOVER_WITHIN_MS = 15_000
const OUTAGE_MS = 700
const ASK_EVERY_MS = 20
const CALLS_IN_OUTAGE = 20_000
const CALLS_AT_ONCE = 500
const MAX_GROWTH_BYTES = 8_000_000

interface Subject {
  readonly name: string
  readonly store: GuardedStore
  /** What the store guards, which takes the time that connecting to a busy machine needs. */
  readonly inner: RedisStore
  readonly records: unknown[][]
  readonly recoverWithinMs: number
  close(): Promise<void>
}

/** The store by each kind of client, as its library makes it: those that are given keep what cannot be sent. */
function subjects(server: RedisServer): Subject[] {
  const nodeRedis = createClient({ url: server.url })
  const ioredis = new Redis(server.port)
  const make = (name: string, inner: RedisStore, recoverWithinMs: number, after?: () => void): Subject => {
    const records: unknown[][] = []
    const logger = { warn: (...args: unknown[]): void => void records.push(args) }
    const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS, logger })
    const close = async (): Promise<void> => {
      await store.close()
      after?.()
    }
    return { name, store, inner, records, recoverWithinMs, close }
  }
  return [
    make('its own client', new RedisStore(undefined, { url: server.url }), RECOVER_WITHIN_MS),
    make('node-redis', new RedisStore(nodeRedis), GIVEN_RECOVER_WITHIN_MS),
    make('ioredis', new RedisStore(ioredis), GIVEN_RECOVER_WITHIN_MS, () => ioredis.disconnect()),
  ]
}

interface Outage {
  readonly name: string
  readonly cause: RegExp
  begin(server: RedisServer): Promise<unknown> | unknown
  end(server: RedisServer): Promise<unknown> | unknown
}

const PASSWORD = 'a-password'
let hole: BlackHole | undefined

const OUTAGES: Outage[] = [
  {
    name: 'the server is killed and started again',
    cause: /ECONNREFUSED|closed|offline|no answer within/i,
    begin: (server) => server.kill(),
    end: (server) => server.run(),
  },
  {
    name: 'the server is paused',
    cause: /no answer within/,
    begin: (server) => server.signal('SIGSTOP'),
    end: (server) => server.signal('SIGCONT'),
  },
  {
    name: 'a black hole stands where the server was',
    cause: /ECONN|closed|offline|no answer within/i,
    async begin(server) {
      await server.kill()
      hole = await BlackHole.open(server.port)
    },
    async end(server) {
      await hole?.close()
      await server.run()
    },
  },
  {
    name: 'the server became a replica',
    cause: /READONLY/,
    begin: async (server) => server.cli('REPLICAOF', '127.0.0.1', String(await freePort())),
    end: (server) => server.cli('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'the server is out of memory',
    cause: /OOM/,
    begin: (server) => server.cli('CONFIG', 'SET', 'maxmemory', '1'),
    end: (server) => server.cli('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'the server wants a password',
    cause: /NOAUTH|closed|offline|no answer within/i,
    begin(server) {
      server.cli('CONFIG', 'SET', 'requirepass', PASSWORD)
      server.cli('-a', PASSWORD, 'CLIENT', 'KILL', 'TYPE', 'normal')
    },
    end: (server) => server.cli('-a', PASSWORD, 'CONFIG', 'SET', 'requirepass', ''),
  },
  {
    name: 'the server loads its data',
    cause: /LOADING|ECONN|closed|offline|no answer within/i,
    async begin(server) {
      server.cli('EVAL', "for at = 1, 3000 do redis.call('SET', 'loaded:' .. at, at) end", '0')
      server.cli('SAVE')
      await server.kill()
      // Half a millisecond for each key, and what is asked meanwhile is answered.
      await server.run(['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024'])
    },
    end: (server) => until(() => server.cli('PING') === 'PONG', BUSY_MACHINE_MS),
  },
]

t.test(
  'in each kind of outage calls fail in time, and work again when it is over',
  { skip: skipWithoutRedis() },
  async (t) => {
    for (const { name, cause, begin, end } of OUTAGES) {
      await t.test(name, async (t) => {
        const server = await RedisServer.start()
        t.teardown(() => server.stop())
        const all = subjects(server)
        t.teardown(() => Promise.all(all.map((subject) => subject.close())))
        await Promise.all(all.map(({ inner }) => inner.add('before', Buffer.from('x'), TTL_SECONDS)))
        await begin(server)
        await Promise.all(all.map((subject) => askInOutage(t, subject)))
        await end(server)
        await Promise.all(all.map((subject) => askAfter(t, subject)))
        for (const { name, records, store } of all) {
          t.equal(store.is_down, false)
          t.equal(records.length, 2, `${name}: one record when it began, one when it ended`)
          t.match(String(records[0]?.[0]), `:${server.port} cannot be reached`)
          t.match(records[0]?.[1], { message: cause }, name)
        }
      })
    }
  },
)

/** Writes until the outage has lasted; every call fails, in time. */
async function askInOutage(t: Test, { name, store }: Subject): Promise<void> {
  const end = performance.now() + OUTAGE_MS
  let longest = 0
  let answered = 0
  for (let at = 0; performance.now() < end; at++) {
    const asked = performance.now()
    await store.add(`in:${name}:${at}`, Buffer.from('x'), TTL_SECONDS).then(
      () => {
        answered++
      },
      (error: unknown) => {
        t.match(error, { name: 'StoreUnavailable', retry_after: 1 })
      },
    )
    longest = Math.max(longest, performance.now() - asked)
    await sleep(ASK_EVERY_MS)
  }
  t.equal(answered, 0, `${name}: no call is answered`)
  t.ok(longest < ANSWER_WITHIN_MS, `${name}: no call takes longer than ${longest} ms`)
}

async function askAfter(t: Test, { name, store, recoverWithinMs }: Subject): Promise<void> {
  const start = performance.now()
  for (let at = 0; performance.now() - start < recoverWithinMs; at++) {
    try {
      await store.add(`after:${name}:${at}`, Buffer.from('x'), TTL_SECONDS)
      t.pass(`${name}: works again after ${performance.now() - start} ms`)
      return
    } catch {
      await sleep(ASK_EVERY_MS)
    }
  }
  t.fail(`${name}: does not work again`)
}

t.test(
  `memory stays flat over ${CALLS_IN_OUTAGE} calls by each client in an outage`,
  { skip: skipWithoutRedis() },
  async (t) => {
    const server = await RedisServer.start()
    t.teardown(() => server.stop())
    const all = subjects(server)
    t.teardown(() => Promise.all(all.map((subject) => subject.close())))
    await Promise.all(all.map(({ inner }) => inner.add('before', Buffer.from('x'), TTL_SECONDS)))
    server.signal('SIGSTOP')
    await Promise.all(all.map(({ store }) => t.rejects(store.get('k', TTL_SECONDS))))
    const before = await heap()
    for (let at = 0; at < CALLS_IN_OUTAGE; at += CALLS_AT_ONCE) {
      const keys = Array.from({ length: CALLS_AT_ONCE }, (_, index) => `session:${at + index}`)
      await Promise.allSettled(all.flatMap(({ store }) => keys.map((key) => store.get(key, TTL_SECONDS))))
    }
    const growth = (await heap()) - before
    t.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes more`)
    server.signal('SIGCONT')
  },
)

t.test(
  'without a server the first call fails in time, and the store works once there is one',
  { skip: skipWithoutRedis() },
  async (t) => {
    const server = await RedisServer.start()
    t.teardown(() => server.stop())
    await server.kill()
    const all = subjects(server)
    t.teardown(() => Promise.all(all.map((subject) => subject.close())))
    await Promise.all(all.map((subject) => askInOutage(t, subject)))
    await server.run()
    await Promise.all(all.map((subject) => askAfter(t, subject)))
  },
)

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Bytes in use once everything that is no longer needed is gone; the answers of the last calls are, a turn later. */
async function heap(): Promise<number> {
  await sleep(ASK_EVERY_MS)
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
