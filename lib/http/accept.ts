import { parse_list_header } from './list-header.ts'
import { dump_options_header, parse_options_header, trimBlanks } from './options-header.ts'

/** One member of an `Accept` header: what is wanted, and how much, from 0 (not at all) to 1. */
export type AcceptItem = readonly [value: string, quality: number]

/** A class that {@link parse_accept_header} can make. */
export type AcceptClass<Made extends Accept> = new (values?: Iterable<AcceptItem> | undefined) => Made

/** How specific a value is: part by part, `false` for a wildcard. */
type Specificity = readonly boolean[]

/**
 * What a client accepts, the most specific and most wanted first. It cannot be changed.
 *
 * @see Werkzeug `werkzeug.datastructures.Accept`
 */
export class Accept implements Iterable<AcceptItem> {
  /** Whether the client sent the header at all. */
  readonly provided: boolean
  readonly #items: readonly AcceptItem[]

  constructor(values?: Iterable<AcceptItem> | undefined) {
    this.provided = values instanceof Accept ? values.provided : values !== undefined
    const ranked = Array.from(values ?? [], (item) => ({ item, specificity: this.specificity(item[0]) }))
    ranked.sort((a, b) => compareSpecificity(b.specificity, a.specificity) || b.item[1] - a.item[1])
    this.#items = ranked.map(({ item }) => item)
  }

  /** How much a value is wanted, from 0 to 1; 0 when it is not accepted. */
  quality(key: string): number {
    return this.#match(key)?.[1] ?? 0
  }

  /** Whether a value is named, be it with quality 0: what `in` is in Python. */
  has(key: string): boolean {
    return this.#match(key) !== undefined
  }

  /** The position of a value; -1 when it is not accepted. */
  find(key: string): number {
    return this.#items.findIndex(([item]) => this.matches(key, item))
  }

  /**
   * The position of a value.
   *
   * @throws RangeError when it is not accepted.
   */
  index(key: string): number {
    const position = this.find(key)
    if (position === -1) throw new RangeError(`${JSON.stringify(key)} is not accepted: ${this.to_header()}.`)
    return position
  }

  /** The member at a position; a negative one counts from the end. */
  at(position: number): AcceptItem | undefined {
    return this.#items.at(position)
  }

  /** The number of members. */
  get length(): number {
    return this.#items.length
  }

  /** The value that is wanted most; `undefined` when there is none. */
  get best(): string | undefined {
    return this.#items[0]?.[0]
  }

  /**
   * The one of `matches` that the client wants most; of equals the first. `fallback` (default `undefined`) when it wants none.
   *
   * @throws TypeError when a media type is to be matched and `matches` holds something else.
   */
  best_match(matches: Iterable<string>): string | undefined
  best_match<Fallback>(matches: Iterable<string>, fallback: Fallback): string | Fallback
  best_match<Fallback>(matches: Iterable<string>, fallback?: Fallback): string | Fallback | undefined {
    let best: string | undefined
    let bestQuality = 0
    let bestSpecificity: Specificity = []
    for (const candidate of matches) {
      const item = this.#match(candidate)
      if (item === undefined || item[1] <= 0 || item[1] < bestQuality) continue
      const specificity = this.specificity(item[0])
      if (item[1] > bestQuality || compareSpecificity(specificity, bestSpecificity) > 0) {
        best = candidate
        bestQuality = item[1]
        bestSpecificity = specificity
      }
    }
    return best ?? fallback
  }

  /** Iterates over the values, the best first. */
  *values(): Generator<string> {
    for (const [value] of this.#items) yield value
  }

  /** The header value. */
  to_header(): string {
    return this.#items.map(([value, quality]) => (quality === 1 ? value : `${value};q=${quality}`)).join(',')
  }

  /** The same as {@link Accept.to_header}. */
  toString(): string {
    return this.to_header()
  }

  /** Iterates over the members, the best first. */
  [Symbol.iterator](): IterableIterator<AcceptItem> {
    return this.#items.values()
  }

  /** How specific a value of the header is; members are ranked by it. */
  protected specificity(value: string): Specificity {
    return [value !== '*']
  }

  /** Whether a value that the app offers is what a member of the header asks for. */
  protected matches(value: string, item: string): boolean {
    return item === '*' || item.toLowerCase() === value.toLowerCase()
  }

  #match(value: string): AcceptItem | undefined {
    return this.#items.find(([item]) => this.matches(value, item))
  }
}

/** Compares part by part, and the longer one wins when one begins like the other. */
function compareSpecificity(a: Specificity, b: Specificity): number {
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    if (a[index] !== b[index]) return a[index] ? 1 : -1
  }
  return a.length - b.length
}

/** A media type taken apart: type, subtype, and parameters in alphabetical order. */
interface MediaType {
  readonly type: string
  readonly subtype: string | undefined
  readonly parameters: string
}

function splitMediaType(value: string): MediaType {
  const [full = '', ...parameters] = value.toLowerCase().split(';').map(trimBlanks)
  const [type = '', subtype] = full.split('/')
  return { type, subtype, parameters: parameters.sort().join(';') }
}

/**
 * The media types that a client accepts: `Accept`.
 *
 * @see RFC 9110 section 12.5.1
 */
export class MIMEAccept extends Accept {
  /** Whether the client takes HTML. */
  get accept_html(): boolean {
    return this.has('text/html') || this.accept_xhtml
  }

  /** Whether the client takes XHTML. */
  get accept_xhtml(): boolean {
    return this.has('application/xhtml+xml') || this.has('application/xml')
  }

  /** Whether the client takes JSON. */
  get accept_json(): boolean {
    return this.has('application/json')
  }

  protected override specificity(value: string): Specificity {
    return value.split(/[/;]/).map((part) => trimBlanks(part) !== '*')
  }

  protected override matches(value: string, item: string): boolean {
    // The client may write what it likes; it just does not match.
    if (!item.includes('/')) return false
    const offered = splitMediaType(value)
    if (offered.subtype === undefined || (offered.type === '*' && offered.subtype !== '*')) {
      throw new TypeError(`${JSON.stringify(value)} is not a media type; write it as in "text/html".`)
    }
    const wanted = splitMediaType(item)
    if (wanted.type === '*') return wanted.subtype === '*'
    if (offered.type === '*') return true
    if (wanted.type !== offered.type) return false
    if (wanted.subtype === '*' || offered.subtype === '*') return true
    return wanted.subtype === offered.subtype && wanted.parameters === offered.parameters
  }
}

/** The language of a tag, without region and script: `de` of `de-AT` and `de_AT`. */
function primaryTag(tag: string): string {
  return tag.split(/[_-]/, 1)[0] ?? tag
}

/**
 * The languages that a client accepts: `Accept-Language`. `_` and `-` in a tag mean the same.
 *
 * @see RFC 9110 section 12.5.4
 */
export class LanguageAccept extends Accept {
  /**
   * The one of `matches` that the client wants most. When there is no such tag, only the languages are compared: what a client that wants
   * `de-AT` gets from an app with `de`, and the other way round.
   */
  override best_match(matches: Iterable<string>): string | undefined
  override best_match<Fallback>(matches: Iterable<string>, fallback: Fallback): string | Fallback
  override best_match<Fallback>(matches: Iterable<string>, fallback?: Fallback): string | Fallback | undefined {
    const offered = [...matches]
    const exact = super.best_match(offered)
    if (exact !== undefined) return exact
    const languages = new Accept(Array.from(this, ([tag, quality]): AcceptItem => [primaryTag(tag), quality]))
    const wider = languages.best_match(offered)
    if (wider !== undefined) return wider
    const language = super.best_match(offered.map(primaryTag))
    if (language === undefined) return fallback
    return offered.find((tag) => tag.startsWith(language)) ?? fallback
  }

  protected override matches(value: string, item: string): boolean {
    return item === '*' || item.toLowerCase().replaceAll('_', '-') === value.toLowerCase().replaceAll('_', '-')
  }
}

/** Other names of the charsets that clients name, without their punctuation. */
const CHARSET_ALIASES: ReadonlyMap<string, string> = new Map([
  ['usascii', 'ascii'],
  ['ansix341968', 'ascii'],
  ['iso646us', 'ascii'],
  ['latin1', 'iso88591'],
  ['latin', 'iso88591'],
  ['l1', 'iso88591'],
  ['cp819', 'iso88591'],
  ['u8', 'utf8'],
  ['cp65001', 'utf8'],
  ['u16', 'utf16'],
  ['u32', 'utf32'],
  ['windows1252', 'cp1252'],
])

function normalizeCharset(name: string): string {
  const bare = name.toLowerCase().replace(/[^a-z\d*]/g, '')
  return CHARSET_ALIASES.get(bare) ?? bare
}

/**
 * The charsets that a client accepts: `Accept-Charset`. `utf8` and `UTF-8` are the same charset, as are `latin1` and `ISO-8859-1`.
 *
 * @see RFC 9110 section 12.5.2
 */
export class CharsetAccept extends Accept {
  protected override matches(value: string, item: string): boolean {
    return item === '*' || normalizeCharset(value) === normalizeCharset(item)
  }
}

/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ): RFC 9110 section 12.4.2; more digits are taken too. */
const QUALITY = /^\d+(?:\.\d+)?$/

/**
 * Reads an `Accept…` header into an object of the class `made`. A member with a quality that cannot be read, or is above 1, is skipped.
 *
 * @see Werkzeug `werkzeug.http.parse_accept_header`
 */
export function parse_accept_header<Made extends Accept>(value: string | undefined, made: AcceptClass<Made>): Made {
  if (!value) return new made()
  const items: AcceptItem[] = []
  for (const member of parse_list_header(value)) {
    const [item, options] = parse_options_header(member)
    const given = options.get('q')
    const quality = given === undefined ? 1 : parseQuality(given)
    if (quality === undefined) continue
    options.delete('q')
    items.push([options.size === 0 ? item : dump_options_header(item, options), quality])
  }
  return new made(items)
}

function parseQuality(text: string): number | undefined {
  const trimmed = trimBlanks(text)
  if (!QUALITY.test(trimmed)) return undefined
  const quality = Number(trimmed)
  return quality <= 1 ? quality : undefined
}
