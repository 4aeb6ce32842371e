import { isUtf8 } from 'node:buffer'
import { domainToASCII } from 'node:url'
import { iterPairs, MultiDict, type MultiDictInit, ValueLists } from './multi-dict.ts'

// pct-encoded = "%" HEXDIG HEXDIG ; RFC 3986 section 2.1, here runs of them, since a UTF-8 character is several
const percentRuns = /(?:%[0-9A-Fa-f]{2})+/g

const HEX = 16
/** Length of one percent-encoded byte: `%41`. */
const ENCODED = 3
const FIRST_BEYOND_ASCII = 0x80

function bytesOf(run: string): Buffer {
  return Buffer.from(run.replaceAll('%', ''), 'hex')
}

/** The character of a run that is one byte of ASCII, such as %20, or `undefined`: the usual case, without a buffer. */
function decodeAscii(run: string): string | undefined {
  if (run.length !== ENCODED) return undefined
  const byte = Number.parseInt(run.slice(1), HEX)
  return byte < FIRST_BEYOND_ASCII ? String.fromCharCode(byte) : undefined
}

// Neither of these throws within: decodeURIComponent's errors would cost more than all the rest of a hostile URL.
function decodeRunReplacing(run: string): string {
  return decodeAscii(run) ?? bytesOf(run).toString()
}

function decodeRunKeeping(run: string): string {
  const char = decodeAscii(run)
  if (char !== undefined) return char
  const bytes = bytesOf(run)
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length === 0) text += run.slice(at * ENCODED, (at + 1) * ENCODED).toUpperCase()
    else text += bytes.toString('utf8', at, at + length)
    at += length || 1
  }
  return text
}

/** Length of the UTF-8 sequence at `at`, or 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  const length = lead < FIRST_BEYOND_ASCII ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}

function decodeField(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return spaced.includes('%') ? spaced.replace(percentRuns, decodeRunKeeping) : spaced
}

/**
 * The fields of a query string or of an urlencoded form, decoded as UTF-8, in order; blank values are kept.
 *
 * `&` alone separates. Percent signs that introduce nothing, and bytes that are not UTF-8, stay percent-encoded, so nothing is lost.
 * `text` must be decoded text: characters past ASCII are taken as they are. `into` is the class to make, `MultiDict` by default.
 *
 * @see werkzeug.Request.args
 */
export function parse_query(text: string): MultiDict
export function parse_query<M>(text: string, into: new (lists: ValueLists<string>) => M): M
export function parse_query(
  text: string,
  into: new (lists: ValueLists<string>) => unknown = MultiDict<string>,
): unknown {
  const lists = new ValueLists<string>()
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) {
      const field = text.slice(start, end)
      const equals = field.indexOf('=')
      if (equals === -1) lists.append(decodeField(field), '')
      else lists.append(decodeField(field.slice(0, equals)), decodeField(field.slice(equals + 1)))
    }
    start = end + 1
  }
  return new into(lists)
}

/** Characters that stand for themselves everywhere in a URL ; RFC 3986 section 2.3 */
const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~'

/** What may stand unquoted in one segment of a path, beside letters, digits and `_.-~`. */
export const SEGMENT_SAFE = "!$&'()*+,/:;=@"
/** What may stand unquoted in a URL's query, percent signs of what is quoted already included. */
export const QUERY_SAFE = "%!$&'()*+,/:;=?@"
/** What may stand unquoted in a URL's fragment, percent signs of what is quoted already included. */
export const FRAGMENT_SAFE = "%!#$&'()*+,/:;=?@"

/**
 * A function that percent-encodes the UTF-8 bytes of all characters but letters, digits, `_.-~` and those in `safe`.
 * Text that needs no encoding is returned as it is.
 *
 * @see urllib.parse.quote
 */
export function makeQuoter(safe: string): (text: string) => string {
  const escapes: string[] = []
  for (let byte = 0; byte < 256; byte++) {
    const char = String.fromCharCode(byte)
    escapes.push((UNRESERVED + safe).includes(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
  }
  const set = (UNRESERVED + safe).replace(/[\\\]^-]/g, '\\$&')
  const unsafe = new RegExp(`[^${set}]`)
  return function quote(text) {
    if (!unsafe.test(text)) return text
    let quoted = ''
    for (const byte of Buffer.from(text)) quoted += escapes[byte]
    return quoted
  }
}

const quoteSegment = makeQuoter(SEGMENT_SAFE)
const quotePath = makeQuoter(`%${SEGMENT_SAFE}`)
const quoteQuery = makeQuoter(QUERY_SAFE)
const quoteFragment = makeQuoter(FRAGMENT_SAFE)
const quoteUser = makeQuoter("%!$&'()*+,;=")
const quoteField = makeQuoter(" !$'()*,/:;?@")

/** A value of a query argument; `null` and `undefined` leave the argument out. */
export type QueryValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | {
      /** Makes the text. */
      toString(): string
    }

function encodeField(value: unknown): string {
  // Python's spelling, so that both sides of a mixed system build the same URLs.
  const text = typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
  return quoteField(text).replaceAll(' ', '+')
}

/**
 * A query string of all pairs, without `?`: spaces become `+`, all but letters, digits and `-._~!$'()*,/:;?@` is percent-encoded.
 * A list of values gives one argument each; `null` and `undefined` are left out; `true` is written `True`, as Flask does.
 *
 * @see flask.url_for
 */
export function encode_query(values: MultiDictInit<QueryValue>): string {
  let query = ''
  for (const [key, value] of iterPairs<QueryValue>(values)) {
    if (value === null || value === undefined) continue
    query += `${query === '' ? '' : '&'}${encodeField(key)}=${encodeField(value)}`
  }
  return query
}

/** A path of a URL in percent-encoding: all but letters, digits and `-._~!$&'()*+,/:;=@` is encoded, `%` too. */
export function encode_path(path: string): string {
  return quoteSegment(path)
}

const beyondAscii = /[\x80-\xff]/
const beyondAsciiAll = /[\x80-\xff]/g

function encodeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16)}`
}

/**
 * The path of a request line, percent-decoded once. Bytes that are not UTF-8 become U+FFFD, percent signs that introduce nothing stay.
 * `rawPath` is what node gives: bytes past ASCII as latin-1 characters. A path without `%` costs one search.
 *
 * @see PEP 3333, PATH_INFO
 */
export function decode_path(rawPath: string): string {
  const path = beyondAscii.test(rawPath) ? rawPath.replace(beyondAsciiAll, encodeByte) : rawPath
  return path.includes('%') ? path.replace(percentRuns, decodeRunReplacing) : path
}

// URI = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ] ; RFC 3986 appendix B
const uriParts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s
// authority = [ userinfo "@" ] host [ ":" port ] ; RFC 3986 section 3.2
const authorityParts = /^(?:(.*)@)?(\[[^\]@]*\]|[^:[\]@]*)(?::(\d*))?$/s
// What browsers and urllib drop at the start, and anywhere, in a URL ; https://url.spec.whatwg.org/#concept-basic-url-parser
const dropped = /^[\x00-\x20]+|[\t\r\n]/g

/**
 * A URL in ASCII: each part percent-encoded by its own rules, a host of other letters in Punycode. What is encoded already stays so;
 * an empty query or fragment is dropped. For the `Location` field, which carries latin-1 at most.
 *
 * @throws TypeError when the host or the port is malformed.
 * @see RFC 3987 section 3.1
 * @see werkzeug.urls.iri_to_uri
 */
export function iri_to_uri(url: string): string {
  const [, scheme, authority, path = '', query, fragment] = uriParts.exec(url.replace(dropped, '')) ?? []
  let uri = scheme === undefined ? '' : `${scheme.toLowerCase()}:`
  // Of ///path only /path is left, as no host was named; a scheme (file:///path) keeps its slashes.
  if (authority || (authority === '' && (scheme !== undefined || path.startsWith('//')))) {
    uri += `//${encodeAuthority(authority, url)}`
  }
  uri += quotePath(path)
  if (query) uri += `?${quoteQuery(query)}`
  if (fragment) uri += `#${quoteFragment(fragment)}`
  return uri
}

const LAST_PORT = 65535

function encodeAuthority(authority: string, url: string): string {
  const match = authorityParts.exec(authority)
  const host = match?.[2]?.toLowerCase()
  const port = match?.[3] ? Number(match[3]) : undefined
  if (match === null || host === undefined || (port ?? 0) > LAST_PORT) {
    throw new TypeError(`URL ${JSON.stringify(url)} has a malformed host or port: write scheme://host:port/path`)
  }
  const encoded = encodeUser(match[1]) + encodeHost(host, url)
  return port === undefined ? encoded : `${encoded}:${port}`
}

function encodeUser(user: string | undefined): string {
  if (user === undefined) return ''
  const colon = user.indexOf(':')
  if (colon === -1) return `${quoteUser(user)}@`
  return `${quoteUser(user.slice(0, colon))}:${quoteUser(user.slice(colon + 1))}@`
}

const ascii = /^[\x00-\x7f]*$/

function encodeHost(host: string, url: string): string {
  if (ascii.test(host)) return host
  const encoded = domainToASCII(host)
  if (encoded === '') throw new TypeError(`URL ${JSON.stringify(url)} has a host that is no domain name`)
  return encoded
}
