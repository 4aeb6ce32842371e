import { domainToUnicode } from 'node:url'

// Runs of pct-encoded = "%" HEXDIG HEXDIG, RFC 3986 section 2.1
const PERCENT_RUNS = /(?:%[0-9a-f]{2})+/gi
/** What may not stand in a path as it is: controls, space, and what would end the path. */
const UNSAFE_IN_PATH = /[\x00-\x20\x7f?#]/g
/** Controls and space, and raw bytes past ASCII, which may not be UTF-8. */
const UNSAFE_IN_QUERY = /[\x00-\x20\x7f-\xff]/g

const keptInPath = keptBytes('/?#')
const keptInQuery = keptBytes('&=+#')

/** Which bytes stay percent-encoded: those that would change the meaning of the URL, and those past ASCII that are not UTF-8. */
function keptBytes(reserved: string): ReadonlySet<number> {
  const kept = new Set<number>([...reserved, '%', '\x7f'].map((char) => char.charCodeAt(0)))
  for (let byte = 0; byte <= 0x20; byte++) kept.add(byte)
  return kept
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function encodeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

/** The text of some bytes, with percent signs where they are not UTF-8. */
function decodeKeepingBroken(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const end = endOfCharacter(bytes, at)
      text += end === undefined ? encodeByte(bytes[at] ?? 0) : strictUtf8.decode(bytes.subarray(at, end))
      at = end ?? at + 1
    }
    return text
  }
}

/** Where the UTF-8 character at `at` ends; undefined where there is none. A character has at most four bytes. */
function endOfCharacter(bytes: Uint8Array, at: number): number | undefined {
  for (let end = at + 1; end <= Math.min(at + 4, bytes.length); end++) {
    try {
      strictUtf8.decode(bytes.subarray(at, end))
      return end
    } catch {}
  }
  return undefined
}

function unquoteRun(run: string, kept: ReadonlySet<number>): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  let text = ''
  let start = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (!kept.has(byte)) continue
    text += decodeKeepingBroken(bytes.subarray(start, at)) + run.slice(3 * at, 3 * at + 3)
    start = at + 1
  }
  return text + decodeKeepingBroken(bytes.subarray(start))
}

/** The decoded path as it stands in an IRI: what would be read otherwise is percent-encoded, everything else is plain text. */
export function iriPath(path: string): string {
  const quoted = path.replace(UNSAFE_IN_PATH, (char) => encodeByte(char.charCodeAt(0)))
  return quoted.includes('%') ? quoted.replace(PERCENT_RUNS, (run) => unquoteRun(run, keptInPath)) : quoted
}

/** A raw query string (text is latin-1, byte for byte) as it stands in an IRI. */
export function iriQuery(query: string): string {
  const quoted = query.replace(UNSAFE_IN_QUERY, (char) => encodeByte(char.charCodeAt(0)))
  return quoted.includes('%') ? quoted.replace(PERCENT_RUNS, (run) => unquoteRun(run, keptInQuery)) : quoted
}

/** A well-formed `host[:port]` as it stands in an IRI: in lower case, with the Unicode form of IDNA names. */
export function iriHost(host: string): string {
  const lower = host.toLowerCase()
  if (!lower.includes('xn--')) return lower
  const colon = lower.lastIndexOf(':')
  const name = colon === -1 ? lower : lower.slice(0, colon)
  return (domainToUnicode(name) || name) + lower.slice(name.length)
}
