import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Private to the user that runs the app; the folder around the files is too, which `mkdtemp` sees to. */
const FILE_MODE = 0o600
const NAME_BYTES = 16

/** Folders that are in use, to be removed when the process ends before their requests do. */
const liveFolders = new Set<string>()

function removeLiveFolders(): void {
  for (const folder of liveFolders) rmSync(folder, { recursive: true, force: true })
}

/** A file on disk whose bytes are queued by `append` and written by its {@link Spool}. */
export class SpooledFile {
  /** Where the file is; empty before its first bytes are written. */
  path: string = ''
  /** Bytes appended so far. */
  size: number = 0
  #queue: Buffer[] = []
  #handle: FileHandle | undefined = undefined
  /** Whether nothing more is appended. */
  is_complete: boolean = false

  /** Queues bytes. */
  append(bytes: Buffer): void {
    this.#queue.push(bytes)
    this.size += bytes.length
  }

  /** Writes what is queued into a file of its own in `folder`. */
  async write(folder: string): Promise<void> {
    if (this.#handle === undefined) {
      this.path = join(folder, randomBytes(NAME_BYTES).toString('hex'))
      this.#handle = await open(this.path, 'wx', FILE_MODE)
    }
    const queue = this.#queue
    this.#queue = []
    for (const bytes of queue) await writeAll(this.#handle, bytes)
    if (this.is_complete) await this.release()
  }

  /** Closes the descriptor. */
  async release(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let start = 0; start < bytes.length; ) start += (await handle.write(bytes, start)).bytesWritten
}

/**
 * The temporary files of one request: in a folder of mode 0700 below the system's temporary folder, each of mode 0600
 * and with a random name. Nothing touches the disk before the first flush.
 */
export class Spool {
  #folder: string | undefined = undefined
  #waiting: SpooledFile[] = []
  #writing: Promise<void> | undefined = undefined

  /** A new file. */
  create(): SpooledFile {
    const file = new SpooledFile()
    this.#waiting.push(file)
    return file
  }

  /** Writes everything that is queued; undefined where nothing is. One flush at a time. */
  flush(): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined
    this.#writing = this.#write()
    return this.#writing
  }

  async #write(): Promise<void> {
    this.#folder ??= await makeFolder()
    const folder = this.#folder
    // No file is added or completed meanwhile: the next bytes come when this is done.
    for (const file of this.#waiting) await file.write(folder)
    this.#waiting = this.#waiting.filter((file) => !file.is_complete)
  }

  /** Removes the files, after a write that is under way; may be called again. Never rejects. */
  async close(): Promise<void> {
    await this.#writing?.catch(() => undefined)
    for (const file of this.#waiting) await file.release().catch(() => undefined)
    this.#waiting = []
    const folder = this.#folder
    if (folder === undefined) return
    this.#folder = undefined
    // What cannot be removed now is tried again when the process ends.
    await rm(folder, { recursive: true, force: true }).then(
      () => liveFolders.delete(folder),
      () => undefined,
    )
  }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flagon-upload-'))
  if (liveFolders.size === 0) process.once('exit', removeLiveFolders)
  liveFolders.add(folder)
  return folder
}
