import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster, createSentinel } from 'redis'
import t from 'tap'
import { addressOfUrl, connectionOf } from '../../../lib/sessions/stores/redis-clients.ts'

const NODES = [
  { host: '10.0.0.1', port: 7000 },
  { host: '10.0.0.2', port: 7001 },
]
const LAZY = { lazyConnect: true }

/** Clients that never connect here, and where the log says that they lead: never with a password. */
const CLIENTS: [what: string, client: object, address: string | undefined][] = [
  ['createClient by URL', createClient({ url: 'rediss://ann:secret@db.test:6390/2' }), 'rediss://db.test:6390/2'],
  ['createClient by host', createClient({ socket: { host: 'db.test', port: 6390 } }), 'db.test:6390'],
  ['createClient by path', createClient({ socket: { path: '/run/redis.sock', tls: false } }), '/run/redis.sock'],
  [
    'createCluster',
    createCluster({ rootNodes: [{ url: 'redis://:secret@a.test:7000' }, { socket: { host: 'b.test', port: 7001 } }] }),
    'redis://a.test:7000, b.test:7001',
  ],
  ['createSentinel', createSentinel({ name: 'mymaster', sentinelRootNodes: NODES }), undefined],
  ['new Redis', new Redis(6390, 'db.test', { ...LAZY, password: 'secret' }), 'db.test:6390'],
  ['new Redis by URL', new Redis('redis://ann:secret@db.test:6390/2', LAZY), 'db.test:6390'],
  ['new Redis by path', new Redis({ path: '/run/redis.sock', ...LAZY }), '/run/redis.sock'],
  [
    'new Redis for Sentinel',
    new Redis({ sentinels: NODES, name: 'mymaster', ...LAZY }),
    '10.0.0.1:7000, 10.0.0.2:7001',
  ],
  [
    'new Cluster',
    new Cluster(['redis://:secret@a.test:7000', ...NODES], LAZY),
    'redis://a.test:7000, 10.0.0.1:7000, 10.0.0.2:7001',
  ],
]

/** What is no client, and how the error names it. */
const STRANGERS: [value: unknown, named: string][] = [
  [{}, '{} is no client'],
  [new Map(), 'an instance of Map is no client'],
  ['redis://:secret@127.0.0.1', 'a string is no client'],
  [6379, '6379 is no client'],
  [createClient, 'the function createClient is no client'],
  [{ get() {}, set() {} }, 'is no client'],
  // Version 3 of node-redis.
  [{ sendCommand() {}, send_command() {}, connect() {}, on() {} }, 'is no client'],
]

t.test('each client of Redis is known by what it has, and its address by its settings', async (t) => {
  for (const [what, client, address] of CLIENTS) t.equal(connectionOf(client).address, address, what)
})

t.test('what is no client is refused by an error that names it, but no password', async (t) => {
  for (const [value, named] of STRANGERS) {
    t.throws(() => connectionOf(value), { name: 'FlagonError', code: 'CONFIG_VALUE', message: named })
    t.throws(() => connectionOf(value), { message: /^(?!.*secret)/ })
  }
})

t.test('an address has no user and no password', async (t) => {
  t.equal(addressOfUrl('redis://ann:secret@db.test/1'), 'redis://db.test/1')
  t.equal(addressOfUrl('redis://[::1]:6390'), 'redis://[::1]:6390')
  t.equal(addressOfUrl(':secret'), 'an address that cannot be read')
})
