/** A segment of static text, and what is behind it. */
export class Segment<T> {
  /** The text as UTF-16 code units. */
  readonly codes: Uint16Array
  /** What is behind it. */
  readonly value: T

  constructor(text: string, value: T) {
    this.codes = new Uint16Array(text.length)
    for (let index = 0; index < text.length; index++) this.codes[index] = text.charCodeAt(index)
    this.value = value
  }

  /** Whether the segment of the path that begins at `start` is this text. */
  isAt(path: string, start: number): boolean {
    const { codes } = this
    const { length } = codes
    const end = start + length
    // Reading past the end of a string is many times slower than asking first.
    if (end > path.length) return false
    for (let index = 0; index < length; index++) if (path.charCodeAt(start + index) !== codes[index]) return false
    return end === path.length || path.charCodeAt(end) === SLASH_CODE
  }
}

const SLASH_CODE = 0x2f
/** Segments that are faster compared one by one than by looking their hash up. */
const MAX_COMPARED = 6
// The multiplier of Java's String.hashCode: cheap, and which texts collide is up to the rules of the app, not to the client.
const MULTIPLIER = 31

/** The hash of the segment that begins at `start`. */
function hashOf(path: string, start: number): number {
  let hash = 0
  for (let index = start; index < path.length; index++) {
    const code = path.charCodeAt(index)
    if (code === SLASH_CODE) break
    hash = (Math.imul(hash, MULTIPLIER) + code) | 0
  }
  return hash
}

/**
 * A mapping from segments, none of them empty, that finds one in its path without cutting it out. A `Map` would cost a new string and
 * its hash for each segment of each URL.
 */
export class SegmentMap<T> {
  readonly #segments: Segment<T>[] = []
  readonly #byHash = new Map<number, Segment<T>[]>()

  /** Adds a text that is not there yet. */
  add(text: string, value: T): void {
    const segment = new Segment(text, value)
    this.#segments.push(segment)
    const hash = hashOf(text, 0)
    const same = this.#byHash.get(hash)
    if (same === undefined) this.#byHash.set(hash, [segment])
    else same.push(segment)
  }

  /** The segment of a path that begins at `start`, which is before the end of the path; `undefined` when it is not there. */
  find(path: string, start: number): Segment<T> | undefined {
    let segments: Segment<T>[] | undefined = this.#segments
    if (segments.length > MAX_COMPARED) {
      segments = this.#byHash.get(hashOf(path, start))
      if (segments === undefined) return undefined
    }
    for (let index = 0; index < segments.length; index++) {
      const segment = segments[index]!
      if (segment.isAt(path, start)) return segment
    }
    return undefined
  }
}

const FILTER_SIZE = 4096

function slotOf(path: string): number {
  const { length } = path
  return (Math.imul(length, MULTIPLIER) + path.charCodeAt(length - 1)) & (FILTER_SIZE - 1)
}

/**
 * A `Map` from paths that answers for most paths that are not in it from their length and last character: hashing a fresh path
 * costs as much as a third of matching it in the tree.
 */
export class PathMap<T> {
  readonly #paths = new Map<string, T>()
  readonly #filter = new Uint8Array(FILTER_SIZE)

  /** The value of a path; `undefined` when there is none. */
  get(path: string): T | undefined {
    return this.#filter[slotOf(path)] === 1 ? this.#paths.get(path) : undefined
  }

  /** Sets the value of a path. */
  set(path: string, value: T): void {
    this.#filter[slotOf(path)] = 1
    this.#paths.set(path, value)
  }
}
