import { performance } from 'node:perf_hooks'
import t from 'tap'
import {
  Accept,
  type AcceptItem,
  CharsetAccept,
  LanguageAccept,
  MIMEAccept,
  parse_accept_header,
} from '../../lib/http/accept.ts'

const PARSED: [header: string | undefined, items: AcceptItem[]][] = [
  [undefined, []],
  ['', []],
  ['gzip', [['gzip', 1]]],
  [
    'gzip;q=0.5, br',
    [
      ['br', 1],
      ['gzip', 0.5],
    ],
  ],
  [
    'a;q=0.5, b;q=0.5',
    [
      ['a', 0.5],
      ['b', 0.5],
    ],
  ],
  [
    '*;q=0.9, gzip;q=0.1',
    [
      ['gzip', 0.1],
      ['*', 0.9],
    ],
  ],
  ['a;q=0', [['a', 0]]],
  ['a;q=1.1, b', [['b', 1]]],
  ['a;q=-1, b', [['b', 1]]],
  ['a;q=x, b', [['b', 1]]],
  [
    'a;q=, b',
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  ['a;q="0.5"', [['a', 0.5]]],
  [
    'a;q=٠, b',
    [
      ['a', 1],
      ['b', 1],
    ],
  ],
  ['a;level=1;q=0.5', [['a; level=1', 0.5]]],
  ['a, "b', []],
]

for (const [header, items] of PARSED) {
  t.test(`${header} is read as ${JSON.stringify(items)}`, (t) => {
    t.same([...parse_accept_header(header, Accept)], items)
    t.end()
  })
}

t.test('whether the header was sent is known', (t) => {
  t.equal(parse_accept_header(undefined, Accept).provided, false)
  t.equal(parse_accept_header('a', Accept).provided, true)
  t.equal(new Accept(parse_accept_header(undefined, Accept)).provided, false)
  t.equal(new Accept([]).provided, true)
  t.end()
})

t.test('values can be looked up in any case', (t) => {
  const accept = parse_accept_header('gzip;q=0.5, br', Accept)
  t.equal(accept.best, 'br')
  t.equal(accept.length, 2)
  t.equal(accept.quality('GZIP'), 0.5)
  t.equal(accept.quality('deflate'), 0)
  t.same([accept.has('gzip'), accept.has('deflate')], [true, false])
  t.same([accept.find('gzip'), accept.find('deflate')], [1, -1])
  t.equal(accept.index('br'), 0)
  t.throws(() => accept.index('deflate'), RangeError)
  t.same(accept.at(0), ['br', 1])
  t.same([...accept.values()], ['br', 'gzip'])
  t.equal(`${accept}`, 'br,gzip;q=0.5')
  t.equal(new Accept().best, undefined)
  t.end()
})

/** The best of the offers, as Werkzeug chooses it. */
const MEDIA: [header: string, offers: string[], best: string | undefined][] = [
  ['text/html', ['application/json', 'text/html'], 'text/html'],
  ['text/html;q=0.5, application/json', ['text/html', 'application/json'], 'application/json'],
  ['*/*', ['text/html', 'application/json'], 'text/html'],
  ['text/*', ['application/json', 'text/plain'], 'text/plain'],
  ['text/*;q=0.5, */*;q=0.1', ['application/json', 'text/plain'], 'text/plain'],
  ['text/html, */*', ['application/json', 'text/html'], 'text/html'],
  ['text/html;q=0, */*', ['text/html'], undefined],
  ['text/html;q=0, */*', ['text/html', 'a/b'], 'a/b'],
  ['text/html;level=1', ['text/html'], undefined],
  ['text/html;level=1', ['text/html;level=1'], 'text/html;level=1'],
  ['text/html; a=1; b=2', ['text/html;b=2;a=1'], 'text/html;b=2;a=1'],
  ['TEXT/HTML', ['text/html'], 'text/html'],
  ['*/html', ['text/html'], undefined],
  ['text', ['text/html'], undefined],
  ['*', ['text/html'], undefined],
  ['application/json', ['*/*'], '*/*'],
  ['application/json', ['application/*'], 'application/*'],
  ['', ['text/html'], undefined],
]

for (const [header, offers, best] of MEDIA) {
  t.test(`of ${offers.join(' and ')}, Accept: ${header} wants ${best ?? 'nothing'}`, (t) => {
    t.equal(parse_accept_header(header, MIMEAccept).best_match(offers), best)
    t.end()
  })
}

t.test('the fallback is given when nothing matches', (t) => {
  t.equal(parse_accept_header('a/b', MIMEAccept).best_match(['text/html'], 'text/plain'), 'text/plain')
  t.equal(parse_accept_header('fr', LanguageAccept).best_match(['en'], 'de'), 'de')
  t.end()
})

t.test('an offer that is no media type is the mistake of the app', (t) => {
  const accept = parse_accept_header('text/html', MIMEAccept)
  t.throws(() => accept.best_match(['html']), TypeError)
  t.throws(() => accept.quality('*/html'), TypeError)
  t.end()
})

t.test('HTML, XHTML and JSON can be asked for by name', (t) => {
  const cases: [header: string, html: boolean, xhtml: boolean, json: boolean][] = [
    ['text/html', true, false, false],
    ['application/xhtml+xml', true, true, false],
    ['application/xml', true, true, false],
    ['application/json', false, false, true],
    ['*/*', true, true, true],
    ['text/*', true, false, false],
  ]
  for (const [header, html, xhtml, json] of cases) {
    const accept = parse_accept_header(header, MIMEAccept)
    t.same([accept.accept_html, accept.accept_xhtml, accept.accept_json], [html, xhtml, json], header)
  }
  t.end()
})

const LANGUAGES: [header: string, offers: string[], best: string | undefined][] = [
  ['de-AT', ['en', 'de-AT'], 'de-AT'],
  ['de_at', ['de-AT'], 'de-AT'],
  ['de-AT', ['en', 'de'], 'de'],
  ['de', ['en', 'de-AT'], 'de-AT'],
  ['en-US, de;q=0.5', ['de', 'en'], 'de'],
  ['en-US;q=0.8, de-AT;q=0.9', ['en', 'de'], 'de'],
  ['zh-Hans-CN', ['zh_Hant'], undefined],
  ['*', ['fr'], 'fr'],
  ['de;q=0', ['de'], undefined],
  ['fr', ['en'], undefined],
]

for (const [header, offers, best] of LANGUAGES) {
  t.test(`of ${offers.join(' and ')}, Accept-Language: ${header} wants ${best ?? 'nothing'}`, (t) => {
    t.equal(parse_accept_header(header, LanguageAccept).best_match(offers), best)
    t.end()
  })
}

t.test('charsets are known by their other names', (t) => {
  const accept = parse_accept_header('ISO-8859-1, utf8;q=0.7', CharsetAccept)
  t.equal(accept.quality('latin1'), 1)
  t.equal(accept.quality('UTF-8'), 0.7)
  t.equal(accept.quality('utf7'), 0)
  t.equal(parse_accept_header('*', CharsetAccept).has('anything'), true)
  t.equal(parse_accept_header('us-ascii', CharsetAccept).has('latin1'), false)
  t.end()
})

t.test('16 KB of members, parameters or blanks are read in linear time', (t) => {
  const size = 16_384
  const budgetMs = 250
  for (const text of ['a/b,', 'a/b;c=d', 'a/b;q=0.5,', ',', ';', '"', ' ', '*', '/']) {
    const header = `text/html${text.repeat(size / text.length)}x`
    const start = performance.now()
    parse_accept_header(header, MIMEAccept).best_match(['application/json', 'text/plain'])
    t.ok(performance.now() - start < budgetMs, JSON.stringify(text))
  }
  t.end()
})
