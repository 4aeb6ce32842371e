import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import t from 'tap'
import { Flagon, g, log_context, request } from '../lib/index.ts'
import type { LogRecord } from '../lib/logging/record.ts'
import { StderrLogger, type StderrLoggerOptions } from '../lib/logging.ts'
import { servedApp } from './support/served-app.ts'

/** What is written to standard error while `work` runs; as if it were a terminal where `isTerminal` is true. */
function written(work: () => void, isTerminal = false): string {
  const { stderr } = process
  const { write, isTTY, hasColors } = stderr
  let text = ''
  stderr.write = (chunk: string | Uint8Array) => {
    text += String(chunk)
    return true
  }
  stderr.isTTY = isTerminal
  stderr.hasColors = () => process.env['NO_COLOR'] === undefined
  try {
    work()
  } finally {
    Object.assign(stderr, { write, isTTY, hasColors })
  }
  return text
}

const textLogger = (options: StderrLoggerOptions = {}) => new StderrLogger('shop', { format: () => 'text', ...options })

t.test('a record is a line with time, level, name and text', async (t) => {
  t.match(
    written(() => textLogger().warn('low on', 7, 'jars')),
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] WARNING in shop: low on 7 jars\n$/,
  )
})

t.test('records below the level are left out, all of them when silent or disabled', async (t) => {
  let level: 'debug' | 'warn' | 'silent' = 'warn'
  const logger = textLogger({ level: () => level })
  const all = () => {
    for (const name of ['debug', 'info', 'warn', 'error'] as const) logger[name](name)
  }
  const names = () => written(all).match(/\w+$/gm)
  t.same(names(), ['warn', 'error'])
  level = 'debug'
  t.same(names(), ['debug', 'info', 'warn', 'error'])
  level = 'silent'
  t.equal(written(all), '')
  level = 'debug'
  logger.disabled = true
  t.equal(written(all), '')
})

t.test('the level comes from the config, else from debug mode', async (t) => {
  const app = new Flagon(import.meta.url)
  const count = () =>
    written(() => {
      app.logger.debug('x')
      app.logger.info('x')
      app.logger.error('x')
    }).split('\n').length - 1
  t.equal(count(), 2)
  app.debug = true
  t.equal(count(), 3)
  app.config.LOG_LEVEL = 'error'
  t.equal(count(), 1)
})

t.test('a terminal gets text in colour, unless NO_COLOR is set; anything else gets JSON', async (t) => {
  const logger = new StderrLogger('shop')
  const say = () => logger.info('x')
  const before = process.env['NO_COLOR']
  delete process.env['NO_COLOR']
  t.match(written(say, true), /^\[[\dT:.Z-]+\] \u001b\[32mINFO\u001b\[0m in shop: x\n$/)
  process.env['NO_COLOR'] = '1'
  t.match(written(say, true), /\] INFO in shop: x\n$/)
  if (before === undefined) delete process.env['NO_COLOR']
  else process.env['NO_COLOR'] = before
  t.match(JSON.parse(written(say)), { level: 'info', app: 'shop', msg: 'x' })
  t.match(
    written(() => new StderrLogger('shop', { format: () => 'json' }).info('x'), true),
    /^\{"time":"[\dT:.Z-]+","level":"info","app":"shop","msg":"x"\}\n$/,
  )
})

t.test('text from clients cannot forge a line or steer a terminal', async (t) => {
  const logger = textLogger()
  const line = written(() => logger.info('GET /\r\n[ERROR] forged \u001b[2J \u0085 \u2028 end'))
  t.equal(line.split('\n').length, 2)
  t.match(line, /forged \\x1b\[2J \\x85 \\x2028 end\n$/)
})

t.test('the text of an error begins no line of its own either', async (t) => {
  const forged = '\n[2026-01-01T00:00:00.000Z] ERROR in shop: forged'
  const error = new Error(`above${forged}`, { cause: new Error(`below${forged}`) })
  const lines = written(() => textLogger().error('failed', error, { text: forged }))
    .trimEnd()
    .split('\n')
  t.match(lines[0], /ERROR in shop: failed Error: above$/)
  for (const line of lines.slice(1)) t.match(line, /^ /, 'every further line is indented')
})

t.test('errors are written with stack and cause', async (t) => {
  const line = written(() => textLogger().error('failed', new Error('above', { cause: new Error('below') })))
  t.match(line, /Error: above/)
  t.match(line, /below/)
  t.match(line, /logging\.test/)
})

t.test(
  'what is written within a request bears its id, which the response has too where the config says so',
  async (t) => {
    const app = new Flagon(import.meta.url)
    app.config.REQUEST_ID_HEADER = 'X-Request-ID'
    app.get('/', async () => {
      app.logger.info('first')
      await null
      app.logger.info('second')
      return request.id
    })
    app.get('/boom', () => {
      throw new Error('boom')
    })
    app.after_request((response) => {
      t.equal(response.headers.get('X-Request-ID'), undefined, 'it is put in last')
      return response
    })
    const client = app.test_client()
    let records = ''
    const original = process.stderr.write
    process.stderr.write = (chunk: string | Uint8Array) => {
      records += String(chunk)
      return true
    }
    t.teardown(() => {
      process.stderr.write = original
    })
    const response = await client.get('/', { headers: { 'X-Request-ID': 'from-a-client' } })
    const failure = await client.get('/boom')
    const missing = await client.get('/nowhere')
    app.logger.info('outside')
    process.stderr.write = original
    const ids = records
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).request_id)
    t.match(response.text, /^[\w-]{12}$/)
    const header = (answer: typeof response) => answer.headers.get('X-Request-ID')
    t.equal(header(response), response.text)
    t.match(header(missing), /^[\w-]{12}$/)
    t.same(ids, [response.text, response.text, header(failure), undefined])
    t.equal(new Set([header(response), header(failure), header(missing)]).size, 3)
  },
)

t.test('a response has no id unless the config names its field', async (t) => {
  const app = new Flagon(import.meta.url)
  app.get('/', () => 'x')
  t.equal((await app.test_client().get('/')).headers.get('X-Request-ID'), undefined)
})

t.test('the page of last resort has the id as well', async (t) => {
  const app = new Flagon(import.meta.url)
  app.config.REQUEST_ID_HEADER = 'X-Request-ID'
  app.config.LOG_LEVEL = 'silent'
  app.errorhandler(500)(() => {
    throw new Error('again')
  })
  app.get('/', () => {
    throw new Error('boom')
  })
  const port = await servedApp(t, app)
  const response = await fetch(`http://127.0.0.1:${port}/`)
  t.equal(response.status, 500)
  t.match(response.headers.get('X-Request-ID'), /^[\w-]{12}$/)
})

t.test('a logger of pino takes the records of the app, with error and id', async (t) => {
  const app = new Flagon(import.meta.url)
  const lines: Record<string, unknown>[] = []
  const stream = Object.assign(new EventEmitter(), { write: (line: string) => void lines.push(JSON.parse(line)) })
  app.logger = pino({ mixin: log_context, base: null }, stream)
  app.config.EXPLAIN_TEMPLATE_LOADING = true
  let id = ''
  app.get('/boom', () => {
    id = request.id
    g.set('x', 1)
    app.logger.info({ cart: 7 }, 'paid %s', 'ann')
    throw new Error('boom')
  })
  t.equal((await app.test_client().get('/boom')).status_code, 500)
  t.match(lines, [
    { level: 30, msg: 'paid ann', cart: 7, request_id: id },
    {
      level: 50,
      msg: 'Exception on /boom [GET]',
      request_id: id,
      err: { type: 'Error', message: 'boom', stack: /at / },
    },
  ])
  lines.length = 0
  app.logger.warn('outside')
  t.same(Object.keys(lines[0] ?? {}), ['level', 'time', 'msg'])
})

t.test('the default writes the same records as a logger of pino does, by its own names', async (t) => {
  const logger = new StderrLogger('shop')
  const failure = new TypeError('boom', { cause: 'below' })
  const RECORDS: [args: unknown[], record: Partial<Record<keyof LogRecord | string, unknown>>][] = [
    [['plain'], { msg: 'plain' }],
    [['hello %s, %d', 'ann', 7], { msg: 'hello ann, 7' }],
    [[{ cart: 7 }, 'paid %s', 'ann'], { msg: 'paid ann', cart: 7 }],
    [[{ cart: 7 }], { msg: '', cart: 7 }],
    [[failure, 'failed'], { msg: 'failed', err: { type: 'TypeError', message: 'boom', stack: /at /, cause: 'below' } }],
    [['failed', failure], { msg: 'failed', err: { message: 'boom' } }],
    [[{ err: failure }, 'failed'], { msg: 'failed', err: { message: 'boom' } }],
  ]
  for (const [args, record] of RECORDS) t.match(JSON.parse(written(() => logger.info(...args))), record)
})
