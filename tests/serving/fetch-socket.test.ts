import { once } from 'node:events'
import { Socket } from 'node:net'
import t from 'tap'
import { FetchSocket } from '../../lib/serving/fetch-socket.ts'

/** A socket and what it handed on; a chunk is taken when `take` is called. */
function makeSocket(isEncrypted = false) {
  const seen: string[] = []
  const waiting: (() => void)[] = []
  const receive = (bytes: Buffer, done: () => void): void => {
    seen.push(bytes.toString('latin1'))
    waiting.push(done)
  }
  return { socket: new FetchSocket({ receive }, isEncrypted), seen, take: () => waiting.shift()?.() }
}

t.test('text is handed on in its encoding, and what was written together in one piece', (t) => {
  const { socket, seen, take } = makeSocket()
  socket.write('ü', 'utf8')
  take()
  socket.cork()
  socket.write('a\xfc', 'latin1')
  socket.write('')
  socket.write(Buffer.from('b'))
  socket.uncork()
  t.same(seen, ['\xc3\xbc', 'a\xfcb'])
  t.end()
})

t.test('a chunk waits until the one before it is taken', async (t) => {
  const { socket, seen, take } = makeSocket()
  t.equal(socket.write(Buffer.alloc(socket.writableHighWaterMark)), false)
  socket.write('next')
  t.equal(seen.length, 1)
  take()
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(seen.length, 2)
  const drained = once(socket, 'drain')
  take()
  await drained
})

t.test('it looks like a connection without an address', async (t) => {
  const { socket } = makeSocket()
  t.ok(socket instanceof Socket)
  t.same([socket.remoteAddress, socket.localAddress, 'encrypted' in socket], [undefined, undefined, false])
  t.equal(Reflect.get(makeSocket(true).socket, 'encrypted'), true)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.destroy(new Error('not heard of'))
  await closed
  t.equal(socket.destroyed, true)
})
