import type { ServerResponse } from 'node:http'
import { FlagonError } from './errors.ts'
import { contextStorage, currentContext } from './globals.ts'
import { type HookPlan, planFor } from './hooks.ts'
import type { AppContextGlobals } from './keyed.ts'
import type { MapAdapter } from './routing/index.ts'
import type { Session } from './sessions/interface.ts'
import { appcontext_pushed } from './signals.ts'
import type { AfterRequestFunction, App, MaybePromise } from './types.ts'
import type { Request } from './wrappers/request.ts'

/** A message kept by `flash` and the category it was given. */
export type FlashedMessage = [category: string, message: unknown]

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
  #plan: HookPlan | undefined = undefined
  #g: AppContextGlobals | undefined = undefined
  #session: Session | undefined = undefined
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
  get session(): Session {
    if (this.#session === undefined) {
      const { app, request } = this
      if (request === undefined) throw new FlagonError('OUTSIDE_CONTEXT', 'an app context has no session')
      const opened = app.session_interface.open_session(app, request)
      if (opened instanceof Promise) {
        throw new TypeError('a session interface whose open_session is asynchronous must set prefetch = true')
      }
      this.#session = opened ?? app.session_interface.make_null_session(app)
    }
    return this.#session
  }

  /** Opens a session that has to be fetched first; undefined where there is nothing to wait for. */
  load_session(): Promise<void> | undefined {
    const { app, request } = this
    if (request === undefined || this.#session !== undefined) return undefined
    const opened = app.session_interface.open_session(app, request)
    if (opened instanceof Promise) return opened.then((session) => this.#keepSession(session))
    this.#keepSession(opened)
    return undefined
  }

  #keepSession(session: Session | null | undefined): void {
    this.#session = session ?? this.app.session_interface.make_null_session(this.app)
  }

  /** Builds and matches URLs for this context; undefined outside of a request where `SERVER_NAME` is unset. */
  get url_adapter(): MapAdapter | undefined {
    if (this.#adapter === undefined) this.#adapter = this.app.create_url_adapter(this.request) ?? null
    return this.#adapter ?? undefined
  }

  /** The hooks that run for the matched endpoint. */
  get plan(): HookPlan {
    this.#plan ??= planFor(this.app, this.request?.endpoint)
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

/**
 * The function, bound to the request that is active here, for callbacks that leave the asynchronous flow of the request
 * (listeners registered elsewhere, queues).
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 */
export function copy_current_request_context<Args extends unknown[], R>(
  work: (...args: Args) => R,
): (...args: Args) => R {
  const context = currentContext('copy_current_request_context')
  return (...args) => contextStorage.run(context, work, ...args)
}

/**
 * Gives the response of this request to a function before it is sent; the function returns it, or another one.
 * Runs before the `after_request` hooks.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` where no request is active.
 */
export function after_this_request<F extends AfterRequestFunction>(hook: F): F {
  const context = currentContext('after_this_request')
  context.after_this_request ??= []
  context.after_this_request.push(hook)
  return hook
}
