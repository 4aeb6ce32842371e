import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type GuardableStore, GuardedStore, StoreUnavailable } from '../../lib/sessions/guarded-store.ts'
import { MemoryStore } from '../../lib/sessions/stores/memory.ts'

const TTL_SECONDS = 60
/** Short, so that the tests are. */
const TIMEOUT_SECONDS = 0.1
const TIMEOUT_MS = 100
/** What a busy machine may add. */
const LEEWAY_MS = 400
const MANY_CALLS = 20_000

/** A store of which a test decides what it does: nothing ever, fail, or what the memory store does. */
class Moody extends MemoryStore implements GuardableStore {
  mood: 'well' | 'failing' | 'silent' | 'throwing' = 'well'
  address?: string
  calls = 0
  reconnects = 0
  /** Lets the silent calls answer. */
  readonly late: { resolve: (value: undefined) => void; reject: (error: Error) => void }[] = []

  override get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    this.calls++
    if (this.mood === 'well') return super.get(key, ttl)
    if (this.mood === 'failing') return Promise.reject(new Error('broken'))
    if (this.mood === 'throwing') throw new Error('thrown')
    return new Promise((resolve, reject) => this.late.push({ resolve, reject }))
  }

  reconnect(): void {
    this.reconnects++
  }
}

// The store's timers keep no process alive; in an app its server does.
const alive = setInterval(() => {}, 60 * 1000)
t.teardown(() => clearInterval(alive))

/** A logger that keeps what it is told. */
function listener(): { records: unknown[][]; warn(...args: unknown[]): void } {
  const records: unknown[][] = []
  return { records, warn: (...args) => records.push(args) }
}

/** Asks until it is answered. */
async function recovered(store: GuardedStore): Promise<number> {
  const start = performance.now()
  while (performance.now() - start < 5000) {
    try {
      await store.get('k')
      return performance.now() - start
    } catch {
      await sleep(10)
    }
  }
  throw new Error('the store did not recover')
}

t.test('what a store that is well answers is passed on', async (t) => {
  const store = new GuardedStore(new MemoryStore())
  t.equal(await store.add('a:1', Buffer.from('one'), TTL_SECONDS), true)
  t.equal(await store.add('a:1', Buffer.from('two'), TTL_SECONDS), false)
  t.same(await store.get('a:1', TTL_SECONDS), Buffer.from('one'))
  t.equal(await store.replace('a:1', Buffer.from('one'), Buffer.from('two'), TTL_SECONDS), true)
  t.equal(await store.ttl('a:1'), TTL_SECONDS)
  const keys: string[] = []
  for await (const key of store.keys('a:')) keys.push(key)
  t.same(keys, ['a:1'])
  t.same(await store.delete('a:1'), Buffer.from('two'))
  t.equal(store.is_down, false)
  await store.close()
})

t.test('a failure becomes StoreUnavailable, with its cause, the place and when to ask again', async (t) => {
  const inner = Object.assign(new Moody(), { address: 'redis://db.test:6379' })
  for (const mood of ['failing', 'throwing'] as const) {
    inner.mood = mood
    const store = new GuardedStore(inner, { retry_after: 7 })
    const error = await store.get('k').catch((error: unknown) => error)
    if (!(error instanceof StoreUnavailable)) return t.fail('not what was to be thrown')
    const cause = mood === 'failing' ? 'broken' : 'thrown'
    t.match(error, { name: 'StoreUnavailable', retry_after: 7, cause: { message: cause } })
    t.equal(error.message, `The session store at redis://db.test:6379 cannot be reached: ${cause}`)
    t.equal(store.is_down, true)
  }
})

t.test('each call has its own time, whatever began before it', async (t) => {
  const inner = new Moody()
  inner.mood = 'silent'
  const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS })
  const took = async (): Promise<number> => {
    const start = performance.now()
    await t.rejects(store.get('k'), { message: 'The session store cannot be reached: no answer within 0.1 s' })
    return performance.now() - start
  }
  const times = [took()]
  for (let at = 0; at < 4; at++) {
    await sleep(20)
    times.push(took())
  }
  for (const ms of await Promise.all(times)) t.ok(ms >= TIMEOUT_MS - 1 && ms < TIMEOUT_MS + LEEWAY_MS, `${ms} ms`)
  await store.close()
})

t.test('in an outage calls fail at once, and few reach the store', async (t) => {
  for (const mood of ['failing', 'silent'] as const) {
    const inner = new Moody()
    inner.mood = mood
    const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS })
    await t.rejects(store.get('k'))
    const before = inner.calls
    const start = performance.now()
    let failures = 0
    let longest = 0
    for (let at = 0; at < MANY_CALLS; at++) {
      const asked = performance.now()
      await store.get('k').catch(() => failures++)
      longest = Math.max(longest, performance.now() - asked)
    }
    const seconds = (performance.now() - start) / 1000
    t.equal(failures, MANY_CALLS)
    t.ok(longest < TIMEOUT_MS + LEEWAY_MS, `no call took longer than ${longest} ms`)
    t.ok(inner.calls - before < 8 + 20 * seconds, `${inner.calls - before} of ${MANY_CALLS} reached the store, ${mood}`)
    await store.close()
  }
})

t.test('one probe is under way at a time', async (t) => {
  const inner = new Moody()
  inner.mood = 'failing'
  const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS })
  await t.rejects(store.get('k'))
  inner.mood = 'silent'
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => store.get('k')))
  t.equal(inner.calls, 2)
  t.ok(results.every(({ status }) => status === 'rejected'))
  await store.close()
})

t.test(
  'the first probe that succeeds ends the outage; begin and end are logged once, with cause and place',
  async (t) => {
    const inner = Object.assign(new Moody(), { address: 'db.test:6379' })
    const logger = listener()
    const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS, logger })
    inner.mood = 'failing'
    await Promise.allSettled(Array.from({ length: 100 }, () => store.get('k')))
    for (let at = 0; at < 10; at++) await store.get('k').catch(() => {})
    t.equal(logger.records.length, 1)
    t.match(logger.records[0], [/^The session store at db\.test:6379 cannot be reached; .* 503/, { message: 'broken' }])
    inner.mood = 'well'
    const ms = await recovered(store)
    t.ok(ms < 1000, `after ${ms} ms`)
    await Promise.all(Array.from({ length: 100 }, () => store.get('k')))
    t.match(logger.records.slice(1), [[/^The session store at db\.test:6379 can be reached again, after \d+\.\d s\.$/]])
    t.equal(store.is_down, false)
  },
)

t.test('a store that fails again and again is not logged each time', async (t) => {
  const inner = new Moody()
  const logger = listener()
  const store = new GuardedStore(inner, { logger })
  for (let at = 0; at < 50; at++) {
    inner.mood = 'failing'
    await t.rejects(store.get('k'))
    inner.mood = 'well'
    await store.get('k')
  }
  t.equal(logger.records.length, 2)
})

t.test('a late answer to a probe ends the outage; other late answers are ignored', async (t) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  t.teardown(() => process.off('unhandledRejection', note))
  const inner = new Moody()
  inner.mood = 'silent'
  const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS })
  await t.rejects(store.get('first'))
  await t.rejects(store.get('probe'))
  await t.rejects(store.get('probe'))
  t.equal(inner.late.length, 3)
  inner.late[0]?.resolve(undefined)
  await sleep(1)
  t.equal(store.is_down, true, 'the first call was sent before the outage')
  inner.late[1]?.reject(new Error('too late'))
  await sleep(1)
  t.equal(store.is_down, true)
  inner.late[2]?.resolve(undefined)
  await sleep(1)
  t.equal(store.is_down, false)
  t.same(unhandled, [])
})

t.test(
  'who makes the call that probes waits a quarter of a second at most; a later answer ends the outage',
  async (t) => {
    const inner = new Moody()
    inner.mood = 'silent'
    const store = new GuardedStore(inner)
    await t.rejects(store.get('first'), { message: /no answer within 1 s/ })
    const start = performance.now()
    await t.rejects(store.get('probe'), { message: /no answer within 0\.25 s/ })
    t.ok(performance.now() - start < 1000)
    const next = store.get('next')
    inner.late[1]?.resolve(undefined)
    await sleep(1)
    t.equal(store.is_down, false)
    await t.rejects(
      next,
      { message: /no answer within 0\.25 s/ },
      'a probe that the end of the outage overtook has its limit too',
    )
    t.equal(store.is_down, false)
    await store.close()
  },
)

t.test('a store that never answers is asked ever more seldom, and told to connect again', async (t) => {
  const inner = new Moody()
  inner.mood = 'silent'
  const store = new GuardedStore(inner, { timeout: 0.02 })
  await t.rejects(store.get('k'))
  const end = performance.now() + 3000
  while (performance.now() < end) {
    await store.get('k').catch(() => {})
    await sleep(5)
  }
  t.ok(inner.calls <= 12, `${inner.calls} calls in three seconds`)
  t.equal(inner.reconnects, 1)
  await store.close()
})

t.test('a process that was busy itself does not take that for an outage', async (t) => {
  const inner = new Moody()
  const store = new GuardedStore(inner, { timeout: TIMEOUT_SECONDS })
  inner.mood = 'silent'
  const asked = store.get('k')
  setImmediate(() => {
    // What has come while nothing was read is there to be read in the next turn.
    setImmediate(() => inner.late[0]?.resolve(undefined))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * TIMEOUT_MS)
  })
  t.equal(await asked, undefined)
  t.equal(store.is_down, false)
})

t.test('a store that is guarded already may be guarded again: the shorter limit counts', async (t) => {
  const inner = Object.assign(new Moody(), { address: 'db.test:6379' })
  const logger = listener()
  const store = new GuardedStore(new GuardedStore(inner, { timeout: TIMEOUT_SECONDS }), { logger })
  inner.mood = 'silent'
  const start = performance.now()
  await t.rejects(store.get('k'), StoreUnavailable)
  t.ok(performance.now() - start < TIMEOUT_MS + LEEWAY_MS)
  inner.mood = 'failing'
  for (let at = 0; at < 50; at++) {
    await store.get('k').catch(() => {})
    await sleep(10)
  }
  inner.mood = 'well'
  const ms = await recovered(store)
  t.ok(ms < 2000, `after ${ms} ms`)
  t.equal(logger.records.length, 2)
  t.match(logger.records[0], [/at db\.test:6379 cannot be reached/])
  await store.close()
})

t.test('keys that hang are given up, also when no more of them are wanted', async (t) => {
  class Hanging extends MemoryStore {
    override async *keys(): AsyncGenerator<string> {
      yield 'one'
      await new Promise(() => {})
    }
  }
  const store = new GuardedStore(new Hanging(), { timeout: TIMEOUT_SECONDS })
  const keys: string[] = []
  await t.rejects(
    async () => {
      for await (const key of store.keys('')) keys.push(key)
    },
    { name: 'StoreUnavailable' },
  )
  t.same(keys, ['one'])
  for await (const key of new GuardedStore(new Hanging()).keys('')) {
    t.equal(key, 'one')
    break
  }
})

t.test('close rejects what is under way and what comes after, and closes the store', async (t) => {
  let closed = 0
  class Closable extends Moody {
    async close(): Promise<void> {
      closed++
    }
  }
  const inner = new Closable()
  inner.mood = 'silent'
  const logger = listener()
  const store = new GuardedStore(inner, { logger })
  const asked = t.rejects(store.get('k'), { message: 'The session store cannot be reached: it was closed' })
  await store.close()
  await asked
  await t.rejects(store.get('k'), StoreUnavailable)
  inner.late[0]?.reject(new Error('closed'))
  await sleep(1)
  t.equal(closed, 1)
  t.same(logger.records, [])
  t.equal(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length, 1, 'the timer of this test')
})
