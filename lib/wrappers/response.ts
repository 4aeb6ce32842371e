import { rangeApplies, type Validators, weighConditions } from '../http/conditional.ts'
import { type CookieOptions, dump_cookie } from '../http/cookies.ts'
import { http_date } from '../http/dates.ts'
import { generate_etag, quote_etag, unquote_etag } from '../http/etag.ts'
import { RequestedRangeNotSatisfiable } from '../http/exceptions.ts'
import { Headers, type HeadersInit } from '../http/headers.ts'
import { get_content_type } from '../http/options-header.ts'
import { parse_range_header } from '../http/range.ts'
import { HTTP_STATUS_CODES } from '../http/status.ts'
import {
  type BodyChunk,
  bodyLength,
  discardBody,
  encodeChunk,
  isAsync,
  isBuffered,
  joinBody,
  openBody,
  type ResponseBody,
  sliceBody,
  toBody,
} from './response-body.ts'
import { ResponseHeaders } from './response-headers.ts'
import { ResponseStream } from './response-stream.ts'

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
  readonly prototype: Made
}

/** Length of a body that is not at hand as one piece. */
export const UNKNOWN_LENGTH = -1

/** The reason phrase that the app gave, for the writer of the response; `undefined` stands for the usual one. */
export let reasonOf: (response: Response) => string | undefined

/** Bytes of a body that is text or bytes, measured once; {@link UNKNOWN_LENGTH} for all others. */
export let lengthOf: (response: Response) => number

/** What Content-Type to set for the most common default, made once. */
const HTML_TYPE = get_content_type('text/html')

/**
 * An answer: status, header fields and body.
 *
 * The body is text (sent as UTF-8), bytes, or an iterable, generator, async generator or stream of these. A body that is at hand has
 * a `Content-Length` at once; others are streamed.
 *
 * @see Flask `flask.Response`, Werkzeug `werkzeug.wrappers.Response`
 */
export class Response extends ResponseHeaders {
  declare headers: Headers
  #body: ResponseBody
  #length: number
  #statusCode = 200
  #reason: string | undefined = undefined
  #onClose: (() => unknown)[] | undefined = undefined
  #stream: ResponseStream | undefined = undefined
  #closed = false

  static {
    reasonOf = (response) => response.#reason
    lengthOf = (response) => response.#length
  }

  /** @throws TypeError when `body` is not text, bytes or an iterable, or when a header is malformed. */
  constructor(body?: ResponseBody | null, options?: ResponseOptions) {
    super()
    const given = body === undefined || body === null ? [] : typeof body === 'string' ? body : toBody(body)
    this.#body = given
    this.#length = pieceLength(given)
    if (options === undefined) {
      const type = contentTypeOf(this.default_mimetype)
      const flat = type === undefined ? [] : ['Content-Type', type]
      if (this.#length !== UNKNOWN_LENGTH) flat.push('Content-Length', String(this.#length))
      this.headers = Headers.from_raw(flat)
      const status = this.default_status
      if (status !== this.#statusCode) this.#setStatus(status)
      return
    }
    const { headers, status } = options
    this.headers = headers instanceof Headers ? headers : new Headers(headers)
    let type = options.content_type
    if (type === undefined) {
      const mimetype = options.mimetype ?? (this.headers.has('Content-Type') ? undefined : this.default_mimetype)
      type = contentTypeOf(mimetype)
    }
    if (type !== undefined) this.headers.set('Content-Type', type)
    this.#setStatus(status ?? this.default_status)
    if (this.#length !== UNKNOWN_LENGTH) this.headers.set('Content-Length', String(this.#length))
  }

  /** Status of responses that are made without one. Override it in a subclass as a getter. */
  get default_status(): number | string {
    return 200
  }

  /** Media type of responses that are made without one; `undefined` sends no `Content-Type`. Override it in a subclass as a getter. */
  get default_mimetype(): string | undefined {
    return 'text/html'
  }

  /** Bytes above which {@link Response.set_cookie} warns, because browsers drop such cookies; 0 never warns. Default 4093. */
  get max_cookie_size(): number {
    return 4093
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

  /** The body as it was given: text, bytes, an iterable or a stream. Assigning a body that is not at hand removes `Content-Length`. */
  get response(): ResponseBody {
    return this.#body
  }
  set response(value: ResponseBody) {
    const body = toBody(value)
    this.#body = body
    this.#length = pieceLength(body)
    if (isBuffered(body)) this.headers.set('Content-Length', String(bodyLength(body)))
    else this.headers.remove('Content-Length')
  }

  /** The body as bytes; assigning text or bytes replaces it and sets `Content-Length`. Reading runs a generator to its end. */
  get data(): Buffer {
    return this.get_data()
  }
  set data(value: string | Uint8Array) {
    this.set_data(value)
  }

  /**
   * The body as bytes, or as text with `{ as_text: true }`. A generator is run to its end and kept.
   *
   * @throws TypeError when the body must be waited for: `await response.make_sequence()` first.
   */
  get_data(options?: { as_text?: false | undefined }): Buffer
  get_data(options: { as_text: true }): string
  get_data(options?: { as_text?: boolean | undefined }): Buffer | string {
    const data = this.#bytes()
    return options?.as_text ? data.toString() : data
  }

  /** Replaces the body by text or bytes and sets `Content-Length`. */
  set_data(value: string | Uint8Array): void {
    this.response = value
  }

  /** Reads the whole body into memory, so that {@link Response.data} and {@link Response.content_length} are known. */
  make_sequence(): Promise<void> | undefined {
    const body = this.#body
    if (isBuffered(body)) return undefined
    if (isAsync(body)) return this.#collect(openBody(body))
    this.#body = Array.from(body, encodeChunk)
    return undefined
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

  /** The byte length of the body, or `undefined` when it must be waited for. A generator is run to its end. */
  calculate_content_length(): number | undefined {
    if (this.#length !== UNKNOWN_LENGTH) return this.#length
    if (isAsync(this.#body)) return undefined
    this.make_sequence()
    return isBuffered(this.#body) ? bodyLength(this.#body) : undefined
  }

  /** Whether the length of the body is not known, as with a generator or a stream. */
  get is_streamed(): boolean {
    return !isBuffered(this.#body)
  }

  /** Whether all of the body is at hand. */
  get is_sequence(): boolean {
    return isBuffered(this.#body)
  }

  /** The chunks of the body as bytes; asynchronous when the body must be waited for. */
  iter_encoded(): Iterable<Buffer> | AsyncIterable<Buffer> {
    const body = this.#body
    if (typeof body === 'string' || body instanceof Uint8Array) return [encodeChunk(body)]
    return isAsync(body) ? encodeAsync(openBody(body)) : encodeSync(body)
  }

  /** A write-only view of the body that appends to it. */
  get stream(): ResponseStream {
    this.#stream ??= new ResponseStream(this)
    return this.#stream
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
    this.headers.add('Set-Cookie', dump_cookie(key, value, options))
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
    if (options?.overwrite || !this.headers.has('ETag')) this.set_etag(generate_etag(this.#bytes()), options)
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
    if (isBuffered(this.#body) && !headers.has('Content-Length')) this.content_length = bodyLength(this.#body)
    return this
  }

  /** Registers a function to run when the response is done with, sent or not, and returns it. */
  call_on_close<Callback extends () => unknown>(callback: Callback): Callback {
    this.#onClose ??= []
    this.#onClose.push(callback)
    return callback
  }

  /**
   * Gives up the body (generators run their `finally`, streams are destroyed) and runs what {@link Response.call_on_close} registered, once.
   * Called by the server after sending. Returns a promise when something must be waited for.
   *
   * @throws the first error of the callbacks, after all of them ran.
   */
  close(): Promise<void> | undefined {
    if (this.#closed) return undefined
    this.#closed = true
    if (isBuffered(this.#body) && this.#onClose === undefined) return undefined
    return runAll([() => discardBody(this.#body), ...(this.#onClose ?? [])])
  }

  /**
   * A response of this class: `response` itself, turned into an instance of a subclass, or the Flagon form of a web `Response`.
   *
   * @throws TypeError when `response` is neither.
   */
  static force_type<Made extends Response>(this: ResponseClass<Made>, response: unknown): Made {
    // biome-ignore lint/complexity/noThisInStatic: the class it is called on is the class that comes out.
    return forceType(this, response)
  }

  /** Short text for logs: class, length and status. */
  override toString(): string {
    const body = isBuffered(this.#body) ? `${bodyLength(this.#body)} bytes` : 'streamed'
    return `<${this.constructor.name} ${body} [${this.status}]>`
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

  #bytes(): Buffer {
    if (isAsync(this.#body)) {
      throw new TypeError('This body must be waited for: await response.make_sequence() before reading it.')
    }
    this.make_sequence()
    const data = isBuffered(this.#body) ? joinBody(this.#body) : Buffer.alloc(0)
    this.#body = data
    return data
  }

  async #collect(source: AsyncIterable<BodyChunk>): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of source) chunks.push(encodeChunk(chunk))
    this.#body = chunks
  }

  #seal(): void {
    this.content_length = this.#bytes().length
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
    const whole = this.#body
    if (!isBuffered(whole)) this.call_on_close(() => discardBody(whole))
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

function pieceLength(body: ResponseBody): number {
  return typeof body === 'string' || body instanceof Uint8Array ? bodyLength(body) : UNKNOWN_LENGTH
}

function contentTypeOf(mimetype: string | undefined): string | undefined {
  return mimetype === 'text/html' ? HTML_TYPE : mimetype && get_content_type(mimetype)
}

function* encodeSync(body: Iterable<BodyChunk>): Generator<Buffer> {
  for (const chunk of body) yield encodeChunk(chunk)
}

async function* encodeAsync(body: AsyncIterable<BodyChunk>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield encodeChunk(chunk)
}

/** Runs all steps in order, waiting for those that return a promise, and throws the first error when all have run. */
function runAll(steps: readonly (() => unknown)[]): Promise<void> | undefined {
  const errors: unknown[] = []
  for (const [index, step] of steps.entries()) {
    try {
      const result = step()
      if (result instanceof Promise) return runRest(result, steps.slice(index + 1), errors)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  return undefined
}

async function runRest(first: Promise<unknown>, steps: readonly (() => unknown)[], errors: unknown[]): Promise<void> {
  await first.catch((error: unknown) => errors.push(error))
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
