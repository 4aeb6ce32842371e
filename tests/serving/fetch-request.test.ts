import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { messageOf } from '../../lib/serving/fetch-request.ts'

function messageFor(url: string, init: RequestInit = {}): IncomingMessage {
  return messageOf(new Request(url, init), new Socket(), () => undefined).req
}

t.test('the message asks what the request asks', (t) => {
  const req = messageFor('https://shop.example:8443/a%20b?q=ü#part', { method: 'DELETE', headers: { 'X-A': 'b' } })
  t.same([req.method, req.url, req.httpVersion, req.complete], ['DELETE', '/a%20b?q=%C3%BC', '1.1', true])
  t.same(req.rawHeaders, ['Host', 'shop.example:8443', 'x-a', 'b'])
  t.same(req.headers, { host: 'shop.example:8443', 'x-a': 'b' })
  t.end()
})

t.test('a Host field that is given is the only one', (t) => {
  t.same(messageFor('http://a.example/', { headers: { Host: 'b.example' } }).rawHeaders, ['host', 'b.example'])
  t.end()
})

t.test('fields about a connection stay behind, and the framing is that of the body', (t) => {
  const cases: [init: RequestInit, fields: string[]][] = [
    [{ headers: { Connection: 'close', 'Keep-Alive': '5', Upgrade: 'h2c', 'Transfer-Encoding': 'gzip' } }, []],
    [{ headers: { 'Content-Length': '5' } }, []],
    [{ headers: { 'Content-Length': '0' } }, ['content-length', '0']],
    [{ method: 'POST', body: new Uint8Array(2) }, ['Transfer-Encoding', 'chunked']],
    [{ method: 'POST', body: new Uint8Array(2), headers: { 'Content-Length': '2' } }, ['content-length', '2']],
    [
      { method: 'POST', body: new Uint8Array(2), headers: { 'Content-Length': '+2', 'Transfer-Encoding': 'chunked' } },
      ['Transfer-Encoding', 'chunked'],
    ],
  ]
  for (const [init, fields] of cases) {
    t.same(messageFor('http://a.example/', init).rawHeaders, ['Host', 'a.example', ...fields], JSON.stringify(init))
  }
  t.end()
})

t.test('names that objects have of their own are headers like others', (t) => {
  const { headers } = messageFor('http://a.example/', {
    headers: [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
  })
  t.same(Object.entries(headers).slice(1), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  t.equal(Reflect.get({}, 'x'), undefined)
  t.end()
})

t.test('the body is read to its end, and not before it is asked for', async (t) => {
  let asked = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked++
        if (asked < 4) controller.enqueue(Buffer.from(`${asked}`))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const req = messageFor('http://a.example/', { method: 'POST', body, duplex: 'half' })
  await turn()
  t.equal(asked, 0)
  t.equal((await buffer(req)).toString(), '123')
  t.equal(req.complete, true)
})

t.test('what is kept of the body is a copy', async (t) => {
  const chunk = Buffer.from('kept')
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(chunk)
      controller.close()
    },
  })
  const read = await buffer(messageFor('http://a.example/', { method: 'POST', body, duplex: 'half' }))
  chunk.fill(0)
  t.equal(read.toString(), 'kept')
})
