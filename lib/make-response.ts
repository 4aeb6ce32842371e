import { ReadableStream } from 'node:stream/web'
import type { App } from './context.ts'
import { describe } from './decorators.ts'
import { FlagonError } from './errors.ts'
import { HTTPException } from './http/exceptions.ts'
import { Headers, type HeadersInit } from './http/headers.ts'
import { makeRedirect } from './redirects.ts'
import { RequestRedirect } from './routing/index.ts'
import { isPlainObject } from './signing/json-text.ts'
import { Response } from './wrappers/response.ts'
import type { ResponseBody } from './wrappers/response-body.ts'

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
  if (result instanceof ResponseClass) return result
  if (typeof result === 'object' && result !== null) {
    if (result instanceof Response) return ResponseClass.force_type(result)
    if (result instanceof HTTPException) return exceptionResponse(app, result)
    if (result instanceof globalThis.Response) return webResponse(app, result)
    const body = bodyOf(result)
    if (body !== undefined) return new ResponseClass(body)
    if (Array.isArray(result) || isPlainObject(result) || isJsonable(result))
      return app.json.response(result) as Response
  }
  throw refuse(app, result)
}

/** What `make_response` makes of a result, a status and header fields; the fields may stand in the place of the status. */
export function makeResponse(app: App, result: unknown, first: unknown, second: unknown): Response {
  const headers = second ?? (typeof first === 'object' ? first : undefined) ?? undefined
  const status = first === null || first === headers ? undefined : first
  if (!isStatus(status)) throw misuse('status', status, 'a code (201) or a code and a reason (201 Created)')
  if (!isHeaders(headers)) throw misuse('headers', headers, "an object of names and values: { 'X-A': 'b' }")
  const body = bodyOf(result)
  // Made with its fields, a response has all of several of one name; afterwards, each replaces the one before.
  if (body !== undefined) return new app.response_class(body, { status, headers })
  const response = toResponse(app, result)
  if (status !== undefined) response.status = status
  if (headers !== undefined) response.headers.update(headers)
  return response
}

function isStatus(value: unknown): value is number | string | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'string'
}

function isHeaders(value: unknown): value is HeadersInit | undefined {
  return value === undefined || typeof value === 'object'
}

function misuse(what: string, value: unknown, wanted: string): FlagonError {
  return new FlagonError(
    'VIEW_RETURN',
    `the ${what} of make_response(body, status, headers) is ${describe(value)}: give ${wanted}`,
  )
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

/** What can be sent as it is: text, bytes, pieces, or markup. */
function bodyOf(result: unknown): ResponseBody | undefined {
  if (typeof result === 'string') return result
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined
  if (isStreamable(result)) return result
  return '__html__' in result && typeof result.__html__ === 'function' ? String(result.__html__()) : undefined
}

function isStreamable(value: object): value is ResponseBody & object {
  return (
    value instanceof Uint8Array ||
    value instanceof ReadableStream ||
    Symbol.asyncIterator in value ||
    (Symbol.iterator in value && 'next' in value && typeof value.next === 'function')
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

/** Fields that speak of one connection; RFC 9110 section 7.6.1. */
const CONNECTION_FIELDS: readonly string[] = [
  'Connection',
  'Keep-Alive',
  'Proxy-Connection',
  'Transfer-Encoding',
  'Upgrade',
]

function webResponse(app: App, web: globalThis.Response): Response {
  const headers = new Headers(web.headers)
  // What came from fetch was unpacked, and what answers HEAD has no body, whatever length they tell.
  const isFetched = web.url !== ''
  if (web.body === null || (isFetched && headers.has('Content-Encoding'))) headers.remove('Content-Length')
  if (isFetched) for (const name of ['Content-Encoding', ...CONNECTION_FIELDS]) headers.remove(name)
  const hasType = headers.has('Content-Type')
  const status = web.statusText === '' ? web.status : `${web.status} ${web.statusText}`
  const response = new app.response_class(web.body ?? undefined, { status, headers })
  // Content of no told type must not become HTML.
  if (!hasType) response.headers.remove('Content-Type')
  return response
}
