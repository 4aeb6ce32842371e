import type { SessionData } from '../keyed.ts'
import { PERMANENT_KEY, SessionMixin } from './session.ts'

/** What the store held of a session when its request came. */
export interface StoredSession {
  /** The id under which it is kept. */
  readonly sid: string
  /** The session as the store holds it. */
  readonly bytes: Uint8Array
}

/** How a session comes by its id and its keys. */
export interface SessionSource {
  /** A fresh random id. */
  make_sid(): string
  /** The keys of a session that begins. */
  make_data(): SessionData
  /** The keys of a stored session; `outlived` where its time is over, `unreadable` where it has to be left alone. */
  read(stored: StoredSession): SessionData | 'outlived' | 'unreadable'
}

/** What is known of a session beside its keys, and what has to be done about it when it is saved. */
export class SessionRecord {
  /** What the store held; undefined for a session that begins with this request. */
  stored: StoredSession | undefined
  /** Ids that are void once this is saved. */
  readonly ended: string[] = []
  /** Why the store could not be asked: whoever uses the session gets this thrown. */
  readonly failure: Error | undefined
  readonly #source: SessionSource
  #sid: string | undefined
  #data: SessionData | undefined

  constructor(source: SessionSource, stored?: StoredSession | undefined, failure?: Error | undefined) {
    this.#source = source
    this.stored = stored
    this.failure = failure
    this.#sid = stored?.sid
  }

  /** The id under which the session will be kept. */
  get sid(): string {
    this.#sid ??= this.#source.make_sid()
    return this.#sid
  }

  /** Whether the session is kept under another id than it came with. */
  get is_regenerated(): boolean {
    return this.stored !== undefined && this.stored.sid !== this.#sid
  }

  /** The keys, read when they are first asked for. */
  get data(): SessionData {
    if (this.#data === undefined) {
      const found = this.stored === undefined ? this.#source.make_data() : this.#source.read(this.stored)
      if (typeof found !== 'string') {
        this.#data = found
      } else {
        if (found === 'outlived') this.#endStored()
        this.#begin()
      }
    }
    return this.#data ?? this.#begin()
  }

  /** Takes a new id; the keys stay. */
  regenerate(): void {
    this.#sid = this.#source.make_sid()
  }

  /** Gives up what is stored; what is set from now on is a session of its own. */
  end(): void {
    this.#endStored()
    this.#begin()
  }

  #endStored(): void {
    if (this.stored !== undefined) this.ended.push(this.stored.sid)
  }

  #begin(): SessionData {
    this.stored = undefined
    this.#sid = undefined
    this.#data = this.#source.make_data()
    return this.#data
  }
}

let recordOf: (session: SessionMixin) => SessionRecord | undefined

/**
 * A session that is kept on the server; its cookie holds the id alone.
 *
 * @see Flask-Session `flask_session.base.ServerSideSession`
 */
export class ServerSideSession extends SessionMixin {
  readonly #record: SessionRecord

  /** The session of a record, as the session interface makes it. */
  constructor(record: SessionRecord) {
    super()
    this.#record = record
  }

  /** The id under which the session is kept: whoever knows it has the session, so show it to nobody. */
  get sid(): string {
    return this.#record.sid
  }

  /** True when this request began the session. */
  override get new(): boolean {
    return this.#record.stored === undefined
  }

  /**
   * The object that holds the keys; asking for it is an access.
   *
   * @throws {@link ServiceUnavailable} where the store could not be reached.
   */
  override '@data'(): SessionData {
    this['@touched']()
    return this.#record.data
  }

  /** Notes that the session has to be saved. @throws {@link ServiceUnavailable} where the store could not be reached. */
  override '@changing'(): void {
    this['@touched']()
    this.modified = true
  }

  /** Notes an access. @throws {@link ServiceUnavailable} where the store could not be reached. */
  override '@touched'(): void {
    this.accessed = true
    if (this.#record.failure !== undefined) throw this.#record.failure
  }

  /** Removes every key but `_permanent`; saving removes the session from the store, and its cookie, then. */
  override clear(): void {
    const data = this['@data']() as Record<string, unknown>
    const hadPermanent = Object.hasOwn(data, PERMANENT_KEY)
    const { permanent } = this
    super.clear()
    if (hadPermanent) this.permanent = permanent
  }

  override regenerate(): void {
    this['@changing']()
    // Reading comes first: what cannot be read has no keys to keep.
    this['@data']()
    this.#record.regenerate()
  }

  override destroy(): void {
    this['@changing']()
    this.#record.end()
  }

  static {
    // No member of the class: its name would be reserved, and could not be a key of the session.
    recordOf = (session) => (session instanceof ServerSideSession ? session.#record : undefined)
  }
}

/** The record of a session; undefined for a session that is kept elsewhere. */
export function recordOfSession(session: SessionMixin): SessionRecord | undefined {
  return recordOf(session)
}
