import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ClientDisconnected, RequestEntityTooLarge } from '../http/exceptions.ts'

/**
 * The body of a request as a stream that ends with a {@link RequestEntityTooLarge} past its limit and with a
 * {@link ClientDisconnected} where the client leaves. Destroying it leaves the connection alone, so that the answer can
 * still be sent. Its listeners run in the context of the request, which those of the message itself do not.
 */
export class BodyStream extends Readable {
  readonly #req: IncomingMessage
  readonly #detach: () => void

  /** @param maxBytes - bytes that may come; `Infinity` for no limit */
  constructor(req: IncomingMessage, maxBytes: number) {
    super()
    this.#req = req
    let seen = 0
    const onData = AsyncResource.bind((chunk: Buffer) => {
      seen += chunk.length
      if (seen > maxBytes) this.destroy(new RequestEntityTooLarge())
      else if (!this.push(chunk)) req.pause()
    })
    const onEnd = AsyncResource.bind(() => this.push(null))
    const onClose = AsyncResource.bind(() => {
      if (!req.readableEnded) this.destroy(new ClientDisconnected())
    })
    // Without a listener, node drops the error of a message that was cut off; `close` follows it.
    const onError = (): void => undefined
    req.pause()
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
    req.pause()
    this.#detach = () => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
    }
  }

  override _read(): void {
    this.#req.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#detach()
    this.#req.pause()
    callback(error)
  }
}
