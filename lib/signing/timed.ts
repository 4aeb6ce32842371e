import type { Bytes } from './encoding.ts'
import { BadSignature, SignatureExpired } from './errors.ts'
import { type Readable, Serializer, type SignerClass } from './serializer.ts'
import { TimestampSigner, type UnsignOptions } from './timestamp.ts'

/** How old a token may be, its salt if it is not the serializer's own, and what to give back. */
export interface TimedLoadOptions<WithTime extends boolean = boolean> extends UnsignOptions<WithTime> {
  /** A salt other than the serializer's own. */
  salt?: Bytes | undefined
}

/**
 * A {@link Serializer} whose tokens note when they were made, so that they can expire.
 *
 * @see itsdangerous `TimedSerializer`
 */
export class TimedSerializer<Token extends Bytes = string> extends Serializer<Token> {
  /** The signer used when none is given: one that notes the time. */
  static override default_signer: SignerClass = TimestampSigner

  /**
   * The value of a token, once its signature and age are verified; with `return_timestamp` the value and when it was signed.
   *
   * @throws {@link SignatureExpired} when it is older than `max_age` seconds, or from the future while `max_age` is given.
   * @throws {@link BadSignature} when no signer accepts it.
   * @throws {@link BadPayload} when it is signed but cannot be decoded.
   */
  override loads(token: Bytes, options?: TimedLoadOptions<false>): unknown
  override loads(token: Bytes, options: TimedLoadOptions<true>): [unknown, Date]
  override loads(token: Bytes, options: TimedLoadOptions = {}): unknown {
    let failure: BadSignature | undefined
    for (const signer of this.iter_unsigners(options)) {
      if (!(signer instanceof TimestampSigner)) {
        throw new TypeError('The signer of a TimedSerializer must be a TimestampSigner: only that one notes the time.')
      }
      try {
        const [payload, signedAt] = signer.unsign(token, { max_age: options.max_age, return_timestamp: true })
        const value = this.load_payload(payload)
        return options.return_timestamp === true ? [value, signedAt] : value
      } catch (error) {
        // An expired token was signed by this very signer: the others have nothing to add.
        if (error instanceof SignatureExpired || !(error instanceof BadSignature)) throw error
        failure = error
      }
    }
    throw failure
  }

  /**
   * As {@link loads}, for a token that is read from `file`.
   *
   * @throws as {@link loads} does.
   */
  override load(file: Readable, options?: TimedLoadOptions<false>): unknown
  override load(file: Readable, options: TimedLoadOptions<true>): [unknown, Date]
  override load(file: Readable, options: TimedLoadOptions = {}): unknown {
    return this.loads(file.read(), options as TimedLoadOptions<true>)
  }

  /** `[are signature and age right, value]`, whoever made the token and whenever. Never throws. For debugging. */
  override loads_unsafe(token: Bytes, options: TimedLoadOptions = {}): [boolean, unknown] {
    return this.unverified(() => this.loads(token, { max_age: options.max_age, salt: options.salt }))
  }

  /** As {@link loads_unsafe}, for a token that is read from `file`. */
  override load_unsafe(file: Readable, options: TimedLoadOptions = {}): [boolean, unknown] {
    return this.loads_unsafe(file.read(), options)
  }
}
