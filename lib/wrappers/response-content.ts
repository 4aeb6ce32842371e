import {
  type BodyChunk,
  bodyLength,
  discardBody,
  encodeChunk,
  isAsync,
  isBuffered,
  joinBody,
  openBody,
  type ResponseBody,
  toBody,
} from './response-body.ts'
import { ResponsePolicies } from './response-policies.ts'
import { ResponseStream } from './response-stream.ts'

/** Length of a body that is not at hand as one piece. */
export const UNKNOWN_LENGTH = -1

/** Bytes of a body that is text or bytes, measured once; {@link UNKNOWN_LENGTH} for all others. */
export let lengthOf: (response: ResponseContent) => number

/** Takes the body out of a response to write it, so that closing the response does not wait for what the writer gave up. */
export let takeBody: (response: ResponseContent) => ResponseBody

/** The body of a response: how it is read and replaced, and what happens when the response is done with. */
export abstract class ResponseContent extends ResponsePolicies {
  #body: ResponseBody
  #length: number
  #stream: ResponseStream | undefined = undefined
  #onClose: (() => unknown)[] | undefined = undefined
  #closed = false

  static {
    lengthOf = (response) => response.#length
    takeBody = (response) => {
      const body = response.#body
      response.#hold([])
      return body
    }
  }

  constructor(body: ResponseBody | undefined | null) {
    super()
    const given = body === undefined || body === null ? [] : typeof body === 'string' ? body : toBody(body)
    this.#body = given
    this.#length = pieceLength(given)
  }

  /** The body as it was given: text, bytes, an iterable or a stream. Assigning a body that is not at hand removes `Content-Length`. */
  get response(): ResponseBody {
    return this.#body
  }
  set response(value: ResponseBody) {
    const body = toBody(value)
    this.#hold(body)
    if (isBuffered(body)) this.headers.set('Content-Length', String(bodyLength(body)))
    else this.headers.remove('Content-Length')
  }

  /** The body as bytes; assigning text or bytes replaces it and sets `Content-Length`. Reading runs a generator to its end. */
  get data(): Buffer {
    return this.get_data()
  }
  set data(value: string | Uint8Array) {
    this.set_data(value)
  }

  /**
   * The body as bytes, or as text with `{ as_text: true }`. A generator is run to its end and kept.
   *
   * @throws TypeError when the body must be waited for: `await response.make_sequence()` first.
   */
  get_data(options?: { as_text?: false | undefined }): Buffer
  get_data(options: { as_text: true }): string
  get_data(options?: { as_text?: boolean | undefined }): Buffer | string {
    const body = this.#body
    if (typeof body === 'string' && options?.as_text) return body
    const data = this.#bytes()
    return options?.as_text ? data.toString() : data
  }

  /** Replaces the body by text or bytes and sets `Content-Length`. */
  set_data(value: string | Uint8Array): void {
    this.response = value
  }

  /** Reads the whole body into memory, so that {@link ResponseContent.data} and {@link ResponseContent.content_length} are known. */
  make_sequence(): Promise<void> | undefined {
    const body = this.#body
    if (isBuffered(body)) return undefined
    if (isAsync(body)) return this.#collect(openBody(body))
    this.#hold(Array.from(body, encodeChunk))
    return undefined
  }

  /** The byte length of the body, or `undefined` when it must be waited for. A generator is run to its end. */
  calculate_content_length(): number | undefined {
    if (this.#length !== UNKNOWN_LENGTH) return this.#length
    if (isAsync(this.#body)) return undefined
    this.make_sequence()
    return isBuffered(this.#body) ? bodyLength(this.#body) : undefined
  }

  /** Whether the length of the body is not known, as with a generator or a stream. */
  get is_streamed(): boolean {
    return !isBuffered(this.#body)
  }

  /** Whether all of the body is at hand. */
  get is_sequence(): boolean {
    return isBuffered(this.#body)
  }

  /** The chunks of the body as bytes; asynchronous when the body must be waited for. */
  iter_encoded(): Iterable<Buffer> | AsyncIterable<Buffer> {
    const body = this.#body
    if (typeof body === 'string' || body instanceof Uint8Array) return [encodeChunk(body)]
    return isAsync(body) ? encodeAsync(openBody(body)) : encodeSync(body)
  }

  /** A write-only view of the body that appends to it. */
  get stream(): ResponseStream {
    this.#stream ??= new ResponseStream(this)
    return this.#stream
  }

  /** Registers a function to run when the response is done with, sent or not, and returns it. */
  call_on_close<Callback extends () => unknown>(callback: Callback): Callback {
    this.#onClose ??= []
    this.#onClose.push(callback)
    return callback
  }

  /**
   * Gives up the body (generators run their `finally`, streams are destroyed) and runs what {@link ResponseContent.call_on_close} registered, once.
   * Called by the server after sending. Returns a promise when something must be waited for.
   *
   * @throws the first error of the callbacks, after all of them ran.
   */
  close(): Promise<void> | undefined {
    if (this.#closed) return undefined
    this.#closed = true
    if (isBuffered(this.#body) && this.#onClose === undefined) return undefined
    return runAll([() => discardBody(this.#body), ...(this.#onClose ?? [])])
  }

  #hold(body: ResponseBody): void {
    this.#body = body
    this.#length = pieceLength(body)
  }

  #bytes(): Buffer {
    if (isAsync(this.#body)) {
      throw new TypeError('This body must be waited for: await response.make_sequence() before reading it.')
    }
    this.make_sequence()
    const data = isBuffered(this.#body) ? joinBody(this.#body) : Buffer.alloc(0)
    this.#hold(data)
    return data
  }

  async #collect(source: AsyncIterable<BodyChunk>): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of source) chunks.push(encodeChunk(chunk))
    this.#hold(chunks)
  }
}

function pieceLength(body: ResponseBody): number {
  return typeof body === 'string' || body instanceof Uint8Array ? bodyLength(body) : UNKNOWN_LENGTH
}

function* encodeSync(body: Iterable<BodyChunk>): Generator<Buffer> {
  for (const chunk of body) yield encodeChunk(chunk)
}

async function* encodeAsync(body: AsyncIterable<BodyChunk>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield encodeChunk(chunk)
}

/** Runs all steps in order, waiting for those that return a promise, and throws the first error when all have run. */
function runAll(steps: readonly (() => unknown)[]): Promise<void> | undefined {
  const errors: unknown[] = []
  for (const [index, step] of steps.entries()) {
    try {
      const result = step()
      if (result instanceof Promise) return runRest(result, steps.slice(index + 1), errors)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  return undefined
}

async function runRest(first: Promise<unknown>, steps: readonly (() => unknown)[], errors: unknown[]): Promise<void> {
  await first.catch((error: unknown) => errors.push(error))
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
