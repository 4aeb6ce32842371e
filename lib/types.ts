import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config, SecretKey } from './config.ts'
import type { Context } from './context.ts'
import type { HookPlan } from './hooks.ts'
import type { Timedelta } from './http/dates.ts'
import type { Aborter, HTTPException } from './http/exceptions.ts'
import type { Environment } from './jinja/index.ts'
import type { JSONProvider } from './json/provider.ts'
import type { AppContextGlobals } from './keyed.ts'
import type { BuildError, MapAdapter, Map as UrlMap } from './routing/index.ts'
import type { SessionInterface } from './sessions/interface.ts'
import type { Request } from './wrappers/request.ts'
import type { Response } from './wrappers/response.ts'

/** A value now, or later. */
export type MaybePromise<T> = T | Promise<T>

/**
 * What a view may return: text (HTML), bytes, a plain object or array (JSON), a `Response`, a web `Response`, a node or
 * web stream, a generator (streamed). Never `undefined`, `null` or a number: see `make_response`.
 */
export type ViewReturn = string | object

/** The arguments that a rule takes from a URL, by name. */
export type UrlArguments = Record<string, unknown>

/** A function that answers a request; it gets one object of URL arguments. */
export type View<Arguments = UrlArguments> = (args: Arguments) => MaybePromise<ViewReturn>

/** A view whose argument types no longer matter: what the registries hold. */
export type AnyView = (args: never) => unknown

type Nothing = void | undefined | null

/** Runs before the view; what it returns, if anything, is the answer, and the view is not called. */
export type BeforeRequestFunction = () => MaybePromise<ViewReturn | Nothing>
/** Runs once, before the first request is handled. */
export type BeforeFirstRequestFunction = () => MaybePromise<unknown>
/** Runs on the response before it is sent and returns it, or another one. */
export type AfterRequestFunction = (response: Response) => MaybePromise<Response>
/** Runs when a request or an app context ends; gets the error that no handler took, else undefined. */
export type TeardownFunction = (error: unknown) => MaybePromise<unknown>
/** Turns an error into an answer. `E` is the class of error it was registered for. */
export type ErrorHandler<E = never> = (error: E) => MaybePromise<ViewReturn>
/** May read and change the URL arguments before any hook runs; both are undefined when no rule matched. */
export type UrlValuePreprocessor = (
  endpoint: string | undefined,
  values: UrlArguments | undefined,
) => MaybePromise<unknown>
/** May add values to a URL that is being built. */
export type UrlDefaultFunction = (endpoint: string, values: UrlArguments) => void
/** Gives names to every template that is rendered. */
export type ContextProcessor = () => Readonly<Record<string, unknown>>
/** May answer with a URL for an endpoint that could not be built, or throw the given error on. */
export type UrlBuildErrorHandler = (error: Error, endpoint: string, values: UrlArguments) => string | undefined | null
/** Gives names to the interactive shell. */
export type ShellContextProcessor = () => Readonly<Record<string, unknown>>

/** The scope of a hook: a blueprint's full name, or null for the whole app. */
export type Scope = string | null

/** Functions by scope, in the order of their registration. */
export type Scoped<F> = Map<Scope, F[]>

/** An error class, as `errorhandler` takes it. */
export type ErrorClass<E = unknown> = abstract new (...args: never[]) => E

/** Handlers by scope, then by HTTP code (null for errors without one), then by class. */
export type ErrorHandlerSpec = Map<Scope, Map<number | null, Map<ErrorClass, ErrorHandler>>>

/** What writes records: pino, the console, or any logger with these four methods. */
export interface Logger {
  /** Writes a record for developers. */
  debug(...args: unknown[]): void
  /** Writes a record that tells what happened. */
  info(...args: unknown[]): void
  /** Writes a record of something that should be looked at. */
  warn(...args: unknown[]): void
  /** Writes a record of a failure. */
  error(...args: unknown[]): void
  /** Silences the logger when true; loggers of other make may lack it. */
  disabled?: boolean
}

/** Values and underscored options of `url_for`. */
export interface UrlForOptions {
  /** Fragment of the URL, quoted here. */
  readonly _anchor?: string | undefined
  /** Picks the rule of this method, where one endpoint has rules for several. */
  readonly _method?: string | undefined
  /** Scheme of an external URL; it makes the URL external. */
  readonly _scheme?: string | undefined
  /** True for a URL with scheme and host; default false within a request and true outside of one. */
  readonly _external?: boolean | undefined
  /** Values of the rule; what the rule does not take goes to the query string. */
  readonly [value: string]: unknown
}

/**
 * The app as the layers below it see it. `Flagon` implements it; whatever is here may be overridden in a subclass, and
 * the life of a request calls the override.
 */
export interface App {
  readonly name: string
  readonly import_name: string
  /** The folder that relative folders and files start from. */
  readonly root_path: string
  readonly debug: boolean
  readonly testing: boolean
  readonly config: Config
  readonly logger: Logger
  readonly json: JSONProvider
  readonly jinja_env: Environment
  readonly url_map: UrlMap
  readonly subdomain_matching: boolean
  readonly session_interface: SessionInterface
  readonly secret_key: SecretKey | null
  readonly permanent_session_lifetime: Timedelta
  readonly request_class: typeof Request
  readonly app_ctx_globals_class: typeof AppContextGlobals
  /** True once the first request came: the set-up is over. */
  readonly got_first_request: boolean
  /** Hooks by blueprint, flattened; filled while requests come. */
  readonly hook_plans: Map<string, HookPlan>
  readonly response_class: typeof Response
  readonly view_functions: Readonly<Record<string, AnyView>>
  readonly template_context_processors: Scoped<ContextProcessor>
  readonly before_request_funcs: Scoped<BeforeRequestFunction>
  readonly after_request_funcs: Scoped<AfterRequestFunction>
  readonly teardown_request_funcs: Scoped<TeardownFunction>
  readonly teardown_appcontext_funcs: TeardownFunction[]
  readonly before_first_request_funcs: BeforeFirstRequestFunction[]
  readonly url_value_preprocessors: Scoped<UrlValuePreprocessor>
  readonly url_default_functions: Scoped<UrlDefaultFunction>
  readonly url_build_error_handlers: UrlBuildErrorHandler[]
  readonly error_handler_spec: ErrorHandlerSpec
  url_for(endpoint: string, options?: UrlForOptions): string
  make_response(result: unknown, status?: unknown, headers?: unknown): Response
  redirect(location: string, code?: number): Response
  update_template_context(context: Record<string, unknown>): void
  create_url_adapter(request: Request | undefined): MapAdapter | undefined
  /** Endpoint of the request handled here; undefined outside of a request. */
  readonly current_endpoint: string | undefined
  readonly aborter: Aborter
  handle_url_build_error(error: BuildError, endpoint: string, values: UrlArguments): string
  match_request(request: Request): void
  /** What has to be waited for before the first request is handled. */
  start(): Promise<void> | undefined
  /** Whether the body of a request to the rule is left unread. */
  streams(rule: object): boolean
  /** Whether OPTIONS is answered for the rule without its view. */
  answers_options(rule: object): boolean
  raise_routing_exception(request: Request): never
  preprocess_request(context: Context): MaybePromise<ViewReturn | undefined>
  dispatch_request(context: Context): MaybePromise<ViewReturn>
  full_dispatch_request(context: Context): MaybePromise<Response>
  finalize_request(result: unknown, from_error_handler: boolean, context: Context): MaybePromise<Response>
  process_response(response: Response, context: Context): MaybePromise<Response>
  handle_exception(error: unknown, context: Context): MaybePromise<Response>
  handle_user_exception(error: unknown, context: Context): MaybePromise<unknown>
  handle_http_exception(error: HTTPException, context: Context): MaybePromise<unknown>
  do_teardown_request(error: unknown, context: Context): Promise<void> | undefined
  do_teardown_appcontext(error: unknown, context: Context): Promise<void> | undefined
  make_default_options_response(): Response
  trap_http_exception(error: unknown): boolean
  log_exception(error: unknown): void
  get_send_file_max_age(filename: string | undefined): number | undefined
  /** The `(req, res)` listener; may be wrapped and assigned back. */
  handler(req: IncomingMessage, res: ServerResponse): unknown
}
