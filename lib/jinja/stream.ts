import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

const DEFAULT_PIECES = 5

/**
 * The text of a template in pieces, to be iterated once, with `for` or (where promises are to be waited for) `for await`.
 *
 * @see jinja2.environment.TemplateStream
 */
export class TemplateStream implements Iterable<string>, AsyncIterable<string> {
  readonly #generate: () => Iterable<string>
  readonly #generateAsync: () => AsyncIterable<string>
  #pieces = 1

  constructor(generate: () => Iterable<string>, generateAsync: () => AsyncIterable<string>) {
    this.#generate = generate
    this.#generateAsync = generateAsync
  }

  /** Puts so many pieces together before they are given; 5 by default. @throws TypeError for fewer than 2. */
  enable_buffering(size: number = DEFAULT_PIECES): void {
    if (size <= 1) throw new TypeError('buffer size too small')
    this.#pieces = size
  }

  /** Gives each piece by itself again. */
  disable_buffering(): void {
    this.#pieces = 1
  }

  /** The pieces, several at a time where buffering is on. */
  *[Symbol.iterator](): Generator<string> {
    let text = ''
    let count = 0
    for (const piece of this.#generate()) {
      if (piece === '') continue
      text += piece
      if (++count < this.#pieces) continue
      yield text
      text = ''
      count = 0
    }
    if (text !== '') yield text
  }

  /** The pieces, of a template that may wait. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let text = ''
    let count = 0
    for await (const piece of this.#generateAsync()) {
      if (piece === '') continue
      text += piece
      if (++count < this.#pieces) continue
      yield text
      text = ''
      count = 0
    }
    if (text !== '') yield text
  }

  /** Writes everything to a file, or to a stream of Node's that stays open. */
  async dump(target: string | NodeJS.WritableStream): Promise<void> {
    const out: NodeJS.WritableStream = typeof target === 'string' ? createWriteStream(target) : target
    for await (const piece of this) {
      if (!out.write(piece)) await new Promise<void>((resolve) => out.once('drain', resolve))
    }
    if (typeof target === 'string') {
      out.end()
      await finished(out)
    }
  }
}
