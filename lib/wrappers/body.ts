import type { IncomingMessage, ServerResponse } from 'node:http'
import { ClientDisconnected, type HTTPException, RequestEntityTooLarge } from '../http/exceptions.ts'
import { FILE_MEMORY_BYTES, type FormLimits, MultipartReader, type ParsedForm } from './form.ts'
import { type HostedMessage, REFUSED } from './hosted-message.ts'

/** What a body may have at most. */
export interface BodyLimits extends FormLimits {
  /** Bytes of the whole body; `Infinity` for no limit. */
  readonly bytes: number
}

/** Bytes of an unread body that are read and thrown away to keep a connection. */
const DRAINED_BYTES = 64 * 1024
/** Time that a client gets to read an answer while it still sends, before the connection closes. */
const LINGER_MS = 2000

const EMPTY = Buffer.alloc(0)
const CONTENT_LENGTH = 'content-length'
const TRANSFER_ENCODING = 'transfer-encoding'

/** Bytes of the body by its framing: 0 without one, `Infinity` where it is chunked. Cheap: one look at the headers. */
export function announcedLength(req: IncomingMessage): number {
  const { rawHeaders } = req
  let length = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === CONTENT_LENGTH.length && name.toLowerCase() === CONTENT_LENGTH) {
      length = Number(rawHeaders[at + 1]) || 0
    } else if (name.length === TRANSFER_ENCODING.length && name.toLowerCase() === TRANSFER_ENCODING) {
      return Number.POSITIVE_INFINITY
    }
  }
  return length
}

/** Takes one piece; a promise makes the sender wait. */
type Sink = (chunk: Buffer) => Promise<void> | undefined

/**
 * Hands the body to `sink` until it ends.
 *
 * @throws {@link RequestEntityTooLarge} past `maxBytes`, {@link ClientDisconnected} where the client leaves, what `sink` throws.
 */
function pump(req: IncomingMessage, maxBytes: number, sink: Sink): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = 0
    const detach = (): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
    }
    const fail = (error: unknown): void => {
      detach()
      req.pause()
      reject(error)
    }
    const onData = (chunk: Buffer): void => {
      seen += chunk.length
      if (seen > maxBytes) {
        fail(new RequestEntityTooLarge())
        return
      }
      try {
        const wait = sink(chunk)
        if (wait === undefined) return
        req.pause()
        wait.then(() => req.resume(), fail)
      } catch (error) {
        fail(error)
      }
    }
    const onEnd = (): void => {
      detach()
      resolve()
    }
    const onClose = (): void => fail(new ClientDisconnected())
    // Without a listener, node drops the error of a message that was cut off; `close` follows it.
    const onError = (): void => undefined
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
  })
}

/** The body of one request: unread, being read, or read, and then either bytes, a parsed form, or a failure. */
export class RequestBody {
  readonly #req: IncomingMessage
  /** Bytes by the framing of the message. */
  readonly announced: number
  /** The whole body, where it is kept: everything but large multipart bodies. */
  bytes: Buffer | undefined = undefined
  /** The form of a multipart body that was too large to be kept. */
  form: ParsedForm | undefined = undefined
  /** What reading met: an HTTP exception, or an error of the disk. */
  failure: unknown = undefined
  /** Whether the view took the body as a stream. */
  taken: boolean = false
  #reading: Promise<void> | undefined = undefined
  #multipart: MultipartReader | undefined = undefined

  constructor(req: IncomingMessage) {
    this.#req = req
    // Nothing is left to come: what a test made up, or what arrived while something else was awaited.
    if (req.complete && !req.readableEnded) this.bytes = req.read() ?? EMPTY
    this.announced = this.bytes?.length || announcedLength(req)
    // A body that somebody before us consumed (a body parser of Express) reads as empty.
    if (this.announced === 0 || req.readableEnded) this.bytes ??= EMPTY
  }

  /** Whether everything there is to know is here. */
  get is_read(): boolean {
    return this.bytes !== undefined || this.form !== undefined || this.failure !== undefined
  }

  /**
   * Reads the body, once; undefined where there is nothing to wait for. Never rejects: what goes wrong is the failure.
   *
   * @param multipart - the content type of a multipart body, undefined for any other
   */
  load(limits: BodyLimits, multipart: string | undefined): Promise<void> | undefined {
    if (this.#reading !== undefined) return this.#reading
    if (this.bytes !== undefined || this.taken) return undefined
    this.failure = this.#refusal(limits)
    if (this.failure !== undefined) return undefined
    this.#reading = this.#read(limits, multipart)
    return this.#reading
  }

  /** What forbids to read at all. It may be gone the next time, when the limit was raised meanwhile. */
  #refusal(limits: BodyLimits): HTTPException | undefined {
    if (this.#req.destroyed) return new ClientDisconnected()
    if (Number.isFinite(this.announced) && this.announced > limits.bytes) return new RequestEntityTooLarge()
    return undefined
  }

  async #read(limits: BodyLimits, multipart: string | undefined): Promise<void> {
    const chunks: Buffer[] = []
    let size = 0
    try {
      await pump(this.#req, limits.bytes, (chunk) => {
        if (this.#multipart !== undefined) return this.#multipart.write(chunk)
        chunks.push(chunk)
        size += chunk.length
        if (multipart === undefined || size <= FILE_MEMORY_BYTES) return undefined
        this.#multipart = new MultipartReader(multipart, limits)
        return this.#multipart.write(Buffer.concat(chunks.splice(0)))
      })
      if (this.#multipart === undefined) this.bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)
      else this.form = await this.#multipart.end()
    } catch (error) {
      this.failure = error
      await this.#multipart?.close()
    }
  }

  /** Removes temporary files; undefined where there are none. Never rejects. */
  close(): Promise<void> | undefined {
    if (this.#multipart === undefined) return undefined
    return this.#reading?.then(() => this.#multipart?.close())
  }
}

/**
 * Sees to what the app left unread of a body, so that a connection is kept only where the next request begins where
 * this one ends. Call it before the head of the answer is written.
 *
 * A small rest (a body of 64 KiB by its Content-Length) is read and thrown away. For a larger or a chunked one the
 * answer says `Connection: close`: it is written at once, but ended only when the client has finished sending, or after
 * two seconds. A connection that is closed on a client that still sends would be reset, and the answer lost.
 */
export function settleBody(req: IncomingMessage, res: ServerResponse): void {
  if ((req as HostedMessage)[REFUSED]) res.shouldKeepAlive = false
  if (req.complete) {
    // What has come but was not read would keep the socket from being read on.
    if (!req.readableEnded) req.resume()
    return
  }
  if (req.destroyed) return
  const announced = announcedLength(req)
  if (announced === 0) return
  if (announced > DRAINED_BYTES) {
    res.shouldKeepAlive = false
    delayEnd(res, drained(req))
  }
  req.resume()
}

/** Resolves when the body has come to its end, the client has left, or the time is over. */
function drained(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    req.once('end', done).once('close', done).on('error', done)
  })
}

/** Lets what is written go out at once, and the end of it when `ready` resolves. */
function delayEnd(res: ServerResponse, ready: Promise<void>): void {
  const { end } = res
  const delayed: ServerResponse['end'] = (...args: unknown[]) => {
    const callback = args.find((arg) => typeof arg === 'function')
    const [chunk, encoding] = args.filter((arg) => arg !== callback)
    res.flushHeaders()
    if (chunk !== undefined && chunk !== null)
      Reflect.apply(res.write, res, encoding === undefined ? [chunk] : [chunk, encoding])
    ready.then(() => Reflect.apply(end, res, callback === undefined ? [] : [callback]))
    return res
  }
  res.end = delayed
}
