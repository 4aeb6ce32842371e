import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, renameSync, statSync, unlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { HEAD_BYTES, packSessionFile, readSessionFile, VERSION_BYTES, versionOf } from './session-file.ts'

/** What a file is seen to be: the version that it holds, `none` where there is no file, `broken` where it holds none. */
export type FileState = string
/** The state of a file that is not there. */
export const NO_FILE = 'none'
/** The state of a file that holds no whole session. */
export const BROKEN_FILE = 'broken'

/** What a file is to hold next. */
export interface NextFile {
  /** The key of the session. */
  readonly key: string
  /** Its bytes. */
  readonly value: Uint8Array
  /** Milliseconds since 1970 at which the session is over. */
  readonly expires: number
}

/** A claim that is older was left behind by a process that was killed, and is removed. */
export const STALE_CLAIM_MS = 5000
/** Who comes to change a file this long after claiming it lets it be, for the claim may be removed any time now. */
const LATE_CLAIM_MS = STALE_CLAIM_MS / 2
const SHORTEST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 8

/**
 * Changes a file in one step from one state to the next, among any number of processes: to `next`, or away where that is
 * undefined. False where it is in another state by now, or somebody else is about to change it; look again then.
 *
 * To change a file is to claim the very state that was seen of it, by making a file that is named after both; only one
 * process can. The claim holds what comes next, and becomes the file by being renamed. Each state comes once, but for
 * `none` and `broken`; so that a claim made too late finds the state gone. A process that dies in between leaves the file
 * as it was, and a claim that nobody reads.
 *
 * @throws what the file system does, in Node's words; `ENOENT` where the folder is gone.
 */
export async function changeFile(
  path: string,
  state: FileState,
  next: NextFile | undefined,
  mode: number,
): Promise<boolean> {
  const claim = claimOf(path, state)
  const version = randomBytes(VERSION_BYTES).toString('hex')
  const bytes = packSessionFile({ version, ...(next ?? { key: '', value: new Uint8Array(), expires: 0 }) })
  const claimedAt = performance.now()
  const handle = await open(claim, 'wx', mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (handle === undefined) {
    await waitFor(claim)
    return false
  }
  try {
    try {
      // What the umask took away is given back.
      await handle.chmod(mode)
      await handle.writeFile(bytes)
    } finally {
      await handle.close()
    }
    // From here on nothing else runs in this process until the file is changed.
    if (performance.now() - claimedAt > LATE_CLAIM_MS || stateOf(claim) !== version || stateOf(path, state) !== state) {
      withdraw(claim, version)
      return false
    }
    if (next === undefined) {
      unlinkSync(path)
      withdraw(claim, version)
    } else {
      renameSync(claim, path)
    }
    return true
  } catch (error) {
    withdraw(claim, version)
    throw error
  }
}

/** Removes a claim that is past its time. False where it is younger, or gone. */
export function removeStaleClaim(claim: string): boolean {
  try {
    // A time in the future is as stale: the clock was set back.
    if (Math.abs(Date.now() - statSync(claim).mtimeMs) <= STALE_CLAIM_MS) return false
    unlinkSync(claim)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function claimOf(path: string, state: FileState): string {
  return `${path}.${state}.claim`
}

async function waitFor(claim: string): Promise<void> {
  if (removeStaleClaim(claim)) return
  await sleep(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS))
}

/** Removes one's own claim; a claim that was taken for stale is somebody else's by now. */
function withdraw(claim: string, version: string): void {
  try {
    const state = stateOf(claim)
    if (state === version || state === BROKEN_FILE) unlinkSync(claim)
  } catch {
    // It stays behind, and is removed once it is stale.
  }
}

/** The state of a file, as far as its head tells it; all of it is read only where it is thought to be broken. */
function stateOf(path: string, thought?: FileState): FileState {
  try {
    if (thought === BROKEN_FILE) return readSessionFile(readFileSync(path))?.version ?? BROKEN_FILE
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      return versionOf(head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))) ?? BROKEN_FILE
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (isMissing(error)) return NO_FILE
    throw error
  }
}
