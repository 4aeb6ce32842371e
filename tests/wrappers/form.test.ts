import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { HTTPException } from '../../lib/http/exceptions.ts'
import {
  boundaryOf,
  checkCharset,
  FILE_MEMORY_BYTES,
  type FormLimits,
  MultipartReader,
  type ParsedForm,
  parseMultipart,
  parseUrlencoded,
} from '../../lib/wrappers/form.ts'
import { codeOf, LAST_BOUNDARY, MULTIPART_TYPE, part } from '../support/requests.ts'
import { temporary } from '../support/temporary-folder.ts'

const NO_LIMITS: FormLimits = { memoryBytes: Number.POSITIVE_INFINITY, parts: Number.POSITIVE_INFINITY }

const urlencoded = (text: string, limits = NO_LIMITS): [string, string][] => [
  ...parseUrlencoded(Buffer.from(text), limits).form,
]

const multipart = (text: string, limits = NO_LIMITS, type = MULTIPART_TYPE): ParsedForm =>
  parseMultipart(Buffer.from(text, 'latin1'), type, limits)

// Temporary files of this test alone.
const foldersOnDisk = (): number => readdirSync(temporary).length

function shown({ form, files }: ParsedForm): unknown {
  return {
    form: [...form],
    files: [...files].map(([key, file]) => [key, file.filename, file.read().toString('latin1')]),
  }
}

t.test('an urlencoded form reads as Werkzeug reads it', (t) => {
  const cases: [text: string, expected: [string, string][]][] = [
    ['', []],
    ['&&', []],
    [
      'a=1&b=two+words&a=3',
      [
        ['a', '1'],
        ['a', '3'],
        ['b', 'two words'],
      ],
    ],
    [
      'a&b=&=c',
      [
        ['a', ''],
        ['b', ''],
        ['', 'c'],
      ],
    ],
    ['name=%E6%B8%B8%E5%AE%A2', [['name', '游客']]],
    ['name=游客', [['name', '游客']]],
    [
      'a=%zz&b=%',
      [
        ['a', '%zz'],
        ['b', '%'],
      ],
    ],
    ['a=%FF', [['a', '%FF']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['a[b][c]=1', [['a[b][c]', '1']]],
    [
      '__proto__=x&constructor.prototype.y=z',
      [
        ['__proto__', 'x'],
        ['constructor.prototype.y', 'z'],
      ],
    ],
  ]
  for (const [text, expected] of cases) t.same(urlencoded(text), expected, text)
  t.equal(Reflect.get({}, 'x'), undefined)
  t.same([...parseUrlencoded(Buffer.from('a=\xff', 'latin1'), NO_LIMITS).form], [['a', '\ufffd']])
  t.end()
})

t.test('an urlencoded form has to fit into MAX_FORM_MEMORY_SIZE as a whole', (t) => {
  const limits = { ...NO_LIMITS, memoryBytes: 10 }
  t.same(urlencoded('a=1&b=2345', limits), [
    ['a', '1'],
    ['b', '2345'],
  ])
  t.equal(
    codeOf(() => urlencoded('a=1&b=23456', limits)),
    413,
  )
  t.end()
})

// Security row 1.6, qs CVE-2025-15284: Werkzeug has no limit here.
t.test('an urlencoded form may have MAX_FORM_PARTS fields, or 1,000 where that is less', (t) => {
  const form = (fields: number): string => Array(fields).fill('a=1').join('&')
  const limits = { ...NO_LIMITS, parts: 10 }
  t.equal(urlencoded(form(1000), limits).length, 1000)
  t.equal(
    codeOf(() => urlencoded(form(1001), limits)),
    413,
  )
  t.equal(urlencoded(form(1500), { ...NO_LIMITS, parts: 1500 }).length, 1500)
  t.equal(
    codeOf(() => urlencoded(form(1501), { ...NO_LIMITS, parts: 1500 })),
    413,
  )
  t.equal(urlencoded(form(5000)).length, 5000, 'no limit')
  t.same(urlencoded('&'.repeat(100_000), limits), [], 'what is empty is no field')
  t.end()
})

t.test('a multipart form has fields and files', (t) => {
  const { form, files } = multipart(
    part('name="a"', '1') + part('name="f"; filename="x.bin"', '\0\xff') + part('name="a"', '2') + LAST_BOUNDARY,
  )
  t.same(
    [...form],
    [
      ['a', '1'],
      ['a', '2'],
    ],
  )
  t.same([...files.require('f').read()], [0, 255])
  t.match(files.get('f'), { name: 'f', filename: 'x.bin', content_type: undefined, mimetype: '', size: 2 })
  t.throws(() => Reflect.apply(form.set, form, ['a', '3']), TypeError)
  t.end()
})

t.test('a field is UTF-8, or latin-1 where its part says so', (t) => {
  const value = (bytes: string, type: string): string =>
    multipart(part('name="a"', bytes, [`Content-Type: ${type}`]) + LAST_BOUNDARY).form.require('a')
  t.equal(value('\xe6\xb8\xb8', 'text/plain'), '游')
  t.equal(value('\xe6', 'text/plain; charset=UTF-8'), '\ufffd')
  t.equal(value('\xe6', 'text/plain; charset=ISO-8859-1'), 'æ')
  t.equal(value('\xe6\xb8\xb8', 'text/plain; charset=constructor'), '游')
  t.end()
})

// Security row 1.6, Werkzeug GHSA-q34m-jh98-gwm2.
t.test('a field past MAX_FORM_MEMORY_SIZE is a 413, and a file is not', (t) => {
  const limits = { ...NO_LIMITS, memoryBytes: 100_000 }
  const content = (length: number): string => 'x'.repeat(length)
  t.equal(multipart(part('name="a"', content(100_000)) + LAST_BOUNDARY, limits).form.get('a')?.length, 100_000)
  t.equal(
    codeOf(() => multipart(part('name="a"', content(100_001)) + LAST_BOUNDARY, limits)),
    413,
  )
  const two = multipart(part('name="a"', content(90_000)) + part('name="b"', content(90_000)) + LAST_BOUNDARY, limits)
  t.equal(two.form.size, 2, 'each field by itself, as in Werkzeug')
  t.equal(multipart(part('name="f"; filename="f"', content(300_000)) + LAST_BOUNDARY, limits).files.size, 1)
  t.end()
})

t.test('a MAX_FORM_MEMORY_SIZE below 64 KiB bounds the whole body, as in Werkzeug', (t) => {
  const body = part('name="f"; filename="f"', 'x'.repeat(5000)) + LAST_BOUNDARY
  t.equal(multipart(body, { ...NO_LIMITS, memoryBytes: body.length }).files.size, 1)
  t.equal(
    codeOf(() => multipart(body, { ...NO_LIMITS, memoryBytes: body.length - 1 })),
    413,
  )
  t.end()
})

t.test('a form past MAX_FORM_PARTS is a 413, files counted too', (t) => {
  const body = part('name="a"', '').repeat(2) + part('name="f"; filename=""', '') + LAST_BOUNDARY
  t.equal(multipart(body, { ...NO_LIMITS, parts: 3 }).form.getlist('a').length, 2)
  t.equal(
    codeOf(() => multipart(body, { ...NO_LIMITS, parts: 2 })),
    413,
  )
  t.end()
})

// Security row 1.6, Rack CVE-2026-26961.
t.test('two boundaries are a 400, wherever they hide', (t) => {
  t.equal(boundaryOf('multipart/form-data; boundary=a'), 'a')
  t.equal(boundaryOf('multipart/form-data; BOUNDARY="a b"; charset=x'), 'a b')
  t.equal(boundaryOf('multipart/form-data; x="; boundary=b"; boundary=a'), 'a')
  t.equal(boundaryOf('multipart/form-data; xboundary=b; boundary=a'), 'a')
  t.equal(boundaryOf('multipart/form-data'), undefined)
  for (const type of [
    'multipart/form-data; boundary=a; boundary=b',
    'multipart/form-data; boundary=a;Boundary =b',
    'multipart/form-data; boundary=a; boundary="b"',
    "multipart/form-data; boundary=a; boundary*=UTF-8''b",
    'multipart/form-data; boundary*0=a; boundary*1=b',
  ]) {
    t.equal(
      codeOf(() => boundaryOf(type)),
      400,
      type,
    )
  }
  t.end()
})

t.test('a content type or file name that is made to be slow is not', (t) => {
  const start = performance.now()
  boundaryOf(`multipart/form-data; boundary=a; x="${'\\"'.repeat(32_000)}`)
  boundaryOf(`multipart/form-data; boundary=a${'; '.repeat(32_000)}`)
  for (const name of ['\\"'.repeat(15_000), '%'.repeat(30_000), "'".repeat(30_000), ';'.repeat(30_000)]) {
    multipart(part(`name="f"; filename="${name}"`, '') + LAST_BOUNDARY)
    multipart(part(`name="f"; filename*=UTF-8''${name}`, '') + LAST_BOUNDARY)
  }
  t.ok(performance.now() - start < 2000)
  t.end()
})

t.test('a charset that is no superset of ASCII is a 415', (t) => {
  for (const charset of ['utf-7', 'UTF-16', 'utf16le', 'utf-32', 'UCS-2'])
    t.equal(
      codeOf(() => checkCharset(charset)),
      415,
    )
  for (const charset of [undefined, '', 'utf-8', 'UTF8', 'us-ascii', 'iso-8859-1', 'gbk']) checkCharset(charset)
  t.end()
})

t.test('read piece by piece, a small file stays in memory and a large one goes to disk', async (t) => {
  const reader = new MultipartReader(MULTIPART_TYPE, NO_LIMITS)
  const large = 'x'.repeat(FILE_MEMORY_BYTES + 1)
  const body = part('name="s"; filename="s"', 'small') + part('name="l"; filename="l"', large) + LAST_BOUNDARY
  const bytes = Buffer.from(`${body}epilogue`)
  for (let at = 0; at < bytes.length; at += 30_000) await reader.write(bytes.subarray(at, at + 30_000))
  const { files } = await reader.end()
  t.equal(foldersOnDisk(), 1)
  t.equal(files.require('s').read().toString(), 'small')
  t.equal(files.require('l').size, large.length)
  t.equal(files.require('l').read().toString(), large)
  await reader.close()
  t.equal(foldersOnDisk(), 0, 'and is gone at the end')
})

t.test('many files that are small each do not fill the memory', async (t) => {
  const reader = new MultipartReader(MULTIPART_TYPE, NO_LIMITS)
  const content = 'x'.repeat(FILE_MEMORY_BYTES)
  const pieces = Array.from({ length: 12 }, (_, index) => Buffer.from(part(`name="f${index}"; filename="f"`, content)))
  for (const piece of pieces) await reader.write(piece)
  await reader.write(Buffer.from(LAST_BOUNDARY))
  const { files } = await reader.end()
  const paths = [...files].map(([, file]) => file.on_disk)
  t.same(paths, [...Array(8).fill(false), ...Array(4).fill(true)])
  t.equal(files.require('f11').read().toString(), content)
  await reader.close()
})

t.test(
  'a form gives one answer however its bytes are split, and never throws what is not an HTTP exception',
  async (t) => {
    const tokens = [
      part('name="a"', 'x'),
      part('name="f"; filename="f"', 'y'),
      LAST_BOUNDARY,
      '--XbX',
      '\r\n',
      '\0',
      'z',
    ]
    const limits = { memoryBytes: 70_000, parts: 5 }
    const answer = async (read: () => ParsedForm | Promise<ParsedForm>): Promise<unknown> => {
      try {
        return shown(await read())
      } catch (error) {
        if (error instanceof HTTPException) return error.code
        throw error
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...tokens)), fc.integer({ min: 1, max: 40 }), async (texts, size) => {
        const bytes = Buffer.from(texts.join(''), 'latin1')
        const whole = await answer(() => parseMultipart(bytes, MULTIPART_TYPE, limits))
        const split = await answer(async () => {
          const reader = new MultipartReader(MULTIPART_TYPE, limits)
          for (let at = 0; at < bytes.length; at += size) await reader.write(bytes.subarray(at, at + size))
          return reader.end()
        })
        assert.deepEqual(split, whole)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { form } = parseUrlencoded(Buffer.from(bytes), NO_LIMITS)
        for (const [key, value] of form) assert.ok(typeof key === 'string' && typeof value === 'string')
      }),
    )
    t.pass('600 bodies')
  },
)
