import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { SourceMaps } from '../../lib/debug/source-map.ts'

const SOURCE = `interface A {
  b: number
}

export function fails(a: A): never {
  throw new Error(String(a.b))
}
`

/** Compiles a TypeScript file as the build of an app does, and gives the path of the outcome. */
function compile(folder: string, options: ts.CompilerOptions): string {
  mkdirSync(join(folder, 'src'), { recursive: true })
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'src', 'app.ts'), SOURCE)
  const { outputText, sourceMapText } = ts.transpileModule(SOURCE, {
    fileName: join(folder, 'src', 'app.ts'),
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...options },
  })
  const map = sourceMapText?.replace('"sources":["app.ts"]', '"sources":["../src/app.ts"]')
  if (map !== undefined) writeFileSync(join(folder, 'dist', 'app.js.map'), map)
  writeFileSync(join(folder, 'dist', 'app.js'), outputText)
  return join(folder, 'dist', 'app.js')
}

t.test('a place in a compiled file is found in its source, by a map beside it', async (t) => {
  const folder = t.testdir()
  const place = await new SourceMaps().originalPlace(compile(folder, { sourceMap: true }), 2, 11)
  t.match(place, { file: join(folder, 'src', 'app.ts'), line: 6, source: undefined })
})

t.test('by a map within it, which may hold the source', async (t) => {
  const folder = t.testdir()
  const file = compile(folder, { inlineSourceMap: true, inlineSources: true })
  t.match(await new SourceMaps().originalPlace(file, 2, 11), { line: 6, source: SOURCE })
})

t.test('a file without a map, with one that is missing or broken, or no file, has none', async (t) => {
  const folder = t.testdir({
    'plain.js': 'throw 1',
    'missing.js': 'throw 1\n//# sourceMappingURL=gone.js.map',
    'broken.js': 'throw 1\n//# sourceMappingURL=broken.js.map',
    'broken.js.map': '{"version":3',
    'odd.js': 'throw 1\n//# sourceMappingURL=https://example.com/x.map',
  })
  const maps = new SourceMaps()
  for (const name of ['plain.js', 'missing.js', 'broken.js', 'odd.js', 'nothing.js']) {
    t.equal(await maps.originalPlace(join(folder, name), 1, 1), undefined, name)
  }
})
