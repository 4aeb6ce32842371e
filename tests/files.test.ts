import { execFileSync } from 'node:child_process'
import { createReadStream, ftruncateSync, openSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { Blueprint, send_file, send_from_directory } from '../lib/index.ts'
import { MODIFIED, MODIFIED_TEXT, makeSite, type Site, sender } from './support/file-site.ts'
import { HOW_TO_GET_PYTHON, python } from './support/python.ts'

const KIB = 1024
const MIB = 1024 * KIB
const LATER = 'Fri, 15 Jan 2027 08:00:00 GMT'

t.test('the static folder is served below its own name', async (t) => {
  const { client, app } = makeSite(t)
  const answer = await client.get('/static/ten.txt')
  t.equal(answer.text, '0123456789')
  t.match(
    Object.fromEntries(answer.headers),
    {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': 'inline; filename=ten.txt',
      'Content-Length': '10',
      'Last-Modified': MODIFIED_TEXT,
      'Cache-Control': 'no-cache',
      'Accept-Ranges': 'bytes',
      ETag: /^"1700000000\.0-10-\d+"$/,
    },
    'as Flask does',
  )
  t.equal((await client.get('/static/sub/page.html')).text, '<p>page</p>')
  t.equal(app.static_url_path, '/static')
  app.test_request_context().run(() => t.equal(app.url_for('static', { filename: 'a b.txt' }), '/static/a%20b.txt'))
})

t.test('the static folder may have another name and another URL, also the root', async (t) => {
  for (const [options, url] of [
    [{ static_url_path: '/assets' }, '/assets/ten.txt'],
    [{ static_url_path: '/assets//' }, '/assets/ten.txt'],
    [{ static_url_path: '' }, '/ten.txt'],
    [{ static_folder: 'static/sub/../' }, '/../ten.txt'],
  ] as const) {
    const { client, app } = makeSite(t, options)
    if (url.includes('..')) t.equal(app.static_folder, join(app.root_path, 'static'))
    else t.equal((await client.get(url)).text, '0123456789', url)
  }
})

t.test('an app without a static folder has no static route', async (t) => {
  const { app, client } = makeSite(t, { static_folder: null, static_url_path: '/static' })
  t.notOk(app.has_static_folder)
  t.equal(app.static_folder, undefined)
  t.same([...app.url_map.iter_rules()], [])
  t.equal((await client.get('/static/ten.txt')).status_code, 404)
  app.test_request_context().run(() => {
    t.throws(() => app.send_static_file('ten.txt'), { code: 'CONFIG_VALUE', message: /static_folder/ })
  })
})

t.test('a blueprint serves its own static folder under its prefix', async (t) => {
  const { app, client, root } = makeSite(t)
  class Cached extends Blueprint {
    override get_send_file_max_age(filename: string | undefined): number | undefined {
      return filename?.endsWith('.html') ? 60 : undefined
    }
  }
  const bp = new Cached('bp', import.meta.url, { root_path: root, static_folder: 'static/sub', url_prefix: '/bp' })
  app.register_blueprint(bp)
  app.register_blueprint(new Blueprint('bare', import.meta.url, { static_url_path: '/nothing' }))
  const answer = await client.get('/bp/sub/page.html')
  t.equal(answer.text, '<p>page</p>')
  t.equal(answer.headers.get('Cache-Control'), 'public, max-age=60')
  t.equal((await client.get('/nothing/page.html')).status_code, 404)
  app.test_request_context().run(() => {
    t.equal(app.url_for('bp.static', { filename: 'page.html' }), '/bp/sub/page.html')
    t.equal(bp.send_static_file('page.html').status_code, 200)
  })
})

t.test('send_file finds a relative path from the root path of the app', async (t) => {
  const { client } = sender(t, 'static/ten.txt')
  t.equal((await client.get('/')).text, '0123456789')
})

t.test('send_file answers 404 for what is no regular file', async (t) => {
  const { app } = makeSite(t)
  for (const path of ['static', 'nothing', 'static/ten.txt/below', 'a\0b']) {
    app.test_request_context().run(() => t.throws(() => send_file(path), { code: 404 }, path))
  }
})

t.test('send_file sends bytes and streams under the name that is given', async (t) => {
  for (const [name, file] of [
    ['bytes', Buffer.from('{"a":1}')],
    ['a stream', () => Readable.from(['{"a"', ':1}'])],
  ] as const) {
    const answer = await sender(t, file, { download_name: 'data.json' }).client.get('/')
    t.same(answer.json, { a: 1 }, name)
    t.equal(answer.content_type, 'application/json')
    t.equal(answer.headers.get('Content-Disposition'), 'inline; filename=data.json')
    t.notOk(answer.headers.has('ETag'), 'no tag can be told')
    t.equal(answer.headers.get('Content-Length'), name === 'bytes' ? '7' : undefined)
  }
})

t.test('content without a name needs a type, and a name to be saved under', async (t) => {
  await t.rejects(sender(t, Buffer.from('x')).client.get('/'), { message: /give mimetype or download_name/ })
  const options = { mimetype: 'text/plain', as_attachment: true }
  await t.rejects(sender(t, Buffer.from('x'), options).client.get('/'), { message: /give download_name/ })
  const answer = await sender(t, Buffer.from('x'), { mimetype: 'text/plain' }).client.get('/')
  t.notOk(answer.headers.has('Content-Disposition'))
})

t.test('the type follows from the name, and an archive keeps its encoding apart', async (t) => {
  const { client, folder } = makeSite(t)
  for (const [name, type, encoding] of [
    ['a.js', 'text/javascript; charset=utf-8', undefined],
    ['a.css', 'text/css; charset=utf-8', undefined],
    ['a.svg', 'image/svg+xml; charset=utf-8', undefined],
    ['a.json', 'application/json', undefined],
    ['a.tar.gz', 'application/x-tar', 'gzip'],
    ['a.tgz', 'application/x-tar', 'gzip'],
    ['noext', 'application/octet-stream', undefined],
    ['a.unknown', 'application/octet-stream', undefined],
  ] as const) {
    writeFileSync(join(folder, name), 'x')
    const answer = await client.get(`/static/${name}`)
    t.equal(answer.content_type, type, name)
    t.equal(answer.content_encoding, encoding, name)
  }
  const saved = await sender(t, Buffer.from('x'), { download_name: 'a.tar.gz', as_attachment: true }).client.get('/')
  t.equal(saved.content_encoding, undefined, 'a browser would unpack what it saves')
})

// security 1.7: Content-Disposition injection
t.test('no name breaks out of Content-Disposition', async (t) => {
  for (const [name, header] of [
    ['a b.txt', 'attachment; filename="a b.txt"'],
    ['a"b.txt', 'attachment; filename="a\\"b.txt"'],
    ['a;b.txt', 'attachment; filename="a;b.txt"'],
    ['a"b\r\n;é.txt', `attachment; filename="a\\"b;e.txt"; filename*=UTF-8''a%22b%3B%C3%A9.txt`],
    ['a\r\nX-Evil: 1.txt', 'attachment; filename="aX-Evil: 1.txt"'],
    ['游客 报.txt', `attachment; filename=" .txt"; filename*=UTF-8''%E6%B8%B8%E5%AE%A2%20%E6%8A%A5.txt`],
  ] as const) {
    const options = { download_name: name, as_attachment: true }
    const answer = await sender(t, Buffer.from('x'), options).client.get('/')
    t.equal(answer.headers.get('Content-Disposition'), header)
    t.notOk(answer.headers.has('X-Evil'))
  }
})

t.test('the age that browsers may keep a file comes from the call, else the app, else the config', async (t) => {
  const control = async (site: Site, path = '/') => {
    const { headers } = await site.client.get(path)
    return [headers.get('Cache-Control'), headers.has('Expires')]
  }
  t.same(await control(sender(t, 'static/ten.txt', { max_age: 60 })), ['public, max-age=60', true])
  t.same(await control(sender(t, 'static/ten.txt', { max_age: 0 })), ['no-cache, max-age=0', true])
  t.same(await control(sender(t, 'static/ten.txt')), ['no-cache', false])
  const configured = sender(t, 'static/ten.txt')
  configured.app.config.SEND_FILE_MAX_AGE_DEFAULT = 7
  t.same(await control(configured), ['public, max-age=7', true])
  t.same(await control(configured, '/static/ten.txt'), ['public, max-age=7', true])
  const overridden = sender(t, 'static/ten.txt')
  const asked: unknown[] = []
  overridden.app.get_send_file_max_age = (filename) => {
    asked.push(filename)
    return 9
  }
  t.same(await control(overridden), ['public, max-age=9', true])
  t.same(asked, [join(overridden.root, 'static/ten.txt')])
})

t.test('a tag and a time of last change may be given, or left out', async (t) => {
  const own = await sender(t, Buffer.from('x'), {
    mimetype: 'text/plain',
    etag: 'own',
    last_modified: new Date(MODIFIED * 1000),
  }).client.get('/')
  t.same(own.get_etag(), ['own', false])
  t.equal(own.headers.get('Last-Modified'), MODIFIED_TEXT)
  const none = await sender(t, 'static/ten.txt', { etag: false }).client.get('/')
  t.notOk(none.headers.has('ETag'))
  const plain = sender(t, 'static/ten.txt', { conditional: false })
  const whole = await plain.client.get('/', { headers: { Range: 'bytes=0-1', 'If-Modified-Since': LATER } })
  t.same([whole.status_code, whole.text, whole.headers.has('Accept-Ranges')], [200, '0123456789', false])
})

const command = python()
const skip =
  command === undefined && process.env['CI'] !== 'true' && `to have a Python with Flask: ${HOW_TO_GET_PYTHON}`

t.test('the tag is the one that Flask makes of the same file', { skip }, async (t) => {
  if (command === undefined) return t.fail(`CI needs a Python with Flask: ${HOW_TO_GET_PYTHON}`)
  const { client, folder } = makeSite(t)
  for (let i = 0; i < 20; i++) {
    writeFileSync(join(folder, `${i}.txt`), 'x')
    utimesSync(join(folder, `${i}.txt`), 1, i < 10 ? MODIFIED + Math.random() : i)
  }
  const script = `
import sys
from flask import Flask
client = Flask("x", static_folder=sys.argv[1], static_url_path="/static").test_client()
print("\\n".join(client.get(f"/static/{i}.txt").headers["ETag"] for i in range(20)))`
  const theirs = execFileSync(command, ['-c', script, folder], { encoding: 'utf8' }).trim().split('\n')
  const ours: (string | undefined)[] = []
  for (let i = 0; i < 20; i++) ours.push((await client.get(`/static/${i}.txt`)).headers.get('ETag'))
  t.same(ours, theirs)
})

t.test('with USE_X_SENDFILE the server in front is told the file, and no byte of it is read', async (t) => {
  const { app, client, folder } = makeSite(t)
  app.config.USE_X_SENDFILE = true
  const big = openSync(join(folder, '大.bin'), 'w')
  ftruncateSync(big, 64 * MIB)
  const answer = await client.get('/static/大.bin')
  t.equal(Buffer.from(answer.headers.get('X-Sendfile') ?? '', 'latin1').toString(), join(folder, '大.bin'))
  t.equal(answer.data.length, 0)
  t.equal(answer.headers.get('Content-Length'), '0')
  const tag = answer.headers.get('ETag') ?? ''
  const fresh = await client.get('/static/大.bin', { headers: { 'If-None-Match': tag } })
  t.same([fresh.status_code, fresh.headers.has('X-Sendfile')], [304, false])
  const ranged = await client.get('/static/大.bin', { headers: { Range: 'bytes=0-1' } })
  t.equal(ranged.status_code, 200, 'ranges are the work of that server')
})

t.test('with USE_X_SENDFILE bytes are sent as ever', async (t) => {
  const { app, client } = sender(t, Buffer.from('x'), { mimetype: 'text/plain' })
  app.config.USE_X_SENDFILE = true
  const answer = await client.get('/')
  t.same([answer.text, answer.headers.has('X-Sendfile')], ['x', false])
})

t.test('a file that is read in pieces is sent whole, and any range of it', async (t) => {
  const { client, folder } = makeSite(t)
  const content = Buffer.alloc(300 * KIB, '0123456789abcdef')
  writeFileSync(join(folder, 'big.bin'), content)
  t.ok((await client.get('/static/big.bin')).data.equals(content))
  for (const [first, last] of [
    [0, 0],
    [65_535, 65_536],
    [100_000, 299_999],
    [300 * KIB - 1, 300 * KIB - 1],
  ] as const) {
    const answer = await client.get('/static/big.bin', { headers: { Range: `bytes=${first}-${last}` } })
    t.ok(answer.data.equals(content.subarray(first, last + 1)), `${first}-${last}`)
    t.equal(answer.headers.get('Content-Length'), String(last + 1 - first))
  }
})

t.test('a stream is sent to its end', async (t) => {
  const { client } = sender(t, () => createReadStream(new URL(import.meta.url)), { mimetype: 'text/plain' })
  t.ok((await client.get('/')).data.equals(readFileSync(new URL(import.meta.url))))
})

t.test('send_from_directory serves names that clients give, from a folder below the root path', async (t) => {
  const { app, client } = makeSite(t)
  app.get('/f/<path:name>', ({ name }) => send_from_directory('static', name, { as_attachment: true }))
  const answer = await client.get('/f/ten.txt')
  t.equal(answer.headers.get('Content-Disposition'), 'attachment; filename=ten.txt')
  for (const name of ['../secret.txt', '..%2fsecret.txt', '.env', 'sub', 'a%00b']) {
    t.equal((await client.get(`/f/${name}`)).status_code, 404, name)
  }
  app.test_request_context().run(() => {
    for (const name of ['/etc/passwd', '..', '', '.', '../static-secret/ten.txt', 'sub/../../secret.txt']) {
      t.throws(() => send_from_directory('static', name), { code: 404 }, name)
    }
    t.equal(send_from_directory('static', 'sub/../ten.txt').status_code, 200)
  })
})

t.test('files are sent in a request only', async (t) => {
  t.throws(() => send_file('x'), { code: 'OUTSIDE_CONTEXT', message: /send_file.*test_request_context/ })
  t.throws(() => send_from_directory('x', 'y'), { code: 'OUTSIDE_CONTEXT' })
})
