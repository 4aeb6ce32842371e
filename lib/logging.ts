import { contextStorage } from './context.ts'
import {
  jsonOf,
  type LogFormat,
  type LogLevel,
  type LogRecord,
  type LogThreshold,
  readCall,
  textOf,
} from './logging/record.ts'
import type { Logger } from './types.ts'

export type { LogFormat, LogLevel, LogThreshold }

const RANKS: Readonly<Record<LogThreshold, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 }

/** How a {@link StderrLogger} writes; each is asked for with each record. */
export interface StderrLoggerOptions {
  /** The least level that is written. Default `info`. */
  readonly level?: (() => LogThreshold) | undefined
  /** How records are written; null, the default, writes text on a terminal and JSON elsewhere. */
  readonly format?: (() => LogFormat | null) | undefined
}

/**
 * Writes records to standard error, one a line: on a terminal as text, in colour unless `NO_COLOR` is set, elsewhere as JSON.
 * A record that is written within a request bears its id. The default of `app.logger`.
 *
 * @see docs/guide/logging.md
 */
export class StderrLogger implements Logger {
  /** Silences the logger when true. */
  disabled = false
  readonly #name: string
  readonly #level: () => LogThreshold
  readonly #format: () => LogFormat | null

  /**
   * @param name - of the app.
   */
  constructor(name: string, options: StderrLoggerOptions = {}) {
    this.#name = name
    this.#level = options.level ?? (() => 'info')
    this.#format = options.format ?? (() => null)
  }

  /** Writes a record for developers. */
  debug(...args: unknown[]): void {
    this.#write('debug', args)
  }

  /** Writes a record of what happened. */
  info(...args: unknown[]): void {
    this.#write('info', args)
  }

  /** Writes a record of something to look at. */
  warn(...args: unknown[]): void {
    this.#write('warn', args)
  }

  /** Writes a record of a failure; errors with their stack. */
  error(...args: unknown[]): void {
    this.#write('error', args)
  }

  #write(level: LogLevel, args: readonly unknown[]): void {
    if (this.disabled || RANKS[level] < RANKS[this.#level()]) return
    const requestId = contextStorage.getStore()?.request?.id
    const record: LogRecord = { time: new Date(), level, app: this.#name, requestId, ...readCall(args) }
    process.stderr.write(`${lineOf(record, this.#format())}\n`)
  }
}

/** Whether records of no chosen format are text: someone reads along. */
export function isTerminal(): boolean {
  return process.stderr.isTTY === true
}

/** Whether standard error shows colours; `NO_COLOR` and `FORCE_COLOR` have their say. */
export function hasColors(): boolean {
  return isTerminal() && process.stderr.hasColors()
}

function lineOf(record: LogRecord, format: LogFormat | null): string {
  const isText = format === null ? isTerminal() : format === 'text'
  return isText ? textOf(record, hasColors()) : jsonOf(record)
}

/**
 * The fields that tie a record to the request in whose life it is written; none outside of one. For other loggers than the default:
 * `app.logger = pino({ mixin: log_context })`.
 *
 * @see docs/guide/logging.md
 */
export function log_context(): { request_id?: string } {
  const request = contextStorage.getStore()?.request
  return request === undefined ? {} : { request_id: request.id }
}
