/*
 * The long proofs: `npm run soak [name…]` runs the programs in tests/soak, or those of the names, one after the other. Each
 * has a line with its time and the most memory that it and its own processes had at once (in Linux); what it wrote is
 * shown when it fails, and so does the command then.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TYPESCRIPT_LOADER } from './run-typescript.ts'

const FOLDER = fileURLToPath(new URL('../soak/', import.meta.url))
/** Minutes that one program may take. */
const MINUTES = Number(process.env['FLAGON_SOAK_MINUTES'] ?? 60)
const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60 * MS_PER_SECOND
const KIB_PER_MIB = 1024
const LOOK_MS = 500
const SHOWN_LINES = 60

/** Resident memory of a process and all below it, in KiB; 0 where there is no `/proc`. */
function memoryKib(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return children.reduce(
      (sum, child) => sum + memoryKib(Number(child)),
      Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0),
    )
  } catch {
    return 0
  }
}

/** Runs one program to its end, or to the end of its time; gives whether it went well. */
async function run(file: string): Promise<boolean> {
  const started = performance.now()
  // A group of its own: what is left of it can be ended as a whole.
  const child = spawn(process.execPath, [TYPESCRIPT_LOADER, `${FOLDER}${file}`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid = 0 } = child
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.push(text)
      // A program that writes a line for each of a million requests is of no interest but for its last ones.
      if (output.length > 10 * SHOWN_LINES) output.splice(0, 9 * SHOWN_LINES)
    })
  }
  let highest = 0
  let isLate = false
  const watch = setInterval(() => {
    highest = Math.max(highest, memoryKib(pid))
  }, LOOK_MS)
  const end = (): void => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // All of it has ended by itself.
    }
  }
  const deadline = setTimeout(() => {
    isLate = true
    end()
  }, MINUTES * MS_PER_MINUTE)
  process.once('exit', end)
  const [code, signal] = await once(child, 'close')
  process.removeListener('exit', end)
  clearInterval(watch)
  clearTimeout(deadline)
  end()
  const isGood = code === 0
  const seconds = ((performance.now() - started) / MS_PER_SECOND).toFixed(1)
  const why = isLate ? `, stopped after ${MINUTES} minutes` : isGood ? '' : `, ended with ${code ?? signal}`
  const memory = (highest / KIB_PER_MIB).toFixed(0)
  console.log(`${isGood ? 'ok    ' : 'FAILED'}  ${basename(file, '.ts').padEnd(20)} ${seconds} s, ${memory} MiB${why}`)
  if (!isGood) console.log(output.join('').split('\n').slice(-SHOWN_LINES).join('\n'))
  return isGood
}

const names = process.argv.slice(2)
const all = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'))
const files = names.length === 0 ? all : names.map((name) => `${basename(name, '.ts')}.ts`)
const unknown = files.filter((file) => !all.includes(file))
if (unknown.length > 0) {
  console.error(`no ${unknown.join(', ')} in tests/soak: there are ${all.join(', ')}`)
  process.exit(2)
}
let failures = 0
for (const file of files) if (!(await run(file))) failures++
process.exitCode = failures === 0 ? 0 : 1
