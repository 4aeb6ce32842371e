import { type Context, contextStorage, currentContext } from './context.ts'

/** Something that is read piece by piece. */
type Pieces<T> = Iterator<T> | AsyncIterator<T>

/**
 * The generator (or a function that makes one), bound to the request that is active here: `request`, `session` and `g`
 * can be used in it for as long as it is read, wherever it is read.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 * @see Flask `stream_with_context`
 */
export function stream_with_context<T>(generator: AsyncGenerator<T>): AsyncGenerator<T>
export function stream_with_context<T>(generator: Generator<T>): Generator<T>
export function stream_with_context<Args extends unknown[], G extends AsyncGenerator | Generator>(
  make: (...args: Args) => G,
): (...args: Args) => G
export function stream_with_context(source: unknown): unknown {
  const context = currentContext('stream_with_context')
  if (typeof source === 'function') {
    return (...args: unknown[]) =>
      bind(
        context,
        contextStorage.run(context, () => Reflect.apply(source, undefined, args)),
      )
  }
  return bind(context, source as Pieces<unknown>)
}

/** A generator whose every step runs in the context; it is closed as the one inside is. */
function bind<T>(context: Context, pieces: Pieces<T>): unknown {
  const step = (method: 'next' | 'return' | 'throw') => (value: unknown) =>
    contextStorage.run(context, () => pieces[method]?.(value as never) ?? { done: true, value })
  const kind = Symbol.asyncIterator in pieces ? Symbol.asyncIterator : Symbol.iterator
  return {
    next: step('next'),
    return: step('return'),
    throw: step('throw'),
    [kind]() {
      return this
    },
  }
}
