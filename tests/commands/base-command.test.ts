import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { AppGroup, Command, CommandUsageError, Flagon, has_app_context } from '../../lib/index.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'
import { ROOT } from '../support/source-tree.ts'

t.test('invoke gives what the function gave and throws what it threw', async (t) => {
  const app = new Flagon(import.meta.url)
  app.cli.command('add <a> <b>', { arguments: { a: { type: Number }, b: { type: Number } } })(({ a, b }) => a + b)
  app.cli.command('fail')(async () => {
    throw new RangeError('too far')
  })
  t.equal(await app.cli.invoke(['add', '1', '2']), 3)
  await t.rejects(app.cli.invoke(['fail']), RangeError)
  await t.rejects(app.cli.invoke(['add', '1']), CommandUsageError)
})

t.test('a command that belongs to no app is told one, or runs outside of a context', async (t) => {
  const app = new Flagon(import.meta.url)
  const command = new Command('where', {}, () => has_app_context())
  await t.rejects(command.invoke([]), { code: 'OUTSIDE_CONTEXT', message: /'where' .* run it through app\.cli/ })
  t.equal(await command.invoke([], { app }), true)
  t.equal(await app.app_context().run(() => command.invoke([])), true, 'the context that is there is used')
  t.equal(await new Command('where', { with_appcontext: false }, () => has_app_context()).invoke([]), false)
  const group = new AppGroup('tools')
  group.add_command(command)
  await t.rejects(group.invoke(['where']), { code: 'OUTSIDE_CONTEXT' })
  t.equal(await group.invoke(['where'], { app }), true)
})

const PROGRAM = `
  import { CommandError, Flagon } from ${JSON.stringify(join(ROOT, 'lib/index.ts'))}
  const app = new Flagon('shop')
  app.cli.command('ok')(() => { console.log('done') })
  app.cli.command('later')(async () => { await new Promise((resolve) => setTimeout(resolve, 1)); console.log('later') })
  app.cli.command('known')(() => { throw new CommandError('no such user', { exit_code: 3 }) })
  app.cli.command('crash')(() => { throw new RangeError('too far', { cause: new Error('why') }) })
  app.cli.command('code')(() => { process.exitCode = 9 })
  await app.cli.main()
`
const RUNS: [args: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
  [['ok'], 0, /^done\n$/, /^$/],
  [['later'], 0, /^later\n$/, /^$/],
  [['--help'], 0, /^Usage: shop \[options\] \[command\]\n/, /^$/],
  [['known'], 3, /^$/, /^Error: no such user\n$/],
  [['crash'], 1, /^$/, /^RangeError: too far\n {4}at [\s\S]*\[cause\]: Error: why/],
  [['code'], 9, /^$/, /^$/],
  [['unheard-of'], 2, /^$/, /^Usage: shop .*\nTry 'shop --help' for help\.\n\nError: unknown command 'unheard-of'\n$/],
  [[], 2, /^$/, /^Usage: shop [\s\S]*Commands:[\s\S]* known\n/],
]
t.test('main runs the words of the process and sets its exit code', async (t) => {
  const { PATH } = process.env
  const folder = t.testdir({ 'manage.ts': PROGRAM })
  for (const [args, code, stdout, stderr] of RUNS) {
    const run = spawnSync(
      process.execPath,
      [TYPESCRIPT_LOADER, join(folder, 'manage.ts'), ...args],
      // Nothing of the runner of these tests goes into the process.
      { cwd: ROOT, encoding: 'utf8', env: { PATH } },
    )
    t.equal(run.status, code, args.join(' '))
    t.match(run.stdout, stdout)
    t.match(run.stderr, stderr)
  }
})
