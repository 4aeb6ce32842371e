import t from 'tap'
import { isConstant } from '../../../lib/jinja/compiler/constants.ts'
import { Frame, FunctionState } from '../../../lib/jinja/compiler/frame.ts'
import { Scope } from '../../../lib/jinja/compiler/scope.ts'
import { Writer } from '../../../lib/jinja/compiler/writer.ts'
import { Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const host = new Environment()

function isKnown(source: string, escaping: boolean | string = true): boolean {
  const node = host.parse(`{{ ${source} }}`)
  const writer = new Writer(
    { node, host, name: undefined, filename: undefined, autoescape: true, mode: 'render' },
    { expression: () => '', statements: () => undefined },
  )
  const [statement] = node.body
  if (statement?.type !== 'Output') throw new Error('no output')
  return isConstant(writer, statement.nodes[0], new Frame(new Scope(), new FunctionState(false, false), escaping))
}

t.test('what has no names and calls in it is known before a template runs', (t) => {
  for (const source of [
    '1',
    "'a'",
    '[1, (2,)]',
    "{'a': 1}",
    '1 + 2',
    'not 1',
    "'a' ~ 'b'",
    "'a'|upper",
    '1 is odd',
    '1 < 2',
    "'a'[0:1]",
    '1 if 2 else 3',
    '1 if 2',
    '1 or x',
    '[] and x',
    '1 if 1 else x',
    "'a'.b",
  ]) {
    t.ok(isKnown(source), source)
  }
  for (const source of [
    'x',
    'f()',
    '[x]',
    "'a'|replace(x, 'b')",
    "[1]|map('string')",
    '1 if x else 2',
    '1 if 0',
    '0 or x',
    "'a'[x:]",
    '1|nope',
  ]) {
    t.notOk(isKnown(source), source)
  }
  t.notOk(isKnown("'a'|upper", 'e1'), 'filters are not applied beforehand where escaping is not known')
  t.end()
})

const QUIRKS: [source: string, output: string][] = [
  ['{{ "<b>"|safe ~ "<" }}', '&lt;b&gt;&lt;'],
  ['{{ "<b>"|safe ~ x }}', '<b>&lt;'],
  ["{{ 'abc'['x':] }}", ''],
  ['{% autoescape off %}{{ "<" }}{{ x }}{% endautoescape %}', '&lt;<'],
]

t.test('what Jinja makes of constants when it compiles is made of them here too', (t) => {
  for (const [source, output] of QUIRKS)
    t.equal(renderOf(source, { x: '<', off: false }, { autoescape: true }), output, source)
  t.end()
})
