import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Flagon, make_response, redirect, request, session } from '../../lib/index.ts'
import { headerValues, RawConnection } from '../support/raw-http.ts'
import { servedApp } from '../support/served-app.ts'
import { get } from './hostile-client.ts'

/** What no page of an error in production may tell. */
const SECRETS: readonly RegExp[] = [
  /a-secret-of-the-server/,
  /boom/,
  /at .*\.[jt]s:\d+/,
  /node_modules|tests\/security/,
  /Error:/,
  new RegExp(process.cwd().replaceAll(/[/\\]/g, '.')),
]

interface Watched {
  readonly app: Flagon
  readonly records: unknown[][]
  readonly torn: unknown[]
}

function watchedApp(): Watched {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a-secret-of-the-server'
  const records: unknown[][] = []
  const torn: unknown[] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => void records.push(args) }
  app.teardown_request((error) => torn.push(error))
  app.get('/fine', () => 'fine')
  return { app, records, torn }
}

const bomb = new Proxy(new Error('boom'), {
  get(target, key) {
    if (key === 'name' || key === 'message' || key === 'stack') throw new Error('boom of a getter')
    return Reflect.get(target, key)
  },
})
const circular: Error & { cause?: unknown } = new Error('boom')
circular.cause = { again: circular }
const revoked = Proxy.revocable({}, {})
revoked.revoke()

/** Everything that can be thrown, or that a promise can be rejected with. */
const THROWN: readonly (readonly [name: string, value: unknown])[] = [
  ['an error', new Error('boom')],
  ['null', null],
  ['undefined', undefined],
  ['a string', 'boom'],
  ['a number', 7],
  ['a BigInt', 7n],
  ['a symbol', Symbol('boom')],
  ['a function', () => 'boom'],
  ['an error whose getters throw', bomb],
  ['an error that is its own cause', circular],
  ['an object without a prototype', Object.create(null)],
  ['a proxy that was revoked', revoked.proxy],
  ['an error of errors', new AggregateError([new Error('boom'), null], 'boom')],
  ['an error with a status', Object.assign(new Error('boom'), { code: 200, status: 200, statusCode: 200 })],
]

/** Sends a request that fails and one that does not over one connection. */
async function failThenFine(t: Test, port: number, path: string): Promise<void> {
  const connection = await RawConnection.open(port)
  connection.write(get(path) + get('/fine'))
  const failure = await connection.read()
  t.equal(failure.status, 500, path)
  for (const secret of SECRETS) t.notMatch(`${failure.body}`, secret)
  t.same(headerValues(failure, 'Server').concat(headerValues(failure, 'X-Powered-By')), [])
  t.equal(`${(await connection.read()).body}`, 'fine', 'the connection goes on')
  connection.close()
}

t.test('whatever a view throws is one 500 that tells nothing, one record and one teardown', async (t) => {
  for (const [name, value] of THROWN) {
    const { app, records, torn } = watchedApp()
    app.get('/sync', () => {
      throw value
    })
    app.get('/async', async () => {
      throw value
    })
    app.get('/later', () => new Promise((_, reject) => setTimeout(reject, 1, value)))
    app.get('/stream', () => Readable.from(failing(value)))
    app.get('/generator', () => failing(value))
    const port = await servedApp(t, app)
    for (const path of ['/sync', '/async', '/later', '/generator']) {
      records.length = 0
      torn.length = 0
      await t.test(`${name}, ${path}`, (t) => failThenFine(t, port, path))
      t.equal(records.length, 1)
      t.equal(torn.length, 2, 'once for each of the two requests')
    }
  }
})

function* failing(value: unknown): Generator<string> {
  if (value !== undefined || value === undefined) throw value
  yield ''
}

t.test('an error anywhere else in the life of a request is a 500 too, and torn down once', async (t) => {
  const fail = (): never => {
    throw new Error('boom')
  }
  const PLACES: [name: string, path: string, prepare: (app: Flagon) => unknown][] = [
    ['a hook before it', '/', (app) => app.before_request(fail)],
    ['a hook after it', '/', (app) => app.after_request(fail)],
    ['saving the session', '/', (app) => Object.assign(app.session_interface, { save_session: fail })],
    ['opening the session', '/', (app) => Object.assign(app.session_interface, { open_session: fail })],
    ['the handler of 404', '/nothing', (app) => app.errorhandler(404)(fail)],
    ['the handler of all errors', '/throws', (app) => app.errorhandler(Error)(fail)],
    ['the handler of 500', '/throws', (app) => app.errorhandler(500)(fail)],
    ['a hook after the handler of 500', '/throws', (app) => app.after_request(fail)],
  ]
  for (const [name, path, prepare] of PLACES) {
    const { app, records, torn } = watchedApp()
    app.get('/', () => {
      session.touched = 1
      return 'x'
    })
    app.get('/throws', fail)
    prepare(app)
    const port = await servedApp(t, app)
    const connection = await RawConnection.open(port)
    connection.write(get(path))
    const answer = await connection.read()
    t.equal(answer.status, 500, name)
    for (const secret of SECRETS) t.notMatch(`${answer.body}`, secret, name)
    t.ok(records.length >= 1, `${name} is logged`)
    t.equal(torn.length, 1, name)
    connection.close()
  }
})

t.test('an error after the head was sent breaks the connection, and is told once', async (t) => {
  const { app, records, torn } = watchedApp()
  app.get('/', () =>
    make_response(
      (async function* () {
        yield 'begun'
        await sleep(20)
        throw new Error('boom')
      })(),
    ),
  )
  app.teardown_request(() => {
    throw new Error('in teardown')
  })
  const port = await servedApp(t, app)
  const connection = await RawConnection.open(port)
  connection.write(get('/') + get('/fine'))
  const sent = await connection.rest()
  t.match(sent, /^HTTP\/1\.1 200 OK\r\n/)
  t.match(sent, 'begun')
  t.notMatch(sent, /\r\n0\r\n\r\n|fine|boom/, 'no client takes it for the whole')
  await sleep(20)
  t.equal(records.filter(([fields]) => (fields as { err: Error }).err.message === 'boom').length, 1)
  t.ok(torn.length >= 1)
  const next = await RawConnection.open(port)
  next.write(get('/fine'))
  t.equal(`${(await next.read()).body}`, 'fine')
  next.close()
})

t.test(
  'a header, cookie or location that cannot be sent is a 500 that is logged, and the connection goes on',
  async (t) => {
    const { app, records } = watchedApp()
    const VALUES: [name: string, respond: () => unknown][] = [
      ['/crlf', () => make_response('x', { 'X-A': 'a\r\nX-Evil: 1' })],
      ['/nul', () => make_response('x', { 'X-A': 'a\0' })],
      ['/wide', () => make_response('x', { 'X-A': 'Ā' })],
      ['/name', () => make_response('x', { 'X A': 'a' })],
      ['/location', () => redirect('/a\r\nX-Evil: 1')],
      ['/cookie', () => make_response('x').set_cookie('a\r\nX-Evil', '1')],
      ['/domain', () => make_response('x').set_cookie('a', '1', { domain: 'x; Secure\r\nX-Evil: 1' })],
      ['/status', () => make_response('x', '200 OK\r\nX-Evil: 1')],
      ['/type', () => make_response('x', { 'Content-Type': 'text/html\r\nX-Evil: 1' })],
    ]
    for (const [path, respond] of VALUES) app.get(path, () => respond() as string)
    app.get('/fine-location', () => redirect('/游客?q=é'))
    const port = await servedApp(t, app)
    for (const [path] of VALUES) {
      records.length = 0
      await t.test(path, (t) => failThenFine(t, port, path))
      t.equal(records.length, 1, `${path} is logged`)
    }
    const connection = await RawConnection.open(port)
    connection.write(get('/fine-location'))
    const answer = await connection.read()
    t.equal(answer.status, 302)
    t.same(headerValues(answer, 'Location'), ['/%E6%B8%B8%E5%AE%A2?q=%C3%A9'])
    connection.close()
  },
)

t.test('what a client sends makes no line of the log of its own', async (t) => {
  for (const format of ['text', 'json'] as const) await t.test(`as ${format}`, (t) => forgeLines(t, format))
})

async function forgeLines(t: Test, format: 'text' | 'json'): Promise<void> {
  const app = new Flagon(import.meta.url)
  app.config.LOG_FORMAT = format
  app.get('/<path:rest>', () => {
    throw new Error(`boom at ${request.path} for ${request.headers.get('User-Agent')}`)
  })
  const port = await servedApp(t, app)
  const lines: string[] = []
  const { write } = process.stderr
  process.stderr.write = (text: string | Uint8Array) => lines.push(`${text}`) > 0
  try {
    const connection = await RawConnection.open(port)
    connection.write(
      get('/%0a[2026-01-01T00:00:00.000Z]%20ERROR%20forged%1b[2J%e2%80%a8%c2%85', ['User-Agent: \x9b31mred']),
    )
    await connection.read()
    connection.close()
  } finally {
    process.stderr.write = write
  }
  const text = lines.join('')
  if (format === 'text') t.match(text, 'ERROR in')
  else t.match(JSON.parse(text), { level: 'error' }, 'one record')
  t.notMatch(text, /^\[2026-01-01/m, 'no line is forged')
  t.notMatch(text, /[\x1b\x9b\x85\u2028]/, 'and no terminal steered')
}

t.test('a header that a client sends is not repeated in the answer', async (t) => {
  const { app } = watchedApp()
  app.get('/', () => {
    session.get('x')
    return 'x'
  })
  const port = await servedApp(t, app)
  const connection = await RawConnection.open(port)
  connection.write(
    get('/', [
      'Vary: X-Evil',
      'Origin: http://evil.com',
      'X-Evil: evil',
      'Server: evil',
      'Access-Control-Request-Headers: X-Evil',
    ]),
  )
  const answer = await connection.read()
  t.same(headerValues(answer, 'Vary'), ['Cookie'])
  t.notMatch(answer.headers.flat().join('\n'), /evil/i)
  connection.close()
})
