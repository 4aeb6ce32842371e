import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isPromise } from '../promises.ts'

const LATEST = Symbol('flagon.latest_exchange')
const WORK = Symbol('flagon.work')

/** A request and the response that is being made for it. */
export interface Exchange {
  /** What the client asked. */
  readonly req: IncomingMessage
  /** What it is answered with. */
  readonly res: ServerResponse
}

type TrackedSocket = Socket & { [LATEST]?: ServerResponse | undefined; [WORK]?: unknown }

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
  /** Handlers that may still run although the connection of their request is closed. */
  readonly #unsettled = new Set<Promise<unknown>>()
  /** Below TLS: the sockets as the network has them, of handshakes that are not over too. */
  readonly #encrypted = new Set<Socket>()
  #isDraining = false
  #tellEmpty: (() => void) | undefined
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
    socket.once('close', () => this.#remove(socket))
  }

  /** Counts the socket below a TLS connection until it closes. */
  addEncrypted(socket: Socket): void {
    this.#encrypted.add(socket)
    socket.once('close', () => this.#encrypted.delete(socket))
  }

  #remove(socket: TrackedSocket): void {
    this.#sockets.delete(socket)
    if (isPromise(socket[WORK])) {
      const work = socket[WORK].catch(() => undefined).finally(() => this.#unsettled.delete(work))
      this.#unsettled.add(work)
    }
    if (this.#sockets.size === 0) this.#tellEmpty?.()
  }

  /** Notes that a request began; while the server drains, its answer tells the client to close. */
  begin(res: ServerResponse): void {
    if (this.#isDraining) res.shouldKeepAlive = false
    const { socket } = res
    if (socket !== null) (socket as TrackedSocket)[LATEST] = res
  }

  /** Notes that an asynchronous handler is at work for a connection. */
  watch(socket: Socket, work: unknown): void {
    ;(socket as TrackedSocket)[WORK] = work
  }

  /** Resolves when no connection is open any more; for a server whose end node does not tell. */
  emptied(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#tellEmpty = resolve
    })
  }

  /** Resolves when the handlers of the connections that are closed have come to their end. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled)
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
    for (const socket of this.#encrypted) socket.destroy()
    return count
  }
}
