import { randomFillSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a request has to know about ids. */
export interface RequestIdConfig {
  /** The field that carries the id; null or undefined: none. */
  readonly REQUEST_ID_HEADER?: string | null | undefined
  /** Whether the id that came in that field is used. */
  readonly REQUEST_ID_FROM_CLIENT?: boolean | undefined
}

/** An id is text that goes through logs and headers unchanged: 1 to 128 letters, digits and `. _ : / + = @ ~ -`. */
const WELL_FORMED = /^[A-Za-z0-9._:/+=@~-]{1,128}$/

/** Random bytes of an id, 72 bits: 12 characters in base64url. */
const ID_BYTES = 9
const IDS_PER_FILL = 256
const pool = Buffer.alloc(ID_BYTES * IDS_PER_FILL)
let used = pool.length

function makeId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += ID_BYTES
  return pool.toString('base64url', used - ID_BYTES, used)
}

/** Beside the message, so that a request nobody asks the id of keeps no room for one. */
const ids = new WeakMap<IncomingMessage, string>()

/** The id of a request: the one it came with where that is to be used, else one that is made when first asked for. */
export function requestId(req: IncomingMessage, config: RequestIdConfig): string {
  const known = ids.get(req)
  if (known !== undefined) return known
  const id = givenId(req, config) ?? makeId()
  ids.set(req, id)
  return id
}

function givenId(req: IncomingMessage, config: RequestIdConfig): string | undefined {
  const { REQUEST_ID_HEADER: header, REQUEST_ID_FROM_CLIENT: isTaken } = config
  if (header === null || header === undefined || isTaken !== true) return undefined
  // Node joins several fields of one name with ', ', which is no id.
  const given = req.headers[header.toLowerCase()]
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : undefined
}
