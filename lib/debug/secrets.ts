/** What stands in the place of a secret. */
export const HIDDEN = '••••••'

const SECRET_NAME =
  /secret|passw|passphrase|pwd|token|key|cookie|authori[sz]ation|credential|signature|csrf|jwt|session_?id|^sid$|^auth$/i

/** Settings of Flagon that only sound like secrets. */
const HARMLESS_NAME =
  /^(?:SESSION_COOKIE_[A-Z]+|MAX_COOKIE_SIZE|SESSION_KEY_PREFIX|SESSION_USER_KEY|SESSION_ID_LENGTH)$/

/** Shorter values are words that may stand anywhere: they are hidden where they stand alone. */
const DISTINCT_CHARACTERS = 8

/** `?name=value` and `&name=value` in URLs; RFC 3986 section 3.4 names no characters that values cannot have but `#`. */
const PARAMETER = /([?&])([^=&\s#"'<>]{1,100})=([^&\s#"'<>]*)/g
/** `://user:password@`, RFC 3986 section 3.2.1. */
const URL_PASSWORD = /(:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,200}@/g
/** Credentials of an `Authorization` field, RFC 9110 section 11.4: a scheme and a token68. */
const CREDENTIALS = /\b(Bearer|Basic|Token)\s{1,4}[\w.~+/-]{6,}=*/gi

/** What the debug page must not tell: by the names that things have, and by value wherever it stands. */
export class Secrets {
  readonly #values: readonly (string | RegExp)[]

  /** @param values - that are hidden wherever they stand. */
  constructor(values: Iterable<string>) {
    const distinct = [...new Set(values)].filter((value) => value !== '').sort((a, b) => b.length - a.length)
    this.#values = distinct.map((value) => (value.length < DISTINCT_CHARACTERS ? standingAlone(value) : value))
  }

  /** Whether what bears this name is hidden. */
  hides(name: string): boolean {
    return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
  }

  /** A text with each secret in it replaced. */
  scrub(text: string): string {
    let scrubbed = text
    for (const value of this.#values) scrubbed = scrubbed.replaceAll(value, HIDDEN)
    if (scrubbed.includes('=')) {
      scrubbed = scrubbed.replace(PARAMETER, (whole, mark: string, name: string) =>
        this.hides(name) ? `${mark}${name}=${HIDDEN}` : whole,
      )
    }
    return scrubbed.replace(URL_PASSWORD, `$1${HIDDEN}@`).replace(CREDENTIALS, `$1 ${HIDDEN}`)
  }
}

function standingAlone(value: string): RegExp {
  return new RegExp(`(?<![\\w-])${value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\w-])`, 'g')
}

/** The ways in which a key may be spelled: as text, and bytes also in the encodings in which they are printed. */
export function spellingsOf(key: unknown): string[] {
  if (typeof key === 'string') return [key]
  if (!(key instanceof Uint8Array)) return []
  const bytes = Buffer.from(key)
  return (['utf8', 'latin1', 'hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding))
}
