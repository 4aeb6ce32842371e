import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, waitForPort } from './free-port.ts'
import { pinned } from './load.ts'

const START_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 3000
/** How a contender says that it does not have a scenario (`EX_USAGE` of sysexits.h). */
const NOT_OFFERED = 64
const KEPT_OUTPUT_CHARS = 2000

/** What to start, and what it finds in its environment beside `PORT`. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** A contender that does not have a scenario: nothing is wrong, its cell in the table stays empty. */
export class NotOffered extends Error {}

/** A server in a process of its own, kept on the core of the servers. */
export class ServerProcess {
  readonly port: number
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS)
      })
    }
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @throws {@link NotOffered} when it says that it does not have the scenario; Error when it ends or takes too long.
   */
  static async start({ command, args, env, cwd }: ServerCommand): Promise<ServerProcess> {
    const port = await freePort()
    const [file, all] = pinned('server', command, args)
    const vars = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env, PORT: String(port) }
    const child = spawn(file, all, { cwd, env: vars, stdio: ['ignore', 'pipe', 'pipe'] })
    const server = new ServerProcess(child, port)
    let failure: Error | undefined
    child.once('error', (error) => {
      failure = error
    })
    const isLost = (): boolean => failure !== undefined || child.exitCode !== null || child.signalCode !== null
    if (await waitForPort(port, START_TIMEOUT_MS, isLost)) return server
    if (child.exitCode === NOT_OFFERED) throw new NotOffered()
    await server.stop()
    throw new Error(`${[command, ...args].join(' ')} did not start: ${failure?.message ?? server.#output}`)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it wrote of late, for the case that something went wrong. */
  get output(): string {
    return this.#output
  }

  /** Ends the process: it is asked first, and forced when it takes too long. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const isOver = await Promise.race([ended.then(() => true), sleep(STOP_TIMEOUT_MS, false, { ref: false })])
    if (isOver) return
    child.kill('SIGKILL')
    await ended
  }
}
