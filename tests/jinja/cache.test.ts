import t from 'tap'
import { LruCache } from '../../lib/jinja/cache.ts'

t.test('the entry that was not used for longest goes when there is no room', (t) => {
  const cache = new LruCache<string, number>(3)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.set('c', 3)
  t.equal(cache.get('a'), 1)
  cache.set('d', 4)
  t.equal(cache.get('b'), undefined)
  t.equal(cache.get('a'), 1)
  t.equal(cache.size, 3)
  t.end()
})

t.test('a capacity of 0 keeps nothing, a negative one everything', (t) => {
  const none = new LruCache<number, number>(0)
  none.set(1, 1)
  t.equal(none.get(1), undefined)
  const all = new LruCache<number, number>(-1)
  for (let key = 0; key < 1000; key++) all.set(key, key)
  t.equal(all.size, 1000)
  t.equal(all.get(0), 0)
  t.end()
})

t.test('entries can be forgotten', (t) => {
  const cache = new LruCache<string, number>(5)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.delete('a')
  t.equal(cache.get('a'), undefined)
  cache.clear()
  t.equal(cache.size, 0)
  t.end()
})
