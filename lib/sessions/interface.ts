import { FlagonError } from '../errors.ts'
import type { Timedelta } from '../http/dates.ts'
import type { Bytes } from '../signing/encoding.ts'
import { NullSession, type SessionMixin } from './session.ts'

export type { SessionData } from '../keyed.ts'
export { NullSession, SessionMixin } from './session.ts'

/** The settings that sessions follow. */
export interface SessionConfig {
  /** Name of the cookie. */
  readonly SESSION_COOKIE_NAME: string
  /** Domain of the cookie; null: the host that set it, alone. */
  readonly SESSION_COOKIE_DOMAIN: string | null
  /** Path of the cookie; null: `APPLICATION_ROOT`. */
  readonly SESSION_COOKIE_PATH: string | null
  /** Path under which the app lives. */
  readonly APPLICATION_ROOT: string
  /** Whether JavaScript cannot read the cookie. */
  readonly SESSION_COOKIE_HTTPONLY: boolean
  /** Whether the cookie travels over HTTPS only. */
  readonly SESSION_COOKIE_SECURE: boolean
  /** Whether the cookie is kept apart for each top-level site. */
  readonly SESSION_COOKIE_PARTITIONED: boolean
  /** `Lax`, `Strict`, `None`, or null for no attribute. */
  readonly SESSION_COOKIE_SAMESITE: string | null
  /** Whether a permanent session's cookie is sent with every answer. */
  readonly SESSION_REFRESH_EACH_REQUEST: boolean
  /** Older keys that still open a session, oldest first. */
  readonly SECRET_KEY_FALLBACKS: readonly Bytes[] | null
  /** Bytes above which a cookie is an error in debug mode and warned about else; 0: never. */
  readonly MAX_COOKIE_SIZE: number
  /** Whether sessions that are kept in cookies are encrypted. */
  readonly SESSION_COOKIE_ENCRYPTED: boolean
  /** How long a session lives at most, however busy it is: a `timedelta`, or seconds. Null: no limit. */
  readonly SESSION_ABSOLUTE_LIFETIME: Timedelta | number | null
}

/** What sessions need to know of an app. */
export interface SessionApp {
  /** The settings. */
  readonly config: SessionConfig
  /** Whether the app runs in debug mode. */
  readonly debug?: boolean | undefined
  /** The key that signs; without one there is no session. */
  readonly secret_key: Bytes | null
  /** How long a permanent session lives. */
  readonly permanent_session_lifetime: Timedelta
}

/** What sessions need to know of a request. */
export interface SessionRequest {
  /** The cookies that came with it; of several with one name, `get` gives the first. */
  readonly cookies: { get(name: string): string | undefined }
}

/** The attributes of the session cookie. */
export interface SessionCookieOptions {
  /** When the browser drops the cookie; undefined: when it is closed. */
  expires?: Date | undefined
  /** Path below which the browser sends the cookie. */
  path: string
  /** Domain whose hosts get the cookie; null: the host that set it, alone. */
  domain: string | null
  /** Whether the cookie travels over HTTPS only. */
  secure: boolean
  /** Whether JavaScript cannot read the cookie. */
  httponly: boolean
  /** `Lax`, `Strict`, `None`, or null for no attribute. */
  samesite: string | null
  /** Whether the cookie is kept apart for each top-level site. */
  partitioned: boolean
  /** Bytes above which the cookie is warned about; 0: never. */
  max_size: number
}

/** What sessions need of a response. */
export interface SessionResponse {
  /** Members of the `Vary` header. */
  readonly vary: { add(name: string): void }
  /** Adds a `Set-Cookie` header. */
  set_cookie(name: string, value: string, options: SessionCookieOptions): void
  /** Adds a `Set-Cookie` header that removes the cookie. */
  delete_cookie(name: string, options: SessionCookieOptions): void
}

/** A session as {@link SessionInterface.list_for} tells of it. */
export interface ListedSession {
  /** What it is called in public, for {@link SessionInterface.end}. Not the id of the cookie: who knows this cannot use it. */
  readonly id: string
  /** Its keys. */
  readonly data: Readonly<Record<string, unknown>>
  /** Seconds until it ends unless it is used. */
  readonly expires_in: number
}

/** Which sessions {@link SessionInterface.end_all_for} leaves alone. */
export interface EndAllOptions {
  /** A session that goes on, such as the one of the request. */
  readonly except?: SessionMixin | undefined
}

/** What {@link SessionInterface.open_session} gives: a session, or undefined (null) for none. */
export type OpenedSession = SessionMixin | null | undefined

const MS_PER_SECOND = 1000

/**
 * Where sessions come from and go to. A class of one's own overrides `open_session` and `save_session`, each of which may
 * return a promise, and is assigned to `app.session_interface`.
 *
 * @see Flask `flask.sessions.SessionInterface`
 */
export class SessionInterface {
  /** The class of session used where there is none to open. */
  null_session_class: new () => NullSession = NullSession

  /**
   * True (the default) to open the session of each request before its first hook runs, as Flask does and as sessions that
   * must be fetched need. False opens it when it is first used, and then `open_session` may not return a promise.
   */
  get prefetch(): boolean {
    return true
  }

  /**
   * Whether a session that no code has used must be opened and saved all the same; asked only where `prefetch` is false.
   * True by default.
   */
  must_save_untouched(_app: SessionApp, _request: SessionRequest): boolean {
    return true
  }

  /**
   * The session of a request; undefined or null where there can be none, then {@link make_null_session} is asked.
   *
   * @throws TypeError here: a class of one's own overrides it.
   */
  open_session(_app: SessionApp, _request: SessionRequest): OpenedSession | Promise<OpenedSession> {
    throw new TypeError(`${this.constructor.name} must override open_session(app, request).`)
  }

  /**
   * Saves the session at the end of a request, before the response is sent. Not called for a null session.
   *
   * @throws TypeError here: a class of one's own overrides it.
   */
  save_session(_app: SessionApp, _session: SessionMixin, _response: SessionResponse): void | Promise<void> {
    throw new TypeError(`${this.constructor.name} must override save_session(app, session, response).`)
  }

  /**
   * The sessions of a user: those whose key `SESSION_USER_KEY` (default `_user_id`) is `user`, those that Flask made included.
   * Every stored session is looked at, so this is for pages of an account, not for each request.
   *
   * @throws {@link FlagonError} `SESSION_NOT_STORED` where sessions are kept in cookies, of which the server has no list.
   */
  list_for(_user: unknown): Promise<ListedSession[]> {
    return Promise.reject(notStored('list_for'))
  }

  /**
   * Ends a session by the `id` that {@link list_for} gave it. False where there is no such session any more.
   *
   * @throws {@link FlagonError} `SESSION_NOT_STORED` where sessions are kept in cookies.
   */
  end(_id: string): Promise<boolean> {
    return Promise.reject(notStored('end'))
  }

  /**
   * Ends all sessions of a user, and gives how many there were: after a new password, say.
   *
   * @throws {@link FlagonError} `SESSION_NOT_STORED` where sessions are kept in cookies.
   */
  end_all_for(_user: unknown, _options?: EndAllOptions): Promise<number> {
    return Promise.reject(notStored('end_all_for'))
  }

  /** The `id` under which {@link list_for} lists a session; undefined where sessions are kept in cookies. */
  id_of(_session: SessionMixin): string | undefined {
    return undefined
  }

  /** Lets go of connections that sessions need; there are none by default. */
  async close(): Promise<void> {}

  /** The session used where there is none to open: empty to read, an error to write. */
  make_null_session(_app: SessionApp): NullSession {
    return new this.null_session_class()
  }

  /** Whether a session is one that {@link make_null_session} made, and therefore not to be saved. */
  is_null_session(session: unknown): boolean {
    return session instanceof this.null_session_class
  }

  /** Name of the cookie: `SESSION_COOKIE_NAME`. */
  get_cookie_name(app: SessionApp): string {
    return app.config.SESSION_COOKIE_NAME
  }

  /** Domain of the cookie: `SESSION_COOKIE_DOMAIN`. */
  get_cookie_domain(app: SessionApp): string | null {
    return app.config.SESSION_COOKIE_DOMAIN
  }

  /** Path of the cookie: `SESSION_COOKIE_PATH`, else `APPLICATION_ROOT`. */
  get_cookie_path(app: SessionApp): string {
    return app.config.SESSION_COOKIE_PATH || app.config.APPLICATION_ROOT
  }

  /** Whether JavaScript cannot read the cookie: `SESSION_COOKIE_HTTPONLY`. */
  get_cookie_httponly(app: SessionApp): boolean {
    return app.config.SESSION_COOKIE_HTTPONLY
  }

  /** Whether the cookie travels over HTTPS only: `SESSION_COOKIE_SECURE`. */
  get_cookie_secure(app: SessionApp): boolean {
    return app.config.SESSION_COOKIE_SECURE
  }

  /** `SameSite` of the cookie: `SESSION_COOKIE_SAMESITE`. */
  get_cookie_samesite(app: SessionApp): string | null {
    return app.config.SESSION_COOKIE_SAMESITE
  }

  /** Whether the cookie is kept apart for each top-level site: `SESSION_COOKIE_PARTITIONED`. */
  get_cookie_partitioned(app: SessionApp): boolean {
    return app.config.SESSION_COOKIE_PARTITIONED
  }

  /** When the cookie of a session expires: its lifetime from now if it is permanent, else undefined. */
  get_expiration_time(app: SessionApp, session: SessionMixin): Date | undefined {
    if (!session.permanent) return undefined
    return new Date(Date.now() + app.permanent_session_lifetime.total_seconds() * MS_PER_SECOND)
  }

  /** Whether the cookie has to be sent: the session changed, or is permanent and refreshed with each request. */
  should_set_cookie(app: SessionApp, session: SessionMixin): boolean {
    return session.modified || (session.permanent && app.config.SESSION_REFRESH_EACH_REQUEST)
  }

  /** All attributes of the cookie, for setting it as well as for removing it. */
  get_cookie_options(app: SessionApp): SessionCookieOptions {
    return {
      domain: this.get_cookie_domain(app),
      path: this.get_cookie_path(app),
      secure: this.get_cookie_secure(app),
      httponly: this.get_cookie_httponly(app),
      samesite: this.get_cookie_samesite(app),
      partitioned: this.get_cookie_partitioned(app),
      max_size: app.config.MAX_COOKIE_SIZE,
    }
  }
}

function notStored(method: string): FlagonError {
  return new FlagonError(
    'SESSION_NOT_STORED',
    `session_interface.${method}() needs sessions that are kept on the server: cookies are known to their browsers alone. ` +
      "Set app.config.SESSION_TYPE and call new Session(app), from 'flagon/session'",
  )
}
