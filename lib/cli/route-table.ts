import type { Flagon } from '../app.ts'
import { compareWeights, type Part } from '../routing/part.ts'
import type { Rule } from '../routing/rule.ts'

/** What the list of routes can be sorted by; `match` is the order in which rules are tried. */
export type RouteSort = 'endpoint' | 'methods' | 'domain' | 'rule' | 'match'

/** One line of the list of routes. */
export interface RouteRow {
  /** Name of the endpoint. */
  readonly endpoint: string
  /** Methods, sorted. */
  readonly methods: readonly string[]
  /** Host or subdomain; left out where no rule of the app has one. */
  readonly domain?: string
  /** The rule itself. */
  readonly rule: string
}

/** Methods that are answered without a view of their own. */
const AUTOMATIC = new Set(['HEAD', 'OPTIONS'])

/** The rules of an app, as they are listed. */
export function routeRows(
  app: Flagon,
  options: { sort?: RouteSort | undefined; all_methods?: boolean } = {},
): RouteRow[] {
  const { sort = 'endpoint', all_methods = false } = options
  const { host_matching } = app.url_map
  const rules = sort === 'match' ? inMatchOrder(app.url_map.iter_rules()) : [...app.url_map.iter_rules()]
  const domainOf = (rule: Rule): string => (host_matching ? rule.host : rule.subdomain) ?? ''
  const hasDomain = rules.some((rule) => domainOf(rule) !== '')
  const rows = rules.map((rule) => ({
    endpoint: rule.endpoint,
    methods: [...(rule.methods ?? [])].filter((method) => all_methods || !AUTOMATIC.has(method)).sort(),
    ...(hasDomain ? { domain: domainOf(rule) } : {}),
    rule: rule.rule,
  }))
  if (sort === 'match') return rows
  const keyOf = (row: RouteRow): string => (sort === 'methods' ? row.methods.join(', ') : (row[sort] ?? ''))
  return rows.sort((a, b) => compareTexts(keyOf(a), keyOf(b)))
}

/** The rows as a table, with a line of titles. */
export function tableOf(rows: readonly RouteRow[], host_matching: boolean): string {
  const hasDomain = rows.some(({ domain }) => domain !== undefined)
  const cells = rows.map(({ endpoint, methods, domain = '', rule }) =>
    hasDomain ? [endpoint, methods.join(', '), domain, rule] : [endpoint, methods.join(', '), rule],
  )
  const titles = hasDomain
    ? ['Endpoint', 'Methods', host_matching ? 'Host' : 'Subdomain', 'Rule']
    : ['Endpoint', 'Methods', 'Rule']
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)),
  )
  const lines = [titles, widths.map((width) => '-'.repeat(width)), ...cells]
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Rules in the order in which they are tried on a URL: step by step, static before dynamic, then by weight. */
export function inMatchOrder(rules: Iterable<Rule>): Rule[] {
  return [...rules].sort((a, b) => compareParts(a.routes[0]?.path ?? [], b.routes[0]?.path ?? []))
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareOne(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareOne(a: Part, b: Part): number {
  if (a.test === undefined || b.test === undefined) {
    if (a.test !== b.test) return a.test === undefined ? -1 : 1
    return compareTexts(a.content, b.content)
  }
  return compareWeights(a.weight, b.weight)
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
