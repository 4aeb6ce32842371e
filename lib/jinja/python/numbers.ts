import { asNumber } from './compare.ts'
import { integer, isInteger } from './operators.ts'
import { strip } from './spaces.ts'

/** Where five sets of digits follow one another. */
const MATHEMATICAL_DIGITS = 0x1d7ce

/** The text with digits of other scripts as ASCII digits. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0
    if (code < 0x80) return digit
    if (code >= MATHEMATICAL_DIGITS && code < MATHEMATICAL_DIGITS + 50) return String((code - MATHEMATICAL_DIGITS) % 10)
    // The decimal digits of a script follow one another, from 0 to 9.
    let zero = code
    while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
    return String((code - zero) % 10)
  })
}

const PREFIXES: Readonly<Record<string, number>> = { '0b': 2, '0o': 8, '0x': 16 }

// integer = [sign] [prefix ["_"]] digit {["_"] digit}
const INTEGER = /^([+-]?)(?:(0[bBoOxX])_?)?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/

/** The base in which all letters are digits. */
const LARGEST_BASE = 36
/** The most digits that are read; Python has the same limit, since reading more takes longer and longer. */
const MOST_DIGITS = 4300

/**
 * A text as Python's `int()` reads it; undefined where it is none, has more than 4300 digits, or the base is no base.
 *
 * @param base 2 to 36; 0 goes by the prefix.
 */
export function parseInteger(text: string, base = 10): number | bigint | undefined {
  if (base !== 0 && (base < 2 || base > LARGEST_BASE)) return undefined
  const match = INTEGER.exec(asciiDigits(strip(text, undefined)))
  if (match === null) return undefined
  const [, sign = '', prefix = '', rest = ''] = match
  const named = PREFIXES[prefix.toLowerCase()]
  let radix = base
  let digits = rest.replaceAll('_', '').toLowerCase()
  if (prefix !== '' && named !== base && base !== 0) digits = prefix.toLowerCase() + digits
  else if (base === 0) radix = named ?? 10
  if (base === 0 && prefix === '' && /^0\d*[1-9]/.test(digits)) return undefined
  if (![...digits].every((digit) => Number.parseInt(digit, 36) < radix)) return undefined
  if (digits.length > MOST_DIGITS) return undefined
  let value = 0n
  for (const digit of digits) value = value * BigInt(radix) + BigInt(Number.parseInt(digit, 36))
  return integer(sign === '-' ? -value : value)
}

// number = [sign] (digits ["." [digits]] | "." digits) [exponent] | infinity | nan
const FLOAT = /^[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?)$/i

/** A text as Python's `float()` reads it, undefined where it is none. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = asciiDigits(strip(text, undefined))
  const word = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed)
  if (word !== null) {
    if (word[2]!.toLowerCase() === 'nan') return Number.NaN
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  return FLOAT.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined
}

/** A number without its fraction, undefined for what is no number, infinite or NaN. */
export function toInteger(value: unknown): number | bigint | undefined {
  const number = asNumber(value)
  if (number === undefined || isInteger(value)) return number
  const whole = Math.trunc(Number(number))
  return Number.isFinite(whole) ? integer(BigInt(whole)) : undefined
}
