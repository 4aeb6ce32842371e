import { rm, stat } from 'node:fs/promises'
import { connect, type Server as NetServer } from 'node:net'
import { FlagonError } from '../errors.ts'

/** Where to listen. */
export interface ListenAddress {
  /** Address or name to listen on. Default `127.0.0.1`, which only this machine can reach; `0.0.0.0` is every one. */
  readonly host?: string | undefined
  /** Port to listen on. Default 5000; 0 takes any free one, which `server.address()` tells. */
  readonly port?: number | undefined
  /** Path of a Unix domain socket to listen on, instead of host and port. A file left by a crash is replaced. */
  readonly unix?: string | undefined
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 5000
const MAX_PORT = 65535

/**
 * Checks an address before anything listens.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` when its parts exclude each other or are out of range.
 */
export function checkAddress({ host, port, unix }: ListenAddress): void {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= MAX_PORT)) {
    throw new FlagonError(
      'CONFIG_VALUE',
      `port must be an integer from 0 to ${MAX_PORT}, not ${String(port)}: write the port as a number, such as 5000`,
    )
  }
  if (unix !== undefined && (host !== undefined || port !== undefined)) {
    throw new FlagonError('CONFIG_VALUE', `unix (${unix}) excludes host and port: give one or the other`)
  }
}

/**
 * Lets a server listen on an address.
 *
 * @throws {@link FlagonError} `ADDRESS_UNAVAILABLE` when the address is taken, forbidden or not one of this machine.
 */
export async function listen(server: NetServer, address: ListenAddress): Promise<void> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, unix } = address
  if (unix !== undefined && (await isAbandoned(unix))) await rm(unix, { force: true })
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explainListenError(error, unix ?? { host, port }))
    server.once('error', fail)
    server.listen(unix === undefined ? { host, port } : { path: unix }, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

/** The address of a listening server as people write it: a URL, or the path of a socket. */
export function addressText(server: NetServer, isSecure: boolean): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return address ?? 'a closed server'
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${isSecure ? 'https' : 'http'}://${host}:${address.port}`
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
