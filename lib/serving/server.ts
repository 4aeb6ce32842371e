import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { FlagonError } from '../errors.ts'
import { checkAddress, type ListenAddress, listen } from './address.ts'
import { inheritPort } from './inherited-port.ts'
import { refuseClientError, refuseConnect } from './refusal.ts'
import { DEFAULT_SHUTDOWN_SECONDS, setShutdownDeadline, trackConnections } from './shutdown.ts'

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
  /** Seconds for which an idle connection is kept open for the next request. Default 5; 0: until the client closes. */
  readonly keep_alive_timeout?: number | undefined
  /** Bytes that the request line and the header may have together, else 431. Default 16,384. */
  readonly max_header_size?: number | undefined
  /** Seconds that running requests have once the server is told to stop, then they are cut off. Default 10. */
  readonly shutdown_timeout?: number | undefined
}

/** Where and how to listen. */
export interface ServeOptions extends ListenAddress {
  /** Certificate chain in PEM (the text, not a file name). With `key`, the server speaks HTTPS. */
  readonly cert?: string | Buffer | undefined
  /** Private key in PEM of `cert`. */
  readonly key?: string | Buffer | undefined
  /** Limits that keep slow or endless clients away. */
  readonly limits?: ServerLimits | undefined
}

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
 * In a process that was started to serve the port of another one, the first server takes its connections from there and
 * listens nowhere itself.
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
    const work = handler(req, res)
    if (work !== undefined) connections.watch(req.socket, work)
  })
  server.on('clientError', (error, socket) => refuseClientError(error, socket as Socket))
  server.on('connect', (_req, socket) => refuseConnect(socket as Socket))
  const { shutdown_timeout = DEFAULT_SHUTDOWN_SECONDS } = options.limits ?? {}
  setShutdownDeadline(server, shutdown_timeout)
  if (!inheritPort(server, shutdown_timeout)) await listen(server, options)
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

function checkOptions(options: ServeOptions): void {
  checkAddress(options)
  const { cert, key } = options
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key']
    throw new FlagonError('CONFIG_VALUE', `${given} was given without ${missing}: HTTPS needs both, each as PEM text`)
  }
}
