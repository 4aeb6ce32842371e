import t from 'tap'
import { method, methodTable } from '../../../lib/jinja/methods/table.ts'

t.test('a method has its function and its signature', (t) => {
  const double = method('double', 'times?', (self: number, times: number) => self * (times ?? 2))
  t.equal(double.call(4, 3), 12)
  t.same(double.signature.params, ['times'])
  t.equal(double.signature.name, 'double')
  t.end()
})

t.test('a table finds its own names only', (t) => {
  const table = methodTable({ a: method('a', '', () => 1) })
  t.ok(table['a'])
  for (const name of ['toString', 'constructor', '__proto__']) t.equal(table[name], undefined)
  t.end()
})
