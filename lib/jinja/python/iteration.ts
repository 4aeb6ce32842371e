import { Markup } from '../markup.ts'
import { Undefined } from '../undefined.ts'
import { Float, isMapping, keysOf, Range, sizeOf } from './containers.ts'
import { typeName } from './names.ts'

// A pair of UTF-16 units that is one character of Python's.
const SURROGATE = /[\ud800-\udfff]/

/** Whether a text has characters of two UTF-16 units, so that its indexes are not Python's. */
export function isWide(text: string): boolean {
  return SURROGATE.test(text)
}

/** The characters of a text, as Python counts them. */
export function characters(text: string): string[] {
  return isWide(text) ? Array.from(text) : text.split('')
}

/** How many characters a text has, as Python counts them. */
export function textLength(text: string): number {
  if (!isWide(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** Whether Python's `bool()` of the value is true: not for empty texts, lists and dicts, 0, none, false and undefined values. */
export function truth(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'number':
      // NaN is true in Python.
      return value !== 0
    case 'undefined':
      return false
    case 'bigint':
      return value !== 0n
    case 'object':
      return value !== null && truthOfObject(value)
    default:
      return true
  }
}

function truthOfObject(value: object): boolean {
  if (Array.isArray(value) || value instanceof Markup || value instanceof Range) return value.length > 0
  if (value instanceof Undefined) return value.__bool__()
  if (value instanceof Map || value instanceof Set) return value.size > 0
  if (value instanceof Float) return value.__value__ !== 0
  if ('__bool__' in value && typeof value.__bool__ === 'function') return Boolean(value.__bool__())
  if (isMapping(value)) {
    for (const key in value) if (Object.hasOwn(value, key)) return true
    return false
  }
  if ('__len__' in value && typeof value.__len__ === 'function') return value.__len__() !== 0
  // What is like a Map counts as one: form data, headers.
  if ('size' in value && typeof value.size === 'number' && 'has' in value && 'get' in value) return value.size > 0
  return true
}

/**
 * How many items or characters a value has.
 *
 * @throws TypeError for what cannot be counted: numbers, none, generators.
 */
export function len(value: unknown): number {
  if (typeof value === 'string') return textLength(value)
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value) || value instanceof Range) return value.length
    if (value instanceof Markup) return textLength(value.toString())
    if (value instanceof Undefined) return value.__len__()
    if (value instanceof Set) return value.size
    if (isMapping(value)) return sizeOf(value)
    if ('__len__' in value && typeof value.__len__ === 'function') return Number(value.__len__())
    if (ArrayBuffer.isView(value)) return value.byteLength
    if (!(value instanceof Float) && 'size' in value && typeof value.size === 'number') return value.size
  }
  if (value === undefined) return 0
  throw new TypeError(`object of type '${typeName(value)}' has no len()`)
}

/**
 * What a loop goes through: the items of a list, the characters of a text, the keys of a dict. An array is given as
 * it is, so that a loop sees what is appended meanwhile.
 *
 * @throws TypeError for what cannot be gone through.
 */
export function iterate(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return characters(value)
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Undefined) return value.__iter__()
    if (value instanceof Markup) return characters(value.toString())
    if (isMapping(value)) return keysOf(value)
    // What is like a Map counts as one: form data, headers.
    if ('has' in value && 'get' in value && 'keys' in value && typeof value.keys === 'function') return value.keys()
    if (Symbol.iterator in value && typeof value[Symbol.iterator] === 'function') return value as Iterable<unknown>
    if ('__iter__' in value && typeof value.__iter__ === 'function') return value.__iter__()
    if (Symbol.asyncIterator in value) {
      throw new TypeError(`'${typeName(value)}' object is iterated asynchronously: use render_async`)
    }
  }
  if (value === undefined) return []
  throw new TypeError(`'${typeName(value)}' object is not iterable`)
}

/** Whether a loop can go through the value. */
export function isIterable(value: unknown): boolean {
  if (typeof value === 'string' || value === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value) || value instanceof Undefined || isMapping(value)) return true
  return Symbol.iterator in value || '__iter__' in value || Symbol.asyncIterator in value
}

/** The items that a loop would go through, as a new array. @throws OverflowError for a range of more than 16,777,216. */
export function toArray(value: unknown): unknown[] {
  if (value instanceof Range) return value.toArray()
  const items = iterate(value)
  return Array.isArray(items) ? Array.prototype.slice.call(items) : Array.from(items)
}
