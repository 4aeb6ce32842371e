import { Markup } from '../markup.ts'
import { Undefined } from '../undefined.ts'
import {
  entriesOf,
  Float,
  hasKey,
  isMapping,
  keysOf,
  type Mapping,
  Range,
  readKey,
  sizeOf,
  Tuple,
  View,
} from './containers.ts'
import { isWide, iterate, truth } from './iteration.ts'
import { typeName } from './names.ts'

/** The value as a number to compute with, undefined for what is none; true and false count as 1 and 0. */
export function asNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Float ? value.__value__ : undefined
}

/** The value as a plain text, undefined for what is none. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof Markup ? value.toString() : undefined
}

/** Whether two values are equal in Python's sense: 1 and 1.0 and true are, [1] and (1,) are not. */
export function equals(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string') return false
  if (a instanceof Undefined) return a.__eq__(b)
  if (b instanceof Undefined) return b.__eq__(a)
  const numberA = asNumber(a)
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are equal by == alone
  if (numberA !== undefined) return numberA == asNumber(b)
  const textA = asText(a)
  if (textA !== undefined) return textA === asText(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return equalObjects(a, b)
}

function equalObjects(a: object, b: object): boolean {
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length || kindOf(a) !== kindOf(b)) return false
    if (a instanceof View) return a.__kind__ !== 'values' && a.every((item) => contains(b, item))
    return a.every((item, index) => equals(item, b[index]))
  }
  if (isMapping(a)) return isMapping(b) && equalDicts(a, b)
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((item) => b.has(item))
  if (a instanceof Range && b instanceof Range) return a.equals(b)
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if ('__eq__' in a && typeof a.__eq__ === 'function') return truth(a.__eq__(b))
  return false
}

function kindOf(array: unknown[]): string {
  if (array instanceof Tuple) return 'tuple'
  return array instanceof View ? array.__kind__ : 'list'
}

function equalDicts(a: Mapping, b: Mapping): boolean {
  if (sizeOf(a) !== sizeOf(b)) return false
  for (const [key, value] of entriesOf(a)) {
    if (!hasKey(b, key) || !equals(value, readKey(b, key))) return false
  }
  return true
}

/** A negative number, 0 or a positive number for a text before, equal to or after another one, by code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  if (!isWide(a) && !isWide(b)) return a < b ? -1 : 1
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()]
  for (;;) {
    const [one, two] = [left.next(), right.next()]
    if (one.done) return two.done ? 0 : -1
    if (two.done) return 1
    if (one.value !== two.value) return one.value.codePointAt(0)! - two.value.codePointAt(0)!
  }
}

/**
 * Orders two values: negative, 0 or positive; NaN where neither comes first.
 *
 * @param sign The operator, for the error message.
 * @throws TypeError for values that have no order: a number and a text, two dicts.
 */
export function compare(a: unknown, b: unknown, sign = '<'): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a instanceof Undefined) return a.fail()
  if (b instanceof Undefined) return b.fail()
  const numberA = asNumber(a)
  const numberB = asNumber(b)
  if (numberA !== undefined && numberB !== undefined) {
    if (numberA < numberB) return -1
    // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are equal by == alone
    return numberA > numberB ? 1 : numberA == numberB ? 0 : Number.NaN
  }
  const textA = asText(a)
  const textB = asText(b)
  if (textA !== undefined && textB !== undefined) return compareText(textA, textB)
  if (Array.isArray(a) && Array.isArray(b) && kindOf(a) === kindOf(b) && !(a instanceof View))
    return compareArrays(a, b, sign)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (typeof a === 'object' && a !== null && '__lt__' in a && typeof a.__lt__ === 'function') {
    return truth(a.__lt__(b)) ? -1 : equals(a, b) ? 0 : 1
  }
  throw new TypeError(`'${sign}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`)
}

function compareArrays(a: unknown[], b: unknown[], sign: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    if (!equals(a[index], b[index])) return compare(a[index], b[index], sign)
  }
  return a.length - b.length
}

/** `a < b` */
export function lt(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a < b : compare(a, b, '<') < 0
}

/** `a <= b` */
export function lteq(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a <= b : compare(a, b, '<=') <= 0
}

/** `a > b` */
export function gt(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a > b : compare(a, b, '>') > 0
}

/** `a >= b` */
export function gteq(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a >= b : compare(a, b, '>=') >= 0
}

/**
 * `item in container`: a part of a text, a key of a dict, an item of anything else that can be gone through.
 *
 * @throws TypeError where the container cannot be searched.
 */
export function contains(container: unknown, item: unknown): boolean {
  const text = asText(container)
  if (text !== undefined) {
    const part = asText(item)
    if (part !== undefined) return text.includes(part)
    if (item instanceof Undefined) return item.fail()
    throw new TypeError(`'in <string>' requires string as left operand, not ${typeName(item)}`)
  }
  if (container instanceof Undefined) return container.__contains__(item)
  if (typeof container === 'object' && container !== null && !Array.isArray(container)) {
    if (isMapping(container)) return hasKey(container, item)
    if (container instanceof Range) {
      const number = asNumber(item)
      return number !== undefined && container.includes(Number(number))
    }
    if (container instanceof Set && container.has(item)) return true
    if ('__contains__' in container && typeof container.__contains__ === 'function')
      return truth(container.__contains__(item))
    if (!(container instanceof Set) && 'has' in container && typeof container.has === 'function') {
      return truth(container.has(asText(item) ?? item))
    }
  }
  if (container === undefined) return false
  if (typeof container !== 'object' || container === null || container instanceof Float) {
    throw new TypeError(`argument of type '${typeName(container)}' is not iterable`)
  }
  for (const value of iterate(container)) if (equals(value, item)) return true
  return false
}

/** The keys of a dict in the order of their text, for what has to be the same each time. */
export function sortedKeys(dict: Mapping): unknown[] {
  return keysOf(dict).sort((a, b) => compare(a, b))
}
