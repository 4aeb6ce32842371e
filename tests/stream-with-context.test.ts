import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import t from 'tap'
import { Flagon, g, has_request_context, request, session, stream_with_context } from '../lib/index.ts'
import { RawConnection } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

const makeApp = (): Flagon => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.testing = true
  app.secret_key = '110'
  return app
}

t.test('a generator sees its request while it is sent', async (t) => {
  const app = makeApp()
  function* lines(): Generator<string> {
    yield 'path '
    yield request.path
    yield ` ${g['user']} ${session['n']}`
  }
  async function* later(): AsyncGenerator<string> {
    await null
    yield* lines()
  }
  app.before_request(() => {
    g['user'] = 'ann'
    session['n'] = 7
  })
  app.get('/sync', () => stream_with_context(lines()))
  app.get('/async', () => stream_with_context(later()))
  app.get('/made', () => stream_with_context(lines)())
  app.get('/stream', () => stream_with_context(Readable.from(lines())))
  const client = app.test_client()
  for (const path of ['/sync', '/async', '/made', '/stream']) {
    t.equal((await client.get(path)).text, `path ${path} ann 7`)
  }
})

t.test('a generator sees its request also where another flow reads it', async (t) => {
  const app = makeApp()
  async function* later(): AsyncGenerator<string> {
    yield request.path
    await null
    yield request.path
  }
  const [sync, async_] = app.test_request_context('/here').run(() => [
    stream_with_context(
      (function* () {
        yield request.path
        yield request.path
      })(),
    ),
    stream_with_context(later()),
  ])
  t.notOk(has_request_context())
  t.same([...(sync ?? [])], ['/here', '/here'])
  const read: string[] = []
  for await (const piece of async_ ?? []) read.push(piece)
  t.same(read, ['/here', '/here'])
})

t.test('a function that makes a generator gets its arguments, and runs in the request', async (t) => {
  const app = makeApp()
  const make = app.test_request_context('/here').run(() =>
    stream_with_context(function* count(from: number, to: number) {
      for (let n = from; n <= to; n++) yield `${request.path} ${n}`
    }),
  )
  t.same([...make(1, 2)], ['/here 1', '/here 2'])
  t.same([...make(3, 3)], ['/here 3'])
})

t.test(
  'a generator that is given up runs its end in the request, and takes what is sent and thrown into it',
  async (t) => {
    const app = makeApp()
    const log: string[] = []
    function* lines(): Generator<string, string, string> {
      try {
        log.push(`sent ${yield 'first'}`)
        yield 'second'
      } catch (error) {
        yield `caught ${(error as Error).message}`
      } finally {
        log.push(`ended on ${request.path}`)
      }
      return 'returned'
    }
    const open = () => app.test_request_context('/here').run(() => stream_with_context(lines()))
    const early = open()
    t.same(early.next(), { value: 'first', done: false })
    t.same(early.next('x'), { value: 'second', done: false })
    t.same(early.return('over'), { value: 'over', done: true })
    t.same(log.splice(0), ['sent x', 'ended on /here'])
    const failed = open()
    failed.next()
    t.same(failed.throw(new Error('boom')), { value: 'caught boom', done: false })
    t.same(failed.next(), { value: 'returned', done: true })
    t.same(log, ['ended on /here'])
  },
)

t.test('any iterable will do; what it lacks does no harm', async (t) => {
  const app = makeApp()
  app.test_request_context().run(() => {
    const pieces = stream_with_context(['a', 'b'])
    t.same(pieces.next(), { value: 'a', done: false })
    t.same(pieces.return('x'), { value: 'x', done: true })
    t.throws(() => stream_with_context(['a']).throw(new Error('boom')), { message: 'boom' })
    for (const [source, text] of [
      ['text', '"text"'],
      [7, 'the number 7'],
      [undefined, 'undefined'],
      [{}, 'a Object'],
    ] as const) {
      t.throws(() => stream_with_context(source as never), {
        code: 'VIEW_RETURN',
        message: `stream_with_context was given ${text}: give it a generator, a stream, or a function that makes one`,
      })
    }
  })
})

t.test('the end of a request waits for its stream, and comes when the client leaves', async (t) => {
  const app = makeApp()
  const log: string[] = []
  const events = new EventEmitter()
  app.teardown_request(() => {
    log.push('teardown')
    events.emit('teardown')
  })
  app.get('/', () =>
    stream_with_context(
      (async function* () {
        try {
          for (let n = 0; ; n++) {
            yield `${n}\n`
            await new Promise((resolve) => setTimeout(resolve, 1))
          }
        } finally {
          log.push(`closed ${request.path}`)
          events.emit('closed')
        }
      })(),
    ),
  )
  const connection = await RawConnection.open(await servedApp(t, app))
  const torn = once(events, 'teardown')
  connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(connection.socket, 'data')
  t.same(log, [], 'it is still running')
  connection.close()
  await Promise.all([torn, once(events, 'closed')])
  t.same(log.sort(), ['closed /', 'teardown'])
})
