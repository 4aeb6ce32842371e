import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'

/** One request of a scenario. */
export interface Ask {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

/** What a contender answered. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Names and values in the order and the letters that they came in. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** A GET without headers of its own. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): Ask {
  return { method: 'GET', path, headers, body: undefined }
}

/** A POST of a body. */
export function post(path: string, type: string, body: string | Buffer): Ask {
  return { method: 'POST', path, headers: { 'Content-Type': type }, body: Buffer.from(body) }
}

/** Sends one request over a connection of its own and reads the whole answer. */
export function send(port: number, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method, path, body } = ask
    const headers: Record<string, string> = { ...ask.headers }
    if (body !== undefined) headers['Content-Length'] = String(body.length)
    else if (method !== 'GET') headers['Content-Length'] = '0'
    // keepAlive sends `Connection: keep-alive`, as the load does, so that servers answer with the same headers.
    headers['Connection'] = 'keep-alive'
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.once('error', reject)
      res.once('end', () => {
        const answer = { headers: res.headers, rawHeaders: res.rawHeaders, body: Buffer.concat(chunks) }
        resolve({ status: res.statusCode ?? 0, ...answer })
        sent.destroy()
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
