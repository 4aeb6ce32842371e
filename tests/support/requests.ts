import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { HTTPException } from '../../lib/http/exceptions.ts'
import { parseJson } from '../../lib/json/parse.ts'
import { checkHead } from '../../lib/wrappers/door.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { Request } from '../../lib/wrappers/request.ts'
import type { RequestApp, RequestConfig } from '../../lib/wrappers/request-content.ts'

/** An app as a request sees it, with Flask's limits unless others are given. */
export function appOf(config: RequestConfig = {}, debug = false): RequestApp {
  return {
    config: { MAX_FORM_MEMORY_SIZE: 500_000, MAX_FORM_PARTS: 1000, ...config },
    json: { loads: parseJson },
    debug,
  }
}

/** What a made-up request has. */
export interface RequestParts {
  readonly method?: string
  readonly url?: string
  /** Header fields; `Host` and, with a body, `Content-Length` are added. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string | Uint8Array
  readonly config?: RequestConfig
  readonly debug?: boolean
}

/** A request whose body is wholly there; text is UTF-8. */
export function requestOf({ headers = [], body, config, debug, ...rest }: RequestParts = {}): Request {
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const fields = headers.some(([name]) => name === 'Host') ? [...headers] : [['Host', 'localhost'] as const, ...headers]
  if (bytes !== undefined) fields.push(['Content-Length', String(bytes.length)])
  return new Request(makeIncoming({ ...rest, rawHeaders: fields.flat(), body: bytes }), appOf(config, debug))
}

/** The HTTP exception that `work` throws; fails where it throws nothing or something else. */
export function thrownBy(work: () => unknown): HTTPException {
  try {
    work()
  } catch (error) {
    if (error instanceof HTTPException) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** The status of the HTTP exception that `work` throws. */
export function codeOf(work: () => unknown): number | undefined {
  return thrownBy(work).code
}

/** What a served view gets beside the request. */
export type ServedView = (request: Request, res: ServerResponse) => unknown

/** How requests are served. */
export interface ServeRequestsOptions {
  readonly config?: RequestConfig
  /** Leaves the body to the view, as a route with `{ stream: true }` does. */
  readonly stream?: boolean
  /** Wraps the listener. */
  readonly wrap?: (listener: RequestListener) => RequestListener
}

/**
 * A bare `node:http` server that does with each request what the life of a request does around the view: the door, the
 * body, an answer in JSON (or the status of an HTTP exception), and the end.
 */
export async function serveRequests(
  t: Test,
  view: ServedView,
  options: ServeRequestsOptions = {},
): Promise<{ readonly port: number }> {
  const app = appOf(options.config)
  const listener: RequestListener = async (req, res) => {
    const request = new Request(req, app)
    let status = 200
    let value: unknown
    try {
      const refusal = checkHead(req)
      if (refusal !== undefined) throw refusal
      if (options.stream !== true) await request.load_body()
      value = await view(request, res)
    } catch (error) {
      status = error instanceof HTTPException ? (error.code ?? 500) : 500
      value = error instanceof Error ? error.message : error
    }
    request.settle_body(res)
    const text = JSON.stringify(value ?? null)
    res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    res.end(text)
    await request.close()
  }
  const server = createServer(options.wrap?.(listener) ?? listener)
  server.maxHeadersCount = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port }
}

/** A part of a multipart body with the boundary `XbX`; bytes are text, one character each. */
export function part(parameters: string, content: string, fields: readonly string[] = []): string {
  const head = [`Content-Disposition: form-data; ${parameters}`, ...fields].join('\r\n')
  return `--XbX\r\n${head}\r\n\r\n${content}\r\n`
}

/** What ends a multipart body with the boundary `XbX`. */
export const LAST_BOUNDARY = '--XbX--\r\n'

/** The content type of a multipart body with the boundary `XbX`. */
export const MULTIPART_TYPE = 'multipart/form-data; boundary=XbX'
