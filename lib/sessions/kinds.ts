/**
 * What Python tells apart and JavaScript does not: tuples and lists, `1.0` and `1`. Values of these kinds are plain arrays
 * and numbers here; which they were is remembered beside them, so that they are written back the same.
 */
const tuples = new WeakSet<object>()
/** For each object or array, the numbers in it that were written with a fraction although they are whole. */
const floats = new WeakMap<object, Map<string | number, number>>()

/** Python writes floats from here on with an exponent. */
const FIRST_EXPONENT = 16
/** Python writes floats below this exponent with an exponent. */
const LAST_PLAIN_EXPONENT = -4

/** An array that a session keeps as a tuple: Flask reads it as one. For JavaScript it is an array like any other. */
export function tuple<Items extends unknown[]>(...items: Items): Items {
  return asTuple(items)
}

/** The array itself, from now on written as a tuple. */
export function asTuple<Items extends object>(items: Items): Items {
  tuples.add(items)
  return items
}

/** Whether a value is an array that is kept as a tuple. */
export function is_tuple(value: unknown): boolean {
  return typeof value === 'object' && value !== null && tuples.has(value)
}

/** Remembers that the whole number under `key` is a float. */
export function markFloat(holder: object, key: string | number, value: number): void {
  let marks = floats.get(holder)
  if (marks === undefined) {
    marks = new Map()
    floats.set(holder, marks)
  }
  marks.set(key, value)
}

/** Whether the number under `key` was read as a float and is still the same. */
export function isFloat(holder: object, key: string | number, value: number): boolean {
  return floats.get(holder)?.get(key) === value
}

/** A number as Python's `json` writes it: an int if it is whole and safe, unless it is known to be a float. */
export function pythonNumber(value: number, asFloat: boolean): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return asFloat ? `${value}.0` : String(value)
  if (!Number.isFinite(value)) return String(value)
  const exponent = Number(value.toExponential().split('e')[1])
  if (exponent < LAST_PLAIN_EXPONENT || exponent >= FIRST_EXPONENT) {
    const [digits, power = ''] = value.toExponential().split('e')
    return `${digits}e${power.charAt(0)}${power.slice(1).padStart(2, '0')}`
  }
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
