import t from 'tap'
import { MODIFIED_TEXT, makeSite } from './support/file-site.ts'
import { exchangeRaw, headerValues } from './support/raw-http.ts'
import { servedApp } from './support/served-app.ts'

const EARLIER = 'Sun, 13 Sep 2020 12:26:40 GMT'
const LATER = 'Fri, 15 Jan 2027 08:00:00 GMT'

/** What is asked, and the status, the `Content-Range` and the body that answer it. */
type RangeCase = readonly [range: string, status: number, contentRange: string | undefined, body: string]

const WHOLE = '0123456789'
const OUTSIDE = [416, 'bytes */10', ''] as const

const RANGES: readonly RangeCase[] = [
  ['bytes=0-0', 206, 'bytes 0-0/10', '0'],
  ['bytes=0-', 206, 'bytes 0-9/10', WHOLE],
  ['bytes=5-', 206, 'bytes 5-9/10', '56789'],
  ['bytes=-1', 206, 'bytes 9-9/10', '9'],
  ['bytes=-10', 206, 'bytes 0-9/10', WHOLE],
  ['bytes=-11', 206, 'bytes 0-9/10', WHOLE],
  ['bytes=9-9', 206, 'bytes 9-9/10', '9'],
  ['bytes=0-99', 206, 'bytes 0-9/10', WHOLE],
  ['bytes=0-18446744073709551616', 206, 'bytes 0-9/10', WHOLE],
  ['bytes= 0-1', 206, 'bytes 0-1/10', '01'],
  ['bytes=0 - 1', 206, 'bytes 0-1/10', '01'],
  ['BYTES=0-1', 206, 'bytes 0-1/10', '01'],
  ['bytes=-0', ...OUTSIDE],
  ['bytes=5-2', ...OUTSIDE],
  ['bytes=abc', ...OUTSIDE],
  ['bytes=', ...OUTSIDE],
  ['bytes=10-', ...OUTSIDE],
  ['bytes=10-12', ...OUTSIDE],
  [`bytes=${'9'.repeat(400)}-`, ...OUTSIDE],
  ['bytes=--1', ...OUTSIDE],
  ['bytes=+1-2', ...OUTSIDE],
  ['bytes=1-2-3', ...OUTSIDE],
  ['bytes=\xd9\xa0-\xd9\xa1', ...OUTSIDE],
  ['items=0-1', 200, undefined, WHOLE],
  ['bytes=0-,0-,0-', 200, undefined, WHOLE],
  ['bytes=0-0,2-2', 200, undefined, WHOLE],
  [`bytes=${'0-1,'.repeat(3000)}0-1`, 200, undefined, WHOLE],
]

// security 1.7: the range grid, HEAD with Range
t.test('each range is answered by just these bytes', async (t) => {
  const { client } = makeSite(t)
  for (const [range, status, contentRange, body] of RANGES) {
    const headers = { Range: range }
    const answer = await client.get('/static/ten.txt', { headers })
    t.equal(answer.status_code, status, range.slice(0, 40))
    t.equal(answer.headers.get('Content-Range'), contentRange)
    if (status !== 416) t.equal(answer.text, body)
    t.equal(answer.headers.get('Content-Length'), String(answer.data.length))
    const head = await client.head('/static/ten.txt', { headers })
    t.same([head.status_code, head.text], [status, ''], 'HEAD alike, without a body')
    t.equal(head.headers.get('Content-Range'), contentRange)
    if (status === 206) t.equal(head.headers.get('Content-Length'), String(body.length))
  }
  const empty = await client.get('/static/empty.txt', { headers: { Range: 'bytes=0-0' } })
  t.same([empty.status_code, empty.text], [200, ''], 'of an empty file there are no ranges')
  t.equal((await client.post('/static/ten.txt', { headers: { Range: 'bytes=0-1' } })).status_code, 405)
})

t.test('If-Range lets a range be answered only of the very same content', async (t) => {
  const { client } = makeSite(t)
  const tag = (await client.get('/static/ten.txt')).headers.get('ETag') ?? ''
  for (const [value, status] of [
    [tag, 206],
    [MODIFIED_TEXT, 206],
    [`W/${tag}`, 200],
    ['"other"', 200],
    [EARLIER, 200],
    [LATER, 200],
    [tag.replaceAll('"', ''), 200],
    ['junk', 200],
    ['*', 200],
  ] as const) {
    const answer = await client.get('/static/ten.txt', { headers: { Range: 'bytes=0-1', 'If-Range': value } })
    t.equal(answer.status_code, status, value)
    t.equal(answer.text, status === 206 ? '01' : WHOLE)
  }
})

// security 1.7: fresh/ETag; 304 and 412 in the order of RFC 9110 section 13.2.2
t.test('conditions are answered in their order, and a 304 has no body', async (t) => {
  const { app, client } = makeSite(t)
  const port = await servedApp(t, app)
  const tag = (await client.get('/static/ten.txt')).headers.get('ETag') ?? ''
  const cases: readonly (readonly [fields: Record<string, string>, status: number])[] = [
    [{ 'If-None-Match': tag }, 304],
    [{ 'If-None-Match': `W/${tag}` }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': `"x", ${tag}` }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-Modified-Since': MODIFIED_TEXT }, 304],
    [{ 'If-Modified-Since': LATER }, 304],
    [{ 'If-Modified-Since': EARLIER }, 200],
    [{ 'If-Modified-Since': 'junk' }, 200],
    [{ 'If-Match': tag }, 200],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': `W/${tag}` }, 412],
    [{ 'If-Unmodified-Since': MODIFIED_TEXT }, 200],
    [{ 'If-Unmodified-Since': EARLIER }, 412],
    [{ 'If-None-Match': '"x"', 'If-Modified-Since': MODIFIED_TEXT }, 200],
    [{ 'If-Match': '"x"', 'If-None-Match': tag }, 412],
    [{ 'If-Match': tag, 'If-None-Match': tag }, 304],
    [{ 'If-None-Match': tag, Range: 'bytes=0-1' }, 304],
  ]
  for (const [fields, status] of cases) {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    const answer = await exchangeRaw(port, `GET /static/ten.txt HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`)
    t.equal(answer.status, status, lines.join(' ').trim())
    if (status !== 304) continue
    t.equal(answer.body.length, 0)
    t.same(headerValues(answer, 'ETag'), [tag])
    for (const name of ['Content-Length', 'Content-Type', 'Content-Encoding']) t.same(headerValues(answer, name), [])
  }
})
