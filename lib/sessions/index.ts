export { type LoadedCookie, SecureCookieSession, SecureCookieSessionInterface } from './cookie.ts'
export {
  type OpenedSession,
  type SessionApp,
  type SessionConfig,
  type SessionCookieOptions,
  SessionInterface,
  type SessionRequest,
  type SessionResponse,
} from './interface.ts'
export { is_tuple, tuple } from './kinds.ts'
export { NullSession, type Session, SessionMixin, type SessionUpdate } from './session.ts'
export { JSONTag, type RegisterTagOptions, TaggedJSONSerializer } from './tag.ts'
export { UUID } from './uuid.ts'
