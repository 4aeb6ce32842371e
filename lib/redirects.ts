import { escape_html } from './http/html.ts'
import { HTTP_STATUS_CODES } from './http/status.ts'
import type { Response } from './wrappers/response.ts'

const REDIRECT_CODES: readonly number[] = [301, 302, 303, 305, 307, 308]
const FOUND = 302

/**
 * A response that sends the client to another URL, with a short page that links to it.
 *
 * @throws RangeError when the code is not one of a redirect.
 * @throws TypeError when the location has CR, LF or NUL.
 */
export function makeRedirect(location: string, code: number = FOUND, ResponseClass: typeof Response): Response {
  if (!REDIRECT_CODES.includes(code)) {
    throw new RangeError(`${code} is not the code of a redirect: use one of ${REDIRECT_CODES.join(', ')}`)
  }
  const shown = escape_html(location)
  const reason = HTTP_STATUS_CODES.get(code)
  const body =
    `<!doctype html>\n<html lang=en>\n<title>${code} ${reason}</title>\n<h1>${reason}</h1>\n` +
    `<p>The page you asked for is at <a href="${shown}">${shown}</a>.</p>\n`
  const response = new ResponseClass(body, { status: code, mimetype: 'text/html' })
  response.location = location
  return response
}

/** Schemes have at least one character before the colon; RFC 3986 section 3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
const HAS_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/
/** Browsers drop tabs and line ends inside a URL and take a backslash for a slash. */
const MISLEADING = /[\u0000-\u001f\u007f\\]/

/**
 * Whether a redirect target given by a client stays on this site: an absolute path (`/center?tab=1`), not another host,
 * scheme or anything that browsers read as one. Use it on every `next` parameter.
 *
 * @see docs/guide/responses.md
 */
export function is_safe_redirect(target: string | undefined | null): boolean {
  if (typeof target !== 'string' || !target.startsWith('/') || target.startsWith('//')) return false
  return !MISLEADING.test(target) && !HAS_SCHEME.test(target)
}
