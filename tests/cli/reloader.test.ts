import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { RawConnection } from '../support/raw-http.ts'
import { isAlive, type Spawned, spawnProgram, until } from '../support/spawned.ts'

const CHILD = fileURLToPath(new URL('../support/serving-child.ts', import.meta.url))

interface Reloading {
  parent: Spawned
  port: number
  /** Writes the module of the app. */
  save(source: string): void
  /** What is answered, by a connection of its own. */
  get(headers?: Record<string, string>): Promise<{ status: number; text: string; type: string | null }>
}

async function start(t: Test, source: string): Promise<Reloading> {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const module = join(folder, 'app.mjs')
  const save = (text: string): void => writeFileSync(module, text)
  save(source)
  const options = JSON.stringify({ port: 0, program: { exec: CHILD }, watch: [folder] })
  const env = { CHILD_MODULE: pathToFileURL(module).href }
  const parent = spawnProgram(t, './serving-parent.ts', ['reloading', options], env)
  const port = Number((await parent.line(/Serving on http:\/\/127\.0\.0\.1:(\d+)/))[1])
  const get: Reloading['get'] = async (headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { Connection: 'close', ...headers } })
    return { status: response.status, text: await response.text(), type: response.headers.get('Content-Type') }
  }
  return { parent, port, save, get }
}

const exporting = (text: string): string => `export const text = '${text} '`

t.test('starts again after a save, while a request of the old app is finished and a new one waits', async (t) => {
  const { parent, port, save, get } = await start(t, exporting('one'))
  const [word, old = ''] = (await get()).text.split(' ')
  t.equal(word, 'one', 'who connects before the app has started waits for it')
  const slow = await RawConnection.open(port)
  slow.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  save(exporting('two'))
  await parent.line(/Changed: .*app\.mjs; starting again/)
  const [next, running] = await Promise.all([get(), slow.read()])
  t.match(next.text, /^two /)
  t.equal(running.body.toString(), `one ${old}`)
  await until(() => !isAlive(Number(old)))
  parent.child.kill('SIGINT')
  t.same(await parent.exited, [0, null])
  t.notOk(isAlive(Number(next.text.split(' ')[1])))
})

t.test('twenty saves in a row end in the last state, and leave one process', async (t) => {
  const { parent, save, get } = await start(t, exporting('0'))
  await get()
  for (let count = 1; count <= 20; count++) {
    save(exporting(String(count)))
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  const pids = new Set<number>()
  await until(async () => {
    const [word, pid] = (await get()).text.split(' ')
    pids.add(Number(pid))
    return word === '20'
  })
  await until(() => [...pids].filter(isAlive).length === 1)
  parent.child.kill('SIGTERM')
  t.same(await parent.exited, [0, null])
})

t.test('shows a syntax error to the browser and the terminal, and waits for the next save', async (t) => {
  const { parent, save, get } = await start(t, 'export const text = (')
  const plain = await get()
  t.equal(plain.status, 500)
  t.match(plain.text, /^The app could not be started \(exit code 1\)\n\n.*SyntaxError/s)
  t.match(plain.type, 'text/plain')
  await parent.line(/The app could not be started \(exit code 1\); waiting for a file to change/)
  const page = await get({ Accept: 'text/html' })
  t.match(page.type, 'text/html')
  t.match(page.text, /<pre>.*SyntaxError/s)
  save("throw new Error('<script>')")
  await until(async () => (await get({ Accept: 'text/html' })).text.includes('&lt;script&gt;'))
  save(exporting('mended'))
  await parent.line(/starting again/)
  await until(async () => (await get()).text.startsWith('mended'))
})

t.test('tells a page of another site nothing of the error', async (t) => {
  const { port } = await start(t, "throw new Error('secret')")
  const client = await RawConnection.open(port)
  client.write('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  const response = await client.read()
  t.equal(response.status, 500)
  t.notMatch(response.body.toString(), 'secret')
})

t.test('no process stays behind, and the port is free, where the parent is killed', async (t) => {
  const { parent, get } = await start(t, exporting('one'))
  const pid = Number((await get()).text.split(' ')[1])
  parent.child.kill('SIGKILL')
  await until(() => !isAlive(pid))
  await t.rejects(get(), { cause: { code: 'ECONNREFUSED' } })
})

t.test('shows that the app has ended, where it does', async (t) => {
  const { save, get } = await start(t, exporting('one'))
  process.kill(Number((await get()).text.split(' ')[1]), 'SIGKILL')
  await until(async () => (await get().catch(() => ({ text: '' }))).text.startsWith('The app ended (SIGKILL)'))
  save(exporting('two'))
  await until(async () => (await get()).text.startsWith('two'))
})
