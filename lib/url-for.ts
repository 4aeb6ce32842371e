import { type App, contextStorage } from './context.ts'
import { FlagonError } from './errors.ts'
import { scopesOf } from './hooks.ts'
import { FRAGMENT_SAFE, makeQuoter } from './http/query.ts'
import { BuildError, type MapAdapter } from './routing/index.ts'
import type { UrlArguments, UrlForOptions } from './types.ts'

const quoteAnchor = makeQuoter(FRAGMENT_SAFE)

interface BuildPlan {
  readonly adapter: MapAdapter
  readonly endpoint: string
  readonly external: boolean
}

/** Where and as what an endpoint is built: within a request relative to its blueprint, outside always external. */
function plan(app: App, endpoint: string, options: UrlForOptions): BuildPlan {
  const context = contextStorage.getStore()
  const { _external, _scheme } = options
  if (context?.request !== undefined && context.url_adapter !== undefined) {
    const { blueprint } = context.request
    const relative = endpoint.startsWith('.')
    const full = !relative ? endpoint : blueprint === undefined ? endpoint.slice(1) : blueprint + endpoint
    return { adapter: context.url_adapter, endpoint: full, external: _external ?? _scheme !== undefined }
  }
  const adapter = context?.url_adapter ?? app.create_url_adapter(undefined)
  if (adapter === undefined) {
    throw new FlagonError(
      'OUTSIDE_CONTEXT',
      `url_for('${endpoint}') was called outside of a request, where the host is not known: set the config key ` +
        'SERVER_NAME (and APPLICATION_ROOT and PREFERRED_URL_SCHEME where they differ from the defaults)',
    )
  }
  return { adapter, endpoint, external: _external ?? true }
}

/** The URL of an endpoint, for {@link App.url_for}. */
export function buildUrl(app: App, wanted: string, options: UrlForOptions): string {
  const { _anchor, _method, _scheme, _external, ...rest } = options
  const { adapter, endpoint, external } = plan(app, wanted, options)
  if (_scheme !== undefined && !external) {
    throw new FlagonError(
      'CONFIG_VALUE',
      `url_for('${wanted}') has a _scheme but _external: false; leave _external out`,
    )
  }
  const values: UrlArguments = rest
  app.inject_url_defaults(endpoint, values)
  let url: string
  try {
    url = adapter.build(endpoint, values, { method: _method, url_scheme: _scheme, force_external: external })
  } catch (error) {
    if (!(error instanceof BuildError)) throw error
    return app.handle_url_build_error(error, endpoint, { ...values, _anchor, _method, _scheme, _external: external })
  }
  return _anchor === undefined ? url : `${url}#${quoteAnchor(_anchor)}`
}

/** Lets the `url_defaults` functions of the app and of the endpoint's blueprints add to the values. */
export function addUrlDefaults(app: App, endpoint: string, values: UrlArguments): void {
  if (app.url_default_functions.size === 0) return
  for (const scope of scopesOf(endpoint)) {
    for (const addDefaults of app.url_default_functions.get(scope) ?? []) addDefaults(endpoint, values)
  }
}

/** What the first build error handler answers; throws the error (or the one a handler threw) where none does. */
export function answerBuildError(app: App, error: BuildError, endpoint: string, values: UrlArguments): string {
  let current = error
  for (const handler of app.url_build_error_handlers) {
    try {
      const url = handler(current, endpoint, values)
      if (url !== undefined && url !== null) return url
    } catch (failure) {
      if (!(failure instanceof BuildError)) throw failure
      current = failure
    }
  }
  throw current
}
