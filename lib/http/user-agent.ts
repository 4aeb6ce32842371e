/**
 * What a client calls itself. Nothing is parsed: only `string` is set. A subclass may fill in the other properties.
 *
 * @see Werkzeug `werkzeug.user_agent.UserAgent`
 */
export class UserAgent {
  /** The header as it was sent; empty when it was not. */
  readonly string: string
  /** Name of the operating system, when a subclass finds it. */
  readonly platform: string | undefined = undefined
  /** Name of the browser, when a subclass finds it. */
  readonly browser: string | undefined = undefined
  /** Version of the browser, when a subclass finds it. */
  readonly version: string | undefined = undefined
  /** Language of the browser, when a subclass finds it. */
  readonly language: string | undefined = undefined

  constructor(string: string) {
    this.string = string
  }

  /** The header value. */
  to_header(): string {
    return this.string
  }

  /** The same as {@link UserAgent.string}. */
  toString(): string {
    return this.string
  }
}
