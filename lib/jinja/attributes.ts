import { isPlain } from './python/containers.ts'

// Names that lead from any object to its class and so to everything.
const REFUSED: ReadonlySet<string> = new Set(['constructor', '__proto__', 'prototype'])

/** Whether an attribute of an object with a class may never be read. */
export function isRefused(name: string): boolean {
  return name.startsWith('__') || REFUSED.has(name)
}

/**
 * An attribute of an object with a class: its own properties first, then getters and methods of its classes below
 * `Object`. Methods are given unbound. Null for a property without a value; undefined where there is no property of that
 * name, and for names that lead to the class itself.
 */
export function readMember(object: object, name: string): unknown {
  if (isRefused(name)) return undefined
  if (!Object.hasOwn(object, name) && !isInherited(object, name)) return undefined
  // A property without a value is none; templates call undefined what is not there at all.
  return (object as Record<string, unknown>)[name] ?? null
}

function isInherited(object: object, name: string): boolean {
  let prototype: unknown = Object.getPrototypeOf(object)
  while (typeof prototype === 'object' && prototype !== null && !isRoot(prototype)) {
    if (Object.hasOwn(prototype, name)) return true
    prototype = Object.getPrototypeOf(prototype)
  }
  return false
}

function isRoot(prototype: object): boolean {
  return prototype === Object.prototype || prototype === Function.prototype || Object.getPrototypeOf(prototype) === null
}

/** An own property of a function that its author put there: enumerable, which `name` and `prototype` are not. */
export function readFunctionProperty(fn: object, name: string): unknown {
  if (isRefused(name) || !Object.prototype.propertyIsEnumerable.call(fn, name)) return undefined
  return (fn as Record<string, unknown>)[name]
}

/**
 * An attribute for `str.format`: of an object with a class or one without.
 * Strings, lists and dicts have no attributes here, only items.
 */
export function findAttribute(value: unknown, name: string): unknown {
  if (typeof value === 'function') return readFunctionProperty(value, name)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return undefined
  return isPlain(value) ? undefined : readMember(value, name)
}
