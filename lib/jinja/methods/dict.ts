import { KeyError, ValueError } from '../exceptions.ts'
import type { Keywords } from '../native.ts'
import {
  Dict,
  entriesOf,
  hasKey,
  isMapping,
  keysOf,
  type Mapping,
  pair,
  readKey,
  removeKey,
  sizeOf,
  View,
  writeKey,
} from '../python/containers.ts'
import { toArray } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { repr } from '../python/text.ts'
import { Undefined } from '../undefined.ts'
import { type MethodTable, method, methodTable } from './table.ts'

/** A function that a template hands to a method. */
export type Caller = (...args: unknown[]) => unknown

/** The pairs of a dict, or of a list of pairs. @throws TypeError or ValueError for anything else. */
export function pairsOf(source: unknown): [unknown, unknown][] {
  if (isMapping(source)) return Array.from(entriesOf(source))
  if (source instanceof Undefined) return source.fail()
  return toArray(source).map((entry, place): [unknown, unknown] => {
    const found = toArray(entry)
    if (found.length !== 2) {
      throw new ValueError(`dictionary update sequence element #${place} has length ${found.length}; 2 is required`)
    }
    return [found[0], found[1]]
  })
}

function view(kind: View['__kind__'], items: Iterable<unknown>): View {
  const found = new View()
  for (const item of items) found.push(item)
  found.__kind__ = kind
  return found
}

/** The pairs of a dict as its `items()`. */
export function itemsView(dict: Mapping): View {
  const found = new View()
  for (const [key, value] of entriesOf(dict)) found.push(pair(key, value))
  return found
}

function* valuesOf(dict: Mapping): Generator<unknown> {
  for (const [, value] of entriesOf(dict)) yield value
}

function update(self: Mapping, names: Keywords, source?: unknown): null {
  if (source !== undefined) for (const [key, value] of pairsOf(source)) writeKey(self, key, value)
  for (const key of Object.keys(names)) writeKey(self, key, names[key])
  return null
}

function copy(self: Mapping): Mapping {
  if (!(self instanceof Map)) return Object.assign(Object.create(null) as Mapping, self)
  return self instanceof Dict ? Dict.make(self) : new Map(self)
}

function popItem(self: Mapping): unknown {
  if (sizeOf(self) === 0) throw new KeyError("'popitem(): dictionary is empty'")
  const key = keysOf(self).at(-1)
  return pair(key, removeKey(self, key))
}

/** The methods of dicts, by name. */
export const DICT_METHODS: MethodTable = methodTable({
  get: method('get', '/ key default?', (self: Mapping, key: unknown, preset: unknown = null) => {
    const found = readKey(self, key)
    return found !== undefined || hasKey(self, key) ? found : preset
  }),
  items: method('items', '', itemsView),
  keys: method('keys', '', (self: Mapping) => view('keys', keysOf(self))),
  values: method('values', '', (self: Mapping) => view('values', valuesOf(self))),
  update: method('update', '* **', (self: Mapping, names: Keywords, ...sources: unknown[]) => {
    if (sources.length > 1) throw new TypeError(`update expected at most 1 argument, got ${sources.length}`)
    return update(self, names, sources[0])
  }),
  pop: method('pop', '/ key default?', (self: Mapping, key: unknown, ...preset: unknown[]) => {
    if (hasKey(self, key)) return removeKey(self, key)
    if (preset.length === 0) throw new KeyError(repr(key))
    return preset[0]
  }),
  popitem: method('popitem', '', popItem),
  setdefault: method('setdefault', '/ key default?', (self: Mapping, key: unknown, preset: unknown = null) => {
    if (!hasKey(self, key)) writeKey(self, key, preset)
    return readKey(self, key)
  }),
  copy: method('copy', '', copy),
  clear: method('clear', '', (self: Mapping) => {
    if (self instanceof Map) self.clear()
    else for (const key of Object.keys(self)) delete self[key]
    return null
  }),
})

/** Says that a value is no dict. */
export function notMapping(value: unknown): never {
  throw new TypeError(`'${typeName(value)}' object is not a mapping`)
}
