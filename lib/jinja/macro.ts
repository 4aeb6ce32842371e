import { RecursionError } from './exceptions.ts'
import type { Host } from './host.ts'
import type { Keywords } from './native.ts'
import { Tuple } from './python/containers.ts'
import { finish } from './rendered.ts'

/** How deep macros may call each other, below what the stack of JavaScript holds. */
const MOST_RUNNING = 900

/** How many macros are running inside of each other right now. */
let running = 0

/** The compiled body of a macro: its parameters in order, then `caller`, `kwargs` and `varargs` where it uses them. */
export type MacroFunction = (...args: never[]) => string | Promise<string>

/**
 * A macro, or the `caller` of a call block, as templates see it.
 *
 * @see jinja2.runtime.Macro
 */
export class Macro {
  /** The name it was defined under; null for a `caller`. */
  readonly name: string | null
  /** The names of its parameters. */
  readonly arguments: Tuple
  /** Whether it takes keyword arguments that are no parameters, as `kwargs`. */
  readonly catch_kwargs: boolean
  /** Whether it takes more arguments than parameters, as `varargs`. */
  readonly catch_varargs: boolean
  /** Whether it uses `caller`, so that a call block may call it. */
  readonly caller: boolean
  readonly #environment: Host
  readonly #function: MacroFunction
  readonly #explicitCaller: boolean
  /** Whether it has nothing but its parameters. */
  readonly #isPlain: boolean
  readonly #autoescape: boolean

  constructor(
    environment: Host,
    fn: MacroFunction,
    name: string | null,
    params: readonly string[],
    flags: { kwargs: boolean; varargs: boolean; caller: boolean },
    autoescape: boolean,
  ) {
    this.#environment = environment
    this.#function = fn
    this.name = name
    this.arguments = Tuple.make(params)
    this.catch_kwargs = flags.kwargs
    this.catch_varargs = flags.varargs
    this.caller = flags.caller
    this.#explicitCaller = params.includes('caller')
    this.#isPlain = !(flags.kwargs || flags.varargs || flags.caller)
    this.#autoescape = autoescape
  }

  /**
   * The text of the macro: safe HTML where escaping is on.
   *
   * @throws TypeError for arguments that it does not take.
   */
  __call__(autoescape: boolean, args: readonly unknown[], keywords?: Keywords): unknown {
    return finish(this.__text__(args, keywords), autoescape)
  }

  /** The text itself, for where it is printed at once. */
  __text__(args: readonly unknown[], keywords?: Keywords): string | Promise<string> {
    if (running >= MOST_RUNNING) throw new RecursionError('maximum recursion depth exceeded: macros call each other')
    running++
    try {
      const bound = (this.#isPlain ? this.#place(args, keywords) : undefined) ?? this.#bind(args, keywords)
      return this.#function(...(bound as never[]))
    } finally {
      running--
    }
  }

  /** The arguments in their places, where all of them have one; the usual case, without copies where there are no keywords. */
  #place(args: readonly unknown[], keywords: Keywords | undefined): readonly unknown[] | undefined {
    const params = this.arguments
    if (args.length > params.length) return undefined
    if (keywords === undefined) return args
    const bound = args.slice()
    let left = 0
    for (const _ in keywords) left++
    for (let place = args.length; place < params.length; place++) {
      const param = params[place] as string
      if (left > 0 && Object.hasOwn(keywords, param)) {
        bound.push(keywords[param])
        left--
      } else bound.push(undefined)
    }
    return left === 0 ? bound : undefined
  }

  #bind(args: readonly unknown[], keywords: Keywords | undefined): unknown[] {
    const { arguments: params, name } = this
    const count = params.length
    if (args.length > count && !this.catch_varargs) {
      throw new TypeError(`macro '${name}' takes not more than ${count} argument(s)`)
    }
    const bound: unknown[] = args.slice(0, count)
    const rest: Keywords = keywords === undefined ? NOTHING : Object.assign(Object.create(null) as Keywords, keywords)
    let hasCaller = bound.length === count && this.#explicitCaller
    for (let place = bound.length; place < count; place++) {
      const param = String(params[place])
      if (param === 'caller') hasCaller = true
      bound.push(rest[param])
      if (rest !== NOTHING) delete rest[param]
    }
    if (this.caller && !hasCaller) {
      const caller = rest['caller'] ?? undefined
      bound.push(
        caller ?? new this.#environment.undefined({ hint: 'the macro was not called by a call block', name: 'caller' }),
      )
      if (caller !== undefined) delete rest['caller']
    }
    if (this.catch_kwargs) bound.push(rest === NOTHING ? (Object.create(null) as Keywords) : rest)
    else {
      for (const key in rest) {
        if (key === 'caller') {
          throw new TypeError(`macro '${name}' has its caller from the call block and takes no other`)
        }
        throw new TypeError(`macro '${name}' takes no keyword argument '${key}'`)
      }
    }
    if (this.catch_varargs) bound.push(Tuple.make(args.slice(count)))
    return bound
  }

  /**
   * The macro as a function for JavaScript: a trailing plain object holds keyword arguments.
   * The same function is given each time.
   */
  get callable(): MacroCallable {
    let found = callables.get(this)
    if (found === undefined) {
      found = (...args: unknown[]) => {
        const last = args.at(-1)
        const hasKeywords =
          typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype
        return this.__call__(
          this.#autoescape,
          hasKeywords ? args.slice(0, -1) : args,
          hasKeywords ? (last as Keywords) : undefined,
        )
      }
      Object.defineProperty(found, 'name', { value: this.name ?? 'caller' })
      callables.set(this, found)
      macros.set(found, this)
    }
    return found
  }

  __repr__(): string {
    return `<Macro ${this.name === null ? 'anonymous' : `'${this.name}'`}>`
  }
}

const NOTHING: Keywords = Object.freeze(Object.create(null) as Keywords)

/** A macro as JavaScript calls it; gives Markup where the template is escaped. */
export type MacroCallable = (...args: unknown[]) => unknown

const callables = new WeakMap<Macro, MacroCallable>()
const macros = new WeakMap<object, Macro>()

/** The macro behind a function that {@link Macro.callable} gave; undefined for any other value. */
export function macroBehind(value: unknown): Macro | undefined {
  return typeof value === 'function' ? macros.get(value) : undefined
}
