import { FlagonError } from '../errors.ts'
import { type BuiltRequest, urlOf } from './request-builder.ts'
import type { TestResponse } from './response.ts'

/** The most redirects that are followed in a row, as browsers have it. */
export const MAX_REDIRECTS = 20

const REDIRECT_CODES: ReadonlySet<number> = new Set([301, 302, 303, 305, 307, 308])
/** The codes that ask for the same request again, method and body included. */
const PRESERVING_CODES: ReadonlySet<number> = new Set([307, 308])
/** Fields that describe a body, and go with it. */
const BODY_FIELDS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'transfer-encoding'])

/** Whether an answer sends the client elsewhere. */
export function isRedirect(response: TestResponse): boolean {
  return REDIRECT_CODES.has(response.status_code) && response.headers.has('Location')
}

/**
 * The request that a redirect asks for.
 *
 * @param allowSubdomains - whether hosts below the one that redirects may be gone to.
 * @throws {@link FlagonError} `CLIENT_REDIRECT` when the redirect leads to another host, which the client cannot reach.
 * @see RFC 9110 section 15.4
 */
export function redirectedRequest(built: BuiltRequest, response: TestResponse, allowSubdomains: boolean): BuiltRequest {
  const location = response.headers.get('Location', '')
  const target = new URL(location, urlOf(built))
  checkHost(built, target, allowSubdomains)
  const isBelowRoot = target.pathname === built.rootPath || target.pathname.startsWith(`${built.rootPath}/`)
  const rootPath = isBelowRoot ? built.rootPath : ''
  const moved = {
    ...built,
    scheme: target.protocol.slice(0, -1),
    host: target.host,
    rootPath,
    target: (target.pathname.slice(rootPath.length) || '/') + target.search,
    rawHeaders: withHost(built.rawHeaders, target.host),
  }
  if (PRESERVING_CODES.has(response.status_code)) return moved
  const method = built.method.toUpperCase() === 'HEAD' ? 'HEAD' : 'GET'
  return { ...moved, method, body: Buffer.alloc(0), rawHeaders: withoutFields(moved.rawHeaders, BODY_FIELDS) }
}

/** The header fields but for those with one of these names, given in small letters. */
export function withoutFields(rawHeaders: readonly string[], names: ReadonlySet<string>): string[] {
  return rawHeaders.filter((_item, at) => !names.has(rawHeaders[at - (at % 2)]?.toLowerCase() ?? ''))
}

function withHost(rawHeaders: readonly string[], host: string): string[] {
  return ['Host', host, ...withoutFields(rawHeaders, new Set(['host']))]
}

function checkHost(built: BuiltRequest, target: URL, allowSubdomains: boolean): void {
  const from = new URL(urlOf(built)).hostname
  const to = target.hostname
  if (to === from) return
  if (!to.endsWith(`.${from}`)) {
    throw new FlagonError(
      'CLIENT_REDIRECT',
      `a redirect leads from ${from} to ${target.href}, which a test client cannot follow: check its location instead`,
    )
  }
  if (!allowSubdomains) {
    throw new FlagonError(
      'CLIENT_REDIRECT',
      `a redirect leads from ${from} to the subdomain ${to}: allow it with test_client({ allow_subdomain_redirects: true })`,
    )
  }
}
