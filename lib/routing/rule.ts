import { isDeepStrictEqual } from 'node:util'
import { FlagonError } from '../errors.ts'
import { BuildPlan, buildQuery, type QueryOrder, type RuleValues } from './build.ts'
import type { ConverterArguments } from './converter-arguments.ts'
import { type BaseConverter, type ConverterOwner, isIdentity, ValidationError } from './converters.ts'
import { nearest } from './nearest.ts'
import { makeParts, type Part } from './part.ts'
import { type FlatToken, type Pattern, parseHost, parseRule, variableNames } from './pattern.ts'

/** What builds URLs while a request is routed; a {@link MapAdapter}. */
export interface UrlBuilder {
  /** The URL of an endpoint. */
  build(endpoint: string, values?: RuleValues): string
}

/** Where a rule redirects to: a URL with `<name>` for variables, or a function of the adapter and the values that returns one. */
export type RedirectTarget = string | ((adapter: UrlBuilder, values: Record<string, unknown>) => string)

/** What a {@link Rule} can be made with. */
export interface RuleOptions {
  /** Name of what the rule leads to, for matching and building. */
  endpoint?: string | undefined
  /** Values for variables that the rule does not have; a URL of another rule with these values redirects here. */
  defaults?: RuleValues | undefined
  /** Methods that the rule answers, in any case; `HEAD` comes with `GET`. `undefined`: all of them. */
  methods?: Iterable<string> | undefined
  /** Subdomain that the rule is for, with Werkzeug's variables; `undefined`: the map's default. */
  subdomain?: string | undefined
  /** Host that the rule is for, where the map has `host_matching`; with Werkzeug's variables. */
  host?: string | undefined
  /** Whether a URL without the rule's last slash redirects to the one with it, rather than matching; `undefined`: as the map. */
  strict_slashes?: boolean | undefined
  /** Whether doubled slashes redirect to single ones; `undefined`: as the map. */
  merge_slashes?: boolean | undefined
  /** Whether the rule is for building only and never matches. `false` by default. */
  build_only?: boolean | undefined
  /** Redirects every match to this URL, relative to the root of the app. */
  redirect_to?: RedirectTarget | undefined
  /** Whether the rule is another address of its endpoint and redirects to the first. `false` by default. */
  alias?: boolean | undefined
  /** Whether the rule is for WebSocket requests (`ws:`, `wss:`) alone. `false` by default. */
  websocket?: boolean | undefined
}

/** What a rule takes from the map it is added to. */
export interface RuleOwner extends ConverterOwner {
  /** Default of {@link RuleOptions.strict_slashes}. */
  readonly strict_slashes: boolean
  /** Default of {@link RuleOptions.merge_slashes}. */
  readonly merge_slashes: boolean
  /** Default of {@link RuleOptions.subdomain}. */
  readonly default_subdomain: string
  /** Whether rules have a host instead of a subdomain. */
  readonly host_matching: boolean
  /** Whether query arguments of built URLs are sorted. */
  readonly sort_parameters: boolean
  /** What they are sorted by; `undefined`: name, then value. */
  readonly sort_key: QueryOrder
}

/**
 * What gives rules to a map: a rule gives itself, {@link Submount} and its like give the rules below them, changed.
 *
 * @see werkzeug.routing.RuleFactory
 */
export abstract class RuleFactory {
  /** The rules to add to the map. */
  abstract get_rules(map: RuleOwner): Iterable<Rule>
}

/** A variable of a rule as the matcher fills it. */
export interface Capture {
  /** Name of the variable. */
  readonly name: string
  /** Converter of its text. */
  readonly converter: BaseConverter
  /** Whether the value is the text itself. */
  readonly isText: boolean
}

/** One variant of a bound rule: the way through the tree and the variables found on it. */
export interface Route {
  /** The rule. */
  readonly rule: Rule
  /** The one part of the host or subdomain; empty where the rule has none. */
  readonly host: Part
  /** The parts of the path after its first slash. */
  readonly path: readonly Part[]
  /** The variables of host and path, in order. */
  readonly captures: readonly Capture[]
}

const NO_VALUES: RuleValues = Object.freeze(Object.create(null))
const WEBSOCKET_METHODS = ['GET', 'HEAD', 'OPTIONS']

function readMethods(
  methods: Iterable<string>,
  { rule, websocket }: { rule: string; websocket: boolean },
): Set<string> {
  if (typeof methods === 'string') {
    throw new FlagonError(
      'METHODS_INVALID',
      `The rule '${rule}' has methods: '${methods}'. Write a list: methods: ['${methods}'].`,
    )
  }
  const names = new Set<string>()
  for (const method of methods) names.add(method.toUpperCase())
  if (names.has('GET')) names.add('HEAD')
  const odd = websocket ? [...names].find((name) => !WEBSOCKET_METHODS.includes(name)) : undefined
  if (odd !== undefined) {
    throw new FlagonError(
      'METHODS_INVALID',
      `The WebSocket rule '${rule}' has the method ${odd}. It can only have ${WEBSOCKET_METHODS.join(', ')}.`,
    )
  }
  return names
}

/**
 * One URL rule: a path with variables, and the endpoint it leads to. It is unbound until it is added to a map.
 *
 * The text is in Flask's syntax when it has a `<` (`/user/<int:id>`), else in path-to-regexp's (`/user/:id`, `/files/*path`,
 * `/list{/:page}`). A rule that ends with a slash is a branch: see {@link RuleOptions.strict_slashes}.
 *
 * @see werkzeug.routing.Rule
 */
export class Rule extends RuleFactory {
  /** The text of the rule. */
  readonly rule: string
  /** Name of what the rule leads to; `''` for a rule without one. */
  readonly endpoint: string
  /** Values for variables that the rule does not have; `undefined`: none. */
  readonly defaults: RuleValues | undefined
  /** Methods that the rule answers, in upper case; `undefined`: all. */
  readonly methods: ReadonlySet<string> | undefined
  /** Subdomain that the rule is for. */
  subdomain: string | undefined
  /** Host that the rule is for, where the map has `host_matching`. */
  readonly host: string | undefined
  /** Whether a URL without the last slash redirects; taken from the map when the rule is added. */
  strict_slashes: boolean | undefined
  /** Whether doubled slashes redirect; taken from the map when the rule is added. */
  merge_slashes: boolean | undefined
  /** Whether the rule never matches. */
  readonly build_only: boolean
  /** Where every match redirects to; `undefined`: nowhere. */
  readonly redirect_to: RedirectTarget | undefined
  /** Whether the rule redirects to the first rule of its endpoint. */
  readonly alias: boolean
  /** Whether the rule is for WebSocket requests alone. */
  readonly websocket: boolean
  /** Whether the app answers `OPTIONS` for this rule by itself; `undefined`: not decided. */
  provide_automatic_options: boolean | undefined = undefined
  /** The map that the rule was added to; `undefined` before. */
  map: RuleOwner | undefined = undefined

  readonly #pattern: Pattern
  #routes: readonly Route[] = []
  #plans: readonly BuildPlan[] = []
  #required: readonly string[] = []
  #arguments: ReadonlySet<string>
  #converters: ReadonlyMap<string, BaseConverter> = new Map()
  #trace = ''

  /**
   * @throws FlagonError `RULE_SYNTAX` or `CONVERTER_ARGUMENT` when the text cannot be read; `METHODS_INVALID` when `methods`
   * is a string, or holds others than GET, HEAD and OPTIONS for a WebSocket rule.
   */
  constructor(rule: string, options: RuleOptions = {}) {
    super()
    this.#pattern = parseRule(rule)
    this.rule = rule
    this.endpoint = options.endpoint ?? ''
    this.defaults = options.defaults
    this.subdomain = options.subdomain
    this.host = options.host
    this.strict_slashes = options.strict_slashes
    this.merge_slashes = options.merge_slashes
    this.build_only = options.build_only ?? false
    this.redirect_to = options.redirect_to
    this.alias = options.alias ?? false
    this.websocket = options.websocket ?? false
    this.methods = options.methods === undefined ? undefined : readMethods(options.methods, this)
    this.#arguments = new Set([...Object.keys(this.defaults ?? {}), ...variableNames(this.#pattern.data.tokens)])
  }

  /** The names of all variables, those of `defaults` included; those of the host too once the rule is in a map. */
  get arguments(): ReadonlySet<string> {
    return this.#arguments
  }

  /** Whether the rule does not end with a slash. */
  get is_leaf(): boolean {
    return !this.rule.endsWith('/')
  }

  /** Whether the rule ends with a slash. */
  get is_branch(): boolean {
    return this.rule.endsWith('/')
  }

  /** The options to make a rule like this one with. */
  get_empty_kwargs(): RuleOptions {
    return {
      endpoint: this.endpoint,
      defaults: this.defaults === undefined ? undefined : { ...this.defaults },
      subdomain: this.subdomain,
      host: this.host,
      methods: this.methods,
      build_only: this.build_only,
      strict_slashes: this.strict_slashes,
      merge_slashes: this.merge_slashes,
      redirect_to: this.redirect_to,
      alias: this.alias,
      websocket: this.websocket,
    }
  }

  /** An unbound copy, for another map; `changes` replaces the text and options that it names. */
  empty(changes: RuleOptions & { readonly rule?: string | undefined } = {}): Rule {
    const { rule = this.rule, ...options } = changes
    const copy: Rule = Reflect.construct(this.constructor, [rule, { ...this.get_empty_kwargs(), ...options }])
    copy.provide_automatic_options = this.provide_automatic_options
    return copy
  }

  override get_rules(_map: RuleOwner): Iterable<Rule> {
    return [this]
  }

  /**
   * Ties the rule to a map, whose settings fill in what the rule leaves open. {@link RuleTable.add} calls it.
   *
   * @throws FlagonError `RULE_BOUND` when the rule is in a map already (`rebind` permits it); `CONVERTER_UNKNOWN` or
   * `CONVERTER_ARGUMENT` when the map has no such converter or it refuses its arguments; `RULE_SYNTAX` as the constructor.
   */
  bind(map: RuleOwner, rebind = false): void {
    if (this.map !== undefined && !rebind) {
      throw new FlagonError(
        'RULE_BOUND',
        `The rule '${this.rule}' was added to a map already. Add a copy of it: rule.empty().`,
      )
    }
    this.strict_slashes ??= map.strict_slashes
    this.merge_slashes ??= map.merge_slashes
    this.subdomain ??= map.default_subdomain
    const host = parseHost((map.host_matching ? this.host : this.subdomain) ?? '')
    this.#compile(map, host)
    this.map = map
  }

  #compile(map: RuleOwner, hostPattern: Pattern): void {
    const converters = new Map<string, BaseConverter>()
    const names = new Set(this.#arguments)
    for (const pattern of [hostPattern, this.#pattern]) {
      for (const token of pattern.variants[0] ?? []) {
        if (token.type === 'text') continue
        if (converters.has(token.name)) {
          throw new FlagonError(
            'RULE_SYNTAX',
            `The rule '${this.rule}' uses the variable '${token.name}' that its host '${hostPattern.source}' has too. Rename one.`,
          )
        }
        const call = pattern.calls.get(token.name)
        converters.set(token.name, this.get_converter(map, token.name, call?.converter ?? 'default', call))
        names.add(token.name)
      }
    }
    const host = mergeText(hostPattern.variants[0] ?? [], false)
    const [hostPart, ...more] = this.#cut(host, converters, false)
    if (hostPart === undefined || hostPart.isFinal || more.length > 0) {
      throw new FlagonError(
        'RULE_SYNTAX',
        `The host '${hostPattern.source}' of the rule '${this.rule}' has a slash, or a variable that takes slashes. No host has one: use <name>.`,
      )
    }
    const defaults = this.defaults ?? NO_VALUES
    const variants = this.#pattern.variants.map((tokens) => mergeText(tokens, this.merge_slashes === true))
    this.#converters = converters
    this.#routes = variants.map((path) => ({
      rule: this,
      host: hostPart,
      // The first part is the empty one before the first slash, which every rule has.
      path: this.#cut(path, converters, !this.#pattern.isFlask).slice(1),
      captures: [...host, ...path].flatMap((token) =>
        token.type === 'text' ? [] : [toCapture(token.name, converters)],
      ),
    }))
    this.#plans = variants.map((path) => new BuildPlan(host, path, converters, defaults))
    this.#arguments = names
    const required = [...names].filter((name) => !Object.hasOwn(defaults, name))
    this.#required = required.filter((name) => this.#plans.every((plan) => plan.names.has(name)))
    this.#trace = JSON.stringify([host, variants])
  }

  #cut(tokens: readonly FlatToken[], converters: ReadonlyMap<string, BaseConverter>, isLazy: boolean): Part[] {
    try {
      return makeParts(tokens, converters, isLazy)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new FlagonError(
        'CONVERTER_ARGUMENT',
        `A converter of the rule '${this.rule}' has a regex that is none: ${error.message}. Correct its \`regex\` or its arguments.`,
        { cause: error },
      )
    }
  }

  /**
   * The converter of a variable. Override it to find converters in another way.
   *
   * @throws FlagonError `CONVERTER_UNKNOWN` when the map has none of that name.
   */
  get_converter(
    map: ConverterOwner,
    variable_name: string,
    converter_name: string,
    args: ConverterArguments | undefined,
  ): BaseConverter {
    const Converter = Object.hasOwn(map.converters, converter_name) ? map.converters[converter_name] : undefined
    if (Converter === undefined) {
      const known = Object.keys(map.converters)
      const near = nearest(converter_name, known)
      throw new FlagonError(
        'CONVERTER_UNKNOWN',
        `The rule '${this.rule}' gives '${variable_name}' the converter '${converter_name}', which does not exist. ` +
          `${near === undefined ? '' : `Did you mean '${near}'? `}There are: ${known.join(', ')}. ` +
          `Register your own before the rule: app.url_map.converters.${converter_name} = MyConverter.`,
      )
    }
    const named = args?.named
    const given = [map, ...(args?.positional ?? [])]
    // Which arguments the class takes is between it and the rule; it checks them itself.
    const converter: BaseConverter = Reflect.construct(Converter, named === undefined ? given : [...given, named])
    return converter
  }

  /** The ways through the tree, one for each choice of optional groups. Empty before the rule is added to a map. */
  get routes(): readonly Route[] {
    return this.#routes
  }

  /** The converters of the variables, by name. Empty before the rule is added to a map. */
  get converters(): ReadonlyMap<string, BaseConverter> {
    return this.#converters
  }

  /**
   * Host part and path of the URL with these values, or `undefined` when a converter does not take one of them.
   * Values that the rule has no variable for become the query, unless `append_unknown` is `false`.
   */
  build(values: RuleValues, append_unknown = true): [host: string, path: string] | undefined {
    const plan = this.#plans.find((plan) => plan.isComplete(values))
    if (plan === undefined) return undefined
    try {
      const host = plan.buildHost(values)
      const path = plan.buildPath(values)
      if (!append_unknown || this.map === undefined) return [host, path]
      const { sort_parameters, sort_key } = this.map
      return [host, path + buildQuery(values, plan.names, this.defaults ?? NO_VALUES, sort_parameters, sort_key)]
    } catch (error) {
      if (error instanceof ValidationError) return undefined
      throw error
    }
  }

  /** Whether a URL of `rule` with this rule's defaults as values should rather be the URL of this rule. */
  provides_defaults_for(rule: Rule): boolean {
    return (
      !this.build_only &&
      this.defaults !== undefined &&
      Object.keys(this.defaults).length > 0 &&
      this.endpoint === rule.endpoint &&
      this.#trace !== rule.#trace &&
      this.arguments.size === rule.arguments.size &&
      [...this.arguments].every((name) => rule.arguments.has(name))
    )
  }

  /** Whether the URL of this rule can be built with these values: none is missing, and none differs from a default. */
  suitable_for(values: RuleValues, method?: string | undefined): boolean {
    if (method !== undefined && this.methods !== undefined && !this.methods.has(method)) return false
    for (const name of this.#required) if (!Object.hasOwn(values, name)) return false
    if (this.defaults === undefined) return true
    for (const [name, value] of Object.entries(this.defaults)) {
      if (Object.hasOwn(values, name) && !isDeepStrictEqual(value, values[name])) return false
    }
    return true
  }

  /** Orders the rules of one endpoint for building: no alias, more variables, more defaults come first. */
  build_compare_key(): readonly [alias: number, variables: number, defaults: number] {
    return [this.alias ? 1 : 0, 0 - this.arguments.size, 0 - Object.keys(this.defaults ?? {}).length]
  }

  /** The text of the rule. */
  override toString(): string {
    return this.rule
  }
}

function toCapture(name: string, converters: ReadonlyMap<string, BaseConverter>): Capture {
  const converter = converters.get(name)!
  return { name, converter, isText: isIdentity(converter) }
}

/** Joins neighbouring texts, so that each is as long as it can be, and merges doubled slashes on demand. */
function mergeText(tokens: readonly FlatToken[], hasMergedSlashes: boolean): FlatToken[] {
  const merged: FlatToken[] = []
  for (const token of tokens) {
    const last = merged.at(-1)
    if (token.type === 'text' && last?.type === 'text')
      merged[merged.length - 1] = { type: 'text', value: last.value + token.value }
    else merged.push(token)
  }
  if (!hasMergedSlashes) return merged
  return merged.map((token) =>
    token.type === 'text' ? { type: 'text', value: token.value.replace(/\/{2,}/g, '/') } : token,
  )
}
