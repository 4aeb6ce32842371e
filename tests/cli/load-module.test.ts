import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { loadModule } from '../../lib/cli/load-module.ts'
import { plainEnvironment } from '../support/flagon-command.ts'
import { ROOT, readText } from '../support/source-tree.ts'

t.test('JavaScript and TypeScript give their exports, and errors come through', async (t) => {
  const folder = t.testdir({
    'a.mjs': 'export const a = 1',
    'b.ts': 'export const b: number = 2',
    'c.cjs': 'exports.c = 3',
    'bad.ts': "throw new RangeError('mine')",
  })
  t.match(await loadModule(join(folder, 'a.mjs')), { a: 1 })
  t.match(await loadModule(join(folder, 'b.ts')), { b: 2 })
  t.match(await loadModule(join(folder, 'c.cjs')), { c: 3 })
  await t.rejects(loadModule(join(folder, 'bad.ts')), { name: 'RangeError', message: 'mine' })
})

const stripsTypes = Boolean(Reflect.get(process.features, 'typescript'))
/** Files that a node without a loader is to load, in a folder far from the packages of this project. */
const SOURCES: Readonly<Record<string, string>> = {
  'package.json': '{"type":"module"}',
  'plain.ts': 'export const plain: number = 1',
  'module.mts': 'export const module: number = 1',
  'enum.ts': 'export enum Color { red }\nexport const value: number = Color.red',
  'decorated.ts':
    'const keep = (value: unknown) => value\nclass A {\n  @keep\n  static b(): void {}\n}\nexport const name = A.name',
  'outer.ts': "import { name } from './decorated.ts'\nexport const outer = name",
  'commented.ts': '/**\n * @param a\n */\nexport const commented: number = 1',
  'wrong.ts': 'export const wrong: number = (1',
}
const MAIN = `import { loadModule } from './lib/cli/load-module.js'
try {
  console.log(JSON.stringify(await loadModule(process.argv[2])))
} catch (error) {
  console.log(error.name + ': ' + error.message)
}`

function plainFolder(t: { teardown: (end: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-load-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries({ ...SOURCES, 'main.js': MAIN })) writeFileSync(join(folder, path), text)
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  const paths = new Set(['cli/load-module.ts'])
  for (const path of paths) {
    const { outputText } = ts.transpileModule(readText(`lib/${path}`), { compilerOptions })
    for (const [, imported = ''] of outputText.matchAll(/from '(\.[^']*)'/g)) paths.add(join(dirname(path), imported))
    const target = join(folder, 'lib', path.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, outputText.replaceAll(/(from '\..*)\.ts'/g, "$1.js'"))
  }
  return folder
}

/** What a node that was started without a loader says of a module. */
function load(folder: string, file: string): string {
  const args = ['--no-warnings', join(folder, 'main.js'), join(folder, file)]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: plainEnvironment() })
  return stdout.trim() || stderr
}

t.test('without tsx, Node runs what it can, and for the rest it is said what to install', async (t) => {
  const folder = plainFolder(t)
  if (!stripsTypes) {
    t.match(
      load(folder, 'plain.ts'),
      /^CommandUsageError: '.*plain\.ts' is TypeScript, which Node .* \(npm install tsx\), or use Node 22\.18/,
    )
    return
  }
  t.equal(load(folder, 'plain.ts'), '{"plain":1}')
  t.equal(load(folder, 'module.mts'), '{"module":1}')
  t.equal(load(folder, 'commented.ts'), '{"commented":1}')
  for (const file of ['enum.ts', 'decorated.ts', 'outer.ts'])
    t.match(
      load(folder, file),
      /enums, decorators or the like, which need more than that\. Install tsx beside it/,
      file,
    )
  t.match(load(folder, 'wrong.ts'), /^SyntaxError: /)
})

t.test('with tsx beside the module, all of TypeScript runs', async (t) => {
  const folder = plainFolder(t)
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'node_modules', 'tsx'), join(folder, 'node_modules', 'tsx'))
  t.equal(load(folder, 'plain.ts'), '{"plain":1}')
  t.equal(load(folder, 'module.mts'), '{"module":1}')
  t.match(load(folder, 'enum.ts'), /"value":0/)
  t.equal(load(folder, 'decorated.ts'), '{"name":"A"}')
  t.equal(load(folder, 'outer.ts'), '{"outer":"A"}')
  t.match(load(folder, 'wrong.ts'), /^(?:SyntaxError|TransformError): /)
})
