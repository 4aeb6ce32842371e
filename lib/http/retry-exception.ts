import { http_date } from './dates.ts'
import { type HTTPExceptionOptions, StatusException } from './http-exception.ts'

/** What an exception that asks the client to come back can be made with. */
export interface RetryExceptionOptions extends HTTPExceptionOptions {
  /** When to come back, as the `Retry-After` field: seconds from now, or a date. Left out or 0: no such field. */
  retry_after?: number | Date | undefined
}

/** An HTTP exception that can tell the client when to try again. */
export class RetryException extends StatusException {
  /** Seconds from now, or a date; `undefined` when the client is not told. */
  readonly retry_after: number | Date | undefined

  constructor(options?: string | RetryExceptionOptions) {
    super(options)
    this.retry_after = typeof options === 'object' ? options.retry_after : undefined
  }

  /** As the base class, with `Retry-After` when it is known. */
  override get_headers(): [string, string][] {
    const headers = super.get_headers()
    const after = this.retry_after
    if (after) headers.push(['Retry-After', after instanceof Date ? http_date(after) : String(after)])
    return headers
  }
}
