/** A header value with its parameters: `['text/html', { charset: 'utf-8' }]` as a value and a map. */
export type OptionsHeader = [value: string, options: Map<string, string>]

/*
 * token = 1*tchar; tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
 * RFC 9110 section 5.6.2
 */
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/

const SPACE = 0x20
const TAB = 0x09

/** Media types outside `text/` whose bytes are text, and so get a charset. */
const TEXT_TYPES: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/sql',
  'application/xml',
  'application/xml-dtd',
  'application/xml-external-parsed-entity',
])

/**
 * The content type of a media type: text types get `; charset=utf-8`, others stay as they are.
 *
 * @see Werkzeug `werkzeug.utils.get_content_type`
 */
export function get_content_type(mimetype: string, charset: string = 'utf-8'): string {
  if (mimetype.startsWith('text/') || mimetype.endsWith('+xml') || TEXT_TYPES.has(mimetype)) {
    return `${mimetype}; charset=${charset}`
  }
  return mimetype
}

/**
 * A value as it may stand in a header: a token stays as it is, everything else is quoted, with `"` and `\` escaped.
 *
 * @param allow_token - `false` quotes tokens too. Default `true`.
 * @see RFC 9110 section 5.6.4
 */
export function quote_header_value(value: unknown, allow_token: boolean = true): string {
  const text = String(value)
  if (allow_token && TOKEN.test(text)) return text
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** The text inside a quoted string; anything else is returned unchanged. */
export function unquote_header_value(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  return value.includes('\\') ? value.slice(1, -1).replace(/\\([^\n])/g, '$1') : value.slice(1, -1)
}

/** Parameters to put after a header value; `undefined` and `null` leave one out. */
export type OptionsInit =
  | ReadonlyMap<string, string | number | undefined | null>
  | Readonly<Record<string, string | number | undefined | null>>

/**
 * A header value followed by its parameters: `text/html; charset=utf-8`. A value that is no token is quoted, except that of a
 * name that ends in `*`, which is taken to be encoded already (RFC 8187).
 */
export function dump_options_header(header: string | undefined, options: OptionsInit): string {
  const segments = header === undefined ? [] : [header]
  for (const [name, value] of options instanceof Map ? options : Object.entries(options)) {
    if (value === undefined || value === null) continue
    segments.push(name.endsWith('*') ? `${name}=${value}` : `${name}=${quote_header_value(value)}`)
  }
  return segments.join('; ')
}

/* parameter-name "=": RFC 9110 section 5.6.6 */
const PARAMETER_NAME = /([\w!#$%&'*+\-.^`|~]+)=/y
const PARAMETER_TOKEN = /[\w!#$%&'*+\-.^`|~]+/y
/* quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE: RFC 9110 section 5.6.4 */
const QUOTED_STRING = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y
/* section and extended markers of a name, "*0", "*" or "*0*": RFC 2231 sections 3 and 4 */
const NAME_MARKS = /^(.*?)(?:\*(\d+))?(\*)?$/
/* ext-value = charset "'" [ language ] "'" value-chars: RFC 8187 section 3.2.1 */
const EXTENDED_VALUE = /^([\w!#$%&*+\-.^`|~]*)'[\w!#$%&*+\-.^`|~]*'([\w!#$%&'*+\-.^`|~]+)$/

/** A run of percent-encoded bytes. */
const PERCENT_RUN = /(?:%[\da-fA-F]{2})+/g

/** Whether {@link decodeExtended} knows a charset: the few that clients send, as Werkzeug limits them. */
function isDecodable(charset: string): boolean {
  return charset === 'utf-8' || charset === 'ascii' || charset === 'us-ascii' || charset === 'iso-8859-1'
}

/** Decodes the `%XX` of an extended value; bytes that the charset lacks become U+FFFD, a broken `%` stays. */
function decodeExtended(charset: string, value: string): string {
  return value.replace(PERCENT_RUN, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    if (charset === 'utf-8') return bytes.toString('utf8')
    const text = bytes.toString('latin1')
    return charset === 'iso-8859-1' ? text : text.replace(/[\x80-\xff]/g, '\ufffd')
  })
}

/** The text of an extended value such as `UTF-8''%e2%82%ac`; returned unchanged when it is not one, or its charset is not known. */
export function decodeExtendedValue(value: string): string {
  const [, charset = '', encoded = ''] = EXTENDED_VALUE.exec(value) ?? []
  if (encoded === '') return value
  return isDecodable(charset.toLowerCase()) ? decodeExtended(charset.toLowerCase(), encoded) : encoded
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0]
}

/** `text` without the blanks around it, where HTTP allows them: OWS = *( SP / HTAB ), RFC 9110 section 5.6.3. Never more than these. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** Splits `name=value; …` into pairs with the values still quoted. Every step moves on, so this is linear. */
function splitParameters(text: string): [name: string, value: string][] {
  const pairs: [string, string][] = []
  let position = 0
  while (position < text.length) {
    const name = matchAt(PARAMETER_NAME, text, position)
    if (name !== undefined) {
      position += name.length
      const value = matchAt(PARAMETER_TOKEN, text, position) ?? matchAt(QUOTED_STRING, text, position)
      if (value !== undefined) {
        pairs.push([name.slice(0, -1).toLowerCase(), value])
        position += value.length
      } else if (text[position] === '"') {
        // A quote without an end takes all of the rest.
        break
      }
    }
    const semicolon = text.indexOf(';', position)
    if (semicolon === -1) break
    position = semicolon + 1
    while (isBlank(text.charCodeAt(position))) position += 1
  }
  return pairs
}

/** Parts of one value that came as `name*0=`, `name*1=`…; the charset stands in the first. */
interface Continuation {
  text: string
  charset: string
}

function readOptions(text: string): Map<string, string> {
  const options = new Map<string, string>()
  const continuations = new Map<string, Continuation>()
  for (const [marked, raw] of splitParameters(text)) {
    const [, name = '', section, extended] = NAME_MARKS.exec(marked) ?? []
    let value = raw
    let charset = ''
    if (extended === undefined) {
      value = unquote_header_value(raw).replaceAll('%22', '"')
    } else {
      const parts = EXTENDED_VALUE.exec(raw)
      charset = parts?.[1]?.toLowerCase() || (section === undefined ? '' : (continuations.get(name)?.charset ?? ''))
      value = parts?.[2] ?? raw
      if (isDecodable(charset)) value = decodeExtended(charset, value)
    }
    if (section === undefined) {
      continuations.delete(name)
      options.set(name, value)
      continue
    }
    options.delete(name)
    const before = continuations.get(name)
    continuations.set(name, { text: (before?.text ?? '') + value, charset: charset || (before?.charset ?? '') })
  }
  for (const [name, { text }] of continuations) options.set(name, text)
  return options
}

/**
 * Reads a header of the form `value; name=value; name="quoted value"`, as `Content-Type` and `Content-Disposition` are.
 * Names come in lower case and the last of two wins; a parameter that cannot be read is skipped. Continuations (`name*0=`) are
 * joined and charsets (`name*=UTF-8''…`) decoded.
 *
 * @see Werkzeug `werkzeug.http.parse_options_header`
 * @see RFC 9110 section 5.6.6, RFC 2231, RFC 8187
 */
export function parse_options_header(header: string | undefined): OptionsHeader {
  if (header === undefined) return ['', new Map()]
  const semicolon = header.indexOf(';')
  if (semicolon === -1) return [trimBlanks(header), new Map()]
  const value = trimBlanks(header.slice(0, semicolon))
  return [value, value === '' ? new Map() : readOptions(trimBlanks(header.slice(semicolon + 1)))]
}
