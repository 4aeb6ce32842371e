/*
 * What readers who do not read and clients who leave cost: `npx tsx tests/bench/streams.ts [clients]`, 100 by default. A server
 * in a process of its own offers 1 GiB to each client, by a generator and from a file. Printed are the growth of its memory
 * while all of them read 1 KiB a second, what it made for them in that time, how long it takes until every generator has run
 * its `finally` once all of them left, and the descriptors that are left. Then each client leaves in the middle of an upload:
 * printed are the temporary files and descriptors that are left.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Flagon, request, send_file } from '../../lib/index.ts'

const MIB = 1024 * 1024
const OFFERED_MIB = 1024
const CHUNK_BYTES = 64 * 1024
const DEFAULT_CLIENTS = 100
const SLOW_BYTES_A_SECOND = 1024
const WATCHED_SECONDS = 5
const MS_PER_SECOND = 1000
const UPLOADED_MIB = 4

/** What the server process tells of itself. */
interface Figures {
  readonly rss: number
  readonly made: number
  readonly open: number
  readonly descriptors: number
}

async function serveStreams(): Promise<void> {
  const app = new Flagon(import.meta.url, { static_folder: null })
  let made = 0
  let open = 0
  app.config.MAX_CONTENT_LENGTH = null
  app.get('/generator', function* generator() {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    open++
    try {
      for (let at = 0; at < OFFERED_MIB * MIB; at += CHUNK_BYTES) {
        made += CHUNK_BYTES
        yield chunk
      }
    } finally {
      open--
    }
  })
  app.get('/file', () => send_file(process.env['BENCH_FILE'] ?? ''))
  app.post('/upload', () => String(request.files.require('f').size))
  const server = await app.run({ port: 0, limits: { request_timeout: 0 } })
  process.on('message', () => {
    const descriptors = readdirSync('/proc/self/fd').length
    process.send?.({ rss: process.memoryUsage.rss(), made, open, descriptors })
  })
  process.send?.((server.address() as AddressInfo).port)
  process.once('disconnect', () => process.exit())
}

async function ask(port: number, head: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(`${head}\r\nHost: h\r\n`)
  return socket
}

/** Reads as slowly as `SLOW_BYTES_A_SECOND` says. */
function readSlowly(socket: Socket): void {
  const timer = setInterval(() => void socket.read(SLOW_BYTES_A_SECOND), MS_PER_SECOND)
  socket.once('close', () => clearInterval(timer))
}

async function main(): Promise<void> {
  const clients = Number(process.argv[2] ?? DEFAULT_CLIENTS)
  const folder = mkdtempSync(join(tmpdir(), 'flagon-bench-'))
  const file = join(folder, 'file')
  const handle = await open(file, 'w')
  await handle.truncate(OFFERED_MIB * MIB)
  await handle.close()
  const server = fork(fileURLToPath(import.meta.url), ['serve'], {
    env: { ...process.env, BENCH_FILE: file, TMPDIR: folder },
  })
  const [port] = await once(server, 'message')
  const figures = async (): Promise<Figures> => {
    server.send('figures')
    const [told] = await once(server, 'message')
    return told
  }
  // The first requests load code, which is no cost of theirs.
  for (const path of ['/generator', '/file']) await warmUp(port, path)
  // Twice each: the first time shows what the garbage of filling the system's buffers adds before it is collected.
  for (const path of ['/generator', '/generator', '/file', '/file']) {
    const before = await figures()
    const readers = await Promise.all(Array.from({ length: clients }, () => ask(port, `GET ${path} HTTP/1.1`)))
    for (const reader of readers) {
      reader.write('\r\n')
      readSlowly(reader)
    }
    let peak = before.rss
    for (let second = 0; second < WATCHED_SECONDS; second++) {
      await delay(MS_PER_SECOND)
      peak = Math.max(peak, (await figures()).rss)
    }
    const during = await figures()
    const start = performance.now()
    for (const reader of readers) reader.destroy()
    let after = await figures()
    while (after.open > 0 || after.descriptors > before.descriptors) after = await figures()
    console.log(
      `${clients} slow readers of ${path}: memory +${((peak - before.rss) / MIB).toFixed(1)} MiB` +
        (during.made > before.made
          ? `, ${((during.made - before.made) / clients / MIB).toFixed(1)} MiB made for each`
          : '') +
        `; all left: ${(performance.now() - start).toFixed(0)} ms until ${after.open} generators are open and ` +
        `${after.descriptors - before.descriptors} descriptors are left`,
    )
  }
  await leaveUploads(port, clients, folder, figures)
  server.disconnect()
  rmSync(folder, { recursive: true })
}

async function warmUp(port: number, path: string): Promise<void> {
  const socket = await ask(port, `GET ${path} HTTP/1.1`)
  socket.write('\r\n')
  await once(socket, 'data')
  socket.destroy()
  await delay(MS_PER_SECOND)
}

async function leaveUploads(
  port: number,
  clients: number,
  folder: string,
  figures: () => Promise<Figures>,
): Promise<void> {
  const before = await figures()
  const uploads = await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = await ask(port, 'POST /upload HTTP/1.1')
      socket.write(`Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${2 * UPLOADED_MIB * MIB}\r\n\r\n`)
      socket.write('--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n')
      await new Promise((resolve) => socket.write(Buffer.alloc(UPLOADED_MIB * MIB), resolve))
      return socket
    }),
  )
  const kept = (): number => readdirSync(folder).filter((name) => name.startsWith('flagon-upload-')).length
  const most = kept()
  const start = performance.now()
  for (const socket of uploads) socket.destroy()
  let after = await figures()
  while (kept() > 0 || after.descriptors > before.descriptors) after = await figures()
  console.log(
    `${clients} uploads left half-way, ${most} files at most: ${(performance.now() - start).toFixed(0)} ms until ${kept()} files ` +
      `and ${after.descriptors - before.descriptors} descriptors are left`,
  )
}

await (process.argv[2] === 'serve' ? serveStreams() : main())
