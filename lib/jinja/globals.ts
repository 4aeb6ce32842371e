import type { Names } from './host.ts'
import { lipsum } from './lipsum.ts'
import { pairsOf } from './methods/dict.ts'
import { type Keywords, native } from './native.ts'
import { asNumber } from './python/compare.ts'
import { Dict, Range, Tuple } from './python/containers.ts'
import { typeName } from './python/names.ts'
import { isInteger } from './python/operators.ts'
import { repr } from './python/text.ts'
import { Undefined } from './undefined.ts'

function bound(value: unknown): number {
  if (value instanceof Undefined) return value.fail()
  if (!isInteger(value)) throw new TypeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
  return Number(asNumber(value))
}

/** The numbers from 0 or a start up to before a stop, by steps of 1 or another size. */
export const range: (start: unknown, stop?: unknown, step?: unknown) => Range = native(
  'range',
  '/ start stop? step?',
  (start: unknown, stop?: unknown, step?: unknown) =>
    stop === undefined
      ? new Range(0, bound(start), 1)
      : new Range(bound(start), bound(stop), step === undefined ? 1 : bound(step)),
)

const makeDict = native('dict', '* **', (names: Keywords, ...sources: unknown[]) => {
  if (sources.length > 1) throw new TypeError(`dict expected at most 1 argument, got ${sources.length}`)
  const made = Dict.make(sources.length === 0 ? [] : pairsOf(sources[0]))
  for (const key of Object.keys(names)) made.set(key, names[key])
  return made
})

/** Gives its values in turn, round after round. */
export class Cycler {
  /** The values. */
  readonly items: Tuple
  /** Which value is next, counted from 0. */
  pos = 0

  constructor(...items: unknown[]) {
    if (items.length === 0) throw new Error('a cycler needs an item at least')
    this.items = Tuple.make(items)
  }

  /** The value that {@link next} would give. */
  get current(): unknown {
    return this.items[this.pos]
  }

  /** The current value; goes on to the next. */
  next(): unknown {
    const { current } = this
    this.pos = (this.pos + 1) % this.items.length
    return current
  }

  /** Starts again with the first value. */
  reset(): null {
    this.pos = 0
    return null
  }
}

native('next', '', Cycler.prototype.next)
native('reset', '', Cycler.prototype.reset)

/** Gives nothing when first called and its separator from then on. */
export class Joiner {
  /** What stands between. */
  readonly sep: unknown
  /** Whether it was called. */
  used = false

  constructor(sep: unknown = ', ') {
    this.sep = sep
  }

  __call__(_autoescape: boolean, args: readonly unknown[], keywords?: Keywords): unknown {
    if (args.length > 0 || keywords !== undefined) throw new TypeError('a joiner takes no arguments')
    if (this.used) return this.sep
    this.used = true
    return ''
  }
}

/** An object whose attributes a template may set, also from inside of loops and blocks. */
export class Namespace {
  readonly #attributes: Names = Object.create(null) as Names

  constructor(names: Keywords, ...sources: unknown[]) {
    for (const source of sources) for (const [key, value] of pairsOf(source)) this.#attributes[String(key)] = value
    Object.assign(this.#attributes, names)
  }

  __getattr__(name: string): unknown {
    return this.#attributes[name]
  }

  __getitem__(name: unknown): unknown {
    return typeof name === 'string' ? this.#attributes[name] : undefined
  }

  /** Sets an attribute. */
  __setitem__(name: string, value: unknown): void {
    this.#attributes[name] = value
  }

  __repr__(): string {
    return `<Namespace ${repr(this.#attributes)}>`
  }
}

/** The names that every template sees unless they are taken out of `Environment.globals`. */
export function defaultGlobals(): Names {
  return Object.assign(Object.create(null) as Names, {
    range,
    dict: makeDict,
    lipsum,
    cycler: native('cycler', '/ *', (...items: unknown[]) => new Cycler(...items)),
    joiner: native('joiner', 'sep?', (sep?: unknown) => new Joiner(sep)),
    namespace: native(
      'namespace',
      '* **',
      (names: Keywords, ...sources: unknown[]) => new Namespace(names, ...sources),
    ),
  })
}
