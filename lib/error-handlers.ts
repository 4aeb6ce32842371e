import { describe } from './decorators.ts'
import { FlagonError } from './errors.ts'
import { default_exceptions, HTTPException } from './http/exceptions.ts'
import type { ErrorClass, ErrorHandler, ErrorHandlerSpec } from './types.ts'

interface ErrorTarget {
  readonly code: number | null
  readonly errorClass: ErrorClass
}

/** The class and code that a handler is kept under. */
function errorTarget(code_or_class: unknown): ErrorTarget {
  if (typeof code_or_class === 'number') {
    const errorClass = default_exceptions.get(code_or_class)
    if (errorClass !== undefined) return { code: code_or_class, errorClass }
    throw new FlagonError(
      'HANDLER_INVALID',
      `${code_or_class} is not a code of an HTTP error: use one of ${[...default_exceptions.keys()].join(', ')}, ` +
        'or a subclass of HTTPException with that code',
    )
  }
  if (typeof code_or_class === 'function' && code_or_class.prototype) {
    const errorClass = code_or_class as unknown as ErrorClass
    return { code: codeOf(errorClass), errorClass }
  }
  throw new FlagonError(
    'HANDLER_INVALID',
    `${describe(code_or_class)} cannot have an error handler: give a status code (404) or a class of errors`,
  )
}

/** The code that the errors of a class carry: a field, so it takes an object to see it. */
function codeOf(errorClass: ErrorClass): number | null {
  if (!(errorClass.prototype instanceof HTTPException)) return null
  try {
    const sample: unknown = Reflect.construct(errorClass as unknown as new () => unknown, [])
    return sample instanceof HTTPException ? (sample.code ?? null) : null
  } catch {
    // A class that cannot be made without arguments is found by class alone.
    return null
  }
}

/**
 * Keeps a handler for the whole scaffold, under the code and class that it was registered for.
 *
 * @throws {@link FlagonError} `HANDLER_INVALID` when that is neither a code of an HTTP error nor a class.
 */
export function keepErrorHandler(spec: ErrorHandlerSpec, code_or_class: unknown, handler: ErrorHandler): void {
  const { code, errorClass } = errorTarget(code_or_class)
  const byCode = spec.get(null) ?? new Map<number | null, Map<ErrorClass, ErrorHandler>>()
  const byClass = byCode.get(code) ?? new Map<ErrorClass, ErrorHandler>()
  spec.set(null, byCode)
  byCode.set(code, byClass)
  byClass.set(errorClass, handler)
}

/**
 * The handler that takes an error, or undefined: first one for its code, then one for its class; of the innermost
 * blueprint before those around it and the app, of the nearest class before its bases.
 */
export function findErrorHandler(
  spec: ErrorHandlerSpec,
  blueprints: readonly string[],
  error: unknown,
): ErrorHandler | undefined {
  const code = error instanceof HTTPException ? error.code : null
  return (code == null ? undefined : lookUp(spec, blueprints, code, error)) ?? lookUp(spec, blueprints, null, error)
}

function lookUp(
  spec: ErrorHandlerSpec,
  blueprints: readonly string[],
  code: number | null,
  error: unknown,
): ErrorHandler | undefined {
  for (const name of blueprints) {
    const handler = nearest(spec.get(name)?.get(code), error)
    if (handler !== undefined) return handler
  }
  return nearest(spec.get(null)?.get(code), error)
}

/** The handler of the nearest class in the error's chain of prototypes. */
function nearest(handlers: Map<ErrorClass, ErrorHandler> | undefined, error: unknown): ErrorHandler | undefined {
  if (handlers === undefined || typeof error !== 'object') return undefined
  for (let level = error; level !== null; level = Object.getPrototypeOf(level)) {
    if (!Object.hasOwn(level, 'constructor')) continue
    const handler = handlers.get(level.constructor as unknown as ErrorClass)
    if (handler !== undefined) return handler
  }
  return undefined
}
