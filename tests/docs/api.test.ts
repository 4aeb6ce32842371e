import t from 'tap'
import { API_PAGE, apiPage } from '../support/api-page.ts'
import { exportsByEntry } from '../support/exports-snapshot.ts'
import { isRecord, packageEntries, readText } from '../support/source-tree.ts'

/** The heading under which the members of a group of `flask-api.json` stand; the other groups are entries. */
const HEADINGS: Record<string, string> = {
  'Flagon (an app)': 'An app: `Flagon`',
  Blueprint: 'A blueprint: `Blueprint`',
  Request: 'The request: `Request`',
  Response: 'A response: `Response`',
  config: 'Keys of `app.config`',
  Config: 'Methods of `app.config`',
  SessionInterface: 'A session interface',
  session: 'The session',
  MultiDict: 'Arguments, forms, files, cookies: `MultiDict`',
  Headers: 'Header fields: `Headers`',
  FileStorage: 'An uploaded file: `FileStorage`',
  g: '`g`',
  FlagonClient: 'A test client: `FlagonClient`',
  JSONProvider: '`app.json`: `JSONProvider`',
}

/** The names in the tables of a page, by the heading above them. */
function namesIn(page: string): Map<string, string[]> {
  const names = new Map<string, string[]>()
  let current: string[] = []
  for (const line of page.split('\n')) {
    const [, heading] = /^## (.+)$/.exec(line) ?? []
    if (heading !== undefined) {
      current = []
      names.set(heading, current)
    }
    const [, name] = /^\| `([^`]+)` \|/.exec(line) ?? []
    if (name !== undefined) current.push(name)
  }
  return names
}

/** One line for each name that only one of the two lists has. */
function differences(written: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((name) => !written.includes(name)).map((name) => `${name} is missing`),
    ...written.filter((name) => !wanted.includes(name)).map((name) => `${name} is not there`),
  ]
}

const page = readText(API_PAGE)
const written = namesIn(page)

t.test('the list of names is what the sources say', (t) => {
  t.ok(page === apiPage(), `${API_PAGE} is up to date; if not: npm run reference`)
  t.end()
})

for (const [entry] of packageEntries()) {
  t.test(`the names of ${entry} stand in the list, and no others`, async (t) => {
    const built: unknown = await import(entry)
    const values = isRecord(built) ? Object.keys(built) : []
    t.same(differences(written.get(`\`${entry}\``) ?? [], values), [], 'values, as they are built')
    const types = exportsByEntry()[entry]?.types ?? []
    t.same(differences(written.get(`Types of \`${entry}\``) ?? [], types), [], 'types')
  })
}

t.test('every name that Flask has stands in the list', (t) => {
  const groups: unknown = JSON.parse(readText('tests/checks/flask-api.json'))
  for (const [group, entry] of Object.entries(isRecord(groups) ? groups : {})) {
    const wanted = isRecord(entry) && Array.isArray(entry['names']) ? entry['names'].map(String) : []
    const listed = written.get(HEADINGS[group] ?? `\`${group}\``) ?? []
    t.same(
      wanted.filter((name) => !listed.includes(name)),
      [],
      group,
    )
  }
  t.end()
})

t.test('every name has a sentence and a page that tells more', (t) => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const isWhole = (row: string): boolean => /^\| `[^`]+` \| .*\S.* \| \[\w+\]\((?:\.\.\/)?[\w/]+\.md\) \|$/.test(row)
  t.ok(rows.length > 0)
  t.same(
    rows.filter((row) => !isWhole(row)),
    [],
  )
  t.end()
})

t.test('a name too many and one too few are found', (t) => {
  const names = namesIn('# X\n\n## `a`\n\n| Name |\n| --- |\n| `one` | text |\n\n## Types of `a`\n| `Two` | x |\n')
  t.same(
    [...names],
    [
      ['`a`', ['one']],
      ['Types of `a`', ['Two']],
    ],
  )
  t.same(differences(['one', 'more'], ['one', 'gone']), ['gone is missing', 'more is not there'])
  t.end()
})
