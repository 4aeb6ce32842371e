import { domainToASCII } from 'node:url'
import { http_date, type Timedelta, wholeSeconds } from './dates.ts'
import { MultiDict, ValueLists } from './multi-dict.ts'
import { makeQuoter } from './query.ts'

/** The attributes of a cookie that is set. */
export interface CookieOptions {
  /** How long the browser keeps the cookie: seconds or a `timedelta`. Left out: until the browser is closed. 0: gone at once. */
  max_age?: number | Timedelta | null | undefined
  /** When the browser drops the cookie: a date, seconds since 1970, or a ready HTTP date. Left out: follows from `max_age`. */
  expires?: Date | number | string | null | undefined
  /** Path below which the browser sends the cookie. `/` by default; `null`: the path of the request that set it. */
  path?: string | null | undefined
  /** Domain whose hosts all get the cookie. Left out: only the host that set it. */
  domain?: string | null | undefined
  /** Whether the cookie goes over HTTPS only. `false` by default. */
  secure?: boolean | undefined
  /** Whether scripts in the page cannot read the cookie. `false` by default. */
  httponly?: boolean | undefined
  /** Whether requests from other sites carry the cookie: `Strict` and `Lax` keep it back, `None` (needs `secure`) sends it. In any case of letters. */
  samesite?: string | null | undefined
  /** Whether the cookie is kept apart for each top-level site; sets `secure` too. `false` by default. */
  partitioned?: boolean | undefined
  /** Whether `Expires` is added when only `max_age` is given, for clients that know no `Max-Age`. `true` by default. */
  sync_expires?: boolean | undefined
  /** Length of the whole header value, in bytes, past which a warning is emitted, since browsers drop such cookies. 4,093 by default; 0: never. */
  max_size?: number | undefined
}

/** Browsers keep 4,096 bytes for name, value and attributes; what Werkzeug leaves for them. */
const MAX_SIZE = 4093
const MS_PER_SECOND = 1000

const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22
const SEMICOLON = 0x3b
const BACKSLASH = 0x5c

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** Position of the first character from `at` on that is neither space nor tab. No other blank counts: see RFC 6265 section 5.2. */
function skipBlank(text: string, at: number, end: number): number {
  let next = at
  while (next < end && isBlank(text.charCodeAt(next))) next++
  return next
}

function trimBlank(text: string, start: number, end: number): string {
  const first = skipBlank(text, start, end)
  let last = end
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--
  return text.slice(first, last)
}

/** Position of the semicolon, or of the end, after the quoted string that opens at `at`; -1 when something else comes first. */
function endOfQuoted(header: string, at: number): number {
  const length = header.length
  let next = at + 1
  for (; next < length; next++) {
    const code = header.charCodeAt(next)
    if (code === BACKSLASH) next++
    else if (code === QUOTE) break
  }
  if (next >= length) return -1
  const after = skipBlank(header, next + 1, length)
  return after === length || header.charCodeAt(after) === SEMICOLON ? after : -1
}

const escapes = /\\([0-3][0-7]{2}|[^\n])/g

function unquote(inner: string): string {
  if (!inner.includes('\\')) return inner
  // Octal escapes are single bytes of UTF-8, so the text is put together as bytes.
  const bytes = Buffer.from(inner).toString('latin1')
  const unescaped = bytes.replace(escapes, (_, code: string) =>
    code.length === 1 ? code : String.fromCharCode(Number.parseInt(code, 8)),
  )
  return Buffer.from(unescaped, 'latin1').toString()
}

/** Adds every pair of the header to `lists`; given `wanted` instead, stops at that name and returns its value. */
function scan(header: string, lists: ValueLists<string> | undefined, wanted?: string): string | undefined {
  const length = header.length
  let equals = -1
  for (let start = 0; start < length; ) {
    let end = header.indexOf(';', start)
    if (end === -1) end = length
    // Searched again only when the last one found is behind, so that a header full of names costs one search.
    if (equals < start) equals = header.indexOf('=', start)
    if (equals === -1) equals = length
    const hasValue = equals < end
    const name = trimBlank(header, start, hasValue ? equals : end)
    let value = ''
    if (hasValue) {
      const first = skipBlank(header, equals + 1, length)
      const quoted = header.charCodeAt(first) === QUOTE
      if (quoted) {
        // A quoted value may hold semicolons.
        const closed = endOfQuoted(header, first)
        if (closed !== -1) end = closed
      }
      value = trimBlank(header, first, end)
      if (quoted && value.length >= 2 && value.endsWith('"')) value = unquote(value.slice(1, -1))
    }
    if (name !== '') {
      if (lists !== undefined) lists.append(name, value)
      else if (name === wanted) return value
    }
    start = end + 1
  }
  return undefined
}

/**
 * The cookies of a `Cookie` header, in order. A name that comes twice has both values; `get` gives the first.
 *
 * Quoted values are unquoted, with octal escapes read as UTF-8; pairs without a name are ignored. `header` is the text that node gives:
 * bytes past ASCII stay latin-1 characters, as Flask leaves them. `into` is the class to make, `MultiDict` by default. The cost is linear.
 *
 * @see RFC 6265 section 4.2.1
 * @see werkzeug.Request.cookies
 */
export function parse_cookie(header: string): MultiDict
export function parse_cookie<M>(header: string, into: new (lists: ValueLists<string>) => M): M
export function parse_cookie(
  header: string,
  into: new (lists: ValueLists<string>) => unknown = MultiDict<string>,
): unknown {
  const lists = new ValueLists<string>()
  scan(header, lists)
  return new into(lists)
}

/** The first value of one cookie of a `Cookie` header, or `undefined`: what `parse_cookie(header).get(name)` gives, for less. */
export function find_cookie(header: string, name: string): string | undefined {
  return header.includes(name) ? scan(header, undefined, name) : undefined
}

// cookie-name = token ; RFC 6265 section 4.1.1
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// cookie-value as Werkzeug writes it unquoted: RFC 6265 section 4.1.1 without the comma
const plainValue = /^[\w!#$%&'()*+\-./:<=>?@[\]^`{|}~]*$/
// domain of labels; underscores are common in names of hosts, though RFC 1035 section 2.3.1 has none. Longer labels name no host.
// What ends an attribute or the header
const attributeEnd = /[;\s\0]/
const domainName = /^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*$/
// av-octets = any CHAR except CTLs and ";" ; RFC 6265 section 4.1.1
const attributeValue = /^[\x20-\x3a\x3c-\x7e]*$/
// Werkzeug leaves 0x1a to 0x1f as they are, which node refuses to write and RFC 6265 section 4.1.1 forbids.
const quotedBytes = /[\x00-\x1f",;\\\x7f-\xff]/g
/** What may stand in `Path`: a URL path but for the semicolon, with percent signs of what is encoded already. */
const quotePath = makeQuoter("%!$&'()*+,/:=@")

function quoteByte(byte: string): string {
  if (byte === '"' || byte === '\\') return `\\${byte}`
  return `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`
}

function quoteValue(value: string): string {
  if (plainValue.test(value)) return value
  return `"${Buffer.from(value).toString('latin1').replace(quotedBytes, quoteByte)}"`
}

const SAMESITE: ReadonlyMap<string, string> = new Map([
  ['strict', 'Strict'],
  ['lax', 'Lax'],
  ['none', 'None'],
])

function dumpDomain(domain: string): string {
  const [host = ''] = domain.split(':', 1)
  const bare = host.replace(/^\.+/, '')
  if (domainName.test(bare)) return bare
  // Blanks and marks are for the check below to refuse: domainToASCII would drop some of them.
  const encoded = /^[\x00-\x7f]*$/.test(bare) || attributeEnd.test(bare) ? bare : domainToASCII(bare)
  if (!domainName.test(encoded)) {
    throw new TypeError(`cookie domain ${JSON.stringify(domain)} is no domain name, such as 'example.com'`)
  }
  return encoded
}

function dumpSamesite(samesite: string): string {
  const written = SAMESITE.get(samesite.toLowerCase())
  if (written !== undefined) return written
  const message = `cookie samesite ${JSON.stringify(samesite)} is unknown: use 'Strict', 'Lax' or 'None'`
  throw attributeEnd.test(samesite) ? new TypeError(message) : new RangeError(message)
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null
}

function dumpMaxAge(span: number | Timedelta): number {
  const seconds = wholeSeconds(span)
  if (!Number.isSafeInteger(seconds)) throw new RangeError(`cookie max_age ${String(span)} is no number of seconds`)
  return seconds
}

function dumpExpires(expires: Date | number | string): string {
  if (typeof expires !== 'string') return http_date(expires)
  if (attributeValue.test(expires)) return expires
  throw new TypeError(`cookie expires ${JSON.stringify(expires)} is no HTTP date: give a Date`)
}

/** Browsers refuse cookies that break what their prefix promises ; draft-ietf-httpbis-rfc6265bis section 4.1.3 */
function checkPrefix(key: string, secure: boolean, path: string | undefined, domain: string | undefined): void {
  if (!key.startsWith('__')) return
  const lower = key.toLowerCase()
  if (lower.startsWith('__secure-') && !secure) {
    throw new TypeError(`cookie ${key} needs secure: true, as its prefix says`)
  }
  if (!lower.startsWith('__host-')) return
  if (!secure || path !== '/' || domain !== undefined) {
    throw new TypeError(`cookie ${key} needs secure: true, path: '/' and no domain, as its prefix says`)
  }
}

/**
 * The value of a `Set-Cookie` header, byte for byte as Werkzeug writes it: only ASCII, values with other characters quoted by octal escapes.
 *
 * Stricter than Werkzeug, so that no text can add attributes or headers and no browser drops the cookie in silence.
 *
 * @throws TypeError when `key` is no token or `domain` no domain name; when `samesite` or `expires` has a semicolon, CR, LF or NUL; when
 * `samesite` is `None` without `secure`; when a `__Host-` or `__Secure-` cookie lacks what its prefix promises.
 * @throws RangeError when `samesite` is another word than the three, `max_age` is no number, or the cookie would expire after the year 9999.
 * @see RFC 6265 section 4.1.1
 * @see werkzeug.http.dump_cookie
 */
export function dump_cookie(key: string, value: string = '', options: CookieOptions = {}): string {
  if (!token.test(key)) {
    throw new TypeError(`cookie name ${JSON.stringify(key)} is no token: use letters, digits and !#$%&'*+-.^_\`|~ only`)
  }
  const { max_age, expires, domain, samesite, httponly, partitioned } = options
  const { sync_expires = true, max_size = MAX_SIZE } = options
  const secure = Boolean(options.secure || partitioned)
  const path = options.path === null ? undefined : quotePath(options.path ?? '/')
  const host = domain ? dumpDomain(domain) : undefined
  checkPrefix(key, secure, path, host)

  const site = isGiven(samesite) ? dumpSamesite(samesite) : undefined
  if (site === 'None' && !secure) {
    throw new TypeError(`cookie ${key} with samesite 'None' needs secure: true, or browsers drop it`)
  }
  const age = isGiven(max_age) ? dumpMaxAge(max_age) : undefined
  let cookie = `${key}=${quoteValue(value)}`
  if (host !== undefined) cookie += `; Domain=${host}`
  if (isGiven(expires)) cookie += `; Expires=${dumpExpires(expires)}`
  else if (age !== undefined && sync_expires) cookie += `; Expires=${http_date(Date.now() / MS_PER_SECOND + age)}`
  if (age !== undefined) cookie += `; Max-Age=${age}`
  if (secure) cookie += '; Secure'
  if (httponly) cookie += '; HttpOnly'
  if (path !== undefined) cookie += `; Path=${path}`
  if (site !== undefined) cookie += `; SameSite=${site}`
  if (partitioned) cookie += '; Partitioned'
  if (max_size > 0 && cookie.length > max_size) {
    process.emitWarning(
      `The '${key}' cookie is too large: ${cookie.length} bytes where ${max_size} are safe. Browsers may drop it in silence.`,
      'CookieSizeWarning',
    )
  }
  return cookie
}
