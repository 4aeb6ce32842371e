import { TemplateRuntimeError } from '../exceptions.ts'
import { Markup } from '../markup.ts'
import { Undefined } from '../undefined.ts'
import { entriesOf, Float, isMapping, Range, Tuple, View } from './containers.ts'
import { typeName } from './names.ts'

const LARGEST_PLAIN_EXPONENT = 16
const SMALLEST_PLAIN_EXPONENT = -4

/** The digits of a float as Python shows them: at least one after the point, an exponent of two digits. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', exponentDigits = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentDigits)
  if (exponent >= LARGEST_PLAIN_EXPONENT || exponent < SMALLEST_PLAIN_EXPONENT) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (Math.abs(value) >= 1e-6) return Number.isInteger(value) ? `${value}.0` : String(value)
  return value.toFixed(mantissa.replace(/\D/g, '').length - 1 - exponent)
}

/** The digits of a number: of an integer as they are, of anything else as a float. */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value)
  return floatText(value)
}

/**
 * The text of a value as Python's `str()` gives it: True, None, [1, 'a'].
 *
 * @throws TemplateRuntimeError for a promise, which only `render_async` can wait for.
 */
export function str(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberText(value)
    case 'boolean':
      return value ? 'True' : 'False'
    case 'undefined':
      return ''
    case 'object':
      break
    default:
      return repr(value)
  }
  if (value === null) return 'None'
  if (value instanceof Markup) return value.toString()
  if (value instanceof Undefined) return value.__str__()
  if ('__str__' in value && typeof value.__str__ === 'function') return String(value.__str__())
  return repr(value)
}

/** The text of a value as Python's `repr()` gives it: strings in quotes. */
export function repr(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
    case 'boolean':
      return str(value)
    case 'undefined':
      return 'Undefined'
    case 'bigint':
      return value.toString()
    case 'symbol':
      return value.toString()
    case 'function':
      return `<function ${value.name || '<lambda>'}>`
  }
  if (value === null) return 'None'
  if (value instanceof Markup) return `Markup(${quote(value.toString())})`
  if (value instanceof Float) return floatText(value.__value__)
  if (value instanceof Undefined) return value.__repr__()
  if (Array.isArray(value)) return reprArray(value)
  if (value instanceof Range) {
    return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`
  }
  if (isMapping(value)) return reprDict(value)
  if (value instanceof Set)
    return value.size === 0 ? 'set()' : `{${Array.from(value, (item) => repr(item)).join(', ')}}`
  return reprObject(value as object)
}

const open = new Set<object>()

/** Runs `print` unless the container is being printed already, further up. */
function guarded(container: object, again: string, print: () => string): string {
  if (open.has(container)) return again
  open.add(container)
  try {
    return print()
  } finally {
    open.delete(container)
  }
}

function reprArray(array: unknown[]): string {
  const items = () => Array.from(array, (item) => repr(item)).join(', ')
  if (array instanceof Tuple) {
    return guarded(array, '(...)', () => (array.length === 1 ? `(${repr(array[0])},)` : `(${items()})`))
  }
  if (array instanceof View) return guarded(array, '[...]', () => `dict_${array.__kind__}([${items()}])`)
  return guarded(array, '[...]', () => `[${items()}]`)
}

function reprDict(dict: Parameters<typeof entriesOf>[0]): string {
  return guarded(dict, '{...}', () => {
    const parts: string[] = []
    for (const [key, value] of entriesOf(dict)) parts.push(`${repr(key)}: ${repr(value)}`)
    return `{${parts.join(', ')}}`
  })
}

function reprObject(value: object): string {
  if ('__repr__' in value && typeof value.__repr__ === 'function') return String(value.__repr__())
  if ('__str__' in value && typeof value.__str__ === 'function') return String(value.__str__())
  if ('then' in value && typeof value.then === 'function') {
    throw new TemplateRuntimeError('a promise cannot be printed: use render_async, which waits for it')
  }
  if (Symbol.iterator in value && 'next' in value) return '<generator object>'
  if (typeof value.toString === 'function' && value.toString !== Object.prototype.toString) return String(value)
  return `<${typeName(value)} object>`
}

// What Python's repr() writes as an escape: controls, separators other than the space, and what Unicode has not assigned.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  let body = text.replaceAll('\\', '\\\\')
  if (mark === "'") body = body.replaceAll("'", "\\'")
  return mark + body.replace(UNPRINTABLE, escapeCharacter) + mark
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
