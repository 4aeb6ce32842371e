import { KeyError, OverflowError, ValueError } from '../exceptions.ts'
import { Markup } from '../markup.ts'

/**
 * A float whose value is a whole number. JavaScript has one type for 1 and 1.0, Python prints them differently; a
 * number that templates computed or wrote as a float is kept in this box when its digits alone would not show it.
 */
export class Float {
  /** The number. */
  readonly __value__: number

  constructor(value: number) {
    this.__value__ = value
  }

  /** The number, so that JavaScript computes with it. */
  valueOf(): number {
    return this.__value__
  }

  /** The number, for JSON. */
  toJSON(): number {
    return this.__value__
  }

  /** The digits with the point that Python shows. */
  toString(): string {
    return Number.isInteger(this.__value__) && Math.abs(this.__value__) < 1e16
      ? `${this.__value__}.0`
      : String(this.__value__)
  }
}

/** A number that is a float: in its box when it is whole, as it is otherwise. */
export function float(value: number): number | Float {
  return Number.isSafeInteger(value) ? new Float(value) : value
}

/** A tuple of Python: an array that equals only other tuples and can be a key. Do not change it. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  /** A tuple of the items. */
  static make(items: Iterable<unknown>): Tuple {
    const tuple = new Tuple()
    for (const item of items) tuple.push(item)
    return tuple
  }
}

/** A pair, as `items()` gives them. */
export function pair(first: unknown, second: unknown): Tuple {
  const tuple = new Tuple()
  tuple.push(first, second)
  return tuple
}

/** What `keys()`, `values()` and `items()` of a dict give: iterable and countable, but no sequence. */
export class View extends Array<unknown> {
  /** Which of the three it is. */
  __kind__: 'keys' | 'values' | 'items' = 'items'

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

/** The longest list that one number in a template can ask for; more would take all memory. */
const LONGEST_LIST = 2 ** 24

/**
 * The length, where a list of that length may be made.
 *
 * @throws OverflowError for more than 16,777,216 items.
 */
export function checkedLength(length: number): number {
  if (length > LONGEST_LIST) throw new OverflowError(`a list of ${length} items is too long`)
  return length
}

/** The numbers from a start up to before a stop, by steps; none of them is kept. */
export class Range {
  readonly start: number
  readonly stop: number
  readonly step: number
  /** How many numbers there are. */
  readonly length: number

  constructor(start: number, stop: number, step: number) {
    if (step === 0) throw new ValueError('range() arg 3 must not be zero')
    this.start = start
    this.stop = stop
    this.step = step
    this.length = Math.max(0, Math.ceil((stop - start) / step))
  }

  /** The number at an index, counted from 0; undefined outside. */
  at(index: number): number | undefined {
    return index >= 0 && index < this.length ? this.start + index * this.step : undefined
  }

  /** Whether a number is one of them. */
  includes(number: number): boolean {
    const place = (number - this.start) / this.step
    return (number - this.start) % this.step === 0 && place >= 0 && place < this.length
  }

  /** Whether another range has the same numbers. */
  equals(other: Range): boolean {
    if (this.length !== other.length || this.length === 0) return this.length === other.length
    return this.start === other.start && (this.length === 1 || this.step === other.step)
  }

  /** The same numbers as an array. @throws OverflowError for more than 16,777,216 of them. */
  toArray(): number[] {
    return Array.from({ length: checkedLength(this.length) }, (_, index) => this.start + index * this.step)
  }

  /** The same numbers from the last to the first. */
  reversed(): Range {
    const end = this.start + (this.length - 1) * this.step
    return new Range(end, this.start - Math.sign(this.step), -this.step)
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.start + index * this.step
  }
}

/**
 * A dict that a template made: a Map whose keys count as Python counts them, so that 1 and 1.0 are one key and 1 and
 * '1' are two. A plain object could keep neither the difference nor the order of keys like '10' and '9'.
 */
export class Dict extends Map<unknown, unknown> {
  override get(key: unknown): unknown {
    return super.get(this.#spelled(key))
  }

  override has(key: unknown): boolean {
    return super.has(this.#spelled(key))
  }

  override set(key: unknown, value: unknown): this {
    return super.set(this.#spelled(key), value)
  }

  override delete(key: unknown): boolean {
    return super.delete(this.#spelled(key))
  }

  /** The key as it stands in the map, where true may stand for 1 and false for 0. */
  #spelled(key: unknown): unknown {
    if (typeof key === 'string') return key
    const found = keyOf(key)
    const other = otherSpelling(found)
    return other !== found && !super.has(found) && super.has(other) ? other : found
  }

  /** A dict of the entries, later ones winning. */
  static make(entries: Iterable<readonly [unknown, unknown]>): Dict {
    const dict = new Dict()
    for (const [key, value] of entries) dict.set(key, value)
    return dict
  }
}

const tuples = new Map<string, WeakRef<Tuple>>()
const forgotten = new FinalizationRegistry<string>((hash) => {
  if (tuples.get(hash)?.deref() === undefined) tuples.delete(hash)
})

/**
 * The value that a Map finds a Python key by: equal keys give the same one.
 *
 * @throws TypeError for a list or dict, which cannot be keys.
 */
export function keyOf(key: unknown): unknown {
  switch (typeof key) {
    case 'string':
    case 'number':
      return key
    case 'boolean':
      return key
    case 'object':
      break
    default:
      return key
  }
  if (key === null) return key
  if (key instanceof Markup) return key.toString()
  if (key instanceof Float) return key.__value__
  if (key instanceof Tuple) return sameTuple(key)
  if (Array.isArray(key)) throw new TypeError("unhashable type: 'list'")
  if (key instanceof Set) throw new TypeError("unhashable type: 'set'")
  if (key instanceof Map || isPlain(key)) throw new TypeError("unhashable type: 'dict'")
  if ('__hash__' in key && typeof key.__hash__ === 'function') return key.__hash__()
  return key
}

function sameTuple(tuple: Tuple): Tuple {
  const hash = hashOf(tuple)
  const known = tuples.get(hash)?.deref()
  if (known !== undefined) return known
  tuples.set(hash, new WeakRef(tuple))
  forgotten.register(tuple, hash)
  return tuple
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

function hashOf(value: unknown): string {
  const key = value instanceof Tuple ? value : keyOf(value)
  if (key instanceof Tuple) return `(${Array.from(key, hashOf).join(',')})`
  if (typeof key === 'string') return JSON.stringify(key)
  if (typeof key === 'boolean') return key ? '1' : '0'
  if (typeof key !== 'object' && typeof key !== 'function') return String(key)
  if (key === null) return 'None'
  let identity = identities.get(key)
  if (identity === undefined) {
    identity = ++lastIdentity
    identities.set(key, identity)
  }
  return `#${identity}`
}

/** Whether the value is an object without a class, which counts as a dict with its own keys. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isRoot(prototype)
}

// The Object.prototype of another realm (node:vm, a test runner's worker), or an empty root as URL arguments have it.
function isRoot(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) !== null) return false
  return (
    !Object.hasOwn(prototype, 'constructor') ||
    (Object.hasOwn(prototype, 'isPrototypeOf') && Object.hasOwn(prototype, 'hasOwnProperty'))
  )
}

/** A dict of templates: an object without a class, or a Map. */
export type Mapping = Record<string, unknown> | Map<unknown, unknown>

/** Whether the value counts as a dict. */
export function isMapping(value: unknown): value is Mapping {
  return value instanceof Map || isPlain(value)
}

/** The value of a key of a dict, undefined where it has none. */
export function readKey(dict: Mapping, key: unknown): unknown {
  if (dict instanceof Map) {
    const found = dict.get(keyOf(key))
    if (found !== undefined || typeof key === 'string') return found
    return dict.get(otherSpelling(key))
  }
  const name = key instanceof Markup ? key.toString() : keyOf(key)
  return typeof name === 'string' && Object.hasOwn(dict, name) ? dict[name] : undefined
}

/** Whether a dict has a key. */
export function hasKey(dict: Mapping, key: unknown): boolean {
  if (dict instanceof Map) return dict.has(keyOf(key)) || (typeof key !== 'string' && dict.has(otherSpelling(key)))
  const name = keyOf(key)
  return typeof name === 'string' && Object.hasOwn(dict, name)
}

/** True and 1, false and 0 are one key in Python. */
function otherSpelling(key: unknown): unknown {
  if (typeof key === 'boolean') return Number(key)
  const number = key instanceof Float ? key.__value__ : key
  return number === 1 ? true : number === 0 ? false : key
}

/** Sets a key of a dict. */
export function writeKey(dict: Mapping, key: unknown, value: unknown): void {
  if (dict instanceof Map) {
    const found = keyOf(key)
    dict.set(!dict.has(found) && dict.has(otherSpelling(key)) ? otherSpelling(key) : found, value)
    return
  }
  const name = String(keyOf(key))
  // Plain assignment of __proto__ would change the prototype.
  if (name === '__proto__')
    Object.defineProperty(dict, name, { value, writable: true, enumerable: true, configurable: true })
  else dict[name] = value
}

/** Removes a key of a dict and gives its value. */
export function removeKey(dict: Mapping, key: unknown): unknown {
  if (!hasKey(dict, key)) throw new KeyError(String(key))
  const value = readKey(dict, key)
  if (dict instanceof Map) dict.delete(dict.has(keyOf(key)) ? keyOf(key) : otherSpelling(key))
  else delete dict[String(keyOf(key))]
  return value
}

/** The keys of a dict, in their order. */
export function keysOf(dict: Mapping): unknown[] {
  return dict instanceof Map ? Array.from(dict.keys()) : Object.keys(dict)
}

/** How many keys a dict has. */
export function sizeOf(dict: Mapping): number {
  return dict instanceof Map ? dict.size : Object.keys(dict).length
}

/** The pairs of a dict, in their order. */
export function* entriesOf(dict: Mapping): Generator<[unknown, unknown]> {
  if (dict instanceof Map) yield* dict
  else for (const key of Object.keys(dict)) yield [key, dict[key]]
}
