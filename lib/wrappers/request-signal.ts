import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'

/** Aborts when the client leaves or the server shuts down, until it is released. */
export class RequestSignal {
  readonly #controller = new AbortController()
  readonly #release: () => void

  /** @param shutdown - aborts when the server stops */
  constructor(req: IncomingMessage, shutdown: AbortSignal | undefined) {
    const { socket } = req
    // Bound, so that what listens runs in the context of the request.
    const abort = AsyncResource.bind((reason: unknown) => this.#controller.abort(reason))
    const onClose = (): void => abort(new DOMException('The client disconnected.', 'AbortError'))
    const onShutdown = (): void => abort(shutdown?.reason)
    this.#release = () => {
      socket.off('close', onClose)
      shutdown?.removeEventListener('abort', onShutdown)
    }
    socket.once('close', onClose)
    shutdown?.addEventListener('abort', onShutdown, { once: true })
    if (shutdown?.aborted) onShutdown()
    else if (socket.destroyed) onClose()
  }

  /** What a view passes on to whatever it waits for. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Stops listening: the request is over. */
  release(): void {
    this.#release()
  }
}
