/**
 * A process that works on the sessions of a folder, for tests/sessions/stores/filesystem.test.ts:
 * `tsx session-file-worker.ts <folder> <task> <name>`, with `race` to set 100 keys of one session at once, `write` to write
 * until it is killed, `touch` to try what a folder allows.
 */
import { loadCodec } from '../../lib/sessions/codec.ts'
import { FileSystemStore } from '../../lib/sessions/stores/filesystem.ts'

const KEYS = 100
const TTL_SECONDS = 1000
const SESSIONS_WRITTEN = 5
/** The user that owns nothing. */
const NOBODY = 65_534

const [folder = '', task = '', name = ''] = process.argv.slice(2)

async function race(): Promise<void> {
  const store = new FileSystemStore(folder)
  const codec = await loadCodec('msgpack')
  let tries = 0
  const setKey = async (key: string): Promise<void> => {
    for (;;) {
      const current = await store.get('shared')
      if (current === undefined) throw new Error('the session is gone')
      tries += 1
      if (await store.replace('shared', current, codec.merge(current, new Map([[key, name]])), TTL_SECONDS)) return
    }
  }
  await Promise.all(Array.from({ length: KEYS }, (_, index) => setKey(`${name}${index}`)))
  console.log(tries)
}

/** Each value says how long it is, so that half of one can be told. */
async function write(): Promise<void> {
  const store = new FileSystemStore(folder)
  for (let round = 0; ; round += 1) {
    const key = `session:${round % SESSIONS_WRITTEN}`
    const value = Buffer.alloc(1 + ((round * 7919) % 50_000), String(round % 10))
    const current = await store.get(key, TTL_SECONDS)
    if (current === undefined) await store.add(key, value, TTL_SECONDS)
    else if (round % 7 === 0) await store.delete(key)
    else await store.replace(key, current, value, TTL_SECONDS)
    if (round === SESSIONS_WRITTEN) console.log('writing')
  }
}

async function touch(): Promise<void> {
  if (process.getuid?.() === 0) process.setuid?.(NOBODY)
  try {
    const store = new FileSystemStore(folder)
    await store.add('a', Buffer.from('1'), TTL_SECONDS)
    console.log('written')
  } catch (error) {
    console.log(JSON.stringify({ code: Reflect.get(Object(error), 'code'), message: String(error) }))
  }
}

const tasks = new Map([
  ['race', race],
  ['write', write],
  ['touch', touch],
])
await tasks.get(task)?.()
