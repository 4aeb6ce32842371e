import t from 'tap'
import ts from 'typescript'
import { filesBelow, librarySources, parseSource, type Source } from '../support/source-tree.ts'

/** Files of the library without a test of the same name, each with the reason; an entry that is no longer needed fails. */
const EXCEPTIONS: Record<string, string> = {}

/** Tells whether a file does something: one of types or re-exports alone has nothing to test. */
function doesSomething({ tree }: Source): boolean {
  return !tree.statements.every(
    (node) =>
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node),
  )
}

/** One line for each library file without its test and each stale exception. */
function mirrorProblems(sources: Source[], tests: string[], exceptions: Record<string, string>): string[] {
  const problems: string[] = []
  const known = new Set(tests)
  for (const source of sources) {
    const test = source.path.replace(/^lib\//, 'tests/').replace(/\.ts$/, '.test.ts')
    const isExcepted = Object.hasOwn(exceptions, source.path)
    const isWanted = doesSomething(source) && !isExcepted
    if (isWanted && !known.has(test)) problems.push(`${source.path}: ${test} is missing`)
    if (isExcepted && (known.has(test) || !doesSomething(source))) problems.push(`${source.path}: drop the exception`)
  }
  const files = new Set(sources.map(({ path }) => path))
  for (const file of Object.keys(exceptions)) if (!files.has(file)) problems.push(`${file}: no such file, drop it`)
  return problems
}

t.test('every file of the library has the test of its name', (t) => {
  const tests = filesBelow('tests').filter((path) => path.endsWith('.test.ts'))
  t.ok(librarySources().length > 0, 'there are files to compare')
  t.same(mirrorProblems(librarySources(), tests, EXCEPTIONS), [])
  t.end()
})

t.test('a missing test and a stale exception are found', (t) => {
  const app = parseSource('lib/app.ts', 'export class App {}')
  const range = parseSource('lib/http/range.ts', 'export function parse_range(): void {}')
  const types = parseSource('lib/types.ts', "import type { A } from './a.ts'\nexport type B = A\nexport interface C {}")
  const index = parseSource('lib/index.ts', "export { App } from './app.ts'")
  t.same(mirrorProblems([app, range, types, index], ['tests/app.test.ts'], {}), [
    'lib/http/range.ts: tests/http/range.test.ts is missing',
  ])
  t.same(mirrorProblems([range], [], { 'lib/http/range.ts': 'a reason' }), [])
  t.same(
    mirrorProblems([app, types], ['tests/app.test.ts'], { 'lib/app.ts': 'x', 'lib/types.ts': 'x', 'lib/gone.ts': 'x' }),
    ['lib/app.ts: drop the exception', 'lib/types.ts: drop the exception', 'lib/gone.ts: no such file, drop it'],
  )
  t.end()
})
