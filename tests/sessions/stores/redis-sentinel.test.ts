import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import t from 'tap'
import { GuardedStore } from '../../../lib/sessions/guarded-store.ts'
import type { SessionStore } from '../../../lib/sessions/store.ts'
import { RedisStore } from '../../../lib/sessions/stores/redis.ts'
import { checkStore } from '../../support/redis-contract.ts'
import { BUSY_MACHINE_MS, RedisServer, skipWithoutRedis, until } from '../../support/redis-server.ts'

t.setTimeout(BUSY_MACHINE_MS)

const HOST = '127.0.0.1'
const NAME = 'mymaster'
const TTL_SECONDS = 60
const FAILOVER_WITHIN_MS = 30_000

t.test('sessions in Redis behind Sentinel survive the loss of the master', { skip: skipWithoutRedis() }, async (t) => {
  const master = await RedisServer.start()
  const replica = await RedisServer.start(['--replicaof', `${HOST} ${master.port}`, '--repl-diskless-sync-delay', '0'])
  await until(() => replica.cli('INFO', 'replication').includes('master_link_status:up'), FAILOVER_WITHIN_MS)
  const sentinel = await RedisServer.sentinel(master)
  t.teardown(() => Promise.all([master, replica, sentinel].map((server) => server.stop())))
  await until(() => sentinel.cli('SENTINEL', 'REPLICAS', NAME).includes(String(replica.port)), FAILOVER_WITHIN_MS)

  const node = { host: HOST, port: sentinel.port }
  const nodeRedis = createSentinel({ name: NAME, sentinelRootNodes: [node] })
  const ioredis = new Redis({ sentinels: [node], name: NAME })
  const byIoredis = new GuardedStore(new RedisStore(ioredis))
  const stores: Record<string, SessionStore> = {
    'node-redis': new GuardedStore(new RedisStore(nodeRedis)),
    ioredis: byIoredis,
  }
  t.teardown(async () => {
    for (const store of Object.values(stores)) await store.close?.()
    ioredis.disconnect()
  })
  const clear = (): void => void master.cli('FLUSHALL')

  for (const [library, store] of Object.entries(stores)) {
    await t.test(`by ${library}`, async (t) => {
      await checkStore(t, store, clear)
    })
  }

  await t.test('after a failover both go on with the new master', async (t) => {
    for (const [library, store] of Object.entries(stores))
      t.ok(await store.add(library, Buffer.from('kept'), TTL_SECONDS))
    t.equal(master.cli('WAIT', '1', '5000'), '1')
    await master.kill()
    await t.rejects(byIoredis.get('ioredis'), { name: 'StoreUnavailable' })
    await until(() => replica.cli('ROLE').startsWith('master'), FAILOVER_WITHIN_MS)
    for (const [library, store] of Object.entries(stores)) {
      await until(() => isWritable(store), FAILOVER_WITHIN_MS)
      t.same(await store.get(library, TTL_SECONDS), Buffer.from('kept'), library)
      t.equal(await store.replace(library, Buffer.from('kept'), Buffer.from('changed'), TTL_SECONDS), true)
    }
  })
})

async function isWritable(store: SessionStore): Promise<boolean> {
  try {
    await store.delete('probe')
    return true
  } catch {
    return false
  }
}
