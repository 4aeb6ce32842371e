import { parse_list_header } from './list-header.ts'
import { quote_header_value } from './options-header.ts'

/** Called with the set after each change, so that it can be written back to its header. */
export type HeaderSetUpdate = (set: HeaderSet) => void

/**
 * The members of a header such as `Vary` or `Allow`: in order, each once, compared without regard to case.
 *
 * @see Werkzeug `werkzeug.datastructures.HeaderSet`
 */
export class HeaderSet implements Iterable<string> {
  readonly #members = new Map<string, string>()
  readonly #onUpdate: HeaderSetUpdate | undefined

  constructor(headers?: Iterable<string> | undefined, on_update?: HeaderSetUpdate | undefined) {
    if (headers !== undefined) this.#insert(headers)
    this.#onUpdate = on_update
  }

  /** Adds a member at the end, unless it is there. */
  add(header: string): void {
    this.update([header])
  }

  /** Adds all members that are not there. */
  update(headers: Iterable<string>): void {
    if (this.#insert(headers)) this.#onUpdate?.(this)
  }

  /**
   * Removes a member.
   *
   * @throws RangeError when it is not there; {@link HeaderSet.discard} does not mind.
   */
  remove(header: string): void {
    if (!this.discard(header))
      throw new RangeError(`${JSON.stringify(header)} is not in the header: ${this.to_header()}.`)
  }

  /** Removes a member if it is there, and tells whether it was. */
  discard(header: string): boolean {
    const found = this.#members.delete(header.toLowerCase())
    if (found) this.#onUpdate?.(this)
    return found
  }

  /** Removes all members. */
  clear(): void {
    this.#members.clear()
    this.#onUpdate?.(this)
  }

  /** The position of a member, from 0; -1 when it is not there. */
  find(header: string): number {
    return [...this.#members.keys()].indexOf(header.toLowerCase())
  }

  /**
   * The position of a member, from 0.
   *
   * @throws RangeError when it is not there.
   */
  index(header: string): number {
    const position = this.find(header)
    if (position === -1) throw new RangeError(`${JSON.stringify(header)} is not in the header: ${this.to_header()}.`)
    return position
  }

  /** Whether a member is there, in any case of letters: what `in` is in Python. */
  has(header: string): boolean {
    return this.#members.has(header.toLowerCase())
  }

  /** The member at a position; a negative one counts from the end. `undefined` when there is none. */
  at(position: number): string | undefined {
    return [...this.#members.values()].at(position)
  }

  /** The number of members. */
  get size(): number {
    return this.#members.size
  }

  /** The members as a new set: in lower case, or as they were written with `preserve_casing`. */
  as_set(preserve_casing: boolean = false): Set<string> {
    return new Set(preserve_casing ? this.#members.values() : this.#members.keys())
  }

  /** The header value. */
  to_header(): string {
    return Array.from(this.#members.values(), (member) => quote_header_value(member)).join(', ')
  }

  /** The same as {@link HeaderSet.to_header}. */
  toString(): string {
    return this.to_header()
  }

  /** Iterates over the members as they were written. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.#members.values()
  }

  #insert(headers: Iterable<string>): boolean {
    const before = this.#members.size
    // One name is an iterable of letters too; nobody means those.
    for (const header of typeof headers === 'string' ? [headers] : headers) {
      const key = header.toLowerCase()
      if (!this.#members.has(key)) this.#members.set(key, header)
    }
    return this.#members.size !== before
  }
}

/**
 * Reads a header such as `Vary` or `Pragma`; an empty set when it is missing.
 *
 * @see Werkzeug `werkzeug.http.parse_set_header`
 */
export function parse_set_header(value: string | undefined, on_update?: HeaderSetUpdate | undefined): HeaderSet {
  return new HeaderSet(value ? parse_list_header(value) : undefined, on_update)
}
