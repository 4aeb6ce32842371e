import t from 'tap'
import { escape as escapeHtml, escapeText, hasHtml, Markup, stripTags, unescapeHtml } from '../../lib/jinja/markup.ts'

const ESCAPED: [text: string, html: string][] = [
  ['', ''],
  ['plain', 'plain'],
  ['<b>"&\'</b>', '&lt;b&gt;&#34;&amp;&#39;&lt;/b&gt;'],
  ['a&', 'a&amp;'],
  ['&amp;', '&amp;amp;'],
  ['`\\/=é中😀\u2028', '`\\/=é中😀\u2028'],
]

t.test('the five characters of HTML are escaped, as MarkupSafe spells them', (t) => {
  for (const [text, html] of ESCAPED) {
    t.equal(escapeText(text), html)
    t.equal(String(escapeHtml(text)), html)
  }
  t.end()
})

t.test('what is HTML already is not escaped again', (t) => {
  const own = { __html__: () => '<i>own</i>' }
  t.equal(String(escapeHtml(new Markup('<b>'))), '<b>')
  t.equal(String(escapeHtml(escapeHtml('<'))), '&lt;')
  t.equal(String(escapeHtml(own)), '<i>own</i>')
  t.equal(String(new Markup(own)), '<i>own</i>')
  t.ok(hasHtml(own))
  for (const value of ['<b>', { __html__: 'no function' }, null, undefined, 1]) t.notOk(hasHtml(value))
  t.end()
})

t.test('any value can be escaped: arrays and objects by their text', (t) => {
  const cases: [value: unknown, html: string][] = [
    [['<', '>'], '&lt;,&gt;'],
    [{ toString: () => '<i>' }, '&lt;i&gt;'],
    [5, '5'],
    [null, ''],
    [undefined, ''],
  ]
  for (const [value, html] of cases) t.equal(String(escapeHtml(value)), html)
  t.end()
})

t.test('Markup is a String of HTML whose own methods escape', (t) => {
  const markup = new Markup('<b>')
  t.type(markup, String)
  t.equal(`${markup}`, '<b>')
  t.equal(markup.length, 3)
  t.equal(markup.__html__(), '<b>')
  t.equal(JSON.stringify({ markup }), '{"markup":"<b>"}')
  t.equal(String(markup.concat('<', new Markup('<i>'))), '<b>&lt;<i>')
  t.equal(String(Markup.escape('<')), '&lt;')
  t.equal(String(new Markup()), '')
  t.end()
})

const ENTITIES: [html: string, text: string][] = [
  ['&lt;b&gt; &amp; &quot;&#34;&#39;&apos;', '<b> & ""\'\''],
  ['&nbsp;&hellip;&#x2014;&#X41;&#8364;', '\xa0…—A€'],
  ['&amp', '&'],
  ['&ampx &notit; &notin;', '&x ¬it; ∉'],
  ['&nope; & &; &#; &#x;', '&nope; & &; &#; &#x;'],
  ['&#0;&#xd800;&#x110000;', '\ufffd\ufffd\ufffd'],
  ['&#x80;&#150;&#x81;', '€–\x81'],
  ['&#1;&#xfdd0;&#13;', '\r'],
]

t.test('character references become the characters that they name', (t) => {
  for (const [html, text] of ENTITIES) t.equal(unescapeHtml(html), text, html)
  t.equal(new Markup('&lt;i&gt;').unescape(), '<i>')
  t.end()
})

const STRIPPED: [html: string, text: string][] = [
  ['<p>a <b>b</b></p>\n  c', 'a b c'],
  ['a<!-- <b>hidden</b> -->b', 'ab'],
  ['a <!-- open <b>x</b>', 'a x'],
  ['a < b', 'a < b'],
  ['&lt;b&gt;', '<b>'],
  ['  a  ', 'a'],
  ['<<!-- x -->!-- y -->z', 'z'],
  ['x<a<b>y', 'xy'],
]

t.test('tags and comments are taken out of HTML', (t) => {
  for (const [html, text] of STRIPPED) t.equal(stripTags(html), text, html)
  t.equal(new Markup('<i>a</i>').striptags(), 'a')
  t.end()
})

t.test('hostile HTML takes time that grows with its length only', (t) => {
  const size = 200_000
  const start = performance.now()
  for (const part of ['<', '<!--', '<!-- -->', '&', '&#', '&a', '<a ']) {
    stripTags(part.repeat(size))
    unescapeHtml(part.repeat(size))
    escapeText(part.repeat(size))
  }
  t.ok(performance.now() - start < 20_000)
  t.end()
})
