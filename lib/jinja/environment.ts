import { LruCache } from './cache.ts'
import { call } from './call.ts'
import type { Mode } from './compiler/writer.ts'
import type { Context } from './context.ts'
import {
  TemplateAssertionError,
  TemplateNotFound,
  TemplateSyntaxError,
  TemplatesNotFound,
  UndefinedError,
} from './exceptions.ts'
import { type Extension, findExtension } from './extensions.ts'
import { defaultFilters } from './filters/index.ts'
import { defaultGlobals } from './globals.ts'
import type { EvalContext, FilterFunction, Host, Names, TestFunction } from './host.ts'
import { Lexer } from './lexer.ts'
import type { BaseLoader, CompiledTemplate } from './loaders.ts'
import { getattr, getitem, readAttribute } from './lookup.ts'
import type { TemplateNode } from './nodes.ts'
import { Parser, type TagParser } from './parser.ts'
import { defaultPolicies } from './policies.ts'
import { toArray } from './python/iteration.ts'
import { RUNTIME } from './runtime.ts'
import { TEMPLATE_RUNTIME, Template, type TemplateContext } from './template.ts'
import { defaultTests } from './tests.ts'
import { Undefined, type UndefinedClass } from './undefined.ts'

/** Whether templates of a name are escaped; `undefined` is the name of one made from a string. */
export type AutoescapeSelector = (name: string | undefined) => boolean

/** The settings of an {@link Environment}; each has Jinja's preset. */
export interface EnvironmentOptions {
  /** What starts a tag; `{%`. */
  block_start_string?: string | undefined
  /** What ends a tag; `%}`. */
  block_end_string?: string | undefined
  /** What starts an output; `{{`. */
  variable_start_string?: string | undefined
  /** What ends an output; `}}`. */
  variable_end_string?: string | undefined
  /** What starts a comment; `{#`. */
  comment_start_string?: string | undefined
  /** What ends a comment; `#}`. */
  comment_end_string?: string | undefined
  /** What starts a line that is a tag; none by default. */
  line_statement_prefix?: string | undefined
  /** What starts a comment that ends with the line; none by default. */
  line_comment_prefix?: string | undefined
  /** Whether the line end after a tag is dropped; false. */
  trim_blocks?: boolean | undefined
  /** Whether white space before a tag is dropped where the line has nothing else before it; false. */
  lstrip_blocks?: boolean | undefined
  /** What line ends of the source become; `\n`. */
  newline_sequence?: '\n' | '\r\n' | '\r' | undefined
  /** Whether one line end at the end of a template stays; false. */
  keep_trailing_newline?: boolean | undefined
  /** Extensions, by name (`do`, `loopcontrols`) or as objects. */
  extensions?: readonly (string | Extension)[] | undefined
  /** Whether output is escaped, for all templates or by name; false. */
  autoescape?: boolean | AutoescapeSelector | undefined
  /** Where templates come from; without one only {@link Environment.from_string} works. */
  loader?: BaseLoader | undefined
  /** What missing names and attributes are; {@link Undefined}. */
  undefined?: UndefinedClass | undefined
  /** Applied to each value before it is printed. */
  finalize?: ((...args: never[]) => unknown) | undefined
  /** How many loaded templates are kept; 400. 0 keeps none, a negative number all. */
  cache_size?: number | undefined
  /** Whether a template is loaded again when its source has changed; true. */
  auto_reload?: boolean | undefined
  /** Filters besides the built-in ones. */
  filters?: Readonly<Record<string, FilterFunction>> | undefined
  /** Tests besides the built-in ones. */
  tests?: Readonly<Record<string, TestFunction>> | undefined
  /** Names that every template sees, besides the built-in ones. */
  globals?: Readonly<Names> | undefined
}

const CACHE_SIZE = 400
const MODES: readonly Mode[] = ['render', 'generate', 'render_async', 'generate_async']

/**
 * The settings that templates share, and what loads and keeps them.
 *
 * @see jinja2.Environment
 */
export class Environment implements Host {
  /** What starts a tag. */
  readonly block_start_string: string
  /** What ends a tag. */
  readonly block_end_string: string
  /** What starts an output. */
  readonly variable_start_string: string
  /** What ends an output. */
  readonly variable_end_string: string
  /** What starts a comment. */
  readonly comment_start_string: string
  /** What ends a comment. */
  readonly comment_end_string: string
  /** What starts a line that is a tag; undefined for none. */
  readonly line_statement_prefix: string | undefined
  /** What starts a comment up to the end of the line; undefined for none. */
  readonly line_comment_prefix: string | undefined
  /** Whether the line end after a tag is dropped. */
  readonly trim_blocks: boolean
  /** Whether blanks before a tag at the start of a line are dropped. */
  readonly lstrip_blocks: boolean
  /** What line ends of the source become. */
  readonly newline_sequence: '\n' | '\r\n' | '\r'
  /** Whether one line end at the end of a template stays. */
  readonly keep_trailing_newline: boolean
  /** Whether output is escaped, for all templates or by name. */
  autoescape: boolean | AutoescapeSelector
  /** Where templates come from. */
  loader: BaseLoader | undefined
  /** What missing names and attributes are. */
  undefined: UndefinedClass
  /** Applied to each value before it is printed. */
  finalize: ((...args: never[]) => unknown) | undefined
  /** Whether a template is loaded again when its source has changed. */
  auto_reload: boolean
  /** The filters, by name; add yours before templates are loaded. */
  filters: Record<string, FilterFunction>
  /** The tests, by name. */
  tests: Record<string, TestFunction>
  /** The names that every template sees. */
  globals: Names
  /** Settings of filters, such as `urlize.rel`. */
  policies: Record<string, unknown>
  /** The evaluation context of places that escape. */
  readonly escapingContext: EvalContext
  /** The evaluation context of places that do not. */
  readonly plainContext: EvalContext
  /** The helpers that compiled templates are given. */
  readonly runtime: Readonly<Record<string, unknown>>
  readonly #options: EnvironmentOptions
  readonly #tags = new Map<string, TagParser>()
  readonly #cache: LruCache<string, Template>
  #cacheLoader: BaseLoader | undefined
  #lexer: Lexer | undefined

  constructor(options: EnvironmentOptions = {}) {
    this.#options = options
    this.block_start_string = options.block_start_string ?? '{%'
    this.block_end_string = options.block_end_string ?? '%}'
    this.variable_start_string = options.variable_start_string ?? '{{'
    this.variable_end_string = options.variable_end_string ?? '}}'
    this.comment_start_string = options.comment_start_string ?? '{#'
    this.comment_end_string = options.comment_end_string ?? '#}'
    this.line_statement_prefix = options.line_statement_prefix
    this.line_comment_prefix = options.line_comment_prefix
    this.trim_blocks = options.trim_blocks ?? false
    this.lstrip_blocks = options.lstrip_blocks ?? false
    this.newline_sequence = options.newline_sequence ?? '\n'
    this.keep_trailing_newline = options.keep_trailing_newline ?? false
    this.autoescape = options.autoescape ?? false
    this.loader = options.loader
    this.undefined = options.undefined ?? Undefined
    this.finalize = options.finalize
    this.auto_reload = options.auto_reload ?? true
    this.filters = Object.assign(
      Object.create(null) as Record<string, FilterFunction>,
      defaultFilters(),
      options.filters,
    )
    this.tests = Object.assign(Object.create(null) as Record<string, TestFunction>, defaultTests(), options.tests)
    this.globals = Object.assign(defaultGlobals(), options.globals)
    this.policies = defaultPolicies()
    this.escapingContext = { environment: this, autoescape: true }
    this.plainContext = { environment: this, autoescape: false }
    this.runtime = {
      ...RUNTIME,
      ...TEMPLATE_RUNTIME,
      finalized: (...args: FinalizeArguments) => this.#finalized(...args),
    }
    this.#cache = new LruCache(options.cache_size ?? CACHE_SIZE)
    for (const extension of options.extensions ?? []) this.add_extension(extension)
    this.#check()
  }

  #check(): void {
    const starts = new Set([this.block_start_string, this.variable_start_string, this.comment_start_string])
    if (starts.size !== 3) {
      throw new TypeError(
        `the start strings of tags, outputs and comments have to differ: '${[...starts].join("', '")}'`,
      )
    }
    if (!['\n', '\r\n', '\r'].includes(this.newline_sequence)) {
      throw new TypeError(
        `newline_sequence has to be '\\n', '\\r\\n' or '\\r', not ${JSON.stringify(this.newline_sequence)}`,
      )
    }
  }

  /** Whether templates may not be trusted. */
  get sandboxed(): boolean {
    return false
  }

  /** Whether look-ups are the engine's own; a class that overrides them has its own ones used. */
  get hasPlainLookups(): boolean {
    return this.getattr === Environment.prototype.getattr && this.getitem === Environment.prototype.getitem
  }

  /** Adds tags, filters, tests and globals. @throws TypeError for a name that is not known. */
  add_extension(extension: string | Extension): void {
    const { tags, filters, tests, globals } = findExtension(extension)
    for (const [word, parse] of Object.entries(tags ?? {})) this.#tags.set(word, parse)
    Object.assign(this.filters, filters)
    Object.assign(this.tests, tests)
    Object.assign(this.globals, globals)
  }

  /** A new environment with other settings, which shares this one's filters, tests and globals. */
  overlay(options: EnvironmentOptions = {}): Environment {
    const made = new (this.constructor as typeof Environment)({
      ...this.#options,
      autoescape: this.autoescape,
      loader: this.loader,
      undefined: this.undefined,
      finalize: this.finalize,
      auto_reload: this.auto_reload,
      ...options,
    })
    made.filters = this.filters
    made.tests = this.tests
    made.globals = this.globals
    made.policies = this.policies
    return made
  }

  /** An attribute proper: a method, a member of an object; no item. Undefined where there is none. */
  attribute(value: unknown, name: string): unknown {
    return readAttribute(value, name)
  }

  /** Looks up an attribute as `value.name` does: attributes first, then items. Override it to change look-ups. */
  getattr(value: unknown, name: string): unknown {
    return getattr(this, value, name)
  }

  /** Looks up an item as `value[key]` does: items first, then attributes. Override it to change look-ups. */
  getitem(value: unknown, key: unknown): unknown {
    return getitem(this, value, key)
  }

  /** Calls a value as a template does. Override it to change calls. */
  call(context: Context, autoescape: boolean, value: unknown, args: readonly unknown[], keywords?: Names): unknown {
    return call(context, autoescape, value, args, keywords)
  }

  #finalized(context: Context, autoescape: boolean, value: unknown): unknown {
    if (this.finalize === undefined) return value
    const result = call(context, autoescape, this.finalize, [value])
    return result instanceof Undefined && value instanceof Undefined ? value : result
  }

  /**
   * The tree of a source.
   *
   * @throws TemplateSyntaxError with the line and what was expected there.
   */
  parse(source: string, name?: string, filename?: string): TemplateNode {
    return this.#withSource(source, name, filename, () => {
      this.#lexer ??= new Lexer(this)
      return new Parser(this.#lexer.tokenize(source, name, filename), this.#tags, name, filename).parse()
    })
  }

  #withSource<Result>(
    source: string,
    name: string | undefined,
    filename: string | undefined,
    run: () => Result,
  ): Result {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError) || error.source !== undefined) throw error
      const Class = error instanceof TemplateAssertionError ? TemplateAssertionError : TemplateSyntaxError
      throw new Class(error.description, error.lineno, name, filename, source)
    }
  }

  /** Whether a template of this name is escaped. */
  escapes(name: string | undefined): boolean {
    return typeof this.autoescape === 'function' ? Boolean(this.autoescape(name)) : this.autoescape
  }

  /** A template made from its source. @throws TemplateSyntaxError where it cannot be read. */
  from_string(source: string, globals?: Readonly<Names>): Template {
    return this.#make({ source }, undefined, globals)
  }

  #make(found: ReturnType<BaseLoader['get_source']>, name: string | undefined, globals?: Readonly<Names>): Template {
    const { source, filename, uptodate } = found
    const node = this.parse(source, name, filename)
    const template = new Template({
      environment: this,
      node,
      name,
      filename,
      globals: this.make_globals(globals),
      autoescape: this.escapes(name),
      uptodate,
    })
    // The first way to render is compiled at once, so that mistakes show when a template is loaded.
    this.#withSource(source, name, filename, () => template.variant('render'))
    return template
  }

  #adopt({ autoescape, modes }: CompiledTemplate, name: string, globals?: Readonly<Names>): Template {
    return new Template({ environment: this, compiled: modes, name, globals: this.make_globals(globals), autoescape })
  }

  /**
   * The source of a JavaScript module with templates compiled ahead of time, for places that forbid making code from text.
   * Its `templates` is what a {@link ModuleLoader} takes. Load it with an environment of the same settings.
   *
   * @param names Which templates; all that the loader lists by default.
   * @param modes Which ways to render; all four by default.
   */
  compile_module(names: readonly string[] = this.list_templates(), modes: readonly Mode[] = MODES): string {
    const entries = names.map((name) => {
      const template = this.get_template(name)
      const functions = modes.map((mode) => `${mode}: function (rt, env) {\n${template.code(mode)}\n}`)
      return `[${JSON.stringify(name)}, { autoescape: ${template.autoescape}, modes: {\n${functions.join(',\n')}\n} }]`
    })
    return `export const templates = new Map([\n${entries.join(',\n')}\n])\n`
  }

  /** The globals of the environment with more of them, which hide those of the same name. */
  make_globals(extra?: Readonly<Names>): Names {
    return extra === undefined ? this.globals : Object.assign(Object.create(this.globals) as Names, extra)
  }

  /** The name of a template that another one asks for; override it for names that are relative to the parent. */
  join_path(template: string, _parent: string): string {
    return template
  }

  /**
   * A template by name, from the cache or the loader.
   *
   * @param parent The template that asks, for {@link join_path}.
   * @throws TemplateNotFound when there is none; TemplateSyntaxError when it cannot be read.
   */
  get_template(name: string | Template, parent?: string, globals?: Readonly<Names>): Template {
    if (name instanceof Template) return name
    return this.#load(parent === undefined ? name : this.join_path(name, parent), globals)
  }

  #load(name: string, globals: Readonly<Names> | undefined): Template {
    const { loader } = this
    if (loader === undefined) throw new TypeError(`no loader to find '${name}': set one, or use from_string()`)
    if (loader !== this.#cacheLoader) {
      this.#cache.clear()
      this.#cacheLoader = loader
    }
    const known = this.#cache.get(name)
    if (known !== undefined && (!this.auto_reload || known.is_up_to_date)) {
      if (globals !== undefined) Object.assign(known.globals, globals)
      return known
    }
    const compiled = loader.get_compiled(name)
    const template =
      compiled === undefined
        ? this.#make(loader.get_source(this, name), name, globals)
        : this.#adopt(compiled, name, globals)
    this.#cache.set(name, template)
    return template
  }

  /**
   * The first of several templates that exists.
   *
   * @throws TemplatesNotFound when none does.
   */
  select_template(names: Iterable<string | Template>, parent?: string, globals?: Readonly<Names>): Template {
    const tried = toArray(names)
    if (tried.length === 0) throw new TemplatesNotFound([], 'the list of templates to choose from is empty')
    for (const name of tried) {
      try {
        if (name instanceof Undefined) name.fail()
        return this.get_template(name instanceof Template ? name : String(name), parent, globals)
      } catch (error) {
        if (!(error instanceof TemplateNotFound || error instanceof UndefinedError)) throw error
      }
    }
    throw new TemplatesNotFound(tried.map(String))
  }

  /** {@link get_template} for one name or template, {@link select_template} for several. */
  get_or_select_template(
    names: string | Template | Iterable<string | Template>,
    parent?: string,
    globals?: Readonly<Names>,
  ): Template {
    if (names instanceof Template) return names
    if (typeof names === 'string') return this.get_template(names, parent, globals)
    return this.select_template(names, parent, globals)
  }

  /** The names of all templates that the loader knows, sorted; with `filter` those for which it holds. */
  list_templates(filter?: (name: string) => boolean): string[] {
    const names = this.loader?.list_templates() ?? []
    return filter === undefined ? names : names.filter(filter)
  }

  /** Forgets the loaded templates. */
  clear_cache(): void {
    this.#cache.clear()
  }

  /**
   * An expression as a function of a context; what it gives is null where it is undefined, unless told otherwise.
   *
   * @throws TemplateSyntaxError where it cannot be read.
   */
  compile_expression(source: string, undefined_to_none = true): (context?: TemplateContext) => unknown {
    const expression = this.#withSource(source, undefined, undefined, () => {
      const lexer = new Lexer(this)
      const wrapped = `${this.variable_start_string} ${source} ${this.variable_end_string}`
      const body = new Parser(lexer.tokenize(wrapped), this.#tags).parse().body[0]
      if (body?.type !== 'Output' || body.nodes.length !== 1)
        throw new TemplateSyntaxError('expected one expression', 1)
      return body.nodes[0]!
    })
    const target = { type: 'Name', name: 'result', use: 'store', line: 1 } as const
    const node: TemplateNode = {
      type: 'Template',
      body: [{ type: 'Assign', target, value: expression, line: 1 }],
      line: 1,
    }
    const template = new Template({
      environment: this,
      node,
      globals: this.globals,
      autoescape: this.escapes(undefined),
    })
    return (given) => {
      const context = template.new_context(given)
      template.variant('render').root(context)
      const value = context.vars['result']
      return value instanceof Undefined && undefined_to_none ? null : value
    }
  }
}

type FinalizeArguments = [context: Context, autoescape: boolean, value: unknown]
