import { http_date, parse_date } from '../http/dates.ts'
import { Markup } from '../jinja/markup.ts'
import { base64_decode, want_bytes } from '../signing/encoding.ts'
import { compareCodePoints, escapeNonAscii, hasToJson, isPlainObject } from '../signing/json-text.ts'
import { MAX_DEPTH, readJson } from './json-reader.ts'
import { asTuple, is_tuple, isFloat, markFloat, pythonNumber } from './kinds.ts'
import { UUID } from './uuid.ts'

/** Text that needs no escape in JSON: printable ASCII without quote and backslash. */
const CLEAN_TEXT = /^[ !#-[\]-~]*$/
/**
 * What JSON.parse would not read as Python does, or what may be a tag: an object that starts with a key that starts with
 * a space, a number that is a float, -0 or past 2^53, NaN and the infinities. Text that only looks like it is read just as
 * well, only slower.
 */
const NEEDS_CARE = /\{\s*" |\\u0020|[0-9][.eE]|[0-9]{16}|-0|NaN|Infinity/
const HAS_SURROGATE = /[\ud800-\udfff]/

/**
 * A kind of value that JSON does not have, and how it is written. Extend it and give the class to
 * {@link TaggedJSONSerializer.register}.
 *
 * @see Flask `flask.json.tag.JSONTag`
 */
export abstract class JSONTag {
  /** The name under which values are kept, by custom a space and letters: `' od'`. Empty: the value is written bare. */
  abstract readonly key: string

  /** The serializer that the tag belongs to. */
  readonly serializer: TaggedJSONSerializer

  /** Called by {@link TaggedJSONSerializer.register}. */
  constructor(serializer: TaggedJSONSerializer) {
    this.serializer = serializer
  }

  /** Whether the value is of this kind. */
  abstract check(value: unknown): boolean

  /** What is written in its place; values in it are tagged in turn. */
  abstract to_json(value: unknown): unknown

  /** The value again, from what `to_json` gave. */
  abstract to_value(json: unknown): unknown
}

/** Where a tag goes, and whether it may replace another. */
export interface RegisterTagOptions {
  /** True to replace a tag of the same key. Default false. */
  force?: boolean | undefined
  /** Position before the kinds that are built in; undefined (the default) asks the tag after them. */
  index?: number | undefined
}

const UNTAG: Readonly<Record<string, (json: unknown) => unknown>> = {
  ' di': (json) => unescapeKey(objectOf(json)),
  ' t': (json) => asTuple(arrayOf(json)),
  ' b': (json) => Uint8Array.from(base64_decode(textOf(json))),
  ' m': (json) => new Markup(textOf(json)),
  ' u': (json) => new UUID(textOf(json)),
  ' d': (json) => parse_date(textOf(json)) ?? null,
}
/** Written behind a key that would otherwise be taken for a tag. */
const ESCAPE = '__'

/**
 * Writes values as Flask writes sessions: compact ASCII JSON with sorted keys, and tags for what JSON does not have. Tuples
 * ({@link tuple}), bytes (`Uint8Array`), {@link UUID}, `Date` (to the second), `Markup`, BigInt, NaN and floats without a
 * fraction survive both ways.
 *
 * @see Flask `flask.json.tag.TaggedJSONSerializer`
 */
export class TaggedJSONSerializer {
  /** Whether keys are written in order, as Flask does unless `app.json.sort_keys` is off. Default true. */
  sort_keys = true

  readonly #tags = new Map<string, JSONTag | undefined>(Object.keys(UNTAG).map((key) => [key, undefined]))
  readonly #before: JSONTag[] = []
  readonly #after: JSONTag[] = []
  /** True once there are tags that the fast path of reading cannot tell from other keys. */
  #needsCare = false

  /**
   * Adds a kind of value.
   *
   * @throws TypeError when its key is taken and `force` is not set.
   */
  register(TagClass: new (serializer: TaggedJSONSerializer) => JSONTag, options: RegisterTagOptions = {}): void {
    const tag = new TagClass(this)
    const { key } = tag
    if (key !== '') {
      if (this.#tags.has(key) && options.force !== true) throw new TypeError(`The tag '${key}' is registered already.`)
      this.#tags.set(key, tag)
      this.#needsCare ||= !/^ [!-~]*$/.test(key)
    }
    if (options.index === undefined) this.#after.push(tag)
    else this.#before.splice(options.index, 0, tag)
  }

  /**
   * The JSON text of a value.
   *
   * @throws TypeError for what cannot be kept (functions, promises, other objects without properties of their own), for a
   * circle and past 200 levels. RangeError for a date that is none.
   */
  dumps(value: unknown): string {
    return this.#write(value, 0)
  }

  /**
   * The value of a JSON text.
   *
   * @throws SyntaxError for what is not JSON; TypeError for a tag whose content is of the wrong kind.
   */
  loads(text: string): unknown {
    if (!this.#needsCare && !NEEDS_CARE.test(text)) return JSON.parse(text)
    return readJson(text, { single: (value, key) => this.#untag(value, key) })
  }

  #untag(value: Record<string, unknown>, key: string): unknown {
    if (!this.#tags.has(key)) return value
    const own = this.#tags.get(key)
    return own === undefined ? UNTAG[key]?.(value[key]) : own.to_value(value[key])
  }

  #write(value: unknown, depth: number): string {
    switch (typeof value) {
      case 'string':
        return writeText(value)
      case 'number':
        return pythonNumber(value, false)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return String(value)
      case 'undefined':
        return 'null'
      case 'object':
        return value === null ? 'null' : this.#object(value, depth + 1)
      default:
        throw new TypeError(`A ${typeof value} cannot be kept in a session.`)
    }
  }

  #object(value: object, depth: number): string {
    if (depth > MAX_DEPTH) {
      throw new TypeError(
        `A value that contains itself, or more than ${MAX_DEPTH} levels, cannot be kept in a session.`,
      )
    }
    const before = this.#before.find((tag) => tag.check(value))
    if (before !== undefined) return this.#tagged(before, value, depth)
    if (Array.isArray(value)) return is_tuple(value) ? `{" t":${this.#array(value, depth)}}` : this.#array(value, depth)
    if (isPlainObject(value)) return this.#dict(value, depth)
    if ('__html__' in value && typeof value.__html__ === 'function')
      return `{" m":${writeText(String(value.__html__()))}}`
    if (value instanceof Date) return `{" d":${writeText(http_date(value))}}`
    if (value instanceof UUID) return `{" u":"${value.hex}"}`
    if (value instanceof Uint8Array) return `{" b":"${want_bytes(value).toString('base64')}"}`
    if (value instanceof ArrayBuffer) return this.#object(new Uint8Array(value), depth)
    if (value instanceof Map) return this.#dict(Object.fromEntries(value), depth)
    if (value instanceof Set) return this.#array([...value], depth)
    const after = this.#after.find((tag) => tag.check(value))
    if (after !== undefined) return this.#tagged(after, value, depth)
    return this.#instance(value, depth)
  }

  #tagged(tag: JSONTag, value: unknown, depth: number): string {
    const json = this.#write(tag.to_json(value), depth)
    return tag.key === '' ? json : `{${writeText(tag.key)}:${json}}`
  }

  /** An object of some class: what its `toJSON` gives, the text or number that it wraps, or its own properties. */
  #instance(value: object, depth: number): string {
    if (hasToJson(value)) return this.#write(value.toJSON(''), depth)
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return this.#write(value.valueOf(), depth)
    }
    if (ArrayBuffer.isView(value) || Object.keys(value).length === 0) {
      throw new TypeError(
        `A ${value.constructor?.name ?? 'value'} cannot be kept in a session; keep what it stands for.`,
      )
    }
    return this.#dict({ ...value }, depth)
  }

  #array(items: readonly unknown[], depth: number): string {
    let json = ''
    for (let index = 0; index < items.length; index += 1) {
      json += (index === 0 ? '' : ',') + this.#member(items, index, items[index], depth)
    }
    return `[${json}]`
  }

  #dict(value: Record<string, unknown>, depth: number): string {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined)
    const [first] = keys
    if (keys.length === 1 && first !== undefined && this.#tags.has(first)) {
      // Bare, the only key would be read as a tag.
      return `{" di":{${writeText(first + ESCAPE)}:${this.#member(value, first, value[first], depth)}}}`
    }
    if (this.sort_keys) sortKeys(keys)
    let json = ''
    for (const key of keys) {
      json += `${json === '' ? '' : ','}${writeText(key)}:${this.#member(value, key, value[key], depth)}`
    }
    return `{${json}}`
  }

  #member(holder: object, key: string | number, value: unknown, depth: number): string {
    return typeof value === 'number' ? pythonNumber(value, isFloat(holder, key, value)) : this.#write(value, depth)
  }
}

function writeText(text: string): string {
  return CLEAN_TEXT.test(text) ? `"${text}"` : escapeNonAscii(JSON.stringify(text))
}

function sortKeys(keys: string[]): void {
  if (keys.length < 2) return
  // The default order, by UTF-16 units, is Python's as long as there are no surrogates.
  if (keys.some((key) => HAS_SURROGATE.test(key))) keys.sort(compareCodePoints)
  else keys.sort()
}

/** An object whose only key had been escaped. */
function unescapeKey(escaped: Record<string, unknown>): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(escaped)) {
    const bare = key.slice(0, -ESCAPE.length)
    value[bare] = item
    if (typeof item === 'number' && isFloat(escaped, key, item)) markFloat(value, bare, item)
  }
  return value
}

function textOf(json: unknown): string {
  if (typeof json !== 'string') throw new TypeError('The content of a tag is not the text that it should be.')
  return json
}

function arrayOf(json: unknown): unknown[] {
  if (!Array.isArray(json)) throw new TypeError('The content of a tag is not the array that it should be.')
  return json
}

function objectOf(json: unknown): Record<string, unknown> {
  if (!isPlainObject(json)) throw new TypeError('The content of a tag is not the object that it should be.')
  return json
}
