import { isUtf8 } from 'node:buffer'
import { type Bytes, want_bytes } from './encoding.ts'
import { BadPayload, BadSignature } from './errors.ts'
import { type JsonTextOptions, jsonText } from './json-text.ts'
import { keysOf, type SaltOr, type SecretKey, Signer, type SignerOptions, withSalt } from './signer.ts'

/** What turns values into text (or bytes) and back: `JSON`-like objects. */
export interface DataSerializer {
  /** The text or bytes of a value; `options` are the `serializer_kwargs`, of whatever type this serializer takes. */
  dumps(value: unknown, options?: never): Bytes
  /** The value of a text; of bytes for a serializer whose `dumps` gives bytes. */
  loads(payload: never): unknown
}

/** A class of signers. */
export type SignerClass = new (secret_key: SecretKey, options?: SignerOptions) => Signer

/** A signer to try when the first one refuses: other settings, a class with its settings, or a class. */
export type FallbackSigner = SignerOptions | readonly [SignerClass, SignerOptions] | SignerClass

/** Settings of a {@link Serializer}; what is undefined has its default. */
export interface SerializerOptions {
  /** Keeps tokens of one purpose from being accepted for another. Default `itsdangerous`. */
  salt?: Bytes | undefined
  /** Default {@link Serializer.default_serializer}. */
  serializer?: DataSerializer | undefined
  /** Given to the serializer's `dumps` as second argument. */
  serializer_kwargs?: Readonly<Record<string, unknown>> | undefined
  /** Default {@link Serializer.default_signer}. */
  signer?: SignerClass | undefined
  /** Settings for each signer that is made. */
  signer_kwargs?: SignerOptions | undefined
  /** Tried in order, each with each key, when the first signer refuses. */
  fallback_signers?: readonly FallbackSigner[] | undefined
}

/** A salt other than the serializer's own, for one call. */
export type SaltOption = SaltOr<{ salt?: Bytes | undefined }>

/** The text of a file-like object. */
export interface Readable {
  /** All that is left to read. */
  read(): Bytes
}

/** A file-like object that takes text. */
export interface Writable {
  /** Takes the text (or bytes) of one token. */
  write(chunk: Bytes): unknown
}

const PYTHON_JSON: DataSerializer = {
  dumps: (value, options?: JsonTextOptions) => jsonText(value, options),
  loads: (payload: string) => JSON.parse(payload),
}
const DEFAULT_SALT = 'itsdangerous'

/**
 * Turns values into signed tokens and back. The content of a token can be read by everyone, but not changed.
 * `Token` is `string`, or `Uint8Array` for a serializer whose `dumps` gives bytes.
 *
 * @see itsdangerous `Serializer`
 */
export class Serializer<Token extends Bytes = string> {
  /** JSON, written as Python writes it. */
  static default_serializer: DataSerializer = PYTHON_JSON
  /** The signer used when none is given. */
  static default_signer: SignerClass = Signer
  /** The fallback signers used when none are given. */
  static default_fallback_signers: readonly FallbackSigner[] = []

  /** All keys, from the oldest to the newest. */
  readonly secret_keys: readonly Bytes[]
  /** The salt of every token for which no other is given. */
  readonly salt: Bytes
  /** What turns values into text and back. */
  readonly serializer: DataSerializer
  /** True when `serializer` makes text rather than bytes. */
  readonly is_text_serializer: boolean
  /** The class of signers that are made. */
  readonly signer: SignerClass
  /** Settings for each signer that is made. */
  readonly signer_kwargs: SignerOptions
  /** What is tried when the first signer refuses. */
  readonly fallback_signers: readonly FallbackSigner[]
  /** Given to the serializer's `dumps` as second argument. */
  readonly serializer_kwargs: Readonly<Record<string, unknown>> | undefined

  #ownSigner: Signer | undefined

  /**
   * Second comes the salt or the settings, third the settings where the salt came second.
   *
   * @throws TypeError for an empty list of keys.
   */
  constructor(secret_key: SecretKey, salt_or_options?: SaltOr<SerializerOptions>, more?: SerializerOptions) {
    const options = withSalt(salt_or_options, more)
    this.secret_keys = keysOf(secret_key)
    this.salt = options.salt ?? DEFAULT_SALT
    this.serializer = options.serializer ?? new.target.default_serializer
    this.is_text_serializer = typeof this.serializer.dumps({}) === 'string'
    this.signer = options.signer ?? new.target.default_signer
    this.signer_kwargs = options.signer_kwargs ?? {}
    this.fallback_signers = options.fallback_signers ?? new.target.default_fallback_signers
    this.serializer_kwargs = options.serializer_kwargs
  }

  /** The newest key, the one that signs. */
  get secret_key(): Bytes {
    return this.secret_keys[this.secret_keys.length - 1] ?? ''
  }

  /**
   * The value of a payload whose signature was verified before; `serializer` stands in for the own one.
   *
   * @throws {@link BadPayload} when it cannot be decoded.
   */
  load_payload(payload: Bytes, serializer: DataSerializer = this.serializer): unknown {
    const isText = serializer === this.serializer ? this.is_text_serializer : typeof serializer.dumps({}) === 'string'
    try {
      return serializer.loads((isText ? utf8Text(payload) : want_bytes(payload)) as never)
    } catch (error) {
      throw new BadPayload('The payload could not be loaded: the serializer refused it.', { original_error: error })
    }
  }

  /** The text or bytes of a value, not yet signed. */
  dump_payload(value: unknown): Bytes {
    return this.serializer.dumps(value, this.serializer_kwargs as never)
  }

  /** The signer for a salt, by default the serializer's own salt. */
  make_signer(salt?: SaltOption): Signer {
    const given = saltIn(salt)
    if (given !== undefined) return new this.signer(this.secret_keys, { ...this.signer_kwargs, salt: given })
    this.#ownSigner ??= new this.signer(this.secret_keys, { ...this.signer_kwargs, salt: this.salt })
    return this.#ownSigner
  }

  /** The signers that are tried on a token: the configured one, then each fallback with each key. */
  *iter_unsigners(salt?: SaltOption): Generator<Signer> {
    yield this.make_signer(salt)
    const withSaltGiven = { salt: saltIn(salt) ?? this.salt }
    for (const fallback of this.fallback_signers) {
      let signer: SignerClass = this.signer
      let options: SignerOptions = this.signer_kwargs
      if (typeof fallback === 'function') signer = fallback
      else if (isPair(fallback)) [signer, options] = fallback
      else options = fallback
      for (const key of this.secret_keys) yield new signer(key, { ...options, ...withSaltGiven })
    }
  }

  /** A signed token of a value. */
  dumps(value: unknown, salt?: SaltOption): Token {
    // The kind follows from the serializer, as is_text_serializer says.
    return this.make_signer(salt).sign(this.dump_payload(value)) as Bytes as Token
  }

  /** Writes a signed token of a value into `file`. */
  dump(value: unknown, file: Writable, salt?: SaltOption): void {
    file.write(this.dumps(value, salt))
  }

  /**
   * The value of a token, once its signature is verified.
   *
   * @throws {@link BadSignature} when no signer accepts it.
   * @throws {@link BadPayload} when it is signed but cannot be decoded.
   */
  loads(token: Bytes, salt?: SaltOption): unknown {
    let failure: BadSignature | undefined
    for (const signer of this.iter_unsigners(salt)) {
      try {
        return this.load_payload(signer.unsign(token))
      } catch (error) {
        if (!(error instanceof BadSignature)) throw error
        failure = error
      }
    }
    throw failure
  }

  /**
   * The value of a token that is read from `file`.
   *
   * @throws as {@link loads} does.
   */
  load(file: Readable, salt?: SaltOption): unknown {
    return this.loads(file.read(), salt)
  }

  /**
   * `[is the signature right, value]`, whoever made the token; the value is undefined when there is none to read. Never
   * throws. For debugging: what is not signed was written by anybody.
   */
  loads_unsafe(token: Bytes, salt?: SaltOption): [boolean, unknown] {
    return this.unverified(() => this.loads(token, salt))
  }

  /** As {@link loads_unsafe}, for a token that is read from `file`. */
  load_unsafe(file: Readable, salt?: SaltOption): [boolean, unknown] {
    return this.loads_unsafe(file.read(), salt)
  }

  /** What `load` gives; where the signature is bad, what its payload would give. */
  protected unverified(load: () => unknown): [boolean, unknown] {
    try {
      return [true, load()]
    } catch (error) {
      if (error instanceof BadPayload) return [false, undefined]
      if (!(error instanceof BadSignature)) throw error
      const { payload } = error
      if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) return [false, undefined]
      try {
        return [false, this.load_payload(payload)]
      } catch (refusal) {
        if (refusal instanceof BadPayload) return [false, undefined]
        throw refusal
      }
    }
  }
}

/** The salt, whether given alone or as an option. */
export function saltIn(salt: SaltOption): Bytes | undefined {
  return typeof salt === 'string' || salt instanceof Uint8Array ? salt : salt?.salt
}

function isPair(fallback: FallbackSigner): fallback is readonly [SignerClass, SignerOptions] {
  return Array.isArray(fallback)
}

/** Text of UTF-8 bytes; refuses what a lenient decoder would replace. */
function utf8Text(payload: Bytes): string {
  if (typeof payload === 'string') return payload
  if (!isUtf8(payload)) throw new TypeError('The payload is not UTF-8 text.')
  return want_bytes(payload).toString('utf8')
}
