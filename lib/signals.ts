import { type Channel, channel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Request } from './wrappers/request.ts'
import type { Response } from './wrappers/response.ts'

/** What a receiver is told besides the sender: the signal's own named values. */
export type SignalPayload = Readonly<Record<string, unknown>>

/** A function that a signal calls; what it returns is collected by {@link Signal.send}. */
export type Receiver<Payload extends SignalPayload = SignalPayload> = (sender: unknown, payload: Payload) => unknown

interface Connection<Payload extends SignalPayload> {
  readonly receiver: Receiver<Payload>
  readonly sender: unknown
}

/** What subscribers of the channels `flagon.request.…` get. */
export interface RequestMessage {
  /** The app that handles the request. */
  readonly app: unknown
  /** The request; its rule is matched, where one matches. */
  readonly request: Request
  /**
   * The response of node; from `flagon.request.end` on its status is the one that was sent. Undefined where there is no client,
   * as within `test_request_context`.
   */
  readonly res: ServerResponse | undefined
  /** On `flagon.request.response`: what is about to be sent. */
  readonly response?: Response
  /** On `flagon.request.error`: what no handler took. */
  readonly exception?: unknown
  /** On `flagon.request.end`: the error that no handler took; undefined where there was none. */
  readonly exc?: unknown
}

/** What a subscriber of a signal's channel gets besides the values of the signal. */
export interface SignalOrigin {
  /** The request in whose life the signal was sent; undefined outside of one. */
  readonly request: unknown
  /** The response of node that the answer is written to; undefined where there is no client. */
  readonly res: unknown
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
  readonly #channel: Channel | undefined

  /**
   * @param channel_name - of the channel of `node:diagnostics_channel` on which the signal is published too; undefined: none.
   */
  constructor(name: string, channel_name?: string) {
    this.name = name
    // Kept for good: node forgets a channel that nobody holds, with its subscribers.
    this.#channel = channel_name === undefined ? undefined : channel(channel_name)
  }

  /** Whether anybody listens, to the signal or to its channel: lets the sender skip the making of a payload. */
  get has_receivers(): boolean {
    return this.#connections.length > 0 || this.#channel?.hasSubscribers === true
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

  /**
   * Pairs of receiver and what it returned, after all of them ran. An error of a receiver goes to the sender.
   *
   * @param origin - what subscribers of the channel are told besides.
   */
  send(
    sender: unknown,
    payload: Payload = NO_PAYLOAD as Payload,
    origin?: SignalOrigin | undefined,
  ): [Receiver<Payload>, unknown][] {
    const results: [Receiver<Payload>, unknown][] = []
    if (this.#channel?.hasSubscribers) {
      this.#channel.publish({ app: sender, request: origin?.request, res: origin?.res, ...payload })
    }
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

/** Sent with `{ template, context }` after a template was rendered. Channel `flagon.template.end`. */
export const template_rendered: Signal = new Signal('template-rendered', 'flagon.template.end')
/** Sent with `{ template, context }` before a template is rendered. Channel `flagon.template.start`. */
export const before_render_template: Signal = new Signal('before-render-template', 'flagon.template.start')
/** Sent when the context is ready, before any hook runs. Channel `flagon.request.start`. */
export const request_started: Signal = new Signal('request-started', 'flagon.request.start')
/**
 * Sent with `{ response }` after the last `after_request` hook, before the response is written. Channel
 * `flagon.request.response`.
 */
export const request_finished: Signal = new Signal('request-finished', 'flagon.request.response')
/** Sent with `{ exc }` when a request's context ends, also after an error. Channel `flagon.request.end`. */
export const request_tearing_down: Signal = new Signal('request-tearing-down', 'flagon.request.end')
/** Sent with `{ exception }` when an error that no handler took reached the app. Channel `flagon.request.error`. */
export const got_request_exception: Signal = new Signal('got-request-exception', 'flagon.request.error')
/** Sent with `{ exc }` when an app context ends. */
export const appcontext_tearing_down: Signal = new Signal('appcontext-tearing-down')
/** Sent when a context becomes the current one. */
export const appcontext_pushed: Signal = new Signal('appcontext-pushed')
/** Sent after a context ended. */
export const appcontext_popped: Signal = new Signal('appcontext-popped')
/** Sent with `{ message, category }` when a message is flashed. Channel `flagon.message.flashed`. */
export const message_flashed: Signal = new Signal('message-flashed', 'flagon.message.flashed')
/** Sent with `{ session }` when a request opened its session. For channel `flagon.session.open`. */
export const session_opened: Signal = new Signal('session-opened', 'flagon.session.open')
/** Sent with `{ session, response }` before a session is saved. For channel `flagon.session.save`. */
export const session_saving: Signal = new Signal('session-saving', 'flagon.session.save')
