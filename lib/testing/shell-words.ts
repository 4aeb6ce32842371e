/**
 * The characters between blanks: plain ones, one behind a backslash, and quoted runs. Each alternative begins with
 * characters that no other takes, so that reading is linear.
 */
const PIECES = /(\s+)|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s\\'"]+)|([\s\S])/g

/**
 * The words of a line, split as a POSIX shell splits them: at blanks, but for those in quotes and behind a backslash.
 *
 * @throws TypeError when a quote is not closed or a backslash ends the line.
 * @see Python `shlex.split`
 */
export function splitWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (const [piece, blank, escaped, single, double, plain] of line.matchAll(PIECES)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    // Between double quotes a backslash is one, but before a quote or another backslash.
    const text = escaped ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? plain
    if (text === undefined) throw new TypeError(`the line ends within ${piece}: close it, or give a list of words`)
    word = (word ?? '') + text
  }
  if (word !== undefined) words.push(word)
  return words
}
