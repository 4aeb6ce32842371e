import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { Blueprint, close_gracefully, current_app, Flagon } from '../../lib/index.ts'
import { serve } from '../../lib/serving/server.ts'
import { exchangeRaw, RawConnection } from '../support/raw-http.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

function makeApp(): { app: Flagon; events: string[] } {
  const app = new Flagon('lifespan', { root_path: import.meta.dirname })
  app.logger.disabled = true
  const events: string[] = []
  const note = (word: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    events.push(`${word} ${current_app.name}`)
  }
  app.before_serving(note('before'))
  app.after_serving(note('after'))
  app.on_shutdown(note('shutdown'))
  const shop = new Blueprint('shop', 'shop', { root_path: import.meta.dirname })
  shop.before_app_serving(note('shop before'))
  shop.after_app_serving(note('shop after'))
  shop.on_app_shutdown(note('shop shutdown'))
  app.register_blueprint(shop)
  return { app, events }
}

t.test('hooks run in an app context: before the first connection, at the shutdown, after the last one', async (t) => {
  const { app, events } = makeApp()
  let finish = (): void => undefined
  app.get('/', async () => {
    events.push('request')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    events.push('answer')
    return 'done'
  })
  const server = await app.run({ port: 0, signals: false })
  t.same(events.splice(0), ['before lifespan', 'shop before lifespan'])
  const client = await RawConnection.open((server.address() as AddressInfo).port)
  client.write(GET)
  while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const closed = close_gracefully(server)
  while (events.length < 3) await new Promise((resolve) => setTimeout(resolve, 1))
  finish()
  await closed
  t.same(events, [
    'request',
    'shutdown lifespan',
    'shop shutdown lifespan',
    'answer',
    'after lifespan',
    'shop after lifespan',
  ])
})

t.test('an app that two servers carry is started by the first and shut down by the last', async (t) => {
  const { app, events } = makeApp()
  const options = { port: 0, signals: false }
  const servers = [await app.run(options), await app.run(options)] as const
  await close_gracefully(servers[0])
  t.notMatch(events, ['after lifespan'])
  t.equal(events.filter((event) => event === 'before lifespan').length, 1)
  await close_gracefully(servers[1])
  t.equal(events.filter((event) => event === 'after lifespan').length, 1)
})

t.test('a server that is closed in another way runs what comes after it too', async (t) => {
  const { app, events } = makeApp()
  const server = await app.run({ port: 0, signals: false })
  await new Promise((resolve) => server.close(resolve))
  while (!events.includes('shop after lifespan')) await new Promise((resolve) => setTimeout(resolve, 1))
  t.notOk(events.includes('shutdown lifespan'))
})

t.test('a failure before serving ends the start, with its cause', async (t) => {
  const { app } = makeApp()
  const cause = new Error('connection refused')
  app.before_serving(function connect() {
    throw cause
  })
  await t.rejects(app.run({ port: 0, signals: false }), {
    code: 'STARTUP_FAILED',
    message: "The before_serving function connect of the app 'lifespan' failed: connection refused",
    cause,
  })
})

t.test('what was opened is closed where the address is taken', async (t) => {
  const { app, events } = makeApp()
  const other = await serve(() => undefined, { port: 0 })
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  await t.rejects(app.run({ port, signals: false }), { code: 'ADDRESS_UNAVAILABLE' })
  t.match(events, ['before lifespan', 'shop before lifespan', 'after lifespan', 'shop after lifespan'])
})

t.test('all hooks at the end run, also when one fails', async (t) => {
  const { app, events } = makeApp()
  const logged: unknown[] = []
  app.logger = {
    debug() {},
    info() {},
    warn() {},
    error: (...args: unknown[]) => void logged.push(...args),
  }
  app.on_shutdown_funcs.unshift(() => Promise.reject(new Error('one')))
  app.after_serving_funcs.unshift(() => {
    throw new Error('two')
  })
  await close_gracefully(await app.run({ port: 0, signals: false }))
  t.match(logged, [
    { err: { message: 'one' } },
    'on_shutdown function failed',
    { err: { message: 'two' } },
    'after_serving function failed',
  ])
  t.equal(events.length, 6)
})

t.test('startup and shutdown run the hooks without a server, for tests', async (t) => {
  const { app, events } = makeApp()
  await app.startup()
  await app.shutdown()
  t.same(events, ['before lifespan', 'shop before lifespan', 'after lifespan', 'shop after lifespan'])
})

t.test('hooks are set up before the first request', async (t) => {
  const { app } = makeApp()
  app.get('/', () => '')
  await app.test_client().get('/')
  for (const name of ['before_serving', 'after_serving', 'on_shutdown'] as const) {
    t.throws(() => app[name](() => undefined), { code: 'SETUP_FINISHED' })
  }
})

t.test('the limits of the config are those of the server', async (t) => {
  const { app } = makeApp()
  app.config.update({ SERVER_HEADERS_TIMEOUT: 3, SERVER_REQUEST_TIMEOUT: 4, SERVER_KEEP_ALIVE_TIMEOUT: 7 })
  app.config.SERVER_MAX_HEADER_SIZE = 1000
  app.config.SERVER_MAX_HEADER_FIELDS = 3
  app.get('/', () => 'fine')
  const server = await app.run({ port: 0, signals: false, limits: { keep_alive_timeout: 8 } })
  t.teardown(() => server.close())
  t.match(server, { headersTimeout: 3000, requestTimeout: 4000, keepAliveTimeout: 8000 })
  const { port } = server.address() as AddressInfo
  const ask = async (fields: string): Promise<number> =>
    (await exchangeRaw(port, `GET / HTTP/1.1\r\nHost: localhost\r\n${fields}Connection: close\r\n\r\n`)).status
  t.equal(await ask('A: 1\r\n'), 200)
  t.equal(await ask('A: 1\r\nB: 2\r\n'), 431, 'too many fields')
  t.equal(await ask(`A: ${'x'.repeat(1200)}\r\n`), 431, 'too large a header')
})

const IMPOSSIBLE: [values: Partial<Flagon['config']>, message: RegExp][] = [
  [{ SERVER_HEADERS_TIMEOUT: -1 }, /SERVER_HEADERS_TIMEOUT must be a number of at least 0, not -1/],
  [{ SERVER_SHUTDOWN_TIMEOUT: Number.NaN }, /SERVER_SHUTDOWN_TIMEOUT must be .* not NaN/],
  [{ SERVER_HEADERS_TIMEOUT: 90 }, /SERVER_HEADERS_TIMEOUT \(90\) is longer than SERVER_REQUEST_TIMEOUT \(60\)/],
]
for (const [values, message] of IMPOSSIBLE) {
  t.test(`refuses ${Object.keys(values)} of ${Object.values(values)}`, async (t) => {
    const { app } = makeApp()
    app.config.update(values)
    await t.rejects(app.run({ port: 0, signals: false }), { code: 'CONFIG_VALUE', message })
  })
}

t.test('listens for signals, but not where the program has its own, and not in tests', async (t) => {
  const before = process.listenerCount('SIGTERM')
  for (const [testing, signals, added] of [
    [false, undefined, 1],
    [false, false, 0],
    [true, undefined, 0],
    [true, true, 1],
  ] as const) {
    const { app } = makeApp()
    app.testing = testing
    const server = await app.run({ port: 0, signals })
    t.equal(process.listenerCount('SIGTERM') - before, added)
    await close_gracefully(server)
    t.equal(process.listenerCount('SIGTERM'), before)
  }
  const { app } = makeApp()
  app.get('/', () => '')
  await app.test_client().get('/')
  t.equal(process.listenerCount('SIGTERM'), before, 'a test client has none')
})

const APP = `
import { event_stream, Flagon, request } from '${new URL('../../lib/index.ts', import.meta.url).href}'
const app = new Flagon('signals', { root_path: '/tmp' })
app.on_shutdown(() => console.log('shutdown'))
app.after_serving(() => console.log('after'))
app.get('/', () => event_stream(async function* () {
  yield 'first'
  await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
  yield 'last'
}()))
const server = await app.run({ port: 0 })
console.log(server.address().port)
`

t.test('SIGTERM ends event streams by their signal, runs the hooks and ends with exit code 0', async (t) => {
  const child: ChildProcess = spawn(process.execPath, [TYPESCRIPT_LOADER, '--input-type=module', '-e', APP], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  while (!output.includes('\n')) await once(child.stdout ?? child, 'data')
  const client = await RawConnection.open(Number(output))
  client.write(GET)
  await once(client.socket, 'data')
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const { body } = await client.read()
  t.match(body.toString(), 'data: first')
  t.same(await exited, [0, null])
  t.match(output, /\nshutdown\nafter\n$/)
})
