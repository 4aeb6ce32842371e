import { Readable } from 'node:stream'
import t from 'tap'
import {
  encodeMultipart,
  encodeUrlencoded,
  type FormFields,
  hasUploads,
  isUpload,
  readUploads,
} from '../../lib/testing/form-body.ts'

/** The body with the boundary, which differs each time, written as B. */
function multipart(data: FormFields): string {
  const { body, boundary } = encodeMultipart(data)
  return body.toString('latin1').replaceAll(boundary, 'B')
}

const PARTS: [name: string, data: FormFields, expected: string][] = [
  ['no fields', {}, '--B--\r\n'],
  ['a field', { a: '1' }, '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--\r\n'],
  [
    'two values of a field, in their order',
    { a: [true, 2n] },
    '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nTrue\r\n' +
      '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n2\r\n--B--\r\n',
  ],
  [
    'a file, whose type is told by its name',
    { f: { stream: new Uint8Array([0, 255]), filename: 'pic.png' } },
    '--B\r\nContent-Disposition: form-data; name="f"; filename="pic.png"\r\nContent-Type: image/png\r\n\r\n\0\xff\r\n--B--\r\n',
  ],
  [
    'a file with a type and header fields of its own',
    { f: { stream: 'x', filename: 'a', content_type: 'x/y', headers: { 'X-A': '1' } } },
    '--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\nX-A: 1\r\nContent-Type: x/y\r\n\r\nx\r\n--B--\r\n',
  ],
  [
    'a file of no known kind',
    { f: { stream: '', filename: '' } },
    '--B\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n',
  ],
  [
    'a typed field that is no file',
    { f: { stream: '{}', content_type: 'application/json' } },
    '--B\r\nContent-Disposition: form-data; name="f"\r\nContent-Type: application/json\r\n\r\n{}\r\n--B--\r\n',
  ],
  [
    'names that could break out of their line',
    { 'a"\r\nX: 1': { stream: 'x', filename: '"\r\n', content_type: 'x/y' } },
    '--B\r\nContent-Disposition: form-data; name="a%22%0D%0AX: 1"; filename="%22%0D%0A"\r\nContent-Type: x/y\r\n\r\nx\r\n--B--\r\n',
  ],
]
t.test('a form becomes parts', async (t) => {
  for (const [name, data, expected] of PARTS) t.equal(multipart(data), expected, name)
})

t.test('names of other scripts are sent as UTF-8', async (t) => {
  const { body } = encodeMultipart({ 名: { stream: '游', filename: '客.txt' } })
  t.match(body.toString(), 'name="名"; filename="客.txt"\r\nContent-Type: text/plain\r\n\r\n游\r\n')
})

t.test('no two forms have the same boundary', async (t) => {
  t.not(encodeMultipart({}).boundary, encodeMultipart({}).boundary)
})

t.test('streams, blobs and web files are read into memory', async (t) => {
  const read = await readUploads({
    a: '1',
    s: { stream: Readable.from(['x', 'y']), filename: 's.txt' },
    b: new Blob(['blob'], { type: 'text/csv' }),
    f: new File(['file'], 'f.png'),
  })
  const body = multipart(read)
  t.match(body, 'name="s"; filename="s.txt"\r\nContent-Type: text/plain\r\n\r\nxy\r\n')
  t.match(body, 'name="b"; filename="blob"\r\nContent-Type: text/csv\r\n\r\nblob\r\n')
  t.match(body, 'name="f"; filename="f.png"\r\nContent-Type: image/png\r\n\r\nfile\r\n')
})

t.test('a file whose properties are getters is read like any other', async (t) => {
  class Storage {
    get stream(): string {
      return 'kept'
    }
    get filename(): string {
      return 'g.txt'
    }
  }
  t.match(
    multipart(await readUploads({ f: new Storage() })),
    'filename="g.txt"\r\nContent-Type: text/plain\r\n\r\nkept\r\n',
  )
})

t.test('a content that has to be waited for is refused where nothing can wait', async (t) => {
  t.throws(
    () => encodeMultipart({ f: { stream: Readable.from(['x']), filename: 'a' } }),
    /"f" is a stream: give text or bytes/,
  )
  t.throws(() => encodeUrlencoded({ f: { stream: 'x', filename: 'a' } }), /"f" is a file, which needs multipart/)
})

t.test('files are told from fields', async (t) => {
  t.ok(isUpload({ stream: 'x' }))
  for (const value of ['x', 1, null, undefined, { filename: 'x' }]) t.notOk(isUpload(value))
  t.ok(hasUploads({ a: '1', b: ['2', { stream: 'x' }] }))
  t.notOk(hasUploads({ a: '1', b: ['2'] }))
})
