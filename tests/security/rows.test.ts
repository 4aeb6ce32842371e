import t from 'tap'
import { filesBelow, readText } from '../support/source-tree.ts'

const PAGE = 'tests/security/README.md'

/** A row of the page: its id, the file of a test that holds it, and the title of that test. */
interface Row {
  readonly id: string
  readonly file: string
  readonly title: string
}

function rowsOf(page: string): Row[] {
  const rows: Row[] = []
  for (const [, id = '', file = '', title = ''] of page.matchAll(
    /^\| (\d+\.\d+\.\d+) \|[^|\n]*\| (\S+) \| ([^|\n]+) \|$/gm,
  )) {
    rows.push({ id, file, title: title.trim() })
  }
  return rows
}

/** One line for each row whose test is not there. */
function rowProblems(rows: readonly Row[], read: (file: string) => string | undefined): string[] {
  const problems: string[] = []
  for (const { id, file, title } of rows) {
    const text = read(file)
    if (text === undefined) problems.push(`${id}: there is no file ${file}`)
    else if (!text.replaceAll("\\'", "'").includes(title)) problems.push(`${id}: ${file} has no test "${title}"`)
  }
  return problems
}

t.test('every row of the page names a test that is there', async (t) => {
  const page = readText(PAGE)
  const rows = rowsOf(page)
  const files = new Set(filesBelow('tests'))
  const lines = page.split('\n').filter((line) => /^\| \d+\.\d+\.\d+ /.test(line))
  t.equal(rows.length, lines.length, 'every line of the tables is read')
  t.same(
    rowProblems(rows, (file) => (files.has(file) ? readText(file) : undefined)),
    [],
  )
  t.comment(`${new Set(rows.map(({ id }) => id)).size} rows, held by ${rows.length} tests`)
})

t.test('every file of this folder that throws something is on the page', async (t) => {
  const page = readText(PAGE)
  const missing = filesBelow('tests/security').filter((file) => file.endsWith('.test.ts') && !page.includes(file))
  t.same(missing, ['tests/security/rows.test.ts'])
})

t.test('a row without a file or a title is found', async (t) => {
  const rows = rowsOf(
    '| 1.1.1 | what | a.test.ts | it works |\n| 1.1.2 | | b.test.ts | so does this |\n| x | y | z |\n',
  )
  t.equal(rows.length, 2)
  const texts: Record<string, string> = { 'a.test.ts': "t.test('it works', …)" }
  t.same(
    rowProblems(rows, (file) => texts[file]),
    ['1.1.2: there is no file b.test.ts'],
  )
  t.same(rowProblems(rows, () => "t.test('it fails')").length, 2)
})
