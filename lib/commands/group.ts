import { type MethodContext, register } from '../decorators.ts'
import { BaseCommand, type CommandFacts } from './base-command.ts'
import { Command } from './command.ts'
import { checkName } from './declaration.ts'
import type { CommandApp, GroupPart } from './program.ts'
import type { CommandFunction, CommandOptions, CommandValues } from './values.ts'

/** Makes a function a command and gives it back; works on static methods and methods as a standard decorator too. */
export type CommandDecorator<Values> = <F extends CommandFunction<Values>>(callback: F, context?: MethodContext) => F

/** Options of a group. */
export interface AppGroupOptions extends CommandFacts {
  /** The app whose context its commands run in, where nobody says which when they are run. */
  readonly app?: CommandApp | undefined
}

/**
 * Commands under one name, which run inside an app context. `app.cli` is one, `blueprint.cli` is one, and each can hold
 * others.
 *
 * @see docs/guide/commands.md
 * @see Flask `flask.cli.AppGroup`
 */
export class AppGroup extends BaseCommand {
  /** Commands and groups by the names that they are run by. */
  readonly commands: Map<string, BaseCommand> = new Map()
  readonly #app: CommandApp | undefined

  constructor(name: string, options: AppGroupOptions = {}) {
    super(name, options)
    this.#app = options.app
  }

  /**
   * A decorator that makes a function a command: `app.cli.command('greet <name>')(function greet({ name }) { … })`. What
   * the function gets is typed from the declaration and the options.
   *
   * @param declaration - name and arguments, as commander writes them; a name that is left out comes from the function,
   *   with dashes for underscores.
   * @throws {@link FlagonError} `COMMAND_INVALID` when it cannot be read.
   */
  command<D extends string = '', const O extends CommandOptions = CommandOptions>(
    declaration?: D,
    options?: O,
  ): CommandDecorator<CommandValues<D, O>>
  command(declaration = '', options: CommandOptions = {}): CommandDecorator<Record<string, unknown>> {
    return (callback, context) =>
      register('a command', callback, context, (fn) => this.add_command(new Command(declaration, options, fn)))
  }

  /**
   * A new group below this one.
   *
   * @throws {@link FlagonError} `COMMAND_INVALID` when the name is not one word.
   */
  group(name: string, options: AppGroupOptions = {}): AppGroup {
    const group = new AppGroup(name, options)
    this.add_command(group)
    return group
  }

  /**
   * Puts a command or group in; one that has its name already gives way.
   *
   * @param name - default: its own.
   * @throws {@link FlagonError} `COMMAND_INVALID` when the name is not one word.
   */
  add_command(command: BaseCommand, name: string = command.name): void {
    this.commands.set(checkName(name), command)
  }

  /** The command or group of a name; undefined where there is none. */
  get_command(name: string): BaseCommand | undefined {
    return this.commands.get(name)
  }

  /** The names of commands and groups, sorted. */
  list_commands(): string[] {
    return [...this.commands.keys()].sort()
  }

  protected override get app(): CommandApp | undefined {
    return this.#app
  }

  override get part(): GroupPart {
    const { name, help, short_help, hidden } = this
    const commands = new Map([...this.commands].map(([word, command]) => [word, command.part]))
    return { name, help, short_help, hidden, commands }
  }
}
