import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { TYPESCRIPT_LOADER } from './run-typescript.ts'

/** Milliseconds between two looks at something that is waited for. */
const LOOK_MS = 10

/** A program of this repository in a process of its own, with the lines that it wrote to standard output. */
export interface Spawned {
  readonly child: ChildProcess
  readonly lines: string[]
  /** What the process ends with. */
  readonly exited: Promise<[code: number | null, signal: string | null]>
  /** The first line that matches, also of those to come. */
  line(pattern: RegExp): Promise<RegExpMatchArray>
}

/** Starts a program; it is killed at the end of the test. */
export function spawnProgram(t: Test, path: string, args: string[], env: NodeJS.ProcessEnv = {}): Spawned {
  const file = fileURLToPath(new URL(path, import.meta.url))
  const child = spawn(process.execPath, [TYPESCRIPT_LOADER, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const line = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const found = lines.map((text) => pattern.exec(text)).find((match) => match !== null)
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
  return { child, lines, exited, line }
}

/** Resolves when something has become true. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
