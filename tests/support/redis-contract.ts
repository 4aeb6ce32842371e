import type { Test } from 'tap'
import type { SessionStore } from '../../lib/sessions/store.ts'

/** Replace loops that run at once on one key. */
export const CONCURRENT_LOOPS = 200

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const TTL_SECONDS = 60
const LONGER_SECONDS = 600

/** Keys that a command written as text would break. */
const STRANGE_KEYS = ['a b', 'a\r\nDEL b\r\n', '*', '?[x]', '\\', '游客😀', '$5\r\nhello', '"', "'", '\u0000', '']

/** Keys for `keys`: the prefix of the first row alone starts them, whatever its characters mean to a glob. */
const PREFIXES: [prefix: string, wanted: string[], others: string[]][] = [
  ['session:', ['session:1', 'session:2', 'session:'], ['sessio', 'other:session:1', 'session']],
  ['a*c:', ['a*c:1'], ['abc:1', 'ac:1']],
  ['a?c:', ['a?c:1'], ['abc:2']],
  ['[ab]:', ['[ab]:1'], ['a:1', 'b:1']],
  ['a\\b:', ['a\\b:1'], ['ab:1']],
]

/** Holds a store to what `SessionStore` promises. `clear` empties it. */
export async function checkStore(t: Test, store: SessionStore, clear: () => Promise<void> | void): Promise<void> {
  t.beforeEach(async () => clear())

  await t.test('a key is added once, read, and removed with what it held', async (t) => {
    t.equal(await store.get('k'), undefined)
    t.equal(await store.ttl('k'), undefined)
    t.equal(await store.delete('k'), undefined)
    t.equal(await store.add('k', Buffer.from('one'), TTL_SECONDS), true)
    t.equal(await store.add('k', Buffer.from('two'), TTL_SECONDS), false)
    t.equal(text(await store.get('k')), 'one')
    t.equal(text(await store.delete('k')), 'one')
    t.equal(await store.get('k', TTL_SECONDS), undefined)
  })

  await t.test('every byte comes back as it went in, from any view of memory', async (t) => {
    const values = [EVERY_BYTE, new Uint8Array(0), Buffer.alloc(100_000, 0xff), EVERY_BYTE.subarray(13, 27)]
    for (const [at, value] of values.entries()) {
      await store.add(`k${at}`, value, TTL_SECONDS)
      t.equal(Buffer.compare((await store.get(`k${at}`, TTL_SECONDS)) ?? Buffer.from('none'), value), 0)
    }
    t.equal(await store.replace('k0', EVERY_BYTE, EVERY_BYTE.toReversed(), TTL_SECONDS), true)
    t.equal(Buffer.compare((await store.delete('k0')) ?? Buffer.from('none'), EVERY_BYTE.toReversed()), 0)
  })

  await t.test(
    'the time to live is set by add and replace, renewed by get with one, left alone by get without',
    async (t) => {
      await store.add('k', Buffer.from('one'), TTL_SECONDS)
      t.ok(isNear(await store.ttl('k'), TTL_SECONDS))
      await store.get('k')
      t.ok(isNear(await store.ttl('k'), TTL_SECONDS))
      await store.get('k', LONGER_SECONDS)
      t.ok(isNear(await store.ttl('k'), LONGER_SECONDS))
      await store.replace('k', Buffer.from('one'), Buffer.from('two'), TTL_SECONDS)
      t.ok(isNear(await store.ttl('k'), TTL_SECONDS))
      t.equal(await store.replace('k', Buffer.from('one'), Buffer.from('three'), LONGER_SECONDS), false)
      t.ok(isNear(await store.ttl('k'), TTL_SECONDS), 'a replace that does not happen renews nothing')
    },
  )

  await t.test('replace changes what is expected alone, and brings nothing back', async (t) => {
    t.equal(await store.replace('k', Buffer.from(''), Buffer.from('two'), TTL_SECONDS), false)
    t.equal(await store.get('k'), undefined)
    await store.add('k', Buffer.from('one'), TTL_SECONDS)
    t.equal(await store.replace('k', Buffer.from('on'), Buffer.from('two'), TTL_SECONDS), false)
    t.equal(await store.replace('k', Buffer.from('one'), Buffer.from('two'), TTL_SECONDS), true)
    t.equal(text(await store.get('k')), 'two')
  })

  await t.test(`${CONCURRENT_LOOPS} replace loops at once on one key lose nothing`, async (t) => {
    await store.add('k', Buffer.from('[]'), TTL_SECONDS)
    const loop = async (mine: number): Promise<void> => {
      while (true) {
        const held = await store.get('k')
        if (held === undefined) throw new Error('the key is gone')
        const next = JSON.stringify([...JSON.parse(text(held) ?? ''), mine])
        if (await store.replace('k', held, Buffer.from(next), TTL_SECONDS)) return
      }
    }
    await Promise.all(Array.from({ length: CONCURRENT_LOOPS }, (_, mine) => loop(mine)))
    const kept: number[] = JSON.parse(text(await store.get('k')) ?? '')
    t.equal(kept.length, CONCURRENT_LOOPS)
    t.equal(new Set(kept).size, CONCURRENT_LOOPS)
  })

  await t.test('of many that delete one key, one gets what it held', async (t) => {
    await store.add('k', Buffer.from('one'), TTL_SECONDS)
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.delete('k')))
    t.same(
      taken.filter((held) => held !== undefined).map((held) => text(held)),
      ['one'],
    )
  })

  await t.test('keys with line ends, blanks and wildcards are keys like others', async (t) => {
    for (const key of STRANGE_KEYS) t.equal(await store.add(key, Buffer.from(key), TTL_SECONDS), true)
    for (const key of STRANGE_KEYS) {
      t.equal(text(await store.get(key, TTL_SECONDS)), key)
      t.equal(await store.replace(key, Buffer.from(key), Buffer.from('new'), TTL_SECONDS), true)
    }
    t.same((await all(store, '')).toSorted(), STRANGE_KEYS.toSorted())
    for (const key of STRANGE_KEYS) t.equal(text(await store.delete(key)), 'new')
  })

  await t.test('keys gives what starts with the prefix, taken literally', async (t) => {
    for (const [prefix, wanted, others] of PREFIXES) {
      for (const key of [...wanted, ...others]) await store.add(key, Buffer.from('x'), TTL_SECONDS)
      t.same(await all(store, prefix), wanted.toSorted(), prefix)
    }
  })

  await t.test('keys finds each of 2,000, however many steps that takes', async (t) => {
    const wanted = Array.from({ length: 2000 }, (_, at) => `s:${at}`)
    await Promise.all(wanted.map((key) => store.add(key, Buffer.from('x'), TTL_SECONDS)))
    t.same(await all(store, 's:'), wanted.toSorted())
  })
}

async function all(store: SessionStore, prefix: string): Promise<string[]> {
  const found = new Set<string>()
  for await (const key of store.keys(prefix)) found.add(key)
  return [...found].toSorted()
}

function isNear(seconds: number | undefined, wanted: number): boolean {
  return seconds !== undefined && seconds <= wanted && seconds > wanted - 10
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}
