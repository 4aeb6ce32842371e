import type { Host, TestFunction } from './host.ts'
import { hasHtml } from './markup.ts'
import { native } from './native.ts'
import { pass_environment } from './pass.ts'
import { asNumber, asText, contains, equals, gt, gteq, lt, lteq } from './python/compare.ts'
import { Float, isMapping, Range, View } from './python/containers.ts'
import { isIterable } from './python/iteration.ts'
import { isLower, isUpper } from './python/letters.ts'
import { isInteger, mod } from './python/operators.ts'
import { str } from './python/text.ts'
import { Undefined } from './undefined.ts'

function one(name: string, test: (value: unknown) => boolean): TestFunction {
  return native(name, '', test)
}

function two(name: string, test: (value: unknown, other: unknown) => boolean): TestFunction {
  return native(name, 'other', test)
}

function isCallable(value: unknown): boolean {
  if (typeof value === 'function' || value instanceof Undefined) return true
  return typeof value === 'object' && value !== null && '__call__' in value && typeof value.__call__ === 'function'
}

function hasLength(value: Undefined): boolean {
  try {
    return value.__len__() >= 0
  } catch {
    return false
  }
}

function isSequence(value: unknown): boolean {
  if (Array.isArray(value)) return !(value instanceof View)
  if (asText(value) !== undefined || isMapping(value) || value instanceof Range) return true
  if (value instanceof Undefined) return hasLength(value)
  return value === undefined || ArrayBuffer.isView(value)
}

function isSame(value: unknown, other: unknown): boolean {
  if (value instanceof Float && other instanceof Float) return value.__value__ === other.__value__
  return value === other
}

const eq = two('eq', equals)
const ne = two('ne', (value, other) => !equals(value, other))
const greater = two('gt', gt)
const atLeast = two('ge', gteq)
const less = two('lt', lt)
const atMost = two('le', lteq)

const TESTS: Readonly<Record<string, TestFunction>> = {
  boolean: one('boolean', (value) => typeof value === 'boolean'),
  callable: one('callable', isCallable),
  defined: one('defined', (value) => value !== undefined && !(value instanceof Undefined)),
  divisibleby: native('divisibleby', 'num', (value: unknown, num: unknown) => equals(mod(value, num), 0)),
  escaped: one('escaped', hasHtml),
  even: one('even', (value) => equals(mod(value, 2), 0)),
  false: one('false', (value) => value === false),
  filter: pass_environment(native('filter', '', (env: Host, value: unknown) => str(value) in env.filters)),
  float: one('float', (value) => value instanceof Float || (typeof value === 'number' && !Number.isSafeInteger(value))),
  in: two('in', (value, container) => contains(container, value)),
  integer: one('integer', (value) => typeof value !== 'boolean' && isInteger(value)),
  iterable: one('iterable', (value) => {
    // An undefined value may object to being gone through.
    if (value instanceof Undefined) value.__iter__()
    return isIterable(value)
  }),
  lower: one('lower', (value) => isLower(str(value))),
  mapping: one('mapping', isMapping),
  none: one('none', (value) => value === null),
  number: one('number', (value) => asNumber(value) !== undefined),
  odd: one('odd', (value) => equals(mod(value, 2), 1)),
  sameas: two('sameas', isSame),
  sequence: one('sequence', isSequence),
  string: one('string', (value) => asText(value) !== undefined),
  test: pass_environment(native('test', '', (env: Host, value: unknown) => str(value) in env.tests)),
  true: one('true', (value) => value === true),
  undefined: one('undefined', (value) => value === undefined || value instanceof Undefined),
  upper: one('upper', (value) => isUpper(str(value))),
  '==': eq,
  eq,
  equalto: eq,
  '!=': ne,
  ne,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  '>=': atLeast,
  ge: atLeast,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': atMost,
  le: atMost,
}

/** The built-in tests, by name. */
export function defaultTests(): Record<string, TestFunction> {
  return { ...TESTS }
}
