import t from 'tap'
import { FlagonGroup } from '../../../lib/cli/flagon-group.ts'
import { Flagon } from '../../../lib/index.ts'
import type { CliResult } from '../../../lib/testing/cli-runner.ts'

const app = new Flagon('shop')
app.cli.command('init-db')(() => undefined)

function complete(words: string, create_app = (): Flagon => app): Promise<CliResult> {
  return app.test_cli_runner().invoke(new FlagonGroup({ create_app }), `completion ${words}`)
}

t.test('without words it prints a script', async (t) => {
  t.match((await complete('bash')).stdout, 'complete -o default -F _flagon flagon')
  t.match((await complete('fish')).stdout, 'complete -c flagon')
  t.equal((await complete('csh')).exit_code, 2)
})

t.test('with words it prints what may follow, of the app as well', async (t) => {
  t.equal((await complete('bash -- ini')).stdout, 'init-db\n')
  t.equal((await complete('zsh -- run --unix')).stdout, '--unix\n')
})

t.test('an app that cannot be loaded is no reason to say anything', async (t) => {
  const { stdout, stderr, exit_code } = await complete('bash -- ro', () => {
    throw new Error('broken')
  })
  t.same([stdout, stderr, exit_code], ['routes\n', '', 0])
})
