import { createRequire } from 'node:module'
import type { CookieJar, Cookie as JarCookie } from 'tough-cookie'
import { type CookieOptions, dump_cookie, parse_cookie } from '../http/cookies.ts'
import type { Headers } from '../http/headers.ts'

/** A cookie as the client keeps it. */
export interface ClientCookie {
  /** Name, as it stands in the header. */
  readonly key: string
  /** Value, as it stands in the header, quotes and escapes included. */
  readonly value: string
  /** Value as `request.cookies` reads it. */
  readonly decoded_value: string
  /** When the cookie goes; undefined for one that goes with the client. */
  readonly expires: Date | undefined
  /** Seconds that it was given to live; undefined where it was given none. */
  readonly max_age: number | undefined
  /** Domain that it is for. */
  readonly domain: string
  /** Whether it is for that very host, and for none below it. */
  readonly origin_only: boolean
  /** Path below which it is sent. */
  readonly path: string
  /** Whether it is sent over HTTPS (and to this machine) only. */
  readonly secure: boolean
  /** Whether scripts of the page are kept from it. */
  readonly http_only: boolean
  /** `Strict`, `Lax` or `None` in small letters; undefined where it was not said. */
  readonly same_site: string | undefined
}

/** Which cookie of a name is meant. */
export interface CookiePlace {
  /** Domain that the cookie is for. Default `localhost`. */
  readonly domain?: string | undefined
  /** Path that the cookie is for. Default `/`. */
  readonly path?: string | undefined
}

/** How a cookie is put into the client. */
export interface ClientCookieOptions extends Omit<CookieOptions, 'domain' | 'path'>, CookiePlace {
  /** False sends the cookie to hosts below the domain too. Default true. */
  readonly origin_only?: boolean | undefined
}

const DEFAULT_DOMAIN = 'localhost'
const DEFAULT_PATH = '/'

type ToughCookie = typeof import('tough-cookie')

/** Loaded when the first client keeps a cookie, and not as a module's import, so that keeping one need not be awaited. */
function loadToughCookie(): ToughCookie {
  return createRequire(import.meta.url)('tough-cookie')
}

/** The cookies of a test client, sent and kept by the rules of browsers: domain, path, expiry, `Secure`. */
export class ClientCookies {
  #jar: CookieJar | undefined

  get #opened(): CookieJar {
    // Names such as `localhost` and `site.test` are those that tests use.
    this.#jar ??= new (loadToughCookie().CookieJar)(undefined, { rejectPublicSuffixes: false })
    return this.#jar
  }

  /** The value of the `Cookie` field for a URL; empty where no cookie is for it. */
  headerFor(url: string): string {
    return this.#jar?.getCookieStringSync(url) ?? ''
  }

  /** Keeps what an answer from `url` sets; a cookie that a browser would not take is passed over. */
  keep(url: string, setCookies: readonly string[]): void {
    for (const setCookie of setCookies) this.#opened.setCookieSync(setCookie, url, { ignoreError: true })
  }

  /** The cookie of that name, domain and path. */
  get(key: string, place: CookiePlace = {}): ClientCookie | undefined {
    const { domain = DEFAULT_DOMAIN, path = DEFAULT_PATH } = place
    let found: JarCookie | undefined
    // The store is the one in memory, which calls back at once.
    this.#jar?.store.findCookie(domain, path, key, (_error, cookie) => {
      found = cookie ?? undefined
    })
    // One that is too old stays in the store until cookies are sent.
    return found === undefined || found.TTL() <= 0 ? undefined : describeCookie(found)
  }

  /**
   * Puts a cookie in.
   *
   * @throws TypeError when the name or an attribute cannot stand in a cookie.
   */
  set(key: string, value: string, options: ClientCookieOptions = {}): void {
    const { domain = DEFAULT_DOMAIN, path = DEFAULT_PATH, origin_only = true, ...rest } = options
    const header = dump_cookie(key, value, { ...rest, path, domain: origin_only ? undefined : domain })
    // By https, so that a cookie that is Secure is taken.
    this.#opened.setCookieSync(header, `https://${domain}${path}`)
  }

  /** Takes a cookie out; nothing happens where there is none. */
  delete(key: string, { domain = DEFAULT_DOMAIN, path = DEFAULT_PATH }: CookiePlace = {}): void {
    this.#jar?.store.removeCookie(domain, path, key, () => undefined)
  }
}

/** Adds cookies to a header; those that stand there already come first, so that they win where a name is there twice. */
export function addCookies(headers: Headers, cookies: string): Headers {
  if (cookies !== '') headers.set('Cookie', [...headers.getlist('Cookie'), cookies].join('; '))
  return headers
}

function describeCookie(cookie: JarCookie): ClientCookie {
  const { key, value, expires, maxAge, domain, hostOnly, path, secure, httpOnly, sameSite } = cookie
  return {
    key,
    value,
    decoded_value: parse_cookie(`${key}=${value}`).get(key, ''),
    expires: expires instanceof Date ? expires : undefined,
    max_age: typeof maxAge === 'number' ? maxAge : undefined,
    domain: domain ?? '',
    origin_only: hostOnly ?? true,
    path: path ?? DEFAULT_PATH,
    secure,
    http_only: httpOnly,
    same_site: sameSite,
  }
}
