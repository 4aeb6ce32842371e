import type { IncomingMessage } from 'node:http'
import { ClientDisconnected, type HTTPException, RequestEntityTooLarge } from '../http/exceptions.ts'
import { FILE_MEMORY_BYTES, type FormLimits, MultipartReader, type ParsedForm } from './form.ts'

/** What a body may have at most. */
export interface BodyLimits extends FormLimits {
  /** Bytes of the whole body; `Infinity` for no limit. */
  readonly bytes: number
}

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
  /** Bytes read so far. */
  size: number = 0
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
    if (req.complete && !req.readableEnded && !req.destroyed) this.bytes = req.read() ?? EMPTY
    this.size = this.bytes?.length ?? 0
    this.announced = this.size || announcedLength(req)
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
    try {
      await pump(this.#req, limits.bytes, (chunk) => {
        this.size += chunk.length
        if (this.#multipart !== undefined) return this.#multipart.write(chunk)
        chunks.push(chunk)
        if (multipart === undefined || this.size <= FILE_MEMORY_BYTES) return undefined
        this.#multipart = new MultipartReader(multipart, limits)
        return this.#multipart.write(Buffer.concat(chunks.splice(0)))
      })
      if (this.#multipart === undefined) this.bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, this.size)
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
