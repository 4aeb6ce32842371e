import { createHash } from 'node:crypto'
import { trimBlanks } from './options-header.ts'

/**
 * The entity tag of some data: its SHA-1 in hex, unquoted.
 *
 * @see Werkzeug `werkzeug.http.generate_etag`
 */
export function generate_etag(data: Uint8Array | string): string {
  return createHash('sha1').update(data).digest('hex')
}

/**
 * An entity tag as it stands in a header: `"abc"`, or `W/"abc"` when weak.
 *
 * @throws TypeError when the tag holds a `"`, which no entity tag can carry.
 * @see RFC 9110 section 8.8.3
 */
export function quote_etag(etag: string, weak: boolean = false): string {
  if (etag.includes('"')) throw new TypeError(`An entity tag cannot hold a double quote: ${JSON.stringify(etag)}.`)
  return weak ? `W/"${etag}"` : `"${etag}"`
}

/** The tag inside the quotes and whether it is weak; an unquoted tag is taken as it is. */
export function unquote_etag(etag: string | undefined): [etag: string, weak: boolean] | [undefined, undefined] {
  if (!etag) return [undefined, undefined]
  const weak = etag.startsWith('W/') || etag.startsWith('w/')
  const tag = weak ? etag.slice(2) : etag
  if (tag.length >= 2 && tag.startsWith('"') && tag.endsWith('"')) return [tag.slice(1, -1), weak]
  return [tag, weak]
}

/**
 * The entity tags of an `If-Match` or `If-None-Match` header.
 * `in` of Python is `contains` (strong tags only, as `If-Match` compares) and `contains_weak` (both, as `If-None-Match` does).
 *
 * @see Werkzeug `werkzeug.datastructures.ETags`
 */
export class ETags {
  /** Whether the header is `*`, which every existing resource matches. */
  readonly star_tag: boolean
  readonly #strong: ReadonlySet<string>
  readonly #weak: ReadonlySet<string>

  constructor(strong_etags: Iterable<string> = [], weak_etags: Iterable<string> = [], star_tag: boolean = false) {
    this.star_tag = star_tag
    this.#strong = new Set(star_tag ? [] : strong_etags)
    this.#weak = new Set(weak_etags)
  }

  /** The strong tags, and with `include_weak` the weak ones too, as a new set. */
  as_set(include_weak: boolean = false): Set<string> {
    return new Set(include_weak ? [...this.#strong, ...this.#weak] : this.#strong)
  }

  /** Whether `etag` (unquoted) is listed as weak. */
  is_weak(etag: string): boolean {
    return this.#weak.has(etag)
  }

  /** Whether `etag` (unquoted) is listed as strong. */
  is_strong(etag: string): boolean {
    return this.#strong.has(etag)
  }

  /** Whether `etag` (unquoted) matches by the strong comparison: listed as strong, or the header is `*`. */
  contains(etag: string): boolean {
    return this.star_tag || this.#strong.has(etag)
  }

  /** Whether `etag` (unquoted) matches by the weak comparison: listed at all, or the header is `*`. */
  contains_weak(etag: string): boolean {
    return this.#weak.has(etag) || this.contains(etag)
  }

  /** Whether a tag as it stands in a header matches: a weak one is compared weakly, a strong one strongly. */
  contains_raw(etag: string): boolean {
    const [tag, weak] = unquote_etag(etag)
    if (tag === undefined) return false
    return weak ? this.contains_weak(tag) : this.contains(tag)
  }

  /** The same as {@link ETags.contains}: what `in` is in Python. */
  has(etag: string): boolean {
    return this.contains(etag)
  }

  /** The number of strong tags. */
  get size(): number {
    return this.#strong.size
  }

  /** Whether the header names no tag at all and is not `*`. */
  get is_empty(): boolean {
    return !this.star_tag && this.#strong.size === 0 && this.#weak.size === 0
  }

  /** The tags as a header value. */
  to_header(): string {
    if (this.star_tag) return '*'
    const strong = Array.from(this.#strong, (tag) => `"${tag}"`)
    return [...strong, ...Array.from(this.#weak, (tag) => `W/"${tag}"`)].join(', ')
  }

  /** The same as {@link ETags.to_header}. */
  toString(): string {
    return this.to_header()
  }

  /** Iterates over the strong tags. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.#strong.values()
  }
}

/*
 * #entity-tag, entity-tag = [ weak ] opaque-tag, weak = %s"W/", opaque-tag = DQUOTE *etagc DQUOTE: RFC 9110 sections 8.8.3 and 13.1.1.
 * A tag without quotes is taken too, as Werkzeug does. Each member is tried once, from its comma: linear.
 */
const ENTITY_TAG = /[ \t]*([Ww]\/)?(?:"([^"]*)"|([^" \t,]+))[ \t]*(?:,|$)/y

/**
 * Reads an `If-Match` or `If-None-Match` header; what is not an entity tag is skipped.
 *
 * @see Werkzeug `werkzeug.http.parse_etags`
 */
export function parse_etags(value: string | undefined): ETags {
  if (!value) return new ETags()
  if (trimBlanks(value) === '*') return new ETags([], [], true)
  const strong: string[] = []
  const weak: string[] = []
  let position = 0
  while (position < value.length) {
    ENTITY_TAG.lastIndex = position
    const match = ENTITY_TAG.exec(value)
    if (match === null) {
      const comma = value.indexOf(',', position)
      if (comma === -1) break
      position = comma + 1
      continue
    }
    position = ENTITY_TAG.lastIndex
    const tag = match[2] ?? match[3] ?? ''
    if (match[1] === undefined) strong.push(tag)
    else weak.push(tag)
  }
  return new ETags(strong, weak)
}
