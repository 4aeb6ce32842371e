import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t from 'tap'

/** Milliseconds that a whole folder may take. */
const PATIENCE_MS = 300_000
const TESTS = fileURLToPath(new URL('../', import.meta.url))

/** The files of tests in a folder of `tests` and below it: absolute paths, in their order. */
export function testFiles(folder: string): string[] {
  return readdirSync(join(TESTS, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(TESTS, folder, file))
}

/**
 * Runs all files of tests in a folder in this process, which spares each of them the start of a process, of tap and of the
 * library: more than the tests of a pure function take. For folders whose tests leave nothing behind.
 */
export async function runTogether(folder: string): Promise<void> {
  t.setTimeout(PATIENCE_MS)
  const imports = testFiles(folder).map((file) => `import ${JSON.stringify(pathToFileURL(file).href)}`)
  // One module, so that the tests of all of them are known before the first of them has ended, and tap with it.
  await import(`data:text/javascript,${encodeURIComponent(imports.join('\n'))}`)
}
