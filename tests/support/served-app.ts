import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { Flagon } from '../../lib/index.ts'

/** The port on which an app is served, on loopback, until the test ends. */
export async function servedApp(t: Test, app: Flagon): Promise<number> {
  const server = await app.run({ host: '127.0.0.1', port: 0, signals: false })
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}
