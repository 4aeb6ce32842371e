import type { SessionData } from '../keyed.ts'
import { type Bytes, want_bytes } from '../signing/encoding.ts'
import { BadData } from '../signing/errors.ts'
import { isPlainObject } from '../signing/json-text.ts'
import type { DataSerializer } from '../signing/serializer.ts'
import type { URLSafeTimedSerializer } from '../signing/url-safe.ts'
import type { CookieCipher } from './cookie-cipher.ts'
import { unixNow } from './lifetime.ts'
import { holdsObjects } from './session.ts'

/** What a verified cookie held. */
export interface LoadedCookie {
  /** The keys. */
  data: SessionData
  /** The part of the cookie that holds them; it can be written again as it is. */
  payload: Bytes
}

/** Turns a session into the value of its cookie and back, so that nobody else can make one. */
export interface CookieSeal {
  /** Turns the keys into text (or bytes) and back. */
  readonly serializer: DataSerializer
  /** The value of a cookie with these keys, written now; `payload` is what a cookie with just these keys held. */
  seal(data: SessionData, isPermanent: boolean, payload?: Bytes | undefined): string
  /** What a cookie holds; undefined for one that was not made here, is older than `max_age` seconds or cannot be read. */
  open(cookie: string, max_age: number): LoadedCookie | undefined
  /** What the serializer once made of the keys. */
  textOf(payload: Bytes): Bytes
}

const SEP = '.'
const AS_TEXT: DataSerializer = { dumps: () => '', loads: (text: string) => text }
const AS_BYTES: DataSerializer = { dumps: () => Buffer.alloc(0), loads: (bytes: Uint8Array) => bytes }

/** Signs cookies, which all may read. */
export class SignedSeal implements CookieSeal {
  readonly #signing: URLSafeTimedSerializer

  constructor(signing: URLSafeTimedSerializer) {
    this.#signing = signing
  }

  get serializer(): DataSerializer {
    return this.#signing.serializer
  }

  seal(data: SessionData, _isPermanent: boolean, payload?: Bytes | undefined): string {
    return payload === undefined ? this.#signing.dumps(data) : String(this.#signing.make_signer().sign(payload))
  }

  open(cookie: string, max_age: number): LoadedCookie | undefined {
    try {
      const data = this.#signing.loads(cookie, { max_age })
      if (!isPlainObject(data)) return undefined
      // What is verified consists of payload, time and signature.
      return { data, payload: cookie.slice(0, cookie.lastIndexOf(SEP, cookie.lastIndexOf(SEP) - 1)) }
    } catch (error) {
      if (error instanceof BadData) return undefined
      throw error
    }
  }

  textOf(payload: Bytes): Bytes {
    return this.#signing.load_payload(payload, this.#signing.is_text_serializer ? AS_TEXT : AS_BYTES) as Bytes
  }
}

/** Encrypts cookies, which nobody else can read. What is not encrypted is never read, however it is signed. */
export class EncryptedSeal implements CookieSeal {
  readonly serializer: DataSerializer
  readonly #cipher: CookieCipher
  readonly #name: string

  /** Cookies called `name`. */
  constructor(cipher: CookieCipher, name: string, serializer: DataSerializer) {
    this.#cipher = cipher
    this.#name = name
    this.serializer = serializer
  }

  seal(data: SessionData, isPermanent: boolean, payload?: Bytes | undefined): string {
    const body = want_bytes(payload ?? this.serializer.dumps(data))
    return this.#cipher.encrypt(this.#name, body, unixNow(), isPermanent)
  }

  open(cookie: string, max_age: number): LoadedCookie | undefined {
    const opened = this.#cipher.decrypt(this.#name, cookie)
    if (opened === undefined) return undefined
    const age = unixNow() - opened.written
    if (age > max_age || age < 0) return undefined
    const payload = typeof this.serializer.dumps({}) === 'string' ? opened.body.toString() : opened.body
    const data = this.#load(payload)
    return isPlainObject(data) ? { data, payload } : undefined
  }

  /** Another serializer may have written what was encrypted with the same secret. */
  #load(payload: Bytes): unknown {
    try {
      return this.serializer.loads(payload as never)
    } catch {
      return undefined
    }
  }

  textOf(payload: Bytes): Bytes {
    return payload
  }
}

/** Whether an object within the session differs from what its cookie held. */
export function isChangedInside(data: SessionData, payload: Bytes | undefined, seal: CookieSeal): boolean {
  if (payload === undefined) return false
  if (!holdsObjects(data)) return false
  const { serializer } = seal
  const now = serializer.dumps(data)
  const before = seal.textOf(payload)
  // Another program may have written the same differently: compare it as written here.
  return !isEqual(now, before) && !isEqual(now, serializer.dumps(serializer.loads(before as never)))
}

function isEqual(a: Bytes, b: Bytes): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  return Buffer.compare(want_bytes(a), want_bytes(b)) === 0
}
