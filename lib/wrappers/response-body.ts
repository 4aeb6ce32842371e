import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'

/** One piece of a body: text is written as UTF-8. */
export type BodyChunk = string | Uint8Array

/**
 * A body that is opened only when it is sent, and may be opened part-way: what a file is sent with.
 * A `HEAD` request, a 304 or a refused range then never opens it.
 */
export interface OpenableBody {
  /**
   * Opens the bytes from `start` up to but without `stop`.
   * Both are byte offsets; `stop` is `undefined` for "up to the end".
   *
   * @param mayReuse - whether the memory of a chunk may be used again as soon as the next one is asked for. Left out: it
   * may not, for chunks may be kept.
   */
  open(start: number, stop: number | undefined, mayReuse?: boolean): Readable | AsyncIterable<BodyChunk>
}

/** Everything that a response can be made of. */
export type ResponseBody =
  | string
  | Uint8Array
  | Iterable<BodyChunk>
  | AsyncIterable<BodyChunk>
  | Readable
  | ReadableStream
  | OpenableBody

/** A body whose bytes are all at hand. */
export type BufferedBody = string | Uint8Array | readonly BodyChunk[]

/** Whether all bytes of `body` are at hand, so that its length is known. */
export function isBuffered(body: ResponseBody): body is BufferedBody {
  return typeof body === 'string' || body instanceof Uint8Array || Array.isArray(body)
}

/** Whether `body` can only be read by waiting. */
export function isAsync(
  body: ResponseBody,
): body is AsyncIterable<BodyChunk> | Readable | ReadableStream | OpenableBody {
  return typeof body === 'object' && !(body instanceof Uint8Array) && !(Symbol.iterator in body)
}

/** Whether `body` is opened when it is sent. (`fs.ReadStream` has an `open` too, and is a stream all the same.) */
export function isOpenable(body: ResponseBody): body is OpenableBody {
  return (
    typeof body === 'object' && 'open' in body && typeof body.open === 'function' && !(Symbol.asyncIterator in body)
  )
}

/**
 * Narrows what a caller gave as a body.
 *
 * @throws TypeError when `body` is none of the kinds a response can send.
 */
export function toBody(body: unknown): ResponseBody {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  if (typeof body === 'object' && body !== null) {
    // Markup and String objects are iterable letter by letter; they are text.
    if (body instanceof String || '__html__' in body) return String(body)
    if (body instanceof ArrayBuffer) return new Uint8Array(body)
    if (Symbol.iterator in body || Symbol.asyncIterator in body || body instanceof ReadableStream) {
      return body as Iterable<BodyChunk> | AsyncIterable<BodyChunk>
    }
    if ('open' in body && typeof body.open === 'function') return body as OpenableBody
  }
  throw new TypeError(
    `A response body is text, bytes or an iterable of these, not ${body === null ? 'null' : typeof body}. Use jsonify() for data.`,
  )
}

/**
 * The bytes of one chunk.
 *
 * @throws TypeError when an iterable yielded something other than text or bytes.
 */
export function encodeChunk(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (Buffer.isBuffer(chunk)) return chunk
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (typeof chunk === 'object' && chunk !== null && '__html__' in chunk) return Buffer.from(String(chunk))
  throw new TypeError(`A response body yielded ${chunk === null ? 'null' : typeof chunk}; yield text or bytes.`)
}

/** All bytes of a buffered body in one piece. */
export function joinBody(body: BufferedBody): Buffer {
  if (typeof body === 'string' || body instanceof Uint8Array) return encodeChunk(body)
  return Buffer.concat(body.map(encodeChunk))
}

/** The byte length of a buffered body. */
export function bodyLength(body: BufferedBody): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  let length = 0
  for (const chunk of body) length += typeof chunk === 'string' ? Buffer.byteLength(chunk) : encodeChunk(chunk).length
  return length
}

/** The bytes of `body` from `start` up to but without `stop`; what is not at hand is cut while it passes. */
export function sliceBody(body: ResponseBody, start: number, stop: number): ResponseBody {
  if (isBuffered(body)) return joinBody(body).subarray(start, stop)
  if (isOpenable(body)) return { open: (from, _to, mayReuse) => body.open(start + from, stop, mayReuse) }
  return isAsync(body) ? sliceAsync(openBody(body), start, stop) : sliceSync(body, start, stop)
}

function* sliceSync(body: Iterable<BodyChunk>, start: number, stop: number): Generator<Buffer> {
  let position = 0
  for (const item of body) {
    const chunk = encodeChunk(item)
    const part = chunk.subarray(Math.max(start - position, 0), Math.max(stop - position, 0))
    if (part.length > 0) yield part
    position += chunk.length
    if (position >= stop) return
  }
}

async function* sliceAsync(body: AsyncIterable<BodyChunk>, start: number, stop: number): AsyncGenerator<Buffer> {
  let position = 0
  for await (const item of body) {
    const chunk = encodeChunk(item)
    const part = chunk.subarray(Math.max(start - position, 0), Math.max(stop - position, 0))
    if (part.length > 0) yield part
    position += chunk.length
    if (position >= stop) return
  }
}

/** `body` as something that can be waited for chunk by chunk; an openable one is opened. */
export function openBody(
  body: AsyncIterable<BodyChunk> | Readable | ReadableStream | OpenableBody,
): AsyncIterable<BodyChunk> {
  return isOpenable(body) ? body.open(0, undefined) : body
}

/**
 * Gives up a body that will not be read (any further): generators run their `finally`, streams are destroyed.
 * Returns a promise when that takes time.
 */
export function discardBody(body: ResponseBody): unknown {
  if (isBuffered(body) || isOpenable(body)) return undefined
  if (body instanceof Readable) {
    body.destroy()
    return undefined
  }
  if (body instanceof ReadableStream) return body.locked ? undefined : body.cancel()
  if ('return' in body && typeof body.return === 'function') return body.return()
  return undefined
}
