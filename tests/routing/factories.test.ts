import t from 'tap'
import { EndpointPrefix, Subdomain, Submount } from '../../lib/routing/factories.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

t.test('factories change the rules below them, however deep', (t) => {
  const map = new UrlMap([
    new Rule('/', { endpoint: 'index' }),
    new Subdomain('<tenant>', [
      new EndpointPrefix('blog.', [
        new Submount('/blog/', [
          new Rule('/', { endpoint: 'list' }),
          new Rule('/<int:id>', { endpoint: 'show', methods: ['GET'] }),
        ]),
      ]),
    ]),
  ])
  t.same(
    [...map.iter_rules()].map((rule) => [rule.endpoint, rule.rule, rule.subdomain]),
    [
      ['index', '/', ''],
      ['blog.list', '/blog/', '<tenant>'],
      ['blog.show', '/blog/<int:id>', '<tenant>'],
    ],
  )
  const acme = map.bind('example.com', { subdomain: 'acme' })
  const [endpoint, values] = acme.match('/blog/7')
  t.equal(endpoint, 'blog.show')
  t.same({ ...values }, { tenant: 'acme', id: 7 })
  t.end()
})

t.test('the rules that a factory was given stay unbound and can be used again', (t) => {
  const rules = [new Rule('/x', { endpoint: 'x' })]
  const map = new UrlMap([new Submount('/a', rules), new Submount('/b', rules)])
  t.same([...map.iter_rules()].map(String), ['/a/x', '/b/x'])
  t.equal(rules[0]?.map, undefined)
  t.end()
})

t.test('mount and rule may be in different syntaxes', (t) => {
  const map = new UrlMap([new Submount('/<lang>', [new Rule('/:page', { endpoint: 'p' })])])
  const found = map.lookup('', 'GET', '/de/start')
  t.same(found.kind === 'match' ? { ...found.values } : found, { lang: 'de', page: 'start' })
  t.end()
})
