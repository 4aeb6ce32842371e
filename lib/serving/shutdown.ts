import type { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { Connections } from './connections.ts'
import { inheritedPortOf } from './inherited-port.ts'

/** Milliseconds between two looks for connections that have become idle. */
const SWEEP_INTERVAL_MS = 50
/** Seconds that a server has to shut down where nothing else is said. */
export const DEFAULT_SHUTDOWN_SECONDS = 10
const MS_PER_SECOND = 1000

/** What an app does while its server shuts down; neither may reject. */
export interface ShutdownSteps {
  /** Runs when the shutdown begins, beside the answers that are still being made. */
  begin(): Promise<unknown>
  /** Runs when the last connection is closed. */
  end(cutOff: number): Promise<unknown>
}

interface ServerState {
  readonly connections: Connections
  deadlineSeconds: number
  steps: ShutdownSteps | undefined
  closing: Promise<number> | undefined
}

const states = new WeakMap<HttpServer, ServerState>()

function stateOf(server: HttpServer): ServerState {
  const known = states.get(server)
  if (known !== undefined) return known
  const connections = new Connections()
  const state = { connections, deadlineSeconds: DEFAULT_SHUTDOWN_SECONDS, steps: undefined, closing: undefined }
  states.set(server, state)
  // The sockets of requests are the decrypted ones, which a server for TLS announces apart.
  const isSecure = 'setSecureContext' in server
  server.on(isSecure ? 'secureConnection' : 'connection', (socket) => connections.add(socket))
  if (isSecure) server.on('connection', (socket) => connections.addEncrypted(socket))
  return state
}

/** The connections of a server, counted from the first call on. */
export function trackConnections(server: HttpServer): Connections {
  return stateOf(server).connections
}

/** Aborts when {@link close_gracefully} begins to close the server; for work that would go on without end. */
export function closingSignal(server: HttpServer): AbortSignal {
  return trackConnections(server).draining
}

/** Sets how many seconds a server has to shut down. */
export function setShutdownDeadline(server: HttpServer, seconds: number): void {
  stateOf(server).deadlineSeconds = seconds
}

/** Adds what an app does at the shutdown of a server; its end also runs where the server is closed in another way. */
export function atShutdown(server: HttpServer, steps: ShutdownSteps): void {
  const state = stateOf(server)
  state.steps = steps
  server.once('close', () => {
    if (state.closing === undefined) void steps.end(0)
  })
}

/**
 * Stops a server that `app.run` gave without cutting off anyone: it takes no new connections, answers what was asked
 * with `Connection: close`, and closes each connection as it becomes idle. `app.shutdown_signal` and the `request.signal`
 * of what is being answered abort at its beginning, so that answers without an end come to one; then the `on_shutdown`
 * functions run, and after the last connection the `after_serving` functions.
 *
 * `http.Server.close()` is not enough: it resets idle connections at once, also those on which a request is on its way,
 * and lets those that become idle later live on.
 *
 * @param deadlineSeconds - seconds after which the connections that are left are cut off; default: `SERVER_SHUTDOWN_TIMEOUT`
 *   of the app that `app.run` serves, else 10.
 * @returns how many connections were cut off at the deadline: 0 when all answers were sent. A second call gets the same
 *   promise.
 */
export function close_gracefully(server: HttpServer, deadlineSeconds?: number): Promise<number> {
  const state = stateOf(server)
  if (state.closing === undefined && !server.listening && inheritedPortOf(server) === undefined) {
    return Promise.resolve(0)
  }
  state.closing ??= closeServer(server, state, deadlineSeconds ?? state.deadlineSeconds)
  return state.closing
}

async function closeServer(server: HttpServer, state: ServerState, deadlineSeconds: number): Promise<number> {
  const { connections, steps } = state
  connections.drain()
  const closed = stopListening(server, connections)
  const begun = steps?.begin()
  const sweep = setInterval(() => {
    // After the next look at the sockets: a request that has already arrived is not taken for silence.
    setImmediate(() => {
      server.closeIdleConnections()
      connections.closeUnused()
    })
  }, SWEEP_INTERVAL_MS)
  let cutOff = 0
  let deadline: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    deadline = setTimeout(() => {
      cutOff = connections.destroyAll()
      server.closeAllConnections()
      resolve()
    }, deadlineSeconds * MS_PER_SECOND)
  })
  await closed
  clearInterval(sweep)
  await Promise.race([Promise.all([connections.settled(), begun]), late])
  clearTimeout(deadline)
  // Listening is over; this only stops the timer with which http.Server looks for late requests.
  server.close(() => undefined)
  await steps?.end(cutOff)
  return cutOff
}

/** Resolves when nobody can connect any more and the last connection is closed. */
async function stopListening(server: HttpServer, connections: Connections): Promise<void> {
  const inherited = inheritedPortOf(server)
  if (inherited !== undefined) {
    await inherited.leave()
    return connections.emptied()
  }
  // The method of net.Server only stops listening; that of http.Server would reset idle connections as well.
  return new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => resolve())
  })
}
