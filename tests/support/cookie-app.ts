import { parse_cookie } from '../../lib/http/cookies.ts'
import { type Timedelta, timedelta } from '../../lib/http/dates.ts'
import { type Keyed, keyedProxy } from '../../lib/keyed.ts'
import { SecureCookieSessionInterface } from '../../lib/sessions/cookie.ts'
import type { OpenedSession, SessionConfig } from '../../lib/sessions/interface.ts'
import type { SessionMixin } from '../../lib/sessions/session.ts'
import { Response } from '../../lib/wrappers/response.ts'

/** A moment to start from, in seconds since 1970. */
export const T0 = 1_700_000_000
export const LIFETIME_SECONDS = 31 * 86_400
const MS_PER_SECOND = 1000
const realNow = Date.now

/** Stops the clock at a moment. */
export function setClock(seconds: number): void {
  Date.now = () => seconds * MS_PER_SECOND
}

/** Lets the clock run again. */
export function releaseClock(): void {
  Date.now = realNow
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** An app as far as sessions know it, whose sessions are kept in cookies. */
export class CookieApp {
  debug = false
  secret_key: string | Uint8Array | null = '110'
  permanent_session_lifetime: Timedelta = timedelta({ days: 31 })
  sessions = new SecureCookieSessionInterface()
  config: Mutable<SessionConfig> = {
    SESSION_COOKIE_NAME: 'session',
    SESSION_COOKIE_DOMAIN: null,
    SESSION_COOKIE_PATH: null,
    APPLICATION_ROOT: '/',
    SESSION_COOKIE_HTTPONLY: true,
    SESSION_COOKIE_SECURE: false,
    SESSION_COOKIE_PARTITIONED: false,
    SESSION_COOKIE_SAMESITE: null,
    SESSION_REFRESH_EACH_REQUEST: true,
    SECRET_KEY_FALLBACKS: null,
    MAX_COOKIE_SIZE: 4093,
    SESSION_COOKIE_ENCRYPTED: false,
    SESSION_ABSOLUTE_LIFETIME: null,
  }

  /** One request, in the order in which the life of a request asks: `view` undefined never touches the session. */
  handle(cookie: string, view?: (session: Keyed<SessionMixin>) => unknown): Answer {
    const request = { cookies: parse_cookie(cookie) }
    const response = new Response('')
    let opened: OpenedSession
    let result: unknown
    const open = (): SessionMixin => {
      opened ??= this.sessions.open_session(this, request) as OpenedSession
      opened ??= this.sessions.make_null_session(this)
      return opened
    }
    if (view !== undefined) result = view(keyedProxy(open))
    if (opened !== undefined || this.sessions.must_save_untouched(this, request)) {
      const session = open()
      if (!this.sessions.is_null_session(session)) this.sessions.save_session(this, session, response)
    }
    return {
      result,
      cookies: response.headers.getlist('Set-Cookie'),
      vary: response.headers.getlist('Vary'),
    }
  }
}

/** What came of one request. */
export interface Answer {
  result: unknown
  cookies: string[]
  vary: string[]
}

/** The `Cookie` header that a browser sends after a `Set-Cookie`. */
export function sentBack({ cookies }: Answer): string {
  return cookies[0]?.split(';')[0] ?? ''
}
