import { LoopContext, type LoopFunction } from './loop.ts'
import { native } from './native.ts'
import { isAsyncIterable, isPromise } from './promises.ts'
import { equals } from './python/compare.ts'
import { Tuple } from './python/containers.ts'
import type { UndefinedClass } from './undefined.ts'

/** The `loop` of a loop over something asynchronous; what needs to look ahead is a promise, for which templates wait. */
export class AsyncLoopContext {
  /** How many rounds were before this one. */
  index0: number = -1
  /** How many recursive loops this one is in. */
  readonly depth0: number
  /** The item of this round. */
  __item__: unknown
  #previous: unknown
  #iterator: AsyncIterator<unknown> | Iterator<unknown>
  #ahead: IteratorResult<unknown> | undefined
  #length: number | undefined
  #lastSeen: Tuple | undefined
  readonly #undefined: UndefinedClass
  readonly #recurse: LoopFunction | undefined

  constructor(items: AsyncIterable<unknown>, undefinedClass: UndefinedClass, recurse?: LoopFunction, depth0 = 0) {
    this.#iterator = items[Symbol.asyncIterator]()
    this.#undefined = undefinedClass
    this.#recurse = recurse
    this.depth0 = depth0
  }

  async #peek(): Promise<IteratorResult<unknown>> {
    this.#ahead ??= await this.#iterator.next()
    return this.#ahead
  }

  /** Goes on to the next round; false after the last one. */
  async __next__(): Promise<boolean> {
    const result = await this.#peek()
    this.#ahead = undefined
    if (result.done) return false
    this.#previous = this.index0 < 0 ? undefined : this.__item__
    this.__item__ = result.value
    this.index0++
    return true
  }

  /** Which round this is, counted from 1. */
  get index(): number {
    return this.index0 + 1
  }

  /** Whether this is the first round. */
  get first(): boolean {
    return this.index0 === 0
  }

  /** How many recursive loops this one is in, counted from 1. */
  get depth(): number {
    return this.depth0 + 1
  }

  /** Whether this is the last round. */
  get last(): Promise<boolean> {
    return this.#peek().then(({ done }) => Boolean(done))
  }

  /** How many items there are; everything is read to know. */
  get length(): Promise<number> {
    return this.#readAll()
  }

  async #readAll(): Promise<number> {
    if (this.#length === undefined) {
      const rest: unknown[] = []
      for (let next = await this.#peek(); !next.done; next = await this.#iterator.next()) rest.push(next.value)
      this.#ahead = undefined
      this.#iterator = rest[Symbol.iterator]()
      this.#length = this.index + rest.length
    }
    return this.#length
  }

  /** How many rounds are left, this one included. */
  get revindex(): Promise<number> {
    return this.#readAll().then((length) => length - this.index0)
  }

  /** How many rounds are left after this one. */
  get revindex0(): Promise<number> {
    return this.#readAll().then((length) => length - this.index)
  }

  /** The item of the round before; undefined in the first one. */
  get previtem(): unknown {
    return this.index0 === 0 ? new this.#undefined({ hint: 'nothing comes before the first item' }) : this.#previous
  }

  /** The item of the next round; undefined in the last one. */
  get nextitem(): Promise<unknown> {
    return this.#peek().then(({ done, value }) =>
      done ? new this.#undefined({ hint: 'nothing comes after the last item' }) : value,
    )
  }

  /** One of the values, the next one in each round. @throws TypeError without values. */
  cycle(...values: unknown[]): unknown {
    if (values.length === 0) throw new TypeError('loop.cycle needs a value at least')
    return values[this.index0 % values.length]
  }

  /** Whether the values differ from those of the last call. */
  changed(...values: unknown[]): boolean {
    const seen = Tuple.make(values)
    const isChanged = this.#lastSeen === undefined || !equals(this.#lastSeen, seen)
    this.#lastSeen = seen
    return isChanged
  }

  /** Renders a recursive loop for inner items. */
  __call__(_autoescape: boolean, args: readonly unknown[]): unknown {
    if (this.#recurse === undefined) {
      throw new TypeError('loop(...) needs a loop that is marked: {% for item in items recursive %}')
    }
    return this.#recurse(args[0], this.depth)
  }
}

native('cycle', '*', AsyncLoopContext.prototype.cycle)
native('changed', '*', AsyncLoopContext.prototype.changed)

/** The `loop` for items of any kind. */
export function openLoop(
  items: unknown,
  undefinedClass: UndefinedClass,
  recurse?: LoopFunction,
  depth0 = 0,
): LoopContext | AsyncLoopContext {
  if (isAsyncIterable(items)) return new AsyncLoopContext(items, undefinedClass, recurse, depth0)
  return new LoopContext(items, undefinedClass, recurse, depth0)
}

/**
 * A value without anything to wait for in it: what is asynchronous becomes an array, promises in a list their values. Gives a
 * promise only where there is something to wait for.
 */
export function collect(items: unknown): unknown {
  if (typeof items !== 'object' || items === null) return items
  if (Array.isArray(items)) return items.some(isPromise) ? Promise.all(items) : items
  if (isAsyncIterable(items)) return readAll(items)
  if (!(Symbol.iterator in items && 'next' in items)) return items
  const found = Array.from(items as Iterable<unknown>)
  // What was lazy stays so: it can be gone through once and has no length.
  return found.some(isPromise) ? Promise.all(found).then(once) : once(found)
}

async function readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}

function* once(items: readonly unknown[]): Generator<unknown> {
  yield* items
}
