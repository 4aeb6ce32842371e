import { KeyError, OverflowError, ValueError } from '../exceptions.ts'
import { Markup } from '../markup.ts'
import { Undefined } from '../undefined.ts'
import { asNumber, asText } from './compare.ts'
import { Float, hasKey, isMapping, Range, readKey, Tuple } from './containers.ts'
import { htmlOf } from './html.ts'
import { characters, textLength } from './iteration.ts'
import { typeName } from './names.ts'
import { exponential, fixed, general } from './number-format.ts'
import { padding } from './padding.ts'
import { repr, str } from './text.ts'

// conversion = "%" ["(" key ")"] flags [width | "*"] ["." [digits | "*"]] [length modifier] letter
const CONVERSION = /%(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g

interface Spec {
  flags: string
  width: number
  precision: number | undefined
  letter: string
}

/**
 * `text % values` of Python. Where the text is {@link Markup}, the values are escaped.
 *
 * @throws TypeError for too few or too many values or ones of the wrong type, KeyError for a missing key,
 *   ValueError for a letter that is no conversion.
 */
export function percentFormat(template: string | Markup, values: unknown): string | Markup {
  const out = new Conversion(template.toString(), values, template instanceof Markup).run()
  return template instanceof Markup ? new Markup(out) : out
}

class Conversion {
  readonly #text: string
  readonly #escapes: boolean
  readonly #values: unknown
  readonly #list: readonly unknown[]
  #used = 0
  #usedKeys = false

  constructor(text: string, values: unknown, escapes: boolean) {
    this.#text = text
    this.#values = values
    this.#escapes = escapes
    this.#list = values instanceof Tuple ? values : [values]
  }

  run(): string {
    const out = this.#text.replace(
      CONVERSION,
      (
        whole,
        key: string | undefined,
        flags: string,
        width: string | undefined,
        digits: string | undefined,
        letter: string | undefined,
      ) => {
        if (letter === undefined) throw new ValueError('incomplete format')
        if (whole === '%%') return '%'
        const found = key === undefined ? undefined : this.#lookUp(key)
        const spec: Spec = { flags, width: 0, precision: undefined, letter }
        spec.width = width === '*' ? this.#star() : Number(width ?? 0)
        if (spec.width < 0) {
          spec.width = -spec.width
          spec.flags += '-'
        }
        if (whole.includes('.', whole.indexOf(')') + 1)) {
          spec.precision = digits === '*' ? Math.max(0, this.#star()) : Number(digits ?? 0)
        }
        return convert(spec, key === undefined ? this.#next() : found, this.#escapes)
      },
    )
    const isComplete = this.#usedKeys || this.#used >= this.#list.length
    const mayBeUnused = isSubscriptable(this.#values)
    if (!isComplete && !mayBeUnused) throw new TypeError('not all arguments converted during string formatting')
    return out
  }

  #lookUp(key: string): unknown {
    this.#usedKeys = true
    this.#used = this.#list.length
    if (!isMapping(this.#values)) throw new TypeError('format requires a mapping')
    if (!hasKey(this.#values, key)) throw new KeyError(`'${key}'`)
    return readKey(this.#values, key)
  }

  #next(): unknown {
    if (this.#used >= this.#list.length) throw new TypeError('not enough arguments for format string')
    return this.#list[this.#used++]
  }

  #star(): number {
    const value = asNumber(this.#next())
    if (value === undefined || !Number.isInteger(Number(value))) throw new TypeError('* wants int')
    return Number(value)
  }
}

/** What has items by key is not counted: Python takes it for a dict of values. */
function isSubscriptable(value: unknown): boolean {
  if (value instanceof Tuple) return false
  return isMapping(value) || Array.isArray(value) || value instanceof Range || value instanceof Undefined
}

function convert(spec: Spec, value: unknown, escapes: boolean): string {
  if (value instanceof Undefined && !/[sra]/.test(spec.letter)) return value.fail()
  switch (spec.letter) {
    case 's':
      return pad(spec, cut(spec, escapes ? htmlOf(value).toString() : str(value)))
    case 'r':
    case 'a': {
      const text = spec.letter === 'r' ? repr(value) : toAscii(repr(value))
      return pad(spec, cut(spec, escapes ? htmlOf(text).toString() : text))
    }
    case 'c':
      // A single character could be one that has to be escaped.
      if (escapes) throw new TypeError('%c cannot be used in Markup')
      return pad(spec, character(value))
    case 'd':
    case 'i':
    case 'u':
      return padNumber(spec, decimal(spec.letter, value), '')
    case 'x':
    case 'X':
    case 'o':
      return padNumber(spec, radix(spec.letter, value), prefix(spec))
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return padNumber(spec, real(spec, value), '')
    default:
      throw new ValueError(`unsupported format character '${spec.letter}'`)
  }
}

/** A text with all but ASCII as escapes. */
export function toAscii(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    const hex = code.toString(16)
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
  })
}

function cut(spec: Spec, text: string): string {
  return spec.precision === undefined ? text : characters(text).slice(0, spec.precision).join('')
}

function pad(spec: Spec, text: string): string {
  const fill = padding(' ', spec.width - textLength(text))
  return spec.flags.includes('-') ? text + fill : fill + text
}

function character(value: unknown): string {
  const text = asText(value)
  if (text !== undefined) {
    if (textLength(text) !== 1) throw new TypeError('%c requires int or char')
    return text
  }
  const code = asNumber(value)
  if (code === undefined || !Number.isInteger(Number(code)) || value instanceof Float)
    throw new TypeError('%c requires int or char')
  if (Number(code) < 0 || Number(code) > 0x10ffff) throw new OverflowError('%c arg not in range(0x110000)')
  return String.fromCodePoint(Number(code))
}

function decimal(letter: string, value: unknown): string {
  const number = asNumber(value)
  if (number === undefined) throw new TypeError(`%${letter} format: a real number is required, not ${typeName(value)}`)
  if (typeof number === 'bigint') return number.toString()
  if (Number.isNaN(number)) throw new ValueError('cannot convert float NaN to integer')
  if (!Number.isFinite(number)) throw new OverflowError('cannot convert float infinity to integer')
  return BigInt(Math.trunc(number)).toString()
}

function radix(letter: string, value: unknown): string {
  const number = asNumber(value)
  if (number === undefined || value instanceof Float || !(typeof number === 'bigint' || Number.isInteger(number))) {
    throw new TypeError(`%${letter} format: an integer is required, not ${typeName(value)}`)
  }
  const text = number.toString(letter === 'o' ? 8 : 16)
  return letter === 'X' ? text.toUpperCase() : text
}

function prefix(spec: Spec): string {
  return spec.flags.includes('#') ? `0${spec.letter}` : ''
}

function real(spec: Spec, value: unknown): string {
  const number = asNumber(value)
  if (number === undefined) throw new TypeError(`must be real number, not ${typeName(value)}`)
  const digits = spec.precision ?? 6
  const text = realText(spec.letter.toLowerCase(), Number(number), digits, spec.flags.includes('#'))
  return spec.letter === spec.letter.toUpperCase() ? text.toUpperCase() : text
}

/** A number in one of the forms e, f and g. */
export function realText(form: string, value: number, digits: number, alternate = false): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  if (form === 'g') return general(value, digits, alternate)
  const text = form === 'e' ? exponential(value, digits) : fixed(value, digits)
  return alternate && digits === 0 ? text.replace(/(?=e|$)/, '.') : text
}

function padNumber(spec: Spec, text: string, base: string): string {
  const isNegative = text.startsWith('-')
  let digits = isNegative ? text.slice(1) : text
  if (spec.precision !== undefined && /[diuxXo]/.test(spec.letter)) {
    digits = padding('0', spec.precision - digits.length) + digits
  }
  const sign = (isNegative ? '-' : spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '') + base
  const missing = spec.width - sign.length - digits.length
  if (spec.flags.includes('-')) return sign + digits + padding(' ', missing)
  return spec.flags.includes('0') ? sign + padding('0', missing) + digits : padding(' ', missing) + sign + digits
}
