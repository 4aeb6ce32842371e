import { setMaxListeners } from 'node:events'

/** The signal of an app that aborts when a server that carries the app goes down, and is new for the server after that. */
export class ShutdownSignal {
  #controller = makeController()

  /** What running requests and background work pass on to whatever they wait for. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Aborts when `other` does, with its reason. */
  follow(other: AbortSignal): void {
    if (this.#controller.signal.aborted && !other.aborted) this.#controller = makeController()
    const controller = this.#controller
    const abort = (): void => controller.abort(other.reason)
    if (other.aborted) abort()
    else other.addEventListener('abort', abort, { once: true })
  }
}

function makeController(): AbortController {
  const controller = new AbortController()
  // Each running request that reads its signal listens; node would take more than ten for a leak.
  setMaxListeners(0, controller.signal)
  return controller
}
