import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import t from 'tap'
import { type CookieOptions, dump_cookie, find_cookie, parse_cookie } from '../../lib/http/cookies.ts'
import { timedelta } from '../../lib/http/dates.ts'
import { ImmutableMultiDict } from '../../lib/http/multi-dict.ts'

const WRITTEN_AT_MS = 1_700_000_000_000

/** Calls `run` while the clock stands still. */
function atFixedTime<T>(run: () => T): T {
  const { now } = Date
  Date.now = () => WRITTEN_AT_MS
  try {
    return run()
  } finally {
    Date.now = now
  }
}

const PARSED: [header: string, pairs: [string, string][]][] = [
  ['', []],
  [
    'a=1; b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1;b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1;  b=2 ; c = 3 ',
    [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  ],
  [
    'a=1; b=2; a=3',
    [
      ['a', '1'],
      ['a', '3'],
      ['b', '2'],
    ],
  ],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  ['=a', []],
  ['; a=1;;', [['a', '1']]],
  ['a b=1', [['a b', '1']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=%20%41', [['a', '%20%41']]],
  ['a=hello world', [['a', 'hello world']]],
  ['a=x,y', [['a', 'x,y']]],
  ['a="quoted"', [['a', 'quoted']]],
  ['a="semi;colon"', [['a', 'semi;colon']]],
  [
    'a="semi;colon" ; b=1',
    [
      ['a', 'semi;colon'],
      ['b', '1'],
    ],
  ],
  ['a="oct\\073al"', [['a', 'oct;al']]],
  ['a="esc\\"aped"', [['a', 'esc"aped']]],
  ['a="\\346\\270\\270\\345\\256\\242"', [['a', '游客']]],
  ['a="\\377"', [['a', '\ufffd']]],
  ['a="\\400"', [['a', '400']]],
  ['a="\xe6\\270"', [['a', 'æ\ufffd']]],
  ['a=æ¸¸', [['a', 'æ¸¸']]],
  ['a="x', [['a', '"x']]],
  ['a="', [['a', '"']]],
  ['a=""', [['a', '']]],
  [
    'a="x"y; b=1',
    [
      ['a', '"x"y'],
      ['b', '1'],
    ],
  ],
  [
    'a="x"y"; b=1',
    [
      ['a', 'x"y'],
      ['b', '1'],
    ],
  ],
  [
    'a="un; b=2',
    [
      ['a', '"un'],
      ['b', '2'],
    ],
  ],
]

t.test('a Cookie header is read as Werkzeug reads it', (t) => {
  for (const [header, pairs] of PARSED) t.same([...parse_cookie(header)], pairs, JSON.stringify(header))
  t.end()
})

t.test('pairs without a name are ignored, so that no cookie appears under a prefix it was not set with', (t) => {
  // Security 1.1: Werkzeug CVE-2023-23934
  t.same([...parse_cookie('=__Host-a=bad; a=1')], [['a', '1']])
  t.same([...parse_cookie('__Host-a=1; =__Host-b=2')], [['__Host-a', '1']])
  t.end()
})

t.test('only spaces and tabs are stripped from names', (t) => {
  // Security 1.1: Hono CVE-2026-39410
  const cookies = parse_cookie('\xa0a=evil; \ta\t=ok')
  t.equal(cookies.get('a'), 'ok')
  t.equal(cookies.get('\xa0a'), 'evil')
  t.end()
})

t.test('of a name that comes twice the first counts and both are kept', (t) => {
  const cookies = parse_cookie('a=1; a=2')
  t.equal(cookies.get('a'), '1')
  t.same(cookies.getlist('a'), ['1', '2'])
  t.end()
})

t.test('names of Object.prototype are names like any other', (t) => {
  const cookies = parse_cookie('__proto__=x; constructor=y')
  t.equal(cookies.get('__proto__'), 'x')
  t.equal(cookies.get('constructor'), 'y')
  t.equal(Reflect.get({}, 'x'), undefined)
  t.end()
})

t.test('the class that holds the cookies can be chosen', (t) => {
  const cookies = parse_cookie('a=1', ImmutableMultiDict<string>)
  t.type(cookies, ImmutableMultiDict)
  t.throws(() => cookies.add('a', '2'), TypeError)
  t.end()
})

t.test('one cookie can be found without reading them all', (t) => {
  for (const [header, pairs] of PARSED) {
    for (const name of ['a', 'b', 'c', 'missing', '', ...pairs.map(([name]) => name)]) {
      t.equal(find_cookie(header, name), parse_cookie(header).get(name), `${name} of ${JSON.stringify(header)}`)
    }
  }
  t.end()
})

t.test('reading costs time in proportion to the length', (t) => {
  const header = (unit: string, bytes: number) => unit.repeat(Math.floor(bytes / unit.length))
  for (const unit of ['a;', '\t;', '"\\"', 'a="', 'a="\\"', ' ', '=', 'a="x";', '\\']) {
    for (const prefix of ['', 'a="']) parse_cookie(prefix + header(unit, 1 << 12))
    const start = performance.now()
    for (const prefix of ['', 'a="']) parse_cookie(prefix + header(unit, 1 << 18))
    // A quarter of a million characters: what is quadratic takes many seconds.
    t.ok(performance.now() - start < 1000, `256 KiB of ${JSON.stringify(unit)}`)
  }
  t.end()
})

const DUMPED: [options: CookieOptions & { value?: string }, text: string][] = [
  [{}, 'a=1; Path=/'],
  [{ value: '' }, 'a=; Path=/'],
  [{ max_age: 3600 }, 'a=1; Expires=Tue, 14 Nov 2023 23:13:20 GMT; Max-Age=3600; Path=/'],
  [{ max_age: 0 }, 'a=1; Expires=Tue, 14 Nov 2023 22:13:20 GMT; Max-Age=0; Path=/'],
  [{ max_age: -1 }, 'a=1; Expires=Tue, 14 Nov 2023 22:13:19 GMT; Max-Age=-1; Path=/'],
  [{ max_age: 60, sync_expires: false }, 'a=1; Max-Age=60; Path=/'],
  [{ max_age: timedelta({ days: 30 }) }, 'a=1; Expires=Thu, 14 Dec 2023 22:13:20 GMT; Max-Age=2592000; Path=/'],
  [{ expires: new Date(Date.UTC(2030, 0, 2, 3, 4, 5, 999)) }, 'a=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Path=/'],
  [{ expires: 1893553445 }, 'a=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Path=/'],
  [{ expires: 'Wed, 02 Jan 2030 03:04:05 GMT' }, 'a=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Path=/'],
  [{ max_age: 60, expires: 1893542400 }, 'a=1; Expires=Wed, 02 Jan 2030 00:00:00 GMT; Max-Age=60; Path=/'],
  [{ max_age: 0, expires: 0, value: '' }, 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/'],
  [{ path: '/app' }, 'a=1; Path=/app'],
  [{ path: null }, 'a=1'],
  [{ path: '/a b/游;客' }, 'a=1; Path=/a%20b/%E6%B8%B8%3B%E5%AE%A2'],
  [{ path: '/%20x' }, 'a=1; Path=/%20x'],
  [{ domain: 'example.com' }, 'a=1; Domain=example.com; Path=/'],
  [{ domain: '.example.com:8080' }, 'a=1; Domain=example.com; Path=/'],
  [{ domain: '例子.com' }, 'a=1; Domain=xn--fsqu00a.com; Path=/'],
  [{ domain: null, samesite: null, max_age: null, expires: null }, 'a=1; Path=/'],
  [{ secure: true }, 'a=1; Secure; Path=/'],
  [{ httponly: true }, 'a=1; HttpOnly; Path=/'],
  [{ samesite: 'Lax' }, 'a=1; Path=/; SameSite=Lax'],
  [{ samesite: 'strict' }, 'a=1; Path=/; SameSite=Strict'],
  [{ partitioned: true }, 'a=1; Secure; Path=/; Partitioned'],
  [
    {
      max_age: 5,
      expires: 1893553445,
      path: '/x',
      domain: 'example.com',
      secure: true,
      httponly: true,
      samesite: 'None',
    },
    'a=1; Domain=example.com; Expires=Wed, 02 Jan 2030 03:04:05 GMT; Max-Age=5; Secure; HttpOnly; Path=/x; SameSite=None',
  ],
  [{ value: 'hello world' }, 'a="hello world"; Path=/'],
  [{ value: 'x;y' }, 'a="x\\073y"; Path=/'],
  [{ value: 'x,y' }, 'a="x\\054y"; Path=/'],
  [{ value: 'say "hi"' }, 'a="say \\"hi\\""; Path=/'],
  [{ value: 'c:\\dir' }, 'a="c:\\\\dir"; Path=/'],
  [{ value: 'k=v&x=y' }, 'a=k=v&x=y; Path=/'],
  [{ value: '游客' }, 'a="\\346\\270\\270\\345\\256\\242"; Path=/'],
  [{ value: '🍶' }, 'a="\\360\\237\\215\\266"; Path=/'],
  [{ value: 'line\r\nSet-Cookie: b=2' }, 'a="line\\015\\012Set-Cookie: b=2"; Path=/'],
  [{ value: '\x1f\x7f' }, 'a="\\037\\177"; Path=/'],
  [{ value: "!#$%&'()*+-./:<=>?@[]^_`{|}~" }, "a=!#$%&'()*+-./:<=>?@[]^_`{|}~; Path=/"],
]

t.test('a Set-Cookie value is written as Werkzeug writes it, byte for byte', (t) => {
  for (const [{ value = '1', ...options }, text] of DUMPED) {
    t.equal(
      atFixedTime(() => dump_cookie('a', value, options)),
      text,
    )
  }
  t.equal(dump_cookie('a'), 'a=; Path=/')
  t.end()
})

t.test('every value that is written is read back', (t) => {
  for (let code = 0; code <= 0x2ff; code++) {
    const value = `x${String.fromCharCode(code)}y`
    const [pair = ''] = dump_cookie('a', value).split('; Path=')
    t.equal(parse_cookie(pair).get('a'), value, `U+${code.toString(16)}`)
  }
  t.end()
})

t.test('a cookie name that is no token is refused', (t) => {
  // Security 1.1: names are validated on write
  for (const name of ['', 'a;b', 'a b', 'a=b', 'a\r\nb', 'a\0', 'a\tb', 'é', '名', 'a"b', 'a,b', 'a\u280a']) {
    t.throws(() => dump_cookie(name, '1'), { name: 'TypeError', message: /is no token/ }, JSON.stringify(name))
  }
  for (const name of ["a!#$%&'*+-.^_`|~7Z", '__proto__']) t.equal(dump_cookie(name, '1', { path: null }), `${name}=1`)
  t.end()
})

t.test('no attribute can carry another attribute or header', (t) => {
  // Security 1.1: ; CR LF and NUL in attributes
  for (const suffix of ['; Secure', '\r\nX: y', '\n', '\0']) {
    t.throws(
      () => dump_cookie('a', '1', { domain: `example.com${suffix}` }),
      TypeError,
      `domain ${JSON.stringify(suffix)}`,
    )
    t.throws(() => dump_cookie('a', '1', { samesite: `Lax${suffix}` }), TypeError, `samesite ${JSON.stringify(suffix)}`)
    t.throws(() => dump_cookie('a', '1', { expires: `0${suffix}` }), TypeError, `expires ${JSON.stringify(suffix)}`)
    t.match(dump_cookie('a', '1', { path: `/x${suffix}` }), /^a=1; Path=\/x%[\w%:]+$/, `path ${JSON.stringify(suffix)}`)
  }
  t.equal(dump_cookie('a', '1', { path: '/login"><script>' }), 'a=1; Path=/login%22%3E%3Cscript%3E')
  t.end()
})

t.test('a domain that is no domain name is refused', (t) => {
  for (const domain of [
    'my site.org',
    'domain..com',
    'example.com /* comment */',
    'a"b',
    '.',
    ':80',
    '例 子',
    'x'.repeat(64),
  ]) {
    t.throws(() => dump_cookie('a', '1', { domain }), { name: 'TypeError', message: /no domain name/ }, domain)
  }
  for (const domain of ['localhost', 'my-site.org', 'sub.example.com', 'under_score.example', '127.0.0.1']) {
    t.equal(dump_cookie('a', '1', { domain, path: null }), `a=1; Domain=${domain}`)
  }
  t.end()
})

t.test('values out of range are refused', (t) => {
  t.throws(() => dump_cookie('a', '1', { samesite: 'maybe' }), {
    name: 'RangeError',
    message: /'Strict', 'Lax' or 'None'/,
  })
  t.throws(() => dump_cookie('a', '1', { max_age: Number.NaN }), RangeError)
  t.throws(() => dump_cookie('a', '1', { max_age: Number.POSITIVE_INFINITY }), RangeError)
  t.throws(() => dump_cookie('a', '1', { max_age: 1e12 }), RangeError, 'past the year 9999')
  t.throws(() => dump_cookie('a', '1', { expires: new Date(Number.NaN) }), RangeError)
  t.end()
})

t.test('cookies that browsers drop for their prefix or for SameSite=None are refused', (t) => {
  // Security 1.1: RFC 6265bis prefixes
  const refused: [string, CookieOptions][] = [
    ['__Host-s', { secure: true, domain: 'example.com' }],
    ['__Host-s', { secure: false }],
    ['__Host-s', { secure: true, path: '/x' }],
    ['__Host-s', { secure: true, path: null }],
    ['__host-s', {}],
    ['__Secure-s', {}],
    ['__SECURE-s', { secure: false }],
    ['s', { samesite: 'None' }],
  ]
  for (const [key, options] of refused)
    t.throws(() => dump_cookie(key, '1', options), TypeError, JSON.stringify([key, options]))
  t.equal(dump_cookie('__Host-s', '1', { secure: true }), '__Host-s=1; Secure; Path=/')
  t.equal(dump_cookie('__Secure-s', '1', { partitioned: true }), '__Secure-s=1; Secure; Path=/; Partitioned')
  t.end()
})

t.test('a cookie too large for browsers warns', async (t) => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  dump_cookie('big', 'x'.repeat(5000))
  const warning = await warned
  t.equal(warning.name, 'CookieSizeWarning')
  t.match(warning.message, /'big' cookie is too large: 5012 bytes where 4093/)

  const others: Error[] = []
  const keep = (other: Error) => others.push(other)
  process.on('warning', keep)
  dump_cookie('big', 'x'.repeat(5000), { max_size: 0 })
  dump_cookie('big', 'x'.repeat(5000), { max_size: 6000 })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', keep)
  t.same(others, [], 'unless the limit is raised or turned off')
})

t.test('whatever is written can be sent by node', async (t) => {
  const codes = [...Array(0x21).keys(), 0x22, 0x7f, 0x80, 0xff, 0x100, 0x2028, 0x6e38, 0x1f376]
  const values = codes.map((code) => `x${String.fromCodePoint(code)}`)
  const server = createServer((_request, response) => {
    const cookies = values.map((value) => dump_cookie('a', value, { path: `/${value}`, domain: 'bücher.example' }))
    response.writeHead(200, { 'Set-Cookie': cookies }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/`)
  t.equal(response.headers.getSetCookie().length, codes.length)
  t.equal(response.headers.getSetCookie()[0], 'a="x\\000"; Domain=xn--bcher-kva.example; Path=/x%00')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
