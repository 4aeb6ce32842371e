import { UndefinedError } from './exceptions.ts'
import { typeName } from './python/names.ts'

/** What an undefined value knows of itself, for its error message. */
export interface UndefinedInit {
  /** What to say instead of the usual sentence. */
  hint?: string | undefined
  /** The value that lacks the attribute or item; leave out for a variable. */
  obj?: unknown
  /** The name, attribute or index that is missing. */
  name?: unknown
  /** The class of the error that a wrong use throws; an {@link UndefinedError} by default. */
  exc?: (new (message: string) => Error) | undefined
}

/** A missing name, attribute or index as Python's `repr()` shows the simple ones. */
function shown(name: unknown): string {
  if (name instanceof Undefined) return name.__repr__()
  return typeof name === 'string' ? `'${name}'` : String(name)
}

/** Of each class the value that stands for all of them where one is a key. */
const representatives = new WeakMap<object, Undefined>()

/** A class of undefined values, as {@link Environment} takes it. */
export type UndefinedClass = new (init?: UndefinedInit) => Undefined

/**
 * The value of a name that does not exist: prints as nothing, is false, empty and not iterable further,
 * and throws when anything else is done with it. Override its methods for a kind of your own.
 *
 * @see jinja2.Undefined
 */
export class Undefined {
  readonly #init: UndefinedInit

  constructor(init: UndefinedInit = {}) {
    this.#init = init
  }

  /** What is missing. */
  get __undefined_name__(): unknown {
    return this.#init.name
  }

  /** The sentence that the error of a wrong use says. */
  get __undefined_message__(): string {
    const { hint, name } = this.#init
    if (hint) return hint
    if (!('obj' in this.#init)) return `'${String(name)}' is undefined`
    const owner = `'${typeName(this.#init.obj)} object'`
    if (typeof name === 'string') return `${owner} has no attribute '${name}'`
    return `${typeName(this.#init.obj)} object has no element ${shown(name)}`
  }

  /** Throws the error of a wrong use. */
  fail(): never {
    throw new (this.#init.exc ?? UndefinedError)(this.__undefined_message__)
  }

  /** The text it prints as. */
  __str__(): string {
    return ''
  }

  /** The text it has inside printed lists. */
  __repr__(): string {
    return 'Undefined'
  }

  /** Whether it counts as true. */
  __bool__(): boolean {
    return false
  }

  /** How many items it has. */
  __len__(): number {
    return 0
  }

  /** Its items. */
  __iter__(): Iterable<unknown> {
    return []
  }

  /** Whether it equals another value: any undefined value of the same class does. */
  __eq__(other: unknown): boolean {
    return other instanceof Undefined && other.constructor === this.constructor
  }

  /** What stands for it as a key: all undefined values of a class are one key. */
  __hash__(): unknown {
    const known = representatives.get(this.constructor)
    if (known !== undefined) return known
    representatives.set(this.constructor, this)
    return this
  }

  /** Whether a value is in it. */
  __contains__(_item: unknown): boolean {
    return false
  }

  /** An attribute of it. */
  __getattr__(_name: string): unknown {
    return this.fail()
  }

  /** An item of it. */
  __getitem__(_key: unknown): unknown {
    return this.fail()
  }

  /** What JavaScript makes of it: the text it prints as. */
  toString(): string {
    return this.__str__()
  }
}

/** An undefined value whose attributes and items are undefined too, so that `a.b.c` may be printed or tested. */
export class ChainableUndefined extends Undefined {
  /** The text it prints as, safe in HTML. */
  __html__(): string {
    return this.__str__()
  }

  override __getattr__(_name: string): unknown {
    return this
  }

  override __getitem__(_key: unknown): unknown {
    return this
  }
}

/** An undefined value that prints what is missing, in the template's own syntax. */
export class DebugUndefined extends Undefined {
  override __str__(): string {
    const name = String(this.__undefined_name__)
    const message = this.__undefined_message__
    if (message === `'${name}' is undefined`) return `{{ ${name} }}`
    const owner = /^'(.*) object' has no attribute /.exec(message) ?? /^(.*) object has no element /.exec(message)
    return owner === null
      ? `{{ undefined value printed: ${message} }}`
      : `{{ no such element: ${owner[1]} object[${shown(this.__undefined_name__)}] }}`
  }
}

/** An undefined value that throws on any use but the tests `defined` and `undefined` and the filter `default`. */
export class StrictUndefined extends Undefined {
  override __str__(): string {
    return this.fail()
  }

  override __bool__(): boolean {
    return this.fail()
  }

  override __len__(): number {
    return this.fail()
  }

  override __iter__(): Iterable<unknown> {
    return this.fail()
  }

  override __eq__(_other: unknown): boolean {
    return this.fail()
  }

  override __contains__(_item: unknown): boolean {
    return this.fail()
  }
}

/** What {@link make_logging_undefined} tells of each use. */
export interface UndefinedLogger {
  /** Told of a use that gives nothing, such as printing. */
  warning(message: string): void
  /** Told of a use that throws. */
  error(message: string): void
}

/**
 * A class like `base` (by default {@link Undefined}) that tells a logger (by default the console) of each use of an undefined value.
 *
 * @see jinja2.make_logging_undefined
 */
export function make_logging_undefined(logger?: UndefinedLogger, base: UndefinedClass = Undefined): UndefinedClass {
  const log: UndefinedLogger = logger ?? { warning: (text) => console.warn(text), error: (text) => console.error(text) }
  return class LoggingUndefined extends base {
    override fail(): never {
      log.error(`Template variable error: ${this.__undefined_message__}`)
      return super.fail()
    }

    override __str__(): string {
      log.warning(`Template variable warning: ${this.__undefined_message__}`)
      return super.__str__()
    }

    override __iter__(): Iterable<unknown> {
      log.warning(`Template variable warning: ${this.__undefined_message__}`)
      return super.__iter__()
    }

    override __bool__(): boolean {
      log.warning(`Template variable warning: ${this.__undefined_message__}`)
      return super.__bool__()
    }
  }
}
