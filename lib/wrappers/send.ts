import type { IncomingMessage, ServerResponse } from 'node:http'
import { iri_to_uri } from '../http/query.ts'
import { type Response, reasonOf } from './response.ts'
import { type BufferedBody, encodeChunk, isBuffered, joinBody, type ResponseBody } from './response-body.ts'
import { lengthOf, UNKNOWN_LENGTH } from './response-content.ts'
import { sendStream } from './send-stream.ts'
import { writeHead } from './write-head.ts'

const FIRST_FINAL_STATUS = 200
const NO_CONTENT = 204
const NOT_MODIFIED = 304

/** Fields about the content that a 304 must not repeat. Expires and Content-Location stay. RFC 9110 section 15.4.5. */
const CONTENT_FIELDS: ReadonlySet<string> = new Set([
  'allow',
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-range',
  'content-type',
  'last-modified',
])

/**
 * Writes a response: status line, header fields and body.
 *
 * Returns `undefined` when all is handed to Node at once, as with text and bytes, and a promise that resolves when a streamed body has
 * been written, or when the client left before that.
 *
 * Neither writes half an answer: whatever goes wrong before the first byte is thrown with nothing written, so that the caller can still
 * send another response (`res.headersSent` is `false`); whatever goes wrong later destroys the connection, so that no client takes a short
 * body for a whole one.
 *
 * @throws TypeError when a header holds a character that HTTP cannot carry, RangeError when the status is not 100 to 999 or
 * `Content-Length` is not the length of the body; also what the body or a `call_on_close` callback throws.
 */
export function sendResponse(response: Response, req: IncomingMessage, res: ServerResponse): Promise<void> | undefined {
  const status = response.status_code
  const body = response.response
  const hasContent =
    req.method !== 'HEAD' && status >= FIRST_FINAL_STATUS && status !== NO_CONTENT && status !== NOT_MODIFIED
  if (!isBuffered(body) && hasContent) {
    return sendStream(response, req, res, () => {
      writeHead(res, status, reasonOf(response), wireFields(response.headers.flat, status, UNKNOWN_LENGTH, true))
    })
  }
  try {
    writeBuffered(response, body, res, hasContent)
  } catch (error) {
    return closeAfter(response, error)
  }
  return response.close()
}

/** Writes a body that is at hand, or the head alone where no body may be sent. */
function writeBuffered(response: Response, body: ResponseBody, res: ServerResponse, hasContent: boolean): void {
  const payload = isBuffered(body) ? flatten(body) : ''
  const known = lengthOf(response)
  const length = known === UNKNOWN_LENGTH && isBuffered(body) ? payload.length : known
  const fields = wireFields(response.headers.flat, response.status_code, length, hasContent)
  if (!hasContent) {
    writeHead(res, response.status_code, reasonOf(response), fields)
    res.end()
  } else if (typeof payload === 'string') {
    // Node joins the head and a text body and encodes both alike: latin1 keeps header bytes right, and is UTF-8 for ASCII text.
    const encoding = length === payload.length ? 'latin1' : hasHighBytes(res, fields) ? undefined : 'utf8'
    writeHead(res, response.status_code, reasonOf(response), fields)
    if (encoding === undefined) res.end(Buffer.from(payload))
    else res.end(payload, encoding)
  } else {
    writeHead(res, response.status_code, reasonOf(response), fields)
    res.end(payload)
  }
}

/** A response that could not be sent is closed all the same, and then its error told. */
function closeAfter(response: Response, error: unknown): Promise<void> {
  let closing: Promise<void> | undefined
  try {
    closing = response.close()
  } catch {
    // Two errors, one to tell: the one that came first.
  }
  if (closing === undefined) throw error
  const rethrow = (): never => {
    throw error
  }
  return closing.then(rethrow, rethrow)
}

function flatten(body: BufferedBody): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  return body.length === 1 ? encodeChunk(body[0]) : joinBody(body)
}

/** Whether a header field may have bytes past ASCII; those that were set on `res` before are not looked at, but suspected. */
function hasHighBytes(res: ServerResponse, fields: readonly string[]): boolean {
  return res.getHeaderNames().length > 0 || fields.some((field) => /[^\x00-\x7f]/.test(field))
}

/**
 * The fields as they go on the wire: URLs made safe, `Content-Length` as the status and body want it, framing left to Node.
 * The array of the response is returned as it is when nothing is to be changed, which is the usual case.
 *
 * @param length - bytes of the body, or -1 when unknown
 */
function wireFields(flat: readonly string[], status: number, length: number, hasContent: boolean): readonly string[] {
  let declared: string | undefined
  let changed = status < FIRST_FINAL_STATUS || status === NOT_MODIFIED
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string
    switch (name.length) {
      case 'location'.length:
      case 'content-location'.length: {
        const lower = name.toLowerCase()
        changed ||= lower === 'location' || lower === 'content-location'
        break
      }
      case 'content-length'.length:
        if (name !== 'Content-Length' && name.toLowerCase() !== 'content-length') break
        changed ||= status === NO_CONTENT
        checkLength(flat[index + 1] as string, declared, hasContent ? length : UNKNOWN_LENGTH)
        declared = flat[index + 1]
        break
      case 'transfer-encoding'.length:
        changed ||= name.toLowerCase() === 'transfer-encoding'
        break
    }
  }
  const wantsLength =
    declared === undefined && length !== UNKNOWN_LENGTH && status >= FIRST_FINAL_STATUS && status !== NO_CONTENT
  if (!changed && !wantsLength) return flat
  const fields = rewriteFields(flat, status)
  if (wantsLength && status !== NOT_MODIFIED) fields.push('Content-Length', String(length))
  // A client that got 1xx waits for the final answer: closing ends the wait, and keeps the next answer from being taken for it.
  if (status < FIRST_FINAL_STATUS) fields.push('Connection', 'close')
  return fields
}

function rewriteFields(flat: readonly string[], status: number): string[] {
  const fields: string[] = []
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string
    const value = flat[index + 1] as string
    const lower = name.toLowerCase()
    if (lower === 'transfer-encoding') continue
    if (lower === 'content-length' && (status < FIRST_FINAL_STATUS || status === NO_CONTENT)) continue
    if (status === NOT_MODIFIED && CONTENT_FIELDS.has(lower)) continue
    fields.push(name, lower === 'location' || lower === 'content-location' ? iri_to_uri(value) : value)
  }
  return fields
}

/**
 * Two lengths, or one that is not that of the body, let the next answer begin in the middle of this one.
 *
 * @param before - the same field on an earlier line
 * @param length - bytes of the body, or -1 when they are not to be compared
 */
function checkLength(declared: string, before: string | undefined, length: number): void {
  const isRight = declared === String(length)
  if (isRight && (before === undefined || before === declared)) return
  if (length !== UNKNOWN_LENGTH && !isRight) {
    throw new RangeError(
      `Content-Length is ${JSON.stringify(declared)} but the body has ${length} bytes; leave the header to the response, or set both.`,
    )
  }
  if (!/^\d+$/.test(declared) || (before !== undefined && before !== declared)) {
    throw new RangeError(`Content-Length is ${JSON.stringify(before ?? declared)} but must be one number of bytes.`)
  }
}
