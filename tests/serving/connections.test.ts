import type { ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import { unfinishedExchange } from '../../lib/serving/connections.ts'
import { serve } from '../../lib/serving/server.ts'
import { trackConnections } from '../../lib/serving/shutdown.ts'
import { RawConnection } from '../support/raw-http.ts'

t.test('an exchange is unfinished from the request to the last byte of its answer', async (t) => {
  const seen: { socket: Socket; res: ServerResponse }[] = []
  const server = await serve((req, res) => void seen.push({ socket: req.socket, res }), { port: 0 })
  const client = await RawConnection.open((server.address() as AddressInfo).port)
  t.teardown(() => {
    client.close()
    server.close()
  })
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const [{ socket, res }] = seen as [(typeof seen)[number]]
  t.equal(unfinishedExchange(socket)?.res, res)
  res.end('x')
  await client.read()
  t.equal(unfinishedExchange(socket), undefined)
})

t.test('counts the open connections, one tracker to a server', async (t) => {
  const server = await serve((_req, res) => void res.end(), { port: 0 })
  const connections = trackConnections(server)
  t.equal(trackConnections(server), connections)
  t.equal(connections.size, 0)
  const clients = await Promise.all([1, 2].map(() => RawConnection.open((server.address() as AddressInfo).port)))
  while (connections.size < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  clients[0]?.close()
  while (connections.size > 1) await new Promise((resolve) => setTimeout(resolve, 1))
  t.equal(connections.destroyAll(), 1)
  await clients[1]?.rest()
  server.close()
})
