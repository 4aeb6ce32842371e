import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Flagon, send_file, send_from_directory } from '../../../lib/index.ts'

/** Second at which every file was last changed. */
const MODIFIED = 1700000000

const FILES: Record<string, string | Uint8Array> = {
  'hello.txt': 'hello world\n',
  'css/site.css': 'body{}',
  'app.js': '1',
  'page.html': '<p>hi</p>',
  'data.json': '{}',
  'pic.png': Buffer.from('\x89PNG', 'latin1'),
  noext: 'raw',
  'empty.txt': '',
  'a b.txt': 'space',
  'archive.tar.gz': 'gz',
  'doc.pdf': '%PDF',
  'mod.mjs': '1',
  'font.woff2': 'w',
  '游客.txt': '游客',
}

/** Static files and send_file: types, names, ranges, conditions and paths that must not escape. */
export function create_app(): Flagon {
  const root = mkdtempSync(join(tmpdir(), 'files'))
  process.once('exit', () => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, 'static')
  mkdirSync(join(folder, 'css'), { recursive: true })
  for (const [name, data] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), data)
    utimesSync(join(folder, name), MODIFIED, MODIFIED)
  }
  writeFileSync(join(root, 'secret.txt'), 'secret')
  const app = new Flagon(import.meta.url, { static_folder: folder, static_url_path: '/static' })

  app.route('/send/<path:name>')(function send({ name }) {
    return send_from_directory(folder, name)
  })

  app.route('/download/<path:name>')(function download({ name }) {
    return send_from_directory(folder, name, { as_attachment: true })
  })

  app.route('/named')(function named() {
    return send_file(join(folder, 'hello.txt'), { as_attachment: true, download_name: '游客 report.txt' })
  })

  app.route('/quoted')(function quoted() {
    return send_file(join(folder, 'hello.txt'), { as_attachment: true, download_name: 'a "b".txt' })
  })

  app.route('/memory')(function memory() {
    return send_file(Buffer.from('0123456789'), {
      mimetype: 'text/plain',
      etag: 'mem',
      last_modified: new Date('2024-01-02T00:00:00Z'),
    })
  })

  app.route('/aged')(function aged() {
    return send_file(join(folder, 'hello.txt'), { max_age: 60 })
  })

  app.route('/unconditional')(function unconditional() {
    return send_file(join(folder, 'hello.txt'), { conditional: false, etag: false })
  })

  return app
}
