import t from 'tap'
import { hasColors, paint, paintFor } from '../../lib/commands/colors.ts'

const terminal = { isTTY: true, hasColors: () => true }
const pipe = {}

t.test('a style is turned on before the text and off behind it', async (t) => {
  t.equal(paint('bold', 'x'), '\x1b[1mx\x1b[22m')
  t.equal(paint('red', 'x'), '\x1b[31mx\x1b[39m')
})

t.test('colours are for terminals, unless the environment says otherwise', async (t) => {
  const cases: [stream: object, env: Record<string, string>, colored: boolean][] = [
    [terminal, {}, true],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [{ isTTY: true, hasColors: () => false }, {}, false],
    [pipe, {}, false],
    [pipe, { FORCE_COLOR: '1' }, true],
    [terminal, { FORCE_COLOR: '0' }, false],
    [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ]
  for (const [stream, env, colored] of cases) t.equal(hasColors(stream, env), colored, JSON.stringify(env))
  t.equal(paintFor(pipe, 'red', 'x').includes('x'), true)
})
