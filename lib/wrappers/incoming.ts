import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'

/** Where a message that no socket brought holds its whole body. */
export const PREPARED_BODY: unique symbol = Symbol('prepared body')

/** A message of node:http that may hold its whole body. */
export interface PreparedMessage extends IncomingMessage {
  /** The body; undefined where it has to be read. */
  [PREPARED_BODY]?: Buffer
}

/** What {@link makeIncoming} makes a message of. */
export interface IncomingInit {
  /** The method in capitals. `GET` by default. */
  readonly method?: string | undefined
  /** The target of the request line: `/path?query`, percent-encoded. `/` by default. */
  readonly url?: string | undefined
  /** Header fields in one flat array: name, value, name, value. Values are latin-1 text. None by default. */
  readonly rawHeaders?: readonly string[] | undefined
  /** The body: bytes are there at once, so that nothing has to be awaited; a stream is read as from a socket. */
  readonly body?: Uint8Array | Readable | undefined
  /** `https` marks the connection as encrypted. `http` by default. */
  readonly scheme?: 'http' | 'https' | undefined
  /** Address of the client. `127.0.0.1` by default. */
  readonly remote_addr?: string | undefined
}

/** A message as node:http would hand it over, over a connection that never existed. Framing headers are the caller's. */
export function makeIncoming(init: IncomingInit = {}): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: init.remote_addr ?? '127.0.0.1' })
  if (init.scheme === 'https') Object.defineProperty(socket, 'encrypted', { value: true })
  const req: PreparedMessage = new IncomingMessage(socket)
  req.method = init.method ?? 'GET'
  req.url = init.url ?? '/'
  req.rawHeaders = [...(init.rawHeaders ?? [])]
  req.httpVersion = '1.1'
  req.httpVersionMajor = 1
  req.httpVersionMinor = 1
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    addHeader(req, req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? '')
  }
  const { body } = init
  if (body === undefined || body instanceof Uint8Array) {
    req[PREPARED_BODY] = Buffer.from(body ?? [])
    req.complete = true
    req.push(null)
  } else {
    feed(req, body)
  }
  return req
}

/** Node joins repeated fields with a comma, but for the few that may come once; the first of those stays. */
function addHeader(req: IncomingMessage, name: string, value: string): void {
  const key = name.toLowerCase()
  const known = Object.hasOwn(req.headers, key) ? req.headers[key] : undefined
  if (typeof known === 'string' && known !== '') req.headers[key] = `${known}, ${value}`
  else Object.defineProperty(req.headers, key, { value, enumerable: true, writable: true, configurable: true })
}

function feed(req: IncomingMessage, body: Readable): void {
  body.on('data', (chunk: Buffer) => {
    if (!req.push(chunk)) body.pause()
  })
  body.on('end', () => {
    req.complete = true
    req.push(null)
  })
  body.on('error', (error) => req.destroy(error))
  body.pause()
  req._read = () => {
    body.resume()
  }
}
