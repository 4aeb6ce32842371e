import t from 'tap'
import { urlize } from '../../../lib/jinja/filters/urlize.ts'

const LINKED: [text: string, links: string[]][] = [
  ['http://a.com', ['http://a.com']],
  ['see https://a.com/b?c=d#e.', ['https://a.com/b?c=d#e']],
  ['(http://a.com)', ['http://a.com']],
  ['http://a.com/x_(y)', ['http://a.com/x_(y)']],
  ['http://a.com/x_(y).', ['http://a.com/x_(y)']],
  ['http://a.com, http://b.com!', ['http://a.com']],
  ['&lt;http://a.com&gt;', ['http://a.com']],
  ['www.a.com', ['https://www.a.com']],
  ['aa.com bb.org cc.io d.com', ['https://aa.com', 'https://bb.org']],
  [
    'http://localhost http://127.0.0.1:8000/x http://[::1]/',
    ['http://localhost', 'http://127.0.0.1:8000/x', 'http://[::1]/'],
  ],
  ['http://中文.com', ['http://中文.com']],
  ['a@b.com', ['mailto:a@b.com']],
  ['mailto:a@b.com', ['mailto:a@b.com']],
  ['@a@b.com a@b http:// x:y@z.com', []],
  ['tel:1 tel:', ['tel:1']],
  ['javascript:alert(1)', []],
]

t.test('URLs and mail addresses become links', (t) => {
  for (const [text, links] of LINKED) {
    const html = urlize(text, { limit: undefined, rel: '', target: '', schemes: ['tel:'] })
    t.same(
      [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url),
      links,
      text,
    )
    t.equal(html.replace(/<[^>]*>/g, '').replace('mailto:', ''), text.replace('mailto:', ''), 'nothing else changes')
  }
  t.end()
})

t.test('attributes are escaped, and what is shown is cut', (t) => {
  const html = urlize('http://example.com', { limit: 9, rel: 'a"b', target: '<', schemes: [] })
  t.equal(html, '<a href="http://example.com" rel="a&#34;b" target="&lt;">http://ex...</a>')
  t.end()
})

t.test('hostile text takes time that grows with its length only', (t) => {
  const size = 50_000
  const start = performance.now()
  for (const part of ['a.', 'http://', '(', ')', '&gt;', 'a@', '.', 'www.a.', '[', 'http://1.']) {
    urlize(part.repeat(size), { limit: 5, rel: '', target: '', schemes: ['x:'] })
  }
  t.ok(performance.now() - start < 20_000)
  t.end()
})
