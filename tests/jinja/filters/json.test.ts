import t from 'tap'
import { dumps } from '../../../lib/jinja/filters/json.ts'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Dict, Float, Tuple } from '../../../lib/jinja/python/containers.ts'
import { Undefined } from '../../../lib/jinja/undefined.ts'

const WRITTEN: [value: unknown, json: string][] = [
  [null, 'null'],
  [true, 'true'],
  [1, '1'],
  [-0, '0'],
  [1.5, '1.5'],
  [new Float(2), '2.0'],
  [1e21, '1e+21'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [12345678901234567890n, '12345678901234567890'],
  ['a"\\\n\x7fé😀', '"a\\"\\\\\\n\\u007f\\u00e9\\ud83d\\ude00"'],
  [new Markup('<b>'), '"<b>"'],
  [[], '[]'],
  [[1, [2]], '[1, [2]]'],
  [Tuple.make([1, 'a']), '[1, "a"]'],
  [{}, '{}'],
  [{ b: 1, a: [null] }, '{"b": 1, "a": [null]}'],
  [
    Dict.make([
      [1, 'a'],
      [null, 'b'],
      [true, 'c'],
      [1.5, 'd'],
    ]),
    '{"1": "c", "null": "b", "1.5": "d"}',
  ],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
]

t.test('JSON is written as Python writes it', (t) => {
  for (const [value, json] of WRITTEN) t.equal(dumps(value), json, json)
  t.equal(dumps({ b: 1, a: 2 }, { sort_keys: true }), '{"a": 2, "b": 1}')
  t.equal(dumps({ a: [1, {}], b: [] }, { indent: 2 }), '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}')
  t.equal(dumps([1], { indent: '\t' }), '[\n\t1\n]')
  t.end()
})

t.test('what JSON cannot hold is refused', (t) => {
  for (const value of [
    () => 1,
    new Undefined(),
    undefined,
    new Set([1]),
    Symbol('x'),
    Dict.make([[Tuple.make([1]), 1]]),
  ]) {
    t.throws(() => dumps(value), TypeError)
  }
  const circle: unknown[] = []
  circle.push(circle)
  t.throws(() => dumps(circle), { name: 'ValueError', message: 'Circular reference detected' })
  const shared = [1]
  t.equal(dumps([shared, shared]), '[[1], [1]]')
  t.end()
})
