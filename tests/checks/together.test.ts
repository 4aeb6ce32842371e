import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { isRecord, parseSource, ROOT } from '../support/source-tree.ts'
import { testFiles } from '../support/together.ts'

/** The folders whose tests run in one process. */
const FOLDERS = readdirSync(join(ROOT, 'tests', 'together')).map((file) => basename(file, '.ts'))

/** What outlives the file that calls it, outside of its tests, or changes the process for the files after it. */
const LASTING = /^(?:t\.(?:before|after|beforeEach|afterEach|teardown)\(|process\.|delete process\.)/

/** The lines of a file's outermost level that would reach into the files that run with it. */
function lastingLines(path: string, text: string): string[] {
  const { tree } = parseSource(path, text)
  return tree.statements.map((statement) => statement.getText(tree)).filter((code) => LASTING.test(code))
}

t.test('tap runs each file of tests once: by itself, or with its folder', (t) => {
  const { tap }: { tap?: unknown } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const include = isRecord(tap) ? tap['include'] : undefined
  t.same(include, ['tests/*.test.ts', 'tests/together/*.ts', `tests/!(${FOLDERS.join('|')})/**/*.test.ts`])
  for (const folder of FOLDERS) t.ok(testFiles(folder).length > 0, folder)
  t.end()
})

t.test('a file that runs with others leaves nothing behind', (t) => {
  for (const folder of FOLDERS) {
    for (const path of testFiles(folder)) t.same(lastingLines(path, readFileSync(path, 'utf8')), [], path)
  }
  t.same(lastingLines('a.test.ts', 't.beforeEach(() => {})\nt.test("a", (t) => t.end())\nprocess.exitCode = 1'), [
    't.beforeEach(() => {})',
    'process.exitCode = 1',
  ])
  t.end()
})
