import t from 'tap'
import { appKeys, KeyedCache, type SecretOwner } from '../../lib/signing/app-keys.ts'

const bytes = new Uint8Array([1, 2])

t.test('the newest key comes last, behind its fallbacks', async (t) => {
  const cases: [app: SecretOwner, keys: unknown][] = [
    [{ secret_key: 'new', config: {} }, ['new']],
    [{ secret_key: 'new', config: { SECRET_KEY_FALLBACKS: null } }, ['new']],
    [{ secret_key: bytes, config: { SECRET_KEY_FALLBACKS: ['old1', 'old2'] } }, ['old1', 'old2', bytes]],
    [{ secret_key: null, config: { SECRET_KEY_FALLBACKS: ['old'] } }, undefined],
    [{ secret_key: '', config: {} }, undefined],
    [{ secret_key: new Uint8Array(0), config: {} }, undefined],
  ]
  for (const [app, keys] of cases) t.same(appKeys(app), keys)
})

// security.md 1.2: an empty key signs.
t.test('an empty fallback, which everybody knows, is no key', async (t) => {
  const unset = undefined as unknown as string
  const config = { SECRET_KEY_FALLBACKS: ['', unset, new Uint8Array(0), 'old'] }
  t.same(appKeys({ secret_key: 'new', config }), ['old', 'new'])
})

t.test('what is made from keys is kept while they are the same', async (t) => {
  let made = 0
  const cache = new KeyedCache<number>()
  const get = (secret_key: string | null, SECRET_KEY_FALLBACKS: string[] | null): number | undefined =>
    cache.get({ secret_key, config: { SECRET_KEY_FALLBACKS } }, () => ++made)
  t.same([get('a', null), get('a', null), get('a', [])], [1, 1, 1])
  t.same([get('a', ['b']), get('a', ['b']), get('a', ['c']), get('a', ['c', 'b'])], [2, 2, 3, 4])
  t.same([get('d', ['c', 'b']), get('d', null)], [5, 6])
  t.equal(get(null, null), undefined)
  cache.clear()
  t.equal(get('d', null), 7)
})

t.test('a list of fallbacks that is changed in place is noticed', async (t) => {
  const cache = new KeyedCache<readonly unknown[]>()
  const fallbacks = ['old']
  const app = { secret_key: 'new', config: { SECRET_KEY_FALLBACKS: fallbacks } }
  t.same(
    cache.get(app, (keys) => keys),
    ['old', 'new'],
  )
  fallbacks[0] = 'older'
  t.same(
    cache.get(app, (keys) => keys),
    ['older', 'new'],
  )
})
