import cluster, { type Worker } from 'node:cluster'
import type { Socket } from 'node:net'
import { parseMessage } from './channel.ts'
import type { ConnectionTaker } from './held-port.ts'
import { CHILD_ENVIRONMENT } from './inherited-port.ts'
import { DEFAULT_SHUTDOWN_SECONDS } from './shutdown.ts'
import { LAST_STEPS_SECONDS } from './stop.ts'

/** What a process that serves runs: a node program that loads the app and calls `app.run`. */
export interface ChildProgram {
  /** Path of the module that the process starts with. */
  readonly exec: string
  /** What it finds in `process.argv` behind the module. Default: nothing. */
  readonly args?: readonly string[] | undefined
  /** Options of node itself, such as `--import`. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined
  /** Environment variables besides those of this process; undefined leaves one out. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface ChildExit {
  readonly code: number | null
  readonly signal: string | null
}

const MS_PER_SECOND = 1000
/** Seconds in which a process that ran out of time ends itself, before it is killed. */
const KILL_AFTER_SECONDS = 1
/** Time between two looks whether a channel has ended, and how many there are at most: what the process started may hold it open. */
const LOOK_MS = 2
const MAX_LOOKS = 50

/** A process that serves a held port, as the holder sees it. */
export class Child implements ConnectionTaker {
  /** Resolves with true when it asks for connections, with false when it ended before it did. */
  readonly ready: Promise<boolean>
  /** Resolves when it wants no more connections, or is gone. */
  readonly left: Promise<void>
  /** Resolves when the process is gone. */
  readonly exited: Promise<ChildExit>
  /** Why it could not serve, in its own words; undefined where it said nothing. */
  failure: string | undefined
  readonly #worker: Worker
  #state: 'starting' | 'ready' | 'left' = 'starting'
  #isDismissed = false
  #hasServed = false
  #shutdownSeconds = DEFAULT_SHUTDOWN_SECONDS
  #setReady: (isReady: boolean) => void = () => undefined
  #setLeft: () => void = () => undefined
  #endTaking: ((isTaken: boolean) => void) | undefined

  /** Starts the process. */
  constructor(program: ChildProgram) {
    cluster.setupPrimary({
      exec: program.exec,
      args: [...(program.args ?? [])],
      execArgv: [...(program.execArgv ?? process.execArgv)],
    })
    this.#worker = cluster.fork({ ...program.env, ...CHILD_ENVIRONMENT })
    this.ready = new Promise((resolve) => {
      this.#setReady = resolve
    })
    this.left = new Promise((resolve) => {
      this.#setLeft = resolve
    })
    this.exited = new Promise((resolve) => {
      this.#worker.once('exit', (code: number | null, signal: string | null) => {
        this.#leave()
        void this.#hearOut().then(() => {
          this.#endTaking?.(false)
          resolve({ code, signal })
        })
      })
    })
    this.#worker.on('error', () => undefined)
    this.#worker.on('message', (value: unknown) => this.#hear(value))
    this.#worker.once('disconnect', () => this.#leave())
  }

  /** Id of the process. */
  get pid(): number | undefined {
    return this.#worker.process.pid
  }

  /** Whether it asked for connections at some time. */
  get hasServed(): boolean {
    return this.#hasServed
  }

  /** Whether it is on its way out, by itself or as it was told, or gone. */
  get isLeaving(): boolean {
    return this.#isDismissed || this.#state === 'left'
  }

  /** Whether it was told to end. */
  get isDismissed(): boolean {
    return this.#isDismissed
  }

  take(socket: Socket): Promise<boolean> {
    if (this.#state !== 'ready') return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#endTaking = (isTaken) => {
        this.#endTaking = undefined
        // The process has a descriptor of its own; this one would keep the connection open after it.
        if (isTaken) socket.destroy()
        resolve(isTaken)
      }
      this.#worker.process.send({ flagon: 'connection' }, socket, { keepOpen: true }, (error) => {
        if (error !== null) this.#endTaking?.(false)
      })
    })
  }

  /** Tells it to finish what runs and to end; kills it when its time is over. One that does not serve yet just ends. */
  dismiss(): void {
    if (this.#isDismissed) return
    this.#isDismissed = true
    if (this.#state === 'starting') this.#worker.process.kill('SIGTERM')
    else this.#tell('stop')
    const seconds = this.#shutdownSeconds + LAST_STEPS_SECONDS + KILL_AFTER_SECONDS
    const timer = setTimeout(() => this.kill(), seconds * MS_PER_SECOND)
    void this.exited.then(() => clearTimeout(timer))
  }

  /** Ends it at once. */
  kill(): void {
    this.#isDismissed = true
    this.#worker.process.kill('SIGKILL')
  }

  #hear(value: unknown): void {
    const message = parseMessage(value)
    switch (message?.flagon) {
      case 'ready':
        this.#shutdownSeconds = message.shutdown_timeout
        if (this.#state === 'starting') this.#state = 'ready'
        this.#hasServed = true
        this.#setReady(true)
        break
      case 'failed':
        this.failure ??= message.text
        break
      case 'taken':
        this.#endTaking?.(true)
        break
      case 'leaving':
        this.#leave()
        this.#tell('last')
    }
  }

  /**
   * Waits until all that a process said before its end has been heard. Node does not tell the end of a channel on which a
   * connection was on its way, so that it has to be looked for.
   */
  async #hearOut(): Promise<void> {
    const { process } = this.#worker
    for (let looks = 0; process.connected && looks < MAX_LOOKS; looks++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  /** No connection is given to it from here on; one that it has not taken goes to another. */
  #leave(): void {
    this.#state = 'left'
    this.#setReady(false)
    this.#setLeft()
  }

  #tell(flagon: 'stop' | 'last'): void {
    if (this.#worker.process.connected) this.#worker.process.send({ flagon }, () => undefined)
  }
}

/** How a process ended, in words. */
export function describeExit({ code, signal }: ChildExit): string {
  return signal === null ? `exit code ${code}` : signal
}
