import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import t from 'tap'
import { RedisStore } from '../../../lib/sessions/stores/redis.ts'
import { checkStore } from '../../support/redis-contract.ts'
import { BUSY_MACHINE_MS, RedisServer, skipWithoutRedis } from '../../support/redis-server.ts'

const TTL_SECONDS = 60
t.setTimeout(BUSY_MACHINE_MS)

t.test('sessions in a Redis Cluster of three masters', { skip: skipWithoutRedis() }, async (t) => {
  const servers = await RedisServer.cluster()
  t.teardown(() => Promise.all(servers.map((server) => server.stop())))
  const clear = (): void => {
    for (const server of servers) server.cli('FLUSHALL')
  }
  const [first] = servers
  if (first === undefined) return t.fail('no server')

  await t.test('by the cluster client of node-redis', async (t) => {
    const client = createCluster({ rootNodes: [{ url: first.url }] })
    const store = new RedisStore(client)
    t.teardown(() => store.close())
    await checkStore(t, store, clear)
    const sizes = servers.map((server) => Number(server.cli('DBSIZE')))
    t.ok(
      sizes.every((size) => size > 0),
      `each master holds some of the keys: ${sizes}`,
    )
  })

  await t.test('by the cluster client of ioredis', async (t) => {
    const client = new Cluster([{ host: '127.0.0.1', port: first.port }])
    t.teardown(() => client.disconnect())
    await checkStore(t, new RedisStore(client), clear)
  })

  await t.test('by the cluster client of ioredis that pipelines by itself', async (t) => {
    clear()
    const client = new Cluster([{ host: '127.0.0.1', port: first.port }], { enableAutoPipelining: true })
    t.teardown(() => client.disconnect())
    const store = new RedisStore(client)
    const keys = Array.from({ length: 100 }, (_, at) => `session:${at}`)
    const [one, two] = [Buffer.from('one'), Buffer.from('two')]
    t.ok((await Promise.all(keys.map((key) => store.add(key, one, TTL_SECONDS)))).every(Boolean))
    t.ok((await Promise.all(keys.map((key) => store.replace(key, one, two, TTL_SECONDS)))).every(Boolean))
    t.same(new Set((await Promise.all(keys.map((key) => store.get(key, TTL_SECONDS)))).map(String)), new Set(['two']))
    t.same(new Set((await Promise.all(keys.map((key) => store.delete(key)))).map(String)), new Set(['two']))
  })
})
