import cluster from 'node:cluster'
import type { Server as HttpServer } from 'node:http'
import { Socket } from 'node:net'
import { type ChannelMessage, describeFailure, parseMessage } from './channel.ts'

/** Tells a process that it was started to serve the port of the one that started it. */
const CHILD_VARIABLE = 'FLAGON_SERVING_CHILD'

/** What goes into the environment of a process that is to serve a port held by this one. */
export const CHILD_ENVIRONMENT: Readonly<Record<string, string>> = { [CHILD_VARIABLE]: '1' }

let isChild: boolean | undefined
let current: InheritedPort | undefined

/**
 * Whether this process was started by `runWorkers` or `runReloading`, to serve the port that its parent holds. The first
 * `app.run` (or `serve`) in it takes its connections from the parent, whatever address it is given.
 */
export function isServingChild(): boolean {
  if (isChild === undefined) {
    isChild = cluster.isWorker && process.env[CHILD_VARIABLE] !== undefined
    if (isChild) process.on('uncaughtExceptionMonitor', reportFailure)
    // What this process starts serves for itself.
    delete process.env[CHILD_VARIABLE]
  }
  return isChild
}

/** Tells the parent why this process cannot serve, to be shown; does nothing in a process that is not a serving child. */
export function reportFailure(error: unknown): void {
  if (isServingChild()) tellParent({ flagon: 'failed', text: describeFailure(error) })
}

/**
 * Gives the connections of the parent to a server; false where there is no parent, or another server takes them.
 *
 * @param shutdownSeconds - how long the shutdown of the server may take, for the parent.
 */
export function inheritPort(server: HttpServer, shutdownSeconds: number): boolean {
  if (current !== undefined || !isServingChild()) return false
  current = new InheritedPort(server)
  tellParent({ flagon: 'ready', shutdown_timeout: shutdownSeconds })
  return true
}

/** The port that a server takes its connections from; undefined for one that listens itself. */
export function inheritedPortOf(server: HttpServer): InheritedPort | undefined {
  return current?.server === server ? current : undefined
}

/** The end of a channel in the process that serves: takes connections from the parent and is told when to stop. */
export class InheritedPort {
  /** What is given the connections. */
  readonly server: HttpServer
  #onStop: () => void = () => undefined
  #onLast: () => void = () => undefined
  readonly #last: Promise<void>

  constructor(server: HttpServer) {
    this.server = server
    this.#last = new Promise((resolve) => {
      this.#onLast = resolve
    })
    // Node begins to look for late requests when its server listens.
    server.emit('listening')
    process.on('message', this.#hear)
    // Without its parent the process would stay behind, and node would end it in the middle of its answers.
    cluster.worker?.once('disconnect', () => {
      if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true
      this.#onLast()
      this.#onStop()
    })
  }

  /** Calls a function when the parent wants the process to end, or is gone. */
  onStop(stop: () => void): void {
    this.#onStop = stop
  }

  /** Asks for no more connections; resolves when those that were on their way have come. */
  leave(): Promise<void> {
    if (!tellParent({ flagon: 'leaving' })) this.#onLast()
    return this.#last
  }

  readonly #hear = (value: unknown, handle: unknown): void => {
    const message = parseMessage(value)
    if (message?.flagon === 'connection') this.#take(handle)
    else if (message?.flagon === 'stop') this.#onStop()
    else if (message?.flagon === 'last') this.#onLast()
  }

  #take(socket: unknown): void {
    // Told first: what is read from it from here on is the business of this process alone.
    tellParent({ flagon: 'taken' })
    // The client may be gone since.
    if (!(socket instanceof Socket)) return
    this.server.emit('connection', socket)
    socket.resume()
  }
}

/** False where nobody hears it any more. */
function tellParent(message: ChannelMessage): boolean {
  if (!process.connected) return false
  process.send?.(message, undefined, undefined, () => undefined)
  return true
}
