import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { type ConnectionTaker, HeldPort } from '../../lib/serving/held-port.ts'

/** Takes connections when the test lets it. */
class Taker implements ConnectionTaker {
  readonly given: { socket: Socket; end: (isTaken: boolean) => void }[] = []

  take(socket: Socket): Promise<boolean> {
    return new Promise((end) => this.given.push({ socket, end }))
  }
}

async function hold(t: Test): Promise<{ port: HeldPort; client(): Promise<Socket> }> {
  const port = await HeldPort.hold({ port: 0 })
  t.teardown(() => port.close())
  const number = (port.server.address() as AddressInfo).port
  const client = async (): Promise<Socket> => {
    const socket = connect(number, '127.0.0.1')
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    socket.on('error', () => undefined)
    return socket
  }
  return { port, client }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

t.test('what connects waits for a taker, which gets one connection at a time', async (t) => {
  const { port, client } = await hold(t)
  await Promise.all([client(), client(), client()])
  await turn()
  t.equal(port.waiting, 3)
  const taker = new Taker()
  port.add(taker)
  t.equal(taker.given.length, 1)
  taker.given[0]?.end(true)
  await turn()
  t.equal(taker.given.length, 2)
  t.equal(port.waiting, 1)
})

t.test('takers take turns, and one that is busy is passed over', async (t) => {
  const { port, client } = await hold(t)
  const [busy, quick] = [new Taker(), new Taker()]
  port.add(busy)
  port.add(quick)
  for (let count = 0; count < 3; count++) {
    await client()
    await turn()
    quick.given.at(-1)?.end(true)
    await turn()
  }
  t.equal(busy.given.length, 1)
  t.equal(quick.given.length, 2)
})

t.test('a connection that its taker did not take goes to another, before those that came later', async (t) => {
  const { port, client } = await hold(t)
  const [dying, other] = [new Taker(), new Taker()]
  port.add(dying)
  const first = await client()
  await turn()
  await client()
  await turn()
  port.remove(dying)
  dying.given[0]?.end(false)
  await turn()
  port.add(other)
  t.equal(other.given[0]?.socket.remotePort, first.localPort)
  t.equal(port.waiting, 1)
  t.equal(dying.given.length, 1, 'one that was removed gets no other')
})

t.test('nothing is read from a connection before it is taken', async (t) => {
  const { port, client } = await hold(t)
  const taker = new Taker()
  port.add(taker)
  const socket = await client()
  socket.write('GET')
  await turn()
  t.equal(taker.given[0]?.socket.bytesRead, 0)
})

t.test('closing refuses new connections, and cuts off those that nobody can take', async (t) => {
  const { port, client } = await hold(t)
  const waiting = await client()
  await turn()
  port.close()
  await once(waiting, 'close')
  await t.rejects(client(), { code: 'ECONNREFUSED' })
})

t.test('an address that is taken is an error', async (t) => {
  const { port } = await hold(t)
  const taken = (port.server.address() as AddressInfo).port
  await t.rejects(HeldPort.hold({ port: taken }), { code: 'ADDRESS_UNAVAILABLE' })
  await t.rejects(HeldPort.hold({ port: -1 }), { code: 'CONFIG_VALUE' })
})
