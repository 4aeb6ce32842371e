import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { center, index, replaceText, text } from '../../../lib/jinja/methods/string.ts'
import { renderOf } from '../../support/jinja-answers.ts'

/** Method calls on texts and what Python answers, as `repr()` shows it. */
const CALLS: [call: string, answer: string][] = [
  ["'aBc'.upper()", "'ABC'"],
  ["'aBc'.lower()", "'abc'"],
  ["'they\\'re x1y'.title()", '"They\'Re X1Y"'],
  ["'hELLO'.capitalize()", "'Hello'"],
  ["'aBc'.swapcase()", "'AbC'"],
  ["'Straße'.casefold()", "'strasse'"],
  ["' a '.strip()", "'a'"],
  ["'xxaxx'.strip('x')", "'a'"],
  ["'xxaxx'.lstrip('x')", "'axx'"],
  ["'xxaxx'.rstrip('x')", "'xxa'"],
  ["'a b'.split()", "['a', 'b']"],
  ["'a,b,,c'.split(',')", "['a', 'b', '', 'c']"],
  ["'a,b,c'.split(',', 1)", "['a', 'b,c']"],
  ["'a,b,c'.split(sep=',', maxsplit=0)", "['a,b,c']"],
  ["'a,b,c'.rsplit(',', 1)", "['a,b', 'c']"],
  ["' a  b c '.rsplit(none, 1)", "[' a  b', 'c']"],
  ["'a'.split('')", '!ValueError'],
  ["'a\\nb\\r\\nc\\n'.splitlines()", "['a', 'b', 'c']"],
  ["'a\\nb'.splitlines(true)", "['a\\n', 'b']"],
  ["'a=b=c'.partition('=')", "('a', '=', 'b=c')"],
  ["'a=b=c'.rpartition('=')", "('a=b', '=', 'c')"],
  ["'abc'.partition('=')", "('abc', '', '')"],
  ["'abc'.rpartition('=')", "('', '', 'abc')"],
  ["'a'.partition('')", '!ValueError'],
  ["'-'.join(['a', 'b'])", "'a-b'"],
  ["'-'.join('ab')", "'a-b'"],
  ["'-'.join([1])", '!TypeError'],
  ["'aaa'.replace('a', 'b')", "'bbb'"],
  ["'aaa'.replace('a', 'b', 2)", "'bba'"],
  ["'ab'.replace('', '-')", "'-a-b-'"],
  ["'ab'.replace('', '-', 2)", "'-a-b'"],
  ["'a'.replace('a', 1)", '!TypeError'],
  ["'abc'.startswith('ab')", 'True'],
  ["'abc'.startswith(('x', 'a'))", 'True'],
  ["'abc'.startswith('b', 1)", 'True'],
  ["'abc'.startswith('', 5)", 'False'],
  ["'abc'.endswith('b', 0, 2)", 'True'],
  ["'abc'.endswith(1)", '!TypeError'],
  ["'abcabc'.find('c')", '2'],
  ["'abcabc'.rfind('c')", '5'],
  ["'abcabc'.find('c', 3)", '5'],
  ["'abcabc'.find('c', -1)", '5'],
  ["'abc'.find('x')", '-1'],
  ["'😀b'.find('b')", '1'],
  ["'abc'.index('b')", '1'],
  ["'abc'.index('x')", '!ValueError'],
  ["'abc'.rindex('x')", '!ValueError'],
  ["'aaaa'.count('aa')", '2'],
  ["'abc'.count('')", '4'],
  ["'abc'.count('a', 1)", '0'],
  ["'ab'.center(5)", "'  ab '"],
  ["'ab'.center(6, '*')", "'**ab**'"],
  ["'ab'.center(6, '**')", '!TypeError'],
  ["'a'.ljust(3)", "'a  '"],
  ["'a'.rjust(3, '0')", "'00a'"],
  ["'-5'.zfill(4)", "'-005'"],
  ["'5'.zfill(3)", "'005'"],
  ["'a\\tb'.expandtabs()", "'a       b'"],
  ["'a\\tb'.expandtabs(4)", "'a   b'"],
  ["'a\\tb'.expandtabs(0)", "'ab'"],
  ["'abc'.removeprefix('ab')", "'c'"],
  ["'abc'.removesuffix('bc')", "'a'"],
  ["'abc'.removesuffix('')", "'abc'"],
  ["'abc'.translate({97: 'x', 98: none})", "'xc'"],
  ["'ab'.isalpha()", 'True'],
  ["'a1'.isalnum()", 'True'],
  ["'12'.isdigit()", 'True'],
  ["'²'.isdigit()", 'True'],
  ["'²'.isdecimal()", 'False'],
  ["'½'.isnumeric()", 'True'],
  ["' \\t'.isspace()", 'True'],
  ["'AB1'.isupper()", 'True'],
  ["'ab1'.islower()", 'True'],
  ["'Ab Cd'.istitle()", 'True'],
  ["'aé'.isascii()", 'False'],
  ["'a_1'.isidentifier()", 'True'],
  ["'1a'.isidentifier()", 'False'],
  ["'a\\n'.isprintable()", 'False'],
  ["'a'.upper(1)", '!TypeError'],
  ["'a'.upper(x=1)", '!TypeError'],
  ["'a'.center('x')", '!TypeError'],
  ["'a'.center(nope)", '!UndefinedError'],
]

t.test("texts have the methods of Python's str", (t) => {
  for (const [call, answer] of CALLS) {
    const wanted = answer.startsWith('!') ? answer : `[${answer}]`
    t.equal(renderOf(`{{ [${call}] }}`), wanted, call)
  }
  t.end()
})

const KEPT: [call: string, html: string][] = [
  ['m.upper()', '<B>A</B>'],
  ['m.replace("a", "<")', '<b>&lt;</b>'],
  ['m.replace("<", "x")', 'xb>ax/b>'],
  ['m.split("a")[0]', '<b>'],
  ['m.partition("a")[1]', 'a'],
  ['m.join(["<", m])', '&lt;<b>a</b><b>a</b>'],
  ['m.center(10, "*")', '*<b>a</b>*'],
  ['m.strip("<>")', 'b>a</b'],
  ['m.zfill(9)', '0<b>a</b>'],
  ['m.format(1)', '<b>a</b>'],
  ['e.format("<")', '&lt;'],
  ['e.format(m)', '<b>a</b>'],
  ['m.startswith("<b")', 'True'],
  ['m.find("a")', '3'],
  ['m.unescape()', '&lt;b&gt;a&lt;/b&gt;'],
  ['m.striptags()', 'a'],
  ['m.escape("<")', '&lt;'],
]

t.test('methods of Markup keep it safe, escaping what they are given', (t) => {
  const context = { m: new Markup('<b>a</b>'), e: new Markup('{}') }
  for (const [call, html] of KEPT) t.equal(renderOf(`{{ ${call} }}`, context, { autoescape: true }), html, call)
  t.equal(
    renderOf('{{ m.center(10, "<") }}', context, { autoescape: true }),
    '!TypeError',
    'an escaped filler is too long',
  )
  t.end()
})

t.test('filters use the same functions', (t) => {
  t.equal(center('ab', 7), '   ab  ')
  t.equal(center('abc', 6, '.'), '.abc..')
  t.equal(replaceText('a.a', '.', '$&', -1), 'a$&a')
  t.equal(index(undefined, 3), 3)
  t.equal(index(true, 3), 1)
  t.throws(() => index('1', 3), TypeError)
  t.equal(text(new Markup('a')), 'a')
  t.throws(() => text(1), { message: 'expected str instance, int found' })
  t.end()
})
