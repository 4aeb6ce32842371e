import t from 'tap'
import { FLAGON_MODULE, runFlagon } from '../support/flagon-command.ts'
import { readText } from '../support/source-tree.ts'

const APP = `import { Blueprint, Flagon } from ${FLAGON_MODULE}
export const app = new Flagon('shop')
app.cli.command('init-db', { help: 'Makes the tables.' })(() => console.log('made', app.debug))
app.cli.command('fail')(() => { throw new RangeError('mine') })
const users = new Blueprint('users', import.meta.url)
users.cli.command('create <name>')(({ name }) => console.log('created', name))
app.register_blueprint(users)
setInterval(() => undefined, 1000).unref()
`

/** Each `flagon` is a process that compiles the sources anew, on machines that do other things besides. */
t.setTimeout(180_000)

t.test('--help lists the commands of the app beside those of Flagon', async (t) => {
  const { code, stdout, stderr } = await runFlagon(['--help'], { cwd: t.testdir({ 'app.ts': APP }) })
  t.same([code, stderr], [0, ''])
  for (const text of ['init-db', 'Makes the tables.', 'users', 'run [options]', 'Examples:']) t.match(stdout, text)
})

t.test('where the app cannot be loaded, the help is there and says why', async (t) => {
  const cwd = t.testdir({ 'app.ts': "throw new RangeError('mine')" })
  const broken = await runFlagon(['--help'], { cwd })
  t.equal(broken.code, 0)
  t.match(broken.stdout, 'run [options]')
  t.match(broken.stderr, /^Note: the app's own commands are missing here[\s\S]*RangeError: mine\n {4}at .*app\.ts:1:7/)
  const none = await runFlagon(['--help'], { cwd: t.testdir({}) })
  t.match(none, { code: 0, stdout: /run \[options\]/, stderr: /no app was found in/ })
})

t.test('commands of the app and its blueprints run, with what was said before them', async (t) => {
  const cwd = t.testdir({ 'shop.ts': APP })
  t.match(await runFlagon(['--app', 'shop', '--debug', 'init-db'], { cwd }), {
    code: 0,
    stdout: 'made true\n',
    stderr: '',
  })
  t.match(await runFlagon(['users', 'create', 'ann'], { cwd, env: { FLAGON_APP: 'shop:app' } }), {
    stdout: 'created ann\n',
  })
})

const ENDS: [words: string[], code: number, stderr: RegExp][] = [
  [['fail'], 1, /^RangeError: mine\n {4}at .*app\.ts:4/],
  [['initdb'], 2, /unknown command 'initdb'\n\(Did you mean init-db\?\)/],
  [['routes', '--app', 'none'], 2, /^Error: there is no module 'none'/],
  [['routes', '-e', 'none'], 2, /none cannot be read/],
  [[], 2, /^Usage: flagon/],
]
t.test('the exit code tells what went wrong', async (t) => {
  const cwd = t.testdir({ 'app.ts': APP })
  await Promise.all(
    ENDS.map(async ([words, code, stderr]) => {
      t.match(await runFlagon(words, { cwd }), { code, stderr }, words.join(' '))
    }),
  )
})

t.test('what needs no app loads none', async (t) => {
  const cwd = t.testdir({ 'app.ts': "throw new Error('loaded')" })
  const { version } = JSON.parse(readText('package.json'))
  const [versions, secret, help] = await Promise.all(
    [['--version'], ['secret'], ['run', '--help']].map((words) => runFlagon(words, { cwd })),
  )
  t.match(versions, { code: 0, stdout: `Flagon ${version}\nNode ${process.versions.node}\n`, stderr: '' })
  t.match(secret, { code: 0, stdout: /^[0-9a-f]{64}\n$/, stderr: '' })
  t.match(help, { code: 0, stderr: '' })
})

t.test("an app that keeps the process alive does not keep Flagon's own commands from ending", async (t) => {
  const cwd = t.testdir({ 'app.ts': `${APP}setInterval(() => undefined, 1000)\n` })
  t.match(await runFlagon(['routes'], { cwd }), { code: 0, stdout: /^Endpoint/ })
})

t.test('colours are left out where nobody looks at them, and forced by a variable', async (t) => {
  const cwd = t.testdir({ 'app.ts': APP })
  const [forced, plain] = await Promise.all(
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, { NO_COLOR: '' }].map((env) => runFlagon(['--help'], { cwd, env })),
  )
  t.match(forced?.stdout, '\x1b[1mUsage:')
  t.notMatch(plain?.stdout, '\x1b[')
})

t.test('the shell reads lines from a pipe', async (t) => {
  const cwd = t.testdir({ 'app.ts': APP })
  t.match(await runFlagon(['shell'], { cwd, input: 'app.name\nawait Promise.resolve(6 * 7)\n' }), {
    code: 0,
    stdout: /'shop'\n[\s\S]*42\n/,
  })
})
