import { toHost } from './call.ts'
import { compileTemplate } from './compiler/compiler.ts'
import type { CompilerHost, Mode } from './compiler/writer.ts'
import { type BlockFunction, type BlockStacks, Context } from './context.ts'
import { RecursionError, TemplateNotFound, TemplateRuntimeError } from './exceptions.ts'
import type { Host, Names } from './host.ts'
import type { TemplateNode } from './nodes.ts'

import { type Rendered, textOf } from './rendered.ts'
import { TemplateStream } from './stream.ts'
import { Undefined } from './undefined.ts'

/** What a template is rendered with: names and their values. */
export type TemplateContext = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>

/** The environment as a template needs it. */
export interface TemplateHost extends Host, CompilerHost {
  /** The helpers that generated code is given. */
  readonly runtime: Readonly<Record<string, unknown>>
}

/** The functions that generated code makes. */
export interface Compiled {
  /** The filters and tests that it calls. */
  uses: readonly (readonly [kind: 'filters' | 'tests', name: string, fn: unknown])[]
  /** Renders the template's body. */
  root: BlockFunction
  /** Render its blocks. */
  blocks: Record<string, BlockFunction>
}

/** What a template is made of. */
export interface TemplateInit {
  /** The settings that the template shares with others. */
  environment: TemplateHost
  /** The parsed source; left out for a template that was compiled ahead of time. */
  node?: TemplateNode | undefined
  /** The functions of a template that was compiled ahead of time, by mode. */
  compiled?: Readonly<Record<string, (rt: never, env: never) => unknown>> | undefined
  /** Its name; undefined for one made from a string. */
  name?: string | undefined
  /** The file it came from, for messages. */
  filename?: string | undefined
  /** The names that it sees besides those it is rendered with. */
  globals: Names
  /** Whether its output is escaped. */
  autoescape: boolean
  /** Tells whether the source is still the same; undefined where that cannot change. */
  uptodate?: (() => boolean) | undefined
}

/**
 * A template that can be rendered; environments make them.
 *
 * @see jinja2.Template
 */
export class Template {
  /** The environment it belongs to. */
  readonly environment: TemplateHost
  /** The name it was loaded by, undefined for one made from a string. */
  readonly name: string | undefined
  /** The file it was loaded from, undefined where there is none. */
  readonly filename: string | undefined
  /** The names it sees besides those it is rendered with. */
  readonly globals: Names
  /** Whether its output is escaped. */
  readonly autoescape: boolean
  readonly #init: TemplateInit
  readonly #variants: Partial<Record<Mode, Compiled>> = {}
  #module: TemplateModuleValue | undefined
  #moduleLater: Promise<TemplateModuleValue> | undefined

  constructor(init: TemplateInit) {
    this.environment = init.environment
    this.name = init.name
    this.filename = init.filename
    this.globals = init.globals
    this.autoescape = init.autoescape
    this.#init = init
  }

  /** Whether the source is still what it was when the template was loaded. */
  get is_up_to_date(): boolean {
    return this.#init.uptodate?.() ?? true
  }

  /** The functions of one way to render; made when first needed. */
  variant(mode: Mode): Compiled {
    const known = this.#variants[mode]
    if (known !== undefined && this.#isCurrent(known)) return known
    const made = this.#compile(mode)
    this.#variants[mode] = made
    return made
  }

  /** Whether the filters and tests that were compiled in are still those of the environment. */
  #isCurrent({ uses }: Compiled): boolean {
    const { environment, node } = this.#init
    if (node === undefined) return true
    for (const [kind, name, fn] of uses) if (environment[kind][name] !== fn) return false
    return true
  }

  #compile(mode: Mode): Compiled {
    const { environment, node, compiled } = this.#init
    const ready = compiled?.[mode]
    if (ready !== undefined) return ready(environment.runtime as never, environment as never) as Compiled
    if (node === undefined) throw new TypeError(`the template was not compiled ahead of time for ${mode}`)
    const code = this.code(mode)
    const label = encodeURI(this.name ?? '<template>').replace(/[^\w./%-]/g, '-')
    const make = new Function('rt', 'env', `${code}\n//# sourceURL=jinja-template:${label}`)
    return make(environment.runtime, environment) as Compiled
  }

  /** The JavaScript of one way to render. */
  code(mode: Mode): string {
    const { environment, node, name, filename, autoescape } = this.#init
    if (node === undefined) throw new TypeError('the template has no source any more')
    return compileTemplate({ node, host: environment, name, filename, autoescape, mode })
  }

  /** A context to render this template with. */
  new_context(vars?: TemplateContext, mode: Mode = 'render', outer?: Context): Context {
    const { environment } = this
    const given = vars === undefined ? NO_NAMES : vars instanceof Map ? fromMap(vars) : (vars as Names)
    const evalContext = this.autoescape ? environment.escapingContext : environment.plainContext
    const stacks = stacksOf(this.variant(mode).blocks)
    return new Context(
      environment,
      this.name,
      evalContext,
      stacks,
      given,
      outer === undefined ? this.globals : undefined,
      outer,
    )
  }

  /**
   * The text of the template.
   *
   * @throws UndefinedError and the other errors of rendering; what functions throw keeps its class. Each has
   *   `template_frames`, which tell template and line.
   */
  render(context?: TemplateContext): string {
    return this.variant('render').root(this.new_context(context)) as string
  }

  /** The text of a template that may call asynchronous functions and use promises. */
  async render_async(context?: TemplateContext): Promise<string> {
    return textOf(this.variant('render_async').root(this.new_context(context, 'render_async')))
  }

  /** The text in pieces, each as soon as it is known. */
  *generate(context?: TemplateContext): Generator<string> {
    yield* this.variant('generate').root(this.new_context(context, 'generate')) as Iterable<string>
  }

  /** The text in pieces, waiting for promises on the way. */
  async *generate_async(context?: TemplateContext): AsyncGenerator<string> {
    yield* this.variant('generate_async').root(this.new_context(context, 'generate_async')) as AsyncIterable<string>
  }

  /** The text as a stream: iterable and asynchronously iterable, with a buffer if wanted. */
  stream(context?: TemplateContext): TemplateStream {
    return new TemplateStream(
      () => this.generate(context),
      () => this.generate_async(context),
    )
  }

  /** What the template exports, rendered without a context; made once. */
  get module(): TemplateModule {
    return publish(this.defaultModule())
  }

  /** What the template exports, rendered anew with names of yours. */
  make_module(vars?: TemplateContext): TemplateModule {
    return publish(this.makeModule(this.new_context(vars)))
  }

  /** As {@link make_module}, for templates that wait for promises. Macros of it give promises too. */
  async make_module_async(vars?: TemplateContext): Promise<TemplateModule> {
    return publish(await this.makeModuleAsync(this.new_context(vars, 'render_async')))
  }

  /** The module that templates see which import this one without their context. */
  defaultModule(asked?: Context): TemplateModuleValue {
    this.#module ??= this.makeModule(this.#moduleContext('render', asked))
    return this.#module
  }

  /** A context for the default module; @throws RecursionError where the template imports itself. */
  #moduleContext(mode: Mode, asked: Context | undefined): Context {
    for (let { making } = asked ?? {}; making !== undefined; { making } = making.asked ?? {}) {
      if (making.template === this)
        throw new RecursionError(`maximum recursion depth exceeded: ${this.__repr__()} imports itself`)
    }
    const context = this.new_context(undefined, mode)
    context.making = { template: this, asked }
    return context
  }

  /** As {@link defaultModule}, waiting for promises. */
  async defaultModuleAsync(asked?: Context): Promise<TemplateModuleValue> {
    const context = this.#moduleContext('render_async', asked)
    this.#moduleLater ??= this.makeModuleAsync(context)
    return this.#moduleLater
  }

  /** The module that templates see, rendered with a context. */
  makeModule(context: Context): TemplateModuleValue {
    const text = this.variant('render').root(context) as string
    return new TemplateModuleValue(this.name, context, text)
  }

  /** As {@link makeModule}, waiting for promises. */
  async makeModuleAsync(context: Context): Promise<TemplateModuleValue> {
    const text = await textOf(this.variant('render_async').root(context))
    return new TemplateModuleValue(this.name, context, text)
  }

  /** The text that shows the template in a list or an error. */
  __repr__(): string {
    return `<Template ${this.name === undefined ? 'memory' : `'${this.name}'`}>`
  }
}

const NO_NAMES: Names = Object.freeze(Object.create(null) as Names)

function fromMap(map: ReadonlyMap<string, unknown>): Names {
  const names = Object.create(null) as Names
  for (const [name, value] of map) names[name] = value
  return names
}

function stacksOf(blocks: Record<string, BlockFunction>): BlockStacks {
  const stacks = Object.create(null) as BlockStacks
  for (const name in blocks) stacks[name] = [blocks[name]!]
  return stacks
}

/** An imported template as the importing one sees it. */
export class TemplateModuleValue {
  readonly #name: string | undefined
  readonly #exported: Names
  readonly #text: string

  constructor(name: string | undefined, context: Context, text: string) {
    this.#name = name
    this.#exported = context.get_exported()
    this.#text = text
  }

  /** The names it exports. */
  get __exported__(): Names {
    return this.#exported
  }

  __getattr__(name: string): unknown {
    return this.#exported[name]
  }

  __getitem__(): unknown {
    return undefined
  }

  __str__(): string {
    return this.#text
  }

  __html__(): string {
    return this.#text
  }

  __repr__(): string {
    return `<TemplateModule ${this.#name === undefined ? 'memory' : `'${this.#name}'`}>`
  }
}

/** What a template exports: its macros as functions and its variables, as properties. As text it is the template's output. */
export type TemplateModule = Readonly<Record<string, unknown>> & {
  /** The output of the template. */
  toString(): string
  /** The output of the template, which is HTML already. */
  __html__(): string
}

function publish(value: TemplateModuleValue): TemplateModule {
  const module = Object.create({ toString: () => value.__str__(), __html__: () => value.__html__() }) as TemplateModule
  for (const name of Object.keys(value.__exported__)) {
    Object.defineProperty(module, name, { value: toHost(value.__exported__[name]), enumerable: true })
  }
  return module
}

/** What finds templates for other templates. */
export interface TemplateFinder extends TemplateHost {
  get_template(name: string | Template, parent?: string): Template
  get_or_select_template(names: unknown, parent?: string): Template
}

/** What generated code needs to reach other templates. */
export const TEMPLATE_RUNTIME: Readonly<Record<string, unknown>> = {
  extend: Object.assign(extend, { again }),
  include,
  importModule,
  importModuleAsync,
  importName,
}

function again(): never {
  throw new TemplateRuntimeError('extended multiple times')
}

function find(env: TemplateFinder, name: unknown, parent: string | null): Template {
  if (name instanceof Undefined) return name.fail()
  return env.get_or_select_template(name instanceof String ? name.toString() : name, parent ?? undefined)
}

function extend(env: TemplateFinder, context: Context, name: unknown, parent: string | null, mode: Mode): Template {
  const template = find(env, name, parent)
  context.nest(context)
  const { blocks } = template.variant(mode)
  for (const block in blocks) {
    const stack = context.blocks[block]
    if (stack === undefined) context.blocks[block] = [blocks[block]!]
    else stack.push(blocks[block]!)
  }
  return template
}

const NO_PIECES: readonly string[] = []

function include(
  env: TemplateFinder,
  context: Context,
  name: unknown,
  parent: string | null,
  ignoreMissing: boolean,
  locals: Names | undefined,
  mode: Mode,
): Rendered {
  let template: Template
  try {
    template = find(env, name, parent)
  } catch (error) {
    if (!ignoreMissing || !(error instanceof TemplateNotFound)) throw error
    return mode === 'render' ? '' : mode === 'render_async' ? Promise.resolve('') : NO_PIECES
  }
  if (locals !== undefined) return template.variant(mode).root(template.new_context(locals, mode, context))
  if (mode === 'render') return template.defaultModule(context).__str__()
  if (mode === 'generate') return [template.defaultModule(context).__str__()]
  const text = template.defaultModuleAsync(context).then((module) => module.__str__())
  return mode === 'render_async' ? text : later(text)
}

async function* later(text: Promise<string>): AsyncGenerator<string> {
  yield await text
}

function importModule(
  env: TemplateFinder,
  context: Context,
  name: unknown,
  parent: string | null,
  locals: Names | undefined,
): TemplateModuleValue {
  const template = find(env, name, parent)
  return locals === undefined
    ? template.defaultModule(context)
    : template.makeModule(template.new_context(locals, 'render', context))
}

function importModuleAsync(
  env: TemplateFinder,
  context: Context,
  name: unknown,
  parent: string | null,
  locals: Names | undefined,
): Promise<TemplateModuleValue> {
  const template = find(env, name, parent)
  if (locals === undefined) return template.defaultModuleAsync(context)
  return template.makeModuleAsync(template.new_context(locals, 'render_async', context))
}

function importName(env: TemplateFinder, module: TemplateModuleValue, name: string, parent: string | null): unknown {
  const value = module.__getattr__(name)
  if (value !== undefined) return value
  return new env.undefined({
    hint: `${module.__repr__()}, imported in ${parent ?? 'a template'}, has no name '${name}' to import`,
    name,
  })
}
