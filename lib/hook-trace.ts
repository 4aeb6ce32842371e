import { isPromise } from './promises.ts'

/** What became of one hook in one request. */
export interface HookRun {
  /** The decorator that registered it. */
  readonly kind: 'url_value_preprocessor' | 'before_request' | 'after_request' | 'teardown_request'
  /** Name of the function; empty for a nameless one. */
  readonly name: string
  /** Whether it is over, and how; one that still runs may be the one that waits for what failed. */
  state: 'running' | 'done' | 'answered' | 'failed'
}

const runs = new WeakMap<object, HookRun[]>()

/** The hooks that ran in a context so far, in their order; none where its hooks were not traced. */
export function hookRuns(context: object): readonly HookRun[] {
  return runs.get(context) ?? []
}

// biome-ignore lint/suspicious/noExplicitAny: hooks of four kinds, each called with just what it is given.
type Hook = (...args: any[]) => any

/** The hooks of a plan, by kind. */
interface Hooks {
  readonly urlValuePreprocessors: readonly Hook[]
  readonly beforeRequest: readonly Hook[]
  readonly afterRequest: readonly Hook[]
  readonly teardownRequest: readonly Hook[]
}

/** A plan whose hooks note that they run, for the debug page; it costs each of them a look-up. */
export function tracePlan<Plan extends Hooks>(plan: Plan, current: () => object | undefined): Plan {
  const traced = <F extends Hook>(kind: HookRun['kind'], hooks: readonly F[]): F[] =>
    hooks.map((hook) => traceHook(kind, hook, current) as F)
  return {
    ...plan,
    urlValuePreprocessors: traced('url_value_preprocessor', plan.urlValuePreprocessors),
    beforeRequest: traced('before_request', plan.beforeRequest),
    afterRequest: traced('after_request', plan.afterRequest),
    teardownRequest: traced('teardown_request', plan.teardownRequest),
  }
}

function traceHook(kind: HookRun['kind'], hook: Hook, current: () => object | undefined): Hook {
  return (...args) => {
    const run: HookRun = { kind, name: hook.name, state: 'running' }
    note(current(), run)
    let result: unknown
    try {
      result = hook(...args)
    } catch (error) {
      run.state = 'failed'
      throw error
    }
    if (isPromise(result)) {
      result.then(
        (value) => finish(run, value),
        () => {
          run.state = 'failed'
        },
      )
    } else finish(run, result)
    return result
  }
}

function note(context: object | undefined, run: HookRun): void {
  if (context === undefined) return
  const noted = runs.get(context)
  if (noted === undefined) runs.set(context, [run])
  else noted.push(run)
}

function finish(run: HookRun, result: unknown): void {
  run.state = run.kind === 'before_request' && result !== undefined && result !== null ? 'answered' : 'done'
}
