import { buffer, text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { Wire } from '../../lib/testing/wire.ts'

t.test('what is written at one end is read at the other, both ways', async (t) => {
  const { client, server } = Wire.pair()
  client.end('question')
  server.end('answer')
  t.same(await Promise.all([text(server), text(client)]), ['question', 'answer'])
})

t.test('a writer waits for a reader that is slow', async (t) => {
  const { client, server } = Wire.pair()
  const chunk = Buffer.alloc(64 * 1024)
  let accepted = 0
  const writer = (async () => {
    for (let round = 0; round < 50; round += 1) {
      await new Promise<void>((resolve) => client.write(chunk, () => resolve()))
      accepted += 1
    }
    client.end()
  })()
  await delay(5)
  t.ok(accepted <= 2, `${accepted} of 50 chunks were taken before anyone read`)
  t.equal((await buffer(server)).length, 50 * chunk.length)
  await writer
  t.equal(accepted, 50)
})

t.test('an end that is destroyed ends the input of the other, after what was sent before', async (t) => {
  const { client, server } = Wire.pair()
  server.write('last words')
  server.destroy()
  t.equal(await text(client), 'last words')
})

t.test('writing to an end that is gone neither fails nor blocks', async (t) => {
  const { client, server } = Wire.pair()
  client.destroy()
  for (let round = 0; round < 10; round += 1) {
    await new Promise((resolve) => server.write(Buffer.alloc(64 * 1024), resolve))
  }
  t.notOk(server.destroyed)
})

t.test('a writer that waits is released when the reader goes away', async (t) => {
  const { client, server } = Wire.pair()
  const written = new Promise((resolve) => client.write(Buffer.alloc(1024 * 1024), resolve))
  await delay(1)
  server.destroy()
  await written
  t.notOk(client.writableNeedDrain)
})

t.test('the server sees the address of the client, and encryption only where there is some', async (t) => {
  const plain = Wire.pair()
  t.match(plain.server, { remoteAddress: '127.0.0.1', remoteFamily: 'IPv4', localPort: 80 })
  t.notOk('encrypted' in plain.server)
  const secure = Wire.pair({ remoteAddress: '2001:db8::7', encrypted: true })
  t.match(secure.server, { remoteAddress: '2001:db8::7', remoteFamily: 'IPv6', localPort: 443, encrypted: true })
})
