import { ValueError } from '../exceptions.ts'
import { Markup } from '../markup.ts'
import { Undefined } from '../undefined.ts'
import { asNumber } from './compare.ts'
import { Range, Tuple, View } from './containers.ts'
import { characters, isWide } from './iteration.ts'
import { typeName } from './names.ts'
import { isInteger } from './operators.ts'

/** One bound of a slice as a number, undefined for none. */
function bound(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined
  if (!isInteger(value)) throw new TypeError('slice indices must be integers or None or have an __index__ method')
  return Number(asNumber(value))
}

/**
 * The part of a list, tuple or text between two places, by steps, as Python cuts it.
 *
 * @throws ValueError for a step of 0.
 * @throws TypeError for bounds that are no integers, and for what cannot be cut.
 */
export function slice(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (value instanceof Undefined) return value.__getitem__([start, stop, step])
  const by = bound(step) ?? 1
  const from = bound(start)
  const to = bound(stop)
  if (by === 0) throw new ValueError('slice step cannot be zero')
  if (typeof value === 'string') {
    return by === 1 && !isWide(value) ? value.slice(from, to) : take(characters(value), from, to, by).join('')
  }
  if (value instanceof Markup) return new Markup(slice(value.toString(), start, stop, step))
  if (Array.isArray(value) && !(value instanceof View)) {
    const items = take(value, from, to, by)
    return value instanceof Tuple ? Tuple.make(items) : items
  }
  if (value instanceof Range) return sliceRange(value, from, to, by)
  throw new TypeError(`'${typeName(value)}' object is not subscriptable`)
}

/** The first and the last index (exclusive) of a slice of something of a length. */
function limits(length: number, start: number | undefined, stop: number | undefined, step: number): [number, number] {
  const lowest = step < 0 ? -1 : 0
  const highest = step < 0 ? length - 1 : length
  const clip = (index: number) => Math.min(highest, Math.max(lowest, index < 0 ? index + length : index))
  return [
    start === undefined ? (step < 0 ? highest : lowest) : clip(start),
    stop === undefined ? (step < 0 ? lowest : highest) : clip(stop),
  ]
}

function take(items: readonly unknown[], start: number | undefined, stop: number | undefined, step: number): unknown[] {
  const [from, to] = limits(items.length, start, stop, step)
  const taken: unknown[] = []
  for (let index = from; step > 0 ? index < to : index > to; index += step) taken.push(items[index])
  return taken
}

function sliceRange(range: Range, start: number | undefined, stop: number | undefined, step: number): Range {
  const [from, to] = limits(range.length, start, stop, step)
  return new Range(range.start + from * range.step, range.start + to * range.step, range.step * step)
}
