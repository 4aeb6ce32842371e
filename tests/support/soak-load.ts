/* Clients that keep their connections, and notice everything that a client could complain about. */
import { Agent, type ClientRequest, get } from 'node:http'
import type { Socket } from 'node:net'

/** What each whole answer holds; long enough for several packets. */
export const BODY: string = 'flagon '.repeat(3000)

/** What went wrong with one request. */
export interface Failure {
  readonly kind: 'refused' | 'broken' | 'truncated' | 'status'
  readonly detail: string
  /** The process that answered on the connection before; undefined where the connection was new. */
  readonly pid: number | undefined
  /** Time of the failure in milliseconds, as `performance.now()` gives it. */
  readonly at: number
}

/** How many requests were answered well, and all that were not. */
export interface Tally {
  answered: number
  readonly failures: Failure[]
  /** The processes that answered, each with the time of its first answer. */
  readonly pids: Map<number, number>
}

/** Options of {@link runClients}. */
export interface LoadOptions {
  readonly port: number
  readonly clients: number
  /** The shortest and the longest time that the handler takes, in milliseconds. */
  readonly wait: readonly [min: number, max: number]
  /** Whether the clients go on. */
  readonly goesOn: () => boolean
  /** Whether a refused connection ends its client, as the server is gone. Default false. */
  readonly endsWhenRefused?: boolean
  /** After how many requests a client makes a new connection, more or less. Default: never by itself. */
  readonly connectionLasts?: number
}

/** Lets clients ask, each over and over on a connection that it keeps, until they are told to end. */
export async function runClients(options: LoadOptions, tally: Tally): Promise<void> {
  await Promise.all(Array.from({ length: options.clients }, () => runClient(options, tally)))
}

/** An empty tally. */
export function newTally(): Tally {
  return { answered: 0, failures: [], pids: new Map() }
}

async function runClient(options: LoadOptions, tally: Tally): Promise<void> {
  const { port, goesOn, endsWhenRefused = false, connectionLasts = Number.POSITIVE_INFINITY } = options
  const [min, max] = options.wait
  let agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const pidOf = new WeakMap<Socket, number>()
  while (goesOn()) {
    if (Math.random() < 1 / connectionLasts) {
      agent.destroy()
      agent = new Agent({ keepAlive: true, maxSockets: 1 })
    }
    const ms = Math.round(min + Math.random() * (max - min))
    const failure = await ask(port, ms, agent, pidOf, tally)
    if (failure === undefined) continue
    if (failure.kind === 'refused' && endsWhenRefused) break
    tally.failures.push(failure)
  }
  agent.destroy()
}

function ask(
  port: number,
  ms: number,
  agent: Agent,
  pidOf: WeakMap<Socket, number>,
  tally: Tally,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    let pid: number | undefined
    let connection: Socket | undefined
    const fail = (kind: Failure['kind'], detail: string): void => resolve({ kind, detail, pid, at: performance.now() })
    const request: ClientRequest = get({ host: '127.0.0.1', port, path: `/wait/${ms}`, agent }, (response) => {
      let body = ''
      response.setEncoding('latin1')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('error', (error) => fail('truncated', error.message))
      response.on('end', () => {
        if (response.statusCode !== 200) fail('status', String(response.statusCode))
        else if (!response.complete || body !== BODY) fail('truncated', `${body.length} of ${BODY.length}`)
        else {
          tally.answered += 1
          const answering = Number(response.headers['x-pid'])
          if (connection !== undefined) pidOf.set(connection, answering)
          if (!tally.pids.has(answering)) tally.pids.set(answering, performance.now())
          resolve(undefined)
        }
      })
    })
    request.once('socket', (socket) => {
      connection = socket
      pid = pidOf.get(socket)
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ECONNREFUSED' ? 'refused' : 'broken', `${error.code} ${error.message}`),
    )
  })
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
