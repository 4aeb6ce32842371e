import t from 'tap'
import { LAST_BOUNDARY, MULTIPART_TYPE, part } from '../support/requests.ts'
import { DEFAULT_SEED } from '../support/seed.ts'
import { type BadInput, chunked, get, hostileTest, send } from './hostile-client.ts'
import { GET_ENDPOINTS } from './kitchen-sink.ts'

/** Requests that are thrown; `FLAGON_MUTATIONS` asks for more, and `FLAGON_SEED` for the same ones again. */
const COUNT = Number(process.env['FLAGON_MUTATIONS'] ?? 3000)
const SEED = Number(process.env['FLAGON_SEED'] ?? DEFAULT_SEED) || 1

/** Numbers from 0 up to `below`, the same for the same seed: Marsaglia's xorshift with 32 bits. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const FORM = 'Content-Type: application/x-www-form-urlencoded'
const FIELDS = [
  'Accept: text/html, application/json;q=0.9, */*;q=0.1',
  'Accept-Language: en-US,en;q=0.5',
  'Authorization: Basic YW5uOnNlY3JldA==',
  'Cookie: a=1; b="x\\073y"; session=eyJhIjoxfQ.ZVO9gA.c2lnbmF0dXJl',
  'If-None-Match: W/"a", "b"',
  'If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT',
  'Range: bytes=0-9',
  'If-Range: "ten"',
  'Cache-Control: max-age=0, no-cache',
  'X-Forwarded-For: 1.2.3.4, 5.6.7.8',
]

/** What is mutated: a fine request of each kind. */
const WHOLE: readonly string[] = [
  ...GET_ENDPOINTS.map((path) => get(`${path}?a=1&b=%e6%b8%b8`, FIELDS)),
  send('POST', '/form', [FORM], 'a=1&b=%e6%b8%b8&c=+'),
  send('POST', '/json', ['Content-Type: application/json; charset=utf-8'], '{"a": [1, 2.5, "\\u6e38", null], "b": {}}'),
  send('POST', '/raw', ['Content-Type: text/plain'], 'hello'),
  send(
    'POST',
    '/upload',
    [`Content-Type: ${MULTIPART_TYPE}`],
    part('name="a"', 'x') + part('name="f"; filename="f.txt"', 'y') + LAST_BOUNDARY,
  ),
  send('POST', '/echo', ['Content-Type: text/plain'], 'hello'),
  chunked('POST', '/stream', ['hello', 'there'], ['Content-Type: text/plain', 'Expect: 100-continue']),
  chunked('POST', '/form', ['a=1', '&b=2'], [FORM]),
]

const NASTY: readonly string[] = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    '%',
    '%00',
    '%2f',
    '..',
    '/',
    '\\',
    ':',
    ';',
    ',',
    '=',
    '"',
    "'",
    '&',
    '?',
    '#',
  ],
  ...[
    '\x7f',
    '\x80',
    '\xff',
    '\xc3\xa9',
    '__proto__',
    '*',
    '-1',
    '0',
    '99999999999999999999',
    '1e9',
    'chunked',
    'close',
  ],
  ...[
    'Host: evil.com\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Length: 5\r\n',
    'Expect: x\r\n',
    '\r\n\r\n',
    '--XbX',
  ],
  ...[
    'bytes=',
    'multipart/form-data; boundary=XbX',
    'application/json',
    'gzip',
    'HTTP/1.0',
    'HTTP/1.1',
    'OPTIONS',
    'a'.repeat(5000),
  ],
]

/** The text with a few places changed: bytes replaced, pieces taken out, doubled, moved, or put in. */
function mutate(text: string, random: (below: number) => number): string {
  let mutated = text
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(mutated.length + 1)
    const length = random(5) === 0 ? random(100) : random(4)
    const piece = mutated.slice(at, at + length)
    const before = mutated.slice(0, at)
    const after = mutated.slice(at + length)
    switch (random(6)) {
      case 0:
        mutated = before + after
        break
      case 1:
        mutated = before + piece + piece + after
        break
      case 2:
        mutated = before + String.fromCharCode(random(256)) + mutated.slice(at + 1)
        break
      case 3:
        mutated = after + before
        break
      default:
        mutated = before + (NASTY[random(NASTY.length)] ?? '') + after
    }
  }
  return mutated
}

t.test(`requests with a few bytes changed are answered or refused (FLAGON_SEED=${SEED})`, (t) =>
  hostileTest(t, async (target) => {
    const random = randomNumbers(SEED)
    const inputs: BadInput[] = Array.from({ length: COUNT }, () => {
      const bytes = mutate(WHOLE[random(WHOLE.length)] ?? '', random)
      // What is missing at its end now never comes, and an answer may have begun by then.
      return { name: JSON.stringify(bytes.slice(0, 1500)), bytes, unfinished: true, mayBreakOff: true }
    })
    await target.takes(t, inputs, 'mutated requests')
  }),
)
