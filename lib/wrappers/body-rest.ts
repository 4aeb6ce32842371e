import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { announcedLength } from './body.ts'
import { isBehindLastRequest, markLastRequest } from './last-request.ts'

/** Bytes of an unread body that are read and thrown away to keep a connection. */
const DRAINED_BYTES = 64 * 1024
/** Time that a client gets to read an answer while it still sends, before the connection closes. */
const LINGER_MS = 2000

/**
 * Sees to what the app left unread of a body, so that a connection is kept only where the next request begins where
 * this one ends. Call it before the head of the answer is written.
 *
 * A small rest (a body of 64 KiB by its Content-Length) is read and thrown away. For a larger or a chunked one the
 * answer says `Connection: close`: it is written at once, but ended only when the client has finished sending, or after
 * two seconds. A connection that is closed on a client that still sends would be reset, and the answer lost.
 */
export function settleBody(req: IncomingMessage, res: ServerResponse): void {
  if (isBehindLastRequest(req.socket)) res.shouldKeepAlive = false
  if (req.complete) {
    // What has come but was not read would keep the socket from being read on.
    if (!req.readableEnded) req.resume()
    return
  }
  if (req.destroyed) return
  const announced = announcedLength(req)
  if (announced === 0) return
  if (announced > DRAINED_BYTES) {
    res.shouldKeepAlive = false
    markLastRequest(req.socket)
    delayEnd(res, drained(req))
  }
  req.resume()
}

/** Resolves when the body has come to its end, the client has left, or the time is over. */
function drained(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS).unref()
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    req.once('end', done).once('close', done).on('error', done)
  })
}

/** Answers of which everything but the end was written, and what ends them. */
const delayedEnds = new WeakMap<ServerResponse, () => void>()

/**
 * Ends an answer that {@link settleBody} lets wait for the rest of a body, for a server that knows that no rest will
 * come. False where no answer waits.
 */
export function endWithoutRest(res: ServerResponse): boolean {
  const end = delayedEnds.get(res)
  end?.()
  return end !== undefined
}

/** Lets what is written go out at once, and the end of it when `ready` resolves. */
function delayEnd(res: ServerResponse, ready: Promise<void>): void {
  const { end } = res
  const delayed: ServerResponse['end'] = (...args: unknown[]) => {
    const callback = args.find((arg) => typeof arg === 'function')
    const [chunk, encoding] = args.filter((arg) => arg !== callback)
    res.flushHeaders()
    if (chunk !== undefined && chunk !== null)
      Reflect.apply(res.write, res, encoding === undefined ? [chunk] : [chunk, encoding])
    const endOnce = (): void => {
      if (delayedEnds.delete(res)) Reflect.apply(end, res, callback === undefined ? [] : [callback])
    }
    delayedEnds.set(res, endOnce)
    ready.then(endOnce)
    return res
  }
  res.end = delayed
}

/**
 * As {@link settleBody}, for a body that the view took as a stream: the answer may still be made of it. What is left
 * when the answer is complete is thrown away up to 64 KiB; more than that closes the connection.
 */
export function settleStream(req: IncomingMessage, res: ServerResponse, stream: Readable): void {
  res.once('finish', () => {
    stream.destroy()
    let left = DRAINED_BYTES
    req.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) req.socket.destroy()
    })
    req.resume()
  })
}
