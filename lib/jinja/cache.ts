/** A map of bounded size that forgets what was not used for longest. */
export class LruCache<Key, Value> {
  /** How many entries are kept at most; negative for no bound, 0 for none. */
  readonly capacity: number
  readonly #entries = new Map<Key, Value>()

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size
  }

  /** The value of a key, which counts as used now. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined && this.capacity > 0 && this.#entries.size > this.capacity / 2) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  /** Keeps a value and forgets the least used one where there is no room. */
  set(key: Key, value: Value): void {
    if (this.capacity === 0) return
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.capacity > 0 && this.#entries.size > this.capacity) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest as Key)
    }
  }

  /** Forgets one entry. */
  delete(key: Key): void {
    this.#entries.delete(key)
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear()
  }
}
