import t from 'tap'
import { filesBelow } from '../support/source-tree.ts'

/** Files of the library without a test of the same name, each with the reason; an entry that is no longer needed fails. */
const EXCEPTIONS: Record<string, string> = {}

/** One line for each library file without its test and each stale exception. */
function mirrorProblems(files: string[], tests: string[], exceptions: Record<string, string>): string[] {
  const problems: string[] = []
  const known = new Set(tests)
  for (const file of files) {
    const test = file.replace(/^lib\//, 'tests/').replace(/\.ts$/, '.test.ts')
    const isExcepted = Object.hasOwn(exceptions, file)
    if (!known.has(test) && !isExcepted) problems.push(`${file}: ${test} is missing`)
    if (known.has(test) && isExcepted) problems.push(`${file}: has its test, drop the exception`)
  }
  for (const file of Object.keys(exceptions)) if (!files.includes(file)) problems.push(`${file}: no such file, drop it`)
  return problems
}

t.test('every file of the library has the test of its name', (t) => {
  const files = filesBelow('lib').filter((path) => path.endsWith('.ts'))
  const tests = filesBelow('tests').filter((path) => path.endsWith('.test.ts'))
  t.ok(files.length > 0, 'there are files to compare')
  t.same(mirrorProblems(files, tests, EXCEPTIONS), [])
  t.end()
})

t.test('a missing test and a stale exception are found', (t) => {
  const files = ['lib/app.ts', 'lib/http/range.ts', 'lib/types.ts']
  t.same(mirrorProblems(files, ['tests/app.test.ts'], { 'lib/types.ts': 'types alone' }), [
    'lib/http/range.ts: tests/http/range.test.ts is missing',
  ])
  t.same(mirrorProblems(['lib/app.ts'], ['tests/app.test.ts'], { 'lib/app.ts': 'x', 'lib/gone.ts': 'x' }), [
    'lib/app.ts: has its test, drop the exception',
    'lib/gone.ts: no such file, drop it',
  ])
  t.end()
})
