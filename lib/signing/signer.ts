import { createHash, createHmac } from 'node:crypto'
import { checkedDigest, HMACAlgorithm, type SigningAlgorithm } from './algorithm.ts'
import { type Bytes, base64_decode, base64_encode, type SameKind, want_bytes } from './encoding.ts'
import { BadSignature } from './errors.ts'

/** One key, or all keys from the oldest to the newest. The last signs; every one verifies. */
export type SecretKey = Bytes | Iterable<Bytes>

/** How the key that signs is made from the secret key and the salt. */
export type KeyDerivation = 'concat' | 'django-concat' | 'hmac' | 'none'

/** Settings of a {@link Signer}; what is undefined has its default. */
export interface SignerOptions {
  /** Keeps signatures of one purpose from being accepted for another. Default `itsdangerous.Signer`. */
  salt?: Bytes | undefined
  /** Stands between value and signature. Default `.`; it needs a character that base64 does not use. */
  sep?: Bytes | undefined
  /** Default {@link Signer.default_key_derivation}. */
  key_derivation?: KeyDerivation | undefined
  /** Name of a digest, as `crypto.getHashes()` spells it. Default {@link Signer.default_digest_method}. */
  digest_method?: string | undefined
  /** Makes and checks the raw signatures. Default an {@link HMACAlgorithm} with `digest_method`. */
  algorithm?: SigningAlgorithm | undefined
}

/** A salt, or the settings it is one of: `new Signer(key, 'salt')` and `new Signer(key, { salt: 'salt' })` are the same. */
export type SaltOr<Options> = Bytes | Options | undefined

/** The settings, whichever way they were given. */
export function withSalt<Options extends { salt?: Bytes | undefined }>(
  given: SaltOr<Options>,
  more: Options | undefined,
): Partial<Options> {
  if (typeof given === 'string' || given instanceof Uint8Array) return { ...more, salt: given } as Partial<Options>
  return given ?? more ?? {}
}

/**
 * The keys as a list.
 *
 * @throws TypeError when there is no key.
 */
export function keysOf(secret_key: SecretKey): readonly Bytes[] {
  const keys = typeof secret_key === 'string' || secret_key instanceof Uint8Array ? [secret_key] : [...secret_key]
  if (keys.length === 0) throw new TypeError('secret_key is an empty list; give at least one key to sign with.')
  return keys
}

const ONLY_BASE64 = /^[A-Za-z0-9_=-]*$/
const LONE_SURROGATE = /\p{Surrogate}/u
const DEFAULT_SALT = 'itsdangerous.Signer'

/**
 * Signs text or bytes, so that one can tell later that they were not changed. They stay readable to everyone.
 *
 * @see itsdangerous `Signer`
 */
export class Signer {
  /** The digest used when none is given. */
  static default_digest_method: string = 'sha1'
  /** The key derivation used when none is given. */
  static default_key_derivation: KeyDerivation = 'django-concat'

  /** All keys, from the oldest to the newest. */
  readonly secret_keys: readonly Bytes[]
  /** What stands between value and signature. */
  readonly sep: string
  /** The salt that goes into the derived key. */
  readonly salt: Bytes
  /** How the key that signs is derived. */
  readonly key_derivation: KeyDerivation
  /** Name of the digest for derivation and signature. */
  readonly digest_method: string
  /** What makes and checks the raw signatures. */
  readonly algorithm: SigningAlgorithm

  readonly #derived = new Map<Bytes, Uint8Array>()

  /**
   * Second comes the salt or the settings, third the settings where the salt came second.
   *
   * @throws TypeError for an empty list of keys, an unknown digest and a `sep` that base64 text may contain.
   */
  constructor(secret_key: SecretKey, salt_or_options?: SaltOr<SignerOptions>, more?: SignerOptions) {
    const options = withSalt(salt_or_options, more)
    this.secret_keys = keysOf(secret_key)
    this.sep = want_bytes(options.sep ?? '.').toString('utf8')
    if (ONLY_BASE64.test(this.sep)) {
      throw new TypeError(`sep '${this.sep}' may occur inside of a signature; choose one without A-Z a-z 0-9 - _ =.`)
    }
    this.salt = options.salt ?? DEFAULT_SALT
    this.key_derivation = options.key_derivation ?? new.target.default_key_derivation
    this.digest_method = checkedDigest(options.digest_method ?? new.target.default_digest_method)
    this.algorithm = options.algorithm ?? new HMACAlgorithm(this.digest_method)
  }

  /** The newest key, the one that signs. */
  get secret_key(): Bytes {
    return this.secret_keys[this.secret_keys.length - 1] ?? ''
  }

  /**
   * The key that signs, made from a secret key (default the newest) and the salt. It separates purposes; it does not
   * make a short password strong.
   *
   * @throws TypeError when `key_derivation` is none of the known ones.
   */
  derive_key(secret_key: Bytes = this.secret_key): Uint8Array {
    let derived = this.#derived.get(secret_key)
    if (derived === undefined) {
      derived = this.#derive(secret_key)
      this.#derived.set(secret_key, derived)
    }
    return derived
  }

  #derive(secret_key: Bytes): Uint8Array {
    switch (this.key_derivation) {
      case 'concat':
        return createHash(this.digest_method).update(this.salt).update(secret_key).digest()
      case 'django-concat':
        return createHash(this.digest_method).update(this.salt).update('signer').update(secret_key).digest()
      case 'hmac':
        return createHmac(this.digest_method, secret_key).update(this.salt).digest()
      case 'none':
        return want_bytes(secret_key)
      default:
        throw new TypeError(
          `key_derivation '${String(this.key_derivation)}' is unknown; use 'concat', 'django-concat', 'hmac' or 'none'.`,
        )
    }
  }

  /** The signature of a value, as base64 text. */
  get_signature(value: Bytes): string {
    return base64_encode(this.algorithm.get_signature(this.derive_key(), value))
  }

  /** The value with separator and signature behind it: text for text, bytes for bytes. */
  sign<T extends Bytes>(value: T): SameKind<T> {
    return joined(value, this.sep, this.get_signature(value)) as SameKind<T>
  }

  /** True when `sig` (base64) is the signature of `value` under any of the keys; never throws. */
  verify_signature(value: Bytes, sig: Bytes): boolean {
    let raw: Uint8Array
    try {
      raw = base64_decode(sig)
    } catch {
      return false
    }
    for (let index = this.secret_keys.length - 1; index >= 0; index -= 1) {
      const key = this.derive_key(this.secret_keys[index])
      if (this.algorithm.verify_signature(key, value, raw)) return true
    }
    return false
  }

  /**
   * The value without its signature, once the signature is verified.
   *
   * @throws {@link BadSignature} when there is no signature or none of the keys made it.
   */
  unsign<T extends Bytes>(signed_value: T): SameKind<T> {
    const parts = splitLast(signed_value, this.sep)
    if (parts === undefined) throw new BadSignature(`No '${this.sep}' found in value`)
    const [value, sig] = parts
    // A lone surrogate signs like U+FFFD, so it could stand for text that was never signed.
    if (this.verify_signature(value, sig) && !(typeof value === 'string' && LONE_SURROGATE.test(value))) {
      return value as SameKind<T>
    }
    throw new BadSignature(`Signature '${want_bytes(sig).toString('latin1')}' does not match`, { payload: value })
  }

  /** True when the signature exists and is right; never throws. */
  validate(signed_value: Bytes): boolean {
    try {
      this.unsign(signed_value)
      return true
    } catch (error) {
      if (error instanceof BadSignature) return false
      throw error
    }
  }
}

/** The parts in a row, as text when the first is text, else as bytes. */
export function joined(value: Bytes, sep: string, end: string): Bytes {
  const tail = sep + end
  return typeof value === 'string' ? value + tail : Buffer.concat([value, Buffer.from(tail, 'utf8')])
}

/** What stands before and behind the last `sep`, of the same kind as `value`; undefined when there is no `sep`. */
export function splitLast(value: Bytes, sep: string): [Bytes, Bytes] | undefined {
  if (typeof value === 'string') {
    const at = value.lastIndexOf(sep)
    return at < 0 ? undefined : [value.slice(0, at), value.slice(at + sep.length)]
  }
  const bytes = want_bytes(value)
  const at = bytes.lastIndexOf(sep, undefined, 'utf8')
  return at < 0 ? undefined : [bytes.subarray(0, at), bytes.subarray(at + Buffer.byteLength(sep, 'utf8'))]
}
