import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PublicFace } from './public-face.ts'
import { librarySources, packageEntries, ROOT } from './source-tree.ts'

/** The committed list of the package's exports, from the project's folder. `npm run exports` rewrites it. */
export const EXPORTS_FILE = 'tests/checks/exports.json'

/** The names that one entry of the package exports. */
interface EntryExports {
  values: string[]
  types: string[]
}

/** The exports of each entry as the sources have them now: name to import → sorted names of values and of types. */
export function exportsByEntry(): Record<string, EntryExports> {
  const face = new PublicFace(librarySources())
  const list: Record<string, EntryExports> = {}
  for (const [entry, path] of packageEntries()) {
    const all = face.exportsOf(path)
    list[entry] = {
      values: all.filter(({ isType }) => !isType).map(({ name }) => name),
      types: all.filter(({ isType }) => isType).map(({ name }) => name),
    }
  }
  return list
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(ROOT, EXPORTS_FILE), `${JSON.stringify(exportsByEntry(), undefined, 2)}\n`)
}
