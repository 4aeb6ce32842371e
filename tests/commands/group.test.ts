import t from 'tap'
import { AppGroup, Blueprint, type BlueprintOptions, Command, current_app, Flagon, g } from '../../lib/index.ts'

const makeApp = (): Flagon => new Flagon('shop')

t.test('the group of an app is called as the app is', async (t) => {
  t.equal(makeApp().cli.name, 'shop')
})

t.test('a function becomes a command and is given back', async (t) => {
  const { cli } = makeApp()
  const init_db = (): string => 'made'
  t.equal(cli.command()(init_db), init_db)
  t.equal(cli.command('drop', { help: 'Drops.' })(init_db), init_db)
  t.same(cli.list_commands(), ['drop', 'init-db'])
  t.match(cli.get_command('drop'), { help: 'Drops.' })
  t.equal(cli.get_command('nope'), undefined)
  t.equal(await cli.invoke(['init-db']), 'made')
})

t.test('methods and static methods become commands by a standard decorator', async (t) => {
  const { cli } = makeApp()
  class Tools {
    readonly #word = 'kept'
    @cli.command() static warm_up(): string {
      return `${this.name} warm`
    }
    @cli.command('word [end]') word({ end }: { end: string | undefined }): string {
      return this.#word + (end ?? '.')
    }
  }
  t.equal(await cli.invoke(['warm-up']), 'Tools warm')
  t.same(cli.list_commands(), ['warm-up'], 'a method waits for its object')
  new Tools()
  t.equal(await cli.invoke(['word', '!']), 'kept!')
})

t.test('a command runs in an app context that is torn down, also when it throws', async (t) => {
  const app = makeApp()
  const ends: unknown[] = []
  app.teardown_appcontext((error) => ends.push(error))
  app.cli.command('name')(async () => {
    await null
    g.set('seen', 1)
    return current_app.name
  })
  app.cli.command('fail')(() => {
    throw new RangeError('no')
  })
  t.equal(await app.cli.invoke(['name']), 'shop')
  await t.rejects(app.cli.invoke(['fail']), RangeError)
  t.match(ends, [undefined, { name: 'RangeError' }])
})

t.test('groups nest, and a group may be made apart and put in by an extension', async (t) => {
  const app = makeApp()
  const users = app.cli.group('users', { help: 'Works on users.' })
  users.group('roles').command('list')(() => current_app.name)
  t.equal(await app.cli.invoke(['users', 'roles', 'list']), 'shop')

  const extension = new AppGroup('search', { short_help: 'Search' })
  extension.command('index <name>')(({ name }) => `${name} of ${current_app.name}`)
  app.cli.add_command(extension)
  app.cli.add_command(extension, 'find')
  app.cli.add_command(new Command('version', { with_appcontext: false }, () => 1))
  t.equal(await app.cli.invoke(['search', 'index', 'books']), 'books of shop')
  t.equal(await app.cli.invoke(['find', 'index', 'books']), 'books of shop')
  t.same(app.cli.list_commands(), ['find', 'search', 'users', 'version'])
})

t.test('the later of two commands of one name is run', async (t) => {
  const { cli } = makeApp()
  cli.command('x')(() => 1)
  cli.command('x')(() => 2)
  t.equal(await cli.invoke(['x']), 2)
})

t.test('a name that no shell could pass is refused', async (t) => {
  const { cli } = makeApp()
  t.throws(() => cli.group('two words'), { code: 'COMMAND_INVALID' })
  t.throws(() => cli.command('--x')(() => 1), { code: 'COMMAND_INVALID', message: /"--x" cannot be the name/ })
  t.throws(() => cli.add_command(new AppGroup('fine'), ''), { code: 'COMMAND_INVALID' })
  t.throws(() => cli.command('x')('no function' as never), { code: 'VIEW_INVALID' })
})

t.test('an app whose file has blanks in its name has commands all the same', async (t) => {
  const app = new Flagon('my shop')
  app.cli.command('x')(() => 1)
  t.equal(await app.cli.invoke(['x']), 1)
})

function withCommand(name: string, options: BlueprintOptions = {}): Blueprint {
  const blueprint = new Blueprint(name, import.meta.url, options)
  blueprint.cli.command('create')(() => `${name} in ${current_app.name}`)
  return blueprint
}

t.test('commands of a blueprint stand in a group of its name', async (t) => {
  const app = makeApp()
  app.register_blueprint(withCommand('students'))
  app.register_blueprint(new Blueprint('silent', import.meta.url))
  t.same(app.cli.list_commands(), ['students'], 'a blueprint without commands adds none')
  t.equal(await app.cli.invoke(['students', 'create']), 'students in shop')
})

const CLI_GROUPS: [own: string | null | undefined, registered: string | null | undefined, path: string[]][] = [
  [undefined, undefined, ['students', 'create']],
  ['pupils', undefined, ['pupils', 'create']],
  [null, undefined, ['create']],
  [undefined, 'pupils', ['pupils', 'create']],
  [undefined, null, ['create']],
  [null, 'pupils', ['pupils', 'create']],
  ['pupils', null, ['create']],
]
t.test('cli_group renames the group, or for null merges it into the app; registering has the last word', async (t) => {
  for (const [own, registered, path] of CLI_GROUPS) {
    const app = makeApp()
    app.register_blueprint(withCommand('students', { cli_group: own }), { cli_group: registered })
    t.equal(await app.cli.invoke(path), 'students in shop', `${own} ${registered}`)
    t.equal(app.cli.commands.size, 1)
  }
})

t.test('a nested or renamed blueprint has its full name', async (t) => {
  const app = makeApp()
  const outer = new Blueprint('school', import.meta.url)
  const inner = withCommand('students')
  outer.register_blueprint(inner)
  app.register_blueprint(outer)
  app.register_blueprint(inner, { name: 'again' })
  t.same(app.cli.list_commands(), ['again', 'school.students'])
  t.equal(await app.cli.invoke(['school.students', 'create']), 'students in shop')
  t.equal(await app.cli.invoke(['again', 'create']), 'students in shop')
})

t.test('an app within the context of another keeps to that context', async (t) => {
  const app = makeApp()
  app.cli.command('name')(() => current_app.name)
  t.equal(await new Flagon('outer').app_context().run(() => app.cli.invoke(['name'])), 'outer')
})
