import type { App } from './context.ts'
import { joinRules } from './routing/pattern.ts'
import { listOf, parseUrlRule, type RouteOptions, type Scaffold, type UrlRuleOptions } from './scaffold.ts'
import type { AnyView, Scope, Scoped, ServingFunction, UrlArguments } from './types.ts'

/** Options of `register_blueprint`; each overrides what the blueprint itself says. */
export interface RegisterOptions {
  /** Goes before the rules of the blueprint. */
  readonly url_prefix?: string | null | undefined
  /** Subdomain of its rules. */
  readonly subdomain?: string | null | undefined
  /** Values of arguments of its rules. */
  readonly url_defaults?: UrlArguments | undefined
  /** Group that its commands stand in; null for those of the app itself. */
  readonly cli_group?: string | null | undefined
  /** Another name, to register a blueprint twice. */
  readonly name?: string | undefined
  /** Full name of the blueprint that this one is nested in; set while registering. */
  readonly name_prefix?: string | undefined
}

/** An app that blueprints are set up on. */
export interface SetupApp extends Scaffold, Pick<App, 'jinja_env' | 'before_first_request_funcs'> {
  /** Functions that run before the app serves. */
  readonly before_serving_funcs: ServingFunction[]
  /** Functions that run after the app has served. */
  readonly after_serving_funcs: ServingFunction[]
  /** Functions that run when the app is told to stop. */
  readonly on_shutdown_funcs: ServingFunction[]
}

/** What a blueprint says of itself. */
export interface BlueprintFacts {
  /** Its name, which goes before the names of its endpoints. */
  readonly name: string
  /** Goes before its rules; undefined for none. */
  readonly url_prefix: string | undefined
  /** Subdomain of its rules; undefined for none. */
  readonly subdomain: string | undefined
  /** Values of arguments of its rules. */
  readonly url_values_defaults: UrlArguments
}

/** What a deferred function of a blueprint gets: the app and what this registration says. */
export class BlueprintSetupState {
  /** The app that the blueprint is being registered on. */
  readonly app: SetupApp
  /** The blueprint. */
  readonly blueprint: BlueprintFacts
  /** The options of this registration. */
  readonly options: RegisterOptions
  /** Whether the blueprint is registered on the app for the first time. */
  readonly first_registration: boolean
  /** Subdomain of its rules; undefined for none. */
  readonly subdomain: string | undefined
  /** Prefix of its rules; undefined for none. */
  readonly url_prefix: string | undefined
  /** Name in this registration. */
  readonly name: string
  /** Full name of the blueprint around it; empty for none. */
  readonly name_prefix: string
  /** Values of arguments of its rules. */
  readonly url_defaults: UrlArguments

  constructor(blueprint: BlueprintFacts, app: SetupApp, options: RegisterOptions, first_registration: boolean) {
    this.app = app
    this.blueprint = blueprint
    this.options = options
    this.first_registration = first_registration
    this.subdomain = options.subdomain ?? blueprint.subdomain
    this.url_prefix = options.url_prefix ?? blueprint.url_prefix
    this.name = options.name ?? blueprint.name
    this.name_prefix = options.name_prefix ?? ''
    this.url_defaults = { ...blueprint.url_values_defaults, ...options.url_defaults }
  }

  /** Adds a rule to the app, with the blueprint's name, prefix, subdomain and defaults. */
  add_url_rule(
    rule: string,
    endpoint?: string | UrlRuleOptions | undefined,
    view_func?: AnyView | UrlRuleOptions | undefined,
    options?: RouteOptions,
  ): void {
    const parsed = parseUrlRule(rule, endpoint, view_func, options)
    const full = rule === '' && this.url_prefix !== undefined ? this.url_prefix : joinPaths(this.url_prefix, rule)
    this.app.add_url_rule(full, joinNames(this.name_prefix, this.name, parsed.endpoint), parsed.view, {
      ...parsed.options,
      subdomain: parsed.options.subdomain ?? this.subdomain,
      defaults: { ...this.url_defaults, ...parsed.options.defaults },
    })
  }
}

/** Names joined by dots; empty ones are left out. */
export function joinNames(...names: readonly string[]): string {
  return names.filter((name) => name !== '').join('.')
}

/** A prefix and a rule joined by one slash, also where they are written in different syntaxes. */
export function joinPaths(prefix: string | undefined, rule: string): string {
  return prefix === undefined ? rule : joinRules(prefix.replace(/\/+$/, ''), `/${rule.replace(/^\/+/, '')}`)
}

/** The options for registering a nested blueprint: those of the one around it are put before its own. */
export function nestedOptions(
  state: BlueprintSetupState,
  fullName: string,
  child: BlueprintFacts,
  options: RegisterOptions,
): RegisterOptions {
  const subdomain = [options.subdomain ?? child.subdomain, state.subdomain].filter((name) => name != null)
  const prefix = options.url_prefix ?? child.url_prefix
  return {
    ...options,
    subdomain: subdomain.length > 0 ? subdomain.join('.') : undefined,
    url_prefix: prefix === undefined ? state.url_prefix : joinPaths(state.url_prefix, prefix),
    name_prefix: fullName,
  }
}

/** Copies the hooks and handlers of a blueprint into the app, under the blueprint's full name. */
export function mergeScaffold(from: Scaffold, into: Scaffold, fullName: string): void {
  const scopeOf = (scope: Scope): string => (scope === null ? fullName : `${fullName}.${scope}`)
  const merge = <F>(source: Scoped<F>, target: Scoped<F>): void => {
    for (const [scope, functions] of source) listOf(target, scopeOf(scope)).push(...functions)
  }
  merge(from.before_request_funcs, into.before_request_funcs)
  merge(from.after_request_funcs, into.after_request_funcs)
  merge(from.teardown_request_funcs, into.teardown_request_funcs)
  merge(from.template_context_processors, into.template_context_processors)
  merge(from.url_value_preprocessors, into.url_value_preprocessors)
  merge(from.url_default_functions, into.url_default_functions)
  Object.assign(into.view_functions, from.view_functions)
  for (const [scope, byCode] of from.error_handler_spec) {
    const copy = new Map([...byCode].map(([code, handlers]) => [code, new Map(handlers)]))
    into.error_handler_spec.set(scopeOf(scope), copy)
  }
}
