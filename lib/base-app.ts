import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Blueprint, TemplateFunction, TemplateFunctionDecorator } from './blueprints.ts'
import type { AppGroup } from './commands/group.ts'
import { Config, type ConfigValues, default_config } from './config.ts'
import { type AnyFunction, describe, type MethodContext, register } from './decorators.ts'
import { FlagonError } from './errors.ts'
import { type Timedelta, timedelta } from './http/dates.ts'
import { Aborter, BadRequestKeyError, HTTPException } from './http/exceptions.ts'
import { parse_import_name } from './import-path.ts'
import { type BaseLoader, Environment, type EnvironmentOptions } from './jinja/index.ts'
import { StderrLogger } from './logging.ts'
import { Rule, Map as UrlMap } from './routing/index.ts'
import { parseUrlRule, type RouteOptions, Scaffold, type ScaffoldOptions, type UrlRuleOptions } from './scaffold.ts'
import type { RegisterOptions } from './setup-state.ts'
import { DispatchingLoader, isAutoescaped } from './templating.ts'
import type {
  AnyView,
  BeforeFirstRequestFunction,
  Logger,
  ServingFunction,
  ShellContextProcessor,
  TeardownFunction,
  UrlBuildErrorHandler,
  ViewProperties,
} from './types.ts'

/** Options of an app. */
export interface FlagonOptions extends ScaffoldOptions {
  /** Host of the static route, where the app matches hosts. */
  readonly static_host?: string | undefined
  /** Whether rules match by their `host`. Default false. */
  readonly host_matching?: boolean | undefined
  /** Whether rules match by their `subdomain` of `SERVER_NAME`. Default false. */
  readonly subdomain_matching?: boolean | undefined
  /** Folder of files of this installation, such as its config and database. Default: `instance` in the root path. */
  readonly instance_path?: string | undefined
  /** Whether config files are looked for in the instance folder. Default false: in the root path. */
  readonly instance_relative_config?: boolean | undefined
}

interface RuleFlags {
  readonly provide_automatic_options: boolean
  readonly stream: boolean
}

/**
 * The part of an app that is set up before the first request: config, rules, registries, templates. `Flagon` adds the
 * life of a request to it.
 *
 * @see Flask `flask.sansio.app.App`
 */
export abstract class BaseApp extends Scaffold {
  /** Makes `jinja_env`. */
  jinja_environment: typeof Environment = Environment
  /** Options of the template environment, read when it is first used. */
  jinja_options: EnvironmentOptions = {}
  /** The settings. */
  readonly config: Config
  /** Folder of files of this installation. */
  readonly instance_path: string
  /** All rules. */
  readonly url_map: UrlMap
  /** Whether rules match by their subdomain. */
  readonly subdomain_matching: boolean
  /** Throws the HTTP errors of `abort`. */
  readonly aborter: Aborter
  /** Registered blueprints by full name. */
  readonly blueprints: Record<string, Blueprint> = Object.create(null)
  /** A place for extensions to keep what belongs to this app, by their names. */
  readonly extensions: Record<string, unknown> = Object.create(null)
  /** Functions that answer for endpoints that cannot be built. */
  readonly url_build_error_handlers: UrlBuildErrorHandler[] = []
  /** Functions that run when an app context ends. */
  readonly teardown_appcontext_funcs: TeardownFunction[] = []
  /** Functions that run before the first request. */
  readonly before_first_request_funcs: BeforeFirstRequestFunction[] = []
  /** Functions that run before the app serves. */
  readonly before_serving_funcs: ServingFunction[] = []
  /** Functions that run after the app has served. */
  readonly after_serving_funcs: ServingFunction[] = []
  /** Functions that run when the app is told to stop. */
  readonly on_shutdown_funcs: ServingFunction[] = []
  /** Functions that give names to the interactive shell. */
  readonly shell_context_processors: ShellContextProcessor[] = []
  /** The commands of the app. */
  abstract readonly cli: AppGroup
  /** True once the first request came: the set-up is over. */
  got_first_request = false
  readonly #name: string
  readonly #ruleFlags = new WeakMap<object, RuleFlags>()
  #logger: Logger | undefined
  #jinjaEnv: Environment | undefined

  constructor(import_name: string, options: FlagonOptions = {}) {
    super(import_name, { template_folder: 'templates', static_folder: 'static', ...options })
    this.#name = parse_import_name(import_name).name
    this.instance_path = this.#instancePath(options.instance_path)
    this.config = this.make_config(options.instance_relative_config)
    this.aborter = this.make_aborter()
    this.subdomain_matching = options.subdomain_matching ?? false
    this.url_map = new this.url_map_class([], { host_matching: options.host_matching ?? false })
    this.teardown_appcontext = this.teardown_appcontext.bind(this)
    this.before_first_request = this.before_first_request.bind(this)
    this.before_serving = this.before_serving.bind(this)
    this.after_serving = this.after_serving.bind(this)
    this.on_shutdown = this.on_shutdown.bind(this)
    this.shell_context_processor = this.shell_context_processor.bind(this)
    if (options.static_host !== undefined && !options.host_matching) {
      throw new FlagonError('CONFIG_VALUE', 'static_host is for apps that match hosts: set host_matching too')
    }
    if (this.has_static_folder) {
      if (options.host_matching && options.static_host === undefined) {
        throw new FlagonError(
          'CONFIG_VALUE',
          'an app that matches hosts has to know that of its static files: set static_host, or static_folder to null',
        )
      }
      const view: AnyView = ({ filename }: { filename: string }) => this.send_static_file(filename)
      this.add_url_rule(`${this.static_url_path}/<path:filename>`, 'static', view, { host: options.static_host })
    }
  }

  #instancePath(given: string | undefined): string {
    if (given === undefined) return join(this.root_path, 'instance')
    if (isAbsolute(given)) return given
    throw new FlagonError('CONFIG_VALUE', `instance_path must be absolute, and '${given}' is not`)
  }

  override check_setup(method: string): void {
    if (!this.got_first_request) return
    throw new FlagonError(
      'SETUP_FINISHED',
      `${method}() was called after the app '${this.name}' handled its first request, so it would not take effect ` +
        'everywhere: do all the set-up (routes, hooks, blueprints, handlers) before the app starts to serve',
    )
  }

  /** The name of the app: that of its module, or the import name. */
  get name(): string {
    return this.#name
  }

  /** Makes `config`. Override it in a subclass as a getter: the constructor reads it. */
  get config_class(): typeof Config {
    return Config
  }

  /** Makes the rules. Override it in a subclass as a getter. */
  get url_rule_class(): typeof Rule {
    return Rule
  }

  /** Makes `url_map`. Override it in a subclass as a getter. */
  get url_map_class(): typeof UrlMap {
    return UrlMap
  }

  /** Makes `aborter`. Override it in a subclass as a getter. */
  get aborter_class(): typeof Aborter {
    return Aborter
  }

  /** The values that the config starts with. A subclass may give its own. */
  get default_config(): ConfigValues {
    return { ...default_config(), DEBUG: isOn(process.env['FLAGON_DEBUG']) }
  }

  /** Makes `config`; called once, by the constructor. */
  make_config(instance_relative = false): Config {
    return new this.config_class(instance_relative ? this.instance_path : this.root_path, this.default_config)
  }

  /** Makes `aborter`; called once, by the constructor. */
  make_aborter(): Aborter {
    return new this.aborter_class()
  }

  /** Whether the app runs in debug mode; the config's `DEBUG`. Setting it makes templates reload. */
  get debug(): boolean {
    return this.config.DEBUG
  }

  set debug(on: boolean) {
    this.config.DEBUG = on
    if (this.#jinjaEnv !== undefined) this.#jinjaEnv.auto_reload = this.config.TEMPLATES_AUTO_RELOAD ?? on
  }

  /** Whether the app is being tested; the config's `TESTING`. */
  get testing(): boolean {
    return this.config.TESTING
  }

  set testing(on: boolean) {
    this.config.TESTING = on
  }

  /** The config's `SECRET_KEY`. */
  get secret_key(): ConfigValues['SECRET_KEY'] {
    return this.config.SECRET_KEY
  }

  set secret_key(key: ConfigValues['SECRET_KEY']) {
    this.config.SECRET_KEY = key
  }

  /** How long a permanent session lives; the config's `PERMANENT_SESSION_LIFETIME`. */
  get permanent_session_lifetime(): Timedelta {
    const lifetime = this.config.PERMANENT_SESSION_LIFETIME
    return typeof lifetime === 'number' ? timedelta({ seconds: lifetime }) : lifetime
  }

  set permanent_session_lifetime(lifetime: Timedelta | number) {
    this.config.PERMANENT_SESSION_LIFETIME = lifetime
  }

  /** Writes the records of the app; may be replaced by any logger with `debug`, `info`, `warn` and `error`. */
  get logger(): Logger {
    this.#logger ??= new StderrLogger(this.name, {
      level: () => this.config.LOG_LEVEL ?? (this.debug ? 'debug' : 'info'),
      format: () => this.config.LOG_FORMAT,
    })
    return this.#logger
  }

  set logger(logger: Logger) {
    this.#logger = logger
  }

  override add_url_rule(
    rule: string,
    endpoint?: string | UrlRuleOptions | undefined,
    view_func?: AnyView | UrlRuleOptions | undefined,
    options?: RouteOptions,
  ): void {
    this.check_setup('add_url_rule')
    const parsed = parseUrlRule(rule, endpoint, view_func, options)
    const own: ViewProperties = propertiesOf(parsed.view)
    const {
      methods: given = own.methods,
      provide_automatic_options = own.provide_automatic_options,
      stream = false,
      ...ruleOptions
    } = parsed.options
    if (given !== undefined && !(Array.isArray(given) && given.every((method) => typeof method === 'string'))) {
      throw new FlagonError(
        'METHODS_INVALID',
        `the methods of '${rule}' must be a list of names, ['GET', 'POST'], not ${describe(given)}`,
      )
    }
    const methods = new Set((given ?? ['GET']).map((method) => method.toUpperCase()))
    const automatic =
      provide_automatic_options ?? (!methods.has('OPTIONS') && this.config.PROVIDE_AUTOMATIC_OPTIONS ? true : undefined)
    if (automatic && provide_automatic_options === undefined) methods.add('OPTIONS')
    for (const method of own.required_methods ?? []) methods.add(method.toUpperCase())
    const made = new this.url_rule_class(rule, { ...ruleOptions, endpoint: parsed.endpoint, methods: [...methods] })
    this.#keepView(parsed.endpoint, parsed.view, rule)
    this.url_map.add(made)
    this.#ruleFlags.set(made, { provide_automatic_options: automatic ?? false, stream })
  }

  #keepView(endpoint: string, view: AnyView | undefined, rule: string): void {
    if (view === undefined) return
    const existing = this.view_functions[endpoint]
    if (existing !== undefined && existing !== view) {
      throw new FlagonError(
        'ENDPOINT_EXISTS',
        `the endpoint '${endpoint}' of '${rule}' already has another view: rename the function, or give ` +
          "{ endpoint: '…' } to one of the two",
      )
    }
    this.view_functions[endpoint] = view
  }

  /** Whether the body of a request to the rule is left unread. */
  streams(rule: object): boolean {
    return this.#ruleFlags.get(rule)?.stream ?? false
  }

  /** Whether OPTIONS is answered for the rule without its view. */
  answers_options(rule: object): boolean {
    return this.#ruleFlags.get(rule)?.provide_automatic_options ?? false
  }

  /**
   * Registers a blueprint; its options override what the blueprint says of itself.
   *
   * @throws {@link FlagonError} `BLUEPRINT_EXISTS` when its name is taken.
   */
  register_blueprint(blueprint: Blueprint, options: RegisterOptions = {}): void {
    this.check_setup('register_blueprint')
    blueprint.register(this, options)
  }

  /** The registered blueprints, in the order of their registration. */
  iter_blueprints(): Iterable<Blueprint> {
    return Object.values(this.blueprints)
  }

  /** Runs a function once, before the first request is handled, which waits for it. */
  before_first_request<F extends BeforeFirstRequestFunction>(hook: F, context?: MethodContext): F {
    return this.#listed('before_first_request', this.before_first_request_funcs, hook, context)
  }

  /** Runs a function when an app context ends, with or without a request. */
  teardown_appcontext<F extends TeardownFunction>(hook: F, context?: MethodContext): F {
    return this.#listed('teardown_appcontext', this.teardown_appcontext_funcs, hook, context)
  }

  /**
   * Runs a function in an app context before the first connection is taken, in each process that serves; for pools and what
   * else has to be there first. It is awaited; where it fails, the app does not serve.
   *
   * @see Quart `quart.Quart.before_serving`
   */
  before_serving<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return this.#listed('before_serving', this.before_serving_funcs, hook, context)
  }

  /**
   * Runs a function in an app context after the last connection is closed; for what {@link before_serving} made.
   *
   * @see Quart `quart.Quart.after_serving`
   */
  after_serving<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return this.#listed('after_serving', this.after_serving_funcs, hook, context)
  }

  /** Runs a function in an app context when the app is told to stop, while it finishes the requests that run. */
  on_shutdown<F extends ServingFunction>(hook: F, context?: MethodContext): F {
    return this.#listed('on_shutdown', this.on_shutdown_funcs, hook, context)
  }

  /** Adds names to the interactive shell. */
  shell_context_processor<F extends ShellContextProcessor>(processor: F, context?: MethodContext): F {
    return this.#listed('shell_context_processor', this.shell_context_processors, processor, context)
  }

  #listed<F extends AnyFunction>(
    method: string,
    functions: AnyFunction[],
    hook: F,
    context: MethodContext | undefined,
  ): F {
    this.check_setup(method)
    return register(`what is given to ${method}`, hook, context, (fn) => functions.push(fn))
  }

  /** Whether an HTTP exception is handled as any other error: `TRAP_HTTP_EXCEPTIONS`, `TRAP_BAD_REQUEST_ERRORS`. */
  trap_http_exception(error: unknown): boolean {
    if (this.config.TRAP_HTTP_EXCEPTIONS) return true
    const trap = this.config.TRAP_BAD_REQUEST_ERRORS
    if (trap === null) return this.debug && error instanceof BadRequestKeyError
    return trap && error instanceof HTTPException && error.code === 400
  }

  /** The template environment, made when first used. */
  get jinja_env(): Environment {
    this.#jinjaEnv ??= this.create_jinja_environment()
    return this.#jinjaEnv
  }

  /** Makes the loader that looks in the app, then in its blueprints. */
  create_global_jinja_loader(): BaseLoader {
    return new DispatchingLoader(this)
  }

  /** Whether a template is escaped, by its name; a template made from a string is. */
  select_jinja_autoescape(filename: string | undefined | null): boolean {
    return isAutoescaped(filename)
  }

  /** Makes `jinja_env` from `jinja_options`; called once, on first use. */
  create_jinja_environment(): Environment {
    return new this.jinja_environment({
      autoescape: (name: string | null | undefined) => this.select_jinja_autoescape(name),
      loader: this.create_global_jinja_loader(),
      auto_reload: this.config.TEMPLATES_AUTO_RELOAD ?? this.debug,
      ...this.jinja_options,
    })
  }

  /** Content of a file of the instance folder: text where an encoding is given, else bytes. */
  open_instance_resource(resource: string): Buffer
  open_instance_resource(resource: string, encoding: BufferEncoding): string
  open_instance_resource(resource: string, encoding?: BufferEncoding): Buffer | string {
    return readFileSync(resolve(this.instance_path, resource), encoding ?? null)
  }

  /** A decorator that makes a function a template filter. Its name: the given one, else the function's. */
  template_filter(name?: string): TemplateFunctionDecorator {
    return (filter, context) => this.#templateFunction('filters', filter, name, context)
  }

  /** Makes a function a template filter. */
  add_template_filter(filter: TemplateFunction, name?: string): void {
    this.#templateFunction('filters', filter, name)
  }

  /** A decorator that makes a function a template test. */
  template_test(name?: string): TemplateFunctionDecorator {
    return (test, context) => this.#templateFunction('tests', test, name, context)
  }

  /** Makes a function a template test. */
  add_template_test(test: TemplateFunction, name?: string): void {
    this.#templateFunction('tests', test, name)
  }

  /** A decorator that makes a function callable in templates. */
  template_global(name?: string): TemplateFunctionDecorator {
    return (fn, context) => this.#templateFunction('globals', fn, name, context)
  }

  /** Makes a function callable in templates. */
  add_template_global(fn: TemplateFunction, name?: string): void {
    this.#templateFunction('globals', fn, name)
  }

  #templateFunction<F extends TemplateFunction>(
    kind: 'filters' | 'tests' | 'globals',
    fn: F,
    name: string | undefined,
    context?: MethodContext,
  ): F {
    this.check_setup(`template_${kind.slice(0, -1)}`)
    return register(`a template ${kind.slice(0, -1)}`, fn, context, (bound) => {
      this.jinja_env[kind][name ?? bound.name] = bound
    })
  }
}

/** A function is an object that may have any property. */
function propertiesOf(view: (AnyView & ViewProperties) | undefined): ViewProperties {
  return view ?? {}
}

function isOn(flag: string | undefined): boolean {
  return flag !== undefined && flag !== '' && !['0', 'false', 'no', 'off'].includes(flag.toLowerCase())
}
