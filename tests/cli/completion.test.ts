import { spawnSync } from 'node:child_process'
import t from 'tap'
import { completionScript, SHELLS, wordsFor } from '../../lib/cli/completion.ts'
import { FlagonGroup } from '../../lib/cli/flagon-group.ts'
import { Flagon } from '../../lib/index.ts'

async function makeGroup(): Promise<FlagonGroup> {
  const app = new Flagon('shop')
  app.cli.command('init-db', { options: { '--force': '', '--kind <k>': { choices: ['big', 'small'] } } })(
    () => undefined,
  )
  app.cli.command('hidden', { hidden: true })(() => undefined)
  app.cli.group('users').command('create')(() => undefined)
  const group = new FlagonGroup({ create_app: () => app })
  await group.info.load_app()
  return group
}

const WORDS: [line: string, found: string[]][] = [
  ['ro', ['routes']],
  ['s', ['secret', 'session', 'shell']],
  ['init', ['init-db']],
  ['users ', ['create']],
  ['session d', ['decode']],
  ['run --wor', ['--workers']],
  ['init-db --', ['--force', '--help', '--kind']],
  ['init-db --kind ', ['big', 'small']],
  ['routes --sort m', ['match', 'methods']],
  ['completion ', ['bash', 'fish', 'zsh']],
  ['--de', ['--debug']],
  ['run x', []],
  ['hid', []],
]
t.test('commands, options and choices are offered where they may stand', async (t) => {
  const { part } = await makeGroup()
  for (const [line, found] of WORDS) t.same(wordsFor(part, line.split(' ')), found, line)
})

t.test('each script is one that its shell can read', async (t) => {
  for (const shell of SHELLS) {
    const script = completionScript(shell)
    t.match(script, `completion ${shell} --`)
    if (spawnSync(shell, ['--version']).status !== 0) {
      t.comment(`no ${shell} here`)
      continue
    }
    t.equal(spawnSync(shell, ['-n'], { input: script }).status, 0, shell)
  }
})

t.test('bash completes with what flagon says', async (t) => {
  const folder = t.testdir({ flagon: '#!/bin/sh\nshift 3\necho "asked-for-$*"\n' })
  const script = `chmod +x ${folder}/flagon\n${completionScript('bash')}\nCOMP_WORDS=(${folder}/flagon run --po)\nCOMP_CWORD=2\n_flagon\necho "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', [], { input: script, encoding: 'utf8' })
  t.equal(stdout.trim(), 'asked-for-run --po')
})
