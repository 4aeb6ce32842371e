/** What a {@link BadSignature} carries about the value that was refused. */
export interface BadSignatureOptions extends ErrorOptions {
  /** The value without its signature. Nobody vouches for it. */
  payload?: unknown
  /** When the value claims to have been signed; undefined when that cannot be read. */
  date_signed?: Date | undefined
}

/** What a {@link BadHeader} carries besides the payload. */
export interface BadHeaderOptions extends BadSignatureOptions {
  /** The header, as far as it could be read. */
  header?: unknown
  /** What went wrong while reading the header. */
  original_error?: unknown
}

/** What a {@link BadPayload} carries. */
export interface BadPayloadOptions extends ErrorOptions {
  /** What the decoder or the data's serializer threw. */
  original_error?: unknown
}

/**
 * The base of all errors about signed data that cannot be trusted or read. Catch this one to treat every bad token alike.
 *
 * @see itsdangerous `BadData`
 */
export class BadData extends Error {
  override readonly name: string = 'BadData'
}

/**
 * The signature is missing or was not made with any of the keys.
 *
 * @see itsdangerous `BadSignature`
 */
export class BadSignature extends BadData {
  override readonly name: string = 'BadSignature'
  /** The value that came with the bad signature, for logging; undefined when there was no signature at all. */
  readonly payload: unknown

  constructor(message: string, options: BadSignatureOptions = {}) {
    super(message, options)
    this.payload = options.payload
  }
}

/**
 * The signature of a value with a time is bad, or its time is missing or cannot be read.
 *
 * @see itsdangerous `BadTimeSignature`
 */
export class BadTimeSignature extends BadSignature {
  override readonly name: string = 'BadTimeSignature'
  /** When the value claims to have been signed. It can be trusted in a {@link SignatureExpired} only. */
  readonly date_signed: Date | undefined

  constructor(message: string, options: BadSignatureOptions = {}) {
    super(message, options)
    this.date_signed = options.date_signed
  }
}

/**
 * The signature is right, but older than `max_age` or from the future.
 *
 * @see itsdangerous `SignatureExpired`
 */
export class SignatureExpired extends BadTimeSignature {
  override readonly name: string = 'SignatureExpired'
}

/**
 * The header of a signed value is bad; for serializers that put a header beside the payload. Nothing here throws it.
 *
 * @see itsdangerous `BadHeader`
 */
export class BadHeader extends BadSignature {
  override readonly name: string = 'BadHeader'
  /** The header, as far as it could be read. */
  readonly header: unknown
  /** What went wrong while reading the header. */
  readonly original_error: unknown

  constructor(message: string, options: BadHeaderOptions = {}) {
    super(message, options)
    this.header = options.header
    this.original_error = options.original_error
  }
}

/**
 * The signature is right (or was not asked for), but what it vouches for cannot be decoded.
 *
 * @see itsdangerous `BadPayload`
 */
export class BadPayload extends BadData {
  override readonly name: string = 'BadPayload'
  /** What the decoder or the data's serializer threw. */
  readonly original_error: unknown

  constructor(message: string, options: BadPayloadOptions = {}) {
    super(message, { cause: options.cause ?? options.original_error })
    this.original_error = options.original_error
  }
}
