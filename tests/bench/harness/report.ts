import type { Machine } from './machine.ts'
import type { Round, Row } from './measure.ts'
import type { Scenario } from './scenarios.ts'
import { median, ratiosOf, type Spread } from './statistics.ts'

const MIB = 1024 ** 2

/** One scenario and what was measured. */
export interface Result {
  readonly scenario: Pick<Scenario, 'name' | 'title'>
  readonly rows: readonly Row[]
}

/** The ratio of CPU time of two contenders in one scenario; undefined when either was not measured. */
export function cpuRatio({ rows }: Result, above: string, below: string): Spread | undefined {
  const cpuOf = (name: string): (number | undefined)[] =>
    rows.find(({ contender }) => contender === name)?.rounds.map((round) => round?.cpuMicroseconds) ?? []
  const spread = ratiosOf(cpuOf(above), cpuOf(below))
  return Number.isNaN(spread.median) ? undefined : spread
}

/** A spread as the tables show it. */
export function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return '-'
  return `${spread.median.toFixed(2)} (${spread.min.toFixed(2)}–${spread.max.toFixed(2)})`
}

function medianOf({ rounds }: Row, figure: (round: Round) => number): number {
  return median(rounds.filter((round) => round !== undefined).map(figure))
}

/** The table of one scenario. */
export function scenarioTable(result: Result, baseline: string): string {
  const lines = [
    `### ${result.scenario.title} (\`${result.scenario.name}\`)`,
    '',
    `| Contender | CPU µs a request | Requests a second | p99 ms | Memory MiB | CPU ÷ ${baseline} (min–max) |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  ]
  const problems: string[] = []
  for (const row of result.rows) {
    if (row.problem !== undefined) {
      problems.push(`- ${row.contender} is left out: ${row.problem.replaceAll(/\s+/g, ' ').trim()}`)
      continue
    }
    const cells = [
      row.contender,
      medianOf(row, ({ cpuMicroseconds }) => cpuMicroseconds).toFixed(1),
      medianOf(row, ({ requestsPerSecond }) => requestsPerSecond).toFixed(0),
      medianOf(row, ({ p99 }) => p99).toFixed(2),
      (row.residentBytes / MIB).toFixed(0),
      spreadText(cpuRatio(result, row.contender, baseline)),
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  if (problems.length > 0) lines.push('', ...problems)
  return `${lines.join('\n')}\n`
}

/** What the figures were taken on, as a list. */
export function machineText(machine: Machine, command: string, versions: string, note: string | undefined): string {
  const lines = [
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}`,
    `- Servers run by Node ${machine.node}; ${machine.pinning}; load by ${machine.loader}`,
    `- Commit ${machine.commit}, ${machine.date}`,
    `- Versions: ${versions}`,
    `- Command: \`${command}\``,
  ]
  if (note !== undefined) lines.push(`- ${note}`)
  return `${lines.join('\n')}\n`
}
