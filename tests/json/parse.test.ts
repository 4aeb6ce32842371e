import t from 'tap'
import { parseJson } from '../../lib/json/parse.ts'

t.test('text and UTF-8 bytes are read, with or without a byte order mark', async (t) => {
  t.same(parseJson('{"a":[1,2.5,null,true,"游客"]}'), { a: [1, 2.5, null, true, '游客'] })
  t.same(parseJson(Buffer.from('["游客"]')), ['游客'])
  t.same(parseJson(Buffer.from('\ufeff[1]')), [1])
  t.equal(parseJson('null'), null)
})

// security.md 1.6, "encodings", and input list 8: every failure is a SyntaxError, which a request turns into a 400.
t.test('what is not JSON or not UTF-8 is a SyntaxError', async (t) => {
  const rows: (string | Uint8Array)[] = [
    '',
    ' ',
    '{bad',
    "{'a':1}",
    '[1,]',
    '[1] x',
    'NaN',
    '\u00a01',
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from('\ufeff[1]', 'utf16le'),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  ]
  for (const row of rows) t.throws(() => parseJson(row), { name: 'SyntaxError' }, JSON.stringify(String(row)))
})

// security.md 1.6, "proto-poisoning".
t.test('a key __proto__ is refused wherever and however it is written', async (t) => {
  const refused = [
    '{"__proto__":{"x":1}}',
    '{ "__proto__" :1}',
    '{"a":[{"b":{"__proto__":null}}]}',
    '{"\\u005f_proto__":1}',
    '{"__pr\\u006fto__":1}',
    '[1,{"\\u005F\\u005fproto\\u005f\\u005f":1}]',
  ]
  for (const text of refused) t.throws(() => parseJson(text), { name: 'SyntaxError', message: /__proto__/ }, text)
  t.equal(({} as Record<string, unknown>)['x'], undefined)
  t.same(parseJson('{"a":"__proto__","b":"\\u0041","constructor":{"prototype":1}}'), {
    a: '__proto__',
    b: 'A',
    constructor: { prototype: 1 },
  })
})

// security.md 1.6, "recursion inside ALS".
t.test('more than 100 levels are refused, however deep and whether they close', async (t) => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  t.ok(Array.isArray(parseJson(nested(100))))
  t.throws(() => parseJson(nested(101)), { name: 'SyntaxError', message: /100 levels/ })
  t.throws(() => parseJson('{"a":'.repeat(101)), { name: 'SyntaxError', message: /100 levels/ })
  for (const hostile of ['[', '{"a":', '[{"a":']) t.throws(() => parseJson(hostile.repeat(100_000)), SyntaxError)
  t.equal((parseJson(`[${'[],'.repeat(5000)}[]]`) as unknown[]).length, 5001, 'many brackets are not deep')
  t.same(parseJson(`["${'['.repeat(500)}\\"${'{'.repeat(500)}"]`), [`${'['.repeat(500)}"${'{'.repeat(500)}`])
  t.throws(() => parseJson(`${'['.repeat(60)}"${'['.repeat(60)}`), SyntaxError)
})

t.test('reading takes time in proportion to the text', async (t) => {
  const started = performance.now()
  parseJson(`[${'"\\u005f",'.repeat(100_000)}{}]`)
  parseJson(`[${'{"a":[]},'.repeat(100_000)}0]`)
  t.ok(performance.now() - started < 3000)
})
