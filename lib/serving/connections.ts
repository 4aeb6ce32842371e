import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const LATEST = Symbol('flagon.latest_exchange')

/** A request and the response that is being made for it. */
export interface Exchange {
  /** What the client asked. */
  readonly req: IncomingMessage
  /** What it is answered with. */
  readonly res: ServerResponse
}

type TrackedSocket = Socket & { [LATEST]?: ServerResponse | undefined }

/**
 * The newest exchange on a connection whose answer is not wholly written yet; undefined where the connection is idle.
 * With pipelining the earlier ones are answered before it, so it is the last that matters.
 */
export function unfinishedExchange(socket: Socket): Exchange | undefined {
  const res = (socket as TrackedSocket)[LATEST]
  if (res === undefined || res.writableFinished || res.destroyed) return undefined
  return { req: res.req, res }
}

/** Whether the newest request on a connection has its whole answer, though not all of its body has come. */
export function isAnsweredEarly(socket: Socket): boolean {
  const res = (socket as TrackedSocket)[LATEST]
  return res?.writableFinished === true && !res.req.complete
}

/**
 * The open connections of one server: which of them are idle, and whether the server is on its way down.
 * A request costs one property write; the sockets are only walked at shutdown.
 */
export class Connections {
  /** Each open socket, and how many bytes it had read when it was added: those of a TLS handshake. */
  readonly #sockets = new Map<Socket, number>()
  #isDraining = false
  readonly #draining = new AbortController()

  /** Aborts when the server begins to drain. */
  get draining(): AbortSignal {
    return this.#draining.signal
  }

  /** How many connections are open, upgraded ones included. */
  get size(): number {
    return this.#sockets.size
  }

  /** Counts a connection until it closes. */
  add(socket: Socket): void {
    this.#sockets.set(socket, socket.bytesRead)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Notes that a request began; while the server drains, its answer tells the client to close. */
  begin(res: ServerResponse): void {
    if (this.#isDraining) res.shouldKeepAlive = false
    const { socket } = res
    if (socket !== null) (socket as TrackedSocket)[LATEST] = res
  }

  /** From now on every answer says `Connection: close`, those that are being made included. */
  drain(): void {
    this.#isDraining = true
    for (const socket of this.#sockets.keys()) {
      const exchange = unfinishedExchange(socket)
      if (exchange !== undefined && !exchange.res.headersSent) exchange.res.shouldKeepAlive = false
    }
    this.#draining.abort(new DOMException('The server is shutting down.', 'AbortError'))
  }

  /**
   * Closes the connections on which nothing is asked and nothing is owed. Node's own `closeIdleConnections` passes over
   * those that never carried a request, which browsers open ahead of need.
   */
  closeUnused(): void {
    for (const [socket, bytesAtStart] of this.#sockets) {
      if (socket.bytesRead === bytesAtStart) socket.destroy()
    }
  }

  /** Cuts off every connection, and gives how many there were. */
  destroyAll(): number {
    const count = this.#sockets.size
    for (const socket of this.#sockets.keys()) socket.destroy()
    return count
  }
}
