import t from 'tap'
import { FlagonGroup } from '../../../lib/cli/flagon-group.ts'
import { Flagon, session } from '../../../lib/index.ts'
import type { CliResult } from '../../../lib/testing/cli-runner.ts'

const KEY = 'a key for tests, of more than 32 bytes'

function makeApp(): Flagon {
  const app = new Flagon('shop')
  app.secret_key = KEY
  app.get('/', () => {
    session.set('user', 'ann\x1b[2J')
    return ''
  })
  return app
}

const app = makeApp()
const [header = ''] = (await app.test_client().get('/')).headers.getlist('Set-Cookie')
const cookie = header.slice('session='.length, header.indexOf(';'))

function decode(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const group = new FlagonGroup({ create_app: () => app })
  return app.test_cli_runner({ env: { NO_COLOR: '1', ...env } }).invoke(group, ['session', 'decode', ...args])
}

t.test('the app verifies a cookie; its content cannot steer the terminal', async (t) => {
  const { stdout } = await decode([cookie])
  t.match(
    stdout,
    /^\{ user: 'ann\\x1B\[2J' \}\nWritten: \d{4}-.*Z\nKind: signed; .*\nVerified: a key of the app made it\.\n$/,
  )
})

t.test('a key stands in for the app, and a wrong one is told of', async (t) => {
  t.match((await decode([cookie, '--secret', KEY])).stdout, 'Verified: ')
  t.match((await decode([cookie, '--secret', 'other'])).stdout, 'NOT valid: no key of the app made it.')
})

t.test('without a key it is shown as not verified', async (t) => {
  const { stdout, exit_code } = await decode([cookie, '--no-verify'])
  t.equal(exit_code, 0)
  t.match(stdout, 'Not verified: without a key, anybody may have written it.')
})

t.test('as JSON it is for programs', async (t) => {
  t.match(JSON.parse((await decode([cookie, '--json'])).stdout), {
    kind: 'signed',
    verified: true,
    reason: null,
    session: { user: 'ann\x1b[2J' },
  })
  t.match(JSON.parse((await decode(['x', '--json'])).stdout), { kind: 'unreadable', verified: false, session: null })
})
