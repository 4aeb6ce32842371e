/*
 * What a start costs: `npm run bench:start -- [--rounds n] [--node x] [--flagon folder] [--json file] [--write]`. Each app
 * has one route. Printed are the time and the CPU time from `node app.js` to the first answer, the memory after it, and
 * the modules that were loaded; then what the main entry of Flagon loads. It ends with an error when that holds a
 * dependency that only a part of Flagon needs.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { get, send } from './harness/ask.ts'
import { copyOfBuild, installContenders } from './harness/build.ts'
import { BENCH, packageVersion } from './harness/contenders.ts'
import { freePort } from './harness/free-port.ts'
import { pinned } from './harness/load.ts'
import { describeMachine } from './harness/machine.ts'
import { nodeBinary, parseOptions } from './harness/options.ts'
import { cpuNanoseconds, residentBytes } from './harness/process-figures.ts'
import { writeSection } from './harness/readme.ts'
import { machineText, spreadText } from './harness/report.ts'
import { median, ratiosOf, rotate } from './harness/statistics.ts'

/** What the main entry must not load: packages of the command line, the debug page, sessions in a store, the test client. */
const LAZY = ['commander', 'youch', '@msgpack/msgpack', 'redis', 'ioredis', 'tough-cookie']
const APPS = ['node', 'flagon', 'fastify', 'hono', 'express']
const PACKAGES = ['fastify', 'hono', '@hono/node-server', 'express']
const NS_PER_MS = 1e6
const MIB = 1024 ** 2
const RETRY_MS = 1
const TIMEOUT_MS = 20_000
const INDENT = 1

interface Start {
  readonly ms: number
  readonly cpuMs: number
  readonly mib: number
}

/** Starts an app, waits for its first answer and ends it. */
async function start(node: string, app: string, env: Record<string, string>, before: string[] = []): Promise<Start> {
  const port = await freePort()
  const path = join(BENCH, 'contenders/start', `${app}.js`)
  const vars = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env, PORT: String(port) }
  const began = performance.now()
  const child = spawn(...pinned('server', node, [...before, path]), {
    env: vars,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    for (;;) {
      try {
        await send(port, get('/'))
        break
      } catch (error) {
        const isOver = performance.now() - began > TIMEOUT_MS || child.exitCode !== null
        if (isOver) throw new Error(`${app} did not answer`, { cause: error })
        await sleep(RETRY_MS)
      }
    }
    const ms = performance.now() - began
    const pid = child.pid ?? 0
    return { ms, cpuMs: cpuNanoseconds(pid) / NS_PER_MS, mib: residentBytes(pid) / MIB }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** The files that an app loads, its own script and the harness' left out. */
async function modulesOf(node: string, app: string, env: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-start-'))
  try {
    const list = join(folder, 'modules')
    const hook = pathToFileURL(join(BENCH, 'harness/module-list.js')).href
    await start(node, app, { ...env, MODULE_LIST: list }, ['--import', hook])
    const urls = new Set(readFileSync(list, 'utf8').trim().split('\n'))
    const paths = [...urls].map((url) => fileURLToPath(url))
    return paths.filter(
      (path) => !path.startsWith(join(BENCH, 'contenders')) && !path.startsWith(join(BENCH, 'harness')),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The package that a file belongs to; undefined for one of Flagon. */
function packageOf(path: string, dist: string): string | undefined {
  if (path.startsWith(dist)) return undefined
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replaceAll('\\', '/')
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  installContenders()
  const node = nodeBinary(options.node)
  const dist = copyOfBuild(options.flagon)
  const env = { FLAGON_DIST: dist }
  const starts = new Map<string, Start[]>(APPS.map((app) => [app, []]))
  const modules = new Map<string, string[]>()
  // The first start of each reads its files from the disk, so it does not count.
  for (const app of APPS) modules.set(app, await modulesOf(node, app, env))
  for (let round = 0; round < options.rounds; round++) {
    for (const app of rotate(APPS, round)) starts.get(app)?.push(await start(node, app, env))
  }
  const figures = (app: string, figure: (one: Start) => number): number[] => (starts.get(app) ?? []).map(figure)
  const lines = [
    '| App | ms to the first answer | CPU ms | Memory MiB | Modules | CPU ÷ node (min–max) | CPU of Flagon ÷ its own |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  for (const app of APPS) {
    const cpu = figures(app, ({ cpuMs }) => cpuMs)
    const cells = [
      app,
      median(figures(app, ({ ms }) => ms)).toFixed(0),
      median(cpu).toFixed(0),
      median(figures(app, ({ mib }) => mib)).toFixed(1),
      modules.get(app)?.length ?? 0,
      spreadText(
        ratiosOf(
          cpu,
          figures('node', ({ cpuMs }) => cpuMs),
        ),
      ),
      spreadText(
        ratiosOf(
          figures('flagon', ({ cpuMs }) => cpuMs),
          cpu,
        ),
      ),
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  const loaded = modules.get('flagon') ?? []
  const packages = [...new Set(loaded.map((path) => packageOf(path, dist)).filter((name) => name !== undefined))].sort()
  const own = loaded.filter((path) => path.startsWith(dist)).map((path) => path.slice(dist.length + 1))
  lines.push(
    '',
    `The main entry of Flagon loads ${own.length} modules of its own and the packages ${packages.join(', ')}.`,
  )
  const wrong = packages.filter((name) => LAZY.includes(name))
  if (wrong.length > 0) lines.push('', `It must not load ${wrong.join(', ')}.`)
  const command = ['npm run bench:start', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
  const versions = PACKAGES.map((name) => `${name} ${packageVersion(name) ?? '-'}`).join(', ')
  const head = machineText(describeMachine(node, options.flagon), command, versions, options.note)
  process.stdout.write(`${head}\n${lines.join('\n')}\n`)
  const result = { command, starts: Object.fromEntries(starts), packages, modules: own.sort() }
  writeFileSync(options.json ?? join(BENCH, 'results-start.json'), `${JSON.stringify(result, null, INDENT)}\n`)
  if (options.write) writeSection('start', `${head}\n${lines.join('\n')}`)
  if (wrong.length > 0) process.exitCode = 1
}

await main(process.argv.slice(2))
