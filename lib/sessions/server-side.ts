import { createHash, randomBytes } from 'node:crypto'
import { FlagonError } from '../errors.ts'
import { ServiceUnavailable } from '../http/exceptions.ts'
import type { SessionData } from '../keyed.ts'
import { KeyedCache } from '../signing/app-keys.ts'
import { BadSignature } from '../signing/errors.ts'
import { Signer } from '../signing/signer.ts'
import { loadCodec, type SessionCodec, UnreadableSession } from './codec.ts'
import {
  type EndAllOptions,
  type ListedSession,
  type OpenedSession,
  type SessionApp,
  SessionInterface,
  type SessionRequest,
  type SessionResponse,
} from './interface.ts'
import { CREATED_KEY, hasOutlived, markBeginning } from './lifetime.ts'
import { recordOfSession, ServerSideSession, SessionRecord, type StoredSession } from './server-side-session.ts'
import { holdsObjects, PERMANENT_KEY, type SessionMixin } from './session.ts'
import type { SerializationFormat } from './settings.ts'
import type { SessionStore } from './store.ts'

/** What server-side sessions need of an app beside what all sessions need. */
export interface ServerSideApp extends SessionApp {
  /** Where unreadable sessions are told of. */
  readonly logger: { warn(...args: unknown[]): void }
}

/** How server-side sessions are kept. */
export interface ServerSideOptions {
  /** What the keys in the store start with. Default `session:`. */
  readonly key_prefix?: string | undefined
  /** Signs the id in the cookie. Default false. */
  readonly use_signer?: boolean | undefined
  /** Whether new sessions outlive the browser. Default true. */
  readonly permanent?: boolean | undefined
  /** Random bytes in an id. Default 32. */
  readonly sid_length?: number | undefined
  /** How sessions are written; both formats are read. Default `msgpack`. */
  readonly serialization_format?: SerializationFormat | undefined
  /** Keeps sessions under the SHA-256 of their id. Default false. */
  readonly hash_ids?: boolean | undefined
  /** The key of a session that says whose it is. Default `_user_id`. */
  readonly user_key?: string | undefined
}

/** Any other id was not made here; it never reaches the store. */
const SID = /^[A-Za-z0-9_-]{1,128}$/
const SIGNER_SALT = 'flask-session'
const RETRY_AFTER_SECONDS = 1
const DEFAULT_ID_BYTES = 32
/** Sessions that are asked for at once while all of them are walked. */
const WALK_BATCH = 64

/**
 * Keeps sessions on the server, under an id that the cookie holds, in the format of Flask-Session 0.8: both work on the
 * same sessions. `new Session(app)` makes one by the settings of the app.
 *
 * A session that no code changed is not written; its expiry is renewed. Of one that was changed, the changed keys are
 * put onto what the store holds by then, in one step, and only while it holds the session still.
 *
 * @see Flask-Session `flask_session.base.ServerSideSessionInterface`
 */
export class ServerSideSessionInterface extends SessionInterface {
  /** Where the sessions are kept. */
  readonly store: SessionStore
  readonly #app: ServerSideApp
  readonly #options: ServerSideOptions
  #loading: Promise<SessionCodec> | undefined
  #codec: SessionCodec | undefined
  readonly #signer = new KeyedCache<Signer>()

  /** Sessions of `app`, kept in `store`. */
  constructor(app: ServerSideApp, store: SessionStore, options: ServerSideOptions = {}) {
    super()
    this.#app = app
    this.store = store
    this.#options = options
  }

  /**
   * The session whose id the request's cookie holds; a new one where it holds none that is known. Where the store cannot be
   * reached, the session is one that answers 503 as soon as it is used.
   */
  override open_session(app: SessionApp, request: SessionRequest): OpenedSession | Promise<OpenedSession> {
    const cookie = request.cookies.get(this.get_cookie_name(app))
    const sid = cookie ? this.#sidOf(app, cookie) : undefined
    return sid === undefined ? new ServerSideSession(this.#record()) : this.#fetch(app, sid)
  }

  async #fetch(app: SessionApp, sid: string): Promise<SessionMixin> {
    const ttl = app.config.SESSION_REFRESH_EACH_REQUEST ? lifetimeOf(app) : undefined
    let bytes: Uint8Array | undefined
    try {
      await this.#loadCodec()
      bytes = await this.#reach(this.store.get(this.#keyOf(sid), ttl))
    } catch (error) {
      if (error instanceof ServiceUnavailable) return new ServerSideSession(this.#record(undefined, error))
      throw error
    }
    return new ServerSideSession(this.#record(bytes === undefined ? undefined : { sid, bytes }))
  }

  /**
   * Saves what the request changed, and sets or removes the cookie.
   *
   * @throws {@link ServiceUnavailable} where the store cannot be reached; the cookie is left alone then.
   * @throws TypeError for a value that cannot be kept; it names the key.
   */
  override save_session(app: SessionApp, session: SessionMixin, response: SessionResponse): void | Promise<void> {
    if (session.accessed) response.vary.add('Cookie')
    const record = recordOfSession(session)
    if (record === undefined) {
      throw new TypeError(
        `${this.constructor.name} saves the sessions that it opened, not a ${session.constructor.name}`,
      )
    }
    if (record.failure !== undefined) return undefined
    if (session.accessed || session.modified) return this.#save(app, session, record, response)
    if (record.stored === undefined || !this.should_set_cookie(app, session)) return undefined
    // Asking whether it is permanent may have found that its time is over.
    if (record.ended.length > 0) return this.#save(app, session, record, response)
    return this.#setCookie(app, session, record, response)
  }

  async #save(app: SessionApp, session: SessionMixin, record: SessionRecord, response: SessionResponse): Promise<void> {
    const codec = await this.#loadCodec()
    const { data } = record
    for (const sid of record.ended) await this.#reach(this.store.delete(this.#keyOf(sid)))
    if (isEmpty(data)) {
      if (!session.modified) return
      if (record.stored !== undefined) await this.#reach(this.store.delete(this.#keyOf(record.stored.sid)))
      response.delete_cookie(this.get_cookie_name(app), this.get_cookie_options(app))
      response.vary.add('Cookie')
      return
    }
    if (record.stored === undefined) await this.#create(app, record, codec)
    else if (!(await this.#update(app, session, record, record.stored, codec))) return
    if (this.should_set_cookie(app, session)) this.#setCookie(app, session, record, response)
  }

  async #create(app: SessionApp, record: SessionRecord, codec: SessionCodec): Promise<void> {
    markBeginning(record.data, app)
    const value = codec.encode({ ...record.data })
    while (!(await this.#reach(this.store.add(this.#keyOf(record.sid), value, lifetimeOf(app))))) record.regenerate()
  }

  /** Puts the changed keys onto what the store holds. False where it holds the session no more: it was ended meanwhile. */
  async #update(
    app: SessionApp,
    session: SessionMixin,
    record: SessionRecord,
    stored: StoredSession,
    codec: SessionCodec,
  ): Promise<boolean> {
    const isMarked = markBeginning(record.data, app)
    const changes = changesOf(record.data, stored.bytes, session.modified || isMarked, codec)
    // A regenerated session has changed in any case, an explicit `modified` alone changes nothing that is kept.
    if (changes.size > 0) session.modified = true
    const key = this.#keyOf(stored.sid)
    if (record.is_regenerated) {
      // What is taken out in one step cannot be taken twice, nor brought back by a slower request.
      const current = await this.#reach(this.store.delete(key))
      if (current === undefined) return false
      return this.#reach(this.store.add(this.#keyOf(record.sid), codec.merge(current, changes), lifetimeOf(app)))
    }
    if (changes.size === 0) return true
    let current: Uint8Array | undefined = stored.bytes
    while (current !== undefined) {
      const value = codec.merge(current, changes)
      if (await this.#reach(this.store.replace(key, current, value, lifetimeOf(app)))) return true
      current = await this.#reach(this.store.get(key))
    }
    return false
  }

  #setCookie(app: SessionApp, session: SessionMixin, record: SessionRecord, response: SessionResponse): void {
    const options = this.get_cookie_options(app)
    options.expires = this.get_expiration_time(app, session)
    const value = this.#options.use_signer ? this.#getSigner(app).sign(record.sid) : record.sid
    response.set_cookie(this.get_cookie_name(app), value, options)
    response.vary.add('Cookie')
  }

  override async list_for(user: unknown): Promise<ListedSession[]> {
    const found: ListedSession[] = []
    for await (const { key, data } of this.#walk()) {
      if (!this.#isOf(user, data)) continue
      const expires_in = await this.#reach(this.store.ttl(key))
      if (expires_in !== undefined) found.push({ id: this.#handleOf(key), data, expires_in })
    }
    return found
  }

  override async end(id: string): Promise<boolean> {
    for await (const key of this.#keys()) {
      if (this.#handleOf(key) === id) return (await this.#reach(this.store.delete(key))) !== undefined
    }
    return false
  }

  override async end_all_for(user: unknown, { except }: EndAllOptions = {}): Promise<number> {
    const kept = except === undefined ? undefined : this.id_of(except)
    let ended = 0
    for await (const { key, data } of this.#walk()) {
      if (!this.#isOf(user, data) || this.#handleOf(key) === kept) continue
      if ((await this.#reach(this.store.delete(key))) !== undefined) ended++
    }
    return ended
  }

  override id_of(session: SessionMixin): string | undefined {
    return session instanceof ServerSideSession ? hashed(session.sid) : undefined
  }

  /** Lets go of what the store holds open. */
  override async close(): Promise<void> {
    await this.store.close?.()
  }

  /** Every session of the store that can be read. */
  async *#walk(): AsyncGenerator<{ key: string; data: Record<string, unknown> }> {
    const codec = await this.#loadCodec()
    for await (const keys of inBatches(this.#keys(), WALK_BATCH)) {
      const values = await this.#reach(Promise.all(keys.map((key) => this.store.get(key))))
      for (const [at, key] of keys.entries()) {
        const bytes = values[at]
        const data = bytes === undefined ? undefined : readOrNothing(codec, bytes)
        if (data !== undefined) yield { key, data }
      }
    }
  }

  async *#keys(): AsyncGenerator<string> {
    try {
      yield* this.store.keys(this.#prefix)
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  #isOf(user: unknown, data: Record<string, unknown>): boolean {
    const owner = data[this.#options.user_key ?? '_user_id']
    return owner !== undefined && owner !== null && String(owner) === String(user)
  }

  get #prefix(): string {
    return this.#options.key_prefix ?? 'session:'
  }

  #keyOf(sid: string): string {
    return this.#prefix + (this.#options.hash_ids ? hashed(sid) : sid)
  }

  /** What a session may be called in public: its id would give it away. */
  #handleOf(key: string): string {
    const name = key.slice(this.#prefix.length)
    return this.#options.hash_ids ? name : hashed(name)
  }

  #sidOf(app: SessionApp, cookie: string): string | undefined {
    let sid = cookie
    if (this.#options.use_signer) {
      try {
        sid = this.#getSigner(app).unsign(cookie).toString()
      } catch (error) {
        if (error instanceof BadSignature) return undefined
        throw error
      }
    }
    return SID.test(sid) ? sid : undefined
  }

  #getSigner(app: SessionApp): Signer {
    const signer = this.#signer.get(app, (keys) => new Signer(keys, { salt: SIGNER_SALT, key_derivation: 'hmac' }))
    if (signer !== undefined) return signer
    throw new FlagonError(
      'SESSION_NO_SECRET',
      'SESSION_USE_SIGNER signs with SECRET_KEY, which is not set: set app.config.SECRET_KEY, or leave SESSION_USE_SIGNER off',
    )
  }

  #record(stored?: StoredSession, failure?: Error): SessionRecord {
    return new SessionRecord(this.#source, stored, failure)
  }

  readonly #source = {
    make_sid: (): string => randomBytes(this.#options.sid_length ?? DEFAULT_ID_BYTES).toString('base64url'),
    make_data: (): SessionData => ((this.#options.permanent ?? true) ? { [PERMANENT_KEY]: true } : {}),
    read: (stored: StoredSession): SessionData | 'outlived' | 'unreadable' => this.#read(stored),
  }

  #read({ sid, bytes }: StoredSession): SessionData | 'outlived' | 'unreadable' {
    try {
      const data = this.#codec?.decode(bytes) ?? {}
      return hasOutlived(data, this.#app) ? 'outlived' : data
    } catch (error) {
      if (!(error instanceof UnreadableSession)) throw error
      this.#app.logger.warn(`a stored session cannot be read and is left alone (id ${hashed(sid)}): ${error.message}`)
      return 'unreadable'
    }
  }

  async #loadCodec(): Promise<SessionCodec> {
    this.#loading ??= loadCodec(this.#options.serialization_format ?? 'msgpack')
    this.#codec ??= await this.#loading
    return this.#codec
  }

  /** What the store answers; whatever it fails with becomes a 503. */
  async #reach<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (cause) {
      throw unavailable(cause)
    }
  }
}

function unavailable(cause: unknown): ServiceUnavailable {
  return new ServiceUnavailable({ retry_after: RETRY_AFTER_SECONDS, cause })
}

function lifetimeOf(app: SessionApp): number {
  return Math.trunc(app.permanent_session_lifetime.total_seconds())
}

/** Whether a session has no key of an app's own. */
function isEmpty(data: SessionData): boolean {
  for (const key in data) if (key !== PERMANENT_KEY && key !== CREATED_KEY) return false
  return true
}

/** The top-level keys that differ from what the store held, each with its value; undefined for one that was removed. */
function changesOf(
  data: SessionData,
  bytes: Uint8Array,
  isModified: boolean,
  codec: SessionCodec,
): Map<string, unknown> {
  const changes = new Map<string, unknown>()
  // Lists and objects within the session do not tell that they were changed; other values do.
  if (!isModified && !holdsObjects(data)) return changes
  const before = codec.decode(bytes)
  for (const key of Object.keys(before)) if (!Object.hasOwn(data, key)) changes.set(key, undefined)
  for (const [key, value] of Object.entries(data)) {
    if (Object.hasOwn(before, key) && isSame(codec, key, value, before[key])) continue
    changes.set(key, value)
  }
  return changes
}

function isSame(codec: SessionCodec, key: string, value: unknown, before: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, before)
  return Buffer.compare(codec.encode({ [key]: value }), codec.encode({ [key]: before })) === 0
}

function readOrNothing(codec: SessionCodec, bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return codec.decode(bytes)
  } catch (error) {
    if (error instanceof UnreadableSession) return undefined
    throw error
  }
}

function hashed(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url')
}

async function* inBatches<T>(values: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const value of values) {
    batch.push(value)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
