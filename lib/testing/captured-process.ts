import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { Readable, Writable } from 'node:stream'

/** What work gets of the process, other than what it has. */
export interface CaptureOptions {
  /** What can be read from stdin. */
  readonly input: string | Uint8Array
  /** Variables of the environment that are set, or for undefined unset, while the work runs. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What work wrote, and how it left the process. */
export interface Captured<T> {
  /** What it gave. */
  readonly value: T
  /** Code that it put into `process.exitCode`; 0 where it put none. */
  readonly exit_code: number
  /** What `process.exit` threw; undefined where it was not called. */
  readonly exit: ProcessExit | undefined
  /** What it wrote to stdout. */
  readonly stdout: string
  /** What it wrote to stderr. */
  readonly stderr: string
  /** What it wrote to either, in the order of writing. */
  readonly output: string
}

/** Thrown by `process.exit` within captured work: the process goes on. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit'
  /** The code that was given. */
  readonly exit_code: number

  constructor(exit_code: number) {
    super(`process.exit(${exit_code}) was called`)
    this.exit_code = exit_code
  }
}

type AnyFunction = (...args: unknown[]) => unknown

/** The streams and the console that captured work has in place of the process's. */
class Capture {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly stdin: Readable
  readonly console: Console
  readonly #written: { readonly to: 'stdout' | 'stderr'; readonly bytes: Buffer }[] = []
  /** The first exit. */
  exit: ProcessExit | undefined = undefined

  constructor(input: string | Uint8Array) {
    this.stdout = this.#sink('stdout')
    this.stderr = this.#sink('stderr')
    this.stdin = Readable.from(input.length === 0 ? [] : [Buffer.from(input)], { objectMode: false })
    this.console = new Console({ stdout: this.stdout, stderr: this.stderr })
  }

  #sink(to: 'stdout' | 'stderr'): Writable {
    return new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        this.#written.push({ to, bytes })
        done()
      },
    })
  }

  /** What was written to one stream, or to both in the order of writing. */
  text(stream?: 'stdout' | 'stderr'): string {
    const chunks = this.#written.filter(({ to }) => stream === undefined || to === stream)
    return Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()
  }
}

/** The capture of the work that runs here: what runs beside it, such as the test runner, keeps the process's own streams. */
const captures = new AsyncLocalStorage<Capture>()

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs work with streams, console and stdin of its own, and with `process.exit` thrown as an error. Works wait for one
 * another, since the environment and the exit code are those of the process; one within another does not wait.
 */
export function captureProcess<T>(work: () => Promise<T>, options: CaptureOptions): Promise<Captured<T>> {
  if (captures.getStore() !== undefined) return runCaptured(work, options)
  const turn = last.then(() => runCaptured(work, options))
  last = turn.catch(() => undefined)
  return turn
}

async function runCaptured<T>(work: () => Promise<T>, { input, env }: CaptureOptions): Promise<Captured<T>> {
  const capture = new Capture(input)
  const exitCode = process.exitCode
  const restore = [...replaceStreams(), ...replaceConsole(capture.console), replaceExit(), ...setEnvironment(env)]
  process.exitCode = undefined
  try {
    const value = await captures.run(capture, work)
    return {
      value,
      exit_code: Number(process.exitCode ?? 0),
      exit: capture.exit,
      stdout: capture.text('stdout'),
      stderr: capture.text('stderr'),
      output: capture.text(),
    }
  } finally {
    process.exitCode = exitCode
    for (const undo of restore.reverse()) undo()
  }
}

/** Puts another value or getter in the place of a property; what it gives puts the old one back. */
function replace(target: object, key: string, descriptor: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key)
  Object.defineProperty(target, key, { ...descriptor, configurable: true, enumerable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, key)
    else Object.defineProperty(target, key, before)
  }
}

/** Replaces a function by one that hands its calls to another where there is a capture that has one. */
function replaceFunction(target: object, key: string, other: (capture: Capture) => AnyFunction): () => void {
  const original: AnyFunction = Reflect.get(target, key)
  const value: AnyFunction = (...args) => {
    const capture = captures.getStore()
    return Reflect.apply(capture === undefined ? original : other(capture), target, args)
  }
  return replace(target, key, { value, writable: true })
}

function replaceStreams(): (() => void)[] {
  const getStdin = Object.getOwnPropertyDescriptor(process, 'stdin')
  return [
    replaceFunction(process.stdout, 'write', ({ stdout }) => stdout.write.bind(stdout) as AnyFunction),
    replaceFunction(process.stderr, 'write', ({ stderr }) => stderr.write.bind(stderr) as AnyFunction),
    replace(process, 'stdin', {
      get: () => captures.getStore()?.stdin ?? getStdin?.get?.call(process) ?? getStdin?.value,
    }),
  ]
}

/** Not every runner of tests lets the console write to the process's streams. */
function replaceConsole(like: Console): (() => void)[] {
  return Object.keys(like).map((method) =>
    replaceFunction(console, method, (capture) => Reflect.get(capture.console, method)),
  )
}

function replaceExit(): () => void {
  return replaceFunction(process, 'exit', (capture) => (code) => {
    const exit = new ProcessExit(Number(code ?? process.exitCode ?? 0))
    capture.exit ??= exit
    throw exit
  })
}

function setEnvironment(env: CaptureOptions['env']): (() => void)[] {
  return Object.entries(env).map(([name, value]) => {
    const before = process.env[name]
    setVariable(name, value)
    return () => setVariable(name, before)
  })
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
