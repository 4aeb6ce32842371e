/*
 * Flagon beside others, as whole servers: `npm run bench -- --help`. What the figures mean and which were found stands in
 * README.md.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyOfBuild, installContenders } from './harness/build.ts'
import {
  BENCH,
  type Contender,
  flask,
  flaskPython,
  KNOWN_CONTENDERS,
  otherBuild,
  packageVersion,
} from './harness/contenders.ts'
import { makeFolder } from './harness/folder.ts'
import { describeMachine } from './harness/machine.ts'
import { measure } from './harness/measure.ts'
import { type BenchOptions, HELP, nodeBinary, parseOptions } from './harness/options.ts'
import { writeSection } from './harness/readme.ts'
import { startRedis } from './harness/redis.ts'
import { machineText, type Result, scenarioTable } from './harness/report.ts'
import { SCENARIOS, type Scenario } from './harness/scenarios.ts'
import { verdictText } from './harness/verdicts.ts'

const INDENT = 1

/** Those that were named, in the order of the table; all when none was. */
function chosen<T extends { readonly name: string }>(all: readonly T[], names: readonly string[], what: string): T[] {
  for (const name of names) {
    if (all.some((one) => one.name === name)) continue
    throw new Error(`there is no ${what} "${name}"; known: ${all.map((one) => one.name).join(', ')}`)
  }
  return all.filter(({ name }) => names.length === 0 || names.includes(name))
}

function contendersFor(options: BenchOptions): Contender[] {
  const all = [...KNOWN_CONTENDERS]
  const found = flaskPython()
  if ('python' in found) all.push(flask(found.python))
  else if (options.contenders.length === 0) process.stderr.write(`Flask is left out: ${found.reason}\n`)
  return [...chosen(all, options.contenders, 'contender'), ...options.dist.map(otherBuild)]
}

/** Measures one scenario after the other; `save` gets what there is after each, since all of them take an hour. */
async function measureAll(
  options: BenchOptions,
  scenarios: Scenario[],
  contenders: Contender[],
  save: (results: Result[]) => void,
): Promise<Result[]> {
  const { folder, remove } = makeFolder()
  const redis = scenarios.some(({ needs }) => needs === 'redis') ? await startRedis() : undefined
  const results: Result[] = []
  try {
    const surroundings = {
      node: nodeBinary(options.node),
      dist: copyOfBuild(options.flagon),
      folder,
      redisUrl: redis?.url,
    }
    for (const scenario of scenarios) {
      if (scenario.needs === 'redis' && redis === undefined) {
        process.stdout.write(`### ${scenario.title}\n\nLeft out: there is no redis-server.\n\n`)
        continue
      }
      const rows = await measure(scenario, contenders, surroundings, options)
      const result = { scenario: { name: scenario.name, title: scenario.title }, rows }
      results.push(result)
      process.stdout.write(`${scenarioTable(result, options.baseline)}\n`)
      save(results)
    }
  } finally {
    await redis?.stop()
    remove()
  }
  return results
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.help) {
    process.stdout.write(HELP)
    return
  }
  installContenders()
  const scenarios = chosen(SCENARIOS, options.scenarios, 'scenario')
  const contenders = contendersFor(options)
  const machine = describeMachine(nodeBinary(options.node), options.flagon)
  const packages = [...new Set(contenders.flatMap((contender) => contender.packages))]
  const versions = packages.map((name) => `${name} ${packageVersion(name) ?? '-'}`).join(', ')
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
  const head = machineText(machine, command, versions, options.note)
  process.stdout.write(`${head}\n`)
  const file = options.json ?? join(BENCH, 'results.json')
  const verdicts = (results: Result[]): string => verdictText(results, Number(/^v(\d+)/.exec(machine.node)?.[1]))
  const results = await measureAll(options, scenarios, contenders, (some) => {
    const all = { machine, command, versions, note: options.note, results: some }
    writeFileSync(file, `${JSON.stringify(all, null, INDENT)}\n`)
    if (!options.write) return
    const tables = some.map((result) => scenarioTable(result, options.baseline)).join('\n')
    writeSection('servers', `${head}\n${verdicts(some)}\n${tables}`)
  })
  process.stdout.write(`${verdicts(results)}\n`)
  if (results.some(({ rows }) => rows.some(({ problem }) => problem !== undefined))) process.exitCode = 1
}

await main(process.argv.slice(2))
