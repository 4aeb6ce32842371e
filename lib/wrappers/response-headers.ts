import { http_date, parse_date, Timedelta } from '../http/dates.ts'
import type { Headers } from '../http/headers.ts'

const MS_PER_SECOND = 1000

/** A point in time as a header takes it: a `Date`, or a number of seconds since 1970. */
export type HeaderDate = Date | number

/**
 * The header fields of a response as typed properties. Each reads and writes `headers`; assigning `undefined` removes the field.
 *
 * @see Werkzeug `werkzeug.sansio.response.Response`
 */
export abstract class ResponseHeaders {
  /** The header fields in the order they will be sent. */
  abstract headers: Headers

  /** Seconds since the answer was made at its origin (`Age`). Assign a `timedelta` or seconds. */
  get age(): Timedelta | undefined {
    const seconds = parseCount(this.headers.get('Age'))
    return seconds === undefined ? undefined : new Timedelta({ seconds })
  }
  /** @throws RangeError when the age is negative. */
  set age(value: Timedelta | number | undefined) {
    const seconds = value === undefined ? undefined : Math.trunc(Number(value))
    if (seconds !== undefined && !(seconds >= 0)) throw new RangeError(`An age is 0 or more seconds, not ${seconds}.`)
    put(this.headers, 'Age', seconds)
  }

  /** The media type with its parameters (`Content-Type`). */
  get content_type(): string | undefined {
    return this.headers.get('Content-Type')
  }
  set content_type(value: string | undefined) {
    put(this.headers, 'Content-Type', value)
  }

  /** Bytes of the body (`Content-Length`); set by the response itself when it knows them. */
  get content_length(): number | undefined {
    return parseCount(this.headers.get('Content-Length'))
  }
  set content_length(value: number | undefined) {
    put(this.headers, 'Content-Length', value)
  }

  /** Where the answer to the request, or the thing made by it, is (`Location`). Made a safe URL when it is sent; stays relative. */
  get location(): string | undefined {
    return this.headers.get('Location')
  }
  set location(value: string | undefined) {
    put(this.headers, 'Location', value)
  }

  /** Another URL of what is sent (`Content-Location`). */
  get content_location(): string | undefined {
    return this.headers.get('Content-Location')
  }
  set content_location(value: string | undefined) {
    put(this.headers, 'Content-Location', value)
  }

  /** The coding applied to the body, such as `gzip` (`Content-Encoding`). */
  get content_encoding(): string | undefined {
    return this.headers.get('Content-Encoding')
  }
  set content_encoding(value: string | undefined) {
    put(this.headers, 'Content-Encoding', value)
  }

  /** MD5 of the body (`Content-MD5`, left from RFC 1864). */
  get content_md5(): string | undefined {
    return this.headers.get('Content-MD5')
  }
  set content_md5(value: string | undefined) {
    put(this.headers, 'Content-MD5', value)
  }

  /** The range unit that may be asked for: `bytes` or `none` (`Accept-Ranges`). */
  get accept_ranges(): string | undefined {
    return this.headers.get('Accept-Ranges')
  }
  set accept_ranges(value: string | undefined) {
    put(this.headers, 'Accept-Ranges', value)
  }

  /** When the answer was made (`Date`); Node adds the present moment when it is not set. */
  get date(): Date | undefined {
    return parse_date(this.headers.get('Date'))
  }
  set date(value: HeaderDate | undefined) {
    putDate(this.headers, 'Date', value)
  }

  /** When the answer becomes stale (`Expires`). */
  get expires(): Date | undefined {
    return parse_date(this.headers.get('Expires'))
  }
  set expires(value: HeaderDate | undefined) {
    putDate(this.headers, 'Expires', value)
  }

  /** When the content changed last (`Last-Modified`), in whole seconds. */
  get last_modified(): Date | undefined {
    return parse_date(this.headers.get('Last-Modified'))
  }
  set last_modified(value: HeaderDate | undefined) {
    putDate(this.headers, 'Last-Modified', value)
  }

  /** When to try again (`Retry-After`). Assign a date, a number of seconds from now, or the header's text. */
  get retry_after(): Date | undefined {
    const value = this.headers.get('Retry-After')
    const seconds = parseCount(value)
    return seconds === undefined ? parse_date(value) : new Date(Date.now() + seconds * MS_PER_SECOND)
  }
  set retry_after(value: Date | number | string | undefined) {
    put(this.headers, 'Retry-After', value instanceof Date ? http_date(value) : value)
  }
}

/** Writes a header, or removes it when `value` is `undefined`. */
export function put(headers: Headers, name: string, value: string | number | undefined | null): void {
  if (value === undefined || value === null) headers.remove(name)
  else headers.set(name, String(value))
}

function putDate(headers: Headers, name: string, value: HeaderDate | undefined | null): void {
  put(headers, name, value === undefined || value === null ? undefined : http_date(value))
}

/** A header of the form 1*DIGIT (RFC 9110 sections 5.6.1 and 8.6); anything else is `undefined`. */
export function parseCount(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}
