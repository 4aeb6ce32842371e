/*
 * What a large upload costs: `npx tsx tests/bench/upload.ts [MiB]`, 2,048 MiB by default. A server in a process of its
 * own takes one file in a multipart form, told by its length and then chunked, and one raw body as a stream. Printed are
 * the growth of its memory over what it had before (the highest of samples taken every 10 ms) and the time.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../../lib/json/parse.ts'
import { Request } from '../../lib/wrappers/request.ts'

const MIB = 1024 * 1024
const DEFAULT_MIB = 2048
const SAMPLE_MS = 10
const BOUNDARY = 'bench'
const PART = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n`,
  'latin1',
)
const END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`, 'latin1')

async function serveUploads(): Promise<void> {
  const app = {
    config: { MAX_CONTENT_LENGTH: null, MAX_FORM_MEMORY_SIZE: 500_000, MAX_FORM_PARTS: 1000 },
    json: { loads: parseJson },
    debug: false,
  }
  const server = createServer({ requestTimeout: 0 }, async (req, res) => {
    const before = process.memoryUsage.rss()
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, SAMPLE_MS)
    const request = new Request(req, app)
    let received = 0
    if (request.path === '/form') {
      await request.load_body()
      received = request.files.require('f').size
    } else {
      for await (const chunk of request.stream) received += chunk.length
    }
    clearInterval(timer)
    await request.close()
    res.end(JSON.stringify({ received, growth: peak - before }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.((server.address() as AddressInfo).port)
  process.once('disconnect', () => process.exit())
}

async function upload(port: number, path: string, mib: number, isChunked: boolean): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const write = async (...pieces: (string | Buffer)[]): Promise<void> => {
    let flows = true
    for (const piece of pieces) flows = socket.write(piece)
    if (!flows) await once(socket, 'drain')
  }
  const send = (piece: Buffer): Promise<void> =>
    isChunked ? write(`${piece.length.toString(16)}\r\n`, piece, '\r\n') : write(piece)
  const isForm = path === '/form'
  const length = mib * MIB + (isForm ? PART.length + END.length : 0)
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  const type = isForm ? `multipart/form-data; boundary=${BOUNDARY}` : 'application/octet-stream'
  await write(`POST ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`)
  const piece = Buffer.alloc(MIB, 'x\r\n--bencx')
  if (isForm) await send(PART)
  for (let sent = 0; sent < mib; sent++) await send(piece)
  if (isForm) await send(END)
  if (isChunked) await write('0\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)
}

async function main(): Promise<void> {
  const mib = Number(process.argv[2] ?? DEFAULT_MIB)
  const server = fork(fileURLToPath(import.meta.url), ['serve'])
  const [port] = await once(server, 'message')
  for (const [title, path, isChunked] of [
    ['multipart, by length', '/form', false],
    ['multipart, chunked', '/form', true],
    ['stream, by length', '/raw', false],
    ['stream, chunked', '/raw', true],
  ] as const) {
    const start = performance.now()
    const { received, growth } = JSON.parse(await upload(port, path, mib, isChunked))
    const seconds = (performance.now() - start) / 1000
    if (received !== mib * MIB) throw new Error(`${received} bytes arrived of ${mib} MiB`)
    console.log(
      `${title}: ${mib} MiB in ${seconds.toFixed(1)} s (${(mib / seconds).toFixed(0)} MiB/s), memory +${(growth / MIB).toFixed(1)} MiB`,
    )
  }
  server.disconnect()
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('flagon-upload-'))
  console.log(`files left: ${left.length}`)
}

await (process.argv[2] === 'serve' ? serveUploads() : main())
