import t from 'tap'
import { Command } from '../../lib/commands/command.ts'

const outside = { with_appcontext: false } as const

t.test('a command has the name of its declaration, else that of its function', async (t) => {
  t.equal(new Command('greet <name>', {}, () => undefined).name, 'greet')
  t.equal(new Command('<name>', {}, function say_hello() {}).name, 'say-hello')
  t.throws(() => new Command('<name>', {}, () => undefined), { code: 'COMMAND_INVALID', message: /has no name/ })
})

t.test('what is no function is refused', async (t) => {
  t.throws(() => new Command('greet', {}, 'greet' as never), {
    code: 'VIEW_INVALID',
    message: /a command must be a function, not "greet"/,
  })
})

t.test('it says of itself what it was given', async (t) => {
  const fn = (): void => undefined
  const command = new Command('greet', { help: 'Greets.\nMore.', short_help: 'Hi', hidden: true, ...outside }, fn)
  t.match(command, { help: 'Greets.\nMore.', short_help: 'Hi', hidden: true, with_appcontext: false })
  t.equal(command.callback, fn)
  t.match(new Command('greet', {}, fn), { help: undefined, hidden: false, with_appcontext: true })
})

t.test('the function gets one object, typed by declaration and options', async (t) => {
  const command = new Command(
    'greet <name> [age] [tags...]',
    {
      ...outside,
      arguments: { age: { type: Number, default: 7 }, tags: 'words' },
      options: {
        '--upper': 'in capitals',
        '-t, --times <n>': { type: Number, default: 1 },
        '--dry-run': '',
        '--format <f>': { choices: ['json', 'text'], required: true },
        '--level [name]': '',
        '-x <value>': '',
        '--skip <id...>': { type: (text) => BigInt(text) },
        '--no-color': '',
      },
    },
    ({ name, age, tags, upper, times, dry_run, format, level, x, skip, color }) => {
      const typed: [string, number, string[], boolean, number, boolean, 'json' | 'text'] = [
        ...([name, age, tags, upper, times, dry_run, format] as const),
      ]
      const rest: [string | true | undefined, string | undefined, bigint[], boolean] = [level, x, skip, color]
      return [...typed, ...rest]
    },
  )
  t.same(await command.invoke(['ann', '--format', 'text']), [
    ...['ann', 7, [], false, 1, false, 'text', undefined, undefined, [], true],
  ])
  const words = 'ann 30 a b --upper -t 2 --dry-run --format json --level -x v --skip 1 2 --no-color'
  t.same(await command.invoke(words.split(' ')), [
    ...['ann', 30, ['a', 'b'], true, 2, true, 'json', true, 'v', [1n, 2n], false],
  ])
})

t.test('types that do not fit are found where the command is declared', async (t) => {
  // @ts-expect-error: a text is no number
  t.ok(new Command('greet <name>', {}, ({ name }: { name: number }) => name))
  // @ts-expect-error: there is no such option
  new Command('greet', { options: { '--all': '' } }, ({ al }) => al)
  // @ts-expect-error: it may be left out
  new Command('greet [name]', {}, ({ name }) => name.length)
  const declaration: string = 'greet <name>'
  // What is known at run time alone is unknown, and can be narrowed.
  new Command(declaration, {}, ({ name }) => typeof name === 'string' && name.length)
})
