import t from 'tap'
import { escapeControl, jsonOf, type LogRecord, readCall, textOf } from '../../lib/logging/record.ts'

function recordOf(...args: unknown[]): LogRecord {
  return { time: new Date(0), level: 'info', app: 'shop', requestId: undefined, ...readCall(args) }
}

t.test('a text has fields behind the message, quoted where they have blanks', async (t) => {
  t.equal(
    textOf({ ...recordOf({ a: 1, b: 'two words', c: 'x', d: '' }, 'msg'), requestId: 'id1' }, false),
    '[1970-01-01T00:00:00.000Z] INFO in shop [id1]: msg a=1 b="two words" c=x d=""',
  )
})

t.test('a JSON line has its own names first, and keeps a field of such a name apart', async (t) => {
  t.equal(
    jsonOf({ ...recordOf({ a: 1, level: 'mine', msg: 'mine' }, 'msg'), requestId: 'id1' }),
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","app":"shop","request_id":"id1","msg":"msg","a":1,"level_":"mine","msg_":"mine"}',
  )
})

// security 1.8: a line of the log is one line, whatever a client sent
t.test('no value makes a second line or reaches a terminal raw', async (t) => {
  const nasty = 'a\r\nb\u001b[2Jc\u0000d\u007fe\u009bf\u2028g\u2029h'
  for (const args of [
    [nasty],
    [{ [nasty]: nasty }, nasty],
    [{ deep: { list: [nasty] } }],
    ['%s', nasty],
    [{ err: nasty }],
  ]) {
    for (const line of [jsonOf(recordOf(...args)), textOf(recordOf(...args), false)]) {
      t.notMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/, line)
    }
  }
  const error = new Error(nasty)
  error.name = nasty
  t.notMatch(jsonOf(recordOf(error)), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
  t.notMatch(textOf(recordOf(error), false), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]|\n(?! )/)
  t.equal(escapeControl('a\nb\u001b'), 'a\\nb\\x1b')
})

t.test('whatever is logged, it is one record and no error', async (t) => {
  const circular: Record<string, unknown> = { name: 'c' }
  circular['self'] = circular
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const bomb = {
    get x(): never {
      throw new Error('bomb')
    },
    toJSON(): never {
      throw new Error('bomb')
    },
  }
  const values = [circular, proxy, bomb, 1n, Symbol('s'), () => 1, undefined, null, Number.NaN, new Map([['a', 1]])]
  for (const value of [...values, Object.create(null), new Set([1]), [1, [2]], new Error('x', { cause: circular })]) {
    for (const args of [
      [value],
      ['text', value],
      ['%s %o', value, value],
      [{ err: value }, 'x'],
      [{ value }, 'x'],
      [value, 'x'],
    ]) {
      t.ok(JSON.parse(jsonOf(recordOf(...args))))
      t.match(textOf(recordOf(...args), false), /^\[1970/)
    }
  }
  t.match(JSON.parse(jsonOf(recordOf({ n: 1n, m: new Map([['a', 1]]), s: new Set([1]) }))), {
    n: '1',
    m: { a: 1 },
    s: [1],
  })
})

t.test('an error keeps its own properties and its causes', async (t) => {
  const error = Object.assign(new Error('above', { cause: new Error('below') }), { code: 'E_X' })
  t.match(JSON.parse(jsonOf(recordOf(error, 'failed'))), {
    msg: 'failed',
    err: { type: 'Error', message: 'above', code: 'E_X', stack: /record\.test/, cause: { message: 'below' } },
  })
})
