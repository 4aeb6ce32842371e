import { padding } from './padding.ts'

/** The most decimals that JavaScript writes; what follows is written as zeros. */
const MOST_DECIMALS = 100
/** From here on `toFixed` writes exponents. */
const LARGEST_FIXED = 1e21
// Two doubles near a tie differ within 18 digits after it, so this many digits more show whether it is one.
const TIE_DIGITS = 22

/** A finite number with so many digits after the point; a tie goes to the even digit, as in Python. */
export function fixed(value: number, decimals: number): string {
  const places = Math.min(decimals, MOST_DECIMALS)
  if (Math.abs(value) >= LARGEST_FIXED) {
    return BigInt(value).toString() + (decimals > 0 ? `.${padding('0', decimals)}` : '')
  }
  let text = value.toFixed(places)
  if (places < MOST_DECIMALS) {
    const longer = value.toFixed(Math.min(MOST_DECIMALS, places + TIE_DIGITS))
    const rest = longer.slice(longer.length - (Math.min(MOST_DECIMALS, places + TIE_DIGITS) - places))
    if (/^50*$/.test(rest)) {
      const down = longer.slice(0, longer.length - rest.length)
      const lower = down.endsWith('.') ? down.slice(0, -1) : down
      if (Number(lower.at(-1)) % 2 === 0) text = lower
    }
  }
  if (Object.is(value, -0) && !text.startsWith('-')) text = `-${text}`
  if (value < 0 && !text.startsWith('-')) text = `-${text}`
  return text + padding('0', decimals - places)
}

/** A finite number as `d.ddde+xx`, with so many digits after the point. */
export function exponential(value: number, decimals: number): string {
  let text = value.toExponential(Math.min(decimals, MOST_DECIMALS))
  // toExponential rounds ties up; the even digit is Python's.
  const [mantissa = '', exponent = '0'] = text.split('e')
  if (decimals < TIE_DIGITS) {
    const longer = value.toExponential(Math.min(MOST_DECIMALS, decimals + TIE_DIGITS)).split('e')[0]!
    const rest = longer.slice(longer.length - TIE_DIGITS)
    const down = longer.slice(0, longer.length - TIE_DIGITS).replace(/\.$/, '')
    if (/^50*$/.test(rest) && Number(down.at(-1)) % 2 === 0) text = `${down}e${exponent}`
    else text = `${mantissa}e${exponent}`
  }
  const [digits = '', power = '0'] = text.split('e')
  const sign = Object.is(value, -0) ? '-' : ''
  const zeros = padding('0', decimals - MOST_DECIMALS)
  return `${sign}${digits}${zeros}e${Number(power) < 0 ? '-' : '+'}${String(Math.abs(Number(power))).padStart(2, '0')}`
}

/**
 * A finite number with so many significant digits, in whichever of the two forms `%g` takes.
 *
 * @param keepZeros Whether zeros at the end stay (the `#` flag).
 */
export function general(value: number, digits: number, keepZeros = false): string {
  const precision = digits === 0 ? 1 : digits
  if (value === 0) return `${Object.is(value, -0) ? '-' : ''}0${keepZeros ? `.${padding('0', precision - 1)}` : ''}`
  const scientific = exponential(value, precision - 1)
  const power = Number(scientific.split('e')[1])
  if (power < -4 || power >= precision) {
    const [mantissa = '', exponent = ''] = scientific.split('e')
    return `${keepZeros ? withPoint(mantissa) : stripZeros(mantissa)}e${exponent}`
  }
  const plain = fixed(value, precision - 1 - power)
  return keepZeros ? withPoint(plain) : stripZeros(plain)
}

function withPoint(text: string): string {
  return text.includes('.') ? text : `${text}.`
}

function stripZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Puts a separator after each group of digits, counted from the right of the whole part. */
export function group(digits: string, separator: string, size = 3): string {
  let out = ''
  for (let at = digits.length; at > 0; at -= size) {
    out = digits.slice(Math.max(0, at - size), at) + (out === '' ? '' : separator + out)
  }
  return out
}
