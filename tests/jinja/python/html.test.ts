import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Float } from '../../../lib/jinja/python/containers.ts'
import { htmlOf, softText } from '../../../lib/jinja/python/html.ts'
import { Undefined } from '../../../lib/jinja/undefined.ts'

const HTML: [value: unknown, html: string][] = [
  ['<a href="x">\'&', '&lt;a href=&#34;x&#34;&gt;&#39;&amp;'],
  [new Markup('<b>'), '<b>'],
  [{ __html__: () => '<i>' }, '<i>'],
  [null, 'None'],
  [true, 'True'],
  [new Float(2), '2.0'],
  [['<'], '[&#39;&lt;&#39;]'],
  [{ '<k>': '&' }, '{&#39;&lt;k&gt;&#39;: &#39;&amp;&#39;}'],
  [{ toString: () => '<script>' }, '{&#39;toString&#39;: &lt;function toString&gt;}'],
  [
    new (class Evil {
      toString() {
        return '<script>'
      }
    })(),
    '&lt;script&gt;',
  ],
  [new Undefined({ name: 'x' }), ''],
]

// security.md 1.8, "autoescape gaps": lists, and objects with a toString of their own.
t.test('any value becomes safe HTML, what knows its own HTML is trusted', (t) => {
  for (const [value, html] of HTML) {
    const found = htmlOf(value)
    t.ok(found instanceof Markup, html)
    t.equal(found.toString(), html)
  }
  t.end()
})

t.test('a text stays a text and Markup stays Markup', (t) => {
  t.equal(softText('<'), '<')
  t.equal(softText(5), '5')
  t.equal(softText(null), 'None')
  const html = new Markup('<b>')
  t.equal(softText(html), html)
  t.end()
})
