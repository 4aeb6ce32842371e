import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import type { CommandOptions } from '../../lib/commands/values.ts'
import { Command, CommandUsageError, Flagon } from '../../lib/index.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'
import { ROOT } from '../support/source-tree.ts'

/** The values that words give a command. */
function valuesOf(declaration: string, options: CommandOptions, words: string[]): Promise<unknown> {
  return new Command(declaration, { ...options, with_appcontext: false }, (values) => ({ ...values })).invoke(words)
}

const VALUES: [declaration: string, options: CommandOptions, words: string[], values: object][] = [
  ['x <a> [b]', {}, ['1'], { a: '1', b: undefined }],
  ['x <a> [b...]', {}, ['1', '2', '3'], { a: '1', b: ['2', '3'] }],
  ['x [b...]', {}, [], { b: [] }],
  ['x [b...]', { arguments: { b: { default: ['d'], type: Number } } }, ['1', '2'], { b: [1, 2] }],
  ['x [b...]', { arguments: { b: { default: ['d'] } } }, [], { b: ['d'] }],
  ['x', { options: { '-a, --all': '' } }, [], { all: false }],
  ['x', { options: { '-a, --all': '' } }, ['-a'], { all: true }],
  ['x', { options: { '--all': { default: true } } }, [], { all: true }],
  ['x', { options: { '--color': '', '--no-color': '' } }, [], { color: false }],
  ['x', { options: { '--color': '', '--no-color': '' } }, ['--color'], { color: true }],
  ['x', { options: { '--color': { default: true }, '--no-color': '' } }, ['--no-color'], { color: false }],
  ['x', { options: { '--tag <t...>': '' } }, [], { tag: [] }],
  ['x', { options: { '--tag <t...>': '' } }, ['--tag', 'a', '--tag', 'b'], { tag: ['a', 'b'] }],
  ['x', { options: { '--tag <t...>': { default: ['d'] } } }, [], { tag: ['d'] }],
  ['x', { options: { '--tag <t...>': { default: ['d'] } } }, ['--tag=a'], { tag: ['a'] }],
  ['x', { options: { '--level [l]': { default: 'low' } } }, [], { level: 'low' }],
  ['x', { options: { '--level [l]': { default: 'low' } } }, ['--level'], { level: true }],
  ['x', { options: { '--times <n>': { type: Number, default: 1 } } }, ['--times=3'], { times: 3 }],
  ['x', { options: { '-n <x>': '' } }, ['-n', '-5'], { n: '-5' }],
  ['x <a>', {}, ['--', '--all'], { a: '--all' }],
  ['x', { options: { '--home <h>': { envvar: 'FLAGON_TEST_HOME' } } }, [], { home: '/from/env' }],
  ['x', { options: { '--home <h>': { envvar: 'FLAGON_TEST_HOME' } } }, ['--home', '/typed'], { home: '/typed' }],
  ['x', { options: { '--port <p>': { envvar: 'FLAGON_TEST_PORT', type: Number } } }, [], { port: 80 }],
]
t.test('words become values', async (t) => {
  process.env['FLAGON_TEST_HOME'] = '/from/env'
  process.env['FLAGON_TEST_PORT'] = '80'
  t.teardown(() => {
    delete process.env['FLAGON_TEST_HOME']
    delete process.env['FLAGON_TEST_PORT']
  })
  for (const [declaration, options, words, values] of VALUES) {
    t.strictSame(await valuesOf(declaration, options, words), values, `${Object.keys(options.options ?? {})} ${words}`)
  }
})

const REFUSED: [declaration: string, options: CommandOptions, words: string[], message: string][] = [
  ['x <a>', {}, [], "missing required argument 'a'"],
  ['x <a>', {}, ['1', '2'], 'too many arguments. Expected 1 argument but got 2.'],
  ['x', {}, ['--all'], "unknown option '--all'"],
  ['x', { options: { '--all': '' } }, ['--al'], "unknown option '--al'\n(Did you mean --all?)"],
  ['x', { options: { '--t <n>': '' } }, ['--t'], "option '--t <n>' argument missing"],
  ['x', { options: { '--t <n>': { required: true } } }, [], "required option '--t <n>' not specified"],
  [
    'x',
    { options: { '--t <n>': { type: Number } } },
    ['--t', 'b'],
    "option '--t <n>' argument 'b' is invalid. It is not",
  ],
  [
    'x',
    { options: { '-t <n...>': { type: Number } } },
    ['-t', '1', 'b'],
    "argument 'b' is invalid. It is not a number.",
  ],
  [
    'x <a>',
    { arguments: { a: { choices: ['y', 'n'] } } },
    ['m'],
    "'m' is invalid for argument 'a'. It is one of y, n.",
  ],
]
t.test('words that do not fit are refused, with how the command is typed', async (t) => {
  for (const [declaration, options, words, message] of REFUSED) {
    const error = await valuesOf(declaration, options, words).catch((error: unknown) => error)
    t.ok(error instanceof CommandUsageError, words.join(' '))
    t.match(error, { message, exit_code: 2, usage: /^Usage: x .*\nTry 'x --help' for help\.\n$/ })
  }
})

t.test('what a type throws is told to the person', async (t) => {
  const type = (text: string): number => {
    throw new RangeError(`${text} is too much.`)
  }
  await t.rejects(valuesOf('x', { options: { '--t <n>': { type } } }, ['--t', '9']), {
    message: "option '--t <n>' argument '9' is invalid. 9 is too much.",
  })
})

t.test('the usage of a command names the groups that lead to it', async (t) => {
  const { cli } = new Flagon('shop')
  cli.group('users').command('create <name>')(() => undefined)
  const usageOf = (words: string[], prog_name?: string): Promise<string> =>
    cli.invoke(words, { prog_name }).then(
      () => '',
      (error: unknown) => (error instanceof CommandUsageError ? error.usage : String(error)),
    )
  t.equal(
    await usageOf(['users', 'create']),
    "Usage: shop users create [options] <name>\nTry 'shop users create --help' for help.\n",
  )
  t.match(await usageOf(['users', 'create'], 'flagon'), /^Usage: flagon users create/)
  await t.rejects(cli.invoke(['users', 'creat']), { message: "unknown command 'creat'\n(Did you mean create?)" })
})

t.test('one instance of a command can run again and again: nothing is kept from the run before', async (t) => {
  const command = new Command('x [a]', { with_appcontext: false, options: { '--all': '' } }, (values) => ({
    ...values,
  }))
  t.same(await command.invoke(['1', '--all']), { a: '1', all: true })
  t.same(await command.invoke([]), { a: undefined, all: false })
})

t.test('help goes to stdout, and lists what is not hidden, sorted', async (t) => {
  const app = new Flagon('shop')
  app.cli.command('zip', { help: 'Packs.\nAll of it.' })(() => undefined)
  app.cli.command('add <name>', {
    help: 'Adds.\n\nOr not.',
    short_help: 'Add it',
    arguments: { name: 'whom' },
    options: {
      '--fast': 'at once',
      '--debug': { hidden: true },
      '-s, --size <s>': { default: 's', choices: ['s', 'l'] },
    },
  })(() => undefined)
  app.cli.command('secret', { hidden: true })(() => 'run')
  const runner = app.test_cli_runner()

  const list = await runner.invoke('--help')
  t.match(list, { exit_code: 0, stderr: /^$/, return_value: undefined })
  t.match(list.stdout, /\n {2}add \[options\] <name> {2}Add it\n {2}help \[command\] .*\n {2}zip {19}Packs\.\n$/)
  t.notMatch(list.stdout, 'secret')
  t.equal((await runner.invoke('secret')).return_value, 'run')

  t.equal(
    (await runner.invoke('add --help')).stdout,
    [
      'Usage: shop add [options] <name>',
      '',
      'Adds.',
      '',
      'Or not.',
      '',
      'Arguments:',
      '  name            whom',
      '',
      'Options:',
      '  --fast          at once',
      '  -s, --size <s>  (choices: "s", "l", default: "s")',
      '  -h, --help      display help for command',
      '',
    ].join('\n'),
  )
})

t.test('a group without a command writes its help to stderr, an empty one too', async (t) => {
  const app = new Flagon('shop')
  const empty = await app.test_cli_runner().invoke()
  t.match(empty, { exit_code: 2, stdout: /^$/, stderr: /^Usage: shop \[options\]\n/, exception: CommandUsageError })
  app.cli.command('x')(() => undefined)
  t.match(await app.test_cli_runner().invoke(), { exit_code: 2, stdout: /^$/, stderr: /Commands:\n {2}.*help/ })
})

t.test('an app that runs no command loads no parser of commands', async (t) => {
  const folder = t.testdir({
    'app.ts': `
      import { createRequire } from 'node:module'
      import { Blueprint, Flagon } from ${JSON.stringify(join(ROOT, 'lib/index.ts'))}
      const app = new Flagon('shop')
      app.cli.command('x <name>', { options: { '--all': '' } })(() => undefined)
      app.register_blueprint(new Blueprint('b', 'b'))
      const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('commander'))
      const before = isLoaded()
      await app.cli.invoke(['x', 'y'])
      console.log(JSON.stringify([before, isLoaded()]))
    `,
  })
  const run = spawnSync(process.execPath, [TYPESCRIPT_LOADER, join(folder, 'app.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  t.same(JSON.parse(run.stdout), [false, true], run.stderr)
})
