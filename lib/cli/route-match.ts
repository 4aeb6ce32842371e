import { inspect } from 'node:util'
import type { Flagon } from '../app.ts'
import type { Route, Rule } from '../routing/rule.ts'
import { NO } from '../routing/segment.ts'
import { inMatchOrder } from './route-table.ts'

/** A rule that does not take a URL. */
export interface PassedRule {
  /** The rule itself. */
  readonly rule: string
  /** Name of its endpoint. */
  readonly endpoint: string
  /** Why it does not. */
  readonly reason: string
}

/** What becomes of a URL. */
export interface MatchExplanation {
  /** The rule that takes it; undefined where none does. */
  readonly rule: string | undefined
  /** The endpoint that it leads to; undefined where there is none. */
  readonly endpoint: string | undefined
  /** The arguments that the view gets. */
  readonly arguments: Readonly<Record<string, unknown>>
  /** The same in a sentence; or what the client is told instead. */
  readonly outcome: string
  /** The rules that are tried before, in that order; all of them where none takes it. */
  readonly passed: readonly PassedRule[]
}

/**
 * Says which rule takes a path or URL, and why those that are tried before it do not.
 *
 * @param method - in capitals.
 */
export function explainMatch(app: Flagon, target: string, method: string): MatchExplanation {
  const { request } = app.test_request_context(target, { method })
  if (request === undefined) throw new TypeError('a test request has a request')
  const rule: Rule | undefined = request.url_rule
  const ordered = inMatchOrder(app.url_map.iter_rules())
  const before = rule === undefined ? ordered : ordered.slice(0, ordered.indexOf(rule))
  const domain = app.create_url_adapter(request)?.domain ?? ''
  const url: TriedUrl = { path: request.path, method, domain, host_matching: app.url_map.host_matching }
  return {
    rule: rule?.rule,
    endpoint: rule?.endpoint,
    arguments: request.view_args ?? {},
    outcome: outcomeOf(`${method} ${target}`, rule, request.view_args ?? {}, request.routing_exception),
    passed: before.map((other) => ({ rule: other.rule, endpoint: other.endpoint, reason: reasonOf(other, url) })),
  }
}

interface TriedUrl {
  readonly path: string
  readonly method: string
  readonly domain: string
  readonly host_matching: boolean
}

function outcomeOf(asked: string, rule: Rule | undefined, values: Record<string, unknown>, error: unknown): string {
  if (rule !== undefined) {
    const given = Object.entries(values).map(([name, value]) => `${name} = ${inspect(value)}`)
    return `${asked} is taken by ${rule.rule} (${rule.endpoint})${given.length === 0 ? '' : `, with ${given.join(', ')}`}`
  }
  // The app may have come with a copy of the package of its own, so its errors are told by what they carry.
  const { code, name, new_url, valid_methods } = Object(error)
  if (typeof new_url === 'string') return `${asked} is redirected to ${new_url} (${code})`
  if (typeof code !== 'number') return `${asked} is taken by no rule`
  const allowed = Array.isArray(valid_methods) ? `; answered there: ${[...valid_methods].sort().join(', ')}` : ''
  return `${asked} is taken by no rule: ${code} ${name}${allowed}`
}

/** Why a rule does not take a URL. */
function reasonOf(rule: Rule, url: TriedUrl): string {
  if (rule.build_only) return 'it only builds URLs'
  if (rule.websocket) return 'it is for WebSocket requests'
  const [first] = rule.routes
  const domain = (url.host_matching ? rule.host : rule.subdomain) ?? ''
  if (first !== undefined && !takesDomain(first, url.domain)) {
    return `it is for the ${url.host_matching ? 'host' : 'subdomain'} '${domain}', not '${url.domain}'`
  }
  const reasons = rule.routes.map((route) => reasonOfPath(route, url.path))
  const reason = reasons.every((text) => text !== undefined) ? reasons[0] : undefined
  if (reason !== undefined) return reason
  if (rule.methods !== undefined && !rule.methods.has(url.method)) {
    return `it answers ${[...rule.methods].sort().join(', ')}, not ${url.method}`
  }
  return 'it would take it too, but gives way'
}

function takesDomain({ host }: Route, domain: string): boolean {
  return host.test === undefined ? host.content === domain : host.test(domain, 0, domain.length, [], 0) !== NO
}

/** Why a path is not that of a route; undefined where it is. */
function reasonOfPath({ rule, path: parts, captures }: Route, path: string): string | undefined {
  const written = rule.rule.split('/').slice(1)
  const texts: string[] = []
  let start = 1
  for (const [index, part] of parts.entries()) {
    const shown = part.isFinal ? written.slice(index).join('/') : (written[index] ?? part.content)
    if (start > path.length) return `the path ends before '/${shown}'`
    const slash = part.isFinal ? -1 : path.indexOf('/', start)
    const end = slash < 0 ? path.length : slash
    const segment = path.slice(start, end)
    const fits =
      part.test === undefined ? segment === part.content : part.test(path, start, end, texts, texts.length) !== NO
    if (!fits)
      return segment === '' && start === path.length
        ? `the path ends where '${shown}' should be`
        : `'${segment}' is not ${shown === '' ? 'the end' : `'${shown}'`}`
    start = part.isFinal ? path.length + 1 : end + 1
  }
  if (start <= path.length) return `the path goes on behind it, with '${path.slice(start - 1)}'`
  return refusalOf(captures, texts)
}

/** What a converter says against its text. */
function refusalOf(captures: Route['captures'], texts: readonly string[]): string | undefined {
  for (const [index, { name, converter }] of captures.entries()) {
    try {
      converter.to_python(texts[index] ?? '')
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ValidationError')) throw error
      return `its converter of '${name}' refuses '${texts[index]}'`
    }
  }
  return undefined
}
