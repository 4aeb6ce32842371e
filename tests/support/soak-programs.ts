/* The processes of the long tests, which need the package as it is built; all are ended with this one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const started = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const APP = pathOf('../fixtures/soak-app.mjs')

/** A process, and what it writes. */
export interface Program {
  readonly child: ChildProcess
  readonly lines: string[]
  /** Resolves when it has ended. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>
  /** The first line that matches. */
  line(pattern: RegExp): Promise<RegExpExecArray>
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  started.add(child)
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const hear of waiting) hear(line)
  })
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      started.delete(child)
      resolve({ code, signal })
    })
  })
  const line = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const hear = (text: string): void => {
        const match = pattern.exec(text)
        if (match === null) return
        waiting.delete(hear)
        resolve(match)
      }
      for (const text of lines) hear(text)
      waiting.add(hear)
      void exited.then(() => reject(new Error(`ended before it wrote ${pattern}: ${lines.join('\n')}`)))
    })
  return { child, lines, exited, line }
}

/** The app in one process, which listens on a port. */
export async function startApp(port: number): Promise<Program> {
  const program = start([APP], { PORT: String(port), TELL_EVENTS: '1' })
  await program.line(/^up$/)
  return program
}

/** The app in several processes, and the port that they serve. */
export async function startCrew(workers: number): Promise<{ crew: Program; port: number }> {
  const options = JSON.stringify({ workers, port: 0, program: { exec: APP, execArgv: [] } })
  const crew = start(['--import', 'tsx', pathOf('./serving-parent.ts'), 'workers', options], {})
  const [, port] = await crew.line(/Serving on http:\/\/127\.0\.0\.1:(\d+)/)
  return { crew, port: Number(port) }
}
