import type { QueryOrder } from './build.ts'
import { type ConverterClass, defaultConverters } from './converters.ts'
import { type Lookup, Matcher } from './matcher.ts'
import type { Rule, RuleFactory, RuleOwner } from './rule.ts'

/** What a map can be made with. */
export interface MapOptions {
  /** Subdomain of rules that name none. `''` by default. */
  default_subdomain?: string | undefined
  /** Whether a URL that lacks a rule's last slash redirects to the one with it. `true` by default. */
  strict_slashes?: boolean | undefined
  /** Whether a URL with doubled slashes redirects to the one with single slashes, if that matches. `true` by default. */
  merge_slashes?: boolean | undefined
  /** Whether a URL with the values that another rule has as defaults redirects to that rule's URL. `true` by default. */
  redirect_defaults?: boolean | undefined
  /** Converters beside the built-in ones, by name. */
  converters?: Readonly<Record<string, ConverterClass>> | undefined
  /** Whether query arguments of built URLs are sorted. `false` by default. */
  sort_parameters?: boolean | undefined
  /** What they are sorted by, given `[name, value]`; `undefined`: name, then value. */
  sort_key?: QueryOrder
  /** Whether rules are matched by whole hosts instead of subdomains. `false` by default. */
  host_matching?: boolean | undefined
}

/** The rules of an app with what all of them share: adding, listing and looking up. {@link UrlMap} binds it to a server. */
export class RuleTable implements RuleOwner {
  /** Subdomain of rules that name none. */
  default_subdomain: string
  /** Whether rules added from now on redirect to their last slash. */
  strict_slashes: boolean
  /** Whether rules are matched by whole hosts instead of subdomains. */
  readonly host_matching: boolean
  /** The converters by the names that rules use; a record without a prototype. Register one before the rules that use it. */
  readonly converters: Record<string, ConverterClass>
  /** Whether query arguments of built URLs are sorted. */
  sort_parameters: boolean
  /** What they are sorted by; `undefined`: name, then value. */
  sort_key: QueryOrder

  readonly #matcher: Matcher
  readonly #byEndpoint: Map<string, Rule[]> = new Map()
  readonly #changed: Set<string> = new Set()
  #hasChanged = false

  /** @throws FlagonError what {@link RuleTable.add} throws for one of the rules. */
  constructor(rules: Iterable<RuleFactory> = [], options: MapOptions = {}) {
    this.default_subdomain = options.default_subdomain ?? ''
    this.strict_slashes = options.strict_slashes ?? true
    this.host_matching = options.host_matching ?? false
    this.converters = Object.assign(defaultConverters(), options.converters)
    this.sort_parameters = options.sort_parameters ?? false
    this.sort_key = options.sort_key
    this.#matcher = new Matcher(options.merge_slashes ?? true, options.redirect_defaults ?? true)
    for (const rule of rules) this.add(rule)
  }

  /** Whether URLs with doubled slashes redirect, and the default for rules added from now on. */
  get merge_slashes(): boolean {
    return this.#matcher.merge_slashes
  }

  set merge_slashes(value: boolean) {
    this.#matcher.merge_slashes = value
  }

  /** Whether values that are the defaults of another rule, and aliases, redirect. */
  get redirect_defaults(): boolean {
    return this.#matcher.redirect_defaults
  }

  set redirect_defaults(value: boolean) {
    this.#matcher.redirect_defaults = value
    for (const endpoint of this.#byEndpoint.keys()) this.#touch(endpoint)
  }

  #touch(endpoint: string): void {
    this.#changed.add(endpoint)
    this.#hasChanged = true
  }

  /**
   * Adds a rule, or all rules of a factory.
   *
   * @throws FlagonError `RULE_BOUND` for a rule that is in a map already, `CONVERTER_UNKNOWN`, `CONVERTER_ARGUMENT`,
   * `RULE_SYNTAX`: see {@link Rule.bind}.
   */
  add(factory: RuleFactory): void {
    for (const rule of factory.get_rules(this)) {
      rule.bind(this)
      if (!rule.build_only) this.#matcher.add(rule)
      const rules = this.#byEndpoint.get(rule.endpoint)
      if (rules === undefined) this.#byEndpoint.set(rule.endpoint, [rule])
      else rules.push(rule)
      this.#touch(rule.endpoint)
    }
  }

  /** Puts the rules added since the last time in order. Matching and building do it by themselves. */
  update(): void {
    if (!this.#hasChanged) return
    for (const endpoint of this.#changed) {
      const rules = this.#byEndpoint.get(endpoint) ?? []
      if (rules.length > 1) rules.sort(compareForBuilding)
      this.#matcher.refresh(endpoint, rules)
    }
    this.#changed.clear()
    this.#hasChanged = false
  }

  /** The rules of an endpoint in the order in which building tries them; empty for an unknown endpoint. */
  rules_of(endpoint: string): readonly Rule[] {
    this.update()
    return this.#byEndpoint.get(endpoint) ?? []
  }

  /** All rules, or those of one endpoint. */
  *iter_rules(endpoint?: string | undefined): IterableIterator<Rule> {
    this.update()
    if (endpoint !== undefined) yield* this.rules_of(endpoint)
    else for (const rules of this.#byEndpoint.values()) yield* rules
  }

  /** Whether a rule of the endpoint has all of these variables. */
  is_endpoint_expecting(endpoint: string, ...names: string[]): boolean {
    return this.rules_of(endpoint).some((rule) => names.every((name) => rule.arguments.has(name)))
  }

  /**
   * The match of a URL, or why there is none, without an exception: what the app asks for each request.
   * A rule without variables costs one look-up and makes no object.
   *
   * @param domain the host with `host_matching`, else the subdomain (`''` for none).
   * @param method in upper case.
   * @param path the path, decoded once.
   */
  lookup(domain: string, method: string, path: string, is_websocket = false): Lookup {
    if (this.#hasChanged) this.update()
    return this.#matcher.lookup(domain, method, path, is_websocket)
  }
}

function compareForBuilding(a: Rule, b: Rule): number {
  const [aliasA, variablesA, defaultsA] = a.build_compare_key()
  const [aliasB, variablesB, defaultsB] = b.build_compare_key()
  return aliasA - aliasB || variablesA - variablesB || defaultsA - defaultsB
}
