import t from 'tap'
import { checkName, nameOfFunction, parseDeclaration } from '../../lib/commands/declaration.ts'
import type { CommandOptions } from '../../lib/commands/values.ts'

const DECLARATIONS: [text: string, name: string, parameters: [key: string, taking: string][]][] = [
  ['init-db', 'init-db', []],
  ['', '', []],
  ['greet <name>', 'greet', [['name', 'one']]],
  ['  greet   <name>  ', 'greet', [['name', 'one']]],
  [
    '<name> [greeting]',
    '',
    [
      ['name', 'one'],
      ['greeting', 'optional'],
    ],
  ],
  [
    'copy <from> <files...>',
    'copy',
    [
      ['from', 'one'],
      ['files', 'list'],
    ],
  ],
  ['list [user-name...]', 'list', [['user_name', 'list']]],
]
t.test('a declaration is a name and arguments that are needed, optional or a list', async (t) => {
  for (const [text, name, parameters] of DECLARATIONS) {
    const read = parseDeclaration(text, {})
    t.equal(read.name, name, text)
    t.same(
      read.arguments.map(({ key, taking }) => [key, taking]),
      parameters,
      text,
    )
  }
})

const OPTIONS: [flags: string, key: string, taking: string][] = [
  ['--all', 'all', 'nothing'],
  ['-a', 'a', 'nothing'],
  ['-a, --all', 'all', 'nothing'],
  ['-a|--all', 'all', 'nothing'],
  ['-n, --dry-run', 'dry_run', 'nothing'],
  ['--no-color', 'color', 'nothing'],
  ['-t <n>', 't', 'one'],
  ['-t, --times <n>', 'times', 'one'],
  ['--level [name]', 'level', 'optional'],
  ['--tags <tag...>', 'tags', 'list'],
]
t.test('an option is called as its long flag is, with underscores', async (t) => {
  for (const [flags, key, taking] of OPTIONS) {
    t.match(parseDeclaration('x', { options: { [flags]: 'what it does' } }).options, [
      { key, taking, text: flags, spec: { help: 'what it does' } },
    ])
  }
})

const INVALID: [text: string, options: CommandOptions, message: RegExp][] = [
  ['greet name', {}, /'name' of 'greet name' is no argument: write <name>/],
  ['greet <first name>', {}, /'<first' .* is no argument/],
  ['greet <a b', {}, /no argument/],
  ['greet <__proto__>', {}, /no argument/],
  ['greet <a>>', {}, /no argument/],
  ['copy <files...> <to>', {}, /'<files...>' .* takes all that comes: put it last/],
  ['copy [from] <to>', {}, /'\[from\]' .* may be left out: put it behind '<to>'/],
  ['greet <name> [name]', {}, /'<name>' and '\[name\]' .* are both called 'name'/],
  ['greet <name>', { options: { '--name <x>': '' } }, /both called 'name'/],
  ['greet', { options: { '--dry-run': '', '--dry_run': '' } }, /both called 'dry_run'/],
  ['greet', { options: { '-a': '', '-a, --all': '' } }, /the flag '-a' of '-a, --all' is that of another option too/],
  ['greet', { options: { all: '' } }, /'all' is no option: write '-t, --times <n>'/],
  ['greet', { options: { '--all, -a': '' } }, /no option/],
  ['greet', { options: { '-all': '' } }, /no option/],
  ['greet', { options: { '-a, -b': '' } }, /no option/],
  ['greet', { options: { '<n>': '' } }, /no option/],
  ['greet', { options: { '': '' } }, /no option/],
  ['greet <name>', { arguments: { nam: 'whom' } }, /'nam' is described as an argument and is none of 'greet <name>'/],
]
t.test('what cannot be read is refused with what to write', async (t) => {
  for (const [text, options, message] of INVALID) {
    t.throws(() => parseDeclaration(text, options), { code: 'COMMAND_INVALID', message }, text)
  }
})

t.test('a flag and its negation share a name', async (t) => {
  const { options } = parseDeclaration('x', { options: { '--color': 'on', '--no-color': 'off' } })
  t.same(
    options.map(({ key }) => key),
    ['color', 'color'],
  )
})

t.test('an argument gets the description of its name', async (t) => {
  const { arguments: read } = parseDeclaration('x <user-name> [constructor]', {
    arguments: { user_name: { help: 'who', type: Number } },
  })
  t.same(read[0]?.spec, { help: 'who', type: Number })
  t.same(read[1]?.spec, { help: undefined }, 'names that every object has describe nothing')
})

const FUNCTION_NAMES: [name: string, command: string][] = [
  ['init', 'init'],
  ['init_db', 'init-db'],
  ['initDb', 'init-db'],
  ['InitDB', 'init-db'],
  ['init_db_command', 'init-db'],
  ['init_cmd', 'init'],
  ['db_group', 'db'],
  ['db_grp', 'db'],
  ['command', 'command'],
]
t.test('a command is called as its function is, with dashes', async (t) => {
  for (const [name, command] of FUNCTION_NAMES) t.equal(nameOfFunction(name), command, name)
  t.throws(() => nameOfFunction(''), { code: 'COMMAND_INVALID', message: /a command has no name: give one/ })
})

t.test('a name is one word that is no option', async (t) => {
  for (const name of ['x', 'init-db', 'parent.child', 'a:b', 'über']) t.equal(checkName(name), name)
  for (const name of ['', ' ', 'a b', '-a', '--all', '<a>', 'a\n']) {
    t.throws(() => checkName(name), { code: 'COMMAND_INVALID', message: /cannot be the name of a command/ }, name)
  }
})
