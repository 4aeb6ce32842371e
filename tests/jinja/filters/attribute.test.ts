import t from 'tap'
import { attributeGetter, ignoreCase, multiGetter } from '../../../lib/jinja/filters/attribute.ts'
import { Environment } from '../../../lib/jinja/index.ts'
import { Markup } from '../../../lib/jinja/markup.ts'

const env = new Environment()

t.test('an attribute is a name, an index or a path of them', (t) => {
  const item = { a: { b: [5, { c: 6 }] }, '1': 'one' }
  t.equal(attributeGetter(env, 'a.b.0')(item), 5)
  t.equal(attributeGetter(env, 'a.b.1.c')(item), 6)
  t.equal(attributeGetter(env, 1)(['x', 'y']), 'y')
  t.equal(attributeGetter(env, null)(item), item)
  t.equal(attributeGetter(env, new Markup('a'))(item), item.a)
  t.equal(attributeGetter(env, 'nope', undefined, 'preset')(item), 'preset')
  t.equal(attributeGetter(env, 'a.b', (found) => (found as unknown[]).length)(item), 2)
  t.throws(() => attributeGetter(env, 'x.y')(item), { name: 'UndefinedError' })
  t.end()
})

t.test('several attributes give a list to sort by', (t) => {
  t.same(multiGetter(env, 'a,b')({ a: 1, b: 2 }), [1, 2])
  t.same(multiGetter(env, null)(7), [7])
  t.same(multiGetter(env, 0)(['x']), ['x'])
  t.end()
})

t.test('texts lose their case, other values stay', (t) => {
  t.equal(ignoreCase('AbC'), 'abc')
  t.equal(ignoreCase(new Markup('A')), 'a')
  t.equal(ignoreCase(5), 5)
  t.end()
})
