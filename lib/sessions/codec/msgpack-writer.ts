import { Encoder, EXT_TIMESTAMP, ExtData, encodeTimeSpecToTimestamp } from '@msgpack/msgpack'
import { hasToJson, isPlainObject } from '../../signing/json-text.ts'
import { isFloat } from '../kinds.ts'
import { floatMark } from './json-writer.ts'
import { momentOf } from './moments.ts'
import type { Member } from './msgpack-reader.ts'
import { MAX_LEVELS_WRITTEN, MAX_SESSION_BYTES } from './unreadable.ts'
import { mapKey, rawKey, standIn, unkeepable, wellFormed } from './values.ts'

const FIRST_BYTES = 512
/** The encoders keep a buffer as large as the largest value that they wrote: larger ones get an encoder of their own. */
const SHARED_ENCODER_LENGTH = 4096
const UINT_16_MAX = 0xffff
const FIXED_LENGTH_MAX = 15
const INT_64_MIN = -(2n ** 63n)
const UINT_64_MAX = 2n ** 64n - 1n

// The package writes single values, byte for byte as msgspec does; one encoder for each of its ways to write numbers.
const plain = new Encoder()
const floats = new Encoder({ forceIntegerToFloat: true })
const bigIntegers = new Encoder({ useBigInt64: true })

/**
 * The bytes of a session as msgspec writes them: dicts keep their order, keys that are undefined are left out.
 *
 * @throws TypeError for what cannot be kept; it names the key.
 */
export function writeMsgpack(data: Readonly<Record<string, unknown>>): Uint8Array {
  const writer = new MsgpackWriter()
  writer.session(data)
  return writer.bytes()
}

/**
 * The bytes of a stored session with some top-level keys set, or removed where the value is undefined. All others keep
 * the bytes that they have.
 *
 * @param members - where the keys of `current` stand.
 * @throws TypeError for what cannot be kept; it names the key.
 */
export function mergeMsgpack(
  current: Uint8Array,
  members: readonly Member[],
  changes: ReadonlyMap<string, unknown>,
): Uint8Array {
  const last = new Map(members.map((member) => [member.name, member]))
  const kept = members.filter(
    (member) =>
      !changes.has(member.name) || (last.get(member.name) === member && changes.get(member.name) !== undefined),
  )
  const added = [...changes].filter(([name, value]) => value !== undefined && !last.has(name))
  const writer = new MsgpackWriter()
  writer.mapHead(kept.length + added.length)
  for (const { name, start, valueStart, end } of kept) {
    if (changes.has(name)) {
      writer.raw(current.subarray(start, valueStart))
      writer.member(name, changes.get(name))
    } else {
      writer.raw(current.subarray(start, end))
    }
  }
  for (const [name, value] of added) {
    writer.text(name)
    writer.member(name, value)
  }
  return writer.bytes()
}

class MsgpackWriter {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0
  /** The top-level key that is being written, for errors. */
  #key = ''

  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#length))
  }

  session(data: Readonly<Record<string, unknown>>): void {
    const keys = definedKeys(data)
    this.mapHead(keys.length)
    for (const key of keys) {
      this.#dictKey(data, key)
      this.#key = key
      this.#member(data, key, data[key], 2)
    }
  }

  /** The value of a top-level key. */
  member(key: string, value: unknown): void {
    this.#key = key
    this.#value(value, 2)
  }

  raw(bytes: Uint8Array): void {
    const end = this.#length + bytes.length
    if (end > MAX_SESSION_BYTES)
      throw unkeepable(this.#key, `with it the session has more than ${MAX_SESSION_BYTES} bytes`)
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(end * 2)
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#buffer.set(bytes, this.#length)
    this.#length = end
  }

  text(text: string): void {
    const encoder = text.length > SHARED_ENCODER_LENGTH ? new Encoder() : plain
    this.raw(encoder.encodeSharedRef(wellFormed(text)))
  }

  mapHead(length: number): void {
    this.#head(0x80, 0xde, length)
  }

  #value(value: unknown, level: number): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'number') this.#number(value, false)
    else if (value === null || value === undefined) this.raw(plain.encodeSharedRef(null))
    else if (typeof value === 'object') this.#object(value, level)
    else if (typeof value === 'boolean') this.raw(plain.encodeSharedRef(value))
    else if (typeof value === 'bigint') this.#bigInteger(value)
    else throw unkeepable(this.#key, `a ${typeof value}`)
  }

  #number(value: number, asFloat: boolean): void {
    const isInteger = !asFloat && Number.isSafeInteger(value) && !Object.is(value, -0)
    this.raw((isInteger ? plain : floats).encodeSharedRef(value))
  }

  #bigInteger(value: bigint): void {
    if (value < INT_64_MIN || value > UINT_64_MAX) {
      throw unkeepable(this.#key, `the integer ${value}, for msgpack has those of 64 bits only; keep it as text`)
    }
    const number = Number(value)
    if (Number.isSafeInteger(number)) this.#number(number, false)
    else this.raw(bigIntegers.encodeSharedRef(value))
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
    const data = encodeTimeSpecToTimestamp({ sec: moment.seconds, nsec: moment.nanoseconds })
    this.raw(plain.encodeSharedRef(new ExtData(EXT_TIMESTAMP, data)))
  }

  #binary(bytes: Uint8Array): void {
    const encoder = bytes.length > SHARED_ENCODER_LENGTH ? new Encoder() : plain
    this.raw(encoder.encodeSharedRef(bytes))
  }

  #array(items: readonly unknown[], level: number): void {
    this.#head(0x90, 0xdc, items.length)
    for (let index = 0; index < items.length; index += 1) this.#member(items, index, items[index], level + 1)
  }

  #dict(dict: Record<string, unknown>, level: number): void {
    const keys = definedKeys(dict)
    this.mapHead(keys.length)
    for (const key of keys) {
      this.#dictKey(dict, key)
      this.#member(dict, key, dict[key], level + 1)
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>, level: number): void {
    this.mapHead(map.size)
    for (const [key, value] of map) {
      this.#value(mapKey(key, this.#key), level + 1)
      if (typeof value === 'number') this.#number(value, isFloat(map, floatMark(key), value))
      else this.#value(value, level + 1)
    }
  }

  #dictKey(dict: object, key: string): void {
    const raw = rawKey(dict, key)
    if (raw === undefined) this.text(key)
    else this.raw(raw)
  }

  #member(holder: object, key: string | number, value: unknown, level: number): void {
    if (typeof value === 'number') this.#number(value, isFloat(holder, key, value))
    else this.#value(value, level)
  }

  /** The head of an array or map: its first byte for up to 15 members, for 16 bits of length, and that plus 1 for 32. */
  #head(short: number, long: number, length: number): void {
    if (length <= FIXED_LENGTH_MAX) this.raw(Uint8Array.of(short | length))
    else if (length <= UINT_16_MAX) this.raw(Uint8Array.of(long, length >>> 8, length & 0xff))
    else {
      this.raw(Uint8Array.of(long + 1, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff))
    }
  }
}

function definedKeys(dict: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(dict)
  return keys.some((key) => dict[key] === undefined) ? keys.filter((key) => dict[key] !== undefined) : keys
}
