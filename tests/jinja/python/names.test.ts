import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Dict, Float, Range, Tuple, View } from '../../../lib/jinja/python/containers.ts'
import { typeName } from '../../../lib/jinja/python/names.ts'

const TYPES: [value: unknown, name: string][] = [
  [null, 'NoneType'],
  [true, 'bool'],
  [1, 'int'],
  [100000000000000000000n, 'int'],
  [new Float(1), 'float'],
  [2.5, 'float'],
  ['a', 'str'],
  [new Markup('a'), 'Markup'],
  [[], 'list'],
  [Tuple.make([]), 'tuple'],
  [{}, 'dict'],
  [Dict.make([[1, 2]]), 'dict'],
  [new Set([1]), 'set'],
  [new Range(0, 2, 1), 'range'],
]

t.test('a value has the name of the Python type that it counts as', (t) => {
  for (const [value, name] of TYPES) t.equal(typeName(value), name, String(value))
  t.equal(typeName(undefined), 'Undefined')
  t.equal(
    typeName(() => 1),
    'function',
  )
  t.equal(typeName(Symbol('x')), 'symbol')
  t.equal(typeName(new Map()), 'dict')
  t.equal(typeName(Object.create(null)), 'dict')
  t.end()
})

t.test('what keys(), values() and items() give is named after them', (t) => {
  for (const kind of ['keys', 'values', 'items'] as const) {
    const view = new View()
    view.__kind__ = kind
    t.equal(typeName(view), `dict_${kind}`)
  }
  t.end()
})

t.test('an object is named after its class', (t) => {
  class Basket {}
  t.equal(typeName(new Basket()), 'Basket')
  t.equal(typeName(new Date(0)), 'Date')
  t.equal(typeName(new (class {})()), 'object')
  t.equal(typeName(Object.create({ constructor: 7, own: 1 })), 'object')
  t.end()
})
