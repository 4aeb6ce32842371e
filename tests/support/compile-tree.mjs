/*
 * Compiles each file of TypeScript that tests may load and that has changed, before many processes start at once and each
 * loads the compiler.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compiled } from './typescript.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function compileFolder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') compileFolder(path)
    else if (/(?<!\.d)\.ts$/.test(entry.name)) compiled(path)
  }
}

for (const folder of ['lib', 'tests', 'demo-app']) compileFolder(join(ROOT, folder))
