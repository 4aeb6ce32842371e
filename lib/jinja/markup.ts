import { findEntity, findLegacyEntity } from './entities.ts'

const SPECIAL = /[&<>"']/

/**
 * The text with `& < > " '` as `&amp; &lt; &gt; &#34; &#39;`, for HTML text and quoted attributes.
 * Costs one scan, and no copy, when nothing has to be escaped.
 */
export function escapeText(text: string): string {
  const first = text.search(SPECIAL)
  if (first < 0) return text
  let out = ''
  let from = 0
  for (let at = first; at < text.length; at++) {
    let entity: string
    switch (text.charCodeAt(at)) {
      case 38:
        entity = '&amp;'
        break
      case 60:
        entity = '&lt;'
        break
      case 62:
        entity = '&gt;'
        break
      case 34:
        entity = '&#34;'
        break
      case 39:
        entity = '&#39;'
        break
      default:
        continue
    }
    if (from < at) out += text.slice(from, at)
    out += entity
    from = at + 1
  }
  return from < text.length ? out + text.slice(from) : out
}

/** What anything that knows its own HTML has. */
export interface HasHtml {
  /** The value as HTML that needs no escaping. */
  __html__(): string
}

/** Whether the value brings its own HTML: a {@link Markup}, or any object with a `__html__` method. */
export function hasHtml(value: unknown): value is HasHtml {
  return typeof value === 'object' && value !== null && '__html__' in value && typeof value.__html__ === 'function'
}

/**
 * Text that is safe to put into HTML as it is. It is a `String` object, so JavaScript's string methods work on it
 * (and give plain strings); the methods added here keep the result safe by escaping what they are given.
 *
 * @see markupsafe.Markup
 */
export class Markup extends String {
  /** @param html Text that is HTML already; an object with `__html__` gives its own. */
  constructor(html: unknown = '') {
    super(hasHtml(html) ? html.__html__() : html)
  }

  /** The HTML itself. */
  __html__(): string {
    return this.toString()
  }

  /** The value escaped, as Markup; HTML stays as it is. */
  static escape(value: unknown): Markup {
    return escapeValue(value)
  }

  /** This HTML followed by the given values, each escaped unless it is HTML. */
  override concat(...values: unknown[]): Markup & string {
    let out = this.toString()
    for (const value of values) out += escapeValue(value).toString()
    return new Markup(out) as Markup & string
  }

  /** The text that this HTML shows: entities become the characters they name. */
  unescape(): string {
    return unescapeHtml(this.toString())
  }

  /** The text without tags and comments, runs of white space made one space, entities resolved. */
  striptags(): string {
    return stripTags(this.toString())
  }
}

/**
 * The value as HTML that is safe to output: text is escaped, what has `__html__` is taken as it is,
 * null and undefined give nothing.
 *
 * @see markupsafe.escape
 */
export function escapeValue(value: unknown): Markup {
  if (value instanceof Markup) return value
  if (hasHtml(value)) return new Markup(value.__html__())
  return new Markup(value === null || value === undefined ? '' : escapeText(String(value)))
}

const WHITE_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g

export { escapeValue as escape }

/** The text of an HTML fragment: comments and tags cut out (an unclosed one stays), white space collapsed, entities resolved. */
export function stripTags(html: string): string {
  let text = cut(cut(html, '<!--', '-->'), '<', '>')
  text = text.replace(WHITE_SPACE, ' ')
  if (text.startsWith(' ')) text = text.slice(1)
  if (text.endsWith(' ')) text = text.slice(0, -1)
  return unescapeHtml(text)
}

function cut(text: string, open: string, close: string): string {
  let out = ''
  let rest = text
  for (let from = 0; ; ) {
    const start = rest.indexOf(open, from)
    const end = start < 0 ? -1 : rest.indexOf(close, start)
    if (end < 0) return out + rest.slice(from)
    out += rest.slice(from, start)
    from = end + close.length
    // What was apart may form a new opening now.
    const seam = out.slice(1 - open.length) + rest.slice(from, from + open.length - 1)
    if (open.length > 1 && seam.includes(open)) {
      rest = out.slice(1 - open.length) + rest.slice(from)
      out = out.slice(0, 1 - open.length)
      from = 0
    }
  }
}

// A character reference of HTML 5.3 section 8.1.4; names are at most 32 characters, a missing semicolon is allowed.
const REFERENCE = /&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** The text with character references such as `&amp;` and `&#39;` replaced by their characters, unknown ones left. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, (whole, body: string) => {
    if (body[0] === '#') return fromCodePoint(body)
    if (body.endsWith(';')) {
      const found = findEntity(body.slice(0, -1))
      if (found !== undefined) return found
    }
    // Without a semicolon the longest known old name counts, as in "&ampx".
    for (let end = body.length; end > 1; end--) {
      const name = body.slice(0, end)
      const found = findLegacyEntity(name)
      if (found !== undefined) return found + body.slice(end)
    }
    return whole
  })
}

function fromCodePoint(body: string): string {
  const digits = body.replace(/^#|;$/g, '')
  const code = /^[xX]/.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10)
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd'
  if (code === 13) return '\r'
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80]!
  const isControl = code < 9 || code === 11 || (code >= 14 && code < 32) || (code >= 127 && code <= 159)
  if (isControl || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe) return ''
  return String.fromCodePoint(code)
}
