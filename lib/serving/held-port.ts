import { createServer, type Server, type Socket } from 'node:net'
import { checkAddress, type ListenAddress, listen } from './address.ts'

/** What takes connections over from a {@link HeldPort}: a process that serves, or a page shown in its place. */
export interface ConnectionTaker {
  /**
   * Hands a connection over. Resolves with true once it is taken, with false where the taker went before it was; the
   * connection is then given to another.
   */
  take(socket: Socket): Promise<boolean>
}

/**
 * An address that stays open while the processes that serve it come and go. What connects while none is there waits, and is
 * not refused. Each taker gets one connection at a time, so that one which is stuck holds up no more than that.
 */
export class HeldPort {
  readonly #server: Server
  readonly #takers = new Set<ConnectionTaker>()
  readonly #free: ConnectionTaker[] = []
  readonly #waiting: Socket[] = []

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#add(socket))
  }

  /**
   * Begins to listen.
   *
   * @throws {@link FlagonError} `CONFIG_VALUE` or `ADDRESS_UNAVAILABLE`, as `serve` does.
   */
  static async hold(address: ListenAddress): Promise<HeldPort> {
    checkAddress(address)
    // Nothing is read here: each byte is for the process that takes the connection.
    const server = createServer({ pauseOnConnect: true, noDelay: true })
    const port = new HeldPort(server)
    await listen(server, address)
    return port
  }

  /** The server whose address this is, for its port and host. */
  get server(): Server {
    return this.#server
  }

  /** How many connections wait for a taker. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Gives connections to the taker from now on. */
  add(taker: ConnectionTaker): void {
    if (this.#takers.has(taker)) return
    this.#takers.add(taker)
    this.#free.push(taker)
    this.#hand()
  }

  /** Gives the taker no further connection. */
  remove(taker: ConnectionTaker): void {
    this.#takers.delete(taker)
    const at = this.#free.indexOf(taker)
    if (at !== -1) this.#free.splice(at, 1)
  }

  /** Stops listening; connections that wait are still given to takers, and are cut off where there is none. */
  close(): void {
    this.#server.close()
    if (this.#takers.size > 0) return
    for (const socket of this.#waiting.splice(0)) socket.destroy()
  }

  #add(socket: Socket): void {
    // A client that is gone is noticed by who takes it.
    socket.on('error', () => undefined)
    this.#waiting.push(socket)
    this.#hand()
  }

  #hand(): void {
    while (this.#free.length > 0 && this.#waiting.length > 0) {
      const taker = this.#free.shift()
      const socket = this.#waiting.shift()
      if (taker !== undefined && socket !== undefined) void this.#give(taker, socket)
    }
  }

  async #give(taker: ConnectionTaker, socket: Socket): Promise<void> {
    const isTaken = await taker.take(socket)
    if (!isTaken) this.#waiting.unshift(socket)
    if (this.#takers.has(taker)) this.#free.push(taker)
    this.#hand()
  }
}
