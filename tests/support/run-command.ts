import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'

/** How a program ended, and what it wrote. */
export interface CommandResult {
  /** The exit code; null where a signal ended it. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs a program beside this process, which may be its server, and waits for its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  input?: string | Uint8Array,
): Promise<CommandResult> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  // A program may end before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'close')])
  return { code: code as number | null, stdout, stderr: stderr.toString() }
}

/** Starts a program whose output is read while it runs. */
export function startCommand(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Why a test with a program cannot run here, for its `skip`; false where it can, and under `CI`, where it must. */
export function reasonToSkipWithout(command: string, ...args: string[]): string | false {
  if (process.env['CI'] || spawnSync(command, args, { stdio: 'ignore' }).status === 0) return false
  return `no ${command}: apt-get install ${command}`
}
