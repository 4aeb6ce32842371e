import { type Context, contextStorage, currentRequestContext } from './context.ts'
import { describe } from './decorators.ts'
import { FlagonError } from './errors.ts'

/** Something that is read piece by piece. */
type Pieces = Iterator<unknown> | AsyncIterator<unknown>

/**
 * The generator or stream (or a function that makes one), bound to the request that is active here: `request`, `session`
 * and `g` can be used in it for as long as it is read, wherever it is read.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active; `VIEW_RETURN` for what cannot be read piece
 *   by piece.
 * @see Flask `stream_with_context`
 */
export function stream_with_context<T>(pieces: AsyncIterable<T>): AsyncGenerator<T>
export function stream_with_context<T>(pieces: Iterable<T>): Generator<T>
export function stream_with_context<Args extends unknown[], G extends AsyncGenerator | Generator>(
  make: (...args: Args) => G,
): (...args: Args) => G
export function stream_with_context(source: unknown): unknown {
  const context = currentRequestContext('stream_with_context')
  if (typeof source !== 'function') return bind(context, source)
  return (...args: unknown[]) =>
    bind(
      context,
      contextStorage.run(context, () => Reflect.apply(source, undefined, args)),
    )
}

/** A generator whose every step runs in the context; it is closed as the one inside is. */
function bind(context: Context, source: unknown): unknown {
  const kind = kindOf(source)
  const pieces: Pieces = contextStorage.run(context, () => Reflect.apply(Reflect.get(Object(source), kind), source, []))
  const step = (method: 'next' | 'return' | 'throw') => (value: unknown) =>
    contextStorage.run(context, () => pieces[method]?.(value as never) ?? { done: true, value })
  return {
    next: step('next'),
    return: step('return'),
    throw(error: unknown) {
      if (pieces.throw === undefined) throw error
      return step('throw')(error)
    },
    [kind]() {
      return this
    },
  }
}

function kindOf(source: unknown): typeof Symbol.asyncIterator | typeof Symbol.iterator {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) return Symbol.asyncIterator
    if (Symbol.iterator in source) return Symbol.iterator
  }
  throw new FlagonError(
    'VIEW_RETURN',
    `stream_with_context was given ${describe(source)}: give it a generator, a stream, or a function that makes one`,
  )
}
