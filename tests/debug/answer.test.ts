import { request as httpRequest } from 'node:http'
import t from 'tap'
import { lengthenStacks } from '../../lib/debug/answer.ts'
import { BadRequestKeyError, HTTPException } from '../../lib/http/exceptions.ts'
import { Flagon, make_response } from '../../lib/index.ts'
import { servedApp } from '../support/served-app.ts'

const BROWSER = { 'User-Agent': 'Mozilla/5.0', Accept: 'text/html,*/*;q=0.8' }
const PLAIN = /^<!doctype html>[\s\S]*500 Internal Server Error/

interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

/** The answer to a request with just these headers. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, path, method, headers, agent: false }, async (incoming) => {
      let body = ''
      for await (const chunk of incoming) body += String(chunk)
      const type = incoming.headers['content-type'] ?? ''
      resolve({ status: incoming.statusCode ?? 0, type, headers: incoming.headers, body })
    })
    sent.on('error', reject)
    sent.end()
  })
}

function failingApp(): Flagon {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'the-key-of-this-app-which-nobody-may-see'
  app.debug = true
  app.logger.disabled = true
  app.get('/', () => {
    throw new Error('boom <script>')
  })
  return app
}

t.test('a browser gets a page, a terminal text, a program JSON', async (t) => {
  const port = await servedApp(t, failingApp())
  const html = /^<!DOCTYPE html>[\s\S]*boom &lt;script&gt;/
  const text = /^Error: boom <script>\n {4}at .*answer\.test\.ts/
  const json = /^\{\n {2}"errors"[\s\S]*boom <script>/
  const CLIENTS: [headers: Record<string, string>, type: string, body: RegExp][] = [
    [BROWSER, 'text/html; charset=utf-8', html],
    [{ 'User-Agent': 'Mozilla/5.0', Accept: '*/*' }, 'text/html; charset=utf-8', html],
    [{ Accept: 'text/html' }, 'text/html; charset=utf-8', html],
    [{ 'User-Agent': 'curl/8.5.0', Accept: '*/*' }, 'text/plain; charset=utf-8', text],
    [{}, 'text/plain; charset=utf-8', text],
    [{ Accept: 'text/plain' }, 'text/plain; charset=utf-8', text],
    [{ ...BROWSER, Accept: 'application/json' }, 'application/json', json],
    [{ Accept: 'application/json, text/plain, */*' }, 'application/json', json],
    [{ Accept: '*/*', 'Content-Type': 'application/json' }, 'application/json', json],
    [{ Accept: 'image/png' }, 'text/plain; charset=utf-8', text],
  ]
  for (const [headers, type, body] of CLIENTS) {
    const answer = await ask(port, '/', headers)
    t.equal(answer.status, 500)
    t.equal(answer.type, type, JSON.stringify(headers))
    t.match(answer.body, body)
    t.match(answer.headers, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    t.match(answer.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/)
  }
  const { errors, advice, Request } = JSON.parse((await ask(port, '/', { Accept: 'application/json' })).body)
  t.match(errors, [{ name: 'Error', frames: [{ line: Number }] }])
  t.same(advice, [])
  t.equal(Request.method, 'GET')
  t.equal((await ask(port, '/', BROWSER, 'HEAD')).body, '')
})

// security 1.8: the page is for this machine alone (Werkzeug CVE-2024-34069)
t.test('outside of debug, in tests, and to anyone but this machine it is the plain page', async (t) => {
  const port = await servedApp(t, failingApp())
  for (const host of ['evil.test', 'localhost.evil.test:80', '192.168.0.1', '0.0.0.0']) {
    const answer = await ask(port, '/', { ...BROWSER, Host: host })
    t.match(answer.body, PLAIN, host)
    t.notMatch(answer.body, /boom|answer\.test/)
  }
  for (const [name, value] of [
    ['X-Forwarded-For', '127.0.0.1'],
    ['Origin', 'https://evil.test'],
  ] as const) {
    t.match((await ask(port, '/', { ...BROWSER, [name]: value })).body, PLAIN, name)
  }
  for (const change of [(app: Flagon) => (app.debug = false), (app: Flagon) => (app.testing = true)]) {
    const app = failingApp()
    change(app)
    t.match((await ask(await servedApp(t, app), '/', BROWSER)).body, PLAIN)
  }
})

t.test('PROPAGATE_EXCEPTIONS false, and a handler of the error, go before the page', async (t) => {
  const app = failingApp()
  app.config.PROPAGATE_EXCEPTIONS = false
  t.match((await ask(await servedApp(t, app), '/', BROWSER)).body, PLAIN)
  const other = failingApp()
  other.errorhandler(Error)(() => make_response('handled', 418))
  t.match(await ask(await servedApp(t, other), '/', BROWSER), { status: 418, body: 'handled' })
})

t.test('the test client gets the error itself', async (t) => {
  await t.rejects(failingApp().test_client().get('/'), { message: 'boom <script>' })
})

t.test('an error of a hook, and one while the response is written, have the page too', async (t) => {
  const app = failingApp()
  app.get('/hook', () => 'x')
  app.get('/header', () => {
    const response = make_response('x')
    response.headers.set('X-A', '\u{1f600}')
    return response
  })
  app.after_request((response) => {
    if (response.headers.get('X-A') === undefined) throw new Error('in a hook')
    return response
  })
  const port = await servedApp(t, app)
  t.match((await ask(port, '/hook')).body, /^Error: in a hook[\s\S]*after_request/)
  t.match((await ask(port, '/header')).body, /^TypeError/)
})

t.test('where the page fails, the plain one is sent and the failure is logged', async (t) => {
  const app = failingApp()
  const records: unknown[][] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => void records.push(args) }
  Object.defineProperty(app, 'url_map', { value: app.url_map })
  const port = await servedApp(t, app)
  // The page reads the config to find its secrets.
  let reads = 0
  app.log_exception = () => {
    app.config['BROKEN_TOKEN'] = undefined
    Object.defineProperty(app.config, 'BROKEN_TOKEN', {
      enumerable: true,
      get() {
        reads++
        throw new Error('unreadable')
      },
    })
  }
  t.match((await ask(port, '/', BROWSER)).body, PLAIN)
  t.ok(reads > 0)
  t.match(records, [[{ err: { message: 'unreadable', stack: /report\.ts/ } }, 'the debug page failed']])
})

t.test('stacks are lengthened, and never shortened', async (t) => {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 10
  lengthenStacks()
  t.equal(Error.stackTraceLimit, 60)
  t.match(new BadRequestKeyError('x').stack, /answer\.test/, 'also those of errors of clients')
  Error.stackTraceLimit = 100
  lengthenStacks()
  t.equal(Error.stackTraceLimit, 100)
  Error.stackTraceLimit = before
  HTTPException.trace_client_errors = false
})
