import { readFunctionProperty, readMember } from './attributes.ts'
import type { Context } from './context.ts'
import type { EvalContext, Host } from './host.ts'
import { findMethod, getattr } from './lookup.ts'
import { Macro, macroBehind } from './macro.ts'
import { bindArguments, type Keywords, signatureOf } from './native.ts'
import { type PassedArgument, passOf } from './pass.ts'
import { Dict, Float, isMapping, readKey } from './python/containers.ts'
import { typeName } from './python/names.ts'
import { Undefined } from './undefined.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/**
 * A value as JavaScript functions get it: floats and undefined values as JavaScript's own, dicts written in the template as
 * plain objects where their keys are texts, macros as functions.
 */
export function toHost(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Undefined) return undefined
  if (value instanceof Float) return value.__value__
  if (value instanceof Dict) return hostDict(value)
  if (value instanceof Macro) return value.callable
  if (Array.isArray(value) && value.some(needsHost)) return value.map(toHost)
  return value
}

function needsHost(value: unknown): boolean {
  return toHost(value) !== value
}

function hostDict(dict: Dict): unknown {
  const plain: Record<string, unknown> = {}
  for (const [key, value] of dict) {
    if (typeof key !== 'string') return dict
    if (key === '__proto__')
      Object.defineProperty(plain, key, { value: toHost(value), writable: true, enumerable: true, configurable: true })
    else plain[key] = toHost(value)
  }
  return plain
}

function passed(what: PassedArgument, context: Context, autoescape: boolean): unknown {
  if (what === 'context') return context
  return what === 'environment' ? context.environment : evalContext(context.environment, autoescape)
}

/** The evaluation context of a place that escapes or does not. */
export function evalContext(environment: Host, autoescape: boolean): EvalContext {
  return autoescape ? environment.escapingContext : environment.plainContext
}

/** Calls a function that is not the engine's own, with values and keywords as JavaScript has them. */
export function callHost(
  context: Context,
  autoescape: boolean,
  self: unknown,
  fn: AnyFunction,
  args: readonly unknown[],
  keywords: Keywords | undefined,
): unknown {
  const given: unknown[] = []
  const pass = passOf(fn)
  if (pass !== undefined) given.push(passed(pass, context, autoescape))
  for (const arg of args) given.push(toHost(arg))
  if (keywords !== undefined) given.push(hostKeywords(keywords))
  // A function of Python's that returns nothing gives none.
  return fn.apply(self, given) ?? null
}

function hostKeywords(keywords: Keywords): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(keywords)) {
    const value = toHost(keywords[key])
    if (key === '__proto__')
      Object.defineProperty(plain, key, { value, writable: true, enumerable: true, configurable: true })
    else plain[key] = value
  }
  return plain
}

/**
 * `value(args, **keywords)`, whatever the value is.
 *
 * @throws TypeError for what cannot be called.
 */
export function call(
  context: Context,
  autoescape: boolean,
  value: unknown,
  args: readonly unknown[],
  keywords?: Keywords,
  self?: unknown,
): unknown {
  if (typeof value === 'function') {
    const signature = signatureOf(value)
    if (signature !== undefined) {
      const bound = bindArguments(signature, args, keywords)
      const pass = passOf(value)
      if (pass !== undefined) bound.unshift(passed(pass, context, autoescape))
      return (value as AnyFunction).apply(self, bound)
    }
    const macro = macroBehind(value)
    if (macro !== undefined) return macro.__call__(autoescape, args, keywords)
    return callHost(context, autoescape, self, value as AnyFunction, args, keywords)
  }
  if (value instanceof Undefined) return value.fail()
  if (typeof value === 'object' && value !== null && '__call__' in value && typeof value.__call__ === 'function') {
    return value.__call__(autoescape, args, keywords)
  }
  throw new TypeError(`'${typeName(value)}' object is not callable`)
}

/** `value.name(args, **keywords)` without making the method a value first. */
export function callMethod(
  context: Context,
  autoescape: boolean,
  value: unknown,
  name: string,
  args: readonly unknown[],
  keywords?: Keywords,
): unknown {
  const found = findMethod(value, name)
  if (found !== undefined) {
    return found.call(value, ...bindArguments(found.signature, args, keywords))
  }
  if (value instanceof Undefined || value === undefined) {
    return call(context, autoescape, getattr(context.environment, value, name), args, keywords)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const member = isMapping(value)
      ? readKey(value, name)
      : '__getattr__' in value
        ? undefined
        : readMember(value, name)
    if (member !== undefined) return call(context, autoescape, member, args, keywords, value)
  } else if (typeof value === 'function') {
    const member = readFunctionProperty(value, name)
    if (member !== undefined) return call(context, autoescape, member, args, keywords, value)
  }
  return call(context, autoescape, getattr(context.environment, value, name), args, keywords)
}

/** Adds what `**` spreads to keyword arguments. @throws TypeError for what is no dict, and for names given twice. */
export function spreadKeywords(base: Keywords | undefined, dict: unknown): Keywords {
  const all = Object.assign(Object.create(null) as Keywords, base)
  if (dict instanceof Undefined) return dict.fail()
  if (!isMapping(dict)) throw new TypeError(`argument after ** must be a mapping, not ${typeName(dict)}`)
  for (const key of dict instanceof Map ? dict.keys() : Object.keys(dict)) {
    if (typeof key !== 'string') throw new TypeError('keywords must be strings')
    if (key in all) throw new TypeError(`got multiple values for keyword argument '${key}'`)
    all[key] = readKey(dict, key)
  }
  return all
}

/** Calls one of the engine's own filters or tests on a value. */
export function applyNative(
  context: Context,
  autoescape: boolean,
  fn: unknown,
  value: unknown,
  args: readonly unknown[],
  keywords: Keywords | undefined,
): unknown {
  const signature = signatureOf(fn)
  const bound = signature === undefined ? [...args] : bindArguments(signature, args, keywords)
  bound.unshift(value)
  const pass = passOf(fn)
  if (pass !== undefined) bound.unshift(passed(pass, context, autoescape))
  return (fn as AnyFunction)(...bound)
}
