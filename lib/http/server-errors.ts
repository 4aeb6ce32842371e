import { type HTTPExceptionOptions, preset, StatusException } from './http-exception.ts'
import { RetryException } from './retry-exception.ts'

/** What an {@link InternalServerError} can be made with. */
export interface InternalServerErrorOptions extends HTTPExceptionOptions {
  /** The unhandled error that the app answers with this one. */
  original_exception?: unknown
}

/** Something went wrong in the app: what an unhandled error becomes. */
export class InternalServerError extends StatusException {
  static {
    preset(InternalServerError, 500, 'The server met an error and could not answer the request.')
  }

  /** The unhandled error behind this one; `undefined` when it was raised on its own, as by `abort(500)`. */
  readonly original_exception: unknown

  constructor(options?: string | InternalServerErrorOptions) {
    super(options)
    this.original_exception = typeof options === 'object' ? options.original_exception : undefined
  }
}

/** The server has no way to do what the request asks. */
export class NotImplemented extends StatusException {
  static {
    preset(NotImplemented, 501, 'The server does not support what the request asks for.')
  }
}

/** A server behind this one gave an invalid answer. */
export class BadGateway extends StatusException {
  static {
    preset(BadGateway, 502, 'A server behind this one gave an invalid answer.')
  }
}

/** The server is down or overloaded for a while. */
export class ServiceUnavailable extends RetryException {
  static {
    preset(
      ServiceUnavailable,
      503,
      'The server cannot answer just now, because of maintenance or load. Please try again later.',
    )
  }
}

/** A server behind this one did not answer in time. */
export class GatewayTimeout extends StatusException {
  static {
    preset(GatewayTimeout, 504, 'A server behind this one did not answer in time.')
  }
}

/** The request uses a version of HTTP that the server does not speak. */
export class HTTPVersionNotSupported extends StatusException {
  static {
    preset(HTTPVersionNotSupported, 505, 'The server does not support the HTTP version of the request.')
  }
}
