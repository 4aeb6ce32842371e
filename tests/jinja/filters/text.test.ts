import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [filtered: string, output: string][] = [
  ["'foo BAR'|capitalize", 'Foo bar'],
  ['42|capitalize', '42'],
  ["'ab'|center(5)", '  ab '],
  ["'a'|center|length", '80'],
  ["'%s-%d'|format('a', 3)", 'a-3'],
  ["'%(x)s'|format(x=1)", '1'],
  ["'%s'|format('a', b=1)", '!FilterArgumentError'],
  ["'%s %s'|format('a')", '!TypeError'],
  ["'a\\nb\\n\\nc'|indent", 'a\n    b\n\n    c'],
  ["'a\\n\\nb'|indent(2, true, true)", '  a\n  \n  b'],
  ["'a\\nb'|indent('> ')", 'a\n> b'],
  ['1|indent', '!TypeError'],
  ["'ABC'|lower ~ 'abc'|upper", 'abcABC'],
  ["'a.b'|replace('.', '$&')", 'a$&b'],
  ["'aaa'|replace('a', 'b', count=1)", 'baa'],
  ['5|string ~ none|string', '5None'],
  ["'foo bar-baz (qux) they\\'re'|title", "Foo Bar-Baz (Qux) They're"],
  ["'  a '|trim", 'a'],
  ["'xax'|trim('x')", 'a'],
  ['nope|trim', ''],
  ["'foo bar baz qux'|truncate(9)", 'foo...'],
  ["'foo bar baz qux'|truncate(9, true)", 'foo ba...'],
  ["'foo bar baz'|truncate(9)", 'foo bar baz'],
  ["'foo bar baz'|truncate(9, leeway=0)", 'foo...'],
  ["'abcdef'|truncate(3, true, '', 0)", 'abc'],
  ["'😀😀😀'|truncate(2, true, '', 0)", '😀😀'],
  ["'abc'|truncate(2)", '!AssertionError'],
  ["'abcdef'|truncate(5, leeway=-1)", '!AssertionError'],
  ["'a b  c'|wordcount ~ 'naïve 世界'|wordcount", '32'],
  ["'the quick brown fox'|wordwrap(10)", 'the quick\nbrown fox'],
  ["'aaaa bb'|wordwrap(3, false)", 'aaaa\nbb'],
  ["'aaa bbb'|wordwrap(3, wrapstring='+')", 'aaa+bbb'],
  ["'a'|upper(1)", '!TypeError'],
]

t.test('texts are filtered as in Jinja', (t) => {
  for (const [filtered, output] of CASES) t.equal(renderOf(`{{ ${filtered} }}`), output, filtered)
  t.end()
})

const ESCAPED: [filtered: string, html: string][] = [
  ['m|upper', '<B>A</B>'],
  ['m|title', '&lt;B&gt;a&lt;/b&gt;'],
  ['m|replace("a", "<")', '<b>&lt;</b>'],
  ['"<a>"|replace("a", m)', '&lt;<b>a</b>&gt;'],
  ['"<a>"|replace("a", "b")', '&lt;b&gt;'],
  ['m|truncate(4, true, "&", 0)', '<b>&amp;'],
  ['m|indent', '<b>a</b>'],
  ['m|string', '<b>a</b>'],
  ['m|trim', '<b>a</b>'],
  ['"%s"|format(m)', '&lt;b&gt;a&lt;/b&gt;'],
  ['m|format', '<b>a</b>'],
]

t.test('safe HTML stays safe, and what is put into it is escaped', (t) => {
  for (const [filtered, html] of ESCAPED) {
    t.equal(renderOf(`{{ ${filtered} }}`, { m: new Markup('<b>a</b>') }, { autoescape: true }), html, filtered)
  }
  t.equal(renderOf('{{ m|replace("a", "<") }}', { m: new Markup('<b>a</b>') }), '<b><</b>', 'not without escaping')
  t.end()
})
