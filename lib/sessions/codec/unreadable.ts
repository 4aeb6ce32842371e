/** Bytes that one session may have: 16 MiB. More is neither read nor written. */
export const MAX_SESSION_BYTES: number = 16 * 1024 * 1024
/** Lists, dicts, keys and plain values that one session may have, so that few bytes cannot become much memory. */
export const MAX_SESSION_VALUES = 1_000_000
/** Levels of lists and dicts that are read: Python itself stops before, at its limit of recursion. */
export const MAX_LEVELS_READ = 1000
/** Levels of lists and dicts that are written: what Python reads again below the frames of a request. */
export const MAX_LEVELS_WRITTEN = 900

const PICKLE_STOP = 0x2e // STOP, `.`, ends every pickle
const PICKLE_PROTO = 0x80 // PROTO, followed by the protocol, starts those of protocol 2 and later
const FIRST_WITH_PROTO = 2
const LAST_PROTOCOL = 5
/** What is read of a value to recognize a pickle without PROTO. */
const OPENING_BYTES = 256
/**
 * How pickles of protocol 0 and 1 start that hold a dict or a list, or an object of a class:
 * MARK DICT `(d`, MARK LIST `(l`, EMPTY_DICT `}` and EMPTY_LIST `]` with what may follow, GLOBAL `c` module and name.
 * See the opcodes in Python's `pickletools`.
 */
const OLD_PICKLE = /^(?:\((?:d|l)[p0-9a-zA-Z(.\n]|[}\]](?:[qr(.]|$)|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n)/

/** Why a stored session cannot be read. */
export type UnreadableReason = 'pickle' | 'malformed'

/**
 * A stored session that cannot be read. It is left where it is; the request starts with an empty session under a new id.
 */
export class UnreadableSession extends Error {
  override readonly name: string = 'UnreadableSession'
  /** `pickle`: another program wrote it with Python's `pickle`, which can run code and is never read. `malformed`: all else. */
  readonly reason: UnreadableReason

  constructor(reason: UnreadableReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** The error for bytes that have none of the formats, or that broke off being read with `cause`. */
export function unreadable(bytes: Uint8Array, cause?: unknown): UnreadableSession {
  const protocol = pickleProtocol(bytes)
  if (protocol !== undefined) {
    return new UnreadableSession(
      'pickle',
      `It is a Python pickle (protocol ${protocol}), which is never read: a pickle can run code. Flask-Session 0.8 reads it and ` +
        'writes it anew as msgpack with the next change of the session; or delete the key, and its user logs in again.',
    )
  }
  const detail = cause instanceof Error ? cause.message : 'It is neither a map of msgpack nor an object of JSON.'
  return new UnreadableSession('malformed', detail, cause === undefined ? undefined : { cause })
}

/** The protocol of a pickle, as far as bytes show it: 2 to 5 by their mark, 0 for the older ones; undefined for all else. */
function pickleProtocol(bytes: Uint8Array): number | undefined {
  if (bytes[bytes.length - 1] !== PICKLE_STOP) return undefined
  if (bytes[0] === PICKLE_PROTO) {
    const protocol = bytes[1] ?? 0
    return protocol >= FIRST_WITH_PROTO && protocol <= LAST_PROTOCOL ? protocol : undefined
  }
  const opening = Buffer.from(bytes.subarray(0, OPENING_BYTES)).toString('latin1')
  return OLD_PICKLE.test(opening) ? 0 : undefined
}
