import { isUtf8 } from 'node:buffer'
import { markFloat } from '../kinds.ts'
import { floatMark, keyText } from './json-writer.ts'
import { dateOf, isMoment } from './moments.ts'
import { MAX_LEVELS_READ, MAX_SESSION_VALUES } from './unreadable.ts'
import { rememberKey, setOwn } from './values.ts'

/** Where a top-level key of a map and its value stand among the bytes. */
export interface Member {
  /** The key; for one that is no text, the text that stands for it. */
  readonly name: string
  /** First byte of the key. */
  readonly start: number
  /** First byte of the value. */
  readonly valueStart: number
  /** The byte behind the value. */
  readonly end: number
}

/** A map of msgpack that was read. */
export interface ReadMap {
  /** Its keys. */
  readonly data: Record<string, unknown>
  /** Where they stand, in order. */
  readonly members: readonly Member[]
}

const TIMESTAMP = -1
/** Two bits of seconds share four bytes with the nanoseconds of a timestamp of 8 bytes. */
const NANOSECONDS_SHIFT = 2
const TWO_TO_32 = 2 ** 32
/** Text up to this length is looked at byte by byte, which is faster than a call. */
const SHORT_TEXT_BYTES = 24

/**
 * Reads what msgspec writes, all of it: integers past 2^53 become BigInt, timestamps dates, and what JavaScript does not tell
 * apart is remembered. The decoder of `@msgpack/msgpack` does not: it gives 1 for 1.0, refuses the key `__proto__`, and makes
 * arrays as long as the bytes claim them to be.
 *
 * No length is believed before the bytes are there, extension types other than timestamps are refused, and so are more than
 * 1,000 levels and 1,000,000 values.
 *
 * @throws SyntaxError for bytes that are not one map.
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function readMsgpack(bytes: Uint8Array): ReadMap {
  return new MsgpackReader(bytes).read()
}

class MsgpackReader {
  readonly #bytes: Buffer
  #at = 0
  #values = 0
  /** Whether the number that was read last was a float. */
  #wasFloat = false

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): ReadMap {
    const data: Record<string, unknown> = {}
    const members: Member[] = []
    for (let left = this.#mapLength(); left > 0; left--) {
      const start = this.#at
      const name = this.#key(data, 1)
      const valueStart = this.#at
      this.#set(data, name, this.#value(2))
      members.push({ name, start, valueStart, end: this.#at })
    }
    if (this.#at < this.#bytes.length) this.#fail('has bytes behind its end')
    return { data, members }
  }

  #mapLength(): number {
    const head = this.#byte()
    if (head >= 0x80 && head <= 0x8f) return this.#count(head & 0x0f, 2)
    if (head === 0xde) return this.#count(this.#uint(2), 2)
    if (head === 0xdf) return this.#count(this.#uint(4), 2)
    return this.#fail('is no map')
  }

  #value(level: number): unknown {
    this.#values += 1
    if (this.#values > MAX_SESSION_VALUES) this.#fail(`has more than ${MAX_SESSION_VALUES} values`)
    const head = this.#byte()
    if (head <= 0x7f || head >= 0xe0) {
      this.#wasFloat = false
      return head <= 0x7f ? head : head - 0x100
    }
    if (head <= 0x8f) return this.#map(this.#count(head & 0x0f, 2), level)
    if (head <= 0x9f) return this.#array(this.#count(head & 0x0f, 1), level)
    if (head <= 0xbf) return this.#text(head & 0x1f)
    switch (head) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return this.#binary(this.#uint(1))
      case 0xc5:
        return this.#binary(this.#uint(2))
      case 0xc6:
        return this.#binary(this.#uint(4))
      case 0xc7:
        return this.#extension(this.#uint(1))
      case 0xca:
        this.#wasFloat = true
        return this.#bytes.readFloatBE(this.#take(4))
      case 0xcb:
        this.#wasFloat = true
        return this.#bytes.readDoubleBE(this.#take(8))
      case 0xcc:
        return this.#integer(this.#uint(1))
      case 0xcd:
        return this.#integer(this.#uint(2))
      case 0xce:
        return this.#integer(this.#uint(4))
      case 0xcf:
        return this.#integer(this.#bytes.readBigUInt64BE(this.#take(8)))
      case 0xd0:
        return this.#integer(this.#bytes.readInt8(this.#take(1)))
      case 0xd1:
        return this.#integer(this.#bytes.readInt16BE(this.#take(2)))
      case 0xd2:
        return this.#integer(this.#bytes.readInt32BE(this.#take(4)))
      case 0xd3:
        return this.#integer(this.#bytes.readBigInt64BE(this.#take(8)))
      case 0xd6:
        return this.#extension(4)
      case 0xd7:
        return this.#extension(8)
      case 0xd9:
        return this.#text(this.#uint(1))
      case 0xda:
        return this.#text(this.#uint(2))
      case 0xdb:
        return this.#text(this.#uint(4))
      case 0xdc:
        return this.#array(this.#count(this.#uint(2), 1), level)
      case 0xdd:
        return this.#array(this.#count(this.#uint(4), 1), level)
      case 0xde:
        return this.#map(this.#count(this.#uint(2), 2), level)
      case 0xdf:
        return this.#map(this.#count(this.#uint(4), 2), level)
      default:
        return this.#fail(`has a value of a kind that sessions do not have (0x${head.toString(16)})`)
    }
  }

  #integer(value: number | bigint): number | bigint {
    this.#wasFloat = false
    if (typeof value === 'number') return value
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  #text(length: number): string {
    const start = this.#take(length)
    if (length <= SHORT_TEXT_BYTES) {
      let at = start
      while (at < this.#at && (this.#bytes[at] ?? 0) < 0x80) at += 1
      if (at === this.#at) return this.#bytes.toString('latin1', start, at)
    }
    if (!isUtf8(this.#bytes.subarray(start, this.#at))) this.#fail('has text that is not UTF-8')
    return this.#bytes.toString('utf8', start, this.#at)
  }

  #binary(length: number): Uint8Array {
    const start = this.#take(length)
    return new Uint8Array(this.#bytes.subarray(start, this.#at))
  }

  #extension(length: number): Date {
    const type = this.#bytes.readInt8(this.#take(1))
    if (type !== TIMESTAMP) this.#fail(`has a value of the extension type ${type}`)
    let seconds = 0
    let nanoseconds = 0
    if (length === 4) {
      seconds = this.#uint(4)
    } else if (length === 8) {
      const shared = this.#uint(4)
      nanoseconds = shared >>> NANOSECONDS_SHIFT
      seconds = (shared & 0b11) * TWO_TO_32 + this.#uint(4)
    } else if (length === 12) {
      nanoseconds = this.#uint(4)
      seconds = Number(this.#bytes.readBigInt64BE(this.#take(8)))
    } else {
      this.#fail(`has a timestamp of ${length} bytes`)
    }
    if (!isMoment({ seconds, nanoseconds })) this.#fail('has a timestamp out of range')
    return dateOf({ seconds, nanoseconds })
  }

  #array(length: number, level: number): unknown[] {
    this.#enter(level)
    const items: unknown[] = []
    for (let index = 0; index < length; index += 1) {
      const value = this.#value(level + 1)
      items.push(value)
      if (typeof value === 'number' && this.#wasFloat && Number.isSafeInteger(value)) markFloat(items, index, value)
    }
    return items
  }

  /** A plain object; a Map where two keys, such as 1 and '1', are the same as text. */
  #map(length: number, level: number): Record<string, unknown> | Map<unknown, unknown> {
    this.#enter(level)
    const start = this.#at
    const holder: Record<string, unknown> = {}
    const odd = new Set<string>()
    for (let left = length; left > 0; left--) {
      const head = this.#bytes[this.#at] ?? 0
      const name = this.#key(holder, level)
      const isOdd = !isTextHead(head)
      if ((isOdd || odd.size > 0) && Object.hasOwn(holder, name) && odd.has(name) !== isOdd) {
        this.#at = start
        return this.#ambiguousMap(length, level)
      }
      if (isOdd) odd.add(name)
      this.#set(holder, name, this.#value(level + 1))
    }
    return holder
  }

  #ambiguousMap(length: number, level: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    for (let left = length; left > 0; left--) {
      const key = this.#value(level + 1)
      if (!isKey(key)) this.#fail('has a map as a key')
      const value = this.#value(level + 1)
      map.set(key, value)
      if (typeof value === 'number' && this.#wasFloat) markFloat(map, floatMark(key), value)
    }
    return map
  }

  #key(holder: object, level: number): string {
    const start = this.#at
    const key = this.#value(level + 1)
    if (typeof key === 'string') return key
    if (!isKey(key)) this.#fail('has a map as a key')
    const text = keyText(key)
    rememberKey(holder, text, new Uint8Array(this.#bytes.subarray(start, this.#at)))
    return text
  }

  #set(holder: Record<string, unknown>, name: string, value: unknown): void {
    setOwn(holder, name, value)
    if (typeof value === 'number' && this.#wasFloat && Number.isSafeInteger(value)) markFloat(holder, name, value)
  }

  #enter(level: number): void {
    if (level > MAX_LEVELS_READ) this.#fail(`has more than ${MAX_LEVELS_READ} levels`)
  }

  /** A number of items, each of at least so many bytes, which have to be there. */
  #count(items: number, bytesEach: number): number {
    if (items * bytesEach > this.#bytes.length - this.#at) this.#fail('breaks off')
    return items
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  #uint(length: 1 | 2 | 4): number {
    return this.#bytes.readUIntBE(this.#take(length), length)
  }

  /** Moves over so many bytes, which have to be there, and gives where they start. */
  #take(length: number): number {
    const start = this.#at
    if (length > this.#bytes.length - start) this.#fail('breaks off')
    this.#at = start + length
    return start
  }

  #fail(what: string): never {
    throw new SyntaxError(`It ${what}, at byte ${this.#at} of its msgpack.`)
  }
}

/** Whether a byte starts text. */
function isTextHead(head: number): boolean {
  return (head >= 0xa0 && head <= 0xbf) || (head >= 0xd9 && head <= 0xdb)
}

/** Whether Python has such a value as the key of a dict. */
function isKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isKey)
  return typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date
}
