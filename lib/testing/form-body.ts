import { randomUUID } from 'node:crypto'
import { Headers, type HeadersInit } from '../http/headers.ts'
import { iterPairs, type MultiDictInit } from '../http/multi-dict.ts'
import { encode_query } from '../http/query.ts'
import { guessType } from '../media-type.ts'

/** Where the content of an uploaded file comes from: text (sent as UTF-8), bytes, a stream of them, or a `Blob`. */
export type UploadContent = string | Uint8Array | Blob | AsyncIterable<Uint8Array | string>

/** A file among the fields of a form. A `FileStorage` of `request.files` is one, and so is a web `File`. */
export interface Upload {
  /** The content. */
  readonly stream: UploadContent
  /** Name of the file on the client's side. Undefined: the part is sent as a field that has a type. */
  readonly filename?: string | undefined
  /** Media type of the file. Default: what the ending of the name says, else `application/octet-stream`. */
  readonly content_type?: string | undefined
  /** More header fields of the part. */
  readonly headers?: HeadersInit | undefined
}

/** What one field of a form can have. */
export type FormValue = string | number | bigint | boolean | Upload | Blob

/** The fields of a form: an object, a `Map`, a `MultiDict` or pairs; an array gives several values to one field. */
export type FormFields = MultiDictInit<FormValue>

/** A part of a form whose content is at hand. */
type ReadyPart = readonly [name: string, value: string | (Upload & { readonly stream: string | Uint8Array })]

/** True for what is sent as a file. */
export function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'stream' in value
}

/** True for fields of which one or more make the form a `multipart/form-data`. */
export function hasUploads(data: FormFields): boolean {
  for (const [, value] of iterPairs<FormValue>(data)) if (isUpload(value) || value instanceof Blob) return true
  return false
}

/** The fields, with the content of each stream and `Blob` read into memory, so that they can be encoded at once. */
export async function readUploads(data: FormFields): Promise<FormFields> {
  const ready: [string, FormValue][] = []
  for (const [name, value] of iterPairs<FormValue>(data)) {
    const upload = asUpload(value)
    ready.push([
      name,
      isUpload(upload) ? { ...describeUpload(upload), stream: await readContent(upload.stream) } : upload,
    ])
  }
  return ready
}

/** All bytes of a content. */
export async function readContent(content: UploadContent): Promise<string | Uint8Array> {
  if (typeof content === 'string' || content instanceof Uint8Array) return content
  if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer())
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return Buffer.concat(chunks)
}

/** The body of an `application/x-www-form-urlencoded`. */
export function encodeUrlencoded(data: FormFields): Buffer {
  const text: [string, string | number | bigint | boolean][] = []
  for (const [name, value] of iterPairs<FormValue>(data)) {
    if (typeof value === 'object')
      throw new TypeError(`the field ${JSON.stringify(name)} is a file, which needs multipart/form-data`)
    text.push([name, value])
  }
  return Buffer.from(encode_query(text))
}

/**
 * The body of a `multipart/form-data` and its boundary.
 *
 * @throws TypeError for a content that has to be waited for; `readUploads` reads it first.
 * @see RFC 7578
 */
export function encodeMultipart(data: FormFields): { readonly body: Buffer; readonly boundary: string } {
  const boundary = `----FlagonForm${randomUUID().replaceAll('-', '')}`
  const pieces: (string | Uint8Array)[] = []
  for (const [name, value] of readyParts(data)) {
    pieces.push(`--${boundary}\r\n`)
    if (typeof value === 'string') pieces.push(`${disposition(name)}\r\n\r\n`, value)
    else pieces.push(`${partHead(name, value)}\r\n`, value.stream)
    pieces.push('\r\n')
  }
  pieces.push(`--${boundary}--\r\n`)
  return {
    body: Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))),
    boundary,
  }
}

function* readyParts(data: FormFields): Generator<ReadyPart> {
  for (const [name, value] of iterPairs<FormValue>(data)) {
    const upload = asUpload(value)
    if (!isUpload(upload)) {
      yield [name, textOf(upload)]
      continue
    }
    const { stream } = upload
    if (typeof stream !== 'string' && !(stream instanceof Uint8Array)) {
      throw new TypeError(
        `the content of the file ${JSON.stringify(name)} is a stream: give text or bytes, or send it with a test client`,
      )
    }
    yield [name, { ...describeUpload(upload), stream }]
  }
}

function asUpload(value: FormValue): string | number | bigint | boolean | Upload {
  if (!(value instanceof Blob)) return value
  const filename = value instanceof File ? value.name : 'blob'
  return { stream: value, filename, content_type: value.type === '' ? undefined : value.type }
}

/** The description of a file without its content; read name by name, for a `FileStorage` has getters. */
function describeUpload({ filename, content_type, headers }: Upload): Omit<Upload, 'stream'> {
  return { filename, content_type, headers }
}

function textOf(value: string | number | bigint | boolean): string {
  // As encode_query spells it, so that a field reads alike in both kinds of form.
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
}

function partHead(name: string, { filename, content_type, headers }: Upload): string {
  const fields = new Headers(headers)
  fields.set('Content-Type', content_type ?? guessType(filename ?? '').type)
  fields.remove('Content-Disposition')
  const head = [disposition(name, filename)]
  for (const [field, value] of fields) head.push(`${field}: ${value}`)
  return `${head.join('\r\n')}\r\n`
}

// How browsers keep a name on its line ; https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
const ESCAPES: Readonly<Record<string, string>> = { '\r': '%0D', '\n': '%0A', '"': '%22' }

function disposition(name: string, filename?: string): string {
  const quote = (text: string): string => `"${text.replace(/[\r\n"]/g, (char) => ESCAPES[char] ?? char)}"`
  return `Content-Disposition: form-data; name=${quote(name)}${filename === undefined ? '' : `; filename=${quote(filename)}`}`
}
