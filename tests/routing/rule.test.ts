import t from 'tap'
import { BaseConverter } from '../../lib/routing/converters.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

t.test('a rule knows its text, variables and methods before it is in a map', (t) => {
  const rule = new Rule('/user/<name>/', { endpoint: 'user', methods: ['get', 'Post'], defaults: { page: 1 } })
  t.equal(String(rule), '/user/<name>/')
  t.same([...(rule.methods ?? [])], ['GET', 'POST', 'HEAD'])
  t.same([...rule.arguments].sort(), ['name', 'page'])
  t.equal(rule.is_branch, true)
  t.equal(rule.is_leaf, false)
  t.equal(rule.map, undefined)
  t.equal(rule.strict_slashes, undefined)
  t.same(rule.routes, [])
  t.equal(new Rule('/x').endpoint, '')
  t.equal(new Rule('/x').methods, undefined)
  t.same([...new Rule('/x', { methods: ['POST'] }).methods!], ['POST'], 'HEAD comes with GET alone')
  t.end()
})

t.test('wrong methods are refused', (t) => {
  t.throws(() => new Rule('/x', { methods: 'GET' }), {
    code: 'METHODS_INVALID',
    message: /Write a list: methods: \['GET'\]/,
  })
  t.throws(() => new Rule('/x', { methods: ['GET', 'POST'], websocket: true }), {
    code: 'METHODS_INVALID',
    message: /has the method POST/,
  })
  t.ok(new Rule('/x', { methods: ['GET'], websocket: true }))
  t.end()
})

t.test('a map fills in what the rule leaves open', (t) => {
  const map = new UrlMap([], { strict_slashes: false, merge_slashes: false, default_subdomain: 'www' })
  const open = new Rule('/x', { endpoint: 'open' })
  const set = new Rule('/y', { endpoint: 'set', strict_slashes: true, merge_slashes: true, subdomain: 'api' })
  map.add(open)
  map.add(set)
  t.same([open.strict_slashes, open.merge_slashes, open.subdomain], [false, false, 'www'])
  t.same([set.strict_slashes, set.merge_slashes, set.subdomain], [true, true, 'api'])
  t.equal(open.map, map)
  t.end()
})

t.test('a rule is in one map only; a copy of it can be in another', (t) => {
  const rule = new Rule('/x/<y>', {
    endpoint: 'x',
    methods: ['GET'],
    defaults: { z: 1 },
    alias: true,
    websocket: false,
    build_only: true,
    host: 'h',
    subdomain: 's',
  })
  new UrlMap([rule])
  t.throws(() => new UrlMap([rule]), { code: 'RULE_BOUND', message: /Add a copy of it: rule.empty\(\)/ })
  rule.provide_automatic_options = true
  const copy = rule.empty()
  t.equal(copy.map, undefined)
  t.same(copy.get_empty_kwargs(), { ...rule.get_empty_kwargs(), strict_slashes: true, merge_slashes: true })
  t.equal(copy.provide_automatic_options, true)
  t.not(copy.defaults, rule.defaults)
  t.ok(new UrlMap([copy]))
  t.equal(rule.empty({ rule: '/other', endpoint: 'o' }).rule, '/other')
  t.end()
})

t.test('a copy of a subclass is of the subclass', (t) => {
  class Marked extends Rule {
    readonly isMarked = true
  }
  t.ok(new Marked('/x').empty() instanceof Marked)
  t.end()
})

t.test('a converter that is not registered is refused with the nearest that is', (t) => {
  const map = new UrlMap()
  t.throws(() => map.add(new Rule('/<itn:id>')), {
    code: 'CONVERTER_UNKNOWN',
    message:
      /The rule '\/<itn:id>' gives 'id' the converter 'itn', which does not exist. Did you mean 'int'\? There are: default, .*map.converters.itn = /,
  })
  t.throws(() => map.add(new Rule('/<frobnicate:id>')), {
    code: 'CONVERTER_UNKNOWN',
    message: /does not exist. There are/,
  })
  for (const name of ['constructor', '__proto__', 'toString']) {
    t.throws(() => map.add(new Rule(`/<${name}:id>`)), { code: 'CONVERTER_UNKNOWN' }, name)
  }
  t.end()
})

t.test('a converter whose regex is none is refused when the rule is added', (t) => {
  class Broken extends BaseConverter {
    override regex = '(['
  }
  const map = new UrlMap([], { converters: { broken: Broken } })
  t.throws(() => map.add(new Rule('/<broken:x>')), { code: 'CONVERTER_ARGUMENT', message: /has a regex that is none/ })
  t.end()
})

t.test('a rule may find its converters in another way', (t) => {
  class Words extends BaseConverter {
    override regex = '[a-z]+'
  }
  class Lower extends Rule {
    override get_converter(map: UrlMap): BaseConverter {
      return new Words(map)
    }
  }
  const map = new UrlMap([new Lower('/<x>', { endpoint: 'e' })])
  t.equal(map.lookup('', 'GET', '/abc').kind, 'match')
  t.equal(map.lookup('', 'GET', '/ABC').kind, 'not_found')
  t.end()
})

t.test('a host must not have a slash, nor variables of the path', (t) => {
  const add = (subdomain: string) => () => new UrlMap([new Rule('/<a>', { subdomain })])
  t.throws(add('<path:x>'), { code: 'RULE_SYNTAX', message: /No host has one/ })
  t.throws(add('a/b'), { code: 'RULE_SYNTAX' })
  t.throws(add('<a>'), { code: 'RULE_SYNTAX', message: /uses the variable 'a' that its host '<a>' has too/ })
  t.end()
})

t.test('a default that the converter of its variable refuses is found when the rule is added', (t) => {
  t.throws(() => new UrlMap([new Rule('/<int:n>', { defaults: { n: 'x' } })]), {
    code: 'CONVERTER_ARGUMENT',
    message: /The default n=x is no value for the converter of 'n'/,
  })
  t.end()
})

function bound(rule: string, options?: ConstructorParameters<typeof Rule>[1]): Rule {
  const made = new Rule(rule, { endpoint: 'e', ...options })
  new UrlMap([made])
  return made
}

t.test('a rule builds host and path, and a query of what it has no variable for', (t) => {
  t.same(bound('/user/<name>').build({ name: 'a b', q: 1 }), ['', '/user/a%20b?q=1'])
  t.same(bound('/user/<name>').build({ name: 'a', q: 1 }, false), ['', '/user/a'])
  t.same(bound('/x', { subdomain: '<t>.eu' }).build({ t: 'acme' }), ['acme.eu', '/x'])
  t.same(bound('/é y').build({}), ['', '/%C3%A9%20y'])
  t.same(bound('/pages/', { defaults: { page: 1 } }).build({ page: 1 }), ['', '/pages/'])
  t.same(bound('/p/<page>', { defaults: { page: 'x' } }).build({}), ['', '/p/x'])
  t.equal(bound('/user/<name>').build({}), undefined)
  t.same(bound('/a//b').build({}), ['', '/a/b'], 'doubled slashes are merged in the rule too')
  t.same(bound('/a//b', { merge_slashes: false }).build({}), ['', '/a//b'])
  t.end()
})

t.test('optional groups are built when all of their variables are given', (t) => {
  const rule = bound('/x{/:a{/:b}}{.:ext}')
  t.same(rule.build({}), ['', '/x'])
  t.same(rule.build({ a: 1 }), ['', '/x/1'])
  t.same(rule.build({ a: 1, b: 2, ext: 'js' }), ['', '/x/1/2.js'])
  t.same(rule.build({ b: 2 }), ['', '/x?b=2'], 'what is left over becomes the query')
  t.end()
})

t.test('a rule suits values that name all variables and contradict no default', (t) => {
  const rule = bound('/p/<a>', { methods: ['GET'], defaults: { page: 1, tags: ['x'] } })
  t.equal(rule.suitable_for({ a: 1 }), true)
  t.equal(rule.suitable_for({ a: 1, page: 1, tags: ['x'] }), true)
  t.equal(rule.suitable_for({ a: 1, page: 2 }), false)
  t.equal(rule.suitable_for({ a: 1, tags: ['y'] }), false)
  t.equal(rule.suitable_for({}), false)
  t.equal(rule.suitable_for({ a: 1 }, 'HEAD'), true)
  t.equal(rule.suitable_for({ a: 1 }, 'POST'), false)
  t.equal(bound('/x{/:a}').suitable_for({}), true)
  t.end()
})

t.test('a rule provides defaults for another of its endpoint with the same variables', (t) => {
  const all = bound('/pages/', { defaults: { page: 1 } })
  const one = bound('/pages/<int:page>')
  t.equal(all.provides_defaults_for(one), true)
  t.equal(one.provides_defaults_for(all), false, 'no defaults')
  t.equal(all.provides_defaults_for(bound('/pages/<int:page>/<x>')), false, 'other variables')
  t.equal(all.provides_defaults_for(bound('/pages/<int:page>', { endpoint: 'o' })), false, 'another endpoint')
  t.equal(bound('/a', { defaults: { page: 1 }, build_only: true }).provides_defaults_for(one), false)
  t.equal(bound('/a', { defaults: {} }).provides_defaults_for(bound('/b')), false, 'empty defaults')
  t.end()
})

t.test('for building, aliases come last and rules with more variables and defaults first', (t) => {
  t.same(bound('/<a>/<b>', { alias: true, defaults: { c: 1 } }).build_compare_key(), [1, -3, -1])
  t.same(bound('/').build_compare_key(), [0, 0, 0])
  t.end()
})
