import type { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { Connections } from './connections.ts'

/** Milliseconds between two looks for connections that have become idle. */
const SWEEP_INTERVAL_MS = 50
const DEFAULT_DEADLINE_SECONDS = 10
const MS_PER_SECOND = 1000
/** What process managers and Ctrl+C send. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

const connectionsOf = new WeakMap<HttpServer, Connections>()

/** The connections of a server, counted from the first call on. */
export function trackConnections(server: HttpServer): Connections {
  const known = connectionsOf.get(server)
  if (known !== undefined) return known
  const connections = new Connections()
  connectionsOf.set(server, connections)
  // The sockets of requests are the decrypted ones, which a server for TLS announces apart.
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket) => connections.add(socket))
  return connections
}

/** Aborts when {@link close_gracefully} begins to close the server; for work that would go on without end. */
export function closingSignal(server: HttpServer): AbortSignal {
  return trackConnections(server).draining
}

/**
 * Stops a server that `app.run` gave without cutting off anyone: it takes no new connections, answers what was asked
 * with `Connection: close`, and closes each connection as it becomes idle. `app.shutdown_signal` and the `request.signal`
 * of what is being answered abort at its beginning, so that answers without an end come to one.
 *
 * `http.Server.close()` is not enough: it resets idle connections at once, also those on which a request is on its way,
 * and lets those that become idle later live on.
 *
 * @param deadlineSeconds - seconds after which the connections that are left are cut off; default 10.
 * @returns how many connections were cut off at the deadline: 0 when all answers were sent.
 */
export async function close_gracefully(
  server: HttpServer,
  deadlineSeconds: number = DEFAULT_DEADLINE_SECONDS,
): Promise<number> {
  if (!server.listening) return 0
  const connections = trackConnections(server)
  connections.drain()
  const closed = new Promise<void>((resolve) => {
    // The method of net.Server only stops listening; that of http.Server would reset idle connections as well.
    NetServer.prototype.close.call(server, () => resolve())
  })
  const sweep = setInterval(() => {
    server.closeIdleConnections()
    connections.closeUnused()
  }, SWEEP_INTERVAL_MS)
  let cutOff = 0
  const deadline = setTimeout(() => {
    cutOff = connections.destroyAll()
    server.closeAllConnections()
  }, deadlineSeconds * MS_PER_SECOND)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
  // Listening is over; this only stops the timer with which http.Server looks for late requests.
  server.close(() => undefined)
  return cutOff
}

/**
 * Closes the server gracefully when the process is told to end, then sends the signal again, which ends the process; other
 * listeners of the signal hear it twice. A second signal from outside ends it at once. Nothing is left behind once the
 * server closed for another reason.
 *
 * @param deadlineSeconds - as for {@link close_gracefully}.
 */
export function closeOnSignals(server: HttpServer, deadlineSeconds?: number): void {
  const forget = (): void => {
    for (const signal of STOP_SIGNALS) process.off(signal, stop)
  }
  const stop = (signal: NodeJS.Signals): void => {
    forget()
    void close_gracefully(server, deadlineSeconds).then(() => {
      // By the signal itself, so that whoever sent it sees what ended the process, and that it does end.
      process.kill(process.pid, signal)
    })
  }
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
  server.once('close', forget)
}
