import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const NS_PER_SECOND = 1e9
const SECONDS_PER_MINUTE = 60
const KIB = 1024

/** Nanoseconds on a CPU, the first of the three figures of a `schedstat` file; 0 for text of another shape. */
export function parseSchedstat(text: string): number {
  const first = /^(\d+) \d+ \d+\s*$/.exec(text)?.[1]
  return first === undefined ? 0 : Number(first)
}

/** Bytes in memory, from the line `VmRSS` of a `status` file; 0 where there is none. */
export function parseResident(text: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]
  return kib === undefined ? 0 : Number(kib) * KIB
}

/** Seconds of a `ps` time, `[[days-]hours:]minutes:seconds[.hundredths]`; 0 for text of another shape. */
export function parsePsTime(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text.trim()) ?? []
  const hoursPerDay = 24
  const ofClock = clock.split(':').reduce((seconds, part) => seconds * SECONDS_PER_MINUTE + Number(part), 0)
  return Number(days) * hoursPerDay * SECONDS_PER_MINUTE * SECONDS_PER_MINUTE + ofClock
}

/** A process and all that it started, as `/proc` knows them; the process alone where there is no `/proc`. */
export function processTree(pid: number): number[] {
  const found = [pid]
  for (const at of found) {
    for (const task of tasksOf(at)) {
      const children = readOrEmpty(`/proc/${at}/task/${task}/children`)
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child))
    }
  }
  return found
}

/**
 * Nanoseconds of CPU time that a process, its threads and its children have used. Read from `schedstat`, which counts
 * nanoseconds; where the kernel has none, user plus system time as `ps` tells it, to a hundredth of a second at best.
 */
export function cpuNanoseconds(pid: number): number {
  let total = 0
  for (const at of processTree(pid)) {
    for (const task of tasksOf(at)) total += parseSchedstat(readOrEmpty(`/proc/${at}/task/${task}/schedstat`))
  }
  if (total > 0) return total
  return parsePsTime(execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' })) * NS_PER_SECOND
}

/** Bytes of memory that a process and its children hold. */
export function residentBytes(pid: number): number {
  let total = 0
  for (const at of processTree(pid)) total += parseResident(readOrEmpty(`/proc/${at}/status`))
  if (total > 0) return total
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * KIB
}

function tasksOf(pid: number): string[] {
  const folder = `/proc/${pid}/task`
  return existsSync(folder) ? readdirSync(folder) : []
}

/** The text of a file of `/proc`, whose process or thread may end at any moment. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
