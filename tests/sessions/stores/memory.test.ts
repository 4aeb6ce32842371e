import t from 'tap'
import { MemoryStore } from '../../../lib/sessions/stores/memory.ts'
import { checkStore } from '../../support/redis-contract.ts'

t.test('it is a store', async (t) => {
  const store = new MemoryStore()
  await checkStore(t, store, async () => {
    for await (const key of store.keys('')) await store.delete(key)
  })
})

t.test('what expired is gone, also where nobody asks for it again', async (t) => {
  const { now } = Date
  t.teardown(() => {
    Date.now = now
  })
  const start = Date.now()
  const store = new MemoryStore()
  await store.add('short', Buffer.from('a'), 10)
  await store.add('long', Buffer.from('b'), 1000)
  t.equal(await store.ttl('short'), 10)
  Date.now = () => start + 11_000
  t.equal(await store.get('short'), undefined)
  t.equal(await store.ttl('short'), undefined)
  t.equal(await store.add('short', Buffer.from('c'), 10), true, 'its key is free')

  Date.now = () => start + 100_000
  await store.add('new', Buffer.from('d'), 10)
  const keys: string[] = []
  for await (const key of store.keys('')) keys.push(key)
  t.same(keys, ['long', 'new'])
})
