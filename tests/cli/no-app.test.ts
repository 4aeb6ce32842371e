import t from 'tap'
import { NoAppException } from '../../lib/cli/no-app.ts'
import { CommandUsageError } from '../../lib/index.ts'

t.test('no app is a mistake in what was typed, and ends with exit code 2', async (t) => {
  const error = new NoAppException('no app was found')
  t.ok(error instanceof CommandUsageError)
  t.equal(error.exit_code, 2)
  t.equal(error.format_message(), 'Error: no app was found\n')
})
