import { inspect } from 'node:util'
import { HIDDEN, type Secrets } from './secrets.ts'

const MOST_LEVELS = 4
const MOST_ITEMS = 50
const MOST_CHARACTERS = 2000
const LINE_CHARACTERS = 100

/** A text that stands for a value. */
class Label {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  [inspect.custom](): string {
    return this.#text
  }
}

/** An object of a class, shown with its name. */
class Instance {
  readonly #name: string
  readonly #members: object

  constructor(name: string, members: object) {
    this.#name = name
    this.#members = members
  }

  [inspect.custom](_depth: number, options: Parameters<typeof inspect>[1]): string {
    return `${this.#name} ${inspect(this.#members, options)}`
  }
}

/**
 * A value as text, without its secrets. No getter and no method of it is called; what is deep, long or many is cut.
 */
export function showValue(value: unknown, secrets: Secrets): string {
  try {
    if (typeof value === 'string') return shorten(secrets.scrub(value))
    return inspect(copy(value, secrets, []), { depth: null, breakLength: LINE_CHARACTERS, maxArrayLength: null })
  } catch {
    return `(a value of type ${typeof value} that cannot be shown)`
  }
}

/** The value under a name, hidden where the name says so; what is unset or on or off is no secret. */
export function showNamed(name: string, value: unknown, secrets: Secrets): string {
  const isTold = value === undefined || value === null || value === '' || typeof value === 'boolean'
  return !isTold && secrets.hides(name) ? HIDDEN : showValue(value, secrets)
}

function shorten(text: string): string {
  const rest = text.length - MOST_CHARACTERS
  return rest <= 0 ? text : `${text.slice(0, MOST_CHARACTERS)}… (${rest} more characters)`
}

/** A value that `inspect` can show without running any of its code, and without its secrets. */
function copy(value: unknown, secrets: Secrets, above: readonly object[]): unknown {
  if (typeof value === 'string') return shorten(secrets.scrub(value))
  if (typeof value === 'function') return new Label(`[function ${secrets.scrub(value.name) || '(nameless)'}]`)
  if (typeof value === 'symbol') return new Label(secrets.scrub(String(value)))
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value)) return new Label('[circular]')
  try {
    return copyObject(value, secrets, above)
  } catch {
    return new Label('(cannot be shown)')
  }
}

function copyObject(value: object, secrets: Secrets, above: readonly object[]): unknown {
  if (value instanceof Date) return new Label(Number.isNaN(Number(value)) ? 'Invalid Date' : value.toISOString())
  if (value instanceof RegExp) return new Label(secrets.scrub(String(value)))
  if (value instanceof Uint8Array) return new Label(`<${value.byteLength} bytes>`)
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? ''
  if (above.length >= MOST_LEVELS) return new Label(Array.isArray(value) ? '[…]' : `${name || 'Object'} {…}`)
  const path = [...above, value]
  if (Array.isArray(value)) return copyItems(value, (item) => copy(item, secrets, path))
  if (value instanceof Set) return new Set(copyItems([...value], (item) => copy(item, secrets, path)))
  if (value instanceof Map) return new Map(copyEntries([...value], secrets, path))
  const entries: [string, unknown][] = []
  if (value instanceof Error) entries.push(['message', value.message])
  for (const key of Object.keys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined) continue
    entries.push([key, 'value' in property ? property.value : new Label('[getter]')])
  }
  const members = Object.fromEntries(copyEntries(entries, secrets, path))
  return name === '' || name === 'Object' ? members : new Instance(secrets.scrub(name), members)
}

function copyEntries(
  entries: readonly [unknown, unknown][],
  secrets: Secrets,
  above: readonly object[],
): [string, unknown][] {
  const shown = entries.slice(0, MOST_ITEMS).map(([key, value]): [string, unknown] => {
    const name = typeof key === 'string' ? key : inspect(copy(key, secrets, above))
    const isTold = value === undefined || value === null || typeof value === 'boolean'
    const isHidden = !isTold && secrets.hides(name)
    const shownValue = isHidden ? new Label(HIDDEN) : value instanceof Label ? value : copy(value, secrets, above)
    return [shorten(secrets.scrub(name)), shownValue]
  })
  const rest = entries.length - shown.length
  if (rest > 0) shown.push(['…', new Label(`${rest} more`)])
  return shown
}

function copyItems(items: readonly unknown[], show: (item: unknown) => unknown): unknown[] {
  const shown = items.slice(0, MOST_ITEMS).map(show)
  const rest = items.length - shown.length
  if (rest > 0) shown.push(new Label(`… ${rest} more`))
  return shown
}
