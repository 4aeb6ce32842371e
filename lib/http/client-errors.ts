import { type HTTPExceptionOptions, preset, StatusException } from './http-exception.ts'
import { RetryException } from './retry-exception.ts'

/** What the client sent cannot be understood. */
export class BadRequest extends StatusException {
  static {
    preset(BadRequest, 400, 'The request could not be understood by this server.')
  }
}

/**
 * A form field, query argument, cookie or header that a view requires is missing.
 *
 * @see werkzeug.exceptions.BadRequestKeyError
 */
export class BadRequestKeyError extends BadRequest {
  /** The key that is missing; `undefined` when none was named. */
  readonly key: string | undefined
  #shown = false

  constructor(key?: string, options?: string | HTTPExceptionOptions) {
    super(options)
    this.key = key
  }

  /** Whether the description names the key. `false` by default, as it tells how the app works; the app turns it on when debugging. */
  get show_exception(): boolean {
    return this.#shown
  }

  set show_exception(shown: boolean) {
    if (shown === this.#shown) return
    const suffix = this.key === undefined ? '\nKeyError: ' : `\nKeyError: '${this.key}'`
    this.description = shown ? this.description + suffix : this.description.slice(0, -suffix.length)
    this.#shown = shown
  }
}

/** The client went away while its request was read or answered. No answer will reach it. */
export class ClientDisconnected extends BadRequest {}

/** The request breaks a safety rule, such as a host that is not trusted. */
export class SecurityError extends BadRequest {}

/** What an {@link Unauthorized} can be made with. */
export interface UnauthorizedOptions extends HTTPExceptionOptions {
  /** One challenge or a list of them, each sent as a `WWW-Authenticate` field; anything whose `String()` is the field's value. */
  www_authenticate?: Challenge | readonly Challenge[] | undefined
}

/** The value of a `WWW-Authenticate` field, or an object that becomes it by `toString()`. */
export type Challenge =
  | string
  | {
      /** Makes the text. */
      toString(): string
    }

/** Credentials are missing or wrong. */
export class Unauthorized extends StatusException {
  static {
    preset(
      Unauthorized,
      401,
      'This address needs valid credentials: none were sent, or the ones sent were not accepted.',
    )
  }

  /** The challenges to send, possibly none. */
  readonly www_authenticate: readonly Challenge[]

  constructor(options?: string | UnauthorizedOptions) {
    super(options)
    const challenge = typeof options === 'object' ? options.www_authenticate : undefined
    this.www_authenticate = challenge === undefined ? [] : Array.isArray(challenge) ? challenge : [challenge]
  }

  /** As the base class, with one `WWW-Authenticate` for each challenge. */
  override get_headers(): [string, string][] {
    const headers = super.get_headers()
    for (const challenge of this.www_authenticate) headers.push(['WWW-Authenticate', String(challenge)])
    return headers
  }
}

/** The client is known but may not do this. */
export class Forbidden extends StatusException {
  static {
    preset(Forbidden, 403, 'You do not have permission to access this resource.')
  }
}

/** There is nothing at this address. */
export class NotFound extends StatusException {
  static {
    preset(NotFound, 404, 'Nothing was found at this address. If you typed it in, please check its spelling.')
  }
}

/** What a {@link MethodNotAllowed} can be made with. */
export interface MethodNotAllowedOptions extends HTTPExceptionOptions {
  /** Names of the methods that the address answers, for the `Allow` field; left out: no such field. */
  valid_methods?: Iterable<string> | undefined
}

/** The address exists, but not for this method. */
export class MethodNotAllowed extends StatusException {
  static {
    preset(MethodNotAllowed, 405, 'This address does not answer the method of the request.')
  }

  /** Names of the methods that the address answers; `undefined` when they were not given. */
  readonly valid_methods: readonly string[] | undefined

  constructor(options?: string | MethodNotAllowedOptions) {
    super(options)
    const methods = typeof options === 'object' ? options.valid_methods : undefined
    this.valid_methods = methods === undefined ? undefined : [...methods]
  }

  /** As the base class, with `Allow` when the methods are known. */
  override get_headers(): [string, string][] {
    const headers = super.get_headers()
    if (this.valid_methods?.length) headers.push(['Allow', this.valid_methods.join(', ')])
    return headers
  }
}

/** No form of the content suits the `Accept` fields of the request. */
export class NotAcceptable extends StatusException {
  static {
    preset(NotAcceptable, 406, 'The resource is not available in any form that the client accepts.')
  }
}

/** The client took too long to send its request. */
export class RequestTimeout extends StatusException {
  static {
    preset(RequestTimeout, 408, 'The request was not completed in time, so the server stopped waiting for it.')
  }
}

/** The request conflicts with the present state of the resource. */
export class Conflict extends StatusException {
  static {
    preset(
      Conflict,
      409,
      'The request conflicts with the present state of the resource, which may have changed meanwhile.',
    )
  }
}

/** The resource was here once and is gone for good. */
export class Gone extends StatusException {
  static {
    preset(Gone, 410, 'This resource has been removed for good and has no new address.')
  }
}

/** The request has a body but no `Content-Length`. */
export class LengthRequired extends StatusException {
  static {
    preset(LengthRequired, 411, 'A request with this method needs a valid Content-Length header.')
  }
}

/** A condition of the request (`If-Match`, `If-Unmodified-Since`) does not hold. */
export class PreconditionFailed extends StatusException {
  static {
    preset(PreconditionFailed, 412, 'A condition stated by the request does not hold.')
  }
}

/** The body is larger than the server takes. */
export class RequestEntityTooLarge extends StatusException {
  static {
    preset(RequestEntityTooLarge, 413, 'The body of the request is larger than this server accepts.')
  }
}

/** The address is longer than the server takes. */
export class RequestURITooLarge extends StatusException {
  static {
    preset(RequestURITooLarge, 414, 'The address of the request is longer than this server accepts.')
  }
}

/** The body has a content type that the server does not read. */
export class UnsupportedMediaType extends StatusException {
  static {
    preset(UnsupportedMediaType, 415, 'The server does not read content of this media type.')
  }
}

/** What a {@link RequestedRangeNotSatisfiable} can be made with. */
export interface RequestedRangeNotSatisfiableOptions extends HTTPExceptionOptions {
  /** Length of the whole content, in `units`; left out: no `Content-Range` field. */
  length?: number | undefined
  /** Unit of the range. `bytes` by default. */
  units?: string | undefined
}

/**
 * The requested range lies outside of the content.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17
 */
export class RequestedRangeNotSatisfiable extends StatusException {
  static {
    preset(RequestedRangeNotSatisfiable, 416, 'The requested range lies outside of the content.')
  }

  /** Length of the whole content, in {@link RequestedRangeNotSatisfiable.units}; `undefined` when it is not known. */
  readonly length: number | undefined
  /** Unit of the range. */
  readonly units: string

  constructor(options?: string | RequestedRangeNotSatisfiableOptions) {
    super(options)
    const given = typeof options === 'object' ? options : undefined
    this.length = given?.length
    this.units = given?.units ?? 'bytes'
  }

  /** As the base class, with `Content-Range` when the length is known. */
  override get_headers(): [string, string][] {
    const headers = super.get_headers()
    if (this.length !== undefined) headers.push(['Content-Range', `${this.units} */${this.length}`])
    return headers
  }
}

/** The server cannot do what the `Expect` field asks. */
export class ExpectationFailed extends StatusException {
  static {
    preset(ExpectationFailed, 417, 'The server cannot meet what the Expect header asks for.')
  }
}

/** The server is a teapot that was asked for coffee. */
export class ImATeapot extends StatusException {
  static {
    preset(ImATeapot, 418, 'This server is a teapot and brews no coffee.')
  }
}

/** The request came to a server that does not answer for its host. */
export class MisdirectedRequest extends StatusException {
  static {
    preset(MisdirectedRequest, 421, 'This server cannot answer for the requested host.')
  }
}

/** The request is well formed but makes no sense to the app. */
export class UnprocessableEntity extends StatusException {
  static {
    preset(UnprocessableEntity, 422, 'The request is well formed, but what it says cannot be acted upon.')
  }
}

/** The resource is locked. */
export class Locked extends StatusException {
  static {
    preset(Locked, 423, 'The resource is locked.')
  }
}

/** An action that this one depends on failed. */
export class FailedDependency extends StatusException {
  static {
    preset(FailedDependency, 424, 'The request depends on another action, and that action failed.')
  }
}

/** The request must be conditional, so that no change of others is lost. */
export class PreconditionRequired extends StatusException {
  static {
    preset(PreconditionRequired, 428, 'This request must be conditional: send If-Match or If-Unmodified-Since.')
  }
}

/** The client sent too many requests in a while. */
export class TooManyRequests extends RetryException {
  static {
    preset(TooManyRequests, 429, 'Too many requests in a short time. Please try again later.')
  }
}

/** One header field, or all of them together, are larger than the server takes. */
export class RequestHeaderFieldsTooLarge extends StatusException {
  static {
    preset(RequestHeaderFieldsTooLarge, 431, 'The header fields of the request are larger than this server accepts.')
  }
}

/** The law forbids to serve this. */
export class UnavailableForLegalReasons extends StatusException {
  static {
    preset(UnavailableForLegalReasons, 451, 'This resource is unavailable for legal reasons.')
  }
}
