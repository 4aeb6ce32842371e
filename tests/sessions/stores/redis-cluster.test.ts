import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import t from 'tap'
import { RedisStore } from '../../../lib/sessions/stores/redis.ts'
import { checkStore } from '../../support/redis-contract.ts'
import { RedisServer, skipWithoutRedis } from '../../support/redis-server.ts'

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
    const client = new Cluster([{ host: '127.0.0.1', port: first.port }], { enableAutoPipelining: true })
    t.teardown(() => client.disconnect())
    await checkStore(t, new RedisStore(client), clear)
  })
})
