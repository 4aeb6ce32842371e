import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { type BodyChunk, encodeChunk, isAsync, isOpenable, type ResponseBody } from './response-body.ts'
import { type ResponseContent, takeBody } from './response-content.ts'

/**
 * Writes a streamed body. The head is written together with the first chunk, so that a body that fails before it can still become
 * another answer. The writing stops while the client does not read, and ends when it leaves.
 *
 * @param writeHead - writes the status line and the header fields
 */
export async function sendStream(
  response: ResponseContent,
  req: IncomingMessage,
  res: ServerResponse,
  writeHead: () => void,
): Promise<void> {
  const declared = response.content_length
  const client = new Client(res)
  const errors: unknown[] = []
  try {
    await pump(takeBody(response), client, declared, writeHead)
  } catch (error) {
    errors.push(error)
    if (res.headersSent) breakConnection(req, res, declared)
  } finally {
    client.release()
  }
  try {
    await response.close()
  } catch (error) {
    errors.push(error)
  }
  if (errors.length > 0) throw errors[0]
}

async function pump(
  body: ResponseBody,
  client: Client,
  declared: number | undefined,
  writeHead: () => void,
): Promise<void> {
  const mayReuse = isOpenable(body) && client.takesBytes
  const source = openSource(body, mayReuse)
  let finished = false
  try {
    let sent = 0
    let item = client.hasLeft ? undefined : await client.wait(source.next())
    if (item !== undefined) writeHead()
    while (item !== undefined && item.done !== true) {
      const chunk = encodeChunk(item.value)
      sent += chunk.length
      if (declared !== undefined && sent > declared) throw lengthError(declared, `at least ${sent}`)
      await client.write(chunk, mayReuse)
      if (client.hasLeft) return
      item = await client.wait(source.next())
    }
    // The client left while a chunk was awaited.
    if (item === undefined) return
    finished = true
    if (declared !== undefined && sent !== declared) throw lengthError(declared, String(sent))
    client.end()
  } finally {
    if (!finished) await client.stop(source)
  }
}

function lengthError(declared: number, sent: string): RangeError {
  return new RangeError(`Content-Length is ${declared} but the body has ${sent} bytes; the connection was closed.`)
}

/**
 * Ends a connection in the middle of a body such that the client notices. With chunks or a length, any end before the last byte is
 * noticed; without, as on HTTP/1.0, the body ends where the connection does, so that only a reset tells.
 */
function breakConnection(req: IncomingMessage, res: ServerResponse, declared: number | undefined): void {
  const { socket } = req
  if (!res.chunkedEncoding && declared === undefined) {
    try {
      socket.resetAndDestroy()
    } catch {
      // Only TCP can be reset; on TLS the missing close_notify tells.
    }
  }
  socket.destroy()
}

/** Where the chunks of a body come from, in one shape for all kinds of bodies. */
interface ChunkSource {
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>
  /** Gives the rest up: a generator runs its `finally`, a stream is destroyed. */
  stop(): unknown
}

function openSource(body: ResponseBody, mayReuse: boolean): ChunkSource {
  if (body instanceof ReadableStream) {
    const reader = body.getReader()
    return { next: () => reader.read(), stop: () => reader.cancel() }
  }
  const opened = isOpenable(body) ? body.open(0, undefined, mayReuse) : body
  if (!isAsync(opened)) {
    const iterator = opened[Symbol.iterator]()
    return { next: () => iterator.next(), stop: () => iterator.return?.() }
  }
  const iterator: AsyncIterator<BodyChunk> = opened[Symbol.asyncIterator]()
  // The iterator of a stream waits for the chunk under way before it returns; destroying does not.
  const stop = opened instanceof Readable ? () => opened.destroy() : () => iterator.return?.()
  return { next: () => iterator.next(), stop }
}

/**
 * The reading end of one response. Everything that is waited for is also ended by the client's leaving. One pair of listeners
 * serves all waits: a promise raced once a chunk would pile up reactions for as long as the stream lives.
 */
class Client {
  readonly #res: ServerResponse
  #wake: (() => void) | undefined = undefined
  #isNextPending = false
  /**
   * Whether a chunk that was written has left the process, so that its memory is free again: where it goes straight to a
   * socket of the system. What others put in between (compression, a connection that is made up) may keep chunks.
   */
  readonly takesBytes: boolean

  constructor(res: ServerResponse) {
    this.#res = res
    this.takesBytes =
      res.write === ServerResponse.prototype.write && res.socket instanceof Socket && !res.socket.pending
    res.on('close', this.#onChange)
    res.on('drain', this.#onChange)
  }

  /** Whether the connection is gone. */
  get hasLeft(): boolean {
    return this.#res.destroyed || this.#res.closed
  }

  /** The next item, or `undefined` when the client leaves before it is there. */
  async wait(
    item: IteratorResult<unknown> | Promise<IteratorResult<unknown>>,
  ): Promise<IteratorResult<unknown> | undefined> {
    if (!('then' in item)) return item
    this.#isNextPending = true
    try {
      return await new Promise<IteratorResult<unknown> | undefined>((resolve, reject) => {
        this.#wake = () => {
          if (this.hasLeft) resolve(undefined)
        }
        const settle = (): void => {
          this.#isNextPending = false
        }
        item.then(settle, settle)
        item.then(resolve, reject)
      })
    } finally {
      this.#wake = undefined
    }
  }

  /**
   * Hands a chunk to the socket and waits until there is room for more.
   *
   * @param wholly - waits until the system has taken all of this one, whose memory is used again then
   */
  async write(chunk: Uint8Array, wholly: boolean): Promise<void> {
    if (chunk.length === 0) return
    if (wholly) return this.#writeWholly(chunk)
    if (this.#res.write(chunk)) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.hasLeft) resolve()
    })
    this.#wake = undefined
  }

  async #writeWholly(chunk: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      // Not on `drain`: with pipelined requests node emits it while bytes are still waiting.
      this.#wake = () => {
        if (this.hasLeft) resolve()
      }
      this.#res.write(chunk, () => resolve())
      this.#wake()
    })
    this.#wake = undefined
  }

  /** Ends the body. */
  end(): void {
    this.#res.end()
  }

  /**
   * Gives up a source. When a chunk is still awaited, an async generator runs its `finally` only after that, which may be never:
   * this does not wait for it, and nobody is left to tell of its failure.
   */
  async stop(source: ChunkSource): Promise<void> {
    const stopped = Promise.resolve(source.stop())
    if (this.#isNextPending) stopped.catch(() => {})
    else await stopped
  }

  /** Takes the listeners off. */
  release(): void {
    this.#res.off('close', this.#onChange)
    this.#res.off('drain', this.#onChange)
  }

  readonly #onChange = (): void => {
    this.#wake?.()
  }
}
