import { inspect } from 'node:util'
import { FlagonError } from '../../errors.ts'

/** A part of a command. */
export type RedisArgument = string | Buffer

/** Sends one command to one server, and gives its reply: text as Buffers. */
export type Send = (args: RedisArgument[]) => Promise<unknown>

/** What {@link RedisStore} does with a client, whichever library made it. */
export interface RedisConnection {
  /** Where the server is, without user and password; undefined where the client does not tell. */
  readonly address: string | undefined
  /** What the client itself puts before each key that it sends. */
  readonly key_prefix: string
  /** Whether commands can be given to the client; it sends them, keeps them or refuses them as its settings say. */
  isOpen(): boolean
  /** Opens the connection. */
  connect(): Promise<unknown>
  /** Calls `listener` whenever the connection fails. Without any, node-redis would end the process. */
  onError(listener: (error: unknown) => void): void
  /** Sends a command about one key to the server that holds it. */
  send(key: string, args: RedisArgument[]): Promise<unknown>
  /** One sender for each server that holds keys of its own. */
  masters(): Promise<Send[]>
  /** Drops the connection at once. */
  close(): Promise<void>
}

type Client<Methods extends string> = Record<Methods, (...args: unknown[]) => unknown>

/** Type 36 is the blob string, `$`. node-redis 4 reads the one option, 5 and later the other. */
const AS_BUFFERS = { returnBuffers: true, typeMapping: { 36: Buffer } }

/**
 * How to talk to a client of Redis.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` for an object that is no client that Flagon knows.
 */
export function connectionOf(client: unknown): RedisConnection {
  if (has(client, ['callBuffer', 'on'])) return new IORedisConnection(client)
  // Version 3 of node-redis takes callbacks; its name of this method tells it from the later ones.
  if (has(client, ['sendCommand', 'connect', 'on']) && !('send_command' in client)) {
    if (has(client, ['nodeClient']) && 'masters' in client) return new NodeRedisCluster(client)
    return has(client, ['getSentinelNode']) ? new NodeRedisSentinel(client) : new NodeRedisConnection(client)
  }
  throw new FlagonError(
    'CONFIG_VALUE',
    `${describe(client)} is no client of Redis: give what createClient, createCluster or createSentinel of redis 4 or ` +
      'later makes, or new Redis or new Cluster of ioredis, or nothing to connect to redis://127.0.0.1:6379',
  )
}

/** A client of node-redis. */
class NodeRedisConnection implements RedisConnection {
  readonly key_prefix: string = ''
  readonly client: Client<'sendCommand' | 'connect' | 'on'>

  constructor(client: Client<'sendCommand' | 'connect' | 'on'>) {
    this.client = client
  }

  get address(): string | undefined {
    const { socket, url } = optionsOf(this.client)
    if (typeof url === 'string') return addressOfUrl(url)
    return isRecord(socket) ? addressOfSocket(socket) : undefined
  }

  isOpen(): boolean {
    return !('isOpen' in this.client) || this.client.isOpen !== false
  }

  async connect(): Promise<void> {
    await this.client.connect()
  }

  onError(listener: (error: unknown) => void): void {
    this.client.on('error', listener)
  }

  async send(_key: string, args: RedisArgument[]): Promise<unknown> {
    return this.client.sendCommand(args, AS_BUFFERS)
  }

  async masters(): Promise<Send[]> {
    return [(args) => this.send('', args)]
  }

  async close(): Promise<void> {
    // Version 4 knows disconnect alone; close waits for replies, which may never come.
    if (has(this.client, ['destroy'])) await this.client.destroy()
    else if (has(this.client, ['disconnect'])) await this.client.disconnect()
  }
}

/** A client of node-redis for Redis Cluster. */
class NodeRedisCluster extends NodeRedisConnection {
  override get address(): string | undefined {
    const { rootNodes } = '_options' in this.client && isRecord(this.client._options) ? this.client._options : {}
    if (!Array.isArray(rootNodes)) return undefined
    return addressesOf(rootNodes.map((node) => (isRecord(node) && isRecord(node['socket']) ? node['socket'] : node)))
  }

  /** Reads go to the master too: a replica may not have yet what the last request wrote. */
  override async send(key: string, args: RedisArgument[]): Promise<unknown> {
    return this.client.sendCommand(key, false, args, AS_BUFFERS)
  }

  override async masters(): Promise<Send[]> {
    const { client } = this
    if (!('masters' in client) || !Array.isArray(client.masters) || !has(client, ['nodeClient'])) return []
    const nodes = await Promise.all(client.masters.map((master: unknown) => client.nodeClient(master)))
    return nodes.flatMap((node) =>
      has(node, ['sendCommand']) ? [async (args: RedisArgument[]) => node.sendCommand(args, AS_BUFFERS)] : [],
    )
  }
}

/** A client of node-redis for Redis Sentinel. */
class NodeRedisSentinel extends NodeRedisConnection {
  override get address(): string | undefined {
    return undefined
  }

  override async send(_key: string, args: RedisArgument[]): Promise<unknown> {
    return this.client.sendCommand(false, args, AS_BUFFERS)
  }
}

/** A client of ioredis: for one server, Sentinel or Cluster. It connects by itself. */
class IORedisConnection implements RedisConnection {
  readonly #client: Client<'callBuffer' | 'on'>

  constructor(client: Client<'callBuffer' | 'on'>) {
    this.#client = client
  }

  get address(): string | undefined {
    if ('startupNodes' in this.#client) return addressesOf(this.#client.startupNodes)
    const options = optionsOf(this.#client)
    return Array.isArray(options['sentinels']) ? addressesOf(options['sentinels']) : addressOfSocket(options)
  }

  get key_prefix(): string {
    const { keyPrefix } = optionsOf(this.#client)
    return typeof keyPrefix === 'string' ? keyPrefix : ''
  }

  isOpen(): boolean {
    return true
  }

  async connect(): Promise<void> {}

  onError(listener: (error: unknown) => void): void {
    this.#client.on('error', listener)
  }

  async send(_key: string, args: RedisArgument[]): Promise<unknown> {
    return call(this.#client, args)
  }

  async masters(): Promise<Send[]> {
    const nodes = has(this.#client, ['nodes']) ? this.#client.nodes('master') : [this.#client]
    return (Array.isArray(nodes) ? nodes : []).flatMap((node) =>
      has(node, ['callBuffer']) ? [async (args: RedisArgument[]) => call(node, args)] : [],
    )
  }

  async close(): Promise<void> {
    if (has(this.#client, ['disconnect'])) await this.#client.disconnect()
  }
}

/** With `enableAutoPipelining`, callBuffer loses the name of the command; the methods of the commands' names do not. */
function call(client: Client<'callBuffer'>, args: RedisArgument[]): unknown {
  const [command, ...rest] = args
  const method = `${String(command).toLowerCase()}Buffer`
  return has(client, [method]) ? client[method]?.(...rest) : client.callBuffer(...args)
}

/** Where a URL leads, without the user and password in it. */
export function addressOfUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    return 'an address that cannot be read'
  }
}

function addressOfSocket(socket: Record<string, unknown>): string {
  if (typeof socket['path'] === 'string') return socket['path']
  return `${String(socket['host'] ?? '127.0.0.1')}:${String(socket['port'] ?? 6379)}`
}

function addressesOf(nodes: unknown): string | undefined {
  if (!Array.isArray(nodes)) return undefined
  const addresses = nodes.map((node: unknown) => {
    if (isRecord(node)) return typeof node['url'] === 'string' ? addressOfUrl(node['url']) : addressOfSocket(node)
    return typeof node === 'string' ? addressOfUrl(node) : String(node)
  })
  return addresses.join(', ')
}

function optionsOf(client: object): Record<string, unknown> {
  return 'options' in client && isRecord(client.options) ? client.options : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function has<Methods extends string>(value: unknown, methods: Methods[]): value is Client<Methods> {
  return isRecord(value) && methods.every((name) => typeof value[name] === 'function')
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`
  const maker = isRecord(value) ? value.constructor?.name : undefined
  if (maker !== undefined && maker !== 'Object' && maker !== 'Array') return `an instance of ${maker}`
  // A URL may hold a password.
  return typeof value === 'string' ? 'a string' : inspect(value, { depth: 0, breakLength: Infinity })
}
