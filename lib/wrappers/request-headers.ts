import type { IncomingMessage } from 'node:http'
import { Accept, CharsetAccept, LanguageAccept, MIMEAccept, parse_accept_header } from '../http/accept.ts'
import { Authorization } from '../http/authorization.ts'
import { parse_cache_control_header, RequestCacheControl } from '../http/cache-control.ts'
import { parse_cookie } from '../http/cookies.ts'
import { parse_date } from '../http/dates.ts'
import { type ETags, parse_etags } from '../http/etag.ts'
import { type HeaderSet, parse_set_header } from '../http/header-set.ts'
import { Headers } from '../http/headers.ts'
import { ImmutableMultiDict } from '../http/multi-dict.ts'
import { type OptionsHeader, parse_options_header } from '../http/options-header.ts'
import { type IfRange, parse_if_range_header, parse_range_header, type Range } from '../http/range.ts'
import { UserAgent } from '../http/user-agent.ts'

/** Values read from headers, kept for the next read. Made when the first of them is read. */
class ParsedHeaders {
  cookies: ImmutableMultiDict | undefined = undefined
  content_type: OptionsHeader | undefined = undefined
  mimetype_params: Readonly<Record<string, string>> | undefined = undefined
  accept_mimetypes: MIMEAccept | undefined = undefined
  accept_charsets: CharsetAccept | undefined = undefined
  accept_encodings: Accept | undefined = undefined
  accept_languages: LanguageAccept | undefined = undefined
  cache_control: RequestCacheControl | undefined = undefined
  if_match: ETags | undefined = undefined
  if_none_match: ETags | undefined = undefined
  if_range: IfRange | undefined = undefined
  pragma: HeaderSet | undefined = undefined
  access_control_request_headers: HeaderSet | undefined = undefined
  user_agent: UserAgent | undefined = undefined
  /** Null: read, and there is none. */
  authorization: Authorization | null | undefined = undefined
}

/** `Max-Forwards = 1*DIGIT`, RFC 9110 section 7.6.2; nine digits are below 2^31 and more than any chain of proxies. */
const MAX_FORWARDS = /^[0-9]{1,9}$/
/** `Content-Length = 1*DIGIT`, RFC 9110 section 8.6; sixteen digits hold every length below 2^53. */
const CONTENT_LENGTH = /^[0-9]{1,16}$/

/**
 * The header fields of a request as typed properties. Nothing is parsed before a property is read, and each value is
 * parsed once. What a client got wrong reads as if it had not been sent, as in Werkzeug.
 */
export class RequestHeaders {
  /** The message as node:http received it. */
  readonly req: IncomingMessage
  #headers: Headers | undefined = undefined
  #parsed: ParsedHeaders | undefined = undefined

  constructor(req: IncomingMessage) {
    this.req = req
  }

  get #values(): ParsedHeaders {
    this.#parsed ??= new ParsedHeaders()
    return this.#parsed
  }

  /** All header fields in the order they came; names match in any case. Text is latin-1, byte for byte. */
  get headers(): Headers {
    this.#headers ??= Headers.from_raw(this.req.rawHeaders)
    return this.#headers
  }

  /** The cookies that came with the request, several of one name included. */
  get cookies(): ImmutableMultiDict {
    const values = this.#values
    values.cookies ??= parse_cookie<ImmutableMultiDict>(this.headers.getlist('Cookie').join(';'), ImmutableMultiDict)
    return values.cookies
  }

  /** The `Content-Type` field as sent; undefined without one. */
  get content_type(): string | undefined {
    return this.headers.get('Content-Type')
  }

  get #contentType(): OptionsHeader {
    const values = this.#values
    values.content_type ??= parse_options_header(this.content_type ?? '')
    return values.content_type
  }

  /** The media type of the body in lower case, without parameters: `text/html`. Empty without a `Content-Type`. */
  get mimetype(): string {
    return this.#contentType[0].toLowerCase()
  }

  /** The parameters of the `Content-Type`, such as `{ charset: 'utf-8' }`; an object without a prototype. */
  get mimetype_params(): Readonly<Record<string, string>> {
    const values = this.#values
    values.mimetype_params ??= recordOf(this.#contentType[1])
    return values.mimetype_params
  }

  /** Whether the body is JSON by its type: `application/json` or `application/…+json`. */
  get is_json(): boolean {
    const { mimetype } = this
    return mimetype === 'application/json' || (mimetype.startsWith('application/') && mimetype.endsWith('+json'))
  }

  /**
   * Bytes of the body as the client announced them; undefined without a `Content-Length` and for a chunked body, whose
   * length is known only once it was read.
   */
  get content_length(): number | undefined {
    const { headers } = this
    const length = headers.get('Content-Length')
    if (length === undefined || headers.has('Transfer-Encoding')) return undefined
    return CONTENT_LENGTH.test(length) ? Number(length) : 0
  }

  /** The coding of the body, such as `gzip`; undefined for a plain one. See {@link Request.data} for what it means. */
  get content_encoding(): string | undefined {
    return this.headers.get('Content-Encoding')
  }

  /** The page that the client came from, as it says (`Referer`). */
  get referrer(): string | undefined {
    return this.headers.get('Referer')
  }

  /** The origin of the page that makes the request (`Origin`), which browsers send with cross-origin requests. */
  get origin(): string | undefined {
    return this.headers.get('Origin')
  }

  /** When the client sent the request (`Date`); undefined without a readable date. */
  get date(): Date | undefined {
    return parse_date(this.headers.get('Date'))
  }

  /** How many more hosts may pass a TRACE or OPTIONS request on (`Max-Forwards`). */
  get max_forwards(): number | undefined {
    const value = this.headers.get('Max-Forwards')
    return value !== undefined && MAX_FORWARDS.test(value) ? Number(value) : undefined
  }

  /** The `Pragma` directives. */
  get pragma(): HeaderSet {
    const values = this.#values
    values.pragma ??= parse_set_header(this.headers.get('Pragma'))
    return values.pragma
  }

  /** Media types that the client wants (`Accept`), best first. */
  get accept_mimetypes(): MIMEAccept {
    const values = this.#values
    values.accept_mimetypes ??= parse_accept_header(this.#joined('Accept'), MIMEAccept)
    return values.accept_mimetypes
  }

  /** Charsets that the client wants (`Accept-Charset`), best first. */
  get accept_charsets(): CharsetAccept {
    const values = this.#values
    values.accept_charsets ??= parse_accept_header(this.#joined('Accept-Charset'), CharsetAccept)
    return values.accept_charsets
  }

  /** Content codings that the client takes (`Accept-Encoding`), best first. */
  get accept_encodings(): Accept {
    const values = this.#values
    values.accept_encodings ??= parse_accept_header(this.#joined('Accept-Encoding'), Accept)
    return values.accept_encodings
  }

  /** Languages that the client wants (`Accept-Language`), best first. */
  get accept_languages(): LanguageAccept {
    const values = this.#values
    values.accept_languages ??= parse_accept_header(this.#joined('Accept-Language'), LanguageAccept)
    return values.accept_languages
  }

  /** The directives of `Cache-Control`, such as `max_age` (seconds) and `no_cache`. */
  get cache_control(): RequestCacheControl {
    const values = this.#values
    values.cache_control ??= parse_cache_control_header(this.#joined('Cache-Control'), undefined, RequestCacheControl)
    return values.cache_control
  }

  /** The entity tags of `If-Match`. */
  get if_match(): ETags {
    const values = this.#values
    values.if_match ??= parse_etags(this.#joined('If-Match'))
    return values.if_match
  }

  /** The entity tags of `If-None-Match`. */
  get if_none_match(): ETags {
    const values = this.#values
    values.if_none_match ??= parse_etags(this.#joined('If-None-Match'))
    return values.if_none_match
  }

  /** The date of `If-Modified-Since`. */
  get if_modified_since(): Date | undefined {
    return parse_date(this.headers.get('If-Modified-Since'))
  }

  /** The date of `If-Unmodified-Since`. */
  get if_unmodified_since(): Date | undefined {
    return parse_date(this.headers.get('If-Unmodified-Since'))
  }

  /** The entity tag or date of `If-Range`. */
  get if_range(): IfRange {
    const values = this.#values
    values.if_range ??= parse_if_range_header(this.headers.get('If-Range'))
    return values.if_range
  }

  /** The ranges that the client asks for (`Range`); undefined without a readable one. */
  get range(): Range | undefined {
    return parse_range_header(this.headers.get('Range'))
  }

  /** What the client calls itself: `request.user_agent.string`. */
  get user_agent(): UserAgent {
    const values = this.#values
    values.user_agent ??= new UserAgent(this.headers.get('User-Agent') ?? '')
    return values.user_agent
  }

  /** The credentials of the `Authorization` field; undefined without readable ones. */
  get authorization(): Authorization | undefined {
    const values = this.#values
    if (values.authorization === undefined) {
      values.authorization = Authorization.from_header(this.headers.get('Authorization')) ?? null
    }
    return values.authorization ?? undefined
  }

  /** Headers that a cross-origin request is going to send (`Access-Control-Request-Headers`). */
  get access_control_request_headers(): HeaderSet {
    const values = this.#values
    values.access_control_request_headers ??= parse_set_header(this.headers.get('Access-Control-Request-Headers'))
    return values.access_control_request_headers
  }

  /** The method that a cross-origin request is going to use (`Access-Control-Request-Method`). */
  get access_control_request_method(): string | undefined {
    return this.headers.get('Access-Control-Request-Method')
  }

  /** A list field that came on several lines is one list, RFC 9110 section 5.3. */
  #joined(name: string): string | undefined {
    const lines = this.headers.getlist(name)
    return lines.length < 2 ? lines[0] : lines.join(', ')
  }
}

/** The pairs as an object without a prototype, so that no key of a client means anything. */
export function recordOf(pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const record: Record<string, string> = Object.create(null)
  for (const [key, value] of pairs) record[key] = value
  return record
}
