import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mountRequest } from './incoming.ts'
import type { BuiltRequest } from './request-builder.ts'
import { Wire } from './wire.ts'

/** A listener of `http.Server`, such as `app.handler`; what it returns is waited for. */
export type RequestHandler = (req: IncomingMessage, res: ServerResponse) => unknown

/** What came back. */
export interface Answer {
  /** Status code. */
  readonly status: number
  /** What stands behind the code. */
  readonly reason: string
  /** Name, value, name, value, in the order they were sent. */
  readonly rawHeaders: string[]
  /** The whole body; empty for an answer without one. */
  readonly body: Buffer
}

/** Under this key an app leaves, on the response of node, an error that is to reach the test instead of a page. */
const PROPAGATED_ERROR = Symbol.for('flagon.error')

/** The server's side of one exchange, and the error that a test should see in place of the answer. */
class ServerSide {
  readonly #built: BuiltRequest
  #res: ServerResponse | undefined
  #failure: { readonly error: unknown } | undefined
  #handling: Promise<void> | undefined

  constructor(built: BuiltRequest) {
    this.#built = built
  }

  handle(handler: RequestHandler, req: IncomingMessage, res: ServerResponse): void {
    this.#res = res
    mountRequest(req, this.#built.rootPath)
    try {
      const result = handler(req, res)
      if (result instanceof Promise) this.#handling = result.then(undefined, (error: unknown) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#failure = { error }
    this.#res?.destroy()
  }

  /** Settles when the handler is done, teardown included, which may be after the answer was sent. */
  get finished(): Promise<void> | undefined {
    return this.#handling
  }

  /** Throws the error that the handler threw or that the app propagated, if there is one. */
  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error
    if (this.#res !== undefined && PROPAGATED_ERROR in this.#res) throw this.#res[PROPAGATED_ERROR]
  }
}

/**
 * Carries requests to a handler through node's own HTTP parser and back, over a connection within the process: real
 * bytes, no port, and nothing that keeps the process alive.
 */
export class Transport {
  readonly #server: Server
  readonly #sides = new WeakMap<Duplex, ServerSide>()

  constructor(handler: RequestHandler) {
    this.#server = createServer((req, res) => this.#sides.get(req.socket)?.handle(handler, req, res))
    // Node would drop fields past its count without a word.
    this.#server.maxHeadersCount = 0
  }

  /**
   * The whole answer to a request, after the handler is done with it.
   *
   * @throws the error that the handler threw or that the app propagated, the very object; `ECONNRESET` when the handler
   *   closed the connection; `TypeError` when a header cannot be sent.
   */
  async send(built: BuiltRequest): Promise<Answer> {
    const wire = Wire.pair({ remoteAddress: built.remoteAddress, encrypted: built.scheme === 'https' })
    const side = new ServerSide(built)
    this.#sides.set(wire.server, side)
    this.#server.emit('connection', wire.server)
    try {
      const answer = await exchange(wire.client, built)
      await side.finished
      side.rethrow()
      return answer
    } catch (error) {
      side.rethrow()
      throw error
    } finally {
      wire.client.destroy()
      wire.server.destroy()
    }
  }
}

function exchange(connection: Duplex, { method, target, rawHeaders, body }: BuiltRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ createConnection: () => connection, method, path: target, setHost: false })
    // Also for an error after the answer, as when the server closes before it read the whole body.
    outgoing.on('error', reject)
    // Read from within the event: an error between it and a later turn would find nobody listening.
    outgoing.once('response', (incoming) => resolve(readAnswer(incoming)))
    for (let at = 0; at < rawHeaders.length; at += 2) {
      outgoing.appendHeader(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    }
    // Nothing is sent that the test did not ask for: node would add these three.
    for (const name of ['Connection', 'Content-Length', 'Transfer-Encoding']) {
      if (!outgoing.hasHeader(name)) outgoing.removeHeader(name)
    }
    outgoing.end(body)
  })
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const { statusCode = 0, statusMessage = '', rawHeaders } = incoming
  return { status: statusCode, reason: statusMessage, rawHeaders, body: await buffer(incoming) }
}
