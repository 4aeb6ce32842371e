import { createRequire } from 'node:module'
import type { Argument, Command, CommanderError, Option } from 'commander'
import { has_app_context } from '../context.ts'
import { FlagonError } from '../errors.ts'
import { paint } from './colors.ts'
import type { Parameter } from './declaration.ts'
import { CommandError, CommandUsageError } from './errors.ts'
import type { ArgumentSpec, OptionSpec } from './values.ts'

/** An app, as far as its commands know it. */
export interface CommandApp {
  /** A context without a request, which commands run in. */
  app_context(): { run<T>(work: () => T): T }
}

/** How a command is run. */
export interface CommandRunOptions {
  /** The app whose context the command runs in. Default: the one that the group belongs to. */
  readonly app?: CommandApp | undefined
  /** What the help text calls the program. Default: the name of the command or group. */
  readonly prog_name?: string | undefined
  /** Columns of the help text. Default: those of the terminal, else 80. */
  readonly terminal_width?: number | undefined
}

/** What a group and a command have in common. */
interface Part {
  readonly name: string
  readonly help: string | undefined
  readonly short_help: string | undefined
  readonly hidden: boolean
  /** Command lines that the help text shows. */
  readonly examples?: readonly string[] | undefined
}

/** A command, as the program is built of it. */
export interface RunnablePart extends Part {
  readonly parameters: readonly Parameter[]
  readonly options: readonly Parameter<OptionSpec>[]
  readonly with_appcontext: boolean
  readonly callback: (values: never) => unknown
}

/** A group, as the program is built of it. */
export interface GroupPart extends Part {
  /** Options that may stand before the command. They are only checked here: who runs the group reads them. */
  readonly options?: readonly Parameter<OptionSpec>[] | undefined
  readonly commands: ReadonlyMap<string, ProgramPart>
}

/** What a program is built of. */
export type ProgramPart = RunnablePart | GroupPart

type Commander = typeof import('commander')

/** Loaded when the first command runs: an app that only serves never pays for it. */
function loadCommander(): Commander {
  return createRequire(import.meta.url)('commander')
}

/**
 * Runs what the words ask for, and gives what the command gave; undefined where they asked for help, which is written.
 *
 * @throws {@link CommandUsageError} when they ask for nothing that there is.
 * @throws whatever the command throws.
 */
export async function runProgram(
  part: ProgramPart,
  words: readonly string[],
  options: CommandRunOptions,
): Promise<unknown> {
  const builder = new ProgramBuilder(loadCommander(), options)
  try {
    await builder.build(part, options.prog_name ?? part.name).parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof HelpWritten)) throw error
  }
  return builder.result
}

/** How the help text looks on a terminal; commander takes the colours out elsewhere. */
const HELP_STYLE = {
  styleTitle: (text: string) => paint('bold', text),
  styleOptionText: (text: string) => paint('green', text),
  styleSubcommandText: (text: string) => paint('cyan', text),
  styleCommandText: (text: string) => paint('cyan', text),
}

/** Ends the parsing once the help text was written, as it was asked for. */
class HelpWritten extends Error {}

/** Makes commander's commands of ours. They are made anew for each run, for they keep what they parsed. */
class ProgramBuilder {
  /** What the command gave. */
  result: unknown = undefined
  readonly #commander: Commander
  readonly #options: CommandRunOptions

  constructor(commander: Commander, options: CommandRunOptions) {
    this.#commander = commander
    this.#options = options
  }

  build(part: ProgramPart, name: string): Command {
    const command = new this.#commander.Command(name)
    command.description(part.help ?? '').summary(part.short_help ?? firstLine(part.help))
    command.configureHelp({ sortSubcommands: true, ...HELP_STYLE })
    if (part.examples?.length)
      command.addHelpText('after', `\n${paint('bold', 'Examples:')}\n${exampleLines(part.examples)}`)
    let written = ''
    command.configureOutput({
      writeErr: (text) => {
        written += text
      },
      outputError: () => undefined,
      ...this.#helpWidth(),
    })
    command.exitOverride((error) => {
      throw outcomeOf(error, command, written)
    })
    return 'commands' in part ? this.#group(command, part) : this.#runnable(command, part)
  }

  #helpWidth(): { getOutHelpWidth?: () => number; getErrHelpWidth?: () => number } {
    const { terminal_width } = this.#options
    if (terminal_width === undefined) return {}
    return { getOutHelpWidth: () => terminal_width, getErrHelpWidth: () => terminal_width }
  }

  #group(command: Command, group: GroupPart): Command {
    for (const parameter of group.options ?? []) command.addOption(this.#option(parameter))
    // What stands behind the name of a command is the command's.
    if (group.options !== undefined) command.enablePositionalOptions()
    // A command that has none below it would run, and do nothing.
    if (group.commands.size === 0) return command.action(() => command.help({ error: true }))
    for (const [name, part] of group.commands) command.addCommand(this.build(part, name), { hidden: part.hidden })
    return command
  }

  #runnable(command: Command, part: RunnablePart): Command {
    const options = part.options.map((parameter) => {
      const option = this.#option(parameter)
      command.addOption(option)
      return [parameter, option] as const
    })
    for (const parameter of part.parameters) command.addArgument(this.#argument(parameter))
    return command.action(async () => {
      const values: Record<string, unknown> = {}
      part.parameters.forEach(({ key }, index) => {
        values[key] = command.processedArgs[index]
      })
      for (const [{ key, taking }, option] of options) {
        const value: unknown = command.getOptionValue(option.attributeName())
        values[key] = value === undefined ? LEFT_OUT[taking]?.() : value
      }
      this.result = await this.#call(part, values as never)
    })
  }

  #call({ name, callback, with_appcontext }: RunnablePart, values: never): unknown {
    if (!with_appcontext || has_app_context()) return callback(values)
    const { app } = this.#options
    if (app === undefined) {
      throw new FlagonError(
        'OUTSIDE_CONTEXT',
        `the command '${name}' runs in an app context, and there is no app: run it through app.cli, or with { app }`,
      )
    }
    return app.app_context().run(() => callback(values))
  }

  #option(parameter: Parameter<OptionSpec>): Option {
    const { text, spec } = parameter
    const option = new this.#commander.Option(text, spec.help)
    // An empty variable is how a shell or a container says that there is none.
    if (spec.envvar !== undefined && process.env[spec.envvar] !== '') option.env(spec.envvar)
    if (spec.required) option.makeOptionMandatory()
    if (spec.hidden) option.hideHelp()
    return this.#describe(option, parameter)
  }

  #argument(parameter: Parameter): Argument {
    return this.#describe(new this.#commander.Argument(parameter.text, parameter.spec.help), parameter)
  }

  #describe<T extends Argument | Option>(target: T, { taking, spec }: Parameter): T {
    if (spec.default !== undefined) target.default(spec.default)
    if (spec.choices !== undefined) target.choices(spec.choices)
    if (taking === 'nothing') return target
    target.argParser<unknown>((text, previous) => {
      const value = this.#convert(text, spec)
      if (taking !== 'list') return value
      return previous === spec.default || !Array.isArray(previous) ? [value] : [...previous, value]
    })
    return target
  }

  #convert(text: string, { type, choices }: ArgumentSpec): unknown {
    const { InvalidArgumentError } = this.#commander
    if (choices !== undefined && !choices.includes(text)) {
      throw new InvalidArgumentError(`It is one of ${choices.join(', ')}.`)
    }
    if (type === undefined) return text
    let value: unknown
    try {
      value = type(text)
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
    }
    if (Number.isNaN(value)) throw new InvalidArgumentError('It is not a number.')
    return value
  }
}

/** What an option is that was left out and has no default. */
const LEFT_OUT: { readonly [taking: string]: (() => unknown) | undefined } = {
  nothing: () => false,
  list: () => [],
}

/** What a run ends with where commander would leave the process. */
function outcomeOf(error: CommanderError, command: Command, written: string): Error {
  if (error.exitCode === 0) return new HelpWritten()
  // A group was named without one of its commands: what was written is its help.
  if (error.code === 'commander.help') return new MissingCommandError(written)
  const path = pathOf(command)
  const usage = `Usage: ${command.createHelp().commandUsage(command)}\nTry '${path} --help' for help.\n`
  return new CommandUsageError(error.message.replace(/^error: /, ''), usage)
}

/** A group was run without one of its commands; its help says which there are. */
class MissingCommandError extends CommandUsageError {
  constructor(help: string) {
    super('a command is missing', help)
  }

  override format_message(): string {
    return this.usage
  }
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** Examples one under the other, what each does in a column. */
function exampleLines(examples: readonly string[]): string {
  const rows = examples.map((example) => example.split(/ +# /))
  const width = Math.max(...rows.map(([command = '']) => command.length))
  return rows
    .map(([command = '', what]) => `  ${what === undefined ? command : `${command.padEnd(width)}  # ${what}`}`)
    .join('\n')
}

function firstLine(help: string | undefined): string {
  return help?.trimStart().split('\n', 1)[0] ?? ''
}

/** How a run ended. */
export interface ProgramOutcome {
  /** 0 where it went well. */
  readonly exit_code: number
  /** What the command gave. */
  readonly value: unknown
  /** What it threw; undefined where it went well. */
  readonly error: unknown
}

/** Runs what the words ask for to its end. What a person did wrong is written to stderr; other errors are not. */
export async function finishProgram(
  part: ProgramPart,
  words: readonly string[],
  options: CommandRunOptions,
): Promise<ProgramOutcome> {
  try {
    return { exit_code: 0, value: await runProgram(part, words, options), error: undefined }
  } catch (error) {
    if (!(error instanceof CommandError)) return { exit_code: 1, value: undefined, error }
    process.stderr.write(error.format_message())
    return { exit_code: error.exit_code, value: undefined, error }
  }
}
