import { cpuRatio, type Result, spreadText } from './report.ts'

/** What Flagon's CPU time may be of another's, and in which scenarios; the names that are missing mean all. */
interface Goal {
  readonly scenarios: readonly string[] | undefined
  readonly others: readonly string[]
  readonly most: number
}

const NODE_WITH_EQUAL_GOAL = 24
const MOST_OF_NODE = 1
const MOST_OF_OLD_NODE = 1.03
const MOST_OF_EXPRESS_AND_KOA = 0.7
const MOST_OF_FLASK = 0.1

const SESSIONS_TEMPLATES_FORMS = [
  ...['session-read', 'session-write', 'encrypted-read', 'encrypted-write', 'redis-read', 'redis-write'],
  ...['template', 'form'],
]

/** What Flagon is meant to reach on one major version of Node. */
function goalsFor(nodeMajor: number): Goal[] {
  const mostOfNode = nodeMajor >= NODE_WITH_EQUAL_GOAL ? MOST_OF_NODE : MOST_OF_OLD_NODE
  return [
    { scenarios: ['plain', 'json'], others: ['node'], most: mostOfNode },
    { scenarios: undefined, others: ['fastify'], most: 1 },
    { scenarios: undefined, others: ['hono'], most: 1 },
    { scenarios: SESSIONS_TEMPLATES_FORMS, others: ['express', 'koa'], most: MOST_OF_EXPRESS_AND_KOA },
    { scenarios: SESSIONS_TEMPLATES_FORMS, others: ['flask'], most: MOST_OF_FLASK },
  ]
}

/** Every ratio of a goal, in a sentence: those that do not hold first. */
export function verdictText(results: readonly Result[], nodeMajor: number): string {
  const losses: string[] = []
  const gains: string[] = []
  for (const { scenarios, others, most } of goalsFor(nodeMajor)) {
    for (const result of results) {
      if (scenarios !== undefined && !scenarios.includes(result.scenario.name)) continue
      for (const other of others) {
        const ratio = cpuRatio(result, 'flagon', other)
        if (ratio === undefined) continue
        const row = `| ${result.scenario.name} | ${other} | ${spreadText(ratio)} | ${most.toFixed(2)} |`
        if (ratio.median > most) losses.push(row)
        else gains.push(row)
      }
    }
  }
  const head = [
    '| Scenario | Beside | CPU of Flagon ÷ theirs (min–max) | Goal, at most |',
    '| --- | --- | ---: | ---: |',
  ]
  const sections: string[] = []
  if (losses.length > 0) sections.push(['### Goals that are not reached', '', ...head, ...losses].join('\n'))
  if (gains.length > 0) sections.push(['### Goals that are reached', '', ...head, ...gains].join('\n'))
  return `${sections.join('\n\n')}\n`
}
