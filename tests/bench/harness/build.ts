import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BENCH } from './contenders.ts'

const ROOT = join(BENCH, '../..')
/** Below the project, so that what the build imports is found where the project has it. */
const COPIES = join(ROOT, 'node_modules/.cache/flagon-bench')

/** Installs the contenders when they are not there. */
export function installContenders(): void {
  if (existsSync(join(BENCH, 'node_modules/fastify'))) return
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', args, { cwd: BENCH, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the contenders could not be installed: run `npm ci` in tests/bench')
}

/** A copy of a build, which a build in the meantime does not change; removed when the process ends. */
export function copyOfBuild(dist: string = join(ROOT, 'dist')): string {
  if (!existsSync(join(dist, 'index.js')))
    throw new Error(`there is no build of Flagon in ${dist}: run \`npm run build\``)
  if (newestSource() > statSync(join(dist, 'index.js')).mtimeMs) {
    process.stderr.write('The build is older than lib: run `npm run build` to measure what lib holds now.\n')
  }
  mkdirSync(COPIES, { recursive: true })
  const copy = mkdtempSync(join(COPIES, 'build-'))
  cpSync(dist, join(copy, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'))
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  return join(copy, 'dist')
}

/** When the file of the library that changed last did so, in milliseconds since 1970. */
function newestSource(): number {
  let newest = 0
  for (const entry of readdirSync(join(ROOT, 'lib'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return newest
}
