import { lookup } from 'mime-types'

/** The media type of a file name, and the encoding that its last ending tells. */
export interface GuessedType {
  readonly type: string
  readonly encoding: string | undefined
}

const UNKNOWN_TYPE = 'application/octet-stream'

/** Endings that stand for two; Python's `mimetypes.suffix_map`. */
const LONG_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['.svgz', '.svg.gz'],
  ['.tgz', '.tar.gz'],
  ['.taz', '.tar.gz'],
  ['.tz', '.tar.gz'],
  ['.tbz2', '.tar.bz2'],
  ['.txz', '.tar.xz'],
])

/** Endings of encodings; Python's `mimetypes.encodings_map`. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['.gz', 'gzip'],
  ['.Z', 'compress'],
  ['.bz2', 'bzip2'],
  ['.xz', 'xz'],
  ['.br', 'br'],
])

/** What a file name tells about its content: the type of `data.json.gz` is that of `data.json`, its encoding `gzip`. */
export function guessType(filename: string): GuessedType {
  const short = endingOf(filename)
  const name = filename.slice(0, filename.length - short.length) + (LONG_ENDINGS.get(short) ?? short)
  const encoding = ENCODINGS.get(endingOf(name))
  const inner = encoding === undefined ? name : name.slice(0, -endingOf(name).length)
  const type = endingOf(inner) === '' ? false : lookup(inner)
  return { type: type || UNKNOWN_TYPE, encoding }
}

function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot) : ''
}
