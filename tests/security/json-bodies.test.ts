import { gzipSync } from 'node:zlib'
import t from 'tap'
import { exchangeRaw } from '../support/raw-http.ts'
import { type BadInput, chunked, hostileTest, type Outcome, send } from './hostile-client.ts'
import { POST_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const JSON_TYPE = 'Content-Type: application/json'
/** Levels of nesting that a JSON text may have. */
const MOST_LEVELS = 100
const DEEP = 100_000

const latin1 = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(text, encoding).toString('latin1')

/** Texts of a JSON body, and what a view that asks for it gives. */
const TEXTS: readonly (readonly [name: string, text: string, gives: Outcome])[] = [
  ['nothing', '', 400],
  ['a blank', ' ', 400],
  ['null', 'null', 200],
  ['a string', '"x"', 200],
  ['a number', '1', 200],
  ['minus zero', '-0', 200],
  ['a number past all bounds', '1e999', 200],
  ['a number of 10,000 digits', '9'.repeat(10_000), 200],
  ['a number with 10,000 digits behind the point', `0.${'1'.repeat(10_000)}`, 200],
  ['a hexadecimal number', '0x10', 400],
  ['a number that begins with zero', '01', 400],
  ['a plus sign', '+1', 400],
  ['a lone minus', '-', 400],
  ['a point', '.5', 400],
  ['NaN', 'NaN', 400],
  ['Infinity', '-Infinity', 400],
  ['undefined', 'undefined', 400],
  ['single quotes', "{'a': 1}", 400],
  ['no quotes', '{a: 1}', 400],
  ['a comma at the end', '[1,]', 400],
  ['a comma in front', '[,1]', 400],
  ['a comment', '/* x */ 1', 400],
  ['two values', '1 2', 400],
  ['text behind the value', '{} x', 400],
  ['NUL behind the value', '{}\0', 400],
  ['an open object', '{"a": 1', 400],
  ['an open string', '"abc', 400],
  ['a closing bracket', ']', 400],
  ['another bracket', '[1}', 400],
  ['keys that repeat', '{"a": 1, "a": 2}', 200],
  ['an empty key', '{"": 1}', 200],
  ['a key __proto__', '{"__proto__": {"polluted": 1}}', 400],
  ['an escaped key __proto__', '{"\\u005f_proto__": {"polluted": 1}}', 400],
  ['a key __proto__ deep inside', '[[{"a": [{"__proto__": 1}]}]]', 400],
  ['a key constructor', '{"constructor": {"prototype": {"polluted": 1}}}', 200],
  ['a lone surrogate', '"\\ud800"', 200],
  ['a line end in a string', '"a\nb"', 400],
  ['a tab in a string', '"a\tb"', 400],
  ['NUL in a string', '"a\0b"', 400],
  ['an escape that is none', '"\\x"', 400],
  ['half an escape', '"\\u12"', 400],
  ['a byte order mark', latin1('\ufeff{}'), 200],
  ['UTF-16', latin1('{}', 'utf16le'), 400],
  ['latin-1', '"\xe9"', 400],
  ['overlong UTF-8', '"\xc0\xae"', 400],
  ['a surrogate in UTF-8', '"\xed\xa0\x80"', 400],
  ['UTF-8 cut in the middle', '"\xe6\xb8"', 400],
  ['U+2028', latin1('"\u2028\u2029"'), 200],
  ['as deep as it may be', '['.repeat(MOST_LEVELS) + ']'.repeat(MOST_LEVELS), 200],
  ['one level too deep', '['.repeat(MOST_LEVELS + 1) + ']'.repeat(MOST_LEVELS + 1), 400],
  ['100,000 open brackets', '['.repeat(DEEP), 400],
  ['100,000 brackets', '['.repeat(DEEP) + ']'.repeat(DEEP), 400],
  ['100,000 open objects', '{"a":'.repeat(DEEP), 400],
  ['100,000 closing brackets', ']'.repeat(DEEP), 400],
  ['a list of 100,000', `[${'0,'.repeat(DEEP)}0]`, 200],
  ['100,000 numeric keys', `{${Array.from({ length: DEEP }, (_, index) => `"${index * 1024}":0`).join(',')}}`, 200],
  ['a string of a megabyte', `"${'x'.repeat(1_000_000)}"`, 200],
  ['a megabyte of escapes', `"${'\\u0041'.repeat(160_000)}"`, 200],
  ['a megabyte of blanks', ' '.repeat(1_000_000), 400],
  ['a megabyte of quotes', '"'.repeat(1_000_000), 400],
]

t.test('what is no JSON is a 400 where it is asked for, and nowhere else', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, text, gives] of TEXTS) {
      const asked: BadInput[] = [
        { name: '/json', bytes: send('POST', '/json', [JSON_TYPE], text), gives },
        { name: '/json, chunked', bytes: chunked('POST', '/json', text === '' ? [] : [text], [JSON_TYPE]), gives },
      ]
      await target.takes(t, asked, name)
      const elsewhere = POST_ENDPOINTS.filter((path) => path !== '/json').map((path) => ({
        name: path,
        bytes: send('POST', path, [JSON_TYPE], text),
      }))
      await target.takes(t, elsewhere, `${name}, elsewhere`)
    }
  }),
)

/** Content types, and whether `request.json` takes them: one parser decides for all. */
const TYPES: readonly (readonly [type: string | undefined, gives: Outcome])[] = [
  ['application/json', 200],
  ['Application/JSON', 200],
  ['application/json;', 200],
  ['application/json ;x', 200],
  ['application/json; charset=utf-8', 200],
  ['application/json;charset="utf-8"', 200],
  ['application/json; charset=', 200],
  [`application/json; ${'x=y; '.repeat(1500)}`, 200],
  [`application/json; x="${'\\"'.repeat(3500)}"`, 200],
  ['application/problem+json', 200],
  ['application/json; charset=utf-16', 415],
  ['application/json; charset=UTF-7', 415],
  ['application/json\tfoo', 415],
  ['application/json garbage', 415],
  ['application/json,text/plain', 415],
  ['text/plain, application/json', 415],
  ['text/plain; application/json', 415],
  ['text/json', 415],
  ['application/jsonx', 415],
  ['application/', 415],
  ['json', 415],
  ['/', 415],
  [';;', 415],
  ['"application/json"', 415],
  ['application/json\xa0', 415],
  ['\xa0application/json', 415],
  ['', 415],
  [undefined, 415],
]

t.test('one reading of the content type decides whether a body is JSON', (t) =>
  hostileTest(t, async (target) => {
    const inputs = TYPES.map(([type, gives]) => ({
      name: type?.slice(0, 40) ?? 'none',
      bytes: send('POST', '/json', type === undefined ? [] : [`Content-Type: ${type}`], '{"a": 1}'),
      gives,
    }))
    await target.takes(t, inputs, 'content types')
  }),
)

t.test('compressed JSON is refused, and a bomb is not unpacked', (t) =>
  hostileTest(t, async (target) => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' ')).toString('latin1')
    const inputs = ['gzip', 'deflate', 'br', 'x'].map((coding) => ({
      name: coding,
      bytes: send('POST', '/json', [JSON_TYPE, `Content-Encoding: ${coding}`], bomb),
      gives: 415,
    }))
    await target.takes(t, inputs, 'codings')
  }),
)

t.test('a body that is JSON never reaches a prototype', async (t) => {
  const { port } = await serveKitchenSink(t)
  const text = '{"constructor": {"prototype": {"polluted": 1}}, "toString": 1}'
  const answer = await exchangeRaw(port, send('POST', '/json', [JSON_TYPE], text))
  t.equal(answer.status, 200)
  t.equal(Reflect.get({}, 'polluted'), undefined)
})
