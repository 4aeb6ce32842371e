import { currentRequestContext } from './context.ts'
import type { Response } from './wrappers/response.ts'

/**
 * One event. Its fields are those of the format.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export interface ServerSentEvent {
  /**
   * What the listener gets as `event.data`: text as it is, anything else as JSON. Left out: no listener is called, but `id`
   * and `retry` count.
   */
  readonly data?: unknown
  /** The name of the event, which `addEventListener` waits for. Left out: `message`. No line breaks. */
  readonly event?: string | undefined
  /** What the client sends back as `Last-Event-ID` when it connects again. No line breaks. Left out: the one before stays. */
  readonly id?: string | number | undefined
  /** Milliseconds that the client waits before it connects again, a whole number. Left out: as before. */
  readonly retry?: number | undefined
}

/** How a stream of events behaves. */
export interface EventStreamOptions {
  /** Milliseconds that the client waits before it connects again, a whole number. Left out: the client's own, a few seconds. */
  readonly retry?: number | undefined
  /**
   * Seconds of silence after which a comment is sent, so that no proxy closes the connection and a client that is gone is
   * noticed. Default 15; 0 sends none.
   */
  readonly heartbeat?: number | undefined
}

/** Anything that gives events one after another: texts, which are the data of one each, or whole events. */
export type EventStreamSource = AsyncIterable<string | ServerSentEvent> | Iterable<string | ServerSentEvent>

const DEFAULT_HEARTBEAT_SECONDS = 15
/** A day; node has no timers beyond 25 of them. */
const MAX_HEARTBEAT_SECONDS = 86_400
const MS_PER_SECOND = 1000
/** A line that begins with a colon is passed over by the client. */
const COMMENT = ':\n\n'
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }
/** end-of-line of the format: CRLF, CR or LF. */
const LINE_BREAK = /\r\n|\r|\n/
/** What would begin another field; a client passes over an id with NUL. */
const BREAKING = /[\r\n\0]/

/**
 * A response that sends events to the browser's `EventSource` as they come.
 *
 * The head goes out at once, events are asked for as fast as the client reads them. The stream ends with its source; when
 * the client leaves or the server shuts down, the source is ended: a generator runs its `finally`. One that waits gets there
 * only when its wait is over, so give `request.signal` to what it waits for.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 * @throws RangeError when `retry` is no whole number of milliseconds, or `heartbeat` is negative or longer than a day.
 * @see docs/guide/streaming.md
 */
export function event_stream(events: EventStreamSource, options: EventStreamOptions = {}): Response {
  const { app, request } = currentRequestContext('event_stream')
  const { retry, heartbeat = DEFAULT_HEARTBEAT_SECONDS } = options
  if (!(heartbeat >= 0 && heartbeat <= MAX_HEARTBEAT_SECONDS)) {
    throw new RangeError(`heartbeat is ${heartbeat}: give seconds up to ${MAX_HEARTBEAT_SECONDS}, or 0 for none.`)
  }
  const opening = retry === undefined ? COMMENT : `retry: ${checkedRetry(retry)}\n\n`
  const toJson = (value: unknown): string => app.json.dumps(value)
  const body = new EventStreamBody(events, opening, heartbeat * MS_PER_SECOND, toJson, request?.signal)
  return new app.response_class(body, {
    mimetype: 'text/event-stream',
    headers: {
      // A cache, or a layer that compresses, would hold events back.
      'Cache-Control': 'no-cache, no-transform',
      // The same for nginx.
      'X-Accel-Buffering': 'no',
    },
  })
}

/** The text of the stream, piece by piece. */
class EventStreamBody implements AsyncIterableIterator<string, undefined> {
  readonly #source: AsyncIterator<string | ServerSentEvent> | Iterator<string | ServerSentEvent>
  readonly #heartbeatMs: number
  readonly #toJson: (value: unknown) => string
  readonly #signal: AbortSignal | undefined
  #opening: string | undefined
  #isOver = false
  /** Whether an event was asked for and is not here. */
  #isAsked = false
  /** What came: an event or the end of them, or an error. */
  #arrived: { readonly item: IteratorResult<string | ServerSentEvent> } | { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(
    events: EventStreamSource,
    opening: string,
    heartbeatMs: number,
    toJson: (value: unknown) => string,
    signal: AbortSignal | undefined,
  ) {
    this.#source = Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]()
    this.#opening = opening
    this.#heartbeatMs = heartbeatMs
    this.#toJson = toJson
    this.#signal = signal
    signal?.addEventListener('abort', () => this.#wake?.(), { once: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    const opening = this.#opening
    if (opening !== undefined) {
      this.#opening = undefined
      return { done: false, value: opening }
    }
    if (this.#isOver) return DONE
    if (this.#signal?.aborted) return this.return()
    if (!this.#isAsked && this.#arrived === undefined) void this.#ask()
    if (this.#arrived === undefined) await this.#news()
    if (this.#signal?.aborted) return this.return()
    if (this.#isOver) return DONE
    const arrived = this.#arrived
    if (arrived === undefined) return { done: false, value: COMMENT }
    this.#arrived = undefined
    if ('error' in arrived) throw arrived.error
    if (!arrived.item.done) return { done: false, value: serializeEvent(arrived.item.value, this.#toJson) }
    this.#isOver = true
    return DONE
  }

  /** Ends the source. Not waited for where it is waiting itself, which may be for ever. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    if (this.#isOver) return DONE
    this.#isOver = true
    this.#wake?.()
    const ending = Promise.resolve(this.#source.return?.())
    if (this.#isAsked) ending.catch(() => undefined)
    else await ending
    return DONE
  }

  async #ask(): Promise<void> {
    this.#isAsked = true
    try {
      this.#arrived = { item: await this.#source.next() }
    } catch (error) {
      this.#arrived = { error }
    }
    this.#isAsked = false
    this.#wake?.()
  }

  /** Resolves when an event came, when the silence lasted too long, and when nothing more is to come. */
  async #news(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#heartbeatMs > 0) timer = setTimeout(resolve, this.#heartbeatMs)
    })
    clearTimeout(timer)
    this.#wake = undefined
  }
}

/**
 * One event as it goes over the wire.
 *
 * @throws TypeError when there is nothing to send, or a field would be read as several.
 */
function serializeEvent(item: unknown, toJson: (value: unknown) => string): string {
  if (typeof item === 'string') return `${dataLines(item)}\n`
  if (typeof item !== 'object' || item === null) {
    throw new TypeError(`A stream of events gave ${item === null ? 'null' : typeof item}: give text, or { data: … }.`)
  }
  const { data, event, id, retry }: ServerSentEvent = item
  let text = ''
  if (event !== undefined) text += `event: ${checkedLine('event', event)}\n`
  if (id !== undefined) text += `id: ${checkedLine('id', String(id))}\n`
  if (retry !== undefined) text += `retry: ${checkedRetry(retry)}\n`
  if (data !== undefined) text += dataLines(typeof data === 'string' ? data : toJson(data))
  if (text === '') throw new TypeError('A stream of events gave an object without data, event, id or retry.')
  return `${text}\n`
}

function dataLines(text: string): string {
  let lines = ''
  for (const line of text.split(LINE_BREAK)) lines += `data: ${line}\n`
  return lines
}

function checkedLine(name: string, value: string): string {
  if (!BREAKING.test(value)) return value
  throw new TypeError(`The ${name} of an event has CR, LF or NUL in it: ${JSON.stringify(value)}.`)
}

function checkedRetry(retry: number): number {
  if (Number.isSafeInteger(retry) && retry >= 0) return retry
  throw new RangeError(`retry is ${retry}: give a whole number of milliseconds.`)
}
