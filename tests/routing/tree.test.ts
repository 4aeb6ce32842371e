import t from 'tap'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'
import { Host, Leaf } from '../../lib/routing/tree.ts'

function routesOf(rule: string): Rule['routes'] {
  const made = new Rule(rule, { endpoint: 'e', methods: ['GET'] })
  new UrlMap([made])
  return made.routes
}

t.test('a route without variables has its match ready, frozen', (t) => {
  const leaf = new Leaf(routesOf('/about')[0]!)
  t.equal(leaf.match?.rule.rule, '/about')
  t.ok(Object.isFrozen(leaf.match?.values))
  t.equal(new Leaf(routesOf('/<x>')[0]!).match, undefined)
  t.equal(leaf.answers('HEAD', false), true)
  t.equal(leaf.answers('HEAD', true), false)
  t.equal(leaf.answers('POST', false), false)
  t.end()
})

t.test('static paths are kept whole, and routes share what they have in common', (t) => {
  const host = new Host()
  for (const rule of ['/a/b', '/a/<x>/c', '/a/<y>/d', '/a/<int:n>', '/a/'])
    for (const route of routesOf(rule)) host.add(route)
  t.ok(host.statics.get('/a/b'))
  t.ok(host.statics.get('/a/'))
  t.equal(host.statics.get('/a/<x>/c'), undefined)
  const below = host.root.statics?.find('/a', 1)?.value
  t.same(
    below?.edges.map((edge) => [edge.isAnyText, edge.variables, edge.isFinal]),
    [
      [false, 1, false],
      [true, 1, false],
    ],
    'the integer, then one edge for both names',
  )
  t.equal(below?.slash?.leaves.length, 1)
  t.end()
})

t.test('two choices of groups that end at one place are one leaf', (t) => {
  const host = new Host()
  const leaves = routesOf('/x{/:a}{/:b}').map((route) => host.add(route))
  t.same(
    leaves.map((leaf) => leaf?.captures.map(({ name }) => name)),
    [['a', 'b'], ['a'], undefined, []],
  )
  t.end()
})
