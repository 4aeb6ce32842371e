import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'
import type { ProgramPart } from '../../commands/program.ts'
import { completionScript, SHELLS, wordsFor } from '../completion.ts'
import type { ScriptInfo } from '../script-info.ts'

/** The commands that are completed, and the app that adds its own. */
interface Completed {
  readonly info: ScriptInfo
  readonly part: ProgramPart
}

/** `flagon completion`: what a shell needs to complete the words of `flagon`. */
export function completionCommand(group: Completed): BaseCommand {
  return new Command(
    'completion <shell> [words...]',
    {
      help: 'Prints what a shell needs to complete commands and options.',
      with_appcontext: false,
      arguments: {
        shell: { help: 'for which shell', choices: SHELLS },
        words: 'those typed so far, which the scripts give to have them completed',
      },
      examples: [
        'eval "$(flagon completion bash)"                               # in ~/.bashrc',
        'eval "$(flagon completion zsh)"                                # in ~/.zshrc',
        'flagon completion fish > ~/.config/fish/completions/flagon.fish',
      ],
    },
    async ({ shell, words }) => {
      if (words.length === 0) {
        process.stdout.write(completionScript(shell))
        return
      }
      group.info.choose({})
      // An app that cannot be loaded has no commands to offer, and this is no place to say why.
      await group.info.load_app().catch(() => undefined)
      process.stdout.write(
        wordsFor(group.part, words)
          .map((word) => `${word}\n`)
          .join(''),
      )
    },
  )
}
