import type { IncomingMessage } from 'node:http'

/** `Host` of a page that a browser opened on this machine, with any port: a name that no other site can have. */
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?$/i

/** Addresses of this machine: 127.0.0.0/8 (RFC 1122 section 3.2.1.3), also within IPv6, and ::1 (RFC 4291 section 2.5.3). */
const LOCAL_PEER = /^(?:(?:::ffff:)?127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|::1)$/i

/** Fields that proxies add: with one of them the peer is a proxy, and the client may be anywhere. */
const PROXY_FIELDS: readonly string[] = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * Whether a request comes from this machine, for a page of this machine: by the address of its connection, by its `Host` (which no page
 * elsewhere can forge, DNS rebinding or not), without a proxy between, and not from the scripts of another site.
 */
export function isLocalClient(req: IncomingMessage): boolean {
  const { headers, socket } = req
  if (!LOCAL_PEER.test(socket.remoteAddress ?? '') || !LOCAL_HOST.test(headers.host ?? '')) return false
  if (PROXY_FIELDS.some((name) => headers[name] !== undefined)) return false
  return headers.origin === undefined || isLocalOrigin(headers.origin)
}

function isLocalOrigin(origin: string): boolean {
  const [scheme, host] = origin.split('://', 2)
  return (scheme === 'http' || scheme === 'https') && host !== undefined && LOCAL_HOST.test(host)
}
