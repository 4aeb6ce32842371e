import { ReadableStream } from 'node:stream/web'
import type { App } from './context.ts'
import { describe } from './decorators.ts'
import { FlagonError } from './errors.ts'
import { HTTPException } from './http/exceptions.ts'
import type { Headers } from './http/headers.ts'
import { makeRedirect } from './redirects.ts'
import { RequestRedirect } from './routing/index.ts'
import { isPlainObject } from './signing/json-text.ts'
import { Response, type ResponseOptions } from './wrappers/response.ts'
import type { ResponseBody } from './wrappers/response-body.ts'

/** Header fields, as `make_response` takes them. */
export type HeadersInit = Headers | Iterable<readonly [string, string]> | Readonly<Record<string, string>>

const WHAT_TO_RETURN =
  'return a string, bytes, a plain object or array, a Response, a stream or a generator; for a status beside the body ' +
  'return make_response(body, status)'

/**
 * The response that a result of a view stands for.
 *
 * @throws {@link FlagonError} `VIEW_RETURN` when the result is no answer.
 * @see Flask `Flask.make_response`
 */
export function toResponse(app: App, result: unknown): Response {
  const ResponseClass = app.response_class
  if (typeof result === 'string') return new ResponseClass(result)
  if (result instanceof Response) return result
  if (typeof result === 'object' && result !== null) {
    if (result instanceof HTTPException) return exceptionResponse(app, result)
    if (result instanceof globalThis.Response) return webResponse(app, result)
    if (Array.isArray(result)) return app.json.response(result) as Response
    if (isStreamable(result)) return new ResponseClass(result)
    if (isPlainObject(result)) return app.json.response(result) as Response
    if (isMarkup(result)) return new ResponseClass(result.__html__())
    if (isJsonable(result)) return app.json.response(result) as Response
  }
  throw refuse(app, result)
}

function refuse(app: App, result: unknown): FlagonError {
  const where = app.current_endpoint === undefined ? 'a view' : `the view of '${app.current_endpoint}'`
  if (result === undefined || result === null) {
    return new FlagonError('VIEW_RETURN', `${where} returned ${result}, perhaps by a missing return: ${WHAT_TO_RETURN}`)
  }
  return new FlagonError(
    'VIEW_RETURN',
    `${where} returned ${describe(result)}, which is no response: ${WHAT_TO_RETURN}`,
  )
}

function isMarkup(value: object): value is { __html__(): string } {
  return '__html__' in value && typeof value.__html__ === 'function'
}

function isStreamable(value: object): value is ResponseBody & object {
  return (
    value instanceof Uint8Array ||
    value instanceof ReadableStream ||
    Symbol.asyncIterator in value ||
    (Symbol.iterator in value && 'next' in value)
  )
}

function isJsonable(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

function exceptionResponse(app: App, error: HTTPException): Response {
  if (error.response !== undefined) return toResponse(app, error.response)
  if (error instanceof RequestRedirect) return makeRedirect(error.new_url, error.code, app.response_class)
  return new app.response_class(error.get_body(), { status: error.code ?? 500, headers: error.get_headers() })
}

function webResponse(app: App, web: globalThis.Response): Response {
  const options: ResponseOptions = {
    status: web.statusText === '' ? web.status : `${web.status} ${web.statusText}`,
    headers: [...web.headers],
  }
  return new app.response_class(web.body ?? undefined, options)
}

/** Sets status and headers on a response, as the second and third argument of `make_response` say. */
export function dressResponse(response: Response, status: unknown, headers: unknown): Response {
  const fields = headers ?? (typeof status === 'object' ? status : undefined)
  if (typeof status === 'number' || typeof status === 'string') response.status = status
  if (fields !== undefined && fields !== null) response.headers.update(fields as HeadersInit)
  return response
}
