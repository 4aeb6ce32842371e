import { inspect } from 'node:util'
import t from 'tap'
import { FlagonError } from '../../lib/errors.ts'
import { type Keyed, keyedProxy } from '../../lib/keyed.ts'
import { NullSession, SessionMixin } from '../../lib/sessions/session.ts'

function session(data: Record<string, unknown> = {}): { store: SessionMixin; proxy: Keyed<SessionMixin> } {
  const store = new SessionMixin(data)
  return { store, proxy: keyedProxy(() => store) }
}

t.test('a session has the methods of a dict', async (t) => {
  const { proxy } = session({ a: 1 })
  proxy.update({ b: 2 })
  proxy.update(new Map([['c', 3]]))
  proxy.update([['d', 4]])
  t.same(proxy.keys(), ['a', 'b', 'c', 'd'])
  t.same(proxy.values(), [1, 2, 3, 4])
  t.same(proxy.items(), [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
  ])
  t.same([...proxy], ['a', 'b', 'c', 'd'])
  t.ok(proxy.has('a'))
  t.notOk(proxy.has('x'))
  t.same(proxy.popitem(), ['d', 4])
  t.equal(proxy.pop('c'), 3)
  t.equal(proxy.pop('c', 'none'), 'none')
  t.equal(proxy.setdefault('b', 9), 2)
  proxy.clear()
  t.same(proxy.keys(), [])
  t.equal(proxy.popitem(), undefined)
})

t.test('permanent is a key that Flask knows', async (t) => {
  const { store, proxy } = session()
  t.equal(proxy.permanent, false)
  proxy.permanent = true
  t.same(store.items(), [['_permanent', true]])
  t.equal(proxy.permanent, true)
  t.ok(proxy.modified)
  Reflect.set(proxy, 'permanent', 0)
  t.equal(proxy.get('_permanent'), false)
})

// Flask CVE-2026-27205 (security.md 1.2): every way to read a session makes the response depend on the cookie.
t.test('every way to read a session marks it as accessed, and none as modified', async (t) => {
  const reads: Record<string, (proxy: Keyed<SessionMixin>) => unknown> = {
    property: (proxy) => proxy['a'],
    'missing property': (proxy) => proxy['x'],
    get: (proxy) => proxy.get('a'),
    has: (proxy) => proxy.has('a'),
    in: (proxy) => 'x' in proxy,
    keys: (proxy) => proxy.keys(),
    values: (proxy) => proxy.values(),
    items: (proxy) => proxy.items(),
    iteration: (proxy) => [...proxy],
    'for in': (proxy) => {
      for (const key in proxy) return key
      return undefined
    },
    spread: (proxy) => ({ ...proxy }),
    destructuring: ({ a }) => a,
    'Object.keys': (proxy) => Object.keys(proxy),
    'Object.keys().length': (proxy) => Object.keys(proxy).length,
    'Object.hasOwn': (proxy) => Object.hasOwn(proxy, 'a'),
    'JSON.stringify': (proxy) => JSON.stringify(proxy),
    inspect: (proxy) => inspect(proxy),
    permanent: (proxy) => proxy.permanent,
    new: (proxy) => proxy.new,
    modified: (proxy) => proxy.modified,
    accessed: (proxy) => proxy.accessed,
    'pop of nothing': (proxy) => proxy.pop('x'),
    'setdefault of a key that is there': (proxy) => proxy.setdefault('a', 2),
  }
  for (const [name, read] of Object.entries(reads)) {
    const { store, proxy } = session({ a: 1 })
    t.notOk(store.accessed)
    read(proxy)
    t.ok(store.accessed, name)
    t.notOk(store.modified, name)
  }
  t.equal(session().proxy.accessed, true, 'asking is an access already')
})

t.test('every way to change a session marks it as modified', async (t) => {
  const changes: Record<string, (proxy: Keyed<SessionMixin>) => unknown> = {
    assignment: (proxy) => {
      proxy['a'] = 1
    },
    delete: (proxy) => delete proxy['a'],
    set: (proxy) => proxy.set('b', 1),
    pop: (proxy) => proxy.pop('a'),
    popitem: (proxy) => proxy.popitem(),
    setdefault: (proxy) => proxy.setdefault('b'),
    update: (proxy) => proxy.update({}),
    clear: (proxy) => proxy.clear(),
    permanent: (proxy) => {
      proxy.permanent = false
    },
    'Object.assign': (proxy) => Object.assign(proxy, { b: 1 }),
  }
  for (const [name, change] of Object.entries(changes)) {
    const { store, proxy } = session({ a: 1 })
    change(proxy)
    t.ok(store.modified, name)
    t.ok(store.accessed, name)
  }
  const { store, proxy } = session()
  proxy.clear()
  t.ok(store.modified, 'clearing an empty session removes a cookie that could not be read')
})

t.test('a key with the name of a method is reached by set and get', async (t) => {
  const { proxy } = session()
  t.throws(() => Reflect.set(proxy, 'items', ['apple']), { code: 'RESERVED_KEY' })
  proxy.set('items', ['apple'])
  t.same(proxy.get('items'), ['apple'])
  t.equal(JSON.stringify(proxy), '{"items":["apple"]}')
  for (const name of ['new', 'toJSON']) t.throws(() => Reflect.set(proxy, name, 1), { code: 'RESERVED_KEY' }, name)
})

t.test('a session is made known as new by its class only', async (t) => {
  t.equal(session().proxy.new, false)
  class Fresh extends SessionMixin {
    override get new(): boolean {
      return true
    }
  }
  t.equal(new Fresh().new, true)
})

// security.md 1.2, "weak/missing key".
t.test('a null session is empty to read and says what to do when written', async (t) => {
  const store = new NullSession()
  const proxy = keyedProxy(() => store)
  t.equal(proxy.get('a'), undefined)
  t.notOk('a' in proxy)
  t.equal(proxy.permanent, false)
  t.same({ ...proxy }, {})
  const writes: (() => unknown)[] = [
    () => {
      proxy['a'] = 1
    },
    () => proxy.set('a', 1),
    () => proxy.pop('a'),
    () => proxy.popitem(),
    () => proxy.setdefault('a'),
    () => proxy.update({ a: 1 }),
    () => proxy.clear(),
    () => {
      proxy.permanent = true
    },
  ]
  for (const write of writes) {
    t.throws(write, { code: 'SESSION_NO_SECRET', message: /SECRET_KEY/ }, String(write))
    t.throws(write, FlagonError)
  }
  t.same(store.keys(), [])
})
