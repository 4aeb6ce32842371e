import { isDeepStrictEqual } from 'node:util'
import type { Answer, Ask } from './ask.ts'
import type { Scenario } from './scenarios.ts'

const SHOWN_CHARS = 60
/** What differs between two answers to the same request, or is signed with a time. */
const NEVER_COMPARED = new Set(['date', 'etag', 'last-modified', 'set-cookie'])

/** A cookie as a `Set-Cookie` line sets it. */
interface SetCookie {
  readonly name: string
  readonly value: string
  /** Attributes with their values, small letters, sorted; `Expires` left out, since `Max-Age` wins over it. */
  readonly attributes: readonly string[]
}

/** Reads a `Set-Cookie` line. */
export function parseSetCookie(line: string): SetCookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const attributes = rest.map((part) => part.toLowerCase()).filter((part) => part !== '' && !/^expires=/.test(part))
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes: attributes.sort() }
}

/** The header `Cookie` that sends back what an answer set; a cookie that the answer deleted is not sent. */
export function cookiesOf(answer: Answer): string {
  const set = (answer.headers['set-cookie'] ?? []).map(parseSetCookie).filter(({ value }) => value !== '')
  return set.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** A request with the validators of an answer, as a browser sends it the second time. */
export function conditionalOn(ask: Ask, { headers }: Answer): Ask {
  const validators: Record<string, string> = {}
  if (headers.etag !== undefined) validators['If-None-Match'] = headers.etag
  if (headers['last-modified'] !== undefined) validators['If-Modified-Since'] = headers['last-modified']
  return { ...ask, headers: { ...ask.headers, ...validators } }
}

/** What is wrong with an answer, beside the one that it has to be equal to; undefined when nothing is. */
export function differenceOf(scenario: Scenario, answer: Answer, expected: Answer): string | undefined {
  if (answer.status !== scenario.status) return `status ${answer.status} instead of ${scenario.status}`
  return (
    bodyDifference(scenario, answer, expected) ??
    typeDifference(scenario, answer, expected) ??
    cookieDifference(scenario, answer, expected) ??
    headerDifference(scenario.headers, answer, expected)
  )
}

/**
 * What is wrong with the headers of the hand-written server beside those of Flagon: it has to send every one that Flagon
 * sends and no other, so that it saves nothing by saying less.
 */
export function handWrittenDifference(answer: Answer, flagon: Answer): string | undefined {
  const names = (from: Answer): string[] => Object.keys(from.headers).sort()
  if (!isDeepStrictEqual(names(answer), names(flagon))) {
    return `headers ${names(answer).join(', ')} instead of ${names(flagon).join(', ')}`
  }
  return headerDifference(
    names(flagon).filter((name) => !NEVER_COMPARED.has(name)),
    answer,
    flagon,
  )
}

function bodyDifference({ body }: Scenario, answer: Answer, expected: Answer): string | undefined {
  const isEqual =
    body === 'none' ||
    answer.body.equals(expected.body) ||
    (body === 'json' && isDeepStrictEqual(asJson(answer), asJson(expected)))
  return isEqual ? undefined : `body ${shown(answer.body)} instead of ${shown(expected.body)}`
}

function typeDifference({ type }: Scenario, answer: Answer, expected: Answer): string | undefined {
  if (type === 'any') return undefined
  const of = ({ headers }: Answer): string => {
    const essence = (headers['content-type'] ?? '').replace(/;.*$/, '').trim().toLowerCase()
    return type === 'text' ? essence.replace(/\/.*$/, '') : essence
  }
  return of(answer) === of(expected) ? undefined : `content type ${of(answer)} instead of ${of(expected)}`
}

function cookieDifference({ cookies }: Scenario, answer: Answer, expected: Answer): string | undefined {
  const set = (answer.headers['set-cookie'] ?? []).map(parseSetCookie)
  if (cookies === 'none' && set.length > 0) return `it sets the cookie ${set[0]?.name}`
  if (cookies === 'some' && set.length === 0) return 'it sets no cookie'
  if (cookies !== 'same') return undefined
  const other = (expected.headers['set-cookie'] ?? []).map(parseSetCookie)
  if (isDeepStrictEqual(set, other)) return undefined
  return `cookies ${JSON.stringify(set)} instead of ${JSON.stringify(other)}`
}

function headerDifference(names: readonly string[], answer: Answer, expected: Answer): string | undefined {
  for (const name of names) {
    const [value, wanted] = [answer.headers[name], expected.headers[name]]
    if (!isDeepStrictEqual(value, wanted)) return `${name}: ${String(value)} instead of ${String(wanted)}`
  }
  return undefined
}

function asJson({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function shown(body: Buffer): string {
  const text = JSON.stringify(body.toString('latin1', 0, SHOWN_CHARS))
  return body.length > SHOWN_CHARS ? `${text}… (${body.length} bytes)` : text
}
