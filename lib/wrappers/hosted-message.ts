import type { IncomingMessage } from 'node:http'

/** Where `ProxyFix` leaves what trusted proxies said, for the request object to read. */
export const PROXY_VALUES: unique symbol = Symbol.for('flagon.proxy_values')

/** Where `with_middleware` leaves what a middleware failed with, for the app to answer. */
export const MIDDLEWARE_ERROR: unique symbol = Symbol.for('flagon.middleware_error')

/** What trusted proxies said about a request; undefined is what they said nothing (trustworthy) about. */
export interface ProxyValues {
  /** Address of the client. */
  readonly remote_addr: string | undefined
  /** `http` or `https` (or `ws`, `wss`), as the client sees it. */
  readonly scheme: string | undefined
  /** Host that the client asked for, with its port where the proxy said one; not checked yet. */
  readonly host: string | undefined
  /** Path prefix that the proxy took off: `/` and a name, without a slash at its end. */
  readonly prefix: string | undefined
}

/** A message of node:http with what proxies, Express and other hosts of the app add to it. */
export interface HostedMessage extends IncomingMessage {
  /** What trusted proxies said. */
  [PROXY_VALUES]?: ProxyValues
  /** What a middleware in front of the app failed with. */
  [MIDDLEWARE_ERROR]?: { readonly error: unknown }
  /** Express: the path that the app is mounted at, raw. */
  baseUrl?: unknown
  /** Connect and its like: the target before a mount took its path off. */
  originalUrl?: unknown
}

/** The path that a host of the app (Express, Connect and its like) took off the target, raw; empty without one. */
export function mountedAt(req: HostedMessage): string {
  const { baseUrl, originalUrl, url } = req
  if (typeof baseUrl === 'string') return baseUrl
  if (typeof originalUrl !== 'string' || url === undefined || originalUrl === url) return ''
  const whole = withoutQuery(originalUrl)
  const rest = withoutQuery(url)
  if (rest === '/' && !whole.endsWith('/')) return whole
  return whole.endsWith(rest) ? whole.slice(0, whole.length - rest.length) : ''
}

function withoutQuery(url: string): string {
  const question = url.indexOf('?')
  return question === -1 ? url : url.slice(0, question)
}
