import { ImmutableMultiDict, type MultiDict, ValueLists } from '../http/multi-dict.ts'

/**
 * Several mappings read as one: what `request.values` is. The first mapping that has a key answers for it; `getlist`
 * gives the values of all; iteration gives the pairs of one mapping after the other.
 *
 * @see werkzeug.datastructures.CombinedMultiDict
 */
export class CombinedMultiDict<V = string> extends ImmutableMultiDict<V> {
  readonly #parts: readonly MultiDict<V>[]

  constructor(parts: readonly MultiDict<V>[]) {
    const lists = new ValueLists<V>()
    for (const part of parts) for (const [key, value] of part) lists.append(key, value)
    super(lists)
    this.#parts = parts
  }

  /** Pairs of key and first value; with `{ multi: true }` a pair for each value, one mapping after the other. */
  override *items(options?: { readonly multi?: boolean | undefined }): Generator<[string, V]> {
    if (options?.multi !== true) return yield* super.items()
    for (const part of this.#parts) yield* part.items(options)
  }
}
