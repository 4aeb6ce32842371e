import { STATUS_CODES } from 'node:http'
import { Headers } from '../http/headers.ts'
import { decode_path } from '../http/query.ts'
import { Response } from '../wrappers/response.ts'
import { type BuiltRequest, urlOf } from './request-builder.ts'
import type { Answer } from './transport.ts'

/** What a test client sent. */
export class SentRequest {
  readonly #built: BuiltRequest

  constructor(built: BuiltRequest) {
    this.#built = built
  }

  /** The method in capitals. */
  get method(): string {
    return this.#built.method.toUpperCase()
  }

  /** The whole URL, percent-encoded. */
  get url(): string {
    return urlOf(this.#built)
  }

  /** The path below the root path, decoded, without the query. */
  get path(): string {
    return decode_path(this.#built.target.split('?', 1)[0] ?? '')
  }

  /** The query without `?`, percent-encoded; empty where there is none. */
  get query_string(): string {
    const { target } = this.#built
    const question = target.indexOf('?')
    return question === -1 ? '' : target.slice(question + 1)
  }

  /** The header fields, the `Cookie` that the client added included. */
  get headers(): Headers {
    return new Headers(Headers.from_raw(this.#built.rawHeaders))
  }

  /** The body; empty where there is none. */
  get data(): Buffer {
    return this.#built.body
  }
}

/**
 * What a test client got: a {@link Response} with all that was received, and the request that it answers.
 *
 * @see Werkzeug `werkzeug.test.TestResponse`
 */
export class TestResponse extends Response {
  /** The request that was answered; after redirects, the last one. */
  readonly request: SentRequest
  /** The answers that led here, oldest first; empty unless redirects were followed. */
  readonly history: readonly TestResponse[]

  constructor(answer: Answer, built: BuiltRequest, history: readonly TestResponse[] = []) {
    super(answer.body, { status: statusOf(answer) })
    // As they came: a Content-Length of HEAD belongs to a body that was not sent.
    this.headers = Headers.from_raw(answer.rawHeaders)
    this.request = new SentRequest(built)
    this.history = history
  }

  /** No type is made up where the answer has none. */
  override get default_mimetype(): undefined {
    return undefined
  }

  /** The body as text. */
  get text(): string {
    return this.get_data({ as_text: true })
  }
}

/** The code alone where the reason is the usual one, so that `status` reads as it does on the app's side. */
function statusOf({ status, reason }: Answer): number | string {
  return reason.toLowerCase() === STATUS_CODES[status]?.toLowerCase() ? status : `${status} ${reason}`
}
