import { followChallenge, WWWAuthenticate } from '../http/authorization.ts'
import { parse_cache_control_header, ResponseCacheControl } from '../http/cache-control.ts'
import { CallbackMap } from '../http/callback-map.ts'
import { type ContentSecurityPolicy, parse_csp_header } from '../http/csp.ts'
import { type HeaderSet, parse_set_header } from '../http/header-set.ts'
import { dump_header } from '../http/list-header.ts'
import { dump_options_header, parse_options_header } from '../http/options-header.ts'
import { ContentRange, parse_content_range_header } from '../http/range.ts'
import { parseCount, put, ResponseHeaders } from './response-headers.ts'

/** What a set-like header can be assigned: its text, or its members. */
export type HeaderSetInit = string | Iterable<string>

/** Values of `Cross-Origin-Opener-Policy`. */
export type OpenerPolicy = 'unsafe-none' | 'same-origin-allow-popups' | 'same-origin'

/** Values of `Cross-Origin-Embedder-Policy`. */
export type EmbedderPolicy = 'unsafe-none' | 'require-corp'

const OPENER_POLICIES: readonly OpenerPolicy[] = ['unsafe-none', 'same-origin-allow-popups', 'same-origin']
const EMBEDDER_POLICIES: readonly EmbedderPolicy[] = ['unsafe-none', 'require-corp']

/**
 * The header fields of a response that have parts: sets, directives and policies. What a property returns is live: changing it changes
 * the header. Assigning takes the header's text, or the parts; `undefined` removes the header.
 *
 * @see Werkzeug `werkzeug.sansio.response.Response`
 */
export abstract class ResponsePolicies extends ResponseHeaders {
  /** The parameters of `Content-Type`, such as `charset`. */
  get mimetype_params(): Map<string, string> {
    const [type, options] = parse_options_header(this.content_type)
    return new CallbackMap(options, (changed) => {
      this.content_type = dump_options_header(type, changed)
    })
  }

  /** The request headers that the answer depends on (`Vary`). With `*` among them, that is all that is sent. */
  get vary(): HeaderSet {
    return parse_set_header(this.headers.get('Vary'), (set) => {
      put(this.headers, 'Vary', set.has('*') ? '*' : set.to_header() || undefined)
    })
  }
  set vary(value: HeaderSetInit | undefined) {
    putSet(this, 'Vary', value)
  }

  /** The languages of those that the answer is for (`Content-Language`). */
  get content_language(): HeaderSet {
    return getSet(this, 'Content-Language')
  }
  set content_language(value: HeaderSetInit | undefined) {
    putSet(this, 'Content-Language', value)
  }

  /** The methods that the URL takes (`Allow`). */
  get allow(): HeaderSet {
    return getSet(this, 'Allow')
  }
  set allow(value: HeaderSetInit | undefined) {
    putSet(this, 'Allow', value)
  }

  /** What caches may do with the answer (`Cache-Control`): `response.cache_control.max_age = 60`. */
  get cache_control(): ResponseCacheControl {
    return parse_cache_control_header(
      this.headers.get('Cache-Control'),
      (directives) => put(this.headers, 'Cache-Control', directives.size === 0 ? undefined : dump_header(directives)),
      ResponseCacheControl,
    )
  }
  set cache_control(value: ResponseCacheControl | string | undefined) {
    put(this.headers, 'Cache-Control', value?.toString() || undefined)
  }

  /** Which part of the whole is sent (`Content-Range`). */
  get content_range(): ContentRange {
    const follow = (range: ContentRange): void => put(this.headers, 'Content-Range', range.to_header() || undefined)
    return (
      parse_content_range_header(this.headers.get('Content-Range'), follow) ??
      new ContentRange(undefined, undefined, undefined, undefined, follow)
    )
  }
  set content_range(value: ContentRange | string | undefined) {
    put(this.headers, 'Content-Range', value?.toString() || undefined)
  }

  /** What the page may load and run (`Content-Security-Policy`): `response.content_security_policy.default_src = "'self'"`. */
  get content_security_policy(): ContentSecurityPolicy {
    return getPolicy(this, 'Content-Security-Policy')
  }
  set content_security_policy(value: ContentSecurityPolicy | string | undefined) {
    put(this.headers, 'Content-Security-Policy', value?.toString() || undefined)
  }

  /** As {@link ResponsePolicies.content_security_policy}, but violations are only reported (`Content-Security-Policy-Report-Only`). */
  get content_security_policy_report_only(): ContentSecurityPolicy {
    return getPolicy(this, 'Content-Security-Policy-Report-Only')
  }
  set content_security_policy_report_only(value: ContentSecurityPolicy | string | undefined) {
    put(this.headers, 'Content-Security-Policy-Report-Only', value?.toString() || undefined)
  }

  /**
   * How the client can prove who it is (`WWW-Authenticate`): the first challenge, or an empty `basic` one. Assign one challenge, which stays
   * live, or a list of them.
   */
  get www_authenticate(): WWWAuthenticate {
    const challenge = WWWAuthenticate.from_header(this.headers.get('WWW-Authenticate')) ?? new WWWAuthenticate('basic')
    followChallenge(challenge, () => this.headers.set('WWW-Authenticate', challenge.to_header()))
    return challenge
  }
  set www_authenticate(value: WWWAuthenticate | readonly WWWAuthenticate[] | undefined) {
    if (value instanceof WWWAuthenticate) {
      this.headers.set('WWW-Authenticate', value.to_header())
      followChallenge(value, () => this.headers.set('WWW-Authenticate', value.to_header()))
      return
    }
    this.headers.setlist('WWW-Authenticate', value?.map(String) ?? [])
  }

  /** Whether scripts of the other origin may read an answer to a request with credentials (`Access-Control-Allow-Credentials`). */
  get access_control_allow_credentials(): boolean {
    return this.headers.has('Access-Control-Allow-Credentials')
  }
  set access_control_allow_credentials(value: boolean | undefined) {
    put(this.headers, 'Access-Control-Allow-Credentials', value === true ? 'true' : undefined)
  }

  /** Headers that a cross-origin request may send (`Access-Control-Allow-Headers`); `undefined` when not set. */
  get access_control_allow_headers(): HeaderSet | undefined {
    return getSetIfThere(this, 'Access-Control-Allow-Headers')
  }
  set access_control_allow_headers(value: HeaderSetInit | undefined) {
    putSet(this, 'Access-Control-Allow-Headers', value)
  }

  /** Methods that a cross-origin request may use (`Access-Control-Allow-Methods`); `undefined` when not set. */
  get access_control_allow_methods(): HeaderSet | undefined {
    return getSetIfThere(this, 'Access-Control-Allow-Methods')
  }
  set access_control_allow_methods(value: HeaderSetInit | undefined) {
    putSet(this, 'Access-Control-Allow-Methods', value)
  }

  /** The origin whose scripts may read the answer, or `*` (`Access-Control-Allow-Origin`). */
  get access_control_allow_origin(): string | undefined {
    return this.headers.get('Access-Control-Allow-Origin')
  }
  set access_control_allow_origin(value: string | undefined) {
    put(this.headers, 'Access-Control-Allow-Origin', value)
  }

  /** Headers that scripts of the other origin may read (`Access-Control-Expose-Headers`); `undefined` when not set. */
  get access_control_expose_headers(): HeaderSet | undefined {
    return getSetIfThere(this, 'Access-Control-Expose-Headers')
  }
  set access_control_expose_headers(value: HeaderSetInit | undefined) {
    putSet(this, 'Access-Control-Expose-Headers', value)
  }

  /** Seconds for which a browser may remember the answer to a preflight request (`Access-Control-Max-Age`). */
  get access_control_max_age(): number | undefined {
    return parseCount(this.headers.get('Access-Control-Max-Age'))
  }
  set access_control_max_age(value: number | undefined) {
    put(this.headers, 'Access-Control-Max-Age', value)
  }

  /** Whether pages of other origins that open this one, or are opened by it, can reach it (`Cross-Origin-Opener-Policy`). */
  get cross_origin_opener_policy(): OpenerPolicy {
    const value = this.headers.get('Cross-Origin-Opener-Policy')
    return OPENER_POLICIES.find((policy) => policy === value) ?? 'unsafe-none'
  }
  /** @throws TypeError when the value is not one of the policies. */
  set cross_origin_opener_policy(value: OpenerPolicy | undefined) {
    putPolicy(this, 'Cross-Origin-Opener-Policy', value, OPENER_POLICIES)
  }

  /** Whether the page loads what other origins do not share with it (`Cross-Origin-Embedder-Policy`). */
  get cross_origin_embedder_policy(): EmbedderPolicy {
    const value = this.headers.get('Cross-Origin-Embedder-Policy')
    return EMBEDDER_POLICIES.find((policy) => policy === value) ?? 'unsafe-none'
  }
  /** @throws TypeError when the value is not one of the policies. */
  set cross_origin_embedder_policy(value: EmbedderPolicy | undefined) {
    putPolicy(this, 'Cross-Origin-Embedder-Policy', value, EMBEDDER_POLICIES)
  }
}

function getSet(response: ResponseHeaders, name: string): HeaderSet {
  return parse_set_header(response.headers.get(name), (set) =>
    put(response.headers, name, set.to_header() || undefined),
  )
}

function getSetIfThere(response: ResponseHeaders, name: string): HeaderSet | undefined {
  return response.headers.has(name) ? getSet(response, name) : undefined
}

function putSet(response: ResponseHeaders, name: string, value: HeaderSetInit | undefined | null): void {
  const text = typeof value === 'string' || value === undefined || value === null ? value : dump_header(value)
  put(response.headers, name, text || undefined)
}

function getPolicy(response: ResponseHeaders, name: string): ContentSecurityPolicy {
  const policy: ContentSecurityPolicy = parse_csp_header(response.headers.get(name), () => {
    put(response.headers, name, policy.to_header() || undefined)
  })
  return policy
}

function putPolicy(
  response: ResponseHeaders,
  name: string,
  value: string | undefined | null,
  allowed: readonly string[],
): void {
  if (value !== undefined && value !== null && !allowed.includes(value)) {
    throw new TypeError(`${name} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`)
  }
  put(response.headers, name, value)
}
