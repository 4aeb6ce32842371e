import t from 'tap'
import { Flagon, session } from '../../lib/index.ts'
import { Session } from '../../lib/sessions/extension.ts'
import { GuardedStore } from '../../lib/sessions/guarded-store.ts'
import { ServerSideSessionInterface } from '../../lib/sessions/server-side.ts'
import { MemoryStore } from '../../lib/sessions/stores/memory.ts'

function makeApp(settings: Record<string, unknown>): Flagon {
  const app = new Flagon('extension', { static_folder: null })
  app.config.update(settings)
  app.get('/', () => {
    session['visits'] = Number(session['visits'] ?? 0) + 1
    return `${session['visits']}`
  })
  return app
}

function storeOf(app: Flagon): unknown {
  const { session_interface } = app
  return session_interface instanceof ServerSideSessionInterface ? session_interface.store : undefined
}

t.test('SESSION_TYPE says where sessions are kept', async (t) => {
  for (const [type, store] of [
    ['memory', MemoryStore],
    ['filesystem', GuardedStore],
    ['redis', GuardedStore],
  ] as const) {
    const app = makeApp({ SESSION_TYPE: type, SESSION_FILE_DIR: t.testdir() })
    new Session(app)
    t.ok(storeOf(app) instanceof store, type)
    await app.session_interface.close()
  }
})

t.test('an app of a factory is set up later, several by one extension', async (t) => {
  const sessions = new Session()
  const apps = [makeApp({ SESSION_TYPE: 'memory' }), makeApp({ SESSION_TYPE: 'memory' })]
  for (const app of apps) sessions.init_app(app)
  t.not(apps[0]?.session_interface, apps[1]?.session_interface)
  const client = apps[0]?.test_client()
  await client?.get('/')
  t.equal((await client?.get('/'))?.text, '2')
})

t.test('a store of one’s own is used, and guarded', async (t) => {
  const store = new MemoryStore()
  const app = makeApp({ SESSION_STORE: store, SESSION_KEY_PREFIX: 'app:' })
  new Session(app)
  t.ok(storeOf(app) instanceof GuardedStore)
  const client = app.test_client()
  await client.get('/')
  t.equal(await store.ttl(`app:${client.get_cookie('session')?.value}`), 31 * 24 * 60 * 60)
})

t.test('the store is closed when the app is served no more', async (t) => {
  let closed = 0
  const store = Object.assign(new MemoryStore(), { close: async () => void closed++ })
  const app = makeApp({ SESSION_STORE: store })
  new Session(app)
  await app.startup()
  t.equal(closed, 0)
  await app.shutdown()
  t.equal(closed, 1)
})

t.test('a setting that is missing or out of range is an error that says what to set', async (t) => {
  for (const [settings, message] of [
    [{}, /SESSION_TYPE is null: set app\.config\.SESSION_TYPE to 'redis', 'filesystem' or 'memory'/],
    [{ SESSION_TYPE: 'memcached' }, /SESSION_TYPE is "memcached"/],
    [{ SESSION_TYPE: 'memory', SESSION_ID_LENGTH: 8 }, /SESSION_ID_LENGTH is 8: give a number of bytes from 16 to 96/],
    [{ SESSION_TYPE: 'memory', SESSION_ID_LENGTH: 97 }, /SESSION_ID_LENGTH is 97/],
    [{ SESSION_TYPE: 'memory', SESSION_ID_LENGTH: '32' }, /SESSION_ID_LENGTH/],
    [{ SESSION_TYPE: 'memory', SESSION_SERIALIZATION_FORMAT: 'pickle' }, /give 'msgpack' or 'json'/],
  ] as const) {
    t.throws(() => new Session(makeApp(settings)), { code: 'CONFIG_VALUE', message })
  }
})
