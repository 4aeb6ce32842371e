/** 32 hexadecimal digits: RFC 9562 section 4 without the hyphens. */
const HEX = /^[0-9a-f]{32}$/
/** What Python's `uuid.UUID` takes off before it reads the digits. */
const DECORATION = /^urn:|uuid:|[{}-]/g
/** Where the hyphens stand in the text form. */
const GROUPS = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/

/**
 * A UUID as a value of its own, which a session keeps as one: Flask reads it as `uuid.UUID`.
 * Text with a UUID in it stays text.
 *
 * @see RFC 9562
 */
export class UUID {
  /** The 32 hexadecimal digits, in lower case and without hyphens. */
  readonly hex: string

  /** @throws TypeError when the text does not have 32 hexadecimal digits; hyphens, braces and `urn:uuid:` may be there. */
  constructor(text: string) {
    const hex = text.toLowerCase().replace(DECORATION, '')
    if (!HEX.test(hex)) throw new TypeError(`'${text}' is no UUID: it needs 32 hexadecimal digits.`)
    this.hex = hex
  }

  /** The text form with hyphens. */
  toString(): string {
    return this.hex.replace(GROUPS, '$1-$2-$3-$4-$5')
  }

  /** The text form, for `JSON.stringify` and `jsonify`. */
  toJSON(): string {
    return this.toString()
  }

  /** Whether another value is the same UUID. */
  equals(other: unknown): boolean {
    return other instanceof UUID && other.hex === this.hex
  }
}
