import { contextStorage, currentContext } from './context.ts'
import { type AbortOptions, abort as abortWith } from './http/exceptions.ts'
import type { HeadersInit } from './http/headers.ts'
import { makeRedirect } from './redirects.ts'
import type { UrlForOptions, ViewReturn } from './types.ts'
import { Response } from './wrappers/response.ts'

/**
 * The URL of an endpoint with the given values: `url_for('user', { name: 'ann' })`. Values that its rule does not take
 * go to the query string. Within a request of a blueprint, `.name` is an endpoint of that blueprint.
 *
 * @throws {@link BuildError} when no rule of the endpoint takes the values.
 * @see docs/guide/routing.md
 */
export function url_for(endpoint: string, options?: UrlForOptions): string {
  return currentContext('url_for').app.url_for(endpoint, options)
}

/**
 * A response that sends the client to another URL.
 *
 * @param code - 302 (default), 301, 303, 305, 307 or 308.
 * @throws RangeError when the code is not one of these.
 */
export function redirect(location: string, code?: number): Response {
  const context = contextStorage.getStore()
  return context === undefined ? makeRedirect(location, code, Response) : context.app.redirect(location, code)
}

/**
 * Ends the request with an HTTP error (`abort(404)`, `abort(403, 'because')`) or with a given response.
 *
 * @throws {@link HTTPException} always.
 */
export function abort(code: number | object, options?: string | AbortOptions): never {
  const app = contextStorage.getStore()?.app
  return app === undefined ? abortWith(code, options) : app.aborter.abort(code, options)
}

/**
 * A response made of what a view may return, with status and headers: `make_response('made', 201, { 'X-A': 'b' })`. An
 * empty one where nothing is given.
 *
 * @throws {@link FlagonError} `VIEW_RETURN` when the body is nothing that a view may return.
 */
export function make_response(body?: ViewReturn, status?: number | string, headers?: HeadersInit): Response
export function make_response(body: ViewReturn, headers: HeadersInit): Response
export function make_response(...args: unknown[]): Response {
  const { app } = currentContext('make_response')
  return args.length === 0 ? new app.response_class() : app.make_response(args[0], args[1], args[2])
}

/** A JSON response of one value, of several as an array, or of nothing as `null`. */
export function jsonify(...args: unknown[]): Response {
  return currentContext('jsonify').app.json.response(...args) as Response
}
