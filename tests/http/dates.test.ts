import { performance } from 'node:perf_hooks'
import t from 'tap'
import { http_date, parse_date, Timedelta, timedelta, wholeSeconds } from '../../lib/http/dates.ts'

t.test('a date is written as HTTP wants it', (t) => {
  t.equal(http_date(0), 'Thu, 01 Jan 1970 00:00:00 GMT')
  t.equal(http_date(1893553445.9), 'Wed, 02 Jan 2030 03:04:05 GMT', 'numbers are seconds; fractions are dropped')
  t.equal(http_date(new Date(Date.UTC(1994, 10, 6, 8, 49, 37))), 'Sun, 06 Nov 1994 08:49:37 GMT')
  t.equal(http_date(-1), 'Wed, 31 Dec 1969 23:59:59 GMT')
  t.equal(http_date(253402300799), 'Fri, 31 Dec 9999 23:59:59 GMT')
  t.equal(http_date(-62135596800), 'Mon, 01 Jan 0001 00:00:00 GMT')
  t.match(http_date(), /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
  t.end()
})

t.test('what HTTP has no date for is refused', (t) => {
  for (const date of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    253402300800,
    8.64e15,
    new Date(Number.NaN),
    new Date(8.64e15),
  ]) {
    t.throws(() => http_date(date), { name: 'RangeError', message: /years 1 to 9999/ }, String(date))
  }
  t.end()
})

const READ: [text: string, iso: string][] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Sun, 6 Nov 1994 08:49:37', '1994-11-06T08:49:37.000Z'],
  ['06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['06 November 1994 08:49', '1994-11-06T08:49:00.000Z'],
  ['  Sun,\t06 nov 1994 08:49:37 gmt  ', '1994-11-06T08:49:37.000Z'],
  ['Sun, 06 Nov 1994 08:49:37 +0200', '1994-11-06T06:49:37.000Z'],
  ['Sun, 06 Nov 1994 08:49:37-0130', '1994-11-06T10:19:37.000Z'],
  ['Sun, 06 Nov 1994 08:49:37 EST', '1994-11-06T13:49:37.000Z'],
  ['Sun, 06 Nov 1994 08:49:37 XYZ', '1994-11-06T08:49:37.000Z'],
  ['Sun, 06 Nov 1994 08:49:37 -0000', '1994-11-06T08:49:37.000Z'],
  ['Mon, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['06 Nov 69 00:00:00', '1969-11-06T00:00:00.000Z'],
  ['06 Nov 68 00:00:00', '2068-11-06T00:00:00.000Z'],
  ['29 Feb 2024 00:00:00 GMT', '2024-02-29T00:00:00.000Z'],
  ['Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59.000Z'],
]

t.test('the three forms of HTTP and those of mail are read', (t) => {
  for (const [text, iso] of READ) t.equal(parse_date(text)?.toISOString(), iso, text)
  t.end()
})

t.test('what is no date is undefined', (t) => {
  // Bad inputs 10: dates 0, year 9999/275761, RFC 850, negative
  const garbage = [
    '',
    ' ',
    '0',
    '-1',
    'x',
    'Sun',
    'Sun, 06 Nov 1994',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 29 Feb 2023 00:00:00 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:60 GMT',
    'Sun, 06 Nov 1994 084937 GMT',
    'Sun, 06 Xxx 1994 08:49:37 GMT',
    'Sun, 06 Nov -994 08:49:37 GMT',
    'Sun, 06 Nov 275761 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 +9999',
    'Sun, ٠٦ Nov 1994 08:49:37 GMT',
    '1994-11-06T08:49:37Z',
    `Sun, 06 Nov 1994 08:49:37 ${'G'.repeat(200)}`,
  ]
  for (const text of garbage) t.equal(parse_date(text), undefined, JSON.stringify(text))
  t.equal(parse_date(undefined), undefined)
  t.end()
})

t.test('every date that is written is read back', (t) => {
  for (let seconds = -62135596800; seconds < 253402300799; seconds += 12345678901) {
    // Years below 100 are two digits to those who read dates.
    if (seconds > -59000000000) t.equal(parse_date(http_date(seconds))?.getTime(), seconds * 1000, http_date(seconds))
  }
  t.end()
})

t.test('long text costs little', (t) => {
  const start = performance.now()
  for (const unit of [' ', 'a,', ':', '-', '1']) for (let run = 0; run < 1000; run++) parse_date(unit.repeat(16_384))
  t.ok(performance.now() - start < 1000)
  t.end()
})

t.test('a timedelta adds its parts up', (t) => {
  const spans: [span: Timedelta, seconds: number, text: string][] = [
    [timedelta(), 0, '0:00:00'],
    [timedelta({ days: 30 }), 2_592_000, '30 days, 0:00:00'],
    [timedelta({ weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1 }), 694_861, '8 days, 1:01:01'],
    [timedelta({ milliseconds: 1500 }), 1.5, '0:00:01.500000'],
    [timedelta({ microseconds: 7 }), 0.000007, '0:00:00.000007'],
    [timedelta({ days: 1.5 }), 129_600, '1 day, 12:00:00'],
    [timedelta({ seconds: -1 }), -1, '-1 day, 23:59:59'],
    [timedelta({ hours: -25 }), -90_000, '-2 days, 23:00:00'],
    [timedelta({ microseconds: -0.001 }), 0, '0:00:00'],
  ]
  for (const [span, seconds, text] of spans) {
    t.equal(span.total_seconds(), seconds)
    t.equal(String(span), text)
  }
  const span = timedelta({ days: 1, seconds: 2, microseconds: 3 })
  t.same([span.days, span.seconds, span.microseconds], [1, 2, 3])
  t.end()
})

t.test('a timedelta counts as its seconds', (t) => {
  t.equal(timedelta({ minutes: 1 }) < timedelta({ minutes: 2 }), true)
  t.equal(Number(timedelta({ minutes: 2 })), 120)
  t.equal(wholeSeconds(timedelta({ milliseconds: 1999 })), 1)
  t.equal(wholeSeconds(timedelta({ milliseconds: -1999 })), -1)
  t.equal(wholeSeconds(2.9), 2)
  t.end()
})

t.test('a timedelta never changes, and takes only numbers', (t) => {
  const span = timedelta({ days: 1 })
  t.type(span, Timedelta)
  t.throws(() => Object.assign(span, { days: 2 }), TypeError)
  t.equal(span.days, 1)
  for (const part of [Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => timedelta({ hours: part }), TypeError, String(part))
  t.end()
})
