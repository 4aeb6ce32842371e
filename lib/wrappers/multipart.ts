import { BadRequest, RequestEntityTooLarge } from '../http/exceptions.ts'
import { Headers } from '../http/headers.ts'
import { parse_options_header } from '../http/options-header.ts'

/** What a part says about itself. */
export interface PartHead {
  /** Name of the form field. */
  readonly name: string
  /** Name of the file, as sent: it may hold any path. Undefined: the part is a field, not a file. */
  readonly filename: string | undefined
  /** The header fields of the part. */
  readonly headers: Headers
}

/** Takes the parts of a multipart body while it is decoded, one after the other. */
export interface PartHandler {
  /** A part begins. */
  begin(head: PartHead): void
  /** Some bytes of the part; a view of what was written, valid for longer than the call. */
  data(bytes: Buffer): void
  /** The part is complete. */
  end(): void
}

/** Bytes before the first delimiter, and bytes of one part's header fields, that are read at most. */
const MAX_HEAD_BYTES = 64 * 1024
/** RFC 2046 section 5.1.1 allows 70 characters; more are seen in the wild. */
const MAX_BOUNDARY_CHARACTERS = 200
/** White space between a delimiter and its line break that is still read as padding. */
const MAX_PADDING_BYTES = 256

/** Bytes of the longest blank line, which may have come in part. */
const BLANK_LINE_BYTES = 4

const TAB = 9
const LF = 10
const VT = 11
const FF = 12
const CR = 13
const SPACE = 32
const DASH = 45

/*
 * boundary := 0*69<bchars> bcharsnospace, RFC 2046 section 5.1.1. Every character of ASCII that can be seen, and the space, is taken
 * here, as in Werkzeug: senders are known to use `{}` and others, and a delimiter is looked for byte by byte anyhow.
 */
const BOUNDARY = /^[\x20-\x7e]*[\x21-\x7e]$/
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/
/** Line breaks as lenient senders write them; folds of RFC 822 are taken back before. */
const LINES = /\r\n|\r|\n/
const FOLD = /(?:\r\n|\r|\n)[ \t]/g

type State = 'preamble' | 'head' | 'data' | 'epilogue'

/** No delimiter here; more bytes are needed to know. */
const NONE = -1
const UNKNOWN = -2

/**
 * Decodes `multipart/form-data`, however its bytes are split. Line breaks may be CRLF, LF or CR, as Werkzeug takes them.
 *
 * @throws {@link BadRequest} from every method where the body is malformed.
 * @see RFC 7578, RFC 2046 section 5.1
 */
export class MultipartDecoder {
  readonly #delimiter: Buffer
  readonly #maxParts: number
  readonly #handler: PartHandler
  #state: State = 'preamble'
  /** Bytes that are not decided yet. */
  #pending: Buffer = Buffer.alloc(0)
  /** Bytes at the start of `#pending` that were searched already. */
  #searched = 0
  /** Length of the line break at the start of `#pending` that ends the head: it may begin a delimiter but is no data. */
  #lead = 0
  #preambleBytes = 0
  #parts = 0
  #ended = false

  /**
   * @param boundary - the `boundary` parameter of the content type
   * @param maxParts - parts that are taken; one more is a {@link RequestEntityTooLarge}
   */
  constructor(boundary: string | undefined, maxParts: number, handler: PartHandler) {
    if (boundary === undefined || boundary.length > MAX_BOUNDARY_CHARACTERS || !BOUNDARY.test(boundary)) {
      throw new BadRequest('The multipart body has no usable boundary.')
    }
    this.#delimiter = Buffer.from(`--${boundary}`, 'latin1')
    this.#maxParts = maxParts
    this.#handler = handler
  }

  /** Parts begun so far. */
  get parts(): number {
    return this.#parts
  }

  /** Decodes some more bytes. */
  write(chunk: Buffer): void {
    if (this.#state === 'epilogue') return
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    this.#advance()
  }

  /** Ends the body: it has to be complete by now. */
  end(): void {
    this.#ended = true
    this.#advance()
    if (this.#state !== 'epilogue') throw new BadRequest('The multipart body ends before its last boundary.')
  }

  #advance(): void {
    while (this.#step()) {}
    if (this.#state === 'epilogue') this.#pending = Buffer.alloc(0)
  }

  /** Goes on by one event; false when more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case 'preamble':
        return this.#readPreamble()
      case 'head':
        return this.#readHead()
      case 'data':
        return this.#readData()
      case 'epilogue':
        return false
    }
  }

  #consume(length: number): void {
    this.#pending = this.#pending.subarray(length)
    this.#searched = 0
  }

  /** Takes the state that the delimiter at `at` leads to, and everything up to its end. */
  #passDelimiter(at: number, end: number): void {
    const after = at + this.#delimiter.length
    this.#state = this.#pending[after] === DASH ? 'epilogue' : 'head'
    this.#consume(end)
  }

  #readPreamble(): boolean {
    const bytes = this.#pending
    for (let from = 0; ; ) {
      const at = bytes.indexOf(this.#delimiter, from)
      const end = at === -1 ? NONE : this.#delimiterEnd(at)
      if (end >= 0) {
        this.#preambleBytes += at
        if (this.#preambleBytes > MAX_HEAD_BYTES) throw new RequestEntityTooLarge()
        this.#passDelimiter(at, end)
        return true
      }
      if (at !== -1 && end === NONE) {
        from = at + 1
        continue
      }
      // What cannot be part of a delimiter any more is dropped.
      const keepFrom = at === -1 ? Math.max(0, bytes.length - this.#delimiter.length + 1) : at
      this.#preambleBytes += keepFrom
      this.#consume(keepFrom)
      if (this.#preambleBytes > MAX_HEAD_BYTES) throw new RequestEntityTooLarge()
      return false
    }
  }

  /**
   * Where the delimiter whose dashes are at `at` ends, its line break included.
   *
   * delimiter := "--" boundary transport-padding (CRLF / "--"), RFC 2046 section 5.1.1
   */
  #delimiterEnd(at: number): number {
    const bytes = this.#pending
    const after = at + this.#delimiter.length
    let position = after
    while (isPadding(bytes[position])) position++
    if (position - after > MAX_PADDING_BYTES) return NONE
    const byte = bytes[position]
    if (byte === undefined) return this.#ended ? NONE : UNKNOWN
    if (byte === LF) return position + 1
    const next = bytes[position + 1]
    if (byte === CR) {
      if (next === undefined && !this.#ended) return UNKNOWN
      return position + (next === LF ? 2 : 1)
    }
    if (byte !== DASH || position !== after) return NONE
    if (next === undefined && !this.#ended) return UNKNOWN
    return next === DASH ? position + 2 : NONE
  }

  #readHead(): boolean {
    const bytes = this.#pending
    const blank = this.#blankLine()
    if (blank < 0) {
      if (bytes.length > MAX_HEAD_BYTES + BLANK_LINE_BYTES) throw new RequestEntityTooLarge()
      return false
    }
    if (blank > MAX_HEAD_BYTES) throw new RequestEntityTooLarge()
    // The second line break stays: together with a delimiter behind it, it makes a part without data.
    const second = bytes[blank + 1] === LF && bytes[blank] === CR ? blank + 2 : blank + 1
    const lead = bytes[second] === CR ? (bytes[second + 1] === LF ? 2 : 1) : 1
    const head = parsePartHead(bytes.subarray(0, blank))
    this.#parts++
    if (this.#parts > this.#maxParts) throw new RequestEntityTooLarge()
    this.#consume(second)
    this.#lead = lead
    this.#state = 'data'
    this.#handler.begin(head)
    return true
  }

  /** Where the first blank line starts: two line breaks of one kind in a row. */
  #blankLine(): number {
    const bytes = this.#pending
    let at = this.#searched
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte !== CR && byte !== LF) continue
      const next = bytes[at + 1]
      if (byte === LF) {
        if (next === LF) return at
        if (next === undefined) break
        continue
      }
      if (next === undefined) break
      if (next === CR) {
        // A line feed may follow, which then belongs to the second break.
        if (bytes[at + 2] === undefined && !this.#ended) break
        return at
      }
      if (next !== LF) continue
      const third = bytes[at + 2]
      if (third === undefined) break
      if (third !== CR) continue
      const fourth = bytes[at + 3]
      if (fourth === undefined) break
      if (fourth === LF) return at
    }
    this.#searched = at
    return NONE
  }

  #readData(): boolean {
    const bytes = this.#pending
    for (let from = this.#searched; ; ) {
      const at = bytes.indexOf(this.#delimiter, from)
      if (at === -1) {
        this.#flushData(this.#safeEnd())
        return false
      }
      const start = at - lineBreakBefore(bytes, at)
      const end = start === at ? NONE : this.#delimiterEnd(at)
      if (end === UNKNOWN) {
        this.#flushData(start)
        return false
      }
      if (end >= 0) {
        if (start > this.#lead) this.#handler.data(bytes.subarray(this.#lead, start))
        this.#handler.end()
        this.#lead = 0
        this.#passDelimiter(at, end)
        return true
      }
      from = at + 1
    }
  }

  /** Hands on the data before `end`, which no delimiter can reach into. */
  #flushData(end: number): void {
    if (end <= this.#lead) return
    this.#handler.data(this.#pending.subarray(this.#lead, end))
    this.#lead = 0
    this.#consume(end)
  }

  /** The first place near the end where a delimiter could begin whose rest has not come yet. */
  #safeEnd(): number {
    const bytes = this.#pending
    // At most a CRLF and all of the delimiter but its last byte.
    let at = Math.max(0, bytes.length - this.#delimiter.length - 1)
    for (; at < bytes.length; at++) {
      const length = lineBreakAt(bytes, at)
      if (length > 0 && this.#delimiter.subarray(0, bytes.length - at - length).equals(bytes.subarray(at + length)))
        break
    }
    return at
  }
}

function isPadding(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === VT || byte === FF
}

/** Length of the line break that ends right before `at`; 0 without one. */
function lineBreakBefore(bytes: Buffer, at: number): number {
  const byte = bytes[at - 1]
  if (byte === LF) return bytes[at - 2] === CR ? 2 : 1
  return byte === CR ? 1 : 0
}

/** Length of the line break that begins at `at`; 0 without one. */
function lineBreakAt(bytes: Buffer, at: number): number {
  const byte = bytes[at]
  if (byte === CR) return bytes[at + 1] === LF ? 2 : 1
  return byte === LF ? 1 : 0
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parsePartHead(bytes: Buffer): PartHead {
  const headers = Headers.from_raw(partFields(bytes))
  const disposition = headers.get('Content-Disposition')
  if (disposition === undefined) throw new BadRequest('A part of the multipart body has no Content-Disposition.')
  const [, options] = parse_options_header(disposition)
  const name = options.get('name')
  const filename = options.get('filename')
  if (!name) throw new BadRequest('A part of the multipart body has no name.')
  if (hasControl(name) || (filename !== undefined && hasControl(filename))) {
    throw new BadRequest('A name in the multipart body has control characters.')
  }
  return { name, filename, headers }
}

function hasControl(text: string): boolean {
  return /[\r\n\0]/.test(text)
}

/** The header fields of a part as a flat array. */
function partFields(bytes: Buffer): string[] {
  let text: string
  try {
    text = strictUtf8.decode(bytes)
  } catch (cause) {
    throw new BadRequest({ description: 'The header fields of a multipart body are not UTF-8.', cause })
  }
  const fields: string[] = []
  for (const line of text.replace(FOLD, ' ').split(LINES)) {
    const colon = line.indexOf(':')
    const name = trimBlanks(line.slice(0, Math.max(0, colon)))
    if (colon === -1 && trimBlanks(line) === '') continue
    if (!FIELD_NAME.test(name) || line.includes('\0')) {
      throw new BadRequest('A header field of a multipart body is malformed.')
    }
    fields.push(name, trimBlanks(line.slice(colon + 1)))
  }
  return fields
}

/** The text without spaces and tabs at its ends; `trim` would take others too. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}
