import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exchangeRaw, headerValues, type RawResponse } from '../support/raw-http.ts'
import { type BadInput, get, hostileTest, send } from './hostile-client.ts'
import { BIG_FILE, GET_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
/** Endpoints that answer ranges, and what they send as a whole. */
const CONTENTS: readonly (readonly [path: string, content: Buffer])[] = [
  ['/file', BIG_FILE],
  ['/static/big.txt', BIG_FILE],
  ['/static/hello.txt', Buffer.from('hello world\n')],
  ['/files/empty.txt', Buffer.alloc(0)],
  ['/bytes', Buffer.from('0123456789')],
]

/** A range as the header says it, and the bytes that it means of a content of some length, which is not 0. */
const RANGES: readonly (readonly [header: string, bytes: (length: number) => readonly [number, number] | 416])[] = [
  ['bytes=0-0', () => [0, 0]],
  ['bytes=0-', (length) => [0, length - 1]],
  ['bytes=1-', (length) => [1, length - 1]],
  ['bytes=2-4', () => [2, 4]],
  ['bytes=-1', (length) => [length - 1, length - 1]],
  ['bytes=-5', (length) => [length - 5, length - 1]],
  ['bytes=-99999999', (length) => [0, length - 1]],
  ['bytes=0-18446744073709551616', (length) => [0, length - 1]],
  ['bytes=99999999-', () => 416],
  ['bytes=18446744073709551616-', () => 416],
  [`bytes=${'9'.repeat(400)}-`, () => 416],
  [' bytes=0-0', () => [0, 0]],
  ['bytes=0-0 ', () => [0, 0]],
]

/** What is no range, or one that is not understood: ignored or refused, and never an error. */
const STRANGE: readonly string[] = [
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=-0',
  'bytes=--1',
  'bytes=5-2',
  'bytes=abc',
  'bytes=a-b',
  'bytes=0-a',
  'bytes=0x0-0x1',
  'bytes=1e0-2',
  'bytes=+0-1',
  'bytes=0.5-1',
  'bytes=0 - 1',
  'bytes =0-1',
  'bytes= 0-1',
  'bytes:0-1',
  'Bytes=0-1',
  'items=0-1',
  '=0-1',
  '0-1',
  'bytes=0-1;',
  'bytes=0-1,',
  'bytes=,0-1',
  'bytes=,',
  'bytes=\xd9\xa0-\xd9\xa1',
  'bytes=0-0,0-0',
  'bytes=0-,0-,0-',
  'bytes=0-1,3-4',
  'bytes=0-1,1-2',
  'bytes=3-4,0-1',
  'bytes=0-1,-1',
  `bytes=${Array.from({ length: 9 }, (_, index) => `${2 * index}-${2 * index}`).join(',')}`,
  `bytes=${'0-,'.repeat(5 * KIB)}0-`,
  `bytes=${'0-0,'.repeat(3 * KIB)}0-0`,
  `bytes=${','.repeat(15 * KIB)}`,
  `bytes=${' '.repeat(15 * KIB)}0-1`,
  `bytes=${'9'.repeat(15 * KIB)}`,
  `bytes=0${'-'.repeat(15 * KIB)}`,
]

const isPart = (answer: RawResponse, content: Buffer): boolean => {
  const [, first, last, length] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerValues(answer, 'Content-Range')[0] ?? '') ?? []
  return Number(length) === content.length && content.subarray(Number(first), Number(last) + 1).equals(answer.body)
}

t.test('a range is answered with its very bytes', async (t) => {
  const { port } = await serveKitchenSink(t)
  for (const [path, content] of CONTENTS) {
    for (const [header, bytes] of RANGES) {
      const expected = bytes(content.length)
      const answer = await exchangeRaw(port, get(path, [`Range: ${header}`]))
      const title = `${path}, ${JSON.stringify(header.slice(0, 40))}`
      if (content.length === 0) {
        t.match([answer.status, answer.body.length], [200, 0], `${title}: nothing has no parts`)
        continue
      }
      if (expected === 416) {
        t.equal(answer.status, 416, title)
        t.same(headerValues(answer, 'Content-Range'), [`bytes */${content.length}`])
        continue
      }
      const [first, last] = expected
      t.equal(answer.status, 206, title)
      t.same(headerValues(answer, 'Content-Range'), [`bytes ${first}-${last}/${content.length}`])
      t.ok(answer.body.equals(content.subarray(first, last + 1)), 'byte for byte')
      const head = await exchangeRaw(port, send('HEAD', path, [`Range: ${header}`]), true)
      t.equal(head.body.length, 0, 'HEAD has no body')
    }
  }
})

t.test('a strange range gives the whole, a 416, or a part that is right', async (t) => {
  const { port } = await serveKitchenSink(t)
  for (const [path, content] of CONTENTS) {
    for (const header of STRANGE) {
      const answer = await exchangeRaw(port, get(path, [`Range: ${header}`]))
      const title = `${path}, ${JSON.stringify(header.slice(0, 40))}, ${answer.status}`
      if (answer.status === 206) t.ok(isPart(answer, content), title)
      else if (answer.status === 200) t.ok(answer.body.equals(content), title)
      else t.equal(answer.status, 416, title)
      t.ok(answer.body.length <= content.length + KIB, 'no more than there is')
    }
  }
})

t.test('no range makes an endpoint fail', (t) =>
  hostileTest(t, async (target) => {
    for (const header of [...RANGES.map(([range]) => range), ...STRANGE]) {
      const inputs: BadInput[] = GET_ENDPOINTS.flatMap((path) => [
        { name: path, bytes: get(path, [`Range: ${header}`]) },
        { name: `HEAD ${path}`, bytes: send('HEAD', path, [`Range: ${header}`]) },
        { name: `${path}, on a condition`, bytes: get(path, [`Range: ${header}`, 'If-Range: "x"']) },
      ])
      await target.takes(t, inputs, `Range: ${JSON.stringify(header.slice(0, 40))}`)
    }
  }),
)

/** Values of the fields that make a request conditional, good and bad. */
const DATES: readonly string[] = [
  '0',
  '',
  '-1',
  'now',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Fri, 31 Dec 9999 23:59:59 GMT',
  'Sat, 13 Sep 275760 00:00:01 GMT',
  'Mon, 01 Jan 0000 00:00:00 GMT',
  'Mon, 01 Jan -001 00:00:00 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Sun, 06 Nov 1994 08:49:37 +2500',
  'Sun, 06 Nov 1994 08:49:37 XYZ',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:60:60 GMT',
  'Sun, 06 Nov 1994 08:49:60 GMT',
  'Fri, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994',
  '1994-11-06T08:49:37Z',
  '2147483648',
  `Sun, ${'0'.repeat(8 * KIB)}6 Nov 1994 08:49:37 GMT`,
  `Sun,${' '.repeat(15 * KIB)}`,
]
const TAGS: readonly string[] = [
  '*',
  '"',
  '""',
  'ten',
  '"ten"',
  'W/"ten"',
  'w/"ten"',
  'W/ten',
  'W/',
  '"ten',
  'ten"',
  '"a", "ten"',
  '"a" "ten"',
  '"a",,,"ten"',
  '*, "ten"',
  '"*"',
  "'ten'",
  '"\\"ten"',
  '"t\xe9n"',
  '"a,b"',
  `"${'x'.repeat(15 * KIB)}"`,
  `${'"a",'.repeat(4 * KIB)}`,
  `${'W/'.repeat(7 * KIB)}`,
  `${'"'.repeat(15 * KIB)}`,
  `${','.repeat(15 * KIB)}`,
]

t.test('no condition makes an endpoint fail, alone or with others', (t) =>
  hostileTest(t, async (target) => {
    const paths = [
      '/file',
      '/static/hello.txt',
      '/bytes',
      '/files/empty.txt',
      '/headers',
      '/alive',
      '/template',
      '/json',
      '/nothing',
    ]
    for (const [fields, values] of [
      [['If-Modified-Since', 'If-Unmodified-Since', 'If-Range', 'Date'], DATES],
      [['If-Match', 'If-None-Match', 'If-Range'], TAGS],
    ] as const) {
      for (const value of values) {
        const inputs: BadInput[] = paths.flatMap((path) => [
          ...fields.map((field) => ({
            name: `${path} ${field}`,
            bytes: get(path, [`${field}: ${value}`, 'Range: bytes=0-0']),
          })),
          {
            name: `${path}, all`,
            bytes: get(
              path,
              fields.map((field) => `${field}: ${value.slice(0, 3 * KIB)}`),
            ),
          },
          {
            name: `${path}, POST`,
            bytes: send(
              'POST',
              path,
              fields.map((field) => `${field}: ${value.slice(0, 3 * KIB)}`),
            ),
          },
        ])
        await target.takes(t, inputs, JSON.stringify(value.slice(0, 40)))
      }
    }
  }),
)

const MODIFIED = 'Tue, 02 Jan 2024 00:00:00 GMT'
const EARLIER = 'Mon, 01 Jan 2024 00:00:00 GMT'
const LATER = 'Wed, 03 Jan 2024 00:00:00 GMT'

/** Conditions on a content with the tag `"ten"` that was changed at `MODIFIED`, in the order of RFC 9110 section 13.2.2. */
const CONDITIONS: readonly (readonly [fields: readonly string[], status: number])[] = [
  [['If-None-Match: "ten"'], 304],
  [['If-None-Match: W/"ten"'], 304],
  [['If-None-Match: *'], 304],
  [['If-None-Match: "x", "ten"'], 304],
  [['If-None-Match: "x"'], 200],
  [['If-None-Match: "x"', `If-Modified-Since: ${LATER}`], 200],
  [['If-None-Match: "ten"', `If-Modified-Since: ${EARLIER}`], 304],
  [[`If-Modified-Since: ${MODIFIED}`], 304],
  [[`If-Modified-Since: ${EARLIER}`], 200],
  [[`If-Unmodified-Since: ${EARLIER}`], 412],
  [[`If-Unmodified-Since: ${MODIFIED}`], 200],
  [['If-Match: "ten"'], 200],
  [['If-Match: *'], 200],
  [['If-Match: W/"ten"'], 412],
  [['If-Match: "x"'], 412],
  [['If-Match: "ten"', `If-Unmodified-Since: ${EARLIER}`], 200],
  [['If-Match: "x"', 'If-None-Match: "ten"'], 412],
  [['Range: bytes=0-0', 'If-Range: "ten"'], 206],
  [['Range: bytes=0-0', 'If-Range: W/"ten"'], 200],
  [['Range: bytes=0-0', 'If-Range: "x"'], 200],
  [['Range: bytes=0-0', `If-Range: ${MODIFIED}`], 206],
  [['Range: bytes=0-0', `If-Range: ${EARLIER}`], 200],
  [['Range: bytes=0-0', 'If-None-Match: "ten"'], 304],
]

t.test('conditions are judged in the order of RFC 9110, and an answer without content has none', async (t) => {
  const { port } = await serveKitchenSink(t)
  for (const [fields, status] of CONDITIONS) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await exchangeRaw(port, send(method, '/bytes', fields), method === 'HEAD')
      t.equal(answer.status, status, `${method} ${fields.join(', ')}`)
      if (status === 304) {
        t.equal(answer.body.length, 0)
        t.same(headerValues(answer, 'Content-Length'), [])
        t.same(headerValues(answer, 'ETag'), ['"ten"'])
      }
    }
  }
})

t.test('a file that is served by name or in parts is the file, and nothing beside it', async (t) => {
  const { port, root } = await serveKitchenSink(t)
  const secret = readFileSync(join(root, 'secret.txt'))
  for (const name of [
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%252e%252e/secret.txt',
    'sub/../../secret.txt',
  ]) {
    for (const base of ['/static/', '/files/', '/admin/assets/', '/admin/files/']) {
      const answer = await exchangeRaw(port, get(`${base}${name}`, ['Range: bytes=0-', 'Cookie: pass=open']))
      t.equal(answer.status, 404, `${base}${name}`)
      t.notOk(answer.body.includes(secret))
    }
  }
  let whole = Buffer.alloc(0)
  for (let start = 0; start < BIG_FILE.length; start += 65_537) {
    const answer = await exchangeRaw(port, get('/file', [`Range: bytes=${start}-${start + 65_536}`]))
    whole = Buffer.concat([whole, answer.body])
  }
  t.ok(whole.equals(BIG_FILE), 'the parts of a file together are the file')
})
