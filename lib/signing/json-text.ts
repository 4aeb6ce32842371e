/** How values become JSON text. The defaults are those of Python's `json.dumps`. */
export interface JsonTextOptions {
  /** True to write every character outside of printable ASCII as `\uXXXX`. Default true. */
  ensure_ascii?: boolean | undefined
  /** True to write the keys of each object in the order of their code points. Default false. */
  sort_keys?: boolean | undefined
  /** What stands between items, and between a key and its value. Default `[', ', ': ']`, with `indent` `[',', ': ']`. */
  separators?: readonly [item: string, key: string] | undefined
  /** Spaces for each level, one item a line; undefined (the default) writes one line. */
  indent?: number | undefined
  /**
   * Turns an object into a value that JSON has. It is asked for dates and for objects that are neither plain objects,
   * arrays, maps, sets nor have a `toJSON` method. Default: the object's own properties.
   */
  default?: ((value: object) => unknown) | undefined
}

/** Levels of arrays and objects in one text; what is deeper is taken for a circle. */
const MAX_DEPTH = 1000
/** Every character that Python's `ensure_ascii` escapes and `JSON.stringify` does not. */
const NOT_ASCII = /[\x7f-\uffff]/g
const HAS_SURROGATE = /[\ud800-\udfff]/

/** The JSON text, with `\uXXXX` for every character outside of printable ASCII. */
export function escapeNonAscii(json: string): string {
  return json.replace(NOT_ASCII, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Orders strings by their code points, as Python does; JavaScript's own order is that of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  if (!HAS_SURROGATE.test(a) && !HAS_SURROGATE.test(b)) return a < b ? -1 : a > b ? 1 : 0
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return inCodePointOrder(left) - inCodePointOrder(right)
  }
  return a.length - b.length
}

/** Moves surrogates behind all other units, for they stand for code points past U+FFFF. */
function inCodePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/**
 * JSON text of a value. As with `JSON.stringify`, `toJSON` is honoured, properties that are undefined, functions or
 * symbols are left out, and NaN and the infinities are null. BigInts are integers, maps objects, sets arrays.
 *
 * @throws TypeError for a circle, for a key of a map that is no text, number or boolean, and whatever `default` throws.
 */
export function jsonText(value: unknown, options: JsonTextOptions = {}): string {
  return new JsonWriter(options).write(value, 0) ?? 'null'
}

class JsonWriter {
  readonly #ensureAscii: boolean
  readonly #sortKeys: boolean
  readonly #itemSeparator: string
  readonly #keySeparator: string
  readonly #indent: string | undefined
  readonly #default: (value: object) => unknown

  constructor(options: JsonTextOptions) {
    const { indent } = options
    this.#indent = indent === undefined ? undefined : ' '.repeat(indent)
    const separators = options.separators ?? (indent === undefined ? [', ', ': '] : [',', ': '])
    this.#itemSeparator = separators[0]
    this.#keySeparator = separators[1]
    this.#ensureAscii = options.ensure_ascii ?? true
    this.#sortKeys = options.sort_keys ?? false
    this.#default = options.default ?? ((value) => ({ ...value }))
  }

  /** Undefined for what JSON leaves out. */
  write(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#string(value)
      case 'number':
        return Number.isFinite(value) ? String(value) : 'null'
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return String(value)
      case 'object':
        return value === null ? 'null' : this.#object(value, depth)
      default:
        return undefined
    }
  }

  #string(value: string): string {
    const json = JSON.stringify(value)
    return this.#ensureAscii ? escapeNonAscii(json) : json
  }

  #object(value: object, depth: number): string | undefined {
    if (depth >= MAX_DEPTH) {
      throw new TypeError(`A value that contains itself, or more than ${MAX_DEPTH} levels, cannot be written as JSON.`)
    }
    if (Array.isArray(value)) return this.#array(value, depth)
    if (!(value instanceof Date)) {
      // Asked for without `in`, which a proxy such as the session answers for its keys only.
      if (hasToJson(value)) return this.write(value.toJSON(''), depth + 1)
      if (value instanceof Map) return this.#pairs([...value], depth)
      if (value instanceof Set) return this.#array([...value], depth)
      if (isPlainObject(value)) return this.#pairs(Object.entries(value), depth)
    }
    const replacement = this.#default(value)
    return isPlainObject(replacement)
      ? this.#pairs(Object.entries(replacement), depth)
      : this.write(replacement, depth + 1)
  }

  #array(items: readonly unknown[], depth: number): string {
    return this.#enclose(
      '[',
      items.map((item) => this.write(item, depth + 1) ?? 'null'),
      ']',
      depth,
    )
  }

  #pairs(entries: [unknown, unknown][], depth: number): string {
    const pairs: [string, unknown][] = entries.map(([key, value]) => [keyText(key), value])
    if (this.#sortKeys) pairs.sort(([a], [b]) => compareCodePoints(a, b))
    const members: string[] = []
    for (const [key, value] of pairs) {
      const json = this.write(value, depth + 1)
      if (json !== undefined) members.push(this.#string(key) + this.#keySeparator + json)
    }
    return this.#enclose('{', members, '}', depth)
  }

  #enclose(open: string, members: string[], close: string, depth: number): string {
    if (members.length === 0 || this.#indent === undefined) return open + members.join(this.#itemSeparator) + close
    const line = `\n${this.#indent.repeat(depth + 1)}`
    return `${open + line + members.join(this.#itemSeparator + line)}\n${this.#indent.repeat(depth)}${close}`
  }
}

/** True for what an object literal makes, and for an object without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // Nothing but members of the language's own root is inherited: from Object.prototype, that of another realm, or an empty root.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether an object says itself what JSON is written for it. */
export function hasToJson(value: object): value is { toJSON(key: string): unknown } {
  return typeof Reflect.get(value, 'toJSON') === 'function'
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'boolean' || typeof key === 'bigint' || key === null) return String(key)
  throw new TypeError(`The key of a map must be text, a number or a boolean to be written as JSON, not ${typeof key}.`)
}
