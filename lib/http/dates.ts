const MS_PER_SECOND = 1000
/** 9999-12-31T23:59:59.999Z: HTTP dates have four digits for the year. */
const LAST_MS = 253402300799999
/** 0001-01-01T00:00:00Z. */
const FIRST_MS = -62135596800000
const MINUTES_PER_HOUR = 60
const SECONDS_PER_MINUTE = 60
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR

/**
 * A date as HTTP headers write it: `Wed, 02 Jan 2030 03:04:05 GMT`. Fractions of a second are dropped.
 * A number is in seconds since 1970 (as `time.time()`, not as `Date.now()`); left out: now.
 *
 * @throws RangeError when the date is invalid or its year is not within 1 to 9999.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function http_date(date?: Date | number): string {
  const ms = date === undefined ? Date.now() : typeof date === 'number' ? date * MS_PER_SECOND : date.getTime()
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) {
    throw new RangeError(
      `http_date: ${String(date)} is not a date of the years 1 to 9999; numbers are seconds since 1970`,
    )
  }
  return new Date(ms).toUTCString()
}

const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'january february march april may june july august september october november december',
    'jan feb mar apr may jun jul aug sep oct nov dec',
  ].flatMap((names) => names.split(' ').map((name, month): [string, number] => [name, month])),
)
const DAYS: ReadonlySet<string> = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])

/** Named zones of RFC 822 and their offset in hours; others need digits. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['UT', 0],
  ['UTC', 0],
  ['GMT', 0],
  ['Z', 0],
  ['AST', -4],
  ['ADT', -3],
  ['EST', -5],
  ['EDT', -4],
  ['CST', -6],
  ['CDT', -5],
  ['MST', -7],
  ['MDT', -6],
  ['PST', -8],
  ['PDT', -7],
])

// zone = ( "+" / "-" ) hour minute ; RFC 5322 section 3.3
const offsetPattern = /^([+-]?)(\d{1,4})$/
const digits = /^\d{1,4}$/
/** No date that means one is longer; it keeps the cost of hostile text down. */
const LONGEST_DATE = 128

/**
 * The moment that a date header names, or `undefined` when the text is no date. All three forms of HTTP are read
 * (`Wed, 02 Jan 2030 03:04:05 GMT`, RFC 850's and asctime's) and, as in Python's `email.utils`, what mail programs write:
 * no weekday, no seconds, full month names, numeric zones. Text without a zone is taken as UTC.
 * Two-digit years from 69 on are in 1969 to 1999, others in 2000 to 2068.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 * @see werkzeug.http.parse_date
 */
export function parse_date(text: string | undefined): Date | undefined {
  if (text === undefined || text.length > LONGEST_DATE) return undefined
  let words = text.trim().split(/\s+/)
  const first = words[0] ?? ''
  if (first.endsWith(',') || DAYS.has(first.toLowerCase())) words.shift()
  else words[0] = first.slice(first.lastIndexOf(',') + 1)
  if (words.length === 3) {
    // RFC 850 joins day, month and year by hyphens.
    const joined = (words[0] ?? '').split('-')
    if (joined.length === 3) words = [...joined, ...words.slice(1)]
  }
  if (words.length < 4) return undefined
  let [day = '', month = '', year = '', time = '', zone = ''] = words
  if (words.length === 4) {
    // The zone may be glued to the time: 03:04:05+0200.
    const sign = Math.max(time.indexOf('+'), time.includes('+') ? -1 : time.indexOf('-'))
    if (sign > 0) {
      zone = time.slice(sign)
      time = time.slice(0, sign)
    }
  }
  if (!MONTHS.has(month.toLowerCase())) [day, month] = [month, day]
  // asctime puts the time before the year.
  if (year.indexOf(':') > 0) [year, time] = [time, year]
  if (!/^\d/.test(year)) [year, zone] = [zone, year]
  return makeDate(withoutComma(day), month, withoutComma(year), withoutComma(time), zone)
}

function withoutComma(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1) : word
}

function makeDate(dayText: string, monthText: string, yearText: string, time: string, zone: string): Date | undefined {
  const month = MONTHS.get(monthText.toLowerCase())
  const clock = time.includes(':') ? time.split(':') : time.split('.')
  if (month === undefined || clock.length < 2 || clock.length > 3) return undefined
  const [hourText = '', minuteText = '', secondText = '0'] = clock
  for (const number of [dayText, yearText, hourText, minuteText, secondText]) if (!digits.test(number)) return undefined
  const [day, hour, minute, second] = [Number(dayText), Number(hourText), Number(minuteText), Number(secondText)]
  let year = Number(yearText)
  if (year < 100) year += year > 68 ? 1900 : 2000
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  // A day that the month does not have has rolled over.
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month) return undefined
  const offset = zoneMinutes(zone)
  if (Math.abs(offset) >= MINUTES_PER_DAY) return undefined
  date.setUTCHours(hour, minute - offset, second)
  return date
}

function zoneMinutes(zone: string): number {
  const hours = ZONES.get(zone.toUpperCase())
  if (hours !== undefined) return hours * MINUTES_PER_HOUR
  const match = offsetPattern.exec(zone)
  if (match === null) return 0
  const number = Number(match[2])
  const minutes = Math.floor(number / 100) * MINUTES_PER_HOUR + (number % 100)
  return match[1] === '-' ? -minutes : minutes
}

/** The parts of a {@link timedelta}; each may be fractional or negative, and is 0 when left out. */
export interface TimedeltaParts {
  /** Weeks of seven days. */
  weeks?: number | undefined
  /** Days of 24 hours. */
  days?: number | undefined
  /** Hours. */
  hours?: number | undefined
  /** Minutes. */
  minutes?: number | undefined
  /** Seconds. */
  seconds?: number | undefined
  /** Thousandths of a second. */
  milliseconds?: number | undefined
  /** Millionths of a second: the smallest step. */
  microseconds?: number | undefined
}

const MICROSECONDS_PER_SECOND = 1_000_000
const SECONDS_PER_HOUR = SECONDS_PER_MINUTE * MINUTES_PER_HOUR
const SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR
const DAYS_PER_WEEK = 7

/**
 * A span of time that never changes. It counts as its seconds in arithmetic and comparison (`span < 60`, `Number(span)`), since
 * `max_age` and lifetimes are in seconds; multiply by 1,000 before adding it to `Date.now()`.
 *
 * @see datetime.timedelta
 */
export class Timedelta {
  /** Whole days, rounded down: negative for a negative span. */
  readonly days: number
  /** Whole seconds beyond the days: 0 to 86,399. */
  readonly seconds: number
  /** Microseconds beyond the seconds: 0 to 999,999. */
  readonly microseconds: number

  constructor(parts: TimedeltaParts = {}) {
    const { weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0, microseconds = 0 } = parts
    const wholeDays = weeks * DAYS_PER_WEEK + days
    const total =
      wholeDays * SECONDS_PER_DAY +
      hours * SECONDS_PER_HOUR +
      minutes * SECONDS_PER_MINUTE +
      seconds +
      milliseconds / MS_PER_SECOND +
      microseconds / MICROSECONDS_PER_SECOND
    if (!Number.isFinite(total))
      throw new TypeError(`timedelta: ${JSON.stringify(parts)} holds something that is no finite number`)
    const floor = Math.floor(total / SECONDS_PER_DAY)
    const rest = Math.round((total - floor * SECONDS_PER_DAY) * MICROSECONDS_PER_SECOND)
    // Rounding may have made a full day of it.
    const isWhole = rest === SECONDS_PER_DAY * MICROSECONDS_PER_SECOND
    this.days = isWhole ? floor + 1 : floor
    this.seconds = isWhole ? 0 : Math.floor(rest / MICROSECONDS_PER_SECOND)
    this.microseconds = rest % MICROSECONDS_PER_SECOND
    Object.freeze(this)
  }

  /** The whole span in seconds, with fractions. */
  total_seconds(): number {
    return this.days * SECONDS_PER_DAY + this.seconds + this.microseconds / MICROSECONDS_PER_SECOND
  }

  /** The whole span in seconds: what arithmetic and comparison see. */
  valueOf(): number {
    return this.total_seconds()
  }

  /** The span as Python writes it: `30 days, 0:00:00`. */
  toString(): string {
    const pad = (number: number, width: number) => String(number).padStart(width, '0')
    const hours = Math.floor(this.seconds / SECONDS_PER_HOUR)
    const minutes = Math.floor((this.seconds % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE)
    const days = this.days === 0 ? '' : `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, `
    const fraction = this.microseconds === 0 ? '' : `.${pad(this.microseconds, 6)}`
    return `${days}${hours}:${pad(minutes, 2)}:${pad(this.seconds % SECONDS_PER_MINUTE, 2)}${fraction}`
  }
}

/**
 * A span of time, for `max_age` and lifetimes: `timedelta({ days: 30 })`.
 *
 * @throws TypeError when a part is not a finite number.
 * @see datetime.timedelta
 */
export function timedelta(parts?: TimedeltaParts): Timedelta {
  return new Timedelta(parts)
}

/** Whole seconds of a span or of a number of seconds; fractions are cut off, as Werkzeug does for `max_age`. */
export function wholeSeconds(span: Timedelta | number): number {
  return Math.trunc(Number(span))
}
