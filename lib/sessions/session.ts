import { FlagonError } from '../errors.ts'
import { hasKey, KeyedStore, readKey, removeKey, type SessionData, writeKey } from '../keyed.ts'

/** The key that says whether the session outlives the browser; Flask writes the same. */
export const PERMANENT_KEY = '_permanent'

/** What `update` takes: an object, a map, or any iterable of pairs. */
export type SessionUpdate = Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>

/**
 * What every session has, wherever it is kept: keys with values, and flags that say what has to be saved. Sessions of one's
 * own extend it.
 *
 * @see Flask `flask.sessions.SessionMixin`
 */
export class SessionMixin extends KeyedStore<SessionData> {
  /** True once anything was read or written: the response depends on the cookie then, and says so in `Vary`. */
  accessed = false
  /** True once a key was set or removed. Set it to have the session saved although it looks unchanged. */
  modified = false

  /** True when the session is known to have just been made. Cookie sessions cannot tell, so false here. */
  get new(): boolean {
    return false
  }

  /** True when the session outlives the browser, for `PERMANENT_SESSION_LIFETIME`. Kept as the key `_permanent`. */
  get permanent(): boolean {
    return Boolean(readKey(this, PERMANENT_KEY, false))
  }

  set permanent(value: boolean) {
    writeKey(this, PERMANENT_KEY, Boolean(value))
  }

  /** The object that holds the keys; asking for it is an access. */
  override '@data'(): SessionData {
    this.accessed = true
    return super['@data']()
  }

  /** Notes that the session has to be saved. */
  override '@changing'(): void {
    this.modified = true
  }

  /** Notes an access. */
  override '@touched'(): void {
    this.accessed = true
  }

  /** Whether there is such a key, as `key in session`. */
  has(key: string): boolean {
    return hasKey(this, key)
  }

  /** All keys. */
  keys(): string[] {
    return Object.keys(this['@data']())
  }

  /** All values. */
  values(): unknown[] {
    return Object.values(this['@data']())
  }

  /** All pairs of key and value. */
  items(): [string, unknown][] {
    return Object.entries(this['@data']())
  }

  /** Sets many keys at once. */
  update(values: SessionUpdate): void {
    const pairs = Symbol.iterator in values ? (values as Iterable<readonly [string, unknown]>) : Object.entries(values)
    this['@changing']()
    for (const [key, value] of pairs) writeKey(this, key, value)
  }

  /** Removes every key; saving removes the cookie then. */
  clear(): void {
    this['@changing']()
    for (const key of this.keys()) removeKey(this, key)
  }

  /** Removes the last key and gives it with its value; undefined when there is none. */
  popitem(): [string, unknown] | undefined {
    const last = this.items().at(-1)
    if (last !== undefined) removeKey(this, last[0])
    return last
  }

  /**
   * Gives the session a new id and keeps its keys: call it when somebody logs in, so that nobody who knew the id before
   * shares the login. The old id is void once the response is sent. A session that is kept in its cookie has no id; it is
   * saved anew.
   *
   * @see docs/guide/sessions.md
   */
  regenerate(): void {
    this['@changing']()
  }

  /**
   * Ends the session: it is empty from now on, and its cookie is removed. Where sessions are kept on the server, it is removed
   * there too, and no other request that still runs can bring it back.
   */
  destroy(): void {
    this.clear()
  }

  /** A plain object with the same keys, for `JSON.stringify` and `jsonify`. */
  toJSON(): Record<string, unknown> {
    return { ...this['@data']() }
  }
}

/**
 * The session of an app without a `SECRET_KEY`: empty to read, an error to write.
 *
 * @see Flask `flask.sessions.NullSession`
 */
export class NullSession extends SessionMixin {
  /** @throws {@link FlagonError} `SESSION_NO_SECRET`, always. */
  override '@changing'(): never {
    throw new FlagonError(
      'SESSION_NO_SECRET',
      'The session cannot be written: the app has no SECRET_KEY to sign it with. Set app.config.SECRET_KEY to a long ' +
        `random text that stays secret, such as this prints: node -p "crypto.randomBytes(32).toString('hex')"`,
    )
  }

  /** @throws {@link FlagonError} `SESSION_NO_SECRET`, always. */
  override pop(_key: string): never {
    return this['@changing']()
  }

  /** @throws {@link FlagonError} `SESSION_NO_SECRET`, always. */
  override popitem(): never {
    return this['@changing']()
  }

  /** Does nothing: there is nothing to end. */
  override destroy(): void {}
}

/** Whether a session has lists or objects, which do not tell when something within them is changed. */
export function holdsObjects(data: SessionData): boolean {
  return Object.values(data).some((value: unknown) => typeof value === 'object' && value !== null)
}
