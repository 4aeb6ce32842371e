/** Parts of a second that a Date cannot hold, for dates that were read with them. */
const fine = new WeakMap<Date, { readonly time: number; readonly nanoseconds: number }>()

const MS_PER_SECOND = 1000
const NANOSECONDS_PER_MS = 1_000_000
const NANOSECONDS_PER_SECOND = 1_000_000_000
const NANOSECONDS_PER_MICROSECOND = 1000
/** The first second of the year 1, where Python's datetimes begin. */
const FIRST_SECOND = -62_135_596_800
/** The last second of the year 9999, where they end. */
const LAST_SECOND = 253_402_300_799
const MICROSECOND_DIGITS = 6
/** `2020-01-01T01:02:03` of what `toISOString` gives. */
const TO_THE_SECOND = 19

/** A moment as timestamps of msgpack have it. */
export interface Moment {
  /** Whole seconds since 1970, rounded down. */
  readonly seconds: number
  /** What is left: 0 to 999,999,999. */
  readonly nanoseconds: number
}

/** Whether Python's `datetime` has such a moment: the years 1 to 9999. */
export function isMoment({ seconds, nanoseconds }: Moment): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanoseconds < NANOSECONDS_PER_SECOND
}

/** A Date of a moment. What is finer than a millisecond is remembered beside it, until its time is changed. */
export function dateOf({ seconds, nanoseconds }: Moment): Date {
  const date = new Date(seconds * MS_PER_SECOND + Math.floor(nanoseconds / NANOSECONDS_PER_MS))
  if (nanoseconds % NANOSECONDS_PER_MS !== 0) fine.set(date, { time: date.getTime(), nanoseconds })
  return date
}

/** The moment of a Date, as finely as it was read; undefined for an invalid one and outside of the years 1 to 9999. */
export function momentOf(date: Date): Moment | undefined {
  const time = date.getTime()
  const seconds = Math.floor(time / MS_PER_SECOND)
  const remembered = fine.get(date)
  const nanoseconds =
    remembered?.time === time ? remembered.nanoseconds : Math.trunc(time - seconds * MS_PER_SECOND) * NANOSECONDS_PER_MS
  const moment = { seconds, nanoseconds }
  return isMoment(moment) ? moment : undefined
}

/**
 * The text of a moment in UTC, to the microsecond where there are any, as Python's `isoformat` gives it but with `Z`.
 *
 * @see RFC 3339 section 5.6
 */
export function momentText({ seconds, nanoseconds }: Moment): string {
  const text = new Date(seconds * MS_PER_SECOND).toISOString().slice(0, TO_THE_SECOND)
  const microseconds = Math.floor(nanoseconds / NANOSECONDS_PER_MICROSECOND)
  return microseconds === 0 ? `${text}Z` : `${text}.${String(microseconds).padStart(MICROSECOND_DIGITS, '0')}Z`
}
