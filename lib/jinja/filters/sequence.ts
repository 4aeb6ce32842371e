import { FilterArgumentError, ZeroDivisionError } from '../exceptions.ts'
import type { EvalContext, FilterFunction, Host } from '../host.ts'
import { findMethod } from '../lookup.ts'
import { hasHtml, Markup } from '../markup.ts'
import { itemsView } from '../methods/dict.ts'
import { sortArray } from '../methods/list.ts'
import { index } from '../methods/string.ts'
import { native } from '../native.ts'
import { pass_context, pass_environment, pass_eval_context } from '../pass.ts'
import { asText, compare, equals } from '../python/compare.ts'
import { checkedLength, Dict, isMapping, Range, Tuple } from '../python/containers.ts'
import { htmlOf, softText } from '../python/html.ts'
import { isIterable, iterate, len, toArray, truth } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { slice as cut } from '../python/slices.ts'
import { str } from '../python/text.ts'
import { Undefined } from '../undefined.ts'
import { attributeGetter, type Getter, ignoreCase, multiGetter } from './attribute.ts'

function caseGetter(caseSensitive: unknown): Getter | undefined {
  return truth(caseSensitive) ? undefined : ignoreCase
}

function* batch(value: unknown, size: unknown, fill: unknown = null): Generator<unknown[]> {
  const count = index(size, 1)
  let row: unknown[] = []
  for (const item of iterate(value)) {
    if (row.length === count) {
      yield row
      row = []
    }
    row.push(item)
  }
  if (row.length === 0) return
  if (fill !== null) {
    checkedLength(count)
    while (row.length < count) row.push(fill)
  }
  yield row
}

function* sliceInto(value: unknown, columns: unknown, fill: unknown = null): Generator<unknown[]> {
  const items = toArray(value)
  const count = index(columns, 1)
  if (count === 0) throw new ZeroDivisionError('integer division or modulo by zero')
  checkedLength(count)
  const size = Math.floor(items.length / count)
  const longer = items.length % count
  let from = 0
  for (let column = 0; column < count; column++) {
    const to = from + size + (column < longer ? 1 : 0)
    const part = items.slice(from, to)
    from = to
    if (fill !== null && column >= longer) part.push(fill)
    yield part
  }
}

const join = pass_eval_context(
  native(
    'join',
    'd? attribute?',
    (evalContext: EvalContext, value: unknown, mark: unknown = '', attribute: unknown = null) => {
      let items: unknown[] = toArray(value)
      if (attribute !== null) items = items.map(attributeGetter(evalContext.environment, attribute))
      if (!evalContext.autoescape) return items.map(str).join(str(mark))
      if (!hasHtml(mark)) {
        const hasMarkup = items.some(hasHtml)
        if (!hasMarkup) return items.map(str).join(str(mark))
        const separator = htmlOf(mark)
        return findMethod(separator, 'join')!.call(separator, items)
      }
      const separator = softText(mark)
      return findMethod(separator, 'join')!.call(separator, items.map(softText))
    },
  ),
)

function none(env: Host, hint: string): unknown {
  return new env.undefined({ hint })
}

const first = pass_environment(
  native('first', '', (env: Host, value: unknown) => {
    for (const item of iterate(value)) return item
    return none(env, 'there is no first item: the sequence is empty')
  }),
)

/** The items backwards. @throws TypeError for what has no order from its end: generators, numbers. */
function backwards(value: unknown): Iterable<unknown> {
  if (value instanceof Range) return value.reversed()
  const isReversible =
    Array.isArray(value) || asText(value) !== undefined || isMapping(value) || value instanceof Undefined
  if (!isReversible && value !== undefined) throw new TypeError(`'${typeName(value)}' object is not reversible`)
  const items = toArray(value).reverse()
  return value instanceof Markup ? items.map((item) => new Markup(item)) : items
}

const last = pass_environment(
  native('last', '', (env: Host, value: unknown) => {
    for (const item of backwards(value)) return item
    return none(env, 'there is no last item: the sequence is empty')
  }),
)

const random = pass_context(
  native('random', '', (context: { environment: Host }, value: unknown) => {
    const size = len(value)
    if (size === 0) return none(context.environment, 'there is no random item: the sequence is empty')
    return context.environment.getitem(value, Math.floor(Math.random() * size))
  }),
)

function reverse(value: unknown): unknown {
  if (asText(value) !== undefined) return cut(value, null, null, -1)
  if (!isIterable(value)) throw new FilterArgumentError(`'${typeName(value)}' object has no items to reverse`)
  return generate(value instanceof Range ? value.reversed() : toArray(value).reverse())
}

function* generate(items: Iterable<unknown>): Generator<unknown> {
  yield* items
}

const sort = pass_environment(
  native(
    'sort',
    'reverse? case_sensitive? attribute?',
    (env: Host, value: unknown, backward: unknown = false, caseSensitive: unknown = false, attribute: unknown = null) =>
      sortArray(toArray(value), multiGetter(env, attribute, caseGetter(caseSensitive)), truth(backward)),
  ),
)

function dictSort(
  value: unknown,
  caseSensitive: unknown = false,
  by: unknown = 'key',
  backward: unknown = false,
): unknown[] {
  const what = asText(by)
  if (what !== 'key' && what !== 'value') {
    throw new FilterArgumentError(`a dict is sorted by 'key' or by 'value', not by '${what ?? typeName(by)}'`)
  }
  if (value instanceof Undefined) return value.fail()
  if (!isMapping(value)) throw new TypeError(`'${typeName(value)}' object has no attribute 'items'`)
  const fold = caseGetter(caseSensitive)
  const place = what === 'key' ? 0 : 1
  return sortArray(
    Array.from(itemsView(value)),
    (entry) => {
      const part = (entry as Tuple)[place]
      return fold === undefined ? part : fold(part)
    },
    truth(backward),
  )
}

const unique = pass_environment(
  native(
    'unique',
    'case_sensitive? attribute?',
    function* (env: Host, value: unknown, caseSensitive: unknown = false, attribute: unknown = null) {
      const get = attributeGetter(env, attribute, caseGetter(caseSensitive))
      const seen = new Dict()
      for (const item of iterate(value)) {
        const key = get(item)
        if (seen.has(key)) continue
        seen.set(key, true)
        yield item
      }
    },
  ),
)

function extreme(name: string, wanted: (order: number) => boolean): FilterFunction {
  return pass_environment(
    native(
      name,
      'case_sensitive? attribute?',
      (env: Host, value: unknown, caseSensitive: unknown = false, attribute: unknown = null) => {
        const items = toArray(value)
        if (items.length === 0) return none(env, 'there is no item to compare: the sequence is empty')
        const get = attributeGetter(env, attribute, caseGetter(caseSensitive))
        let best = items[0]
        let bestKey = get(best)
        for (const item of items.slice(1)) {
          const key = get(item)
          if (wanted(compare(key, bestKey))) {
            best = item
            bestKey = key
          }
        }
        return best
      },
    ),
  )
}

/** One group: a pair of the key and the items, which `grouper` and `list` name. */
class Group extends Tuple {
  /** What the items have in common. */
  grouper: unknown
  /** The items. */
  list: unknown[] = []
}

function makeGroup(key: unknown, items: unknown[]): Group {
  const group = new Group()
  group.push(key, items)
  group.grouper = key
  group.list = items
  return group
}

const groupby = pass_environment(
  native(
    'groupby',
    'attribute default? case_sensitive?',
    (env: Host, value: unknown, attribute: unknown, preset: unknown = null, caseSensitive: unknown = false) => {
      const get = attributeGetter(env, attribute, caseGetter(caseSensitive), preset)
      const show = attributeGetter(env, attribute, undefined, preset)
      const sorted = sortArray(toArray(value), get, false)
      const groups: Group[] = []
      let key: unknown
      for (const item of sorted) {
        const next = get(item)
        const group = groups.at(-1)
        if (group !== undefined && equals(key, next)) group.list.push(item)
        else groups.push(makeGroup(truth(caseSensitive) ? next : show(item), [item]))
        key = next
      }
      return groups
    },
  ),
)

function* items(value: unknown): Generator<unknown> {
  if (value instanceof Undefined || value === undefined) return
  if (!isMapping(value)) throw new TypeError(`'${typeName(value)}' object has no pairs of keys and values`)
  yield* itemsView(value)
}

/** The filters of lists and dicts. */
export const SEQUENCE_FILTERS: Readonly<Record<string, FilterFunction>> = {
  batch: native('batch', 'linecount fill_with?', batch),
  dictsort: native('dictsort', 'case_sensitive? by? reverse?', dictSort),
  first,
  groupby,
  items: native('items', '', items),
  join,
  last,
  length: native('length', '', len),
  list: native('list', '', toArray),
  max: extreme('max', (order) => order > 0),
  min: extreme('min', (order) => order < 0),
  random,
  reverse: native('reverse', '', reverse),
  slice: native('slice', 'slices fill_with?', sliceInto),
  sort,
  unique,
}
