import { FlagonError } from '../errors.ts'
import { dump_cookie } from '../http/cookies.ts'
import type { SessionData } from '../keyed.ts'
import type { DataSerializer } from '../signing/serializer.ts'
import type { SessionCookieOptions } from './interface.ts'

/** Attributes never take the other half. */
const HALF = 2
const NAMED_KEYS = 3
const TO_DO = 'Keep less in it, or keep sessions on the server: docs/guide/sessions.md.'

/** What is too large for a cookie, and why; undefined where it fits. The session has the given keys. */
export function oversize(
  name: string,
  value: string,
  options: SessionCookieOptions,
  data: SessionData,
  serializer: DataSerializer,
): string | undefined {
  const { max_size } = options
  if (max_size <= 0 || value.length < max_size / HALF) return undefined
  const bytes = dump_cookie(name, value, { ...options, max_size: 0 }).length
  if (bytes <= max_size) return undefined
  return (
    `The session's cookie '${name}' has ${bytes} bytes where browsers keep ${max_size}, and would be dropped in silence. ` +
    `The largest keys: ${largestKeys(data, serializer)}. ${TO_DO}`
  )
}

/**
 * Tells of a cookie that browsers would drop: in debug mode by an error, so that it is seen where it is made, else by a
 * warning of the process.
 *
 * @throws {@link FlagonError} `COOKIE_TOO_LARGE` in debug mode.
 */
export function reportOversize(message: string, isDebug: boolean): void {
  if (isDebug) throw new FlagonError('COOKIE_TOO_LARGE', message)
  process.emitWarning(message, 'CookieSizeWarning')
}

function largestKeys(data: SessionData, serializer: DataSerializer): string {
  return Object.entries(data)
    .map(([key, value]): [string, number] => [key, Buffer.byteLength(serializer.dumps(value))])
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED_KEYS)
    .map(([key, bytes]) => `${JSON.stringify(key)} (${bytes} bytes)`)
    .join(', ')
}
