import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import type { Bytes } from '../signing/encoding.ts'
import { MAX_INFLATED_BYTES } from '../signing/url-safe.ts'

/*
 * cookie    = version "." base64url(nonce ciphertext tag)   ; RFC 4648 section 5, without padding
 * version   = "v1" / "v1p"                                  ; p: the session is permanent
 * plaintext = seconds form body                             ; when it was written: 6 bytes since 1970, big-endian
 * form      = %x00 / %x01                                   ; the body as it is, or deflated (RFC 1950)
 *
 * AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D section 8.2.2). What is authenticated besides is the text
 * `version "." name of the cookie`, so that a cookie is good under its name alone and nobody can change its version.
 */
const ALGORITHM = 'aes-256-gcm'
const VERSION = 'v1.'
const PERMANENT_VERSION = 'v1p.'
/** Keeps the key apart from every other that is made of the same secret; RFC 5869 section 3.2. */
const KEY_LABEL = 'flagon encrypted cookie session v1'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const TIME_BYTES = 6
const HEAD_BYTES = TIME_BYTES + 1
const AS_IT_IS = 0
const DEFLATED = 1
/** Below this, zlib saves a few bytes at most, for the cost of all the rest together. */
const WORTH_DEFLATING_BYTES = 200

/** What an encrypted cookie held. */
export interface DecryptedCookie {
  /** What was encrypted. */
  readonly body: Buffer
  /** When it was written, in seconds since 1970. */
  readonly written: number
}

/** Encrypts the cookies of sessions, and decrypts those that nobody changed. */
export class CookieCipher {
  readonly #keys: readonly KeyObject[]

  /** Secrets from the oldest to the newest: the newest encrypts, each of them decrypts. */
  constructor(secrets: readonly Bytes[]) {
    this.#keys = secrets.map(deriveKey)
  }

  /** The value of a cookie called `name`, which nobody without the secret can read; it says openly whether it is permanent. */
  encrypt(name: string, body: Buffer, written: number, isPermanent: boolean): string {
    const key = this.#keys[this.#keys.length - 1]
    if (key === undefined) throw new TypeError('A cookie cannot be encrypted without a secret.')
    const version = isPermanent ? PERMANENT_VERSION : VERSION
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, key, nonce)
    cipher.setAAD(Buffer.from(version + name))
    const text = cipher.update(pack(body, written))
    cipher.final()
    return version + Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')
  }

  /**
   * What a cookie called `name` held; undefined for one that was changed, was encrypted with another secret or for another
   * name, or was never encrypted.
   */
  decrypt(name: string, cookie: string): DecryptedCookie | undefined {
    const version = isMarkedPermanent(cookie) ? PERMANENT_VERSION : VERSION
    if (!cookie.startsWith(version)) return undefined
    const text = cookie.slice(version.length)
    const bytes = Buffer.from(text, 'base64url')
    // Node skips what is no base64 and ignores spare bits: only one text may stand for the bytes.
    if (bytes.length < NONCE_BYTES + HEAD_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return undefined
    const context = Buffer.from(version + name)
    for (let at = this.#keys.length - 1; at >= 0; at -= 1) {
      const plain = open(this.#keys[at] as KeyObject, bytes, context)
      if (plain !== undefined) return unpack(plain)
    }
    return undefined
  }
}

/** Whether a cookie says of itself that its session is permanent. Anybody can write that: believe it once it is decrypted. */
export function isMarkedPermanent(cookie: string): boolean {
  return cookie.startsWith(PERMANENT_VERSION)
}

/** @see RFC 5869; the secret is meant to be random, and a salt that everybody knows would add nothing to it */
function deriveKey(secret: Bytes): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', secret, '', KEY_LABEL, KEY_BYTES)))
}

function pack(body: Buffer, written: number): Buffer {
  const deflated = body.length < WORTH_DEFLATING_BYTES ? body : deflateSync(body)
  const isShorter = deflated.length < body.length
  const head = Buffer.allocUnsafe(HEAD_BYTES)
  head.writeUIntBE(written, 0, TIME_BYTES)
  head[TIME_BYTES] = isShorter ? DEFLATED : AS_IT_IS
  return Buffer.concat([head, isShorter ? deflated : body])
}

function open(key: KeyObject, bytes: Buffer, context: Buffer): Buffer | undefined {
  const end = bytes.length - TAG_BYTES
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(context)
  decipher.setAuthTag(bytes.subarray(end))
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, end))
  try {
    // Nothing of the text is looked at before this has compared the tags.
    decipher.final()
  } catch {
    return undefined
  }
  return plain
}

function unpack(plain: Buffer): DecryptedCookie | undefined {
  const written = plain.readUIntBE(0, TIME_BYTES)
  const body = plain.subarray(HEAD_BYTES)
  if (plain[TIME_BYTES] === AS_IT_IS) return { body, written }
  try {
    return { body: inflateSync(body, { maxOutputLength: MAX_INFLATED_BYTES }), written }
  } catch {
    return undefined
  }
}
