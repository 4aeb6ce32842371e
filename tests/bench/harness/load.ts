import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Ask } from './ask.ts'
import { type LoadResult, parseWrk, wrkScript } from './wrk.ts'

const AUTOCANNON = fileURLToPath(new URL('autocannon-load.js', import.meta.url))
const SERVER_CORE = 0
const LOAD_CORE = 1
/** Far beyond what an answer takes: with thousands of connections, the last ones are accepted late. */
const TIMEOUT_SECONDS = 20

function isThere(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined
}

/** What loads the servers: `wrk` where it is installed, since it costs least. */
export const LOADER = isThere('wrk', '-v') ? 'wrk' : 'autocannon'

const canPin = process.platform === 'linux' && availableParallelism() > 1 && isThere('taskset', '--version')

/** How processes are kept apart, for the report. */
export const PINNING = canPin ? `server on core ${SERVER_CORE}, load on core ${LOAD_CORE}` : 'no processes pinned'

/** A command and its arguments, kept on the core of the servers or on that of the load where the machine allows it. */
export function pinned(role: 'server' | 'load', command: string, args: readonly string[]): [string, string[]] {
  if (!canPin) return [command, [...args]]
  return ['taskset', ['-c', String(role === 'server' ? SERVER_CORE : LOAD_CORE), command, ...args]]
}

/** What a server is loaded with. */
export interface LoadPlan {
  readonly port: number
  /** Sent at random, over and over. */
  readonly asks: readonly Ask[]
  /** Connections that each wait for an answer before they ask again. */
  readonly connections: number
  readonly seconds: number
}

/** Loads a server once from a process of its own. */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  return LOADER === 'wrk' ? loadWithWrk(plan) : loadWithAutocannon(plan)
}

async function loadWithWrk({ port, asks, connections, seconds }: LoadPlan): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-load-'))
  try {
    const { script, bodies } = wrkScript(asks, folder)
    const file = join(folder, 'asks.lua')
    writeFileSync(file, script)
    for (const [path, body] of bodies) writeFileSync(path, body)
    const args = [
      '--timeout',
      `${TIMEOUT_SECONDS}s`,
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '--latency',
      '-s',
      file,
    ]
    return parseWrk(await run('wrk', [...args, `http://127.0.0.1:${port}`]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function loadWithAutocannon({ port, asks, connections, seconds }: LoadPlan): Promise<LoadResult> {
  const sent = asks.map((ask) => ({ ...ask, body: ask.body?.toString('base64') }))
  const plan = JSON.stringify({ url: `http://127.0.0.1:${port}`, asks: sent, connections, seconds })
  return JSON.parse(await run(process.execPath, [AUTOCANNON], plan))
}

async function run(command: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(...pinned('load', command, args), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(input)
  return text(child.stdout)
}
