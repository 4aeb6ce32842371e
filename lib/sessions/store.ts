/**
 * Where server-side sessions are kept: bytes under a key, each with a time to live. Write one of your own to keep sessions
 * elsewhere, and name it in the setting `SESSION_STORE`.
 *
 * What a method rejects with means that the store cannot be reached: the request is answered with 503.
 *
 * @see docs/guide/sessions.md
 */
export interface SessionStore {
  /**
   * The bytes under `key`; undefined where there are none.
   *
   * @param ttl - seconds that the key lives from now on; undefined leaves its expiry as it is.
   */
  get(key: string, ttl?: number): Promise<Uint8Array | undefined>
  /** Keeps bytes under a key that is free, for `ttl` seconds. False where it is taken. */
  add(key: string, value: Uint8Array, ttl: number): Promise<boolean>
  /**
   * Replaces what is under `key` in one step, only while that is `expected`, and keeps it for `ttl` seconds. False where
   * something else is there by now, or nothing.
   */
  replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean>
  /** Removes a key in one step, and gives what it held; undefined where it held nothing. */
  delete(key: string): Promise<Uint8Array | undefined>
  /** Seconds that a key has left; undefined where there is no such key. */
  ttl(key: string): Promise<number | undefined>
  /** Every key that starts with `prefix`, in any order. */
  keys(prefix: string): AsyncIterable<string>
  /** Lets go of connections, timers and files that the store itself opened. */
  close?(): Promise<void>
}
