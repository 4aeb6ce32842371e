import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Headers } from '../http/headers.ts'
import { parse_options_header } from '../http/options-header.ts'
import { recordOf } from './request-headers.ts'
import { SpooledFile } from './spool.ts'

const EMPTY = Buffer.alloc(0)
/** `1*DIGIT` below 2^53. */
const LENGTH = /^[0-9]{1,15}$/

/** What a {@link FileStorage} can be made with beside its content. */
export interface FileStorageOptions {
  /** Name of the file on the sender's side. */
  readonly filename?: string | undefined
  /** Name of the form field. */
  readonly name?: string | undefined
  /** Media type, written into the headers. */
  readonly content_type?: string | undefined
  /** Announced length in bytes, written into the headers. */
  readonly content_length?: number | undefined
  /** Header fields of the part; taken over, not copied. Left out: none. */
  readonly headers?: Headers | undefined
}

/**
 * An uploaded file: what `request.files` holds. Its bytes are in memory, or in a temporary file past 500 kB, which is
 * gone when the request ends: `await file.save(path)` keeps them.
 *
 * Like a file of Python it has a position: `read()` goes on where the last one ended, `seek(0)` starts over.
 *
 * @see werkzeug.datastructures.FileStorage
 */
export class FileStorage {
  /** Name of the file as its sender wrote it; it may hold any path: see `secure_filename`. Empty where none was chosen. */
  readonly filename: string | undefined
  /** Name of the form field. */
  readonly name: string | undefined
  /** Header fields of the part. */
  readonly headers: Headers
  #content: Buffer | SpooledFile
  #position = 0
  #stream: Readable | undefined = undefined
  #closed = false

  /**
   * @param content - the bytes (text is UTF-8), or a file that was spooled. Left out: none
   */
  constructor(content: Uint8Array | string | SpooledFile = EMPTY, options: FileStorageOptions = {}) {
    this.#content = content instanceof SpooledFile ? content : bufferOf(content)
    this.filename = options.filename
    this.name = options.name
    this.headers = options.headers ?? new Headers()
    if (options.content_type !== undefined) this.headers.set('Content-Type', options.content_type)
    if (options.content_length !== undefined) this.headers.set('Content-Length', options.content_length)
  }

  /** Bytes of the file. */
  get size(): number {
    const content = this.#content
    return content instanceof SpooledFile ? content.size : content.length
  }

  /** Whether the bytes are in a temporary file, rather than in memory. */
  get on_disk(): boolean {
    return this.#content instanceof SpooledFile
  }

  /** The media type that the sender gave, with its parameters; undefined without one. Never trust it. */
  get content_type(): string | undefined {
    return this.headers.get('Content-Type')
  }

  /** The length that the sender announced for this part, in bytes; 0 without one, as browsers do. See {@link size}. */
  get content_length(): number {
    const length = this.headers.get('Content-Length')
    return length !== undefined && LENGTH.test(length) ? Number(length) : 0
  }

  /** The media type in lower case without parameters; empty without one. */
  get mimetype(): string {
    return parse_options_header(this.content_type ?? '')[0].toLowerCase()
  }

  /** The parameters of the media type, such as `{ charset: 'utf-8' }`; an object without a prototype. */
  get mimetype_params(): Readonly<Record<string, string>> {
    return recordOf(parse_options_header(this.content_type ?? '')[1])
  }

  /**
   * The file as a stream of Node, from its first byte. The same one for every read of this property, and to be
   * consumed once; `seek(0)` gives a new one.
   *
   * @throws TypeError after {@link close}.
   */
  get stream(): Readable {
    this.#stream ??= this.#open()
    return this.#stream
  }

  /**
   * The bytes from the position to the end, or at most `size` of them; the position moves on. Empty at the end.
   * A file on disk is read synchronously, as everything that is asked for at once: prefer {@link stream} for large ones.
   *
   * @throws TypeError after {@link close}.
   */
  read(size: number = Number.POSITIVE_INFINITY): Buffer {
    this.#checkOpen()
    const start = this.#position
    const end = Math.max(start, Math.min(this.size, start + (size < 0 ? Number.POSITIVE_INFINITY : size)))
    this.#position = end
    const content = this.#content
    return content instanceof SpooledFile ? readPart(content.path, start, end) : content.subarray(start, end)
  }

  /** Sets the position, in bytes from the start; returns it. */
  seek(offset: number): number {
    this.#position = Math.max(0, offset)
    this.#stream = undefined
    return this.#position
  }

  /** The position, in bytes from the start. */
  tell(): number {
    return this.#position
  }

  /**
   * Writes the whole file (wherever the position is) to a path, or into a stream that stays open. Resolves when every
   * byte was written: await it, since the temporary file is gone when the request ends.
   * A file that exists is overwritten; pass names through `secure_filename`.
   *
   * @throws TypeError after {@link close}; errors of the file system as they are.
   */
  async save(destination: string | URL | Writable): Promise<void> {
    this.#checkOpen()
    if (typeof destination === 'string' || destination instanceof URL) {
      await pipeline(this.#open(), createWriteStream(destination))
    } else {
      await pipeline(this.#open(), destination, { end: false })
    }
  }

  /** Gives the bytes up, the temporary file included; may be called again. The request does it when it ends. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const content = this.#content
    this.#content = EMPTY
    this.#stream?.destroy()
    // The folder of the request goes with everything in it at the end: a failure here leaves nothing behind.
    if (content instanceof SpooledFile) rm(content.path, { force: true }).catch(() => undefined)
  }

  #checkOpen(): void {
    if (this.#closed) throw new TypeError('This file is closed: its request ended. Save or read it in the view.')
  }

  #open(): Readable {
    this.#checkOpen()
    const content = this.#content
    if (content instanceof SpooledFile) return createReadStream(content.path)
    return Readable.from(content.length === 0 ? [] : [content], { objectMode: false })
  }
}

function bufferOf(content: Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  return Buffer.isBuffer(content) ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
}

function readPart(path: string, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start)
  const descriptor = openSync(path, 'r')
  try {
    let read = 0
    while (read < bytes.length) {
      const length = readSync(descriptor, bytes, read, bytes.length - read, start + read)
      if (length === 0) break
      read += length
    }
    return bytes.subarray(0, read)
  } finally {
    closeSync(descriptor)
  }
}
