import { crc32 } from 'node:zlib'

/**
 * How a session stands in its file: the mark, when it expires, which version it is, a checksum, the lengths, then the key
 * and the value. Numbers are big-endian.
 */
const MARK: Buffer = Buffer.from('flagses1', 'latin1')
/** Where the expiry stands, eight bytes on a boundary of eight: they are written over in place, and never seen in halves. */
export const EXPIRES_OFFSET = 8
/** Bytes of the expiry. */
export const EXPIRES_BYTES = 8
const VERSION_OFFSET = 16
/** Bytes of a version. */
export const VERSION_BYTES = 16
const CHECKSUM_OFFSET = 32
const KEY_LENGTH_OFFSET = 36
const VALUE_LENGTH_OFFSET = 40
/** Bytes before the key. */
export const HEAD_BYTES = 44

/** What stands in the file of a session. */
export interface SessionFile {
  /** What tells this value from every other that the file ever had: 32 hexadecimal digits. */
  readonly version: string
  /** Milliseconds since 1970 at which the session is over. */
  readonly expires: number
  /** The key of the session. */
  readonly key: string
  /** Its bytes. */
  readonly value: Uint8Array
}

/** The bytes of a session's file. */
export function packSessionFile({ version, expires, key, value }: SessionFile): Buffer {
  const keyBytes = Buffer.from(key)
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + keyBytes.length + value.length)
  MARK.copy(bytes)
  bytes.writeDoubleBE(expires, EXPIRES_OFFSET)
  bytes.write(version, VERSION_OFFSET, 'hex')
  bytes.writeUInt32BE(keyBytes.length, KEY_LENGTH_OFFSET)
  bytes.writeUInt32BE(value.length, VALUE_LENGTH_OFFSET)
  keyBytes.copy(bytes, HEAD_BYTES)
  bytes.set(value, HEAD_BYTES + keyBytes.length)
  // The expiry is left out of the checksum, so that it can be renewed alone.
  bytes.writeUInt32BE(crc32(bytes.subarray(KEY_LENGTH_OFFSET)), CHECKSUM_OFFSET)
  return bytes
}

/** What a file holds; undefined where that is not a whole session, for the disk was full or the machine went down. */
export function readSessionFile(bytes: Buffer): SessionFile | undefined {
  const version = versionOf(bytes)
  if (version === undefined) return undefined
  const expires = bytes.readDoubleBE(EXPIRES_OFFSET)
  const keyEnd = HEAD_BYTES + bytes.readUInt32BE(KEY_LENGTH_OFFSET)
  if (keyEnd + bytes.readUInt32BE(VALUE_LENGTH_OFFSET) !== bytes.length || Number.isNaN(expires)) return undefined
  if (crc32(bytes.subarray(KEY_LENGTH_OFFSET)) !== bytes.readUInt32BE(CHECKSUM_OFFSET)) return undefined
  return { version, expires, key: bytes.toString('utf8', HEAD_BYTES, keyEnd), value: bytes.subarray(keyEnd) }
}

/** The version in the head of a file, of which no more need be given; undefined where it is no session's. */
export function versionOf(head: Buffer): string | undefined {
  if (head.length < HEAD_BYTES || !head.subarray(0, MARK.length).equals(MARK)) return undefined
  return head.toString('hex', VERSION_OFFSET, VERSION_OFFSET + VERSION_BYTES)
}

/** The eight bytes of an expiry, in milliseconds since 1970. */
export function packExpiry(expires: number): Buffer {
  const bytes = Buffer.allocUnsafe(EXPIRES_BYTES)
  bytes.writeDoubleBE(expires)
  return bytes
}
