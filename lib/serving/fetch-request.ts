import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** Fields about one connection, which the body of a web request knows nothing of, RFC 9110 section 7.6.1. */
const HOP_FIELDS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade'])
const CONTENT_LENGTH = 'content-length'
const LENGTH = /^[0-9]+$/

/** The body of a web request, read as its listener reads: a chunk is asked for only where there is room. */
class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #req: IncomingMessage
  readonly #fail: (error: unknown) => void
  /** Bytes that are to come by `Content-Length`; undefined where it is not given. */
  readonly #declared: number | undefined
  #seen = 0
  #isReading = false

  constructor(
    body: ReadableStream<Uint8Array>,
    req: IncomingMessage,
    declared: number | undefined,
    fail: (error: unknown) => void,
  ) {
    this.#reader = body.getReader()
    this.#req = req
    this.#declared = declared
    this.#fail = fail
  }

  /** Reads on until there is no more room for what comes. */
  async read(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    try {
      while (this.#isReading) {
        const { done, value } = await this.#reader.read()
        this.#isReading = !done && this.#push(value)
        if (done) this.#end()
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Whether there is room for more. */
  #push(chunk: unknown): boolean {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`The body of the request gave ${typeof chunk}, not bytes.`)
    this.#seen += chunk.length
    if (this.#declared !== undefined && this.#seen > this.#declared) throw this.#lengthError()
    // A copy, as over a network: who made the chunk may use its memory again.
    return chunk.length === 0 || this.#req.push(Buffer.from(chunk))
  }

  #end(): void {
    if (this.#declared !== undefined && this.#seen !== this.#declared) throw this.#lengthError()
    this.#req.complete = true
    this.#req.push(null)
  }

  #lengthError(): TypeError {
    return new TypeError(
      `Content-Length is ${this.#declared} but the body of the request has other ${this.#seen} bytes.`,
    )
  }

  /** Tells whoever makes the body that the rest of it is not wanted. */
  stop(): void {
    this.#reader.cancel().catch(() => undefined)
  }
}

/** A web request as node hands requests over, and how to give up its body. */
export interface FetchedMessage {
  /** What the app takes for the request. */
  readonly req: IncomingMessage
  /** Gives up the rest of the body, if there is any. */
  stopBody(): void
}

/**
 * Turns a web request into a message of node, over a connection that is made up for it.
 *
 * @param fail - takes what goes wrong while the body is read
 * @throws TypeError when the body was read already.
 */
export function messageOf(request: Request, socket: Socket, fail: (error: unknown) => void): FetchedMessage {
  if (request.bodyUsed) throw new TypeError('The body of the request was read already: give app.fetch an unread one.')
  const { body, headers, method } = request
  const url = new URL(request.url)
  const rawHeaders: string[] = []
  if (!headers.has('host')) rawHeaders.push('Host', url.host)
  let declared: number | undefined
  for (const [name, value] of headers) {
    if (HOP_FIELDS.has(name)) continue
    if (name === CONTENT_LENGTH) {
      if (!LENGTH.test(value) || (body === null && value !== '0')) continue
      declared = Number(value)
    }
    rawHeaders.push(name, value)
  }
  if (body !== null && declared === undefined) rawHeaders.push('Transfer-Encoding', 'chunked')
  const req = new IncomingMessage(socket)
  req.method = method
  req.url = url.pathname + url.search
  req.httpVersion = '1.1'
  req.httpVersionMajor = 1
  req.httpVersionMinor = 1
  req.rawHeaders = rawHeaders
  req.headers = joined(rawHeaders)
  if (body === null) {
    req.complete = true
    req.push(null)
    return { req, stopBody: () => undefined }
  }
  const reader = new BodyReader(body, req, declared, fail)
  req._read = () => void reader.read()
  return { req, stopBody: () => reader.stop() }
}

/** The object of headers that middleware reads. Web headers are joined already: each name comes once. */
function joined(rawHeaders: readonly string[]): IncomingMessage['headers'] {
  const pairs: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    pairs.push([(rawHeaders[at] as string).toLowerCase(), rawHeaders[at + 1] as string])
  }
  return Object.fromEntries(pairs)
}
