import { performance } from 'node:perf_hooks'
import t from 'tap'
import { ImmutableMultiDict, MultiDict } from '../../lib/http/multi-dict.ts'
import {
  decode_path,
  encode_path,
  encode_query,
  FRAGMENT_SAFE,
  iri_to_uri,
  makeQuoter,
  parse_query,
  type QueryValue,
} from '../../lib/http/query.ts'

const READ: [text: string, pairs: [string, string][]][] = [
  ['', []],
  [
    'a=1&b=2&a=3',
    [
      ['a', '1'],
      ['a', '3'],
      ['b', '2'],
    ],
  ],
  [
    'a=&b&=c&&d=1;e=2',
    [
      ['a', ''],
      ['b', ''],
      ['', 'c'],
      ['d', '1;e=2'],
    ],
  ],
  ['a=%E6%B8%B8+x%20y', [['a', '游 x y']]],
  [
    'a=1%2B1&b=a+b',
    [
      ['a', '1+1'],
      ['b', 'a b'],
    ],
  ],
  [
    'a=%zz&b=%',
    [
      ['a', '%zz'],
      ['b', '%'],
    ],
  ],
  ['a=%FF', [['a', '%FF']]],
  ['a=%ff%41%e6%b8', [['a', '%FFA%E6%B8']]],
  ['a=%e6%b8%b8%ff%f0%9f%8d%b6', [['a', '游%FF🍶']]],
  [
    'a=%ED%A0%80&b=%C0%AE',
    [
      ['a', '%ED%A0%80'],
      ['b', '%C0%AE'],
    ],
  ],
  ['a=%EF%BB%BFx', [['a', '\ufeffx']]],
  ['a=%00', [['a', '\0']]],
  [
    'a=b=c&d==',
    [
      ['a', 'b=c'],
      ['d', '='],
    ],
  ],
  ['a=游', [['a', '游']]],
  [
    'a[b]=1&__proto__=x&constructor=y',
    [
      ['a[b]', '1'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
  ],
  [
    'a+b=1&%61=2',
    [
      ['a b', '1'],
      ['a', '2'],
    ],
  ],
]

t.test('a query is read as Werkzeug reads it', (t) => {
  for (const [text, pairs] of READ) t.same([...parse_query(text)], pairs, JSON.stringify(text))
  t.end()
})

t.test('the class that holds the arguments can be chosen', (t) => {
  t.type(parse_query('a=1', ImmutableMultiDict<string>), ImmutableMultiDict)
  t.type(parse_query('a=1'), MultiDict)
  t.end()
})

t.test('names stay flat and reach no prototype', (t) => {
  // Security 1.6: brackets and __proto__
  const args = parse_query('a[__proto__][x]=1&constructor.prototype.x=2&__proto__[x]=3')
  t.same([...args.keys()], ['a[__proto__][x]', 'constructor.prototype.x', '__proto__[x]'])
  t.equal(Reflect.get({}, 'x'), undefined)
  t.end()
})

const WRITTEN: [values: Record<string, QueryValue | QueryValue[]>, text: string][] = [
  [{}, ''],
  [{ q: 'x y', page: 2 }, 'q=x+y&page=2'],
  [{ tag: ['a', 'b'] }, 'tag=a&tag=b'],
  [{ q: null, p: '', r: undefined, s: [null, '1'] }, 'p=&s=1'],
  [{ q: '游客' }, 'q=%E6%B8%B8%E5%AE%A2'],
  [{ q: "a&b=c+d e/f?g#h~i!*'()" }, "q=a%26b%3Dc%2Bd+e/f?g%23h~i!*'()"],
  [{ z: 1, a: 2.5, m: 10n }, 'z=1&a=2.5&m=10'],
  [{ flag: true, off: false }, 'flag=True&off=False'],
  [{ 'a b': '"<>\\^`{|}' }, 'a+b=%22%3C%3E%5C%5E%60%7B%7C%7D'],
  [{ q: '\r\n\0' }, 'q=%0D%0A%00'],
]

t.test('a query is written as url_for writes it', (t) => {
  for (const [values, text] of WRITTEN) t.equal(encode_query(values), text, text)
  t.equal(
    encode_query([
      ['a', 1],
      ['a', 2],
    ]),
    'a=1&a=2',
  )
  t.equal(encode_query(new MultiDict<QueryValue>({ a: ['1', '2'] })), 'a=1&a=2')
  t.end()
})

t.test('what is written is read back', (t) => {
  for (let code = 0; code < 0x300; code++) {
    const value = `x${String.fromCharCode(code)}y`
    t.equal(parse_query(encode_query({ k: value })).get('k'), value)
  }
  t.end()
})

t.test('a lone surrogate becomes U+FFFD', (t) => {
  t.equal(encode_query({ q: '\ud800' }), 'q=%EF%BF%BD')
  t.equal(encode_path('\udc00'), '%EF%BF%BD')
  t.end()
})

const PATHS: [raw: string, path: string][] = [
  ['/user/ann', '/user/ann'],
  ['/a%20b', '/a b'],
  ['/%E6%B8%B8', '/游'],
  ['/a%2Fb', '/a/b'],
  ['/%252e%252e/x', '/%2e%2e/x'],
  ['/%zz/%/%4', '/%zz/%/%4'],
  ['/a+b;c', '/a+b;c'],
  ['/%FF/%c0%ae/%e6%b8', '/\ufffd/\ufffd\ufffd/\ufffd'],
  ['/%ED%A0%80', '/\ufffd\ufffd\ufffd'],
  ['/\xe6\xb8\xb8', '/游'],
  ['/\xe6%b8\xb8\xff', '/游\ufffd'],
  ['/%00', '/\0'],
]

t.test('a path is decoded once', (t) => {
  // Security 1.7: double decoding
  for (const [raw, path] of PATHS) t.equal(decode_path(raw), path, JSON.stringify(raw))
  t.end()
})

t.test('a path is encoded for a URL', (t) => {
  t.equal(encode_path('/a b/游'), '/a%20b/%E6%B8%B8')
  t.equal(encode_path("/!$&'()*+,:;=@-._~"), "/!$&'()*+,:;=@-._~")
  t.equal(encode_path('/?#%[]"<>\\^`{|}\0'), '/%3F%23%25%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D%00')
  t.end()
})

t.test('a quoter keeps the characters it was made for', (t) => {
  const quote = makeQuoter(']^-\\')
  t.equal(quote('a]^-\\['), 'a]^-\\%5B')
  t.equal(makeQuoter('')('/~'), '%2F~')
  t.equal(makeQuoter(FRAGMENT_SAFE)('top of page#%20'), 'top%20of%20page#%20')
  t.end()
})

const LOCATIONS: [iri: string, uri: string][] = [
  ['', ''],
  ['/text?a=1&b=<2>', '/text?a=1&b=%3C2%3E'],
  ['/用户/a b?q=游客#头', '/%E7%94%A8%E6%88%B7/a%20b?q=%E6%B8%B8%E5%AE%A2#%E5%A4%B4'],
  ['/%E7%94%A8?q=%ff', '/%E7%94%A8?q=%ff'],
  ['http://例子.com/é', 'http://xn--fsqu00a.com/%C3%A9'],
  ['HTTP://EXAMPLE.com:080/A', 'http://example.com:80/A'],
  ['https://ann:p w@example.com:8443/?x#y', 'https://ann:p%20w@example.com:8443/?x#y'],
  ['//example.com/x', '//example.com/x'],
  ['http://[::1]:5000/x', 'http://[::1]:5000/x'],
  ['/x?', '/x'],
  ['/x#', '/x'],
  ['?a=b c', '?a=b%20c'],
  ['mailto:ann@example.com', 'mailto:ann@example.com'],
  ['file:///etc/hosts', 'file:///etc/hosts'],
  ['///x', '/x'],
  ['a"b\\c', 'a%22b%5Cc'],
  [' \r\n/x\r\ny\t', '/xy'],
]

t.test('a URL for people becomes one for headers', (t) => {
  for (const [iri, uri] of LOCATIONS) t.equal(iri_to_uri(iri), uri, JSON.stringify(iri))
  t.equal(iri_to_uri(iri_to_uri('/用户/a b?q=游客')), iri_to_uri('/用户/a b?q=游客'), 'twice is once')
  t.end()
})

t.test('a URL in header form has printable ASCII only', (t) => {
  // Security 1.8: CR, LF and NUL never reach Location
  for (let code = 0; code < 0x180; code++) {
    const char = String.fromCharCode(code)
    t.match(iri_to_uri(`/x${char}y?x${char}y#x${char}y`), /^[\x21-\x7e]*$/, JSON.stringify(char))
  }
  t.end()
})

t.test('a malformed host or port is refused', (t) => {
  for (const url of [
    'http://a:b/',
    'http://a:99999/',
    'http://[::1/',
    'http://a]b/',
    'http://\u0000\u00e9/',
    'http://é é/',
  ]) {
    t.throws(() => iri_to_uri(url), { name: 'TypeError', message: /malformed|no domain name/ }, JSON.stringify(url))
  }
  t.end()
})

t.test('the cost is in proportion to the length', (t) => {
  const start = performance.now()
  for (const unit of ['%', '%ff', '&', 'a=&', '=', '+', '%E6%B8%B8', '%ff/', '\xff', '//', '@', ':', '#', '[', 'a.']) {
    const text = unit.repeat(Math.floor((1 << 17) / unit.length))
    parse_query(text)
    decode_path(text)
    encode_query({ text })
    try {
      iri_to_uri(`http://${text}`)
    } catch {
      // Refused, which is as good as converted here.
    }
  }
  t.ok(performance.now() - start < 5000)
  t.end()
})
