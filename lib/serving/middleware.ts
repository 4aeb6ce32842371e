import type { IncomingMessage, ServerResponse } from 'node:http'
import { FlagonError } from '../errors.ts'
import { default_exceptions, HTTPException } from '../http/exceptions.ts'
import { isPromise } from '../promises.ts'
import { type HostedMessage, MIDDLEWARE_ERROR } from '../wrappers/hosted-message.ts'
import type { RequestHandler } from './server.ts'

/** Middleware as Express and Connect define it: it answers, or calls `next`, with an error where something went wrong. */
export type ConnectMiddleware = {
  // The type of a method: what asks for the request of Express, which extends that of node, fits too.
  use(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): unknown
}['use']

/**
 * The listener behind Express-style middleware: `app.handler = with_middleware(app.handler, helmet(), compression())`.
 * The first one given sees a request first. Header fields that they set stay, but for those that the response sets itself;
 * cookies and `Vary` add up.
 *
 * What a middleware throws, rejects with or gives to `next` is handled as an error of a view: by the error handlers, else
 * 500. An error with a `status` from 400 to 499 is the HTTP exception of that status.
 *
 * @throws {@link FlagonError} `VIEW_INVALID` for a middleware that is no function.
 */
export function with_middleware(handler: RequestHandler, ...middleware: ConnectMiddleware[]): RequestHandler {
  for (const layer of middleware) {
    if (typeof layer === 'function') continue
    throw new FlagonError(
      'VIEW_INVALID',
      `with_middleware() was given ${typeof layer}, which is no middleware: call what makes one, as in helmet()`,
    )
  }
  return (req, res, next) => runFrom(0, middleware, handler, req, res, next)
}

/** Runs the middleware from one on, then the handler; gives what is to be waited for, as far as that is known. */
function runFrom(
  at: number,
  middleware: readonly ConnectMiddleware[],
  handler: RequestHandler,
  req: IncomingMessage,
  res: ServerResponse,
  next: ((error?: unknown) => void) | undefined,
): unknown {
  const layer = middleware[at]
  if (layer === undefined) return handler(req, res, next)
  let isPassed = false
  let result: unknown
  const pass = (error?: unknown): void => {
    if (isPassed) {
      // The request is in other hands, and would be answered twice.
      if (error)
        process.emitWarning(`a middleware failed after it had called next(): ${String(error)}`, 'FlagonWarning')
      return
    }
    isPassed = true
    if (error) {
      const message: HostedMessage = req
      message[MIDDLEWARE_ERROR] = { error: httpErrorOf(error) }
      result = handler(req, res, next)
    } else {
      result = runFrom(at + 1, middleware, handler, req, res, next)
    }
  }
  try {
    const pending = layer(req, res, pass)
    if (isPromise(pending)) return pending.then(undefined, pass).then(() => result)
  } catch (error) {
    pass(error)
  }
  return result
}

/** The HTTP exception that an error of a middleware stands for, by the properties that http-errors gives; else the error. */
function httpErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof HTTPException) return error
  const status: unknown = Reflect.get(error, 'status') ?? Reflect.get(error, 'statusCode')
  if (typeof status !== 'number' || status < 400 || status > 499) return error
  const StatusError = default_exceptions.get(status)
  if (StatusError === undefined) return error
  return new StatusError(Reflect.get(error, 'expose') === true ? error.message : undefined)
}
