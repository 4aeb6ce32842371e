import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config, SecretKey } from './config.ts'
import { FlagonError } from './errors.ts'
import { type HookOwner, type HookPlan, planFor } from './hooks.ts'
import type { Timedelta } from './http/dates.ts'
import type { Aborter, HTTPException } from './http/exceptions.ts'
import type { Environment } from './jinja/index.ts'
import type { JSONProvider } from './json/provider.ts'
import type { AppContextGlobals } from './keyed.ts'
import type { BuildError, MapAdapter, Map as UrlMap } from './routing/index.ts'
import type { SessionInterface, SessionMixin } from './sessions/interface.ts'
import { appcontext_pushed, session_opened } from './signals.ts'
import type {
  AfterRequestFunction,
  AnyView,
  BeforeFirstRequestFunction,
  ContextProcessor,
  ErrorHandlerSpec,
  Logger,
  MaybePromise,
  Scoped,
  TeardownFunction,
  UrlArguments,
  UrlBuildErrorHandler,
  UrlDefaultFunction,
  UrlForOptions,
  ViewReturn,
} from './types.ts'
import type { Request } from './wrappers/request.ts'
import type { Response } from './wrappers/response.ts'

/** A message kept by `flash` and the category it was given. */
export type FlashedMessage = [category: string, message: unknown]

/**
 * The app as the layers below it see it. `Flagon` implements it; whatever is here may be overridden in a subclass, and
 * the life of a request calls the override.
 */
export interface App extends HookOwner {
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
  readonly response_class: typeof Response
  readonly view_functions: Readonly<Record<string, AnyView>>
  readonly template_context_processors: Scoped<ContextProcessor>
  readonly teardown_appcontext_funcs: TeardownFunction[]
  readonly before_first_request_funcs: BeforeFirstRequestFunction[]
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
  inject_url_defaults(endpoint: string, values: UrlArguments): void
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
  handler(req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): unknown
}

/**
 * What one request (or one piece of work outside of a request) has to itself: the app, the request, `g`, the session.
 * It is the first argument through the life of a request; user code reaches its parts through the globals.
 *
 * @see docs/guide/context.md
 */
export class Context {
  /** The app that the context belongs to. */
  readonly app: App
  /** The request; undefined in an app context. */
  readonly request: Request | undefined
  /** The response of node that the answer is written to; undefined where there is no client. */
  readonly res: ServerResponse | undefined
  /** Hooks given by `after_this_request`; undefined until the first. */
  after_this_request: AfterRequestFunction[] | undefined = undefined
  /** Messages already taken out of the session by this request; undefined until asked for. */
  flashes: FlashedMessage[] | undefined = undefined
  /** The error that no handler took, for the teardown functions. */
  error: unknown = undefined
  /** Takes an error that the app propagates, where Express or its like carries the app; undefined elsewhere. */
  next: ((error: unknown) => void) | undefined = undefined
  #plan: HookPlan | undefined = undefined
  #g: AppContextGlobals | undefined = undefined
  #session: SessionMixin | undefined = undefined
  #adapter: MapAdapter | null | undefined = undefined
  #previous: Context | undefined = undefined

  constructor(app: App, request: Request | undefined, res: ServerResponse | undefined) {
    this.app = app
    this.request = request
    this.res = res
  }

  /** The `g` object of this context. */
  get g(): AppContextGlobals {
    this.#g ??= new this.app.app_ctx_globals_class()
    return this.#g
  }

  /** Whether the session was opened: a request that never touches it need not pay for it. */
  get session_opened(): boolean {
    return this.#session !== undefined
  }

  /**
   * The session, opened when first asked for.
   *
   * @throws {@link FlagonError} `OUTSIDE_CONTEXT` in an app context.
   */
  get session(): SessionMixin {
    if (this.#session === undefined) {
      const { app, request } = this
      if (request === undefined) throw outsideRequest('session')
      const opened = app.session_interface.open_session(app, request)
      if (opened instanceof Promise) {
        throw new TypeError('a session interface whose open_session is asynchronous must set prefetch = true')
      }
      return this.#keepSession(opened)
    }
    return this.#session
  }

  /** Opens a session that has to be fetched first; undefined where there is nothing to wait for. */
  load_session(): Promise<void> | undefined {
    const { app, request } = this
    if (request === undefined || this.#session !== undefined) return undefined
    const opened = app.session_interface.open_session(app, request)
    if (opened instanceof Promise) return opened.then((session) => void this.#keepSession(session))
    this.#keepSession(opened)
    return undefined
  }

  #keepSession(opened: SessionMixin | null | undefined): SessionMixin {
    const session = opened ?? this.app.session_interface.make_null_session(this.app)
    this.#session = session
    if (session_opened.has_receivers) session_opened.send(this.app, { session }, this)
    return session
  }

  /** Builds and matches URLs for this context; undefined outside of a request where `SERVER_NAME` is unset. */
  get url_adapter(): MapAdapter | undefined {
    if (this.#adapter === undefined) this.#adapter = this.app.create_url_adapter(this.request) ?? null
    return this.#adapter ?? undefined
  }

  /** The hooks that run for the matched endpoint. */
  get plan(): HookPlan {
    this.#plan ??= planFor(this.app, this.request?.endpoint, activeContext)
    return this.#plan
  }

  /**
   * The value of `work()`, run with this context as the current one; the context is torn down afterwards, once the
   * promise settled where `work` is asynchronous.
   */
  run<T>(work: () => T): T {
    return contextStorage.run(this, () => {
      appcontext_pushed.has_receivers && appcontext_pushed.send(this.app)
      let result: T
      try {
        result = work()
      } catch (error) {
        throwAfter(this.tear_down(error), error)
      }
      if (result instanceof Promise) return result.then(...this.#settle()) as T
      const pending = this.tear_down(undefined)
      return pending === undefined ? result : (pending.then(() => result) as T)
    })
  }

  #settle(): [(value: unknown) => Promise<unknown>, (error: unknown) => Promise<never>] {
    return [
      async (value) => {
        await this.tear_down(undefined)
        return value
      },
      async (error) => {
        await this.tear_down(error)
        throw error
      },
    ]
  }

  /** This context, made the current one until {@link pop}; for shells and test set-up, where `run` does not fit. */
  push(): this {
    this.#previous = contextStorage.getStore()
    contextStorage.enterWith(this)
    if (appcontext_pushed.has_receivers) appcontext_pushed.send(this.app)
    return this
  }

  /** Ends what {@link push} began: runs the teardown functions and makes the earlier context the current one again. */
  pop(error?: unknown): MaybePromise<void> {
    if (contextStorage.getStore() !== this) {
      throw new FlagonError('OUTSIDE_CONTEXT', 'pop() was called on a context that is not the current one')
    }
    const pending = this.tear_down(error)
    contextStorage.enterWith(this.#previous)
    return pending
  }

  /** Runs the teardown functions, of the request (if there is one) and of the app; a promise where one of them gives one. */
  tear_down(error: unknown): Promise<void> | undefined {
    const { app, request } = this
    const first = request === undefined ? undefined : app.do_teardown_request(error, this)
    if (first !== undefined) return first.then(() => app.do_teardown_appcontext(error, this))
    return app.do_teardown_appcontext(error, this)
  }
}

function throwAfter(pending: Promise<void> | undefined, error: unknown): never {
  // The caller is synchronous and gets the error at once; what an asynchronous teardown meets was logged by then.
  pending?.catch(() => undefined)
  throw error
}

const STORAGE_KEY = Symbol.for('flagon.context')

/** Where the global object keeps the storage, so that two copies of the package share one. */
const shared = globalThis as { [STORAGE_KEY]?: AsyncLocalStorage<Context | undefined> }
shared[STORAGE_KEY] ??= new AsyncLocalStorage<Context | undefined>()

/** The storage that binds the globals to the running request; shared by all copies of the package in a process. */
export const contextStorage: AsyncLocalStorage<Context | undefined> = shared[STORAGE_KEY]

function activeContext(): Context | undefined {
  return contextStorage.getStore()
}

/**
 * The context that is active here.
 *
 * @param wanted - what the caller needs it for, for the message.
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where none is active.
 */
export function currentContext(wanted: string): Context {
  const context = contextStorage.getStore()
  if (context !== undefined) return context
  throw new FlagonError(
    'OUTSIDE_CONTEXT',
    `${wanted} was used outside of an app context: use it in a view or hook, or inside ` +
      'app.app_context().run(() => …) or app.test_request_context().run(() => …)',
  )
}

/**
 * The context that is active here, which serves a request.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 */
export function currentRequestContext(wanted: string): Context {
  const context = contextStorage.getStore()
  if (context?.request !== undefined) return context
  throw outsideRequest(wanted)
}

function outsideRequest(wanted: string): FlagonError {
  return new FlagonError(
    'OUTSIDE_CONTEXT',
    `${wanted} was used outside of a request: use it in a view or hook, or, in a test, inside ` +
      'app.test_request_context(path).run(() => …)',
  )
}

/** Whether an app context is active: `g` and `current_app` can be used. */
export function has_app_context(): boolean {
  return contextStorage.getStore() !== undefined
}

/** Whether a request is active: `request` and `session` can be used. */
export function has_request_context(): boolean {
  return contextStorage.getStore()?.request !== undefined
}

/**
 * The function, bound to the request that is active here, for callbacks that leave the asynchronous flow of the request
 * (listeners registered elsewhere, queues).
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 */
export function copy_current_request_context<Args extends unknown[], R>(
  work: (...args: Args) => R,
): (...args: Args) => R {
  const context = currentRequestContext('copy_current_request_context')
  return (...args) => contextStorage.run(context, work, ...args)
}

/**
 * Gives the response of this request to a function before it is sent; the function returns it, or another one.
 * Runs before the `after_request` hooks.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 */
export function after_this_request<F extends AfterRequestFunction>(hook: F): F {
  const context = currentRequestContext('after_this_request')
  context.after_this_request ??= []
  context.after_this_request.push(hook)
  return hook
}
