import type { Timedelta } from '../http/dates.ts'
import type { SessionStore } from './store.ts'

/** The formats in which server-side sessions are kept. */
export type SerializationFormat = 'msgpack' | 'json'

/** The settings of sessions beyond those of Flask itself. Those of server-side sessions are read by `new Session(app)`. */
export interface SessionSettings {
  /** Encrypts cookie sessions, so that the browser cannot read them. Default false: they are signed. */
  SESSION_COOKIE_ENCRYPTED: boolean
  /** How long a session lives at most, however busy it is: a `timedelta`, or seconds. Null (default): no limit. */
  SESSION_ABSOLUTE_LIFETIME: Timedelta | number | null
  /** Where server-side sessions are kept: `redis`, `filesystem` or `memory`. Null (default): in `SESSION_STORE`. */
  SESSION_TYPE: 'redis' | 'filesystem' | 'memory' | null
  /** A store of one's own. Null (default): the one that `SESSION_TYPE` names. */
  SESSION_STORE: SessionStore | null
  /** Whether new server-side sessions outlive the browser. Default true. */
  SESSION_PERMANENT: boolean
  /** What the keys of server-side sessions start with. Default `session:`. */
  SESSION_KEY_PREFIX: string
  /** Signs the id in the cookie of a server-side session with `SECRET_KEY`. Default false. */
  SESSION_USE_SIGNER: boolean
  /** Random bytes in the id of a server-side session, 16 to 96. Default 32. */
  SESSION_ID_LENGTH: number
  /** Keeps sessions under the SHA-256 of their id; who reads the store cannot use them then, nor can Flask. Default false. */
  SESSION_HASH_IDS: boolean
  /** How server-side sessions are written: `msgpack` (default) or `json`. Both are read. */
  SESSION_SERIALIZATION_FORMAT: SerializationFormat
  /** A client of Redis: node-redis or ioredis, Cluster and Sentinel included. Null (default): one for 127.0.0.1:6379. */
  SESSION_REDIS: object | null
  /** Folder of the `filesystem` sessions. Default `flagon_session` below the working folder. */
  SESSION_FILE_DIR: string
  /** Permission bits of their files. Default 0o600. */
  SESSION_FILE_MODE: number
  /** The key of a session that says whose it is, for `list_for` and `end_all_for`. Default `_user_id`, as Flask-Login's. */
  SESSION_USER_KEY: string
}

const ID_BYTES = 32
const PRIVATE_FILE = 0o600

/** The settings that sessions start with. */
export function default_session_settings(): SessionSettings {
  return {
    SESSION_COOKIE_ENCRYPTED: false,
    SESSION_ABSOLUTE_LIFETIME: null,
    SESSION_TYPE: null,
    SESSION_STORE: null,
    SESSION_PERMANENT: true,
    SESSION_KEY_PREFIX: 'session:',
    SESSION_USE_SIGNER: false,
    SESSION_ID_LENGTH: ID_BYTES,
    SESSION_HASH_IDS: false,
    SESSION_SERIALIZATION_FORMAT: 'msgpack',
    SESSION_REDIS: null,
    SESSION_FILE_DIR: 'flagon_session',
    SESSION_FILE_MODE: PRIVATE_FILE,
    SESSION_USER_KEY: '_user_id',
  }
}
