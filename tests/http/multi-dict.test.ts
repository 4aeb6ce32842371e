import { inspect } from 'node:util'
import t from 'tap'
import { NotFound } from '../../lib/http/exceptions.ts'
import { ImmutableMultiDict, iterPairs, MultiDict, type MultiDictInit, ValueLists } from '../../lib/http/multi-dict.ts'

const pairs = (): [string, string][] => [
  ['a', '1'],
  ['b', '2'],
  ['a', '3'],
]

t.test('it is made of pairs, mappings of values or of arrays, and others of its kind', (t) => {
  const expected: [string, string][] = [
    ['a', '1'],
    ['a', '3'],
    ['b', '2'],
  ]
  const inits: [string, MultiDictInit<string>][] = [
    ['pairs', pairs()],
    ['an object', { a: ['1', '3'], b: '2' }],
    [
      'a Map',
      new Map<string, string | string[]>([
        ['a', ['1', '3']],
        ['b', '2'],
      ]),
    ],
    ['a MultiDict', new MultiDict(pairs())],
    ['URLSearchParams', new URLSearchParams('a=1&b=2&a=3')],
    ['a generator', iterPairs(pairs())],
  ]
  for (const [title, init] of inits) t.same([...new MultiDict(init)], expected, title)
  t.same([...new MultiDict()], [])
  t.same([...new MultiDict({ a: [] })], [], 'an empty array makes no key')
  t.end()
})

t.test('value lists are taken over as they are', (t) => {
  const lists = new ValueLists<string>()
  lists.append('a', '1')
  const dict = new MultiDict(lists)
  lists.append('a', '2')
  t.same(dict.getlist('a'), ['1', '2'])
  t.end()
})

t.test('asking for one value gives the first', (t) => {
  const dict = new MultiDict(pairs())
  t.equal(dict.get('a'), '1')
  t.equal(dict.require('a'), '1')
  t.equal(dict.get('c'), undefined)
  t.equal(dict.get('c', 'none'), 'none')
  t.equal(dict.get('c', null), null)
  t.equal(dict.has('a'), true)
  t.equal(dict.has('c'), false)
  t.equal(dict.size, 2)
  t.end()
})

t.test('a required key that is missing is a 400 that names the key', (t) => {
  const dict = new MultiDict({ empty: '' })
  t.equal(dict.require('empty'), '')
  t.throws(() => dict.require('who'), { code: 400, key: 'who' })
  dict.setlist('empty', [])
  t.throws(() => dict.require('empty'), { code: 400, key: 'empty' }, 'a key without values counts as missing')
  t.end()
})

t.test('a type converts, and where it cannot the fallback is given', (t) => {
  const dict = new MultiDict([
    ['n', '5'],
    ['x', 'x'],
    ['blank', ' '],
    ['n', 'y'],
    ['n', '7'],
  ])
  t.equal(dict.get('n', -1, Number), 5)
  t.equal(dict.get('x', -1, Number), -1, 'NaN')
  t.equal(dict.get('x', undefined, Number), undefined)
  t.equal(dict.get('missing', -1, Number), -1)
  t.equal(dict.get('blank', -1, Number), -1, 'a blank field is no number')
  t.equal(dict.get('x', 0n, BigInt), 0n, 'a type that throws')
  t.equal(
    dict.get('n', '', (value) => value.padStart(3, '0')),
    '005',
  )
  t.same(dict.getlist('n', Number), [5, 7], 'what cannot be converted is left out of lists')
  t.same(dict.getlist('missing', Number), [])
  t.same(new MultiDict({ n: ['1', '2', '3'] }).getlist('n', parseInt), [1, 2, 3], 'a type gets the value alone')
  t.end()
})

t.test('an HTTP exception of a type is the answer', (t) => {
  const lookUp = (): never => {
    throw new NotFound()
  }
  t.throws(() => new MultiDict({ id: '9' }).get('id', null, lookUp), { code: 404 })
  t.throws(() => new MultiDict({ id: '9' }).getlist('id', lookUp), { code: 404 })
  t.end()
})

t.test('add appends, set and setlist replace', (t) => {
  const dict = new MultiDict(pairs())
  dict.add('a', '4')
  dict.add('c', '5')
  t.same(dict.getlist('a'), ['1', '3', '4'])
  dict.set('a', '6')
  t.same(dict.getlist('a'), ['6'])
  const values = ['7', '8']
  dict.setlist('a', values)
  values.push('9')
  t.same(dict.getlist('a'), ['7', '8'])
  dict.getlist('a').push('9')
  t.same(dict.getlist('a'), ['7', '8'], 'getlist gives a copy')
  t.end()
})

t.test('setdefault and setlistdefault fill what is missing', (t) => {
  const dict = new MultiDict({ a: '1' })
  t.equal(dict.setdefault('a', '2'), '1')
  t.equal(dict.setdefault('b', '2'), '2')
  t.same(dict.setlistdefault('a', ['2']), ['1'])
  dict.setlistdefault('c').push('3')
  t.same(dict.getlist('c'), ['3'], 'the array of setlistdefault is the one inside')
  t.end()
})

t.test('as JSON it is the first value of each key, as Flask writes it', (t) => {
  const dict = new MultiDict([
    ['a', '1'],
    ['a', '2'],
    ['__proto__', 'x'],
  ])
  t.equal(JSON.stringify({ dict }), '{"dict":{"a":"1","__proto__":"x"}}')
  t.equal(JSON.stringify(new ImmutableMultiDict()), '{}')
  t.end()
})

t.test('update adds, even of the mapping itself', (t) => {
  const dict = new MultiDict({ a: '1' })
  dict.update({ a: ['2'], b: '3', c: [] })
  t.same(dict.to_dict({ flat: false }), { a: ['1', '2'], b: ['3'] })
  dict.update(dict)
  t.same(dict.getlist('a'), ['1', '2', '1', '2'])
  t.end()
})

t.test('popping removes the key with all its values', (t) => {
  const dict = new MultiDict([...pairs(), ['c', '4'], ['c', '5'], ['d', '6']])
  t.equal(dict.pop('a'), '1')
  t.equal(dict.has('a'), false)
  t.equal(dict.pop('a', 'none'), 'none')
  t.equal(dict.pop('a', undefined), undefined)
  t.throws(() => dict.pop('a'), { code: 400 })
  t.same(dict.popitem(), ['d', '6'])
  t.same(dict.popitemlist(), ['c', ['4', '5']])
  t.same(dict.poplist('b'), ['2'])
  t.same(dict.poplist('b'), [])
  t.throws(() => dict.popitem(), { code: 400 })
  dict.setlist('empty', [])
  t.throws(() => dict.popitem(), { code: 400 })
  dict.add('e', '7')
  t.equal(dict.delete('e'), true)
  t.equal(dict.delete('e'), false)
  dict.add('f', '8')
  dict.clear()
  t.equal(dict.size, 0)
  t.end()
})

t.test('keys, values, items and lists go key by key', (t) => {
  const dict = new MultiDict(pairs())
  t.same([...dict.keys()], ['a', 'b'])
  t.same([...dict.values()], ['1', '2'])
  t.same(
    [...dict.items()],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  )
  t.same(
    [...dict.items({ multi: true })],
    [
      ['a', '1'],
      ['a', '3'],
      ['b', '2'],
    ],
  )
  t.same(
    [...dict.lists()],
    [
      ['a', ['1', '3']],
      ['b', ['2']],
    ],
  )
  t.same([...dict.listvalues()], [['1', '3'], ['2']])
  t.same(dict.to_dict(), { a: '1', b: '2' })
  t.same(dict.to_dict({ flat: false }), { a: ['1', '3'], b: ['2'] })
  t.equal(JSON.stringify(dict), '{"a":"1","b":"2"}')
  t.end()
})

t.test('a copy changes on its own', (t) => {
  const dict = new MultiDict(pairs())
  const copy = dict.copy()
  copy.add('a', '9')
  t.same(dict.getlist('a'), ['1', '3'])
  t.end()
})

t.test('no key reaches a prototype', (t) => {
  // Security 1.6: __proto__ and constructor in forms and queries
  const dict = new MultiDict([
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['a[__proto__][z]', '1'],
  ])
  t.equal(dict.get('__proto__'), 'x')
  t.equal(new MultiDict().get('constructor'), undefined)
  t.equal(new MultiDict().has('toString'), false)
  const object = dict.to_dict()
  t.equal(Object.getPrototypeOf(object), null)
  t.equal(Object.getOwnPropertyDescriptor(object, '__proto__')?.value, 'x')
  t.equal(Reflect.get({}, 'polluted'), undefined)
  t.end()
})

t.test('the immutable kind reads alike and refuses every change', (t) => {
  const dict = new ImmutableMultiDict(pairs())
  t.same(dict.getlist('a'), ['1', '3'])
  const changes: [string, () => unknown][] = [
    ['add', () => dict.add('a', '1')],
    ['set', () => dict.set('a', '1')],
    ['setlist', () => dict.setlist('a', [])],
    ['setdefault', () => dict.setdefault('z', '1')],
    ['setlistdefault', () => dict.setlistdefault('z', [])],
    ['update', () => dict.update({})],
    ['pop', () => dict.pop('a')],
    ['popitem', () => dict.popitem()],
    ['poplist', () => dict.poplist('a')],
    ['popitemlist', () => dict.popitemlist()],
    ['delete', () => dict.delete('a')],
    ['clear', () => dict.clear()],
  ]
  for (const [name, change] of changes) {
    t.throws(change, { name: 'TypeError', message: new RegExp(`^${name}: .* copy\\(\\)`) }, name)
  }
  t.same([...dict], [...new MultiDict(pairs())])
  const copy = dict.copy()
  copy.add('c', '4')
  t.equal(copy.get('c'), '4', 'its copy can be changed')
  t.end()
})

t.test('printing shows the pairs', (t) => {
  t.equal(inspect(new MultiDict({ a: ['1', '2'] })), "MultiDict [ [ 'a', '1' ], [ 'a', '2' ] ]")
  t.equal(inspect(new ImmutableMultiDict()), 'ImmutableMultiDict []')
  t.end()
})
