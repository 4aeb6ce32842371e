/** Whether the value has to be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value instanceof Promise || ('then' in value && typeof value.then === 'function' && !Object.hasOwn(value, 'then')))
  )
}

/** Whether the value is gone through asynchronously. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
