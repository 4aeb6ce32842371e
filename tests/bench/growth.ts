/*
 * What more of one thing costs: `npm run bench:growth -- [axis …] [--rounds n] [--seconds n] [--node x] [--flagon folder]
 * [--json file] [--write]`. The axes are routes, hooks, cookies, headers, body and connections. Each row is the CPU time of
 * a request at one size; beside Flagon stands bare node:http where it has such a thing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ask, get, post } from './harness/ask.ts'
import { copyOfBuild, installContenders } from './harness/build.ts'
import { BENCH, script } from './harness/contenders.ts'
import { makeFolder } from './harness/folder.ts'
import { describeMachine } from './harness/machine.ts'
import { measure, type Row } from './harness/measure.ts'
import { nodeBinary, parseOptions } from './harness/options.ts'
import { writeSection } from './harness/readme.ts'
import { cpuRatio, machineText, spreadText } from './harness/report.ts'
import { scenario } from './harness/scenarios.ts'
import { median } from './harness/statistics.ts'

/** More of one thing, by size. */
interface Axis {
  readonly name: string
  readonly title: string
  readonly sizes: readonly number[]
  readonly asks: (size: number) => readonly Ask[]
  readonly connections?: (size: number) => number
  /** Seconds of load that a size needs at least. */
  readonly seconds?: (size: number) => number
}

const KIB = 1024
const MOST_ROUTES_ASKED = 200
/** Opening them takes its time, in which few answers come. */
const CONNECTIONS_A_SECOND = 500
const INDENT = 1

const many = (size: number): number[] => Array.from({ length: size }, (_, at) => at)

const AXES: readonly Axis[] = [
  {
    name: 'routes',
    title: 'Routes, hit at random',
    sizes: [1, 10, 100, 1000, 10_000],
    asks: (size) => {
      const step = Math.max(1, Math.floor(size / MOST_ROUTES_ASKED))
      return many(Math.min(size, MOST_ROUTES_ASKED)).map((at) => get(`/section${at * step}/ann`))
    },
  },
  { name: 'hooks', title: '`before_request` functions', sizes: [0, 1, 10, 100, 1000], asks: () => [get('/')] },
  {
    name: 'cookies',
    title: 'Cookies sent, one read',
    sizes: [1, 10, 50, 200],
    asks: (size) => [
      get('/cookie', {
        Cookie: many(size)
          .map((at) => `name${at}=value-${at}`)
          .join('; '),
      }),
    ],
  },
  {
    name: 'headers',
    title: 'Headers sent, one read',
    // Past a hundred, Flagon answers 431.
    sizes: [1, 10, 30, 90],
    asks: (size) => [get('/header', Object.fromEntries(many(size).map((at) => [`X-Name-${at}`, `value-${at}`])))],
  },
  {
    name: 'body',
    title: 'Body, KiB',
    sizes: [1, 10, 100, 1000, 10_000],
    asks: (size) => [post('/body', 'application/octet-stream', Buffer.alloc(size * KIB, 'flagon'))],
    connections: () => 8,
  },
  {
    name: 'connections',
    title: 'Connections at the same time',
    sizes: [10, 100, 1000, 5000],
    asks: () => [get('/')],
    connections: (size) => size,
    seconds: (size) => Math.ceil(size / CONNECTIONS_A_SECOND),
  },
]

const HEAD = [
  '| Of what | How many | CPU µs a request | CPU ÷ that of the smallest | CPU ÷ node (min–max) |',
  '| --- | ---: | ---: | ---: | ---: |',
]

function cpuOf(rows: readonly Row[], name: string): number {
  const rounds = rows.find(({ contender }) => contender === name)?.rounds ?? []
  return median(rounds.filter((round) => round !== undefined).map((round) => round.cpuMicroseconds))
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  installContenders()
  const node = nodeBinary(options.node)
  const command = ['npm run bench:growth', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
  const head = machineText(describeMachine(node, options.flagon), command, '-', options.note)
  process.stdout.write(`${head}\n${HEAD.join('\n')}\n`)
  const { folder, remove } = makeFolder()
  const lines = [...HEAD]
  const results: object[] = []
  try {
    const surroundings = { node, dist: copyOfBuild(options.flagon), folder, redisUrl: undefined }
    const contenders = [script('node', [], 'growth-node.js'), script('flagon', [], 'growth-flagon.js')]
    for (const { name, title, sizes, asks, connections, seconds } of AXES) {
      if (options.scenarios.length > 0 && !options.scenarios.includes(name)) continue
      let smallest: number | undefined
      for (const size of sizes) {
        const more = connections === undefined ? {} : { connections: connections(size) }
        const one = scenario(`${name}:${size}`, title, asks(size), more)
        const least = seconds?.(size) ?? 1
        const effort = {
          ...options,
          seconds: Math.max(least, options.seconds),
          warmup: Math.max(least, options.warmup),
        }
        const rows = await measure(one, contenders, surroundings, effort)
        const cpu = cpuOf(rows, 'flagon')
        smallest ??= cpu
        const ratio = spreadText(cpuRatio({ scenario: one, rows }, 'flagon', 'node'))
        const line = `| ${title} | ${size.toLocaleString('en')} | ${cpu.toFixed(1)} | ${(cpu / smallest).toFixed(2)} | ${ratio} |`
        const problems = rows.filter(({ problem }) => problem !== undefined)
        process.stdout.write(`${line}\n`)
        for (const { contender, problem } of problems) process.stderr.write(`${contender}, ${one.name}: ${problem}\n`)
        lines.push(line)
        results.push({ axis: name, size, rows })
      }
    }
  } finally {
    remove()
  }
  writeFileSync(
    options.json ?? join(BENCH, 'results-growth.json'),
    `${JSON.stringify({ command, results }, null, INDENT)}\n`,
  )
  if (options.write) writeSection('growth', `${head}\n${lines.join('\n')}`)
}

await main(process.argv.slice(2))
