import type { Server as HttpServer } from 'node:http'
import { inheritedPortOf } from './inherited-port.ts'
import { close_gracefully } from './shutdown.ts'
import { onStopSignals } from './stop-signals.ts'

/** Seconds that `after_serving` functions have after the deadline of the connections, before the process ends without them. */
export const LAST_STEPS_SECONDS = 5
const MS_PER_SECOND = 1000

/** The servers that end with the process, each with its deadline in seconds. */
const stoppable = new Map<HttpServer, number>()
let forgetSignals: (() => void) | undefined
let isStopping = false

/**
 * Closes the server gracefully when the process is told to end (SIGTERM, SIGINT, or its parent where it serves the port of
 * one), then ends the process with exit code 0, or `process.exitCode`. Several servers end together. A second signal ends it
 * at once. Nothing is left behind once the server was closed in another way.
 *
 * @param deadlineSeconds - as for `close_gracefully`; where all is not over some seconds later, the exit code is 1.
 */
export function stopWhenTold(server: HttpServer, deadlineSeconds: number): void {
  stoppable.set(server, deadlineSeconds)
  forgetSignals ??= onStopSignals(() => void stopAll())
  inheritedPortOf(server)?.onStop(() => void stopAll())
  server.once('close', () => {
    if (isStopping) return
    stoppable.delete(server)
    if (stoppable.size > 0) return
    forgetSignals?.()
    forgetSignals = undefined
  })
}

async function stopAll(): Promise<void> {
  if (isStopping) return
  isStopping = true
  const seconds = Math.max(...stoppable.values()) + LAST_STEPS_SECONDS
  setTimeout(() => {
    process.stderr.write(` * The shutdown was not over after ${seconds} s: the process ends without the rest of it\n`)
    process.exit(1)
  }, seconds * MS_PER_SECOND)
  await Promise.all([...stoppable].map(([server, deadline]) => close_gracefully(server, deadline)))
  process.exit()
}
