import { BadRequest } from '../http/exceptions.ts'

/** Levels of nesting that a JSON body may have. */
const MAX_DEPTH = 100

const QUOTE = 34
const BACKSLASH = 92

/** The key could be written with any of its characters escaped, so an escape is reason enough to look. */
const MAY_HOLD_PROTO = /__proto__|\\u/

// A byte order mark at the start is dropped, as Python's json does.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The text of a JSON body.
 *
 * @throws TypeError where it is not UTF-8, RFC 8259 section 8.1.
 */
export function decodeJson(bytes: Uint8Array): string {
  return strictUtf8.decode(bytes)
}

/**
 * Refuses text that is nested deeper than 100 levels: what walks over the parsed value may be recursive.
 *
 * @throws {@link BadRequest}
 */
export function checkDepth(text: string): void {
  // Nearly every body has fewer brackets than that, which the fast search of V8 finds out.
  if (countUpTo(text, '[', MAX_DEPTH) + countUpTo(text, '{', MAX_DEPTH) <= MAX_DEPTH) return
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === 91 || code === 123) depth++
    else if (code === 93 || code === 125) depth--
    if (depth > MAX_DEPTH) throw new BadRequest(`The JSON of the request is nested deeper than ${MAX_DEPTH} levels.`)
  }
}

function countUpTo(text: string, char: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf(char); at !== -1 && count <= limit; at = text.indexOf(char, at + 1)) count++
  return count
}

/** Index of the quote that closes the string which opens at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === QUOTE) return end
    if (code === BACKSLASH) end++
  }
  return text.length
}

/**
 * Refuses an object with the key `__proto__` anywhere: merging it into another object would change its prototype.
 *
 * @throws {@link BadRequest}
 */
export function checkProto(text: string, value: unknown): void {
  if (!MAY_HOLD_PROTO.test(text)) return
  const waiting = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Object.hasOwn(next, '__proto__')) throw new BadRequest('The JSON of the request has a key __proto__.')
    for (const child of Object.values(next)) waiting.push(child)
  }
}
