import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BENCH } from './contenders.ts'

const MIB = 1024 ** 2
const SMALL_BYTES = 2000

/** A folder with the templates and the files that the contenders serve, and how to remove it. */
export function makeFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-bench-'))
  cpSync(join(BENCH, 'contenders/templates'), join(folder, 'templates'), { recursive: true })
  mkdirSync(join(folder, 'static'))
  mkdirSync(join(folder, 'uploads'))
  writeFileSync(join(folder, 'static/small.css'), 'a { color: red }\n'.repeat(SMALL_BYTES).slice(0, SMALL_BYTES))
  writeFileSync(join(folder, 'static/large.bin'), Buffer.alloc(MIB, 'flagon'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
