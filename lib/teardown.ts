import type { Context } from './context.ts'
import { isPromise } from './promises.ts'
import {
  appcontext_popped,
  appcontext_tearing_down,
  request_tearing_down,
  type Signal,
  type SignalPayload,
} from './signals.ts'
import type { TeardownFunction } from './types.ts'

/** Logs an error where nothing may be thrown any more, also when the app's own logging fails. */
export function report({ app }: Context, error: unknown): void {
  try {
    app.log_exception(error)
  } catch (failure) {
    process.emitWarning(`the logger of the app '${app.name}' failed: ${String(failure)}`, 'FlagonWarning')
  }
}

/** Runs the `teardown_request` functions, innermost blueprint first. All run; what they throw is logged. */
export function tearDownRequest(error: unknown, context: Context): Promise<void> | undefined {
  const pending = runTeardown(context, context.plan.teardownRequest, error, 0)
  if (pending !== undefined) return pending.then(() => sendRequestTearingDown(context, error))
  sendRequestTearingDown(context, error)
  return undefined
}

function sendRequestTearingDown(context: Context, exc: unknown): void {
  if (request_tearing_down.has_receivers) tell(context, request_tearing_down, { exc })
}

/** Sends a signal where nobody is left to take what a receiver throws. */
function tell(context: Context, signal: Signal, payload?: SignalPayload): void {
  try {
    signal.send(context.app, payload, context)
  } catch (failure) {
    report(context, failure)
  }
}

/** Runs the `teardown_appcontext` functions, the last registered first. All run; what they throw is logged. */
export function tearDownApp(error: unknown, context: Context): Promise<void> | undefined {
  const { app } = context
  const functions = app.teardown_appcontext_funcs
  const pending = functions.length === 0 ? undefined : runTeardown(context, functions.toReversed(), error, 0)
  if (pending !== undefined) return pending.then(() => sendAppTearingDown(context, error))
  sendAppTearingDown(context, error)
  return undefined
}

function sendAppTearingDown(context: Context, exc: unknown): void {
  if (appcontext_tearing_down.has_receivers) tell(context, appcontext_tearing_down, { exc })
  if (appcontext_popped.has_receivers) tell(context, appcontext_popped)
}

function runTeardown(
  context: Context,
  functions: readonly TeardownFunction[],
  error: unknown,
  from: number,
): Promise<void> | undefined {
  for (let i = from; i < functions.length; i++) {
    try {
      const pending = functions[i]?.(error)
      if (isPromise(pending)) return teardownLater(context, functions, error, pending, i + 1)
    } catch (failure) {
      report(context, failure)
    }
  }
  return undefined
}

async function teardownLater(
  context: Context,
  functions: readonly TeardownFunction[],
  error: unknown,
  pending: Promise<unknown>,
  next: number,
): Promise<void> {
  try {
    await pending
  } catch (failure) {
    report(context, failure)
  }
  await runTeardown(context, functions, error, next)
}
