import { performance } from 'node:perf_hooks'
import t from 'tap'
import { dump_header, parse_dict_header, parse_list_header } from '../../lib/http/list-header.ts'

const LISTS: [header: string, members: string[]][] = [
  ['', []],
  ['a', ['a']],
  ['a, b', ['a', 'b']],
  ['token, "quoted value"', ['token', 'quoted value']],
  ['"a, b", c', ['a, b', 'c']],
  ['"a\\"b"', ['a"b']],
  ['"a\\\\"', ['a\\']],
  [',, a ,\t,b,', ['a', 'b']],
  ['a="b, c"', ['a="b, c"']],
  ['a"b"c', ['a"b"c']],
  ['a, "b', []],
  ['a, "b\\', []],
  ['a\u00a0, b', ['a\u00a0', 'b']],
]

for (const [header, members] of LISTS) {
  t.test(`the list ${JSON.stringify(header)} has the members ${JSON.stringify(members)}`, (t) => {
    t.same(parse_list_header(header), members)
    t.end()
  })
}

const DICTS: [header: string, members: [string, string | null][]][] = [
  ['', []],
  [
    'a=b, c="d, e", f',
    [
      ['a', 'b'],
      ['c', 'd, e'],
      ['f', null],
    ],
  ],
  ['a = b', [['a', 'b']]],
  ['=b, c', [['c', null]]],
  ['a=', [['a', '']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=1, a=2', [['a', '2']]],
  ["a*=UTF-8''%e2%82%ac", [['a', '€']]],
  ["a*=iso-8859-1'en'%A3", [['a', '£']]],
  ["a*=us-ascii''%A3", [['a', '\ufffd']]],
  ["a*=utf-16''%A3", [['a', '%A3']]],
  ['a*=plain', [['a', 'plain']]],
  ['__proto__=x', [['__proto__', 'x']]],
]

for (const [header, members] of DICTS) {
  t.test(`the members of ${JSON.stringify(header)} are ${JSON.stringify(members)}`, (t) => {
    t.same([...parse_dict_header(header)], members)
    t.end()
  })
}

t.test('members are written quoted where they need it', (t) => {
  t.equal(dump_header(['foo', 'bar baz', 1]), 'foo, "bar baz", 1')
  t.equal(dump_header({ foo: 'bar baz', only: null, n: 3 }), 'foo="bar baz", only, n=3')
  t.equal(dump_header(new Map([['a', '"']])), 'a="\\""')
  t.equal(dump_header({ 'name*': "UTF-8''%C3%A9" }), "name*=UTF-8''%C3%A9")
  t.equal(dump_header([]), '')
  t.end()
})

t.test('16 KB of commas, quotes or escapes are read in linear time', (t) => {
  const size = 16_384
  const budgetMs = 100
  for (const text of [',', '"', '\\', '",', 'a,', '" ,']) {
    const header = text.repeat(size / text.length)
    const start = performance.now()
    parse_list_header(header)
    parse_dict_header(header)
    t.ok(performance.now() - start < budgetMs, JSON.stringify(text))
  }
  t.end()
})
