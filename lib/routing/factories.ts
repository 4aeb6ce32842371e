import { joinRules } from './pattern.ts'
import { type Rule, RuleFactory, type RuleOptions, type RuleOwner } from './rule.ts'

/** What the factories here share: rules and factories below them, each rule copied with changes. */
abstract class Group extends RuleFactory {
  readonly #below: readonly RuleFactory[]

  constructor(below: Iterable<RuleFactory>) {
    super()
    this.#below = [...below]
  }

  /** What the copy of a rule differs in. */
  protected abstract change(rule: Rule): RuleOptions & { readonly rule?: string }

  override *get_rules(map: RuleOwner): Iterable<Rule> {
    for (const factory of this.#below) {
      for (const rule of factory.get_rules(map)) yield rule.empty(this.change(rule))
    }
  }
}

/**
 * Puts a path in front of all rules below it: `new Submount('/blog', [new Rule('/'), …])`.
 *
 * @see werkzeug.routing.Submount
 */
export class Submount extends Group {
  /** The path, without a slash at its end. */
  readonly path: string

  constructor(path: string, rules: Iterable<RuleFactory>) {
    super(rules)
    this.path = path.replace(/(?<!\/)\/+$/, '')
  }

  protected override change(rule: Rule): { rule: string } {
    return { rule: joinRules(this.path, rule.rule) }
  }
}

/**
 * Gives all rules below it a subdomain, which may have variables: `new Subdomain('<tenant>', [new Rule('/'), …])`.
 *
 * @see werkzeug.routing.Subdomain
 */
export class Subdomain extends Group {
  /** The subdomain. */
  readonly subdomain: string

  constructor(subdomain: string, rules: Iterable<RuleFactory>) {
    super(rules)
    this.subdomain = subdomain
  }

  protected override change(): RuleOptions {
    return { subdomain: this.subdomain }
  }
}

/**
 * Puts a text in front of the endpoints of all rules below it: `new EndpointPrefix('blog.', […])`.
 *
 * @see werkzeug.routing.EndpointPrefix
 */
export class EndpointPrefix extends Group {
  /** The text in front of each endpoint. */
  readonly prefix: string

  constructor(prefix: string, rules: Iterable<RuleFactory>) {
    super(rules)
    this.prefix = prefix
  }

  protected override change(rule: Rule): RuleOptions {
    return { endpoint: this.prefix + rule.endpoint }
  }
}
