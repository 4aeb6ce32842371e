import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule, type RuleOptions } from '../../lib/routing/rule.ts'
import type { MapOptions } from '../../lib/routing/table.ts'

/** A map whose endpoints are the texts of its rules, where none is given. */
function mapOf(rules: (string | [rule: string, options: RuleOptions])[], options?: MapOptions): UrlMap {
  return new UrlMap(
    rules.map((rule) =>
      typeof rule === 'string'
        ? new Rule(rule, { endpoint: rule })
        : new Rule(rule[0], { endpoint: rule[0], ...rule[1] }),
    ),
    options,
  )
}

/** What a look-up found, as plain data: endpoint and values, or what kind of miss. */
function find(map: UrlMap, path: string, method = 'GET', domain = ''): unknown {
  const found = map.lookup(domain, method, path)
  switch (found.kind) {
    case 'match':
      return [found.rule.endpoint, { ...found.values }]
    case 'path':
      return `→ ${found.path}`
    case 'method_not_allowed':
      return [...found.valid_methods].sort()
    case 'alias':
    case 'default':
    case 'redirect_to':
      return [found.kind, found.rule.rule, { ...found.values }]
    default:
      return found.kind
  }
}

t.test(
  'static text goes before variables, and lighter converters before heavier ones, whatever the order of the rules',
  (t) => {
    const rules = [
      '/<path:p>',
      '/<s>',
      '/<int:n>',
      '/me',
      '/<uuid:u>',
      '/v<s>',
      '/<a>-<b>',
      '/<path:p>/edit',
      '/<s>/edit',
    ]
    const cases: [path: string, endpoint: string][] = [
      ['/me', '/me'],
      ['/12', '/<int:n>'],
      ['/v1', '/v<s>'],
      ['/v-1', '/<a>-<b>'],
      ['/other', '/<s>'],
      ['/a/b', '/<path:p>'],
      // The rest of a rule from a path on is one part, and the static text in it goes before a plain variable.
      ['/a/edit', '/<path:p>/edit'],
      ['/a/b/edit', '/<path:p>/edit'],
    ]
    for (const map of [mapOf(rules), mapOf(rules.toReversed())]) {
      for (const [path, endpoint] of cases) t.match(find(map, path), [endpoint], path)
    }
    t.end()
  },
)

t.test('among equals the rule that was added first goes first', (t) => {
  t.match(find(mapOf(['/<any(x):a>', '/<b>']), '/x'), ['/<any(x):a>'])
  t.match(find(mapOf(['/<b>', '/<any(x):a>']), '/x'), ['/<b>'])
  t.match(find(mapOf(['/<a>', '/<b>']), '/x'), ['/<a>'])
  t.end()
})

t.test('a dead end is left again for the next best way', (t) => {
  const map = mapOf(['/a/b/c', '/a/<x>/d', '/<y>/b/e', '/<path:p>/z'])
  t.same(find(map, '/a/b/c'), ['/a/b/c', {}])
  t.same(find(map, '/a/b/d'), ['/a/<x>/d', { x: 'b' }])
  t.same(find(map, '/a/b/e'), ['/<y>/b/e', { y: 'a' }])
  t.same(find(map, '/a/b/z'), ['/<path:p>/z', { p: 'a/b' }])
  t.equal(find(map, '/a/b/x'), 'not_found')
  t.end()
})

t.test('a URL without the last slash of a rule is told to add it, with strict slashes', (t) => {
  const map = mapOf([
    '/projects/',
    '/projects/<int:id>/',
    '/about',
    ['/loose', { strict_slashes: false }],
    ['/looser/', { strict_slashes: false }],
    '/dir/<path:p>/',
  ])
  const cases: [path: string, found: unknown][] = [
    ['/projects', '→ /projects/'],
    ['/projects/3', '→ /projects/3/'],
    ['/projects/3/', ['/projects/<int:id>/', { id: 3 }]],
    ['/projects/x', 'not_found'],
    ['/about', ['/about', {}]],
    ['/about/', 'not_found'],
    ['/loose', ['/loose', {}]],
    ['/loose/', ['/loose', {}]],
    ['/loose//', '→ /loose/'],
    ['/looser', ['/looser/', {}]],
    ['/looser/', ['/looser/', {}]],
    ['/dir/a/b', '→ /dir/a/b/'],
    ['/dir/a/b/', ['/dir/<path:p>/', { p: 'a/b' }]],
  ]
  for (const [path, found] of cases) t.same(find(map, path), found, path)
  t.same(
    find(mapOf([['/x/', { methods: ['GET'] }]]), '/x', 'POST'),
    'not_found',
    'only for a method that the rule answers',
  )
  t.end()
})

t.test('doubled slashes are merged, but in paths and where the map or the rule says no', (t) => {
  const rules = ['/user/<name>', '/files/<path:p>', '/dir/', ['/raw//x', { merge_slashes: false }]] as const
  const map = mapOf([...rules] as [string, RuleOptions][])
  const cases: [path: string, found: unknown][] = [
    ['/user//ann', '→ /user/ann'],
    ['/user///ann', '→ /user/ann'],
    ['//user/ann', ['/user/<name>', { name: 'ann' }]],
    ['///', 'not_found'],
    ['/files/a//b', ['/files/<path:p>', { p: 'a//b' }]],
    ['/files//b', '→ /files/b'],
    ['//dir', '→ /dir/'],
    ['/x//dir', 'not_found'],
    ['/raw//x', ['/raw//x', {}]],
    ['/raw/x', 'not_found'],
    ['/raw///x', 'not_found'],
  ]
  for (const [path, found] of cases) t.same(find(map, path), found, path)
  t.equal(find(mapOf(['/user/<name>'], { merge_slashes: false }), '/user//ann'), 'not_found')
  t.end()
})

t.test("a path that lacks its first slash or is empty is the root's", (t) => {
  const map = mapOf(['/', '/x'])
  t.same(find(map, 'x'), ['/x', {}])
  t.equal(find(map, ''), '→ /')
  t.end()
})

t.test('a method that no rule at the URL answers is told which ones there are', (t) => {
  const map = mapOf([
    ['/x', { methods: ['GET'], endpoint: 'get' }],
    ['/x', { methods: ['POST'], endpoint: 'post' }],
    ['/<name>', { methods: ['PUT'], endpoint: 'put' }],
    ['/all', { endpoint: 'all' }],
    ['/n/<int:n>', { methods: ['POST'] }],
    ['/n/<int(max=5):n>', { methods: ['GET'] }],
  ])
  t.same(find(map, '/x', 'HEAD'), ['get', {}])
  t.same(find(map, '/x', 'PUT'), ['put', { name: 'x' }], 'another rule answers it')
  t.same(find(map, '/x', 'DELETE'), ['GET', 'HEAD', 'POST', 'PUT'])
  t.same(find(map, '/all', 'PURGE'), ['all', {}])
  t.same(find(map, '/n/9'), ['POST'], 'a value that is refused leaves what was learned before')
  t.end()
})

t.test('a value that its converter refuses is a miss, and no further rule is tried', (t) => {
  t.equal(find(mapOf(['/<int(max=5):n>', '/<name>']), '/9'), 'not_found')
  t.same(find(mapOf(['/<int(max=5):n>', '/<name>']), '/5'), ['/<int(max=5):n>', { n: 5 }])
  t.end()
})

t.test('rules of subdomains and hosts are kept apart, static ones first', (t) => {
  const map = mapOf([
    ['/', { endpoint: 'root' }],
    ['/', { endpoint: 'www', subdomain: 'www' }],
    ['/', { endpoint: 'tenant', subdomain: '<tenant>' }],
    ['/only', { endpoint: 'only', subdomain: '<int:number>' }],
  ])
  t.same(find(map, '/'), ['root', {}])
  t.same(find(map, '/', 'GET', 'www'), ['www', {}])
  t.same(find(map, '/', 'GET', 'acme'), ['tenant', { tenant: 'acme' }])
  t.same(find(map, '/', 'GET', '7'), ['tenant', { tenant: '7' }])
  t.same(find(map, '/only', 'GET', '7'), ['only', { number: 7 }])
  t.equal(find(map, '/only'), 'not_found')
  const hosts = mapOf(
    [
      ['/', { endpoint: 'a', host: 'a.com:80' }],
      ['/', { endpoint: 'b', host: '<sub>.b.com' }],
    ],
    { host_matching: true },
  )
  t.same(find(hosts, '/', 'GET', 'a.com:80'), ['a', {}])
  t.same(find(hosts, '/', 'GET', 'x.b.com'), ['b', { sub: 'x' }])
  t.equal(find(hosts, '/', 'GET', 'b.com'), 'not_found')
  t.end()
})

t.test('defaults are among the values, and lead from the URL that spells them out to the one that does not', (t) => {
  const rules: [string, RuleOptions][] = [
    ['/pages/', { endpoint: 'page', defaults: { page: 1 } }],
    ['/pages/<int:page>', { endpoint: 'page' }],
  ]
  const map = mapOf(rules)
  t.same(find(map, '/pages/'), ['page', { page: 1 }])
  t.same(find(map, '/pages/2'), ['page', { page: 2 }])
  t.same(find(map, '/pages/1'), ['default', '/pages/', { page: 1 }])
  map.redirect_defaults = false
  t.same(find(map, '/pages/1'), ['page', { page: 1 }])
  t.same(find(mapOf(rules, { redirect_defaults: false }), '/pages/1'), ['page', { page: 1 }])
  t.end()
})

t.test('aliases and rules with a target are told apart from matches; build-only rules never match', (t) => {
  const rules: [string, RuleOptions][] = [
    ['/users/', { endpoint: 'users' }],
    ['/people/', { endpoint: 'users', alias: true }],
    ['/old/<int:n>', { redirect_to: 'new/<n>' }],
    ['/cdn/<path:p>', { build_only: true }],
  ]
  const map = mapOf(rules)
  t.same(find(map, '/people/'), ['alias', '/people/', {}])
  t.same(find(map, '/old/3'), ['redirect_to', '/old/<int:n>', { n: 3 }])
  t.equal(find(map, '/cdn/x'), 'not_found')
  t.same(find(mapOf(rules, { redirect_defaults: false }), '/people/'), ['users', {}])
  t.end()
})

t.test('WebSocket rules match WebSocket requests alone', (t) => {
  const map = mapOf([
    ['/ws', { websocket: true }],
    '/http',
    ['/both', { endpoint: 'h' }],
    ['/both', { endpoint: 'w', websocket: true }],
  ])
  const kinds = (path: string): string[] =>
    [false, true].map((isWebsocket) => map.lookup('', 'GET', path, isWebsocket).kind)
  t.same(kinds('/ws'), ['websocket_mismatch', 'match'])
  t.same(kinds('/http'), ['match', 'websocket_mismatch'])
  t.same(kinds('/both'), ['match', 'match'])
  t.same(kinds('/none'), ['not_found', 'not_found'])
  t.end()
})

t.test('optional groups match with and without their text, the fuller choice first', (t) => {
  const map = mapOf(['/list{/:page}', '/x{/:a}{/:b}', '/f/:name{.:ext}'])
  t.same(find(map, '/list'), ['/list{/:page}', {}])
  t.same(find(map, '/list/2'), ['/list{/:page}', { page: '2' }])
  t.same(find(map, '/x/1'), ['/x{/:a}{/:b}', { a: '1' }])
  t.same(find(map, '/x/1/2'), ['/x{/:a}{/:b}', { a: '1', b: '2' }])
  t.same(find(map, '/f/a.js'), ['/f/:name{.:ext}', { name: 'a', ext: 'js' }])
  t.same(find(map, '/f/a'), ['/f/:name{.:ext}', { name: 'a' }])
  t.end()
})

t.test('the path is taken as it is: nothing is decoded again, a backslash is text', (t) => {
  const map = mapOf(['/<name>', '/admin/x'])
  t.same(find(map, '/%2e'), ['/<name>', { name: '%2e' }])
  t.same(find(map, '/a\\b'), ['/<name>', { name: 'a\\b' }])
  t.same(find(map, '/admin%2Fx'), ['/<name>', { name: 'admin%2Fx' }])
  t.equal(find(map, '/ADMIN/X'), 'not_found', 'case counts')
  t.end()
})

// Row "params" of the catalogue.
t.test('variables named like properties of every object are own properties of the values', (t) => {
  for (const rule of ['/:__proto__/:constructor', '/<__proto__>/<constructor>']) {
    const found = mapOf([rule]).lookup('', 'GET', '/a/b')
    t.same(found.kind === 'match' && Object.entries(found.values), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  }
  t.end()
})

t.test('a rule without variables is answered with one object, made once', (t) => {
  const map = mapOf(['/a', ['/b', { defaults: { n: 1 } }]])
  t.equal(map.lookup('', 'GET', '/a'), map.lookup('', 'GET', '/a'))
  t.ok(Object.isFrozen(map.lookup('', 'GET', '/b')))
  t.same(find(map, '/b'), ['/b', { n: 1 }])
  t.equal(map.lookup('', 'GET', '/none'), map.lookup('', 'POST', '/none'))
  t.end()
})

function timeOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

// Row "route ReDoS" of the catalogue.
t.test('no rule takes more than linear time for a long path', (t) => {
  const LENGTH = 16_384
  const LIMIT_MS = 50
  const rules = [
    '/:a-:b',
    '/:a.:b',
    '/*a/x/*b',
    '/<a>-<b>-<c>.html',
    '/<path:a>/<path:b>/<path:c>/end',
    '/<int:a><int:b><int:c>x',
    '/f{/:a}{/:b}{/:c}{/:d}{/:e}{/:f}{/:g}{/:h}',
  ]
  for (const rule of rules) {
    const map = mapOf([rule])
    for (const unit of ['-', '.', '/', '/x', 'a', '1', '/f', 'x/', 'é']) {
      const path = `/${unit.repeat(LENGTH / unit.length)}`
      // The best of several: other processes may hold the processor meanwhile.
      const spent = Math.min(...Array.from({ length: 5 }, () => timeOf(() => map.lookup('', 'GET', path))))
      if (spent > LIMIT_MS) t.fail(`${rule} took ${spent} ms for ${unit}`)
    }
  }
  t.end()
})

t.test('the cost of a look-up does not grow with the number of rules', (t) => {
  const cost = (count: number): number => {
    const map = mapOf(Array.from({ length: count }, (_, index) => [`/r${index}`, `/s${index}/<id>/x`]).flat())
    const paths = Array.from({ length: 50 }, (_, index) => `/s${(index * 7) % count}/12/x`)
    let best = Infinity
    for (let round = 0; round < 20; round++) {
      const start = performance.now()
      for (const path of paths) map.lookup('', 'GET', path)
      best = Math.min(best, performance.now() - start)
    }
    return best
  }
  const GENEROUS = 8
  cost(10)
  t.ok(cost(10_000) < GENEROUS * cost(10) + 1)
  t.end()
})

/** One segment of a random rule: its text, whether it is static, its rank and how it reads a segment. */
const KINDS: Record<string, { weight: number; read: (text: string) => unknown }> = {
  int: { weight: 50, read: (text) => (/^\d+$/.test(text) ? Number(text) : undefined) },
  string: { weight: 100, read: (text) => (text === '' ? undefined : text) },
  path: { weight: 200, read: (text) => (/^[^/]/.test(text) ? text : undefined) },
}

interface RandomRule {
  segments: { kind: string; text: string }[]
  hasSlash: boolean
  method: string
}

/** Finds the rule of a path with no tree: at each segment it sorts all rules that are left, as the ranks say. */
function oracle(rules: RandomRule[], path: string, method: string): unknown {
  const parts = path.slice(1).split('/')
  const allowed = new Set<string>()
  const partsOf = (rule: RandomRule): { kind: string; text: string }[] => [
    ...rule.segments,
    ...(rule.hasSlash ? [{ kind: '', text: '' }] : []),
  ]
  const accepts = (index: number): boolean => {
    const methods = rules[index]!.method === 'GET' ? ['GET', 'HEAD'] : [rules[index]!.method]
    if (methods.includes(method)) return true
    for (const name of methods) allowed.add(name)
    return false
  }
  const search = (left: number[], depth: number, at: number, values: unknown[]): unknown => {
    const rest = parts.slice(at)
    const ended = left.filter((index) => partsOf(rules[index]!).length === depth)
    if (rest.length === 0) {
      for (const index of ended) if (accepts(index)) return [index, values]
      const slashed = left.filter((index) => rules[index]!.hasSlash && partsOf(rules[index]!).length === depth + 1)
      const wanted = slashed.some(
        (index) => rules[index]!.method === method || (rules[index]!.method === 'GET' && method === 'HEAD'),
      )
      return wanted ? 'slash' : undefined
    }
    const next = left.filter((index) => partsOf(rules[index]!).length > depth)
    const same = next.filter(
      (index) => partsOf(rules[index]!)[depth]!.kind === '' && partsOf(rules[index]!)[depth]!.text === rest[0],
    )
    const found = same.length === 0 ? undefined : search(same, depth + 1, at + 1, values)
    if (found !== undefined) return found
    for (const kind of ['int', 'string', 'path']) {
      const group = next.filter((index) => partsOf(rules[index]!)[depth]!.kind === kind)
      const text = kind === 'path' ? rest.join('/') : rest[0]!
      const value = KINDS[kind]!.read(text)
      if (group.length === 0 || value === undefined) continue
      const deeper = search(group, depth + 1, kind === 'path' ? parts.length : at + 1, [...values, value])
      if (deeper !== undefined) return deeper
    }
    return undefined
  }
  const found = search([...rules.keys()], 0, 0, [])
  return found ?? (allowed.size > 0 ? [...allowed].sort() : 'not_found')
}

// Row "param of another route" of the catalogue.
t.test('ten thousand random tables give what a naive search gives', (t) => {
  const segment = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', '1').map((text) => ({ kind: '', text })) },
    { weight: 2, arbitrary: fc.constantFrom('int', 'string').map((kind) => ({ kind, text: '' })) },
  )
  const rule: fc.Arbitrary<RandomRule> = fc
    .tuple(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      fc.constantFrom('GET', 'GET', 'POST'),
    )
    .map(([segments, last, hasSlash, method]) =>
      last === 0
        ? { segments: [...segments, { kind: 'path', text: '' }], hasSlash: false, method }
        : { segments, hasSlash, method },
    )
  const path = fc
    .array(fc.constantFrom('a', 'b', '1', '22', 'c', ''), { minLength: 1, maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`)
  const NUMBER_OF_TABLES = 10_000
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 8 }),
      path,
      fc.constantFrom('GET', 'POST', 'HEAD'),
      (rules, path, method) => {
        if (path.startsWith('//')) return true
        const map = new UrlMap(
          rules.map(({ segments, hasSlash, method }, index) => {
            const text = segments
              .map(({ kind, text }, place) => (kind === '' ? `/${text}` : `/<${kind}:v${place}>`))
              .join('')
            return new Rule(text + (hasSlash ? '/' : ''), { endpoint: String(index), methods: [method] })
          }),
          { merge_slashes: false },
        )
        const found = map.lookup('', method, path)
        const shown =
          found.kind === 'match'
            ? [Number(found.rule.endpoint), Object.values(found.values)]
            : found.kind === 'path'
              ? 'slash'
              : found.kind === 'method_not_allowed'
                ? [...found.valid_methods].sort()
                : found.kind
        return isDeepStrictEqual(shown, oracle(rules, path, method))
      },
    ),
    { numRuns: NUMBER_OF_TABLES },
  )
  t.end()
})
