import { createReadStream, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { isAbsolute, join, resolve, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { type App, currentRequestContext } from './context.ts'
import { http_date, type Timedelta, wholeSeconds } from './http/dates.ts'
import { dump_content_disposition } from './http/disposition.ts'
import { NotFound } from './http/exceptions.ts'
import { safe_join } from './http/safe-join.ts'
import { guessType } from './media-type.ts'
import type { Response } from './wrappers/response.ts'
import type { ResponseBody } from './wrappers/response-body.ts'

/** Options of {@link send_file}. */
export interface SendFileOptions {
  /** Media type. Default: that of the download name's ending, else `application/octet-stream`. */
  readonly mimetype?: string | undefined
  /** Whether browsers save the file instead of showing it. Default false. */
  readonly as_attachment?: boolean | undefined
  /** Name under which browsers save the file. Default: the file's own. */
  readonly download_name?: string | undefined
  /** Whether conditions and ranges of the request are answered. Default true. */
  readonly conditional?: boolean | undefined
  /** A tag of your own, or whether one is made from time, size and path. Default true. */
  readonly etag?: string | boolean | undefined
  /** When the content last changed. Default: the time of the file. */
  readonly last_modified?: Date | number | undefined
  /** Seconds that browsers may keep the file without asking. Default: what the app's `get_send_file_max_age` says. */
  readonly max_age?: number | undefined
}

/** Files up to this size are read at once: opening a stream costs more than reading them. */
const SMALL_FILE_BYTES = 64 * 1024
const MS_PER_SECOND = 1000

interface Content {
  readonly body: ResponseBody
  readonly size: number | undefined
  readonly name: string | undefined
  readonly modified: Date | number | undefined
  readonly tag: string | undefined
}

/**
 * A response with the content of a file, of bytes or of a stream; answers conditions and ranges of the request.
 *
 * @param file - a path (relative to the app's root path), bytes, or a readable stream. Never a path from a client: that
 * is what {@link send_from_directory} is for.
 * @throws {@link NotFound} when the path is no regular file.
 * @throws {@link RequestedRangeNotSatisfiable} when the request asks for a range outside of the content.
 * @throws TypeError when neither `mimetype` nor a name is known for bytes or a stream.
 */
export function send_file(file: string | Uint8Array | Readable, options: SendFileOptions = {}): Response {
  const { app } = currentRequestContext('send_file')
  if (typeof file === 'string') return sendPath(app, isAbsolute(file) ? file : join(app.root_path, file), options)
  const content: Content = {
    body: file,
    size: file instanceof Uint8Array ? file.byteLength : undefined,
    name: undefined,
    modified: undefined,
    tag: undefined,
  }
  return sendContent(app, content, options)
}

function sendPath(app: App, path: string, options: SendFileOptions): Response {
  const stats = statFile(path)
  const { size, mtimeMs } = stats
  const body: ResponseBody =
    size <= SMALL_FILE_BYTES
      ? readFileSync(path)
      : { open: (start, stop) => createReadStream(path, stop === undefined ? { start } : { start, end: stop - 1 }) }
  const name = path.slice(path.lastIndexOf(sep) + 1)
  return sendContent(
    app,
    { body, size, name, modified: Math.trunc(mtimeMs / MS_PER_SECOND), tag: tagOf(path, stats) },
    options,
  )
}

/** A regular file and nothing else: opening a pipe would wait for ever. */
function statFile(path: string): Stats {
  const stats = path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile()) throw new NotFound()
  return stats
}

/** The tag that Flask makes, so that servers of both kinds can stand side by side. */
function tagOf(path: string, { mtimeMs, size }: Stats): string {
  const seconds = mtimeMs / MS_PER_SECOND
  return `${Number.isInteger(seconds) ? `${seconds}.0` : seconds}-${size}-${adler32(Buffer.from(path))}`
}

/** Largest prime below 2^16; RFC 1950 section 8.2. */
const ADLER_MODULUS = 65521

function adler32(bytes: Uint8Array): number {
  let low = 1
  let high = 0
  for (const byte of bytes) {
    low = (low + byte) % ADLER_MODULUS
    high = (high + low) % ADLER_MODULUS
  }
  return high * 0x10000 + low
}

function sendContent(app: App, content: Content, options: SendFileOptions): Response {
  const { request } = currentRequestContext('send_file')
  const name = options.download_name ?? content.name
  const guessed = options.mimetype === undefined ? guessFor(name) : undefined
  const response = new app.response_class(content.body, { mimetype: options.mimetype ?? guessed?.type })
  const { headers } = response
  if (name !== undefined) {
    headers.set('Content-Disposition', dump_content_disposition(options.as_attachment ? 'attachment' : 'inline', name))
  }
  // A browser would unpack a saved archive that is sent with its encoding.
  if (guessed?.encoding !== undefined && !options.as_attachment) headers.set('Content-Encoding', guessed.encoding)
  if (content.size !== undefined) headers.set('Content-Length', String(content.size))
  const modified = options.last_modified ?? content.modified
  if (modified !== undefined) headers.set('Last-Modified', http_date(modified))
  setCaching(response, options.max_age ?? app.get_send_file_max_age(content.name))
  const tag = typeof options.etag === 'string' ? options.etag : options.etag === false ? undefined : content.tag
  if (tag !== undefined) response.set_etag(tag)
  if (options.conditional === false || request === undefined) return response
  return response.make_conditional(request, { accept_ranges: true, complete_length: content.size })
}

function guessFor(name: string | undefined): ReturnType<typeof guessType> {
  if (name !== undefined) return guessType(name)
  throw new TypeError('send_file cannot tell the type of content without a name: give mimetype or download_name')
}

function setCaching(response: Response, maxAge: number | undefined): void {
  response.headers.set('Cache-Control', maxAge === undefined ? 'no-cache' : `public, max-age=${maxAge}`)
  if (maxAge !== undefined) response.headers.set('Expires', http_date(Date.now() / MS_PER_SECOND + maxAge))
}

/**
 * What {@link send_file} gives for a file in a folder, whose name comes from a client. A name that leaves the folder,
 * also through a symbolic link, or that has a part with a leading dot is not found.
 *
 * @param directory - relative to the app's root path.
 * @throws {@link NotFound} when there is no such file in the folder.
 */
export function send_from_directory(directory: string, path: string, options: SendFileOptions = {}): Response {
  const { app } = currentRequestContext('send_from_directory')
  const folder = resolve(app.root_path, directory)
  const found = path.split('/').some(isHidden) ? null : safe_join(folder, path)
  if (found === null || !isInside(folder, found)) throw new NotFound()
  return sendPath(app, found, options)
}

function isHidden(part: string): boolean {
  return part.startsWith('.') && part !== '.' && part !== '..'
}

/** Whether a path, with all its links followed, is below a folder. */
function isInside(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder) + sep)
  } catch {
    // Nothing is there, or a part of the path is a file.
    return false
  }
}

/** The seconds that `SEND_FILE_MAX_AGE_DEFAULT` says; undefined where it says nothing. */
export function defaultMaxAge(setting: Timedelta | number | null | undefined): number | undefined {
  return setting === null || setting === undefined ? undefined : wholeSeconds(setting)
}
