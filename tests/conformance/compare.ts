import { isDeepStrictEqual } from 'node:util'
import type { RawResponse } from '../support/raw-http.ts'
import { isCompressed, readSessionCookie } from './session-cookie.ts'

/** What a recording holds for one answer. */
export interface RecordedResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: { readonly text: string } | { readonly base64: string }
}

/** What the comparison must know beside the two answers. */
export interface Circumstances {
  /** Request target, for the one header that is not compared on one route. */
  readonly path: string
  /** Request method: the answer to HEAD has the length of a body that is not there. */
  readonly method: string
  /** The key that signs the app's session cookies. */
  readonly secret: string
}

const EQUAL_HEADERS = [
  'location',
  'content-range',
  'accept-ranges',
  'content-disposition',
  'last-modified',
  'expires',
  'retry-after',
  'www-authenticate',
]
const SET_HEADERS = ['allow', 'vary', 'cache-control']
// What Werkzeug computes itself: a SHA-1 of the body, or "mtime-size-adler32" of a file.
const COMPUTED_ETAG = /^"(?:[0-9a-f]{40}|\d+\.\d+-\d+-\d+)"$/
const NOT_COMPARED: Readonly<Record<string, string>> = { '/aged': 'expires' }

function values(headers: RecordedResponse['headers'], name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

function members(list: string[]): string[] {
  return list
    .join(',')
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
    .sort()
}

function isJson(contentType: string): boolean {
  return /^application\/(?:json|[^;]+\+json)\s*(?:;|$)/i.test(contentType)
}

/** Every way in which the answer departs from the recording; empty when it conforms. */
export function compare(recorded: RecordedResponse, actual: RawResponse, circumstances: Circumstances): string[] {
  const problems: string[] = []
  const differ = (what: string, expected: unknown, got: unknown): void => {
    if (!isDeepStrictEqual(expected, got)) {
      problems.push(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`)
    }
  }
  differ('status', recorded.status, actual.status)
  for (const name of EQUAL_HEADERS) {
    if (NOT_COMPARED[circumstances.path] === name) continue
    differ(name, values(recorded.headers, name), values(actual.headers, name))
  }
  for (const name of SET_HEADERS) {
    differ(name, members(values(recorded.headers, name)), members(values(actual.headers, name)))
  }
  differ('X-*', extensionHeaders(recorded.headers), extensionHeaders(actual.headers))
  compareCookies(recorded, actual, circumstances.secret, differ)
  compareEtag(recorded, actual, differ)
  compareBody(recorded, actual, circumstances.method, problems, differ)
  return problems
}

function extensionHeaders(headers: RecordedResponse['headers']): string[][] {
  return headers.filter(([name]) => /^x-/i.test(name)).map(([name, value]) => [name.toLowerCase(), value])
}

type Differ = (what: string, expected: unknown, got: unknown) => void

function compareCookies(recorded: RecordedResponse, actual: RawResponse, secret: string, differ: Differ): void {
  const expected = values(recorded.headers, 'set-cookie')
  const got = values(actual.headers, 'set-cookie')
  const readable = (setCookie: string, index: number): unknown =>
    isCompressed(expected[index] ?? '') ? (readSessionCookie(setCookie, secret) ?? setCookie) : setCookie
  differ('set-cookie', expected.map(readable), got.map(readable))
}

function compareEtag(recorded: RecordedResponse, actual: RawResponse, differ: Differ): void {
  const expected = values(recorded.headers, 'etag')
  const got = values(actual.headers, 'etag')
  const isComputed = expected.some((etag) => COMPUTED_ETAG.test(etag))
  differ('etag', isComputed ? expected.length : expected, isComputed ? got.length : got)
}

function compareBody(
  recorded: RecordedResponse,
  actual: RawResponse,
  method: string,
  problems: string[],
  differ: Differ,
): void {
  const expected =
    'text' in recorded.body ? Buffer.from(recorded.body.text, 'utf8') : Buffer.from(recorded.body.base64, 'base64')
  const contentType = values(recorded.headers, 'content-type')[0] ?? ''
  if (recorded.status !== 304 && expected.length > 0) {
    differ('content-type', [contentType], values(actual.headers, 'content-type'))
  }
  if (recorded.status >= 300 && /^<!doctype html>/i.test(expected.toString('latin1'))) {
    const page = actual.body.toString('utf8')
    if (!/^<!doctype html>/i.test(page)) problems.push(`body: expected an HTML page, got ${JSON.stringify(page)}`)
    else if (!page.includes(String(recorded.status))) problems.push(`body: the page does not name ${recorded.status}`)
    return
  }
  if (isJson(contentType)) {
    if (expected.length === 0) differ('body', '', actual.body.toString('utf8'))
    else differ('body', JSON.parse(expected.toString('utf8')), parseJson(actual.body, problems))
    return
  }
  differ('body', expected.toString('latin1'), actual.body.toString('latin1'))
  // The page that a GET would get is a default page, whose text is not compared, so neither is its length.
  if (method === 'HEAD' && recorded.status >= 300) return
  const length = values(recorded.headers, 'content-length')
  if (length.length > 0) differ('content-length', length, values(actual.headers, 'content-length'))
}

function parseJson(body: Buffer, problems: string[]): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    problems.push(`body: not JSON: ${JSON.stringify(body.toString('utf8'))}`)
    return undefined
  }
}
