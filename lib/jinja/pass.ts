/** What a function wants as its first argument, besides those that the template gives. */
export type PassedArgument = 'context' | 'eval_context' | 'environment'

/** Where a function keeps which of them it wants. */
export const PASS: unique symbol = Symbol('flagon.jinja.pass')

function mark<F extends (...args: never[]) => unknown>(fn: F, what: PassedArgument): F {
  return Object.assign(fn, { [PASS]: what })
}

/**
 * Marks a function, filter or test that wants the running template's context as its first argument.
 *
 * @see jinja2.pass_context
 */
export function pass_context<F extends (...args: never[]) => unknown>(fn: F): F {
  return mark(fn, 'context')
}

/**
 * Marks a function, filter or test that wants the evaluation context, which knows whether escaping is on, as its first argument.
 *
 * @see jinja2.pass_eval_context
 */
export function pass_eval_context<F extends (...args: never[]) => unknown>(fn: F): F {
  return mark(fn, 'eval_context')
}

/**
 * Marks a function, filter or test that wants the environment as its first argument.
 *
 * @see jinja2.pass_environment
 */
export function pass_environment<F extends (...args: never[]) => unknown>(fn: F): F {
  return mark(fn, 'environment')
}

/** Which argument a function was marked to want; undefined for none. */
export function passOf(fn: unknown): PassedArgument | undefined {
  return typeof fn === 'function' && PASS in fn ? (fn as { [PASS]: PassedArgument })[PASS] : undefined
}
