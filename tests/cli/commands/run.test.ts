import { join } from 'node:path'
import t from 'tap'
import { FlagonGroup } from '../../../lib/cli/flagon-group.ts'
import { Flagon } from '../../../lib/index.ts'
import type { CliResult } from '../../../lib/testing/cli-runner.ts'
import { FLAGON_MODULE, runFlagon } from '../../support/flagon-command.ts'
import { FlagonServer } from '../../support/flagon-server.ts'
import { ROOT } from '../../support/source-tree.ts'

/** Each `flagon` is a process that compiles the sources anew, on machines that do other things besides. */
t.setTimeout(180_000)

function run(args: string, env: Record<string, string> = {}): Promise<CliResult> {
  const app = new Flagon('never served')
  const runner = app.test_cli_runner({ env: { FLAGON_DEBUG: undefined, ...env } })
  return runner.invoke(new FlagonGroup({ create_app: () => app }), `run ${args}`)
}

const REFUSED: [args: string, env: Record<string, string>, message: RegExp][] = [
  ['--port 70000', {}, /It is a whole number from 0 to 65535\./],
  ['--port 1e3', {}, /It is a whole number/],
  ['', { FLAGON_RUN_PORT: 'x' }, /FLAGON_RUN_PORT/],
  ['--workers 0', {}, /It is a whole number from 1 to 1024\./],
  ['--workers 2 --reload', {}, /--reload excludes --workers/],
  ['--unix /tmp/x --port 1', {}, /--unix excludes --host and --port/],
  ['--cert package.json', {}, /--cert was given alone: HTTPS needs both/],
  ['--key none.pem', {}, /It cannot be read: ENOENT/],
  ['--prot 1', {}, /Did you mean --port\?/],
]
t.test('what cannot be is refused with exit code 2', async (t) => {
  for (const [args, env, message] of REFUSED) {
    const { exit_code, stderr } = await run(args, env)
    t.equal(exit_code, 2, args)
    t.match(stderr, message, args)
  }
})

t.test('debug mode refuses an address that other machines reach', async (t) => {
  // security.md 1.8: Werkzeug CVE-2024-34069
  for (const [args, env] of [
    ['--debug --host 0.0.0.0', {}],
    ['--host ::', { FLAGON_DEBUG: '1' }],
    ['--debug', { FLAGON_RUN_HOST: '192.0.2.1' }],
    ['--debug --no-reload --host example.com', {}],
  ] as const) {
    const { exit_code, stderr } = await run(args, env)
    t.equal(exit_code, 2, args)
    t.match(stderr, /debug mode shows code and settings, and '.*' lets other machines see them/)
  }
})

t.test('its help names the variables that stand in for the options', async (t) => {
  const { stdout } = await run('--help')
  t.match(stdout, 'FLAGON_RUN_PORT')
  t.match(stdout, /Examples:\n {2}flagon run --debug/)
})

const APP = `import { Flagon } from ${FLAGON_MODULE}\nexport const app = new Flagon('served')\napp.get('/', () => String(app.debug))\n`

t.test('options come from variables, and those from .flagonenv', async (t) => {
  const folder = t.testdir({
    'shop.ts': APP,
    '.flagonenv': 'FLAGON_APP=shop\nFLAGON_RUN_PORT=0\nFLAGON_DEBUG=1\nFLAGON_RUN_RELOAD=0\n',
  })
  const server = new FlagonServer(['run'], folder)
  t.teardown(() => server.stop())
  t.equal(await (await fetch(await server.url())).text(), 'true')
  t.notMatch(server.written, /Starting again/)
})

t.test('with --unsafe-debug debug mode is served anywhere', async (t) => {
  const folder = t.testdir({ 'app.ts': APP })
  const server = new FlagonServer(
    ['run', '--debug', '--no-reload', '--host', '0.0.0.0', '--port', '0', '--unsafe-debug'],
    folder,
  )
  t.teardown(() => server.stop())
  t.match(await server.url(), 'http://0.0.0.0:')
})

t.test('with a certificate it speaks HTTPS', async (t) => {
  const tls = join(ROOT, 'tests', 'fixtures', 'tls')
  const folder = t.testdir({ 'app.ts': APP })
  const server = new FlagonServer(
    ['run', '--port', '0', '--cert', join(tls, 'cert.pem'), '--key', join(tls, 'key.pem')],
    folder,
  )
  t.teardown(() => server.stop())
  t.match(await server.url(), /^https:/)
})

t.test('an error in the module of the app ends with its stack, and exit code 1', async (t) => {
  const folder = t.testdir({ 'app.ts': `${APP}app.gett('/x')\n` })
  const { code, stderr } = await runFlagon(['run', '--port', '0'], { cwd: folder })
  t.equal(code, 1)
  t.match(stderr, /TypeError: app\.gett is not a function\n {4}at .*app\.ts:4:5/)
  t.notMatch(stderr, /node:internal|commander/)
})
