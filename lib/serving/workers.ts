import { addressText, type ListenAddress } from './address.ts'
import { Child, type ChildExit, type ChildProgram, describeExit } from './child.ts'
import { HeldPort } from './held-port.ts'
import { isTerminalGone, onStopSignals } from './stop-signals.ts'

/** Options of {@link runWorkers}. */
export interface WorkersOptions extends ListenAddress {
  /** How many processes serve; at least 1. */
  readonly workers: number
  /** What each of them runs. It loads the app and calls `app.run`, which takes its connections from this process. */
  readonly program: ChildProgram
  /** Whether the processes speak HTTPS; for the address that is shown. Default false. */
  readonly secure?: boolean | undefined
  /** Takes a line about what happens. Default: writes it to standard error. */
  readonly log?: ((line: string) => void) | undefined
}

/** Processes that end one after the other before they serve, after which all end. */
const MAX_FAILED_STARTS = 3
/** Time between two of them. */
const RETRY_DELAY_MS = 250
const FAILURE_EXIT_CODE = 1

/**
 * Serves an address with several processes until it is told to end. Resolves with the exit code that this process is to end
 * with: 0, or 1 where the processes could not be started.
 *
 * - A process that ends is replaced at once. Several in a row that end before they serve end all, and the reason is shown.
 * - SIGTERM and SIGINT: no more connections are taken, all processes finish what they have begun; a second one ends all at
 *   once.
 * - SIGHUP: each process is replaced by a new one, which serves before the old one stops; where a new one cannot be started
 *   the old ones stay.
 * - Where this process is killed, the others finish what they have begun and end.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` or `ADDRESS_UNAVAILABLE` where the address cannot be listened on.
 * @see docs/guide/deploying.md
 */
export async function runWorkers(options: WorkersOptions): Promise<number> {
  const port = await HeldPort.hold(options)
  return new Crew(port, options).run()
}

/** The processes that serve one port. */
class Crew {
  readonly #port: HeldPort
  readonly #options: WorkersOptions
  /** The oldest first. */
  readonly #children = new Set<Child>()
  /** One that is to take the place of another, and does not serve yet. */
  #successor: Child | undefined
  #failedStarts = 0
  #hasServed = false
  #isStopping = false
  #isRenewing = false
  #isRenewalWanted = false
  #exitCode = 0
  #end: () => void = () => undefined

  constructor(port: HeldPort, options: WorkersOptions) {
    this.#port = port
    this.#options = options
  }

  async run(): Promise<number> {
    const hadTerminal = process.stderr.isTTY
    const hangUp = (): void => {
      if (hadTerminal && isTerminalGone()) this.#stop()
      else void this.#renew()
    }
    process.on('SIGHUP', hangUp)
    const forgetSignals = onStopSignals(
      () => this.#stop(),
      () => this.#kill(),
    )
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve
    })
    // The first goes ahead: where it cannot be started, the others cannot either.
    this.#start()
    await ended
    process.off('SIGHUP', hangUp)
    forgetSignals()
    return this.#exitCode
  }

  /** A new process; it gets connections as soon as it asks for them. */
  #start(): Child {
    const child = new Child(this.#options.program)
    this.#children.add(child)
    void child.ready.then((isReady) => {
      if (isReady && !child.isLeaving) this.#welcome(child)
    })
    void child.left.then(() => {
      this.#port.remove(child)
      if (child.hasServed) this.#fill()
    })
    void child.exited.then((exit) => {
      this.#children.delete(child)
      this.#bury(child, exit)
    })
    return child
  }

  #welcome(child: Child): void {
    this.#failedStarts = 0
    this.#port.add(child)
    if (this.#hasServed) return
    this.#hasServed = true
    const address = addressText(this.#port.server, this.#options.secure ?? false)
    this.#log(` * Serving on ${address} with ${this.#options.workers} workers (Ctrl+C to stop)`)
    this.#fill()
  }

  /** Sees to what a process leaves behind. */
  #bury(child: Child, exit: ChildExit): void {
    if (this.#isStopping) {
      if (this.#children.size === 0) this.#end()
      return
    }
    if (child.isDismissed || child === this.#successor) return
    const how = describeExit(exit)
    if (child.hasServed) {
      this.#log(` * Worker ${child.pid} ended (${how}) and is replaced`)
      return
    }
    this.#failedStarts += 1
    this.#log(` * Worker ${child.pid} ended before it could serve (${how})`)
    if (this.#failedStarts >= MAX_FAILED_STARTS) this.#giveUp(child)
    else setTimeout(() => this.#fill(), RETRY_DELAY_MS)
  }

  /** Starts the processes that are missing, and dismisses the oldest where there are too many. */
  #fill(): void {
    if (this.#isStopping) return
    const present = [...this.#children].filter((child) => !child.isLeaving && child !== this.#successor)
    const wanted = this.#hasServed ? this.#options.workers : 1
    for (const child of present.slice(0, Math.max(0, present.length - wanted))) child.dismiss()
    for (let count = present.length; count < wanted; count++) this.#start()
  }

  /** Replaces the processes one by one. */
  async #renew(): Promise<void> {
    this.#isRenewalWanted = true
    if (this.#isRenewing) return
    this.#isRenewing = true
    while (this.#isRenewalWanted && !this.#isStopping) {
      this.#isRenewalWanted = false
      this.#log(' * Hangup: the workers are replaced')
      for (let count = 0; count < this.#options.workers && !this.#isStopping; count++) {
        if (!(await this.#replaceOldest())) break
      }
    }
    this.#isRenewing = false
  }

  /** False where the new process could not be started; the old one then stays. */
  async #replaceOldest(): Promise<boolean> {
    const child = this.#start()
    this.#successor = child
    const isReady = await child.ready
    if (!isReady) await child.exited
    this.#successor = undefined
    if (isReady) this.#fill()
    else if (!this.#isStopping) this.#log(` * The old workers stay: a new one could not be started${reasonOf(child)}`)
    return isReady
  }

  #giveUp(child: Child): void {
    const count = this.#failedStarts
    this.#log(` * ${count} workers in a row ended before they could serve: giving up${reasonOf(child)}`)
    this.#exitCode = FAILURE_EXIT_CODE
    this.#stop()
  }

  #stop(): void {
    if (this.#isStopping) return
    this.#isStopping = true
    this.#port.close()
    for (const child of this.#children) child.dismiss()
    if (this.#children.size === 0) this.#end()
  }

  #kill(): void {
    for (const child of this.#children) child.kill()
  }

  #log(line: string): void {
    if (this.#options.log === undefined) process.stderr.write(`${line}\n`)
    else this.#options.log(line)
  }
}

function reasonOf({ failure }: Child): string {
  return failure === undefined ? '' : `\n${failure}`
}
