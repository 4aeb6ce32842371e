import { domainToASCII } from 'node:url'
import { http_date, type Timedelta, wholeSeconds } from './dates.ts'
import { MultiDict, ValueLists } from './multi-dict.ts'
import { makeQuoter } from './query.ts'

/** The attributes of a cookie that is set. */
export interface CookieOptions {
  /** How long the browser keeps the cookie: seconds or a `timedelta`. Left out: until the browser is closed. 0: gone at once. */
  max_age?: number | Timedelta | undefined
  /** When the browser drops the cookie: a date, seconds since 1970, or a ready HTTP date. Left out: follows from `max_age`. */
  expires?: Date | number | string | undefined
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

const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22

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

/** Position after the quoted string that opens at `at`, or -1 when it does not close before a semicolon or the end. */
function endOfQuoted(header: string, at: number): number {
  let next = at + 1
  for (; next < header.length; next++) {
    const char = header[next]
    if (char === '\\') next++
    else if (char === '"') break
  }
  if (next >= header.length) return -1
  const after = skipBlank(header, next + 1, header.length)
  return after === header.length || header[after] === ';' ? next + 1 : -1
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

/** Calls `take` with each pair of the header until it returns true. */
function eachPair(header: string, take: (name: string, value: string) => boolean): void {
  const length = header.length
  for (let start = 0; start < length; ) {
    let end = header.indexOf(';', start)
    if (end === -1) end = length
    const equals = header.indexOf('=', start)
    const hasValue = equals !== -1 && equals < end
    const name = trimBlank(header, start, hasValue ? equals : end)
    let value = ''
    if (hasValue) {
      const first = skipBlank(header, equals + 1, length)
      if (header.charCodeAt(first) === QUOTE) {
        // A quoted value may hold semicolons.
        const closed = endOfQuoted(header, first)
        if (closed !== -1) {
          end = header.indexOf(';', closed)
          if (end === -1) end = length
        }
      }
      value = trimBlank(header, equals + 1, end)
      if (value.length >= 2 && value.charCodeAt(0) === QUOTE && value.endsWith('"')) value = unquote(value.slice(1, -1))
    }
    if (name !== '' && take(name, value)) return
    start = end + 1
  }
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
  eachPair(header, (name, value) => {
    lists.append(name, value)
    return false
  })
  return new into(lists)
}

/** The first value of one cookie of a `Cookie` header, or `undefined`: what `parse_cookie(header).get(name)` gives, for less. */
export function find_cookie(header: string, name: string): string | undefined {
  if (!header.includes(name)) return undefined
  let found: string | undefined
  eachPair(header, (key, value) => {
    if (key !== name) return false
    found = value
    return true
  })
  return found
}

// cookie-name = token ; RFC 6265 section 4.1.1
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// cookie-value as Werkzeug writes it unquoted: RFC 6265 section 4.1.1 without the comma
const plainValue = /^[\w!#$%&'()*+\-./:<=>?@[\]^`{|}~]*$/
// What ends an attribute or the header ; RFC 6265 section 4.1.1
const attributeEnd = /[;\r\n\0]/
const quotedBytes = /[\x00-\x19",;\\\x7f-\xff]/g
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
  if (attributeEnd.test(domain))
    throw new TypeError(`cookie domain ${JSON.stringify(domain)} has a semicolon, CR, LF or NUL in it`)
  const [host = ''] = domain.split(':')
  const bare = host.replace(/^\.+/, '')
  if (/^[\x00-\x7f]*$/.test(bare)) return bare
  const encoded = domainToASCII(bare)
  if (encoded === '') throw new TypeError(`cookie domain ${JSON.stringify(domain)} is no domain name`)
  return encoded
}

function dumpSamesite(samesite: string): string {
  const written = SAMESITE.get(samesite.toLowerCase())
  if (written === undefined) {
    throw new TypeError(`cookie samesite ${JSON.stringify(samesite)} is unknown: use 'Strict', 'Lax' or 'None'`)
  }
  return written
}

/** Browsers refuse cookies that break what their prefix promises ; draft-ietf-httpbis-rfc6265bis section 4.1.3 */
function checkPrefix(key: string, secure: boolean, path: string | undefined, domain: string | undefined): void {
  const lower = key.toLowerCase()
  if (lower.startsWith('__secure-') && !secure)
    throw new TypeError(`cookie ${key} needs secure: true, as its prefix says`)
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
 * @throws TypeError when `key` is no token; when `domain` or `samesite` has a semicolon, CR, LF or NUL; when `samesite` is unknown;
 * when a `__Host-` or `__Secure-` cookie lacks what its prefix promises.
 * @throws RangeError when the cookie would expire after the year 9999.
 * @see RFC 6265 section 4.1.1
 * @see werkzeug.http.dump_cookie
 */
export function dump_cookie(key: string, value: string = '', options: CookieOptions = {}): string {
  if (!token.test(key)) {
    throw new TypeError(`cookie name ${JSON.stringify(key)} is no token: use letters, digits and !#$%&'*+-.^_\`|~ only`)
  }
  const {
    max_age,
    expires,
    domain,
    samesite,
    httponly,
    partitioned,
    sync_expires = true,
    max_size = MAX_SIZE,
  } = options
  const secure = options.secure === true || partitioned === true
  const path = options.path === null ? undefined : quotePath(options.path ?? '/')
  const host = domain ? dumpDomain(domain) : undefined
  checkPrefix(key, secure, path, host)

  const age = max_age === undefined ? undefined : wholeSeconds(max_age)
  let cookie = `${key}=${quoteValue(value)}`
  if (host !== undefined) cookie += `; Domain=${host}`
  if (expires !== undefined)
    cookie += `; Expires=${typeof expires === 'string' ? checkExpires(expires) : http_date(expires)}`
  else if (age !== undefined && sync_expires) cookie += `; Expires=${http_date(Date.now() / 1000 + age)}`
  if (age !== undefined) cookie += `; Max-Age=${age}`
  if (secure) cookie += '; Secure'
  if (httponly) cookie += '; HttpOnly'
  if (path !== undefined) cookie += `; Path=${path}`
  if (samesite !== undefined && samesite !== null) cookie += `; SameSite=${dumpSamesite(samesite)}`
  if (partitioned) cookie += '; Partitioned'
  if (max_size > 0 && cookie.length > max_size) {
    process.emitWarning(
      `The '${key}' cookie is too large: ${cookie.length} bytes where ${max_size} are safe. Browsers may drop it in silence.`,
      'CookieSizeWarning',
    )
  }
  return cookie
}

function checkExpires(expires: string): string {
  if (attributeEnd.test(expires))
    throw new TypeError(`cookie expires ${JSON.stringify(expires)} has a semicolon, CR, LF or NUL in it`)
  return expires
}
