import type * as Cookies from '../../../lib/http/cookies.ts'
import type { MultiDict } from '../../../lib/http/multi-dict.ts'
import type { MicroCase } from './bench.ts'
import { built, theirs } from './load.ts'

interface SetCookie {
  readonly name: string
  readonly value: string
  readonly path?: string
  readonly httpOnly?: boolean
  readonly sameSite?: 'lax'
  readonly maxAge?: number
}
interface CookiePackage {
  parseCookie(header: string): Record<string, string | undefined>
  stringifySetCookie(cookie: SetCookie): string
}

const INPUTS = 64
const MANY = 20

const { dump_cookie, parse_cookie } = await built<typeof Cookies>('http/cookies.js')
const { parseCookie, stringifySetCookie } = theirs<CookiePackage>('cookie')

function parsing(title: string, headers: readonly string[]): MicroCase {
  const own = (index: number): MultiDict => parse_cookie(headers[index % INPUTS]!)
  const other = (index: number): Record<string, string | undefined> => parseCookie(headers[index % INPUTS]!)
  return {
    group: 'Cookies',
    title,
    contenders: [
      { name: 'Flagon', run: own, answer: (index) => [...own(index)] },
      { name: 'cookie', run: other, answer: (index) => Object.entries(other(index)) },
    ],
  }
}

function serializing(
  title: string,
  options: Cookies.CookieOptions,
  rest: Omit<SetCookie, 'name' | 'value'>,
): MicroCase {
  const values = Array.from({ length: INPUTS }, (_, at) => `Yb8pkkbQ0vYl2xQnGq5rTg${at}`)
  const own = (index: number): string => dump_cookie('session', values[index % INPUTS]!, options)
  const other = (index: number): string =>
    stringifySetCookie({ name: 'session', value: values[index % INPUTS]!, ...rest })
  // The attributes have no order: RFC 6265, section 4.1.
  const sorted = (line: string): string[] => line.split('; ').sort()
  return {
    group: 'Cookies',
    title,
    contenders: [
      { name: 'Flagon', run: own, answer: (index) => sorted(own(index)) },
      { name: 'cookie', run: other, answer: (index) => sorted(other(index)) },
    ],
  }
}

/** Headers of several lengths read, cookies with few and many attributes written. */
export function cookieCases(): MicroCase[] {
  const headers = (count: number, value: (at: number) => string): string[] =>
    Array.from({ length: INPUTS }, (_, input) =>
      Array.from({ length: count }, (_, at) => `name${at}=${value(input + at)}`).join('; '),
    )
  return [
    parsing(
      'read 1 cookie',
      headers(1, (at) => `value${at}`),
    ),
    parsing(
      'read 5 cookies',
      headers(5, (at) => `Yb8pkkbQ0vYl2xQnGq5rTg.${at}`),
    ),
    parsing(
      `read ${MANY} cookies`,
      headers(MANY, (at) => `value${at}`),
    ),
    serializing('write 1 without attributes', { path: null }, {}),
    serializing(
      'write 1 of a session',
      { path: '/', httponly: true, samesite: 'Lax' },
      { path: '/', httpOnly: true, sameSite: 'lax' },
    ),
    serializing(
      'write 1 with Max-Age',
      { path: '/', httponly: true, samesite: 'Lax', max_age: 3600, sync_expires: false },
      { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 3600 },
    ),
  ]
}
