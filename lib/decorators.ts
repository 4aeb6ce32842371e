import { FlagonError } from './errors.ts'

/** The second argument of a standard method decorator, as far as registering needs it. */
export interface MethodContext {
  /** Says that a method is decorated. */
  readonly kind: 'method'
  /** Name of the method. */
  readonly name: string | symbol
  /** Whether it belongs to the class rather than to its objects. */
  readonly static: boolean
  /** Keeps a function that runs, with the class or the object as `this`, when that is made. */
  addInitializer(initializer: (this: unknown) => void): void
}

/** The second argument of a standard class decorator, as far as registering needs it. */
export interface ClassContext {
  /** Says that a class is decorated. */
  readonly kind: 'class'
  /** Name of the class; undefined where it has none. */
  readonly name: string | undefined
}

/** Any function at all, for places that only pass it on. */
export type AnyFunction = (...args: never[]) => unknown

/**
 * The function itself, given to `add`: at once, or, where it decorates a method, bound to the class (static) or to each
 * object of it when that is made.
 *
 * @param what - what is registered, for the message.
 * @throws {@link FlagonError} `VIEW_INVALID` when it is not a function.
 */
export function register<F extends AnyFunction>(
  what: string,
  value: F,
  context: MethodContext | undefined,
  add: (value: F) => void,
): F {
  if (typeof value !== 'function') {
    throw new FlagonError('VIEW_INVALID', `${what} must be a function, not ${describe(value)}`)
  }
  if (context === undefined) add(value)
  else
    context.addInitializer(function bindAndAdd() {
      add(named(value.bind(this) as F, value.name))
    })
  return value
}

/** A function's name survives its binding: endpoints are made of it. */
function named<F extends AnyFunction>(value: F, name: string): F {
  return Object.defineProperty(value, 'name', { value: name, configurable: true })
}

/** A few words that name a value in an error message. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a nameless function'
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'null-prototype object'}`
  return `the ${typeof value} ${String(value)}`
}
