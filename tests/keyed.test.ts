import { inspect } from 'node:util'
import t from 'tap'
import { FlagonError } from '../lib/errors.ts'
import { AppContextGlobals, KeyedStore, keyedProxy, makeGlobals } from '../lib/keyed.ts'

class Shelf extends KeyedStore {
  #reads = 0
  label = 'shelf'

  get reads(): number {
    return this.#reads
  }

  count(): number {
    this.#reads += 1
    return this.#reads
  }
}

function shelf(): { store: Shelf; proxy: ReturnType<typeof keyedProxy<Shelf>> } {
  const store = new Shelf()
  return { store, proxy: keyedProxy(() => store) }
}

t.test('a key is read, written, tested and deleted as a property', async (t) => {
  const { store, proxy } = shelf()
  proxy.username = 'ann'
  t.equal(proxy.username, 'ann')
  t.equal(store.get('username'), 'ann')
  t.ok('username' in proxy)
  t.notOk('missing' in proxy)
  t.equal(proxy.missing, undefined)
  t.ok(delete proxy.username)
  t.notOk('username' in proxy)
  t.ok(delete proxy.username, 'deleting a missing key is no error')
})

t.test('keys are enumerated, spread, destructured and serialized', async (t) => {
  const { proxy } = shelf()
  Object.assign(proxy, { a: 1, b: [2] })
  t.same(Object.keys(proxy), ['a', 'b'])
  t.same({ ...proxy }, { a: 1, b: [2] })
  t.same(Object.entries(proxy), [
    ['a', 1],
    ['b', [2]],
  ])
  const { a, ...others } = proxy
  t.equal(a, 1)
  t.same(others, { b: [2] })
  t.equal(JSON.stringify(proxy), '{"a":1,"b":[2]}')
  t.same([...proxy], ['a', 'b'])
  const names: string[] = []
  for (const name in proxy) names.push(name)
  t.same(names, ['a', 'b'])
  t.ok(Object.hasOwn(proxy, 'a'))
  t.ok(Object.hasOwn(proxy, 'a'))
})

t.test('methods and flags reach the store, whatever keys it has', async (t) => {
  const { store, proxy } = shelf()
  t.equal(proxy.count(), 1)
  const { count } = proxy
  t.equal(count(), 2, 'a method taken off the proxy still knows its store')
  t.equal(proxy.reads, 2)
  proxy.label = 'top shelf'
  t.equal(store.label, 'top shelf')
  t.notOk(store.get('label'), 'a flag is no key')
  proxy.set('count', 'a value')
  t.type(proxy.count, 'function')
  t.equal(proxy.get('count'), 'a value')
  t.ok('count' in proxy)
  t.same(Object.keys(proxy), [], 'a key that a property cannot read is not enumerated')
  t.same([...proxy], ['count'])
  t.equal(proxy.pop('count'), 'a value')
})

t.test('assigning or deleting a reserved name throws RESERVED_KEY and names set() or pop()', async (t) => {
  const { proxy } = shelf()
  for (const name of ['get', 'set', 'pop', 'setdefault', 'count', 'reads']) {
    t.throws(() => Reflect.set(proxy, name, 1), { code: 'RESERVED_KEY', message: /\.set\('/ }, name)
    t.throws(() => Reflect.deleteProperty(proxy, name), { code: 'RESERVED_KEY', message: /\.pop\('/ }, name)
  }
  t.throws(() => Reflect.set(proxy, 'pop', 1), FlagonError)
})

t.test('pop, get and setdefault take a default', async (t) => {
  const { proxy } = shelf()
  t.equal(proxy.get('x'), undefined)
  t.equal(proxy.get('x', 5), 5)
  t.equal(proxy.pop('x'), undefined)
  t.equal(proxy.pop('x', null), null)
  t.equal(proxy.setdefault('x', 7), 7)
  t.equal(proxy.setdefault('x', 8), 7)
  t.equal(proxy.setdefault('y'), null)
  t.equal(proxy.pop('x'), 7)
  t.notOk('x' in proxy)
})

// security.md 1.6 and 1.2: keys never reach a prototype.
t.test('__proto__ and constructor are keys like any other', async (t) => {
  const { store, proxy } = shelf()
  t.equal(proxy['constructor'], undefined)
  t.equal(Reflect.get(proxy, '__proto__'), undefined)
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const value = { polluted: true }
    proxy[name] = value
    t.equal(proxy[name], value, name)
    t.ok(name in proxy)
    t.ok(Object.keys(proxy).includes(name))
    t.equal(({} as Record<string, unknown>)['polluted'], undefined)
    t.equal((store as unknown as Record<string, unknown>)['polluted'], undefined)
    delete proxy[name]
    t.notOk(name in proxy)
  }
  t.equal(`${proxy}`, '[object Object]')
})

t.test('one proxy serves whichever store its resolver finds', async (t) => {
  const stores = [new Shelf(), new Shelf()] as const
  let current: Shelf = stores[0]
  const proxy = keyedProxy(() => current)
  proxy.a = 1
  current = stores[1]
  t.notOk('a' in proxy)
  proxy.a = 2
  t.equal(stores[0].get('a'), 1)
  t.equal(stores[1].get('a'), 2)
  t.ok(proxy instanceof Shelf)
})

t.test('a proxy shows its keys when printed, and that it is unbound', async (t) => {
  const { proxy } = shelf()
  proxy.a = 1
  t.equal(inspect(proxy), '{ a: 1 }')
  const unbound = keyedProxy((): Shelf => {
    throw new FlagonError('OUTSIDE_CONTEXT', 'no context')
  })
  t.match(inspect(unbound), /<unbound>/)
  t.throws(() => unbound.a, { code: 'OUTSIDE_CONTEXT' })
})

t.test('a proxy cannot be frozen, given another prototype or given accessors', async (t) => {
  const { proxy } = shelf()
  t.throws(() => Object.freeze(proxy), TypeError)
  t.throws(() => Object.setPrototypeOf(proxy, null), TypeError)
  t.throws(() => Object.defineProperty(proxy, 'a', { get: () => 1, configurable: true }), TypeError)
  Object.defineProperty(proxy, 'a', { value: 1, writable: true, enumerable: true, configurable: true })
  t.equal(proxy.a, 1)
})

t.test('symbols reach the store and never become keys', async (t) => {
  const { proxy, store } = shelf()
  const mark = Symbol('mark')
  Reflect.set(proxy, mark, 1)
  t.equal(Reflect.get(store, mark), 1)
  t.ok(Reflect.has(proxy, mark))
  t.notOk(Reflect.deleteProperty(proxy, mark))
  t.same([...proxy], [])
})

t.test('g has keys of its own per context', async (t) => {
  const first = makeGlobals()
  const second = makeGlobals()
  first.user = 'ann'
  t.equal(first.get('user'), 'ann')
  t.notOk('user' in second)
  t.ok(first instanceof AppContextGlobals)
  t.throws(() => Reflect.set(first, 'get', 1), { code: 'RESERVED_KEY' })
  first.items = ['only get, set, pop and setdefault are reserved']
  t.same(Object.keys(first), ['user', 'items'])
})

t.test('a store may refuse changes before they happen', async (t) => {
  class Sealed extends KeyedStore {
    override '@changing'(): void {
      throw new RangeError('sealed')
    }
  }
  const sealed = new Sealed({ a: 1 })
  const proxy = keyedProxy(() => sealed)
  t.throws(() => {
    proxy.a = 2
  }, RangeError)
  t.throws(() => delete proxy.a, RangeError)
  t.ok(delete proxy.missing)
  t.same({ ...proxy }, { a: 1 })
})
