/**
 * The stable codes of usage errors, each with the sentence that `docs/reference/errors.md` gives it.
 * A check holds this table and that page against each other, both ways.
 */
export const ERROR_CODES = {
  OUTSIDE_CONTEXT: 'A context-bound object was used where no request or app context is active.',
  SETUP_FINISHED: 'A set-up method was called after the app handled its first request.',
  ENDPOINT_EXISTS: 'Two different views were registered for one endpoint.',
  ENDPOINT_INVALID: 'An endpoint or blueprint name is empty or has a dot where none may be.',
  BLUEPRINT_EXISTS: 'Two blueprints were registered under one name.',
  BLUEPRINT_REGISTERED: 'A blueprint was changed after it had been registered.',
  RULE_SYNTAX: 'A URL rule cannot be read.',
  CONVERTER_UNKNOWN: 'A URL rule names a converter that is not registered.',
  CONVERTER_ARGUMENT: 'A converter was given an argument it does not take.',
  RULE_BOUND: 'A rule was added to a second map.',
  METHODS_INVALID: 'The methods of a route are not a list of method names.',
  VIEW_INVALID: 'What was registered as a view, hook or handler is not a function.',
  VIEW_RETURN: 'A view returned something that cannot become a response.',
  HANDLER_INVALID: 'An error handler was registered for something that is neither an HTTP code nor an error class.',
  SESSION_NO_SECRET: 'The session was written to while the app has no SECRET_KEY.',
  SESSION_NOT_STORED: 'Sessions were to be listed or ended that are kept in cookies.',
  SESSION_FOLDER: 'The folder for sessions cannot be made or written.',
  COOKIE_NO_SECRET: 'A signed cookie was set or asked for while the app has no SECRET_KEY.',
  COOKIE_TOO_LARGE: 'The session does not fit into its cookie. In debug mode only; else a warning.',
  RESERVED_KEY: 'A property was assigned whose name is one of the methods of the object.',
  CONFIG_FILE: 'A config source cannot be loaded.',
  CONFIG_VALUE: 'A config value has the wrong type or range.',
  STARTUP_FAILED: 'A before_serving function failed, so that the app does not serve.',
  ADDRESS_UNAVAILABLE: 'The server cannot listen on the address that it was given.',
  REQUEST_OPTIONS: 'The options of a test request exclude each other or cannot be sent.',
  CLIENT_COOKIES: 'The cookies of a test client were used although it keeps none.',
  CLIENT_REDIRECT: 'A test client cannot follow a redirect.',
  BODY_UNREAD: 'The body of a request was asked for while its route leaves it unread.',
  COMMAND_INVALID: 'The declaration of a command cannot be read.',
  CLIENT_SESSION: 'The session of a test client cannot be opened.',
} as const

/** One of the stable codes that a {@link FlagonError} carries. */
export type ErrorCode = keyof typeof ERROR_CODES

/**
 * A mistake in how Flagon is used, thrown where the mistake is made: at set-up where possible.
 * The message says what happened, names the value and says what to do; `code` is stable across releases.
 *
 * @see docs/reference/errors.md
 */
export class FlagonError extends Error {
  override readonly name: string = 'FlagonError'
  /** Stable identifier of the mistake, for programs that must tell errors apart. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
