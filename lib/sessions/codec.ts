import { MAX_SESSION_BYTES, UnreadableSession, unreadable } from './codec/unreadable.ts'
import { setOwn } from './codec/values.ts'
import type { SerializationFormat } from './settings.ts'

export { type UnreadableReason, UnreadableSession } from './codec/unreadable.ts'

/**
 * Turns sessions into bytes and back, as Flask-Session 0.8 does: both read what the other wrote. What JavaScript does not
 * tell apart, such as 1 and 1.0, is remembered beside what was read, and written back the same.
 */
export interface SessionCodec {
  /**
   * The bytes of a session. Keys that are undefined are left out.
   *
   * @throws TypeError for what cannot be kept: functions, integers that the format does not have, invalid dates, what contains
   * itself, more than 16 MiB. It names the top-level key.
   */
  encode(data: Readonly<Record<string, unknown>>): Uint8Array
  /**
   * The session of bytes in either format, whichever is configured.
   *
   * @throws {@link UnreadableSession} for all else. Nothing is ever read as a pickle.
   */
  decode(bytes: Uint8Array): Record<string, unknown>
  /**
   * The bytes of a stored session with some top-level keys set; a value of undefined removes the key. The other keys keep
   * their bytes, so that nothing is lost that another program wrote. A session that is kept as JSON becomes msgpack where
   * that is configured; one that is kept as msgpack stays so, for JSON cannot hold all of it.
   *
   * @throws TypeError as `encode`; {@link UnreadableSession} as `decode`.
   */
  merge(current: Uint8Array, changes: ReadonlyMap<string, unknown>): Uint8Array
}

const BRACE = 0x7b
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d]

/**
 * The codec of a format. The package `@msgpack/msgpack` is loaded by the first call, also for `json`: sessions are read in
 * both formats.
 */
export async function loadCodec(format: SerializationFormat): Promise<SessionCodec> {
  const [
    { mergeMsgpack, writeMsgpack },
    { readMsgpack },
    { limited, mergeJson, readJson, readJsonMembers },
    { writeJson },
  ] = await Promise.all([
    import('./codec/msgpack-writer.ts'),
    import('./codec/msgpack-reader.ts'),
    import('./codec/json.ts'),
    import('./codec/json-writer.ts'),
  ])

  function encode(data: Readonly<Record<string, unknown>>): Uint8Array {
    return format === 'msgpack' ? writeMsgpack(data) : limited(Buffer.from(writeJson(data)))
  }

  function decode(bytes: Uint8Array): Record<string, unknown> {
    return read(bytes, () => (formatOf(bytes) === 'msgpack' ? readMsgpack(bytes).data : readJson(bytes)))
  }

  function merge(current: Uint8Array, changes: ReadonlyMap<string, unknown>): Uint8Array {
    if (formatOf(current) === 'msgpack') {
      return mergeMsgpack(current, read(current, () => readMsgpack(current)).members, changes)
    }
    if (format === 'json')
      return mergeJson(
        read(current, () => readJsonMembers(current)),
        changes,
      )
    const data = decode(current)
    for (const [key, value] of changes) setOwn(data, key, value)
    return encode(data)
  }

  return { encode, decode, merge }
}

/** What `reading` gives; bytes that it cannot read, or that are too many, become {@link UnreadableSession}. */
function read<T>(bytes: Uint8Array, reading: () => T): T {
  if (bytes.length > MAX_SESSION_BYTES) {
    throw new UnreadableSession('malformed', `It has ${bytes.length} bytes; ${MAX_SESSION_BYTES} are read at most.`)
  }
  if (formatOf(bytes) === undefined) throw unreadable(bytes)
  try {
    return reading()
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(bytes, error)
    throw error
  }
}

/** The one format that bytes may have: their first byte tells a map of msgpack from an object of JSON. */
function formatOf(bytes: Uint8Array): SerializationFormat | undefined {
  const first = bytes[0] ?? 0
  if ((first >= 0x80 && first <= 0x8f) || first === 0xde || first === 0xdf) return 'msgpack'
  return bytes.find((byte) => !BLANKS.includes(byte)) === BRACE ? 'json' : undefined
}
