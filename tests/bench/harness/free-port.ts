import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOPBACK = '127.0.0.1'
const RETRY_MS = 20

/** A port of the loopback address that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until somebody listens on a port; false after `timeoutMs`, or as soon as `isLost` says that nobody will. */
export async function waitForPort(port: number, timeoutMs: number, isLost: () => boolean): Promise<boolean> {
  const end = performance.now() + timeoutMs
  while (performance.now() < end && !isLost()) {
    if (await accepts(port)) return true
    await sleep(RETRY_MS)
  }
  return false
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
