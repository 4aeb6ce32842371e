import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'
import { APP_OPTIONS } from '../global-options.ts'
import type { ScriptInfo } from '../script-info.ts'

/** `flagon shell`: JavaScript, typed in and run in the context of the app. */
export function shellCommand(info: ScriptInfo): BaseCommand {
  return new Command(
    'shell',
    {
      help: 'Runs JavaScript that you type, in the context of the app.\n\nThe names app and g are there, and those of app.shell_context_processor. await can be used.',
      with_appcontext: false,
      options: APP_OPTIONS,
      examples: ['flagon shell', "echo 'app.url_map' | flagon shell"],
    },
    async (values) => {
      info.choose(values)
      const app = await info.load_app()
      const { runShell } = await import('../shell.ts')
      await runShell(app)
    },
  )
}
