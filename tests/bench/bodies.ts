/*
 * What large bodies cost a whole app: `npm run bench:bodies [MiB]`, 2,048 MiB by default. A server in a process of its
 * own takes uploads of that size, serves a file of 1 GiB to a hundred readers that take 1 KiB a second each, and is left
 * by two hundred clients in the middle of their uploads. Printed are the rise of its memory over what it had before (the
 * kernel's own high-water mark), what is left of files and descriptors, and the time; a bound that is passed ends the
 * script with an error. It reads `/proc`, so it runs on Linux only.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Flagon, request, send_file } from '../../lib/index.ts'

const KIB = 1024
const MIB = 1024 * KIB
const DEFAULT_UPLOAD_MIB = 2048
const MOST_UPLOAD_RISE_MIB = 64
const MOST_READERS_RISE_MIB = 32
const FILE_MIB = 1024
const READERS = 100
const READERS_SECONDS = 20
const ABORTED_UPLOADS = 200
const ABORTS_AT_ONCE = 20
const MS_PER_SECOND = 1000
const SETTLE_MS = 1000

const BOUNDARY = 'bench'
const PART = Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n`)
const END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)

/** The app that is measured; its temporary files and the file that it serves lie in `folder`. */
async function serveApp(folder: string): Promise<void> {
  const app = new Flagon(import.meta.url, { root_path: folder })
  app.config.MAX_CONTENT_LENGTH = null
  app.post('/form', () => ({ received: request.files.require('f').size }))
  app.post('/stream', { stream: true }, async () => {
    let received = 0
    for await (const chunk of request.stream) received += chunk.length
    return { received }
  })
  app.get('/file', () => send_file('large.bin'))
  app.get('/alive', () => 'alive')
  const server = await app.run({ port: 0, limits: { request_timeout: 0 } })
  process.send?.((server.address() as AddressInfo).port)
  process.once('disconnect', () => process.exit())
}

/** A process that is watched from outside. */
class Watched {
  readonly #folder: string

  constructor(pid: number) {
    this.#folder = `/proc/${pid}`
  }

  #status(field: string): number {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`${this.#folder}/status`, 'utf8'))?.[1]
    return Number(kib) / KIB
  }

  /** Anonymous memory in MiB: what the process itself allocated. */
  get anonymousMib(): number {
    return this.#status('RssAnon')
  }

  get descriptors(): number {
    return readdirSync(`${this.#folder}/fd`).length
  }

  /** Runs some work and gives the MiB by which the highest resident memory rose above what there was before. */
  async riseMib(work: () => Promise<void>): Promise<number> {
    await sleep(SETTLE_MS)
    // Sets the high-water mark to what is resident now.
    writeFileSync(`${this.#folder}/clear_refs`, '5')
    const before = this.#status('VmRSS')
    await work()
    return this.#status('VmHWM') - before
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function upload(port: number, path: string, mib: number, isChunked: boolean): Promise<void> {
  const socket = await open(port)
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
  // Bytes that nearly are a boundary, over and over.
  const piece = Buffer.alloc(MIB, 'x\r\n--bencx')
  if (isForm) await send(PART)
  for (let sent = 0; sent < mib; sent++) await send(piece)
  if (isForm) await send(END)
  if (isChunked) await write('0\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += chunk
  if (!answer.includes(`"received":${mib * MIB}`)) throw new Error(`${path} answered ${answer.slice(0, 200)}`)
}

/** A hundred clients that each take 1 KiB a second of a file. */
async function readSlowly(port: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: READERS }, () => open(port)))
  let read = 0
  for (const socket of sockets) {
    socket.pause()
    socket.write('GET /file HTTP/1.1\r\nHost: h\r\n\r\n')
  }
  for (let second = 0; second < READERS_SECONDS; second++) {
    await sleep(MS_PER_SECOND)
    for (const socket of sockets) read += socket.read(KIB)?.length ?? 0
  }
  for (const socket of sockets) socket.destroy()
  if (read < (READERS * READERS_SECONDS * KIB) / 2) throw new Error(`the readers got ${read} bytes only`)
}

async function abortUploads(port: number): Promise<void> {
  const piece = Buffer.alloc(MIB, 'x')
  const abort = async (index: number): Promise<void> => {
    const socket = await open(port)
    socket.on('error', () => undefined)
    const type = `multipart/form-data; boundary=${BOUNDARY}`
    socket.write(`POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: ${type}\r\nContent-Length: ${10 * MIB}\r\n\r\n`)
    socket.write(PART)
    socket.write(piece)
    socket.write(piece)
    await sleep(index % ABORTS_AT_ONCE)
    if (index % 2 === 0) socket.resetAndDestroy()
    else socket.destroy()
  }
  for (let index = 0; index < ABORTED_UPLOADS; index += ABORTS_AT_ONCE) {
    await Promise.all(Array.from({ length: ABORTS_AT_ONCE }, (_, offset) => abort(index + offset)))
  }
  await sleep(SETTLE_MS)
}

async function measure(folder: string, uploadMib: number): Promise<boolean> {
  const spool = join(folder, 'tmp')
  mkdirSync(spool)
  const large = openSync(join(folder, 'large.bin'), 'w')
  ftruncateSync(large, FILE_MIB * MIB)
  closeSync(large)
  const server = fork(fileURLToPath(import.meta.url), ['serve', folder], { env: { ...process.env, TMPDIR: spool } })
  const [port] = (await once(server, 'message')) as [number]
  const watched = new Watched(server.pid ?? 0)
  // The loader of TypeScript keeps files of its own beside them.
  const filesLeft = (): number => readdirSync(spool).filter((name) => name.startsWith('flagon-upload-')).length
  // What is allocated once is allocated before anything is measured.
  await upload(port, '/form', 8, false)
  await upload(port, '/stream', 8, true)
  await sleep(SETTLE_MS)
  const descriptors = watched.descriptors
  const rows: { case: string; 'rise MiB': string; bound: number; 'files left': number; seconds: string }[] = []
  let isGood = true
  const row = async (title: string, boundMib: number, work: () => Promise<void>): Promise<void> => {
    const start = performance.now()
    const anonymous = watched.anonymousMib
    const rise = await watched.riseMib(work)
    const seconds = (performance.now() - start - SETTLE_MS) / MS_PER_SECOND
    await sleep(SETTLE_MS)
    const files = filesLeft()
    isGood &&= rise <= boundMib && files === 0
    rows.push({
      case: title,
      'rise MiB': rise.toFixed(1),
      bound: boundMib,
      'files left': files,
      seconds: seconds.toFixed(1),
    })
    console.log(
      `${title}: anonymous memory ${anonymous.toFixed(0)} MiB before, ${watched.anonymousMib.toFixed(0)} MiB after`,
    )
  }
  await row(`multipart of ${uploadMib} MiB, by length`, MOST_UPLOAD_RISE_MIB, () =>
    upload(port, '/form', uploadMib, false),
  )
  await row(`multipart of ${uploadMib} MiB, chunked`, MOST_UPLOAD_RISE_MIB, () =>
    upload(port, '/form', uploadMib, true),
  )
  await row(`stream of ${uploadMib} MiB, chunked`, MOST_UPLOAD_RISE_MIB, () => upload(port, '/stream', uploadMib, true))
  await row(`${READERS} readers at 1 KiB/s of ${FILE_MIB} MiB`, MOST_READERS_RISE_MIB, () => readSlowly(port))
  await row(`${ABORTED_UPLOADS} aborted uploads`, MOST_UPLOAD_RISE_MIB, () => abortUploads(port))
  console.table(rows)
  const left = watched.descriptors - descriptors
  console.log(`descriptors left: ${left}`)
  server.disconnect()
  return isGood && left <= 0
}

if (process.argv[2] === 'serve') {
  await serveApp(process.argv[3] ?? '')
} else {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-bench-'))
  try {
    const isGood = await measure(folder, Number(process.argv[2] ?? DEFAULT_UPLOAD_MIB))
    if (!isGood) {
      console.error('a bound was passed')
      process.exitCode = 1
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
