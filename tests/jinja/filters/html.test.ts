import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [filtered: string, output: string][] = [
  ['"<b>"|escape', '&lt;b&gt;'],
  ['"<b>"|e|e', '&lt;b&gt;'],
  ['m|e ~ m|forceescape', '<i>&lt;i&gt;'],
  ['"<b>"|e|forceescape', '&amp;lt;b&amp;gt;'],
  ['none|e ~ 5|e', 'None5'],
  ['"<b>"|safe', '<b>'],
  ['m|safe is sameas m', 'True'],
  ['"<p>a</p>  <b>b</b> &amp; c"|striptags', 'a b &amp; c'],
  ['{"a": 1, "b": none, "c": nope, "d": "<\\""}|xmlattr', ' a="1" d="&lt;&#34;"'],
  ['{"a": 1}|xmlattr(false)', 'a="1"'],
  ['{}|xmlattr', ''],
  ['{"a b": 1}|xmlattr', '!ValueError'],
  ['{"a>": 1}|xmlattr', '!ValueError'],
  ['{"a/": 1}|xmlattr', '!ValueError'],
  ['{"a=": 1}|xmlattr', '!ValueError'],
  ['[1]|xmlattr', '!TypeError'],
  ['nope|xmlattr', '!UndefinedError'],
  ['"a b/c?d=é&~"|urlencode', 'a%20b/c%3Fd%3D%C3%A9%26~'],
  ['{"a b": "c/d"}|urlencode', 'a+b=c%2Fd'],
  ['[("a", 1), ("b", 2)]|urlencode', 'a=1&amp;b=2'],
  ['5|urlencode ~ nope|urlencode', '5'],
  ['[1, "<"]|tojson', '[1, "\\u003c"]'],
  ['{"b": none, "a": 1.0}|tojson', '{"a": 1.0, "b": null}'],
  ['f|tojson', '!TypeError'],
  ['"abc"|attr("upper")()', 'ABC'],
  ['{"a": 1}|attr("a") is undefined', 'True'],
  ['o|attr("x") ~ (o|attr("nope") is undefined) ~ (o|attr("constructor") is undefined)', '1TrueTrue'],
  ['"http://a.com <x>"|urlize', '<a href="http://a.com" rel="noopener">http://a.com</a> &lt;x&gt;'],
  [
    '"http://a.com"|urlize(8, true, "_blank", "me")',
    '<a href="http://a.com" rel="me nofollow noopener" target="_blank">http://a...</a>',
  ],
  ['"a"|urlize(extra_schemes=["x y"])', '!FilterArgumentError'],
]

class Thing {
  x = 1
}

t.test('HTML is filtered as in Jinja', (t) => {
  const context = { m: new Markup('<i>'), o: new Thing(), f: () => 1 }
  for (const [filtered, output] of CASES)
    t.equal(renderOf(`{{ ${filtered} }}`, context, { autoescape: true }), output, filtered)
  t.end()
})

t.test('without escaping the result of xmlattr and urlize is text, that of tojson is safe', (t) => {
  const render = (source: string) => renderOf(source)
  t.equal(
    render('{{ {"a": "<"}|xmlattr is escaped }}{{ "x"|urlize is escaped }}{{ 1|tojson is escaped }}'),
    'FalseFalseTrue',
  )
  t.end()
})

t.test('tojson cannot end a script or an attribute in single quotes', (t) => {
  const html = renderOf('{{ x|tojson }}', { x: "</script><!--&'\u2028\u2029" }, { autoescape: true })
  t.equal(html, '"\\u003c/script\\u003e\\u003c!--\\u0026\\u0027\\u2028\\u2029"')
  t.end()
})
