import { OverflowError, ValueError } from '../exceptions.ts'
import { asNumber, asText } from './compare.ts'
import { Float } from './containers.ts'
import { characters, textLength } from './iteration.ts'
import { typeName } from './names.ts'
import { group } from './number-format.ts'
import { isInteger } from './operators.ts'
import { padding } from './padding.ts'
import { realText } from './percent-format.ts'
import { floatText, str } from './text.ts'

// format_spec = [[fill] align] [sign] ["z"] ["#"] ["0"] [width] [grouping] ["." precision] [type]
// https://docs.python.org/3/library/string.html#format-specification-mini-language
const SPEC = /^(?:([\s\S]?)([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u

interface Spec {
  fill: string
  align: string
  /** `-`, `+` or a space; empty for none given, which is as `-`. */
  sign: string
  /** Whether a zero loses its sign. */
  unsignsZero: boolean
  alternate: boolean
  width: number
  grouping: string
  precision: number | undefined
  type: string
}

function parseSpec(text: string, value: unknown): Spec {
  const match = SPEC.exec(text)
  if (match === null) throw new ValueError(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`)
  const [, fill, align, sign, unsign, alternate, zero, width, grouping, precision, type] = match
  return {
    fill: fill || (zero ? '0' : ' '),
    align: align ?? (zero && asText(value) === undefined ? '=' : ''),
    sign: sign ?? '',
    unsignsZero: unsign !== undefined,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  }
}

/**
 * A value formatted by a specification such as `>8,.2f`.
 *
 * @throws ValueError for a specification that cannot be read or does not fit the value's type.
 * @throws TypeError for values that take none.
 */
export function formatValue(value: unknown, specification: string): string {
  if (specification === '') return str(value)
  const text = asText(value)
  if (text !== undefined) return formatText(text, parseSpec(specification, value))
  if (typeof value === 'boolean' || isInteger(value)) {
    const spec = parseSpec(specification, value)
    return formatInteger(asNumber(value) ?? 0, spec, value)
  }
  const number = asNumber(value)
  if (number !== undefined) return formatFloat(Number(number), parseSpec(specification, value), value)
  throw new TypeError(`unsupported format string passed to ${typeName(value)}.__format__`)
}

function unknownCode(spec: Spec, value: unknown): never {
  throw new ValueError(`Unknown format code '${spec.type}' for object of type '${typeName(value)}'`)
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') unknownCode(spec, text)
  if (spec.align === '=') throw new ValueError("'=' alignment not allowed in string format specifier")
  if (spec.grouping !== '') throw new ValueError(`Cannot specify '${spec.grouping}' with 's'.`)
  if (spec.sign !== '' || spec.alternate || spec.unsignsZero) {
    throw new ValueError('a text is formatted without sign, # and z')
  }
  const shown = spec.precision === undefined ? text : characters(text).slice(0, spec.precision).join('')
  return align(shown, spec, spec.align || '<')
}

function align(text: string, spec: Spec, where: string): string {
  const missing = spec.width - textLength(text)
  if (missing <= 0) return text
  if (where === '<') return text + padding(spec.fill, missing)
  if (where === '>') return padding(spec.fill, missing) + text
  const left = Math.floor(missing / 2)
  return padding(spec.fill, left) + text + padding(spec.fill, missing - left)
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 }

function formatInteger(number: number | bigint, spec: Spec, value: unknown): string {
  if (spec.type === 'c') {
    if (Number(number) < 0 || Number(number) > 0x10ffff)
      throw new OverflowError(`no character has the number ${number}`)
    return align(String.fromCodePoint(Number(number)), spec, spec.align || '<')
  }
  if (/[eEfFgG%]/.test(spec.type)) return formatFloat(Number(number), spec, value)
  if (spec.unsignsZero) throw new ValueError('only a float is formatted with z')
  if (spec.precision !== undefined) throw new ValueError('Precision not allowed in integer format specifier')
  if (!['', 'd', 'n', 'b', 'o', 'x', 'X'].includes(spec.type)) unknownCode(spec, value)
  const base = BASES[spec.type] ?? 10
  if (spec.grouping === ',' && base !== 10) throw new ValueError(`Cannot specify ',' with '${spec.type}'.`)
  const digits = (number < 0 ? -number : number).toString(base)
  const shown = spec.type === 'X' ? digits.toUpperCase() : digits
  const prefix = spec.alternate && base !== 10 ? `0${spec.type}` : ''
  return placeNumber(number < 0, prefix, shown, '', spec, base === 10 ? 3 : 4)
}

function formatFloat(number: number, spec: Spec, value: unknown): string {
  if (!['', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%'].includes(spec.type)) unknownCode(spec, value)
  const form = spec.type.toLowerCase()
  const scaled = form === '%' ? number * 100 : number
  let text: string
  if (form === '') text = spec.precision === undefined ? plainFloat(scaled, spec) : generalWithPoint(scaled, spec)
  else text = realText(form === '%' ? 'f' : form === 'n' ? 'g' : form, scaled, spec.precision ?? 6, spec.alternate)
  if (spec.type === 'E' || spec.type === 'G' || spec.type === 'F') text = text.toUpperCase()
  const isNegative = text.startsWith('-') && !(spec.unsignsZero && !/[1-9in]/.test(text))
  const body = text.startsWith('-') ? text.slice(1) : text
  const wholeLength = /^\d*/.exec(body)?.[0].length ?? 0
  const suffix = body.slice(wholeLength) + (form === '%' ? '%' : '')
  return placeNumber(isNegative, '', body.slice(0, wholeLength), suffix, spec, 3)
}

/** The form of a float without precision and letter. */
function plainFloat(value: number, spec: Spec): string {
  const text = floatText(value)
  return spec.alternate ? text.replace(/^(-?\d+)(?=e)/, '$1.') : text
}

/** The form of a float with a precision and no letter: like g, but with at least one digit after the point. */
function generalWithPoint(value: number, spec: Spec): string {
  const text = realText('g', value, spec.precision ?? 6, spec.alternate)
  if (/[.ein]/.test(text)) return text
  const digits = text.replace('-', '').length
  if (digits >= (spec.precision || 1)) return realText('e', value, Math.max(0, digits - 1)).replace(/\.0*e/, 'e')
  return `${text}.0`
}

function placeNumber(
  isNegative: boolean,
  prefix: string,
  whole: string,
  suffix: string,
  spec: Spec,
  size: number,
): string {
  const sign = (isNegative ? '-' : spec.sign === '-' ? '' : spec.sign) + prefix
  const digits = spec.grouping === '' ? whole : group(whole, spec.grouping, size)
  const where = spec.align || '>'
  if (where !== '=') return align(sign + digits + suffix, spec, where)
  const room = spec.width - sign.length - suffix.length
  if (spec.fill === '0' && spec.grouping !== '' && whole !== '') {
    const zeros = padding('0', digitsToFill(room, size) - whole.length)
    return sign + group(zeros + whole, spec.grouping, size) + suffix
  }
  return sign + padding(spec.fill, room - digits.length) + digits + suffix
}

/** How many digits in groups fill so many characters, at least; no separator comes first. */
function digitsToFill(room: number, size: number): number {
  const groups = Math.floor(room / (size + 1))
  return groups * size + Math.max(1, room - groups * (size + 1))
}

/** Whether a number shows as a float: it has a fraction, or is boxed as one. */
export function isFloat(value: unknown): boolean {
  return value instanceof Float || (typeof value === 'number' && !Number.isSafeInteger(value))
}
