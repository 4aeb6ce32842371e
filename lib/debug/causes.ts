import type { App, Context } from '../context.ts'
import { type ErrorCode, FlagonError } from '../errors.ts'
import { BadRequestKeyError } from '../http/exceptions.ts'
import { type BaseLoader, FileSystemLoader, TemplateNotFound, UndefinedError } from '../jinja/index.ts'
import { BuildError } from '../routing/index.ts'
import { nearest, similarity } from '../routing/nearest.ts'
import type { TemplateHost, TemplateOwner } from '../templating.ts'
import type { Request } from '../wrappers/request.ts'

/** What to do about an error, where this is its cause. */
type Advice = (error: unknown, context: Context) => string | undefined

const MOST_NAMES = 4
/** How alike names are that may have been meant, of 0 to 1. */
const ALIKE = 0.5

/** What the codes of usage errors call for, beside what their messages say. */
const BY_CODE: Partial<Record<ErrorCode, string>> = {
  SESSION_NO_SECRET:
    'The session is kept in a cookie that has to be signed. Make a key with `flagon secret`, keep it out of the code, and load it ' +
    'before the first request: app.config.SECRET_KEY = process.env.SECRET_KEY.',
  COOKIE_NO_SECRET:
    'A signed cookie needs a key. Make one with `flagon secret`, keep it out of the code, and load it before the first request: ' +
    'app.config.SECRET_KEY = process.env.SECRET_KEY.',
  COOKIE_TOO_LARGE:
    'Browsers drop cookies past 4,096 bytes, and the session is kept in one. Keep in it what names the data (an id), not the data; or keep ' +
    "sessions on the server: new Session(app) from 'flagon/session', with SESSION_TYPE set.",
  OUTSIDE_CONTEXT:
    'request, session and g belong to the request that runs. In a callback that leaves it (an event listener, a queue) bind the function ' +
    'with copy_current_request_context; in scripts and tests wrap the code in app.app_context().run(() => …).',
  VIEW_RETURN:
    'Each way through a view has to return its answer. Look for a branch without a return, and for a call whose promise is not returned ' +
    'or awaited.',
  RESERVED_KEY:
    "The name is one of the object's own methods. Use .set('name', value) and .get('name'), or another name.",
}

/** Each cause that is known, in the order in which advice is given. */
const CAUSES: readonly Advice[] = [
  (error) => (error instanceof FlagonError ? BY_CODE[error.code] : undefined),
  (error, context) => (error instanceof BuildError ? nearEndpoints(error, context) : undefined),
  (error, { request }) =>
    error instanceof BadRequestKeyError && request !== undefined ? fieldsSent(error, request) : undefined,
  (error, context) => (error instanceof TemplateNotFound ? foldersSearched(error, context) : undefined),
  (error) =>
    error instanceof UndefinedError
      ? 'The template uses a name that it was not given, or an attribute that its value lacks. Pass it to render_template, or test it first: ' +
        '{% if name is defined %}.'
      : undefined,
  (error) =>
    error instanceof Error
      ? undefined
      : 'What was thrown is no Error, so there is no stack to show. Throw an Error: throw new Error(…).',
  (_error, context) => (isSessionDropped(context) ? DROPPED_SESSION : undefined),
]

/** Sentences that say how to mend what an error, or what caused it, comes from; none where no cause is known. */
export function adviceFor(chain: readonly unknown[], context: Context): string[] {
  const sentences = new Set<string>()
  for (const error of chain) {
    for (const advise of CAUSES) {
      const sentence = tryTo(() => advise(error, context))
      if (sentence !== undefined) sentences.add(sentence)
    }
  }
  return [...sentences]
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    // Advice is no reason to fail.
    return undefined
  }
}

function list(names: Iterable<string>, none: string): string {
  const quoted = [...names].map((name) => `'${name}'`)
  return quoted.length === 0 ? none : quoted.join(', ')
}

function nearEndpoints(error: BuildError, { app }: Context): string | undefined {
  const known = new Set([...app.url_map.iter_rules()].map(({ endpoint }) => endpoint))
  if (known.has(error.endpoint)) return undefined
  const rank = (name: string) => similarity(name, error.endpoint)
  const near = [...known].sort((a, b) => rank(b) - rank(a)).filter((name) => rank(name) >= ALIKE)
  const shown = list(near.slice(0, MOST_NAMES), '')
  const start = `There is no endpoint '${error.endpoint}'. `
  const more =
    "An endpoint is the name of its function, behind that of its blueprint: 'shop.cart'. `flagon routes` lists all."
  return shown === '' ? start + more : `${start}The nearest: ${shown}. ${more}`
}

function fieldsSent({ key }: BadRequestKeyError, request: Request): string {
  const form = [...new Set([...(tryTo(() => [...request.form.keys()]) ?? [])])]
  const files = [...new Set([...(tryTo(() => [...request.files.keys()]) ?? [])])]
  const args = [...new Set([...request.args.keys()])]
  const sent = [...form, ...files, ...args]
  const meant = key === undefined ? undefined : nearest(key, sent)
  const parts = [
    `The request has no '${key ?? ''}'. It brought: form ${list(form, 'nothing')}; files ${list(files, 'none')}; query ${list(args, 'nothing')}.`,
  ]
  if (meant !== undefined) parts.push(`Perhaps '${meant}' was meant.`)
  if (request.mimetype === 'application/json') parts.push('The body is JSON: read it from request.json.')
  parts.push('Where the field may be missing, use .get(name, default).')
  return parts.join(' ')
}

function foldersSearched({ template }: TemplateNotFound, { app }: Context): string {
  const folders: string[] = []
  const names = new Set<string>()
  for (const loader of loadersOf(app)) {
    if (loader instanceof FileSystemLoader) folders.push(...loader.searchpath)
    for (const name of tryTo(() => loader.list_templates()) ?? []) names.add(name)
  }
  const meant = nearest(template, names)
  const where = list(folders, 'no folder: neither the app nor a blueprint has a template_folder')
  return `Looked for '${template}' in ${where}.${meant === undefined ? '' : ` There is '${meant}'.`}`
}

function loadersOf(app: App): BaseLoader[] {
  const owners: TemplateOwner[] = isTemplateHost(app) ? [app, ...app.iter_blueprints()] : []
  return owners.flatMap(({ jinja_loader }) => jinja_loader ?? [])
}

function isTemplateHost(app: object): app is TemplateHost {
  return 'iter_blueprints' in app && typeof app.iter_blueprints === 'function' && 'jinja_loader' in app
}

const DROPPED_SESSION =
  'The session is empty, and may have been lost: SESSION_COOKIE_SECURE is set, so that clients keep its cookie over https only, and this ' +
  'request came over http. Serve with --cert and --key, or set SESSION_COOKIE_SECURE in production only.'

/** Whether the session is one that a client was given, but did not keep because it was not sent over https. */
function isSessionDropped(context: Context): boolean {
  const { app, request } = context
  if (request === undefined || !app.config.SESSION_COOKIE_SECURE || request.scheme === 'https') return false
  if (!context.session_opened || request.cookies.has(app.config.SESSION_COOKIE_NAME)) return false
  return context.session.accessed && context.session.keys().length === 0
}
