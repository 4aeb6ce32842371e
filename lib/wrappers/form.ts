import { BadRequest, RequestEntityTooLarge, UnsupportedMediaType } from '../http/exceptions.ts'
import { ImmutableMultiDict, ValueLists } from '../http/multi-dict.ts'
import { parse_options_header } from '../http/options-header.ts'
import { parse_query } from '../http/query.ts'
import { FileStorage } from './file-storage.ts'
import { MultipartDecoder, type PartHandler, type PartHead } from './multipart.ts'
import { Spool, type SpooledFile } from './spool.ts'

/** What a form may have at most; `Infinity` for no limit. */
export interface FormLimits {
  /** Bytes of one field that is no file; see {@link checkFormSize} for small values. */
  readonly memoryBytes: number
  /** Parts of a multipart body. */
  readonly parts: number
}

/** A form that was read: fields and files. */
export interface ParsedForm {
  /** The fields. */
  readonly form: ImmutableMultiDict
  /** The files. */
  readonly files: ImmutableMultiDict<FileStorage>
}

/** Bytes of a file that stay in memory; one more, and it goes to disk. Python's `SpooledTemporaryFile` in Werkzeug has the same. */
export const FILE_MEMORY_BYTES: number = 500 * 1024
/** Bytes of all the files of one request that stay in memory together. */
const FILES_MEMORY_BYTES = 8 * FILE_MEMORY_BYTES
/** Werkzeug reads a body in blocks of this many bytes, each of which has to fit into `MAX_FORM_MEMORY_SIZE`. */
const BLOCK_BYTES = 64 * 1024
/** Fields that an urlencoded form may have however low `MAX_FORM_PARTS` is, which Werkzeug applies to multipart alone. */
const URLENCODED_FIELDS = 1000

const AMPERSAND = 38

/** The one charset that a field of a multipart body may name; all others are read as UTF-8, as in Werkzeug. */
const LATIN_1 = 'iso-8859-1'

/** Charsets in which the bytes of ASCII mean something else: reading them as UTF-8 would see a different text. */
const FOREIGN_CHARSET = /^(?:utf-?(?:7|16|32)|ucs-?[24]|iso-10646-ucs-[24])/i

/** A form without fields and files. */
export const EMPTY_FORM: ParsedForm = {
  form: new ImmutableMultiDict(),
  files: new ImmutableMultiDict<FileStorage>(),
}

/**
 * Refuses what cannot be read as UTF-8.
 *
 * @throws {@link UnsupportedMediaType} for UTF-7, UTF-16 and UTF-32.
 */
export function checkCharset(charset: string | undefined): void {
  if (charset !== undefined && FOREIGN_CHARSET.test(charset)) {
    throw new UnsupportedMediaType('The server reads text in UTF-8 only.')
  }
}

/**
 * Applies `MAX_FORM_MEMORY_SIZE` to a whole multipart body where it is below 64 KiB: Werkzeug reads blocks of that size.
 *
 * @throws {@link RequestEntityTooLarge}
 */
function checkFormSize(bytes: number, { memoryBytes }: FormLimits): void {
  if (memoryBytes < BLOCK_BYTES && bytes > memoryBytes) throw new RequestEntityTooLarge()
}

/**
 * The form in an urlencoded body. Bytes that are not UTF-8 read as U+FFFD.
 *
 * @throws {@link RequestEntityTooLarge} past `memoryBytes` bytes, or past `parts` fields (at least 1,000).
 */
export function parseUrlencoded(bytes: Buffer, limits: FormLimits): ParsedForm {
  if (bytes.length > limits.memoryBytes) throw new RequestEntityTooLarge()
  if (hasMoreFieldsThan(bytes, Math.max(limits.parts, URLENCODED_FIELDS))) throw new RequestEntityTooLarge()
  const form = parse_query<ImmutableMultiDict>(bytes.toString(), ImmutableMultiDict)
  return { form, files: EMPTY_FORM.files }
}

/** Whether more than `limit` fields that are not empty stand between the ampersands. */
function hasMoreFieldsThan(bytes: Buffer, limit: number): boolean {
  let fields = 0
  for (let start = 0; start < bytes.length; ) {
    let end = bytes.indexOf(AMPERSAND, start)
    if (end === -1) end = bytes.length
    if (end > start) fields++
    if (fields > limit) return true
    start = end + 1
  }
  return false
}

/**
 * The boundary of a multipart content type.
 *
 * @throws {@link BadRequest} where there are two: who reads the other one sees another form.
 */
export function boundaryOf(content_type: string): string | undefined {
  if (boundariesIn(content_type) > 1) throw new BadRequest('The multipart body has two boundaries.')
  return parse_options_header(content_type)[1].get('boundary')
}

// parameters = *( OWS ";" OWS [ parameter-name "=" parameter-value ] ), RFC 9110 section 5.6.6, with the extended and
// continued names of RFC 2231; sticky, right after the semicolon
const BOUNDARY_NAME = /[ \t]*boundary(?:\*[0-9]*\*?)?[ \t]*=/iy

/** How many parameters outside of quoted strings are named `boundary`. */
function boundariesIn(content_type: string): number {
  let count = 0
  let quoted = false
  for (let at = 0; at < content_type.length; at++) {
    const char = content_type[at]
    if (char === '"') quoted = !quoted
    else if (char === '\\' && quoted) at++
    else if (char === ';' && !quoted) {
      BOUNDARY_NAME.lastIndex = at + 1
      if (BOUNDARY_NAME.test(content_type)) count++
    }
  }
  return count
}

/**
 * The form in a whole multipart body; its files are views of the bytes.
 *
 * @throws {@link RequestEntityTooLarge} past a limit, {@link BadRequest} where it is malformed.
 */
export function parseMultipart(bytes: Buffer, content_type: string, limits: FormLimits): ParsedForm {
  checkFormSize(bytes.length, limits)
  const builder = new FormBuilder(limits, undefined)
  const decoder = new MultipartDecoder(boundaryOf(content_type), limits.parts, builder)
  decoder.write(bytes)
  decoder.end()
  return builder.build()
}

/** Reads a multipart body piece by piece; large files go to disk. */
export class MultipartReader {
  readonly #limits: FormLimits
  readonly #spool = new Spool()
  readonly #builder: FormBuilder
  readonly #decoder: MultipartDecoder
  #bytes = 0

  constructor(content_type: string, limits: FormLimits) {
    this.#limits = limits
    this.#builder = new FormBuilder(limits, this.#spool)
    this.#decoder = new MultipartDecoder(boundaryOf(content_type), limits.parts, this.#builder)
  }

  /** Takes some bytes; a promise where the disk has to catch up before more may come. Throws as {@link parseMultipart}. */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#bytes += chunk.length
    checkFormSize(this.#bytes, this.#limits)
    this.#decoder.write(chunk)
    return this.#spool.flush()
  }

  /** The form, when every byte was taken. Throws as {@link parseMultipart}. */
  async end(): Promise<ParsedForm> {
    this.#decoder.end()
    await this.#spool.flush()
    return this.#builder.build()
  }

  /** Removes the temporary files. Never rejects. */
  close(): Promise<void> {
    return this.#spool.close()
  }
}

/** Collects the parts of a multipart body. */
class FormBuilder implements PartHandler {
  readonly #limits: FormLimits
  readonly #spool: Spool | undefined
  readonly #fields = new ValueLists<string>()
  readonly #files = new ValueLists<FileStorage>()
  #head: PartHead | undefined = undefined
  #pieces: Buffer[] = []
  #size = 0
  #spooled: SpooledFile | undefined = undefined
  /** Bytes of complete files that are held in memory. */
  #held = 0

  /** Without a spool, files stay in memory as views of what was decoded. */
  constructor(limits: FormLimits, spool: Spool | undefined) {
    this.#limits = limits
    this.#spool = spool
  }

  begin(head: PartHead): void {
    this.#head = head
    this.#pieces = []
    this.#size = 0
    this.#spooled = undefined
  }

  data(bytes: Buffer): void {
    this.#size += bytes.length
    if (this.#head?.filename === undefined) {
      if (this.#size > this.#limits.memoryBytes) throw new RequestEntityTooLarge()
      this.#pieces.push(bytes)
    } else if (this.#spooled !== undefined) {
      this.#spooled.append(bytes)
    } else {
      this.#pieces.push(bytes)
      if (this.#spool && (this.#size > FILE_MEMORY_BYTES || this.#held + this.#size > FILES_MEMORY_BYTES)) {
        this.#spooled = this.#spool.create()
        for (const piece of this.#pieces) this.#spooled.append(piece)
        this.#pieces = []
      }
    }
  }

  end(): void {
    const head = this.#head
    if (head === undefined) return
    if (head.filename === undefined) this.#fields.append(head.name, this.#fieldText(head))
    else this.#files.append(head.name, this.#file(head, head.filename))
    this.#head = undefined
    this.#pieces = []
  }

  #fieldText({ headers }: PartHead): string {
    const charset = parse_options_header(headers.get('Content-Type') ?? '')[1]
      .get('charset')
      ?.toLowerCase()
    return this.#joined().toString(charset === LATIN_1 ? 'latin1' : 'utf8')
  }

  #file({ name, headers }: PartHead, filename: string): FileStorage {
    if (this.#spooled === undefined) this.#held += this.#size
    else this.#spooled.is_complete = true
    return new FileStorage(this.#spooled ?? this.#joined(), { name, filename, headers })
  }

  #joined(): Buffer {
    const [only] = this.#pieces
    // A view of a piece from the socket would keep the whole piece in memory.
    if (only !== undefined && this.#pieces.length === 1 && this.#spool === undefined) return only
    return Buffer.concat(this.#pieces)
  }

  build(): ParsedForm {
    return {
      form: new ImmutableMultiDict(this.#fields),
      files: new ImmutableMultiDict(this.#files),
    }
  }
}
