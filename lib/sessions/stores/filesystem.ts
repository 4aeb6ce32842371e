import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { mkdir, open, opendir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FlagonError } from '../../errors.ts'
import type { SessionStore } from '../store.ts'
import {
  BROKEN_FILE,
  changeFile,
  type FileState,
  isMissing,
  type NextFile,
  NO_FILE,
  removeStaleClaim,
} from './file-claim.ts'
import { EXPIRES_BYTES, EXPIRES_OFFSET, packExpiry, readSessionFile, type SessionFile } from './session-file.ts'

/** How sessions are kept in files. */
export interface FileSystemStoreOptions {
  /** Permission bits of the files, whatever the umask. Default 0o600: only the user that the app runs as reads them. */
  readonly mode?: number | undefined
}

const MS_PER_SECOND = 1000
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const PERMISSION_BITS = 0o777
const SWEEP_EVERY_MS = 60_000
/** A folder takes at most one part in so many of the time to sweep. */
const SWEEP_SHARE = 20
/** A change that does not get its turn for so long has failed. */
const LONGEST_WAIT_MS = 10_000
const SESSION_NAME = /^[0-9a-f]{64}$/
const CLAIM_NAME = /^[0-9a-f]{64}\.[0-9a-z]+\.claim$/

/** What was seen of a file. */
interface Seen {
  readonly state: FileState
  /** What it holds; undefined where that is nothing, broken or over. */
  readonly live: SessionFile | undefined
}

/** What becomes of a file once it was seen. */
interface Decision<T> {
  readonly answer: T
  /** What it is to hold; `nothing` to remove it; undefined to leave it alone. */
  readonly next?: NextFile | 'nothing'
}

/**
 * Keeps sessions in files of one folder, a file each: for one machine, where all processes of an app see the same
 * sessions. Files are private and replaced as a whole, so that a process that is killed leaves none broken; the name of a
 * file is the SHA-256 of its key. What expired is removed in the background, about once a minute.
 *
 * The folder must be on a local disk, and nobody else may write into it: who can, can log in as anybody.
 *
 * @see Flask-Session `flask_session.filesystem.FileSystemSessionInterface`, whose files are of another kind
 */
export class FileSystemStore implements SessionStore {
  readonly #folder: string
  readonly #mode: number
  /** The last change of each file that is under way: those of one process take turns. */
  readonly #turns = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  /**
   * Sessions in `folder`, which is made (with 0700) where it is missing. A relative one starts at the working folder.
   *
   * @throws {@link FlagonError} `SESSION_FOLDER` where it cannot be made or written, `CONFIG_VALUE` for a mode without 0600.
   */
  constructor(folder: string, { mode = PRIVATE_FILE }: FileSystemStoreOptions = {}) {
    this.#folder = resolve(folder)
    this.#mode = checkedMode(mode)
    prepareFolder(this.#folder)
  }

  async get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    this.#sweepLater()
    const path = this.#pathOf(key)
    const seen = await this.#attempt('read', () => (ttl === undefined ? look(path) : touch(path, inSeconds(ttl))))
    if (seen.live === undefined && seen.state !== NO_FILE) await this.#attempt('written', () => this.#discard(path))
    return seen.live?.value
  }

  async add(key: string, value: Uint8Array, ttl: number): Promise<boolean> {
    const next = { key, value, expires: inSeconds(ttl) }
    return this.#change(this.#pathOf(key), ({ live }) =>
      live === undefined ? { answer: true, next } : { answer: false },
    )
  }

  async replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean> {
    const next = { key, value, expires: inSeconds(ttl) }
    return this.#change(this.#pathOf(key), ({ live }) =>
      live !== undefined && Buffer.compare(live.value, expected) === 0 ? { answer: true, next } : { answer: false },
    )
  }

  async delete(key: string): Promise<Uint8Array | undefined> {
    return this.#change(this.#pathOf(key), ({ live }) =>
      live === undefined ? { answer: undefined } : { answer: live.value, next: 'nothing' },
    )
  }

  async ttl(key: string): Promise<number | undefined> {
    const { live } = await this.#attempt('read', () => look(this.#pathOf(key)))
    return live === undefined ? undefined : Math.ceil((live.expires - Date.now()) / MS_PER_SECOND)
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    for await (const name of this.#names()) {
      if (!SESSION_NAME.test(name)) continue
      const { live } = await this.#attempt('read', () => look(join(this.#folder, name)))
      if (live?.key.startsWith(prefix)) yield live.key
    }
  }

  /** Stops the sweeping, and waits for what is being written. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await Promise.all(this.#turns.values())
  }

  #pathOf(key: string): string {
    return join(this.#folder, createHash('sha256').update(key).digest('hex'))
  }

  async *#names(): AsyncGenerator<string> {
    try {
      for await (const entry of await opendir(this.#folder)) yield entry.name
    } catch (error) {
      if (!isMissing(error)) throw this.#failure('read', error)
    }
  }

  async #change<T>(path: string, decide: (seen: Seen) => Decision<T>): Promise<T> {
    this.#sweepLater()
    return this.#attempt('written', () => this.#inTurn(path, () => this.#changeInTurn(path, decide)))
  }

  async #changeInTurn<T>(path: string, decide: (seen: Seen) => Decision<T>): Promise<T> {
    const deadline = performance.now() + LONGEST_WAIT_MS
    do {
      const seen = await look(path)
      const { answer, next } = decide(seen)
      if (next === undefined) return answer
      if (await this.#step(path, seen.state, next === 'nothing' ? undefined : next)) return answer
    } while (performance.now() < deadline)
    throw new Error(`Other processes kept ${path} from being changed for ${LONGEST_WAIT_MS / MS_PER_SECOND} s.`)
  }

  /** Takes a file from one state to the next, in a folder that is made again where somebody removed it. */
  async #step(path: string, state: FileState, next: NextFile | undefined): Promise<boolean> {
    try {
      return await changeFile(path, state, next, this.#mode)
    } catch (error) {
      if (!isMissing(error)) throw error
      await mkdir(this.#folder, { recursive: true, mode: PRIVATE_FOLDER })
      return false
    }
  }

  /** Removes a file that is broken or over. */
  #discard(path: string): Promise<undefined> {
    return this.#inTurn(path, () =>
      this.#changeInTurn<undefined>(path, ({ live, state }) =>
        live === undefined && state !== NO_FILE ? { answer: undefined, next: 'nothing' } : { answer: undefined },
      ),
    )
  }

  /** Does the work once what this process began before on the same file is done. */
  async #inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(path) ?? Promise.resolve()).then(work)
    const turn = result.then(ignore, ignore)
    this.#turns.set(path, turn)
    try {
      return await result
    } finally {
      if (this.#turns.get(path) === turn) this.#turns.delete(path)
    }
  }

  #sweepLater(): void {
    if (this.#timer === undefined && !this.#isClosed) this.#sweepIn(SWEEP_EVERY_MS)
  }

  #sweepIn(delayMs: number): void {
    this.#timer = setTimeout(async () => {
      const started = performance.now()
      await this.#sweep().catch(ignore)
      const tookMs = performance.now() - started
      if (!this.#isClosed) this.#sweepIn(Math.max(SWEEP_EVERY_MS, tookMs * SWEEP_SHARE))
    }, delayMs).unref()
  }

  /** Removes sessions that are over or broken, and what killed processes left behind. */
  async #sweep(): Promise<void> {
    for await (const name of this.#names()) {
      if (this.#isClosed) return
      // What cannot be removed now is never read, and is tried again next time.
      await this.#tidy(name).catch(ignore)
    }
  }

  async #tidy(name: string): Promise<void> {
    const path = join(this.#folder, name)
    if (CLAIM_NAME.test(name)) removeStaleClaim(path)
    else if (SESSION_NAME.test(name) && (await look(path)).live === undefined) await this.#discard(path)
  }

  async #attempt<T>(verb: 'read' | 'written', work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.#failure(verb, error)
    }
  }

  #failure(verb: 'read' | 'written', cause: unknown): Error {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new Error(`The sessions in ${this.#folder} cannot be ${verb}: ${reason}`, { cause })
  }
}

/** What a file holds right now. */
async function look(path: string): Promise<Seen> {
  try {
    return seenIn(await readFile(path))
  } catch (error) {
    if (isMissing(error)) return { state: NO_FILE, live: undefined }
    throw error
  }
}

/** What a file holds right now. If that is a session, it expires at `expires` from now on. */
async function touch(path: string, expires: number): Promise<Seen> {
  try {
    const file = await open(path, 'r+')
    try {
      const seen = seenIn(await file.readFile())
      if (seen.live !== undefined) await file.write(packExpiry(expires), 0, EXPIRES_BYTES, EXPIRES_OFFSET)
      return seen
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isMissing(error)) return { state: NO_FILE, live: undefined }
    throw error
  }
}

function seenIn(bytes: Buffer): Seen {
  const file = readSessionFile(bytes)
  if (file === undefined) return { state: BROKEN_FILE, live: undefined }
  return { state: file.version, live: file.expires > Date.now() ? file : undefined }
}

function inSeconds(ttl: number): number {
  return Date.now() + ttl * MS_PER_SECOND
}

function ignore(): void {}

function checkedMode(mode: number): number {
  const isOwnersToUse = Number.isInteger(mode) && (mode & PRIVATE_FILE) === PRIVATE_FILE
  if (isOwnersToUse && (mode & ~PERMISSION_BITS) === 0) return mode
  throw new FlagonError(
    'CONFIG_VALUE',
    `Session files cannot have the mode ${typeof mode === 'number' ? `0o${mode.toString(8)}` : String(mode)}: the app has to read ` +
      'and write them. Set SESSION_FILE_MODE to 0o600, or to 0o660 to share them with a group.',
  )
}

function prepareFolder(folder: string): void {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
    if (made !== undefined) chmodSync(folder, PRIVATE_FOLDER)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FlagonError(
      'SESSION_FOLDER',
      `The folder for sessions, ${folder}, cannot be made or written (${reason}). Set SESSION_FILE_DIR to a folder that the ` +
        'user of the app may write to, or make it: ' +
        `mkdir -p -m 700 '${folder}' && chown USER '${folder}'`,
      { cause },
    )
  }
}
