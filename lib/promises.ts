/** Whether a value has to be awaited; cheap for what need not be. */
export function isPromise(value: unknown): value is Promise<unknown> {
  if (value instanceof Promise) return true
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
