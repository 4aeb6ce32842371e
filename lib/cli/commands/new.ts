import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'

/** `flagon new`: makes a project. */
export function newCommand(): BaseCommand {
  return new Command(
    'new <name>',
    {
      help: 'Makes a small project that runs, has tests and is checked for types.',
      with_appcontext: false,
      arguments: { name: 'its folder; the last part of the path names it' },
      options: { '--js': 'in JavaScript, without a check of types' },
      examples: ['flagon new hello', 'npx flagon new hello --js'],
    },
    async ({ name, js }) => {
      const { createProject } = await import('../project.ts')
      const { folder, files } = await createProject(name, { js })
      console.log(`Made ${files.length} files in ${folder}. Go on with:\n`)
      for (const line of [...(folder === '.' ? [] : [`cd ${folder}`]), 'npm install', 'npm run dev'])
        console.log(`  ${line}`)
    },
  )
}
