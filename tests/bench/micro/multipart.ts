import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type * as Multipart from '../../../lib/wrappers/multipart.ts'
import type { MicroCase } from './bench.ts'
import { built, theirs } from './load.ts'

type Busboy = (options: { headers: Record<string, string> }) => Writable

const KIB = 1024
const CHUNK_BYTES = 64 * KIB
const MAX_PARTS = 1000
const BOUNDARY = '----flagon-bench-boundary'
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`

const { MultipartDecoder } = await built<typeof Multipart>('wrappers/multipart.js')
const busboy = theirs<Busboy>('busboy')

/** Names of the parts and the bytes of their contents: what both have to find. */
type Parts = (string | number)[]

function bodyOf(fields: number, fileBytes: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < fields; at++) {
    pieces.push(
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="field${at}"\r\n\r\nvalue number ${at}\r\n`),
    )
  }
  if (fileBytes > 0) {
    const head = 'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg'
    pieces.push(Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\n`), randomBytes(fileBytes), Buffer.from('\r\n'))
  }
  pieces.push(Buffer.from(`--${BOUNDARY}--\r\n`))
  const body = Buffer.concat(pieces)
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; at += CHUNK_BYTES) chunks.push(body.subarray(at, at + CHUNK_BYTES))
  return chunks
}

function withFlagon(chunks: readonly Buffer[]): Parts {
  const parts: Parts = []
  let bytes = 0
  const decoder = new MultipartDecoder(BOUNDARY, MAX_PARTS, {
    begin: ({ name }) => {
      parts.push(name)
      bytes = 0
    },
    data: (piece) => {
      bytes += piece.length
    },
    end: () => parts.push(bytes),
  })
  for (const chunk of chunks) decoder.write(chunk)
  decoder.end()
  return parts
}

function withBusboy(chunks: readonly Buffer[]): Promise<Parts> {
  return new Promise((resolve, reject) => {
    const parts: Parts = []
    const parser = busboy({ headers: { 'content-type': TYPE } })
    parser.on('field', (name: string, value: string) => parts.push(name, value.length))
    parser.on('file', (name: string, stream: Readable) => {
      let bytes = 0
      stream.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      stream.on('end', () => parts.push(name, bytes))
    })
    parser.on('close', () => resolve(parts))
    parser.on('error', reject)
    for (const chunk of chunks) parser.write(chunk)
    parser.end()
  })
}

function decoding(title: string, chunks: readonly Buffer[]): MicroCase {
  const own = async (): Promise<Parts> => withFlagon(chunks)
  const other = (): Promise<Parts> => withBusboy(chunks)
  return {
    group: 'Multipart',
    title,
    isAsync: true,
    contenders: [
      { name: 'Flagon', run: own, answer: own },
      { name: 'busboy', run: other, answer: other },
    ],
  }
}

/** Small forms and files, in pieces of 64 KiB as they come from a socket. */
export function multipartCases(): MicroCase[] {
  return [
    decoding('10 fields', bodyOf(10, 0)),
    decoding('2 fields and a file of 64 KiB', bodyOf(2, 64 * KIB)),
    decoding('2 fields and a file of 1 MiB', bodyOf(2, KIB * KIB)),
  ]
}
