import { BaseCommand } from '../commands/base-command.ts'
import { CommandError } from '../commands/errors.ts'
import type { AppGroup } from '../commands/group.ts'
import { type CommandApp, finishProgram, type ProgramOutcome } from '../commands/program.ts'
import { type Captured, captureProcess } from './captured-process.ts'
import { splitWords } from './shell-words.ts'

/** What a runner needs of the app whose commands it runs. */
export interface CliRunnerApp extends CommandApp {
  /** The commands of the app. */
  readonly cli: AppGroup
}

/** What the commands of a runner, or of one run, find in the process. */
export interface FlagonCliRunnerOptions {
  /** Variables of the environment that are set, or for undefined unset, while a command runs. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** False throws the error of a command to the test, where it is not one for the person who typed it. Default true. */
  readonly catch_exceptions?: boolean | undefined
}

/** Options of one run. */
export interface InvokeOptions extends FlagonCliRunnerOptions {
  /** What the command can read from stdin. Default: nothing. */
  readonly input?: string | Uint8Array | undefined
}

/** Words of a command line: one text, split as a shell does, or a list of words. */
export type CliArguments = string | readonly string[]

/** Columns of the help text, on every machine. */
const HELP_WIDTH = 80

/**
 * Runs the commands of an app, for tests: in this process, with streams, stdin and environment of their own.
 *
 * @see docs/guide/commands.md
 * @see Flask `flask.testing.FlaskCliRunner`
 */
export class FlagonCliRunner {
  /** The app whose commands are run. */
  readonly app: CliRunnerApp
  readonly #options: FlagonCliRunnerOptions

  constructor(app: CliRunnerApp, options: FlagonCliRunnerOptions = {}) {
    this.app = app
    this.#options = options
  }

  /**
   * Runs a command and tells how it ended: `await runner.invoke('greet ann')`, `await runner.invoke(['greet', 'ann'])`,
   * or, for a command that need not be the app's, `await runner.invoke(command, ['ann'])`. What is written with
   * `console` and to `process.stdout` and `process.stderr` is kept, and `process.exit` ends the command alone.
   *
   * Runs wait for one another, as they share the environment.
   *
   * @throws TypeError when the text ends within quotes.
   * @throws the error of the command where `catch_exceptions` is false.
   */
  invoke(args?: CliArguments, options?: InvokeOptions): Promise<CliResult>
  invoke(command: BaseCommand, args?: CliArguments, options?: InvokeOptions): Promise<CliResult>
  invoke(
    first: BaseCommand | CliArguments = [],
    second?: CliArguments | InvokeOptions,
    third?: InvokeOptions,
  ): Promise<CliResult> {
    if (first instanceof BaseCommand) return this.#run(first, isArguments(second) ? second : [], third)
    return this.#run(this.app.cli, first, isArguments(second) ? third : second)
  }

  async #run(command: BaseCommand, args: CliArguments, options: InvokeOptions = {}): Promise<CliResult> {
    const words = typeof args === 'string' ? splitWords(args) : args
    const { input = '', catch_exceptions = this.#options.catch_exceptions ?? true } = options
    const captured = await captureProcess(
      () => finishProgram(command.part, words, { app: this.app, terminal_width: HELP_WIDTH }),
      { input, env: { ...this.#options.env, ...options.env } },
    )
    const { value: outcome, exit } = captured
    const isForPerson = exit !== undefined || outcome.error === undefined || outcome.error instanceof CommandError
    if (!catch_exceptions && !isForPerson) throw outcome.error
    return new CliResult(captured)
  }
}

function isArguments(value: CliArguments | InvokeOptions | undefined): value is CliArguments {
  return typeof value === 'string' || Array.isArray(value)
}

/**
 * What a command that was run for a test wrote, and how it ended.
 *
 * @see click `click.testing.Result`
 */
export class CliResult {
  /** The code that the process would have ended with: 0 where it went well, 2 where the command was typed wrongly. */
  readonly exit_code: number
  /** What it threw; undefined where it threw nothing, or the exit code is 0. */
  readonly exception: unknown
  /** What the function of the command gave; undefined where it did not come to its end. */
  readonly return_value: unknown
  /** What was written to stdout and stderr, in the order of writing. */
  readonly output: string
  /** What was written to stdout. */
  readonly stdout: string
  /** What was written to stderr. */
  readonly stderr: string

  constructor({ value: outcome, exit, exit_code, stdout, stderr, output }: Captured<ProgramOutcome>) {
    this.exit_code = exit?.exit_code ?? (outcome.exit_code || exit_code)
    this.exception = this.exit_code === 0 ? undefined : (exit ?? outcome.error)
    this.return_value = outcome.value
    this.stdout = stdout
    this.stderr = stderr
    this.output = output
  }
}
