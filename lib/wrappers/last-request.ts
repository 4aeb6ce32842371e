import type { Socket } from 'node:net'

/** Connections that close after the answer to the request that is being handled. */
const ending = new WeakSet<Socket>()
/** How many of them are open: nearly always none, which is all that a request has to find out. */
let open = 0

/**
 * Says that the request which is being handled is the last one of its connection. A client may have sent others behind
 * it, which node hands over all the same, though they will not be answered: they must not be acted upon.
 */
export function markLastRequest(socket: Socket): void {
  if (ending.has(socket) || socket.destroyed) return
  ending.add(socket)
  open++
  socket.once('close', () => {
    open--
  })
}

/** Whether a request that comes over this connection comes too late. */
export function isBehindLastRequest(socket: Socket): boolean {
  return open > 0 && ending.has(socket)
}
