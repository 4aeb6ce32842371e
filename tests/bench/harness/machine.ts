import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { BENCH } from './contenders.ts'
import { LOADER, PINNING } from './load.ts'

const GIB = 1024 ** 3

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  readonly loader: string
  readonly pinning: string
  readonly commit: string
  readonly date: string
}

/** The first line that a command prints; a dash when it fails. */
function firstLine(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: BENCH, encoding: 'utf8', stdio: 'pipe' }).split('\n')[0] ?? '-'
  } catch {
    return '-'
  }
}

/** The commit of the tree, with a sign when files of the library differ from it. */
function commit(): string {
  const hash = firstLine('git', 'rev-parse', '--short', 'HEAD')
  return firstLine('git', 'status', '--porcelain', '--', '../../lib') === '' ? hash : `${hash} and changes to lib`
}

/** What this machine is, with the Node that runs the servers; `flagon` is the folder of a build that is not the tree's own. */
export function describeMachine(node: string, flagon?: string | undefined): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / GIB),
    system: `${type()} ${release()}`,
    node: firstLine(node, '--version'),
    loader: LOADER,
    pinning: PINNING,
    commit:
      flagon === undefined ? commit() : `unknown (the build in ${flagon}; the benchmarks are those of ${commit()})`,
    date: new Date().toISOString().slice(0, 'yyyy-mm-dd'.length),
  }
}
