import { HTTPException, MethodNotAllowed, NotFound } from '../http/exceptions.ts'
import { MultiDict } from '../http/multi-dict.ts'
import { encode_path, encode_query, type QueryValue } from '../http/query.ts'
import type { RuleValues } from './build.ts'
import { BuildError, RequestRedirect, WebsocketMismatch } from './exceptions.ts'
import type { Miss } from './matcher.ts'
import { joinUrl } from './reference.ts'
import type { Rule, UrlBuilder } from './rule.ts'
import type { RuleTable } from './table.ts'
import type { MatchValues } from './values.ts'

/** Query arguments for a redirect: a query string without `?`, or values by name. */
export type QueryArguments = string | MultiDict | Readonly<Record<string, QueryValue | readonly QueryValue[]>>

/** Values to build a URL with: an object, or request arguments as they came. */
export type BuildValues = RuleValues | MultiDict

/** What a {@link MapAdapter} knows about the server and the request. */
export interface BindOptions {
  /** Path that the app is mounted at. `/` by default. */
  script_name?: string | undefined
  /** Subdomain of the request; `undefined`: the map's default. Not with `host_matching`. */
  subdomain?: string | undefined
  /** Scheme of URLs: `http` by default; with `ws` and `wss` WebSocket rules match. `''` makes URLs without a scheme. */
  url_scheme?: string | undefined
  /** Method to match where none is given. `GET` by default. */
  default_method?: string | undefined
  /** Path to match where none is given, decoded. `/` by default. */
  path_info?: string | undefined
  /** Query of the request, for redirects. */
  query_args?: QueryArguments | undefined
}

/** What to match, where it differs from what the adapter was bound to. */
export interface MatchOptions {
  /** The method, in any case. */
  method?: string | undefined
  /** Whether the rule is returned instead of its endpoint. `false` by default. */
  return_rule?: boolean | undefined
  /** Query arguments to keep in a redirect. */
  query_args?: QueryArguments | undefined
  /** Whether to match as a WebSocket request; `undefined`: by the scheme. */
  websocket?: boolean | undefined
}

/** How to build a URL. */
export interface BuildOptions {
  /** Only rules for this method; `undefined`: those for the bound method, else any. */
  method?: string | undefined
  /** Whether the URL has scheme and host in any case. `false` by default. */
  force_external?: boolean | undefined
  /** Whether values without a variable become the query. `true` by default. */
  append_unknown?: boolean | undefined
  /** Scheme of a URL with a host; `''` for one that starts with `//`; `undefined`: that of the adapter. */
  url_scheme?: string | undefined
}

/** How to dispatch. */
export interface DispatchOptions {
  /** The method, in any case; `undefined`: that of the adapter. */
  method?: string | undefined
  /** Whether HTTP exceptions are returned instead of thrown. `false` by default. */
  catch_http_exceptions?: boolean | undefined
}

/** A method that no rule has, to learn which ones there are. */
const NO_METHOD = '--'
const WEBSOCKET_SCHEMES = ['ws', 'wss']
const SECURE_SCHEMES = ['https', 'wss']
const PLACEHOLDER = /<([^>]+)>/g

/** Text without the slashes at its ends. */
function stripSlashes(text: string): string {
  return text.replace(/^\/+/, '').replace(/(?<!\/)\/+$/, '')
}

function stripStart(text: string): string {
  let start = 0
  while (text[start] === '/') start++
  return text.slice(start)
}

/**
 * A map bound to a server, and in most cases to a request: it matches URLs and builds them.
 *
 * @see werkzeug.routing.MapAdapter
 */
export class MapAdapter implements UrlBuilder {
  /** The rules. */
  readonly map: RuleTable
  /** Host of the server, with its port unless that is the usual one. */
  readonly server_name: string
  /** Path that the app is mounted at; it ends with a slash. */
  readonly script_name: string
  /** Subdomain of the request; `undefined` with `host_matching`. */
  readonly subdomain: string | undefined
  /** Scheme of URLs, possibly empty. */
  readonly url_scheme: string
  /** Path to match where none is given. */
  readonly path_info: string
  /** Method to match where none is given. */
  readonly default_method: string
  /** Query of the request; `undefined`: none. */
  readonly query_args: QueryArguments | undefined
  /** Whether WebSocket rules match: the scheme is `ws` or `wss`. */
  readonly websocket: boolean

  constructor(map: RuleTable, server_name: string, options: BindOptions = {}) {
    const { script_name = '/', url_scheme = 'http' } = options
    this.map = map
    this.server_name = server_name
    this.script_name = script_name.endsWith('/') ? script_name : `${script_name}/`
    this.subdomain = options.subdomain
    this.url_scheme = url_scheme
    this.path_info = options.path_info ?? '/'
    this.default_method = options.default_method ?? 'GET'
    this.query_args = options.query_args
    this.websocket = WEBSOCKET_SCHEMES.includes(url_scheme)
  }

  /** What rules of this request's host stand under: the host with `host_matching`, else the subdomain. */
  get domain(): string {
    return this.map.host_matching ? this.server_name : (this.subdomain ?? this.server_name)
  }

  /**
   * Endpoint (or rule, with `return_rule`) and values of the URL.
   *
   * @throws NotFound when no rule matches; MethodNotAllowed, with the methods that would; RequestRedirect when the URL should be
   * another one; WebsocketMismatch when the rule is for the other kind of request.
   */
  match(path_info: string | undefined, options: MatchOptions & { return_rule: true }): [rule: Rule, values: MatchValues]
  match(
    path_info?: string | undefined,
    method?: string | (MatchOptions & { return_rule?: false }),
  ): [endpoint: string, values: MatchValues]
  match(path_info?: string | undefined, method?: string | MatchOptions): [string | Rule, MatchValues] {
    const options = typeof method === 'string' ? { method } : (method ?? {})
    const verb = (options.method || this.default_method).toUpperCase()
    const found = this.map.lookup(this.domain, verb, path_info ?? this.path_info, options.websocket ?? this.websocket)
    if (found.kind !== 'match') throw this.error_for(found, verb, options.query_args ?? this.query_args)
    return [options.return_rule ? found.rule : found.rule.endpoint, found.values]
  }

  /** The exception that tells a client about a miss of {@link RuleTable.lookup}: a redirect, 404, 405 or 400. */
  error_for(
    miss: Miss,
    method: string = this.default_method,
    query_args: QueryArguments | undefined = this.query_args,
  ): HTTPException {
    switch (miss.kind) {
      case 'not_found':
        return new NotFound()
      case 'method_not_allowed':
        return new MethodNotAllowed({ valid_methods: miss.valid_methods })
      case 'websocket_mismatch':
        return new WebsocketMismatch()
      case 'path':
        return new RequestRedirect(this.make_redirect_url(encode_path(miss.path), query_args))
      case 'alias':
        return new RequestRedirect(
          this.make_alias_redirect_url(miss.rule.rule, miss.rule.endpoint, miss.values, method, query_args),
        )
      case 'default':
        return new RequestRedirect(this.#defaultRedirectUrl(miss.rule, miss.values, query_args))
      case 'redirect_to':
        return new RequestRedirect(this.#targetUrl(miss.rule, miss.values))
    }
  }

  #targetUrl({ redirect_to, converters }: Rule, values: MatchValues): string {
    const target =
      typeof redirect_to === 'function'
        ? redirect_to(this, values)
        : (redirect_to ?? '').replace(
            PLACEHOLDER,
            (_, name: string) => converters.get(name)?.to_url(values[name]) ?? '',
          )
    const host = this.subdomain ? `${this.subdomain}.${this.server_name}` : this.server_name
    return joinUrl(`${this.url_scheme || 'http'}://${host}${this.script_name}`, target)
  }

  #defaultRedirectUrl(rule: Rule, values: MatchValues, query_args: QueryArguments | undefined): string {
    const [host, path] = rule.build(values) ?? ['', '/']
    return this.make_redirect_url(path, query_args, host)
  }

  /** Whether a rule matches the URL, or redirects from it. */
  test(path_info?: string | undefined, method?: string | undefined): boolean {
    const verb = (method || this.default_method).toUpperCase()
    const { kind } = this.map.lookup(this.domain, verb, path_info ?? this.path_info, this.websocket)
    return kind !== 'not_found' && kind !== 'method_not_allowed' && kind !== 'websocket_mismatch'
  }

  /** The methods that rules answer at the URL; empty where no rule is, or one that answers all. */
  allowed_methods(path_info?: string | undefined): string[] {
    const found = this.map.lookup(this.domain, NO_METHOD, path_info ?? this.path_info, this.websocket)
    return found.kind === 'method_not_allowed' ? [...found.valid_methods] : []
  }

  /**
   * Calls `view_func` with endpoint and values of the URL and returns what it returns; a redirect is returned as an exception object.
   *
   * @throws HTTPException what {@link MapAdapter.match} or the view throws, but with `catch_http_exceptions`, when it is returned.
   */
  dispatch<T>(
    view_func: (endpoint: string, values: MatchValues) => T,
    path_info?: string | undefined,
    options: DispatchOptions = {},
  ): T | HTTPException {
    try {
      const [endpoint, values] = this.match(path_info, options.method)
      return view_func(endpoint, values)
    } catch (error) {
      if (error instanceof RequestRedirect) return error
      if (error instanceof HTTPException && options.catch_http_exceptions) return error
      throw error
    }
  }

  /** The host of a URL whose rule has this host or subdomain; `undefined`: that of the request. */
  get_host(domain_part?: string | undefined): string {
    if (this.map.host_matching) return domain_part ?? this.server_name
    const subdomain = domain_part ?? this.subdomain
    return subdomain ? `${subdomain}.${this.server_name}` : this.server_name
  }

  /** The URL to redirect to when the values are the defaults of a rule that goes before this one; else `undefined`. */
  get_default_redirect(
    rule: Rule,
    method: string,
    values: MatchValues,
    query_args: QueryArguments | undefined = this.query_args,
  ): string | undefined {
    for (const other of this.map.rules_of(rule.endpoint)) {
      if (other === rule) return undefined
      if (other.provides_defaults_for(rule) && other.suitable_for(values, method)) {
        return this.#defaultRedirectUrl(other, { ...values, ...other.defaults }, query_args)
      }
    }
    return undefined
  }

  /** Query arguments as a query string. */
  encode_query_args(query_args: QueryArguments): string {
    return typeof query_args === 'string' ? query_args : encode_query(query_args)
  }

  /** The absolute URL of a path that is percent-encoded, below the place where the app is mounted. */
  make_redirect_url(
    path_info: string,
    query_args: QueryArguments | undefined = this.query_args,
    domain_part?: string | undefined,
  ): string {
    const query = query_args === undefined ? '' : this.encode_query_args(query_args)
    const mount = stripSlashes(this.script_name)
    const path = `${mount === '' ? '' : `/${mount}`}/${stripStart(path_info)}`
    return `${this.url_scheme || 'http'}://${this.get_host(domain_part)}${path}${query === '' ? '' : `?${query}`}`
  }

  /** The absolute URL of the rule that an alias at `path` stands for. */
  make_alias_redirect_url(
    _path: string,
    endpoint: string,
    values: MatchValues,
    method: string,
    query_args?: QueryArguments | undefined,
  ): string {
    const url = this.build(endpoint, values, { method, append_unknown: false, force_external: true })
    const query = query_args === undefined ? '' : this.encode_query_args(query_args)
    return query === '' ? url : `${url}?${query}`
  }

  /**
   * The URL of an endpoint: a path, or with scheme and host where the rule is on another host, or on demand. `undefined` and `null`
   * among the values are left out; a list gives a query argument several times.
   *
   * @throws BuildError when no rule of the endpoint can be built with the values; RangeError when a converter refuses a value.
   */
  build(endpoint: string, values: BuildValues = {}, options: BuildOptions = {}): string {
    const given = cleanValues(values)
    const { append_unknown = true } = options
    const method = options.method
    const built =
      (method === undefined ? this.#build(endpoint, given, this.default_method, append_unknown) : undefined) ??
      this.#build(endpoint, given, method, append_unknown)
    if (built === undefined) throw new BuildError(endpoint, given, method, this)
    const [domain, path, isWebsocket] = built
    let scheme = options.url_scheme ?? this.url_scheme
    const isSecure = SECURE_SCHEMES.includes(scheme)
    if (isWebsocket) scheme = isSecure ? 'wss' : 'ws'
    else if (scheme !== '') scheme = isSecure ? 'https' : 'http'
    const host = this.get_host(domain)
    const isHere = this.map.host_matching ? host === this.server_name : domain === this.subdomain
    const mounted = `${this.script_name}${stripStart(path)}`
    if (isHere && !options.force_external && !isWebsocket) return mounted
    return `${scheme === '' ? '' : `${scheme}:`}//${host}${mounted}`
  }

  /** The first rule that can be built; with `host_matching`, rather one of the request's own host. */
  #build(
    endpoint: string,
    values: RuleValues,
    method: string | undefined,
    append_unknown: boolean,
  ): [host: string, path: string, isWebsocket: boolean] | undefined {
    let first: [string, string, boolean] | undefined
    for (const rule of this.map.rules_of(endpoint)) {
      if (!rule.suitable_for(values, method)) continue
      const built = rule.build(values, append_unknown)
      if (built === undefined) continue
      const [host, path] = built
      if (!this.map.host_matching || host === this.server_name) return [host, path, rule.websocket]
      first ??= [host, path, rule.websocket]
    }
    return first
  }
}

/** The values without `undefined` and `null`, in an object that inherits nothing. */
function cleanValues(values: BuildValues): RuleValues {
  const clean: Record<string, unknown> = Object.create(null)
  if (values instanceof MultiDict) {
    for (const key of values.keys()) {
      const list = values.getlist(key)
      if (list.length > 0) clean[key] = list.length === 1 ? list[0] : list
    }
    return clean
  }
  for (const key of Object.keys(values)) {
    const value = values[key]
    if (value !== undefined && value !== null) clean[key] = value
  }
  return clean
}
