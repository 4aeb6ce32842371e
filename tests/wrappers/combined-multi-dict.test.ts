import t from 'tap'
import { MultiDict } from '../../lib/http/multi-dict.ts'
import { CombinedMultiDict } from '../../lib/wrappers/combined-multi-dict.ts'

const values = new CombinedMultiDict([
  new MultiDict<string>([
    ['a', '1'],
    ['c', 'x'],
  ]),
  new MultiDict<string>([
    ['b', '2'],
    ['a', '9'],
  ]),
])

t.test('the first mapping that has a key answers for it', (t) => {
  t.equal(values.get('a'), '1')
  t.equal(values.get('b'), '2')
  t.equal(values.get('d', 'none'), 'none')
  t.equal(values.require('c'), 'x')
  t.same(values.getlist('a'), ['1', '9'])
  t.same([...values.keys()], ['a', 'c', 'b'])
  t.equal(values.size, 3)
  t.ok(values.has('b'))
  t.end()
})

t.test('pairs come one mapping after the other, as in Werkzeug', (t) => {
  t.same(
    [...values],
    [
      ['a', '1'],
      ['c', 'x'],
      ['b', '2'],
      ['a', '9'],
    ],
  )
  t.same([...values.items({ multi: true })], [...values])
  t.same(
    [...values.items()],
    [
      ['a', '1'],
      ['c', 'x'],
      ['b', '2'],
    ],
  )
  t.end()
})

t.test('cannot be changed, and a copy can', (t) => {
  t.throws(() => Reflect.apply(values.add, values, ['a', 'b']), TypeError)
  const copy = values.copy()
  copy.add('a', '3')
  t.same(copy.getlist('a'), ['1', '9', '3'])
  t.end()
})
