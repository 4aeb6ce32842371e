import { native } from './native.ts'
import { equals } from './python/compare.ts'
import { Tuple } from './python/containers.ts'
import { iterate } from './python/iteration.ts'
import type { UndefinedClass } from './undefined.ts'

/** Renders a recursive loop again for inner items. */
export type LoopFunction = (items: unknown, depth: number) => unknown

/**
 * What `loop` is inside of a loop.
 *
 * @see jinja2.runtime.LoopContext
 */
export class LoopContext {
  /** How many rounds were before this one. */
  index0: number = -1
  /** How many recursive loops this one is in. */
  readonly depth0: number
  /** The item of this round. */
  __item__: unknown
  readonly #array: readonly unknown[] | undefined
  #iterator: Iterator<unknown> | undefined
  #previous: unknown
  #ahead: IteratorResult<unknown> | undefined
  #length: number | undefined
  readonly #undefined: UndefinedClass
  readonly #recurse: LoopFunction | undefined
  #lastSeen: Tuple | undefined

  constructor(items: unknown, undefinedClass: UndefinedClass, recurse?: LoopFunction, depth0 = 0) {
    const source = iterate(items)
    this.#array = Array.isArray(source) ? source : undefined
    this.#iterator = this.#array === undefined ? source[Symbol.iterator]() : undefined
    this.#undefined = undefinedClass
    this.#recurse = recurse
    this.depth0 = depth0
  }

  /** Goes on to the next round; false after the last one. */
  __next__(): boolean {
    if (this.#array !== undefined) {
      if (++this.index0 >= this.#array.length) return false
      this.__item__ = this.#array[this.index0]
      return true
    }
    const result = this.#peek()
    this.#ahead = undefined
    if (result.done) return false
    this.#previous = this.index0 < 0 ? undefined : this.__item__
    this.__item__ = result.value
    this.index0++
    return true
  }

  /** Tells a generator that the loop was left before its end. */
  __close__(): void {
    this.#iterator?.return?.()
  }

  #peek(): IteratorResult<unknown> {
    this.#ahead ??= this.#iterator!.next()
    return this.#ahead
  }

  /** Which round this is, counted from 1. */
  get index(): number {
    return this.index0 + 1
  }

  /** How many items there are; a generator is read to its end to know. */
  get length(): number {
    if (this.#length === undefined) {
      if (this.#array !== undefined) this.#length = this.#array.length
      else {
        const ahead = this.#peek()
        const rest = ahead.done ? [] : [ahead.value]
        for (let next = this.#iterator!.next(); !next.done; next = this.#iterator!.next()) {
          if (!ahead.done) rest.push(next.value)
        }
        this.#iterator = rest[Symbol.iterator]()
        this.#ahead = undefined
        this.#length = rest.length + this.index
      }
    }
    return this.#length
  }

  /** How many rounds are left, this one included. */
  get revindex(): number {
    return this.length - this.index0
  }

  /** How many rounds are left after this one. */
  get revindex0(): number {
    return this.length - this.index
  }

  /** Whether this is the first round. */
  get first(): boolean {
    return this.index0 === 0
  }

  /** Whether this is the last round. */
  get last(): boolean {
    return this.#array !== undefined ? this.index0 + 1 >= this.#array.length : Boolean(this.#peek().done)
  }

  /** How many recursive loops this one is in, counted from 1. */
  get depth(): number {
    return this.depth0 + 1
  }

  /** The item of the round before; undefined in the first one. */
  get previtem(): unknown {
    if (this.index0 === 0) return new this.#undefined({ hint: 'nothing comes before the first item' })
    return this.#array !== undefined ? this.#array[this.index0 - 1] : this.#previous
  }

  /** The item of the next round; undefined in the last one. */
  get nextitem(): unknown {
    if (this.last) return new this.#undefined({ hint: 'nothing comes after the last item' })
    return this.#array !== undefined ? this.#array[this.index0 + 1] : this.#peek().value
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
    if (args.length !== 1) throw new TypeError('a recursive loop takes the inner items, and nothing else')
    return this.#recurse(args[0], this.depth)
  }

  __len__(): number {
    return this.length
  }

  __repr__(): string {
    return `<LoopContext ${this.index}/${this.length}>`
  }
}

native('cycle', '*', LoopContext.prototype.cycle)
native('changed', '*', LoopContext.prototype.changed)
