/** Levels of arrays and objects that a text may have: whatever walks over the value may be recursive. */
const MAX_DEPTH = 100
/** A key can be written with any of its letters escaped, so an escape is reason enough to look. */
const MAY_HOLD_PROTO = /__proto__|\\u/

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

// Drops a byte order mark, as Python's json does with bytes.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The value of a JSON text, or of its UTF-8 bytes.
 *
 * @throws SyntaxError for what is not JSON or not UTF-8, for more than 100 levels, and for a key `__proto__`: merging such
 * an object into another would change the other's prototype.
 */
export function parseJson(source: string | Uint8Array): unknown {
  const text = typeof source === 'string' ? source : decode(source)
  checkDepth(text)
  const value: unknown = JSON.parse(text)
  if (MAY_HOLD_PROTO.test(text)) refuseProto(value)
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new SyntaxError('JSON must be UTF-8 (RFC 8259 section 8.1).', { cause })
  }
}

function checkDepth(text: string): void {
  // Nearly every text has fewer brackets than that, which V8's search finds out fastest.
  if (countUpTo(text, '[', MAX_DEPTH) + countUpTo(text, '{', MAX_DEPTH) <= MAX_DEPTH) return
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) depth += 1
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1
    if (depth > MAX_DEPTH) throw new SyntaxError(`The JSON has more than ${MAX_DEPTH} levels.`)
  }
}

/** How often a character occurs; counting stops past the limit. */
function countUpTo(text: string, character: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0 && count <= limit; at = text.indexOf(character, at + 1)) count += 1
  return count
}

/** Index of the quote that ends the string which starts at `start`; the length of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at += 1
  }
  return text.length
}

function refuseProto(value: unknown): void {
  const waiting = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Object.hasOwn(next, '__proto__')) throw new SyntaxError('The JSON has a key __proto__.')
    for (const child of Object.values(next)) waiting.push(child)
  }
}
