import t from 'tap'
import { ERROR_CODES, FlagonError } from '../lib/errors.ts'

t.test('a usage error carries a stable code, its name and its cause', async (t) => {
  const cause = new Error('below')
  const error = new FlagonError('RULE_SYNTAX', 'the rule is wrong', { cause })
  t.ok(error instanceof Error)
  t.match(error, { code: 'RULE_SYNTAX', name: 'FlagonError', message: 'the rule is wrong', cause })
})

t.test('every code has a sentence', async (t) => {
  for (const [code, sentence] of Object.entries(ERROR_CODES)) t.match(sentence, /^[A-Z].*\.$/, code)
})
