import { inspect } from 'node:util'
import { CommandError } from './errors.ts'
import { type CommandApp, type CommandRunOptions, finishProgram, type ProgramPart, runProgram } from './program.ts'

/** What the list of commands shows of a command or group. */
export interface CommandFacts {
  /** Says what it does, in its help text. */
  readonly help?: string | undefined
  /** Says it in the list of commands. Default: the first line of `help`. */
  readonly short_help?: string | undefined
  /** Whether the list of commands leaves it out. Default false. */
  readonly hidden?: boolean | undefined
}

/** What a command and a group of commands have in common: they can be run from a list of words, as a shell gives it. */
export abstract class BaseCommand {
  /** The word that it is run by. */
  readonly name: string
  /** Says what it does, in its help text; undefined for nothing. */
  readonly help: string | undefined
  /** Says what it does in the list of commands; undefined for the first line of `help`. */
  readonly short_help: string | undefined
  /** Whether the list of commands leaves it out. */
  readonly hidden: boolean

  constructor(name: string, { help, short_help, hidden = false }: CommandFacts) {
    this.name = name
    this.help = help
    this.short_help = short_help
    this.hidden = hidden
  }

  /** What it consists of, for the program that reads the words. */
  abstract get part(): ProgramPart

  /** The app that it belongs to; undefined where that is said by who runs it. */
  protected get app(): CommandApp | undefined {
    return undefined
  }

  /**
   * Runs what the words ask for, and gives what the command's function gave; undefined where they ask for help.
   *
   * @param args - the words behind the program's name, as in `['greet', 'ann', '--times', '2']`.
   * @throws {@link CommandUsageError} when they are no command, or not what it takes.
   * @throws whatever the function throws.
   */
  invoke(args: readonly string[], options: CommandRunOptions = {}): Promise<unknown> {
    return runProgram(this.part, args, { ...options, app: options.app ?? this.app })
  }

  /**
   * Runs the command as a program does: what goes wrong is written to stderr, and sets the exit code of the process,
   * 2 for what was typed wrongly and 1 for other errors. The process ends by itself once nothing is left to do.
   *
   * @param args - default: the words that the process was started with.
   */
  async main(args: readonly string[] = process.argv.slice(2), options: CommandRunOptions = {}): Promise<void> {
    const { exit_code, error } = await finishProgram(this.part, args, { ...options, app: options.app ?? this.app })
    if (exit_code === 0) return
    if (!(error instanceof CommandError)) process.stderr.write(`${inspect(error)}\n`)
    process.exitCode = exit_code
  }
}
