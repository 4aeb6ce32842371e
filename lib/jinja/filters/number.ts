import { FilterArgumentError, OverflowError, ValueError, ZeroDivisionError } from '../exceptions.ts'
import type { FilterFunction, Host } from '../host.ts'
import { index } from '../methods/string.ts'
import { native } from '../native.ts'
import { pass_environment } from '../pass.ts'
import { asNumber, asText } from '../python/compare.ts'
import { Float, float } from '../python/containers.ts'
import { iterate, truth } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { fixed } from '../python/number-format.ts'
import { parseFloatText, parseInteger, toInteger } from '../python/numbers.ts'
import { add, isInteger, mul, neg } from '../python/operators.ts'
import { realText } from '../python/percent-format.ts'
import { Undefined } from '../undefined.ts'
import { attributeGetter } from './attribute.ts'

function abs(value: unknown): unknown {
  const number = asNumber(value)
  if (number === undefined) throw new TypeError(`bad operand type for abs(): '${typeName(value)}'`)
  if (value instanceof Float) return new Float(Math.abs(value.__value__))
  return typeof number === 'number' ? Math.abs(number) : number < 0n ? neg(number) : number
}

function toInt(value: unknown, preset: unknown = 0, base: unknown = 10): unknown {
  if (value instanceof Undefined) return value.fail()
  const text = asText(value)
  const whole = text === undefined ? toInteger(value) : parseInteger(text, index(base, 10))
  if (whole !== undefined) return whole
  const number = text === undefined ? undefined : parseFloatText(text)
  return (number === undefined ? undefined : toInteger(number)) ?? preset
}

const ZERO = new Float(0)

function toFloat(value: unknown, preset: unknown = ZERO): unknown {
  if (value instanceof Undefined) return value.fail()
  const text = asText(value)
  const number = text === undefined ? asNumber(value) : parseFloatText(text)
  return number === undefined ? preset : float(Number(number))
}

/** A double has no decimals beyond these, and no digits beyond these before the point. */
const MOST_DECIMALS = 323
const MOST_DIGITS = 309

/** Rounds to a number of decimals, ties to the even digit; of an integer negative ones round to tens. */
function roundEven(value: unknown, decimals: number): unknown {
  const number = asNumber(value)
  if (number === undefined) throw new TypeError(`type ${typeName(value)} doesn't define __round__ method`)
  if (isInteger(value)) {
    if (decimals >= 0) return number
    const whole = BigInt(number)
    if (-decimals > whole.toString().length) return 0
    const unit = 10n ** BigInt(-decimals)
    const rest = ((whole % unit) + unit) % unit
    const down = whole - rest
    const isUp = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n !== 0n)
    return toInteger(isUp ? down + unit : down)
  }
  const real = Number(number)
  if (!Number.isFinite(real) || decimals > MOST_DECIMALS) return value
  if (decimals < -MOST_DIGITS) return float(0 * real)
  if (decimals >= 0) return float(Number(fixed(real, decimals)))
  const unit = 10 ** -decimals
  return float(Number(fixed(real / unit, 0)) * unit)
}

function round(value: unknown, precision: unknown = 0, method: unknown = 'common'): unknown {
  const how = asText(method)
  const decimals = index(precision, 0)
  if (how === 'common') return roundEven(value, decimals)
  if (how !== 'ceil' && how !== 'floor')
    throw new FilterArgumentError(
      `a number is rounded by 'common', 'ceil' or 'floor', not by '${how ?? typeName(method)}'`,
    )
  const unit = 10 ** decimals
  if (isInteger(value) && decimals >= 0) return float(Number(value))
  if (unit === 0) throw new ZeroDivisionError('float division by zero')
  const scaled = Number(asNumber(mul(value, float(unit))))
  if (Number.isNaN(scaled)) throw new ValueError('NaN is rounded neither up nor down')
  if (!Number.isFinite(scaled)) throw new OverflowError('an infinite number is rounded neither up nor down')
  return float(((how === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) + 0) / unit)
}

const DECIMAL_UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
const BINARY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']

function fileSize(value: unknown, binary: unknown = false): string {
  const text = asText(value)
  const number = text === undefined ? asNumber(value) : parseFloatText(text)
  if (number === undefined) {
    if (value instanceof Undefined) return value.fail()
    if (text !== undefined) throw new ValueError(`could not convert string to float: '${text}'`)
    throw new TypeError(`float() argument must be a string or a real number, not '${typeName(value)}'`)
  }
  const bytes = Number(number)
  const isBinary = truth(binary)
  const base = isBinary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes === Number.NEGATIVE_INFINITY) throw new OverflowError('an infinite number of bytes cannot be negative')
  if (bytes < base) return `${BigInt(Math.trunc(bytes))} Bytes`
  let shown = ''
  for (const [power, unit] of (isBinary ? BINARY_UNITS : DECIMAL_UNITS).entries()) {
    // Exact, because 1e24 as a number is less than that power of ten.
    const size = BigInt(base) ** BigInt(power + 2)
    shown = `${realText('f', (base * bytes) / Number(size), 1)} ${unit}`
    if (bytes < size) break
  }
  return shown
}

const sum = pass_environment(
  native('sum', 'attribute? start?', (env: Host, items: unknown, attribute: unknown = null, start: unknown = 0) => {
    const get = attributeGetter(env, attribute)
    if (asText(start) !== undefined) throw new TypeError("sum() can't sum strings [use ''.join(seq) instead]")
    let total = start
    for (const item of iterate(items)) total = add(total, get(item))
    return total
  }),
)

/** The filters of numbers. */
export const NUMBER_FILTERS: Readonly<Record<string, FilterFunction>> = {
  abs: native('abs', '', abs),
  filesizeformat: native('filesizeformat', 'binary?', fileSize),
  float: native('float', 'default?', toFloat),
  int: native('int', 'default? base?', toInt),
  round: native('round', 'precision? method?', round),
  sum,
}
