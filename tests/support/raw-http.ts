import { connect, type Socket } from 'node:net'

/** One answer as it came over the wire: header text is latin-1, names keep their case. */
export interface RawResponse {
  readonly status: number
  readonly reason: string
  readonly headers: [name: string, value: string][]
  readonly body: Buffer
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** Values of one header, in the order they were sent. */
export function headerValues(response: RawResponse, name: string): string[] {
  const wanted = name.toLowerCase()
  return response.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
}

/**
 * The first complete answer in `bytes` and where it ends; `undefined` while more bytes are needed.
 *
 * @param bodyless - whether the answer has no body whatever its headers say (an answer to HEAD)
 * @param ended - whether the peer closed, which is what ends a body that has no length
 */
export function parseResponse(
  bytes: Buffer,
  bodyless: boolean,
  ended: boolean,
): { response: RawResponse; end: number } | undefined {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd === -1) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const [, code = '', reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? []
  if (code === '') throw new Error(`not a status line: ${JSON.stringify(statusLine)}`)
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const status = Number(code)
  const head = { status, reason, headers, body: Buffer.alloc(0) }
  const start = headEnd + HEAD_END.length
  if (bodyless || status < 200 || status === 204 || status === 304) return { response: head, end: start }
  if (headerValues(head, 'Transfer-Encoding').some((value) => value.toLowerCase() === 'chunked')) {
    const body = parseChunks(bytes, start)
    return body && { response: { ...head, body: body.data }, end: body.end }
  }
  const length = headerValues(head, 'Content-Length')[0]
  if (length === undefined) {
    return ended ? { response: { ...head, body: bytes.subarray(start) }, end: bytes.length } : undefined
  }
  const end = start + Number(length)
  return bytes.length < end ? undefined : { response: { ...head, body: bytes.subarray(start, end) }, end }
}

function parseChunks(bytes: Buffer, start: number): { data: Buffer; end: number } | undefined {
  const chunks: Buffer[] = []
  let position = start
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position, 'latin1')
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', position, lineEnd), 16)
    const chunk = lineEnd + 2
    if (bytes.length < chunk + size + 2) return undefined
    if (size === 0) return { data: Buffer.concat(chunks), end: chunk + 2 }
    chunks.push(bytes.subarray(chunk, chunk + size))
    position = chunk + size + 2
  }
}

/** A TCP connection on which a test writes bytes of its own and reads whole answers. */
export class RawConnection {
  readonly socket: Socket
  #bytes = Buffer.alloc(0)
  #ended = false
  #failure: Error | undefined
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#wake()
    })
    socket.on('error', (error) => {
      this.#failure = error
      this.#wake()
    })
    socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
    socket.on('end', () => {
      this.#ended = true
      this.#wake()
    })
  }

  static open(target: number | string): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target)
      const connection = new RawConnection(socket)
      socket.once('connect', () => resolve(connection)).once('error', reject)
    })
  }

  /** Writes bytes as they are; text is latin-1. */
  write(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** The next whole answer; rejects when the peer closes before there is one. */
  async read(bodyless = false): Promise<RawResponse> {
    for (;;) {
      const parsed = parseResponse(this.#bytes, bodyless, this.#ended)
      if (parsed !== undefined) {
        this.#bytes = this.#bytes.subarray(parsed.end)
        return parsed.response
      }
      if (this.#ended) {
        throw new Error(
          `the peer closed before a whole answer; it sent ${JSON.stringify(this.#bytes.toString('latin1'))}`,
          {
            cause: this.#failure,
          },
        )
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Everything that is left to read until the peer closes. */
  async rest(): Promise<string> {
    while (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const text = this.#bytes.toString('latin1')
    this.#bytes = Buffer.alloc(0)
    return text
  }

  close(): void {
    this.socket.destroy()
  }
}

/** Sends bytes over a connection of their own and gives the one answer to them. */
export async function exchangeRaw(
  target: number | string,
  bytes: string | Uint8Array,
  bodyless = false,
): Promise<RawResponse> {
  const connection = await RawConnection.open(target)
  try {
    connection.write(bytes)
    return await connection.read(bodyless)
  } finally {
    connection.close()
  }
}
