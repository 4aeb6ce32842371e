import { parse_date } from './dates.ts'
import { parse_etags, unquote_etag } from './etag.ts'
import { trimBlanks } from './options-header.ts'

/** What a conditional request is compared with: the response's own `ETag` and `Last-Modified`. */
export interface Validators {
  /** The `ETag` header as it is sent, with quotes; `undefined` when there is none. */
  readonly etag: string | undefined
  /** When the representation changed last, in whole seconds; `undefined` when unknown. */
  readonly last_modified: Date | undefined
}

/** Looks up a request header by name. */
export interface HeaderLookup {
  get(name: string): string | undefined
}

/** What to do with a request once its conditions are known: answer it, answer 304, or answer 412. */
export type Verdict = 'proceed' | 'not-modified' | 'failed'

/**
 * Weighs the conditions of a `GET` or `HEAD` request in the order of RFC 9110 section 13.2.2:
 * `If-Match`, else `If-Unmodified-Since`; then `If-None-Match`, else `If-Modified-Since`. A date that cannot be read is ignored.
 */
export function weighConditions(headers: HeaderLookup, validators: Validators): Verdict {
  const ifMatch = headers.get('If-Match')
  if (ifMatch !== undefined) {
    if (!matchesStrongly(ifMatch, validators.etag)) return 'failed'
  } else if (isAfter(validators.last_modified, headers.get('If-Unmodified-Since')) === true) {
    return 'failed'
  }
  const ifNoneMatch = headers.get('If-None-Match')
  if (ifNoneMatch !== undefined) return matchesWeakly(ifNoneMatch, validators.etag) ? 'not-modified' : 'proceed'
  return isAfter(validators.last_modified, headers.get('If-Modified-Since')) === false ? 'not-modified' : 'proceed'
}

/**
 * Whether a `Range` may be answered in part: there is no `If-Range`, or it names exactly this representation.
 * Both validators are compared strongly, so a weak tag or an unquoted one never matches.
 *
 * @see RFC 9110 section 13.1.5
 */
export function rangeApplies(ifRange: string | undefined, validators: Validators): boolean {
  if (ifRange === undefined) return true
  const value = trimBlanks(ifRange)
  if (value.startsWith('"')) return value === validators.etag
  const date = parse_date(value)
  return date !== undefined && date.getTime() === validators.last_modified?.getTime()
}

/** `If-Match` compares strongly; a representation without a tag matches only `*`. RFC 9110 section 13.1.1. */
function matchesStrongly(header: string, etag: string | undefined): boolean {
  const tags = parse_etags(header)
  if (tags.star_tag || tags.is_empty) return true
  const [tag, weak] = unquote_etag(etag)
  return tag !== undefined && !weak && tags.is_strong(tag)
}

/** `If-None-Match` compares weakly. RFC 9110 section 13.1.2. */
function matchesWeakly(header: string, etag: string | undefined): boolean {
  const tags = parse_etags(header)
  if (tags.star_tag) return true
  const [tag] = unquote_etag(etag)
  return tag !== undefined && tags.contains_weak(tag)
}

/** Whether `date` is later than the header's date, or `undefined` when one of them is unknown. */
function isAfter(date: Date | undefined, header: string | undefined): boolean | undefined {
  if (date === undefined || header === undefined) return undefined
  const limit = parse_date(header)
  return limit === undefined ? undefined : date.getTime() > limit.getTime()
}
