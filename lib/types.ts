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

/**
 * A function that answers a request; it gets one object of URL arguments. A view may declare more arguments than its
 * rule shows, since prefixes and defaults give some too: a method's parameters are compared both ways.
 */
export type View<Arguments = UrlArguments> = { view(args: Arguments): MaybePromise<ViewReturn> }['view']

/** A view whose argument types no longer matter: what the registries hold. */
export type AnyView = (args: never) => unknown

/** What a view may say of itself by properties of the function; what its route says goes before. */
export interface ViewProperties {
  /** Methods that are answered. */
  readonly methods?: readonly string[] | undefined
  /** Methods that are answered besides, whatever else is said; for decorators that handle some themselves. */
  readonly required_methods?: readonly string[] | undefined
  /** Whether OPTIONS is answered without the view. */
  readonly provide_automatic_options?: boolean | undefined
}

/** What a hook returns that has nothing to say. */
type Nothing = void | undefined | null

/** Runs before the view; what it returns, if anything, is the answer, and the view is not called. */
export type BeforeRequestFunction = () => MaybePromise<ViewReturn | Nothing>
/** Runs once, before the first request is handled. */
export type BeforeFirstRequestFunction = () => MaybePromise<unknown>
/** Runs when an app begins to serve, is told to stop, or has stopped. */
export type ServingFunction = () => MaybePromise<unknown>
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

/** What writes records: a logger of pino, the console, or any object with these four methods. Flagon calls them `({ err }, 'text')`. */
export interface Logger {
  /** Writes a record for developers. */
  debug(...args: unknown[]): void
  /** Writes a record that tells what happened. */
  info(...args: unknown[]): void
  /** Writes a record of something that should be looked at. */
  warn(...args: unknown[]): void
  /** Writes a record of a failure. */
  error(...args: unknown[]): void
  /** Silences the logger when true; loggers of other make may lack it, or have something else there. */
  disabled?: unknown
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
