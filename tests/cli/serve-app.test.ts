import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ScriptInfo } from '../../lib/cli/script-info.ts'
import { serveApp } from '../../lib/cli/serve-app.ts'
import { FLAGON_MODULE } from '../support/flagon-command.ts'
import { FlagonServer } from '../support/flagon-server.ts'

const appWith = (body: string): string => `import { Flagon } from ${FLAGON_MODULE}
export const app = new Flagon('served')
app.get('/', () => ${body})
await app.run({ port: 1 })
`
/** On a connection of its own: one that is kept alive may be answered by the process before, which finishes what it has. */
const textOf = async (url: string): Promise<string> => (await fetch(url, { headers: { Connection: 'close' } })).text()

/** Each `flagon` is a process that compiles the sources anew, on machines that do other things besides. */
t.setTimeout(180_000)

t.test('one process serves the app, whose own run() is ignored', async (t) => {
  const folder = t.testdir({
    'app.ts': appWith("`${app.debug} ${process.env['FROM_FILE']}`"),
    '.env': 'FROM_FILE=yes\n',
  })
  const server = new FlagonServer(['run', '--port', '0'], folder)
  t.teardown(() => server.stop())
  t.equal(await textOf(await server.url()), 'false yes')
  t.match(server.written, /Ignoring a call to 'app\.run\(\)'/)
  await server.find(/"method":"GET","path":"\/"/)
  t.equal(await server.stop(), 0)
})

t.test('several processes serve it, and the variables of files are read by each', async (t) => {
  const folder = t.testdir({
    'app.ts': appWith("`${process.pid} ${process.env['FROM_FILE']}`"),
    '.env': 'FROM_FILE=yes\n',
  })
  const server = new FlagonServer(['run', '--port', '0', '--workers', '2'], folder)
  t.teardown(() => server.stop())
  const url = await server.url()
  const answers = new Set<string>()
  for (let count = 0; count < 20; count++) {
    answers.add(await textOf(url))
  }
  t.ok([...answers].every((text) => /^\d+ yes$/.test(text)))
  t.equal(await server.stop(), 0)
})

t.test('in debug mode it starts again when code or .env changes, without the port being lost', async (t) => {
  const body = "`one ${app.debug} ${process.env['FROM_FILE']}`"
  const folder = t.testdir({ 'package.json': '{"type":"module"}', 'app.ts': appWith(body), '.env': 'FROM_FILE=yes\n' })
  const server = new FlagonServer(['run', '--port', '0', '--debug'], folder)
  t.teardown(() => server.stop())
  const url = await server.url()
  t.equal(await textOf(url), 'one true yes')
  t.match(server.written, /Debug mode: on/)
  writeFileSync(join(folder, 'app.ts'), appWith(body.replace('one', 'two')))
  await server.find(/Changed: .*app\.ts/)
  t.equal(await textOf(url), 'two true yes')
  writeFileSync(join(folder, '.env'), 'FROM_FILE=no\n')
  await server.find(/Changed: .*\.env/)
  t.equal(await textOf(url), 'two true no')
  writeFileSync(join(folder, 'app.ts'), 'const broken = (')
  await server.find(/waiting for a file to change/)
  writeFileSync(join(folder, 'app.ts'), appWith("'mended'"))
  await server.find(/(?:Changed: [\s\S]*){4}/)
  t.equal(await textOf(url), 'mended')
  t.equal(await server.stop(), 0)
})

t.test('no app to reload is told at once', async (t) => {
  const info = new ScriptInfo()
  info.app_import_path = join(t.testdir({}), 'missing')
  const plan = { address: {}, tls: {}, isReloading: true, workers: undefined, extra_files: [], access_log: false }
  await t.rejects(serveApp(info, plan), { name: 'CommandUsageError', message: /there is no module/ })
})
