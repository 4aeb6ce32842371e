import { markFloat } from './kinds.ts'

/** What an array or object becomes once it is read. */
export interface ReadHooks {
  /** Gives what stands for an object with exactly one key; the object itself in most cases. */
  single(value: Record<string, unknown>, key: string): unknown
  /** True to refuse what JSON does not have although Python's `json` reads it: NaN, and numbers past the range of floats. */
  readonly isStrict?: boolean
  /** Levels of arrays and objects that are read. Default {@link MAX_DEPTH}. */
  readonly maxLevels?: number
  /** Values that are read, keys left out. Default: no limit. */
  readonly maxValues?: number
}

/** Levels of arrays and objects in one text. */
export const MAX_DEPTH = 200
/** Python refuses to convert longer texts to integers, for that takes quadratic time. */
const MAX_INTEGER_DIGITS = 4300

// number = [ "-" ] int [ frac ] [ exp ]: RFC 8259 section 6.
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
// The three names are Python's addition to JSON.
const NAME = /true|false|null|NaN|Infinity|-Infinity/y
const BLANKS = /[ \t\n\r]*/y

const NAMED: Readonly<Record<string, boolean | number | null>> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/**
 * Reads JSON as Python does, losing nothing that Python can tell apart: integers past 2^53 become BigInt, whole floats are
 * remembered as floats, NaN and the infinities are read.
 *
 * @throws SyntaxError for what is not JSON, past 4,300 digits of an integer, and past the limits of `hooks`.
 */
export function readJson(text: string, hooks: ReadHooks): unknown {
  return new JsonReader(text, hooks).read()
}

class JsonReader {
  readonly #text: string
  readonly #hooks: ReadHooks
  #at = 0
  #wasFloat = false
  readonly #maxLevels: number
  #valuesLeft: number

  constructor(text: string, hooks: ReadHooks) {
    this.#text = text
    this.#hooks = hooks
    this.#maxLevels = hooks.maxLevels ?? MAX_DEPTH
    this.#valuesLeft = hooks.maxValues ?? Number.POSITIVE_INFINITY
  }

  read(): unknown {
    const value = this.#value(0)
    this.#skipBlanks()
    if (this.#at < this.#text.length) this.#fail()
    return value
  }

  #value(depth: number): unknown {
    this.#skipBlanks()
    this.#valuesLeft -= 1
    if (this.#valuesLeft < 0) throw new SyntaxError(`The JSON has more than ${this.#hooks.maxValues} values.`)
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(depth + 1)
      case '[':
        return this.#array(depth + 1)
      case '"':
        return this.#string()
      default:
        return this.#nameOrNumber()
    }
  }

  #object(depth: number): unknown {
    this.#enter(depth)
    const value: Record<string, unknown> = {}
    if (this.#accept('}')) return value
    const first = this.#member(value, depth)
    let isSingle = true
    while (this.#accept(',')) if (this.#member(value, depth) !== first) isSingle = false
    this.#expect('}')
    return isSingle ? this.#hooks.single(value, first) : value
  }

  /** Reads `"key": value` into an object and gives the key. */
  #member(holder: Record<string, unknown>, depth: number): string {
    this.#skipBlanks()
    const key = this.#string()
    this.#expect(':')
    const value = this.#value(depth)
    if (key === '__proto__') {
      Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
    } else {
      holder[key] = value
    }
    this.#note(holder, key, value)
    return key
  }

  #array(depth: number): unknown[] {
    this.#enter(depth)
    const items: unknown[] = []
    if (this.#accept(']')) return items
    do {
      const value = this.#value(depth)
      items.push(value)
      this.#note(items, items.length - 1, value)
    } while (this.#accept(','))
    this.#expect(']')
    return items
  }

  #note(holder: object, key: string | number, value: unknown): void {
    // A number as value means that it was the last thing read.
    if (typeof value === 'number' && this.#wasFloat && Number.isSafeInteger(value)) markFloat(holder, key, value)
  }

  #enter(depth: number): void {
    if (depth > this.#maxLevels) throw new SyntaxError(`The JSON has more than ${this.#maxLevels} levels.`)
    this.#at += 1
  }

  #string(): string {
    const start = this.#at
    if (this.#text.charAt(start) !== '"') this.#fail()
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) this.#fail()
    } while (this.#isEscaped(end))
    this.#at = end + 1
    return JSON.parse(this.#text.slice(start, this.#at))
  }

  /** Whether the character is preceded by an odd number of backslashes. */
  #isEscaped(index: number): boolean {
    let backslash = index - 1
    while (this.#text.charAt(backslash) === '\\') backslash -= 1
    return (index - backslash) % 2 === 0
  }

  #nameOrNumber(): unknown {
    const name = this.#match(NAME)?.[0]
    if (name !== undefined) {
      this.#wasFloat = true
      const value = NAMED[name]
      if (this.#hooks.isStrict && typeof value === 'number') this.#fail()
      return value
    }
    const number = this.#match(NUMBER)
    if (number === undefined) this.#fail()
    const [text, fraction, exponent] = number
    this.#wasFloat = fraction !== undefined || exponent !== undefined
    const value = Number(text)
    if (this.#wasFloat) {
      if (this.#hooks.isStrict && !Number.isFinite(value)) this.#fail()
      return value
    }
    if (Number.isSafeInteger(value)) return value + 0 // Python's int has no -0.
    if (text.length > MAX_INTEGER_DIGITS)
      throw new SyntaxError(`An integer has more than ${MAX_INTEGER_DIGITS} digits.`)
    return BigInt(text)
  }

  #skipBlanks(): void {
    this.#match(BLANKS)
  }

  #accept(character: string): boolean {
    this.#skipBlanks()
    if (this.#text.charAt(this.#at) !== character) return false
    this.#at += 1
    return true
  }

  #expect(character: string): void {
    if (!this.#accept(character)) this.#fail()
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }

  #fail(): never {
    throw new SyntaxError(`Unexpected ${this.#text.charAt(this.#at) || 'end'} at position ${this.#at} of the JSON.`)
  }
}
