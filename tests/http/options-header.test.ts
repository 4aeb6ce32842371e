import { performance } from 'node:perf_hooks'
import t from 'tap'
import {
  dump_options_header,
  get_content_type,
  parse_options_header,
  quote_header_value,
  trimBlanks,
  unquote_header_value,
} from '../../lib/http/options-header.ts'

const PARSED: [header: string, value: string, options: Record<string, string>][] = [
  ['', '', {}],
  ['text/html', 'text/html', {}],
  ['text/html; charset=utf-8', 'text/html', { charset: 'utf-8' }],
  ['text/html;charset=UTF-8', 'text/html', { charset: 'UTF-8' }],
  ['text/html; CharSet=utf-8', 'text/html', { charset: 'utf-8' }],
  [' text/html ;\tcharset=utf-8 ', 'text/html', { charset: 'utf-8' }],
  ['form-data; name="a b"; filename="x.txt"', 'form-data', { name: 'a b', filename: 'x.txt' }],
  ['form-data; filename="a\\"b\\\\c"', 'form-data', { filename: 'a"b\\c' }],
  ['form-data; filename="a%22b"', 'form-data', { filename: 'a"b' }],
  ['form-data; filename="a;b"; name=c', 'form-data', { filename: 'a;b', name: 'c' }],
  ['a; b=1; b=2', 'a', { b: '2' }],
  ["a; name*=UTF-8''%e2%82%ac", 'a', { name: '€' }],
  ["a; name*=utf-8'en'%c3%a9; name=x", 'a', { name: 'x' }],
  ["a; name=x; name*=utf-8''y", 'a', { name: 'y' }],
  ["a; name*=utf-16''%41", 'a', { name: '%41' }],
  ["a; name*=utf-8''%ff", 'a', { name: '\ufffd' }],
  ["a; name*=utf-8''%4", 'a', { name: '%4' }],
  ['a; name*0=b; name*1=c', 'a', { name: 'bc' }],
  ["a; name*0*=utf-8''%c3%a9; name*1*=%c3%a8; name*2=z", 'a', { name: 'éèz' }],
  ['a; name=x; name*0=b', 'a', { name: 'b' }],
  ['a; b', 'a', {}],
  ['a; b; c=d', 'a', { c: 'd' }],
  ['a; "b"=c; d=e', 'a', { d: 'e' }],
  ['a; b="c', 'a', {}],
  ['a; b="c; d=e', 'a', {}],
  ['; a=b', '', {}],
  ['a;;;b=c', 'a', { b: 'c' }],
  ['a; __proto__=x', 'a', JSON.parse('{"__proto__":"x"}')],
]

for (const [header, value, options] of PARSED) {
  t.test(`${JSON.stringify(header)} is ${JSON.stringify(value)} with ${JSON.stringify(options)}`, (t) => {
    const [parsed, parameters] = parse_options_header(header)
    t.equal(parsed, value)
    t.same([...parameters], Object.entries(options))
    t.end()
  })
}

t.test('a missing header has neither a value nor options', (t) => {
  t.same(parse_options_header(undefined), ['', new Map()])
  t.end()
})

// security: content-type parsed two ways
t.test('a content type is read in one way, with only its parameters taken off', (t) => {
  const types: [header: string, type: string][] = [
    ['Application/JSON', 'Application/JSON'],
    ['application/json ;x', 'application/json'],
    ['application/json\tfoo', 'application/json\tfoo'],
    ['application/json garbage', 'application/json garbage'],
    [';;', ''],
    ['application/json\u00a0', 'application/json\u00a0'],
    [`application/json; a="${'x'.repeat(8192)}"`, 'application/json'],
    [`application/json${'; a=b'.repeat(1638)}`, 'application/json'],
  ]
  for (const [header, type] of types) t.equal(parse_options_header(header)[0], type, header.slice(0, 40))
  t.end()
})

t.test('options are written after the value, quoted where they need it', (t) => {
  t.equal(dump_options_header('text/html', { charset: 'utf-8' }), 'text/html; charset=utf-8')
  t.equal(dump_options_header('a', new Map([['b', 'c d']])), 'a; b="c d"')
  t.equal(dump_options_header('a', { b: 'say "hi" \\' }), 'a; b="say \\"hi\\" \\\\"')
  t.equal(dump_options_header('a', { b: undefined, c: null, d: 1 }), 'a; d=1')
  t.equal(dump_options_header('a', { 'b*': "UTF-8''%C3%A9" }), "a; b*=UTF-8''%C3%A9")
  t.equal(dump_options_header(undefined, { a: 'b' }), 'a=b')
  t.equal(dump_options_header('a', { b: '' }), 'a; b=""')
  t.end()
})

t.test('a value is quoted unless it is a token, and unquoted again', (t) => {
  for (const value of ['a', '', 'a b', 'a"b', 'a\\b', 'é', 'a,b', '\\"']) {
    t.equal(unquote_header_value(quote_header_value(value)), value)
  }
  t.equal(quote_header_value('token'), 'token')
  t.equal(quote_header_value('token', false), '"token"')
  t.equal(unquote_header_value('"'), '"')
  t.equal(unquote_header_value('"\\x"'), 'x')
  t.end()
})

t.test('text types get a charset, others do not', (t) => {
  const types: [string, string][] = [
    ['text/html', 'text/html; charset=utf-8'],
    ['text/css', 'text/css; charset=utf-8'],
    ['application/javascript', 'application/javascript; charset=utf-8'],
    ['application/xml', 'application/xml; charset=utf-8'],
    ['image/svg+xml', 'image/svg+xml; charset=utf-8'],
    ['application/json', 'application/json'],
    ['image/png', 'image/png'],
  ]
  for (const [mimetype, type] of types) t.equal(get_content_type(mimetype), type)
  t.equal(get_content_type('text/plain', 'latin1'), 'text/plain; charset=latin1')
  t.end()
})

t.test('only spaces and tabs are blanks', (t) => {
  t.equal(trimBlanks(' \t a\u00a0 '), 'a\u00a0')
  t.equal(trimBlanks('\u00a0a\n'), '\u00a0a\n')
  t.equal(trimBlanks('  '), '')
  t.end()
})

// security: escape-heavy names, filename regex (64 KB)
t.test('64 KB of crafted parameters are read in linear time', (t) => {
  const size = 65_536
  const budgetMs = 100
  const texts = ['\\"', '"', '; ', ';a=', ';a="', '*0', 'a*1', " '", '%41', '; a*=', "'", ' ', '=']
  for (const text of texts) {
    for (const prefix of ['form-data; filename="', "form-data; filename*=UTF-8''", 'form-data; ', 'form-data', '']) {
      const header = prefix + text.repeat(size / text.length)
      const start = performance.now()
      parse_options_header(header)
      t.ok(performance.now() - start < budgetMs, JSON.stringify(prefix + text))
    }
  }
  t.end()
})
