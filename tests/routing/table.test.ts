import t from 'tap'
import { BaseConverter } from '../../lib/routing/converters.ts'
import { Rule } from '../../lib/routing/rule.ts'
import { RuleTable } from '../../lib/routing/table.ts'

t.test("a table has Werkzeug's defaults and takes other settings", (t) => {
  const table = new RuleTable()
  t.same(
    [
      table.default_subdomain,
      table.strict_slashes,
      table.merge_slashes,
      table.redirect_defaults,
      table.host_matching,
      table.sort_parameters,
      table.sort_key,
    ],
    ['', true, true, true, false, false, undefined],
  )
  const set = new RuleTable([], {
    default_subdomain: 'www',
    strict_slashes: false,
    merge_slashes: false,
    redirect_defaults: false,
    host_matching: true,
    sort_parameters: true,
  })
  t.same(
    [
      set.default_subdomain,
      set.strict_slashes,
      set.merge_slashes,
      set.redirect_defaults,
      set.host_matching,
      set.sort_parameters,
    ],
    ['www', false, false, false, true, true],
  )
  t.end()
})

t.test('rules can be listed, by endpoint too, in the order in which building tries them', (t) => {
  const table = new RuleTable([
    new Rule('/alias', { endpoint: 'a', alias: true }),
    new Rule('/a', { endpoint: 'a' }),
    new Rule('/b', { endpoint: 'b' }),
    new Rule('/a/<x>', { endpoint: 'a' }),
    new Rule('/a/<y>', { endpoint: 'a', defaults: { z: 1 } }),
  ])
  t.same([...table.iter_rules()].map(String), ['/a/<y>', '/a/<x>', '/a', '/alias', '/b'])
  t.same([...table.iter_rules('b')].map(String), ['/b'])
  t.same([...table.iter_rules('none')], [])
  t.same(table.rules_of('a').length, 4)
  t.end()
})

t.test('it is known whether an endpoint expects a variable', (t) => {
  const table = new RuleTable([
    new Rule('/<lang>/<page>', { endpoint: 'page' }),
    new Rule('/', { endpoint: 'page', defaults: { theme: 1 } }),
  ])
  t.equal(table.is_endpoint_expecting('page', 'lang'), true)
  t.equal(table.is_endpoint_expecting('page', 'lang', 'page'), true)
  t.equal(table.is_endpoint_expecting('page', 'lang', 'theme'), false)
  t.equal(table.is_endpoint_expecting('page', 'other'), false)
  t.equal(table.is_endpoint_expecting('none', 'lang'), false)
  t.end()
})

t.test('a converter is registered by assigning it, before the rules that use it', (t) => {
  class Word extends BaseConverter {
    override regex = '[a-z]+'
  }
  const table = new RuleTable()
  table.converters['word'] = Word
  table.add(new Rule('/<word:w>', { endpoint: 'w' }))
  t.equal(table.lookup('', 'GET', '/abc').kind, 'match')
  t.equal(table.lookup('', 'GET', '/123').kind, 'not_found')
  t.equal('word' in new RuleTable().converters, false, 'other tables do not have it')
  t.end()
})

t.test('rules can be added after look-ups, and count from then on', (t) => {
  const table = new RuleTable([new Rule('/pages/<int:page>', { endpoint: 'p' })])
  t.equal(table.lookup('', 'GET', '/pages/1').kind, 'match')
  table.add(new Rule('/pages/', { endpoint: 'p', defaults: { page: 1 } }))
  t.equal(table.lookup('', 'GET', '/pages/1').kind, 'default')
  table.update()
  t.equal(table.lookup('', 'GET', '/pages/').kind, 'match')
  t.end()
})

t.test('merging of slashes can be turned off later', (t) => {
  const table = new RuleTable([new Rule('/a/b', { endpoint: 'e' })])
  t.equal(table.lookup('', 'GET', '/a//b').kind, 'path')
  table.merge_slashes = false
  t.equal(table.lookup('', 'GET', '/a//b').kind, 'not_found')
  t.end()
})
