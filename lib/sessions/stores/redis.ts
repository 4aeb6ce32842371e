import { createHash } from 'node:crypto'
import { FlagonError } from '../../errors.ts'
import type { SessionStore } from '../store.ts'
import { addressOfUrl, connectionOf, type RedisArgument, type RedisConnection } from './redis-clients.ts'

/** What a {@link RedisStore} without a client can be made with. */
export interface RedisStoreOptions {
  /**
   * Where to connect: `redis://user:password@host:port/database`, or `rediss:` for TLS. Default `redis://127.0.0.1:6379`.
   * Ignored where a client is given.
   */
  readonly url?: string | undefined
}

const DEFAULT_URL = 'redis://127.0.0.1:6379'
const CONNECT_TIMEOUT_MS = 2000
/** The first wait before connecting again; each further one is twice as long, up to the longest. */
const FIRST_RECONNECT_MS = 50
const LONGEST_RECONNECT_MS = 500
/** The keys that one SCAN looks at. */
const SCAN_COUNT = '500'

/** What means something to SCAN's MATCH. */
const GLOB = /[*?[\]\\]/g

interface Script {
  readonly text: string
  readonly sha: string
}

/** Sets KEYS[1] to ARGV[2] for ARGV[3] seconds, only where it holds ARGV[1]; the bytes are compared as they are. */
const REPLACE = script(
  "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) return 1",
)

/** What GETDEL does, for servers before 6.2. */
const TAKE = script("local held = redis.call('GET', KEYS[1]) if held then redis.call('DEL', KEYS[1]) end return held")

/**
 * Keeps sessions in Redis 5 or later, and what speaks its protocol: one key each, which Redis drops when the session's time
 * is over. Works with node-redis 4 and later and with ioredis, for one server, Cluster and Sentinel.
 *
 * @see docs/guide/redis.md
 */
export class RedisStore implements SessionStore {
  readonly #url: string
  readonly #isOwn: boolean
  #connection: RedisConnection | undefined
  #opening: Promise<RedisConnection> | undefined
  #rejectOpening: ((error: unknown) => void) | undefined
  #hasOpened = false
  #isClosed = false
  #lastError: unknown
  #lacksGetex = false
  #lacksGetdel = false

  /**
   * Keeps sessions with `client`, which is connected here where it is not yet. Without one, the package `redis` is loaded
   * and connected with the first use; it then connects again for as long as it takes.
   *
   * @throws {@link FlagonError} `CONFIG_VALUE` for an object that is no client that Flagon knows.
   */
  constructor(client?: object | null, options: RedisStoreOptions = {}) {
    this.#url = options.url ?? DEFAULT_URL
    this.#isOwn = client === undefined || client === null
    if (!this.#isOwn) this.#adopt(connectionOf(client))
    // Loading takes a good part of the time that the first request has; a failure is told to whoever uses the store.
    else loadRedis().catch(ignore)
  }

  /** Where the server is, for the log; without user and password. Undefined where the client does not tell. */
  get address(): string | undefined {
    return this.#isOwn ? addressOfUrl(this.#url) : this.#connection?.address
  }

  /**
   * Connects now instead of with the first use, so that a server which cannot be reached is found when the app starts.
   *
   * @throws {@link FlagonError} `CONFIG_VALUE` where no client was given and the package `redis` is not installed.
   */
  async connect(): Promise<void> {
    await this.#open()
  }

  /**
   * Drops the connection that the store made itself, which may be dead without knowing it; the next use makes another. Does
   * nothing to a client that was given.
   */
  reconnect(): void {
    if (!this.#isOwn || this.#connection === undefined) return
    this.#rejectOpening?.(this.#lastError ?? new Error('the server did not answer'))
    void this.#connection.close().catch(ignore)
    this.#connection = undefined
  }

  /** The bytes under `key`. With a `ttl`, that many seconds are left to it from now on, by the same command. */
  async get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    if (ttl === undefined) return this.#take(key, ['GET', key])
    const seconds = String(ttl)
    if (!this.#lacksGetex) {
      try {
        return await this.#take(key, ['GETEX', key, 'EX', seconds])
      } catch (error) {
        if (!isUnknownCommand(error)) throw error
        this.#lacksGetex = true
      }
    }
    const [held] = await Promise.all([this.#take(key, ['GET', key]), this.#send(key, ['EXPIRE', key, seconds])])
    return held
  }

  /** Sets a key that is free: `SET key value NX EX ttl`. */
  async add(key: string, value: Uint8Array, ttl: number): Promise<boolean> {
    const reply = await this.#send(key, ['SET', key, asBuffer(value), 'NX', 'EX', String(ttl)])
    return reply !== null
  }

  /** Replaces what is under `key` by a script, which runs in one step on the server. */
  async replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean> {
    try {
      return Number(await this.#run(REPLACE, key, [asBuffer(expected), asBuffer(value), String(ttl)])) === 1
    } catch (error) {
      if (isWrongType(error)) return false
      throw error
    }
  }

  /** Removes a key and gives what it held, by GETDEL. */
  async delete(key: string): Promise<Uint8Array | undefined> {
    if (!this.#lacksGetdel) {
      try {
        return await this.#take(key, ['GETDEL', key])
      } catch (error) {
        if (!isUnknownCommand(error)) throw error
        this.#lacksGetdel = true
      }
    }
    return bytesOf(await this.#run(TAKE, key, []))
  }

  /** Seconds that a key has left; `Infinity` for one that never expires. */
  async ttl(key: string): Promise<number | undefined> {
    const seconds = Number(await this.#send(key, ['TTL', key]))
    if (seconds === -1) return Infinity
    return seconds < 0 ? undefined : seconds
  }

  /** Every key that starts with `prefix`, by SCAN on each server that holds keys; one may be given twice. */
  async *keys(prefix: string): AsyncGenerator<string> {
    const connection = await this.#open()
    const pattern = `${(connection.key_prefix + prefix).replace(GLOB, '\\$&')}*`
    for (const send of await connection.masters()) {
      let cursor = '0'
      do {
        const reply = await send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT])
        const [next, found] = Array.isArray(reply) ? reply : []
        for (const key of Array.isArray(found) ? found : []) yield String(key).slice(connection.key_prefix.length)
        cursor = String(next ?? '0')
      } while (cursor !== '0')
    }
  }

  /** Ends the connection, if the store opened it; a client that came connected stays so. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#rejectOpening?.(new Error('the store was closed'))
    if (this.#isOwn || this.#hasOpened) await this.#connection?.close()
  }

  /** One command whose reply is bytes or nothing. */
  async #take(key: string, args: RedisArgument[]): Promise<Uint8Array | undefined> {
    try {
      return bytesOf(await this.#send(key, args))
    } catch (error) {
      // A list or hash under the key is nothing that a session was kept in.
      if (isWrongType(error)) return undefined
      throw error
    }
  }

  async #run({ text, sha }: Script, key: string, args: RedisArgument[]): Promise<unknown> {
    try {
      return await this.#send(key, ['EVALSHA', sha, '1', key, ...args])
    } catch (error) {
      // A server that was restarted, or took over, does not know the script any more.
      if (!messageOf(error).includes('NOSCRIPT')) throw error
      return this.#send(key, ['EVAL', text, '1', key, ...args])
    }
  }

  async #send(key: string, args: RedisArgument[]): Promise<unknown> {
    let connection = this.#connection
    if (connection === undefined || this.#isClosed || this.#opening !== undefined || !connection.isOpen()) {
      connection = await this.#open()
    }
    try {
      return await connection.send(key, args)
    } catch (error) {
      throw this.#explain(error)
    }
  }

  /** What a client says of a connection that is down is of little use; why it is down came with an event. */
  #explain(error: unknown): unknown {
    const message = messageOf(error)
    // A server that became a replica stays one; the name of the master may lead to another by now.
    if (message.startsWith('READONLY')) this.reconnect()
    if (this.#lastError === undefined || !/\b(?:closed|offline)\b|writeable/i.test(message)) return error
    return new Error(`${message} (${messageOf(this.#lastError)})`, { cause: this.#lastError })
  }

  #open(): Promise<RedisConnection> {
    if (this.#isClosed) return Promise.reject(new Error('the store was closed'))
    if (this.#opening !== undefined) return this.#opening
    const opening = this.#connect().finally(() => {
      if (this.#opening !== opening) return
      this.#opening = undefined
      this.#rejectOpening = undefined
    })
    this.#opening = opening
    return opening
  }

  async #connect(): Promise<RedisConnection> {
    const connection = this.#connection ?? this.#adopt(connectionOf(await makeClient(this.#url)))
    if (connection.isOpen()) return connection
    this.#hasOpened = true
    // The client tries on after an error, on its own; who waits for it is told at once.
    await new Promise<unknown>((resolve, reject) => {
      this.#rejectOpening = reject
      connection.connect().then(resolve, reject)
    })
    return connection
  }

  #adopt(connection: RedisConnection): RedisConnection {
    connection.onError((error) => {
      this.#lastError = error
      if (this.#connection === connection) this.#rejectOpening?.(error)
    })
    this.#connection = connection
    return connection
  }
}

/** The package `redis`, which is imported here and nowhere else. */
async function loadRedis(): Promise<typeof import('redis')> {
  try {
    return await import('redis')
  } catch (cause) {
    throw new FlagonError(
      'CONFIG_VALUE',
      'sessions in Redis need the package redis: run npm install redis, or set SESSION_REDIS to a client of ioredis',
      { cause },
    )
  }
}

/** A client that never gives up, and keeps nothing for later. */
async function makeClient(url: string): Promise<unknown> {
  const redis = await loadRedis()
  return redis.createClient({
    url,
    // What cannot be sent now is refused, not kept: an outage would fill the memory.
    disableOfflineQueue: true,
    // The newer protocol brings nothing here, and servers before 6 lack it.
    RESP: 2,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(FIRST_RECONNECT_MS * 2 ** retries, LONGEST_RECONNECT_MS),
    },
  })
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

function bytesOf(reply: unknown): Uint8Array | undefined {
  if (reply === null || reply === undefined) return undefined
  if (reply instanceof Uint8Array) return reply
  throw new TypeError(`the client of Redis answered ${typeof reply} where bytes were asked for`)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function isUnknownCommand(error: unknown): boolean {
  return /^ERR unknown command/i.test(messageOf(error))
}

function isWrongType(error: unknown): boolean {
  return messageOf(error).includes('WRONGTYPE')
}

function ignore(): void {}
