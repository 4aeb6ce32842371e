import { inspect } from 'node:util'
import type { Logger } from './types.ts'

/** Characters that could forge a line of the log or steer a terminal; line ends are seen to apart. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

function escapeControl(text: string): string {
  return text.replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function format(value: unknown): string {
  if (typeof value === 'string') return escapeControl(value.replaceAll('\n', '\\n'))
  try {
    // A stack needs its lines, but the message in it may hold what a client sent: none of them begins a record.
    return escapeControl(inspect(value)).replaceAll('\n', '\n  ')
  } catch {
    // A getter of the value threw.
    return `(a value of type ${typeof value} that cannot be shown)`
  }
}

/** Writes records to standard error, one after the other, with time, level and name. The default of `app.logger`. */
export class StderrLogger implements Logger {
  /** Silences the logger when true. */
  disabled = false
  readonly #name: string
  readonly #isDebug: () => boolean

  /**
   * @param isDebug - whether debug records are written.
   */
  constructor(name: string, isDebug: () => boolean) {
    this.#name = name
    this.#isDebug = isDebug
  }

  /** Writes a record, in debug only. */
  debug(...args: unknown[]): void {
    if (this.#isDebug()) this.#write('DEBUG', args)
  }

  /** Writes a record of what happened. */
  info(...args: unknown[]): void {
    this.#write('INFO', args)
  }

  /** Writes a record of something to look at. */
  warn(...args: unknown[]): void {
    this.#write('WARNING', args)
  }

  /** Writes a record of a failure; errors with their stack. */
  error(...args: unknown[]): void {
    this.#write('ERROR', args)
  }

  #write(level: string, args: readonly unknown[]): void {
    if (this.disabled) return
    process.stderr.write(`[${new Date().toISOString()}] ${level} in ${this.#name}: ${args.map(format).join(' ')}\n`)
  }
}
