import { type Dirent, type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { isEntered, isWatched, TEMPLATES_FOLDER } from './watched-files.ts'

/** Editors write a file in several steps, and programs several files: their changes are told together. */
const QUIET_MS = 100
/** Changes that never cease are told after this time. */
const LONGEST_WAIT_MS = 1000

/** What tells one state of a file from another. */
type Stamp = string

interface Folder {
  readonly watcher: FSWatcher
  /** The names that count; undefined: those of code, templates and settings, and what is below. */
  readonly names: Set<string> | undefined
  /** Whether it holds templates, whatever their names. */
  readonly isTemplates: boolean
  files: Map<string, Stamp>
}

/** Options of {@link FileWatcher}. */
export interface FileWatcherOptions {
  /** Folders whose code, templates and settings are watched with all below them, and single files of any kind. */
  readonly paths: readonly string[]
  /** Gets the paths of what was added, changed or removed. */
  readonly onChange: (paths: readonly string[]) => void
  /** Gets what keeps a folder from being watched. */
  readonly onError: (error: unknown, path: string) => void
}

/**
 * Tells when files change. The folders are watched, and not the files, so that editors which write a new file and rename
 * it are seen too; what counts is the state of the files, not how many events the system sends.
 */
export class FileWatcher {
  readonly #options: FileWatcherOptions
  readonly #folders = new Map<string, Folder>()
  readonly #touched = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #firstTouch = 0

  /** Begins to watch. */
  constructor(options: FileWatcherOptions) {
    this.#options = options
    for (const path of options.paths) {
      const full = resolve(path)
      if (statSync(full, { throwIfNoEntry: false })?.isDirectory()) this.#add(full, undefined)
      else this.#add(dirname(full), new Set([basename(full)]))
    }
  }

  /** Stops watching. */
  close(): void {
    clearTimeout(this.#timer)
    for (const { watcher } of this.#folders.values()) watcher.close()
    this.#folders.clear()
  }

  /** Watches a folder; gives the files that are found in it and below. */
  #add(path: string, names: Set<string> | undefined, isBelowTemplates = false): string[] {
    const known = this.#folders.get(path)
    if (known !== undefined) {
      if (known.names === undefined) return []
      // Watched for single files before: now for these too, or for all.
      this.#drop(path)
      if (names !== undefined) for (const name of known.names) names.add(name)
    }
    try {
      // Before it is read, so that nothing changes unseen in between.
      const watcher = watch(path, () => this.#touch(path))
      watcher.on('error', () => this.#touch(path))
      const isTemplates = isBelowTemplates || basename(path) === TEMPLATES_FOLDER
      this.#folders.set(path, { watcher, names, isTemplates, files: new Map() })
    } catch (error) {
      this.#options.onError(error, path)
      return []
    }
    return this.#read(path)
  }

  #drop(path: string): void {
    this.#folders.get(path)?.watcher.close()
    this.#folders.delete(path)
  }

  #touch(path: string): void {
    const now = performance.now()
    if (this.#touched.size === 0) this.#firstTouch = now
    this.#touched.add(path)
    clearTimeout(this.#timer)
    const left = this.#firstTouch + LONGEST_WAIT_MS - now
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, Math.min(QUIET_MS, left)))
  }

  #tell(): void {
    const paths = [...this.#touched]
    this.#touched.clear()
    const changed = paths.flatMap((path) => this.#read(path))
    if (changed.length > 0) this.#options.onChange(changed)
  }

  /** Compares a folder with what it was when it was read last; gives the files that differ. */
  #read(path: string): string[] {
    const folder = this.#folders.get(path)
    if (folder === undefined) return []
    const entries = entriesOf(path)
    if (entries === undefined) return this.#forget(path)
    const changed: string[] = []
    const files = new Map<string, Stamp>()
    for (const entry of entries) {
      const full = join(path, entry.name)
      if (entry.isDirectory()) {
        if (folder.names === undefined && isEntered(entry.name) && !this.#folders.has(full)) {
          changed.push(...this.#add(full, undefined, folder.isTemplates))
        }
        continue
      }
      if (!(folder.names?.has(entry.name) ?? isWatched(entry.name, folder.isTemplates))) continue
      const stamp = stampOf(full)
      if (stamp === undefined) continue
      files.set(entry.name, stamp)
      if (folder.files.get(entry.name) !== stamp) changed.push(full)
    }
    for (const name of folder.files.keys()) if (!files.has(name)) changed.push(join(path, name))
    folder.files = files
    return changed
  }

  /** Forgets a folder that is gone, and those below; gives the files that were there. */
  #forget(path: string): string[] {
    const gone: string[] = []
    for (const [known, { files }] of [...this.#folders]) {
      if (known !== path && !known.startsWith(path + sep)) continue
      for (const name of files.keys()) gone.push(join(known, name))
      this.#drop(known)
    }
    return gone
  }
}

/** Undefined for a folder that is gone. */
function entriesOf(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return undefined
  }
}

/** Undefined for a file that is gone. */
function stampOf(path: string): Stamp | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.mtimeMs} ${found.size} ${found.ino}`
}
