import t from 'tap'
import { Frame, FunctionState } from '../../../lib/jinja/compiler/frame.ts'
import { Scope } from '../../../lib/jinja/compiler/scope.ts'
import { isBoolean, Writer } from '../../../lib/jinja/compiler/writer.ts'
import { Environment } from '../../../lib/jinja/index.ts'

const host = new Environment()

function writer(mode: 'render' | 'render_async' = 'render'): Writer {
  const node = host.parse('')
  return new Writer(
    { node, host, name: 'a', filename: undefined, autoescape: false, mode },
    {
      expression: (_, expression) => (expression.type === 'Name' ? expression.name : '?'),
      statements: () => undefined,
    },
  )
}

t.test('lines are gathered, and taken out again', (t) => {
  const c = writer()
  c.emit('a;')
  const inner = c.capture(() => {
    c.emit('b;')
    c.emit('c;')
  })
  t.equal(inner, 'b;\nc;')
  t.equal(
    c.capture(() => undefined),
    '',
  )
  t.not(c.id(), c.id())
  t.end()
})

t.test('a value is waited for only where a function may wait', (t) => {
  const c = writer('render_async')
  t.equal(c.wait(new FunctionState(false, false), 'x'), 'x')
  t.equal(c.wait(new FunctionState(true, false), 'x'), '(isPromise(p = x) ? await p : p)')
  t.end()
})

t.test('the line is noted when it changes', (t) => {
  const c = writer()
  const frame = new Frame(new Scope(), new FunctionState(false, false), false)
  const lines = c.capture(() => {
    c.line(frame, 3)
    c.line(frame, 3)
    c.line(frame, 4)
  })
  t.equal(lines, 'L = 3;\nL = 4;')
  t.equal(c.lineBefore(4, frame, 'x'), 'x')
  t.equal(c.lineBefore(5, frame, 'x'), '(L = 5, x)')
  t.equal(c.atLine(6, frame, 'x'), '(t1 = x, L = 6, t1)')
  t.end()
})

t.test('a mistake names the template and line', (t) => {
  t.throws(() => writer().fail('wrong', 7), {
    name: 'TemplateAssertionError',
    message: /^wrong\n {2}Template "a", line 7/,
  })
  t.throws(
    () => writer().variable('x', new Frame(new Scope(), new FunctionState(false, false), false)),
    /was not analyzed/,
  )
  t.end()
})

t.test('what is true or false for sure needs no test of truth', (t) => {
  const expression = (source: string) => {
    const [statement] = host.parse(`{{ ${source} }}`).body
    if (statement?.type !== 'Output') throw new Error('no output')
    return statement.nodes[0]!
  }
  for (const source of ['1 < 2', 'not x', 'true']) t.ok(isBoolean(expression(source)), source)
  for (const source of ['x', '1', 'x and y']) t.notOk(isBoolean(expression(source)), source)
  const frame = new Frame(new Scope(), new FunctionState(false, false), false)
  t.equal(writer().condition(expression('x and y'), frame), '(truth(x) && truth(y))')
  t.end()
})
