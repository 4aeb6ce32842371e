import type { SessionStore } from './store.ts'

/** How a {@link GuardedStore} guards. */
export interface GuardedStoreOptions {
  /** Seconds that a call may take. Default 1. */
  readonly timeout?: number | undefined
  /** Seconds after which a client may ask again, as {@link StoreUnavailable} tells it. Default 1. */
  readonly retry_after?: number | undefined
  /** Told once when an outage begins and once when it ends. Undefined: nobody is. */
  readonly logger?: { warn(...args: unknown[]): void } | undefined
}

/** What a {@link GuardedStore} can use of a store beside what every store has. */
export interface GuardableStore extends SessionStore {
  /** Where the store is, for the log; without passwords. */
  readonly address?: string | undefined
  /** Drops a connection that may be dead without knowing it. */
  reconnect?(): void
}

/** The store of sessions could not be reached, or did not answer in time. `cause` is what happened. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
  /** Seconds after which it makes sense to ask again. */
  readonly retry_after: number

  constructor(message: string, options: ErrorOptions & { retry_after: number }) {
    super(message, options)
    this.retry_after = options.retry_after
  }
}

const MS_PER_SECOND = 1000
const DEFAULT_TIMEOUT_SECONDS = 1
const DEFAULT_RETRY_AFTER_SECONDS = 1
/** The first probe goes at once, the second after this time, and each further one after twice as long. */
const FIRST_WAIT_MS = 50
/** The longest wait between two probes, as long as probes are answered, be it by an error. */
const LONGEST_WAIT_MS = 500
/** Who makes the call that probes waits no longer than this; an answer that comes later ends the outage all the same. */
const PROBE_PATIENCE_MS = 250
/** Probes without any answer after which they become rarer, each wait twice as long, and the connection is given up. */
const MANY_UNANSWERED = 4
/** A store that fails again and again, with answers between, is told of once within this time. */
const LOG_EVERY_MS = 5000

/** A call whose answer is awaited; in a list, oldest first, so that one timer serves all. */
interface Call {
  readonly started: number
  /** Number of the outage, or of the time between two, in which the call began: its answer tells nothing of any other. */
  readonly era: number
  readonly isProbe: boolean
  readonly reject: (error: StoreUnavailable) => void
  isLate: boolean
  isAnswered: boolean
  /** The timer of a probe, which is not in the list. */
  timer: NodeJS.Timeout | undefined
  previous: Call | undefined
  next: Call | undefined
}

/**
 * Puts a time limit and a circuit breaker around a store. Once a call failed or took too long, further calls are refused at
 * once, without reaching the store, but for one at a time that probes it; the first that succeeds ends the outage. So an
 * outage costs neither time nor memory, whatever a client of the store keeps in its queue.
 */
export class GuardedStore implements SessionStore {
  readonly #store: GuardableStore
  readonly #timeoutMs: number
  readonly #retryAfter: number
  readonly #logger: GuardedStoreOptions['logger']
  #oldest: Call | undefined
  #newest: Call | undefined
  #timer: NodeJS.Timeout | undefined
  #era = 0
  #outage: { readonly since: number; cause: unknown; isLogged: boolean } | undefined
  #loggedAt = -LOG_EVERY_MS
  #probe: Call | undefined
  #nextProbeAt = 0
  /** Probes of this outage that failed. */
  #failures = 0
  /** Probes of this outage that were given up and may still be answered. */
  #unanswered = 0
  #isClosed = false

  /** Guards `store`. */
  constructor(store: GuardableStore, options: GuardedStoreOptions = {}) {
    this.#store = store
    this.#timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT_SECONDS) * MS_PER_SECOND
    this.#retryAfter = options.retry_after ?? DEFAULT_RETRY_AFTER_SECONDS
    this.#logger = options.logger
  }

  /** Where the store is, as it says itself. */
  get address(): string | undefined {
    return this.#store.address
  }

  /** Whether the store counts as out of reach at this moment. */
  get is_down(): boolean {
    return this.#outage !== undefined
  }

  /** As the store's. @throws {@link StoreUnavailable} where the store fails or takes too long. */
  get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    return this.#guard(() => this.#store.get(key, ttl))
  }

  /** As the store's. @throws {@link StoreUnavailable} where the store fails or takes too long. */
  add(key: string, value: Uint8Array, ttl: number): Promise<boolean> {
    return this.#guard(() => this.#store.add(key, value, ttl))
  }

  /** As the store's. @throws {@link StoreUnavailable} where the store fails or takes too long. */
  replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean> {
    return this.#guard(() => this.#store.replace(key, expected, value, ttl))
  }

  /** As the store's. @throws {@link StoreUnavailable} where the store fails or takes too long. */
  delete(key: string): Promise<Uint8Array | undefined> {
    return this.#guard(() => this.#store.delete(key))
  }

  /** As the store's. @throws {@link StoreUnavailable} where the store fails or takes too long. */
  ttl(key: string): Promise<number | undefined> {
    return this.#guard(() => this.#store.ttl(key))
  }

  /** As the store's; each step may take the time of a call. @throws {@link StoreUnavailable} where a step fails. */
  async *keys(prefix: string): AsyncGenerator<string> {
    const iterator = this.#store.keys(prefix)[Symbol.asyncIterator]()
    let isDone = false
    try {
      while (true) {
        const step = await this.#guard(() => iterator.next())
        if (step.done === true) {
          isDone = true
          return
        }
        yield step.value
      }
    } finally {
      // Not awaited: a generator that hangs in a step would hang here as well.
      if (!isDone) iterator.return?.().catch(ignore)
    }
  }

  /** Rejects what is under way, and closes the store. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    clearTimeout(this.#probe?.timer)
    this.#probe?.reject(this.#unavailable(CLOSED))
    for (let call = this.#oldest; call !== undefined; call = call.next) call.reject(this.#unavailable(CLOSED))
    this.#oldest = undefined
    this.#newest = undefined
    await this.#store.close?.()
  }

  #guard<T>(work: () => Promise<T>): Promise<T> {
    const now = performance.now()
    if (this.#isClosed) return Promise.reject(this.#unavailable(CLOSED))
    const isProbe = this.#outage !== undefined
    if (isProbe && (this.#probe !== undefined || now < this.#nextProbeAt)) {
      return Promise.reject(this.#unavailable(this.#outage?.cause))
    }
    return new Promise<T>((resolve, reject) => {
      const call = makeCall(now, this.#era, isProbe, reject)
      if (isProbe) this.#watchProbe(call)
      else this.#append(call)
      start(work).then(
        (value) => {
          this.#settle(call)
          if (call.era === this.#era && isProbe) this.#end()
          resolve(value)
        },
        (error: unknown) => {
          this.#settle(call)
          if (!call.isLate) reject(this.#fail(call, error))
        },
      )
    })
  }

  /** Ends the watch over a call that was answered. */
  #settle(call: Call): void {
    call.isAnswered = true
    if (call.isLate) {
      if (call.isProbe && call.era === this.#era) this.#unanswered--
    } else if (call.isProbe) clearTimeout(call.timer)
    else this.#remove(call)
  }

  /** Notes that a call failed, or took too long; gives the error for who made it. */
  #fail(call: Call, cause: unknown): StoreUnavailable {
    if (call.era === this.#era && !this.#isClosed) {
      if (this.#probe === call) this.#probe = undefined
      if (this.#outage === undefined) this.#begin(cause)
      else {
        const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++)
        this.#nextProbeAt = call.started + wait * 2 ** Math.max(0, this.#unanswered - MANY_UNANSWERED)
        this.#outage.cause = cause
      }
      this.#log()
    }
    return this.#unavailable(cause)
  }

  #begin(cause: unknown): void {
    const now = performance.now()
    this.#era++
    this.#outage = { since: now, cause, isLogged: false }
    this.#nextProbeAt = now
    this.#failures = 0
    this.#unanswered = 0
  }

  #end(): void {
    const outage = this.#outage
    this.#era++
    this.#outage = undefined
    this.#probe = undefined
    if (outage === undefined || !outage.isLogged) return
    const seconds = (performance.now() - outage.since) / MS_PER_SECOND
    this.#logger?.warn(`${this.#place} can be reached again, after ${seconds.toFixed(1)} s.`)
  }

  #log(): void {
    const now = performance.now()
    if (this.#outage === undefined || this.#outage.isLogged || now - this.#loggedAt < LOG_EVERY_MS) return
    this.#outage.isLogged = true
    this.#loggedAt = now
    const { cause } = this.#outage
    this.#logger?.warn(
      `${this.#place} cannot be reached; requests that need their session are answered with 503.`,
      cause,
    )
  }

  #unavailable(cause: unknown): StoreUnavailable {
    const why = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : ''
    return new StoreUnavailable(`${this.#place} cannot be reached${why}`, { cause, retry_after: this.#retryAfter })
  }

  get #place(): string {
    const { address } = this.#store
    return address === undefined ? 'The session store' : `The session store at ${address}`
  }

  #append(call: Call): void {
    call.previous = this.#newest
    if (this.#newest === undefined) this.#oldest = call
    else this.#newest.next = call
    this.#newest = call
    if (this.#timer === undefined) this.#wake(this.#timeoutMs)
  }

  #remove(call: Call): void {
    if (call.previous !== undefined) call.previous.next = call.next
    else if (this.#oldest === call) this.#oldest = call.next
    if (call.next !== undefined) call.next.previous = call.previous
    else if (this.#newest === call) this.#newest = call.previous
    call.previous = undefined
    call.next = undefined
  }

  #wake(ms: number): void {
    // Answers that came while the process was busy are read first: being late oneself is no outage of the store. The
    // immediate is not unref'd: one that is does not wake the process, and would wait for whatever happens next.
    this.#timer = setTimeout(() => setImmediate(() => this.#expire()), ms)
    this.#timer.unref()
  }

  #watchProbe(call: Call): void {
    const patienceMs = Math.min(this.#timeoutMs, PROBE_PATIENCE_MS)
    const expire = (): void => {
      if (!call.isAnswered) this.#giveUp(call, patienceMs)
    }
    this.#probe = call
    call.timer = setTimeout(() => setImmediate(expire), patienceMs)
    call.timer.unref()
  }

  #giveUp(call: Call, afterMs: number): void {
    call.isLate = true
    if (call.isProbe && call.era === this.#era && ++this.#unanswered === MANY_UNANSWERED) this.#store.reconnect?.()
    call.reject(this.#fail(call, new Error(`no answer within ${afterMs / MS_PER_SECOND} s`)))
  }

  /** Gives up the calls whose time is over, and sets the timer for the next one. */
  #expire(): void {
    if (this.#isClosed) return
    const now = performance.now()
    this.#timer = undefined
    for (let call = this.#oldest; call !== undefined && call.started + this.#timeoutMs <= now; call = this.#oldest) {
      this.#remove(call)
      this.#giveUp(call, this.#timeoutMs)
    }
    if (this.#oldest !== undefined) this.#wake(Math.max(1, Math.ceil(this.#oldest.started + this.#timeoutMs - now)))
  }
}

const CLOSED = new Error('it was closed')

function makeCall(started: number, era: number, isProbe: boolean, reject: Call['reject']): Call {
  return {
    started,
    era,
    isProbe,
    reject,
    isLate: false,
    isAnswered: false,
    timer: undefined,
    previous: undefined,
    next: undefined,
  }
}

/** What a store throws instead of rejecting is a failure all the same. */
async function start<T>(work: () => Promise<T>): Promise<T> {
  return work()
}

function ignore(): void {}
