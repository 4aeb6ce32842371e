import { encode_path } from '../http/query.ts'
import { type ConverterArgument, type ConverterOptions, readParameters } from './converter-arguments.ts'

/**
 * Thrown by a converter's `to_python` or `to_url` for a value that it does not take: the URL does not match, or the rule
 * cannot build it. Client input makes it, so it never leaves the router.
 *
 * @see werkzeug.routing.ValidationError
 */
export class ValidationError extends Error {
  override readonly name: string = 'ValidationError'
}

/** What a converter sees of the map it serves. */
export interface ConverterOwner {
  /** The converters by the names that rules use. */
  readonly converters: Record<string, ConverterClass>
}

/**
 * A class of converters: made once for each variable that names it, with the map, the positional arguments of the rule and, where
 * it has named ones, one object of them.
 */
export type ConverterClass = new (map: never, ...args: never[]) => BaseConverter

/** What one segment of a URL is: any text without a slash. */
const SEGMENT_REGEX = '[^/]+'

/**
 * The class to extend for a converter of your own. Set `regex` and, where the value is not the text itself,
 * `to_python` and `to_url`; register the class as `app.url_map.converters.name = MyConverter`.
 *
 * The constructor receives the map, then the positional arguments of the rule, then one object with the named ones.
 *
 * @see werkzeug.routing.BaseConverter
 */
export class BaseConverter {
  /** Source of the regular expression that the text of the URL must match whole. Any text without a slash by default. */
  regex: string = SEGMENT_REGEX
  /** Rank among converters at one place: smaller is tried first. `100` by default. */
  weight: number = 100
  /**
   * Whether a match never holds a slash, so that each segment is matched by itself.
   * `undefined`, the default, means: when `regex` was not replaced or has no `/` in it.
   */
  part_isolating: boolean | undefined = undefined
  /** The map that the rule was added to. */
  readonly map: ConverterOwner

  constructor(map: ConverterOwner, ..._args: (ConverterArgument | ConverterOptions | undefined)[]) {
    this.map = map
  }

  /**
   * The value that the view receives for the text of the URL; the text itself by default.
   *
   * @throws ValidationError to say that the URL does not match after all.
   */
  to_python(value: string): unknown {
    return value
  }

  /**
   * The text for a URL that is built with this value, percent-encoded.
   *
   * @throws ValidationError to say that this rule cannot be built with the value; another rule of the endpoint is tried.
   */
  to_url(value: unknown): string {
    return encode_path(toText(value))
  }
}

/** Text as Python's `str` gives it for what rules are built with: `true` is `True`, as the same URL is on a Flask app. */
export function toText(value: unknown): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  return String(value)
}

/** Whether matches of a converter end at the next slash. */
export function isPartIsolating(converter: BaseConverter): boolean {
  return converter.part_isolating ?? (converter.regex === SEGMENT_REGEX || !converter.regex.includes('/'))
}

/** Whether a converter hands on the text of the URL as it is. */
export function isIdentity(converter: BaseConverter): boolean {
  return converter.to_python === BaseConverter.prototype.to_python
}

/**
 * `string`, and `default` where a variable names no converter: one segment of at least one character.
 * Arguments: `minlength` (1), `maxlength` (any) and `length` (exactly), in characters.
 *
 * @see werkzeug.routing.UnicodeConverter
 */
export class UnicodeConverter extends BaseConverter {
  override part_isolating: boolean | undefined = true

  constructor(map: ConverterOwner, ...args: (ConverterArgument | ConverterOptions | undefined)[]) {
    super(map)
    const count = { type: 'integer', least: 0 } as const
    const { minlength, maxlength, length } = readParameters('string', args, {
      minlength: count,
      maxlength: count,
      length: count,
    })
    this.regex = `[^/]${length === undefined ? `{${minlength ?? 1},${maxlength ?? ''}}` : `{${length}}`}`
  }
}

/**
 * `any(red, green, "light blue")`: one of the words.
 *
 * @see werkzeug.routing.AnyConverter
 */
export class AnyConverter extends BaseConverter {
  override part_isolating: boolean | undefined = true
  /** The words, in the order of the rule. */
  readonly items: ReadonlySet<string>

  constructor(map: ConverterOwner, ...items: (ConverterArgument | ConverterOptions | undefined)[]) {
    super(map)
    this.items = new Set(items.filter((item) => typeof item !== 'object').map(toText))
    this.regex = `(?:${[...this.items].map(escapeRegex).join('|')})`
  }

  /** @throws RangeError for a value that is not one of the words. */
  override to_url(value: unknown): string {
    const text = toText(value)
    if (this.items.has(text)) return text
    const items = [...this.items].sort().map((item) => `'${item}'`)
    throw new RangeError(`'${text}' is not one of ${items.join(', ')}`)
  }
}

/** A text as a regular expression that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/**
 * `path`: text with slashes in it, as short as the rest of the rule permits. It does not start with a slash.
 *
 * @see werkzeug.routing.PathConverter
 */
export class PathConverter extends BaseConverter {
  override part_isolating: boolean | undefined = false
  override regex: string = PATH_REGEX
  override weight: number = 200
}

/** What {@link PathConverter} matches: Python's `[^/].*?`, whose dot is anything but a line feed. */
export const PATH_REGEX = '[^/][^\\n]*?'

/** What {@link IntegerConverter} matches: Python's `\d+`, which takes the decimal digits of every script. */
export const DIGITS_REGEX = '\\p{Nd}+'

const NUMBER_PARAMETERS = {
  fixed_digits: { type: 'integer', least: 0 },
  min: { type: 'number' },
  max: { type: 'number' },
  signed: { type: 'boolean' },
} as const
const { fixed_digits: _, ...FLOAT_PARAMETERS } = NUMBER_PARAMETERS

/** The digits of any script as ASCII digits; what is ASCII already is returned as it is. */
function toAsciiDigits(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text
  return text.replace(/\p{Nd}/gu, (digit) => {
    // Decimal digits of a script stand in runs of ten code points, from zero to nine.
    const code = digit.codePointAt(0)!
    let first = code
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
    return String((code - first) % 10)
  })
}

const ZERO_CODE = 0x30
const NINE_CODE = 0x39
/** Digits that make a safe integer whatever they are. */
const MAX_QUICK_DIGITS = 15

/** The number that a text of digits says, with or without a minus sign. */
function readInteger(text: string): number {
  if (text.length > MAX_QUICK_DIGITS) return Number(toAsciiDigits(text))
  let number = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < ZERO_CODE || code > NINE_CODE) return Number(toAsciiDigits(text))
    number = number * 10 + code - ZERO_CODE
  }
  return number
}

/** What {@link IntegerConverter} and {@link FloatConverter} share. */
abstract class NumberConverter extends BaseConverter {
  override weight: number = 50
  /** Smallest value that matches; `undefined`: any. */
  readonly min: number | undefined
  /** Largest value that matches; `undefined`: any. */
  readonly max: number | undefined
  /** Whether a minus sign may stand in front. */
  readonly signed: boolean

  constructor(map: ConverterOwner, regex: string, limits: Record<string, number | boolean | undefined>) {
    super(map)
    this.min = typeof limits['min'] === 'number' ? limits['min'] : undefined
    this.max = typeof limits['max'] === 'number' ? limits['max'] : undefined
    this.signed = limits['signed'] === true
    this.regex = this.signed ? `-?${regex}` : regex
  }

  /** Returns the number if it lies between `min` and `max`. */
  protected check(value: number): number {
    if ((this.min !== undefined && value < this.min) || (this.max !== undefined && value > this.max)) {
      throw new ValidationError(`${value} is out of range`)
    }
    return value
  }
}

/**
 * `int`: decimal digits as a number. Arguments: `fixed_digits` (how many, leading zeros included), `min`, `max`, and
 * `signed` for a minus sign in front. A number past 2^53 - 1 does not match, since it would reach the view changed.
 *
 * @see werkzeug.routing.IntegerConverter
 */
export class IntegerConverter extends NumberConverter {
  /** How many digits the URL must have; `0`, the default, for any number of them. */
  readonly fixed_digits: number

  constructor(map: ConverterOwner, ...args: (ConverterArgument | ConverterOptions | undefined)[]) {
    const limits = readParameters('int', args, NUMBER_PARAMETERS)
    super(map, DIGITS_REGEX, limits)
    this.fixed_digits = Number(limits['fixed_digits'] ?? 0)
  }

  override to_python(value: string): number {
    if (this.fixed_digits !== 0 && value.length !== this.fixed_digits)
      throw new ValidationError('wrong number of digits')
    const number = readInteger(value)
    if (!Number.isSafeInteger(number)) throw new ValidationError('not a safe integer')
    // `+ 0` makes -0 of "-0" the 0 that it is in Python.
    return this.check(number + 0)
  }

  /** @throws RangeError for what is not a number nor a text of digits. */
  override to_url(value: unknown): string {
    const text = integerText(value)
    if (this.fixed_digits === 0) return text
    return text.startsWith('-')
      ? `-${text.slice(1).padStart(this.fixed_digits - 1, '0')}`
      : text.padStart(this.fixed_digits, '0')
  }
}

function integerText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string' && /^\s*[+-]?\p{Nd}+\s*$/u.test(value)) {
    return BigInt(toAsciiDigits(value.trim().replace(/^\+/, ''))).toString()
  }
  const number = typeof value === 'boolean' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return BigInt(Math.trunc(number)).toString()
  throw new RangeError(`${toText(value)} is not a number. Give an <int:…> part of a URL an integer.`)
}

/**
 * `float`: digits, a point and digits as a number. Arguments: `min`, `max` and `signed`.
 *
 * @see werkzeug.routing.FloatConverter
 */
export class FloatConverter extends NumberConverter {
  constructor(map: ConverterOwner, ...args: (ConverterArgument | ConverterOptions | undefined)[]) {
    super(map, '\\p{Nd}+\\.\\p{Nd}+', readParameters('float', args, FLOAT_PARAMETERS))
  }

  override to_python(value: string): number {
    return this.check(Number(toAsciiDigits(value)))
  }

  /** @throws RangeError for what is not a number nor the text of one. */
  override to_url(value: unknown): string {
    const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
    if (Number.isNaN(number) || value === null || typeof value === 'object') {
      throw new RangeError(`${toText(value)} is not a number. Give a <float:…> part of a URL a number.`)
    }
    return floatText(number)
  }
}

const LARGEST_PLAIN_EXPONENT = 16
const SMALLEST_PLAIN_EXPONENT = -4

/** A number as Python's `repr(float)` writes it: always with a point or an exponent, plain from 1e-4 up to 1e16. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= LARGEST_PLAIN_EXPONENT || exponent < SMALLEST_PLAIN_EXPONENT) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const sign = value < 0 ? '-' : ''
  const plain = digits.replace('-', '').replace('.', '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${plain}`
  const whole = plain.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${plain.slice(exponent + 1) || '0'}`
}

/**
 * `uuid`: a UUID in its usual form, given to the view in lower case.
 *
 * @see werkzeug.routing.UUIDConverter
 */
export class UUIDConverter extends BaseConverter {
  override regex: string = '[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}'

  override to_python(value: string): string {
    return value.toLowerCase()
  }

  override to_url(value: unknown): string {
    return encode_path(toText(value))
  }
}

/** A fresh record of the converters that every map starts with, by name. It has no prototype. */
export function defaultConverters(): Record<string, ConverterClass> {
  return Object.assign(Object.create(null) as Record<string, ConverterClass>, {
    default: UnicodeConverter,
    string: UnicodeConverter,
    any: AnyConverter,
    path: PathConverter,
    int: IntegerConverter,
    float: FloatConverter,
    uuid: UUIDConverter,
  })
}
