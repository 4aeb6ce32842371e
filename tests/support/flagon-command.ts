import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { TYPESCRIPT_LOADER } from './run-typescript.ts'
import { ROOT } from './source-tree.ts'

/** How `flagon` ended, and what it wrote. */
export interface FlagonResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where `flagon` runs, and what it finds there. */
export interface FlagonOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** The words that start `flagon` from its sources, with node's program as the first. */
export const FLAGON: readonly string[] = [process.execPath, TYPESCRIPT_LOADER, join(ROOT, 'lib', 'cli', 'main.ts')]

/** The module of Flagon, for the apps that tests write. */
export const FLAGON_MODULE: string = JSON.stringify(join(ROOT, 'lib', 'index.ts'))

/** An environment without what would change the outcome. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FLAGON_|FORCE_COLOR$|NODE_OPTIONS$|NODE_TEST_CONTEXT$|TAP|COLUMNS$)/.test(name),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...more }
}

/** Runs `flagon` from its sources as a process of its own, to its end. */
export async function runFlagon(words: readonly string[], { cwd, env, input }: FlagonOptions): Promise<FlagonResult> {
  const [program = '', ...args] = FLAGON
  const child = spawn(program, [...args, ...words], {
    cwd,
    env: plainEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number | null, stdout, stderr }
}
