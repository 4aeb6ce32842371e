import { describe } from '../decorators.ts'
import { FlagonError } from '../errors.ts'
import { BaseCommand } from './base-command.ts'
import { type Declaration, nameOfFunction, parseDeclaration } from './declaration.ts'
import type { ProgramPart } from './program.ts'
import type { CommandFunction, CommandOptions, CommandValues } from './values.ts'

/**
 * A function that can be run from the command line, with what it takes.
 *
 * @see docs/guide/commands.md
 */
export class Command<D extends string = string, const O extends CommandOptions = CommandOptions> extends BaseCommand {
  /** The function. */
  readonly callback: CommandFunction<CommandValues<D, O>>
  /** Whether it runs inside an app context. */
  readonly with_appcontext: boolean
  readonly #declaration: Declaration
  readonly #examples: readonly string[]

  /**
   * @param declaration - name and arguments, `greet <name> [greeting]`; a name that is left out comes from the function.
   * @throws {@link FlagonError} `COMMAND_INVALID` when it cannot be read, or there is no name; `VIEW_INVALID` when the
   *   callback is no function.
   */
  constructor(declaration: D, options: O, callback: CommandFunction<CommandValues<D, O>>) {
    if (typeof callback !== 'function') {
      throw new FlagonError('VIEW_INVALID', `a command must be a function, not ${describe(callback)}`)
    }
    const read = parseDeclaration(declaration, options)
    super(read.name === '' ? nameOfFunction(callback.name) : read.name, options)
    this.callback = callback
    this.with_appcontext = options.with_appcontext ?? true
    this.#declaration = read
    this.#examples = options.examples ?? []
  }

  override get part(): ProgramPart {
    const { name, help, short_help, hidden, callback, with_appcontext } = this
    const { arguments: parameters, options } = this.#declaration
    const examples = this.#examples
    return { name, help, short_help, hidden, examples, callback, with_appcontext, parameters, options }
  }
}
