import { type BigIntStats, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { type App, currentRequestContext } from './context.ts'
import { http_date, type Timedelta, wholeSeconds } from './http/dates.ts'
import { dump_content_disposition } from './http/disposition.ts'
import { NotFound } from './http/exceptions.ts'
import { safe_join } from './http/safe-join.ts'
import { guessType } from './media-type.ts'
import type { Request } from './wrappers/request.ts'
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
/**
 * Bytes that are read at a time from larger ones. A stream of node would read ahead and take new memory for each piece,
 * tens of megabytes with a hundred slow readers.
 */
const PIECE_BYTES = 64 * 1024
const EMPTY = Buffer.alloc(0)
const MS_PER_SECOND = 1000
const NOT_MODIFIED = 304
const NS_PER_SECOND = 1_000_000_000n

interface Content {
  readonly body: ResponseBody
  readonly size: number | undefined
  /** Path of the file; undefined for bytes and streams. */
  readonly path: string | undefined
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
    path: undefined,
    modified: undefined,
    tag: undefined,
  }
  return sendContent(app, content, options)
}

function sendPath(app: App, path: string, options: SendFileOptions): Response {
  const stats = statFile(path)
  const size = Number(stats.size)
  const isSmall = size <= SMALL_FILE_BYTES
  const body: ResponseBody = app.config.USE_X_SENDFILE
    ? ''
    : isSmall
      ? readFileSync(path)
      : { open: (start, stop = size, mayReuse = false) => readUnchanged(path, stats, start, stop, mayReuse) }
  const modified = Number(stats.mtimeNs / NS_PER_SECOND)
  return sendContent(app, { body, size, path, modified, tag: tagOf(path, stats) }, options)
}

/** A regular file and nothing else: opening a pipe would wait for ever. */
function statFile(path: string): BigIntStats {
  const stats = path.includes('\0') ? undefined : statIfThere(path)
  if (!stats?.isFile()) throw new NotFound()
  return stats
}

function statIfThere(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true })
  } catch (error) {
    // A part of the path is a file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * The bytes of a file from `start` up to but without `stop`, all of them of the file that was looked at before. The last
 * piece is held back until that is sure, so that no client takes a mix of two files, or a part of one, for the whole.
 *
 * @throws Error when the file was changed or replaced meanwhile.
 */
async function* readUnchanged(
  path: string,
  known: BigIntStats,
  start: number,
  stop: number,
  mayReuse: boolean,
): AsyncGenerator<Uint8Array> {
  // Nonblocking, should a pipe be there by now.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    await checkUnchanged(file, path, known)
    let piece = EMPTY
    for (let at = start; at < stop; ) {
      const length = Math.min(PIECE_BYTES, stop - at)
      if (!mayReuse || piece.length < length) piece = Buffer.allocUnsafeSlow(length)
      const { bytesRead } = await file.read(piece, 0, length, at)
      at += bytesRead
      if (at === stop || bytesRead === 0) await checkUnchanged(file, path, known)
      // The file ended early, and yet nothing about it changed: the length of the answer will tell.
      if (bytesRead === 0) return
      yield bytesRead === piece.length ? piece : piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function checkUnchanged(file: FileHandle, path: string, known: BigIntStats): Promise<void> {
  const { ino, size, mtimeNs } = await file.stat({ bigint: true })
  if (ino !== known.ino || size !== known.size || mtimeNs !== known.mtimeNs) {
    throw new Error(`the file ${path} was changed while it was being sent`)
  }
}

/** The tag that Flask makes, so that servers of both kinds can stand side by side; the time as Python's float has it. */
function tagOf(path: string, { mtimeNs, size }: BigIntStats): string {
  const seconds = Number(mtimeNs / NS_PER_SECOND) + 1e-9 * Number(mtimeNs % NS_PER_SECOND)
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
  const { path, size } = content
  const { as_attachment = false } = options
  const name = options.download_name ?? (path === undefined ? undefined : basename(path))
  const guessed = options.mimetype === undefined ? guessFor(name) : undefined
  const response = new app.response_class(content.body, { mimetype: options.mimetype ?? guessed?.type })
  const { headers } = response
  if (name !== undefined) {
    headers.set('Content-Disposition', dump_content_disposition(as_attachment ? 'attachment' : 'inline', name))
  } else if (as_attachment) {
    throw new TypeError('send_file cannot save content under no name: give download_name, or leave as_attachment out')
  }
  // A browser would unpack a saved archive that is sent with its encoding.
  if (guessed?.encoding !== undefined && !as_attachment) headers.set('Content-Encoding', guessed.encoding)
  const modified = options.last_modified ?? content.modified
  if (modified !== undefined) headers.set('Last-Modified', http_date(modified))
  setCaching(response, options.max_age ?? app.get_send_file_max_age(path))
  const tag = typeof options.etag === 'string' ? options.etag : options.etag === false ? undefined : content.tag
  if (tag !== undefined) response.set_etag(tag)
  const conditions = options.conditional === false ? undefined : request
  if (path !== undefined && app.config.USE_X_SENDFILE) return leaveToServer(response, path, conditions)
  if (size !== undefined) headers.set('Content-Length', String(size))
  return conditions === undefined
    ? response
    : response.make_conditional(conditions, { accept_ranges: true, complete_length: size })
}

function guessFor(name: string | undefined): ReturnType<typeof guessType> {
  if (name !== undefined) return guessType(name)
  throw new TypeError('send_file cannot tell the type of content without a name: give mimetype or download_name')
}

/** The web server in front sends the file and answers ranges of it; the body here is empty. */
function leaveToServer(response: Response, path: string, conditions: Request | undefined): Response {
  if (conditions !== undefined) response.make_conditional(conditions)
  // Some servers send the file with a 304 all the same. The field is sent as latin-1, the path is meant as UTF-8.
  if (response.status_code !== NOT_MODIFIED) {
    response.headers.set('X-Sendfile', Buffer.from(path).toString('latin1'))
  }
  return response
}

function setCaching({ headers }: Response, maxAge: number | undefined): void {
  const age = maxAge === undefined ? '' : `, max-age=${maxAge}`
  headers.set('Cache-Control', `${maxAge ? 'public' : 'no-cache'}${age}`)
  if (maxAge !== undefined) headers.set('Expires', http_date(Date.now() / MS_PER_SECOND + maxAge))
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
    return realpathSync.native(path).startsWith(realpathSync.native(folder) + sep)
  } catch {
    // Nothing is there, or a part of the path is a file.
    return false
  }
}

/** The seconds that `SEND_FILE_MAX_AGE_DEFAULT` says; undefined where it says nothing. */
export function defaultMaxAge(setting: Timedelta | number | null | undefined): number | undefined {
  return setting === null || setting === undefined ? undefined : wholeSeconds(setting)
}
