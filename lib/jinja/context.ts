import { RecursionError } from './exceptions.ts'
import type { EvalContext, Host, Names } from './host.ts'
import { finish, type Rendered, textOf } from './rendered.ts'
import type { Undefined } from './undefined.ts'

/** How deep templates may include, import and extend each other; Python's stack allows about as many. */
const MOST_NESTED = 300

/** A compiled block. */
export type BlockFunction = (context: Context) => Rendered

/** The blocks of a template by name; the first function is the one that prints, the others are its parents in order. */
export type BlockStacks = Record<string, BlockFunction[]>

/**
 * What a template sees while it renders: the names given to it, those it set at its top level, and the globals.
 *
 * @see jinja2.runtime.Context
 */
export class Context {
  /** The environment of the template. */
  readonly environment: Host
  /** The name of the template, undefined for one made from a string. */
  readonly name: string | undefined
  /** How functions of this template are evaluated by default. */
  readonly eval_ctx: EvalContext
  /** The names that the template set at its top level. */
  readonly vars: Names = Object.create(null) as Names
  /** Which of {@link vars} an importing template sees. */
  readonly exported_vars: Set<string> = new Set()
  /** The blocks of the template and of those it extends. */
  blocks: BlockStacks
  /** How many templates include, import or extend one another up to this one. */
  depth = 0
  /** The template whose default module is being made, and the context that asked for it. */
  making: { template: object; asked: Context | undefined } | undefined
  readonly #given: Names
  readonly #outer: Context | undefined
  readonly #globals: Names | undefined

  constructor(
    environment: Host,
    name: string | undefined,
    evalContext: EvalContext,
    blocks: BlockStacks,
    given: Names,
    globals: Names | undefined,
    outer?: Context,
  ) {
    this.environment = environment
    this.name = name
    this.eval_ctx = evalContext
    this.blocks = blocks
    this.#given = given
    this.#globals = globals
    this.#outer = outer
    if (outer !== undefined) this.nest(outer)
  }

  /** Notes that this template is rendered for another one. @throws RecursionError where that never ends. */
  nest(outer: Context): void {
    this.depth = outer.depth + 1
    this.making ??= outer.making
    if (this.depth > MOST_NESTED) throw new RecursionError('maximum recursion depth exceeded: templates use each other')
  }

  /** The value of a name, or undefined. Names set at the top level come first, then given ones, then globals. */
  resolve_or_missing(name: string): unknown {
    const own = this.vars[name]
    if (own !== undefined) return own
    const given = this.#given
    if (Object.hasOwn(given, name)) {
      const value = given[name]
      if (value !== undefined) return value
    }
    if (this.#outer !== undefined) return this.#outer.resolve_or_missing(name)
    return this.#globals?.[name]
  }

  /** The value of a name, or an undefined value of the environment's kind. */
  resolve(name: string): unknown {
    const value = this.resolve_or_missing(name)
    return value === undefined ? new this.environment.undefined({ name }) : value
  }

  /** The value of a name, or `preset` (by default null) where there is none. */
  get(name: string, preset: unknown = null): unknown {
    const value = this.resolve_or_missing(name)
    return value === undefined ? preset : value
  }

  /** Whether there is a value for the name. */
  has(name: string): boolean {
    return this.resolve_or_missing(name) !== undefined
  }

  /** Every name with its value, globals included, as a new object without a prototype. */
  get_all(): Names {
    const all = Object.create(null) as Names
    if (this.#outer !== undefined) Object.assign(all, this.#outer.get_all())
    else if (this.#globals !== undefined) Object.assign(all, this.#globals)
    return Object.assign(all, this.#given, this.vars)
  }

  /** The names that the template set and shows to one that imports it. */
  get_exported(): Names {
    const exported = Object.create(null) as Names
    for (const name of this.exported_vars) exported[name] = this.vars[name]
    return exported
  }

  /** A context of the same template that sees more names, for a scoped block. */
  derived(locals: Names): Context {
    const { environment, name, eval_ctx: evalContext } = this
    return new Context(environment, name, evalContext, this.blocks, locals, undefined, this)
  }

  /** A reference to the block that the running one replaced; an undefined value where there is none. */
  super(name: string, current: BlockFunction): BlockReference | Undefined {
    const stack = this.blocks[name]
    const depth = stack === undefined ? -1 : stack.indexOf(current)
    if (stack === undefined || depth < 0 || depth + 1 >= stack.length) {
      return new this.environment.undefined({ hint: `no parent template has a block '${name}'`, name: 'super' })
    }
    return new BlockReference(name, this, stack, depth + 1)
  }
}

/** What `super` is, and each attribute of `self`: a block that can be called for its text. */
export class BlockReference {
  readonly #name: string
  readonly #context: Context
  readonly #stack: readonly BlockFunction[]
  readonly #depth: number

  constructor(name: string, context: Context, stack: readonly BlockFunction[], depth: number) {
    this.#name = name
    this.#context = context
    this.#stack = stack
    this.#depth = depth
  }

  /** The block that this one replaced. */
  get super(): BlockReference | Undefined {
    if (this.#depth + 1 < this.#stack.length) {
      return new BlockReference(this.#name, this.#context, this.#stack, this.#depth + 1)
    }
    const { undefined: missing } = this.#context.environment
    return new missing({ hint: `no parent template has a block '${this.#name}'`, name: 'super' })
  }

  /** The text of the block. */
  __call__(autoescape: boolean, args: readonly unknown[] = [], keywords?: Names): unknown {
    if (args.length > 0 || keywords !== undefined) throw new TypeError('a block takes no arguments')
    return finish(textOf(this.#stack[this.#depth]!(this.#context)), autoescape)
  }
}

/** What `self` is: the blocks of the running template, each an attribute. */
export class TemplateReference {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  __getattr__(name: string): unknown {
    const stack = this.#context.blocks[name]
    return stack === undefined ? undefined : new BlockReference(name, this.#context, stack, 0)
  }

  __getitem__(name: unknown): unknown {
    return typeof name === 'string' ? this.__getattr__(name) : undefined
  }

  __repr__(): string {
    return `<TemplateReference '${this.#context.name ?? 'None'}'>`
  }
}
