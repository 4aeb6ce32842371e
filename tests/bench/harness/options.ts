import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface BenchOptions {
  /** Names of scenarios; none: all. */
  readonly scenarios: readonly string[]
  /** Names of contenders; none: all. */
  readonly contenders: readonly string[]
  readonly baseline: string
  readonly rounds: number
  readonly seconds: number
  readonly warmup: number
  readonly connections: number | undefined
  /** A version of Node or the path of one; undefined: the one that runs the harness. */
  readonly node: string | undefined
  /** Folder of the build of Flagon under test; undefined: `dist` of the project. */
  readonly flagon: string | undefined
  /** Folders of other builds of Flagon. */
  readonly dist: readonly string[]
  /** File for the figures. */
  readonly json: string | undefined
  /** The report becomes part of README.md. */
  readonly write: boolean
  readonly note: string | undefined
  readonly help: boolean
}

const DEFAULT_ROUNDS = 9
const DEFAULT_SECONDS = 2
const DEFAULT_WARMUP_SECONDS = 2

/** What `--help` prints. */
export const HELP = `npm run bench -- [scenario …] [options]

  scenario               names such as plain or json; all of them when none is given
  --contenders a,b       only these: node, flagon, fastify, hono, express, koa, flask
  --baseline name        what the others are compared with; default node
  --rounds n             rounds that are counted; default ${DEFAULT_ROUNDS}
  --seconds n            seconds of load for each contender in a round; default ${DEFAULT_SECONDS}
  --warmup n             seconds of load before the first round; default ${DEFAULT_WARMUP_SECONDS}
  --connections n        connections of the load, instead of the scenario's own number
  --node x               the Node that runs the servers: a version such as 24 (fetched by npx), or the path of one
  --flagon folder        the build under test; default dist
  --dist folder          another build of Flagon as a further contender; may be repeated
  --json file            writes the figures there; default tests/bench/results.json
  --write                puts the report into tests/bench/README.md
  --note text            a line that the report carries, such as what else the machine was doing
`

/**
 * Reads the command line.
 *
 * @throws Error that names the option when a number is not a positive whole one, or an option is not known.
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      contenders: { type: 'string', default: '' },
      baseline: { type: 'string', default: 'node' },
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      warmup: { type: 'string', default: String(DEFAULT_WARMUP_SECONDS) },
      connections: { type: 'string' },
      node: { type: 'string' },
      flagon: { type: 'string' },
      dist: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      note: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    scenarios: positionals,
    contenders: values.contenders.split(',').filter((name) => name !== ''),
    baseline: values.baseline,
    rounds: wholeNumber('--rounds', values.rounds),
    seconds: wholeNumber('--seconds', values.seconds),
    warmup: wholeNumber('--warmup', values.warmup),
    connections: values.connections === undefined ? undefined : wholeNumber('--connections', values.connections),
    node: values.node,
    flagon: values.flagon,
    dist: values.dist.map((folder) => resolve(folder)),
    json: values.json,
    write: values.write,
    note: values.note,
    help: values.help,
  }
}

/** Reads a whole number from 1. */
export function wholeNumber(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} must be a whole number from 1, not ${text}`)
  return number
}

/** The path of a Node: a path is taken as it is, a version is fetched by npx. */
export function nodeBinary(node: string | undefined): string {
  if (node === undefined) return process.execPath
  if (node.includes('/')) return resolve(node)
  const found = spawnSync('npx', ['-y', `node@${node}`, '-p', 'process.execPath'], { encoding: 'utf8' })
  const path = found.stdout.trim()
  if (found.status !== 0 || path === '') throw new Error(`npx could not fetch node@${node}: ${found.stderr}`)
  return path
}
