import { execFileSync } from 'node:child_process'
import {
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { Flagon } from '../lib/index.ts'
import { MODIFIED, makeSite } from './support/file-site.ts'
import { exchangeRaw } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

const KIB = 1024
const MIB = 1024 * KIB

// security 1.7: safe_join, double decode, prefix check without separator, dotfiles
t.test('nothing outside of the static folder is reached, however it is written', async (t) => {
  const { app, root } = makeSite(t)
  const port = await servedApp(t, app)
  const absolute = join(root, 'secret.txt')
  for (const path of [
    '/static/../secret.txt',
    '/static/..%2fsecret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/%2e%2e%2fsecret.txt',
    '/static/sub/../../secret.txt',
    '/static/sub/..%2f..%2fsecret.txt',
    '/static/%252e%252e/secret.txt',
    '/static/%252e%252e%252fsecret.txt',
    '/static/..%252fsecret.txt',
    '/static/..%5csecret.txt',
    '/static/..\\secret.txt',
    '/static/%c0%ae%c0%ae/secret.txt',
    '/static../secret.txt',
    '/static%2f..%2fsecret.txt',
    '/static-secret/ten.txt',
    '/static/../static-secret/ten.txt',
    '/static/%2e%2e/static-secret/ten.txt',
    `/static/${absolute}`,
    `/static/${encodeURIComponent(absolute)}`,
    '/static//etc/passwd',
    '/static/.env',
    '/static/%2eenv',
    '/static/.git/config',
    '/static/sub/../.env',
    '/static/..two',
    '/static/ten.txt%00',
    '/static/%00',
    '/static/ten.txt/../../secret.txt',
    '/static/',
    '/static/.',
    '/static/..',
    '/static/sub',
    '/static/sub/',
    `/static/${'a'.repeat(300)}`,
    `/static/${'a/'.repeat(4000)}`,
    '/static/ten.txt/below',
  ]) {
    const answer = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    t.ok([404, 308].includes(answer.status), `${path.slice(0, 60)} is ${answer.status}`)
    t.notOk(answer.body.includes('secret\n') || `${answer.body}` === 'secret', path.slice(0, 60))
  }
})

// security 1.7: decode exactly once
t.test('a name is decoded once', async (t) => {
  const { client } = makeSite(t)
  t.equal((await client.get('/static/%252e')).text, 'percent')
  if (process.platform !== 'win32') t.equal((await client.get('/static/a%5cb')).text, 'backslash')
})

// security 1.7: a redirect never leads to another host, and reflects nothing
t.test('slashes that are merged lead to a path of this site', async (t) => {
  const { client } = makeSite(t)
  const answer = await client.get('/static//evil.com/..')
  t.equal(answer.status_code, 308)
  t.match(answer.location, /^(http:\/\/localhost)?\/static\/evil\.com/)
  const script = await client.get('/static//"><script>')
  t.notMatch(script.text, '<script>')
})

// security 1.7: symlink out; FIFO, directory and device without hanging
t.test('links that leave the folder, pipes, devices and folders are not found, and nothing hangs', async (t) => {
  const { client, folder, root } = makeSite(t)
  symlinkSync(join(root, 'secret.txt'), join(folder, 'out.txt'))
  symlinkSync(root, join(folder, 'up'))
  symlinkSync(join(root, 'static-secret'), join(folder, 'sibling'))
  symlinkSync('ten.txt', join(folder, 'inside.txt'))
  symlinkSync('loop', join(folder, 'loop'))
  symlinkSync('/dev/zero', join(folder, 'zero'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const name of ['out.txt', 'up/secret.txt', 'sibling/ten.txt', 'loop', 'zero', 'pipe', 'sub', 'up']) {
    t.equal((await client.get(`/static/${name}`)).status_code, 404, name)
  }
  t.equal((await client.get('/static/inside.txt')).text, '0123456789', 'a link to a file of the folder')
})

t.test('the folder itself may be a link, as where a release is switched by one', async (t) => {
  const { root } = makeSite(t)
  symlinkSync('static', join(root, 'current'))
  const app = new Flagon(import.meta.url, { root_path: root, static_folder: 'current' })
  t.equal((await app.test_client().get('/current/ten.txt')).text, '0123456789')
})

const BIG_FILE_BYTES = 64 * MIB

/** Asks for a file, does `change` once the first bytes are there, and gives how many bytes of the body came in all. */
async function bytesReceived(port: number, path: string, change: () => void): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  let head = Buffer.alloc(0)
  let received = 0
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      if (received === 0) {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        received = head.length - end - 4
        socket.pause()
        change()
        socket.resume()
      } else received += chunk.length
    })
    socket.on('close', () => resolve())
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve() : reject(error)))
  })
  return received
}

// security 1.7: Content-Length is not the length of the body
t.test('a file that is changed while it is sent breaks the connection', async (t) => {
  const changes: readonly (readonly [name: string, change: (path: string) => void])[] = [
    ['truncated', (path) => truncateSync(path, MIB)],
    ['emptied', (path) => truncateSync(path, 0)],
    ['grown', (path) => truncateSync(path, BIG_FILE_BYTES + 1)],
    ['written again', (path) => void writeSync(openSync(path, 'r+'), 'new', BIG_FILE_BYTES - 3)],
  ]
  for (const [name, change] of changes) {
    const { app, folder } = makeSite(t)
    app.testing = false
    const records: unknown[] = []
    app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => records.push(...args) }
    const path = join(folder, 'big.bin')
    ftruncateSync(openSync(path, 'w'), BIG_FILE_BYTES)
    const port = await servedApp(t, app)
    const received = await bytesReceived(port, '/static/big.bin', () => change(path))
    t.ok(received < BIG_FILE_BYTES, `${name}: ${received} bytes`)
    t.match(records, [{ err: /was changed while it was being sent/ }, /big\.bin/])
    t.equal((await fetch(`http://127.0.0.1:${port}/static/ten.txt`)).status, 200, 'the server goes on')
  }
})

t.test('a file that is replaced by another while it is sent is sent to its end', async (t) => {
  const { app, folder, root } = makeSite(t)
  const path = join(folder, 'big.bin')
  ftruncateSync(openSync(path, 'w'), BIG_FILE_BYTES)
  const received = await bytesReceived(await servedApp(t, app), '/static/big.bin', () =>
    renameSync(join(root, 'secret.txt'), path),
  )
  t.equal(received, BIG_FILE_BYTES)
})

t.test('a file that is replaced before its first byte is sent is answered by 500, not by a mix', async (t) => {
  for (const replace of [
    (path: string) => writeFileSync(path, Buffer.alloc(200 * KIB, 'b')),
    (path: string) => {
      renameSync(path, `${path}.old`)
      execFileSync('mkfifo', [path])
    },
    (path: string) => renameSync(path, `${path}.old`),
    (path: string) => {
      renameSync(path, `${path}.old`)
      mkdirSync(path)
    },
  ]) {
    const { app, folder } = makeSite(t)
    app.config.PROPAGATE_EXCEPTIONS = false
    app.logger.disabled = true
    const path = join(folder, 'big.bin')
    writeFileSync(path, Buffer.alloc(200 * KIB, 'a'))
    utimesSync(path, MODIFIED, MODIFIED)
    app.after_request((response) => {
      replace(path)
      return response
    })
    t.equal((await app.test_client().get('/static/big.bin')).status_code, 500)
  }
})
