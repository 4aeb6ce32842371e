import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { FLAGON, plainEnvironment } from './flagon-command.ts'

/** `flagon run`, while it runs. */
export class FlagonServer {
  readonly #child: ChildProcess
  #written = ''
  #wake: () => void = () => undefined

  constructor(words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const [program = '', ...args] = FLAGON
    this.#child = spawn(program, [...args, ...words], {
      cwd,
      env: plainEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#written += text
        this.#wake()
      })
    }
    this.#child.once('close', () => this.#wake())
  }

  /** All that it wrote so far. */
  get written(): string {
    return this.#written
  }

  /** What a pattern finds in what it writes, as soon as it is there. */
  async find(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#written)
      if (found !== null) return found
      if (this.#child.exitCode !== null) throw new Error(`flagon ended without ${pattern}:\n${this.#written}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The address that it serves. */
  async url(): Promise<string> {
    return (await this.find(/https?:\/\/[\d.:[\]a-z]+:\d+/))[0]
  }

  /** Tells it to end, and gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, 'close')
      this.#child.kill('SIGTERM')
      await closed
    }
    return this.#child.exitCode
  }
}
