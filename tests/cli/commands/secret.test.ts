import t from 'tap'
import { secretCommand } from '../../../lib/cli/commands/secret.ts'
import { Flagon } from '../../../lib/index.ts'

const runner = new Flagon('x').test_cli_runner()

t.test('a key has 32 random bytes in hexadecimal digits, or as many as are asked for', async (t) => {
  const { stdout, exit_code } = await runner.invoke(secretCommand())
  t.match(stdout, /^[0-9a-f]{64}\n$/)
  t.equal(exit_code, 0)
  t.match((await runner.invoke(secretCommand(), '--bytes 16')).stdout, /^[0-9a-f]{32}\n$/)
  t.not((await runner.invoke(secretCommand())).stdout, stdout)
})

t.test('too few bytes, too many and none at all are refused', async (t) => {
  for (const bytes of ['15', '1025', '-1', '20.5', 'x', '""']) {
    const { exit_code, stdout, stderr } = await runner.invoke(secretCommand(), `--bytes=${bytes}`)
    t.equal(exit_code, 2, bytes)
    t.equal(stdout, '')
    t.match(stderr, 'It is a whole number from 16 to 1024.')
  }
})
