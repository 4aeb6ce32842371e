import { Duplex } from 'node:stream'

const LOOPBACK = '127.0.0.1'
const HTTP_PORT = 80
const HTTPS_PORT = 443
/** First port that a client's side of a connection gets by RFC 6335. */
const EPHEMERAL_PORT = 49152

/** How the two ends of a wire appear to each other. */
export interface WireOptions {
  /** Address of the client, as the server sees it. Default `127.0.0.1`. */
  readonly remoteAddress?: string | undefined
  /** Whether the connection counts as encrypted. Default false. */
  readonly encrypted?: boolean | undefined
}

/**
 * One end of a connection within the process: what is written here is read at the other end. It has backpressure, it
 * ends and breaks off as a socket does, and it is no handle, so that nothing of it keeps the process alive.
 */
export class Wire extends Duplex {
  /** Address of the other end. */
  readonly remoteAddress: string
  /** Port of the other end. */
  readonly remotePort: number
  /** Kind of the address of the other end. */
  readonly remoteFamily: 'IPv4' | 'IPv6'
  /** Address of this end. */
  readonly localAddress: string = LOOPBACK
  /** Port of this end. */
  readonly localPort: number
  #peer: Wire | undefined
  #resume: (() => void) | undefined
  #received = false

  private constructor(remoteAddress: string, remotePort: number, localPort: number, encrypted: boolean) {
    super()
    this.remoteAddress = remoteAddress
    this.remoteFamily = remoteAddress.includes(':') ? 'IPv6' : 'IPv4'
    this.remotePort = remotePort
    this.localPort = localPort
    // The sockets of node have this property only where it is true.
    if (encrypted) Object.defineProperty(this, 'encrypted', { value: true, enumerable: true })
  }

  /** The two ends of a new connection. */
  static pair(options: WireOptions = {}): { client: Wire; server: Wire } {
    const { remoteAddress = LOOPBACK, encrypted = false } = options
    const port = encrypted ? HTTPS_PORT : HTTP_PORT
    const server = new Wire(remoteAddress, EPHEMERAL_PORT, port, encrypted)
    const client = new Wire(LOOPBACK, port, EPHEMERAL_PORT, encrypted)
    server.#peer = client
    client.#peer = server
    return { client, server }
  }

  override _read(): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    // What is sent to an end that is gone is lost, as with a socket whose peer has just closed.
    if (this.#peer?.receive(chunk, callback) !== true) callback()
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#peer?.endOfInput()
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this._read()
    this.#peer?.endOfInput()
    callback(error)
  }

  /** Takes a chunk from the other end; true when the callback is kept until there is room for the next. */
  protected receive(chunk: Buffer, callback: () => void): boolean {
    if (this.#received || this.destroyed) return false
    if (this.push(chunk)) return false
    this.#resume = callback
    return true
  }

  /** The other end sends no more. */
  protected endOfInput(): void {
    if (this.#received || this.destroyed) return
    this.#received = true
    this.push(null)
  }
}
