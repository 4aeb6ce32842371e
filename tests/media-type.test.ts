import t from 'tap'
import { guessType } from '../lib/media-type.ts'

t.test('type and encoding follow the endings as in Python', async (t) => {
  const cases: [name: string, type: string, encoding?: string][] = [
    ['a.txt', 'text/plain'],
    ['a.HTML', 'text/html'],
    ['app.js', 'text/javascript'],
    ['font.woff2', 'font/woff2'],
    ['archive.tar.gz', 'application/x-tar', 'gzip'],
    ['archive.tgz', 'application/x-tar', 'gzip'],
    ['drawing.svgz', 'image/svg+xml', 'gzip'],
    ['data.json.br', 'application/json', 'br'],
    ['noext', 'application/octet-stream'],
    ['.bashrc', 'application/octet-stream'],
    ['strange.gz', 'application/octet-stream', 'gzip'],
    ['a.unknownending', 'application/octet-stream'],
  ]
  for (const [name, type, encoding] of cases) t.same(guessType(name), { type, encoding }, name)
})
