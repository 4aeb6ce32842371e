import ts from 'typescript'
import { importsOf, type Source } from './source-tree.ts'

/** A name that stands in a module: declared there, or brought in from another module of the tree. */
interface Module {
  source: Source
  /** Declarations at the top of the file, by name; overloads and merged declarations together. */
  declared: Map<string, ts.Declaration[]>
  /** Local name → the module and the name there (`*` for a namespace). */
  imported: Map<string, { path: string; name: string }>
  /** Exported name → local name, or the module and name it is passed on from. */
  exported: Map<string, { path: string | undefined; name: string; isType: boolean }>
  /** Modules whose every export is passed on. */
  stars: { path: string; isType: boolean }[]
}

/** Where a public name is declared. */
export interface PublicName {
  /** What the user reaches it by, such as `Flagon.run` or `CookieOptions.max_age`. */
  name: string
  source: Source
  /** Every declaration of the name: overloads, getter and setter, merged interfaces. */
  nodes: ts.Node[]
}

/** An export of a module: its name, and whether it is a type alone. */
export interface Export {
  name: string
  isType: boolean
}

/** The exports of modules and all names that users can reach through them, found from the syntax alone. */
export class PublicFace {
  readonly #modules = new Map<string, Module>()

  constructor(sources: Source[]) {
    for (const source of sources) this.#modules.set(source.path, readModule(source))
  }

  /** Every export of a module, those passed on from others included, sorted by name. */
  exportsOf(path: string): Export[] {
    const found = new Map<string, boolean>()
    const module = this.#modules.get(path)
    for (const [name, { isType }] of module?.exported ?? []) {
      const end = this.#resolve(path, name)
      const onlyTypes = end?.nodes?.every((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      found.set(name, isType || onlyTypes === true)
    }
    for (const star of module?.stars ?? []) {
      for (const { name, isType } of this.exportsOf(star.path)) {
        if (!found.has(name)) found.set(name, star.isType || isType)
      }
    }
    return [...found]
      .map(([name, isType]) => ({ name, isType }))
      .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
  }

  /**
   * Everything that users of these modules meet: exports with their members, what these extend with its members, what
   * they take as a parameter (options, with each of their properties), and the names of the types they give back.
   */
  reachableFrom(paths: Iterable<string>): PublicName[] {
    const found: PublicName[] = []
    const seen = new Set<string>()
    const queue: { path: string; name: string; isWhole: boolean }[] = []
    for (const path of paths) for (const { name } of this.exportsOf(path)) queue.push({ path, name, isWhole: true })
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const end = this.#resolve(at.path, at.name)
      if (end === undefined) continue
      if (end.nodes === undefined) {
        for (const { name } of this.exportsOf(end.path)) queue.push({ path: end.path, name, isWhole: true })
        continue
      }
      const source = this.#modules.get(end.path)?.source
      const key = `${end.path} ${end.name}`
      if (source === undefined || seen.has(`${key} whole`) || (seen.has(key) && !at.isWhole)) continue
      if (!seen.has(key)) found.push({ name: end.name, source, nodes: end.nodes })
      seen.add(key)
      if (!at.isWhole) continue
      seen.add(`${key} whole`)
      for (const [name, nodes] of membersOf(end.name, end.nodes)) found.push({ name, source, nodes })
      for (const [name, isWhole] of typesNamedBy(end.nodes)) queue.push({ path: end.path, name, isWhole })
    }
    return found
  }

  /** Where an export of a module, or another name that stands in it, is declared; undefined for a whole module. */
  find(path: string, name: string): PublicName | undefined {
    const end = this.#resolve(path, name)
    const source = end && this.#modules.get(end.path)?.source
    return end?.nodes && source && { name: end.name, source, nodes: end.nodes }
  }

  /**
   * The declarations of each member of a class or an interface, by the member's name: its own, then those of the class
   * that it extends, then those of interfaces.
   */
  membersOf(path: string, name: string): Map<string, ts.Node[]> {
    const found = new Map<string, ts.Node[]>()
    const owner = this.find(path, name)
    if (owner === undefined) return found
    const add = (member: string, nodes: ts.Node[]): void => {
      found.set(member, [...(found.get(member) ?? []), ...nodes])
    }
    for (const [full, nodes] of membersOf(owner.name, owner.nodes)) add(full.slice(owner.name.length + 1), nodes)
    for (const base of basesOf(owner.nodes)) {
      for (const [member, nodes] of this.membersOf(owner.source.path, base)) add(member, nodes)
    }
    return found
  }

  /** Follows a name that stands in a module to its declarations; without `nodes` the name is a whole module. */
  #resolve(path: string, name: string): { path: string; name: string; nodes?: ts.Declaration[] } | undefined {
    const module = this.#modules.get(path)
    if (module === undefined) return undefined
    if (name === '*') return { path, name }
    const exported = module.exported.get(name)
    if (exported?.path !== undefined) return this.#resolve(exported.path, exported.name)
    const local = exported?.name ?? name
    const nodes = module.declared.get(local)
    if (nodes !== undefined) return { path, name: local, nodes }
    const imported = module.imported.get(local)
    if (imported !== undefined) return this.#resolve(imported.path, imported.name)
    for (const star of module.stars) {
      const end = this.#modules.get(star.path)?.declared.get(name) ? this.#resolve(star.path, name) : undefined
      if (end !== undefined) return end
    }
    return undefined
  }
}

function readModule(source: Source): Module {
  const module: Module = { source, declared: new Map(), imported: new Map(), exported: new Map(), stars: [] }
  const paths = new Map(importsOf(source).map(({ specifier, path }) => [specifier, path]))
  const pathOf = (specifier: ts.Expression | undefined): string | undefined =>
    specifier !== undefined && ts.isStringLiteral(specifier) ? paths.get(specifier.text) : undefined
  const declare = (name: string, node: ts.Declaration, statement: ts.Statement): void => {
    const nodes = module.declared.get(name)
    if (nodes) nodes.push(node)
    else module.declared.set(name, [node])
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false
    if (isExported) module.exported.set(name, { path: undefined, name, isType: false })
  }
  for (const statement of source.tree.statements) {
    if (ts.isImportDeclaration(statement)) {
      const path = pathOf(statement.moduleSpecifier)
      if (path !== undefined) readImport(module, statement, path)
    } else if (ts.isExportDeclaration(statement)) {
      readExport(module, statement, pathOf(statement.moduleSpecifier))
    } else if (ts.isVariableStatement(statement)) {
      for (const node of statement.declarationList.declarations) {
        if (ts.isIdentifier(node.name)) declare(node.name.text, node, statement)
      }
    } else if (
      (ts.isClassDeclaration(statement) ||
        ts.isFunctionDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name !== undefined
    ) {
      declare(statement.name.text, statement, statement)
    }
  }
  return module
}

function readImport(module: Module, statement: ts.ImportDeclaration, path: string): void {
  const bindings = statement.importClause?.namedBindings
  if (bindings === undefined) return
  if (ts.isNamespaceImport(bindings)) {
    module.imported.set(bindings.name.text, { path, name: '*' })
    return
  }
  for (const { name, propertyName } of bindings.elements) {
    module.imported.set(name.text, { path, name: (propertyName ?? name).text })
  }
}

function readExport(module: Module, statement: ts.ExportDeclaration, path: string | undefined): void {
  const clause = statement.exportClause
  const isType = statement.isTypeOnly
  if (clause === undefined) {
    if (path !== undefined) module.stars.push({ path, isType })
  } else if (ts.isNamespaceExport(clause)) {
    if (path !== undefined) module.exported.set(clause.name.text, { path, name: '*', isType })
  } else {
    for (const element of clause.elements) {
      const name = (element.propertyName ?? element.name).text
      module.exported.set(element.name.text, { path, name, isType: isType || element.isTypeOnly })
    }
  }
}

/** The names after `extends` and `implements` in the declarations of a class or an interface. */
export function basesOf(nodes: ts.Node[]): string[] {
  return nodes
    .flatMap((node) => ((ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.heritageClauses) || [])
    .flatMap(({ types }) => types.map(({ expression }) => expression.getText()))
}

/** The members that users see: of classes all but `#private` and `private` ones, of types the properties and methods. */
function membersOf(owner: string, nodes: ts.Node[]): Map<string, ts.Node[]> {
  const members = new Map<string, ts.Node[]>()
  const add = (name: ts.PropertyName | undefined, node: ts.Node): void => {
    if (name === undefined || ts.isPrivateIdentifier(name)) return
    const path = `${owner}.${name.getText()}`
    const known = members.get(path)
    if (known) known.push(node)
    else members.set(path, [node])
  }
  for (const node of nodes) {
    if (ts.isClassDeclaration(node)) {
      for (const member of node.members) if (!isHidden(member)) add(member.name, member)
    } else if (ts.isInterfaceDeclaration(node)) {
      for (const member of node.members) add(member.name, member)
    } else if (ts.isTypeAliasDeclaration(node)) {
      for (const member of literalMembers(node.type)) add(member.name, member)
    }
  }
  return members
}

/** Private members, constructors (the class speaks for them), and what overrides a member that is documented above. */
function isHidden(member: ts.ClassElement): boolean {
  if (ts.isConstructorDeclaration(member)) return true
  const modifiers = ts.canHaveModifiers(member) ? ts.getModifiers(member) : undefined
  return (
    modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.OverrideKeyword) ===
    true
  )
}

function literalMembers(type: ts.TypeNode): readonly ts.TypeElement[] {
  if (ts.isTypeLiteralNode(type)) return type.members
  if (ts.isIntersectionTypeNode(type) || ts.isUnionTypeNode(type)) return type.types.flatMap(literalMembers)
  if (ts.isParenthesizedTypeNode(type)) return literalMembers(type.type)
  return []
}

/**
 * The names of types that the signatures of declarations mention; bodies and initial values are not looked into.
 * True for those that users write themselves or inherit from: types of parameters and of options, and base types.
 */
function typesNamedBy(nodes: ts.Node[]): Map<string, boolean> {
  const names = new Map<string, boolean>()
  const add = (name: string, isWhole: boolean): void => {
    names.set(name, isWhole || names.get(name) === true)
  }
  const visit = (node: ts.Node, isWhole: boolean): void => {
    if (ts.isBlock(node)) return
    if (ts.isTypeReferenceNode(node)) add(leftmost(node.typeName), isWhole)
    else if (ts.isTypeQueryNode(node)) add(leftmost(node.exprName), false)
    else if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) add(node.expression.text, true)
    if (ts.isClassElement(node) && node.name !== undefined && isOutOfSight(node, node.name)) return
    ts.forEachChild(node, (child) => {
      if (!isInitialValue(node, child)) visit(child, isWhole || ts.isParameter(child))
    })
  }
  for (const node of nodes) visit(node, ts.isInterfaceDeclaration(node) && node.name.text.endsWith('Options'))
  return names
}

function isOutOfSight(member: ts.ClassElement, name: ts.PropertyName): boolean {
  return ts.isPrivateIdentifier(name) || (isHidden(member) && !ts.isConstructorDeclaration(member))
}

function isInitialValue(parent: ts.Node, child: ts.Node): boolean {
  return (
    (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isParameter(parent)) &&
    parent.initializer === child
  )
}

function leftmost(name: ts.EntityName): string {
  let at = name
  while (ts.isQualifiedName(at)) at = at.left
  return at.text
}
