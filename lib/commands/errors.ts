/** Options of a {@link CommandError}. */
export interface CommandErrorOptions extends ErrorOptions {
  /** Exit code of the process, 1 to 255. Default 1. */
  readonly exit_code?: number | undefined
}

/**
 * Ends a command with a message for the person who typed it: `Error: no such user`, without a stack. Any other error is
 * written with its stack.
 *
 * @see click `ClickException`
 */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  /** Exit code of the process. */
  readonly exit_code: number

  constructor(message: string, options: CommandErrorOptions = {}) {
    super(message, options)
    this.exit_code = options.exit_code ?? 1
  }

  /** What is written to the person, with the line's end. */
  format_message(): string {
    return `Error: ${this.message}\n`
  }
}

const USAGE_EXIT_CODE = 2

/** A command was typed wrongly: an unknown name or option, a missing or unfit value. Its exit code is 2. */
export class CommandUsageError extends CommandError {
  override readonly name = 'CommandUsageError'
  /** How the command is to be typed; it goes before the message. */
  readonly usage: string

  /** @param usage - empty for the message alone. */
  constructor(message: string, usage = '') {
    super(message, { exit_code: USAGE_EXIT_CODE })
    this.usage = usage
  }

  override format_message(): string {
    return this.usage === '' ? super.format_message() : `${this.usage}\n${super.format_message()}`
  }
}
