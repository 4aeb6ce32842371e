import type * as Query from '../../../lib/http/query.ts'
import type * as Routing from '../../../lib/routing/index.ts'
import type { MicroCase } from './bench.ts'
import { built, theirs } from './load.ts'

interface Found {
  readonly handler: () => string
  readonly params: Readonly<Record<string, string>>
}
interface Router {
  on(method: string, path: string, handler: () => string): void
  find(method: string, path: string): Found | null
}
type FindMyWay = (options: object) => Router

/** A kind of rule in both syntaxes, and a path that it matches. */
interface Kind {
  readonly name: string
  readonly rule: (at: number) => string
  readonly theirs: (at: number) => string
  readonly path: (at: number) => string
}

const SIZES = [10, 100, 1000, 10_000]
/** Paths that take turns, so that no answer can be kept from the call before. */
const PATHS = 64

const KINDS: readonly Kind[] = [
  { name: 'static, short', rule: (at) => `/s${at}`, theirs: (at) => `/s${at}`, path: (at) => `/s${at}` },
  {
    name: 'static, long',
    rule: (at) => `/api/v1/organizations/o${at}/settings/notifications/email`,
    theirs: (at) => `/api/v1/organizations/o${at}/settings/notifications/email`,
    path: (at) => `/api/v1/organizations/o${at}/settings/notifications/email`,
  },
  {
    name: 'one parameter',
    rule: (at) => `/users${at}/<name>`,
    theirs: (at) => `/users${at}/:name`,
    path: (at) => `/users${at}/ann`,
  },
  {
    name: 'three parameters',
    rule: (at) => `/repos${at}/<owner>/<repo>/branches/<branch>`,
    theirs: (at) => `/repos${at}/:owner/:repo/branches/:branch`,
    path: (at) => `/repos${at}/ann/tea/branches/main`,
  },
  {
    name: 'wildcard',
    rule: (at) => `/files${at}/<path:rest>`,
    theirs: (at) => `/files${at}/*`,
    path: (at) => `/files${at}/docs/guide/routing.md`,
  },
  {
    name: 'integer',
    rule: (at) => `/items${at}/<int:id>`,
    theirs: (at) => `/items${at}/:id(^\\d+$)`,
    path: (at) => `/items${at}/4711`,
  },
  {
    name: 'compound',
    rule: (at) => `/at${at}/<hour>h<minute>m`,
    theirs: (at) => `/at${at}/:hour(^\\d+)h:minute(^\\d+)m`,
    path: (at) => `/at${at}/12h30m`,
  },
]

const { Map: UrlMap, Rule } = await built<typeof Routing>('routing/index.js')
const { decode_path } = await built<typeof Query>('http/query.js')
const findMyWay = theirs<FindMyWay>('find-my-way')

/** Both routers with the same rules, as many of each kind. */
function routers(size: number): { map: Routing.Map; router: Router; perKind: number } {
  const perKind = Math.max(1, Math.floor(size / KINDS.length))
  const rules: Routing.Rule[] = []
  const router = findMyWay({})
  for (let at = 0; at < perKind; at++) {
    for (const kind of KINDS) {
      const endpoint = `${kind.name} ${at}`
      rules.push(new Rule(kind.rule(at), { endpoint, methods: ['GET'] }))
      router.on('GET', kind.theirs(at), () => endpoint)
    }
  }
  return { map: new UrlMap(rules), router, perKind }
}

function caseOf(title: string, map: Routing.Map, router: Router, paths: readonly string[]): MicroCase {
  const pathOf = (index: number): string => paths[index % PATHS]!
  const own = (index: number): Routing.Lookup => map.lookup('', 'GET', decode_path(pathOf(index)))
  const other = (index: number): Found | null => router.find('GET', pathOf(index))
  return {
    group: 'Route matching',
    title,
    contenders: [
      {
        name: 'Flagon',
        run: own,
        answer: (index) => {
          const found = own(index)
          return found.kind === 'match' ? [found.rule.endpoint, ...Object.values(found.values).map(String)] : 'none'
        },
      },
      {
        name: 'find-my-way',
        run: other,
        answer: (index) => {
          const found = other(index)
          return found === null ? 'none' : [found.handler(), ...Object.values(found.params)]
        },
      },
    ],
  }
}

/** Every kind of rule in maps of 10 to 10,000 rules; the cost must not grow with their number. */
export function routingCases(): MicroCase[] {
  const cases: MicroCase[] = []
  for (const size of SIZES) {
    const { map, router, perKind } = routers(size)
    const rulesText = `${size.toLocaleString('en')} rules`
    for (const kind of KINDS) {
      const paths = Array.from({ length: PATHS }, (_, at) => kind.path((at * 7919) % perKind))
      cases.push(caseOf(`${kind.name}, ${rulesText}`, map, router, paths))
    }
    const misses = Array.from({ length: PATHS }, (_, at) => `/nothing${at}/is/here`)
    cases.push(caseOf(`miss, ${rulesText}`, map, router, misses))
  }
  return cases
}
