import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { placeSyntaxError } from '../../lib/cli/syntax-place.ts'

function folderOf(t: Test, files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flagon-')))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What node throws for a module that is imported. */
const bareError = (): SyntaxError => {
  const error = new SyntaxError("Unexpected token ';'")
  error.stack =
    "SyntaxError: Unexpected token ';'\n    at compileSourceTextModule (node:internal/modules/esm/utils:1:1)"
  return error
}

const BROKEN = 'const fine = 1\nconst name = ;\n'

for (const [kind, name, text] of [
  ['a module', 'views/shop.mjs', `export ${BROKEN}`],
  ['a module by its package', 'views/shop.js', `export ${BROKEN}`],
  ['a script', 'views/shop.cjs', BROKEN],
] as const) {
  t.test(`names the file and the line of ${kind}`, async (t) => {
    const folder = folderOf(t, { 'package.json': '{"type":"module"}', 'app.js': "import './x.js'", [name]: text })
    const error = bareError()
    await placeSyntaxError(error, folder)
    t.match(error.stack, `${join(folder, name)}:2\nconst name = ;\n`)
    t.match(error.stack, /\^\n\nSyntaxError: Unexpected token ';'\n/)
  })
}

t.test('looks at the newest file first, and not into what is installed', async (t) => {
  const folder = folderOf(t, { 'old.mjs': BROKEN, 'new.mjs': BROKEN, 'node_modules/x/index.mjs': BROKEN })
  utimesSync(join(folder, 'old.mjs'), 1, 1)
  const error = bareError()
  await placeSyntaxError(error, folder)
  t.match(error.stack, `${folder}/new.mjs:2\n`)
})

t.test('leaves other errors, and those that name their place, as they are', async (t) => {
  const folder = folderOf(t, { 'app.mjs': BROKEN })
  const placed = bareError()
  placed.stack = `${folder}/app.mjs:7\n\n${placed.stack}`
  const other = new TypeError('x')
  for (const error of [placed, other]) {
    const before = error.stack
    await placeSyntaxError(error, folder)
    t.equal(error.stack, before)
  }
})
