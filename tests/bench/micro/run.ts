/*
 * Parts of Flagon beside the packages that do nothing else: `npm run bench:micro -- [group …] [--rounds n] [--node x]
 * [--json file] [--write]`. The groups are routing, cookies, signing, query and multipart.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installContenders } from '../harness/build.ts'
import { BENCH, packageVersion } from '../harness/contenders.ts'
import { describeMachine } from '../harness/machine.ts'
import { nodeBinary, wholeNumber } from '../harness/options.ts'
import { writeSection } from '../harness/readme.ts'
import { machineText, spreadText } from '../harness/report.ts'
import { type MicroCase, type MicroFigure, measureCase } from './bench.ts'

const DEFAULT_ROUNDS = 9
const INDENT = 1
const PACKAGES = ['find-my-way', 'cookie', 'cookie-signature', 'fast-querystring', 'busboy']

// Loaded when they are asked for: they import what installContenders() brings.
const GROUPS: Record<string, () => Promise<MicroCase[]>> = {
  routing: async () => (await import('./routing.ts')).routingCases(),
  cookies: async () => (await import('./cookies.ts')).cookieCases(),
  signing: async () => (await import('./signing.ts')).signingCases(),
  query: async () => (await import('./query.ts')).queryCases(),
  multipart: async () => (await import('./multipart.ts')).multipartCases(),
}

const HEAD = [
  '| Group | Operation | Flagon ns | Beside | ns | Flagon ÷ theirs (min–max) |',
  '| --- | --- | ---: | --- | ---: | ---: |',
]

function rowsOf(bench: MicroCase, figures: readonly MicroFigure[]): string[] {
  const [own, ...others] = figures
  return others.map((other) => {
    const isLoss = other.ratio.median > 1
    const cells = [
      bench.group,
      bench.title,
      own?.nanoseconds.toFixed(0),
      other.name,
      other.nanoseconds.toFixed(0),
      `${spreadText(other.ratio)}${isLoss ? ' loss' : ''}`,
    ]
    return `| ${cells.join(' | ')} |`
  })
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      node: { type: 'string' },
      json: { type: 'string', default: join(BENCH, 'results-micro.json') },
      write: { type: 'boolean', default: false },
      note: { type: 'string' },
    },
  })
  installContenders()
  const node = nodeBinary(values.node)
  if (node !== process.execPath) {
    const script = fileURLToPath(import.meta.url)
    process.exitCode = spawnSync(node, ['--import', 'tsx', script, ...args], { stdio: 'inherit' }).status ?? 1
    return
  }
  const names = positionals.length > 0 ? positionals : Object.keys(GROUPS)
  const rounds = wholeNumber('--rounds', values.rounds)
  const versions = PACKAGES.map((name) => `${name} ${packageVersion(name) ?? '-'}`).join(', ')
  const command = ['npm run bench:micro', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
  const head = machineText(describeMachine(node, process.env['FLAGON_DIST']), command, versions, values.note)
  process.stdout.write(`${head}\n${HEAD.join('\n')}\n`)
  const lines = [...HEAD]
  const results: object[] = []
  for (const name of names) {
    const cases = GROUPS[name]
    if (cases === undefined) throw new Error(`there is no group "${name}"; known: ${Object.keys(GROUPS).join(', ')}`)
    for (const bench of await cases()) {
      const figures = await measureCase(bench, rounds)
      const rows = rowsOf(bench, figures)
      process.stdout.write(`${rows.join('\n')}\n`)
      lines.push(...rows)
      results.push({ group: bench.group, title: bench.title, figures })
    }
  }
  writeFileSync(values.json, `${JSON.stringify({ command, versions, results }, null, INDENT)}\n`)
  if (values.write) writeSection('micro', `${head}\n${lines.join('\n')}`)
}

await main(process.argv.slice(2))
