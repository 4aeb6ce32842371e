import { tracePlan } from './hook-trace.ts'
import type {
  AfterRequestFunction,
  BeforeRequestFunction,
  Scope,
  Scoped,
  TeardownFunction,
  UrlValuePreprocessor,
} from './types.ts'

/**
 * The hooks that run for every request to one blueprint (or to none), each list flattened in the order of its running.
 * Made once per blueprint, so that a request walks four arrays and looks nothing up.
 */
export interface HookPlan {
  /** Full names of the blueprints of the endpoint, innermost first; empty for an app's own endpoint. */
  readonly blueprints: readonly string[]
  readonly urlValuePreprocessors: readonly UrlValuePreprocessor[]
  readonly beforeRequest: readonly BeforeRequestFunction[]
  readonly afterRequest: readonly AfterRequestFunction[]
  readonly teardownRequest: readonly TeardownFunction[]
}

/** What keeps hooks by scope. */
export interface HookOwner {
  readonly before_request_funcs: Scoped<BeforeRequestFunction>
  readonly after_request_funcs: Scoped<AfterRequestFunction>
  readonly teardown_request_funcs: Scoped<TeardownFunction>
  readonly url_value_preprocessors: Scoped<UrlValuePreprocessor>
  /** Whether the hooks that ran are noted, for the debug page. */
  readonly debug: boolean
  readonly config: {
    /** The field of the response that carries the id of its request; null: none. */
    readonly REQUEST_ID_HEADER: string | null
  }
  /** True once the first request came: the set-up is over. */
  readonly got_first_request: boolean
  /** Hooks by blueprint, flattened; filled while requests come. */
  readonly hook_plans: Map<string, HookPlan>
}

/** The full names of the blueprints of an endpoint, innermost first: `a.b.view` gives `['a.b', 'a']`. */
export function blueprintsOf(endpoint: string | undefined): string[] {
  const names: string[] = []
  for (let end = endpoint?.lastIndexOf('.') ?? -1; endpoint !== undefined && end > 0; ) {
    names.push(endpoint.slice(0, end))
    end = endpoint.lastIndexOf('.', end - 1)
  }
  return names
}

/** The scopes of an endpoint from the app inwards, as hooks before the view and template context run. */
export function scopesOf(endpoint: string | undefined): Scope[] {
  return [null, ...blueprintsOf(endpoint).reverse()]
}

/** The context that is active where a hook runs, as far as plans know it. */
export type CurrentContext = () => { readonly request: { readonly id: string } | undefined } | undefined

/** The plan of an endpoint (undefined where no rule matched), kept by the app once its set-up is over. */
export function planFor(app: HookOwner, endpoint: string | undefined, current: CurrentContext): HookPlan {
  const end = endpoint === undefined ? -1 : endpoint.lastIndexOf('.')
  const key = end > 0 && endpoint !== undefined ? endpoint.slice(0, end) : ''
  const kept = app.hook_plans.get(key)
  if (kept !== undefined) return kept
  const made = makePlan(app, endpoint, current)
  const plan = app.debug ? tracePlan(made, current) : made
  if (app.got_first_request) app.hook_plans.set(key, plan)
  return plan
}

function makePlan(app: HookOwner, endpoint: string | undefined, current: CurrentContext): HookPlan {
  const inwards = scopesOf(endpoint)
  const outwards = inwards.toReversed()
  return {
    blueprints: blueprintsOf(endpoint),
    urlValuePreprocessors: flatten(app.url_value_preprocessors, inwards),
    beforeRequest: flatten(app.before_request_funcs, inwards),
    afterRequest: [...flattenReversed(app.after_request_funcs, outwards), ...tellId(app, current)],
    teardownRequest: flattenReversed(app.teardown_request_funcs, outwards),
  }
}

function flatten<F>(functions: Scoped<F>, scopes: readonly Scope[]): F[] {
  return scopes.flatMap((scope) => functions.get(scope) ?? [])
}

function flattenReversed<F>(functions: Scoped<F>, scopes: readonly Scope[]): F[] {
  return scopes.flatMap((scope) => functions.get(scope)?.toReversed() ?? [])
}

/** What puts the id of the request into its response, where the app wants it there: a hook after all others. */
function tellId({ config }: HookOwner, current: CurrentContext): AfterRequestFunction[] {
  const header = config.REQUEST_ID_HEADER
  if (header === null) return []
  return [
    function tell_request_id(response) {
      const id = current()?.request?.id
      if (id !== undefined) response.headers.set(header, id)
      return response
    },
  ]
}
