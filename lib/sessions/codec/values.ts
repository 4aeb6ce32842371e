import { hasToJson } from '../../signing/json-text.ts'

/** For each object that was read, its keys that are no text: the text that stands for one, and its bytes in msgpack. */
const rawKeys = new WeakMap<object, Map<string, Uint8Array>>()
const LONE_SURROGATE = /\p{Surrogate}/gu
const HAS_SURROGATE = /[\ud800-\udfff]/

/** Remembers that a key of an object stands for a number or other value, which Python's dicts have as keys. */
export function rememberKey(holder: object, text: string, raw: Uint8Array): void {
  const keys = rawKeys.get(holder)
  if (keys === undefined) rawKeys.set(holder, new Map([[text, raw]]))
  else keys.set(text, raw)
}

/** The bytes in msgpack of a key that was no text; undefined for all others. */
export function rawKey(holder: object, text: string): Uint8Array | undefined {
  return rawKeys.get(holder)?.get(text)
}

/** Sets a property of an object's own, whatever its name: `__proto__` too. */
export function setOwn(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') holder[key] = value
  else Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Text that has UTF-8: halves of surrogate pairs, which have none, become U+FFFD. */
export function wellFormed(text: string): string {
  return HAS_SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : text
}

/** The error for what a session cannot keep, under one of its keys. */
export function unkeepable(key: string, what: string): TypeError {
  return new TypeError(`The session cannot keep what is under the key ${JSON.stringify(key)}: ${what}.`)
}

/**
 * What is written for a key of a Map. Python has numbers, bytes, dates, tuples and more as keys of dicts, but no dicts.
 *
 * @throws TypeError for a key that Python does not have.
 */
export function mapKey(key: unknown, sessionKey: string): unknown {
  if (Array.isArray(key)) return key.map((item) => mapKey(item, sessionKey))
  if (typeof key !== 'object' || key === null || key instanceof Date || key instanceof Uint8Array) return key
  const instead = standIn(key, sessionKey)
  if (typeof instead === 'object') throw unkeepable(sessionKey, 'a Map with an object as a key')
  return instead
}

/**
 * What is written in place of an object that is neither an array, a plain object, a map, a date nor bytes: text for `Markup`
 * and `UUID`, an array for a set, what `toJSON` gives, else the object's own properties.
 *
 * @throws TypeError for objects without properties of their own, and typed arrays other than of bytes.
 */
export function standIn(value: object, key: string): unknown {
  if ('__html__' in value && typeof value.__html__ === 'function') return String(value.__html__())
  if (hasToJson(value)) return value.toJSON('')
  if (value instanceof Set) return [...value]
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf()
  const name = value.constructor?.name ?? 'object'
  if (ArrayBuffer.isView(value)) throw unkeepable(key, `a ${name}, of which Array.from() makes what can be kept`)
  if (Object.keys(value).length === 0) throw unkeepable(key, `a ${name}; keep what it stands for`)
  return { ...value }
}
