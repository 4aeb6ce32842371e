import type { Context } from './context.ts'
import { Environment, type EnvironmentOptions } from './environment.ts'
import { OverflowError, SecurityError } from './exceptions.ts'
import { range } from './globals.ts'
import type { Names } from './host.ts'
import { getattr, getitem, readAttribute } from './lookup.ts'
import { formattersWith } from './methods/format.ts'
import { native, signatureOf } from './native.ts'
import { asText } from './python/compare.ts'
import { isMapping, type Range } from './python/containers.ts'
import { typeName } from './python/names.ts'
import { str } from './python/text.ts'
import { Undefined } from './undefined.ts'

/** The most numbers that `range()` gives to a sandboxed template. */
const MAX_RANGE = 100_000

function checked(numbers: Range): Range {
  if (numbers.length > MAX_RANGE) {
    throw new OverflowError(`range() gives at most ${MAX_RANGE} numbers in a sandbox, not ${numbers.length}`)
  }
  return numbers
}

/**
 * An environment for templates that are not trusted. They may call the engine's own functions, macros, and functions that
 * they were handed: in the context or the globals, also inside of plain objects, lists and Maps. Methods of objects with a class
 * are refused, as are names that start with an underscore. Override {@link is_safe_attribute} and {@link is_safe_callable} for
 * other rules. It does not bound the time or memory that a template takes.
 *
 * @see jinja2.sandbox.SandboxedEnvironment
 */
export class SandboxedEnvironment extends Environment {
  readonly #formatters = formattersWith((value, name) => this.getattr(value, name))

  constructor(options: EnvironmentOptions = {}) {
    super(options)
    this.globals['range'] = native('range', '/ start stop? step?', (start: unknown, stop?: unknown, step?: unknown) =>
      checked(range(start, stop, step)),
    )
  }

  override get sandboxed(): boolean {
    return true
  }

  override get hasPlainLookups(): boolean {
    return false
  }

  /** Whether a template may read an attribute; `value` is what it is. */
  is_safe_attribute(_obj: unknown, attr: string, value: unknown): boolean {
    if (attr.startsWith('_')) return false
    return typeof value !== 'function' || signatureOf(value) !== undefined
  }

  /** Whether a template may call a function: not where it, or its author, set `unsafe_callable` or `alters_data` on it. */
  is_safe_callable(value: unknown): boolean {
    if (typeof value !== 'function') return true
    return !(Reflect.get(value, 'unsafe_callable') || Reflect.get(value, 'alters_data'))
  }

  override attribute(value: unknown, name: string): unknown {
    const found = this.#read(value, name)
    return found === undefined || this.is_safe_attribute(value, name, found) ? found : this.#refuse(value, name)
  }

  #read(value: unknown, name: string): unknown {
    if ((name === 'format' || name === 'format_map') && asText(value) !== undefined) {
      const format = this.#formatters[name]
      const params = name === 'format' ? '/ * **' : '/ mapping'
      return native(name, params, (...args: unknown[]) => (format as (...all: unknown[]) => unknown)(value, ...args))
    }
    return readAttribute(value, name)
  }

  #refuse(value: unknown, name: string): Undefined {
    const hint = `a sandboxed template may not read '${name}' of a '${typeName(value)}' object`
    return new this.undefined({ hint, name, obj: value, exc: SecurityError })
  }

  override getattr(value: unknown, name: string): unknown {
    const found = value === undefined ? undefined : this.attribute(value, name)
    return found === undefined ? getattr(this, value, name) : found
  }

  override getitem(value: unknown, key: unknown): unknown {
    const item = getitem(this, value, key)
    const name = asText(key)
    if (name === undefined || isMapping(value) || item instanceof Undefined) return item
    return this.is_safe_attribute(value, name, item) ? item : this.#refuse(value, name)
  }

  override call(
    context: Context,
    autoescape: boolean,
    value: unknown,
    args: readonly unknown[],
    keywords?: Names,
  ): unknown {
    if (!this.is_safe_callable(value)) throw new SecurityError(`a sandboxed template may not call ${str(value)}`)
    return super.call(context, autoescape, value, args, keywords)
  }
}

const MUTATORS: Readonly<Record<string, ReadonlySet<string>>> = {
  list: new Set(['append', 'clear', 'pop', 'reverse', 'insert', 'sort', 'extend', 'remove']),
  dict: new Set(['clear', 'pop', 'popitem', 'setdefault', 'update']),
  set: new Set(['add', 'clear', 'discard', 'pop', 'remove', 'update']),
}

/** A sandbox whose templates cannot change the lists, dicts and sets that they are given, either. */
export class ImmutableSandboxedEnvironment extends SandboxedEnvironment {
  override is_safe_attribute(obj: unknown, attr: string, value: unknown): boolean {
    return super.is_safe_attribute(obj, attr, value) && !MUTATORS[typeName(obj)]?.has(attr)
  }
}
