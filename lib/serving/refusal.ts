import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { endWithoutRest } from '../wrappers/body-rest.ts'
import { isBehindLastRequest } from '../wrappers/last-request.ts'
import { isAnsweredEarly, unfinishedExchange } from './connections.ts'

/** Milliseconds for which a refused client may still read its answer and send what it had begun. */
const LINGER_MS = 1000

/** The status of each failure of node's parser that is not simply a 400. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: 'The request is not valid HTTP.',
  408: 'The request took too long to arrive.',
  413: 'The chunk extensions of the request are too long.',
  431: 'The header fields of the request are too large.',
}

const refused = new WeakSet<Socket>()

/** The status that a failure of the parser is answered with; undefined for a failure of the connection itself. */
export function statusOfParserError(error: Error & { code?: string }): number | undefined {
  const code = error.code ?? ''
  return STATUS_BY_CODE[code] ?? (code.startsWith('HPE_') ? 400 : undefined)
}

/**
 * Answers a client whose bytes never became a request, then closes the connection. The text tells the kind of mistake
 * and nothing of the bytes, which may be hostile.
 *
 * @param explanation - the sentence of the body; default one for the status.
 */
export function refuse(socket: Socket, status: number, explanation?: string): void {
  if (refused.has(socket)) return
  refused.add(socket)
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = `${explanation ?? EXPLANATIONS[status] ?? STATUS_CODES[status] ?? ''}\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  )
  // Closing at once, with bytes unread, resets the connection, and the client loses the answer: read on for a while.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  socket.once('close', () => clearTimeout(timer))
  socket.resume()
}

/**
 * Handles what `http.Server` emits as `clientError`: a 400, 408, 413 or 431 where the client can still be answered.
 *
 * A mistake behind a whole request that is still being answered waits for that answer; a mistake within the body of a
 * request is answered unless an answer has begun, and breaks off one that is not yet wholly written. One request never
 * gets two answers, and none follows an answer that closes the connection.
 */
export function refuseClientError(error: Error & { code?: string }, socket: Socket): void {
  // Bytes that follow the mistake fail in the parser once more.
  if (refused.has(socket)) return
  const status = statusOfParserError(error)
  if (status === undefined) {
    socket.destroy()
    return
  }
  const exchange = unfinishedExchange(socket)
  if (isAnsweredEarly(socket)) socket.destroy()
  else if ((exchange !== undefined && endWithoutRest(exchange.res)) || isBehindLastRequest(socket)) refused.add(socket)
  else if (exchange === undefined) refuse(socket, status)
  else if (exchange.req.complete) exchange.res.once('finish', () => refuse(socket, status))
  else if (exchange.res.headersSent) socket.destroy()
  else refuse(socket, status)
}

/** Handles `connect`: a server of its own pages is no proxy. */
export function refuseConnect(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  refuse(socket, 400, 'CONNECT is not served here.')
}
