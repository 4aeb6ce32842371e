import { FlagonError } from '../errors.ts'
import { Headers, type HeadersInit } from '../http/headers.ts'
import type { MultiDictInit } from '../http/multi-dict.ts'
import { get_content_type } from '../http/options-header.ts'
import { encode_query, makeQuoter, QUERY_SAFE, type QueryValue, SEGMENT_SAFE } from '../http/query.ts'
import {
  encodeMultipart,
  encodeUrlencoded,
  type FormFields,
  hasUploads,
  readContent,
  readUploads,
  type UploadContent,
} from './form-body.ts'

/** What a body can be made of: text, bytes, a stream of them, or the fields of a form. */
export type RequestData = UploadContent | FormFields

/** Credentials: name and password for `Basic`, or an object such as `Authorization` that makes the header's text. */
export type RequestAuth = readonly [username: string, password: string] | HeaderMaker

/** What makes the text of a header field, as `Authorization` does. */
export interface HeaderMaker {
  /** The text of the field. */
  to_header(): string
}

/** What a test request asks, beside its path. */
export interface RequestBuilderOptions {
  /** The HTTP method. Default `GET`. */
  readonly method?: string | undefined
  /** Scheme, host and root path, such as `https://example.com/root`. Default: made of the next two and the app's config. */
  readonly base_url?: string | undefined
  /** Put before the config's `SERVER_NAME` (or `localhost`) to make the host. Excludes `base_url`. */
  readonly subdomain?: string | undefined
  /** `http` or `https`. Default: `PREFERRED_URL_SCHEME` of the config. Excludes `base_url`. */
  readonly url_scheme?: string | undefined
  /** The query as text without `?`, or as values. Excludes a query in the path. */
  readonly query_string?: string | MultiDictInit<QueryValue> | undefined
  /** More header fields. One that is given here replaces the one that would be made, but for `Cookie`, which is added. */
  readonly headers?: HeadersInit | undefined
  /** The body. Fields become `application/x-www-form-urlencoded`, or `multipart/form-data` when there is a file among them. */
  readonly data?: RequestData | undefined
  /** A value to send as JSON. Excludes `data`; undefined sends nothing, null sends `null`. */
  readonly json?: unknown
  /** The whole `Content-Type`. Default: by the kind of body; none for text and bytes. */
  readonly content_type?: string | undefined
  /** The `Content-Type` without parameters; text types get `; charset=utf-8`. */
  readonly mimetype?: string | undefined
  /** Credentials for the `Authorization` field. */
  readonly auth?: RequestAuth | undefined
  /** Address of the client, as `request.remote_addr` tells it. Default `127.0.0.1`. */
  readonly remote_addr?: string | undefined
}

/** What the builder reads of an app. */
export interface BuilderApp {
  /** The settings that name the host. */
  readonly config: {
    readonly SERVER_NAME?: string | null
    readonly APPLICATION_ROOT?: string
    readonly PREFERRED_URL_SCHEME?: string
  }
  /** What serializes `json`. */
  readonly json: { dumps(value: unknown): string }
}

/** A request that is ready to be sent. */
export interface BuiltRequest {
  /** The method, as given. */
  readonly method: string
  /** `http` or `https`. */
  readonly scheme: string
  /** Host, with a port where one was given: what `Host` says. */
  readonly host: string
  /** Path below which the app is mounted, percent-encoded; empty at the root of the host. */
  readonly rootPath: string
  /** Path below {@link rootPath} and query, percent-encoded: the target of the request line. */
  readonly target: string
  /** Name, value, name, value, as node's `rawHeaders`. */
  readonly rawHeaders: string[]
  /** The body; empty where there is none. */
  readonly body: Buffer
  /** Address of the client. */
  readonly remoteAddress: string
}

const DEFAULT_HOST = 'localhost'
const DEFAULT_REMOTE_ADDRESS = '127.0.0.1'
const USER_AGENT = 'Flagon'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const MULTIPART_TYPE = 'multipart/form-data'

// [ scheme ":" "//" authority ] path-abempty [ "?" query ] [ "#" fragment ] ; RFC 3986 section 3
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s

// Percent signs are let through: what is encoded already stays as it is.
const quotePath = makeQuoter(`%${SEGMENT_SAFE}`)
const quoteQuery = makeQuoter(QUERY_SAFE)

/** The address of a request in its parts. */
interface Address {
  readonly scheme: string
  readonly host: string
  readonly rootPath: string
  readonly path: string
  readonly query: string | undefined
}

/**
 * A request as a test describes it.
 *
 * @param path - path and, if wanted, query; or a whole URL. What is not ASCII is percent-encoded.
 * @throws {@link FlagonError} `REQUEST_OPTIONS` when options exclude each other.
 * @see Werkzeug `werkzeug.test.EnvironBuilder`
 */
export function buildRequest(app: BuilderApp, path: string, options: RequestBuilderOptions = {}): BuiltRequest {
  const address = addressOf(app, path, options)
  const headers = new Headers(options.headers)
  if (options.content_type !== undefined) headers.set('Content-Type', options.content_type)
  if (options.mimetype !== undefined) headers.set('Content-Type', get_content_type(options.mimetype))
  if (options.auth !== undefined) headers.set('Authorization', authorizationOf(options.auth))
  const body = makeBody(app, options, headers)
  if (body.length > 0) headers.setdefault('Content-Length', body.length)
  const host = headers.get('Host') ?? address.host
  headers.remove('Host')
  const start = headers.has('User-Agent') ? ['Host', host] : ['Host', host, 'User-Agent', USER_AGENT]
  return {
    method: options.method ?? 'GET',
    scheme: address.scheme,
    host,
    rootPath: address.rootPath,
    target: address.query === undefined ? address.path : `${address.path}?${address.query}`,
    rawHeaders: [...start, ...headers.flat],
    body,
    remoteAddress: options.remote_addr ?? DEFAULT_REMOTE_ADDRESS,
  }
}

/** The options with all streams and `Blob`s read into memory, as {@link buildRequest} needs them. */
export async function readOptions(options: RequestBuilderOptions): Promise<RequestBuilderOptions> {
  const { data } = options
  if (data === undefined || typeof data === 'string' || data instanceof Uint8Array) return options
  if (isStream(data)) return { ...options, data: await readContent(data) }
  return hasUploads(data) ? { ...options, data: await readUploads(data) } : options
}

/** The URL that a built request is made to. */
export function urlOf({ scheme, host, rootPath, target }: BuiltRequest): string {
  return `${scheme}://${host}${rootPath}${target}`
}

function addressOf(app: BuilderApp, path: string, options: RequestBuilderOptions): Address {
  const { base_url, subdomain, url_scheme, query_string } = options
  if (base_url !== undefined && (subdomain !== undefined || url_scheme !== undefined)) {
    throw new FlagonError(
      'REQUEST_OPTIONS',
      `base_url (${base_url}) excludes subdomain and url_scheme: put them into it`,
    )
  }
  const [, scheme, authority, ownPath = '', ownQuery] = URL_PARTS.exec(path) ?? []
  if (ownQuery !== undefined && query_string !== undefined) {
    throw new FlagonError('REQUEST_OPTIONS', `the path ${path} has a query already: leave it out, or query_string`)
  }
  const query = query_string === undefined ? ownQuery : queryOf(query_string)
  const rest = {
    path: quotePath(ownPath.startsWith('/') ? ownPath : `/${ownPath}`),
    query: query === undefined || query === '' ? undefined : quoteQuery(query),
  }
  if (base_url !== undefined) return { ...baseOf(base_url), ...rest }
  const { SERVER_NAME, APPLICATION_ROOT = '/', PREFERRED_URL_SCHEME = 'http' } = app.config
  const host = authority || SERVER_NAME || DEFAULT_HOST
  return {
    scheme: (scheme ?? url_scheme ?? PREFERRED_URL_SCHEME).toLowerCase(),
    host: subdomain === undefined ? host : `${subdomain}.${host}`,
    rootPath: rootOf(APPLICATION_ROOT),
    ...rest,
  }
}

function baseOf(base_url: string): Pick<Address, 'scheme' | 'host' | 'rootPath'> {
  const [, scheme, host, path = '', query] = URL_PARTS.exec(base_url) ?? []
  if (scheme === undefined || !host || query !== undefined) {
    throw new FlagonError(
      'REQUEST_OPTIONS',
      `base_url must have a scheme and a host, and no query, as 'https://example.com/root' has; it is ${JSON.stringify(base_url)}`,
    )
  }
  return { scheme: scheme.toLowerCase(), host, rootPath: rootOf(path) }
}

function rootOf(path: string): string {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path
  return quotePath(trimmed === '' || trimmed.startsWith('/') ? trimmed : `/${trimmed}`)
}

function queryOf(query: string | MultiDictInit<QueryValue>): string {
  return typeof query === 'string' ? query : encode_query(query)
}

function authorizationOf(auth: RequestAuth): string {
  if ('to_header' in auth) return auth.to_header()
  const [username, password] = auth
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function isStream(data: RequestData): data is Exclude<UploadContent, string | Uint8Array> {
  return data instanceof Blob || (typeof data === 'object' && Symbol.asyncIterator in data)
}

/** The body, with its `Content-Type` set in the headers where the options gave none. */
function makeBody(app: BuilderApp, { data, json }: RequestBuilderOptions, headers: Headers): Buffer {
  if (json !== undefined) {
    if (data !== undefined) throw new FlagonError('REQUEST_OPTIONS', 'json excludes data: give one of them')
    headers.setdefault('Content-Type', 'application/json')
    return Buffer.from(app.json.dumps(json))
  }
  if (data === undefined) return Buffer.alloc(0)
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (isStream(data)) {
    throw new FlagonError('REQUEST_OPTIONS', 'data is a stream: give text or bytes, or send it with a test client')
  }
  return makeForm(data, headers)
}

function makeForm(data: FormFields, headers: Headers): Buffer {
  const type = headers.get('Content-Type') ?? (hasUploads(data) ? MULTIPART_TYPE : FORM_TYPE)
  const mimetype = type.split(';', 1)[0]?.trim().toLowerCase()
  if (mimetype === MULTIPART_TYPE) {
    const { body, boundary } = encodeMultipart(data)
    headers.set('Content-Type', `${MULTIPART_TYPE}; boundary="${boundary}"`)
    return body
  }
  if (mimetype !== FORM_TYPE) {
    throw new FlagonError(
      'REQUEST_OPTIONS',
      `data has fields, which cannot be sent as ${type}: leave the type out, or give text, bytes or json`,
    )
  }
  const body = encodeUrlencoded(data)
  if (body.length > 0) headers.set('Content-Type', type)
  return body
}
