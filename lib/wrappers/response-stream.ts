import { type BodyChunk, encodeChunk } from './response-body.ts'

/** What a stream writes to: something that has a body of bytes. */
export interface WritableBody {
  /** The bytes so far. */
  get_data(): Buffer
  /** Replaces the bytes. */
  set_data(value: Buffer): void
}

/**
 * A write-only view of a response's body: what is written is appended to the body.
 *
 * @see Werkzeug `werkzeug.wrappers.response.ResponseStream`
 */
export class ResponseStream {
  /** The response that is written to. */
  readonly response: WritableBody
  /** Whether {@link ResponseStream.close} was called; writing then throws. */
  closed: boolean = false
  /** How text is encoded: always `utf-8`. */
  readonly encoding = 'utf-8'

  constructor(response: WritableBody) {
    this.response = response
  }

  /**
   * Appends text or bytes to the body and returns the number of bytes.
   *
   * @throws TypeError when the stream is closed, or the body must be waited for.
   */
  write(value: BodyChunk): number {
    if (this.closed) throw new TypeError('The response stream is closed; nothing can be written to it any more.')
    const before = this.response.get_data()
    const chunk = encodeChunk(value)
    this.response.set_data(Buffer.concat([before, chunk]))
    return chunk.length
  }

  /** Writes each item in turn. */
  writelines(values: Iterable<BodyChunk>): void {
    for (const value of values) this.write(value)
  }

  /** Bytes written so far, those of the body before the first write included. */
  tell(): number {
    return this.response.get_data().length
  }

  /** Does nothing: what is written is in the body at once. */
  flush(): void {}

  /** Ends the writing; the body is sent when the view returns the response. */
  close(): void {
    this.closed = true
  }
}
