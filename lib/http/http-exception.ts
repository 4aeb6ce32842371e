import { escape_html } from './html.ts'
import { HTTP_STATUS_CODES } from './status.ts'

/** What every HTTP exception can be made with. */
export interface HTTPExceptionOptions {
  /** Sentence shown on the default page and to error handlers; the class's own sentence when left out. */
  description?: string | undefined
  /** Finished response to send in place of the default page. */
  response?: object | undefined
  /** Header fields to add to the default page, as pairs of name and value. */
  headers?: Iterable<readonly [string, string]> | undefined
  /** The error that led to this one. */
  cause?: unknown
}

const FIRST_SERVER_ERROR = 500

// Node run with --frozen-intrinsics makes the limit read-only; assigning to it would then throw.
const limitIsWritable = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/**
 * An error that stands for an HTTP answer: throw it, or let {@link abort} throw it, and the app answers with its code.
 *
 * It holds data only; the app makes the response. Subclass it for an answer of your own:
 * `class Teapot extends HTTPException { override code = 418; override description = 'short and stout' }`.
 *
 * Collecting a stack costs more than all the rest of `abort(404)` (5 µs of 5.5 µs), so that built-in classes below 500 have none
 * unless {@link HTTPException.trace_client_errors} is on. All others have one: 500 and above, and classes of your own.
 *
 * @see werkzeug.exceptions.HTTPException
 */
export class HTTPException extends Error {
  /** Whether exceptions below 500 record where they were made, for debugging. `false` by default. */
  static trace_client_errors = false

  /** HTTP status code; `undefined` when the exception only carries a {@link HTTPException.response}. */
  declare code: number | undefined
  /** Sentence for people: shown, escaped, on the default page. `undefined`: none. */
  declare description: string | undefined
  /** Header fields for the default page, as pairs of name and value; what {@link HTTPException.get_headers} adds comes on top. */
  declare headers: [string, string][]
  /** Finished response to send in place of the default page; `undefined`: the default page. */
  declare response: object | undefined
  /** Reason name of the code, such as `Not Found`; `Unknown Error` for a code that is not registered. */
  declare name: string

  static {
    const prototype: HTTPException = HTTPException.prototype
    // On the prototype, so that an instance has only the properties it was given.
    prototype.code = undefined
    prototype.description = undefined
    prototype.response = undefined
    Object.defineProperty(prototype, 'name', {
      configurable: true,
      get(this: HTTPException): string {
        return HTTP_STATUS_CODES.get(this.code ?? 0) ?? 'Unknown Error'
      },
      set(this: HTTPException, value: string) {
        Object.defineProperty(this, 'name', { configurable: true, writable: true, value })
      },
    })
    // The text is made when it is read: at construction a subclass has not set its fields yet.
    Object.defineProperty(prototype, 'message', {
      configurable: true,
      get(this: HTTPException): string {
        return `${this.code ?? '???'} ${this.name}: ${this.description ?? ''}`
      },
      set(this: HTTPException, value: string) {
        Object.defineProperty(this, 'message', { configurable: true, writable: true, value })
      },
    })
  }

  constructor(options?: string | HTTPExceptionOptions) {
    const given = typeof options === 'object' ? options : undefined
    const ownCode = new.target.prototype.code
    if (
      limitIsWritable &&
      !HTTPException.trace_client_errors &&
      (given?.response !== undefined || (ownCode !== undefined && ownCode < FIRST_SERVER_ERROR))
    ) {
      const limit = Error.stackTraceLimit
      Error.stackTraceLimit = 0
      super(undefined, given)
      Error.stackTraceLimit = limit
    } else {
      super(undefined, given)
    }
    const description = typeof options === 'string' ? options : given?.description
    if (description !== undefined) this.description = description
    this.headers = []
    if (given === undefined) return
    if (given.response !== undefined) this.response = given.response
    if (given.headers !== undefined) for (const [name, value] of given.headers) this.headers.push([name, value])
  }

  /** Header fields of the default page: its content type, unless {@link HTTPException.headers} names one, those, and what the class adds, such as `Allow`. */
  get_headers(): [string, string][] {
    const hasType = this.headers.some(([name]) => name.toLowerCase() === 'content-type')
    return hasType ? [...this.headers] : [['Content-Type', 'text/html; charset=utf-8'], ...this.headers]
  }

  /** The description as an HTML paragraph: escaped, with line feeds as `<br>`. */
  get_description(): string {
    return `<p>${escape_html(this.description ?? '').replaceAll('\n', '<br>')}</p>`
  }

  /** The default page: HTML that names the code and the description. Everything in it is escaped. */
  get_body(): string {
    const name = escape_html(this.name)
    return `<!doctype html>\n<html lang=en>\n<title>${this.code ?? '???'} ${name}</title>\n<h1>${name}</h1>\n${this.get_description()}\n`
  }

  /** Code, name and description in one line. */
  override toString(): string {
    return this.message
  }
}

/** An HTTP exception whose class fixes the code: what all the ready-made classes are. */
export class StatusException extends HTTPException {
  /** HTTP status code. */
  declare code: number
  /** Sentence for people: shown, escaped, on the default page. */
  declare description: string
}

/** Fixes code and description of a class on its prototype, where constructor arguments and subclass fields go before them. */
export function preset(made: { readonly prototype: StatusException }, code: number, description: string): void {
  made.prototype.code = code
  made.prototype.description = description
}
