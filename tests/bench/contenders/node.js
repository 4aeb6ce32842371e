/*
 * Bare node:http doing by hand what Flagon does, with the same headers: only what the scenario needs, no generality that
 * it does not use. Uploads go through busboy, sessions of Redis through the client `redis`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, stat, unlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import busboy from 'busboy'
import { createClient } from 'redis'
import * as shared from './shared.js'

const { chunks, FOLDER, HOST, later, LOGIN, PAGE, PORT, REDIS_URL, ROUTES } = shared
const { routeText, SECRET, serve, summary, TEXT } = shared

const MS_PER_SECOND = 1000
const SESSION_SECONDS = 31 * 86_400
const SMALL_FILE_BYTES = 65_536
const NONCE_BYTES = 12
const TAG_BYTES = 16

function listen(handler) {
  createServer(handler).listen(PORT, HOST)
}

function sendText(res, text, status = 200) {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}

function sendJson(res, value, status = 200) {
  const text = `${JSON.stringify(value)}\n`
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}

function notFound(res) {
  sendText(res, 'Not Found', 404)
}

function readBody(req, done) {
  const pieces = []
  req.on('data', (piece) => pieces.push(piece))
  req.on('end', () => done((pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)).toString()))
}

function parseCookies(header) {
  const cookies = {}
  if (header === undefined) return cookies
  for (const pair of header.split('; ')) {
    const at = pair.indexOf('=')
    cookies[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return cookies
}

/** The answer of a page that looked at the session, with the cookie that it sets, if any. */
function sendOfSession(res, text, cookie) {
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    Vary: 'Cookie',
  }
  if (cookie !== undefined) headers['Set-Cookie'] = cookie
  res.writeHead(200, headers)
  res.end(text)
}

/** A server whose session lies in a cookie that `open` reads and `seal` writes. */
function cookieSession(open, seal) {
  const cookieOf = (session) => `session=${seal(JSON.stringify(session))}; HttpOnly; Path=/; SameSite=Lax`
  const opened = (req) => {
    const value = parseCookies(req.headers.cookie).session
    const text = value === undefined ? undefined : open(value)
    return text === undefined ? {} : JSON.parse(text)
  }
  listen((req, res) => {
    if (req.url === '/read') {
      const session = opened(req)
      sendOfSession(res, `${session.username} ${session.user_id}`)
    } else if (req.url === '/write') {
      const session = opened(req)
      session.visits += 1
      sendOfSession(res, String(session.visits), cookieOf(session))
    } else if (req.url === '/login') {
      sendOfSession(res, 'welcome', cookieOf(LOGIN))
    } else {
      notFound(res)
    }
  })
}

function signed() {
  // A key that is an object already: Node 24 takes 12 µs longer for one that is a Buffer.
  const key = createSecretKey(createHmac('sha1', SECRET).update('cookie-session').digest())
  const signatureOf = (text) => createHmac('sha1', key).update(text).digest()
  const open = (value) => {
    const dot = value.lastIndexOf('.')
    const signature = Buffer.from(value.slice(dot + 1), 'base64url')
    const expected = signatureOf(value.slice(0, dot))
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined
    const end = value.lastIndexOf('.', dot - 1)
    const since = Date.now() / MS_PER_SECOND - Buffer.from(value.slice(end + 1, dot), 'base64url').readUInt32BE()
    return since > SESSION_SECONDS ? undefined : Buffer.from(value.slice(0, end), 'base64url').toString()
  }
  const seal = (text) => {
    const time = Buffer.alloc(4)
    time.writeUInt32BE(Math.floor(Date.now() / MS_PER_SECOND))
    const value = `${Buffer.from(text).toString('base64url')}.${time.toString('base64url')}`
    return `${value}.${signatureOf(value).toString('base64url')}`
  }
  cookieSession(open, seal)
}

function encrypted() {
  const key = createSecretKey(Buffer.from(SECRET))
  const open = (value) => {
    const bytes = Buffer.from(value, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES), undefined, 'utf8')
      return text + decipher.final('utf8')
    } catch {
      return undefined
    }
  }
  const seal = (text) => {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }
  cookieSession(open, seal)
}

async function redis() {
  const client = createClient({ url: REDIS_URL })
  await client.connect()
  // The cookie lives as long as the key, so each answer sets it again.
  const cookieOf = (sid) => {
    const expires = new Date(Date.now() + SESSION_SECONDS * MS_PER_SECOND).toUTCString()
    return `session=${sid}; Expires=${expires}; HttpOnly; Path=/; SameSite=Lax`
  }
  const save = (sid, session) => client.set(`node:${sid}`, JSON.stringify(session), { EX: SESSION_SECONDS })
  listen(async (req, res) => {
    const sid = parseCookies(req.headers.cookie).session
    const text = sid === undefined ? null : await client.get(`node:${sid}`)
    const session = text === null ? {} : JSON.parse(text)
    if (req.url === '/read') {
      await client.expire(`node:${sid}`, SESSION_SECONDS)
      sendOfSession(res, `${session.username} ${session.user_id}`, cookieOf(sid))
    } else if (req.url === '/write') {
      session.visits += 1
      await save(sid, session)
      sendOfSession(res, String(session.visits), cookieOf(sid))
    } else if (req.url === '/login') {
      const made = randomBytes(32).toString('base64url')
      await save(made, LOGIN)
      sendOfSession(res, 'welcome', cookieOf(made))
    } else {
      notFound(res)
    }
  })
}

function upload(keep) {
  listen((req, res) => {
    if (req.method !== 'POST' || req.url !== '/upload') {
      notFound(res)
      return
    }
    let title
    let kept
    const parser = busboy({ headers: req.headers })
    parser.on('field', (name, value) => {
      if (name === 'title') title = value
    })
    parser.on('file', (_name, stream, { filename }) => {
      kept = keep(stream).then((size) => ({ name: filename, size }))
    })
    parser.on('close', async () => sendJson(res, { title, ...(await kept) }))
    req.pipe(parser)
  })
}

async function inMemory(stream) {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces).length
}

async function onDisk(stream) {
  const path = join(FOLDER, 'uploads', randomBytes(16).toString('hex'))
  const file = createWriteStream(path, { mode: 0o600 })
  await new Promise((resolve, reject) => {
    file.once('close', resolve)
    file.once('error', reject)
    stream.pipe(file)
  })
  await unlink(path)
  return file.bytesWritten
}

const TYPES = { css: 'text/css; charset=utf-8', bin: 'application/octet-stream' }

function files() {
  listen(async (req, res) => {
    const name = /^\/static\/([\w.]+)$/.exec(req.url)?.[1]
    if (name === undefined) {
      notFound(res)
      return
    }
    const path = join(FOLDER, 'static', name)
    const { size, mtime, mtimeMs } = await stat(path)
    const etag = `"${mtimeMs}-${size}"`
    if (req.headers['if-none-match'] === etag) {
      // RFC 9110, section 15.4.5: without Last-Modified, since there is an ETag.
      res.writeHead(304, {
        'Content-Disposition': `inline; filename=${name}`,
        'Cache-Control': 'no-cache',
        ETag: etag,
        'Accept-Ranges': 'bytes',
      })
      res.end()
      return
    }
    res.writeHead(200, {
      'Content-Type': TYPES[name.slice(name.lastIndexOf('.') + 1)],
      'Content-Length': size,
      'Content-Disposition': `inline; filename=${name}`,
      'Last-Modified': mtime.toUTCString(),
      'Cache-Control': 'no-cache',
      ETag: etag,
      'Accept-Ranges': 'bytes',
    })
    if (size <= SMALL_FILE_BYTES) res.end(await readFile(path))
    else createReadStream(path).pipe(res)
  })
}

/** The routes as a tree by method and segment; a segment of the tree that is a parameter has the name `*`. */
function routeTree() {
  const trees = new Map()
  for (const [index, [method, rule]] of ROUTES.entries()) {
    if (!trees.has(method)) trees.set(method, { children: new Map() })
    let node = trees.get(method)
    const names = []
    for (const part of rule.split('/').slice(1)) {
      const key = part.startsWith('<') ? '*' : part
      if (key === '*') names.push(part.slice(1, -1))
      if (!node.children.has(key)) node.children.set(key, { children: new Map() })
      node = node.children.get(key)
    }
    node.route = { index, names }
  }
  return trees
}

function walk(node, parts, at, values) {
  if (at === parts.length) return node.route
  const named = node.children.get(parts[at])
  const found = named && walk(named, parts, at + 1, values)
  if (found) return found
  const other = node.children.get('*')
  if (other === undefined) return undefined
  values.push(parts[at])
  const route = walk(other, parts, at + 1, values)
  if (route === undefined) values.pop()
  return route
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }
const escaped = (value) => String(value).replace(/[&<>"']/g, (letter) => ESCAPES[letter])

function page({ title, owner, rows }) {
  let lines = ''
  for (const [index, row] of rows.entries()) {
    const link = `<a href="/items/${row.id}">${escaped(row.name)}</a>`
    const start = `\n<tr${row.sold ? ' class="sold"' : ''}><td>${index + 1}</td>`
    lines += `${start}<td>${link}</td><td>${escaped(row.note)}</td></tr>`
  }
  return `<!doctype html>
<html lang="en">
<head>
<title>${escaped(title)} - Shop</title>
<link rel="stylesheet" href="/static/small.css">
</head>
<body>
<nav><a href="/">Home</a> <a href="/items">Items</a></nav>
<main><h1>${escaped(title)}</h1>
<table>${lines}
</table></main>
<footer>${escaped(owner)}</footer>
</body>
</html>`
}

await serve({
  plain() {
    listen((req, res) => {
      if (req.method === 'GET' && req.url === '/') sendText(res, TEXT)
      else notFound(res)
    })
  },
  json() {
    listen((req, res) => {
      const found = req.method === 'GET' ? /^\/users\/(\d+)$/.exec(req.url) : null
      if (found) sendJson(res, { id: Number(found[1]), name: 'Ann', active: true })
      else notFound(res)
    })
  },
  routes() {
    const trees = routeTree()
    listen((req, res) => {
      const tree = trees.get(req.method)
      const values = []
      const route = tree && walk(tree, req.url.split('/'), 1, values)
      if (route === undefined) {
        notFound(res)
        return
      }
      const args = {}
      for (let at = 0; at < values.length; at++) args[route.names[at]] = decodeURIComponent(values[at])
      sendText(res, routeText(route.index, args))
    })
  },
  hooks() {
    listen((req, res) => {
      if (req.method !== 'GET' || req.url !== '/blue/page') {
        notFound(res)
        return
      }
      const own = { user: 'ann', steps: 1 }
      own.steps += 1
      own.steps += 1
      const text = `${own.user} ${own.steps}`
      res.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': Buffer.byteLength(text),
        'X-Blue': 'yes',
        'X-App': 'bench',
      })
      res.end(text)
    })
  },
  cookie() {
    listen((req, res) => {
      const cookies = parseCookies(req.headers.cookie)
      const visits = Number(cookies.visits ?? 0) + 1
      const expires = new Date(Date.now() + 3600 * MS_PER_SECOND).toUTCString()
      const attributes = `Expires=${expires}; Max-Age=3600; HttpOnly; Path=/; SameSite=Lax`
      res.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': Buffer.byteLength(cookies.theme),
        'Set-Cookie': `visits=${visits}; ${attributes}`,
      })
      res.end(cookies.theme)
    })
  },
  'session-read': signed,
  'session-write': signed,
  'encrypted-read': encrypted,
  'encrypted-write': encrypted,
  'redis-read': redis,
  'redis-write': redis,
  form() {
    listen((req, res) => {
      if (req.method !== 'POST' || req.url !== '/form') {
        notFound(res)
        return
      }
      readBody(req, (text) => {
        const form = new URLSearchParams(text)
        sendText(res, `${form.get('name')} ${form.get('city')}`)
      })
    })
  },
  'json-post'() {
    listen((req, res) => {
      if (req.method !== 'POST' || req.url !== '/orders') notFound(res)
      else readBody(req, (text) => sendJson(res, summary(JSON.parse(text))))
    })
  },
  multipart() {
    upload(inMemory)
  },
  'multipart-disk'() {
    upload(onDisk)
  },
  template() {
    listen((req, res) => {
      if (req.url === '/') sendText(res, page(PAGE))
      else notFound(res)
    })
  },
  'static-small': files,
  'static-large': files,
  'static-304': files,
  stream() {
    listen((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'application/octet-stream' })
      Readable.from(chunks()).pipe(res)
    })
  },
  async() {
    listen(async (req, res) => {
      if (req.url !== '/') {
        notFound(res)
        return
      }
      const first = await later('Hello')
      sendText(res, `${first}, ${await later('World!')}`)
    })
  },
  error() {
    listen((req, res) => {
      if (req.url === '/') sendText(res, TEXT)
      else sendJson(res, { error: 'Not Found', path: req.url }, 404)
    })
  },
})
