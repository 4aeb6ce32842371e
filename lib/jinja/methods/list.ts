import { IndexError, ValueError } from '../exceptions.ts'
import type { Keywords } from '../native.ts'
import { compare, equals } from '../python/compare.ts'
import { Dict } from '../python/containers.ts'
import { toArray, truth } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { Undefined } from '../undefined.ts'
import type { Caller } from './dict.ts'
import { index } from './string.ts'
import { type MethodTable, method, methodTable } from './table.ts'

function indexOf(self: unknown[], value: unknown, start: unknown, stop: unknown): number {
  const clip = (at: number) => (at < 0 ? Math.max(0, at + self.length) : at)
  const to = Math.min(self.length, clip(index(stop, self.length)))
  for (let at = clip(index(start, 0)); at < to; at++) if (equals(self[at], value)) return at
  throw new ValueError('the value is not in the list')
}

function count(self: unknown[], value: unknown): number {
  return self.reduce((sum: number, item) => (equals(item, value) ? sum + 1 : sum), 0)
}

function pop(self: unknown[], at: unknown): unknown {
  const place = index(at, -1)
  const from = place < 0 ? place + self.length : place
  if (self.length === 0) throw new IndexError('pop from empty list')
  if (from < 0 || from >= self.length) throw new IndexError('pop index out of range')
  return self.splice(from, 1)[0]
}

/** Sorts in place; stable, also backwards, as Python's sort is. */
export function sortArray(items: unknown[], key: (item: unknown) => unknown, reverse: boolean): unknown[] {
  const keyed = items.map((item) => ({ item, key: key(item) }))
  const direction = reverse ? -1 : 1
  keyed.sort((a, b) => direction * compare(a.key, b.key))
  keyed.forEach((entry, at) => {
    items[at] = entry.item
  })
  return items
}

/** What reads the key that an item is sorted by; the item itself for none. */
function keyGetter(key: unknown): Caller {
  if (key === null) return (item) => item
  if (typeof key === 'function') return (item) => (key as Caller)(item)
  if (key instanceof Undefined) return key.fail()
  if (typeof key === 'object' && key !== null && '__call__' in key && typeof key.__call__ === 'function') {
    const { __call__: callIt } = key
    return (item) => callIt.call(key, false, [item])
  }
  throw new TypeError(`'${typeName(key)}' object is not callable`)
}

/** The methods of lists, by name; those that Python's return nothing give null. */
export const LIST_METHODS: MethodTable = methodTable({
  append: method('append', '/ object', (self: unknown[], value: unknown) => {
    self.push(value)
    return null
  }),
  extend: method('extend', '/ iterable', (self: unknown[], values: unknown) => {
    for (const value of toArray(values)) self.push(value)
    return null
  }),
  insert: method('insert', '/ index object', (self: unknown[], at: unknown, value: unknown) => {
    self.splice(index(at, 0), 0, value)
    return null
  }),
  pop: method('pop', '/ index?', pop),
  remove: method('remove', '/ value', (self: unknown[], value: unknown) => {
    const at = self.findIndex((item) => equals(item, value))
    if (at < 0) throw new ValueError('list.remove(x): x not in list')
    self.splice(at, 1)
    return null
  }),
  index: method('index', '/ value start? stop?', indexOf),
  count: method('count', '/ value', count),
  sort: method('sort', '**', (self: unknown[], { key = null, reverse = false, ...others }: Keywords) => {
    const [unknown] = Object.keys(others)
    if (unknown !== undefined) throw new TypeError(`sort() got an unexpected keyword argument '${unknown}'`)
    sortArray(self, keyGetter(key), truth(reverse))
    return null
  }),
  reverse: method('reverse', '', (self: unknown[]) => {
    self.reverse()
    return null
  }),
  clear: method('clear', '', (self: unknown[]) => {
    self.length = 0
    return null
  }),
  copy: method('copy', '', (self: unknown[]) => Array.from(self)),
})

/** The methods of tuples, by name. */
export const TUPLE_METHODS: MethodTable = methodTable({
  index: method('index', '/ value start? stop?', indexOf),
  count: method('count', '/ value', count),
})

function asSet(values: unknown): Dict {
  return Dict.make(toArray(values).map((value): [unknown, unknown] => [value, true]))
}

function toSet(items: Iterable<unknown>): Set<unknown> {
  return new Set(items)
}

/** The methods of sets, by name. */
export const SET_METHODS: MethodTable = methodTable({
  union: method('union', '/ *', (self: Set<unknown>, ...others: unknown[]) =>
    toSet([...self, ...others.flatMap((other) => toArray(other))]),
  ),
  intersection: method('intersection', '/ *', (self: Set<unknown>, ...others: unknown[]) =>
    toSet([...self].filter((item) => others.every((other) => asSet(other).has(item)))),
  ),
  difference: method('difference', '/ *', (self: Set<unknown>, ...others: unknown[]) =>
    toSet([...self].filter((item) => !others.some((other) => asSet(other).has(item)))),
  ),
  symmetric_difference: method('symmetric_difference', '/ other', (self: Set<unknown>, other: unknown) => {
    const right = asSet(other)
    return toSet([
      ...[...self].filter((item) => !right.has(item)),
      ...[...right.keys()].filter((item) => !self.has(item)),
    ])
  }),
  issubset: method('issubset', '/ other', (self: Set<unknown>, other: unknown) => {
    const right = asSet(other)
    return [...self].every((item) => right.has(item))
  }),
  issuperset: method('issuperset', '/ other', (self: Set<unknown>, other: unknown) =>
    toArray(other).every((item) => self.has(item)),
  ),
  isdisjoint: method(
    'isdisjoint',
    '/ other',
    (self: Set<unknown>, other: unknown) => !toArray(other).some((item) => self.has(item)),
  ),
  add: method('add', '/ item', (self: Set<unknown>, item: unknown) => {
    self.add(item)
    return null
  }),
  discard: method('discard', '/ item', (self: Set<unknown>, item: unknown) => {
    self.delete(item)
    return null
  }),
  copy: method('copy', '', (self: Set<unknown>) => new Set(self)),
})
