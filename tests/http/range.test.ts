import { performance } from 'node:perf_hooks'
import t from 'tap'
import {
  ContentRange,
  IfRange,
  is_byte_range_valid,
  parse_content_range_header,
  parse_if_range_header,
  parse_range_header,
  Range,
} from '../../lib/http/range.ts'

const LENGTH = 10

/** What is sent of ten bytes: first and last position, or nothing. RFC 9110 section 14.1.2. */
const GRID: [header: string, first: number, last: number][] = [
  ['bytes=0-0', 0, 0],
  ['bytes=0-3', 0, 3],
  ['bytes=4-', 4, 9],
  ['bytes=9-9', 9, 9],
  ['bytes=0-9', 0, 9],
  ['bytes=0-10', 0, 9],
  ['bytes=0-18446744073709551616', 0, 9],
  ['bytes=-1', 9, 9],
  ['bytes=-3', 7, 9],
  ['bytes=-10', 0, 9],
  ['bytes=-11', 0, 9],
  ['bytes=-99999999999999999999', 0, 9],
  [' bytes=0-1', 0, 1],
  ['bytes= 0-1 ', 0, 1],
  ['bytes=0 - 1', 0, 1],
  ['BYTES=0-1', 0, 1],
]

for (const [header, first, last] of GRID) {
  t.test(`${JSON.stringify(header)} of ten bytes is ${first} to ${last}`, (t) => {
    const range = parse_range_header(header)
    t.same(range?.range_for_length(LENGTH), [first, last + 1])
    t.equal(range?.to_content_range_header(LENGTH), `bytes ${first}-${last}/${LENGTH}`)
    t.equal(range?.make_content_range(LENGTH)?.start, first)
    t.end()
  })
}

t.test('ranges beyond the content, of nothing, of other units or of several parts cannot be answered', (t) => {
  for (const header of ['bytes=10-', 'bytes=10-12', 'items=0-1', 'bytes=0-1,4-5', `bytes=${'9'.repeat(400)}-`]) {
    t.equal(parse_range_header(header)?.range_for_length(LENGTH), undefined, header)
    t.equal(parse_range_header(header)?.make_content_range(LENGTH), undefined, header)
  }
  t.equal(parse_range_header('bytes=0-')?.range_for_length(0), undefined, 'an empty content')
  t.equal(parse_range_header('bytes=-1')?.range_for_length(0), undefined, 'the end of an empty content')
  t.equal(parse_range_header('bytes=0-')?.range_for_length(undefined), undefined, 'an unknown length')
  t.end()
})

const MALFORMED = [
  ...[
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=abc',
    'bytes=5-2',
    'bytes=-0',
    'bytes=--1',
    'bytes=1-2-3',
    'bytes=0x1-2',
  ],
  ...[
    'bytes=+1-2',
    'bytes=1_0-20',
    'bytes=1.5-2',
    'bytes=1e1-20',
    'bytes=٠-١',
    'bytes=０-１',
    'bytes=0-1,',
    'bytes=,0-1',
  ],
  ...['bytes=0-,0-,0-', 'bytes=-1,0-1', 'bytes=0-5,3-9', 'bytes=4-5,0-1', '0-1', 'bytes:0-1'],
]

for (const header of MALFORMED) {
  t.test(`${JSON.stringify(header)} is not a range`, (t) => {
    t.equal(parse_range_header(header), undefined)
    t.end()
  })
}

t.test('several ranges are read when they are in order, and written as they were', (t) => {
  const range = parse_range_header('bytes=0-1,4-5,-2')
  t.same(range?.ranges, [
    [0, 2],
    [4, 6],
    [-2, undefined],
  ])
  t.equal(`${range}`, 'bytes=0-1,4-5,-2')
  t.equal(parse_range_header('bytes=7-')?.to_header(), 'bytes=7-')
  t.end()
})

t.test('a range that ends before it starts cannot be made', (t) => {
  t.throws(() => new Range('bytes', [[5, 5]]), RangeError)
  t.throws(() => new Range('bytes', [[-1, 5]]), RangeError)
  t.end()
})

// security: range parse cost
t.test('16 KB of ranges, digits, dashes or blanks are read in linear time', (t) => {
  const size = 16_384
  const budgetMs = 100
  for (const text of ['0-,', '0-0,', '9', '-', ' ', '0 ', '- ', '0-1-', ',']) {
    const start = performance.now()
    parse_range_header(`bytes=${text.repeat(size / text.length)}`)
    parse_content_range_header(`bytes ${text.repeat(size / text.length)}`)
    t.ok(performance.now() - start < budgetMs, JSON.stringify(text))
  }
  t.end()
})

const CONTENT_RANGES: [
  header: string,
  range: [string, number | undefined, number | undefined, number | undefined] | undefined,
][] = [
  ['bytes 0-4/12', ['bytes', 0, 5, 12]],
  ['bytes 0-4/*', ['bytes', 0, 5, undefined]],
  ['bytes */12', ['bytes', undefined, undefined, 12]],
  ['bytes */*', ['bytes', undefined, undefined, undefined]],
  ['bytes 0-4', undefined],
  ['bytes 4-0/12', undefined],
  ['bytes 12-14/12', undefined],
  ['bytes -1-4/12', undefined],
  ['bytes a-b/c', undefined],
  ['bytes=0-4/12', undefined],
  ['', undefined],
]

for (const [header, range] of CONTENT_RANGES) {
  t.test(
    `the content range ${JSON.stringify(header)} is ${range === undefined ? 'not one' : 'read and written'}`,
    (t) => {
      const parsed = parse_content_range_header(header)
      t.same(parsed && [parsed.units, parsed.start, parsed.stop, parsed.length], range)
      if (parsed) t.equal(parsed.to_header(), header)
      t.end()
    },
  )
}

t.test('a changed content range is told, with all of its parts', (t) => {
  const seen: string[] = []
  const range = new ContentRange(undefined, undefined, undefined, undefined, (changed) => seen.push(`${changed}`))
  t.equal(range.is_set, false)
  range.set(0, 5, 12)
  range.length = 20
  range.stop = 10
  range.start = 2
  range.units = 'items'
  t.equal(range.is_set, true)
  range.unset()
  t.same(seen, ['bytes 0-4/12', 'bytes 0-4/20', 'bytes 0-9/20', 'bytes 2-9/20', 'items 2-9/20', ''])
  t.end()
})

t.test('a content range that is not one is refused', (t) => {
  const range = new ContentRange('bytes', 0, 5, 12)
  t.throws(() => range.set(5, 5), RangeError)
  t.throws(() => range.set(12, 14, 12), RangeError)
  t.throws(() => range.set(0, undefined), RangeError)
  t.equal(range.to_header(), 'bytes 0-4/12', 'and nothing is changed')
  t.end()
})

t.test('byte ranges are valid inside of the content only', (t) => {
  const cases: [number | undefined, number | undefined, number | undefined, boolean][] = [
    [undefined, undefined, undefined, true],
    [undefined, undefined, 0, true],
    [undefined, undefined, -1, false],
    [0, undefined, 5, false],
    [undefined, 5, 5, false],
    [0, 5, undefined, true],
    [0, 5, 5, true],
    [0, 9, 5, true],
    [5, 9, 5, false],
    [3, 3, 5, false],
    [-1, 3, 5, false],
  ]
  for (const [start, stop, length, valid] of cases) {
    t.equal(is_byte_range_valid(start, stop, length), valid, `${start} ${stop} ${length}`)
  }
  t.end()
})

t.test('If-Range is a tag, a date or nothing', (t) => {
  const tag = parse_if_range_header('"abc"')
  t.same([tag.etag, tag.date, `${tag}`], ['abc', undefined, '"abc"'])
  const date = parse_if_range_header('Tue, 02 Jan 2024 03:04:05 GMT')
  t.same([date.etag, date.date], [undefined, new Date('2024-01-02T03:04:05Z')])
  t.equal(date.to_header(), 'Tue, 02 Jan 2024 03:04:05 GMT')
  t.same([parse_if_range_header(undefined).to_header(), new IfRange().to_header()], ['', ''])
  t.end()
})
