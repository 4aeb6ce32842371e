import { CallbackMap } from './callback-map.ts'
import { dump_header, parse_dict_header } from './list-header.ts'
import { quote_header_value, trimBlanks } from './options-header.ts'

/** Parameters of credentials or of a challenge: a map or a plain object; `null` for a name without a value. */
export type AuthParameters = ReadonlyMap<string, string | null> | Readonly<Record<string, string | null>>

/* base64 of RFC 4648 section 4 with its padding, in groups of four: linear. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Parameters that a digest challenge must quote, token or not. RFC 7616 section 3.3. */
const ALWAYS_QUOTED: ReadonlySet<string> = new Set(['realm', 'domain', 'nonce', 'opaque', 'qop'])

/**
 * The credentials of an `Authorization` request header: a scheme, and either a token or parameters.
 *
 * @see Werkzeug `werkzeug.datastructures.Authorization`
 * @see RFC 9110 section 11.4
 */
export class Authorization {
  /** The scheme in lower case: `basic`, `digest`, `bearer`… */
  readonly type: string
  /** The parameters; for `basic` these are `username` and `password`. Empty when the scheme has a token. */
  readonly parameters: ReadonlyMap<string, string | null>
  /** The token of schemes such as `bearer`; `undefined` when the scheme has parameters. */
  readonly token: string | undefined

  constructor(auth_type: string, data?: AuthParameters | undefined, token?: string | undefined) {
    this.type = auth_type
    this.parameters = new Map(entriesOf(data))
    this.token = token
  }

  /** The user name of `basic` and `digest`. */
  get username(): string | undefined {
    return this.get('username')
  }

  /** The password of `basic`. */
  get password(): string | undefined {
    return this.get('password')
  }

  /** The realm of `digest`. */
  get realm(): string | undefined {
    return this.get('realm')
  }

  /** The server's nonce of `digest`. */
  get nonce(): string | undefined {
    return this.get('nonce')
  }

  /** The URL that a `digest` is for. */
  get uri(): string | undefined {
    return this.get('uri')
  }

  /** How often the nonce was used, of `digest`. */
  get nc(): string | undefined {
    return this.get('nc')
  }

  /** The client's nonce of `digest`. */
  get cnonce(): string | undefined {
    return this.get('cnonce')
  }

  /** The proof of `digest`. */
  get response(): string | undefined {
    return this.get('response')
  }

  /** The server's opaque text of `digest`, sent back. */
  get opaque(): string | undefined {
    return this.get('opaque')
  }

  /** The quality of protection of `digest`. */
  get qop(): string | undefined {
    return this.get('qop')
  }

  /** A parameter; `fallback` (default `undefined`) when it is missing or has no value. */
  get(key: string): string | undefined
  get<Fallback>(key: string, fallback: Fallback): string | Fallback
  get<Fallback>(key: string, fallback?: Fallback): string | Fallback | undefined {
    return this.parameters.get(key) ?? fallback
  }

  /** Whether a parameter was sent: what `in` is in Python. */
  has(key: string): boolean {
    return this.parameters.has(key)
  }

  /** The header value. */
  to_header(): string {
    if (this.type === 'basic') {
      const credentials = `${this.username ?? ''}:${this.password ?? ''}`
      return `Basic ${Buffer.from(credentials).toString('base64')}`
    }
    return `${titleCase(this.type)} ${this.token ?? dump_header(this.parameters)}`
  }

  /** The same as {@link Authorization.to_header}. */
  toString(): string {
    return this.to_header()
  }

  /** Reads the header; `undefined` when it is missing, or is `Basic` with broken base64 or UTF-8. */
  static from_header(value: string | undefined): Authorization | undefined {
    if (!value) return undefined
    const [scheme, rest] = splitScheme(value)
    if (scheme !== 'basic') {
      const [token, parameters] = readRest(rest)
      return new Authorization(scheme, parameters, token)
    }
    const credentials = decodeBasic(rest)
    if (credentials === undefined) return undefined
    const colon = credentials.indexOf(':')
    return new Authorization(scheme, {
      username: colon === -1 ? credentials : credentials.slice(0, colon),
      password: colon === -1 ? '' : credentials.slice(colon + 1),
    })
  }
}

/** Sets what a challenge calls when it changes: the response it stands in follows it. */
export let followChallenge: (challenge: WWWAuthenticate, on_update: () => void) => void

/**
 * A challenge of a `WWW-Authenticate` response header: a scheme, and either a token or parameters. Changing it changes the header of
 * the response it came from, or was assigned to.
 *
 * @see Werkzeug `werkzeug.datastructures.WWWAuthenticate`
 * @see RFC 9110 section 11.6.1
 */
export class WWWAuthenticate {
  #type: string
  #token: string | undefined
  #parameters: CallbackMap<string | null>
  #onUpdate: (() => void) | undefined = undefined

  static {
    followChallenge = (challenge, on_update) => {
      challenge.#onUpdate = on_update
    }
  }

  constructor(auth_type: string, values?: AuthParameters | undefined, token?: string | undefined) {
    this.#type = auth_type.toLowerCase()
    this.#parameters = this.#follow(values)
    this.#token = token
  }

  /** The scheme in lower case: `basic`, `digest`, `bearer`… */
  get type(): string {
    return this.#type
  }
  set type(value: string) {
    this.#type = value.toLowerCase()
    this.#onUpdate?.()
  }

  /** The token of schemes that have one instead of parameters. */
  get token(): string | undefined {
    return this.#token
  }
  set token(value: string | undefined) {
    this.#token = value
    this.#onUpdate?.()
  }

  /** The parameters as a map that can be changed. */
  get parameters(): Map<string, string | null> {
    return this.#parameters
  }
  set parameters(values: AuthParameters) {
    this.#parameters = this.#follow(values)
    this.#onUpdate?.()
  }

  /** The name of the area that the credentials are for. */
  get realm(): string | undefined {
    return this.get('realm')
  }
  set realm(value: string | undefined) {
    this.set('realm', value)
  }

  /** A parameter; `fallback` (default `undefined`) when it is missing or has no value. */
  get(key: string): string | undefined
  get<Fallback>(key: string, fallback: Fallback): string | Fallback
  get<Fallback>(key: string, fallback?: Fallback): string | Fallback | undefined {
    return this.#parameters.get(key) ?? fallback
  }

  /** Sets a parameter; `undefined` removes it. */
  set(key: string, value: string | undefined): void {
    if (value === undefined) this.#parameters.delete(key)
    else this.#parameters.set(key, value)
  }

  /** Whether there is such a parameter: what `in` is in Python. */
  has(key: string): boolean {
    return this.#parameters.has(key)
  }

  /** Removes a parameter, and tells whether it was there. */
  delete(key: string): boolean {
    return this.#parameters.delete(key)
  }

  /** The header value. */
  to_header(): string {
    const scheme = titleCase(this.#type)
    if (this.#token !== undefined) return `${scheme} ${this.#token}`
    if (this.#parameters.size === 0) return scheme
    if (this.#type !== 'digest') return `${scheme} ${dump_header(this.#parameters)}`
    const items = Array.from(this.#parameters, ([name, value]) => {
      return `${name}=${quote_header_value(value ?? '', !ALWAYS_QUOTED.has(name))}`
    })
    return `${scheme} ${items.join(', ')}`
  }

  /** The same as {@link WWWAuthenticate.to_header}. */
  toString(): string {
    return this.to_header()
  }

  /** Reads the header; `undefined` when it is missing. */
  static from_header(value: string | undefined): WWWAuthenticate | undefined {
    if (!value) return undefined
    const [scheme, rest] = splitScheme(value)
    const [token, parameters] = readRest(rest)
    return new WWWAuthenticate(scheme, parameters, token)
  }

  #follow(values: AuthParameters | undefined): CallbackMap<string | null> {
    return new CallbackMap(entriesOf(values), () => this.#onUpdate?.())
  }
}

function entriesOf(data: AuthParameters | undefined): Iterable<[string, string | null]> {
  if (data === undefined) return []
  return data instanceof Map ? data.entries() : Object.entries(data)
}

function splitScheme(value: string): [scheme: string, rest: string] {
  const space = value.indexOf(' ')
  if (space === -1) return [value.toLowerCase(), '']
  return [value.slice(0, space).toLowerCase(), trimBlanks(value.slice(space + 1))]
}

/** A `=` that is not padding at the end tells parameters from a token. RFC 9110 section 11.4: token68 or auth-param. */
function readRest(rest: string): [token: string | undefined, parameters: Map<string, string | null> | undefined] {
  let end = rest.length
  while (end > 0 && rest[end - 1] === '=') end -= 1
  return rest.slice(0, end).includes('=') ? [undefined, parse_dict_header(rest)] : [rest, undefined]
}

function decodeBasic(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined
  try {
    return utf8.decode(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}

/** `bearer` as `Bearer`: each run of letters with a capital, as Python's `str.title` writes schemes. */
function titleCase(text: string): string {
  return text.replace(/[a-z]+/gi, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
}
