import fc from 'fast-check'
import t from 'tap'
import { dateOf, isMoment, momentOf, momentText } from '../../../lib/sessions/codec/moments.ts'

const FIRST = -62_135_596_800
const LAST = 253_402_300_799

t.test('a date gives the moment that it was made of, to the nanosecond', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST, max: LAST }), fc.nat(999_999_999), (seconds, nanoseconds) => {
      t.same(momentOf(dateOf({ seconds, nanoseconds })), { seconds, nanoseconds })
    }),
  )
})

t.test('a date that was moved has no finer parts any more', async (t) => {
  const date = dateOf({ seconds: 1, nanoseconds: 123_456_789 })
  t.equal(date.getTime(), 1123)
  date.setTime(1124)
  t.same(momentOf(date), { seconds: 1, nanoseconds: 124_000_000 })
  date.setTime(1123)
  t.same(momentOf(date), { seconds: 1, nanoseconds: 123_456_789 }, 'and has them again where it was')
})

t.test('dates before 1970 count up from the second before', async (t) => {
  t.same(momentOf(new Date(-1)), { seconds: -1, nanoseconds: 999_000_000 })
  t.equal(dateOf({ seconds: -1, nanoseconds: 999_999_000 }).getTime(), -1)
})

t.test('only what a datetime of Python has is a moment', async (t) => {
  t.ok(isMoment({ seconds: FIRST, nanoseconds: 0 }))
  t.notOk(isMoment({ seconds: FIRST - 1, nanoseconds: 0 }))
  t.ok(isMoment({ seconds: LAST, nanoseconds: 999_999_999 }))
  t.notOk(isMoment({ seconds: LAST + 1, nanoseconds: 0 }))
  t.notOk(isMoment({ seconds: 0, nanoseconds: 1_000_000_000 }))
  for (const date of [new Date(NaN), new Date(8.64e15), new Date(-8.64e15)]) t.equal(momentOf(date), undefined)
})

t.test('the text of a moment is that of isoformat, with Z', async (t) => {
  const rows: [seconds: number, nanoseconds: number, text: string][] = [
    [0, 0, '1970-01-01T00:00:00Z'],
    [1_577_840_523, 456_789_000, '2020-01-01T01:02:03.456789Z'],
    [0, 999, '1970-01-01T00:00:00Z'],
    [0, 1000, '1970-01-01T00:00:00.000001Z'],
    [FIRST, 0, '0001-01-01T00:00:00Z'],
    [LAST, 999_999_999, '9999-12-31T23:59:59.999999Z'],
  ]
  for (const [seconds, nanoseconds, text] of rows) t.equal(momentText({ seconds, nanoseconds }), text)
})
