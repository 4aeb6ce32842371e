import t from 'tap'
import { blueprintsOf, scopesOf } from '../lib/hooks.ts'

t.test('the blueprints of an endpoint, innermost first', async (t) => {
  t.same(blueprintsOf('shop.admin.users'), ['shop.admin', 'shop'])
  t.same(blueprintsOf('index'), [])
  t.same(blueprintsOf(undefined), [])
})

t.test('the scopes of an endpoint, from the app inwards', async (t) => {
  t.same(scopesOf('shop.admin.users'), [null, 'shop', 'shop.admin'])
  t.same(scopesOf(undefined), [null])
})
