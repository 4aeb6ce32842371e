import type { BaseCommand } from '../commands/base-command.ts'
import { AppGroup } from '../commands/group.ts'
import type { GroupPart } from '../commands/program.ts'
import { completionCommand } from './commands/completion.ts'
import { newCommand } from './commands/new.ts'
import { routesCommand } from './commands/routes.ts'
import { runCommand } from './commands/run.ts'
import { secretCommand } from './commands/secret.ts'
import { sessionGroup } from './commands/session.ts'
import { shellCommand } from './commands/shell.ts'
import { rootOptions } from './global-options.ts'
import { ScriptInfo } from './script-info.ts'

const HELP =
  'Runs and looks after an app of Flagon.\n\n' +
  'The app is that of wsgi.ts, app.ts, src/wsgi.ts or src/app.ts (or .js, .mts, .mjs) in this folder, or the one that --app ' +
  'or the variable FLAGON_APP names.'

const EXAMPLES = [
  'flagon new hello              # makes a project',
  'flagon run --debug            # serves the app of this folder, and reloads',
  'flagon --app shop/web routes  # lists what an app answers',
]

/**
 * The commands of `flagon`, and, once the app is loaded, those of the app. In a test:
 * `runner.invoke(new FlagonGroup({ create_app: () => app }), 'routes')`.
 *
 * @see Flask `flask.cli.FlaskGroup`
 */
export class FlagonGroup extends AppGroup {
  /** Which app it is about. */
  readonly info: ScriptInfo
  readonly #own: ReadonlySet<BaseCommand>

  constructor(info: ScriptInfo | ConstructorParameters<typeof ScriptInfo>[0] = {}) {
    super('flagon', { help: HELP })
    this.info = info instanceof ScriptInfo ? info : new ScriptInfo(info)
    const makers = [runCommand, routesCommand, shellCommand, newCommand, secretCommand, sessionGroup]
    for (const make of makers) this.add_command(make(this.info))
    this.add_command(completionCommand(this))
    this.#own = new Set(this.commands.values())
  }

  /** Whether a command is one of Flagon's own. */
  has_own(name: string): boolean {
    const command = this.commands.get(name)
    return command !== undefined && this.#own.has(command)
  }

  override get part(): GroupPart {
    const commands = new Map(this.info.loaded_app?.cli.part.commands)
    for (const [name, command] of this.commands) commands.set(name, command.part)
    const { name, help, short_help, hidden } = this
    return { name, help, short_help, hidden, examples: EXAMPLES, options: rootOptions(), commands }
  }
}
