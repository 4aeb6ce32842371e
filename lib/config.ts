import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FlagonError } from './errors.ts'
import { type Timedelta, timedelta } from './http/dates.ts'
import type { LogFormat, LogThreshold } from './logging/record.ts'
import { default_session_settings, type SessionSettings } from './sessions/settings.ts'

/** A secret for signing: text, or raw bytes. */
export type SecretKey = string | Uint8Array

/**
 * Every key that Flagon itself reads, with its type. Open for declaration merging, so that the keys of an app or
 * an extension are typed too: `declare module 'flagon' { interface ConfigValues { MAIL_SERVER: string } }`.
 *
 * @see https://flask.palletsprojects.com/en/stable/config/
 */
export interface ConfigValues extends SessionSettings {
  /** Shows errors in detail and reloads templates; never in production. Default: the value of `FLAGON_DEBUG`. */
  DEBUG: boolean
  /** Errors that no handler takes reach the test client. Default false. */
  TESTING: boolean
  /** Errors that no handler takes are thrown on, instead of a 500. Null (default): as `TESTING`. */
  PROPAGATE_EXCEPTIONS: boolean | null
  /** Signs the session cookie. Null (default): the session cannot be written. At least 32 random bytes are advised. */
  SECRET_KEY: SecretKey | null
  /** Older keys that still open a session, oldest first; never used for signing. Null (default): none. */
  SECRET_KEY_FALLBACKS: readonly SecretKey[] | null
  /** How long a permanent session lives: a `timedelta`, or seconds. Default 31 days. */
  PERMANENT_SESSION_LIFETIME: Timedelta | number
  /** Let the web server in front send files, by the header `X-Sendfile`. Default false. */
  USE_X_SENDFILE: boolean
  /** Hosts that requests may name, `.example.com` with all its subdomains. Null (default): any. */
  TRUSTED_HOSTS: readonly string[] | null
  /** Host (and port) of the site, for external URLs outside a request and for subdomains. Null (default): unset. */
  SERVER_NAME: string | null
  /** Path under which the app lives, for URLs built outside a request. Default `/`. */
  APPLICATION_ROOT: string
  /** Name of the session cookie. Default `session`. */
  SESSION_COOKIE_NAME: string
  /** Domain of the session cookie. Null (default): the host that set it, alone. */
  SESSION_COOKIE_DOMAIN: string | null
  /** Path of the session cookie. Null (default): `APPLICATION_ROOT`. */
  SESSION_COOKIE_PATH: string | null
  /** Hides the session cookie from JavaScript. Default true. */
  SESSION_COOKIE_HTTPONLY: boolean
  /** Sends the session cookie over HTTPS only. Default false. */
  SESSION_COOKIE_SECURE: boolean
  /** Keeps the session cookie apart for each top-level site. Default false. */
  SESSION_COOKIE_PARTITIONED: boolean
  /** `Lax` (default), `Strict`, `None`, or null for no attribute, which is Flask's default. */
  SESSION_COOKIE_SAMESITE: 'Lax' | 'Strict' | 'None' | null
  /** Sends a permanent session's cookie with every answer, so that it expires after idle time. Default true. */
  SESSION_REFRESH_EACH_REQUEST: boolean
  /** Bytes that a request body may have. Default 16 MiB; null: no limit, which is Flask's default. */
  MAX_CONTENT_LENGTH: number | null
  /** Bytes that the fields of a form, files apart, may have in memory. Default 500,000; null: no limit. */
  MAX_FORM_MEMORY_SIZE: number | null
  /** Parts that a multipart form may have. Default 1,000; null: no limit. */
  MAX_FORM_PARTS: number | null
  /** Seconds that a browser may keep a sent file. Null (default): it asks each time. */
  SEND_FILE_MAX_AGE_DEFAULT: Timedelta | number | null
  /** A missing form key is an unhandled error, to find it. Null (default): in debug only. */
  TRAP_BAD_REQUEST_ERRORS: boolean | null
  /** HTTP exceptions are handled as other errors are. Default false. */
  TRAP_HTTP_EXCEPTIONS: boolean
  /** Logs where each template was looked for. Default false. */
  EXPLAIN_TEMPLATE_LOADING: boolean
  /** Scheme of external URLs that are built outside a request. Default `http`. */
  PREFERRED_URL_SCHEME: string
  /** Templates are read again when their file changed. Null (default): in debug only. */
  TEMPLATES_AUTO_RELOAD: boolean | null
  /** Bytes above which a cookie is warned about, since browsers drop it. Default 4,093; 0: never. */
  MAX_COOKIE_SIZE: number
  /** Answers OPTIONS for every route. Default true. */
  PROVIDE_AUTOMATIC_OPTIONS: boolean
  /** Seconds in which the header of a request must arrive, else 408. Default 15; 0: no limit. */
  SERVER_HEADERS_TIMEOUT: number
  /** Seconds in which a whole request must arrive, else 408. Default 60; 0: no limit. */
  SERVER_REQUEST_TIMEOUT: number
  /** Seconds for which an idle connection is kept open for the next request. Default 5; 0: until the client closes it. */
  SERVER_KEEP_ALIVE_TIMEOUT: number
  /** Bytes that the request line and the header may have together, else 431. Default 16,384. */
  SERVER_MAX_HEADER_SIZE: number
  /** Header fields that a request may have, else 431. Default 100. */
  SERVER_MAX_HEADER_FIELDS: number
  /** Seconds that running requests have once the server is told to stop, before they are cut off. Default 10. */
  SERVER_SHUTDOWN_TIMEOUT: number
  /** The least level of records that `app.logger` writes, `silent` for none. Null (default): `info`, in debug `debug`. */
  LOG_LEVEL: LogThreshold | null
  /** How `app.logger` writes: `text` or `json`. Null (default): text on a terminal, JSON elsewhere. */
  LOG_FORMAT: LogFormat | null
  /** The field of responses that carries the id of their request, such as `X-Request-ID`. Null (default): none. */
  REQUEST_ID_HEADER: string | null
  /** Takes a well-formed id that a request brings in `REQUEST_ID_HEADER`, instead of making one. Default false. */
  REQUEST_ID_FROM_CLIENT: boolean
}

const DAYS_OF_PERMANENT_SESSION = 31
const MIB = 1024 * 1024
const DEFAULT_MAX_CONTENT_LENGTH_MIB = 16
const DEFAULT_MAX_FORM_MEMORY_BYTES = 500_000
const DEFAULT_MAX_FORM_PARTS = 1000
const DEFAULT_MAX_HEADER_BYTES = 16_384
/** What browsers keep for name, value and attributes together is 4,096; see RFC 6265 section 6.1. */
const DEFAULT_MAX_COOKIE_BYTES = 4093

/** The values that `app.config` starts with. Two are safer than Flask's: see docs/differences.md. */
export function default_config(): ConfigValues {
  return {
    DEBUG: false,
    TESTING: false,
    PROPAGATE_EXCEPTIONS: null,
    SECRET_KEY: null,
    SECRET_KEY_FALLBACKS: null,
    PERMANENT_SESSION_LIFETIME: timedelta({ days: DAYS_OF_PERMANENT_SESSION }),
    USE_X_SENDFILE: false,
    TRUSTED_HOSTS: null,
    SERVER_NAME: null,
    APPLICATION_ROOT: '/',
    SESSION_COOKIE_NAME: 'session',
    SESSION_COOKIE_DOMAIN: null,
    SESSION_COOKIE_PATH: null,
    SESSION_COOKIE_HTTPONLY: true,
    SESSION_COOKIE_SECURE: false,
    SESSION_COOKIE_PARTITIONED: false,
    SESSION_COOKIE_SAMESITE: 'Lax',
    SESSION_REFRESH_EACH_REQUEST: true,
    ...default_session_settings(),
    MAX_CONTENT_LENGTH: DEFAULT_MAX_CONTENT_LENGTH_MIB * MIB,
    MAX_FORM_MEMORY_SIZE: DEFAULT_MAX_FORM_MEMORY_BYTES,
    MAX_FORM_PARTS: DEFAULT_MAX_FORM_PARTS,
    SEND_FILE_MAX_AGE_DEFAULT: null,
    TRAP_BAD_REQUEST_ERRORS: null,
    TRAP_HTTP_EXCEPTIONS: false,
    EXPLAIN_TEMPLATE_LOADING: false,
    PREFERRED_URL_SCHEME: 'http',
    TEMPLATES_AUTO_RELOAD: null,
    MAX_COOKIE_SIZE: DEFAULT_MAX_COOKIE_BYTES,
    PROVIDE_AUTOMATIC_OPTIONS: true,
    SERVER_HEADERS_TIMEOUT: 15,
    SERVER_REQUEST_TIMEOUT: 60,
    SERVER_KEEP_ALIVE_TIMEOUT: 5,
    SERVER_MAX_HEADER_SIZE: DEFAULT_MAX_HEADER_BYTES,
    SERVER_MAX_HEADER_FIELDS: 100,
    SERVER_SHUTDOWN_TIMEOUT: 10,
    LOG_LEVEL: null,
    LOG_FORMAT: null,
    REQUEST_ID_HEADER: null,
    REQUEST_ID_FROM_CLIENT: false,
  }
}

/** Only names in capitals are config keys, so that a config module may have helpers beside them. */
const KEY = /^[A-Z][A-Z0-9_]*$/

/** Values by key: what the `from_…` methods read. */
export type ConfigSource = Readonly<Record<string, unknown>>

export interface Config extends ConfigValues {
  [key: string]: unknown
}

/**
 * The settings of an app: its keys are plain properties (`app.config.SECRET_KEY = '…'`), its methods load them from
 * elsewhere. Loading overwrites; keys that are not in capitals are left out.
 *
 * @see docs/guide/configuration.md
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the interface above.
export class Config {
  /** The folder that relative file names start from. */
  readonly #root_path: string

  constructor(root_path: string, defaults: Partial<ConfigValues> = {}) {
    this.#root_path = root_path
    Object.assign(this, defaults)
  }

  /** The value of a key, or the default where the key is missing. */
  get<T = unknown>(key: string, fallback?: T): T | undefined {
    return Object.hasOwn(this, key) ? (this[key] as T) : fallback
  }

  /** The value of a key, which is first set to the given one where the key is missing. */
  setdefault<T>(key: string, value: T): T {
    if (!Object.hasOwn(this, key)) this[key] = value
    return this[key] as T
  }

  /** Sets all the given keys, also those not in capitals. */
  update(values: Partial<ConfigValues> | ConfigSource): void {
    Object.assign(this, values)
  }

  /** True, after the keys in capitals of the given objects were set. */
  from_mapping(...mappings: (Partial<ConfigValues> | ConfigSource)[]): true {
    for (const mapping of mappings) this.#take(mapping)
    return true
  }

  /**
   * Sets the keys in capitals of an object: an imported module (`import * as settings from './settings.ts'`), a class
   * with static properties, or a plain object.
   */
  from_object(source: object): void {
    const names = new Set<string>()
    for (let level: object | null = source; level !== null && level !== Object.prototype; ) {
      for (const name of Object.getOwnPropertyNames(level)) names.add(name)
      level = Object.getPrototypeOf(level)
    }
    for (const name of names) if (KEY.test(name)) this[name] = Reflect.get(source, name)
  }

  /**
   * True, after a file was read and its keys were set; false where it is missing and `silent` is set.
   *
   * @param filename - relative to the root path of the app.
   * @param load - turns the file's text into an object; default `JSON.parse`.
   * @throws {@link FlagonError} `CONFIG_FILE` when the file cannot be read or parsed.
   */
  from_file(
    filename: string,
    load: (text: string) => unknown = JSON.parse,
    options: { readonly silent?: boolean } = {},
  ): boolean {
    const path = this.#resolve(filename)
    try {
      return this.from_mapping(asMapping(load(readFileSync(path, 'utf8')), path))
    } catch (error) {
      return missingOrThrow(error, path, options.silent)
    }
  }

  /**
   * True, after a JavaScript module (or, where Node strips types, a TypeScript one) was run and its exports in capitals
   * were set; false where it is missing and `silent` is set. Named as Flask names it.
   *
   * @throws {@link FlagonError} `CONFIG_FILE` when the file cannot be loaded, or is Python.
   */
  from_pyfile(filename: string, options: { readonly silent?: boolean } = {}): boolean {
    const path = this.#resolve(filename)
    if (path.endsWith('.py')) {
      throw new FlagonError(
        'CONFIG_FILE',
        `${path} is Python: export the same keys from a JavaScript module, or use from_file with JSON`,
      )
    }
    if (path.endsWith('.json')) return this.from_file(path, JSON.parse, options)
    try {
      this.from_object(asMapping(createRequire(pathToFileURL(path))(path), path))
      return true
    } catch (error) {
      return missingOrThrow(error, path, options.silent)
    }
  }

  /**
   * What {@link from_pyfile} gives for the file that an environment variable names.
   *
   * @throws {@link FlagonError} `CONFIG_FILE` when the variable is unset and `silent` is not set.
   */
  from_envvar(variable: string, options: { readonly silent?: boolean } = {}): boolean {
    const filename = process.env[variable]
    if (filename) return this.from_pyfile(filename, options)
    if (options.silent) return false
    throw new FlagonError(
      'CONFIG_FILE',
      `the environment variable ${variable} is not set: set it to the path of a config file`,
    )
  }

  /**
   * True, after every environment variable that starts with the prefix was set: `FLAGON_SECRET_KEY` becomes
   * `SECRET_KEY`, `FLAGON_MAIL__HOST` the key `HOST` of the object in `MAIL`. Values are parsed as JSON where they are
   * JSON (`true`, `31`, `["a"]`) and are text otherwise.
   *
   * @param prefix - without the underscore; default `FLAGON`.
   */
  from_prefixed_env(prefix = 'FLAGON', options: { readonly loads?: (text: string) => unknown } = {}): true {
    const loads = options.loads ?? JSON.parse
    const start = `${prefix}_`
    for (const name of Object.keys(process.env).sort()) {
      if (!name.startsWith(start)) continue
      const text = process.env[name] ?? ''
      let value: unknown = text
      try {
        value = loads(text)
      } catch {
        // Not JSON: the text itself is the value, as in Flask.
      }
      this.#setNested(name.slice(start.length).split('__'), value)
    }
    return true
  }

  /**
   * An object of the keys that start with a prefix: `get_namespace('MAIL_')` gives `{ host, port }` for `MAIL_HOST` and
   * `MAIL_PORT`.
   */
  get_namespace(
    namespace: string,
    options: { readonly lowercase?: boolean; readonly trim_namespace?: boolean } = {},
  ): Record<string, unknown> {
    const { lowercase = true, trim_namespace = true } = options
    const found: Record<string, unknown> = {}
    for (const key of Object.keys(this)) {
      if (!key.startsWith(namespace)) continue
      const name = trim_namespace ? key.slice(namespace.length) : key
      found[lowercase ? name.toLowerCase() : name] = this[key]
    }
    return found
  }

  #resolve(filename: string): string {
    return isAbsolute(filename) ? filename : join(this.#root_path, filename)
  }

  #take(values: object): void {
    for (const [key, value] of Object.entries(values)) if (KEY.test(key)) this[key] = value
  }

  #setNested(path: readonly string[], value: unknown): void {
    let target: Record<string, unknown> = this
    for (const key of path.slice(0, -1)) {
      const next = Object.hasOwn(target, key) ? target[key] : undefined
      const child: Record<string, unknown> = isRecord(next) ? next : Object.create(null)
      target[key] = child
      target = child
    }
    const last = path.at(-1)
    if (last) target[last] = value
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asMapping(value: unknown, path: string): Record<string, unknown> {
  if (isRecord(value)) return value
  throw new FlagonError('CONFIG_FILE', `${path} must hold an object of config keys, not ${typeof value}`)
}

function missingOrThrow(error: unknown, path: string, silent: boolean | undefined): false {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const missing = code === 'ENOENT' || code === 'EISDIR' || code === 'MODULE_NOT_FOUND'
  if (missing && silent) return false
  if (error instanceof FlagonError) throw error
  const reason = error instanceof Error ? error.message : String(error)
  throw new FlagonError('CONFIG_FILE', `cannot load the config file ${path}: ${reason}`, { cause: error })
}
