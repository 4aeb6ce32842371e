import type { SessionData } from '../keyed.ts'
import type { Bytes } from '../signing/encoding.ts'
import { BadData } from '../signing/errors.ts'
import { isPlainObject } from '../signing/json-text.ts'
import type { DataSerializer } from '../signing/serializer.ts'
import type { KeyDerivation } from '../signing/signer.ts'
import { URLSafeTimedSerializer } from '../signing/url-safe.ts'
import {
  type OpenedSession,
  type SessionApp,
  SessionInterface,
  type SessionRequest,
  type SessionResponse,
} from './interface.ts'
import { type Session, SessionMixin } from './session.ts'
import { TaggedJSONSerializer } from './tag.ts'

/** What a verified cookie held. */
export interface LoadedCookie {
  /** The keys. */
  data: SessionData
  /** The part of the cookie that holds them, packed; it can be signed again as it is. */
  payload: string
}

/** The packed part of the cookie that a session was read from; undefined for a new session. */
let payloadOf: (session: Session) => string | undefined

/**
 * A session that is kept in a signed cookie: the browser can read it, but not change it.
 *
 * @see Flask `flask.sessions.SecureCookieSession`
 */
export class SecureCookieSession extends SessionMixin {
  #data: SessionData | undefined
  #load: (() => LoadedCookie | undefined) | undefined
  #payload: string | undefined

  /** A session with the given keys, or one that reads its cookie when it is first used. */
  constructor(initial?: SessionData | (() => LoadedCookie | undefined)) {
    super()
    if (typeof initial === 'function') this.#load = initial as () => LoadedCookie | undefined
    else this.#data = initial
  }

  /** The object that holds the keys; the first call verifies and reads the cookie. */
  override '@data'(): SessionData {
    this.accessed = true
    if (this.#data === undefined) {
      const loaded = this.#load?.()
      this.#data = loaded?.data ?? {}
      this.#payload = loaded?.payload
    }
    return this.#data
  }

  static {
    // No member of the class: its name would be reserved, and could not be a key of the session.
    payloadOf = (session) => (session instanceof SecureCookieSession ? session.#payload : undefined)
  }
}

const AS_TEXT: DataSerializer = { dumps: () => '', loads: (text: string) => text }
const SEP = '.'
const COMPRESSED = '.'
const PERMANENT_KEY = '_permanent'
/** Keys shorter than this are warned about; SHA-1 and SHA-256 both gain nothing from longer ones. */
const ADVISED_KEY_BYTES = 32

/** What a serializer was made from; while all of it is the same, the serializer is too. */
interface CachedSerializer {
  readonly keys: readonly Bytes[]
  readonly salt: Bytes
  readonly key_derivation: KeyDerivation
  readonly digest_method: string
  readonly serializer: DataSerializer
  readonly signing: URLSafeTimedSerializer
}

/**
 * Keeps sessions in signed cookies, byte for byte as Flask does: both read each other's.
 *
 * @see Flask `flask.sessions.SecureCookieSessionInterface`
 */
export class SecureCookieSessionInterface extends SessionInterface {
  /** Keeps session cookies from being accepted as any other token of the same key. */
  salt: Bytes = 'cookie-session'
  /** Name of the digest, as `crypto.getHashes()` spells it. */
  digest_method = 'sha1'
  /** How the key that signs is made from `SECRET_KEY` and the salt. */
  key_derivation: KeyDerivation = 'hmac'
  /** Turns the session into text and back. */
  serializer: DataSerializer = new TaggedJSONSerializer()
  /** The class of the sessions. */
  session_class: new (initial?: () => LoadedCookie | undefined) => SecureCookieSession = SecureCookieSession

  #cached: CachedSerializer | undefined

  /** False, so that a request which never uses its session does not pay for it; true once `open_session` is overridden. */
  override get prefetch(): boolean {
    return this.open_session !== SecureCookieSessionInterface.prototype.open_session
  }

  /** Whether the request has a cookie that may be a permanent session's, which is refreshed with each request. */
  override must_save_untouched(app: SessionApp, request: SessionRequest): boolean {
    const own = SecureCookieSessionInterface.prototype
    if (this.save_session !== own.save_session || this.should_set_cookie !== own.should_set_cookie) return true
    if (!app.config.SESSION_REFRESH_EACH_REQUEST || !app.secret_key?.length) return false
    const token = request.cookies.get(this.get_cookie_name(app))
    return token !== undefined && token !== '' && this.#mayBePermanent(token)
  }

  /** Looks into a cookie without verifying it: only to find out whether verifying can be spared. */
  #mayBePermanent(token: string): boolean {
    if (token.startsWith(COMPRESSED) || !(this.serializer instanceof TaggedJSONSerializer)) return true
    const end = token.indexOf(SEP)
    return end > 0 && Buffer.from(token.slice(0, end), 'base64url').includes(PERMANENT_KEY)
  }

  /**
   * What signs and verifies the cookies: the newest key signs, those in `SECRET_KEY_FALLBACKS` verify only. Undefined when
   * the app has no `SECRET_KEY`.
   *
   * @throws TypeError for a digest or key derivation that is unknown.
   */
  get_signing_serializer(app: SessionApp): URLSafeTimedSerializer | undefined {
    const { secret_key } = app
    if (!secret_key?.length) return undefined
    const fallbacks = app.config.SECRET_KEY_FALLBACKS ?? []
    const cached = this.#cached
    if (cached !== undefined && this.#isCurrent(cached, secret_key, fallbacks)) return cached.signing
    warnOfShortKey(secret_key)
    const { salt, key_derivation, digest_method, serializer } = this
    const keys = [...fallbacks, secret_key]
    const signing = new URLSafeTimedSerializer(keys, {
      salt,
      serializer,
      signer_kwargs: { key_derivation, digest_method },
    })
    this.#cached = { keys, salt, key_derivation, digest_method, serializer, signing }
    return signing
  }

  #isCurrent(cached: CachedSerializer, secret_key: Bytes, fallbacks: readonly Bytes[]): boolean {
    const { keys } = cached
    return (
      keys.length === fallbacks.length + 1 &&
      keys[fallbacks.length] === secret_key &&
      fallbacks.every((key, index) => key === keys[index]) &&
      cached.salt === this.salt &&
      cached.digest_method === this.digest_method &&
      cached.key_derivation === this.key_derivation &&
      cached.serializer === this.serializer
    )
  }

  /**
   * The session of a request's cookie, which is verified and read when the session is first used. A cookie that is not
   * signed with one of the keys, is too old or cannot be read gives an empty session. Undefined without a `SECRET_KEY`.
   */
  override open_session(app: SessionApp, request: SessionRequest): OpenedSession | Promise<OpenedSession> {
    const signing = this.get_signing_serializer(app)
    if (signing === undefined) return undefined
    return new this.session_class(() => {
      const token = request.cookies.get(this.get_cookie_name(app))
      return token ? loadCookie(signing, token, app) : undefined
    })
  }

  /** Sets the cookie of a session that changed or is refreshed, or removes that of one that was emptied. */
  override save_session(app: SessionApp, session: Session, response: SessionResponse): void | Promise<void> {
    const wasAccessed = session.accessed
    if (wasAccessed) response.vary.add('Cookie')
    const signing = this.get_signing_serializer(app)
    if (signing === undefined) return
    const name = this.get_cookie_name(app)
    const options = this.get_cookie_options(app)
    const data = session['@data']()
    if (Object.keys(data).length === 0) {
      if (!session.modified) return
      response.delete_cookie(name, options)
    } else {
      const payload = payloadOf(session)
      // Lists and objects in the session do not tell that they were changed.
      if (!session.modified && wasAccessed && isChangedInside(data, payload, signing)) session.modified = true
      if (!this.should_set_cookie(app, session)) return
      options.expires = this.get_expiration_time(app, session)
      const isSame = !session.modified && payload !== undefined
      response.set_cookie(name, isSame ? signing.make_signer().sign(payload) : signing.dumps(data), options)
    }
    if (!wasAccessed) response.vary.add('Cookie')
  }
}

function loadCookie(signing: URLSafeTimedSerializer, token: string, app: SessionApp): LoadedCookie | undefined {
  const max_age = Math.trunc(app.permanent_session_lifetime.total_seconds())
  try {
    const data = signing.loads(token, { max_age })
    if (!isPlainObject(data)) return undefined
    // What is verified consists of payload, time and signature.
    return { data, payload: token.slice(0, token.lastIndexOf(SEP, token.lastIndexOf(SEP) - 1)) }
  } catch (error) {
    if (error instanceof BadData) return undefined
    throw error
  }
}

/** Whether an object within the session differs from what the cookie held. */
function isChangedInside(data: SessionData, payload: string | undefined, signing: URLSafeTimedSerializer): boolean {
  if (payload === undefined) return false
  if (!Object.values(data).some((value: unknown) => typeof value === 'object' && value !== null)) return false
  const now = signing.serializer.dumps(data)
  const before = signing.load_payload(payload, AS_TEXT)
  // Another program may have written the same differently: compare it as written here.
  return now !== before && now !== signing.serializer.dumps(signing.serializer.loads(before as never))
}

let hasWarned = false

function warnOfShortKey(key: Bytes): void {
  if (hasWarned || Buffer.byteLength(key) >= ADVISED_KEY_BYTES) return
  hasWarned = true
  process.emitWarning(`SECRET_KEY has fewer than ${ADVISED_KEY_BYTES} bytes and might be guessed.`, {
    type: 'FlagonWarning',
    code: 'FLAGON_SHORT_SECRET_KEY',
    detail: `Make one with: node -p "crypto.randomBytes(32).toString('hex')"`,
  })
}
