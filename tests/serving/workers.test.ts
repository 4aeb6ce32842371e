import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as httpsGet } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import type { WorkersOptions } from '../../lib/serving/workers.ts'
import { RawConnection } from '../support/raw-http.ts'
import { isAlive, type Spawned, spawnProgram, until } from '../support/spawned.ts'

const CHILD = fileURLToPath(new URL('../support/serving-child.ts', import.meta.url))
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))

/** A folder with a short path: that of a socket may have about 100 bytes. */
function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

function start(t: Test, options: Partial<WorkersOptions> = {}, env: NodeJS.ProcessEnv = {}): Spawned {
  const address = options.unix === undefined ? { port: 0 } : {}
  const given = JSON.stringify({ workers: 2, ...address, program: { exec: CHILD }, ...options })
  return spawnProgram(t, './serving-parent.ts', ['workers', given], env)
}

async function portOf(crew: Spawned): Promise<number> {
  return Number((await crew.line(/Serving on https?:\/\/127\.0\.0\.1:(\d+) with \d+ workers/))[1])
}

/** The id of the process that answers on a connection of its own. */
async function pidAt(target: RequestOptions, get: typeof httpGet = httpGet): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', agent: false, ...target }, resolve).once('error', reject)
  })
  return Number(await text(response))
}

/** The ids of the processes that answer, once there are as many as wanted. */
async function pidsAt(port: number, wanted: number, not: ReadonlySet<number> = new Set()): Promise<Set<number>> {
  const pids = new Set<number>()
  await until(async () => {
    const pid = await pidAt({ port })
    if (!not.has(pid)) pids.add(pid)
    return pids.size >= wanted
  })
  return pids
}

t.test('spreads connections, replaces a worker that is killed, and ends with its answers sent', async (t) => {
  const crew = start(t)
  const port = await portOf(crew)
  const [one = 0, two = 0] = await pidsAt(port, 2)
  process.kill(one, 'SIGKILL')
  const [, after] = await Promise.all([crew.line(/Worker \d+ ended \(SIGKILL\) and is replaced/), pidAt({ port })])
  t.equal(after, two, 'the other one answers meanwhile')
  const [three = 0] = await pidsAt(port, 1, new Set([one, two]))
  const slow = await Promise.all([RawConnection.open(port), RawConnection.open(port)])
  for (const client of slow) client.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  crew.child.kill('SIGTERM')
  const answers = await Promise.all(slow.map((client) => client.read()))
  t.same(
    answers.map(({ body }) => Number(body.toString())).sort(),
    [two, three].sort(),
    'each of them finishes what it has begun',
  )
  t.same(await crew.exited, [0, null])
  t.notOk([two, three].some(isAlive))
})

t.test('a hangup replaces all workers, and nobody is refused', async (t) => {
  const crew = start(t)
  const port = await portOf(crew)
  const old = await pidsAt(port, 2)
  crew.child.kill('SIGHUP')
  const fresh = await pidsAt(port, 2, old)
  await until(() => ![...old].some(isAlive))
  t.equal(fresh.size, 2)
  crew.child.kill('SIGTERM')
  t.same(await crew.exited, [0, null])
})

t.test('a worker that is told to end is replaced, and nobody is refused', async (t) => {
  const crew = start(t, { workers: 1 })
  const port = await portOf(crew)
  const old = await pidAt({ port })
  process.kill(old, 'SIGTERM')
  await until(async () => (await pidAt({ port })) !== old)
  await crew.line(/ended \(exit code 0\) and is replaced/)
})

t.test('whoever connects while no worker is left waits for the next', async (t) => {
  const crew = start(t, { workers: 1 })
  const port = await portOf(crew)
  const old = await pidAt({ port })
  await t.rejects(pidAt({ port, path: '/crash' }), { code: 'ECONNRESET' }, 'its own request fails')
  t.not(await pidAt({ port }), old)
})

t.test('no worker stays behind where the parent is killed', async (t) => {
  const crew = start(t)
  const port = await portOf(crew)
  const pids = await pidsAt(port, 2)
  const slow = await RawConnection.open(port)
  slow.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  crew.child.kill('SIGKILL')
  t.ok(pids.has(Number((await slow.read()).body.toString())), 'it finishes what it has begun')
  await until(() => ![...pids].some(isAlive))
})

t.test('gives up where workers end before they serve, and shows why', async (t) => {
  const module = join(folderOf(t), 'broken.mjs')
  writeFileSync(module, "throw new Error('no database')")
  const crew = start(t, {}, { CHILD_MODULE: pathToFileURL(module).href })
  t.same(await crew.exited, [1, null])
  const output = crew.lines.join('\n')
  t.equal(output.match(/ended before it could serve \(exit code 1\)/g)?.length, 3)
  t.match(output, /3 workers in a row ended before they could serve: giving up\nError: no database/)
})

t.test('the old workers stay where a hangup brings one that cannot be started', async (t) => {
  const module = join(folderOf(t), 'module.mjs')
  writeFileSync(module, "export const text = ''")
  const crew = start(t, { workers: 1 }, { CHILD_MODULE: pathToFileURL(module).href })
  const port = await portOf(crew)
  const old = await pidAt({ port })
  writeFileSync(module, 'export const text = (')
  crew.child.kill('SIGHUP')
  await crew.line(/The old workers stay: a new one could not be started/)
  t.equal(await pidAt({ port }), old)
})

t.test('serves a Unix socket, and removes its file', async (t) => {
  const unix = join(folderOf(t), 'app.sock')
  const crew = start(t, { workers: 1, unix })
  await crew.line(/Serving on \/.*app\.sock with 1 workers/)
  t.ok((await pidAt({ socketPath: unix })) > 0)
  crew.child.kill('SIGTERM')
  t.same(await crew.exited, [0, null])
  await t.rejects(pidAt({ socketPath: unix }), { code: 'ENOENT' })
})

t.test('speaks HTTPS', async (t) => {
  const crew = start(t, { workers: 1, secure: true }, { CHILD_CERT: fixture('cert'), CHILD_KEY: fixture('key') })
  const port = await portOf(crew)
  const target: RequestOptions & { rejectUnauthorized: boolean } = { port, rejectUnauthorized: false }
  t.ok((await pidAt(target, httpsGet)) > 0)
  crew.child.kill('SIGTERM')
  t.same(await crew.exited, [0, null])
})

t.test('says at once that the port is taken', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { runWorkers } = await import('../../lib/serving/workers.ts')
  await t.rejects(runWorkers({ workers: 1, port, program: { exec: CHILD } }), { code: 'ADDRESS_UNAVAILABLE' })
})
