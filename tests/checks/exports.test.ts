import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EXPORTS_FILE, exportsByEntry } from '../support/exports-snapshot.ts'
import { PublicFace } from '../support/public-face.ts'
import { isRecord, librarySources, packageEntries, parseSource, ROOT, readText } from '../support/source-tree.ts'

const entries = packageEntries()

t.test('every entry of the package has its built module and its types', (t) => {
  const manifest: unknown = JSON.parse(readText('package.json'))
  const targets = isRecord(manifest) && isRecord(manifest['exports']) ? Object.values(manifest['exports']) : []
  const files = targets.flatMap((target) => (isRecord(target) ? Object.values(target) : [target])).map(String)
  t.ok(files.length > entries.size, 'the entries name files')
  for (const file of files) t.ok(existsSync(join(ROOT, file)), `${file} exists (npm run build)`)
  t.end()
})

for (const [name, path] of entries) {
  t.test(`${name} exports at run time what its source says`, async (t) => {
    const values = new PublicFace(librarySources()).exportsOf(path).filter(({ isType }) => !isType)
    const built: unknown = await import(name)
    t.same(isRecord(built) ? Object.keys(built).sort() : [], values.map((value) => value.name).sort())
  })
}

t.test('the names that the package exports are those written down', (t) => {
  t.same(exportsByEntry(), JSON.parse(readText(EXPORTS_FILE)), 'wanted so? npm run exports, and look at the difference')
  t.end()
})

t.test('a name added, dropped or turned into a type changes the list', (t) => {
  const before = new PublicFace([parseSource('lib/a.ts', 'export const kept = 1\nexport class Shape {}')])
  const after = new PublicFace([parseSource('lib/a.ts', 'export const added = 1\nexport interface Shape {}')])
  t.same(before.exportsOf('lib/a.ts'), [
    { name: 'Shape', isType: false },
    { name: 'kept', isType: false },
  ])
  t.same(after.exportsOf('lib/a.ts'), [
    { name: 'Shape', isType: true },
    { name: 'added', isType: false },
  ])
  t.end()
})
