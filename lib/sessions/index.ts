export { type LoadedCookie, SecureCookieSession, SecureCookieSessionInterface } from './cookie.ts'
export { EncryptedCookieSessionInterface } from './encrypted-cookie.ts'
export { Session, type SessionHost } from './extension.ts'
export { type GuardableStore, GuardedStore, type GuardedStoreOptions, StoreUnavailable } from './guarded-store.ts'
export {
  type EndAllOptions,
  type ListedSession,
  type OpenedSession,
  type SessionApp,
  type SessionConfig,
  type SessionCookieOptions,
  SessionInterface,
  type SessionRequest,
  type SessionResponse,
} from './interface.ts'
export { is_tuple, tuple } from './kinds.ts'
export { type ServerSideApp, type ServerSideOptions, ServerSideSessionInterface } from './server-side.ts'
export { ServerSideSession } from './server-side-session.ts'
export { NullSession, SessionMixin, type SessionUpdate } from './session.ts'
export type { SerializationFormat, SessionSettings } from './settings.ts'
export type { SessionStore } from './store.ts'
export { FileSystemStore, type FileSystemStoreOptions } from './stores/filesystem.ts'
export { MemoryStore } from './stores/memory.ts'
export { RedisStore, type RedisStoreOptions } from './stores/redis.ts'
export { JSONTag, type RegisterTagOptions, TaggedJSONSerializer } from './tag.ts'
export { UUID } from './uuid.ts'
