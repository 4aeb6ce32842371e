import type { Context } from '../context.ts'
import { type HookRun, hookRuns } from '../hook-trace.ts'
import type { KeyHolder } from '../keyed.ts'
import type { Request } from '../wrappers/request.ts'
import { adviceFor } from './causes.ts'
import { type Frame, FrameReader } from './frames.ts'
import { Secrets, spellingsOf } from './secrets.ts'
import { showNamed, showValue } from './show-value.ts'

/** One error of a chain. */
export interface ErrorReport {
  /** What ties it to the one before; undefined for the first. */
  readonly relation: 'cause' | 'one of several' | undefined
  /** Name of its class; for what is no error, of its type. */
  readonly name: string
  readonly message: string
  /** Its own properties beside name, message, stack and cause; undefined where it has none. */
  readonly properties: string | undefined
  readonly frames: readonly Frame[]
}

/** Names with texts, in order. */
export type Rows = readonly (readonly [name: string, text: string])[]

/** A part of what is known about the request that failed. */
export interface Section {
  readonly title: string
  readonly rows: Rows
}

/** All that the debug page tells, as text without secrets. */
export interface FailureReport {
  /** The error and what caused it. */
  readonly errors: readonly ErrorReport[]
  /** What to do, where a cause is known. */
  readonly advice: readonly string[]
  readonly sections: readonly Section[]
}

const MOST_ERRORS = 10
/** Shorter values of requests are words that may stand anywhere. */
const SECRET_CHARACTERS = 6

/** What there is to say about an error that the request of a context failed with. Reads, and changes nothing. */
export async function describeFailure(context: Context, error: unknown): Promise<FailureReport> {
  const secrets = secretsOf(context)
  const chain = chainOf(error)
  const reader = new FrameReader(context.app)
  const errors: ErrorReport[] = []
  for (const { value, relation } of chain) errors.push(await reportOf(value, relation, reader, secrets))
  const advice = adviceFor(
    chain.map(({ value }) => value),
    context,
  )
  return { errors, advice: advice.map((sentence) => secrets.scrub(sentence)), sections: sectionsOf(context, secrets) }
}

interface Link {
  readonly value: unknown
  readonly relation: ErrorReport['relation']
}

/** An error, its causes, and the errors that it gathers. */
function chainOf(error: unknown): Link[] {
  const chain: Link[] = []
  const waiting: Link[] = [{ value: error, relation: undefined }]
  for (let link = waiting.shift(); link !== undefined && chain.length < MOST_ERRORS; link = waiting.shift()) {
    const { value } = link
    if (chain.some((known) => Object.is(known.value, value))) continue
    chain.push(link)
    const cause = read(value, 'cause')
    if (cause !== undefined) waiting.push({ value: cause, relation: 'cause' })
    const several = read(value, 'errors')
    if (isArray(several)) waiting.push(...several.map((one): Link => ({ value: one, relation: 'one of several' })))
  }
  return chain
}

/** A property of whatever was thrown; undefined where reading it throws. */
function read(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  } catch {
    return undefined
  }
}

function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

async function reportOf(
  value: unknown,
  relation: ErrorReport['relation'],
  reader: FrameReader,
  secrets: Secrets,
): Promise<ErrorReport> {
  const name = read(value, 'name')
  const message = read(value, 'message')
  const isLikeError = typeof name === 'string' && typeof message === 'string'
  return {
    relation,
    name: isLikeError ? secrets.scrub(name) : `thrown ${value === null ? 'null' : typeof value}`,
    message: isLikeError ? showValue(message, secrets) : showValue(value, secrets),
    properties: isLikeError ? propertiesOf(value as object, secrets) : undefined,
    frames: (await framesOf(value, reader)).map((frame) => scrubFrame(frame, secrets)),
  }
}

async function framesOf(value: unknown, reader: FrameReader): Promise<Frame[]> {
  try {
    return await reader.read(value)
  } catch {
    // A stack that cannot be read.
    return []
  }
}

function scrubFrame(frame: Frame, secrets: Secrets): Frame {
  return {
    ...frame,
    function: frame.function === undefined ? undefined : secrets.scrub(frame.function),
    source: frame.source?.map(({ number, text }) => ({ number, text: secrets.scrub(text) })),
  }
}

/** Told elsewhere on the page. */
const TOLD: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors', 'template_frames', 'source'])

function propertiesOf(error: object, secrets: Secrets): string | undefined {
  try {
    const own: [string, unknown][] = []
    for (const key of Object.keys(error)) {
      const property = Object.getOwnPropertyDescriptor(error, key)
      if (property !== undefined && 'value' in property && !TOLD.has(key)) own.push([key, property.value])
    }
    return own.length === 0 ? undefined : showValue(Object.fromEntries(own), secrets)
  } catch {
    return undefined
  }
}

/** What must not be told: keys, settings that are named as secrets, and what this client sent as such. */
function secretsOf({ app, request }: Context): Secrets {
  const byName = new Secrets([])
  const { config } = app
  const values = [config.SECRET_KEY, ...(config.SECRET_KEY_FALLBACKS ?? [])].flatMap(spellingsOf)
  for (const [name, value] of Object.entries(config)) {
    if (byName.hides(name)) values.push(...spellingsOf(value).filter((text) => text.length >= SECRET_CHARACTERS))
  }
  for (const value of sentSecrets(request, config.SESSION_COOKIE_NAME, byName)) {
    if (value.length >= SECRET_CHARACTERS) values.push(value)
  }
  return new Secrets(values)
}

function sentSecrets(request: Request | undefined, sessionCookie: string, byName: Secrets): string[] {
  if (request === undefined) return []
  const values: string[] = []
  const add = (pairs: () => Iterable<readonly [string, string]>) => {
    for (const [name, value] of safely(() => [...pairs()]) ?? []) if (byName.hides(name)) values.push(value)
  }
  add(() => [...request.headers].filter(([name]) => name.toLowerCase() !== 'cookie'))
  values.push(...(safely(() => [...request.cookies.getlist(sessionCookie)]) ?? []))
  add(() => request.cookies)
  add(() => request.args)
  add(() => request.form)
  const credentials = safely(() => request.authorization)
  for (const value of [credentials?.token, credentials?.password]) if (typeof value === 'string') values.push(value)
  return values
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** The parts about the request; one that cannot be read is left out, for whatever may have failed here. */
function sectionsOf(context: Context, secrets: Secrets): Section[] {
  const { request, app } = context
  const sections: Section[] = []
  const add = (title: string, rows: () => Rows) => {
    sections.push({ title, rows: safely(rows) ?? [['', '(cannot be read)']] })
  }
  const named = (pairs: Iterable<readonly [string, unknown]>): Rows =>
    [...pairs].map(([name, value]) => [secrets.scrub(name), showNamed(name, value, secrets)])
  if (request !== undefined) {
    add('Request', () => requestRows(request, secrets))
    add('Headers', () => headerRows(request, secrets))
    add('Query', () => named(request.args))
    add('Form', () => named(request.form))
    add('Route', () => routeRows(context, request, secrets))
    add('Hooks', () => hookRows(context))
    add('Session', () => sessionRows(context, named))
  }
  add('g', () => named(entriesOf(context.g)))
  add('Config', () => named(Object.entries(app.config).sort(([a], [b]) => (a < b ? -1 : 1))))
  return sections.filter(({ rows }) => rows.length > 0)
}

function entriesOf(store: KeyHolder): [string, unknown][] {
  return Object.entries(store['@data']())
}

function requestRows(request: Request, secrets: Secrets): Rows {
  const { req } = request
  return [
    ['method', secrets.scrub(request.method)],
    ['URL', showValue(safely(() => request.url) ?? req.url, secrets)],
    ['client', request.remote_addr ?? ''],
    ['id', secrets.scrub(request.id)],
    [
      'body',
      `${request.content_length ?? 'no'} bytes${request.content_type ? ` of ${secrets.scrub(request.content_type)}` : ''}`,
    ],
    ['versions', `node ${process.version}`],
  ]
}

/** The fields; of cookies the names alone. */
function headerRows(request: Request, secrets: Secrets): Rows {
  return [...request.headers].map(([name, value]): [string, string] => {
    if (name.toLowerCase() !== 'cookie') return [name, showNamed(name, value, secrets)]
    return [
      name,
      [...request.cookies]
        .map(([cookie]) => `${secrets.scrub(cookie)}=${showNamed('cookie', 'x', secrets)}`)
        .join('; '),
    ]
  })
}

function routeRows({ app, plan }: Context, request: Request, secrets: Secrets): Rows {
  const { url_rule: rule, endpoint } = request
  if (rule === undefined || endpoint === undefined) {
    return [['rule', `none: ${secrets.scrub(String(request.routing_exception ?? 'not matched yet'))}`]]
  }
  const view = app.view_functions[endpoint]
  return [
    ['rule', String(rule)],
    ['endpoint', endpoint],
    ['methods', [...(rule.methods ?? [])].sort().join(', ') || 'all'],
    ['view', view === undefined ? 'none' : view.name || '(nameless)'],
    ...Object.entries(request.view_args ?? {}).map(([name, value]) => [name, showNamed(name, value, secrets)] as const),
    ['blueprints', plan.blueprints.join(', ') || 'none'],
  ]
}

const STATES: Readonly<Record<HookRun['state'], string>> = {
  running: 'began, and is not over',
  done: 'ran',
  answered: 'ran, and answered in place of the view',
  failed: 'failed',
}

function hookRows(context: Context): Rows {
  return hookRuns(context).map(({ kind, name, state }) => [`${kind} ${name || '(nameless)'}`, STATES[state]])
}

function sessionRows(context: Context, named: (pairs: Iterable<readonly [string, unknown]>) => Rows): Rows {
  if (!context.session_opened) return [['', 'not used by this request']]
  const { session, app } = context
  // A cookie that was not read yet stays unread: reading verifies it, and may warn or fail.
  if (!session.accessed && !app.session_interface.prefetch) return [['', 'not read by this request']]
  const { accessed } = session
  const rows = named(entriesOf(session))
  session.accessed = accessed
  return rows.length === 0 ? [['', 'empty']] : rows
}
