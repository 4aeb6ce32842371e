import type { IncomingMessage, ServerResponse } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { FlagonError } from '../errors.ts'
import { Headers } from '../http/headers.ts'
import { parse_list_header } from '../http/list-header.ts'
import { type HostedMessage, PROXY_VALUES } from '../wrappers/hosted-message.ts'
import type { RequestHandler } from './server.ts'

/** How many proxies in front of the app write each header. Zero ignores the header. */
export interface ProxyFixOptions {
  /** Proxies that add to `X-Forwarded-For`, which gives `request.remote_addr`. Default 1. */
  readonly x_for?: number | undefined
  /** Proxies that add to `X-Forwarded-Proto`, which gives `request.scheme`. Default 1. */
  readonly x_proto?: number | undefined
  /** Proxies that add to `X-Forwarded-Host`, which gives `request.host`. Default 0. */
  readonly x_host?: number | undefined
  /** Proxies that add to `X-Forwarded-Port`, which gives the port of `request.host`. Default 0. */
  readonly x_port?: number | undefined
  /** Proxies that add to `X-Forwarded-Prefix`, which gives `request.root_path`. Default 0. */
  readonly x_prefix?: number | undefined
  /**
   * Addresses of the proxies that connect to the app, or their networks: `['10.0.0.0/8', '::1']`. All five headers are
   * ignored where another address connects. Left out: whoever connects is taken for the proxy, as in Werkzeug.
   */
  readonly trusted_peers?: readonly string[] | undefined
}

const SCHEME = /^(?:https?|wss?)$/i
const PORT = /^[1-9][0-9]{0,4}$/
const MAX_PORT = 65_535
/** A path of one slash and no more at its start, so that it cannot turn into a host. */
const PREFIX = /^\/(?![/\\])[^\x00-\x20?#\x7f]*$/
const IPV4_BITS = 32
const IPV6_BITS = 128

/**
 * The listener, told the truth about clients behind proxies: `app.handler = ProxyFix(app.handler, { x_for: 1 })`.
 *
 * Of a header that `n` proxies add to, the `n`-th value from the right is what the outermost of them saw; what stands
 * left of it was sent by the client and proves nothing. A header with fewer values is ignored, as are values that make
 * no sense. `Forwarded` is not read.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` for a count that is not a whole number from 0, and for an address that is none.
 * @see werkzeug.middleware.proxy_fix.ProxyFix
 */
export function ProxyFix<L extends RequestHandler>(
  handler: L,
  options: ProxyFixOptions = {},
): (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => ReturnType<L> {
  const hops = {
    for: hopCount('x_for', options.x_for, 1),
    proto: hopCount('x_proto', options.x_proto, 1),
    host: hopCount('x_host', options.x_host, 0),
    port: hopCount('x_port', options.x_port, 0),
    prefix: hopCount('x_prefix', options.x_prefix, 0),
  }
  const peers = options.trusted_peers && peerList(options.trusted_peers)
  return function proxyFix(req, res, next) {
    if (peers === undefined || isListed(peers, req.socket.remoteAddress)) {
      const headers = Headers.from_raw(req.rawHeaders)
      const host = nthFromRight(headers, 'X-Forwarded-Host', hops.host)
      const port = checked(PORT, nthFromRight(headers, 'X-Forwarded-Port', hops.port))
      const message: HostedMessage = req
      message[PROXY_VALUES] = {
        remote_addr: nthFromRight(headers, 'X-Forwarded-For', hops.for),
        scheme: checked(SCHEME, nthFromRight(headers, 'X-Forwarded-Proto', hops.proto))?.toLowerCase(),
        host: withPort(host, port, headers),
        prefix: prefixOf(nthFromRight(headers, 'X-Forwarded-Prefix', hops.prefix)),
      }
    }
    return handler(req, res, next) as ReturnType<L>
  }
}

function hopCount(name: string, given: number | undefined, fallback: number): number {
  const count = given ?? fallback
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new FlagonError('CONFIG_VALUE', `${name} is ${count}: give the number of proxies that write the header, or 0`)
}

function nthFromRight(headers: Headers, name: string, hops: number): string | undefined {
  if (hops === 0) return undefined
  const values = parse_list_header(headers.getlist(name).join(','))
  return values[values.length - hops]
}

function checked(pattern: RegExp, value: string | undefined): string | undefined {
  return value !== undefined && pattern.test(value) ? value : undefined
}

/** The host with the forwarded port in place of its own; the `Host` field of the request where only a port was forwarded. */
function withPort(host: string | undefined, port: string | undefined, headers: Headers): string | undefined {
  if (port === undefined || Number(port) > MAX_PORT) return host
  const name = (host ?? headers.get('Host'))?.replace(/:[0-9]*$/, '')
  return name === undefined ? undefined : `${name}:${port}`
}

function prefixOf(value: string | undefined): string | undefined {
  let prefix = checked(PREFIX, value)
  while (prefix?.endsWith('/')) prefix = prefix.slice(0, -1)
  return prefix === '' ? undefined : prefix
}

function peerList(peers: readonly string[]): BlockList {
  const list = new BlockList()
  for (const peer of peers) {
    const [address = '', bits, ...rest] = peer.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const most = family === 'ipv6' ? IPV6_BITS : IPV4_BITS
    const prefix = bits === undefined ? most : Number(bits)
    if (
      isIP(address) === 0 ||
      bits === '' ||
      rest.length > 0 ||
      !Number.isInteger(prefix) ||
      prefix < 0 ||
      prefix > most
    ) {
      throw new FlagonError(
        'CONFIG_VALUE',
        `trusted_peers has ${JSON.stringify(peer)}: give addresses or networks such as 10.0.0.0/8`,
      )
    }
    list.addSubnet(address, prefix, family)
  }
  return list
}

/** A server that listens on IPv6 reports IPv4 clients as `::ffff:10.0.0.1`. */
function isListed(peers: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
  return isIP(plain) !== 0 && peers.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}
