import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'

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
  const req = new IncomingMessage(socket)
  req.method = init.method ?? 'GET'
  req.url = init.url ?? '/'
  req.rawHeaders = [...(init.rawHeaders ?? [])]
  req.httpVersion = '1.1'
  req.httpVersionMajor = 1
  req.httpVersionMinor = 1
  req.headers = joinHeaders(req.rawHeaders)
  const { body } = init
  if (body === undefined || body instanceof Uint8Array) {
    req.complete = true
    if (body !== undefined && body.length > 0) req.push(body)
    req.push(null)
  } else {
    feed(req, body)
  }
  return req
}

/**
 * Fields of which node keeps the first and drops the rest; it joins others.
 *
 * @see https://nodejs.org/api/http.html#messageheaders
 */
const KEPT_ONCE: ReadonlySet<string> = new Set(
  (
    'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since ' +
    'last-modified location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
)

/** The object of headers that node makes of the flat list; Flagon reads the list, what is wrapped around it may not. */
function joinHeaders(rawHeaders: readonly string[]): IncomingMessage['headers'] {
  const joined = new Map<string, string | string[]>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    const value = rawHeaders[at + 1] as string
    const earlier = joined.get(name)
    if (name === 'set-cookie') joined.set(name, [...(earlier ?? []), value])
    else if (earlier === undefined) joined.set(name, value)
    else if (!KEPT_ONCE.has(name)) joined.set(name, `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`)
  }
  return Object.fromEntries(joined)
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
