import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Flagon, g, request, session } from '../../lib/index.ts'
import { loadCodec } from '../../lib/sessions/codec.ts'
import { Session } from '../../lib/sessions/extension.ts'
import { MemoryStore } from '../../lib/sessions/stores/memory.ts'

const codec = await loadCodec('msgpack')
const PREFIX = 'session:'

/** A store that counts what is asked of it, and can be made to fail. */
class WatchedStore extends MemoryStore {
  readonly calls: string[] = []
  failure: Error | undefined

  #note(call: string): void {
    this.calls.push(call)
    if (this.failure !== undefined) throw this.failure
  }

  override async get(key: string, ttl?: number): Promise<Uint8Array | undefined> {
    this.#note(ttl === undefined ? 'get' : 'get and renew')
    return super.get(key, ttl)
  }

  override async add(key: string, value: Uint8Array, ttl: number): Promise<boolean> {
    this.#note('add')
    return super.add(key, value, ttl)
  }

  override async replace(key: string, expected: Uint8Array, value: Uint8Array, ttl: number): Promise<boolean> {
    this.#note('replace')
    return super.replace(key, expected, value, ttl)
  }

  override async delete(key: string): Promise<Uint8Array | undefined> {
    this.#note('delete')
    return super.delete(key)
  }
}

function makeApp(settings: Record<string, unknown> = {}) {
  const app = new Flagon('server_side', { static_folder: null })
  const store = new WatchedStore()
  app.config.update({ TESTING: true, SESSION_STORE: store, ...settings })
  const records: string[] = []
  app.logger = { debug() {}, info() {}, error() {}, warn: (...args) => records.push(args.join(' ')) }
  new Session(app)
  app.get('/set/<key>/<value>', function set({ key, value }) {
    session.set(key, value)
    return 'set'
  })
  app.get('/get/<key>', function get({ key }) {
    return `${session.get(key, 'nothing')}`
  })
  app.get('/all', function all() {
    return session.toJSON()
  })
  app.get('/plain', function plain() {
    return 'plain'
  })
  app.get('/login/<user>', function login({ user }) {
    session.regenerate()
    session['_user_id'] = user
    return 'welcome'
  })
  app.get('/logout', function logout() {
    session.destroy()
    return 'bye'
  })
  return { app, store, records }
}

async function keysOf(store: MemoryStore): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(PREFIX)) keys.push(key)
  return keys
}

async function held(store: MemoryStore, key: string): Promise<Record<string, unknown>> {
  return codec.decode((await MemoryStore.prototype.get.call(store, key)) ?? new Uint8Array())
}

t.test('the cookie holds the id alone, the store holds the keys for the lifetime', async (t) => {
  const { app, store } = makeApp()
  const client = app.test_client()
  const response = await client.get('/set/name/ann')
  const sid = client.get_cookie('session')?.value ?? ''
  t.match(sid, /^[A-Za-z0-9_-]{43}$/, '32 random bytes')
  t.match(response.headers.get('Set-Cookie'), /; Expires=.*; HttpOnly; Path=\/; SameSite=Lax/)
  t.equal(response.headers.get('Vary'), 'Cookie')
  t.same(await keysOf(store), [PREFIX + sid])
  t.same(await held(store, PREFIX + sid), { _permanent: true, name: 'ann' })
  t.equal(await store.ttl(PREFIX + sid), 31 * 24 * 60 * 60)
  t.equal((await client.get('/get/name')).text, 'ann')
})

t.test('a visitor whose session is not written has no cookie, and the store is not asked', async (t) => {
  const { app, store } = makeApp()
  const client = app.test_client()
  const response = await client.get('/get/name')
  t.equal(response.text, 'nothing')
  t.equal(response.headers.get('Set-Cookie'), undefined)
  t.equal(response.headers.get('Vary'), 'Cookie')
  t.same(store.calls, [])
})

t.test('an unchanged session is renewed, and never written', async (t) => {
  const { app, store } = makeApp()
  const client = app.test_client()
  await client.get('/set/name/ann')
  for (const path of ['/get/name', '/plain', '/set/name/ann']) {
    store.calls.length = 0
    const response = await client.get(path)
    t.same(store.calls, ['get and renew'], path)
    t.match(response.headers.get('Set-Cookie'), /^session=/, 'the cookie is renewed too')
  }
})

t.test('without SESSION_REFRESH_EACH_REQUEST neither store nor cookie is renewed', async (t) => {
  const { app, store } = makeApp({ SESSION_REFRESH_EACH_REQUEST: false })
  const client = app.test_client()
  await client.get('/set/name/ann')
  store.calls.length = 0
  const response = await client.get('/get/name')
  t.same(store.calls, ['get'])
  t.equal(response.headers.get('Set-Cookie'), undefined)
})

t.test('a session that is not permanent ends with the browser', async (t) => {
  const { app, store } = makeApp({ SESSION_PERMANENT: false })
  const client = app.test_client()
  const response = await client.get('/set/name/ann')
  t.notMatch(response.headers.get('Set-Cookie'), /Expires/)
  const [key = ''] = await keysOf(store)
  t.same(await held(store, key), { name: 'ann' })
  t.equal((await client.get('/get/name')).headers.get('Set-Cookie'), undefined)
})

t.test('changes within lists and objects are saved', async (t) => {
  const { app } = makeApp()
  app.get('/cart', function cart() {
    session.setdefault('cart', { items: [] as string[] })
    return 'made'
  })
  app.get('/add', function add() {
    ;(session['cart'] as { items: string[] }).items.push('tea')
    return 'added'
  })
  const client = app.test_client()
  await client.get('/cart')
  await client.get('/add')
  await client.get('/add')
  t.same((await client.get('/all')).json, { _permanent: true, cart: { items: ['tea', 'tea'] } })
})

t.test('an emptied session is removed with its cookie', async (t) => {
  const { app, store } = makeApp()
  app.get('/clear', function clear() {
    session.clear()
    return 'cleared'
  })
  app.get('/pop', function pop() {
    session.pop('name')
    return 'popped'
  })
  for (const path of ['/clear', '/pop', '/logout']) {
    const client = app.test_client()
    await client.get('/set/name/ann')
    const response = await client.get(path)
    t.match(response.headers.get('Set-Cookie'), /^session=; Expires=Thu, 01 Jan 1970/, path)
    t.same(await keysOf(store), [], path)
  }
})

t.test('an id that was not issued here is never adopted', async (t) => {
  const { app, store } = makeApp()
  const unknown = 'A'.repeat(43)
  for (const sid of ['attacker', unknown, '../x', '*', 'session:x', 'a b', 'x'.repeat(129), '', '游', 'a\u0000b']) {
    const client = app.test_client()
    client.set_cookie('session', sid)
    store.calls.length = 0
    await client.get('/set/name/eve')
    const issued = client.get_cookie('session')?.value ?? ''
    t.not(issued, sid)
    t.match(issued, /^[A-Za-z0-9_-]{43}$/)
    t.equal(await store.ttl(PREFIX + sid), undefined, 'nothing is kept under it')
    t.equal(store.calls.includes('get and renew'), /^[A-Za-z0-9_-]{1,128}$/.test(sid), `asked for ${sid.slice(0, 20)}`)
  }
})

t.test('a login gets a new id, keeps the keys, and voids the old id', async (t) => {
  const { app, store } = makeApp()
  const client = app.test_client()
  await client.get('/set/cart/tea')
  const before = client.get_cookie('session')?.value ?? ''
  await client.get('/login/ann')
  const after = client.get_cookie('session')?.value ?? ''
  t.not(after, before)
  t.same(await keysOf(store), [PREFIX + after])
  t.same((await client.get('/all')).json, { _permanent: true, cart: 'tea', _user_id: 'ann' })
  const thief = app.test_client()
  thief.set_cookie('session', before)
  t.equal((await thief.get('/get/_user_id')).text, 'nothing')
})

/** Lets a request wait in its view until the test lets it go on. */
function addSlowView(app: Flagon) {
  const gates = new Map<
    string,
    { entered: Promise<void>; enter: () => void; open: () => void; opened: Promise<void> }
  >()
  const gate = (name: string) => {
    let made = gates.get(name)
    if (made === undefined) {
      const [entered, opened] = [resolvers(), resolvers()]
      made = { entered: entered.promise, enter: entered.resolve, open: opened.resolve, opened: opened.promise }
      gates.set(name, made)
    }
    return made
  }
  app.get('/slow/<name>', async function slow({ name }) {
    session.set(name, 'slow')
    gate(name).enter()
    await gate(name).opened
    return 'slow'
  })
  return gate
}

function resolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

t.test('a logout is not undone by a slower request', async (t) => {
  const { app, store } = makeApp()
  const gate = addSlowView(app)
  const client = app.test_client()
  await client.get('/login/ann')
  const sid = client.get_cookie('session')?.value ?? ''
  const slower = app.test_client()
  slower.set_cookie('session', sid)
  const pending = slower.get('/slow/a')
  await gate('a').entered
  await client.get('/logout')
  gate('a').open()
  const response = await pending
  t.equal(response.text, 'slow')
  t.equal(response.headers.get('Set-Cookie'), undefined, 'it sets no cookie')
  t.same(await keysOf(store), [], 'the session stays ended')
})

t.test('a request on the old id cannot bring a regenerated session back', async (t) => {
  const { app, store } = makeApp()
  const gate = addSlowView(app)
  const client = app.test_client()
  await client.get('/set/cart/tea')
  const old = client.get_cookie('session')?.value ?? ''
  const slower = app.test_client()
  slower.set_cookie('session', old)
  const pending = slower.get('/slow/b')
  await gate('b').entered
  await client.get('/login/ann')
  gate('b').open()
  await pending
  t.same(await keysOf(store), [PREFIX + client.get_cookie('session')?.value])
})

t.test('of two logins at once on one session, one has it', async (t) => {
  const { app, store } = makeApp()
  const client = app.test_client()
  await client.get('/set/cart/tea')
  const old = client.get_cookie('session')?.value ?? ''
  const both = [app.test_client(), app.test_client()]
  for (const one of both) one.set_cookie('session', old)
  await Promise.all(both.map((one) => one.get('/login/ann')))
  t.equal((await keysOf(store)).length, 1)
})

t.test('100 requests at once that each set a key of their own lose none', async (t) => {
  const { app, store } = makeApp()
  app.get('/own/<int:n>', async function own({ n }) {
    session.set(`key${n}`, n)
    await sleep(n % 7)
    return 'own'
  })
  const client = app.test_client()
  await client.get('/set/name/ann')
  await Promise.all(Array.from({ length: 100 }, (_, n) => client.get(`/own/${n}`)))
  const [key = ''] = await keysOf(store)
  const data = await held(store, key)
  t.equal(Object.keys(data).length, 102)
  for (let n = 0; n < 100; n++) t.equal(data[`key${n}`], n)
})

t.test('a key removed here and another set elsewhere both hold', async (t) => {
  const { app, store } = makeApp()
  const gate = addSlowView(app)
  app.get('/drop/<key>', function drop({ key }) {
    session.pop(key)
    return 'dropped'
  })
  const client = app.test_client()
  await client.get('/set/a/1')
  await client.get('/set/b/2')
  const pending = client.get('/slow/c')
  await gate('c').entered
  await client.get('/drop/a')
  gate('c').open()
  await pending
  const [key = ''] = await keysOf(store)
  t.same(await held(store, key), { _permanent: true, b: '2', c: 'slow' })
})

t.test(
  'where the store cannot be reached, who uses the session answers 503 and everybody else is served',
  async (t) => {
    const { app, store } = makeApp()
    let tornDown = 0
    app.teardown_request(() => {
      tornDown++
    })
    app.get('/g', function useG() {
      return `${g.get('seen', 'empty')}`
    })
    app.before_request(() => {
      if (request.path !== '/g') g['seen'] = 'seen'
    })
    const client = app.test_client()
    await client.get('/set/name/ann')
    const before = client.get_cookie('session')?.value
    store.failure = new Error('connection refused')
    tornDown = 0
    for (const path of ['/get/name', '/set/name/bob', '/login/ann', '/logout', '/all']) {
      const response = await client.get(path)
      t.equal(response.status_code, 503, path)
      t.equal(response.headers.get('Retry-After'), '1')
      t.equal(response.headers.get('Set-Cookie'), undefined, 'the cookie is neither changed nor removed')
    }
    t.equal(tornDown, 5, 'each was torn down once')
    t.equal((await client.get('/plain')).text, 'plain')
    t.equal((await client.get('/g')).text, 'empty')
    t.equal((await app.test_client().get('/set/name/new')).status_code, 503, 'a new session cannot be saved')
    t.equal((await app.test_client().get('/get/name')).text, 'nothing', 'who has no cookie needs no store')
    store.failure = undefined
    let response = await client.get('/get/name')
    // A store that failed is asked again only after a while.
    for (; response.status_code === 503; response = await client.get('/get/name')) await sleep(10)
    t.equal(response.text, 'ann')
    t.equal(client.get_cookie('session')?.value, before)
  },
)

t.test('a store that fails while saving is a 503, which an error handler can dress', async (t) => {
  const { app, store } = makeApp()
  app.errorhandler(503)(function sorry() {
    return app.make_response('sorry', 503)
  })
  app.get('/late', function late() {
    session['a'] = 1
    store.failure = new Error('gone')
    return 'late'
  })
  const response = await app.test_client().get('/late')
  t.equal(response.status_code, 503)
  t.equal(response.text, 'sorry')
})

t.test('a value that cannot be read is left alone, told of, and the session starts under a new id', async (t) => {
  const { app, store, records } = makeApp()
  // {"name": "ann"} by Python's pickle, protocol 4.
  const pickle = Buffer.from('80049511000000000000007d948c046e616d65948c03616e6e94732e', 'hex')
  for (const bytes of [
    pickle,
    Buffer.from('\xff\xff', 'latin1'),
    Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from('[1]'),
  ]) {
    const sid = `left-${bytes.length}`
    await MemoryStore.prototype.add.call(store, PREFIX + sid, bytes, 60)
    const client = app.test_client()
    client.set_cookie('session', sid)
    t.equal((await client.get('/get/name')).text, 'nothing')
    t.equal(records.length, 1)
    t.notMatch(records.pop(), sid, 'the id stays out of the log')
    await client.get('/set/name/bob')
    t.not(client.get_cookie('session')?.value, sid)
    t.same(await MemoryStore.prototype.get.call(store, PREFIX + sid), bytes)
    records.length = 0
  }
})

t.test('the id is signed on demand, and an id whose signature is wrong is not looked up', async (t) => {
  const { app, store } = makeApp({ SESSION_USE_SIGNER: true, SECRET_KEY: 'a secret of the tests, 32 bytes long' })
  const client = app.test_client()
  await client.get('/set/name/ann')
  const cookie = client.get_cookie('session')?.value ?? ''
  const [key = ''] = await keysOf(store)
  t.match(cookie, /^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{27}$/)
  t.equal(key, PREFIX + cookie.split('.')[0])
  t.equal((await client.get('/get/name')).text, 'ann')
  for (const forged of [key.slice(PREFIX.length), `${cookie}x`, `x${cookie}`]) {
    const thief = app.test_client()
    thief.set_cookie('session', forged)
    store.calls.length = 0
    t.equal((await thief.get('/get/name')).text, 'nothing')
    t.same(store.calls, [])
  }
  app.config.SECRET_KEY_FALLBACKS = [String(app.config.SECRET_KEY)]
  app.config.SECRET_KEY = 'the next secret of the tests, 32 bytes'
  t.equal((await client.get('/get/name')).text, 'ann', 'an older key still opens it')
})

t.test('a session lives no longer than its absolute lifetime, however busy it is', async (t) => {
  const { app, store } = makeApp({ SESSION_ABSOLUTE_LIFETIME: 100 })
  const client = app.test_client()
  const start = Date.now()
  const { now } = Date
  t.teardown(() => {
    Date.now = now
  })
  await client.get('/set/name/ann')
  Date.now = () => start + 99_000
  t.equal((await client.get('/get/name')).text, 'ann')
  Date.now = () => start + 102_000
  t.equal((await client.get('/get/name')).text, 'nothing')
  t.same(await keysOf(store), [], 'and is removed')
})

t.test('a session that Flask began is given a beginning when it is first used', async (t) => {
  const { app, store } = makeApp({ SESSION_ABSOLUTE_LIFETIME: 100 })
  await store.add(`${PREFIX}flask`, codec.encode({ _permanent: true, name: 'ann' }), 60)
  const client = app.test_client()
  client.set_cookie('session', 'flask')
  t.equal((await client.get('/get/name')).text, 'ann')
  t.type((await held(store, `${PREFIX}flask`))['_created'], 'number')
})

t.test('signing without a SECRET_KEY is an error that says what to do', async (t) => {
  const { app } = makeApp({ SESSION_USE_SIGNER: true, PROPAGATE_EXCEPTIONS: true })
  await t.rejects(app.test_client().get('/set/name/ann'), { code: 'SESSION_NO_SECRET', message: /SESSION_USE_SIGNER/ })
})

t.test('with SESSION_HASH_IDS the store does not hold what the cookie holds', async (t) => {
  const { app, store } = makeApp({ SESSION_HASH_IDS: true })
  const client = app.test_client()
  await client.get('/login/ann')
  const [key = ''] = await keysOf(store)
  t.not(key, PREFIX + client.get_cookie('session')?.value)
  t.equal((await client.get('/get/_user_id')).text, 'ann')
  const thief = app.test_client()
  thief.set_cookie('session', key.slice(PREFIX.length))
  t.equal((await thief.get('/get/_user_id')).text, 'nothing')
  const [listed] = await app.session_interface.list_for('ann')
  t.ok(await app.session_interface.end(listed?.id ?? ''))
})

t.test('the sessions of a user are listed and ended', async (t) => {
  const { app, store } = makeApp()
  app.get('/id', () => `${app.session_interface.id_of(session)}`)
  app.get('/end-others', async function endOthers() {
    return `${await app.session_interface.end_all_for('ann', { except: session })}`
  })
  const clients = ['ann', 'ann', 'bob', 'ann'].map((user) => ({ user, client: app.test_client() }))
  for (const { user, client } of clients) await client.get(`/login/${user}`)
  const sids = clients.map(({ client }) => client.get_cookie('session')?.value)
  const listed = await app.session_interface.list_for('ann')
  t.equal(listed.length, 3)
  for (const one of listed) {
    t.same(one.data, { _permanent: true, _user_id: 'ann' })
    t.equal(one.expires_in, 31 * 24 * 60 * 60)
    t.notOk(sids.includes(one.id), 'the id of the cookie is not given away')
  }
  t.equal(await app.session_interface.end(listed[0]?.id ?? ''), true)
  t.equal(await app.session_interface.end(listed[0]?.id ?? ''), false)
  t.equal(await app.session_interface.end('*'), false)
  t.equal((await app.session_interface.list_for('ann')).length, 2)
  const [own] = await app.session_interface.list_for('ann')
  let mine: (typeof clients)[number] | undefined
  for (const one of clients) if ((await one.client.get('/id')).text === own?.id) mine = one
  t.equal((await mine?.client.get('/end-others'))?.text, '1')
  t.equal((await mine?.client.get('/get/_user_id'))?.text, 'ann')
  t.equal(await app.session_interface.end_all_for('ann'), 1)
  t.equal((await keysOf(store)).length, 1, "bob's goes on")
})

t.test('sessions in cookies cannot be listed, and the error says what to do', async (t) => {
  const app = new Flagon('cookies', { static_folder: null })
  app.config.SECRET_KEY = 'a secret of the tests, 32 bytes long'
  await t.rejects(app.session_interface.list_for('ann'), { code: 'SESSION_NOT_STORED', message: /SESSION_TYPE/ })
  await t.rejects(app.session_interface.end('x'), { code: 'SESSION_NOT_STORED' })
  await t.rejects(app.session_interface.end_all_for('ann'), { code: 'SESSION_NOT_STORED' })
})

t.test('what cannot be kept is an error that names the key', async (t) => {
  const { app } = makeApp({ PROPAGATE_EXCEPTIONS: true })
  app.get('/bad', function bad() {
    session['job'] = () => 1
    return 'bad'
  })
  await t.rejects(app.test_client().get('/bad'), { message: /job/ })
})

t.test('also where it stands within a list that was there before', async (t) => {
  const { app } = makeApp({ PROPAGATE_EXCEPTIONS: true })
  app.get('/start', () => {
    session['jobs'] = []
    return 'started'
  })
  app.get('/bad', () => {
    ;(session['jobs'] as unknown[]).push(() => 1)
    return 'bad'
  })
  const client = app.test_client()
  await client.get('/start')
  await t.rejects(client.get('/bad'), { message: /jobs/ })
})

t.test('a test opens and changes the session of its client', async (t) => {
  const { app } = makeApp()
  const client = app.test_client()
  await client.session_transaction((stored) => {
    stored['name'] = 'ann'
  })
  t.equal((await client.get('/get/name')).text, 'ann')
  await client.session_transaction((stored) => {
    t.equal(stored['name'], 'ann')
    stored.destroy()
  })
  t.equal((await client.get('/get/name')).text, 'nothing')
})
