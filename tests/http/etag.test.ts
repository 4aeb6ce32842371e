import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import t from 'tap'
import { ETags, generate_etag, parse_etags, quote_etag, unquote_etag } from '../../lib/http/etag.ts'

const PARSED: [header: string | undefined, strong: string[], weak: string[]][] = [
  [undefined, [], []],
  ['', [], []],
  ['"a"', ['a'], []],
  ['W/"a"', [], ['a']],
  ['w/"a"', [], ['a']],
  ['"a", "b" ,W/"c"', ['a', 'b'], ['c']],
  ['"a, b"', ['a, b'], []],
  ['a, W/b', ['a'], ['b']],
  ['""', [''], []],
  ['"a" x, "b"', ['b'], []],
  ['"a', [], []],
  ['"a, "b"', ['b'], []],
  [', ,"a",', ['a'], []],
  ['"*"', ['*'], []],
]

for (const [header, strong, weak] of PARSED) {
  t.test(`${header} has the strong tags ${JSON.stringify(strong)} and the weak tags ${JSON.stringify(weak)}`, (t) => {
    const tags = parse_etags(header)
    t.equal(tags.star_tag, false)
    t.same([...tags], strong)
    t.same(
      [...tags.as_set(true)].filter((tag) => tags.is_weak(tag)),
      weak,
    )
    t.end()
  })
}

t.test('strong and weak comparison differ as RFC 9110 section 8.8.3.2 says', (t) => {
  const tags = parse_etags('"a", W/"b"')
  t.same([tags.contains('a'), tags.contains('b'), tags.contains('c')], [true, false, false])
  t.same([tags.contains_weak('a'), tags.contains_weak('b'), tags.contains_weak('c')], [true, true, false])
  t.same([tags.contains_raw('"a"'), tags.contains_raw('W/"a"'), tags.contains_raw('"b"')], [true, true, false])
  t.same([tags.has('a'), tags.is_strong('a'), tags.is_strong('b')], [true, true, false])
  t.equal(tags.contains_raw(''), false)
  t.end()
})

t.test('* matches every tag', (t) => {
  const tags = parse_etags('*')
  t.equal(tags.star_tag, true)
  t.equal(tags.contains('anything'), true)
  t.equal(tags.contains_weak('anything'), true)
  t.equal(tags.is_empty, false)
  t.equal(tags.to_header(), '*')
  t.end()
})

t.test('tags are written as they are read', (t) => {
  for (const header of ['"a", "b", W/"c"', 'W/"a"', '']) t.equal(`${parse_etags(header)}`, header)
  t.equal(new ETags(['a'], ['b']).size, 1)
  t.same(new ETags(['a'], ['b']).as_set(), new Set(['a']))
  t.equal(new ETags().is_empty, true)
  t.end()
})

t.test('a tag is quoted, weak or not, and unquoted again', (t) => {
  t.equal(quote_etag('a'), '"a"')
  t.equal(quote_etag('a', true), 'W/"a"')
  t.throws(() => quote_etag('a"b'), TypeError)
  t.same(unquote_etag('"a"'), ['a', false])
  t.same(unquote_etag('W/"a"'), ['a', true])
  t.same(unquote_etag('a'), ['a', false])
  t.same(unquote_etag('"'), ['"', false])
  t.same(unquote_etag(undefined), [undefined, undefined])
  t.end()
})

t.test('the tag of some data is its SHA-1 in hex', (t) => {
  // What Flask answers for this body.
  t.equal(generate_etag('same body'), '83961f6c951c8e1f5afe632296250d1339993b59')
  t.equal(generate_etag(Buffer.from('same body')), createHash('sha1').update('same body').digest('hex'))
  t.end()
})

// security: If-None-Match lists, 16 KB
t.test('16 KB of tags, quotes, commas or blanks are read in linear time', (t) => {
  const size = 16_384
  const budgetMs = 100
  for (const text of ['"a",', '"', ',', ' ', 'a', 'W/', '"a" x,', '\t,', ' a ']) {
    const start = performance.now()
    parse_etags(text.repeat(size / text.length))
    t.ok(performance.now() - start < budgetMs, JSON.stringify(text))
  }
  t.end()
})
