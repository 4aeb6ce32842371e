import t from 'tap'
import { exchangeRaw } from '../support/raw-http.ts'
import { type BadInput, chunked, get, hostileTest, send } from './hostile-client.ts'
import { GET_ENDPOINTS, POST_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
const URLENCODED = 'Content-Type: application/x-www-form-urlencoded'
/** Bytes that a form may have in memory, Flask's `MAX_FORM_MEMORY_SIZE`. */
const FORM_BYTES = 500_000
/** Fields that an urlencoded form may have. */
const FORM_FIELDS = 1000

/** Texts of a query or an urlencoded form. None is an error of syntax: there is none. */
const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['nothing', ''],
  ['an equals sign', '='],
  ['no name', '=x'],
  ['no value', 'a='],
  ['a name alone', 'a'],
  ['ampersands', '&&&&'],
  ['equals signs', 'a=b=c==d'],
  ['plus signs', '+=+&a+b=c+d'],
  ['NUL', '%00=%00'],
  ['broken percent signs', '%=%&%z=%zz&%1=%1&%%=%%'],
  ['half a percent sign at the end', 'a=%'],
  ['lone surrogates', '%ed%a0%80=%ed%b0%80'],
  ['overlong UTF-8', 'a=%c0%ae%e0%80%ae'],
  ['bytes that are not UTF-8', 'a=%ff%fe%80'],
  ['UTF-8 cut in the middle', 'a=%e6%b8'],
  ['a byte order mark', '%ef%bb%bfa=1'],
  ['percent signs that encode percent signs', 'a=%2525252541'],
  ['%u', 'a=%u4e00'],
  ['brackets', 'a[b][c]=1&a[]=2&a[0]=3&a[__proto__][x]=4'],
  ['the prototype', '__proto__=1&constructor=2&constructor.prototype.x=3&__proto__[x]=4'],
  ['semicolons', 'a=1;b=2;c'],
  ['questions', '??a=?&?=1'],
  ['a line end', 'a=%0d%0aX-Evil:%201'],
  ['HTML', '%3Cscript%3Ealert(1)%3C/script%3E=%22%3E'],
  ['a template', 'name={{ 7*7 }}&name={%25 for %25}&item={{ config }}'],
]

t.test('no query makes an endpoint fail', (t) =>
  hostileTest(t, async (target) => {
    const long: [name: string, text: string][] = [
      ['15,000 ampersands', '&'.repeat(15_000)],
      ['15,000 equals signs', '='.repeat(15_000)],
      ['1,001 fields', 'a=&'.repeat(1001)],
      ['7,000 fields', '&a'.repeat(7000)],
      ['5,000 percent signs', '%zz'.repeat(5000)],
      ['15,000 plus signs', '+'.repeat(15_000)],
      ['a value of 15 KB', `a=${'x'.repeat(15 * KIB)}`],
    ]
    for (const [name, text] of [...TEXTS, ...long]) {
      const inputs: BadInput[] = GET_ENDPOINTS.map((path) => ({
        name: path,
        bytes: get(`${path}?${text.replaceAll(' ', '+')}`),
      }))
      await target.takes(t, inputs, name)
    }
  }),
)

t.test('every byte is taken in a form, raw and percent-encoded, and in a query where HTTP allows it', (t) =>
  hostileTest(t, async (target) => {
    const inputs: BadInput[] = []
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte)
      const encoded = `%${byte.toString(16).padStart(2, '0')}`
      for (const text of [char, `a=${char}`, `${char}=a`, `${encoded}=${encoded}`]) {
        inputs.push({ name: `form ${text}`, bytes: send('POST', '/form', [URLENCODED], text), gives: 200 })
      }
      inputs.push({ name: `query ${char}`, bytes: get(`/args?a=${char}`) })
      inputs.push({ name: `query ${encoded}`, bytes: get(`/args?${encoded}=${encoded}`), gives: 200 })
    }
    await target.takes(t, inputs, 'bytes of forms and queries')
  }),
)

t.test('no form makes an endpoint fail, and one past a limit is a 413 where it is asked for', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, text] of TEXTS) {
      const inputs: BadInput[] = POST_ENDPOINTS.flatMap((path) => [
        { name: path, bytes: send('POST', path, [URLENCODED], text) },
        { name: `${path}, chunked`, bytes: chunked('POST', path, text === '' ? [] : [...text], [URLENCODED]) },
        { name: `${path}, another charset`, bytes: send('POST', path, [`${URLENCODED}; charset=latin-1`], text) },
      ])
      await target.takes(t, inputs, name)
    }
    const limits: [name: string, text: string, gives: number][] = [
      ['as many fields as there may be', 'a=&'.repeat(FORM_FIELDS), 200],
      ['one field too many', 'a=&'.repeat(FORM_FIELDS + 1), 413],
      ['100,000 ampersands', '&'.repeat(100_000), 200],
      ['100,000 fields', 'a&'.repeat(100_000), 413],
      ['as many bytes as there may be', `a=${'x'.repeat(FORM_BYTES - 2)}`, 200],
      ['one byte too many', `a=${'x'.repeat(FORM_BYTES - 1)}`, 413],
      ['a megabyte of percent signs', '%'.repeat(1_000_000), 413],
      ['100,000 names that differ', Array.from({ length: 100_000 }, (_, index) => index).join('&'), 413],
    ]
    for (const [name, text, gives] of limits) {
      const inputs = ['/form', '/upload'].flatMap((path) => [
        { name: path, bytes: send('POST', path, [URLENCODED], text), gives },
        { name: `${path}, chunked`, bytes: chunked('POST', path, [text], [URLENCODED]), gives },
      ])
      await target.takes(t, inputs, name)
      const elsewhere = ['/ignored', '/stream', '/echo', '/nothing'].map((path) => ({
        name: path,
        bytes: send('POST', path, [URLENCODED], text),
        gives: path === '/nothing' ? 404 : 200,
      }))
      await target.takes(t, elsewhere, `${name}, where nobody asks for the form`)
    }
    for (const charset of ['utf-16', 'UTF-7', 'utf-32le', 'ucs-2']) {
      const form = {
        name: charset,
        bytes: send('POST', '/form', [`${URLENCODED}; charset=${charset}`], 'a=1'),
        gives: 415,
      }
      await target.takes(t, [form], `the charset ${charset}`)
    }
  }),
)

t.test('a compressed form is refused, and a bomb is not unpacked', (t) =>
  hostileTest(t, async (target) => {
    for (const coding of ['gzip', 'deflate', 'br', 'GZIP', 'gzip, gzip', 'nonsense']) {
      const fields = [URLENCODED, `Content-Encoding: ${coding}`]
      const inputs = ['/form', '/raw', '/upload'].map((path) => ({
        name: path,
        bytes: send('POST', path, fields, '\x1f\x8b\x08\x00'),
        gives: 415,
      }))
      await target.takes(t, inputs, coding)
      const streamed = { name: '/stream', bytes: send('POST', '/stream', fields, '\x1f\x8b\x08\x00'), gives: 200 }
      await target.takes(t, [streamed], `${coding}, where the view reads the stream`)
    }
  }),
)

t.test('keys of forms and queries are flat text, and the semicolon separates nothing', async (t) => {
  const { port } = await serveKitchenSink(t)
  const read = async (bytes: string): Promise<Record<string, unknown>> =>
    JSON.parse(`${(await exchangeRaw(port, bytes)).body}`)
  const text = 'a[b][c]=1&a[]=2&x;y=3&%EF%BB%BFb=4'
  const pairs = [
    ['a[b][c]', '1'],
    ['a[]', '2'],
    ['x;y', '3'],
    ['\ufeffb', '4'],
  ]
  t.same((await read(get(`/args?${text}`)))['args'], pairs)
  t.same((await read(send('POST', '/form', [URLENCODED], text)))['form'], pairs)
})
