import t from 'tap'
import { CommandError, CommandUsageError } from '../../lib/commands/errors.ts'

t.test('an error for the person has a message, an exit code and a cause', async (t) => {
  const cause = new Error('inner')
  const error = new CommandError('no such user', { exit_code: 4, cause })
  t.match(error, { name: 'CommandError', exit_code: 4, cause })
  t.equal(error.format_message(), 'Error: no such user\n')
  t.equal(new CommandError('no').exit_code, 1)
})

t.test('an error of usage says first how the command is typed', async (t) => {
  const error = new CommandUsageError('missing <name>', 'Usage: greet <name>\n')
  t.match(error, { name: 'CommandUsageError', exit_code: 2 })
  t.ok(error instanceof CommandError)
  t.equal(error.format_message(), 'Usage: greet <name>\n\nError: missing <name>\n')
  t.equal(new CommandUsageError('give one of the two').format_message(), 'Error: give one of the two\n')
})
