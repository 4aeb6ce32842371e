import type { IncomingMessage, ServerResponse } from 'node:http'
import { type App, Context, contextStorage } from './context.ts'
import { debugPage } from './debug/answer.ts'
import { findErrorHandler } from './error-handlers.ts'
import { HTTPException, InternalServerError } from './http/exceptions.ts'
import { isPromise } from './promises.ts'
import { RoutingException } from './routing/index.ts'
import {
  appcontext_pushed,
  got_request_exception,
  request_finished,
  request_started,
  session_saving,
} from './signals.ts'
import { report } from './teardown.ts'
import type { AfterRequestFunction, MaybePromise, ViewReturn } from './types.ts'
import { checkHead } from './wrappers/door.ts'
import { type HostedMessage, MIDDLEWARE_ERROR } from './wrappers/hosted-message.ts'
import { isBehindLastRequest } from './wrappers/last-request.ts'
import { Request } from './wrappers/request.ts'
import { Response } from './wrappers/response.ts'
import { sendResponse } from './wrappers/send.ts'

/*
 * The life of one request, as functions that take its context. A request whose hooks and view are synchronous runs
 * through without one promise: each step that may be asynchronous has a twin, named …Later, which takes over from the
 * first promise on.
 */

/** Under this key the response of node keeps an error that was propagated, for the test client and for debuggers. */
export const PROPAGATED_ERROR: symbol = Symbol.for('flagon.error')

/**
 * Answers a request that node received; never throws, and its promise never rejects. One that came behind the last
 * request of its connection is dropped before any hook sees it: its answer would not be sent.
 *
 * @param next - takes an error that is propagated, in place of a page of 500
 */
export function handleRequest(
  app: App,
  req: IncomingMessage,
  res: ServerResponse,
  next?: ((error: unknown) => void) | undefined,
): MaybePromise<void> {
  if (isBehindLastRequest(req.socket)) return undefined
  let context: Context
  try {
    context = new Context(app, new app.request_class(req, app), res)
    context.next = next
  } catch (error) {
    // The app's own class failed: its base carries the answer.
    context = new Context(app, new Request(req, app), res)
    context.next = next
    return contextStorage.run(context, answerError, context, error)
  }
  return contextStorage.run(context, answer, context)
}

function answer(context: Context): MaybePromise<void> {
  let response: MaybePromise<Response>
  try {
    if (appcontext_pushed.has_receivers) appcontext_pushed.send(context.app)
    const opening = open(context)
    response = opening === undefined ? context.app.full_dispatch_request(context) : openLater(context, opening)
  } catch (error) {
    return answerError(context, error)
  }
  return isPromise(response) ? answerLater(context, response) : write(context, response)
}

async function openLater(context: Context, opening: Promise<void>): Promise<Response> {
  await opening
  return context.app.full_dispatch_request(context)
}

async function answerLater(context: Context, pending: Promise<Response>): Promise<void> {
  let response: Response
  try {
    response = await pending
  } catch (error) {
    return answerError(context, error)
  }
  return write(context, response)
}

/** The last resort: an error that left full_dispatch_request. */
async function answerError(context: Context, error: unknown): Promise<void> {
  context.error = error
  let response: Response
  try {
    response = await context.app.handle_exception(error, context)
  } catch (propagated) {
    if (context.next !== undefined) return passOn(context, context.next, propagated)
    keepForTests(context, propagated)
    response = (await debugPage(context, propagated)) ?? plainFailure(context)
  }
  return write(context, response)
}

/** Leaves the answer to whoever carries the app, once the request is torn down. */
async function passOn(context: Context, next: (error: unknown) => void, error: unknown): Promise<void> {
  await close(context)
  contextStorage.run(undefined, next, error)
}

function keepForTests({ res }: Context, error: unknown): void {
  if (res !== undefined) Reflect.set(res, PROPAGATED_ERROR, error)
}

/** The name of a header field, RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/

/** The page of 500, made without anything of the app, which has just failed. */
function plainFailure({ app, request }: Context): Response {
  const failure = new InternalServerError()
  const response = new Response(failure.get_body(), { status: failure.code, headers: failure.get_headers() })
  const header = app.config.REQUEST_ID_HEADER
  if (header !== null && request !== undefined && TOKEN.test(header)) response.headers.set(header, request.id)
  return response
}

/** Matches the URL and reads what has to be read before the first hook; a promise only where there is something to wait for. */
function open(context: Context): Promise<void> | undefined {
  const { app, request } = context
  if (request === undefined) return undefined
  const refused = checkHead(request.req, app.config.SERVER_MAX_HEADER_FIELDS)
  if (refused !== undefined) {
    request.routing_exception = refused
  } else {
    matchRequest(context)
    throwMiddlewareError(request)
  }
  const loading = request.url_rule !== undefined && !app.streams(request.url_rule) ? request.load_body() : undefined
  const starting = app.start()
  const fetching = app.session_interface.prefetch ? context.load_session() : undefined
  if (loading === undefined && starting === undefined && fetching === undefined) return undefined
  return Promise.all([loading, starting, fetching]).then(() => undefined)
}

/** What a middleware in front of the app failed with: the answer where it is an HTTP exception, else it is thrown. */
function throwMiddlewareError(request: Request): void {
  const failure = (request.req as HostedMessage)[MIDDLEWARE_ERROR]
  if (failure === undefined) return
  if (!(failure.error instanceof HTTPException)) throw failure.error
  request.routing_exception = failure.error
}

/** Finds the rule and arguments of the request; a miss is kept, to be thrown where the view would run. */
export function matchRequest(context: Context): void {
  const { app, request } = context
  if (request === undefined) return
  try {
    app.match_request(request)
  } catch (error) {
    if (!(error instanceof HTTPException)) throw error
    request.routing_exception = error
  }
}

/** The response of a request whose URL was matched: hooks, view and error handlers; rejects with what none of them took. */
export function fullDispatch(context: Context): MaybePromise<Response> {
  const { app } = context
  let result: MaybePromise<unknown>
  try {
    if (request_started.has_receivers) request_started.send(app, undefined, context)
    result = app.preprocess_request(context)
    if (result === undefined) result = app.dispatch_request(context)
    else if (isPromise(result)) result = dispatchLater(context, result)
  } catch (error) {
    result = app.handle_user_exception(error, context)
    return isPromise(result) ? finalizeLater(context, result) : app.finalize_request(result, false, context)
  }
  return isPromise(result) ? settle(context, result) : app.finalize_request(result, false, context)
}

async function dispatchLater(context: Context, early: Promise<unknown>): Promise<unknown> {
  return (await early) ?? context.app.dispatch_request(context)
}

async function settle(context: Context, pending: Promise<unknown>): Promise<Response> {
  let result: unknown
  try {
    result = await pending
  } catch (error) {
    result = await context.app.handle_user_exception(error, context)
  }
  return context.app.finalize_request(result, false, context)
}

async function finalizeLater(context: Context, pending: Promise<unknown>): Promise<Response> {
  return context.app.finalize_request(await pending, false, context)
}

/** What the first hook that answers returned: URL value preprocessors run, then `before_request`, from the app inwards. */
export function preprocess(context: Context): MaybePromise<ViewReturn | undefined> {
  const { request, plan } = context
  const preprocessors = plan.urlValuePreprocessors
  // The matcher's values may serve many requests; a preprocessor may change its own.
  if (preprocessors.length > 0 && request?.view_args !== undefined) {
    request.view_args = Object.assign(Object.create(null), request.view_args)
  }
  for (let i = 0; i < preprocessors.length; i++) {
    const pending = preprocessors[i]?.(request?.endpoint, request?.view_args)
    if (isPromise(pending)) return preprocessLater(context, pending, i + 1)
  }
  return runBefore(context, 0)
}

async function preprocessLater(
  context: Context,
  pending: Promise<unknown>,
  next: number,
): Promise<ViewReturn | undefined> {
  const { request, plan } = context
  await pending
  for (const preprocessor of plan.urlValuePreprocessors.slice(next)) {
    await preprocessor(request?.endpoint, request?.view_args)
  }
  return runBefore(context, 0)
}

function runBefore(context: Context, from: number): MaybePromise<ViewReturn | undefined> {
  const hooks = context.plan.beforeRequest
  for (let i = from; i < hooks.length; i++) {
    const result = hooks[i]?.()
    if (result === undefined || result === null) continue
    return isPromise(result) ? runBeforeLater(context, result, i + 1) : (result as ViewReturn)
  }
  return undefined
}

async function runBeforeLater(
  context: Context,
  pending: Promise<unknown>,
  next: number,
): Promise<ViewReturn | undefined> {
  return ((await pending) as ViewReturn | undefined | null) ?? runBefore(context, next)
}

/** What the view of the matched endpoint returns; throws the kept error where none was matched. */
export function dispatchView(context: Context): MaybePromise<ViewReturn> {
  const { app, request } = context
  if (request === undefined) throw new TypeError('an app context has no view to dispatch to')
  if (request.routing_exception !== undefined) app.raise_routing_exception(request)
  const rule = request.url_rule
  if (rule === undefined) throw new TypeError('the URL of the request was not matched')
  if (request.method === 'OPTIONS' && app.answers_options(rule)) return app.make_default_options_response()
  const view = app.view_functions[rule.endpoint]
  if (view === undefined) {
    throw new TypeError(
      `the endpoint '${rule.endpoint}' has no view: register one with app.endpoint('${rule.endpoint}')(view)`,
    )
  }
  // The rule's converters made the arguments that the view's type was inferred from.
  return view(request.view_args as never) as MaybePromise<ViewReturn>
}

/** The response made of a result, after the `after_request` hooks and with the session saved. */
export function finalize(result: unknown, fromErrorHandler: boolean, context: Context): MaybePromise<Response> {
  const { app } = context
  const made = app.make_response(result)
  let response: MaybePromise<Response>
  try {
    response = app.process_response(made, context)
    if (isPromise(response)) return finishLater(context, made, response, fromErrorHandler)
    if (request_finished.has_receivers) request_finished.send(app, { response }, context)
  } catch (error) {
    if (!fromErrorHandler) throw error
    return keepDespite(context, made, error)
  }
  return response
}

async function finishLater(
  context: Context,
  made: Response,
  pending: Promise<Response>,
  fromErrorHandler: boolean,
): Promise<Response> {
  try {
    const response = await pending
    if (request_finished.has_receivers) request_finished.send(context.app, { response }, context)
    return response
  } catch (error) {
    if (!fromErrorHandler) throw error
    return keepDespite(context, made, error)
  }
}

/** The error page is sent also when a hook fails on it. */
function keepDespite({ app }: Context, made: Response, error: unknown): Response {
  app.logger.error({ err: error }, 'an after_request hook failed on an error response')
  return made
}

/** The response after `after_this_request`, then `after_request` from the innermost blueprint to the app, then the session. */
export function processResponse(response: Response, context: Context): MaybePromise<Response> {
  let current = response
  const once = context.after_this_request
  const hooks = once === undefined ? context.plan.afterRequest : [...once, ...context.plan.afterRequest]
  for (let i = 0; i < hooks.length; i++) {
    const next = hooks[i]?.(current)
    if (isPromise(next)) return processLater(context, next, hooks.slice(i + 1))
    current = checkResponse(next)
  }
  return withSession(context, current)
}

/** The response with the session saved into it. */
function withSession(context: Context, response: Response): MaybePromise<Response> {
  const saving = saveSession(context, response)
  return saving === undefined ? response : saveLater(context, response, saving)
}

/** The response once its session is saved; where that fails with an HTTP exception, such as 503, the answer to that. */
async function saveLater(context: Context, response: Response, saving: Promise<void>): Promise<Response> {
  try {
    await saving
  } catch (error) {
    if (!(error instanceof HTTPException)) throw error
    return context.app.make_response(await context.app.handle_user_exception(error, context))
  }
  return response
}

async function processLater(
  context: Context,
  pending: Promise<Response>,
  rest: readonly AfterRequestFunction[],
): Promise<Response> {
  let current = checkResponse(await pending)
  for (const hook of rest) current = checkResponse(await hook(current))
  return withSession(context, current)
}

function checkResponse(response: Response | undefined): Response {
  if (response !== undefined && response !== null) return response
  throw new TypeError('an after_request hook returned nothing: it must return the response, changed or not')
}

function saveSession(context: Context, response: Response): Promise<void> | undefined {
  const { app, request } = context
  if (request === undefined) return undefined
  const sessions = app.session_interface
  if (!context.session_opened && !sessions.must_save_untouched(app, request)) return undefined
  const { session } = context
  if (sessions.is_null_session(session)) return undefined
  if (session_saving.has_receivers) session_saving.send(app, { session, response }, context)
  const saving = sessions.save_session(app, session, response)
  return isPromise(saving) ? (saving as Promise<void>) : undefined
}

/** What an error handler makes of an error that the view or a hook threw; throws the error on where there is no handler. */
export function handleUserException(error: unknown, context: Context): MaybePromise<unknown> {
  const { app } = context
  if (error instanceof HTTPException && !app.trap_http_exception(error))
    return app.handle_http_exception(error, context)
  const handler = findErrorHandler(app.error_handler_spec, context.plan.blueprints, error)
  if (handler === undefined) throw error
  return handler(error as never)
}

/** What an error handler makes of an HTTP exception; the exception itself, as an answer, where there is no handler. */
export function handleHttpException(error: HTTPException, context: Context): MaybePromise<unknown> {
  if (error.code === undefined || error instanceof RoutingException) return error
  const handler = findErrorHandler(context.app.error_handler_spec, context.plan.blueprints, error)
  return handler === undefined ? error : handler(error as never)
}

/** The answer to an error that nothing took: the handler of 500, or the default page; throws it on where errors propagate. */
export function handleException(error: unknown, context: Context): MaybePromise<Response> {
  const { app } = context
  if (got_request_exception.has_receivers) got_request_exception.send(app, { exception: error }, context)
  app.log_exception(error)
  if (app.config.PROPAGATE_EXCEPTIONS ?? (app.testing || app.debug)) throw error
  const failure = new InternalServerError({ original_exception: error })
  const handler = findErrorHandler(app.error_handler_spec, context.plan.blueprints, failure)
  const result = handler === undefined ? failure : handler(failure as never)
  return isPromise(result)
    ? result.then((made) => app.finalize_request(made, true, context))
    : app.finalize_request(result, true, context)
}

function write(context: Context, response: Response): MaybePromise<void> {
  const { request, res } = context
  if (request === undefined || res === undefined) return undefined
  request.settle_body(res)
  let sending: Promise<void> | undefined
  try {
    sending = sendResponse(response, request.req, res)
  } catch (error) {
    return writeFailed(context, error)
  }
  return sending === undefined ? close(context) : writeLater(context, sending)
}

async function writeLater(context: Context, sending: Promise<void>): Promise<void> {
  try {
    await sending
  } catch (error) {
    return writeFailed(context, error)
  }
  return close(context)
}

/** A response that could not be written: the page of 500 where nothing went out yet, else the connection is gone. */
function writeFailed(context: Context, error: unknown): MaybePromise<void> {
  const { app, request, res } = context
  context.error ??= error
  report(context, error)
  if (request !== undefined && res !== undefined && !res.headersSent && !res.destroyed) {
    if (app.config.PROPAGATE_EXCEPTIONS ?? (app.testing || app.debug)) {
      if (context.next !== undefined) return passOn(context, context.next, error)
      keepForTests(context, error)
    }
    if (app.debug) return writePage(context, error)
    sendResponse(plainFailure(context), request.req, res)
  }
  return close(context)
}

async function writePage(context: Context, error: unknown): Promise<void> {
  const { request, res } = context
  const page = (await debugPage(context, error)) ?? plainFailure(context)
  if (request !== undefined && res !== undefined && !res.destroyed) sendResponse(page, request.req, res)
  return close(context)
}

/** Ends the context: teardown functions, then the files of the request. */
function close(context: Context): MaybePromise<void> {
  const pending = context.tear_down(context.error)
  const closing = context.request?.close()
  if (pending === undefined && closing === undefined) return undefined
  return Promise.all([pending, closing]).then(
    () => undefined,
    (error) => report(context, error),
  )
}
