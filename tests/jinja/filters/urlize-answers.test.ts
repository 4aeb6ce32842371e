import t from 'tap'
import { urlize } from '../../../lib/jinja/filters/urlize.ts'
import { answers } from '../../support/templates.ts'

t.test('URLs with a scheme, www, or a well-known ending become links', async (t) => {
  answers(t, [
    {
      source: '{{ "http://example.com"|urlize }}',
      answer: '<a href="http://example.com" rel="noopener">http://example.com</a>',
    },
    {
      source: '{{ "https://example.com/a?b=c#d"|urlize }}',
      answer: '<a href="https://example.com/a?b=c#d" rel="noopener">https://example.com/a?b=c#d</a>',
    },
    {
      source: '{{ "http://example.com:8080/x"|urlize }}',
      answer: '<a href="http://example.com:8080/x" rel="noopener">http://example.com:8080/x</a>',
    },
    {
      source: '{{ "HTTP://EXAMPLE.COM"|urlize }}',
      answer: '<a href="https://HTTP://EXAMPLE.COM" rel="noopener">HTTP://EXAMPLE.COM</a>',
    },
    {
      source: '{{ "www.example.com/x"|urlize }}',
      answer: '<a href="https://www.example.com/x" rel="noopener">www.example.com/x</a>',
    },
    { source: '{{ "www.x"|urlize }}', answer: 'www.x' },
    { source: '{{ "example.com"|urlize }}', answer: '<a href="https://example.com" rel="noopener">example.com</a>' },
    { source: '{{ "a.b.example.org/x?y"|urlize }}', answer: 'a.b.example.org/x?y' },
    { source: '{{ "example.de"|urlize }}', answer: 'example.de' },
    { source: '{{ "example.com."|urlize }}', answer: '<a href="https://example.com" rel="noopener">example.com</a>.' },
    { source: '{{ "x.info x.mil x.edu x.gov x.int x.net"|urlize }}', answer: 'x.info x.mil x.edu x.gov x.int x.net' },
    {
      source: '{{ "xn--bcher-kva.com"|urlize }}',
      answer: '<a href="https://xn--bcher-kva.com" rel="noopener">xn--bcher-kva.com</a>',
    },
    {
      source: '{{ "http://bücher.example"|urlize }}',
      answer: '<a href="http://bücher.example" rel="noopener">http://bücher.example</a>',
    },
    {
      source: '{{ "http://xn--80ak6aa92e.xn--p1ai"|urlize }}',
      answer: '<a href="http://xn--80ak6aa92e.xn--p1ai" rel="noopener">http://xn--80ak6aa92e.xn--p1ai</a>',
    },
    {
      source: '{{ "http://127.0.0.1/"|urlize }}',
      answer: '<a href="http://127.0.0.1/" rel="noopener">http://127.0.0.1/</a>',
    },
    { source: '{{ "http://1.2.3"|urlize }}', answer: 'http://1.2.3' },
    {
      source: '{{ "http://localhost"|urlize }}',
      answer: '<a href="http://localhost" rel="noopener">http://localhost</a>',
    },
    { source: '{{ "http://[::1]/"|urlize }}', answer: '<a href="http://[::1]/" rel="noopener">http://[::1]/</a>' },
    {
      source: '{{ "http://[2001:db8::1]:80/x"|urlize }}',
      answer: '<a href="http://[2001:db8::1]:80/x" rel="noopener">http://[2001:db8::1]:80/x</a>',
    },
    { source: '{{ "ftp://example.com"|urlize }}', answer: 'ftp://example.com' },
    { source: '{{ "javascript:alert(1)"|urlize }}', answer: 'javascript:alert(1)' },
    { source: '{{ "http://"|urlize }}', answer: 'http://' },
    { source: '{{ "http:// x"|urlize }}', answer: 'http:// x' },
    { source: '{{ "http://-x.com"|urlize }}', answer: '<a href="http://-x.com" rel="noopener">http://-x.com</a>' },
    { source: '{{ "http://a_b.com"|urlize }}', answer: '<a href="http://a_b.com" rel="noopener">http://a_b.com</a>' },
    {
      source: '{{ "foo.com/bar(baz)"|urlize }}',
      answer: '<a href="https://foo.com/bar(baz)" rel="noopener">foo.com/bar(baz)</a>',
    },
    {
      source: '{{ "example.com:99999"|urlize }}',
      answer: '<a href="https://example.com:99999" rel="noopener">example.com:99999</a>',
    },
    { source: '{{ "example.com:999999"|urlize }}', answer: 'example.com:999999' },
    {
      source: '{{ "https://example.com/%20x"|urlize }}',
      answer: '<a href="https://example.com/%20x" rel="noopener">https://example.com/%20x</a>',
    },
    { source: '{{ "http://user@example.com/"|urlize }}', answer: 'http://user@example.com/' },
    { source: '{{ "http://user:pw@example.com"|urlize }}', answer: 'http://user:pw@example.com' },
    { source: '{{ "data:text/html,x"|urlize }}', answer: 'data:text/html,x' },
    { source: '{{ "//example.com"|urlize }}', answer: '//example.com' },
    {
      source: '{{ "http://example.com/😀"|urlize }}',
      answer: '<a href="http://example.com/😀" rel="noopener">http://example.com/😀</a>',
    },
    { source: '{{ "1.2.3.4"|urlize }}', answer: '1.2.3.4' },
  ])
})

t.test('punctuation and brackets around a link stay outside of it', async (t) => {
  answers(t, [
    {
      source: '{{ "(http://example.com/)"|urlize }}',
      answer: '(<a href="http://example.com/" rel="noopener">http://example.com/</a>)',
    },
    {
      source: '{{ "<http://example.com>"|urlize }}',
      answer: '&lt;<a href="http://example.com" rel="noopener">http://example.com</a>&gt;',
    },
    {
      source: '{{ "http://example.com/foo_(bar)"|urlize }}',
      answer: '<a href="http://example.com/foo_(bar)" rel="noopener">http://example.com/foo_(bar)</a>',
    },
    {
      source: '{{ "(http://example.com/foo_(bar))"|urlize }}',
      answer: '(<a href="http://example.com/foo_(bar)" rel="noopener">http://example.com/foo_(bar)</a>)',
    },
    {
      source: '{{ "http://example.com."|urlize }}',
      answer: '<a href="http://example.com" rel="noopener">http://example.com</a>.',
    },
    {
      source: '{{ "http://example.com,"|urlize }}',
      answer: '<a href="http://example.com" rel="noopener">http://example.com</a>,',
    },
    {
      source: '{{ "http://example.com..."|urlize }}',
      answer: '<a href="http://example.com" rel="noopener">http://example.com</a>...',
    },
    { source: '{{ "http://example.com!"|urlize }}', answer: 'http://example.com!' },
    {
      source: '{{ "http://example.com?"|urlize }}',
      answer: '<a href="http://example.com?" rel="noopener">http://example.com?</a>',
    },
    {
      source: '{{ "((http://example.com))"|urlize }}',
      answer: '((<a href="http://example.com" rel="noopener">http://example.com</a>))',
    },
    { source: '{{ "&lt;http://example.com&gt;"|urlize }}', answer: '&amp;lt;http://example.com&amp;gt;' },
    { source: '{{ "[http://example.com]"|urlize }}', answer: '[http://example.com]' },
    {
      source: '{{ "http://example.com/)"|urlize }}',
      answer: '<a href="http://example.com/" rel="noopener">http://example.com/</a>)',
    },
    {
      source: '{{ "http://example.com/("|urlize }}',
      answer: '<a href="http://example.com/(" rel="noopener">http://example.com/(</a>',
    },
    { source: '{{ "a,http://example.com"|urlize }}', answer: 'a,http://example.com' },
    { source: '{{ "((("|urlize }}', answer: '(((' },
    { source: '{{ "))).,"|urlize }}', answer: '))).,' },
    {
      source: '{{ "http://example.com/a(b(c)d)e)"|urlize }}',
      answer: '<a href="http://example.com/a(b(c)d)e" rel="noopener">http://example.com/a(b(c)d)e</a>)',
    },
    { source: '{{ "(example.com"|urlize }}', answer: '(<a href="https://example.com" rel="noopener">example.com</a>' },
    { source: '{{ "example.com)"|urlize }}', answer: '<a href="https://example.com" rel="noopener">example.com</a>)' },
    { source: '{{ "http://example.com;"|urlize }}', answer: 'http://example.com;' },
    { source: '{{ "(a@b.com)"|urlize }}', answer: '(<a href="mailto:a@b.com">a@b.com</a>)' },
    { source: '{{ "<a@b.com>,"|urlize }}', answer: '&lt;<a href="mailto:a@b.com">a@b.com</a>&gt;,' },
    {
      source: '{{ "http://x.com/(a)."|urlize }}',
      answer: '<a href="http://x.com/(a)" rel="noopener">http://x.com/(a)</a>.',
    },
    {
      source: '{{ "http://x.com/(a)b)c)"|urlize }}',
      answer: '<a href="http://x.com/(a)b)c" rel="noopener">http://x.com/(a)b)c</a>)',
    },
  ])
})

t.test('mail addresses become links', async (t) => {
  answers(t, [
    { source: '{{ "a@example.com"|urlize }}', answer: '<a href="mailto:a@example.com">a@example.com</a>' },
    { source: '{{ "mailto:a@example.com"|urlize }}', answer: '<a href="mailto:a@example.com">a@example.com</a>' },
    { source: '{{ "a@b"|urlize }}', answer: 'a@b' },
    { source: '{{ "a@b.c"|urlize }}', answer: '<a href="mailto:a@b.c">a@b.c</a>' },
    { source: '{{ "@example.com"|urlize }}', answer: '@example.com' },
    { source: '{{ "a@@example.com"|urlize }}', answer: '<a href="mailto:a@@example.com">a@@example.com</a>' },
    { source: '{{ "a@b@example.com"|urlize }}', answer: '<a href="mailto:a@b@example.com">a@b@example.com</a>' },
    {
      source: '{{ "a.b+c@d-e.example.com"|urlize }}',
      answer: '<a href="mailto:a.b+c@d-e.example.com">a.b+c@d-e.example.com</a>',
    },
    { source: '{{ "a@example.com."|urlize }}', answer: '<a href="mailto:a@example.com">a@example.com</a>.' },
    { source: '{{ "a@exa_mple.com"|urlize }}', answer: '<a href="mailto:a@exa_mple.com">a@exa_mple.com</a>' },
    { source: '{{ "a@-x.com"|urlize }}', answer: 'a@-x.com' },
    { source: '{{ "é@é.fr"|urlize }}', answer: '<a href="mailto:é@é.fr">é@é.fr</a>' },
    { source: '{{ "mailto:"|urlize }}', answer: 'mailto:' },
    { source: '{{ "mailto:x"|urlize }}', answer: 'mailto:x' },
    { source: '{{ "www.a@b.com"|urlize }}', answer: 'www.a@b.com' },
    { source: '{{ "x:a@b.com"|urlize }}', answer: 'x:a@b.com' },
    { source: '{{ "a@b..com"|urlize }}', answer: '<a href="mailto:a@b..com">a@b..com</a>' },
    { source: '{{ "a@b.com/x"|urlize }}', answer: 'a@b.com/x' },
    { source: '{{ "mailto:a@b.com?subject=x"|urlize }}', answer: 'mailto:a@b.com?subject=x' },
    { source: '{{ "mailto:a b@c.com"|urlize }}', answer: 'mailto:a <a href="mailto:b@c.com">b@c.com</a>' },
    { source: '{{ "a\'b@c.com"|urlize }}', answer: '<a href="mailto:a&#39;b@c.com">a&#39;b@c.com</a>' },
  ])
})

t.test('the text of long links is cut', async (t) => {
  answers(t, [
    {
      source: '{{ "http://example.com/path"|urlize(5) }}',
      answer: '<a href="http://example.com/path" rel="noopener">http:...</a>',
    },
    {
      source: '{{ "http://example.com/path"|urlize(23) }}',
      answer: '<a href="http://example.com/path" rel="noopener">http://example.com/path</a>',
    },
    {
      source: '{{ "http://example.com/path"|urlize(22) }}',
      answer: '<a href="http://example.com/path" rel="noopener">http://example.com/pat...</a>',
    },
    {
      source: '{{ "http://example.com/é😀é"|urlize(20) }}',
      answer: '<a href="http://example.com/é😀é" rel="noopener">http://example.com/é...</a>',
    },
    {
      source: '{{ "http://example.com"|urlize(-1) }}',
      answer: '<a href="http://example.com" rel="noopener">http://example.co...</a>',
    },
    { source: '{{ "a@example.com"|urlize(3) }}', answer: '<a href="mailto:a@example.com">a@example.com</a>' },
    {
      source: '{{ "http://example.com/?a=1&b=2"|urlize(22) }}',
      answer: '<a href="http://example.com/?a=1&amp;b=2" rel="noopener">http://example.com/?a=...</a>',
    },
  ])
})

t.test('rel and target are attributes of links to pages', async (t) => {
  answers(t, [
    {
      source: '{{ "http://x.com a@b.com mailto:a@b.com"|urlize(target="_top", rel="x y", nofollow=true) }}',
      answer:
        '<a href="http://x.com" rel="nofollow noopener x y" target="_top">http://x.com</a> <a href="mailto:a@b.com">a@b.com</a> <a href="mailto:a@b.com">a@b.com</a>',
    },
    { source: '{{ "http://x.com"|urlize(rel="") }}', answer: '<a href="http://x.com" rel="noopener">http://x.com</a>' },
    {
      source: '{{ "http://x.com"|urlize(rel="noopener") }}',
      answer: '<a href="http://x.com" rel="noopener">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(rel="b  a b") }}',
      answer: '<a href="http://x.com" rel="a b noopener">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(target="") }}',
      answer: '<a href="http://x.com" rel="noopener">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(target="<&>") }}',
      answer: '<a href="http://x.com" rel="noopener" target="&lt;&amp;&gt;">http://x.com</a>',
    },
  ])
})

t.test('further schemes make links of what starts with them', async (t) => {
  answers(t, [
    {
      source: '{{ "tel:+1 sip:x tel: x"|urlize(extra_schemes=["tel:", "sip:"]) }}',
      answer: '<a href="tel:+1" rel="noopener">tel:+1</a> <a href="sip:x" rel="noopener">sip:x</a> tel: x',
    },
    {
      source: '{{ "ftp://x.y"|urlize(extra_schemes=["ftp://"]) }}',
      answer: '<a href="ftp://x.y" rel="noopener">ftp://x.y</a>',
    },
    {
      source: '{{ "ftp://x.y"|urlize(extra_schemes=["ftp:/"]) }}',
      answer: '<a href="ftp://x.y" rel="noopener">ftp://x.y</a>',
    },
    { source: '{{ "x"|urlize(extra_schemes=["a"]) }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "x"|urlize(extra_schemes=["javascript :"]) }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "x"|urlize(extra_schemes=["a:"]) }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "x"|urlize(extra_schemes=["://"]) }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "x"|urlize(extra_schemes=[]) }}', answer: 'x' },
    {
      source: '{{ "(tel:1)."|urlize(extra_schemes=["tel:"]) }}',
      answer: '(<a href="tel:1" rel="noopener">tel:1</a>).',
    },
    {
      source: '{{ "tel:1"|urlize(target="_x", rel="q", extra_schemes=["tel:"]) }}',
      answer: '<a href="tel:1" rel="noopener q" target="_x">tel:1</a>',
    },
    { source: '{{ "x"|urlize(extra_schemes="ab:") }}', answer: { error: 'FilterArgumentError' } },
  ])
})

t.test('the rest is escaped, with its white space kept', async (t) => {
  answers(t, [
    {
      source: '{{ "<b> & \\"x\\"  \\n\\t http://x.com/<b>"|urlize }}',
      env: { autoescape: true },
      answer:
        '&lt;b&gt; &amp; &#34;x&#34;  \n\t <a href="http://x.com/&lt;b&gt;" rel="noopener">http://x.com/&lt;b&gt;</a>',
    },
    {
      source: '{{ "http://x.com/\'onmouseover=\'alert(1)"|urlize }}',
      env: { autoescape: true },
      answer:
        '<a href="http://x.com/&#39;onmouseover=&#39;alert(1)" rel="noopener">http://x.com/&#39;onmouseover=&#39;alert(1)</a>',
    },
    {
      source: '{{ "\\"><script>alert(1)</script>@x.com"|urlize }}',
      env: { autoescape: true },
      answer:
        '<a href="mailto:&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@x.com">&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@x.com</a>',
    },
    { source: '{{ "<b>http://x.com</b>"|safe|urlize }}', env: { autoescape: true }, answer: '<b>http://x.com</b>' },
    { source: '{{ "<b>"|urlize }}', answer: '&lt;b&gt;' },
    {
      source: '{{ " a  b\\u00a0c http://x.com\\u3000y "|urlize }}|',
      answer: ' a  b c <a href="http://x.com" rel="noopener">http://x.com</a>　y |',
    },
    {
      source: '{{ "http://x.com/?a&b"|safe|urlize }}',
      env: { autoescape: true },
      answer: '<a href="http://x.com/?a&b" rel="noopener">http://x.com/?a&b</a>',
    },
  ])
})

t.test('nothing but its own tags is added to HTML', async (t) => {
  const options = { limit: undefined, rel: '', target: '', schemes: [] }
  t.equal(urlize('http://x.com &amp; y', options), '<a href="http://x.com">http://x.com</a> &amp; y')
  t.equal(
    urlize('xx.com', { ...options, rel: '"', target: '<' }),
    '<a href="https://xx.com" rel="&#34;" target="&lt;">xx.com</a>',
  )
  t.equal(urlize('', options), '')
})
