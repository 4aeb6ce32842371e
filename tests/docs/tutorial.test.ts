import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import ts from 'typescript'
import { createProject } from '../../lib/cli/project.ts'
import { plainEnvironment } from '../support/flagon-command.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'
import { ROOT } from '../support/source-tree.ts'
import { filesOfPage, TUTORIAL } from '../support/tutorial.ts'

t.setTimeout(240_000)

/** The first pages need no database; Node has one from 22.5 on, without a flag from 22.13. */
const WITHOUT_DATABASE = new Set(['start'])
function hasModule(name: string, folder: string): boolean {
  try {
    createRequire(join(folder, 'db.ts'))(name)
    return true
  } catch {
    return false
  }
}

/** What the tutorial says to write where Node has no database in it. */
function withBetterSqlite(text: string): string {
  return text
    .replace("import { DatabaseSync } from 'node:sqlite'", "import DatabaseSync from 'better-sqlite3'")
    .replaceAll(/: DatabaseSync\b/g, ': DatabaseSync.Database')
}

/** As much of `node:sqlite` as the tutorial uses, for the types of a Node that has none. */
const SQLITE_TYPES = `declare module 'node:sqlite' {
  export class DatabaseSync {
    constructor(path: string)
    exec(sql: string): void
    close(): void
    prepare(sql: string): {
      get(...values: (string | number)[]): Record<string, string | number | null> | undefined
      all(...values: (string | number)[]): Record<string, string | number | null>[]
      run(...values: (string | number)[]): { changes: number | bigint }
    }
  }
}
`

/** One line for each type error of the project, under the flags of its tsconfig.json. */
function typeErrors(folder: string): string[] {
  const config = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile)
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder)
  return ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options)).map(({ file, start, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0
    return `${file?.fileName.split('/').at(-1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

function runNode(folder: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', TYPESCRIPT_LOADER, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: plainEnvironment(),
  })
  return { status, output: stdout + stderr }
}

t.test('the project of the tutorial has no error of types after any page, and its tests pass', async (t) => {
  const folder = join(t.testdir({}), 'notes')
  await createProject('notes', { cwd: dirname(folder) })
  const needsOther = !hasModule('node:sqlite', folder)
  const hasDatabase = !needsOther || hasModule('better-sqlite3', folder)
  // Its packages are those of this project.
  rmSync(join(folder, 'package.json'))
  if (!existsSync(join(ROOT, 'node_modules', '@types', 'node', 'sqlite.d.ts'))) {
    writeFileSync(join(folder, 'sqlite.d.ts'), SQLITE_TYPES)
  }
  for (const page of TUTORIAL) {
    const files = filesOfPage(page)
    t.ok(files.size > 0, `${page} makes files`)
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    t.same(typeErrors(folder), [], `${page}: types`)
    if (!hasDatabase && !WITHOUT_DATABASE.has(page)) {
      t.comment(
        `${page}: not run, for Node ${process.versions.node} has no node:sqlite, and there is no better-sqlite3`,
      )
      continue
    }
    const db = join(folder, 'db.ts')
    const source = existsSync(db) ? readFileSync(db, 'utf8') : ''
    if (needsOther && source !== '') writeFileSync(db, withBetterSqlite(source))
    const { status, output } = runNode(folder, ['--test', '--test-reporter=tap', 'tests/app.test.ts'])
    t.match(output, /^# pass [1-9]/m, `${page}: tests are there`)
    t.equal(status, 0, `${page}: tests\n${status === 0 ? '' : output}`)
    if (page === TUTORIAL.at(-1)) checkCommands(t, folder)
    if (source !== '') writeFileSync(db, source)
  }
})

/** The commands that the last pages tell to run. */
function checkCommands(t: Test, folder: string): void {
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  t.match(runNode(folder, [main, 'init-db']).output, /The tables are in .*notes\.sqlite/)
  const { output } = runNode(folder, [main, '--app', 'serve', 'routes', '--match', '/notes/new'])
  t.match(output, /is taken by \/notes\/new \(notes\.own\.create\)/)
}
