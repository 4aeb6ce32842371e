import t from 'tap'
import { readBeginning, rootOptions } from '../../lib/cli/global-options.ts'

const READ: [line: string, found: object][] = [
  ['', { command: undefined, version: false }],
  ['run', { command: 'run', version: false }],
  ['--app shop routes', { app: 'shop', command: 'routes' }],
  ['-A shop -e x.env --debug routes', { app: 'shop', env_file: 'x.env', debug: true, command: 'routes' }],
  ['--app=shop --env-file=x.env --no-debug init', { app: 'shop', env_file: 'x.env', debug: false, command: 'init' }],
  ['-Ashop run', { app: 'shop', command: 'run' }],
  ['run --app shop --debug', { app: 'shop', debug: true, command: 'run' }],
  ['init --app shop --debug', { app: undefined, debug: undefined, command: 'init' }],
  ['--version', { version: true, command: undefined }],
  ['-V', { version: true }],
  ['run -V', { version: false }],
  ['--help', { command: undefined }],
  ['run -- --app shop', { app: undefined }],
]
t.test('the app, its files of variables and debug mode are read before the commands are known', async (t) => {
  for (const [line, found] of READ) {
    const beginning = readBeginning(line.split(' ').filter(Boolean), (command) => command === 'run')
    t.match({ ...beginning, app: beginning.app, env_file: beginning.env_file, debug: beginning.debug }, found, line)
  }
})

t.test('the parser of the whole knows the same options', async (t) => {
  t.same(
    rootOptions().map(({ text }) => text),
    ['-A, --app <import>', '-e, --env-file <path>', '--debug', '--no-debug', '-V, --version'],
  )
})
