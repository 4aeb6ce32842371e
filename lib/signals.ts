/** What a receiver is told besides the sender: the signal's own named values. */
export type SignalPayload = Readonly<Record<string, unknown>>

/** A function that a signal calls; what it returns is collected by {@link Signal.send}. */
export type Receiver<Payload extends SignalPayload = SignalPayload> = (sender: unknown, payload: Payload) => unknown

interface Connection<Payload extends SignalPayload> {
  readonly receiver: Receiver<Payload>
  readonly sender: unknown
}

const NO_PAYLOAD: SignalPayload = Object.freeze({})

/**
 * A named event that any number of receivers may listen to, as blinker's signals in Flask.
 * Receivers run synchronously, in the order in which they were connected.
 *
 * @see docs/guide/signals.md
 */
export class Signal<Payload extends SignalPayload = SignalPayload> {
  /** The name given at creation, for messages and for publishing. */
  readonly name: string
  #connections: readonly Connection<Payload>[] = []

  constructor(name: string) {
    this.name = name
  }

  /** Whether anybody listens: lets the sender skip the making of a payload. */
  get has_receivers(): boolean {
    return this.#connections.length > 0
  }

  /**
   * The receiver, connected: it is called for every `send`, or for one sender only.
   *
   * @param sender - with it, only what this sender sends arrives; undefined means any sender.
   */
  connect<R extends Receiver<Payload>>(receiver: R, sender?: unknown): R {
    if (typeof receiver !== 'function') throw new TypeError(`a receiver of '${this.name}' must be a function`)
    // A new list each time: a receiver may connect or disconnect while a signal is being sent.
    this.#connections = [...this.#connections, { receiver, sender }]
    return receiver
  }

  /** Ends what {@link connect} began; a receiver that is not connected is ignored. */
  disconnect(receiver: Receiver<Payload>, sender?: unknown): void {
    this.#connections = this.#connections.filter((c) => c.receiver !== receiver || c.sender !== sender)
  }

  /** The value of `scope()`, run while the receiver is connected; the receiver is disconnected also when it throws. */
  connected_to<T>(receiver: Receiver<Payload>, scope: () => T, sender?: unknown): T {
    this.connect(receiver, sender)
    let result: T
    try {
      result = scope()
    } catch (error) {
      this.disconnect(receiver, sender)
      throw error
    }
    if (result instanceof Promise) return result.finally(() => this.disconnect(receiver, sender)) as T
    this.disconnect(receiver, sender)
    return result
  }

  /** Pairs of receiver and what it returned, after all of them ran. An error of a receiver goes to the sender. */
  send(sender: unknown, payload: Payload = NO_PAYLOAD as Payload): [Receiver<Payload>, unknown][] {
    const results: [Receiver<Payload>, unknown][] = []
    for (const connection of this.#connections) {
      if (connection.sender === undefined || connection.sender === sender) {
        results.push([connection.receiver, connection.receiver(sender, payload)])
      }
    }
    return results
  }
}

/** A set of signals of one library or app, made on first use by name, as blinker's `Namespace`. */
export class Namespace {
  readonly #signals = new Map<string, Signal>()

  /** The signal of that name; the same object each time. */
  signal(name: string): Signal {
    let signal = this.#signals.get(name)
    if (signal === undefined) {
      signal = new Signal(name)
      this.#signals.set(name, signal)
    }
    return signal
  }
}

/** Sent with `{ template, context }` after a template was rendered. */
export const template_rendered: Signal = new Signal('template-rendered')
/** Sent with `{ template, context }` before a template is rendered. */
export const before_render_template: Signal = new Signal('before-render-template')
/** Sent when the context is ready, before any hook runs. */
export const request_started: Signal = new Signal('request-started')
/** Sent with `{ response }` after the last `after_request` hook, before the response is written. */
export const request_finished: Signal = new Signal('request-finished')
/** Sent with `{ exc }` when a request's context ends, also after an error. */
export const request_tearing_down: Signal = new Signal('request-tearing-down')
/** Sent with `{ exception }` when an error that no handler took reached the app. */
export const got_request_exception: Signal = new Signal('got-request-exception')
/** Sent with `{ exc }` when an app context ends. */
export const appcontext_tearing_down: Signal = new Signal('appcontext-tearing-down')
/** Sent when a context becomes the current one. */
export const appcontext_pushed: Signal = new Signal('appcontext-pushed')
/** Sent after a context ended. */
export const appcontext_popped: Signal = new Signal('appcontext-popped')
/** Sent with `{ message, category }` when a message is flashed. */
export const message_flashed: Signal = new Signal('message-flashed')
