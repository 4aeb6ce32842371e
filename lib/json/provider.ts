import { http_date } from '../http/dates.ts'
import { escapeNonAscii, isPlainObject, type JsonTextOptions, jsonText } from '../signing/json-text.ts'
import { parseJson } from './parse.ts'

/** How one value is written; what is undefined is as the provider says. */
export type DumpOptions = JsonTextOptions

/** What a provider needs to know of its app. */
export interface JSONApp {
  /** Whether responses are laid out for people, where the provider does not say. */
  readonly debug: boolean
  /** Makes the responses. */
  readonly response_class: new (
    body: string,
    options: { mimetype: string },
  ) => object
}

/** A file-like object that takes text. */
export interface TextWriter {
  /** Takes the next piece of text. */
  write(chunk: string): unknown
}

/** A file-like object that gives text or UTF-8 bytes. */
export interface TextReader {
  /** All that is left to read. */
  read(): string | Uint8Array
}

/**
 * The JSON functions of an app. A provider of one's own overrides `dumps` and `loads` at least, and is given to the app as
 * `app.json` or `json_provider_class`.
 *
 * @see Flask `flask.json.provider.JSONProvider`
 */
export abstract class JSONProvider {
  /** The app; undefined for a provider that makes no responses. */
  protected readonly app: JSONApp | undefined

  /** A provider for an app. */
  constructor(app?: JSONApp) {
    this.app = app
  }

  /** The JSON text of a value. */
  abstract dumps(value: unknown, options?: DumpOptions): string

  /** The value of a JSON text, or of its UTF-8 bytes; throws for what is not JSON. */
  abstract loads(source: string | Uint8Array): unknown

  /** Writes the JSON text of a value into `file`. */
  dump(value: unknown, file: TextWriter, options?: DumpOptions): void {
    file.write(this.dumps(value, options))
  }

  /** The value of the JSON that is read from `file`. */
  load(file: TextReader): unknown {
    return this.loads(file.read())
  }

  /**
   * A JSON response: of the one argument, of a list when there are several, of null when there is none.
   *
   * @throws TypeError when the provider has no app.
   */
  response(...args: unknown[]): object {
    return this.makeResponse(this.dumps(bodyOf(args)), 'application/json')
  }

  /** A response of the app's class. */
  protected makeResponse(body: string, mimetype: string): object {
    if (this.app === undefined) throw new TypeError('A JSON provider without an app cannot make responses.')
    return new this.app.response_class(body, { mimetype })
  }
}

function bodyOf(args: unknown[]): unknown {
  return args.length > 1 ? args : args[0]
}

const INDENT_SPACES = 2
const COMPACT: readonly [string, string] = [',', ':']
/** Deeper values, or circles, take the way that can tell them apart. */
const MAX_SIMPLE_DEPTH = 100

/**
 * JSON as Flask writes it, but for two defaults: keys stay in their order and text stays UTF-8. Dates become HTTP dates,
 * BigInts integers, maps objects, sets lists; objects with `toJSON` or `__html__` what these give.
 *
 * @see Flask `flask.json.provider.DefaultJSONProvider`
 */
export class DefaultJSONProvider extends JSONProvider {
  /** True to write every character outside of ASCII as `\uXXXX`. Default false; in Flask true. */
  ensure_ascii = false
  /** True to write keys in order, which helps caches. Default false; in Flask true. */
  sort_keys = false
  /** True for responses without spaces, false for one item a line; undefined (the default): spaces in debug mode only. */
  compact: boolean | undefined = undefined
  /** `Content-Type` of the responses. */
  mimetype = 'application/json'

  /**
   * What is written for an object that JSON does not have: a date, or an object of a class that has no `toJSON`. Here: an
   * HTTP date, what `__html__` gives, or the object's own properties.
   *
   * @throws TypeError for an object that has none, such as a promise.
   */
  default(value: object): unknown {
    if (value instanceof Date) return http_date(value)
    if ('__html__' in value && typeof value.__html__ === 'function') return String(value.__html__())
    if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf()
    if (value instanceof Promise) throw new TypeError('A promise cannot be written as JSON: await it first.')
    if (ArrayBuffer.isView(value) || Object.keys(value).length === 0) {
      throw new TypeError(`An object of type ${value.constructor?.name ?? 'unknown'} cannot be written as JSON.`)
    }
    return { ...value }
  }

  /**
   * The JSON text of a value, with a space behind each comma and colon as in Flask. Properties that are undefined are left
   * out; NaN and the infinities are null.
   *
   * @throws TypeError for a circle and for an object that has nothing to write.
   */
  override dumps(value: unknown, options: DumpOptions = {}): string {
    const { separators, indent } = options
    const ensure_ascii = options.ensure_ascii ?? this.ensure_ascii
    const sort_keys = options.sort_keys ?? this.sort_keys
    const isCompact = separators?.[0] === ',' && separators[1] === ':' && indent === undefined
    if (isCompact && !sort_keys && isSimple(value, 0)) {
      const text = JSON.stringify(value) ?? 'null'
      return ensure_ascii ? escapeNonAscii(text) : text
    }
    const asked = options.default ?? ((object: object) => this.default(object))
    return jsonText(value, { separators, indent, ensure_ascii, sort_keys, default: asked })
  }

  /**
   * The value of a JSON text, or of its UTF-8 bytes.
   *
   * @throws SyntaxError for what is not JSON or not UTF-8, for more than 100 levels and for a key `__proto__`.
   */
  override loads(source: string | Uint8Array): unknown {
    return parseJson(source)
  }

  /** A JSON response with a line feed at its end, laid out as {@link DefaultJSONProvider.compact} says. */
  override response(...args: unknown[]): object {
    const isCompact = this.compact ?? this.app?.debug !== true
    const layout = isCompact ? { separators: COMPACT } : { indent: INDENT_SPACES }
    return this.makeResponse(`${this.dumps(bodyOf(args), layout)}\n`, this.mimetype)
  }
}

/** Whether `JSON.stringify`, which is far faster, writes exactly what is wanted. */
function isSimple(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (depth > MAX_SIMPLE_DEPTH) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isSimple(item, depth + 1)) return false
    return true
  }
  if (!isPlainObject(value) || 'toJSON' in value) return false
  for (const key in value) if (!isSimple(value[key], depth + 1)) return false
  return true
}
