import { AsyncLocalStorage } from 'node:async_hooks'
import { Socket } from 'node:net'
import t from 'tap'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { RequestSignal } from '../../lib/wrappers/request-signal.ts'

t.test('aborts when the connection closes', (t) => {
  const req = makeIncoming()
  const { signal } = new RequestSignal(req, undefined)
  t.equal(signal.aborted, false)
  req.socket.emit('close')
  t.match(signal, { aborted: true, reason: { name: 'AbortError' } })
  t.end()
})

t.test('aborts when the server shuts down, for its reason', (t) => {
  const shutdown = new AbortController()
  const { signal } = new RequestSignal(makeIncoming(), shutdown.signal)
  const reason = new Error('stopping')
  shutdown.abort(reason)
  t.equal(signal.reason, reason)
  t.equal(new RequestSignal(makeIncoming(), shutdown.signal).signal.reason, reason, 'also when it did so before')
  t.end()
})

t.test('has aborted when the client left before', (t) => {
  const req = makeIncoming()
  Object.defineProperty(req, 'socket', { value: new Socket().destroy() })
  t.equal(new RequestSignal(req, undefined).signal.aborted, true)
  t.end()
})

t.test('released, it aborts no more and listens to nothing', (t) => {
  const shutdown = new AbortController()
  const req = makeIncoming()
  const before = req.socket.listenerCount('close')
  const watched = new RequestSignal(req, shutdown.signal)
  t.equal(req.socket.listenerCount('close'), before + 1)
  watched.release()
  watched.release()
  t.equal(req.socket.listenerCount('close'), before)
  req.socket.emit('close')
  shutdown.abort()
  t.equal(watched.signal.aborted, false)
  t.end()
})

t.test('listeners run in the context of the request', (t) => {
  const storage = new AsyncLocalStorage<string>()
  const req = makeIncoming()
  const seen: (string | undefined)[] = []
  storage.run('request', () => {
    const { signal } = new RequestSignal(req, undefined)
    signal.addEventListener('abort', () => seen.push(storage.getStore()))
  })
  req.socket.emit('close')
  t.same(seen, ['request'])
  t.end()
})
