import { format, inspect } from 'node:util'

/** How grave a record is, from the least on. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The least level that is written; `silent` for no record at all. */
export type LogThreshold = LogLevel | 'silent'

/** How records are written: one line for people, or one line of JSON. */
export type LogFormat = 'text' | 'json'

/** What one call of a logger says. */
export interface LogRecord {
  readonly time: Date
  readonly level: LogLevel
  /** Name of the app. */
  readonly app: string
  /** Id of the request in whose life the record is written; undefined outside of one. */
  readonly requestId: string | undefined
  /** The message: its text, or a text with placeholders and what fills them. */
  readonly message: readonly unknown[]
  /** Named values beside the message. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Characters that could forge a line of the log or steer a terminal; line ends are seen to apart. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

/** Text that stays within its line and leaves a terminal alone: control characters are written as `\x1b`. */
export function escapeControl(text: string): string {
  return text.replaceAll('\n', '\\n').replace(CONTROL, hexEscape)
}

function hexEscape(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}

/** Text of several lines, of which none but the first begins at the margin, where records begin. */
function indentLines(text: string): string {
  return text.replace(CONTROL, hexEscape).replaceAll('\n', '\n  ')
}

/** The text of any value; also of one whose getters throw. */
function show(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return inspect(value)
  } catch {
    return `(a value of type ${typeof value} that cannot be shown)`
  }
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    // A proxy that was revoked.
    return false
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const PLACEHOLDER = /%[sdifjoOc]/

/**
 * Message and fields of a call: `('text %s', value)`, `({ fields }, 'text')`, `(error, 'text')` or `('text', error)`; the error
 * becomes the field `err`, as loggers of pino's shape have it.
 */
export function readCall(args: readonly unknown[]): Pick<LogRecord, 'message' | 'fields'> {
  const [first, ...rest] = args
  if (isError(first)) return { message: rest, fields: { err: first } }
  if (isFields(first) && (rest.length === 0 || typeof rest[0] === 'string')) return { message: rest, fields: first }
  const last = rest.at(-1)
  if (isError(last) && !(typeof first === 'string' && PLACEHOLDER.test(first))) {
    return { message: args.slice(0, -1), fields: { err: last } }
  }
  return { message: args, fields: {} }
}

/** Arguments as one text; placeholders such as `%s` in the first are filled as `util.format` fills them. */
function join(args: readonly unknown[]): string {
  if (args.length < 2) return args.map(show).join('')
  try {
    return format(...args)
  } catch {
    return args.map(show).join(' ')
  }
}

const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
}

/** SGR parameters: grey, green, yellow, red. */
const LEVEL_COLORS: Readonly<Record<LogLevel, string>> = { debug: '90', info: '32', warn: '33', error: '31' }

/** A record for people, without its line end: one line, and below it, indented, the stack of an error. */
export function textOf(record: LogRecord, color: boolean): string {
  const { level, app, requestId, message, fields } = record
  const name = color ? `\u001b[${LEVEL_COLORS[level]}m${LEVEL_NAMES[level]}\u001b[0m` : LEVEL_NAMES[level]
  const id = requestId === undefined ? '' : ` [${requestId}]`
  // A text stays in its line; what is shown of an object may need several.
  const text = indentLines(join(message.map((part) => (typeof part === 'string' ? escapeControl(part) : part))))
  const parts = text === '' ? [] : [text]
  for (const [key, value] of entries(fields)) {
    if (key === 'err') continue
    const shown = escapeControl(show(value))
    const isQuoted = typeof value === 'string' && /\s|^$/.test(shown)
    parts.push(`${escapeControl(key)}=${isQuoted ? `"${shown}"` : shown}`)
  }
  // A stack needs its lines, but the message in it may hold what a client sent: none of them begins a record.
  if (Object.hasOwn(fields, 'err')) parts.push(showError(fields['err']))
  return `[${record.time.toISOString()}] ${name} in ${escapeControl(app)}${id}: ${parts.join(' ')}`
}

function showError(value: unknown): string {
  return typeof value === 'string' ? escapeControl(value) : indentLines(show(value))
}

function entries(fields: object): [string, unknown][] {
  try {
    return Object.entries(fields)
  } catch {
    return [['fields', '(values that cannot be shown)']]
  }
}

/** The names that every record has. A field of such a name gets a `_` behind it. */
const OWN_NAMES: ReadonlySet<string> = new Set(['time', 'level', 'app', 'request_id', 'msg'])

/** A record as one line of JSON, without its line end. */
export function jsonOf(record: LogRecord): string {
  const { time, level, app, requestId, message, fields } = record
  const pairs: [string, unknown][] = [
    ['time', time.toISOString()],
    ['level', level],
    ['app', app],
  ]
  if (requestId !== undefined) pairs.push(['request_id', requestId])
  pairs.push(['msg', join(message)])
  for (const [key, value] of entries(fields)) pairs.push([OWN_NAMES.has(key) ? `${key}_` : key, value])
  const members: string[] = []
  for (const [key, value] of pairs) {
    const text = jsonText(value)
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`.replace(CONTROL, unicodeEscape)
}

/** JSON leaves some control characters as they are, and terminals and line readers obey them. */
function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, replaceUnwritable)
  } catch {
    // It refers to itself, or a getter of it threw.
    return JSON.stringify(show(value))
  }
}

function replaceUnwritable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'symbol' || typeof value === 'function') return show(value)
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { ...value, type: name, message, stack, ...(cause === undefined ? {} : { cause }) }
}
