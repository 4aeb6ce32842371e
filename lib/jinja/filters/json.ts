import { ValueError } from '../exceptions.ts'
import { asText, compare } from '../python/compare.ts'
import { entriesOf, Float, isMapping, type Mapping, View } from '../python/containers.ts'
import { typeName } from '../python/names.ts'
import { padding } from '../python/padding.ts'
import { floatText, numberText } from '../python/text.ts'
import { Undefined } from '../undefined.ts'

/** How JSON is written. */
export interface JsonOptions {
  /** Whether keys are sorted. */
  sort_keys?: boolean | undefined
  /** How many spaces, or which text, each level is indented by; on one line without it. */
  indent?: number | string | null | undefined
  /** What is written for a date, and for an object of a class that has no `toJSON`; without it, such objects are refused. */
  default?: ((value: object) => unknown) | undefined
}

/**
 * A value of a template as JSON, written as Python's `json.dumps` does: ASCII, with a space after commas and colons.
 *
 * @throws TypeError for what JSON cannot hold: functions, sets, undefined values.
 * @throws ValueError for a list or dict inside of itself.
 */
export function dumps(value: unknown, options: JsonOptions = {}): string {
  const { indent } = options
  const unit = typeof indent === 'number' ? padding(' ', indent) : (indent ?? undefined)
  return new JsonWriter(options.sort_keys ?? false, unit, options.default).write(value, '')
}

class JsonWriter {
  readonly #sorts: boolean
  readonly #unit: string | undefined
  readonly #default: JsonOptions['default']
  readonly #open = new Set<object>()

  constructor(sorts: boolean, unit: string | undefined, fallback: JsonOptions['default']) {
    this.#sorts = sorts
    this.#unit = unit
    this.#default = fallback
  }

  write(value: unknown, indent: string): string {
    if (value === null) return 'null'
    if (typeof value === 'boolean') return String(value)
    const text = asText(value)
    if (text !== undefined) return quote(text)
    if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : notFinite(value)
    if (typeof value === 'bigint') return value.toString()
    if (value instanceof Float) return floatText(value.__value__)
    if (typeof value !== 'object' || value instanceof Undefined) return this.#refuse(value)
    if (this.#open.has(value)) throw new ValueError('Circular reference detected')
    this.#open.add(value)
    try {
      if (value instanceof View) return this.#refuse(value)
      if (Array.isArray(value)) return this.#list(value, indent)
      const isDate = value instanceof Date && this.#default !== undefined
      if (!isDate && 'toJSON' in value && typeof value.toJSON === 'function') return this.write(value.toJSON(), indent)
      if (isMapping(value)) return this.#dict(value, indent)
      if (this.#default !== undefined) return this.write(this.#default(value), indent)
    } finally {
      this.#open.delete(value)
    }
    return this.#refuse(value)
  }

  #refuse(value: unknown): never {
    throw new TypeError(`Object of type ${typeName(value)} is not JSON serializable`)
  }

  #list(items: readonly unknown[], indent: string): string {
    const inner = indent + (this.#unit ?? '')
    return this.#place(
      '[',
      Array.from(items, (item) => this.write(item, inner)),
      ']',
      indent,
    )
  }

  #dict(dict: Mapping, indent: string): string {
    const inner = indent + (this.#unit ?? '')
    const entries = Array.from(entriesOf(dict))
    if (this.#sorts) entries.sort((a, b) => compare(a[0], b[0]))
    return this.#place(
      '{',
      entries.map(([key, value]) => `${quote(keyText(key))}: ${this.write(value, inner)}`),
      '}',
      indent,
    )
  }

  #place(open: string, parts: readonly string[], close: string, indent: string): string {
    if (parts.length === 0) return open + close
    if (this.#unit === undefined) return open + parts.join(', ') + close
    const inner = `\n${indent}${this.#unit}`
    return `${open}${inner}${parts.join(`,${inner}`)}\n${indent}${close}`
  }
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

function keyText(key: unknown): string {
  const text = asText(key)
  if (text !== undefined) return text
  if (key === null) return 'null'
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key)
  if (typeof key === 'number') return numberText(key)
  throw new TypeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`)
}

/** A text as a JSON string of ASCII characters. */
function quote(text: string): string {
  const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, toEscape)
}
