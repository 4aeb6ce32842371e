import { http_date, parse_date } from './dates.ts'
import { quote_etag, unquote_etag } from './etag.ts'
import { trimBlanks } from './options-header.ts'

/** One range of a `Range` header: `start` counts from the end when negative; `stop` is exclusive, `undefined` for "to the end". */
export type RangePair = readonly [start: number, stop: number | undefined]

/** Called with the value after each change, so that it can be written back to its header. */
export type RangeUpdate = (range: ContentRange) => void

/**
 * Whether `start` up to but without `stop` lies in a content of `length` bytes. `undefined` for both stands for "no range".
 *
 * @see Werkzeug `werkzeug.http.is_byte_range_valid`
 */
export function is_byte_range_valid(
  start: number | undefined,
  stop: number | undefined,
  length: number | undefined,
): boolean {
  if (start === undefined || stop === undefined) {
    return start === stop && (length === undefined || length >= 0)
  }
  return start >= 0 && start < stop && (length === undefined || start < length)
}

/**
 * A `Range` request header.
 *
 * @see Werkzeug `werkzeug.datastructures.Range`
 * @see RFC 9110 section 14.2
 */
export class Range {
  /** Unit of the ranges in lower case; only `bytes` can be answered. */
  readonly units: string
  /** The ranges in the order given. */
  readonly ranges: readonly RangePair[]

  /** @throws RangeError when a range ends before it starts. */
  constructor(units: string, ranges: readonly RangePair[]) {
    for (const [start, stop] of ranges) {
      if (stop !== undefined && (start < 0 || start >= stop)) {
        throw new RangeError(`${start} up to ${stop} is not a range: the start must be 0 or more and below the end.`)
      }
    }
    this.units = units
    this.ranges = ranges
  }

  /**
   * The bytes asked for of a content of `length` bytes, as `[start, stop]` with `stop` exclusive.
   * `undefined` when the unit is not `bytes`, the length is unknown, there is not exactly one range, or it lies outside.
   * A suffix longer than the content is all of it (RFC 9110 section 14.1.2).
   */
  range_for_length(length: number | undefined): [start: number, stop: number] | undefined {
    const only = this.ranges[0]
    if (this.units !== 'bytes' || length === undefined || this.ranges.length !== 1 || only === undefined) {
      return undefined
    }
    const start = only[0] < 0 ? Math.max(only[0] + length, 0) : only[0]
    const stop = Math.min(only[1] ?? length, length)
    return start < stop ? [start, stop] : undefined
  }

  /** The `Content-Range` that answers this range, or `undefined` when it cannot be answered. */
  make_content_range(length: number | undefined): ContentRange | undefined {
    const range = this.range_for_length(length)
    return range && new ContentRange(this.units, range[0], range[1], length)
  }

  /** The text of {@link Range.make_content_range}. */
  to_content_range_header(length: number | undefined): string | undefined {
    return this.make_content_range(length)?.to_header()
  }

  /** The header value. */
  to_header(): string {
    const ranges = this.ranges.map(([start, stop]) => {
      if (stop !== undefined) return `${start}-${stop - 1}`
      return start < 0 ? String(start) : `${start}-`
    })
    return `${this.units}=${ranges.join(',')}`
  }

  /** The same as {@link Range.to_header}. */
  toString(): string {
    return this.to_header()
  }
}

/*
 * int-range = first-pos "-" [ last-pos ], suffix-range = "-" suffix-length, positions are 1*DIGIT: RFC 9110 section 14.1.1.
 * Blanks around the "-" of an int-range are taken, as Werkzeug does; \d is ASCII only in JavaScript.
 */
const RANGE_SPEC = /^(?:(\d+)[ \t]*-[ \t]*(\d*)|-(\d+))$/

/**
 * Reads a `Range` header. `undefined` when it is missing or malformed, or its ranges overlap or are out of order.
 *
 * @see Werkzeug `werkzeug.http.parse_range_header`
 */
export function parse_range_header(value: string | undefined): Range | undefined {
  const equals = value?.indexOf('=') ?? -1
  if (!value || equals === -1) return undefined
  const ranges: RangePair[] = []
  let end: number | undefined = 0
  for (const item of value.slice(equals + 1).split(',')) {
    const match = RANGE_SPEC.exec(trimBlanks(item))
    // Nothing may follow a range that is open at its end.
    if (match === null || end === undefined) return undefined
    const [, first, last, suffix] = match
    if (suffix !== undefined) {
      if (Number(suffix) === 0) return undefined
      ranges.push([-Number(suffix), undefined])
      end = undefined
      continue
    }
    const start = Number(first)
    const stop = last ? Number(last) + 1 : undefined
    if (start < end || (stop !== undefined && start >= stop)) return undefined
    ranges.push([start, stop])
    end = stop
  }
  return new Range(trimBlanks(value.slice(0, equals)).toLowerCase(), ranges)
}

/**
 * A `Content-Range` response header. Changing it changes the header of the response it came from.
 *
 * @see Werkzeug `werkzeug.datastructures.ContentRange`
 * @see RFC 9110 section 14.4
 */
export class ContentRange {
  #units: string | undefined
  #start: number | undefined
  #stop: number | undefined
  #length: number | undefined
  readonly #onUpdate: RangeUpdate | undefined

  /** @throws RangeError when the range is not one, or lies outside of `length`. */
  constructor(
    units: string | undefined,
    start: number | undefined,
    stop: number | undefined,
    length?: number | undefined,
    on_update?: RangeUpdate | undefined,
  ) {
    this.#assign(units, start, stop, length)
    this.#onUpdate = on_update
  }

  /** Unit, usually `bytes`; `undefined` when the header is not set. */
  get units(): string | undefined {
    return this.#units
  }
  set units(value: string | undefined) {
    this.#update(value, this.#start, this.#stop, this.#length)
  }

  /** First position sent, from 0; `undefined` when no range is sent (`*`). */
  get start(): number | undefined {
    return this.#start
  }
  set start(value: number | undefined) {
    this.#update(this.#units, value, this.#stop, this.#length)
  }

  /** Position after the last one sent; `undefined` together with {@link ContentRange.start}. */
  get stop(): number | undefined {
    return this.#stop
  }
  set stop(value: number | undefined) {
    this.#update(this.#units, this.#start, value, this.#length)
  }

  /** Length of the whole content; `undefined` when unknown (`*`). */
  get length(): number | undefined {
    return this.#length
  }
  set length(value: number | undefined) {
    this.#update(this.#units, this.#start, this.#stop, value)
  }

  /** Whether the header is set. */
  get is_set(): boolean {
    return this.#units !== undefined
  }

  /**
   * Sets all parts at once.
   *
   * @throws RangeError when the range is not one, or lies outside of `length`.
   */
  set(
    start: number | undefined,
    stop: number | undefined,
    length?: number | undefined,
    units: string | undefined = 'bytes',
  ): void {
    this.#update(units, start, stop, length)
  }

  /** Removes the header. */
  unset(): void {
    this.#update(undefined, undefined, undefined, undefined)
  }

  /** The header value; empty when the header is not set. */
  to_header(): string {
    if (this.#units === undefined) return ''
    const length = this.#length ?? '*'
    if (this.#start === undefined || this.#stop === undefined) return `${this.#units} */${length}`
    return `${this.#units} ${this.#start}-${this.#stop - 1}/${length}`
  }

  /** The same as {@link ContentRange.to_header}. */
  toString(): string {
    return this.to_header()
  }

  #update(
    units: string | undefined,
    start: number | undefined,
    stop: number | undefined,
    length: number | undefined,
  ): void {
    this.#assign(units, start, stop, length)
    this.#onUpdate?.(this)
  }

  #assign(
    units: string | undefined,
    start: number | undefined,
    stop: number | undefined,
    length: number | undefined,
  ): void {
    if (!is_byte_range_valid(start, stop, length)) {
      throw new RangeError(`${start} up to ${stop} is not a range of ${length ?? 'unknown'} bytes.`)
    }
    this.#units = units
    this.#start = start
    this.#stop = stop
    this.#length = length
  }
}

/* Content-Range = range-unit SP ( range-resp / unsatisfied-range ): RFC 9110 section 14.4. */
const CONTENT_RANGE = /^[ \t]*([^ \t]+)[ \t]+(?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)[ \t]*$/

/** Reads a `Content-Range` header; `undefined` when it is missing or cannot be read. */
export function parse_content_range_header(
  value: string | undefined,
  on_update?: RangeUpdate | undefined,
): ContentRange | undefined {
  const match = value === undefined ? null : CONTENT_RANGE.exec(value)
  if (match === null) return undefined
  const start = match[2] === undefined ? undefined : Number(match[2])
  const stop = match[3] === undefined ? undefined : Number(match[3]) + 1
  const length = match[4] === undefined ? undefined : Number(match[4])
  if (!is_byte_range_valid(start, stop, length)) return undefined
  return new ContentRange(match[1], start, stop, length, on_update)
}

/**
 * An `If-Range` header: an entity tag, a date, or neither.
 *
 * @see Werkzeug `werkzeug.datastructures.IfRange`
 */
export class IfRange {
  /** The tag without quotes; its weakness is not kept. */
  readonly etag: string | undefined
  /** The date, in whole seconds. */
  readonly date: Date | undefined

  constructor(etag?: string | undefined, date?: Date | undefined) {
    this.etag = etag
    this.date = date
  }

  /** The header value; empty when there is neither a tag nor a date. */
  to_header(): string {
    if (this.date !== undefined) return http_date(this.date)
    return this.etag === undefined ? '' : quote_etag(this.etag)
  }

  /** The same as {@link IfRange.to_header}. */
  toString(): string {
    return this.to_header()
  }
}

/** Reads an `If-Range` header. */
export function parse_if_range_header(value: string | undefined): IfRange {
  if (!value) return new IfRange()
  const date = parse_date(value)
  return date === undefined ? new IfRange(unquote_etag(value)[0]) : new IfRange(undefined, date)
}
