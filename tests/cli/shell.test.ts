import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { runShell } from '../../lib/cli/shell.ts'
import { current_app, Flagon, g } from '../../lib/index.ts'

async function typed(app: Flagon, lines: string[]): Promise<string> {
  const input = new PassThrough()
  const output = new PassThrough()
  const done = runShell(app, { input, output })
  const written = text(output)
  input.end(`${lines.join('\n')}\n`)
  await done
  output.end()
  return written
}

t.test('what is typed runs in the context of the app, across lines and await', async (t) => {
  const app = new Flagon('shop')
  app.shell_context_processor(() => ({ current_app, tag: 'here' }))
  const output = await typed(app, [
    'current_app.name',
    'g.seen = tag',
    'await null',
    'g.seen',
    'await Promise.resolve(current_app.name === app.name)',
  ])
  t.match(output, /'shop'/)
  t.match(output, /'here'/)
  t.match(output, /true/)
})

t.test('an error is shown and the shell goes on', async (t) => {
  const output = await typed(new Flagon('shop'), ["throw new RangeError('mine')", '1 + 1'])
  t.match(output, /RangeError: mine/)
  t.match(output, /\b2\b/)
})

t.test('the context is torn down at the end', async (t) => {
  const app = new Flagon('shop')
  const ends: unknown[] = []
  app.teardown_appcontext((error) => ends.push([error, g.get('a')]))
  await typed(app, ['g.a = 1', '.exit'])
  t.same(ends, [[undefined, 1]])
})
