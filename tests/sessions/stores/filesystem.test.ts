import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { loadCodec } from '../../../lib/sessions/codec.ts'
import { FileSystemStore, type FileSystemStoreOptions } from '../../../lib/sessions/stores/filesystem.ts'

const WORKER = fileURLToPath(new URL('../../support/session-file-worker.ts', import.meta.url))
const TTL_SECONDS = 1000
const SWEEP_EVERY_MS = 60_000

t.setTimeout(120_000)

/** What a store needs of a test. */
interface TestFolder {
  testdir(): string
  teardown(work: () => Promise<void>): void
}

function openStore(t: TestFolder, options?: FileSystemStoreOptions): { store: FileSystemStore; folder: string } {
  const folder = join(t.testdir(), 'made', 'sessions')
  const store = new FileSystemStore(folder, options)
  t.teardown(() => store.close())
  return { store, folder }
}

const bytes = (text: string): Uint8Array => Buffer.from(text)
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString()
const worker = (folder: string, task: string, name = '') =>
  spawn(process.execPath, ['--import=tsx', WORKER, folder, task, name], { stdio: ['ignore', 'pipe', 'inherit'] })

/** Lets pending work go on. */
const turn = (): Promise<unknown> => new Promise((done) => setImmediate(done))

async function keysOf(store: FileSystemStore, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(prefix)) keys.push(key)
  return keys.sort()
}

t.test('a session is added, read, replaced and deleted', async (t) => {
  const { store, folder } = openStore(t)
  t.equal(await store.get('a'), undefined)
  t.equal(await store.replace('a', bytes(''), bytes('0'), TTL_SECONDS), false)
  t.equal(await store.delete('a'), undefined)
  t.equal(await store.ttl('a'), undefined)

  t.equal(await store.add('a', bytes('1'), TTL_SECONDS), true)
  t.equal(await store.add('a', bytes('2'), TTL_SECONDS), false, 'it is taken')
  t.equal(text(await store.get('a')), '1')
  t.equal(await store.replace('a', bytes('2'), bytes('3'), TTL_SECONDS), false, 'it holds something else')
  t.equal(await store.replace('a', bytes('1'), bytes('3'), 50), true)
  t.equal(text(await store.get('a')), '3')
  t.equal(await store.ttl('a'), 50)
  t.equal(text(await store.delete('a')), '3')
  t.equal(await store.delete('a'), undefined)
  t.equal(await store.replace('a', bytes('3'), bytes('4'), TTL_SECONDS), false, 'a logout is not undone')
  t.same(readdirSync(folder), [])
})

t.test('values of all sizes and bytes are kept', async (t) => {
  const { store } = openStore(t)
  for (const value of [new Uint8Array(), Uint8Array.of(0, 255), new Uint8Array(3_000_000).fill(7)]) {
    t.equal(await store.add('a', value, TTL_SECONDS), true)
    t.ok(Buffer.compare((await store.get('a')) ?? bytes('none'), value) === 0)
    await store.delete('a')
  }
})

t.test('a session is over when its time is, and is renewed by reading it', async (t) => {
  const { store, folder } = openStore(t)
  await store.add('a', bytes('1'), 0.05)
  t.equal(text(await store.get('a', TTL_SECONDS)), '1')
  t.equal(await store.ttl('a'), TTL_SECONDS)
  t.equal(text(await store.get('a', 0.05)), '1', 'and shortened')
  await new Promise((done) => setTimeout(done, 80))
  t.equal(await store.ttl('a'), undefined)
  t.same(await keysOf(store, ''), [])
  t.equal(await store.replace('a', bytes('1'), bytes('2'), TTL_SECONDS), false)
  t.equal(await store.get('a', TTL_SECONDS), undefined)
  t.same(readdirSync(folder), [], 'what was found to be over is removed')
  await store.add('b', bytes('1'), 0.01)
  await new Promise((done) => setTimeout(done, 30))
  t.equal(await store.add('b', bytes('2'), TTL_SECONDS), true, 'its key is free')
  t.equal(text(await store.get('b')), '2')
})

// security.md 1.3, "sid as key".
t.test('no key is a path', async (t) => {
  const { store, folder } = openStore(t)
  const keys = [
    'session:../x',
    '../../x',
    '/etc/passwd',
    'a/b',
    'a\0b',
    '*',
    '\r\n',
    'é'.repeat(50_000),
    '',
    '.',
    'con',
    'A',
    'a',
  ]
  for (const key of keys) {
    t.equal(await store.add(key, bytes(key), TTL_SECONDS), true)
    t.equal(text(await store.get(key)), key)
  }
  t.equal(readdirSync(folder).length, keys.length)
  for (const name of readdirSync(folder)) t.match(name, /^[0-9a-f]{64}$/)
  t.same(readdirSync(join(folder, '..')), ['sessions'])
  t.same(await keysOf(store, ''), [...keys].sort())
})

t.test('keys are found by what they start with', async (t) => {
  const { store, folder } = openStore(t)
  for (const key of ['session:a', 'session:b', 'sessio', 'other:session:c'])
    await store.add(key, bytes('1'), TTL_SECONDS)
  writeFileSync(join(folder, 'README'), 'not a session')
  writeFileSync(join(folder, '0'.repeat(64)), 'broken')
  t.same(await keysOf(store, 'session:'), ['session:a', 'session:b'])
  rmSync(folder, { recursive: true })
  t.same(await keysOf(store, 'session:'), [])
})

t.test('files and folder are private, whatever the umask', async (t) => {
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  for (const umask of [0, 0o022, 0o077]) {
    process.umask(umask)
    await t.test(`umask ${umask.toString(8)}`, async (t) => {
      const { store, folder } = openStore(t)
      await store.add('a', bytes('1'), TTL_SECONDS)
      await store.replace('a', bytes('1'), bytes('2'), TTL_SECONDS)
      t.equal(statSync(folder).mode & 0o777, 0o700)
      for (const name of readdirSync(folder)) t.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
      const shared = openStore(t, { mode: 0o660 })
      await shared.store.add('b', bytes('1'), TTL_SECONDS)
      t.same(
        readdirSync(shared.folder)
          .map((name) => statSync(join(shared.folder, name)).mode & 0o777)
          .sort(),
        [0o660],
      )
    })
  }
})

t.test('a folder of the user keeps the permissions that it has', async (t) => {
  const folder = t.testdir()
  chmodSync(folder, 0o755)
  const store = new FileSystemStore(folder)
  t.teardown(() => store.close())
  await store.add('a', bytes('1'), TTL_SECONDS)
  t.equal(statSync(folder).mode & 0o777, 0o755)
})

t.test('a broken file counts as absent, and is removed', async (t) => {
  const { store, folder } = openStore(t)
  await store.add('a', bytes('a value'), TTL_SECONDS)
  const path = join(folder, readdirSync(folder)[0] ?? '')
  const whole = readFileSync(path)
  const flipped = Buffer.from(whole)
  flipped[whole.length - 1] = 0
  for (const broken of [
    Buffer.alloc(0),
    whole.subarray(0, -1),
    flipped,
    Buffer.alloc(whole.length),
    bytes('{"a":1}'),
  ]) {
    writeFileSync(path, broken)
    t.equal(await store.ttl('a'), undefined)
    t.equal(await store.get('a', TTL_SECONDS), undefined)
    t.notOk(existsSync(path))
    writeFileSync(path, broken)
    t.equal(await store.add('a', bytes('a value'), TTL_SECONDS), true)
    t.equal(text(await store.get('a')), 'a value')
  }
})

t.test('of all that change a session at once, none is lost', async (t) => {
  const { store, folder } = openStore(t)
  const codec = await loadCodec('msgpack')
  await store.add('shared', codec.encode({}), TTL_SECONDS)
  const setKey = async (key: string): Promise<void> => {
    for (;;) {
      const current = await store.get('shared', TTL_SECONDS)
      if (current === undefined) throw new Error('the session is gone')
      if (await store.replace('shared', current, codec.merge(current, new Map([[key, 1]])), TTL_SECONDS)) return
    }
  }
  await Promise.all(Array.from({ length: 30 }, (_, index) => setKey(`k${index}`)))
  t.equal(Object.keys(codec.decode((await store.get('shared')) ?? bytes(''))).length, 30)
  t.equal(readdirSync(folder).length, 1)
})

t.test('of all that end or replace a session at once, one does', async (t) => {
  const { store, folder } = openStore(t)
  for (let round = 0; round < 20; round += 1) {
    await store.add('a', bytes('1'), TTL_SECONDS)
    const [first, second, replaced] = await Promise.all([
      store.delete('a'),
      store.delete('a'),
      store.replace('a', bytes('1'), bytes('2'), TTL_SECONDS),
    ])
    t.equal([first, second].filter((held) => held !== undefined).length, 1, 'it is taken out once')
    t.equal(await store.get('a'), undefined, `and stays away, replaced: ${replaced}`)
  }
  t.same(readdirSync(folder), [])
})

// security.md 1.3, "Flask-Session #71, #149".
t.test('two processes that each set 100 keys of one session at once lose none', async (t) => {
  const { store, folder } = openStore(t)
  const codec = await loadCodec('msgpack')
  await store.add('shared', codec.encode({ kept: [1] }), TTL_SECONDS)
  const children = [worker(folder, 'race', 'a'), worker(folder, 'race', 'b')]
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
  t.same(codes, [0, 0])
  const data = codec.decode((await store.get('shared')) ?? bytes(''))
  t.equal(Object.keys(data).length, 201)
  for (const name of ['a', 'b']) for (let index = 0; index < 100; index += 1) t.equal(data[`${name}${index}`], name)
  t.same(
    readdirSync(folder).filter((name) => name.endsWith('.claim')),
    [],
  )
})

t.test('a process that is killed while it writes leaves no broken session', async (t) => {
  const { store, folder } = openStore(t)
  let left = 0
  for (let round = 0; round < 8; round += 1) {
    const child = worker(folder, 'write')
    await once(child.stdout, 'data')
    await new Promise((done) => setTimeout(done, 20 + 17 * round))
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      if (!name.endsWith('.claim')) continue
      left += 1
      utimesSync(path, 0, 0)
    }
    for (const key of await keysOf(store, 'session:')) {
      const value = Buffer.from((await store.get(key)) ?? '')
      t.ok(value.length > 0 && value.every((byte) => byte === value[0]), `${key}: one whole value`)
      t.equal(await store.replace(key, value, bytes('x'), TTL_SECONDS), true, 'and it can be written')
    }
    t.notMatch(readdirSync(folder).length, 0)
  }
  t.comment(`${left} claims were left behind`)
  for (const name of readdirSync(folder)) if (!name.endsWith('.claim')) t.match(name, /^[0-9a-f]{64}$/)
})

t.test('what is over, broken or left behind is swept once a minute, off the way of requests', async (t) => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() })
  t.teardown(() => mock.timers.reset())
  const { store, folder } = openStore(t)
  await store.add('short', bytes('1'), 30)
  await store.add('long', bytes('1'), TTL_SECONDS)
  const claims = ['a', 'b'].map((digit) => join(folder, `${digit.repeat(64)}.none.claim`))
  for (const claim of claims) writeFileSync(claim, '')
  utimesSync(claims[0] ?? '', 1, 1)
  const inTwoMinutes = (Date.now() + 2 * SWEEP_EVERY_MS) / 1000
  utimesSync(claims[1] ?? '', inTwoMinutes, inTwoMinutes)
  writeFileSync(join(folder, 'c'.repeat(64)), 'broken')
  writeFileSync(join(folder, 'README'), 'not a session')
  const files = (): number => readdirSync(folder).length
  t.equal(files(), 6)
  mock.timers.tick(SWEEP_EVERY_MS - 1)
  await turn()
  t.equal(files(), 6, 'not before a minute')
  mock.timers.tick(1)
  /** Waits in real time, as the sweeping reads real files. */
  const becomes = async (count: number): Promise<boolean> => {
    for (const until = performance.now() + 5000; files() !== count && performance.now() < until; ) await turn()
    return files() === count
  }
  t.ok(await becomes(2))
  t.ok(existsSync(join(folder, 'README')))
  t.equal(text(await store.get('long')), '1')

  await store.add('short', bytes('2'), 30)
  t.equal(files(), 3)
  // The next minute begins when the sweeping ends.
  for (const until = performance.now() + 5000; files() > 2 && performance.now() < until; ) {
    mock.timers.tick(SWEEP_EVERY_MS)
    await turn()
  }
  t.equal(files(), 2, 'and again later')
  await store.close()
})

t.test('a folder that was removed is made again', async (t) => {
  const { store, folder } = openStore(t)
  await store.add('a', bytes('1'), TTL_SECONDS)
  rmSync(folder, { recursive: true })
  t.equal(await store.get('a'), undefined)
  t.equal(await store.add('a', bytes('2'), TTL_SECONDS), true)
  t.equal(statSync(folder).mode & 0o777, 0o700)
})

t.test('a folder that cannot be used is told of at the start, with what to do', async (t) => {
  const parent = t.testdir({ file: 'x' })
  for (const folder of [join(parent, 'file'), join(parent, 'file', 'below')]) {
    t.throws(() => new FileSystemStore(folder), {
      name: 'FlagonError',
      code: 'SESSION_FOLDER',
      message: new RegExp(`${folder}.*SESSION_FILE_DIR.*mkdir -p -m 700`),
    })
  }
  for (const mode of [0, 0o400, 0o066, 0o1600, 600, NaN, 0.5]) {
    t.throws(() => new FileSystemStore(parent, { mode }), {
      name: 'FlagonError',
      code: 'CONFIG_VALUE',
      message: /0o600/,
    })
  }
})

t.test('a folder of somebody else is told of at the start', async (t) => {
  const folder = join(t.testdir(), 'theirs')
  mkdirSync(folder)
  chmodSync(folder, 0o555)
  // Below the folder of the tests nobody else may read; the worker runs as another user where the tests run as root.
  const { stdout } = spawnSync(process.execPath, ['--import=tsx', WORKER, folder, 'touch'], { encoding: 'utf8' })
  const { code, message } = JSON.parse(stdout)
  t.equal(code, 'SESSION_FOLDER')
  t.match(message, folder)
  t.match(message, /EACCES/)
})

t.test('what goes wrong later names the folder', async (t) => {
  const { store, folder } = openStore(t)
  await store.add('a', bytes('1'), TTL_SECONDS)
  const path = join(folder, readdirSync(folder)[0] ?? '')
  rmSync(path)
  mkdirSync(path)
  await t.rejects(store.get('a'), {
    message: new RegExp(`The sessions in ${folder} cannot be read: EISDIR`),
    cause: { code: 'EISDIR' },
  })
  await t.rejects(store.add('a', bytes('1'), TTL_SECONDS), { message: /cannot be written: EISDIR/ })
})

t.test('closing waits for what is being written', async (t) => {
  const { store } = openStore(t)
  const added = store.add('a', new Uint8Array(1_000_000), TTL_SECONDS)
  await store.close()
  t.equal((await store.get('a'))?.length, 1_000_000)
  t.equal(await added, true)
})

t.test('an open store does not keep the process alive', async (t) => {
  const { store } = openStore(t)
  await store.get('a')
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
  t.same(timers, [], `the timer of ${SWEEP_EVERY_MS} ms is not counted`)
})
