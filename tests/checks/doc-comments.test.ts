import t from 'tap'
import ts from 'typescript'
import { basesOf, PublicFace, type PublicName } from '../support/public-face.ts'
import { librarySources, lineOf, packageEntries, parseSource, type Source } from '../support/source-tree.ts'

/** Tells whether a declaration carries a doc comment with words in it, not tags alone. */
function isDocumented(node: ts.Node): boolean {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node
  return ts.getJSDocCommentsAndTags(holder).some((doc) => ts.isJSDoc(doc) && textOf(doc).trim() !== '')
}

function textOf(doc: ts.JSDoc): string {
  return ts.getTextOfJSDocComment(doc.comment) ?? ''
}

/**
 * One line for each public name that users can reach from the entries and that says nothing about itself.
 * A member of an interface may be described where a class that implements it declares the same member.
 */
function undocumented(sources: Source[], entries: Iterable<string>): string[] {
  const names = new PublicFace(sources).reachableFrom(entries)
  const described = new Set(names.filter(({ nodes }) => nodes.some(isDocumented)).map(({ name }) => name))
  const families = familiesOf(names)
  return names
    .filter(({ name }) => {
      const [owner = '', member] = name.split('.')
      const kin = member === undefined ? [] : (families.get(owner) ?? [])
      return !described.has(name) && !kin.some((relative) => described.has(`${relative}.${member}`))
    })
    .map(({ name, source, nodes }) => `${source.path}:${nodes[0] ? lineOf(source, nodes[0]) : 1}: ${name}`)
}

/** For each interface and base class: all that extend or implement it, with their other bases. */
function familiesOf(names: PublicName[]): Map<string, string[]> {
  const bases = new Map(names.map(({ name, nodes }) => [name, basesOf(nodes)]))
  const families = new Map<string, string[]>()
  for (const name of bases.keys()) {
    const ancestors = new Set([name])
    for (const ancestor of ancestors) for (const base of bases.get(ancestor) ?? []) ancestors.add(base)
    if (ancestors.size === 1) continue
    for (const ancestor of ancestors) families.set(ancestor, [...(families.get(ancestor) ?? []), ...ancestors])
  }
  return families
}

t.test('every public name has a doc comment', (t) => {
  const sources = librarySources()
  const known = new Set(sources.map(({ path }) => path))
  const entries = [...packageEntries().values()]
  t.same(
    entries.filter((path) => !known.has(path)),
    [],
    'every entry of the package has its file in lib',
  )
  t.comment(`${new PublicFace(sources).reachableFrom(entries).length} public names`)
  t.same(undocumented(sources, entries), [])
  t.end()
})

const BAD = [
  parseSource(
    'lib/index.ts',
    `export { App, type Face, type Options, run } from './app.ts'
     export * from './rest.ts'
     export * as json from './json.ts'`,
  ),
  parseSource(
    'lib/app.ts',
    `import type { Shared } from './shared.ts'
     import { Base } from './shared.ts'
     export class App extends Base implements Face {
       /** Said. */ name = ''
       silent = 1
       get both(): number { return 1 }
       /** Said once for the pair. */ set both(value: number) {}
       /** */ empty(): void {}
       /** @returns tags alone */ tags(): void {}
       override covered(): void {}
       private hidden = 1
       #secret = 1
       constructor(options: Local) { super() }
       use(shared: Shared): Given { return 1 }
     }
     interface Local { dumb: number }
     export interface Face { name: string; hidden: number }
     interface Given { unseen: number }
     /** Said. */ export type Options = { plain: number } & {
       /** Said. */ fine: number }
     export function run(): void
     /** Said at one overload. */ export function run(a: string): void
     export function run(a?: string): void {}
     export const unreachable = 1
     interface Inner { silent: 1 }`,
  ),
  parseSource(
    'lib/shared.ts',
    `/** Said. */ export interface Shared { member: string; method(): void }
     /** Said. */ export class Base { inherited = 1 }`,
  ),
  parseSource('lib/rest.ts', '/** Said. */ export const fine = 1\nexport const bare = 1, /* no doc */ other = 2'),
  parseSource('lib/json.ts', 'export function dumps(): string { return "" }'),
]

t.test('names without words are found: members, options, inherited and mentioned types, passed on modules', (t) => {
  const found = undocumented(BAD, ['lib/index.ts']).map((line) => line.replace(/^(\S+?):\d+: /, '$1 '))
  t.same(found.sort(), [
    'lib/app.ts App',
    'lib/app.ts App.empty',
    'lib/app.ts App.silent',
    'lib/app.ts App.tags',
    'lib/app.ts App.use',
    'lib/app.ts Face',
    'lib/app.ts Face.hidden',
    'lib/app.ts Given',
    'lib/app.ts Local',
    'lib/app.ts Local.dumb',
    'lib/app.ts Options.plain',
    'lib/json.ts dumps',
    'lib/rest.ts bare',
    'lib/rest.ts other',
    'lib/shared.ts Base.inherited',
    'lib/shared.ts Shared.member',
    'lib/shared.ts Shared.method',
  ])
  t.match(undocumented(BAD, ['lib/rest.ts'])[0], /^lib\/rest\.ts:2: bare$/, 'with the line to go to')
  t.end()
})
