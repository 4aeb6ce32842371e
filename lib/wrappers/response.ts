import { rangeApplies, type Validators, weighConditions } from '../http/conditional.ts'
import { type CookieOptions, dump_cookie } from '../http/cookies.ts'
import { http_date } from '../http/dates.ts'
import { generate_etag, quote_etag, unquote_etag } from '../http/etag.ts'
import { RequestedRangeNotSatisfiable } from '../http/exceptions.ts'
import { Headers, type HeadersInit } from '../http/headers.ts'
import { get_content_type } from '../http/options-header.ts'
import { parse_range_header } from '../http/range.ts'
import { HTTP_STATUS_CODES } from '../http/status.ts'
import { responseApp } from './response-app.ts'
import { bodyLength, discardBody, isBuffered, type ResponseBody, sliceBody } from './response-body.ts'
import { lengthOf, ResponseContent, UNKNOWN_LENGTH } from './response-content.ts'
import { signCookie } from './signed-cookies.ts'

/** What a {@link Response} can be made with, beside its body. */
export interface ResponseOptions {
  /** Status code, or code and reason such as `'299 Strange'`. Default: the class's `default_status`, 200. */
  status?: number | string | undefined
  /** Header fields to start from. A `Headers` object is used as it is, not copied. */
  headers?: HeadersInit | undefined
  /** Media type without parameters; text types get `; charset=utf-8`. Default: the class's `default_mimetype`. */
  mimetype?: string | undefined
  /** The whole `Content-Type`; wins over `mimetype`. */
  content_type?: string | undefined
}

/** What {@link Response.make_conditional} needs to know of a request. */
export interface ConditionalRequest {
  /** The method in upper case. */
  readonly method: string
  /** The header fields, looked up without regard to case. */
  readonly headers: { get(name: string): string | undefined }
}

/** How {@link Response.make_conditional} may answer a `Range`. */
export interface ConditionalOptions {
  /** `true` (or `'bytes'`) answers ranges and says so in `Accept-Ranges`. Default `false`: the whole body is sent. */
  accept_ranges?: boolean | string | undefined
  /** Bytes of the whole body; without it no range is answered. */
  complete_length?: number | undefined
}

/** How {@link Response.get_json} reads the body. */
export interface GetJsonOptions {
  /** Read the body whatever its media type. Default `false`. */
  force?: boolean | undefined
  /** Give `undefined` in place of an error when the body is not JSON. Default `false`. */
  silent?: boolean | undefined
}

/** A class of responses: {@link Response} or one that extends it. */
export type ResponseClass<Made extends Response = Response> = {
  new (body?: ResponseBody | null, options?: ResponseOptions): Made
  /** What the responses of the class inherit from. */
  readonly prototype: Made
}

/** The reason phrase that the app gave, for the writer of the response; `undefined` stands for the usual one. */
export let reasonOf: (response: Response) => string | undefined

const NO_OPTIONS: ResponseOptions = {}
/** What browsers keep is 4,096 bytes for name, value and attributes together; see RFC 6265 section 6.1. */
const SAFE_COOKIE_BYTES = 4093

/** The most common default, made once. */
const HTML_TYPE = get_content_type('text/html')

/**
 * An answer: status, header fields and body.
 *
 * The body is text (sent as UTF-8), bytes, or an iterable, generator, async generator or stream of these. A body that is at hand has
 * a `Content-Length` at once; others are streamed.
 *
 * @see Flask `flask.Response`, Werkzeug `werkzeug.wrappers.Response`
 */
export class Response extends ResponseContent {
  /** The header fields in the order they will be sent. */
  declare headers: Headers
  #statusCode = 200
  #reason: string | undefined = undefined

  static {
    reasonOf = (response) => response.#reason
  }

  /** @throws TypeError when `body` is not text, bytes or an iterable, or when a header is malformed. */
  constructor(body?: ResponseBody | null, options: ResponseOptions = NO_OPTIONS) {
    super(body)
    const length = lengthOf(this)
    const { headers, mimetype, content_type, status } = options
    let type = content_type ?? (mimetype && get_content_type(mimetype))
    if (headers === undefined) {
      type = type === undefined ? this.#defaultType() : checkType(type)
      this.headers = Headers.from_raw(firstFields(type, length))
    } else {
      this.headers = headers instanceof Headers ? headers : new Headers(headers)
      type ??= this.headers.has('Content-Type') ? undefined : this.#defaultType()
      if (type !== undefined) this.headers.set('Content-Type', type)
      if (length !== UNKNOWN_LENGTH) this.headers.set('Content-Length', String(length))
    }
    this.#setStatus(status ?? this.default_status)
  }

  /** Status of responses that are made without one. Override it in a subclass as a getter. */
  get default_status(): number | string {
    return 200
  }

  /** Media type of responses that are made without one; `undefined` sends no `Content-Type`. Override it in a subclass as a getter. */
  get default_mimetype(): string | undefined {
    return 'text/html'
  }

  /**
   * Bytes above which {@link Response.set_cookie} warns, because browsers drop such cookies; 0 never warns. `MAX_COOKIE_SIZE` of
   * the app that is active, 4,093 outside of any.
   */
  get max_cookie_size(): number {
    return responseApp()?.config.MAX_COOKIE_SIZE ?? SAFE_COOKIE_BYTES
  }

  /** The status code. */
  get status_code(): number {
    return this.#statusCode
  }
  set status_code(value: number) {
    this.#setStatus(value)
  }

  /** Code and reason, such as `404 NOT FOUND`. Assign a code, or a code with a reason of your own. */
  get status(): string {
    if (this.#reason !== undefined) return `${this.#statusCode} ${this.#reason}`
    return `${this.#statusCode} ${HTTP_STATUS_CODES.get(this.#statusCode)?.toUpperCase() ?? 'UNKNOWN'}`
  }
  /** @throws TypeError when the status is empty or has no code. */
  set status(value: string | number) {
    this.#setStatus(value)
  }

  /**
   * Reads the whole body into memory, sets `Content-Length` and adds an `ETag` when there is none: what a cache stores.
   * Returns a promise when the body must be waited for.
   */
  freeze(): Promise<void> | undefined {
    const pending = this.make_sequence()
    if (pending !== undefined) return pending.then(() => this.#seal())
    this.#seal()
    return undefined
  }

  /** The media type without parameters. Assigning sets `Content-Type`, with `; charset=utf-8` for text. */
  get mimetype(): string | undefined {
    const type = this.headers.get('Content-Type')
    if (!type) return undefined
    const end = type.indexOf(';')
    return (end === -1 ? type : type.slice(0, end)).trim()
  }
  set mimetype(value: string) {
    this.headers.set('Content-Type', get_content_type(value))
  }

  /** Whether the media type is `application/json` or `application/…+json`. */
  get is_json(): boolean {
    const type = this.mimetype
    return type === 'application/json' || (type?.startsWith('application/') === true && type.endsWith('+json'))
  }

  /** The body read as JSON; `undefined` when the media type is not JSON. Not kept: each reading parses again. */
  get json(): unknown {
    return this.get_json()
  }

  /**
   * The body read as JSON, `undefined` when the media type is not JSON.
   *
   * @throws SyntaxError when the body is not JSON, unless `silent`.
   */
  get_json(options?: GetJsonOptions): unknown {
    if (!options?.force && !this.is_json) return undefined
    const text = this.get_data({ as_text: true })
    try {
      return JSON.parse(text)
    } catch (error) {
      if (options?.silent) return undefined
      throw error
    }
  }

  /**
   * Adds a `Set-Cookie` field.
   *
   * @throws TypeError when the name, or an attribute, cannot stand in a cookie.
   */
  set_cookie(key: string, value: string = '', options?: CookieOptions): void {
    this.headers.add('Set-Cookie', dump_cookie(key, value, { max_size: this.max_cookie_size, ...options }))
  }

  /**
   * Adds a `Set-Cookie` field with a value that the visitor can read but not change: text, or whatever JSON has. It is signed with
   * the `SECRET_KEY` of the app, for this name alone; `request.get_signed_cookie` gives it back.
   *
   * @throws {@link FlagonError} `COOKIE_NO_SECRET` without a `SECRET_KEY`; `OUTSIDE_CONTEXT` where no app is active.
   * @throws TypeError for a value that JSON does not have, and when the name, or an attribute, cannot stand in a cookie.
   * @see docs/guide/cookies.md
   */
  set_signed_cookie(key: string, value: unknown, options?: CookieOptions): void {
    this.set_cookie(key, signCookie(responseApp(), key, value), options)
  }

  /** Adds a `Set-Cookie` field that removes a cookie. Path, domain and flags must be those the cookie was set with. */
  delete_cookie(key: string, options?: Omit<CookieOptions, 'max_age' | 'expires'>): void {
    this.set_cookie(key, '', { ...options, expires: 0, max_age: 0 })
  }

  /** Sets `ETag` to `etag`, given without quotes. */
  set_etag(etag: string, options?: { weak?: boolean | undefined }): void {
    this.headers.set('ETag', quote_etag(etag, options?.weak))
  }

  /** The tag without quotes and whether it is weak; `[undefined, undefined]` when there is none. */
  get_etag(): [etag: string, weak: boolean] | [undefined, undefined] {
    return unquote_etag(this.headers.get('ETag'))
  }

  /** Sets `ETag` to the SHA-1 of the body, unless there is one (and `overwrite` is not given). */
  add_etag(options?: { overwrite?: boolean | undefined; weak?: boolean | undefined }): void {
    if (options?.overwrite || !this.headers.has('ETag')) this.set_etag(generate_etag(this.get_data()), options)
  }

  /**
   * Answers the request's conditions and range: the status becomes 304, 412 or 206 where they ask for it. Other methods than
   * `GET` and `HEAD`, and other statuses than 2xx, are left alone. Returns the response itself.
   *
   * @throws RequestedRangeNotSatisfiable when the range is malformed or lies outside of `complete_length`.
   * @see RFC 9110 section 13.2.2
   */
  make_conditional(request: ConditionalRequest, options?: ConditionalOptions): this {
    if (request.method !== 'GET' && request.method !== 'HEAD') return this
    const { headers } = this
    if (!headers.has('Date')) headers.set('Date', http_date())
    if (options?.accept_ranges) {
      this.accept_ranges = options.accept_ranges === true ? 'bytes' : options.accept_ranges
    }
    if (this.#statusCode >= 200 && this.#statusCode < 300) {
      const validators: Validators = { etag: headers.get('ETag'), last_modified: this.last_modified }
      const verdict = weighConditions(request.headers, validators)
      if (verdict !== 'proceed') this.status_code = verdict === 'failed' ? 412 : 304
      else if (options?.accept_ranges) this.#answerRange(request, validators, options.complete_length)
    }
    if (isBuffered(this.response) && !headers.has('Content-Length')) this.content_length = bodyLength(this.response)
    return this
  }

  /**
   * A response of this class: `response` itself, turned into an instance of a subclass, or the Flagon form of a web `Response`.
   *
   * @throws TypeError when `response` is neither.
   */
  static force_type<Made extends Response>(this: ResponseClass<Made>, response: unknown): Made {
    return forceType(this, response)
  }

  /** Short text for logs: class, length and status. */
  override toString(): string {
    const body = isBuffered(this.response) ? `${bodyLength(this.response)} bytes` : 'streamed'
    return `<${this.constructor.name} ${body} [${this.status}]>`
  }

  #defaultType(): string | undefined {
    const mimetype = this.default_mimetype
    return mimetype === 'text/html' ? HTML_TYPE : mimetype && checkType(get_content_type(mimetype))
  }

  #setStatus(value: number | string): void {
    if (typeof value === 'number') {
      this.#statusCode = value
      this.#reason = undefined
      return
    }
    const text = value.trim()
    const space = text.indexOf(' ')
    const code = space === -1 ? text : text.slice(0, space)
    if (!/^\d+$/.test(code)) {
      throw new TypeError(
        `A status is a code, or a code and a reason as in "404 Not Found", not ${JSON.stringify(value)}.`,
      )
    }
    this.#statusCode = Number(code)
    this.#reason = space === -1 ? undefined : text.slice(space + 1)
  }

  #seal(): void {
    this.content_length = this.get_data().length
    this.add_etag()
  }

  #answerRange(request: ConditionalRequest, validators: Validators, length: number | undefined): void {
    const value = request.headers.get('Range')
    if (value === undefined || !length || this.#statusCode !== 200) return
    if (!rangeApplies(request.headers.get('If-Range'), validators)) return
    // An unknown unit must be ignored, several ranges may be (RFC 9110 section 14.2): the whole body is sent.
    if (!/^[ \t]*bytes[ \t]*=[^,]*$/i.test(value)) return
    const range = parse_range_header(value)?.range_for_length(length)
    if (range === undefined) throw new RequestedRangeNotSatisfiable({ length })
    const [start, stop] = range
    const whole = this.response
    // What cuts the body ends it too, but only once it was started. Not waited for: a chunk may be under way for ever.
    if (!isBuffered(whole)) this.call_on_close(() => void Promise.resolve(discardBody(whole)).catch(() => {}))
    this.response = sliceBody(whole, start, stop)
    this.content_length = stop - start
    this.headers.set('Content-Range', `bytes ${start}-${stop - 1}/${length}`)
    this.#statusCode = 206
    this.#reason = undefined
  }
}

function forceType<Made extends Response>(made: ResponseClass<Made>, response: unknown): Made {
  if (response instanceof made) return response
  if (response instanceof Response) {
    Object.setPrototypeOf(response, made.prototype)
    return response as Made
  }
  if (response instanceof globalThis.Response) {
    const { body, status, statusText } = response
    return new made(body, { status: statusText ? `${status} ${statusText}` : status, headers: response.headers })
  }
  throw new TypeError(`force_type() takes a Response of Flagon or of the web, not ${typeof response}.`)
}

/** What `Headers` refuses is refused here too, where its flat array is made by hand. */
/** The fields of a response that was given none. An array of the right size is made in one piece, where a pushed one grows. */
function firstFields(type: string | undefined, length: number): string[] {
  if (length === UNKNOWN_LENGTH) return type === undefined ? [] : ['Content-Type', type]
  if (type === undefined) return ['Content-Length', String(length)]
  return ['Content-Type', type, 'Content-Length', String(length)]
}

function checkType(type: string): string {
  if (/[\r\n\0]/.test(type)) throw new TypeError(`Content-Type has CR, LF or NUL in its value ${JSON.stringify(type)}.`)
  return type
}
