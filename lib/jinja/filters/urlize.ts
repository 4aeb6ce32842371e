import { escapeText } from '../markup.ts'
import { characters } from '../python/iteration.ts'

const WORD = '[\\p{L}\\p{N}_%-]'
// A URL with a scheme or www, a domain with a well-known ending, or an IP address; then a port and a path.
const URL_TEXT = new RegExp(
  '^(?:' +
    `(?:https?://|www\\.)(?:${WORD}+\\.)*(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})` +
    `|(?:[\\p{L}\\p{N}_%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)` +
    '|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\])' +
    ')(?::\\d{1,5})?(?:[/?#]\\S*)?$',
  'iu',
)
const MAIL_DOMAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u
const OPENING = /^(?:[(<]|&lt;)+/
const BRACKETS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
]

/** How links are written. */
export interface UrlizeOptions {
  /** The most characters of a URL that are shown. */
  limit: number | undefined
  rel: string
  target: string
  /** What else counts as the start of a link. */
  schemes: readonly string[]
}

/** HTML without tags, in which URLs and mail addresses become links. */
export function urlize(html: string, options: UrlizeOptions): string {
  const attributes =
    (options.rel === '' ? '' : ` rel="${escapeText(options.rel)}"`) +
    (options.target === '' ? '' : ` target="${escapeText(options.target)}"`)
  return html
    .split(/(\s+)/)
    .map((word) => linkWord(word, attributes, options))
    .join('')
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1
}

function linkWord(word: string, attributes: string, options: UrlizeOptions): string {
  const head = OPENING.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = /[)>.,\n]$|&gt;$/.test(middle) ? trailing(middle) : ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of BRACKETS) {
    const opened = countOf(middle, open)
    if (opened <= countOf(middle, close)) continue
    // A closing bracket belongs to the URL when its opening one does.
    for (let moved = Math.min(opened, countOf(tail, close)); moved > 0; moved--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + link(middle, attributes, options) + tail
}

/** The punctuation at the end of a word. */
function trailing(word: string): string {
  let at = word.length
  for (;;) {
    if (word.endsWith('&gt;', at)) at -= 4
    else if (at > 0 && /[)>.,\n]/.test(word[at - 1]!)) at--
    else return word.slice(at)
  }
}

function isMail(text: string): boolean {
  const at = text.lastIndexOf('@')
  return at > 0 && MAIL_DOMAIN.test(text.slice(at + 1)) && !/\s/.test(text)
}

function link(text: string, attributes: string, { limit, schemes }: UrlizeOptions): string {
  if (URL_TEXT.test(text)) {
    const url = text.startsWith('https://') || text.startsWith('http://') ? text : `https://${text}`
    const all = characters(text)
    const shown = limit !== undefined && all.length > limit ? `${all.slice(0, limit).join('')}...` : text
    return `<a href="${url}"${attributes}>${shown}</a>`
  }
  if (text.startsWith('mailto:') && isMail(text.slice(7))) return `<a href="${text}">${text.slice(7)}</a>`
  const mayBeMail = text.includes('@') && !text.startsWith('www.') && !text.startsWith('@') && !text.includes(':')
  if (mayBeMail && isMail(text)) return `<a href="mailto:${text}">${text}</a>`
  let found = text
  for (const scheme of schemes) {
    if (found !== scheme && found.startsWith(scheme)) found = `<a href="${found}"${attributes}>${found}</a>`
  }
  return found
}
