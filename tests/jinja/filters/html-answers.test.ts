import t from 'tap'
import { Environment, Markup } from '../../../lib/jinja/index.ts'
import { answers } from '../../support/templates.ts'

t.test('escape replaces the five signs and leaves safe HTML alone', async (t) => {
  answers(t, [
    { source: "{{ '<a href=\"x\">\\'&amp;'|escape }}", answer: '&lt;a href=&#34;x&#34;&gt;&#39;&amp;amp;' },
    {
      source: "{{ '<a href=\"x\">\\'&amp;' }}",
      env: { autoescape: true },
      answer: '&lt;a href=&#34;x&#34;&gt;&#39;&amp;amp;',
    },
    { source: '{{ "<b>"|e }}', answer: '&lt;b&gt;' },
    { source: '{{ "<b>"|e }}', env: { autoescape: true }, answer: '&lt;b&gt;' },
    { source: '{{ "<b>"|e|e }}', env: { autoescape: true }, answer: '&lt;b&gt;' },
    { source: '{{ "<b>"|safe|e }}', env: { autoescape: true }, answer: '<b>' },
    { source: '{{ "<b>"|escape|upper }}', answer: '&LT;B&GT;' },
    {
      source: '{{ none|e }} {{ 1.5|e }} {{ ["<"]|e }} {{ {"<": 1}|e }}',
      answer: 'None 1.5 [&#39;&lt;&#39;] {&#39;&lt;&#39;: 1}',
    },
    { source: '[{{ nope|e }}]', answer: '[]' },
    { source: '{{ ["<"] }}', env: { autoescape: true }, answer: '[&#39;&lt;&#39;]' },
    { source: '{{ "é<ü😀>" }}', env: { autoescape: true }, answer: 'é&lt;ü😀&gt;' },
    { source: '[{{ ""|e }}]', env: { autoescape: true }, answer: '[]' },
    { source: '{{ ("a" ~ "<b>"|e) ~ "<c>" }}', env: { autoescape: true }, answer: 'a&amp;lt;b&amp;gt;&lt;c&gt;' },
    { source: '{{ "<i>"|safe + "<b>" }}', env: { autoescape: true }, answer: '<i>&lt;b&gt;' },
    { source: '{{ "<b>" + "<i>"|safe }}', env: { autoescape: true }, answer: '&lt;b&gt;<i>' },
    { source: '{{ "<i>"|safe * 2 }}', env: { autoescape: true }, answer: '<i><i>' },
    { source: '{{ "%s"|safe % "<b>" }}', env: { autoescape: true }, answer: '&lt;b&gt;' },
  ])
})

t.test('forceescape escapes also what is safe', async (t) => {
  answers(t, [
    { source: '{{ "<b>"|safe|forceescape }}', answer: '&lt;b&gt;' },
    { source: '{{ "<b>"|safe|forceescape }}', env: { autoescape: true }, answer: '&lt;b&gt;' },
    { source: '{{ "<b>"|e|forceescape }}', env: { autoescape: true }, answer: '&amp;lt;b&amp;gt;' },
    { source: '{{ 1|forceescape }}', env: { autoescape: true }, answer: '1' },
    { source: '[{{ nope|forceescape }}]', env: { autoescape: true }, answer: '[]' },
  ])
})

t.test('safe keeps what it is given', async (t) => {
  answers(t, [
    { source: '{{ "<b>"|safe }}', env: { autoescape: true }, answer: '<b>' },
    { source: '{{ 5|safe }}{{ none|safe }}', env: { autoescape: true }, answer: '5None' },
    { source: '{{ ["<"]|safe }}', env: { autoescape: true }, answer: "['<']" },
    { source: '[{{ nope|safe }}]', env: { autoescape: true }, answer: '[]' },
    { source: '{{ "<b>"|safe|upper }}', env: { autoescape: true }, answer: '<B>' },
    { source: '{{ "<b>"|safe|string }}', env: { autoescape: true }, answer: '<b>' },
    {
      source: '{{ "<b>"|safe is escaped }} {{ "<b>" is escaped }} {{ "<b>"|e is escaped }}',
      env: { autoescape: true },
      answer: 'True False True',
    },
  ])
})

t.test('striptags takes tags and comments away and joins white space', async (t) => {
  answers(t, [
    { source: '{{ "<p>a  <b>b</b>\\n c</p>"|striptags }}', answer: 'a b c' },
    { source: '{{ "a<!-- <b> -->b"|striptags }}', answer: 'ab' },
    { source: '{{ "&lt;b&gt; &amp;amp; &eacute;"|striptags }}', answer: '<b> &amp; é' },
    { source: '{{ "a < b > c"|striptags }}', answer: 'a c' },
    { source: '{{ "a <b"|striptags }}', answer: 'a <b' },
    { source: '{{ "<!-- open"|striptags }}', answer: '<!-- open' },
    { source: '{{ "<<b>x>"|striptags }}', answer: 'x>' },
    { source: '{{ "<scr<script>ipt>alert(1)</script>"|striptags }}', answer: 'ipt>alert(1)' },
    { source: '[{{ ""|striptags }}]', answer: '[]' },
    { source: '[{{ nope|striptags }}]', answer: '[]' },
    { source: '{{ 5|striptags }}', answer: '5' },
    { source: '{{ "<b>&lt;script&gt;</b>"|striptags }}', env: { autoescape: true }, answer: '&lt;script&gt;' },
    { source: '{{ "<b>x</b>"|safe|striptags }}', env: { autoescape: true }, answer: 'x' },
    { source: '{{ "<!--a--><!--b-->c-->"|striptags }}', answer: 'c-->' },
    { source: '{{ "a<!-->b-->c"|striptags }}', answer: 'ab-->c' },
    { source: '{{ "&#60;x&#x3e; &nosuch; &copy"|striptags }}', answer: '<x> &nosuch; ©' },
    { source: '{{ "a\\u00a0 b"|striptags }}', answer: 'a b' },
  ])
})

t.test('tojson gives what may stand in a script, an attribute in single quotes, and HTML', async (t) => {
  answers(t, [
    {
      source: '{{ "</script><script>alert(\'&\')</script>"|tojson }}',
      env: { autoescape: true },
      answer: '"\\u003c/script\\u003e\\u003cscript\\u003ealert(\\u0027\\u0026\\u0027)\\u003c/script\\u003e"',
    },
    {
      source: '{{ {"b": 1, "a": ["<!--", "]]>"]}|tojson }}',
      env: { autoescape: true },
      answer: '{"a": ["\\u003c!--", "]]\\u003e"], "b": 1}',
    },
    { source: '{{ {"b": 1, "a": [1, 2]}|tojson(indent=2) }}', answer: '{\n  "a": [\n    1,\n    2\n  ],\n  "b": 1\n}' },
    { source: '{{ {"b": []}|tojson(2) }}', answer: '{\n  "b": []\n}' },
    { source: '{{ "é😀\\u2028"|tojson }}', answer: '"\\u00e9\\ud83d\\ude00\\u2028"' },
    { source: '{{ [none, true, false, 1, 1.5, 2.0, -0.0]|tojson }}', answer: '[null, true, false, 1, 1.5, 2.0, -0.0]' },
    { source: '{{ nope|tojson }}', answer: { error: 'TypeError' } },
    { source: "<a data-x='{{ \"it's\"|tojson }}'>", env: { autoescape: true }, answer: '<a data-x=\'"it\\u0027s"\'>' },
    { source: '{{ "\\"<"|tojson }}', env: { autoescape: true }, answer: '"\\"\\u003c"' },
    { source: '{{ "<"|safe|tojson }}', env: { autoescape: true }, answer: '"\\u003c"' },
    { source: '{{ "x"|tojson is escaped }}', env: { autoescape: true }, answer: 'True' },
    { source: '{{ (1, "a")|tojson }}', answer: '[1, "a"]' },
  ])
})

t.test('urlencode quotes texts and makes queries of dicts and pairs', async (t) => {
  answers(t, [
    { source: '{{ "a b/c?d=é&\'()*!~"|urlencode }}', answer: 'a%20b/c%3Fd%3D%C3%A9%26%27%28%29%2A%21~' },
    { source: '{{ {"a b": "c/d", "é": 1}|urlencode }}', answer: 'a+b=c%2Fd&%C3%A9=1' },
    { source: '{{ [("a", 1), ("a", "x y")]|urlencode }}', answer: 'a=1&a=x+y' },
    { source: '{{ 5|urlencode }}', answer: '5' },
    { source: '{{ none|urlencode }}', answer: 'None' },
    { source: '[{{ nope|urlencode }}]', answer: '[]' },
    { source: '[{{ ""|urlencode }}]', answer: '[]' },
    { source: '{{ "😀"|urlencode }}', answer: '%F0%9F%98%80' },
    { source: '{{ ["ab", "cd"]|urlencode }}', answer: 'a=b&c=d' },
    { source: '{{ ["abc"]|urlencode }}', answer: { error: 'ValueError' } },
    { source: '{{ 1.5|urlencode }}', answer: '1.5' },
    { source: '{{ "100%"|urlencode }}', answer: '100%25' },
    { source: '{{ "<>"|urlencode }}', env: { autoescape: true }, answer: '%3C%3E' },
    { source: '{{ {"a": 1, "b": 2}|urlencode }}', env: { autoescape: true }, answer: 'a=1&amp;b=2' },
    { source: '{{ {}|urlencode }}', answer: '' },
    { source: '{{ {"a": none, "b": [1]}|urlencode }}', answer: 'a=None&b=%5B1%5D' },
    { source: '{{ "-_.~"|urlencode }}', answer: '-_.~' },
    { source: '{{ "a/b c"|safe|urlencode }}', env: { autoescape: true }, answer: 'a/b%20c' },
  ])
})

t.test('xmlattr writes the attributes that have a value', async (t) => {
  answers(t, [
    {
      source: '<a{{ {"id": 1, "class": none, "title": "<\\">", "x": nope}|xmlattr }}>',
      answer: '<a id="1" title="&lt;&#34;&gt;">',
    },
    {
      source: '<a{{ {"id": 1, "title": "<\\">"}|xmlattr }}>',
      env: { autoescape: true },
      answer: '<a id="1" title="&lt;&#34;&gt;">',
    },
    { source: '<a{{ {"id": 1}|xmlattr(false) }}>', answer: '<aid="1">' },
    { source: '<a{{ {"id": 1}|xmlattr(autospace=false) }}>', answer: '<aid="1">' },
    { source: '<a{{ {}|xmlattr }}>', answer: '<a>' },
    { source: '<a{{ {"x": none}|xmlattr }}>', answer: '<a>' },
    { source: '{{ {"x": "<b>"|safe}|xmlattr }}', env: { autoescape: true }, answer: ' x="<b>"' },
    { source: '{{ {"x": ""}|xmlattr }}', env: { autoescape: true }, answer: ' x=""' },
    { source: '{{ {"x": false, "y": 0}|xmlattr }}', env: { autoescape: true }, answer: ' x="False" y="0"' },
    { source: '{{ {"x": "1"}|xmlattr is escaped }}', env: { autoescape: true }, answer: 'True' },
    { source: '{{ {"x": "1"}|xmlattr is escaped }}', answer: 'False' },
    { source: '{{ {"data-é": "é"}|xmlattr }}', answer: ' data-é="é"' },
    { source: '{{ {"a&b": 1}|xmlattr }}', env: { autoescape: true }, answer: ' a&amp;b="1"' },
    { source: '{{ {"a<\'\\"": 1}|xmlattr }}', env: { autoescape: true }, answer: ' a&lt;&#39;&#34;="1"' },
  ])
})

t.test('xmlattr refuses names that would start another attribute or end the tag', async (t) => {
  answers(t, [
    { source: '{{ {"a\\u00a0b": 1, "a\\u2028b": 2, "\\u0085": 3}|xmlattr }}', answer: ' a b="1" a b="2" ="3"' },
    { source: '{{ {"a b": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a/b": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a>b": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a=b": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a\\tb": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a\\nb": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a\\fb": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"a\\rb": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ {"x onclick=alert(1)": 1}|xmlattr }}', env: { autoescape: true }, answer: { error: 'ValueError' } },
    { source: '{{ {"a b": none}|xmlattr }}', answer: '' },
    { source: '{{ {" a": 1}|xmlattr }}', answer: { error: 'ValueError' } },
    { source: '{{ nope|xmlattr }}', answer: { error: 'UndefinedError' } },
    { source: '{{ {"a b"|safe: 1}|xmlattr }}', env: { autoescape: true }, answer: { error: 'ValueError' } },
    { source: '{{ {"a\\u000bb": 1}|xmlattr }}', answer: { error: 'ValueError' } },
  ])
})

t.test('attr reads attributes and never items', async (t) => {
  answers(t, [
    { source: '[{{ x|attr("a") }}]', context: { x: { a: 1 } }, answer: '[]' },
    { source: '{{ "a"|attr("upper")() }}', answer: 'A' },
    { source: '{{ {"a": 1}|attr("items")()|list }}', answer: "[('a', 1)]" },
    { source: '[{{ nope|attr("x") }}]', answer: { error: 'UndefinedError' } },
    { source: '[{{ 1|attr("real") }}]', answer: '[1]' },
    { source: '{{ ["x"]|attr("0") }}', answer: '' },
    { source: '{{ (none|attr("x")) is defined }}', answer: 'False' },
    { source: '{{ "a"|attr("nope").x }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ "{0}"|attr("format")(1) }}', answer: '1' },
    { source: '{{ namespace(a=1)|attr("a") }}', answer: '1' },
    { source: '{{ "<"|attr("join")(["a", "b"]) }}', env: { autoescape: true }, answer: 'a&lt;b' },
    { source: '{{ "a"|attr("length") is defined }}', answer: 'False' },
    { source: '{{ {}|attr("constructor") is defined }}', answer: 'False' },
  ])
})

t.test('urlize makes links of URLs and addresses', async (t) => {
  answers(t, [
    {
      source: '{{ "see http://example.com/?a=1&b=2 now"|urlize }}',
      answer: 'see <a href="http://example.com/?a=1&amp;b=2" rel="noopener">http://example.com/?a=1&amp;b=2</a> now',
    },
    {
      source: '{{ "www.example.com"|urlize }}',
      answer: '<a href="https://www.example.com" rel="noopener">www.example.com</a>',
    },
    {
      source: '{{ "(example.org)"|urlize }}',
      answer: '(<a href="https://example.org" rel="noopener">example.org</a>)',
    },
    { source: '{{ "mail a@example.com"|urlize }}', answer: 'mail <a href="mailto:a@example.com">a@example.com</a>' },
    {
      source: '{{ "http://example.com/long/path"|urlize(10) }}',
      answer: '<a href="http://example.com/long/path" rel="noopener">http://exa...</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(nofollow=true) }}',
      answer: '<a href="http://x.com" rel="nofollow noopener">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(target="_blank") }}',
      answer: '<a href="http://x.com" rel="noopener" target="_blank">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(rel="me a") }}',
      answer: '<a href="http://x.com" rel="a me noopener">http://x.com</a>',
    },
    {
      source: '{{ "ftp:x tel:1"|urlize(extra_schemes=["tel:", "ftp:"]) }}',
      answer: '<a href="ftp:x" rel="noopener">ftp:x</a> <a href="tel:1" rel="noopener">tel:1</a>',
    },
    { source: '{{ "x"|urlize(extra_schemes=["no"]) }}', answer: { error: 'FilterArgumentError' } },
    {
      source: '{{ "<script>http://x.com</script>"|urlize }}',
      env: { autoescape: true },
      answer: '&lt;script&gt;http://x.com&lt;/script&gt;',
    },
    {
      source: '{{ "http://x.com/\\"onclick=\\"y"|urlize }}',
      env: { autoescape: true },
      answer: '<a href="http://x.com/&#34;onclick=&#34;y" rel="noopener">http://x.com/&#34;onclick=&#34;y</a>',
    },
    {
      source: '{{ "http://x.com"|safe|urlize }}',
      env: { autoescape: true },
      answer: '<a href="http://x.com" rel="noopener">http://x.com</a>',
    },
    { source: '{{ "http://x.com"|urlize is escaped }}', env: { autoescape: true }, answer: 'True' },
    { source: '{{ "http://x.com"|urlize is escaped }}', answer: 'False' },
    { source: '[{{ ""|urlize }}]', answer: '[]' },
    {
      source: '{{ "http://x.com"|urlize(target="\\"><b>") }}',
      answer: '<a href="http://x.com" rel="noopener" target="&#34;&gt;&lt;b&gt;">http://x.com</a>',
    },
    {
      source: '{{ "http://x.com"|urlize(rel="\\">") }}',
      answer: '<a href="http://x.com" rel="&#34;&gt; noopener">http://x.com</a>',
    },
    { source: '[{{ nope|urlize }}]', answer: '[]' },
    { source: '{{ 5|urlize }}', answer: '5' },
    {
      source: '{{ "http://x.com"|urlize(none, false, none, none, none) }}',
      answer: '<a href="http://x.com" rel="noopener">http://x.com</a>',
    },
    { source: '{{ "http://example.com"|urlize(0) }}', answer: '<a href="http://example.com" rel="noopener">...</a>' },
    {
      source: '{{ "http://example.com"|urlize(trim_url_limit=3, nofollow=true, target="t", rel="r") }}',
      answer: '<a href="http://example.com" rel="nofollow noopener r" target="t">htt...</a>',
    },
  ])
})

/** Well above what a linear filter needs for 64 KB, well below what a quadratic one does. */
const LINEAR_LIMIT_MS = 2000
const HOSTILE_BYTES = 65_536

t.test('striptags and urlize take linear time for hostile texts', async (t) => {
  const env = new Environment()
  const units = [
    '<',
    '>',
    '<!--',
    '-->',
    '<a',
    '&lt;',
    '&gt;',
    '(',
    ')',
    'a.',
    'a@',
    '.com',
    'http://',
    'www.',
    ' ',
    '%',
  ]
  for (const unit of units) {
    const text = unit.repeat(HOSTILE_BYTES / unit.length)
    for (const filter of ['striptags', 'urlize']) {
      const start = performance.now()
      const out = env.from_string(`{{ text|${filter} }}`).render({ text })
      const took = performance.now() - start
      t.type(out, 'string')
      t.ok(took < LINEAR_LIMIT_MS, `${filter} of ${unit} took ${Math.round(took)} ms`)
    }
  }
})

t.test('urlize takes linear time for a long list of brackets that do not match', async (t) => {
  const env = new Environment()
  for (const text of [
    `http://x.com/${'('.repeat(HOSTILE_BYTES / 2)}${')'.repeat(HOSTILE_BYTES / 2)}`,
    `${'a.'.repeat(HOSTILE_BYTES / 2)}!`,
    `a@${'b.'.repeat(HOSTILE_BYTES / 2)}!`,
  ]) {
    const start = performance.now()
    env.from_string('{{ text|urlize }}').render({ text })
    const took = performance.now() - start
    t.ok(took < LINEAR_LIMIT_MS, `${text.slice(0, 20)}… took ${Math.round(took)} ms`)
  }
})

t.test('what has __html__ is taken as it is by escape and safe, and escaped by forceescape', async (t) => {
  const env = new Environment({ autoescape: true })
  const x = { __html__: () => '<b>' }
  t.equal(env.from_string('{{ x }}{{ x|e }}{{ x|safe }}').render({ x }), '<b><b><b>')
  t.equal(env.from_string('{{ x|forceescape }} {{ x|striptags }}|').render({ x }), '&lt;b&gt; |')
  t.equal(env.from_string('{{ x }}').render({ x: new Markup('<i>') }), '<i>')
})
