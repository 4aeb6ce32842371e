import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { currentContext } from './context.ts'
import { type AnyFunction, type ClassContext, describe, type MethodContext, register } from './decorators.ts'
import { keepErrorHandler } from './error-handlers.ts'
import { FlagonError } from './errors.ts'
import { defaultMaxAge, send_from_directory } from './files.ts'
import type { HTTPException } from './http/exceptions.ts'
import { parse_import_name } from './import-path.ts'
import { type BaseLoader, FileSystemLoader } from './jinja/index.ts'
import type { RedirectTarget, RouteArguments } from './routing/index.ts'
import type {
  AfterRequestFunction,
  AnyView,
  BeforeRequestFunction,
  ContextProcessor,
  ErrorClass,
  ErrorHandler,
  ErrorHandlerSpec,
  Scoped,
  TeardownFunction,
  UrlArguments,
  UrlDefaultFunction,
  UrlValuePreprocessor,
  View,
} from './types.ts'
import type { View as ViewBase } from './views.ts'
import type { Response } from './wrappers/response.ts'

/** Options of a route. */
export interface RouteOptions {
  /** Name of the endpoint. Default: the name of the view function, else the rule itself (`_` for the dots in it). */
  readonly endpoint?: string | undefined
  /** HTTP methods that are answered. Default: those of the view (`view.methods`), else GET. HEAD comes with GET, OPTIONS is automatic. */
  readonly methods?: readonly string[] | undefined
  /** Values of arguments that the rule does not take from the URL. */
  readonly defaults?: UrlArguments | undefined
  /** Subdomain of the rule; may have arguments. Default: the default subdomain. */
  readonly subdomain?: string | undefined
  /** Host of the rule, where the app matches hosts; may have arguments. */
  readonly host?: string | undefined
  /** Whether `/a` is redirected to the rule `/a/`, and `/a/` not found for the rule `/a`. Default true. */
  readonly strict_slashes?: boolean | undefined
  /** Whether `//` in a path is redirected to `/`. Default true. */
  readonly merge_slashes?: boolean | undefined
  /** Where requests are redirected to, as a rule or a function of the URL arguments. */
  readonly redirect_to?: RedirectTarget | undefined
  /** Whether the rule is another spelling: it redirects to the endpoint's main rule. Default false. */
  readonly alias?: boolean | undefined
  /** Whether the rule only builds URLs and matches none. Default false. */
  readonly build_only?: boolean | undefined
  /** Whether OPTIONS is answered without the view. Default: `PROVIDE_AUTOMATIC_OPTIONS`. */
  readonly provide_automatic_options?: boolean | undefined
  /** Leaves the body unread, for `request.stream`. Default false. */
  readonly stream?: boolean | undefined
}

/** Options of `add_url_rule` where the view is named among them, as in Python. */
export interface UrlRuleOptions extends RouteOptions {
  /** The view; may be given later by `endpoint`. */
  readonly view_func?: AnyView | undefined
}

/** Options of a route whose methods are given by the shorthand. */
export type ShorthandOptions = Omit<RouteOptions, 'methods'>

/**
 * What `route` gives: called on a function it registers it and gives it back; as a standard decorator it takes static
 * methods, methods (bound when the object is made) and `View` classes.
 */
export interface RouteDecorator<Arguments> {
  /** The view itself, registered for the rule. */
  <V extends View<Arguments>>(view: V, context?: MethodContext): V
  /** The class itself; its `as_view` is registered for the rule. */
  <C extends typeof ViewBase>(view: C, context?: ClassContext): C
}

/** What `errorhandler` gives: it registers a handler and gives it back; works on methods as a standard decorator too. */
export type ErrorHandlerDecorator<E> = <H extends ErrorHandler<E>>(handler: H, context?: MethodContext) => H

/** What is given to {@link Scaffold}. */
export interface ScaffoldOptions {
  /** Folder of files served under `static_url_path`, relative to the root path; null for none. */
  readonly static_folder?: string | null | undefined
  /** URL of the static folder. Default: `/` and the folder's name. */
  readonly static_url_path?: string | null | undefined
  /** Folder of templates, relative to the root path; null for none. */
  readonly template_folder?: string | null | undefined
  /** The folder that others are relative to. Default: where the module named by the import name lives. */
  readonly root_path?: string | undefined
}

/** Functions kept for one scope, or for all: an empty list is made on first use. */
export function listOf<F>(functions: Scoped<F>, scope: string | null): F[] {
  let list = functions.get(scope)
  if (list === undefined) {
    list = []
    functions.set(scope, list)
  }
  return list
}

/**
 * What an app and a blueprint share: routes, hooks, error handlers, and folders of templates and static files.
 *
 * @see Flask `flask.sansio.scaffold.Scaffold`
 */
export abstract class Scaffold {
  /** What was given as import name: `import.meta.url` of the module, or a name. */
  readonly import_name: string
  /** The folder that relative folders and files start from. */
  readonly root_path: string
  /** Folder of templates as it was given; null for none. */
  readonly template_folder: string | null
  /** Views by endpoint. */
  readonly view_functions: Record<string, AnyView> = Object.create(null)
  /** Error handlers by scope, code and class. */
  readonly error_handler_spec: ErrorHandlerSpec = new Map()
  /** Hooks before the view, by scope. */
  readonly before_request_funcs: Scoped<BeforeRequestFunction> = new Map()
  /** Hooks after the view, by scope. */
  readonly after_request_funcs: Scoped<AfterRequestFunction> = new Map()
  /** Hooks at the end of a request, by scope. */
  readonly teardown_request_funcs: Scoped<TeardownFunction> = new Map()
  /** Functions that give names to templates, by scope. */
  readonly template_context_processors: Scoped<ContextProcessor> = new Map()
  /** Functions that see URL arguments first, by scope. */
  readonly url_value_preprocessors: Scoped<UrlValuePreprocessor> = new Map()
  /** Functions that add values to URLs, by scope. */
  readonly url_default_functions: Scoped<UrlDefaultFunction> = new Map()
  #static_folder: string | null
  #static_url_path: string | null
  #jinja_loader: BaseLoader | undefined

  constructor(import_name: string, options: ScaffoldOptions = {}) {
    this.import_name = import_name
    this.root_path = options.root_path ?? parse_import_name(import_name).root
    this.template_folder = options.template_folder ?? null
    this.#static_folder = options.static_folder ?? null
    this.#static_url_path = options.static_url_path ?? null
    // As a decorator (`@app.before_request`) a method is called without its object.
    this.before_request = this.before_request.bind(this)
    this.after_request = this.after_request.bind(this)
    this.teardown_request = this.teardown_request.bind(this)
    this.context_processor = this.context_processor.bind(this)
    this.url_value_preprocessor = this.url_value_preprocessor.bind(this)
    this.url_defaults = this.url_defaults.bind(this)
  }

  /** Throws `SETUP_FINISHED` or `BLUEPRINT_REGISTERED` when it is too late to call the named method. */
  abstract check_setup(method: string): void

  /**
   * Connects a rule with a view.
   *
   * @param endpoint - its name; default: that of the view.
   * @throws {@link FlagonError} when the rule, the endpoint or the view is not valid, or it is too late.
   */
  abstract add_url_rule(
    rule: string,
    endpoint?: string | UrlRuleOptions | undefined,
    view_func?: AnyView | UrlRuleOptions | undefined,
    options?: RouteOptions,
  ): void

  /** Loads templates from the template folder; undefined where there is none. May be replaced by another loader. */
  get jinja_loader(): BaseLoader | undefined {
    if (this.#jinja_loader === undefined && this.template_folder !== null) {
      this.#jinja_loader = new FileSystemLoader(resolve(this.root_path, this.template_folder))
    }
    return this.#jinja_loader
  }

  set jinja_loader(loader: BaseLoader | undefined) {
    this.#jinja_loader = loader
  }

  /** Absolute path of the static folder; undefined where there is none. */
  get static_folder(): string | undefined {
    return this.#static_folder === null ? undefined : resolve(this.root_path, this.#static_folder)
  }

  set static_folder(folder: string | null) {
    this.#static_folder = folder?.replace(/[/\\]+$/, '') ?? null
  }

  /** Whether there is a static folder. */
  get has_static_folder(): boolean {
    return this.#static_folder !== null
  }

  /** URL of the static folder; undefined where there is none. */
  get static_url_path(): string | undefined {
    if (this.#static_url_path !== null) return this.#static_url_path.replace(/\/+$/, '')
    const name = this.#static_folder?.split(/[/\\]/).findLast((part) => part !== '')
    return name === undefined ? undefined : `/${name}`
  }

  set static_url_path(url: string | null) {
    this.#static_url_path = url
  }

  /**
   * Registers a view for a rule: `app.route('/user/<name>')(function user({ name }) { … })`, or as a standard decorator
   * of a static method, a method or a `View` class. The types of the arguments follow from the rule.
   *
   * @see docs/guide/routing.md
   */
  route<R extends string>(rule: R, options: RouteOptions = {}): RouteDecorator<RouteArguments<R>> {
    this.check_setup('route')
    return this.#routeDecorator(rule, options)
  }

  /** A route for GET (and HEAD): `app.get('/x', view)`, `app.get('/x', options, view)`, or `app.get('/x')(view)`. */
  get<R extends string>(rule: R, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  get<R extends string>(rule: R, options: ShorthandOptions, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  get<R extends string>(rule: R, options?: ShorthandOptions): RouteDecorator<RouteArguments<R>>
  get(rule: string, ...rest: unknown[]): unknown {
    return this.#shorthand('GET', rule, rest)
  }

  /** A route for POST; takes what {@link get} takes. */
  post<R extends string>(rule: R, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  post<R extends string>(rule: R, options: ShorthandOptions, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  post<R extends string>(rule: R, options?: ShorthandOptions): RouteDecorator<RouteArguments<R>>
  post(rule: string, ...rest: unknown[]): unknown {
    return this.#shorthand('POST', rule, rest)
  }

  /** A route for PUT; takes what {@link get} takes. */
  put<R extends string>(rule: R, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  put<R extends string>(rule: R, options: ShorthandOptions, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  put<R extends string>(rule: R, options?: ShorthandOptions): RouteDecorator<RouteArguments<R>>
  put(rule: string, ...rest: unknown[]): unknown {
    return this.#shorthand('PUT', rule, rest)
  }

  /** A route for DELETE; takes what {@link get} takes. */
  delete<R extends string>(rule: R, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  delete<R extends string>(rule: R, options: ShorthandOptions, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  delete<R extends string>(rule: R, options?: ShorthandOptions): RouteDecorator<RouteArguments<R>>
  delete(rule: string, ...rest: unknown[]): unknown {
    return this.#shorthand('DELETE', rule, rest)
  }

  /** A route for PATCH; takes what {@link get} takes. */
  patch<R extends string>(rule: R, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  patch<R extends string>(rule: R, options: ShorthandOptions, view: View<RouteArguments<R>>): View<RouteArguments<R>>
  patch<R extends string>(rule: R, options?: ShorthandOptions): RouteDecorator<RouteArguments<R>>
  patch(rule: string, ...rest: unknown[]): unknown {
    return this.#shorthand('PATCH', rule, rest)
  }

  #shorthand(method: string, rule: string, [first, second]: readonly unknown[]): unknown {
    this.check_setup(method.toLowerCase())
    const options: RouteOptions = typeof first === 'object' && first !== null ? first : {}
    if ('methods' in options) {
      throw new FlagonError(
        'METHODS_INVALID',
        `${method.toLowerCase()}() sets the methods of '${rule}' itself: use route() to give 'methods'`,
      )
    }
    const view = typeof first === 'function' ? first : second
    const decorate = this.#routeDecorator(rule, { ...options, methods: [method] })
    return view === undefined ? decorate : decorate(view as View<never>)
  }

  #routeDecorator(rule: string, options: RouteOptions): RouteDecorator<never> {
    const decorate = (value: AnyFunction, context?: MethodContext | ClassContext): unknown => {
      const { endpoint, ...rest } = options
      if (context?.kind === 'class' || isViewClass(value)) {
        const viewClass = value as unknown as typeof ViewBase
        this.add_url_rule(rule, endpoint, viewClass.as_view(endpoint ?? lowerFirst(viewClass.name)), rest)
        return value
      }
      return register(`the view of '${rule}'`, value, context, (view) => this.add_url_rule(rule, endpoint, view, rest))
    }
    return decorate as RouteDecorator<never>
  }

  /** A decorator that makes a function the view of an endpoint whose rules were added without one. */
  endpoint(endpoint: string): <V extends AnyView>(view: V, context?: MethodContext) => V {
    this.check_setup('endpoint')
    return (view, context) =>
      register(`the view of endpoint '${endpoint}'`, view, context, (fn) => {
        this.view_functions[endpoint] = fn
      })
  }

  /**
   * Runs a function before each request of this app or blueprint. What it returns, if anything, is the answer.
   *
   * @see docs/guide/hooks.md
   */
  before_request<F extends BeforeRequestFunction>(hook: F, context?: MethodContext): F {
    return this.#hook('before_request', this.before_request_funcs, hook, context)
  }

  /** Runs a function on each response of this app or blueprint; it returns that response, or another. */
  after_request<F extends AfterRequestFunction>(hook: F, context?: MethodContext): F {
    return this.#hook('after_request', this.after_request_funcs, hook, context)
  }

  /** Runs a function when a request of this app or blueprint ends, with the error that no handler took. */
  teardown_request<F extends TeardownFunction>(hook: F, context?: MethodContext): F {
    return this.#hook('teardown_request', this.teardown_request_funcs, hook, context)
  }

  /** Adds names to the templates that are rendered for this app or blueprint. */
  context_processor<F extends ContextProcessor>(processor: F, context?: MethodContext): F {
    return this.#hook('context_processor', this.template_context_processors, processor, context)
  }

  /** Lets a function see and change the URL arguments before any hook runs. */
  url_value_preprocessor<F extends UrlValuePreprocessor>(processor: F, context?: MethodContext): F {
    return this.#hook('url_value_preprocessor', this.url_value_preprocessors, processor, context)
  }

  /** Lets a function add values to each URL that is built for an endpoint of this app or blueprint. */
  url_defaults<F extends UrlDefaultFunction>(defaults: F, context?: MethodContext): F {
    return this.#hook('url_defaults', this.url_default_functions, defaults, context)
  }

  #hook<F extends AnyFunction>(
    method: string,
    functions: Scoped<AnyFunction>,
    hook: F,
    context: MethodContext | undefined,
  ): F {
    this.check_setup(method)
    return register(`what is given to ${method}`, hook, context, (fn) => listOf(functions, null).push(fn))
  }

  /** A decorator that makes a function the handler of an HTTP status code or of a class of errors. */
  errorhandler(code: number): ErrorHandlerDecorator<HTTPException>
  errorhandler<E>(errorClass: ErrorClass<E>): ErrorHandlerDecorator<E>
  errorhandler(code_or_class: unknown): unknown {
    this.check_setup('errorhandler')
    return (handler: ErrorHandler, context?: MethodContext) =>
      register('an error handler', handler, context, (fn) => this.addErrorHandler(code_or_class, fn))
  }

  /** Makes a function the handler of an HTTP status code or of a class of errors. */
  register_error_handler<E = HTTPException>(code_or_class: number | ErrorClass<E>, handler: ErrorHandler<E>): void {
    this.check_setup('register_error_handler')
    register('an error handler', handler, undefined, (fn) => this.addErrorHandler(code_or_class, fn))
  }

  /** Keeps a handler that was checked. */
  protected addErrorHandler(code_or_class: unknown, handler: ErrorHandler): void {
    keepErrorHandler(this.error_handler_spec, code_or_class, handler)
  }

  /** Seconds that browsers may keep a static file; undefined: they ask each time. */
  get_send_file_max_age(_filename: string | undefined): number | undefined {
    return defaultMaxAge(currentContext('get_send_file_max_age').app.config.SEND_FILE_MAX_AGE_DEFAULT)
  }

  /** A response with a file of the static folder: the view of the endpoint `static`. */
  send_static_file(filename: string): Response {
    if (this.static_folder === undefined)
      throw new FlagonError('CONFIG_VALUE', 'there is no folder to send from: set static_folder')
    return send_from_directory(this.static_folder, filename, { max_age: this.get_send_file_max_age(filename) })
  }

  /** Content of a file of the app or blueprint: text where an encoding is given, else bytes. */
  open_resource(resource: string): Buffer
  open_resource(resource: string, encoding: BufferEncoding): string
  open_resource(resource: string, encoding?: BufferEncoding): Buffer | string {
    return readFileSync(resolve(this.root_path, resource), encoding ?? null)
  }
}

function isViewClass(value: unknown): value is typeof ViewBase {
  return typeof value === 'function' && 'as_view' in value && typeof value.as_view === 'function'
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** What `add_url_rule` was given, whichever way. */
export interface UrlRule {
  readonly endpoint: string
  readonly view: AnyView | undefined
  readonly options: RouteOptions
}

/**
 * Sorts the arguments of `add_url_rule` out: endpoint, view and options may each come in the options object.
 *
 * @throws {@link FlagonError} `VIEW_INVALID` when there is neither view nor endpoint, or the view is no function;
 *   `ENDPOINT_INVALID` when the endpoint is empty.
 */
export function parseUrlRule(
  rule: string,
  endpoint: string | UrlRuleOptions | undefined,
  view_func: AnyView | UrlRuleOptions | undefined,
  options: RouteOptions | undefined,
): UrlRule {
  const given: UrlRuleOptions = Object.assign({}, ...[endpoint, view_func, options].filter(isObject))
  const { view_func: named, endpoint: namedEndpoint, ...rest } = given
  const view = typeof view_func === 'function' ? view_func : named
  const explicit = typeof endpoint === 'string' ? endpoint : namedEndpoint
  if (view === undefined ? explicit === undefined : typeof view !== 'function') {
    throw new FlagonError(
      'VIEW_INVALID',
      `the view of '${rule}' must be a function, not ${describe(view)}: write add_url_rule(rule, endpoint, view)`,
    )
  }
  const name = explicit ?? (view?.name || nameOfRule(rule))
  if (name === '') throw new FlagonError('ENDPOINT_INVALID', `the endpoint of '${rule}' is empty: give it a name`)
  return { endpoint: name, view, options: rest }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object'
}

/** The endpoint of a nameless view: its rule, neither empty nor with dots, for what is before a dot names a blueprint. */
function nameOfRule(rule: string): string {
  return rule === '' ? '_' : rule.replaceAll('.', '_')
}
