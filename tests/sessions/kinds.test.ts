import t from 'tap'
import { asTuple, is_tuple, isFloat, markFloat, pythonNumber, tuple } from '../../lib/sessions/kinds.ts'

t.test('a tuple is an array that is known to be one', async (t) => {
  const pair = tuple(1, 'a')
  t.same(pair, [1, 'a'])
  t.ok(Array.isArray(pair))
  t.ok(is_tuple(pair))
  t.notOk(is_tuple([1, 'a']))
  t.notOk(is_tuple([...pair]))
  for (const value of [null, undefined, 1, 'x']) t.notOk(is_tuple(value))
  const items = [1]
  t.equal(asTuple(items), items)
  t.ok(is_tuple(items))
})

t.test('a number stays a float until it is another number', async (t) => {
  const holder = { a: 1 }
  markFloat(holder, 'a', 1)
  t.ok(isFloat(holder, 'a', 1))
  t.notOk(isFloat(holder, 'a', 2))
  t.notOk(isFloat(holder, 'b', 1))
  t.notOk(isFloat({ a: 1 }, 'a', 1))
})

// The right column is what Python's json.dumps writes.
t.test('numbers are written as Python writes them', async (t) => {
  const rows: [value: number, asFloat: boolean, text: string][] = [
    [0, false, '0'],
    [1, false, '1'],
    [1, true, '1.0'],
    [-7, true, '-7.0'],
    [-0, false, '-0.0'],
    [0.5, false, '0.5'],
    [123456789.125, false, '123456789.125'],
    [0.0001, false, '0.0001'],
    [0.00001, false, '1e-05'],
    [1.5e-7, false, '1.5e-07'],
    [5e-324, false, '5e-324'],
    [2 ** 53, false, '9007199254740992.0'],
    [2 ** 53 - 1, false, '9007199254740991'],
    [1e15, true, '1000000000000000.0'],
    [1e16, false, '1e+16'],
    [1.2345678901234567e20, false, '1.2345678901234567e+20'],
    [1e22, false, '1e+22'],
    [1.7976931348623157e308, false, '1.7976931348623157e+308'],
    [Number.NaN, false, 'NaN'],
    [Number.POSITIVE_INFINITY, false, 'Infinity'],
    [Number.NEGATIVE_INFINITY, false, '-Infinity'],
  ]
  for (const [value, asFloat, text] of rows) t.equal(pythonNumber(value, asFloat), text)
})
