import { ValidationError } from './converters.ts'
import type { Route, Rule } from './rule.ts'
import { NO, YES_BEFORE_SLASH } from './segment.ts'
import { type Edge, enterEdge, Host, type Leaf, type Match, type Node } from './tree.ts'
import { type MatchValues, makeValues } from './values.ts'

/** Why no view runs for a URL. None of these is thrown; {@link MapAdapter.error_for} makes the exception of one. */
export type Miss =
  | {
      /** Nothing is there, or it is there for WebSocket requests and this is none, or the other way round. */
      readonly kind: 'not_found' | 'websocket_mismatch'
    }
  | {
      /** Rules are there for other methods. */
      readonly kind: 'method_not_allowed'
      /** Those methods. */
      readonly valid_methods: readonly string[]
    }
  | {
      /** The URL should have another path: with a slash at its end, or with single slashes. */
      readonly kind: 'path'
      /** The path it should have, decoded. */
      readonly path: string
    }
  | {
      /** The rule is an alias; or it redirects; or the values are the defaults of another rule of the endpoint, `target`. */
      readonly kind: 'alias' | 'redirect_to' | 'default'
      /** The rule that matched; for `default`, the one to redirect to. */
      readonly rule: Rule
      /** The values of the variables. */
      readonly values: MatchValues
    }

/** What a look-up answers: a {@link Match}, or why there is none. */
export type Lookup = Match | Miss

const NOT_FOUND: Miss = Object.freeze({ kind: 'not_found' })
const WEBSOCKET_MISMATCH: Miss = Object.freeze({ kind: 'websocket_mismatch' })

/** A rule would match with a slash at the end of the URL: the search is over. */
const SLASH_REQUIRED = Symbol('slash required')
type Found = Leaf | typeof SLASH_REQUIRED | undefined

const SLASH = '/'
const SLASH_CODE = 0x2f

/** Whether a path starts with one slash, and not with two. */
function isNormal(path: string): boolean {
  return path.charCodeAt(0) === SLASH_CODE && (path.length === 1 || path.charCodeAt(1) !== SLASH_CODE)
}

/** A path that starts with one slash, whatever it starts with; an empty one stays empty. */
function normalizeStart(path: string): string {
  let start = 0
  while (path.charCodeAt(start) === SLASH_CODE) start++
  return path === '' ? '' : SLASH + path.slice(start)
}

/**
 * Finds the rule of a URL in a tree of segments, by the order of Werkzeug's state machine: static segments first, then dynamic
 * ones by weight, with a way back out of every choice. The time depends on the URL and on how many converters compete at one
 * place, not on how many rules there are.
 *
 * @see werkzeug.routing.matcher.StateMachineMatcher
 */
export class Matcher {
  /** Whether a URL with doubled slashes redirects to the one with single slashes, if that matches. */
  merge_slashes: boolean
  /** Whether aliases, and values that are the defaults of another rule, redirect. */
  redirect_defaults: boolean
  readonly #hosts = new Map<string, Host>()
  readonly #patterns: Edge<Host>[] = []
  readonly #leaves = new Map<string, Leaf[]>()

  #lastDomain: string | undefined = undefined
  #lastHost: Host | undefined = undefined

  // The URL being matched. Matching is synchronous and calls no code of the application, so one set is enough.
  #path = ''
  #method = ''
  #isWebsocket = false
  readonly #captures: string[] = []
  #allowed: Set<string> | undefined = undefined
  #hasWebsocketMismatch = false

  constructor(merge_slashes: boolean, redirect_defaults: boolean) {
    this.merge_slashes = merge_slashes
    this.redirect_defaults = redirect_defaults
  }

  /** Adds a bound rule. */
  add(rule: Rule): void {
    let leaves = this.#leaves.get(rule.endpoint)
    if (leaves === undefined) {
      leaves = []
      this.#leaves.set(rule.endpoint, leaves)
    }
    for (const route of rule.routes) {
      const leaf = this.#enterHost(route.host).add(route)
      if (leaf !== undefined) leaves.push(leaf)
    }
  }

  #enterHost(part: Route['host']): Host {
    const { content, test } = part
    if (test !== undefined) return enterEdge(this.#patterns, part, test, new Host())
    let host = this.#hosts.get(content)
    if (host === undefined) {
      host = new Host()
      this.#hosts.set(content, host)
    }
    return host
  }

  /** Settles which rules of an endpoint take over from which, given them in the order of building. */
  refresh(endpoint: string, rules: readonly Rule[]): void {
    for (const leaf of this.#leaves.get(endpoint) ?? []) {
      const { rule } = leaf
      const before = this.redirect_defaults ? rules.slice(0, rules.indexOf(rule)) : []
      leaf.rivals = before.filter((rival) => rival.provides_defaults_for(rule))
      leaf.isPlain =
        leaf.rivals.length === 0 && rule.redirect_to === undefined && !(rule.alias && this.redirect_defaults)
    }
  }

  /**
   * The match of a decoded path, or why there is none.
   *
   * @param domain the host with `host_matching`, else the subdomain.
   */
  lookup(domain: string, method: string, path: string, isWebsocket = false): Lookup {
    const normal = isNormal(path) ? path : normalizeStart(path)
    const host = domain === this.#lastDomain ? this.#lastHost : this.#hostOf(domain)
    const node = host?.statics.get(normal)
    if (node !== undefined) {
      for (const leaf of node.leaves) {
        if (leaf.answers(method, isWebsocket)) {
          return leaf.isPlain ? leaf.match! : this.#settle(leaf, leaf.match!.values, method)
        }
      }
    }
    this.#method = method
    this.#isWebsocket = isWebsocket
    this.#allowed = undefined
    this.#hasWebsocketMismatch = false
    const found = this.#search(domain, host, normal)
    if (found === SLASH_REQUIRED) return { kind: 'path', path: normal + SLASH }
    if (found !== undefined) return this.#finish(found, method)
    if (this.merge_slashes && normal.includes('//')) {
      const merged = normal.replace(/\/{2,}/g, SLASH)
      const again = this.#search(domain, host, merged)
      if (again === SLASH_REQUIRED) return { kind: 'path', path: merged + SLASH }
      if (again?.rule.merge_slashes) return { kind: 'path', path: merged }
    }
    return this.#miss()
  }

  /** The host of a domain, kept for the next request, which most often has the same. */
  #hostOf(domain: string): Host | undefined {
    const host = this.#hosts.get(domain)
    if (host !== undefined) {
      this.#lastDomain = domain
      this.#lastHost = host
    }
    return host
  }

  #miss(): Miss {
    if (this.#allowed !== undefined) return { kind: 'method_not_allowed', valid_methods: [...this.#allowed] }
    return this.#hasWebsocketMismatch ? WEBSOCKET_MISMATCH : NOT_FOUND
  }

  #finish(leaf: Leaf, method: string): Lookup {
    if (leaf.match !== undefined) return leaf.isPlain ? leaf.match : this.#settle(leaf, leaf.match.values, method)
    const { rule } = leaf
    let values: MatchValues
    try {
      values = leaf.read(this.#captures)
    } catch (error) {
      if (error instanceof ValidationError) return this.#miss()
      throw error
    }
    if (rule.defaults !== undefined) Object.assign(values, rule.defaults)
    return leaf.isPlain ? { kind: 'match', rule, values } : this.#settle(leaf, values, method)
  }

  /** What becomes of a match that may redirect. */
  #settle(leaf: Leaf, values: MatchValues, method: string): Lookup {
    const { rule } = leaf
    if (rule.alias && this.redirect_defaults) return { kind: 'alias', rule, values }
    for (const rival of leaf.rivals) {
      if (rival.suitable_for(values, method)) {
        return { kind: 'default', rule: rival, values: Object.assign(makeValues(), values, rival.defaults) }
      }
    }
    return { kind: rule.redirect_to === undefined ? 'match' : 'redirect_to', rule, values }
  }

  #search(domain: string, host: Host | undefined, path: string): Found {
    this.#path = path
    // Behind the last part of an empty path, else behind the first slash.
    const start = 1
    if (host !== undefined) {
      const found = this.#walk(host.root, start, 0)
      if (found !== undefined) return found
    }
    for (const { test, variables, node } of this.#patterns) {
      if (test(domain, 0, domain.length, this.#captures, 0) === NO) continue
      const found = this.#walk(node.root, start, variables)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The leaf for the rest of the path from `start` on, which is past the end when no part is left. */
  #walk(from: Node, start: number, depth: number): Found {
    const path = this.#path
    const captures = this.#captures
    const { length } = path
    let node = from
    // One turn for each segment. Only where there is a choice it calls itself, to be able to come back.
    for (;;) {
      if (start > length) return this.#leafOf(node) ?? this.#leafBehindSlash(node)
      const { statics, edges } = node
      let next: Node | undefined
      let end = start
      if (start === length || path.charCodeAt(start) === SLASH_CODE) {
        next = node.slash
      } else {
        const segment = statics?.find(path, start)
        if (segment !== undefined) {
          next = segment.value
          end = start + segment.codes.length
        } else if (node.needsEnd) {
          end = path.indexOf(SLASH, start)
          if (end === -1) end = length
        }
      }
      const isSlash = start === length
      let choices = edges.length
      if (next !== undefined) {
        if (choices > 0 || isSlash) {
          const found = this.#walk(next, end + 1, depth)
          if (found !== undefined) return found
          next = undefined
        } else {
          node = next
          start = end + 1
          continue
        }
      }
      for (const edge of edges) {
        choices--
        let after = end + 1
        if (edge.isAnyText) {
          if (end === start) continue
          captures[depth] = path.slice(start, end)
        } else {
          const stop = edge.isFinal ? length : end
          const answer = edge.test(path, start, stop, captures, depth)
          if (answer === NO) continue
          after = answer === YES_BEFORE_SLASH ? length : stop + 1
        }
        if (choices > 0 || isSlash) {
          const found = this.#walk(edge.node, after, depth + edge.variables)
          if (found !== undefined) return found
        } else {
          next = edge.node
          start = after
          depth += edge.variables
        }
      }
      if (next === undefined) return isSlash ? this.#looseLeafOf(node) : undefined
      node = next
    }
  }

  /** Whether a leaf at the end of the URL answers the request; what it would answer instead is kept. */
  #accepts(leaf: Leaf): boolean {
    const { methods } = leaf
    if (methods !== undefined && !methods.has(this.#method)) {
      this.#allowed ??= new Set()
      for (const name of methods) this.#allowed.add(name)
      return false
    }
    if (leaf.isWebsocket === this.#isWebsocket) return true
    this.#hasWebsocketMismatch = true
    return false
  }

  #leafOf(node: Node): Leaf | undefined {
    for (const leaf of node.leaves) if (this.#accepts(leaf)) return leaf
    return undefined
  }

  /** The URL ends where a rule has one slash more. */
  #leafBehindSlash(node: Node): Found {
    if (node.slash === undefined) return undefined
    for (const leaf of node.slash.leaves) {
      if (!leaf.answers(this.#method, this.#isWebsocket)) continue
      return leaf.rule.strict_slashes ? SLASH_REQUIRED : leaf
    }
    return undefined
  }

  /** The URL has one slash more than a rule that does not mind. */
  #looseLeafOf(node: Node): Leaf | undefined {
    for (const leaf of node.leaves) if (!leaf.rule.strict_slashes && this.#accepts(leaf)) return leaf
    return undefined
  }
}
