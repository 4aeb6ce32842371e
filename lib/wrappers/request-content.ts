import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { FlagonError } from '../errors.ts'
import {
  BadRequest,
  BadRequestKeyError,
  HTTPException,
  RequestEntityTooLarge,
  UnsupportedMediaType,
} from '../http/exceptions.ts'
import { ImmutableMultiDict, type MultiDict } from '../http/multi-dict.ts'
import type { Bytes } from '../signing/encoding.ts'
import { announcedLength, type BodyLimits, RequestBody } from './body.ts'
import { settleBody, settleStream } from './body-rest.ts'
import { BodyStream } from './body-stream.ts'
import { CombinedMultiDict } from './combined-multi-dict.ts'
import type { FileStorage } from './file-storage.ts'
import { checkCharset, EMPTY_FORM, type ParsedForm, parseMultipart, parseUrlencoded } from './form.ts'
import type { RequestIdConfig } from './request-id.ts'
import { RequestURL } from './request-url.ts'

/** A limit; null and undefined are none. */
export type Limit = number | null | undefined

/** The settings that a request reads. */
export interface RequestConfig extends RequestIdConfig {
  /** Older keys that still verify what was signed, oldest first. */
  readonly SECRET_KEY_FALLBACKS?: readonly Bytes[] | null | undefined
  /** Bytes that a body may have. */
  readonly MAX_CONTENT_LENGTH?: Limit
  /** Bytes that one field of a form may have, files apart. */
  readonly MAX_FORM_MEMORY_SIZE?: Limit
  /** Parts that a multipart form may have. */
  readonly MAX_FORM_PARTS?: Limit
}

/** What a request has to know of its app. */
export interface RequestApp {
  /** The settings. */
  readonly config: RequestConfig
  /** The key that signs; without one there are no signed cookies. */
  readonly secret_key?: Bytes | null | undefined
  /** Parses JSON bodies. */
  readonly json: {
    /** The value of a JSON text in UTF-8; throws where it is none. */
    loads(bytes: Uint8Array): unknown
  }
  /** Whether a client may be told in detail what is wrong. */
  readonly debug: boolean
  /** Aborts when the server shuts down. */
  readonly shutdown_signal?: AbortSignal | undefined
}

/** How to read data. */
export interface GetDataOptions {
  /** Gives text (UTF-8, U+FFFD for what is not) instead of bytes. Default false. */
  readonly as_text?: boolean | undefined
  /** Keeps the bytes for the next call. Default true. */
  readonly cache?: boolean | undefined
  /** Reads a form as such, so that its bytes are used up and the data is empty. Default false. */
  readonly parse_form_data?: boolean | undefined
}

/** How to read JSON. */
export interface GetJsonOptions {
  /** Parses whatever the content type says. Default false. */
  readonly force?: boolean | undefined
  /** Gives undefined where there is no JSON, instead of calling `on_json_loading_failed`. Default false. */
  readonly silent?: boolean | undefined
  /** Keeps the value for the next call. Default true. */
  readonly cache?: boolean | undefined
}

const MULTIPART = 'multipart/form-data'
const URLENCODED = 'application/x-www-form-urlencoded'
const EMPTY = Buffer.alloc(0)
const UNSET: unique symbol = Symbol('unset')

/** What a request that has a body, or a limit of its own, keeps; made when the first of them is used. */
class BodyState {
  max_content_length: Limit = undefined
  max_form_memory_size: Limit = undefined
  max_form_parts: Limit = undefined
  body: RequestBody | undefined = undefined
  form: ParsedForm | undefined = undefined
  /** Whether the bytes were asked for and kept: then {@link Request.data} gives them even where they are a form. */
  dataAsked: boolean = false
  values: CombinedMultiDict | undefined = undefined
  stream: Readable | undefined = undefined
  json: unknown = UNSET
  silentJson: unknown = UNSET
}

/**
 * The body of a request. It was read before the view runs, so that `form`, `files`, `json` and `data` need no `await`;
 * what went wrong with it (too large: 413, malformed: 400, compressed: 415, client gone: 400) is thrown by the property
 * that needs it. On a route with `{ stream: true }` the body is left alone: read `stream`, or
 * `await request.load_body()`.
 */
export class RequestContent extends RequestURL {
  /** The app as the request sees it. */
  readonly app: RequestApp
  /** Why no rule matched, which is thrown when the view would run; undefined where one did. Its body is not read. */
  routing_exception: HTTPException | undefined = undefined
  #state: BodyState | undefined = undefined

  constructor(req: IncomingMessage, app: RequestApp) {
    super(req)
    this.app = app
  }

  get #bodyState(): BodyState {
    this.#state ??= new BodyState()
    return this.#state
  }

  get #body(): RequestBody {
    const state = this.#bodyState
    state.body ??= new RequestBody(this.req)
    return state.body
  }

  /**
   * Bytes that the body may have: `MAX_CONTENT_LENGTH`, unless it is set for this request. Null or undefined: no limit.
   * A larger value that is set after the body was refused takes effect with `await request.load_body()`.
   */
  get max_content_length(): Limit {
    return this.#state?.max_content_length ?? this.app.config.MAX_CONTENT_LENGTH
  }

  set max_content_length(bytes: Limit) {
    this.#bodyState.max_content_length = bytes
  }

  /**
   * Bytes that one field of a form may have, and an urlencoded form as a whole: `MAX_FORM_MEMORY_SIZE`, unless it is
   * set for this request. A value below 64 KiB bounds a whole multipart body too. Null or undefined: no limit.
   */
  get max_form_memory_size(): Limit {
    return this.#state?.max_form_memory_size ?? this.app.config.MAX_FORM_MEMORY_SIZE
  }

  set max_form_memory_size(bytes: Limit) {
    this.#bodyState.max_form_memory_size = bytes
  }

  /**
   * Parts that a multipart form may have: `MAX_FORM_PARTS`, unless it is set for this request. An urlencoded form may
   * have as many fields, or 1,000 if that is more. Null or undefined: no limit.
   */
  get max_form_parts(): Limit {
    return this.#state?.max_form_parts ?? this.app.config.MAX_FORM_PARTS
  }

  set max_form_parts(parts: Limit) {
    this.#bodyState.max_form_parts = parts
  }

  get #limits(): BodyLimits {
    return {
      bytes: this.max_content_length ?? Number.POSITIVE_INFINITY,
      memoryBytes: this.max_form_memory_size ?? Number.POSITIVE_INFINITY,
      parts: this.max_form_parts ?? Number.POSITIVE_INFINITY,
    }
  }

  /**
   * Reads the body, for a route that asked to leave it alone; on other routes it has happened already. Undefined where
   * there is nothing to wait for. Never rejects: what goes wrong is thrown where the data is asked for.
   */
  load_body(): Promise<void> | undefined {
    // Nearly every request is without a body, and pays no more than this.
    if (this.#state === undefined && announcedLength(this.req) === 0) return undefined
    const body = this.#body
    if (body.bytes !== undefined || this.#refusesCoding()) return undefined
    return body.load(this.#limits, this.mimetype === MULTIPART ? this.content_type : undefined)
  }

  /** Whether the body came in a coding such as gzip, which only a view that reads the stream can undo. */
  #refusesCoding(): boolean {
    const coding = this.content_encoding
    return coding !== undefined && coding.toLowerCase() !== 'identity'
  }

  /** The body, after everything that forbids to look at it was thrown. */
  #readBody(): RequestBody {
    const body = this.#body
    if (body.announced === 0) return body
    if (this.#refusesCoding()) throw new UnsupportedMediaType('The server does not read compressed bodies.')
    if (body.failure !== undefined) throw body.failure
    if (body.size > (this.max_content_length ?? Number.POSITIVE_INFINITY)) throw new RequestEntityTooLarge()
    if (!body.is_read && !body.taken && this.routing_exception === undefined) {
      throw new FlagonError(
        'BODY_UNREAD',
        'the body of this request was not read: its route has { stream: true }. Read request.stream, or call ' +
          '`await request.load_body()` first',
      )
    }
    return body
  }

  /** Throws where the body is larger than it may be, as far as that is known without reading it. */
  #refuseSize(): void {
    const body = this.#body
    const limit = this.max_content_length ?? Number.POSITIVE_INFINITY
    if (body.failure instanceof RequestEntityTooLarge) throw body.failure
    if (body.size > limit || (Number.isFinite(body.announced) && body.announced > limit)) {
      throw new RequestEntityTooLarge()
    }
  }

  /** Whether the body is looked at for a form: it is, where the client named a content type. */
  get want_form_data_parsed(): boolean {
    return this.content_type !== undefined && this.content_type !== ''
  }

  #formOnce(): ParsedForm {
    const state = this.#bodyState
    state.form ??= this.#parseForm()
    return state.form
  }

  #parseForm(): ParsedForm {
    if (!this.#isForm()) {
      // Werkzeug opens any body that has a type to look for a form in it, and meets the limit.
      if (this.want_form_data_parsed) this.#refuseSize()
      return EMPTY_FORM
    }
    const body = this.#readBody()
    if (body.form !== undefined) return body.form
    checkCharset(this.mimetype_params['charset'])
    const { bytes } = body
    if (bytes === undefined) return EMPTY_FORM
    if (this.mimetype === URLENCODED) return this.#urlencodedForm(bytes)
    // A client that announces no body at all sends no form; one that announces an empty one sends a broken form.
    if (bytes.length === 0 && !this.headers.has('Content-Length')) return EMPTY_FORM
    return parseMultipart(bytes, this.content_type ?? '', this.#limits)
  }

  #urlencodedForm(bytes: Buffer): ParsedForm {
    const { form } = parseUrlencoded(bytes, this.#limits)
    return { form, files: this.app.debug ? new MissingFiles(form) : EMPTY_FORM.files }
  }

  /**
   * The fields of the form in the body, urlencoded or multipart; empty for other bodies.
   *
   * @throws {@link HTTPException} as the class says.
   */
  get form(): ImmutableMultiDict {
    return this.#formOnce().form
  }

  /**
   * The files of a multipart form: name of the field to {@link FileStorage}. Empty for other bodies.
   *
   * @throws {@link HTTPException} as the class says.
   */
  get files(): ImmutableMultiDict<FileStorage> {
    return this.#formOnce().files
  }

  /** {@link args} and {@link form} as one, `args` first; for GET, `args` alone. */
  get values(): CombinedMultiDict {
    const state = this.#bodyState
    if (state.values === undefined) {
      const parts: MultiDict[] = this.method === 'GET' ? [this.args] : [this.args, this.form]
      state.values = new CombinedMultiDict(parts)
    }
    return state.values
  }

  /**
   * The bytes of the body; empty where they were read as a form.
   *
   * @throws {@link HTTPException} as the class says.
   */
  get data(): Buffer {
    return this.get_data({ parse_form_data: true })
  }

  /**
   * The bytes of the body, or its text, also where it is a form, before and after the form is read. Empty for a
   * multipart body past 500 kB, whose bytes are not kept, and where the body was taken as a stream.
   *
   * @throws {@link HTTPException} as the class says.
   */
  get_data(options: GetDataOptions & { readonly as_text: true }): string
  get_data(options?: GetDataOptions & { readonly as_text?: false | undefined }): Buffer
  get_data(options: GetDataOptions = {}): Buffer | string {
    const { as_text = false, cache = true, parse_form_data = false } = options
    const body = this.#readBody()
    const state = this.#bodyState
    let bytes = body.bytes ?? EMPTY
    if (parse_form_data && !state.dataAsked && this.#isForm()) {
      this.#formOnce()
      bytes = EMPTY
    } else if (cache) {
      state.dataAsked = true
    } else if (body.bytes !== undefined) {
      body.bytes = EMPTY
    }
    return as_text ? bytes.toString() : bytes
  }

  #isForm(): boolean {
    if (!this.want_form_data_parsed) return false
    const { mimetype } = this
    return mimetype === MULTIPART || mimetype === URLENCODED
  }

  /**
   * The body as a stream of Node, to be consumed once; on a route with `{ stream: true }` it comes straight from the
   * client. It fails with a 413 past {@link max_content_length} and with {@link ClientDisconnected} where the client
   * leaves. A body in a coding such as gzip is passed on as it is.
   *
   * @throws {@link RequestEntityTooLarge} where the announced length is too large.
   */
  get stream(): Readable {
    const state = this.#bodyState
    state.stream ??= this.#openStream()
    return state.stream
  }

  #openStream(): Readable {
    const body = this.#body
    if (body.is_read) {
      const bytes = this.#readBody().bytes ?? EMPTY
      return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false })
    }
    const { bytes } = this.#limits
    if (Number.isFinite(body.announced) && body.announced > bytes) throw new RequestEntityTooLarge()
    body.taken = true
    return new BodyStream(this.req, bytes)
  }

  /**
   * The parsed JSON of the body.
   *
   * @throws {@link UnsupportedMediaType} where the content type is not JSON, {@link BadRequest} where the body is not:
   * see {@link on_json_loading_failed}.
   */
  get json(): unknown {
    return this.get_json()
  }

  /**
   * The parsed JSON of the body, as `app.json.loads` reads it: a `__proto__` key and nesting deeper than 100 levels
   * count as malformed.
   *
   * @throws {@link HTTPException} as {@link json}, and as the class says.
   */
  get_json(options: GetJsonOptions = {}): unknown {
    const { force = false, silent = false, cache = true } = options
    const state = this.#bodyState
    if (cache) {
      const kept = silent ? state.silentJson : state.json
      if (kept !== UNSET) return kept
    }
    if (!force && !this.is_json) return silent ? undefined : this.on_json_loading_failed(undefined)
    const bytes = this.get_data({ cache })
    let value: unknown
    try {
      checkCharset(this.mimetype_params['charset'])
      value = this.app.json.loads(bytes)
    } catch (error) {
      if (silent) {
        if (cache) state.silentJson = undefined
        return undefined
      }
      if (error instanceof HTTPException) throw error
      value = this.on_json_loading_failed(error instanceof Error ? error : new TypeError(String(error)))
      if (cache) state.json = value
      return value
    }
    if (cache) {
      state.json = value
      state.silentJson = value
    }
    return value
  }

  /**
   * Called where `get_json` finds no JSON and is not silent; what an override returns becomes the value.
   *
   * @param error - what the parser threw; undefined where the content type is not JSON
   * @throws {@link UnsupportedMediaType} where the content type is not JSON, else {@link BadRequest}, which says more
   * while debugging.
   */
  on_json_loading_failed(error: Error | undefined): unknown {
    if (error === undefined) {
      throw new UnsupportedMediaType(
        'The body is not JSON by its Content-Type: send application/json, or read it with get_json({ force: true }).',
      )
    }
    if (!this.app.debug) throw new BadRequest({ cause: error })
    throw new BadRequest({ description: `The body is not valid JSON: ${error.message}`, cause: error })
  }

  /**
   * Sees to what is left unread of the body; the app calls it before it writes the head of the answer. A small rest is
   * read and thrown away, a large one closes the connection after the answer.
   */
  settle_body(res: ServerResponse): void {
    const stream = this.#state?.stream
    if (stream instanceof BodyStream && !stream.destroyed) settleStream(this.req, res, stream)
    else settleBody(this.req, res)
  }

  /**
   * Gives up the files of the body: temporary files are removed. A promise where there are any; it never rejects.
   */
  close(): Promise<void> | undefined {
    const state = this.#state
    if (state === undefined) return undefined
    const files = state.form?.files ?? state.body?.form?.files
    if (files !== undefined && files !== EMPTY_FORM.files) for (const [, file] of files) file.close()
    return state.body?.close()
  }
}

/** The files of an urlencoded form, which has none, and says so where one is asked for whose name it has. */
class MissingFiles extends ImmutableMultiDict<FileStorage> {
  readonly #form: ImmutableMultiDict

  constructor(form: ImmutableMultiDict) {
    super()
    this.#form = form
  }

  override require(key: string): never {
    if (!this.#form.has(key)) throw new BadRequestKeyError(key)
    throw new BadRequest(
      `The form sent the name ${JSON.stringify(this.#form.get(key))} as ${JSON.stringify(key)}, but no file: ` +
        `give the form enctype="${MULTIPART}".`,
    )
  }
}
