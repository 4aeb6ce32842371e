import t from 'tap'
import ts from 'typescript'
import { PublicFace } from '../support/public-face.ts'
import { librarySources, lineOf, packageEntries, parseSource, type Source } from '../support/source-tree.ts'

/** Tells whether a declaration carries a doc comment with words in it, not tags alone. */
function isDocumented(node: ts.Node): boolean {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node
  return ts.getJSDocCommentsAndTags(holder).some((doc) => ts.isJSDoc(doc) && textOf(doc).trim() !== '')
}

function textOf(doc: ts.JSDoc): string {
  return ts.getTextOfJSDocComment(doc.comment) ?? ''
}

/** One line for each public name that users can reach from the entries and that says nothing about itself. */
function undocumented(sources: Source[], entries: Iterable<string>): string[] {
  return new PublicFace(sources)
    .reachableFrom(entries)
    .filter(({ nodes }) => !nodes.some(isDocumented))
    .map(({ name, source, nodes }) => `${source.path}:${nodes[0] ? lineOf(source, nodes[0]) : 1}: ${name}`)
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
    `export { App, type Options, run } from './app.ts'
     export * from './rest.ts'
     export * as json from './json.ts'`,
  ),
  parseSource(
    'lib/app.ts',
    `import type { Shared } from './shared.ts'
     import { Base } from './shared.ts'
     export class App extends Base {
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
       use(shared: Shared): void {}
     }
     interface Local { dumb: number }
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
