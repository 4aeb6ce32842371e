import { Socket } from 'node:net'

/** What a connection made up for one web request hands on. */
export interface FetchPeer {
  /** Takes what the app wrote; calls `done` when there is room for more. */
  receive(bytes: Buffer, done: () => void): void
}

/**
 * The connection that a web request seems to have come over. What is written to it goes to a peer within the process; nothing
 * comes from it. It is no handle: nothing of it keeps the process alive.
 */
export class FetchSocket extends Socket {
  readonly #peer: FetchPeer

  /** @param isEncrypted - whether the request asks for an `https:` URL */
  constructor(peer: FetchPeer, isEncrypted: boolean) {
    super()
    this.#peer = peer
    // The sockets of node have this property only where it is true.
    if (isEncrypted) Object.defineProperty(this, 'encrypted', { value: true, enumerable: true })
    // Who destroys it with an error is told by the answer that breaks off.
    this.on('error', () => undefined)
  }

  override _read(): void {}

  override _write(chunk: string | Buffer, encoding: BufferEncoding, done: () => void): void {
    this.#peer.receive(toBytes(chunk, encoding), done)
  }

  override _writev(chunks: { chunk: string | Buffer; encoding: BufferEncoding }[], done: () => void): void {
    const pieces = chunks.map(({ chunk, encoding }) => toBytes(chunk, encoding)).filter(({ length }) => length > 0)
    this.#peer.receive(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces), done)
  }

  override _final(done: () => void): void {
    done()
  }
}

function toBytes(chunk: string | Buffer, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
}
