import type { Rule } from '../routing/rule.ts'
import { RequestContent } from './request-content.ts'
import { requestId } from './request-id.ts'
import { RequestSignal } from './request-signal.ts'
import { readSignedCookie, type SignedCookieOptions } from './signed-cookies.ts'

/**
 * The request that is being answered. What it costs is paid when a property is first read.
 *
 * The body was read before the view runs, so that `form`, `files`, `json` and `data` need no `await`; what went wrong
 * with it (too large: 413, malformed: 400, compressed: 415, client gone: 400) is thrown by the property that needs it.
 * On a route with `{ stream: true }` the body is left alone: read `stream`, or `await request.load_body()`.
 *
 * @see flask.Request
 */
export class Request extends RequestContent {
  /** Names of the public fields, for what forwards properties to the current request. */
  static readonly field_names: readonly string[] = [
    'req',
    'app',
    'url_rule',
    'view_args',
    'routing_exception',
    'trusted_hosts',
  ]

  /** The rule that matched; undefined where none did. */
  url_rule: Rule | undefined = undefined
  /** The arguments that the rule took from the URL; undefined where none matched. */
  view_args: Record<string, unknown> | undefined = undefined
  #signal: RequestSignal | undefined = undefined

  /**
   * A text that tells this request from all others, in logs and for the client; made when first asked for. With
   * `REQUEST_ID_FROM_CLIENT` it is the one that came in `REQUEST_ID_HEADER`, where that is well-formed.
   *
   * @see docs/guide/logging.md
   */
  get id(): string {
    return requestId(this.req, this.app.config)
  }

  /** The endpoint that matched; undefined where none did. */
  get endpoint(): string | undefined {
    return this.url_rule?.endpoint
  }

  /** The full name of the blueprint that the endpoint belongs to; undefined for the app's own. */
  get blueprint(): string | undefined {
    const endpoint = this.endpoint
    const dot = endpoint === undefined ? -1 : endpoint.lastIndexOf('.')
    return dot === -1 ? undefined : endpoint?.slice(0, dot)
  }

  /** The full names of the blueprint and of those that it is nested in, innermost first. */
  get blueprints(): string[] {
    const names: string[] = []
    for (let name = this.blueprint; name !== undefined; ) {
      names.push(name)
      const dot = name.lastIndexOf('.')
      name = dot === -1 ? undefined : name.slice(0, dot)
    }
    return names
  }

  /**
   * What `response.set_signed_cookie` put into a cookie; `default` where the cookie is missing, was not signed for that name with
   * `SECRET_KEY` or one of its fallbacks, or was signed more than `max_age` ago. `Value` is the type that was put in; it is
   * not checked.
   *
   * @throws {@link FlagonError} `COOKIE_NO_SECRET` without a `SECRET_KEY`.
   * @throws RangeError when `max_age` is no number of seconds.
   * @see docs/guide/cookies.md
   */
  get_signed_cookie<Value = unknown, Default = undefined>(
    key: string,
    options: SignedCookieOptions<Default> = {},
  ): Value | Default {
    const value = readSignedCookie(this.app, key, this.cookies.get(key), options.max_age)
    return (value === undefined ? options.default : value) as Value | Default
  }

  /**
   * Aborts when the client disconnects and when the server shuts down; for `fetch`, timers and whatever else a view
   * waits for. It does not abort when the request ends as it should.
   */
  get signal(): AbortSignal {
    this.#signal ??= new RequestSignal(this.req, this.app.shutdown_signal)
    return this.#signal.signal
  }

  /**
   * Ends what the request holds: temporary files are removed, {@link signal} no longer aborts. The app calls it at
   * teardown; it may be called again. A promise where there are files to remove; it never rejects.
   */
  override close(): Promise<void> | undefined {
    this.#signal?.release()
    return super.close()
  }
}
