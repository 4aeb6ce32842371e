import { text } from 'node:stream/consumers'
import t from 'tap'
import { Command, CommandError, CommandUsageError, Flagon } from '../../lib/index.ts'
import { FlagonCliRunner } from '../../lib/testing/index.ts'

function makeApp(): Flagon {
  const app = new Flagon('shop')
  app.cli.command('greet <name>', { options: { '--shout': '' } })(({ name, shout }) => {
    console.log(shout ? `HELLO ${name.toUpperCase()}` : `hello ${name}`)
    console.error('greeted')
    return name.length
  })
  app.cli.command('read')(async () => console.log(await text(process.stdin)))
  app.cli.command('env')(() => `${process.env['SHOP_A']} ${process.env['SHOP_B']}`)
  app.cli.command('exit <code>', { arguments: { code: { type: Number } } })(({ code }) => process.exit(code))
  app.cli.command('code <code>', { arguments: { code: { type: Number } } })(({ code }) => {
    process.exitCode = code
    return 'returned'
  })
  app.cli.command('known')(() => {
    throw new CommandError('no such user')
  })
  app.cli.command('crash')(async () => {
    throw new RangeError('too far')
  })
  return app
}

t.test('a command is run by a line, by words, or by itself', async (t) => {
  const app = makeApp()
  const runner = app.test_cli_runner()
  t.equal((await runner.invoke('greet "ann lee" --shout')).stdout, 'HELLO ANN LEE\n')
  t.equal((await runner.invoke(['greet', 'ann lee'])).stdout, 'hello ann lee\n')
  const command = new Command('own <word>', {}, ({ word }) => word)
  t.equal((await runner.invoke(command, ['x'])).return_value, 'x')
  t.equal((await runner.invoke(command, 'y')).return_value, 'y')
  t.match(await runner.invoke(command), { exit_code: 2, stderr: /missing required argument 'word'/ })
  t.rejects(runner.invoke('greet "ann'), TypeError)
})

t.test('a result tells what was written and given', async (t) => {
  const result = await makeApp().test_cli_runner().invoke('greet ann')
  t.strictSame(
    { ...result },
    {
      exit_code: 0,
      exception: undefined,
      return_value: 3,
      stdout: 'hello ann\n',
      stderr: 'greeted\n',
      output: 'hello ann\ngreeted\n',
    },
  )
})

const ENDS: [line: string, exit_code: number, exception: unknown, stderr: RegExp][] = [
  ['greet', 2, CommandUsageError, /^Usage: shop greet \[options\] <name>\n/],
  ['unheard', 2, CommandUsageError, /^Usage: shop \[options\] \[command\]\n/],
  ['known', 1, CommandError, /^Error: no such user\n$/],
  ['crash', 1, RangeError, /^$/],
  ['exit 7', 7, { name: 'ProcessExit', exit_code: 7 }, /^$/],
  ['exit 0', 0, undefined, /^$/],
  ['code 9', 9, undefined, /^$/],
]
t.test('a result tells how a command ended', async (t) => {
  const runner = makeApp().test_cli_runner()
  for (const [line, exit_code, exception, stderr] of ENDS) {
    const result = await runner.invoke(line)
    t.match(result, { exit_code, stderr, stdout: /^$/ }, line)
    if (exception === undefined) t.equal(result.exception, undefined)
    else t.match(result.exception, exception)
  }
  t.equal((await runner.invoke('code 9')).return_value, 'returned')
  t.equal(process.exitCode, undefined)
})

t.test('an error that is for the programmer can be thrown on', async (t) => {
  const runner = makeApp().test_cli_runner({ catch_exceptions: false })
  await t.rejects(runner.invoke('crash'), RangeError)
  t.match(await runner.invoke('known'), { exit_code: 1 })
  t.match(await runner.invoke('greet'), { exit_code: 2 })
  t.match(await runner.invoke('exit 3'), { exit_code: 3 })
  t.match(await runner.invoke('crash', { catch_exceptions: true }), { exit_code: 1, exception: RangeError })
  t.match(await runner.invoke('code 0'), { exit_code: 0 }, 'and the next one runs')
})

t.test('a command reads the input and sees the environment of the runner, then of the run', async (t) => {
  const runner = makeApp().test_cli_runner({ env: { SHOP_A: 'a', SHOP_B: 'b' } })
  t.equal((await runner.invoke('read', { input: 'two\nlines' })).stdout, 'two\nlines\n')
  t.equal((await runner.invoke('read')).stdout, '\n')
  t.equal((await runner.invoke('env')).return_value, 'a b')
  t.equal((await runner.invoke(['env'], { env: { SHOP_B: undefined } })).return_value, 'a undefined')
  t.equal(process.env['SHOP_A'], undefined)
})

t.test('records of the logger of the app are among what was written', async (t) => {
  const app = makeApp()
  app.cli.command('log')(() => app.logger.error('something broke'))
  t.match((await app.test_cli_runner().invoke('log')).stderr, /something broke/)
})

t.test('the app may have a runner class of its own', async (t) => {
  class Runner extends FlagonCliRunner {}
  const app = makeApp()
  app.test_cli_runner_class = Runner
  t.ok(app.test_cli_runner() instanceof Runner)
  t.equal(app.test_cli_runner().app, app)
})
