import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { match } from 'path-to-regexp'
import t from 'tap'
import { UrlMap } from '../../lib/routing/map.ts'
import { joinRules, parseHost, parseRule, variableNames } from '../../lib/routing/pattern.ts'
import { Rule } from '../../lib/routing/rule.ts'

/** A variant as text: variables as `:name` or `*name`. */
function shown(rule: string): string[] {
  return parseRule(rule).variants.map((tokens) =>
    tokens
      .map((token) => (token.type === 'text' ? token.value : `${token.type === 'param' ? ':' : '*'}${token.name}`))
      .join(''),
  )
}

t.test('with an angle bracket a rule is read as Flask reads it', (t) => {
  const pattern = parseRule('/user/<name>/<int:id>-<any("a>b", c):kind>.html')
  t.equal(pattern.isFlask, true)
  t.same(variableNames(pattern.data.tokens), ['name', 'id', 'kind'])
  t.equal(pattern.calls.get('name'), undefined, 'no converter named')
  t.same(pattern.calls.get('id'), { converter: 'int', positional: [], named: undefined })
  t.same(pattern.calls.get('kind')?.positional, ['a>b', 'c'])
  t.same(shown('/a:b/*c/{d}/<e>'), ['/a:b/*c/{d}/:e'], 'marks of the other syntax are text')
  t.end()
})

t.test('without an angle bracket a rule is read as path-to-regexp reads it', (t) => {
  t.same(shown('/user/:id'), ['/user/:id'])
  t.same(shown('/files/*path'), ['/files/*path'])
  t.same(shown('/list{/:page}'), ['/list/:page', '/list'])
  t.same(shown('/x{/:a{/:b}}'), ['/x/:a/:b', '/x/:a', '/x'])
  t.same(shown('/x{/:a}{/:b}'), ['/x/:a/:b', '/x/:a', '/x/:b', '/x'])
  t.same(shown('/a\\:b\\*'), ['/a:b*'])
  t.same(shown('/:"first name"'), ['/:first name'])
  t.equal(parseRule('/files/*path').calls.get('path')?.converter, 'path')
  t.end()
})

t.test('a rule that cannot be read is refused, and the message says how to write it', (t) => {
  const cases: [rule: string, message: RegExp][] = [
    ['', /does not start with a slash/],
    ['user', /Every rule is a path from the root: write '\/user'/],
    ['<name>', /does not start with a slash/],
    ['{/:lang}', /when its optional part is left out/],
    ['/<', /cannot be read from '<' on/],
    ['/<a', /cannot be read from '<a' on/],
    ['/<1a>', /Write a variable as <name>/],
    ['/<int(2)a>', /cannot be read/],
    ['/<a:b:c>', /cannot be read/],
    ['/<a>/<a>', /uses the variable 'a' twice/],
    ['/:a/:a', /uses the variable 'a' twice/],
    ['/c++', /Unexpected \+.*\\ before a character that is meant literally/],
    ['/a(b)', /Unexpected \(/],
    ['/:', /Missing parameter name/],
    ['/:a:b', /Missing text before/],
    ['/x{', /Unexpected end/],
    // Row "route ReDoS": ten optional parts make more than a thousand choices.
    [`/x${Array.from({ length: 10 }, (_, index) => `{/:a${index}}`).join('')}`, /Too many path combinations/],
  ]
  for (const [rule, message] of cases) t.throws(() => parseRule(rule), { code: 'RULE_SYNTAX', message }, rule)
  t.end()
})

t.test('a host is text with variables in angle brackets; a colon in it is a port', (t) => {
  t.same(parseHost('').variants, [[]])
  t.same(parseHost('localhost:5000').variants, [[{ type: 'text', value: 'localhost:5000' }]])
  t.same(variableNames(parseHost('<tenant>.example.com').data.tokens), ['tenant'])
  t.throws(() => parseHost('<a>.<a>.com'), { code: 'RULE_SYNTAX' })
  t.end()
})

t.test('joined rules of two syntaxes are said in one', (t) => {
  t.equal(joinRules('/blog', '/<int:id>'), '/blog/<int:id>')
  t.equal(joinRules('/<lang>', '/:page'), '/<lang>/<page>')
  t.equal(joinRules('/:lang', '/<path:page>'), '/<lang>/<path:page>')
  t.equal(joinRules('/<lang>', '/files/*path'), '/<lang>/files/<path:path>')
  t.equal(joinRules('/:a', '/*b'), '/:a/*b')
  t.equal(joinRules('/a\\:b', '/<x>'), '/a:b/<x>')
  t.throws(() => joinRules('/<lang>', '/list{/:page}'), { code: 'RULE_SYNTAX', message: /Write both in one syntax/ })
  t.throws(() => joinRules('/<lang>', '/:"a b"'), { code: 'RULE_SYNTAX' })
  t.end()
})

t.test('what path-to-regexp matches is matched with the same arguments', (t) => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const text = fc.constantFrom('x', 'foo', 'x-y', 'v1')
  const piece = fc.oneof(
    text,
    name.map((n) => `:${n}`),
    fc.tuple(name, fc.constantFrom('-', '.', '~x~'), name).map(([a, mark, b]) => `:${a}${mark}:${b}`),
    fc.tuple(text, name).map(([a, b]) => `${a}:${b}`),
  )
  const optional = piece.map((p) => `{/${p}}`)
  const rule = fc
    .array(fc.oneof({ weight: 3, arbitrary: piece.map((p) => `/${p}`) }, { weight: 1, arbitrary: optional }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((pieces) => `/r${pieces.join('')}`)
    .filter((r) => new Set(r.match(/:\w/g)).size === (r.match(/:\w/g)?.length ?? 0))
  const path = fc.array(fc.constantFrom('x', 'foo', 'x-y', 'v1', 'a.b-c', '-', 'foo1', 'p~x~q', 'x-y-z', 'é'), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(rule, path, (rule, segments) => {
      const url = `/r${segments.map((segment) => `/${segment}`).join('')}`
      // Each choice of groups by itself: which of several that match goes first is up to the ranks of the tree.
      const wanted = shown(rule).flatMap(
        (variant) => match(variant, { sensitive: true, trailing: false, decode: false })(url) || [],
      )
      const found = new UrlMap([new Rule(rule, { endpoint: 'e' })]).lookup('', 'GET', url)
      if (found.kind !== 'match') return wanted.length === 0
      return wanted.some(({ params }) => isDeepStrictEqual({ ...found.values }, { ...params }))
    }),
    { numRuns: 1000 },
  )
  t.end()
})
