import { type IncomingMessage, ServerResponse } from 'node:http'
import { ByteLengthQueuingStrategy, ReadableStream, type ReadableStreamDefaultController } from 'node:stream/web'
import { isPromise } from '../promises.ts'
import { messageOf } from './fetch-request.ts'
import { type FetchPeer, FetchSocket } from './fetch-socket.ts'
import type { RequestHandler } from './server.ts'

/** Under this key an app leaves, on the response of node, an error that is to reach the caller instead of a page. */
const PROPAGATED_ERROR = Symbol.for('flagon.error')
const HEAD_END = '\r\n\r\n'
/** `HTTP/1.1 `, before the three digits of the status. */
const STATUS_AT = 9
const REASON_AT = 13
const FIRST_FINAL_STATUS = 200
const LAST_STATUS = 599
/** Statuses with which a web response has no body. @see https://fetch.spec.whatwg.org/#null-body-status */
const NULL_BODY_STATUSES: ReadonlySet<number> = new Set([204, 205, 304])
/** Fields about one connection, RFC 9110 section 7.6.1. `Upgrade` stays: a 426 says with it what is wanted. */
const HOP_FIELDS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding'])
/** Bytes of a body that are kept for a reader who does not read them yet. */
const BUFFERED_BYTES = 16_384

/**
 * The answer of a listener to a web request, without a server: through the request and response of node, as over a network,
 * but without bytes being parsed.
 *
 * The body streams both ways and waits for its reader. The promise rejects with what the listener throws, with an error that
 * the app propagates, with the reason of the request's signal, and with a `TypeError` where the connection is closed before
 * the answer; after that the body breaks off with these.
 *
 * @throws TypeError when the body of the request was read already; RangeError when the status is one that web responses
 *   cannot have, below 200 or above 599.
 */
export async function answerFetch(handler: RequestHandler, request: Request): Promise<Response> {
  request.signal.throwIfAborted()
  return new FetchExchange(request).answer(handler)
}

/** A response of node whose body is never framed: the end of the connection is the end of the body. */
class UnframedResponse extends ServerResponse {
  static {
    // Also where a listener asks for it by a Transfer-Encoding of its own.
    Object.defineProperty(this.prototype, 'chunkedEncoding', { get: () => false, set: () => undefined })
  }

  constructor(req: IncomingMessage) {
    super(req)
    this.useChunkedEncodingByDefault = false
    this.shouldKeepAlive = false
  }
}

interface Head {
  readonly status: number
  readonly reason: string
  readonly fields: [name: string, value: string][]
}

/** One web request, and what becomes of it. */
class FetchExchange implements FetchPeer {
  readonly #request: Request
  readonly #socket: FetchSocket
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #stopBody: () => void
  #settle: { resolve(response: Response): void; reject(error: unknown): void } | undefined
  #head: Head | undefined
  /** What came of a body that is at hand; undefined for all others. */
  #collected: Buffer[] | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #resume: (() => void) | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(request: Request) {
    this.#request = request
    this.#socket = new FetchSocket(this, request.url.startsWith('https:'))
    const { req, stopBody } = messageOf(request, this.#socket, (error) => this.#fail(error))
    this.#req = req
    this.#stopBody = stopBody
    this.#res = new UnframedResponse(req)
    this.#res.assignSocket(this.#socket)
    this.#res.once('finish', () => this.#finish())
    this.#socket.once('close', () => this.#close())
    this.#socket.on('drain', () => this.#drain())
    request.signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  answer(handler: RequestHandler): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      try {
        const pending = handler(this.#req, this.#res)
        if (isPromise(pending)) pending.then(undefined, (error: unknown) => this.#fail(error))
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  receive(bytes: Buffer, done: () => void): void {
    if (this.#controller !== undefined) this.#enqueue(this.#controller, bytes, done)
    else if (this.#head === undefined) this.#receiveHead(bytes, done)
    else {
      // Where nobody wants a body, it is dropped.
      this.#collected?.push(bytes)
      done()
    }
  }

  #receiveHead(bytes: Buffer, done: () => void): void {
    let rest = bytes
    while (this.#head === undefined) {
      // Node writes a head in one piece, and an informational one before the head of the answer.
      const end = rest.indexOf(HEAD_END)
      if (end === -1) {
        done()
        return
      }
      const head = parseHead(rest.toString('latin1', 0, end))
      rest = rest.subarray(end + HEAD_END.length)
      if (head.status >= FIRST_FINAL_STATUS || this.#res.headersSent) this.#head = head
    }
    const head = this.#head
    this.#resume = done
    // An answer that is at hand is ended in the same turn.
    queueMicrotask(() => this.#begin(head, rest))
  }

  /** The head is here, and maybe a first piece of the body: waits for all of it where it is at hand, else streams it. */
  #begin(head: Head, first: Buffer): void {
    const refusal = this.#refusalOf(head.status)
    if (refusal !== undefined) this.#settle?.reject(refusal.error)
    else if (this.#request.method === 'HEAD' || NULL_BODY_STATUSES.has(head.status)) this.#respond(head, null)
    else if (this.#res.writableEnded) this.#collected = [first]
    else this.#respond(head, this.#makeStream(first))
    if (this.#controller === undefined) this.#goOn()
  }

  #respond({ status, reason, fields }: Head, body: Buffer | ReadableStream<Uint8Array> | null): void {
    this.#settle?.resolve(new Response(body, { status, statusText: reason, headers: fields }))
  }

  /** What is thrown to the caller although there is an answer. */
  #refusalOf(status: number): { readonly error: unknown } | undefined {
    if (PROPAGATED_ERROR in this.#res) return { error: this.#res[PROPAGATED_ERROR] }
    if (status >= FIRST_FINAL_STATUS && status <= LAST_STATUS) return undefined
    const text = `The answer has the status ${status}, and a web response can have those from 200 to 599.`
    return { error: new RangeError(text) }
  }

  #makeStream(first: Buffer): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          if (first.length > 0) controller.enqueue(first)
        },
        pull: () => this.#goOn(),
        cancel: (reason) => {
          this.#controller = undefined
          this.#fail(reason)
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BUFFERED_BYTES }),
    )
  }

  /** Lets the app write more. */
  #goOn(): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.()
  }

  #enqueue(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Buffer, done: () => void): void {
    // A copy, as over a network: the app may use its memory again, and the reader may write to what it gets.
    if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes))
    if ((controller.desiredSize ?? 0) > 0) done()
    else this.#resume = done
  }

  #drain(): void {
    const [res, socket] = [this.#res, this.#socket]
    // The server of node resets this where it emits the event; without one it would be true for ever.
    Object.defineProperty(res, 'writableNeedDrain', {
      configurable: true,
      get: () => !res.destroyed && !res.writableEnded && socket.writableNeedDrain,
    })
    res.emit('drain')
  }

  /** The whole answer was taken. */
  #finish(): void {
    const [head, collected] = [this.#head, this.#collected]
    if (head !== undefined && collected !== undefined) {
      this.#respond(head, collected.length === 1 ? (collected[0] as Buffer) : Buffer.concat(collected))
    }
    this.#controller?.close()
    this.#controller = undefined
    this.#stopBody()
    process.nextTick(() => this.#socket.destroy())
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#socket.destroy()
  }

  readonly #onAbort = (): void => this.#fail(this.#request.signal.reason)

  /** The connection is gone, after the answer or in the middle of it. */
  #close(): void {
    this.#request.signal.removeEventListener('abort', this.#onAbort)
    if (!this.#req.complete) {
      this.#stopBody()
      this.#req.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
    }
    if (this.#res.writableFinished) return
    const error =
      this.#failure === undefined
        ? new TypeError('The connection was closed before the whole answer came.', { cause: this.#socket.errored })
        : this.#failure.error
    this.#settle?.reject(error)
    this.#controller?.error(error)
    this.#controller = undefined
  }
}

/** Reads a head that node wrote: no need to doubt its form. */
function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const fields: [string, string][] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (!HOP_FIELDS.has(name.toLowerCase())) fields.push([name, line.slice(colon + 1)])
  }
  return { status: Number(first.slice(STATUS_AT, STATUS_AT + 3)), reason: first.slice(REASON_AT), fields }
}
