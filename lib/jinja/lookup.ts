import { readFunctionProperty, readMember } from './attributes.ts'
import { macroBehind } from './macro.ts'
import { Markup } from './markup.ts'
import { DICT_METHODS } from './methods/dict.ts'
import { LIST_METHODS, SET_METHODS, TUPLE_METHODS } from './methods/list.ts'
import { FLOAT_METHODS, INTEGER_METHODS, numberAttribute } from './methods/number.ts'
import { MARKUP_METHODS, STRING_METHODS } from './methods/string.ts'
import type { CallableMethod, MethodTable } from './methods/table.ts'
import { SIGNATURE, signatureOf } from './native.ts'
import { PASS, passOf } from './pass.ts'
import { asNumber, asText } from './python/compare.ts'
import { Float, isMapping, Range, readKey, Tuple, View } from './python/containers.ts'
import { characters, isWide } from './python/iteration.ts'
import { isInteger } from './python/operators.ts'
import { Undefined, type UndefinedClass } from './undefined.ts'

/** What look-ups need of an environment. */
export interface LookupHost {
  /** The class of what is missing. */
  readonly undefined: UndefinedClass
}

const NO_METHODS: MethodTable = Object.create(null) as MethodTable

/** The methods that a value has by its type. */
function methodsOf(value: unknown): MethodTable {
  switch (typeof value) {
    case 'string':
      return STRING_METHODS
    case 'number':
      return Number.isSafeInteger(value) ? INTEGER_METHODS : FLOAT_METHODS
    case 'bigint':
    case 'boolean':
      return INTEGER_METHODS
    case 'object':
      break
    default:
      return NO_METHODS
  }
  if (value === null) return NO_METHODS
  if (value instanceof Markup) return MARKUP_METHODS
  if (Array.isArray(value))
    return value instanceof Tuple ? TUPLE_METHODS : value instanceof View ? NO_METHODS : LIST_METHODS
  if (isMapping(value)) return DICT_METHODS
  if (value instanceof Set) return SET_METHODS
  return value instanceof Float ? FLOAT_METHODS : NO_METHODS
}

/** The method of a value's type with that name, undefined where it has none. */
export function findMethod(value: unknown, name: string): CallableMethod | undefined {
  return methodsOf(value)[name]
}

/** The method as a function of its own, for templates that keep or print it. */
function boundMethod(value: unknown, found: CallableMethod): unknown {
  const bound = (...args: unknown[]) => found.call(value, ...args)
  Object.defineProperty(bound, 'name', { value: found.signature.name })
  return Object.assign(bound, { [SIGNATURE]: found.signature })
}

/** Whether attributes of the value are those of an object with a class: no dict, list or text. */
function isInstance(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(
      value instanceof Markup ||
      value instanceof Float ||
      value instanceof Map ||
      value instanceof Set ||
      value instanceof Range
    )
  )
}

function instanceMember(value: object, name: string): unknown {
  const member = readMember(value, name)
  if (typeof member !== 'function') return member
  const bound: unknown = member.bind(value)
  const pass = passOf(member)
  const signature = signatureOf(member)
  if (pass !== undefined) Object.assign(bound as object, { [PASS]: pass })
  return signature === undefined ? bound : Object.assign(bound as object, { [SIGNATURE]: signature })
}

/** What a tuple has a name for, as the groups of `groupby` have for their two items. */
function namedItem(tuple: Tuple, name: string): unknown {
  return !/^(?:\d+|length)$/.test(name) && Object.hasOwn(tuple, name) ? Reflect.get(tuple, name) : undefined
}

/** An attribute proper: methods, members of objects, properties of functions; no items. Undefined where there is none. */
export function readAttribute(value: unknown, name: string): unknown {
  const found = methodsOf(value)[name]
  if (found !== undefined) return boundMethod(value, found)
  if (typeof value === 'function') {
    const macro = macroBehind(value)
    return macro === undefined ? readFunctionProperty(value, name) : instanceMember(macro, name)
  }
  if (value instanceof Undefined) return value.__getattr__(name)
  if (value instanceof Tuple) return readField(value, name)
  if (asNumber(value) !== undefined) return numberAttribute(value, name)
  if (value instanceof Range) return name === 'start' || name === 'stop' || name === 'step' ? value[name] : undefined
  if (value instanceof Tuple) return namedItem(value, name)
  if (!isInstance(value) || isMapping(value)) return undefined
  if ('__getattr__' in value && typeof value.__getattr__ === 'function') return value.__getattr__(name)
  return instanceMember(value, name)
}

/** A field of a tuple that has names, as groups have; indexes and `length` are no fields. */
function readField(value: Tuple, name: string): unknown {
  if (/^(?:\d+|length)$/.test(name) || !Object.hasOwn(value, name)) return undefined
  return (value as unknown as Record<string, unknown>)[name]
}

/** The item of a value, undefined where there is none. */
function readItem(value: unknown, key: unknown): unknown {
  if (isMapping(value)) return isKey(key) ? readKey(value, key) : undefined
  if (value instanceof Undefined) return value.__getitem__(key)
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') {
    if (!isInteger(key)) return undefined
    const place = Number(key)
    if (Array.isArray(value)) return value instanceof View ? undefined : value.at(place)
    const text = asText(value)
    if (text !== undefined) {
      const found = isWide(text) ? characters(text).at(place) : text.at(place)
      return found !== undefined && value instanceof Markup ? new Markup(found) : found
    }
    if (value instanceof Range) return value.at(place < 0 ? place + value.length : place)
  }
  if (!isInstance(value)) return undefined
  if ('__getitem__' in value && typeof value.__getitem__ === 'function') return value.__getitem__(key)
  return readEntry(value, key)
}

function isKey(key: unknown): boolean {
  return !(Array.isArray(key) && !(key instanceof Tuple)) && !(key instanceof Set) && !isMapping(key)
}

/** An entry of something that is like a Map, as headers and form data are. */
function readEntry(value: object, key: unknown): unknown {
  if (!('has' in value && 'get' in value && typeof value.has === 'function' && typeof value.get === 'function'))
    return undefined
  const name = asText(key) ?? key
  return value.has(name) ? value.get(name) : undefined
}

function missing(host: LookupHost, obj: unknown, name: unknown): Undefined {
  return new host.undefined({ obj, name })
}

/** `value.name`: the attribute, else the item of that name, else an undefined value. */
export function getattr(host: LookupHost, value: unknown, name: string): unknown {
  if (value === undefined) return new host.undefined({ name: 'a missing value' }).__getattr__(name)
  const found = readAttribute(value, name)
  if (found !== undefined) return found
  const item = isMapping(value) ? readKey(value, name) : isInstance(value) ? readItemOfInstance(value, name) : undefined
  return item === undefined ? missing(host, value, name) : item
}

function readItemOfInstance(value: object, name: string): unknown {
  if (value instanceof Undefined) return undefined
  if ('__getitem__' in value && typeof value.__getitem__ === 'function') return value.__getitem__(name)
  return readEntry(value, name)
}

/** `value[key]`: the item, else the attribute of that name, else an undefined value. */
export function getitem(host: LookupHost, value: unknown, key: unknown): unknown {
  if (value === undefined) return new host.undefined({ name: 'a missing value' }).__getitem__(key)
  const item = readItem(value, key)
  if (item !== undefined) return item
  const name = asText(key)
  const found = name === undefined || value instanceof Undefined ? undefined : readAttribute(value, name)
  return found === undefined ? missing(host, value, key) : found
}
