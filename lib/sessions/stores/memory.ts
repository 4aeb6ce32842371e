import type { SessionStore } from '../store.ts'

const MS_PER_SECOND = 1000
const SWEEP_EVERY_MS = 60_000

interface Entry {
  readonly value: Uint8Array
  /** Milliseconds since 1970 at which the entry is gone. */
  expires: number
}

/**
 * Keeps sessions in the memory of the process: for development and tests. They end with the process, and no other
 * process sees them.
 */
export class MemoryStore implements SessionStore {
  readonly #entries = new Map<string, Entry>()
  #sweptAt = Date.now()

  async get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    const entry = this.#find(key)
    if (entry !== undefined && ttl !== undefined) entry.expires = inSeconds(ttl)
    return entry?.value
  }

  async add(key: string, value: Uint8Array, ttl: number): Promise<boolean> {
    this.#sweep()
    if (this.#find(key) !== undefined) return false
    this.#entries.set(key, { value, expires: inSeconds(ttl) })
    return true
  }

  async replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean> {
    const entry = this.#find(key)
    if (entry === undefined || Buffer.compare(entry.value, expected) !== 0) return false
    this.#entries.set(key, { value, expires: inSeconds(ttl) })
    return true
  }

  async delete(key: string): Promise<Uint8Array | undefined> {
    const entry = this.#find(key)
    this.#entries.delete(key)
    return entry?.value
  }

  async ttl(key: string): Promise<number | undefined> {
    const entry = this.#find(key)
    return entry === undefined ? undefined : Math.ceil((entry.expires - Date.now()) / MS_PER_SECOND)
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    for (const key of [...this.#entries.keys()]) {
      if (key.startsWith(prefix) && this.#find(key) !== undefined) yield key
    }
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expires > Date.now()) return entry
    this.#entries.delete(key)
    return undefined
  }

  /** Forgets what expired and was not asked for again. */
  #sweep(): void {
    const now = Date.now()
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return
    this.#sweptAt = now
    for (const [key, entry] of this.#entries) {
      if (entry.expires <= now) this.#entries.delete(key)
    }
  }
}

function inSeconds(ttl: number): number {
  return Date.now() + ttl * MS_PER_SECOND
}
