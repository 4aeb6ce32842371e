import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'

/** What process managers and Ctrl+C send. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** npm and its like pass on a Ctrl+C that the terminal has already sent to all: a repetition this soon is no second wish. */
const REPETITION_MS = 300
/** What a shell adds to the number of a signal, for the exit code of what the signal ended. */
const SIGNAL_EXIT_BASE = 128

/**
 * Calls `stop` at the first SIGTERM or SIGINT. A second one ends the process at once, by `kill` and then with 128 and the
 * number of the signal as exit code.
 *
 * @param kill - what has to be done before the process ends at once.
 * @returns stops listening for the signals.
 */
export function onStopSignals(stop: () => void, kill: () => void = () => undefined): () => void {
  let stoppedAt: number | undefined
  const hear = (signal: (typeof STOP_SIGNALS)[number]): void => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now()
      stop()
    } else if (performance.now() - stoppedAt > REPETITION_MS) {
      kill()
      process.exit(SIGNAL_EXIT_BASE + constants.signals[signal])
    }
  }
  for (const signal of STOP_SIGNALS) process.on(signal, hear)
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, hear)
  }
}

/** Whether the terminal that this process was started from is closed: what SIGHUP meant before daemons reloaded by it. */
export function isTerminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return false
  } catch {
    return true
  }
}
