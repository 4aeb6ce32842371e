import type { IncomingMessage, ServerResponse } from 'node:http'
import { FlagonError } from '../errors.ts'
import { type HostedMessage, mountedAt } from '../wrappers/hosted-message.ts'
import { originForm } from '../wrappers/request-url.ts'
import type { RequestHandler } from './server.ts'

const SLASH = 47
const PERCENT = 37
const QUESTION = 63
/** `%` and two hexadecimal digits, RFC 3986 section 2.1. */
const ESCAPE_LENGTH = 3
const HEX_PAIR = /^[0-9a-f]{2}$/i

/** A path below which another listener answers, in its decoded bytes. */
interface Mount {
  readonly path: Buffer
  readonly handler: RequestHandler
}

/**
 * A listener that hands each request to the one of `mounts` whose path it is below, and to `handler` where there is none.
 * Of several the longest path wins. `app.handler = DispatcherMiddleware(app.handler, { '/shop': shop.handler })`.
 *
 * Paths are compared as routes are, decoded once: `/%73hop/x` is below `/shop`, and `/shopping` is not. What is mounted sees
 * the rest of the path and has the mount in its `request.root_path`, so that `url_for` and redirects lead back into it.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` for a path that does not begin with a slash, or ends with one.
 * @see werkzeug.middleware.dispatcher.DispatcherMiddleware
 */
export function DispatcherMiddleware(
  handler: RequestHandler,
  mounts: Readonly<Record<string, RequestHandler>>,
): RequestHandler {
  const byLength = Object.entries(mounts)
    .map(([path, mounted]): Mount => ({ path: checkedPath(path), handler: mounted }))
    .sort((a, b) => b.path.length - a.path.length)
  return (req, res, next) => {
    const target = req.url ?? '/'
    const path = originForm(target)
    for (const mount of byLength) {
      const end = endOfMount(path, mount.path)
      if (end !== -1) return handOver(mount.handler, req, res, next, path, end)
    }
    return handler(req, res, next)
  }
}

function checkedPath(path: string): Buffer {
  if (/^\/.*[^/]$/s.test(path)) return Buffer.from(path)
  throw new FlagonError(
    'CONFIG_VALUE',
    `the mount ${JSON.stringify(path)} is no path to mount at: begin it with a slash and end it without, as in '/shop'`,
  )
}

/** Where in a raw path the mount ends, if the path is that of the mount or below it; -1 where it is not. */
function endOfMount(path: string, mount: Buffer): number {
  let at = 0
  for (const byte of mount) {
    if (byteAt(path, at) !== byte) return -1
    at += widthAt(path, at)
  }
  const code = path.charCodeAt(at)
  return at === path.length || code === QUESTION || byteAt(path, at) === SLASH ? at : -1
}

/** The byte that stands at a place of a raw path, escaped or not; NaN behind its end. */
function byteAt(path: string, at: number): number {
  return widthAt(path, at) === 1 ? path.charCodeAt(at) : Number.parseInt(path.slice(at + 1, at + ESCAPE_LENGTH), 16)
}

function widthAt(path: string, at: number): number {
  const isEscape = path.charCodeAt(at) === PERCENT && HEX_PAIR.test(path.slice(at + 1, at + ESCAPE_LENGTH))
  return isEscape ? ESCAPE_LENGTH : 1
}

/** Calls what is mounted with the rest of the path, as Express does; should it pass the request on, all is as before. */
function handOver(
  handler: RequestHandler,
  req: IncomingMessage,
  res: ServerResponse,
  next: ((error?: unknown) => void) | undefined,
  path: string,
  end: number,
): unknown {
  const message: HostedMessage = req
  const { url = '/', baseUrl, originalUrl } = message
  // Of a target in absolute form its host stays, to be compared with the Host field.
  const authority = url.endsWith(path) ? url.slice(0, url.length - path.length) : ''
  const rest = path.slice(end)
  message.baseUrl = mountedAt(message) + path.slice(0, end)
  message.originalUrl ??= url
  message.url = `${authority}/${rest.slice(byteAt(rest, 0) === SLASH ? widthAt(rest, 0) : 0)}`
  if (next === undefined) return handler(req, res)
  return handler(req, res, (error) => {
    message.url = url
    message.baseUrl = baseUrl
    message.originalUrl = originalUrl
    next(error)
  })
}
