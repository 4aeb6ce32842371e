import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { CharsetAccept, LanguageAccept, MIMEAccept, parse_accept_header } from '../../lib/http/accept.ts'
import { Authorization, WWWAuthenticate } from '../../lib/http/authorization.ts'
import { parse_cache_control_header, RequestCacheControl } from '../../lib/http/cache-control.ts'
import { find_cookie, parse_cookie } from '../../lib/http/cookies.ts'
import { parse_csp_header } from '../../lib/http/csp.ts'
import { parse_date } from '../../lib/http/dates.ts'
import { dump_content_disposition } from '../../lib/http/disposition.ts'
import { parse_etags, unquote_etag } from '../../lib/http/etag.ts'
import { HTTPException } from '../../lib/http/exceptions.ts'
import { secure_filename } from '../../lib/http/filename.ts'
import { parse_set_header } from '../../lib/http/header-set.ts'
import { parse_dict_header, parse_list_header } from '../../lib/http/list-header.ts'
import { parse_options_header, unquote_header_value } from '../../lib/http/options-header.ts'
import { decode_path, encode_path, iri_to_uri, parse_query } from '../../lib/http/query.ts'
import { parse_content_range_header, parse_if_range_header, parse_range_header } from '../../lib/http/range.ts'
import { safeJoinOn } from '../../lib/http/safe-join.ts'
import { parseJson } from '../../lib/json/parse.ts'
import { is_safe_redirect } from '../../lib/redirects.ts'
import { checkHead } from '../../lib/wrappers/door.ts'
import { boundaryOf, parseMultipart, parseUrlencoded } from '../../lib/wrappers/form.ts'
import { host_is_trusted, hostname_of } from '../../lib/wrappers/host.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { LAST_BOUNDARY, MULTIPART_TYPE, part } from '../support/requests.ts'

/** A function that reads text of a client, what it may throw, and text that brings it onto its ways. */
interface Parser {
  readonly name: string
  readonly parse: (text: string) => unknown
  /** What it is documented to throw; HTTP exceptions are always allowed. */
  readonly throws?: new (
    ...args: never[]
  ) => Error
  /** How a text may begin, and what it may go on with. */
  readonly starts: readonly string[]
  readonly tokens: readonly string[]
}

const NO_LIMIT = {
  bytes: Number.POSITIVE_INFINITY,
  memoryBytes: Number.POSITIVE_INFINITY,
  parts: Number.POSITIVE_INFINITY,
}

const PARSERS: readonly Parser[] = [
  { name: 'parse_cookie', parse: parse_cookie, starts: ['', 'a="'], tokens: ['a=1', ';', '="', '\\"', '\\012', '; '] },
  {
    name: 'find_cookie',
    parse: (text) => find_cookie(text, 'a'),
    starts: ['', 'a="'],
    tokens: ['a=1', ';', '="', '\\', 'a'],
  },
  {
    name: 'parse_query',
    parse: parse_query,
    starts: ['', 'a='],
    tokens: ['a=b', '&', '=', '%', '%41', '%zz', '%f0', '+'],
  },
  {
    name: 'decode_path',
    parse: decode_path,
    starts: ['', '/'],
    tokens: ['/', '%', '%2f', '%zz', '%e6%b8', '..', '%c0%ae'],
  },
  { name: 'encode_path', parse: encode_path, starts: ['', '/'], tokens: ['/', '%', ' ', '游', '\ud800', '?', '#'] },
  {
    name: 'iri_to_uri',
    parse: iri_to_uri,
    throws: TypeError,
    starts: ['', '/', 'http://', 'http://a:b@'],
    tokens: ['/', '//', '@', ':', '[', ']', '?', '#', '游', '%', '.', 'xn--', '\ud800'],
  },
  { name: 'is_safe_redirect', parse: is_safe_redirect, starts: ['', '/'], tokens: ['/', '\\', ':', 'a', '+', '\t'] },
  {
    name: 'parse_options_header',
    parse: parse_options_header,
    starts: ['', 'text/html', 'form-data; name="'],
    tokens: [';', ';a=b', '="', '\\"', "*=UTF-8''%41", '*0="a"', '*1*=%f0', 'a*', ' ;', ';;'],
  },
  {
    name: 'boundaryOf',
    parse: boundaryOf,
    starts: ['multipart/form-data'],
    tokens: [';', ';boundary=', '"', '\\', ' ', 'boundary*0='],
  },
  { name: 'unquote_header_value', parse: unquote_header_value, starts: ['', '"'], tokens: ['"', '\\', '\\"', 'a'] },
  { name: 'parse_list_header', parse: parse_list_header, starts: ['', '"'], tokens: [',', '"', '\\', 'a', ', '] },
  {
    name: 'parse_dict_header',
    parse: parse_dict_header,
    starts: ['', 'a="'],
    tokens: [',', 'a=b', '="', '*=', "UTF-8''%", '\\'],
  },
  { name: 'parse_set_header', parse: parse_set_header, starts: ['', 'a,'], tokens: [',', 'a', '"', ' '] },
  {
    name: 'MIMEAccept',
    parse: (text) => parse_accept_header(text, MIMEAccept).best_match(['text/html', 'application/json']),
    starts: ['', 'text/*'],
    tokens: [',', 'text/html', ';q=0.5', ';q=', ';a="b', '*/*', ';', '/', 'q=1e9'],
  },
  {
    name: 'LanguageAccept',
    parse: (text) => parse_accept_header(text, LanguageAccept).best_match(['en', 'zh-CN', 'de-AT']),
    starts: ['', 'en'],
    tokens: [',', 'en-US', '-', '_', ';q=0.5', '*', 'zh-Hant-TW'],
  },
  {
    name: 'CharsetAccept',
    parse: (text) => parse_accept_header(text, CharsetAccept).best_match(['utf-8', 'latin-1']),
    starts: ['', 'utf-8'],
    tokens: [',', 'utf8', 'ISO-8859-1', ';q=0', '*', '-', '_'],
  },
  {
    name: 'RequestCacheControl',
    parse: (text) => {
      const control = parse_cache_control_header(text, undefined, RequestCacheControl)
      return [control, control.max_age, control.max_stale, control.no_cache]
    },
    starts: ['', 'max-age='],
    tokens: [',', 'max-age', '=', '="', '9', '-1', 'no-cache', '\\'],
  },
  {
    name: 'parse_etags',
    parse: (text) => {
      const tags = parse_etags(text)
      return [tags, tags.contains('a'), tags.contains_weak('a'), `${tags}`]
    },
    starts: ['', 'W/'],
    tokens: ['"', 'W/', ',', '"a"', '*', ' ', '\\"', 'w/"'],
  },
  { name: 'unquote_etag', parse: unquote_etag, starts: ['', 'W/'], tokens: ['"', 'W/', 'a', ' '] },
  {
    name: 'parse_range_header',
    parse: (text) => {
      const range = parse_range_header(text)
      return [range, range?.range_for_length(10), range?.make_content_range(10), range?.to_header()]
    },
    starts: ['', 'bytes=', 'bytes=0-'],
    tokens: ['0', '-', ',', '9', ' ', '=', '0-1', ',-1', '18446744073709551616'],
  },
  {
    name: 'parse_if_range_header',
    // A tag with a quote in it can be read, but not be written.
    throws: TypeError,
    parse: (text) => parse_if_range_header(text).to_header(),
    starts: ['', 'W/"', 'Sun, '],
    tokens: ['"', 'W/', '06 Nov 1994', ' 08:49:37', 'GMT', ','],
  },
  {
    name: 'parse_content_range_header',
    parse: (text) => parse_content_range_header(text),
    starts: ['', 'bytes ', 'bytes 0-1/'],
    tokens: ['0', '-', '/', '*', ' ', '9', 'bytes'],
  },
  {
    name: 'parse_date',
    parse: parse_date,
    starts: ['', 'Sun, 06 Nov 1994 ', 'Sunday, 06-Nov-94 '],
    tokens: ['0', ' ', ':', '08:49:37', 'GMT', '+', '-', 'Nov', ',', '('],
  },
  {
    name: 'Authorization',
    parse: (text) => {
      const found = Authorization.from_header(text)
      return [found, found?.username, found?.password, found?.token, found?.to_header()]
    },
    starts: ['', 'Basic ', 'Digest ', 'Bearer '],
    tokens: ['YTpi', '=', 'a="b"', ',', '\\"', '!', ' ', ':'],
  },
  {
    name: 'WWWAuthenticate',
    parse: (text) => WWWAuthenticate.from_header(text)?.to_header(),
    starts: ['', 'Basic ', 'Digest '],
    tokens: ['realm="x"', ',', '="', '\\', ' ', 'a=b'],
  },
  {
    name: 'parse_csp_header',
    parse: (text) => parse_csp_header(text).to_header(),
    starts: ['', "default-src 'self'"],
    tokens: [';', ' ', 'script-src', "'none'", ','],
  },
  {
    name: 'hostname_of',
    parse: (text) => [hostname_of(text), host_is_trusted(text, ['a.b', '.example.com'])],
    starts: ['', '[', 'a.'],
    tokens: ['a', '.', ':', '[', ']', '::', '80', '-', '@', '例'],
  },
  {
    name: 'checkHead',
    parse: (text) => checkHead(makeIncoming({ url: text, rawHeaders: ['Host', 'localhost'] })),
    starts: ['', '/', 'http://localhost', 'http://'],
    tokens: ['/', '?', '#', ' ', '%', '@', ':', '\t', '*'],
  },
  {
    name: 'secure_filename',
    parse: secure_filename,
    starts: ['', '../'],
    tokens: ['.', '/', '\\', ' ', '_', 'é', '\0', 'con'],
  },
  {
    name: 'safe_join',
    parse: (text) => [safeJoinOn('linux', '/srv', [text]), safeJoinOn('win32', 'C:/srv', [text])],
    starts: ['', '/', 'C:'],
    tokens: ['../', './', '/', '\\', '..', 'con', ':', 'a', '\0', '¹'],
  },
  {
    name: 'dump_content_disposition',
    parse: (text) => {
      const header = dump_content_disposition('attachment', text)
      assert.match(header, /^[\x20-\x7e]*$/, 'it can be sent')
      return header
    },
    starts: ['', 'a'],
    tokens: ['"', '\\', '\r\n', ';', 'é', '游', '\ud800', '%', '\0'],
  },
  {
    name: 'parseJson',
    parse: parseJson,
    throws: SyntaxError,
    starts: ['', '[', '{"a":', '"'],
    tokens: ['[', ']', '{', '}', ',', ':', '"a"', '\\u0041', '1', 'e', '-', ' ', 'null', '"__proto__":', '\ud800'],
  },
  {
    name: 'parseUrlencoded',
    parse: (text) => parseUrlencoded(Buffer.from(text), NO_LIMIT).form,
    starts: ['', 'a='],
    tokens: ['a=b', '&', '=', '%', '%41', '%zz', '%f0', '+', '\xff'],
  },
  {
    name: 'parseMultipart',
    parse: (text) => parseMultipart(Buffer.from(text, 'latin1'), MULTIPART_TYPE, NO_LIMIT).form,
    starts: ['', '--XbX\r\n', part('name="a"', 'x')],
    tokens: [
      '--XbX',
      '--XbX--',
      '\r\n',
      '\r',
      '\n',
      '-',
      ':',
      'Content-Disposition: form-data; name="a"',
      LAST_BOUNDARY,
    ],
  },
]

const NASTY: readonly string[] = [
  '',
  ' ',
  '\t',
  '\0',
  '\r\n',
  '\xa0',
  '\xff',
  '\u2028',
  '__proto__',
  'constructor',
  '\ufeff',
  '😀',
]

/** What comes of a text: a value, or the error that was thrown, both as text. */
function outcome({ parse, throws }: Parser, text: string): string {
  try {
    return inspect(parse(text), { depth: 8 })
  } catch (error) {
    if (error instanceof HTTPException) return `${error.code}`
    if (throws !== undefined && error instanceof throws) return error.name
    throw error
  }
}

const KEYS_OF_OBJECTS = Reflect.ownKeys(Object.prototype).length

for (const parser of PARSERS) {
  t.test(`${parser.name} throws nothing that is not documented, and reads a text the same way each time`, async (t) => {
    const pieces = fc.constantFrom(...parser.tokens, ...NASTY)
    const texts = fc.oneof(
      fc
        .tuple(fc.constantFrom(...parser.starts), fc.array(pieces, { maxLength: 20 }))
        .map(([start, rest]) => start + rest.join('')),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.tuple(fc.constantFrom(...parser.starts), fc.string({ maxLength: 40 })).map(([start, rest]) => start + rest),
    )
    const RUNS = 400
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const first = outcome(parser, text)
        outcome(parser, other)
        assert.equal(outcome(parser, text), first)
      }),
      { numRuns: RUNS },
    )
    t.pass(`${RUNS} pairs of texts`)
    t.equal(Reflect.ownKeys(Object.prototype).length, KEYS_OF_OBJECTS, 'no prototype was changed')
  })
}

/** Characters of the shorter text: what fits into the header of a request, which may have 16 KiB. */
const LENGTH = 8 * 1024
/** Twice the text may cost this many times as much, and a pause of the machine. */
const MOST_GROWTH = 3.5
const SLACK_MS = 50

function fastest(parser: Parser, text: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 2; round++) {
    const start = performance.now()
    try {
      parser.parse(text)
    } catch {
      // What is thrown is asserted elsewhere; here the time counts.
    }
    best = Math.min(best, performance.now() - start)
  }
  return best
}

for (const parser of PARSERS) {
  t.test(`${parser.name} costs time in proportion to the text`, async (t) => {
    const units = [...parser.tokens, ...NASTY].filter((unit) => unit !== '')
    const pairs = parser.tokens.map((token, index) => token + (parser.tokens[(index + 1) % parser.tokens.length] ?? ''))
    const slow: string[] = []
    for (const start of parser.starts) {
      for (const unit of [...units, ...pairs, 'a']) {
        for (const end of ['', '"']) {
          const text = (length: number): string => start + unit.repeat(length / unit.length) + end
          const once = fastest(parser, text(LENGTH))
          const twice = fastest(parser, text(2 * LENGTH))
          if (twice > MOST_GROWTH * once + SLACK_MS) {
            slow.push(`${JSON.stringify(start + unit)}…: ${once.toFixed(1)} ms, then ${twice.toFixed(1)} ms`)
          }
        }
      }
    }
    t.same(slow, [])
  })
}
