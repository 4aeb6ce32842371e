import { type InspectOptions, inspect } from 'node:util'
import { BadRequestKeyError, HTTPException } from './exceptions.ts'

/** A mapping from each key to its values, in order, that a new {@link MultiDict} takes over without copying it. */
export class ValueLists<V> extends Map<string, V[]> {
  /** Adds a value after those that the key has. */
  append(key: string, value: V): void {
    const values = this.get(key)
    if (values === undefined) this.set(key, [value])
    else values.push(value)
  }
}

/** What a {@link MultiDict} can be made of or extended by: another one, a `Map` or an object of values or arrays of values, or pairs. */
export type MultiDictInit<V> =
  | MultiDict<V>
  | ReadonlyMap<string, V | readonly V[]>
  | Iterable<readonly [string, V]>
  | Readonly<Record<string, V | readonly V[]>>

/** Walks over all pairs of an init, a list of values giving one pair for each. */
export function* iterPairs<V>(init: MultiDictInit<V>): Generator<[string, V]> {
  if (init instanceof MultiDict) {
    yield* init
  } else if (Symbol.iterator in init && !(init instanceof Map)) {
    for (const [key, value] of init as Iterable<readonly [string, V]>) yield [key, value]
  } else {
    const entries: Iterable<[string, V | readonly V[]]> =
      init instanceof Map ? init : Object.entries(init as Readonly<Record<string, V | readonly V[]>>)
    for (const [key, value] of entries) {
      if (Array.isArray(value)) for (const item of value as readonly V[]) yield [key, item]
      else yield [key, value as V]
    }
  }
}

/** A function that turns a value into what the caller wants; it throws or returns `NaN` where it cannot. */
export type Converter<V, T> = (value: V) => T

/** Stands for "cannot be converted"; never leaves this module's callers. */
export const unconverted: unique symbol = Symbol('unconverted')

/**
 * The converted value, or {@link unconverted} when `type` throws or returns `NaN`.
 * An HTTP exception is the view's answer and passes through.
 */
export function convert<V, T>(value: V, type: Converter<V, T>): T | typeof unconverted {
  // Number('') is 0, but a blank field is no number, as Python's int('') says.
  if ((type as unknown) === Number && typeof value === 'string' && value.trim() === '') return unconverted
  try {
    const converted = type(value)
    return Number.isNaN(converted) ? unconverted : converted
  } catch (error) {
    if (error instanceof HTTPException) throw error
    return unconverted
  }
}

/**
 * A mapping whose keys can have several values, in order: query arguments, form fields, cookies, files.
 *
 * What asks for one value gets the first. Iteration gives all pairs, key by key, as `URLSearchParams` does.
 * Keys live in a `Map`: `__proto__` and `constructor` are keys like any other.
 *
 * @see werkzeug.datastructures.MultiDict
 */
export class MultiDict<V = string> implements Iterable<[string, V]> {
  readonly #lists: ValueLists<V>

  /** Copies `init`, but takes {@link ValueLists} over as they are. Left out: empty. */
  constructor(init?: MultiDictInit<V> | ValueLists<V>) {
    if (init instanceof ValueLists) {
      this.#lists = init
      return
    }
    this.#lists = new ValueLists()
    if (init !== undefined) for (const [key, value] of iterPairs(init)) this.#lists.append(key, value)
  }

  /** Number of keys. */
  get size(): number {
    return this.#lists.size
  }

  /** Whether the key has at least one value. */
  has(key: string): boolean {
    const values = this.#lists.get(key)
    return values !== undefined && values.length > 0
  }

  /**
   * The first value of the key, converted by `type` when that is given: `args.get('page', 1, Number)`.
   * A missing key, a `type` that throws or a `NaN` gives `fallback`, which is `undefined` when left out.
   */
  get(key: string): V | undefined
  get<D>(key: string, fallback: D): V | D
  get<T, D = undefined>(key: string, fallback: D, type: Converter<V, T>): T | D
  get<T, D>(key: string, fallback?: D, type?: Converter<V, T>): V | T | D | undefined {
    const values = this.#lists.get(key)
    if (values === undefined || values.length === 0) return fallback
    const value = values[0] as V
    if (type === undefined) return value
    const converted = convert(value, type)
    return converted === unconverted ? fallback : converted
  }

  /**
   * The first value of the key: what Python spells `form['key']`.
   *
   * @throws {@link BadRequestKeyError} when the key is missing, so that the client gets 400.
   */
  require(key: string): V {
    const values = this.#lists.get(key)
    if (values === undefined || values.length === 0) throw new BadRequestKeyError(key)
    return values[0] as V
  }

  /** All values of the key, possibly none; with `type`, those that it can convert. The array is the caller's own. */
  getlist(key: string): V[]
  getlist<T>(key: string, type: Converter<V, T>): T[]
  getlist<T>(key: string, type?: Converter<V, T>): (V | T)[] {
    const values = this.#lists.get(key)
    if (values === undefined) return []
    if (type === undefined) return [...values]
    const converted: T[] = []
    for (const value of values) {
      const result = convert(value, type)
      if (result !== unconverted) converted.push(result)
    }
    return converted
  }

  /** Adds a value after those that the key has. */
  add(key: string, value: V): void {
    this.#lists.append(key, value)
  }

  /** Replaces all values of the key by one. */
  set(key: string, value: V): void {
    this.#lists.set(key, [value])
  }

  /** Replaces all values of the key by copies of these. */
  setlist(key: string, values: Iterable<V>): void {
    this.#lists.set(key, [...values])
  }

  /** The first value of the key, which is set to `value` when it has none. */
  setdefault(key: string, value: V): V {
    if (!this.has(key)) this.set(key, value)
    return this.require(key)
  }

  /** The values of the key, which are set to `values` when it has none. Changes of the array change the mapping. */
  setlistdefault(key: string, values: Iterable<V> = []): V[] {
    let list = this.#lists.get(key)
    if (list === undefined) {
      list = [...values]
      this.#lists.set(key, list)
    }
    return list
  }

  /** Adds all pairs of another mapping; values that are there stay. */
  update(init: MultiDictInit<V>): void {
    for (const [key, value] of init === (this as unknown) ? [...this] : iterPairs(init)) this.add(key, value)
  }

  /**
   * Removes the key and returns its first value, or `fallback` when it has none.
   *
   * @throws {@link BadRequestKeyError} when the key is missing and no `fallback` was given.
   */
  pop(key: string): V
  pop<D>(key: string, fallback: D): V | D
  pop<D>(...[key, ...fallback]: [key: string, fallback?: D]): V | D {
    const values = this.#lists.get(key)
    this.#lists.delete(key)
    if (values !== undefined && values.length > 0) return values[0] as V
    if (fallback.length === 0) throw new BadRequestKeyError(key)
    return fallback[0] as D
  }

  /**
   * Removes the last key and returns it with its first value.
   *
   * @throws {@link BadRequestKeyError} when the mapping is empty.
   */
  popitem(): [string, V] {
    const [key, values] = this.popitemlist()
    if (values.length === 0) throw new BadRequestKeyError(key)
    return [key, values[0] as V]
  }

  /** Removes the key and returns all its values, possibly none. */
  poplist(key: string): V[] {
    const values = this.#lists.get(key) ?? []
    this.#lists.delete(key)
    return values
  }

  /**
   * Removes the last key and returns it with all its values.
   *
   * @throws {@link BadRequestKeyError} when the mapping is empty.
   */
  popitemlist(): [string, V[]] {
    const key = [...this.#lists.keys()].at(-1)
    if (key === undefined) throw new BadRequestKeyError()
    return [key, this.poplist(key)]
  }

  /** Removes the key and its values, if there are any; tells whether the key was there. */
  delete(key: string): boolean {
    return this.#lists.delete(key)
  }

  /** Removes everything. */
  clear(): void {
    this.#lists.clear()
  }

  /** All keys, each once. */
  keys(): IterableIterator<string> {
    return this.#lists.keys()
  }

  /** The first value of each key. */
  *values(): Generator<V> {
    for (const values of this.#lists.values()) if (values.length > 0) yield values[0] as V
  }

  /** Pairs of key and first value; with `{ multi: true }` a pair for each value. */
  *items(options?: { readonly multi?: boolean | undefined }): Generator<[string, V]> {
    for (const [key, values] of this.#lists) {
      if (options?.multi) for (const value of values) yield [key, value]
      else if (values.length > 0) yield [key, values[0] as V]
    }
  }

  /** Pairs of key and all its values; the arrays are the caller's own. */
  *lists(): Generator<[string, V[]]> {
    for (const [key, values] of this.#lists) yield [key, [...values]]
  }

  /** All values of each key; the arrays are the caller's own. */
  *listvalues(): Generator<V[]> {
    for (const values of this.#lists.values()) yield [...values]
  }

  /** All pairs, key by key. */
  [Symbol.iterator](): Generator<[string, V]> {
    return this.items({ multi: true })
  }

  /** A copy that can be changed without changing this one. */
  copy(): MultiDict<V> {
    return new MultiDict(this)
  }

  /** An object without prototype that holds the first value of each key; with `{ flat: false }` an array of all its values. */
  to_dict(options?: { readonly flat?: true | undefined }): Record<string, V>
  to_dict(options: { readonly flat: false }): Record<string, V[]>
  to_dict(options?: { readonly flat?: boolean | undefined }): Record<string, V | V[]> {
    const object: Record<string, V | V[]> = Object.create(null)
    for (const [key, values] of options?.flat === false ? this.lists() : this.items()) object[key] = values
    return object
  }

  /** What `JSON.stringify` sees: the first value of each key, as `to_dict()`. Write `to_dict({ flat: false })` to get them all. */
  toJSON(): Record<string, V> {
    return this.to_dict()
  }

  static {
    // What `console.log` shows: the class and all pairs.
    Object.defineProperty(MultiDict.prototype, inspect.custom, {
      configurable: true,
      writable: true,
      value(this: Iterable<unknown>, _depth: number, options: InspectOptions): string {
        return `${this.constructor.name} ${inspect([...this], options)}`
      },
    })
  }
}

/**
 * A {@link MultiDict} that refuses changes: what a request's `args`, `form`, `cookies` and `files` are. `copy()` gives one that takes them.
 *
 * @see werkzeug.datastructures.ImmutableMultiDict
 */
export class ImmutableMultiDict<V = string> extends MultiDict<V> {
  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override add(_key: string, _value: V): never {
    return refuse('add')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override set(_key: string, _value: V): never {
    return refuse('set')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override setlist(_key: string, _values: Iterable<V>): never {
    return refuse('setlist')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override setdefault(_key: string, _value: V): never {
    return refuse('setdefault')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override setlistdefault(_key: string, _values?: Iterable<V>): never {
    return refuse('setlistdefault')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override update(_init: MultiDictInit<V>): never {
    return refuse('update')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override pop(_key: string, _fallback?: unknown): never {
    return refuse('pop')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override popitem(): never {
    return refuse('popitem')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override poplist(_key: string): never {
    return refuse('poplist')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override popitemlist(): never {
    return refuse('popitemlist')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override delete(_key: string): never {
    return refuse('delete')
  }

  /** Refuses: the mapping cannot be changed. @throws TypeError always. */
  override clear(): never {
    return refuse('clear')
  }
}

function refuse(method: string): never {
  throw new TypeError(`${method}: this MultiDict belongs to a request and cannot be changed; change a copy() of it`)
}
