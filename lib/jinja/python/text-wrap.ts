import { ValueError } from '../exceptions.ts'
import { characters, textLength } from './iteration.ts'

// What Python's textwrap cuts a line into: white space, dashes between words, and words, which may break after a hyphen
// that has two letters (or a letter and a hyphen) before it and letters after it.
const CHUNK =
  /[\t-\r ]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|[^\t-\r ]+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}_]-))(?=[\p{L}_]-?[\p{L}_])|(?=[\t-\r ]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_]))/gu
const SIMPLE_CHUNK = /[\t-\r ]+|[^\t-\r ]+/g

/** How long words are treated. */
export interface WrapOptions {
  /** Whether a word longer than the line is broken. */
  breakLongWords: boolean
  /** Whether words may break after a hyphen. */
  breakOnHyphens: boolean
}

/**
 * One line cut into lines of at most so many characters.
 *
 * @throws ValueError for a width below 1.
 */
export function wrapLine(line: string, width: number, options: WrapOptions): string[] {
  if (width <= 0) throw new ValueError(`invalid width ${width} (must be > 0)`)
  const chunks = (line.match(options.breakOnHyphens ? CHUNK : SIMPLE_CHUNK) ?? []).reverse()
  const lines: string[] = []
  let rest: Rest | undefined
  while (chunks.length > 0 || rest !== undefined) {
    if (rest !== undefined && rest.letters.length - rest.at > width) {
      lines.push(cut(rest, width, options))
      continue
    }
    if (rest !== undefined) chunks.push(rest.letters.slice(rest.at).join(''))
    rest = undefined
    const current: string[] = []
    let length = 0
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop()
    while (chunks.length > 0 && length + textLength(chunks.at(-1)!) <= width) {
      length += textLength(chunks.at(-1)!)
      current.push(chunks.pop()!)
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width) {
      if (options.breakLongWords) {
        rest = { letters: characters(chunks.pop()!), at: 0 }
        current.push(cut(rest, width - length, options))
      } else if (current.length === 0) {
        current.push(chunks.pop()!)
      }
    }
    if (current.length > 0 && isBlank(current.at(-1)!)) current.pop()
    if (current.length > 0) lines.push(current.join(''))
  }
  return lines
}

/** A word that is being broken: what was cut off is skipped, not copied, so that a long one costs what it is long. */
interface Rest {
  readonly letters: readonly string[]
  at: number
}

function isBlank(chunk: string): boolean {
  return chunk.trim() === ''
}

/** The next piece of a word, up to so many letters; it ends behind a hyphen where there is one. */
function cut(rest: Rest, room: number, options: WrapOptions): string {
  const piece = rest.letters.slice(rest.at, rest.at + room)
  if (options.breakOnHyphens) {
    const hyphen = piece.lastIndexOf('-')
    if (hyphen > 0 && piece.slice(0, hyphen).some((letter) => letter !== '-')) piece.length = hyphen + 1
  }
  rest.at += piece.length
  return piece.join('')
}
