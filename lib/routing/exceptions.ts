import { BadRequest, HTTPException } from '../http/exceptions.ts'
import type { RuleValues } from './build.ts'
import { similarity } from './nearest.ts'
import type { Rule } from './rule.ts'

const PERMANENT_REDIRECT = 308

/**
 * What routing throws that is no plain HTTP error: {@link BuildError} and, by `instanceof`, {@link RequestRedirect}, which
 * extends {@link HTTPException} as well.
 *
 * @see werkzeug.routing.RoutingException
 */
export class RoutingException extends Error {
  override readonly name: string = 'RoutingException'

  /** Whether a value counts as an instance: a {@link RequestRedirect} counts as a routing exception. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === RoutingException && value instanceof RequestRedirect) return true
    return Function.prototype[Symbol.hasInstance].call(this, value)
  }
}

/**
 * The URL of the request should be another one: an answer 308 with its absolute address.
 *
 * @see werkzeug.routing.RequestRedirect
 */
export class RequestRedirect extends HTTPException {
  /** HTTP status code, 308: the client repeats the method and the body. */
  override code: number = PERMANENT_REDIRECT
  /** The absolute URL to go to, as text that may hold characters past ASCII. */
  readonly new_url: string

  constructor(new_url: string) {
    super(new_url)
    this.new_url = new_url
  }
}

/**
 * The only rule at this URL is for WebSocket requests and the request is none, or the other way round.
 *
 * @see werkzeug.routing.WebsocketMismatch
 */
export class WebsocketMismatch extends BadRequest {}

/** What a {@link BuildError} looks for similar rules in. */
export interface RuleSource {
  /** The map of the adapter. */
  readonly map: {
    /** All rules. */
    iter_rules(): Iterable<Rule>
  }
}

// How much the endpoint's name, the values and the method count when a rule is suggested.
const NAME_SHARE = 0.98
const VALUES_SHARE = 0.01
const METHOD_SHARE = 0.01

function quoted(names: Iterable<string>): string {
  return [...names]
    .sort()
    .map((name) => `'${name}'`)
    .join(', ')
}

/**
 * No rule of the endpoint can be built with the values: the endpoint is unknown, or a value is missing. The message says which
 * rule was probably meant.
 *
 * @see werkzeug.routing.BuildError
 */
export class BuildError extends RoutingException {
  override readonly name: string = 'BuildError'
  /** The endpoint that was asked for. */
  readonly endpoint: string
  /** The values that were given. */
  readonly values: RuleValues
  /** The method that was asked for; `undefined`: any. */
  readonly method: string | undefined
  /** The rule that comes nearest to what was asked for; `undefined` when the map has none. */
  readonly suggested: Rule | undefined

  constructor(endpoint: string, values: RuleValues, method?: string | undefined, adapter?: RuleSource | undefined) {
    const suggested =
      adapter === undefined ? undefined : closestRule(endpoint, values, method, adapter.map.iter_rules())
    super(describe(endpoint, values, method, suggested))
    this.endpoint = endpoint
    this.values = values
    this.method = method
    this.suggested = suggested
  }
}

function closestRule(
  endpoint: string,
  values: RuleValues,
  method: string | undefined,
  rules: Iterable<Rule>,
): Rule | undefined {
  let best: Rule | undefined
  let highest = -1
  for (const rule of rules) {
    const hasValues = Object.keys(values).every((name) => rule.arguments.has(name))
    const hasMethod = method !== undefined && rule.methods?.has(method) === true
    const score =
      NAME_SHARE * similarity(rule.endpoint, endpoint) +
      VALUES_SHARE * Number(hasValues) +
      METHOD_SHARE * Number(hasMethod)
    if (score > highest) {
      best = rule
      highest = score
    }
  }
  return best
}

function describe(
  endpoint: string,
  values: RuleValues,
  method: string | undefined,
  suggested: Rule | undefined,
): string {
  const names = Object.keys(values)
  let message = `No URL can be built for the endpoint '${endpoint}'`
  if (method !== undefined) message += `, method ${method}`
  if (names.length > 0) message += `, with values for ${quoted(names)}`
  message += '.'
  if (suggested === undefined) return message
  if (suggested.endpoint !== endpoint) return `${message} Did you mean '${suggested.endpoint}'?`
  if (method !== undefined && suggested.methods !== undefined && !suggested.methods.has(method)) {
    message += ` Its methods are ${[...suggested.methods].sort().join(', ')}.`
  }
  const missing = [...suggested.arguments].filter((name) => !Object.hasOwn(values, name))
  return missing.length === 0
    ? message
    : `${message} Give values for ${quoted(missing)}: its rule is '${suggested.rule}'.`
}
