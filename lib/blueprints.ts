import { AppGroup } from './commands/group.ts'
import { type MethodContext, register } from './decorators.ts'
import { keepErrorHandler } from './error-handlers.ts'
import { FlagonError } from './errors.ts'
import type { HTTPException } from './http/exceptions.ts'
import {
  type ErrorHandlerDecorator,
  listOf,
  parseUrlRule,
  type RouteOptions,
  Scaffold,
  type ScaffoldOptions,
  type UrlRuleOptions,
} from './scaffold.ts'
import {
  BlueprintSetupState,
  joinNames,
  mergeScaffold,
  nestedOptions,
  type RegisterOptions,
  type SetupApp,
} from './setup-state.ts'
import type {
  AfterRequestFunction,
  AnyView,
  BeforeFirstRequestFunction,
  BeforeRequestFunction,
  ContextProcessor,
  ErrorClass,
  ErrorHandler,
  Scoped,
  ServingFunction,
  TeardownFunction,
  UrlArguments,
  UrlDefaultFunction,
  UrlValuePreprocessor,
} from './types.ts'

/** An app that blueprints are registered on. */
export interface BlueprintHost extends SetupApp {
  /** Registered blueprints by full name. */
  readonly blueprints: Record<string, Blueprint>
  /** The commands of the app. */
  readonly cli: AppGroup
}

/** A function that is run when its blueprint is registered. */
export type DeferredSetupFunction = (state: BlueprintSetupState) => void

/** Any function that templates may call: a filter, a test or a global. */
export type TemplateFunction = (...args: never[]) => unknown

/** Gives a function to templates and gives it back; works on static methods and methods as a standard decorator too. */
export type TemplateFunctionDecorator = <F extends TemplateFunction>(fn: F, context?: MethodContext) => F

/** Options of a blueprint. */
export interface BlueprintOptions extends ScaffoldOptions {
  /** Goes before all rules of the blueprint. */
  readonly url_prefix?: string | undefined
  /** Subdomain of all its rules; may have arguments. */
  readonly subdomain?: string | undefined
  /** Values of arguments of its rules. */
  readonly url_defaults?: UrlArguments | undefined
  /** Group that its commands stand in; null for those of the app itself. Default: one of the blueprint's name. */
  readonly cli_group?: string | null | undefined
}

/**
 * A part of an app: routes, hooks, handlers, templates and static files that are set up together and registered on an
 * app (or on another blueprint) under a name and, often, a prefix.
 *
 * @see docs/guide/blueprints.md
 */
export class Blueprint extends Scaffold {
  /** Its name, which goes before the names of its endpoints: `name.endpoint`. */
  readonly name: string
  /** Goes before its rules; undefined for none. */
  readonly url_prefix: string | undefined
  /** Subdomain of its rules; undefined for none. */
  readonly subdomain: string | undefined
  /** Values of arguments of its rules. */
  readonly url_values_defaults: UrlArguments
  /** Its commands, which stand in a group of its name below those of the app. */
  readonly cli: AppGroup
  /** Group that its commands stand in; null for those of the app itself, undefined for one of its name. */
  readonly cli_group: string | null | undefined
  /** What is run at registration, in order. */
  readonly deferred_functions: DeferredSetupFunction[] = []
  readonly #children: [Blueprint, RegisterOptions][] = []
  #registered = false

  /**
   * @param name - without dots; unique in what it is registered on.
   * @param import_name - `import.meta.url` of its module, so that `templates/` and `static/` are found beside it.
   * @throws {@link FlagonError} `ENDPOINT_INVALID` when the name is empty or has a dot.
   */
  constructor(name: string, import_name: string, options: BlueprintOptions = {}) {
    super(import_name, options)
    if (name === '' || name.includes('.')) {
      throw new FlagonError(
        'ENDPOINT_INVALID',
        `a blueprint cannot be named '${name}': a name has at least one character and no dot, which nesting adds`,
      )
    }
    this.name = name
    this.url_prefix = options.url_prefix
    this.subdomain = options.subdomain
    this.url_values_defaults = { ...options.url_defaults }
    this.cli = new AppGroup(name)
    this.cli_group = options.cli_group
    this.before_app_request = this.before_app_request.bind(this)
    this.before_app_first_request = this.before_app_first_request.bind(this)
    this.before_app_serving = this.before_app_serving.bind(this)
    this.after_app_serving = this.after_app_serving.bind(this)
    this.on_app_shutdown = this.on_app_shutdown.bind(this)
    this.after_app_request = this.after_app_request.bind(this)
    this.teardown_app_request = this.teardown_app_request.bind(this)
    this.app_context_processor = this.app_context_processor.bind(this)
    this.app_url_value_preprocessor = this.app_url_value_preprocessor.bind(this)
    this.app_url_defaults = this.app_url_defaults.bind(this)
  }

  override check_setup(method: string): void {
    if (!this.#registered) return
    throw new FlagonError(
      'BLUEPRINT_REGISTERED',
      `${method}() was called on the blueprint '${this.name}' after it was registered, so it would have no effect: ` +
        'call it before app.register_blueprint(…)',
    )
  }

  /** Keeps a function that is run, with the state of the registration, each time the blueprint is registered. */
  record(deferred: DeferredSetupFunction): void {
    this.check_setup('record')
    this.deferred_functions.push(deferred)
  }

  /** Keeps a function that is run only when the blueprint is registered for the first time. */
  record_once(deferred: DeferredSetupFunction): void {
    this.record((state) => {
      if (state.first_registration) deferred(state)
    })
  }

  /** The state of one registration; a subclass may give its own. */
  make_setup_state(app: SetupApp, options: RegisterOptions, first_registration: boolean): BlueprintSetupState {
    return new BlueprintSetupState(this, app, options, first_registration)
  }

  /**
   * Nests a blueprint in this one: it is registered with it, under its name and prefix.
   *
   * @throws {@link FlagonError} `BLUEPRINT_EXISTS` when it is this very blueprint.
   */
  register_blueprint(blueprint: Blueprint, options: RegisterOptions = {}): void {
    this.check_setup('register_blueprint')
    if (blueprint === this) {
      throw new FlagonError('BLUEPRINT_EXISTS', `the blueprint '${this.name}' cannot be registered on itself`)
    }
    this.#children.push([blueprint, options])
  }

  /**
   * Registers everything that was set up on an app; called by `app.register_blueprint`.
   *
   * @throws {@link FlagonError} `BLUEPRINT_EXISTS` when the name is taken.
   */
  register(app: BlueprintHost, options: RegisterOptions): void {
    const name = joinNames(options.name_prefix ?? '', options.name ?? this.name)
    const existing = app.blueprints[name]
    if (existing !== undefined) {
      const which = existing === this ? 'this' : 'another'
      throw new FlagonError(
        'BLUEPRINT_EXISTS',
        `${which} blueprint is already registered as '${name}': give another name, register_blueprint(bp, { name: '…' })`,
      )
    }
    const first = !Object.values(app.blueprints).includes(this)
    app.blueprints[name] = this
    this.#registered = true
    const state = this.make_setup_state(app, options, first)
    if (this.has_static_folder) {
      const view: AnyView = ({ filename }: { filename: string }) => this.send_static_file(filename)
      state.add_url_rule(`${this.static_url_path}/<path:filename>`, 'static', view)
    }
    mergeScaffold(this, app, name)
    for (const deferred of this.deferred_functions) deferred(state)
    addCommands(app.cli, this.cli, options.cli_group === undefined ? this.cli_group : options.cli_group, name)
    for (const [child, childOptions] of this.#children) {
      child.register(app, nestedOptions(state, name, child, childOptions))
    }
  }

  override add_url_rule(
    rule: string,
    endpoint?: string | UrlRuleOptions | undefined,
    view_func?: AnyView | UrlRuleOptions | undefined,
    options?: RouteOptions,
  ): void {
    this.check_setup('add_url_rule')
    const { endpoint: name } = parseUrlRule(rule, endpoint, view_func, options)
    if (name.includes('.')) {
      throw new FlagonError(
        'ENDPOINT_INVALID',
        `'${name}' cannot be an endpoint of the blueprint '${this.name}': leave the dot out, the blueprint's name is added`,
      )
    }
    this.record((state) => state.add_url_rule(rule, endpoint, view_func, options))
  }

  /** Runs a function before every request to the app. */
  before_app_request<F extends BeforeRequestFunction>(hook: F, context?: MethodContext): F {
    return this.#appHook('before_app_request', (app) => app.before_request_funcs, hook, context)
  }

  /** Runs a function once, before the first request to the app. */
  before_app_first_request<F extends BeforeFirstRequestFunction>(hook: F, context?: MethodContext): F {
    return register('what is given to before_app_first_request', hook, context, (fn) =>
      this.record_once(({ app }) => app.before_first_request_funcs.push(fn)),
    )
  }

  /** Runs a function before the app takes its first connection; `app.before_serving` for a blueprint. */
  before_app_serving<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return register('what is given to before_app_serving', hook, context, (fn) =>
      this.record_once(({ app }) => app.before_serving_funcs.push(fn)),
    )
  }

  /** Runs a function after the last connection of the app is closed; `app.after_serving` for a blueprint. */
  after_app_serving<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return register('what is given to after_app_serving', hook, context, (fn) =>
      this.record_once(({ app }) => app.after_serving_funcs.push(fn)),
    )
  }

  /** Runs a function when the app is told to stop; `app.on_shutdown` for a blueprint. */
  on_app_shutdown<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return register('what is given to on_app_shutdown', hook, context, (fn) =>
      this.record_once(({ app }) => app.on_shutdown_funcs.push(fn)),
    )
  }

  /** Runs a function on every response of the app. */
  after_app_request<F extends AfterRequestFunction>(hook: F, context?: MethodContext): F {
    return this.#appHook('after_app_request', (app) => app.after_request_funcs, hook, context)
  }

  /** Runs a function when any request to the app ends. */
  teardown_app_request<F extends TeardownFunction>(hook: F, context?: MethodContext): F {
    return this.#appHook('teardown_app_request', (app) => app.teardown_request_funcs, hook, context)
  }

  /** Adds names to all templates of the app. */
  app_context_processor<F extends ContextProcessor>(processor: F, context?: MethodContext): F {
    return this.#appHook('app_context_processor', (app) => app.template_context_processors, processor, context)
  }

  /** Lets a function see and change the URL arguments of every request. */
  app_url_value_preprocessor<F extends UrlValuePreprocessor>(processor: F, context?: MethodContext): F {
    return this.#appHook('app_url_value_preprocessor', (app) => app.url_value_preprocessors, processor, context)
  }

  /** Lets a function add values to each URL that the app builds. */
  app_url_defaults<F extends UrlDefaultFunction>(defaults: F, context?: MethodContext): F {
    return this.#appHook('app_url_defaults', (app) => app.url_default_functions, defaults, context)
  }

  #appHook<F extends (...args: never[]) => unknown>(
    method: string,
    functionsOf: (app: SetupApp) => Scoped<(...args: never[]) => unknown>,
    hook: F,
    context: MethodContext | undefined,
  ): F {
    return register(`what is given to ${method}`, hook, context, (fn) =>
      this.record_once(({ app }) => listOf(functionsOf(app), null).push(fn)),
    )
  }

  /** A decorator that makes a function the app-wide handler of a status code or a class of errors. */
  app_errorhandler(code: number): ErrorHandlerDecorator<HTTPException>
  app_errorhandler<E>(errorClass: ErrorClass<E>): ErrorHandlerDecorator<E>
  app_errorhandler(code_or_class: unknown): unknown {
    return (handler: ErrorHandler, context?: MethodContext) =>
      register('an error handler', handler, context, (fn) =>
        this.record_once(({ app }) => keepErrorHandler(app.error_handler_spec, code_or_class, fn)),
      )
  }

  /** A decorator that makes a function a template filter of the app. Its name: the given one, else the function's. */
  app_template_filter(name?: string): TemplateFunctionDecorator {
    return (filter, context) => this.#templateFunction('filters', filter, name, context)
  }

  /** Makes a function a template filter of the app. */
  add_app_template_filter(filter: TemplateFunction, name?: string): void {
    this.#templateFunction('filters', filter, name)
  }

  /** A decorator that makes a function a template test of the app. */
  app_template_test(name?: string): TemplateFunctionDecorator {
    return (test, context) => this.#templateFunction('tests', test, name, context)
  }

  /** Makes a function a template test of the app. */
  add_app_template_test(test: TemplateFunction, name?: string): void {
    this.#templateFunction('tests', test, name)
  }

  /** A decorator that makes a function callable in the templates of the app. */
  app_template_global(name?: string): TemplateFunctionDecorator {
    return (fn, context) => this.#templateFunction('globals', fn, name, context)
  }

  /** Makes a function callable in the templates of the app. */
  add_app_template_global(fn: TemplateFunction, name?: string): void {
    this.#templateFunction('globals', fn, name)
  }

  #templateFunction<F extends TemplateFunction>(
    kind: 'filters' | 'tests' | 'globals',
    fn: F,
    name: string | undefined,
    context?: MethodContext,
  ): F {
    return register(`a template ${kind.slice(0, -1)}`, fn, context, (bound) =>
      this.record_once(({ app }) => {
        app.jinja_env[kind][name ?? bound.name] = bound
      }),
    )
  }
}

/** Puts the commands of a blueprint among those of an app: in a group of that name, or, for null, beside them. */
function addCommands(commands: AppGroup, own: AppGroup, group: string | null | undefined, name: string): void {
  if (own.commands.size === 0) return
  if (group !== null) commands.add_command(own, group ?? name)
  else for (const [word, command] of own.commands) commands.add_command(command, word)
}
