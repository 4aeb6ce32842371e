import { FlagonError } from '../errors.ts'
import type { SessionData } from '../keyed.ts'
import { KeyedCache } from '../signing/app-keys.ts'
import type { Bytes } from '../signing/encoding.ts'
import type { DataSerializer } from '../signing/serializer.ts'
import type { KeyDerivation } from '../signing/signer.ts'
import { URLSafeTimedSerializer } from '../signing/url-safe.ts'
import { CookieCipher, isMarkedPermanent } from './cookie-cipher.ts'
import { type CookieSeal, EncryptedSeal, isChangedInside, type LoadedCookie, SignedSeal } from './cookie-seal.ts'
import { oversize, reportOversize } from './cookie-size.ts'
import {
  type OpenedSession,
  type SessionApp,
  SessionInterface,
  type SessionRequest,
  type SessionResponse,
} from './interface.ts'
import { hasOutlived, holdsNothing, markBeginning } from './lifetime.ts'
import { PERMANENT_KEY, SessionMixin } from './session.ts'
import { TaggedJSONSerializer } from './tag.ts'

export type { LoadedCookie } from './cookie-seal.ts'

/** What the cookie that a session was read from held; undefined for a new session. */
let payloadOf: (session: SessionMixin) => Bytes | undefined

/**
 * A session that is kept in its cookie: signed, so that the browser can read it, but not change it, or encrypted.
 *
 * @see Flask `flask.sessions.SecureCookieSession`
 */
export class SecureCookieSession extends SessionMixin {
  #data: SessionData | undefined
  #load: (() => LoadedCookie | undefined) | undefined
  #payload: Bytes | undefined

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

const SEP = '.'
const COMPRESSED = '.'
/** Keys shorter than this are warned about; SHA-1 and SHA-256 both gain nothing from longer ones. */
const ADVISED_KEY_BYTES = 32

/** What a signing serializer was made from, beside the keys. */
type SigningSettings = Pick<SecureCookieSessionInterface, 'salt' | 'key_derivation' | 'digest_method' | 'serializer'>

/**
 * Keeps sessions in cookies: signed ones, byte for byte as Flask does, so that both read each other's; encrypted ones
 * where `SESSION_COOKIE_ENCRYPTED` is set, which only Flagon reads.
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

  readonly #signing = new KeyedCache<URLSafeTimedSerializer>()
  readonly #cipher = new KeyedCache<CookieCipher>()
  #settings: SigningSettings | undefined

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
    return token !== undefined && token !== '' && this.#mayBePermanent(app, token)
  }

  /** Looks into a cookie without verifying it: only to find out whether verifying can be spared. */
  #mayBePermanent(app: SessionApp, token: string): boolean {
    if (this.is_encrypted(app)) return isMarkedPermanent(token)
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
    const { salt, key_derivation, digest_method, serializer } = this
    const made = this.#settings
    const isSame =
      made?.salt === salt &&
      made.key_derivation === key_derivation &&
      made.digest_method === digest_method &&
      made.serializer === serializer
    if (!isSame) this.#signing.clear()
    return this.#signing.get(app, (keys) => {
      warnOfShortKey(keys)
      this.#settings = { salt, key_derivation, digest_method, serializer }
      const signer_kwargs = { key_derivation, digest_method }
      return new URLSafeTimedSerializer(keys, { salt, serializer, signer_kwargs })
    })
  }

  /**
   * Whether the cookies are encrypted: `SESSION_COOKIE_ENCRYPTED`.
   *
   * @throws {@link FlagonError} `CONFIG_VALUE` where that is neither true nor false.
   */
  is_encrypted(app: SessionApp): boolean {
    const isOn = app.config.SESSION_COOKIE_ENCRYPTED ?? false
    if (typeof isOn === 'boolean') return isOn
    // What is meant to be secret must not go out readable by a slip.
    throw new FlagonError('CONFIG_VALUE', `SESSION_COOKIE_ENCRYPTED is ${JSON.stringify(isOn)}: give true or false`)
  }

  /** What makes and reads the cookies; undefined without a `SECRET_KEY`. */
  #sealOf(app: SessionApp): CookieSeal | undefined {
    if (!this.is_encrypted(app)) {
      const signing = this.get_signing_serializer(app)
      return signing && new SignedSeal(signing)
    }
    const cipher = this.#cipher.get(app, (keys) => {
      warnOfShortKey(keys)
      return new CookieCipher(keys)
    })
    return cipher && new EncryptedSeal(cipher, this.get_cookie_name(app), this.serializer)
  }

  /**
   * The session of a request's cookie, which is verified and read when the session is first used. A cookie that was not
   * made with one of the keys, is too old or cannot be read gives an empty session. Undefined without a `SECRET_KEY`.
   */
  override open_session(app: SessionApp, request: SessionRequest): OpenedSession | Promise<OpenedSession> {
    const seal = this.#sealOf(app)
    if (seal === undefined) return undefined
    return new this.session_class(() => {
      const cookie = request.cookies.get(this.get_cookie_name(app))
      if (!cookie) return undefined
      const loaded = seal.open(cookie, Math.trunc(app.permanent_session_lifetime.total_seconds()))
      return loaded !== undefined && hasOutlived(loaded.data, app) ? undefined : loaded
    })
  }

  /**
   * Sets the cookie of a session that changed or is refreshed, or removes that of one that was emptied.
   *
   * @throws {@link FlagonError} `COOKIE_TOO_LARGE` in debug mode, for a cookie that browsers would drop.
   */
  override save_session(app: SessionApp, session: SessionMixin, response: SessionResponse): void | Promise<void> {
    const wasAccessed = session.accessed
    if (wasAccessed) response.vary.add('Cookie')
    const seal = this.#sealOf(app)
    if (seal === undefined) return
    const data = session['@data']()
    if (holdsNothing(data)) {
      if (!session.modified) return
      response.delete_cookie(this.get_cookie_name(app), this.get_cookie_options(app))
    } else {
      const payload = payloadOf(session)
      // Lists and objects in the session do not tell that they were changed.
      if (!session.modified && wasAccessed && isChangedInside(data, payload, seal)) session.modified = true
      if (!this.should_set_cookie(app, session)) return
      const isSame = !markBeginning(data, app) && !session.modified
      const value = seal.seal(data, session.permanent, isSame ? payload : undefined)
      this.#setCookie(app, session, value, seal.serializer, response)
    }
    if (!wasAccessed) response.vary.add('Cookie')
  }

  #setCookie(
    app: SessionApp,
    session: SessionMixin,
    value: string,
    serializer: DataSerializer,
    response: SessionResponse,
  ): void {
    const name = this.get_cookie_name(app)
    const options = this.get_cookie_options(app)
    options.expires = this.get_expiration_time(app, session)
    const complaint = oversize(name, value, options, session['@data'](), serializer)
    if (complaint !== undefined) {
      reportOversize(complaint, app.debug ?? false)
      options.max_size = 0
    }
    response.set_cookie(name, value, options)
  }
}

let hasWarned = false

function warnOfShortKey(keys: readonly Bytes[]): void {
  const newest = keys[keys.length - 1]
  if (hasWarned || newest === undefined || Buffer.byteLength(newest) >= ADVISED_KEY_BYTES) return
  hasWarned = true
  process.emitWarning(`SECRET_KEY has fewer than ${ADVISED_KEY_BYTES} bytes and might be guessed.`, {
    type: 'FlagonWarning',
    code: 'FLAGON_SHORT_SECRET_KEY',
    detail: `Make one with: node -p "crypto.randomBytes(32).toString('hex')"`,
  })
}
