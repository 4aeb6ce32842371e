import { hasToJson, isPlainObject } from '../../signing/json-text.ts'
import { isFloat } from '../kinds.ts'
import { momentOf, momentText } from './moments.ts'
import { MAX_LEVELS_WRITTEN, MAX_SESSION_BYTES } from './unreadable.ts'
import { mapKey, standIn, unkeepable, wellFormed } from './values.ts'

/** msgspec writes floats with an exponent from here on; JavaScript does from 1e21. */
const FIRST_EXPONENTIAL = 1e16
/** And below this one; JavaScript does below 1e-6. */
const LAST_EXPONENTIAL = 1e-5

/**
 * The JSON of a session as msgspec writes it: compact, UTF-8, bytes as base64, dates by RFC 3339, NaN and the infinities
 * null.
 *
 * @throws TypeError for what cannot be kept; it names the key.
 */
export function writeJson(data: Readonly<Record<string, unknown>>): string {
  const writer = new JsonWriter()
  writer.session(data)
  return writer.text
}

/** The JSON of the value of one top-level key. @throws TypeError for what cannot be kept; it names the key. */
export function writeJsonValue(key: string, value: unknown): string {
  const writer = new JsonWriter()
  writer.member(key, value)
  return writer.text
}

/** The JSON of text. Halves of surrogate pairs become U+FFFD, for msgspec refuses JSON that has them. */
export function jsonString(text: string): string {
  return JSON.stringify(wellFormed(text))
}

/**
 * The text that stands for a key of a Python dict or of a Map: text itself, else what JSON has for it, without quotes.
 *
 * @param sessionKey - the top-level key to name in errors.
 */
export function keyText(key: unknown, sessionKey = ''): string {
  if (typeof key === 'string') return key
  const json = writeJsonValue(sessionKey, key)
  return json.startsWith('"') ? String(JSON.parse(json)) : json
}

/** The name under which it is remembered that the number under a key of a Map is a float: another for 1 than for '1'. */
export function floatMark(key: unknown): string {
  return `${typeof key} ${writeJsonValue('', key)}`
}

class JsonWriter {
  text = ''
  /** The top-level key that is being written, for errors. */
  #key = ''

  session(data: Readonly<Record<string, unknown>>): void {
    let separator = '{'
    for (const key of Object.keys(data)) {
      const value = data[key]
      if (value === undefined) continue
      this.#key = key
      this.#add(`${separator}${jsonString(key)}:`)
      this.#member(data, key, value, 2)
      separator = ','
    }
    this.#add(separator === '{' ? '{}' : '}')
  }

  member(key: string, value: unknown): void {
    this.#key = key
    this.#value(value, 2)
  }

  #value(value: unknown, level: number): void {
    if (typeof value === 'string') this.#add(jsonString(value))
    else if (typeof value === 'number') this.#add(numberText(value, false))
    else if (value === null || value === undefined) this.#add('null')
    else if (typeof value === 'object') this.#object(value, level)
    else if (typeof value === 'boolean' || typeof value === 'bigint') this.#add(String(value))
    else throw unkeepable(this.#key, `a ${typeof value}`)
  }

  #object(value: object, level: number): void {
    if (level > MAX_LEVELS_WRITTEN) {
      throw unkeepable(this.#key, `it contains itself, or has more than ${MAX_LEVELS_WRITTEN} levels`)
    }
    if (Array.isArray(value)) this.#array(value, level)
    else if (value instanceof Date) this.#date(value)
    else if (value instanceof Uint8Array) this.#binary(value)
    else if (value instanceof Map) this.#map(value, level)
    else if (isPlainObject(value) && !hasToJson(value)) this.#dict(value, level)
    else this.#value(standIn(value, this.#key), level + 1)
  }

  #date(date: Date): void {
    const moment = momentOf(date)
    if (moment === undefined) throw unkeepable(this.#key, 'a date that is invalid, or not of the years 1 to 9999')
    this.#add(`"${momentText(moment)}"`)
  }

  #binary(bytes: Uint8Array): void {
    this.#add(`"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`)
  }

  #array(items: readonly unknown[], level: number): void {
    this.#add('[')
    for (let index = 0; index < items.length; index += 1) {
      if (index > 0) this.#add(',')
      this.#member(items, index, items[index], level + 1)
    }
    this.#add(']')
  }

  #dict(dict: Record<string, unknown>, level: number): void {
    let separator = '{'
    for (const key of Object.keys(dict)) {
      const value = dict[key]
      if (value === undefined) continue
      this.#add(`${separator}${jsonString(key)}:`)
      this.#member(dict, key, value, level + 1)
      separator = ','
    }
    this.#add(separator === '{' ? '{}' : '}')
  }

  #map(map: ReadonlyMap<unknown, unknown>, level: number): void {
    let separator = '{'
    for (const [key, value] of map) {
      const text = keyText(mapKey(key, this.#key), this.#key)
      this.#add(`${separator}${jsonString(text)}:`)
      if (typeof value === 'number') this.#add(numberText(value, isFloat(map, floatMark(key), value)))
      else this.#value(value, level + 1)
      separator = ','
    }
    this.#add(separator === '{' ? '{}' : '}')
  }

  #member(holder: object, key: string | number, value: unknown, level: number): void {
    if (typeof value === 'number') this.#add(numberText(value, isFloat(holder, key, value)))
    else this.#value(value, level)
  }

  #add(json: string): void {
    this.text += json
    if (this.text.length > MAX_SESSION_BYTES) {
      throw unkeepable(this.#key, `with it the session has more than ${MAX_SESSION_BYTES} bytes`)
    }
  }
}

/** A number as msgspec writes it: an int where it is whole and safe, unless it is known to be a float. */
function numberText(value: number, asFloat: boolean): string {
  if (Object.is(value, -0)) return '-0.0'
  if (Number.isSafeInteger(value)) return asFloat ? `${value}.0` : String(value)
  if (!Number.isFinite(value)) return 'null'
  const size = Math.abs(value)
  if (size >= FIRST_EXPONENTIAL || size < LAST_EXPONENTIAL) return value.toExponential().replace('e+', 'e')
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
