import { spawnSync } from 'node:child_process'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import t from 'tap'
import { RedisStore } from '../../../lib/sessions/stores/redis.ts'
import { checkStore } from '../../support/redis-contract.ts'
import { BUSY_MACHINE_MS, freePort, RedisServer, skipWithoutRedis, until } from '../../support/redis-server.ts'
import { TYPESCRIPT_LOADER } from '../../support/run-typescript.ts'

t.setTimeout(BUSY_MACHINE_MS)

const TTL_SECONDS = 60
const CONNECT_WITHIN_MS = 5000

t.test('sessions in one Redis', { skip: skipWithoutRedis() }, async (t) => {
  const server = await RedisServer.start()
  t.teardown(() => server.stop())
  const clear = (): void => void server.cli('FLUSHALL')

  await t.test('by a client of its own', async (t) => {
    const store = new RedisStore(undefined, { url: server.url })
    t.teardown(() => store.close())
    await checkStore(t, store, clear)
  })

  await t.test('by a client of node-redis', async (t) => {
    const client = createClient({ url: server.url })
    await client.connect()
    t.teardown(() => client.destroy())
    await checkStore(t, new RedisStore(client), clear)
  })

  await t.test('by a client of ioredis', async (t) => {
    const client = new Redis(server.port)
    t.teardown(() => client.disconnect())
    await checkStore(t, new RedisStore(client), clear)
  })

  await t.test('by a client of ioredis that puts a prefix of its own before keys', async (t) => {
    const client = new Redis(server.port, { keyPrefix: 'app[1]:' })
    t.teardown(() => client.disconnect())
    const store = new RedisStore(client)
    clear()
    await store.add('session:1', Buffer.from('x'), TTL_SECONDS)
    t.equal(server.cli('GET', 'app[1]:session:1'), 'x')
    t.equal(await store.replace('session:1', Buffer.from('x'), Buffer.from('y'), TTL_SECONDS), true)
    const keys: string[] = []
    for await (const key of store.keys('session:')) keys.push(key)
    t.same(keys, ['session:1'])
  })

  await t.test('each call is one command', async (t) => {
    const client = createClient({ url: server.url })
    await client.connect()
    t.teardown(() => client.destroy())
    const store = new RedisStore(client)
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = commandsOf(server)
      await work()
      // Asking is a command as well.
      return commandsOf(server) - before - 1
    }
    await store.replace('k', Buffer.from('x'), Buffer.from('y'), TTL_SECONDS)
    commandsOf(server)
    const asking = await count(async () => {})
    t.equal(await count(() => store.add('k', Buffer.from('x'), TTL_SECONDS)), asking + 1)
    t.equal(await count(() => store.get('k', TTL_SECONDS)), asking + 1)
    t.equal(await count(() => store.get('k')), asking + 1)
    t.equal(await count(() => store.ttl('k')), asking + 1)
    t.equal(await count(() => store.delete('k')), asking + 1)
  })

  await t.test('a client that is not connected yet is connected, and closed with the store', async (t) => {
    const client = createClient({ url: server.url })
    const store = new RedisStore(client)
    t.equal(client.isOpen, false)
    const values = await Promise.all([store.get('a'), store.get('b'), store.get('c')])
    t.same(values, [undefined, undefined, undefined])
    t.equal(client.isOpen, true)
    await store.close()
    t.equal(client.isOpen, false)
    await t.rejects(store.get('a'), { message: 'the store was closed' })
  })

  await t.test('a client that came connected stays so when the store is closed', async (t) => {
    const client = createClient({ url: server.url })
    await client.connect()
    t.teardown(() => client.destroy())
    await new RedisStore(client).close()
    t.equal(client.isOpen, true)
    const other = new Redis(server.port)
    t.teardown(() => other.disconnect())
    await new RedisStore(other).close()
    t.equal(await other.ping(), 'PONG')
  })

  await t.test('connect() opens the connection at once', async (t) => {
    const store = new RedisStore(null, { url: server.url })
    t.teardown(() => store.close())
    await store.connect()
    t.equal(store.address, `redis://127.0.0.1:${server.port}`)
  })

  await t.test('a list under the key is no session, and is left alone', async (t) => {
    const store = new RedisStore(undefined, { url: server.url })
    t.teardown(() => store.close())
    server.cli('RPUSH', 'list', '1')
    t.equal(await store.get('list'), undefined)
    t.equal(await store.get('list', TTL_SECONDS), undefined)
    t.equal(await store.delete('list'), undefined)
    t.equal(await store.add('list', Buffer.from('x'), TTL_SECONDS), false)
    t.equal(await store.replace('list', Buffer.from('1'), Buffer.from('x'), TTL_SECONDS), false)
    t.equal(server.cli('LRANGE', 'list', '0', '-1'), '1')
  })

  await t.test('a key that never expires has endless time left', async (t) => {
    const store = new RedisStore(undefined, { url: server.url })
    t.teardown(() => store.close())
    server.cli('SET', 'forever', 'x')
    t.equal(await store.ttl('forever'), Infinity)
  })
})

t.test('a server without GETEX and GETDEL is asked otherwise', { skip: skipWithoutRedis() }, async (t) => {
  const server = await RedisServer.start(['--rename-command', 'GETEX', '', '--rename-command', 'GETDEL', ''])
  t.teardown(() => server.stop())
  const clear = (): void => void server.cli('FLUSHALL')
  const store = new RedisStore(undefined, { url: server.url })
  t.teardown(() => store.close())
  await checkStore(t, store, clear)
  const client = new Redis(server.port)
  t.teardown(() => client.disconnect())
  const other = new RedisStore(client)
  await other.add('k', Buffer.from('x'), TTL_SECONDS)
  t.same(await other.get('k', TTL_SECONDS), Buffer.from('x'))
  t.same(await other.delete('k'), Buffer.from('x'))
})

t.test(
  'connect() tells at the start that there is no server; the store works once there is one',
  { skip: skipWithoutRedis() },
  async (t) => {
    const port = await freePort()
    const store = new RedisStore(undefined, { url: `redis://127.0.0.1:${port}` })
    t.teardown(() => store.close())
    await t.rejects(store.connect(), { code: 'ECONNREFUSED' })
    await t.rejects(store.get('k'), { message: /ECONNREFUSED/ })
    const server = await RedisServer.start([], port)
    t.teardown(() => server.stop())
    await until(
      () =>
        store.get('k').then(
          () => true,
          () => false,
        ),
      CONNECT_WITHIN_MS,
    )
  },
)

t.test('without the package redis the error says how to have it, and a client that is given works', async (t) => {
  const hooks = `export const resolve = (name, context, next) => {
    if (name === 'redis') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(name, context)
  }`
  const code = `
    import { register } from 'node:module'
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)})
    const { RedisStore } = await import(${JSON.stringify(new URL('../../../lib/sessions/stores/redis.ts', import.meta.url))})
    await new RedisStore().get('k').catch(({ code, message }) => console.log(code, message))
    const client = { callBuffer: async () => null, on() {} }
    console.log(await new RedisStore(client).get('k'))`
  const { stdout } = spawnSync(process.execPath, [TYPESCRIPT_LOADER, '--input-type=module', '--eval', code], {
    encoding: 'utf8',
  })
  t.match(stdout, /^CONFIG_VALUE .*npm install redis.*\nundefined\n$/)
})

t.test('what is no client is refused when the store is made', async (t) => {
  t.throws(() => new RedisStore({}), { code: 'CONFIG_VALUE' })
  t.throws(() => new RedisStore(new Map()), { code: 'CONFIG_VALUE', message: 'an instance of Map is no client' })
})

/** Commands that the server has run so far. */
function commandsOf(server: RedisServer): number {
  return Number(/total_commands_processed:(\d+)/.exec(server.cli('INFO', 'stats'))?.[1])
}
