import { OverflowError, ZeroDivisionError } from '../exceptions.ts'
import { hasHtml, Markup } from '../markup.ts'
import type { BinaryOperator } from '../nodes.ts'
import { Undefined } from '../undefined.ts'
import { asNumber, asText } from './compare.ts'
import { checkedLength, Float, float, Tuple, View } from './containers.ts'
import { htmlOf } from './html.ts'
import { typeName } from './names.ts'
import { percentFormat } from './percent-format.ts'

const SIGNS: Readonly<Record<BinaryOperator, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  floordiv: '//',
  mod: '%',
  pow: '** or pow()',
}

function unsupported(op: BinaryOperator, a: unknown, b: unknown): never {
  if (a instanceof Undefined) a.fail()
  if (b instanceof Undefined) b.fail()
  throw new TypeError(`unsupported operand type(s) for ${SIGNS[op]}: '${typeName(a)}' and '${typeName(b)}'`)
}

/** Whether the value is an integer of Python's; whole floats are in a box, and beyond 2^53 integers are bigints. */
export function isInteger(value: unknown): value is number | bigint | boolean {
  return Number.isSafeInteger(value) || typeof value === 'bigint' || typeof value === 'boolean'
}

/** An integer as a number where that is exact, else as a bigint. */
export function integer(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}

/** Computes with two numbers: exactly with integers of any size, as doubles otherwise. */
function compute(
  op: BinaryOperator,
  a: unknown,
  b: unknown,
  exact: (a: bigint, b: bigint) => bigint,
  inexact: (a: number, b: number) => number,
  ofFloats: (a: number, b: number) => number = inexact,
): unknown {
  const left = asNumber(a)
  const right = asNumber(b)
  if (left === undefined || right === undefined) return unsupported(op, a, b)
  if (isInteger(a) && isInteger(b)) {
    if (typeof left === 'number' && typeof right === 'number') {
      const result = inexact(left, right)
      // Integers have no negative zero.
      if (Number.isSafeInteger(result)) return result + 0
    }
    return integer(exact(BigInt(left), BigInt(right)))
  }
  return float(ofFloats(Number(left), Number(right)))
}

/** `a + b`: numbers, texts, lists and tuples. */
export function add(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (!Number.isInteger(sum)) return sum
    if (Number.isSafeInteger(sum) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return sum
  } else if (typeof a === 'string' && typeof b === 'string') {
    return a + b
  }
  if (a instanceof Markup || b instanceof Markup) {
    if ((asText(a) !== undefined || hasHtml(a)) && (asText(b) !== undefined || hasHtml(b))) {
      return new Markup(htmlOf(a).toString() + htmlOf(b).toString())
    }
    return unsupported('add', a, b)
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a instanceof Tuple && b instanceof Tuple) return Tuple.make([...a, ...b])
    if (isList(a) && isList(b)) return [...a, ...b]
  }
  return compute(
    'add',
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
  )
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof Tuple) && !(value instanceof View)
}

/** `a - b` */
export function sub(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (!Number.isInteger(difference)) return difference
    if (Number.isSafeInteger(difference) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return difference
  }
  if (a instanceof Set && b instanceof Set) return new Set([...a].filter((item) => !b.has(item)))
  return compute(
    'sub',
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
  )
}

/** `a * b`: numbers, or a text or list and how often. */
export function mul(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (!Number.isInteger(product)) return product
    if (Number.isSafeInteger(product) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return product + 0
  }
  if (asNumber(a) === undefined) return asNumber(b) === undefined ? unsupported('mul', a, b) : repeat(a, b)
  return asNumber(b) === undefined
    ? repeat(b, a)
    : compute(
        'mul',
        a,
        b,
        (x, y) => x * y,
        (x, y) => x * y,
      )
}

/** The longest text, in UTF-16 units, that repeating gives; more would take all memory. */
const LONGEST_TEXT = 2 ** 26

function repeat(value: unknown, times: unknown): unknown {
  const text = asText(value)
  if (text === undefined && !Array.isArray(value)) return unsupported('mul', value, times)
  if (!isInteger(times)) throw new TypeError(`can't multiply sequence by non-int of type '${typeName(times)}'`)
  if (typeof times === 'bigint') throw new OverflowError("cannot fit 'int' into an index-sized integer")
  const count = Math.max(0, Number(times))
  const size = text === undefined ? (value as unknown[]).length : text.length
  if (text === undefined) checkedLength(count * size)
  else if (count * size > LONGEST_TEXT) throw new OverflowError(`a text of ${count * size} characters is too long`)
  if (text !== undefined) return value instanceof Markup ? new Markup(text.repeat(count)) : text.repeat(count)
  const items: unknown[] = value instanceof Tuple ? new Tuple() : []
  for (let round = 0; round < count && size > 0; round++) for (const item of value as unknown[]) items.push(item)
  return items
}

/** `a / b`, which is always a float. */
export function div(a: unknown, b: unknown): unknown {
  const left = asNumber(a)
  const right = asNumber(b)
  if (left === undefined || right === undefined) return unsupported('div', a, b)
  if (Number(right) === 0) throw new ZeroDivisionError('division by zero')
  if (typeof left === 'bigint' || typeof right === 'bigint') {
    if (isInteger(a) && isInteger(b)) return float(divideExactly(BigInt(left), BigInt(right)))
  }
  return float(Number(left) / Number(right))
}

const QUOTIENT_DIGITS = 60n

function divideExactly(a: bigint, b: bigint): number {
  const whole = a / b
  const rest = a % b
  if (rest === 0n) return whole === 0n && b < 0n ? -0 : Number(whole)
  return Number(`${(a * 10n ** QUOTIENT_DIGITS) / b}e-${QUOTIENT_DIGITS}`)
}

/** `a // b`, rounded down. */
export function floordiv(a: unknown, b: unknown): unknown {
  const right = asNumber(b)
  if (asNumber(a) !== undefined && right !== undefined && Number(right) === 0) {
    throw new ZeroDivisionError(
      isInteger(a) && isInteger(b) ? 'integer division or modulo by zero' : 'float floor division by zero',
    )
  }
  return compute('floordiv', a, b, (x, y) => (x - floorMod(x, y)) / y, floorDivide, floorDivideFloats)
}

function floorDivide(a: number, b: number): number {
  return Math.round((a - remainder(a, b)) / b) + 0
}

/** Of floats a quotient of zero keeps the sign that the true one has. */
function floorDivideFloats(a: number, b: number): number {
  const quotient = Math.round((a - remainder(a, b)) / b)
  return quotient === 0 ? 0 * (a / b < 0 || Object.is(a / b, -0) ? -1 : 1) : quotient
}

function floorMod(a: bigint, b: bigint): bigint {
  const rest = a % b
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest
}

function remainder(a: number, b: number): number {
  const rest = a % b
  if (rest === 0) return b < 0 ? -0 : 0
  return rest < 0 !== b < 0 ? rest + b : rest
}

/** `a % b`: the remainder with the sign of `b`, or a text formatted with values. */
export function mod(a: unknown, b: unknown): unknown {
  if (typeof a === 'string' || a instanceof Markup) return percentFormat(a, b)
  const right = asNumber(b)
  if (asNumber(a) !== undefined && right !== undefined && Number(right) === 0) {
    throw new ZeroDivisionError(isInteger(a) && isInteger(b) ? 'integer division or modulo by zero' : 'float modulo')
  }
  return compute('mod', a, b, floorMod, (x, y) => remainder(x, y) + 0, remainder)
}

/** The largest power that is computed: its result has at most this many bits. */
const LARGEST_POWER_BITS = 1_000_000

/** `a ** b` */
export function pow(a: unknown, b: unknown): unknown {
  const left = asNumber(a)
  const right = asNumber(b)
  if (left === undefined || right === undefined) return unsupported('pow', a, b)
  if (Number(left) === 0 && Number(right) < 0) {
    throw new ZeroDivisionError('0.0 cannot be raised to a negative power')
  }
  if (isInteger(a) && isInteger(b) && Number(right) >= 0) {
    const result = Number(left) ** Number(right)
    if (Number.isSafeInteger(result)) return result
    if (Math.log2(Math.abs(Number(left))) * Number(right) > LARGEST_POWER_BITS) {
      throw new OverflowError(`the result of ${left} ** ${right} is too large`)
    }
    return integer(BigInt(left) ** BigInt(right))
  }
  const result = power(Number(left), Number(right))
  if (Number.isNaN(result) && !Number.isNaN(Number(left)) && !Number.isNaN(Number(right))) {
    throw new TypeError('a negative number cannot be raised to a fractional power: complex numbers are not supported')
  }
  if (!Number.isFinite(result) && Number.isFinite(Number(left)) && Number.isFinite(Number(right))) {
    throw new OverflowError('(34, "Numerical result out of range")')
  }
  return float(result)
}

/** The largest exponent for which a power is computed exactly before it is rounded. */
const LARGEST_EXACT_EXPONENT = 64

/** A power of doubles. JavaScript's own is off by one in the last place at times; whole exponents are computed exactly. */
function power(base: number, exponent: number): number {
  if (exponent === 0.5 && base >= 0) return Math.sqrt(base)
  const isExact =
    Number.isInteger(exponent) && Math.abs(exponent) <= LARGEST_EXACT_EXPONENT && Number.isFinite(base) && base !== 0
  if (!isExact) return base ** exponent
  const [mantissa, scale] = mantissaAndScale(base)
  const digits = mantissa ** BigInt(Math.abs(exponent))
  const shift = scale * Math.abs(exponent)
  return exponent > 0 ? scaled(digits, shift) : reciprocal(digits, shift)
}

/** A double as an integer times a power of two. */
function mantissaAndScale(value: number): [bigint, number] {
  let scale = 0
  let mantissa = value
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    scale--
  }
  return [BigInt(mantissa), scale]
}

/** More bits than a double holds, so that cutting them off decides the rounding rightly. */
const GUARD_BITS = 80

/** The double nearest to an integer times a power of two. */
function scaled(digits: bigint, shift: number): number {
  const extra = digits.toString(2).length - GUARD_BITS
  if (extra <= 0) return timesPowerOfTwo(Number(digits), shift)
  const kept = digits >> BigInt(extra)
  const isCut = kept << BigInt(extra) !== digits
  // A last bit that is set stands for what was cut off, so that no tie is seen where there is none.
  return timesPowerOfTwo(Number(isCut ? kept | 1n : kept), shift + extra)
}

function reciprocal(digits: bigint, shift: number): number {
  const bits = digits.toString(2).length + GUARD_BITS
  const quotient = (1n << BigInt(bits)) / digits
  return timesPowerOfTwo(Number(quotient | 1n), -bits - shift)
}

/** The largest and the smallest power of two that a double holds without loss. */
const POWER_LIMIT = 1000

/** `value * 2 ** shift`, also where the power alone would be no double though the product is one. */
function timesPowerOfTwo(value: number, shift: number): number {
  const step = Math.max(-POWER_LIMIT, Math.min(POWER_LIMIT, shift))
  return value * 2 ** (shift - step) * 2 ** step
}

/** `-a` */
export function neg(a: unknown): unknown {
  const value = asNumber(a)
  if (value === undefined) {
    if (a instanceof Undefined) return a.fail()
    throw new TypeError(`bad operand type for unary -: '${typeName(a)}'`)
  }
  if (a instanceof Float) return new Float(-a.__value__)
  return value === 0 ? 0 : -value
}

/** `+a` */
export function pos(a: unknown): unknown {
  const value = asNumber(a)
  if (value === undefined) {
    if (a instanceof Undefined) return a.fail()
    throw new TypeError(`bad operand type for unary +: '${typeName(a)}'`)
  }
  return a instanceof Float ? a : value
}
