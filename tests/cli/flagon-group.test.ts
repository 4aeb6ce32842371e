import t from 'tap'
import { FlagonGroup } from '../../lib/cli/flagon-group.ts'
import { Flagon } from '../../lib/index.ts'

function makeApp(): Flagon {
  const app = new Flagon('shop')
  app.cli.command('init-db')(() => console.log('made'))
  app.cli.command('routes')(() => console.log('not this one'))
  return app
}

t.test("the commands of the app stand beside Flagon's own, which cannot be replaced", async (t) => {
  const app = makeApp()
  const group = new FlagonGroup({ create_app: () => app })
  t.equal(group.part.commands.has('init-db'), false, 'not before the app is loaded')
  await group.info.load_app()
  const runner = app.test_cli_runner()
  t.equal((await runner.invoke(group, 'init-db')).output, 'made\n')
  t.match((await runner.invoke(group, 'routes')).output, /^Endpoint/)
  t.equal(group.has_own('routes'), true)
  t.equal(group.has_own('init-db'), false)
})

t.test('an extension may add its own to the group', async (t) => {
  const group = new FlagonGroup()
  group.command('mine', { with_appcontext: false })(() => console.log('mine'))
  t.equal((await makeApp().test_cli_runner().invoke(group, 'mine')).output, 'mine\n')
  t.equal(group.has_own('mine'), false)
})

t.test('its help has examples, and the options that stand before the command', async (t) => {
  const { stdout, exit_code } = await makeApp().test_cli_runner().invoke(new FlagonGroup(), '--help')
  t.equal(exit_code, 0)
  t.match(stdout, /-A, --app <import>/)
  t.match(stdout, /Examples:\n {2}flagon new hello +# makes a project\n/)
})

t.test('options before the command are not those behind it', async (t) => {
  const app = new Flagon('shop')
  app.cli.command('greet', { options: { '--debug': '', '-e, --excited': '' } })((values) =>
    console.log(JSON.stringify(values)),
  )
  const group = new FlagonGroup({ create_app: () => app })
  await group.info.load_app()
  const { output } = await app.test_cli_runner().invoke(group, '--app x greet --debug -e')
  t.equal(output, '{"debug":true,"excited":true}\n')
})
