import { domainToASCII } from 'node:url'
import { BadRequest } from '../http/exceptions.ts'
import { type BindOptions, MapAdapter, type QueryArguments } from './adapter.ts'
import { RuleTable } from './table.ts'

/** What {@link UrlMap.bind_to_environ} reads of a request. */
export interface Environ {
  /** Host that the request names, with its port unless that is the usual one. */
  readonly host: string
  /** Scheme of the request. */
  readonly scheme: string
  /** Method of the request. */
  readonly method: string
  /** Path below `script_name`, decoded once. `/` by default. */
  readonly path_info?: string | undefined
  /** Path that the app is mounted at, decoded. `/` by default. */
  readonly script_name?: string | undefined
  /** Query of the request, without `?`. */
  readonly query_string?: QueryArguments | undefined
}

/** Longest label of a host name. RFC 1035 section 2.3.4. */
const MAX_LABEL_LENGTH = 63
/** A subdomain that no rule has: for a request to a host that is not the configured server. */
const INVALID_SUBDOMAIN = '<invalid>'
const BEYOND_ASCII = /[^\x00-\x7f]/

/** A host in lower-case ASCII. Throws BadRequest when it is no host name. */
function toAsciiHost(server_name: string): string {
  const [host = '', ...port] = server_name.toLowerCase().split(':')
  if (port.length > 0 && host.startsWith('[')) return server_name.toLowerCase()
  const ascii = BEYOND_ASCII.test(host) ? domainToASCII(host) : host
  const labels = ascii.split('.')
  const isBad = labels.some(
    (label, index) => label.length > MAX_LABEL_LENGTH || (label === '' && index < labels.length - 1),
  )
  if (isBad || (ascii === '' && host !== '')) throw new BadRequest(`'${server_name}' is not the name of a host.`)
  return [ascii, ...port].join(':')
}

/** The server name without the port that its scheme implies. */
function stripUsualPort(server_name: string, scheme: string): string {
  const isSecure = scheme === 'https' || scheme === 'wss'
  const usual = isSecure ? ':443' : scheme === 'http' || scheme === 'ws' ? ':80' : undefined
  return usual !== undefined && server_name.endsWith(usual) ? server_name.slice(0, -usual.length) : server_name
}

/** The subdomain of a host below a server name; one that never matches when the host is not below it. */
function subdomainOf(host: string, server_name: string): string {
  const labels = host.split('.')
  const base = server_name.split('.')
  const below = labels.slice(0, Math.max(0, labels.length - base.length))
  if (labels.slice(below.length).join('.') !== server_name) return INVALID_SUBDOMAIN
  return below.filter((label) => label !== '').join('.')
}

/**
 * The URL rules of an app. Add rules, then bind the map to a server to match and build URLs.
 *
 * @see werkzeug.routing.Map
 */
export class UrlMap extends RuleTable {
  /**
   * The map for one server: `map.bind('example.com')`, with the mount path as a text or among the options.
   *
   * @throws BadRequest when `server_name` is no host name; TypeError when a subdomain is given with `host_matching`.
   */
  bind(server_name: string, script_name?: string | BindOptions | undefined, options: BindOptions = {}): MapAdapter {
    const given =
      typeof script_name === 'object' ? script_name : { ...options, script_name: script_name ?? options.script_name }
    if (this.host_matching && given.subdomain !== undefined) {
      throw new TypeError(
        `The map matches whole hosts, but subdomain '${given.subdomain}' was given. Give the host as server_name.`,
      )
    }
    const subdomain = this.host_matching ? undefined : (given.subdomain ?? this.default_subdomain)
    return new MapAdapter(this, toAsciiHost(server_name), { ...given, subdomain })
  }

  /**
   * The map for one request. The subdomain is what the request's host has before `server_name`; without a `server_name`, the host
   * itself is the server and there is none. A host that is not below `server_name` gets a subdomain that no rule has.
   *
   * @throws BadRequest when the host is no host name.
   */
  bind_to_environ(environ: Environ, server_name?: string | undefined, subdomain?: string | undefined): MapAdapter {
    const host = environ.host.toLowerCase()
    const server = server_name === undefined ? host : stripUsualPort(server_name.toLowerCase(), environ.scheme)
    return this.bind(server, {
      script_name: environ.script_name,
      subdomain: this.host_matching ? undefined : (subdomain ?? subdomainOf(host, server)),
      url_scheme: environ.scheme,
      default_method: environ.method,
      path_info: environ.path_info,
      query_args: environ.query_string,
    })
  }
}
