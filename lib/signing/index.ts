export { HMACAlgorithm, NoneAlgorithm, SigningAlgorithm } from './algorithm.ts'
export { type Bytes, base64_decode, base64_encode, type SameKind, want_bytes } from './encoding.ts'
export {
  BadData,
  BadHeader,
  type BadHeaderOptions,
  BadPayload,
  type BadPayloadOptions,
  BadSignature,
  type BadSignatureOptions,
  BadTimeSignature,
  SignatureExpired,
} from './errors.ts'
export {
  type DataSerializer,
  type FallbackSigner,
  type Readable,
  type SaltOption,
  Serializer,
  type SerializerOptions,
  type SignerClass,
  type Writable,
} from './serializer.ts'
export { type KeyDerivation, type SaltOr, type SecretKey, Signer, type SignerOptions } from './signer.ts'
export { type TimedLoadOptions, TimedSerializer } from './timed.ts'
export { TimestampSigner, type UnsignOptions } from './timestamp.ts'
export { URLSafeSerializer, URLSafeTimedSerializer } from './url-safe.ts'
