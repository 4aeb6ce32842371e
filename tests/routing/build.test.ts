import t from 'tap'
import { buildQuery, type QueryOrder, type RuleValues } from '../../lib/routing/build.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

function query(values: RuleValues, isSorted = false, order?: QueryOrder): string {
  return buildQuery(values, new Set(['used']), { preset: 1 }, isSorted, order)
}

t.test('the query holds what is neither a variable nor a default', (t) => {
  const cases: [values: RuleValues, query: string][] = [
    [{}, ''],
    [{ used: 1, preset: 1 }, ''],
    [{ q: 'x y', page: 2 }, '?q=x+y&page=2'],
    [{ tag: ['a', 'b'] }, '?tag=a&tag=b'],
    [{ tag: new Set([1, 2]) }, '?tag=1&tag=2'],
    [{ tag: [] }, ''],
    [{ tag: [null, 'a', undefined] }, '?tag=a'],
    [{ flag: true, no: false }, '?flag=True&no=False'],
    [{ q: "a&b=c+d e/f?g#h~i!*'()" }, "?q=a%26b%3Dc%2Bd+e/f?g%23h~i!*'()"],
    [{ 游: '客' }, '?%E6%B8%B8=%E5%AE%A2'],
    [{ empty: '' }, '?empty='],
    [{ big: 2n ** 64n }, '?big=18446744073709551616'],
  ]
  for (const [values, expected] of cases) t.equal(query(values), expected)
  t.end()
})

t.test('the query is sorted on demand, by name and value or by a key', (t) => {
  t.equal(query({ z: 1, a: [10, 9, 'x'], m: 3 }, true), '?a=9&a=10&a=x&m=3&z=1')
  t.equal(
    query({ z: 1, a: 2, m: 3 }, true, ([, value]) => -Number(value)),
    '?m=3&a=2&z=1',
  )
  t.equal(query({ z: 1, a: 2 }), '?z=1&a=2')
  t.end()
})

t.test('a map sorts the queries of all its rules', (t) => {
  const map = new UrlMap([new Rule('/', { endpoint: 'e' })], {
    sort_parameters: true,
    sort_key: ([name]) => name.length,
  })
  t.equal(map.bind('h').build('e', { ccc: 1, a: 2, bb: 3 }), '/?a=2&bb=3&ccc=1')
  t.end()
})

t.test('names of Object.prototype are values like any other', (t) => {
  const map = new UrlMap([new Rule('/:constructor', { endpoint: 'e' }), new Rule('/plain', { endpoint: 'p' })])
  t.equal(map.bind('h').build('e', { constructor: 'x', toString: 'y' }), '/x?toString=y')
  t.throws(() => map.bind('h').build('e', {}), { name: 'BuildError' })
  t.equal(map.bind('h').build('p', JSON.parse('{"__proto__":"x"}')), '/plain?__proto__=x')
  t.end()
})
