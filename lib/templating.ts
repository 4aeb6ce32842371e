import { type App, type Context, currentContext, has_request_context } from './context.ts'
import { FlagonError } from './errors.ts'
import { get_flashed_messages } from './flashing.ts'
import { g, request, session } from './globals.ts'
import { scopesOf } from './hooks.ts'
import { toHost } from './jinja/call.ts'
import { dumps, type JsonOptions } from './jinja/filters/json.ts'
import {
  BaseLoader,
  type Environment,
  type Template,
  TemplateNotFound,
  type TemplateSource,
  UndefinedError,
} from './jinja/index.ts'
import { type Native, native } from './jinja/native.ts'
import { truth } from './jinja/python/iteration.ts'
import { DefaultJSONProvider } from './json/provider.ts'
import { before_render_template, template_rendered } from './signals.ts'
import { stream_with_context } from './stream-with-context.ts'

/** Names for a template. */
export type TemplateContext = Readonly<Record<string, unknown>>

/** What may have a loader of templates of its own: an app or a blueprint. */
export interface TemplateOwner {
  readonly name: string
  readonly jinja_loader: BaseLoader | undefined
}

/** The app as its template loader sees it. */
export interface TemplateHost extends TemplateOwner, Pick<App, 'config' | 'logger'> {
  iter_blueprints(): Iterable<TemplateOwner>
}

/** Looks for a template in the folder of the app, then in those of its blueprints in the order of registration. */
export class DispatchingLoader extends BaseLoader {
  readonly #app: TemplateHost

  constructor(app: TemplateHost) {
    super()
    this.#app = app
  }

  override get_source(environment: Environment, name: string): TemplateSource {
    const tried: string[] = []
    for (const { name: owner, jinja_loader } of this.#owners()) {
      if (jinja_loader === undefined) {
        tried.push(`${owner} has no template_folder`)
        continue
      }
      try {
        const found = jinja_loader.get_source(environment, name)
        this.#explain(name, [...tried, `${owner}: found`])
        return found
      } catch (error) {
        if (!(error instanceof TemplateNotFound)) throw error
        tried.push(`${owner}: ${error.message === name ? 'not found' : error.message}`)
      }
    }
    this.#explain(name, tried)
    throw new TemplateNotFound(
      name,
      `the template '${name}' was not found: put it into a template folder, or mend its name (${tried.join('; ')})`,
    )
  }

  override list_templates(): string[] {
    const names = new Set<string>()
    for (const owner of this.#owners()) for (const name of owner.jinja_loader?.list_templates() ?? []) names.add(name)
    return [...names].sort()
  }

  *#owners(): Iterable<TemplateOwner> {
    yield this.#app
    yield* this.#app.iter_blueprints()
  }

  #explain(name: string, tried: readonly string[]): void {
    if (this.#app.config.EXPLAIN_TEMPLATE_LOADING) this.#app.logger.info(`template '${name}': ${tried.join('; ')}`)
  }
}

const ESCAPED_ENDINGS: readonly string[] = ['.html', '.htm', '.xml', '.xhtml', '.svg']

/** Whether a template is escaped by its name; one made from a string (no name) is. */
export function isAutoescaped(name: string | undefined | null): boolean {
  return name == null || ESCAPED_ENDINGS.some((ending) => name.endsWith(ending))
}

/** `get_flashed_messages` as templates call it: with its arguments by place or by name. */
export const flashed: Native = native(
  'get_flashed_messages',
  'with_categories? category_filter?',
  (with_categories: unknown, category_filter: Iterable<string> = []): unknown =>
    get_flashed_messages({ with_categories: truth(with_categories), category_filter: [...category_filter] }),
)

/**
 * What writes JSON for the filter `tojson`: in ASCII with sorted keys, as Flask does by default, and with what `app.json`
 * makes of dates and classes. A provider that has a `dumps` of its own writes all of it.
 */
export function jsonWriter(app: Pick<App, 'json'>): (value: unknown, options: JsonOptions) => string {
  return (value, options) => {
    const { json } = app
    if (json instanceof DefaultJSONProvider && json.dumps === DefaultJSONProvider.prototype.dumps) {
      return dumps(value, { ...options, default: (object) => json.default(object) })
    }
    const { sort_keys, indent } = options
    return json.dumps(toHost(value), { sort_keys, indent: typeof indent === 'number' ? indent : undefined })
  }
}

/** Adds to a context what the context processors of the app and of the request's blueprints give; what is there wins. */
export function addProcessorValues(app: App, context: Record<string, unknown>): void {
  const given = { ...context }
  const current = currentContext('a template')
  const inRequest = current.request !== undefined
  Object.assign(context, inRequest ? { g, request, session } : { g })
  for (const scope of scopesOf(current.request?.endpoint)) {
    for (const processor of app.template_context_processors.get(scope) ?? []) {
      const values: unknown = processor()
      if (values instanceof Promise) {
        values.catch(() => undefined)
        throw new FlagonError(
          'VIEW_RETURN',
          `the context processor ${processor.name || '(nameless)'} is asynchronous, and templates are rendered ` +
            'synchronously: await the values in a before_request hook, keep them in g, and return them from the processor',
        )
      }
      Object.assign(context, values)
    }
  }
  Object.assign(context, given)
}

interface Prepared {
  readonly current: Context
  readonly template: Template
  readonly context: Record<string, unknown>
}

function prepare(find: (environment: Environment) => Template, given: TemplateContext): Prepared {
  const current = currentContext('render_template')
  const { app } = current
  const template = find(app.jinja_env)
  const context: Record<string, unknown> = { ...given }
  app.update_template_context(context)
  if (before_render_template.has_receivers) before_render_template.send(app, { template, context }, current)
  return { current, template, context }
}

function rendered<T>({ current, template, context }: Prepared, result: T): T {
  if (template_rendered.has_receivers) template_rendered.send(current.app, { template, context }, current)
  return result
}

/**
 * The text of a template, rendered with the given names and those of the context processors.
 *
 * @param name - of the template, or several of which the first that exists is taken.
 * @throws {@link TemplateNotFound} when there is none.
 * @see docs/guide/templates.md
 */
export function render_template(name: string | readonly string[], context: TemplateContext = {}): string {
  const prepared = prepare((environment) => environment.get_or_select_template(name), context)
  return rendered(prepared, prepared.template.render(prepared.context))
}

/** The text of a template given as source, escaped as HTML is. */
export function render_template_string(source: string, context: TemplateContext = {}): string {
  const prepared = prepare((environment) => environment.from_string(source), context)
  return rendered(prepared, prepared.template.render(prepared.context))
}

/** The text of a template that calls asynchronous functions or prints promises. */
export async function render_template_async(
  name: string | readonly string[],
  context: TemplateContext = {},
): Promise<string> {
  const prepared = prepare((environment) => environment.get_or_select_template(name), context)
  return rendered(prepared, await prepared.template.render_async(prepared.context))
}

/** The pieces of a template as they are rendered, to be returned from a view. */
export function stream_template(
  name: string | readonly string[],
  context: TemplateContext = {},
): AsyncGenerator<string> {
  return stream(prepare((environment) => environment.get_or_select_template(name), context))
}

/** The pieces of a template given as source, as they are rendered. */
export function stream_template_string(source: string, context: TemplateContext = {}): AsyncGenerator<string> {
  return stream(prepare((environment) => environment.from_string(source), context))
}

function stream(prepared: Prepared): AsyncGenerator<string> {
  const pieces = generate(prepared)
  return has_request_context() ? stream_with_context(pieces) : pieces
}

async function* generate(prepared: Prepared): AsyncGenerator<string> {
  yield* prepared.template.generate_async(prepared.context)
  rendered(prepared, undefined)
}

/**
 * A macro or variable of a template, to be called or read from code.
 *
 * @throws {@link UndefinedError} when the template has none of that name.
 */
export function get_template_attribute(template: string, attribute: string): unknown {
  const { app } = currentContext('get_template_attribute')
  const { module } = app.jinja_env.get_template(template)
  if (attribute in module) return Reflect.get(module, attribute)
  throw new UndefinedError(`the template '${template}' has no macro and sets no variable named '${attribute}'`)
}
