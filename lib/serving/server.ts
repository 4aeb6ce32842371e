import { rm, stat } from 'node:fs/promises'
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, type ListenOptions, type Socket } from 'node:net'
import { FlagonError } from '../errors.ts'
import { refuseClientError, refuseConnect } from './refusal.ts'
import { trackConnections } from './shutdown.ts'

/**
 * A listener of `http.Server`, such as `app.handler`. Express and its like also give it `next`, which takes over the errors
 * that the app propagates.
 */
export type RequestHandler = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => unknown

/** How long a client may take, and how much it may send before a request begins. All have safe defaults. */
export interface ServerLimits {
  /** Seconds in which the header of a request must arrive, else 408. Default 15; 0: no limit. */
  readonly headers_timeout?: number | undefined
  /** Seconds in which a whole request must arrive, else 408. Default 60; 0: no limit. */
  readonly request_timeout?: number | undefined
  /** Seconds for which an idle connection is kept open for the next request. Default 5; 0: node's own choice. */
  readonly keep_alive_timeout?: number | undefined
  /** Bytes that the request line and the header may have together, else 431. Default 16,384. */
  readonly max_header_size?: number | undefined
}

/** Where and how to listen. */
export interface ServeOptions {
  /** Address or name to listen on. Default `127.0.0.1`, which only this machine can reach; `0.0.0.0` is every one. */
  readonly host?: string | undefined
  /** Port to listen on. Default 5000; 0 takes any free one, which `server.address()` tells. */
  readonly port?: number | undefined
  /** Path of a Unix domain socket to listen on, instead of host and port. A file left by a crash is replaced. */
  readonly unix?: string | undefined
  /** Certificate chain in PEM (the text, not a file name). With `key`, the server speaks HTTPS. */
  readonly cert?: string | Buffer | undefined
  /** Private key in PEM of `cert`. */
  readonly key?: string | Buffer | undefined
  /** Limits that keep slow or endless clients away. */
  readonly limits?: ServerLimits | undefined
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 5000
const MAX_PORT = 65535
const MS_PER_SECOND = 1000
const HEADERS_TIMEOUT_SECONDS = 15
const REQUEST_TIMEOUT_SECONDS = 60
const KEEP_ALIVE_TIMEOUT_SECONDS = 5
const MAX_HEADER_BYTES = 16_384
/** Node looks this often for requests that are late, so a limit is kept to within this much. */
const TIMEOUT_CHECK_MS = 1000
/** Node drops the fields past its count without a word; 0 is no count, and the app answers too many with 431. */
const NO_HEADERS_COUNT = 0

/**
 * A server that listens and gives each request to `handler`.
 *
 * Clients that do not speak HTTP, are too slow or send too large a header are answered with 400, 408 or 431 before the
 * handler sees them; CONNECT is refused. Close it with `close_gracefully`.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` when options exclude each other or are out of range;
 *   `ADDRESS_UNAVAILABLE` when the address is taken, forbidden or not one of this machine.
 */
export async function serve(handler: RequestHandler, options: ServeOptions = {}): Promise<HttpServer> {
  checkOptions(options)
  const server = makeServer(options)
  const connections = trackConnections(server)
  server.on('request', (req, res) => {
    connections.begin(res)
    handler(req, res)
  })
  server.on('clientError', (error, socket) => refuseClientError(error, socket as Socket))
  server.on('connect', (_req, socket) => refuseConnect(socket as Socket))
  const { unix } = options
  if (unix !== undefined && (await isAbandoned(unix))) await rm(unix, { force: true })
  await listen(server, options)
  return server
}

function makeServer({ cert, key, limits = {} }: ServeOptions): HttpServer {
  const settings = {
    headersTimeout: (limits.headers_timeout ?? HEADERS_TIMEOUT_SECONDS) * MS_PER_SECOND,
    requestTimeout: (limits.request_timeout ?? REQUEST_TIMEOUT_SECONDS) * MS_PER_SECOND,
    keepAliveTimeout: (limits.keep_alive_timeout ?? KEEP_ALIVE_TIMEOUT_SECONDS) * MS_PER_SECOND,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    maxHeaderSize: limits.max_header_size ?? MAX_HEADER_BYTES,
    // The app refuses a request without one, and sees to what follows it on the connection.
    requireHostHeader: false,
  }
  const server =
    cert === undefined || key === undefined ? createHttpServer(settings) : createHttpsServer({ ...settings, cert, key })
  server.maxHeadersCount = NO_HEADERS_COUNT
  return server
}

function checkOptions({ host, port, unix, cert, key }: ServeOptions): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= MAX_PORT)) {
    throw new FlagonError(
      'CONFIG_VALUE',
      `port must be an integer from 0 to ${MAX_PORT}, not ${String(port)}: write the port as a number, such as 5000`,
    )
  }
  if (unix !== undefined && (host !== undefined || port !== undefined)) {
    throw new FlagonError('CONFIG_VALUE', `unix (${unix}) excludes host and port: give one or the other`)
  }
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key']
    throw new FlagonError('CONFIG_VALUE', `${given} was given without ${missing}: HTTPS needs both, each as PEM text`)
  }
}

function listen(server: HttpServer, { host = DEFAULT_HOST, port = DEFAULT_PORT, unix }: ServeOptions): Promise<void> {
  const address: ListenOptions = unix === undefined ? { host, port } : { path: unix }
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explainListenError(error, unix ?? { host, port }))
    server.once('error', fail)
    server.listen(address, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

/** True for the file of a Unix socket that nobody listens on any more; a file of another kind is never taken for one. */
async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isSocket()) return false
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(false)
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
  })
}

/** The error of node, turned into one that says what to do. */
function explainListenError(
  error: NodeJS.ErrnoException,
  address: string | { readonly host: string; readonly port: number },
): FlagonError {
  const where = typeof address === 'string' ? address : `port ${address.port} of ${address.host}`
  const cause = { cause: error }
  switch (error.code) {
    case 'EADDRINUSE':
      return new FlagonError(
        'ADDRESS_UNAVAILABLE',
        typeof address === 'string'
          ? `${where} is in use: another server listens on it. Stop that server, or choose another path.`
          : `${where} is in use: another program listens on it. Stop that program, or choose another port, ` +
              `such as port: ${address.port < MAX_PORT ? address.port + 1 : DEFAULT_PORT} (port: 0 takes any free one).`,
        cause,
      )
    case 'EACCES':
      return new FlagonError(
        'ADDRESS_UNAVAILABLE',
        `${where} may not be listened on: this user lacks the right to. Choose a port above 1023, or a path that can ` +
          'be written.',
        cause,
      )
    default:
      return new FlagonError(
        'ADDRESS_UNAVAILABLE',
        `${where} cannot be listened on (${error.code ?? error.message}): give an address of this machine, such as ` +
          "'127.0.0.1', or '0.0.0.0' for all of them.",
        cause,
      )
  }
}
