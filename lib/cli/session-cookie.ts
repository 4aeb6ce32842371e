import { parse_cookie } from '../http/cookies.ts'
import { CookieCipher } from '../sessions/cookie-cipher.ts'
import type { SessionApp } from '../sessions/interface.ts'
import { TaggedJSONSerializer } from '../sessions/tag.ts'
import { appKeys } from '../signing/app-keys.ts'
import type { Bytes } from '../signing/encoding.ts'
import { BadData, BadTimeSignature, SignatureExpired } from '../signing/errors.ts'
import { URLSafeTimedSerializer } from '../signing/url-safe.ts'

/** What verifies a cookie. */
export interface CookieReader {
  /** Keys to try; none where there is none. */
  readonly keys: readonly Bytes[]
  /** The app whose keys and settings hold; undefined for those of Flask. */
  readonly app?: (SessionApp & { readonly session_interface: object }) | undefined
}

/** What a session cookie holds. */
export interface DecodedCookie {
  /** Whether everybody can read it, nobody without the key, or it only names what a server keeps. */
  readonly kind: 'signed' | 'encrypted' | 'server-side' | 'unreadable'
  /** Whether a key of the app made it; null where there was no key to ask. */
  readonly verified: boolean | null
  /** Why it is not verified, or cannot be read; undefined where it is. */
  readonly reason: string | undefined
  /** When it was written; undefined where it does not say so. */
  readonly written: Date | undefined
  /** The session; undefined where it cannot be read. */
  readonly session: unknown
}

const SALT = 'cookie-session'
const DEFAULT_NAME = 'session'
/** An encrypted cookie of Flagon, by its version. */
const ENCRYPTED = /^v1p?\./
/** What a server-side session is named by, signed or not. */
const SESSION_ID = /^[\w-]{20,}(?:\.[\w-]{20,})?$/
const MS_PER_SECOND = 1000

/**
 * What the value of a session cookie holds, whoever made it; a header such as `session=…; other=…` does as well.
 * Nothing in it may be believed unless it is verified.
 */
export function decodeCookie(text: string, reader: CookieReader): DecodedCookie {
  const name = reader.app?.config.SESSION_COOKIE_NAME ?? DEFAULT_NAME
  const value = valueIn(text, name)
  if (ENCRYPTED.test(value)) return decrypt(value, name, keysOf(reader))
  const serializer = serializerFor(reader)
  const hasKey = keysOf(reader).length > 0
  try {
    const [session, written] = serializer.loads(value, { return_timestamp: true, max_age: maxAgeOf(reader) })
    return { kind: 'signed', verified: true, reason: undefined, written, session }
  } catch (error) {
    if (!(error instanceof BadData)) throw error
    const [, session] = serializer.loads_unsafe(value)
    const written = error instanceof BadTimeSignature ? error.date_signed : undefined
    if (session === undefined && SESSION_ID.test(value)) return SERVER_SIDE
    const reason = hasKey ? reasonOf(error) : undefined
    if (session === undefined)
      return { kind: 'unreadable', verified: hasKey ? false : null, reason: error.message, written, session }
    return { kind: 'signed', verified: hasKey ? false : null, reason, written, session }
  }
}

const SERVER_SIDE: DecodedCookie = {
  kind: 'server-side',
  verified: null,
  reason: 'it is the id of a session that the server keeps',
  written: undefined,
  session: undefined,
}

function reasonOf(error: BadData): string {
  if (error instanceof SignatureExpired) return 'a key of the app made it, but it is too old'
  return 'no key of the app made it'
}

function decrypt(value: string, name: string, keys: readonly Bytes[]): DecodedCookie {
  const opened = keys.length === 0 ? undefined : new CookieCipher(keys).decrypt(name, value)
  if (opened === undefined) {
    const hasKey = keys.length > 0
    const reason = hasKey ? `no key of the app made it for the name '${name}'` : 'only the key opens it'
    return { kind: 'encrypted', verified: hasKey ? false : null, reason, written: undefined, session: undefined }
  }
  const written = new Date(opened.written * MS_PER_SECOND)
  const session = new TaggedJSONSerializer().loads(opened.body.toString())
  return { kind: 'encrypted', verified: true, reason: undefined, written, session }
}

/** The cookie alone, where a whole header was given. */
function valueIn(text: string, name: string): string {
  const bare = text.trim().replace(/^(?:set-)?cookie:\s*/i, '')
  return bare.includes('=') ? (parse_cookie(bare).get(name) ?? bare) : bare
}

function keysOf({ keys, app }: CookieReader): readonly Bytes[] {
  return keys.length === 0 && app !== undefined ? (appKeys(app) ?? []) : keys
}

function serializerFor(reader: CookieReader): URLSafeTimedSerializer {
  const { app } = reader
  const make: unknown = app === undefined ? undefined : Reflect.get(app.session_interface, 'get_signing_serializer')
  const own: unknown = typeof make === 'function' ? Reflect.apply(make, app?.session_interface, [app]) : undefined
  if (own instanceof URLSafeTimedSerializer) return own
  const keys = keysOf(reader)
  // Without a key nothing is verified; one has to be there for what reads the rest.
  return new URLSafeTimedSerializer(keys.length === 0 ? [''] : [...keys], {
    salt: SALT,
    serializer: new TaggedJSONSerializer(),
    signer_kwargs: { key_derivation: 'hmac' },
  })
}

/** A cookie that is older than the app takes is an empty session. */
function maxAgeOf({ app }: CookieReader): number | undefined {
  return app === undefined ? undefined : Math.trunc(app.permanent_session_lifetime.total_seconds())
}
