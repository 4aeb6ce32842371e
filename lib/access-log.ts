import type { IncomingMessage, ServerResponse } from 'node:http'
import { escapeControl } from './logging/record.ts'
import { hasColors, isTerminal } from './logging.ts'
import { type HostedMessage, PROXY_VALUES } from './wrappers/hosted-message.ts'
import { type RequestIdConfig, requestId } from './wrappers/request-id.ts'

/** How lines of the access log are written: as web servers do, without or with referrer and browser, or as JSON. */
export type AccessLogFormat = 'common' | 'combined' | 'json'

/** Options of the access log. */
export interface AccessLogOptions {
  /** How lines are written. Undefined: `common` on a terminal, `json` elsewhere. */
  readonly format?: AccessLogFormat | undefined
  /** Takes whole lines, each with its line end, several at once where many requests ended. Default: standard error. */
  readonly write?: ((lines: string) => void) | undefined
}

/** What an app is told of its access log: none (false), one in the format that suits, one in this format, or one with these options. */
export type AccessLogSetting = boolean | AccessLogFormat | AccessLogOptions

/** A listener of `http.Server`. */
type Listener = (req: IncomingMessage, res: ServerResponse) => unknown

/** What the access log tells of one request. */
interface Access {
  readonly remote_addr: string
  readonly method: string
  /** The target as it was sent, query and all. */
  readonly path: string
  readonly protocol: string
  /** Undefined where the connection ended before there was one. */
  readonly status: number | undefined
  /** Bytes of the body. */
  readonly bytes: number
  /** Milliseconds from the head of the request to the end of the answer, or of the connection. */
  readonly ms: number
  readonly request_id: string
  readonly referer: string
  readonly user_agent: string
  readonly end: Date
}

/**
 * The listener, with a line written for each request once its answer is sent or its connection gone. Lines are written after the work
 * that is waiting, many at once where many requests end together. The very listener for a setting that is undefined or false.
 *
 * @see docs/guide/logging.md
 */
export function logAccess(listener: Listener, config: RequestIdConfig, setting: AccessLogSetting = false): Listener {
  if (setting === false) return listener
  const options: AccessLogOptions = setting === true ? {} : typeof setting === 'string' ? { format: setting } : setting
  const format = options.format ?? (isTerminal() ? 'common' : 'json')
  const write = options.write ?? ((lines: string) => void process.stderr.write(lines))
  const line = format === 'json' ? jsonLine : textLine(format, options.write === undefined && hasColors())
  let waiting = ''
  const flush = (): void => {
    const lines = waiting
    waiting = ''
    write(lines)
  }
  return (req, res) => {
    const start = performance.now()
    const { method = '', url: path = '' } = req
    const countedBytes = countBytes(res)
    res.once('close', () => {
      const protocol = `HTTP/${req.httpVersion}`
      const status = res.headersSent ? res.statusCode : undefined
      const bytes = hasBody(method, res.statusCode) ? countedBytes() : 0
      const ms = Math.round((performance.now() - start) * MICROSECONDS) / MICROSECONDS
      const { referer = '', 'user-agent': user_agent = '' } = req.headers
      const request_id = requestId(req, config)
      const remote_addr = addressOf(req)
      if (waiting === '') setImmediate(flush)
      const end = new Date()
      const access = { remote_addr, method, path, protocol, status, bytes, ms, request_id, referer, user_agent, end }
      waiting += `${line(access)}\n`
    })
    return listener(req, res)
  }
}

/** Milliseconds are told with three digits behind the point. */
const MICROSECONDS = 1000
const NO_CONTENT = 204
const NOT_MODIFIED = 304

function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== NO_CONTENT && status !== NOT_MODIFIED
}

function addressOf(req: HostedMessage): string {
  return req[PROXY_VALUES]?.remote_addr ?? req.socket.remoteAddress ?? '-'
}

/** Node tells how much went over the connection, head and framing included; the size of the body has to be counted. */
function countBytes(res: ServerResponse): () => number {
  let bytes = 0
  const count = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string')
      bytes += Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
    else if (chunk instanceof Uint8Array) bytes += chunk.byteLength
  }
  const { write, end } = res
  res.write = (...args: unknown[]) => {
    count(args[0], args[1])
    return Reflect.apply(write, res, args)
  }
  res.end = (...args: unknown[]) => {
    count(args[0], args[1])
    return Reflect.apply(end, res, args)
  }
  return () => bytes
}

function jsonLine({ end, status, ...access }: Access): string {
  const told = { time: end.toISOString(), level: 'info', msg: 'request', status: status ?? null, ...access }
  const text = JSON.stringify(told)
  // JSON leaves DEL, the C1 controls and the Unicode line separators as they are.
  return text.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const MONTHS: readonly string[] = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** The time as web servers write it, in UTC: `20/Nov/2026:19:30:00 +0000`. */
function clfTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split(/[T.]/)
  const [year, month, day] = date.split('-')
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`
}

function quoted(text: string): string {
  const escaped = escapeControl(text.replace(/["\\]/g, '\\$&'))
  return `"${escaped.replaceAll('\t', '\\t')}"`
}

/** SGR parameters by the first digit of the status: cyan, green, cyan, yellow, red. */
const STATUS_COLORS: readonly string[] = ['0', '36', '32', '36', '33', '31']
const HUNDRED = 100

/**
 * A line as in the Common Log Format, or the combined one, with the time taken and the id of the request behind.
 *
 * @see https://httpd.apache.org/docs/2.4/logs.html#common
 */
function textLine(format: AccessLogFormat, color: boolean): (access: Access) => string {
  return (access) => {
    const { remote_addr, method, path, protocol, bytes, ms, request_id, end } = access
    const plain = access.status === undefined ? '-' : String(access.status)
    const sgr = STATUS_COLORS[Math.trunc((access.status ?? 0) / HUNDRED)] ?? '0'
    const status = color ? `\u001b[${sgr}m${plain}\u001b[0m` : plain
    const agent = format === 'combined' ? ` ${quoted(access.referer || '-')} ${quoted(access.user_agent || '-')}` : ''
    const head = quoted(`${method} ${path} ${protocol}`)
    return `${remote_addr} - - [${clfTime(end)}] ${head} ${status} ${bytes}${agent} ${ms}ms ${request_id}`
  }
}
