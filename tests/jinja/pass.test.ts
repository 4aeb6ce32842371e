import t from 'tap'
import { pass_context, pass_environment, pass_eval_context, passOf } from '../../lib/jinja/pass.ts'

t.test('a function is marked with what it wants first, and stays the same function', (t) => {
  const fn = () => 1
  t.equal(pass_context(fn), fn)
  t.equal(passOf(fn), 'context')
  t.equal(passOf(pass_eval_context(() => 1)), 'eval_context')
  t.equal(passOf(pass_environment(() => 1)), 'environment')
  t.end()
})

t.test('nothing else is marked', (t) => {
  for (const value of [() => 1, { pass: 'context' }, null, 'context']) t.equal(passOf(value), undefined)
  t.end()
})
