import t from 'tap'
import { escape_html } from '../../lib/http/html.ts'

t.test('every character that HTML reads becomes an entity', (t) => {
  t.equal(
    escape_html(`<a href="x" title='y'>&amp;</a>`),
    '&lt;a href=&#34;x&#34; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  )
  t.end()
})

t.test('other text stays as it is', (t) => {
  for (const text of ['', 'plain', '游客 é\n\0']) t.equal(escape_html(text), text)
  t.end()
})
