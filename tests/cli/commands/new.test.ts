import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newCommand } from '../../../lib/cli/commands/new.ts'
import { Flagon } from '../../../lib/index.ts'

const runner = new Flagon('x').test_cli_runner()

t.test('a project is made, and the next steps are told', async (t) => {
  const folder = join(t.testdir({}), 'hello')
  const { stdout, exit_code } = await runner.invoke(newCommand(), [folder])
  t.equal(exit_code, 0)
  t.match(stdout, /^Made 9 files in .*hello\. Go on with:\n\n {2}cd .*hello\n {2}npm install\n {2}npm run dev\n$/)
  t.ok(existsSync(join(folder, 'app.ts')))
})

t.test('--js makes one in JavaScript', async (t) => {
  const folder = join(t.testdir({}), 'hello')
  t.match((await runner.invoke(newCommand(), [folder, '--js'])).stdout, /^Made 8 files/)
  t.ok(existsSync(join(folder, 'app.js')))
})

t.test('what cannot be made ends with exit code 2', async (t) => {
  const folder = t.testdir({ hello: { 'app.ts': '' } })
  const { exit_code, stderr } = await runner.invoke(newCommand(), [join(folder, 'hello')])
  t.equal(exit_code, 2)
  t.match(stderr, /^Error: .* is not empty/)
})
