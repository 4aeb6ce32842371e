import { type Bytes, base64_decode, base64_encode, type SameKind } from './encoding.ts'
import { BadSignature, BadTimeSignature, SignatureExpired } from './errors.ts'
import { joined, Signer, splitLast } from './signer.ts'

/** How old a signature may be, and what to give back. */
export interface UnsignOptions<WithTime extends boolean = boolean> {
  /** Greatest age in seconds; undefined (the default) accepts any. */
  max_age?: number | undefined
  /** True to get `[value, when it was signed]`. Default false. */
  return_timestamp?: WithTime | undefined
}

const MS_PER_SECOND = 1000
/** The last second of the year 9999, the last that Python's datetime can hold. */
const LAST_SECOND = 253_402_300_799
/** A timestamp is a big-endian integer of at most 64 bits, without leading zeros. */
const TIMESTAMP_BYTES = 8

/**
 * A {@link Signer} that also notes when it signed, so that signatures can expire.
 *
 * @see itsdangerous `TimestampSigner`
 */
export class TimestampSigner extends Signer {
  /** The time that is noted: whole seconds since 1970. */
  get_timestamp(): number {
    return Math.floor(Date.now() / MS_PER_SECOND)
  }

  /** The date of a timestamp in seconds. */
  timestamp_to_datetime(ts: number): Date {
    return new Date(ts * MS_PER_SECOND)
  }

  /** The value with the time and a signature of both behind it: text for text, bytes for bytes. */
  override sign<T extends Bytes>(value: T): SameKind<T> {
    const stamped = joined(value, this.sep, encodeTimestamp(this.get_timestamp()))
    return joined(stamped, this.sep, this.get_signature(stamped)) as SameKind<T>
  }

  /**
   * The value without time and signature, once both are verified.
   *
   * @throws {@link SignatureExpired} when it is older than `max_age` seconds, or from the future while `max_age` is given.
   * @throws {@link BadTimeSignature} when the signature is wrong or the time is missing or no time; the error carries
   * the value, and the time where it can be read.
   */
  override unsign<T extends Bytes>(signed_value: T, options?: UnsignOptions<false>): SameKind<T>
  override unsign<T extends Bytes>(signed_value: T, options: UnsignOptions<true>): [SameKind<T>, Date]
  override unsign(signed_value: Bytes, options: UnsignOptions = {}): Bytes | [Bytes, Date] {
    let stamped: Bytes
    let failure: BadSignature | undefined
    try {
      stamped = super.unsign<Bytes>(signed_value)
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error
      failure = error
      const { payload } = error
      stamped = typeof payload === 'string' || payload instanceof Uint8Array ? payload : ''
    }

    const parts = splitLast(stamped, this.sep)
    if (parts === undefined) throw failure ?? new BadTimeSignature('timestamp missing', { payload: stamped })
    const [value, encoded] = parts
    const timestamp = decodeTimestamp(encoded)
    if (failure !== undefined) {
      const date_signed = timestamp === undefined ? undefined : this.timestamp_to_datetime(timestamp)
      throw new BadTimeSignature(failure.message, { payload: value, date_signed })
    }
    if (timestamp === undefined) throw new BadTimeSignature('Malformed timestamp', { payload: value })

    const { max_age } = options
    if (max_age !== undefined) {
      const age = this.get_timestamp() - timestamp
      if (age > max_age || age < 0) {
        const message = age < 0 ? `Signature age ${age} < 0 seconds` : `Signature age ${age} > ${max_age} seconds`
        throw new SignatureExpired(message, { payload: value, date_signed: this.timestamp_to_datetime(timestamp) })
      }
    }
    return options.return_timestamp === true ? [value, this.timestamp_to_datetime(timestamp)] : value
  }

  /** True when the signature exists, is right and not older than `max_age` seconds; never throws. */
  override validate(signed_value: Bytes, options: UnsignOptions = {}): boolean {
    try {
      this.unsign(signed_value, { max_age: options.max_age })
      return true
    } catch (error) {
      if (error instanceof BadSignature) return false
      throw error
    }
  }
}

function encodeTimestamp(seconds: number): string {
  const bytes = Buffer.alloc(TIMESTAMP_BYTES)
  bytes.writeBigUInt64BE(BigInt(seconds))
  let start = 0
  while (start < TIMESTAMP_BYTES && bytes[start] === 0) start += 1
  return base64_encode(bytes.subarray(start))
}

/** Seconds since 1970; undefined for what is no timestamp or lies past the year 9999. */
function decodeTimestamp(encoded: Bytes): number | undefined {
  let bytes: Buffer
  try {
    bytes = base64_decode(encoded)
  } catch {
    return undefined
  }
  if (bytes.length > TIMESTAMP_BYTES) return undefined
  let seconds = 0
  for (const byte of bytes) seconds = seconds * 0x100 + byte
  return seconds > LAST_SECOND ? undefined : seconds
}
