import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'

t.test('a made-up message has what node gives one', async (t) => {
  const req = makeIncoming({
    method: 'POST',
    url: '/a?b=c',
    rawHeaders: ['Host', 'x', 'HOST', 'y', 'X-A', '1', 'x-a', '2', 'Cookie', 'a=1', 'cookie', 'b=2', '__proto__', 'z'],
    body: Buffer.from('hello'),
    remote_addr: '203.0.113.9',
    scheme: 'https',
  })
  t.match(req, { method: 'POST', url: '/a?b=c', httpVersion: '1.1', complete: true })
  t.match(req.headers, { host: 'x', 'x-a': '1, 2', cookie: 'a=1; b=2' })
  t.ok(Object.hasOwn(req.headers, '__proto__'))
  t.equal(req.socket.remoteAddress, '203.0.113.9')
  t.equal(Reflect.get(req.socket, 'encrypted'), true)
  t.equal(await text(req), 'hello')
})

t.test('asks for / from loopback unless told otherwise', async (t) => {
  const req = makeIncoming()
  t.match(req, { method: 'GET', url: '/', rawHeaders: [], socket: { remoteAddress: '127.0.0.1' } })
  t.equal(await text(req), '')
})

t.test('a stream is read as it is asked for', async (t) => {
  let made = 0
  const source = Readable.from(
    (function* () {
      for (; made < 1000; made++) yield Buffer.alloc(10_000, 'x')
    })(),
    { objectMode: false },
  )
  const req = makeIncoming({ body: source })
  t.notOk(req.complete)
  req.read(0)
  await new Promise((done) => setTimeout(done, 20))
  t.ok(made < 100, `${made} pieces wait`)
  t.equal((await text(req)).length, 10_000_000)
  t.ok(req.complete)
})

t.test('a stream that fails cuts the message off', async (t) => {
  const source = new Readable({
    read() {
      this.destroy(new Error('broken'))
    },
  })
  await t.rejects(text(makeIncoming({ body: source })))
})
