import { SecurityError } from '../http/exceptions.ts'
import { parse_list_header } from '../http/list-header.ts'
import { ImmutableMultiDict } from '../http/multi-dict.ts'
import { decode_path, parse_query } from '../http/query.ts'
import { host_is_trusted } from './host.ts'
import { type HostedMessage, mountedAt, PROXY_VALUES, type ProxyValues } from './hosted-message.ts'
import { iriHost, iriPath, iriQuery } from './iri.ts'
import { RequestHeaders } from './request-headers.ts'

const SLASH = 47

/** `absolute-form`, RFC 9112 section 3.2.2: what comes before the path, and nothing of it. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i
const BEYOND_ASCII = /[\x80-\xff]/

/** The target as `/path?query`, whatever form the request line has: `absolute-form` loses its host. */
export function originForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target
  const rest = target.slice(ABSOLUTE_FORM.exec(target)?.[0].length ?? 0)
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`
}

/** The path of a target in origin form, decoded once; slashes at its start are one, as in Werkzeug. */
function pathOf(target: string): string {
  const question = target.indexOf('?')
  const path = decode_path(question === -1 ? target : target.slice(0, question))
  return path.charCodeAt(1) === SLASH ? path.replace(/^\/+/, '/') : path
}

/**
 * The address of a request: what the request line, the `Host` field, a mounting and trusted proxies say together.
 * Computed when first read.
 */
export class RequestURL extends RequestHeaders {
  /** Hosts that this request may name; undefined trusts every well-formed one. The app fills it from `TRUSTED_HOSTS`. */
  trusted_hosts: readonly string[] | null | undefined = undefined
  #target: string | undefined = undefined
  #path: string | undefined = undefined
  #root_path: string | undefined = undefined
  #host: string | undefined = undefined
  #args: ImmutableMultiDict | undefined = undefined

  /** The method in capitals: `GET`. */
  get method(): string {
    return this.req.method ?? 'GET'
  }

  get #originForm(): string {
    this.#target ??= originForm(this.req.url ?? '/')
    return this.#target
  }

  get #proxied(): ProxyValues | undefined {
    return (this.req as HostedMessage)[PROXY_VALUES]
  }

  /**
   * The path below the {@link root_path}, decoded once: `/welcome`. Begins with exactly one slash. Bytes that are not
   * UTF-8 read as U+FFFD. Routes match this text.
   */
  get path(): string {
    this.#path ??= pathOf(this.#originForm)
    return this.#path
  }

  /** The path and the query string: `/search?q=1`; with the question mark also where the query is empty. */
  get full_path(): string {
    return `${this.path}?${this.query_string.toString()}`
  }

  /**
   * The path that the app lives under, decoded, without a slash at its end; empty at the root. It comes from a mounting
   * (Express) or from a proxy that `ProxyFix` trusts, never from `APPLICATION_ROOT`.
   */
  get root_path(): string {
    this.#root_path ??= (this.#proxied?.prefix ?? '') + prefixOf(mountedAt(this.req))
    return this.#root_path
  }

  /** The same as {@link root_path}, by its other name. */
  get script_root(): string {
    return this.root_path
  }

  /**
   * The raw bytes after the question mark, without it; empty without a query. `query_string.toString()` is their text,
   * {@link args} are the parsed values.
   */
  get query_string(): Buffer {
    return Buffer.from(this.#rawQuery, 'latin1')
  }

  /** The query as node gives it: text that is latin-1, byte for byte. */
  get #rawQuery(): string {
    const target = this.#originForm
    const question = target.indexOf('?')
    return question === -1 ? '' : target.slice(question + 1)
  }

  /** The parsed arguments of the query string. A sequence of bytes that is not UTF-8 stays percent-encoded. */
  get args(): ImmutableMultiDict {
    if (this.#args === undefined) {
      const query = this.#rawQuery
      const text = BEYOND_ASCII.test(query) ? Buffer.from(query, 'latin1').toString() : query
      this.#args = parse_query<ImmutableMultiDict>(text, ImmutableMultiDict)
    }
    return this.#args
  }

  /** `http` or `https`, as the client sees it: a proxy that `ProxyFix` trusts may say so. */
  get scheme(): string {
    return this.#proxied?.scheme ?? (Reflect.get(this.req.socket, 'encrypted') === true ? 'https' : 'http')
  }

  /** Whether the client's connection is encrypted, as {@link scheme} says. */
  get is_secure(): boolean {
    return this.scheme === 'https' || this.scheme === 'wss'
  }

  /**
   * The host that the client asked for, with the port where it is not the usual one of the scheme: `example.com:5000`.
   * Without a `Host` field (HTTP/1.0) the address that the client connected to; empty where what came is no host.
   *
   * @throws {@link SecurityError} when {@link trusted_hosts} are given and this is none of them.
   */
  get host(): string {
    this.#host ??= this.#checkedHost()
    return this.#host
  }

  #checkedHost(): string {
    const { scheme, trusted_hosts } = this
    const given = this.#proxied?.host ?? this.headers.get('Host') ?? this.#localAddress()
    const host = withoutUsualPort(given, scheme)
    if (host_is_trusted(host, trusted_hosts)) return host
    if (trusted_hosts?.length) throw new SecurityError('The host that this request names is not trusted.')
    return ''
  }

  #localAddress(): string {
    const { localAddress, localPort } = this.req.socket
    if (localAddress === undefined || localPort === undefined) return ''
    return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`
  }

  /** Scheme and host: `http://example.com/`. */
  get host_url(): string {
    return `${this.scheme}://${iriHost(this.host)}/`
  }

  /** Scheme, host and {@link root_path}: `http://example.com/app/`, which the app is reached at. */
  get root_url(): string {
    return `${this.scheme}://${iriHost(this.host)}${iriPath(this.root_path)}/`
  }

  /** The same as {@link root_url}, by its other name. */
  get url_root(): string {
    return this.root_url
  }

  /** The URL without its query string. It is an IRI: characters past ASCII are not percent-encoded. */
  get base_url(): string {
    return `${this.scheme}://${iriHost(this.host)}${iriPath(this.root_path)}${iriPath(this.path)}`
  }

  /** The whole URL of the request, as an IRI: characters past ASCII are not percent-encoded. */
  get url(): string {
    const query = this.#rawQuery
    return query === '' ? this.base_url : `${this.base_url}?${iriQuery(query)}`
  }

  /** The address of the client; undefined where the connection has none (a Unix socket). Trusted proxies may say it. */
  get remote_addr(): string | undefined {
    return this.#proxied?.remote_addr ?? this.req.socket.remoteAddress
  }

  /**
   * The addresses of `X-Forwarded-For`, client first, else {@link remote_addr} alone. A client can write this header
   * itself: use it for information, and `remote_addr` behind `ProxyFix` for decisions.
   */
  get access_route(): readonly string[] {
    const forwarded = this.headers.getlist('X-Forwarded-For')
    if (forwarded.length > 0) return parse_list_header(forwarded.join(','))
    const { remote_addr } = this
    return remote_addr === undefined ? [] : [remote_addr]
  }
}

function withoutUsualPort(host: string, scheme: string): string {
  const usual = scheme === 'http' || scheme === 'ws' ? ':80' : scheme === 'https' || scheme === 'wss' ? ':443' : ''
  return usual !== '' && host.endsWith(usual) ? host.slice(0, -usual.length) : host
}

/** A raw mount path as a prefix: decoded, one slash at its start, none at its end. */
function prefixOf(mount: string): string {
  if (mount === '' || mount === '/') return ''
  const path = pathOf(originForm(mount))
  let end = path.length
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--
  return path.slice(0, end)
}
