import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { serve } from '../../lib/serving/server.ts'
import { stopWhenTold } from '../../lib/serving/stop.ts'
import { RawConnection } from '../support/raw-http.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
/** Long enough that a test which has to wait for it fails by tap's own limit. */
const NEVER_SECONDS = 3600

/** A server in a process of its own, which answers after a while and stops on signals. */
const SLOW_SERVER = `
import { serve } from '${new URL('../../lib/serving/server.ts', import.meta.url).href}'
import { stopWhenTold } from '${new URL('../../lib/serving/stop.ts', import.meta.url).href}'
const server = await serve((req, res) => {
  console.log('asked')
  if (req.url === '/slow') setTimeout(() => res.end('whole'), 100)
}, { port: 0 })
stopWhenTold(server, Number(process.env.DEADLINE ?? ${NEVER_SECONDS}))
setInterval(() => undefined, 1000)
console.log(server.address().port)
`

interface Slow {
  child: ChildProcess
  client: RawConnection
  asked: Promise<unknown>
}

async function startProcess(t: Test, env: NodeJS.ProcessEnv = {}): Promise<Slow> {
  const child = spawn(process.execPath, [TYPESCRIPT_LOADER, '--input-type=module', '-e', SLOW_SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [port] = await once(child.stdout, 'data')
  const client = await RawConnection.open(Number(port))
  t.teardown(() => client.close())
  return { child, client, asked: once(child.stdout, 'data') }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends the process with exit code 0 after the last answer was sent`, async (t) => {
    const { child, client, asked } = await startProcess(t)
    const exited = once(child, 'exit')
    client.write(GET.replace('/', '/slow'))
    await asked
    child.kill(signal)
    t.equal((await client.read()).body.toString(), 'whole')
    t.same(await exited, [0, null], 'although something of the app keeps the process alive')
  })
}

t.test('a second signal ends the process at once, but not one that npm repeats', async (t) => {
  const { child, client, asked } = await startProcess(t)
  const exited = once(child, 'exit')
  client.write(GET)
  await asked
  child.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 50))
  child.kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.equal(child.exitCode, null)
  child.kill('SIGTERM')
  t.same(await exited, [143, null])
})

t.test('a request that never ends is cut off at the deadline, and the exit code is 0', async (t) => {
  const { child, client, asked } = await startProcess(t, { DEADLINE: '0.2' })
  const exited = once(child, 'exit')
  client.write(GET)
  await asked
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
  t.equal(await client.rest(), '')
})

t.test('a server that closed by itself no longer listens for signals', async (t) => {
  const before = process.listenerCount('SIGTERM')
  const [one, two] = await Promise.all([serve(() => undefined, { port: 0 }), serve(() => undefined, { port: 0 })])
  stopWhenTold(one, NEVER_SECONDS)
  stopWhenTold(two, NEVER_SECONDS)
  t.equal(process.listenerCount('SIGTERM'), before + 1)
  await new Promise((resolve) => one.close(resolve))
  t.equal(process.listenerCount('SIGTERM'), before + 1)
  await new Promise((resolve) => two.close(resolve))
  t.equal(process.listenerCount('SIGTERM'), before)
})
