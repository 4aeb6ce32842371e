import {
  BadRequest,
  type Challenge,
  Conflict,
  ExpectationFailed,
  FailedDependency,
  Forbidden,
  Gone,
  ImATeapot,
  LengthRequired,
  Locked,
  MethodNotAllowed,
  MisdirectedRequest,
  NotAcceptable,
  NotFound,
  PreconditionFailed,
  PreconditionRequired,
  RequestEntityTooLarge,
  RequestedRangeNotSatisfiable,
  RequestHeaderFieldsTooLarge,
  RequestTimeout,
  RequestURITooLarge,
  TooManyRequests,
  Unauthorized,
  UnavailableForLegalReasons,
  UnprocessableEntity,
  UnsupportedMediaType,
} from './client-errors.ts'
import { HTTPException, type HTTPExceptionOptions } from './http-exception.ts'
import {
  BadGateway,
  GatewayTimeout,
  HTTPVersionNotSupported,
  InternalServerError,
  NotImplemented,
  ServiceUnavailable,
} from './server-errors.ts'

/** A class of HTTP exceptions that can be made from a description or from options. */
export type HTTPExceptionClass = new (options?: string | HTTPExceptionOptions) => HTTPException

/** The exception class of each code that has one: what {@link abort} throws. */
export const default_exceptions: ReadonlyMap<number, HTTPExceptionClass> = new Map(
  [
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    Conflict,
    Gone,
    LengthRequired,
    PreconditionFailed,
    RequestEntityTooLarge,
    RequestURITooLarge,
    UnsupportedMediaType,
    RequestedRangeNotSatisfiable,
    ExpectationFailed,
    ImATeapot,
    MisdirectedRequest,
    UnprocessableEntity,
    Locked,
    FailedDependency,
    PreconditionRequired,
    TooManyRequests,
    RequestHeaderFieldsTooLarge,
    UnavailableForLegalReasons,
    InternalServerError,
    NotImplemented,
    BadGateway,
    ServiceUnavailable,
    GatewayTimeout,
    HTTPVersionNotSupported,
  ].map((made) => [made.prototype.code, made]),
)

/** Throws the exception for a code, with exception classes of its own beside the default ones. An app has one as `aborter_class`. */
export class Aborter {
  /** The exception class for each code. */
  readonly mapping: Map<number, HTTPExceptionClass>

  /** `mapping` replaces {@link default_exceptions}; `extra` adds to it. */
  constructor(
    mapping: Iterable<readonly [number, HTTPExceptionClass]> = default_exceptions,
    extra: Iterable<readonly [number, HTTPExceptionClass]> = [],
  ) {
    this.mapping = new Map(mapping)
    for (const [code, made] of extra) this.mapping.set(code, made)
  }

  /**
   * Stops the view and answers with a code or a finished response.
   * With a code, `options` is the description or the options of the code's exception class.
   *
   * @throws {@link HTTPException} always.
   * @throws RangeError when no class stands for the code.
   */
  abort(status: number | object, options?: string | AbortOptions): never {
    if (typeof status === 'object' && status !== null) throw new HTTPException({ response: status })
    const made = this.mapping.get(status)
    if (made === undefined) {
      throw new RangeError(
        `abort(${status}): no exception class stands for this code; give the Aborter one, or abort(response)`,
      )
    }
    const error = new made(options)
    // A class with `override description = …` sets its field after the base constructor ran: what the caller gave goes first.
    const description = typeof options === 'object' ? options.description : options
    if (description !== undefined && error.description !== description) error.description = description
    throw error
  }
}

/** What {@link abort} takes after a code: the options of the code's exception class, such as `valid_methods` for 405. */
export interface AbortOptions extends HTTPExceptionOptions {
  /** For 405: the methods that the address answers. */
  valid_methods?: Iterable<string> | undefined
  /** For 416: length of the whole content. */
  length?: number | undefined
  /** For 416: unit of the range. `bytes` by default. */
  units?: string | undefined
  /** For 401: the challenges to send. */
  www_authenticate?: Challenge | readonly Challenge[] | undefined
  /** For 429 and 503: when to come back, in seconds from now or as a date. */
  retry_after?: number | Date | undefined
  /** For 500: the error behind it. */
  original_exception?: unknown
}

const aborter = new Aborter()

/**
 * Stops the view and answers with a code or a finished response: `abort(404)`, `abort(403, 'members only')`,
 * `abort(429, { retry_after: 30 })`, `abort(redirect('/login'))`.
 *
 * @throws {@link HTTPException} always.
 * @throws RangeError when no class stands for the code.
 * @see flask.abort
 */
export function abort(status: number | object, options?: string | AbortOptions): never {
  return aborter.abort(status, options)
}
