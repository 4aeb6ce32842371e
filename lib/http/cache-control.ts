import { CallbackMap } from './callback-map.ts'
import { dump_header, parse_dict_header } from './list-header.ts'

/** Directives by name in lower case; `null` for one without a value. */
export type CacheDirectives = Iterable<readonly [string, string | null]>

/** Called with the directives after each change, so that they can be written back to their header. */
export type CacheControlUpdate = (directives: CallbackMap<string | null>) => void

/** A class of cache directives that {@link parse_cache_control_header} can make. */
export type CacheControlClass<Made extends CacheControl = CacheControl> = new (
  directives?: CacheDirectives | undefined,
  on_update?: CacheControlUpdate | undefined,
) => Made

/**
 * The directives of a `Cache-Control` header: as a map, and as typed properties with `_` for `-`.
 * Setting a property to `undefined` or `false` removes the directive.
 *
 * @see Werkzeug `werkzeug.datastructures.cache_control`
 * @see RFC 9111 section 5.2
 */
export class CacheControl extends CallbackMap<string | null> {
  /** Nothing of the message may be stored. */
  get no_store(): boolean {
    return this.has('no-store')
  }
  set no_store(value: boolean) {
    this.assign('no-store', value)
  }

  /** Seconds for which the answer is fresh; in a request, how old it may be. */
  get max_age(): number | undefined {
    return this.seconds('max-age')
  }
  set max_age(value: number | undefined) {
    this.assign('max-age', value)
  }

  /** No cache may change the content. */
  get no_transform(): boolean {
    return this.has('no-transform')
  }
  set no_transform(value: boolean) {
    this.assign('no-transform', value)
  }

  /** Seconds for which a stale answer may be used when the origin fails. */
  get stale_if_error(): number | undefined {
    return this.seconds('stale-if-error')
  }
  set stale_if_error(value: number | undefined) {
    this.assign('stale-if-error', value)
  }

  /** The value of a directive that counts seconds; `undefined` when it is missing or not a number. */
  protected seconds(name: string): number | undefined {
    const value = this.get(name)
    return value && /^-?\d+$/.test(value) ? Number(value) : undefined
  }

  /** The value of a directive that may stand alone: its text, or `true` without one. */
  protected textOrTrue(name: string): string | true | undefined {
    const value = this.get(name)
    return value === null ? true : value
  }

  /** Sets a directive: `true` alone, text or whole seconds as its value; `false` and `undefined` remove it. */
  protected assign(name: string, value: string | number | boolean | undefined | null): void {
    if (value === undefined || value === null || value === false) this.delete(name)
    else if (value === true) this.set(name, null)
    else this.set(name, typeof value === 'number' ? String(Math.trunc(value)) : value)
  }

  /** The header value. */
  to_header(): string {
    return dump_header(this)
  }

  /** The same as {@link CacheControl.to_header}. */
  override toString(): string {
    return this.to_header()
  }
}

/**
 * What a request allows caches to do. It cannot be changed: every change throws.
 *
 * @see RFC 9111 section 5.2.1
 */
export class RequestCacheControl extends CacheControl {
  /** A stored answer must be checked with the origin. */
  get no_cache(): boolean {
    return this.has('no-cache')
  }

  /** Seconds by which an answer may be stale; `true` for any. */
  get max_stale(): number | true | undefined {
    return this.get('max-stale') === null ? true : this.seconds('max-stale')
  }

  /** Seconds for which the answer must stay fresh. */
  get min_fresh(): number | undefined {
    return this.seconds('min-fresh')
  }

  /** Only a stored answer is wanted. */
  get only_if_cached(): boolean {
    return this.has('only-if-cached')
  }

  /** @throws TypeError always: what a client sent cannot be changed. */
  override set(_name: string, _value: string | null): this {
    throw immutable()
  }

  /** @throws TypeError always. */
  override delete(_name: string): boolean {
    throw immutable()
  }

  /** @throws TypeError always. */
  override clear(): void {
    throw immutable()
  }
}

function immutable(): TypeError {
  return new TypeError('The Cache-Control of a request cannot be changed; set response.cache_control instead.')
}

/**
 * What a response allows caches to do. Changing it changes the header.
 *
 * @see RFC 9111 section 5.2.2
 */
export class ResponseCacheControl extends CacheControl {
  /** The answer must be checked before each use: `true`, or the fields that this is about. */
  get no_cache(): string | true | undefined {
    return this.textOrTrue('no-cache')
  }
  set no_cache(value: string | boolean | undefined) {
    this.assign('no-cache', value)
  }

  /** Shared caches may store the answer, even to a request with credentials. */
  get public(): boolean {
    return this.has('public')
  }
  set public(value: boolean) {
    this.assign('public', value)
  }

  /** Only the browser may store the answer: `true`, or the fields that this is about. */
  get private(): string | true | undefined {
    return this.textOrTrue('private')
  }
  set private(value: string | boolean | undefined) {
    this.assign('private', value)
  }

  /** Once stale, the answer must be checked before use. */
  get must_revalidate(): boolean {
    return this.has('must-revalidate')
  }
  set must_revalidate(value: boolean) {
    this.assign('must-revalidate', value)
  }

  /** As `must_revalidate`, for shared caches. */
  get proxy_revalidate(): boolean {
    return this.has('proxy-revalidate')
  }
  set proxy_revalidate(value: boolean) {
    this.assign('proxy-revalidate', value)
  }

  /** Seconds for which the answer is fresh in shared caches. */
  get s_maxage(): number | undefined {
    return this.seconds('s-maxage')
  }
  set s_maxage(value: number | undefined) {
    this.assign('s-maxage', value)
  }

  /** The content never changes while fresh, not even on reload. */
  get immutable(): boolean {
    return this.has('immutable')
  }
  set immutable(value: boolean) {
    this.assign('immutable', value)
  }

  /** Only caches that know the status code may store the answer. */
  get must_understand(): boolean {
    return this.has('must-understand')
  }
  set must_understand(value: boolean) {
    this.assign('must-understand', value)
  }

  /** Seconds for which a stale answer may be used while it is fetched anew. */
  get stale_while_revalidate(): number | undefined {
    return this.seconds('stale-while-revalidate')
  }
  set stale_while_revalidate(value: number | undefined) {
    this.assign('stale-while-revalidate', value)
  }
}

/**
 * Reads a `Cache-Control` header into an object of the class `made`; names come in lower case. Empty when the header is missing.
 *
 * @see Werkzeug `werkzeug.http.parse_cache_control_header`
 */
export function parse_cache_control_header<Made extends CacheControl>(
  value: string | undefined,
  on_update: CacheControlUpdate | undefined,
  made: CacheControlClass<Made>,
): Made {
  const directives = value ? Array.from(parse_dict_header(value), lowerName) : undefined
  return new made(directives, on_update)
}

/** Directive names are compared without regard to case. RFC 9111 section 5.2. */
function lowerName([name, argument]: [string, string | null]): [string, string | null] {
  return [name.toLowerCase(), argument]
}
