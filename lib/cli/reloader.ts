import { relative } from 'node:path'
import { addressText, type ListenAddress } from '../serving/address.ts'
import { Child, type ChildExit, type ChildProgram, describeExit } from '../serving/child.ts'
import { HeldPort } from '../serving/held-port.ts'
import { onStopSignals } from '../serving/stop-signals.ts'
import { FailurePage, type PageCertificate } from './failure-page.ts'
import { FileWatcher } from './file-watcher.ts'

/** Options of {@link runReloading}. */
export interface ReloadingOptions extends ListenAddress, PageCertificate {
  /** What serves. It loads the app and calls `app.run`, which takes its connections from this process. */
  readonly program: ChildProgram
  /**
   * What is watched: folders, whose code, templates and settings count, with all below them but what is installed or built;
   * and single files of any kind.
   */
  readonly watch: readonly string[]
  /** Takes a line about what happens. Default: writes it to standard error. */
  readonly log?: ((line: string) => void) | undefined
}

/** Files that are named where many changed. */
const MAX_NAMED = 3

/**
 * Serves an address with a process that is started anew whenever a file changes, until it is told to end. Resolves with the
 * exit code that this process is to end with.
 *
 * This process holds the port, so that nothing is refused: what connects while the app starts waits for it, and the process
 * before finishes what it has begun. Where the app cannot be started, its reason is what the browser shows until the next
 * save. SIGTERM and SIGINT end both; where this process is killed, the other one finishes what it has begun and ends.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` or `ADDRESS_UNAVAILABLE` where the address cannot be listened on.
 */
export async function runReloading(options: ReloadingOptions): Promise<number> {
  const port = await HeldPort.hold(options)
  return new Reloader(port, options).run()
}

class Reloader {
  readonly #port: HeldPort
  readonly #options: ReloadingOptions
  readonly #page: FailurePage
  /** Those that are not gone: the last one, and those before it that finish what they have begun. */
  readonly #children = new Set<Child>()
  #current: Child | undefined
  #isStopping = false
  #end: () => void = () => undefined

  constructor(port: HeldPort, options: ReloadingOptions) {
    this.#port = port
    this.#options = options
    this.#page = new FailurePage(options)
  }

  async run(): Promise<number> {
    const { watch, cert } = this.#options
    const watcher = new FileWatcher({
      paths: watch,
      onChange: (paths) => this.#restart(paths),
      onError: (error, path) => this.#log(` * ${path} is not watched: ${String(error)}`),
    })
    const forgetSignals = onStopSignals(
      () => this.#stop(),
      () => this.#kill(),
    )
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve
    })
    this.#log(` * Serving on ${addressText(this.#port.server, cert !== undefined)} (Ctrl+C to stop)`)
    this.#log(' * Starting again whenever a file changes')
    this.#start()
    await ended
    watcher.close()
    this.#page.close()
    forgetSignals()
    return 0
  }

  #restart(changed: readonly string[]): void {
    if (this.#isStopping) return
    this.#log(` * Changed: ${namesOf(changed)}; starting again`)
    // From here on whoever connects waits for the new process.
    this.#port.remove(this.#page)
    if (this.#current !== undefined) this.#port.remove(this.#current)
    this.#current?.dismiss()
    this.#start()
  }

  #start(): void {
    const child = new Child(this.#options.program)
    this.#children.add(child)
    this.#current = child
    void child.ready.then((isReady) => {
      if (isReady && !child.isLeaving) this.#port.add(child)
    })
    void child.left.then(() => this.#port.remove(child))
    void child.exited.then((exit) => {
      this.#children.delete(child)
      if (this.#isStopping && this.#children.size === 0) this.#end()
      else if (child === this.#current && !child.isDismissed) this.#explain(child, exit)
    })
  }

  /** Shows why there is no app, until a file changes. */
  #explain(child: Child, exit: ChildExit): void {
    const how = `${child.hasServed ? 'ended' : 'could not be started'} (${describeExit(exit)})`
    this.#log(` * The app ${how}; waiting for a file to change`)
    this.#page.show(`The app ${how}`, child.failure ?? 'It did not say why; look at the terminal.')
    this.#port.add(this.#page)
  }

  #stop(): void {
    this.#isStopping = true
    this.#port.remove(this.#page)
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

function namesOf(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMED).map((path) => relative('', path))
  const others = paths.length - names.length
  return others === 0 ? names.join(', ') : `${names.join(', ')} and ${others} more`
}
