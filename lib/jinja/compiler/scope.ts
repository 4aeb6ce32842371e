import { type Expression, eachChild, type For, type Node, type Statement } from '../nodes.ts'

/** Where a variable gets its first value from when its scope is entered. */
export type Source =
  /** It is a parameter, or the target of a loop or `with`: what enters the scope sets it. */
  | { from: 'parameter' }
  /** The context, by the name. */
  | { from: 'context' }
  /** The variable of an outer scope. */
  | { from: 'outer'; id: string }
  /** Nothing: it is undefined until it is set. */
  | { from: 'nothing' }

/** A name of a template in one scope, as a JavaScript variable. */
export interface Variable {
  readonly name: string
  id: string
  source: Source
}

/**
 * The names of one scope. Jinja decides per scope, before it runs, what a name is: a name that is read comes from the outer
 * scopes or the context; one that is set becomes a variable of this scope, which starts as what the outer scope has.
 *
 * @see https://jinja.palletsprojects.com/en/stable/templates/#assignments
 */
export class Scope {
  readonly parent: Scope | undefined
  readonly level: number
  readonly #variables = new Map<string, Variable>()
  readonly #stored = new Set<string>()
  /** More than 0 inside of `if`: a name set there only perhaps is set. */
  #branches = 0

  constructor(parent?: Scope) {
    this.parent = parent
    this.level = parent === undefined ? 0 : parent.level + 1
  }

  /** The variable that a name is here, undefined where the name was never seen. */
  find(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.parent?.find(name)
  }

  /** The variables that this scope declares. */
  variables(): Iterable<Variable> {
    return this.#variables.values()
  }

  #define(name: string, source: Source): Variable {
    const variable = { name, id: `l${this.level}_${name}`, source }
    this.#variables.set(name, variable)
    return variable
  }

  /** Notes that a name is read. */
  load(name: string): void {
    if (this.find(name) === undefined) this.#define(name, { from: 'context' })
  }

  /** Notes that a name is set. */
  store(name: string): void {
    this.#stored.add(name)
    if (this.#variables.has(name)) return
    const outer = this.parent?.find(name)
    if (outer !== undefined) this.#define(name, { from: 'outer', id: outer.id })
    else this.#define(name, { from: this.#branches > 0 ? 'context' : 'nothing' })
  }

  /** Notes that a name is a parameter and gives its variable. */
  parameter(name: string): Variable {
    this.#stored.add(name)
    return this.#define(name, { from: 'parameter' })
  }

  /** Whether the name is set in this scope. */
  stores(name: string): boolean {
    return this.#stored.has(name)
  }

  /** Every name that is set here or further out, with its variable. */
  visible(): Map<string, Variable> {
    const found = new Map<string, Variable>()
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      for (const name of [...scope.#stored].sort()) {
        const variable = this.find(name)
        if (variable !== undefined && !found.has(name)) found.set(name, variable)
      }
    }
    return found
  }

  /** Notes the names of statements that run in this scope. */
  analyze(statements: readonly (Statement | Expression)[]): void {
    for (const statement of statements) this.#visit(statement)
  }

  /** Notes the names of a loop's target, which enter as parameters. */
  targets(target: Expression): void {
    if (target.type === 'Name') this.parameter(target.name)
    else if (target.type === 'Tuple') for (const item of target.items) this.targets(item)
  }

  #visit(node: Node): void {
    switch (node.type) {
      case 'Name':
        if (node.use === 'param') this.parameter(node.name)
        else if (node.use === 'store') this.store(node.name)
        else this.load(node.name)
        return
      case 'NamespaceRef':
        this.load(node.name)
        return
      case 'If':
        this.#visit(node.test)
        this.#branches++
        this.analyze(node.body)
        for (const elif of node.elifs) {
          this.#visit(elif.test)
          this.analyze(elif.body)
        }
        this.analyze(node.otherwise)
        this.#branches--
        return
      case 'Macro':
        this.store(node.name)
        return
      case 'Import':
        this.#visit(node.template)
        this.store(node.target)
        return
      case 'FromImport':
        this.#visit(node.template)
        for (const { alias } of node.names) this.store(alias)
        return
      case 'Assign':
        this.#visit(node.value)
        this.#visit(node.target)
        return
      case 'AssignBlock':
        this.#visit(node.target)
        return
      // What these hold runs in scopes of its own; only what is evaluated outside of them counts.
      case 'For':
        this.#visit(node.iter)
        return
      case 'CallBlock':
        this.#visit(node.call)
        return
      case 'FilterBlock':
        this.#visit(node.filter)
        return
      case 'With':
        for (const value of node.values) this.#visit(value)
        return
      case 'Block':
        return
      case 'Autoescape':
        return
      default:
        eachChild(node, (child) => this.#visit(child))
    }
  }
}

/** Which of the names the statements read without having set them before; blocks are not looked into. */
export function freeNames(statements: readonly Node[], names: readonly string[]): Set<string> {
  const wanted = new Set(names)
  const found = new Set<string>()
  const visit = (node: Node): void => {
    if (node.type === 'Block') return
    if (node.type === 'Name' && wanted.has(node.name)) {
      if (node.use === 'load') found.add(node.name)
      else wanted.delete(node.name)
    }
    eachChild(node, visit)
  }
  for (const statement of statements) visit(statement)
  return found
}

/** Whether a loop needs the object that `loop` is. */
export function usesLoop(node: For): boolean {
  if (node.recursive || freeNames(node.body, ['loop']).size > 0) return true
  let hasScopedBlock = false
  const visit = (child: Node): void => {
    if (child.type === 'Block' && child.scoped) hasScopedBlock = true
    else eachChild(child, visit)
  }
  eachChild(node, visit)
  return hasScopedBlock
}
