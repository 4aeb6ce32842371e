import { characters } from './iteration.ts'

// Python's white space: JavaScript's \s without U+FEFF and with the separators U+001C to U+001F and U+0085.
const SPACE_CLASS = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const ONE_SPACE = new RegExp(SPACE_CLASS)
const ALL_SPACES = new RegExp(`^${SPACE_CLASS}+$`)

/** Whether the text is white space and not empty. */
export function isSpace(text: string): boolean {
  return ALL_SPACES.test(text)
}

/** The text without white space, or without any of the characters, at its ends. */
export function strip(text: string, chars: string | undefined, left = true, right = true): string {
  if (chars === undefined) {
    let from = 0
    let to = text.length
    if (left) while (from < to && ONE_SPACE.test(text[from]!)) from++
    if (right) while (to > from && ONE_SPACE.test(text[to - 1]!)) to--
    return from === 0 && to === text.length ? text : text.slice(from, to)
  }
  const all = characters(text)
  const set = new Set(characters(chars))
  let from = 0
  let to = all.length
  if (left) while (from < to && set.has(all[from]!)) from++
  if (right) while (to > from && set.has(all[to - 1]!)) to--
  return all.slice(from, to).join('')
}

/** The words of a text, at most so many cuts made (all for a negative number), the rest left as it is. */
export function splitSpaces(text: string, limit = -1, fromRight = false): string[] {
  if (limit < 0) return text.split(new RegExp(`${SPACE_CLASS}+`)).filter((word) => word !== '')
  return fromRight ? splitLast(text, limit) : splitFirst(text, limit)
}

function splitFirst(text: string, limit: number): string[] {
  const words: string[] = []
  let rest = strip(text, undefined, true, false)
  while (rest !== '' && words.length < limit) {
    const at = rest.search(ONE_SPACE)
    if (at < 0) break
    words.push(rest.slice(0, at))
    rest = strip(rest.slice(at), undefined, true, false)
  }
  return rest === '' ? words : [...words, rest]
}

function splitLast(text: string, limit: number): string[] {
  const words: string[] = []
  let rest = strip(text, undefined, false, true)
  while (rest !== '' && words.length < limit) {
    let at = rest.length
    while (at > 0 && !ONE_SPACE.test(rest[at - 1]!)) at--
    if (at === 0) break
    words.unshift(rest.slice(at))
    rest = strip(rest.slice(0, at), undefined, false, true)
  }
  return rest === '' ? words : [rest, ...words]
}

/** The lines of a text, cut at each of Python's line ends; with `keep` the ends stay. */
export function splitLines(text: string, keep = false): string[] {
  const lines: string[] = []
  let from = 0
  for (const match of text.matchAll(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g)) {
    lines.push(text.slice(from, keep ? match.index + match[0].length : match.index))
    from = match.index + match[0].length
  }
  if (from < text.length) lines.push(text.slice(from))
  return lines
}
