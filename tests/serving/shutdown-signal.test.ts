import t from 'tap'
import { ShutdownSignal } from '../../lib/serving/shutdown-signal.ts'

t.test('aborts with what it follows, for the same reason', (t) => {
  const shutdown = new ShutdownSignal()
  const { signal } = shutdown
  const server = new AbortController()
  shutdown.follow(server.signal)
  t.equal(signal.aborted, false)
  const reason = new Error('closing')
  server.abort(reason)
  t.equal(signal.reason, reason)
  t.equal(shutdown.signal, signal)
  t.end()
})

t.test('follows several at once, and the first decides', (t) => {
  const shutdown = new ShutdownSignal()
  const [one, two] = [new AbortController(), new AbortController()]
  shutdown.follow(one.signal)
  shutdown.follow(two.signal)
  two.abort('second server')
  one.abort('first server')
  t.equal(shutdown.signal.reason, 'second server')
  t.end()
})

t.test('is new for the next server, which the one before cannot stop', (t) => {
  const shutdown = new ShutdownSignal()
  const [one, late, next] = [new AbortController(), new AbortController(), new AbortController()]
  shutdown.follow(one.signal)
  shutdown.follow(late.signal)
  one.abort('over')
  shutdown.follow(next.signal)
  t.equal(shutdown.signal.aborted, false)
  late.abort('over too')
  t.equal(shutdown.signal.aborted, false)
  next.abort('now')
  t.equal(shutdown.signal.reason, 'now')
  t.end()
})

t.test('aborts at once with what has aborted already', (t) => {
  const shutdown = new ShutdownSignal()
  shutdown.follow(AbortSignal.abort('long ago'))
  t.equal(shutdown.signal.reason, 'long ago')
  t.end()
})

t.test('many may listen without a warning', async (t) => {
  const warnings: Error[] = []
  const listen = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const { signal } = new ShutdownSignal()
  for (let count = 0; count < 100; count++) signal.addEventListener('abort', () => {})
  await new Promise((resolve) => setImmediate(resolve))
  t.same(warnings, [])
})
