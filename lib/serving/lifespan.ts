import type { Server as HttpServer } from 'node:http'
import type { ConfigValues } from '../config.ts'
import { FlagonError } from '../errors.ts'
import type { Logger, ServingFunction } from '../types.ts'
import { type RequestHandler, type ServeOptions, type ServerLimits, serve } from './server.ts'
import { atShutdown } from './shutdown.ts'
import { stopWhenTold } from './stop.ts'

/** An app, as what serves it sees it. */
export interface ServedApp {
  readonly name: string
  readonly testing: boolean
  readonly config: Pick<
    ConfigValues,
    | 'SERVER_HEADERS_TIMEOUT'
    | 'SERVER_REQUEST_TIMEOUT'
    | 'SERVER_KEEP_ALIVE_TIMEOUT'
    | 'SERVER_MAX_HEADER_SIZE'
    | 'SERVER_SHUTDOWN_TIMEOUT'
  >
  readonly logger: Logger
  readonly before_serving_funcs: readonly ServingFunction[]
  readonly after_serving_funcs: readonly ServingFunction[]
  readonly on_shutdown_funcs: readonly ServingFunction[]
  app_context(): { run<T>(work: () => T): T }
  startup(): Promise<void>
  shutdown(): Promise<void>
}

/** Where and how an app is served. */
export interface ServeAppOptions extends ServeOptions {
  /**
   * Whether SIGTERM and SIGINT close the server gracefully and end the process. Default: true, but false while `TESTING`. A
   * program that has signal handlers of its own turns it off and calls `close_gracefully`.
   */
  readonly signals?: boolean | undefined
}

/** How many servers carry an app: the first starts it, the last shuts it down. */
const servers = new WeakMap<ServedApp, number>()

/**
 * Serves an app between its `startup` and its `shutdown`.
 *
 * @param listener - answers the requests; the handler of the app, and what is around it.
 */
export async function serveApp(
  app: ServedApp,
  listener: RequestHandler,
  options: ServeAppOptions,
): Promise<HttpServer> {
  const limits = limitsOf(app.config, options.limits)
  const count = servers.get(app) ?? 0
  servers.set(app, count + 1)
  try {
    if (count === 0) await app.startup()
  } catch (error) {
    release(app)
    throw error
  }
  let server: HttpServer
  try {
    server = await serve(listener, { ...options, limits })
  } catch (error) {
    if (release(app)) await app.shutdown()
    throw error
  }
  atShutdown(server, {
    begin: () => runAll(app, app.on_shutdown_funcs, 'on_shutdown'),
    end: async (cutOff) => {
      if (cutOff > 0) {
        app.logger.warn(`${cutOff} connections were cut off: their requests ran longer than SERVER_SHUTDOWN_TIMEOUT`)
      }
      if (release(app)) await app.shutdown()
    },
  })
  if (options.signals ?? !app.testing) stopWhenTold(server, limits.shutdown_timeout)
  return server
}

/** True where no server carries the app any more. */
function release(app: ServedApp): boolean {
  const count = (servers.get(app) ?? 1) - 1
  servers.set(app, count)
  return count === 0
}

/**
 * Runs the `before_serving` functions, one after the other.
 *
 * @throws {@link FlagonError} `STARTUP_FAILED` when one of them fails, with its error as the cause.
 */
export async function startUp(app: ServedApp): Promise<void> {
  if (app.before_serving_funcs.length === 0) return
  await app.app_context().run(async () => {
    for (const hook of app.before_serving_funcs) {
      try {
        await hook()
      } catch (cause) {
        const which = hook.name === '' ? 'A before_serving function' : `The before_serving function ${hook.name}`
        throw new FlagonError('STARTUP_FAILED', `${which} of the app '${app.name}' failed: ${messageOf(cause)}`, {
          cause,
        })
      }
    }
  })
}

/** Runs the `after_serving` functions, one after the other; what they throw is logged. */
export function shutDown(app: ServedApp): Promise<void> {
  return runAll(app, app.after_serving_funcs, 'after_serving')
}

async function runAll(app: ServedApp, hooks: readonly ServingFunction[], kind: string): Promise<void> {
  if (hooks.length === 0) return
  await app.app_context().run(async () => {
    for (const hook of hooks) {
      try {
        await hook()
      } catch (error) {
        app.logger.error({ err: error }, `${kind} function failed${hook.name === '' ? '' : `: ${hook.name}`}`)
      }
    }
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

type SetLimits = { readonly [Name in keyof ServerLimits]-?: number }

/** The limits that are given, and those of the config where they are not. */
function limitsOf(config: ServedApp['config'], given: ServerLimits = {}): SetLimits {
  const seconds = (name: string, value: number): number => {
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value
    throw new FlagonError('CONFIG_VALUE', `${name} must be a number of at least 0, not ${String(value)}`)
  }
  const limits = {
    headers_timeout: seconds('SERVER_HEADERS_TIMEOUT', given.headers_timeout ?? config.SERVER_HEADERS_TIMEOUT),
    request_timeout: seconds('SERVER_REQUEST_TIMEOUT', given.request_timeout ?? config.SERVER_REQUEST_TIMEOUT),
    keep_alive_timeout: seconds(
      'SERVER_KEEP_ALIVE_TIMEOUT',
      given.keep_alive_timeout ?? config.SERVER_KEEP_ALIVE_TIMEOUT,
    ),
    max_header_size: seconds('SERVER_MAX_HEADER_SIZE', given.max_header_size ?? config.SERVER_MAX_HEADER_SIZE),
    shutdown_timeout: seconds('SERVER_SHUTDOWN_TIMEOUT', given.shutdown_timeout ?? config.SERVER_SHUTDOWN_TIMEOUT),
  }
  if (limits.request_timeout > 0 && limits.headers_timeout > limits.request_timeout) {
    throw new FlagonError(
      'CONFIG_VALUE',
      `SERVER_HEADERS_TIMEOUT (${limits.headers_timeout}) is longer than SERVER_REQUEST_TIMEOUT (${limits.request_timeout}), ` +
        'which counts for the header too: make the first one shorter',
    )
  }
  return limits
}
