import { FlagonError } from '../errors.ts'
import { GuardedStore } from './guarded-store.ts'
import type { SessionConfig, SessionInterface } from './interface.ts'
import { type ServerSideApp, ServerSideSessionInterface } from './server-side.ts'
import type { SessionSettings } from './settings.ts'
import type { SessionStore } from './store.ts'
import { FileSystemStore } from './stores/filesystem.ts'
import { MemoryStore } from './stores/memory.ts'
import { RedisStore } from './stores/redis.ts'

/** What {@link Session} needs of an app. */
export interface SessionHost extends ServerSideApp {
  /** The settings. */
  readonly config: SessionConfig & SessionSettings
  /** Assigned by {@link Session.init_app}. */
  session_interface: SessionInterface
  /** Runs a function when the app is served no more. */
  after_serving(hook: () => Promise<void>): unknown
}

/** What an id needs so that nobody guesses one. */
const MIN_ID_BYTES = 16
/** 128 characters of base64, which is what an id may have. */
const MAX_ID_BYTES = 96

/**
 * Keeps the sessions of an app on the server: `new Session(app)` after the settings are set, or
 * `session.init_app(app)` in a factory. The globals stay the same: `import { session } from 'flagon'`.
 *
 * @see Flask-Session `flask_session.Session`
 */
export class Session {
  /** Sets up `app`, as {@link init_app} does; without one, nothing. @throws as {@link init_app} does. */
  constructor(app?: SessionHost) {
    if (app !== undefined) this.init_app(app)
  }

  /**
   * Gives `app` server-side sessions by its settings: `SESSION_TYPE` or `SESSION_STORE`, and the others of their kind. The
   * store is closed when the app is served no more; where an app is only tested, `app.session_interface.close()` does it.
   *
   * @throws {@link FlagonError} `CONFIG_VALUE` for a setting that is missing or out of range.
   */
  init_app(app: SessionHost): void {
    const { config } = app
    checkLength(config.SESSION_ID_LENGTH)
    checkFormat(config.SESSION_SERIALIZATION_FORMAT)
    const sessions = new ServerSideSessionInterface(app, storeOf(app), {
      key_prefix: config.SESSION_KEY_PREFIX,
      use_signer: config.SESSION_USE_SIGNER,
      permanent: config.SESSION_PERMANENT,
      sid_length: config.SESSION_ID_LENGTH,
      serialization_format: config.SESSION_SERIALIZATION_FORMAT,
      hash_ids: config.SESSION_HASH_IDS,
      user_key: config.SESSION_USER_KEY,
    })
    app.session_interface = sessions
    app.after_serving(() => sessions.close())
  }
}

function storeOf(app: SessionHost): SessionStore {
  const { config, logger } = app
  const guarded = (store: SessionStore): SessionStore => new GuardedStore(store, { logger })
  if (config.SESSION_STORE !== null) return guarded(config.SESSION_STORE)
  switch (config.SESSION_TYPE) {
    case 'redis':
      return guarded(new RedisStore(config.SESSION_REDIS ?? undefined))
    case 'filesystem':
      return guarded(new FileSystemStore(config.SESSION_FILE_DIR, { mode: config.SESSION_FILE_MODE }))
    case 'memory':
      return new MemoryStore()
    default:
      throw new FlagonError(
        'CONFIG_VALUE',
        `SESSION_TYPE is ${JSON.stringify(config.SESSION_TYPE)}: set app.config.SESSION_TYPE to 'redis', 'filesystem' or 'memory', ` +
          'or app.config.SESSION_STORE to a store of your own, before new Session(app)',
      )
  }
}

function checkLength(bytes: unknown): void {
  if (Number.isInteger(bytes) && Number(bytes) >= MIN_ID_BYTES && Number(bytes) <= MAX_ID_BYTES) return
  throw new FlagonError(
    'CONFIG_VALUE',
    `SESSION_ID_LENGTH is ${String(bytes)}: give a number of bytes from ${MIN_ID_BYTES} to ${MAX_ID_BYTES}, such as 32`,
  )
}

function checkFormat(format: unknown): void {
  if (format === 'msgpack' || format === 'json') return
  throw new FlagonError(
    'CONFIG_VALUE',
    `SESSION_SERIALIZATION_FORMAT is ${JSON.stringify(format)}: give 'msgpack' or 'json'`,
  )
}
