import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import {
  abort,
  Blueprint,
  Flagon,
  flash,
  get_flashed_messages,
  is_safe_redirect,
  make_response,
  redirect,
  render_template,
  request,
  secure_filename,
  send_file,
  send_from_directory,
  session,
  stream_with_context,
  url_for,
} from '../../lib/index.ts'
import type { ServerLimits } from '../../lib/serving/server.ts'

const KIB = 1024
/** Large enough to be sent in pieces, small enough to be sent often. */
export const BIG_FILE_BYTES: number = 300 * KIB
/** What the file of {@link BIG_FILE_BYTES} holds: no two places of it look alike. */
export const BIG_FILE: Buffer = Buffer.from(
  Array.from({ length: BIG_FILE_BYTES / 8 }, (_, index) => `${index}`.padStart(7, '0'))
    .join('\n')
    .concat('\n'),
)
/** Text that no answer may ever contain: it lies in files outside of what is served, and in the secret key. */
export const SECRET_MARKER = 'not-for-anyones-eyes'

/** An error of the app's own, with a handler. */
class OutOfStock extends Error {}

/** Folders of the app: `templates` and `static` with what belongs into them, `secret.txt` and `static-secret` beside them. */
function makeFolders(root: string): void {
  const files: Record<string, string | Buffer> = {
    'static/hello.txt': 'hello world\n',
    'static/big.txt': BIG_FILE,
    'static/empty.txt': '',
    'static/sub/page.html': '<p>page</p>',
    'static/.env': SECRET_MARKER,
    'static-secret/hello.txt': SECRET_MARKER,
    'secret.txt': SECRET_MARKER,
    'admin/report.html': `the report ${SECRET_MARKER}`,
    'templates/page.html':
      '<title>{{ name }}</title>{% for item in items %}<li title="{{ item }}">{{ item }}</li>{% endfor %}' +
      '<script>const name = {{ name|tojson }}</script>{{ get_flashed_messages()|join }}',
  }
  for (const folder of ['static/sub', 'static-secret', 'admin', 'templates', 'uploads']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A view for everything that a request says in its header fields: each typed property is read. */
function readHeaders(): object {
  return {
    url: request.url,
    host: request.host,
    path: request.path,
    full_path: request.full_path,
    access_route: [...request.access_route],
    fields: [...request.headers].length,
    mimetype: request.mimetype,
    mimetype_params: { ...request.mimetype_params },
    is_json: request.is_json,
    content_length: request.content_length ?? null,
    content_encoding: request.content_encoding ?? null,
    date: request.date?.toISOString() ?? null,
    max_forwards: request.max_forwards ?? null,
    pragma: [...request.pragma],
    best_type: request.accept_mimetypes.best_match(['text/html', 'application/json']) ?? null,
    charsets: [...request.accept_charsets].length,
    encodings: [...request.accept_encodings].length,
    language: request.accept_languages.best_match(['en', 'zh-CN']) ?? null,
    cache_control: request.cache_control.max_age ?? null,
    if_match: request.if_match.contains('x'),
    if_none_match: request.if_none_match.contains('x'),
    if_modified_since: request.if_modified_since?.toISOString() ?? null,
    if_unmodified_since: request.if_unmodified_since?.toISOString() ?? null,
    if_range: request.if_range.etag ?? null,
    range: request.range?.to_header() ?? null,
    user_agent: request.user_agent.string,
    authorization: request.authorization?.type ?? null,
    username: request.authorization?.username ?? null,
    origin: request.origin ?? null,
    referrer: request.referrer ?? null,
    requested_headers: [...request.access_control_request_headers],
  }
}

async function describeForm(folder: string): Promise<object> {
  const files = []
  for (const [field, file] of request.files) {
    const name = secure_filename(file.filename ?? '') || 'unnamed'
    const kept = join(folder, randomUUID())
    await file.save(kept)
    const bytes = readFileSync(kept)
    rmSync(kept)
    const type = file.mimetype
    files.push({
      field,
      filename: file.filename,
      name,
      type,
      size: bytes.length,
      sha256: sha256(bytes),
      disk: file.on_disk,
    })
  }
  return { form: [...request.form], files }
}

/** A blueprint whose guard lets nobody in without a cookie, with pages, a folder and a static folder behind it. */
function makeAdmin(root: string): Blueprint {
  const admin = new Blueprint('admin', import.meta.url, {
    url_prefix: '/admin',
    root_path: root,
    static_folder: 'admin',
    static_url_path: '/assets',
  })
  admin.before_request(() => {
    if (request.cookies.get('pass') !== 'open') return abort(401)
    return undefined
  })
  admin.get('/', () => 'admin')
  admin.get('/page', () => SECRET_MARKER)
  admin.get('/files/<path:name>', ({ name }) => send_from_directory(join(root, 'admin'), name))
  return admin
}

/** What the endpoints that last as long as their client have done. */
export interface LastingWork {
  /** Streams and waits that began. */
  begun: number
  /** Streams whose `finally` ran, and waits that the signal of their request ended. */
  ended: number
  /** Pieces that the streams gave, of {@link PIECE_BYTES} each. */
  pieces: number
  /** Requests whose teardown functions ran. */
  tornDown: number
}

/** Bytes of one piece of the stream without end. */
export const PIECE_BYTES: number = 64 * KIB

/** Adds the endpoints that go on until their client leaves. */
function addLastingEndpoints(app: Flagon, work: LastingWork): void {
  app.get('/endless', () => {
    const piece = Buffer.alloc(PIECE_BYTES, 'x')
    work.begun++
    return make_response(
      (async function* () {
        try {
          for (;;) {
            work.pieces++
            yield piece
            await sleep(0)
          }
        } finally {
          work.ended++
        }
      })(),
    )
  })
  app.get('/wait', async () => {
    work.begun++
    await new Promise((resolve) => request.signal.addEventListener('abort', resolve, { once: true }))
    work.ended++
    return 'nobody reads this'
  })
  app.teardown_request(() => work.tornDown++)
}

/** An app with every kind of endpoint. Nothing that a client sends may make it answer with a 5xx. */
export function makeKitchenSink(root: string, work: LastingWork): Flagon {
  makeFolders(root)
  const app = new Flagon(import.meta.url, { root_path: root })
  addLastingEndpoints(app, work)
  app.config.SECRET_KEY = `${SECRET_MARKER}-but-the-server-s`
  const bytes = Buffer.from('0123456789')

  app.get('/alive', { endpoint: 'alive' }, () => 'alive')
  app.get('/args', () => ({ args: [...request.args], values: [...request.values], query: `${request.query_string}` }))
  app.get('/cookies', () => ({ cookies: [...request.cookies], a: request.cookies.get('a') ?? null }))
  app.get('/headers', readHeaders)
  app.get('/user/<name>/<int:id>/<float:size>/<path:rest>', (values) => values)
  app.get('/any/<any(one, two):word>/<uuid:id>', (values) => values)
  app.get('/slash/', () => 'slash')
  app.route('/form', { methods: ['GET', 'POST', 'PUT'] })(() => ({
    form: [...request.form],
    values: [...request.values],
    files: [...request.files].map(([name, file]) => [name, file.filename, file.size]),
  }))
  app.post('/upload', () => describeForm(join(root, 'uploads')))
  app.route('/json', { methods: ['GET', 'POST'] })(() => ({ got: request.json ?? null }))
  app.post('/raw', () => ({ length: request.data.length, text: request.get_data({ as_text: true }).slice(0, 100) }))
  app.post('/ignored', () => 'the body was ignored')
  app.post('/stream', { stream: true }, async () => {
    const hash = createHash('sha256')
    let length = 0
    for await (const chunk of request.stream) {
      length += chunk.length
      hash.update(chunk)
    }
    return { length, sha256: hash.digest('hex') }
  })
  app.post('/echo', { stream: true }, () =>
    make_response(request.stream, { 'Content-Type': 'application/octet-stream' }),
  )
  app.get('/file', () => send_file('static/big.txt'))
  app.get('/small', () => send_file('static/hello.txt', { as_attachment: true, download_name: 'a"b;é.txt' }))
  app.get('/files/<path:name>', ({ name }) => send_from_directory('static', name))
  app.get('/bytes', () =>
    send_file(bytes, { mimetype: 'text/plain', etag: 'ten', last_modified: new Date('2024-01-02T00:00:00Z') }),
  )
  app.get('/session', () => {
    session.visits = Number(session.get('visits', 0)) + 1
    return { visits: session.visits }
  })
  app.get('/look', () => ({ keys: [...session.keys()] }))
  app.get('/flash', () => {
    flash(request.args.get('message', 'hello'))
    return redirect(url_for('template'))
  })
  app.get('/flashed', () => get_flashed_messages())
  app.get('/set-cookie', () => {
    const response = make_response('set')
    response.set_cookie('a', request.args.get('value', 'x'), { max_age: 60, httponly: true })
    return response
  })
  app.get('/template', { endpoint: 'template' }, () =>
    render_template('page.html', { name: request.args.get('name', '<nobody>'), items: request.args.getlist('item') }),
  )
  app.get('/go', () => {
    const next = request.args.get('next', '/')
    return is_safe_redirect(next) ? redirect(next) : redirect(url_for('alive'), 303)
  })
  app.get('/out', () => redirect('https://example.com/<script>?q="x"'))
  app.get('/teapot', () => abort(418))
  app.get('/stock', () => {
    throw new OutOfStock('none left')
  })
  app.get('/numbers', () =>
    make_response(
      (function* () {
        for (let number = 0; number < 100; number++) yield `${number} ${request.path}\n`
      })(),
    ),
  )
  app.get('/ticks', () =>
    stream_with_context(
      (async function* () {
        for (let tick = 0; tick < 5; tick++) {
          yield `${tick} ${request.method}\n`
          await sleep(1)
        }
      })(),
    ),
  )
  app.get('/async', async () => {
    await sleep(1)
    return { method: request.method, args: [...request.args], cookies: [...request.cookies] }
  })
  app.errorhandler(404)((error) => make_response({ error: error.name, path: request.path }, 404))
  app.errorhandler(418)(() => make_response('short and stout', 418))
  app.errorhandler(OutOfStock)((error) => make_response(error.message, 409))
  app.after_request((response) => {
    response.headers.set('X-Content-Type-Options', 'nosniff')
    return response
  })
  app.register_blueprint(makeAdmin(root))
  return app
}

/** One ordinary GET for each kind of endpoint that answers without a body. */
export const GET_ENDPOINTS: readonly string[] = [
  '/alive',
  '/args',
  '/cookies',
  '/headers',
  '/user/ann/1/2.5/a/b',
  '/slash/',
  '/form',
  '/json',
  '/file',
  '/small',
  '/files/hello.txt',
  '/bytes',
  '/static/hello.txt',
  '/static/nothing.txt',
  '/session',
  '/look',
  '/flash',
  '/flashed',
  '/set-cookie',
  '/template',
  '/go',
  '/out',
  '/teapot',
  '/stock',
  '/numbers',
  '/ticks',
  '/async',
  '/admin/page',
  '/admin/assets/report.html',
  '/nothing',
]

/** The endpoints that take a body, each in its own way. */
export const POST_ENDPOINTS: readonly string[] = [
  '/form',
  '/upload',
  '/json',
  '/raw',
  '/ignored',
  '/stream',
  '/echo',
  '/alive',
  '/nothing',
]

/** A kitchen sink that is being served. */
export interface ServedSink {
  readonly app: Flagon
  readonly port: number
  readonly server: Server
  /** The folder of the app; `uploads` in it is empty between two requests. */
  readonly root: string
  /** What the app wrote to its log as a failure: nothing, whatever clients send. */
  readonly failures: unknown[][]
  readonly work: LastingWork
  /** The temporary files of uploads that are there right now. */
  temporaryFiles(): string[]
  /** Descriptors that the process has open; 0 where the system does not tell. */
  descriptors(): number
}

function countDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

/** Serves the kitchen sink on loopback, with a temporary folder of its own, until the test ends. */
export async function serveKitchenSink(t: Test, limits?: ServerLimits): Promise<ServedSink> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'flagon-sink-')))
  const spoolFolder = join(top, 'tmp')
  mkdirSync(spoolFolder)
  const root = join(top, 'app')
  const work = { begun: 0, ended: 0, pieces: 0, tornDown: 0 }
  const app = makeKitchenSink(root, work)
  const failures: unknown[][] = []
  app.logger = { debug() {}, info() {}, warn() {}, error: (...args) => void failures.push(args) }
  const systemFolder = process.env['TMPDIR']
  process.env['TMPDIR'] = spoolFolder
  const server = await app.run({ host: '127.0.0.1', port: 0, signals: false, limits })
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
    if (systemFolder === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = systemFolder
    rmSync(top, { recursive: true, force: true })
  })
  return {
    app,
    port: (server.address() as AddressInfo).port,
    server,
    root,
    failures,
    work,
    temporaryFiles: () => [...readdirSync(spoolFolder), ...readdirSync(join(root, 'uploads'))],
    descriptors: countDescriptors,
  }
}
