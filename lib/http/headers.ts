import { type InspectOptions, inspect } from 'node:util'
import { BadRequestKeyError } from './exceptions.ts'
import { type Converter, convert, iterPairs, MultiDict, unconverted } from './multi-dict.ts'
import { dump_options_header } from './options-header.ts'

/** A header field's value: text, a number, or an object that becomes text by `toString()`. */
export type HeaderValue =
  | string
  | number
  | {
      /** Makes the text. */
      toString(): string
    }

/** What {@link Headers} can be made of: pairs, an object or `Map` of values or arrays of them, a `MultiDict`, another `Headers`, a web `Headers`. */
export type HeadersInit =
  | Headers
  | MultiDict<HeaderValue>
  | ReadonlyMap<string, HeaderValue | readonly HeaderValue[]>
  | Iterable<readonly [string, HeaderValue]>
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>

/** Parameters after a field's value: `{ filename: 'a.txt' }` becomes `; filename=a.txt`. Underscores in names become hyphens. */
export type HeaderParameters = Readonly<Record<string, string | number | undefined>>

// field-name = token ; RFC 9110 section 5.1, token = 1*tchar ; section 5.6.2
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// CR, LF and NUL would end the field early ; RFC 9110 section 5.5
const forbidden = /[\r\n\0]/

function checkName(name: string): string {
  if (!token.test(name)) {
    throw new TypeError(
      `header name ${JSON.stringify(name)} is no token: use letters, digits and !#$%&'*+-.^_\`|~ only`,
    )
  }
  return name
}

function toText(name: string, value: HeaderValue, parameters: HeaderParameters | undefined): string {
  if (value === undefined || value === null)
    throw new TypeError(`header ${name} has no value: remove() the field instead`)
  let text = typeof value === 'string' ? value : String(value)
  if (parameters !== undefined) {
    const hyphened: Record<string, string | number | undefined> = Object.create(null)
    for (const [key, parameter] of Object.entries(parameters)) hyphened[key.replaceAll('_', '-')] = parameter
    text = dump_options_header(text, hyphened)
  }
  if (forbidden.test(text)) {
    throw new TypeError(`header ${name} has CR, LF or NUL in its value ${JSON.stringify(text)}: remove or encode them`)
  }
  return text
}

function sameName(stored: string, name: string, lower: string): boolean {
  return stored === name || (stored.length === lower.length && stored.toLowerCase() === lower)
}

/**
 * Header fields in order: names without regard to case, several fields of one name allowed. Iteration gives pairs of name and value.
 *
 * The fields are kept in one flat array, name, value, name, value, as `node:http` reads and writes them, so that nothing is copied on
 * the way in or out.
 *
 * @see werkzeug.datastructures.Headers
 */
export class Headers implements Iterable<[string, string]> {
  #flat: string[] = []

  /**
   * Copies `init`. Left out: empty.
   *
   * @throws TypeError when a name is no token or a value has CR, LF or NUL.
   */
  constructor(init?: HeadersInit) {
    if (init instanceof Headers) this.#flat = [...init.#flat]
    else if (init !== undefined) this.extend(init)
  }

  /** Headers that take over a flat array such as node's `rawHeaders`, unchecked and without copying. */
  static from_raw(flat: string[]): Headers {
    const headers = new Headers()
    headers.#flat = flat
    return headers
  }

  /** The fields as one flat array: name, value, name, value. What `response.writeHead(status, headers.flat)` takes. */
  get flat(): readonly string[] {
    return this.#flat
  }

  /** Number of fields. */
  get size(): number {
    return this.#flat.length / 2
  }

  /** Index of the first field of that name in the flat array, or -1. */
  #find(name: string): number {
    const flat = this.#flat
    const lower = name.toLowerCase()
    for (let at = 0; at < flat.length; at += 2) if (sameName(flat[at] as string, name, lower)) return at
    return -1
  }

  /** Whether there is a field of that name. */
  has(name: string): boolean {
    return this.#find(name) !== -1
  }

  /**
   * The value of the first field of that name, converted by `type` when that is given: `headers.get('Content-Length', 0, Number)`.
   * A missing field, a `type` that throws or a `NaN` gives `fallback`, which is `undefined` when left out.
   */
  get(name: string): string | undefined
  get<D>(name: string, fallback: D): string | D
  get<T, D = undefined>(name: string, fallback: D, type: Converter<string, T>): T | D
  get<T, D>(name: string, fallback?: D, type?: Converter<string, T>): string | T | D | undefined {
    const at = this.#find(name)
    if (at === -1) return fallback
    const value = this.#flat[at + 1] as string
    if (type === undefined) return value
    const converted = convert(value, type)
    return converted === unconverted ? fallback : converted
  }

  /**
   * The value of the first field of that name: what Python spells `headers['name']`.
   *
   * @throws {@link BadRequestKeyError} when there is none, so that the client gets 400.
   */
  require(name: string): string {
    const at = this.#find(name)
    if (at === -1) throw new BadRequestKeyError(name)
    return this.#flat[at + 1] as string
  }

  /** The values of all fields of that name, possibly none; with `type`, those that it can convert. */
  getlist(name: string): string[]
  getlist<T>(name: string, type: Converter<string, T>): T[]
  getlist<T>(name: string, type?: Converter<string, T>): (string | T)[] {
    const found: (string | T)[] = []
    const flat = this.#flat
    const lower = name.toLowerCase()
    for (let at = 0; at < flat.length; at += 2) {
      if (!sameName(flat[at] as string, name, lower)) continue
      const value = flat[at + 1] as string
      const converted = type === undefined ? value : convert(value, type)
      if (converted !== unconverted) found.push(converted)
    }
    return found
  }

  /** The values of all fields of that name, possibly none. */
  get_all(name: string): string[] {
    return this.getlist(name)
  }

  /**
   * Adds a field after all others, with `parameters` after the value: `add('Content-Disposition', 'attachment', { filename: 'a.txt' })`.
   *
   * @throws TypeError when the name is no token or the value has CR, LF or NUL.
   */
  add(name: string, value: HeaderValue, parameters?: HeaderParameters): void {
    this.#flat.push(checkName(name), toText(name, value, parameters))
  }

  /** The same as {@link Headers.add}. */
  add_header(name: string, value: HeaderValue, parameters?: HeaderParameters): void {
    this.add(name, value, parameters)
  }

  /**
   * Puts one field in the place of the first of that name and removes the others; adds it at the end when there is none.
   *
   * @throws TypeError when the name is no token or the value has CR, LF or NUL.
   */
  set(name: string, value: HeaderValue, parameters?: HeaderParameters): void {
    const text = toText(checkName(name), value, parameters)
    const at = this.#find(name)
    if (at === -1) {
      this.#flat.push(name, text)
      return
    }
    this.#flat[at] = name
    this.#flat[at + 1] = text
    this.#removeFrom(at + 2, name)
  }

  /** Puts a field for each value in the place of all fields of that name; without values the fields are removed. */
  setlist(name: string, values: Iterable<HeaderValue>): void {
    const [first, ...others] = values
    if (first === undefined) {
      this.remove(name)
      return
    }
    this.set(name, first)
    for (const value of others) this.add(name, value)
  }

  /** The value of the first field of that name, which is added with `value` when there is none. */
  setdefault(name: string, value: HeaderValue): string {
    if (!this.has(name)) this.add(name, value)
    return this.require(name)
  }

  /** The values of all fields of that name, which are added with `values` when there are none. */
  setlistdefault(name: string, values: Iterable<HeaderValue>): string[] {
    if (!this.has(name)) this.setlist(name, values)
    return this.getlist(name)
  }

  /** Adds all fields of `init`; those that are there stay. */
  extend(init: HeadersInit): void {
    // A Headers that is extended by itself would grow while it is read.
    const pairs = init instanceof Headers ? [...init] : iterPairs<HeaderValue>(init)
    for (const [name, value] of pairs) this.add(name, value)
  }

  /** Puts the fields of `init` in the place of those of the same name. */
  update(init: HeadersInit): void {
    if (init instanceof Headers || init instanceof MultiDict) {
      for (const name of new Set(init.keys())) this.setlist(name, init.getlist(name))
    } else if (Symbol.iterator in init && !(init instanceof Map)) {
      for (const [name, value] of init as Iterable<readonly [string, HeaderValue]>) this.set(name, value)
    } else {
      const entries: Iterable<[string, HeaderValue | readonly HeaderValue[]]> =
        init instanceof Map ? init : Object.entries(init)
      for (const [name, value] of entries) {
        if (Array.isArray(value)) this.setlist(name, value as readonly HeaderValue[])
        else this.set(name, value)
      }
    }
  }

  /** Removes all fields of that name, if there are any. */
  remove(name: string): void {
    this.#removeFrom(0, name)
  }

  #removeFrom(start: number, name: string): void {
    const flat = this.#flat
    const lower = name.toLowerCase()
    let kept = start
    for (let at = start; at < flat.length; at += 2) {
      if (sameName(flat[at] as string, name, lower)) continue
      if (kept !== at) {
        flat[kept] = flat[at] as string
        flat[kept + 1] = flat[at + 1] as string
      }
      kept += 2
    }
    flat.length = kept
  }

  /**
   * Removes all fields of that name and returns the value of the first, or `fallback` when there is none.
   *
   * @throws {@link BadRequestKeyError} when there is none and no `fallback` was given.
   */
  pop(name: string): string
  pop<D>(name: string, fallback: D): string | D
  pop<D>(...[name, ...fallback]: [name: string, fallback?: D]): string | D {
    const value = this.get(name)
    if (value === undefined) {
      if (fallback.length === 0) throw new BadRequestKeyError(name)
      return fallback[0] as D
    }
    this.remove(name)
    return value
  }

  /** Removes everything. */
  clear(): void {
    this.#flat.length = 0
  }

  /** The name of each field, as it was written; with `{ lower: true }` in lower case. */
  *keys(options?: { readonly lower?: boolean | undefined }): Generator<string> {
    for (const [name] of this.items(options)) yield name
  }

  /** The value of each field. */
  *values(): Generator<string> {
    for (const [, value] of this) yield value
  }

  /** Pairs of name and value; with `{ lower: true }` the names in lower case. */
  *items(options?: { readonly lower?: boolean | undefined }): Generator<[string, string]> {
    const flat = this.#flat
    for (let at = 0; at < flat.length; at += 2) {
      const name = flat[at] as string
      yield [options?.lower ? name.toLowerCase() : name, flat[at + 1] as string]
    }
  }

  /** Pairs of name and value. */
  [Symbol.iterator](): Generator<[string, string]> {
    return this.items()
  }

  /** The fields as an array of pairs. */
  to_list(): [string, string][] {
    return [...this]
  }

  /** A copy that can be changed without changing this one. */
  copy(): Headers {
    return new Headers(this)
  }

  /** The fields as they go over the wire, with an empty line at the end. */
  toString(): string {
    let text = ''
    for (const [name, value] of this) text += `${name}: ${value}\r\n`
    return `${text}\r\n`
  }

  static {
    // What `console.log` shows: the class and all pairs.
    Object.defineProperty(Headers.prototype, inspect.custom, {
      configurable: true,
      writable: true,
      value(this: Iterable<unknown>, _depth: number, options: InspectOptions): string {
        return `${this.constructor.name} ${inspect([...this], options)}`
      },
    })
  }
}
