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
  while (chunks.length > 0) {
    const current: string[] = []
    let length = 0
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop()
    while (chunks.length > 0 && length + textLength(chunks.at(-1)!) <= width) {
      length += textLength(chunks.at(-1)!)
      current.push(chunks.pop()!)
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width) breakWord(chunks, current, width - length, options)
    if (current.length > 0 && isBlank(current.at(-1)!)) current.pop()
    if (current.length > 0) lines.push(current.join(''))
  }
  return lines
}

function isBlank(chunk: string): boolean {
  return chunk.trim() === ''
}

function breakWord(chunks: string[], current: string[], room: number, options: WrapOptions): void {
  if (!options.breakLongWords) {
    if (current.length === 0) current.push(chunks.pop()!)
    return
  }
  const letters = characters(chunks.pop()!)
  let end = room
  if (options.breakOnHyphens) {
    const hyphen = letters.slice(0, room).lastIndexOf('-')
    if (hyphen > 0 && letters.slice(0, hyphen).some((letter) => letter !== '-')) end = hyphen + 1
  }
  current.push(letters.slice(0, end).join(''))
  chunks.push(letters.slice(end).join(''))
}
