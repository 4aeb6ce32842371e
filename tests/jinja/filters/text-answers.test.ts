import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('the case of letters is changed', async (t) => {
  answers(t, [
    {
      source: '{{ "hELLO wORLD"|capitalize }} {{ "hello"|upper }} {{ "HELLO"|lower }}',
      answer: 'Hello world HELLO hello',
    },
    { source: '{{ "ßéİǆ"|upper }} {{ "ÀİΣ"|lower }} {{ "ǆx ΑΣ"|capitalize }}', answer: 'SSÉİǄ ài̇ς ǅx ας' },
    { source: '{{ 5|upper }}{{ none|lower }}{{ true|capitalize }}', answer: '5noneTrue' },
    { source: '[{{ nope|upper }}{{ nope|lower }}{{ nope|capitalize }}]', answer: '[]' },
    {
      source: '{{ "<a>"|upper }} {{ "<a>"|safe|upper }} {{ "&lt;"|safe|capitalize }}',
      env: { autoescape: true },
      answer: '&lt;A&gt; <A> &lt;',
    },
    { source: '[{{ ""|capitalize }}]', answer: '[]' },
    { source: '{{ [1, "a"]|upper }}', answer: "[1, 'A']" },
  ])
})

t.test('title starts every word in upper case', async (t) => {
  answers(t, [
    {
      source: '{{ "foo bar"|title }} {{ "FOO-bAR (baz) [x] {y} <z>"|title }}',
      answer: 'Foo Bar Foo-Bar (Baz) [X] {Y} <Z>',
    },
    {
      source: '{{ "it\'s o\'neil"|title }} {{ "foo\tbar\nbaz"|title }} {{ "1st a.b/c_d"|title }}',
      answer: "It's O'neil Foo\tBar\nBaz 1st A.b/c_d",
    },
    { source: '{{ "élan ñu ßa ǆ"|title }}', answer: 'Élan Ñu SSa Ǆ' },
    { source: '[{{ ""|title }}][{{ nope|title }}]{{ 5|title }}{{ none|title }}', answer: '[][]5None' },
    { source: '{{ "f" }}{{ "  two  spaces "|title }}|', answer: 'f  Two  Spaces |' },
    { source: '{{ "<a>"|title }}{{ "<a>"|safe|title }}', env: { autoescape: true }, answer: '&lt;A&gt;&lt;A&gt;' },
  ])
})

t.test('center puts a text in the middle', async (t) => {
  answers(t, [
    {
      source: '[{{ "ab"|center(5) }}][{{ "abc"|center(6) }}][{{ "ab"|center(width=7) }}][{{ "abc"|center(2) }}]',
      answer: '[  ab ][ abc  ][   ab  ][abc]',
    },
    { source: '{{ "x"|center|length }}', answer: '80' },
    { source: '[{{ "é😀"|center(6) }}][{{ ""|center(3) }}]', answer: '[  é😀  ][   ]' },
    { source: '[{{ 5|center(3) }}][{{ nope|center(3) }}]', answer: '[ 5 ][   ]' },
    { source: '{{ "x"|center("3") }}', answer: { error: 'TypeError' } },
    { source: '[{{ "x"|center(-3) }}]', answer: '[x]' },
    { source: '[{{ "<"|center(3) }}][{{ "<"|safe|center(3) }}]', env: { autoescape: true }, answer: '[ &lt; ][ < ]' },
  ])
})

t.test('trim takes spaces or given characters off both ends', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "  a b \\n\\t"|trim }}][{{ "xxaxx"|trim("x") }}][{{ "abcba"|trim("ab") }}][{{ "a"|trim(chars="a") }}]',
      answer: '[a b][a][c][]',
    },
    { source: '[{{ "\\u00a0\\u2003a\\u3000"|trim }}]', answer: '[a]' },
    { source: '[{{ " a "|trim(none) }}][{{ " a "|trim("") }}]', answer: '[a][ a ]' },
    { source: '[{{ nope|trim }}][{{ 5|trim }}]', answer: '[][5]' },
    { source: '{{ "a"|trim(5) }}', answer: { error: 'TypeError' } },
    { source: '[{{ " < "|trim }}][{{ " < "|safe|trim }}]', env: { autoescape: true }, answer: '[&lt;][<]' },
  ])
})

t.test('replace replaces all or the first parts', async (t) => {
  answers(t, [
    {
      source:
        '{{ "aaa"|replace("a", "b") }} {{ "aaa"|replace("a", "b", 2) }} {{ "aaa"|replace("a", "b", count=0) }} {{ "aaa"|replace("a", "b", -1) }} {{ "aaa"|replace("a", "b", none) }}',
      answer: 'bbb bba aaa bbb bbb',
    },
    { source: '{{ "ab"|replace("", "-") }} {{ "ab"|replace("", "-", 2) }}', answer: '-a-b- -a-b' },
    {
      source: '{{ 5|replace(5, 6) }} {{ "a.b$"|replace(".", "$&") }} {{ "x"|replace(old="x", new="y") }}',
      answer: '6 a$&b$ y',
    },
    { source: '{{ "a"|replace("a") }}', answer: { error: 'TypeError' } },
    { source: '[{{ nope|replace("a", "b") }}]', answer: '[]' },
    { source: '{{ "a<b"|replace("<", ">") }}', env: { autoescape: true }, answer: 'a&gt;b' },
    { source: '{{ "a<b"|replace("<", ">"|safe) }}', env: { autoescape: true }, answer: 'a&lt;b' },
    { source: '{{ "a<b"|safe|replace("<", ">") }}', env: { autoescape: true }, answer: 'a&gt;b' },
    { source: '{{ "a<b"|safe|replace("<"|safe, ">"|safe) }}', env: { autoescape: true }, answer: 'a>b' },
    { source: '{{ "a<b"|replace("<"|safe, "x") }}', env: { autoescape: true }, answer: 'a&lt;b' },
    { source: '{{ "aa"|replace("a", "<"|safe, 1) }}', env: { autoescape: true }, answer: '<a' },
    { source: '{{ 5|replace(5, "<") }}', env: { autoescape: true }, answer: '&lt;' },
    { source: '{{ "a"|replace("a", "b", "c") }}', answer: { error: 'TypeError' } },
  ])
})

t.test('indent moves lines to the right', async (t) => {
  answers(t, [
    { source: '{{ "a\\nb\\n\\nc"|indent }}', answer: 'a\n    b\n\n    c' },
    { source: '{{ "a\\nb\\n\\nc"|indent(2, true) }}', answer: '  a\n  b\n\n  c' },
    { source: '{{ "a\\nb\\n\\nc"|indent(2, blank=true) }}', answer: 'a\n  b\n  \n  c' },
    { source: '{{ "a\\nb"|indent("> ", first=true) }}', answer: '> a\n> b' },
    { source: '{{ "a\\nb\\n"|indent(width=1) }}|', answer: 'a\n b\n|' },
    { source: '[{{ ""|indent(2, true) }}]', answer: '[  ]' },
    { source: '{{ "a\\r\\nb\\rc"|indent(2) }}', answer: 'a\n  b\n  c' },
    { source: '{{ "a\\nb"|indent(0) }}', answer: 'a\nb' },
    { source: '{{ "a\\nb"|indent(-3) }}', answer: 'a\nb' },
    { source: '{{ 5|indent }}', answer: { error: 'TypeError' } },
    { source: '[{{ nope|indent }}]', answer: { error: 'UndefinedError' } },
    { source: '{{ "<\\n<"|indent("<") }}', env: { autoescape: true }, answer: '&lt;\n&lt;&lt;' },
    { source: '{{ "<\\n<"|safe|indent("<", true) }}', env: { autoescape: true }, answer: '<<\n<<' },
    { source: '{{ "\\n\\n"|indent(2, true, true) }}|', answer: '  \n  \n  |' },
    { source: '{{ "a\\nb"|indent("") }}', answer: 'a\nb' },
  ])
})

t.test('truncate shortens at a word, or anywhere', async (t) => {
  answers(t, [
    {
      source:
        '{{ x|truncate(20) }}|{{ x|truncate(20, true) }}|{{ x|truncate(20, false, "…") }}|{{ x|truncate(43) }}|{{ x|truncate(40) }}|{{ x|truncate(37) }}|{{ x|truncate(40, leeway=0) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer:
        'The quick brown...|The quick brown f...|The quick brown…|The quick brown fox jumps over the lazy dog|The quick brown fox jumps over the lazy dog|The quick brown fox jumps over...|The quick brown fox jumps over the...',
    },
    {
      source:
        '{{ x|truncate(20, leeway=100) }}|{{ x|truncate(3) }}|{{ x|truncate(10, end="") }}|{{ x|truncate(length=10, killwords=true, end="!", leeway=0) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: 'The quick brown fox jumps over the lazy dog|...|The quick|The quick!',
    },
    {
      source: '{{ "abcdefghijkl"|truncate(5) }} {{ "abcdefghijkl"|truncate(5, leeway=0) }} {{ "foo bar"|truncate(5) }}',
      answer: 'ab... ab... foo bar',
    },
    {
      source: '{{ x|truncate(2) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: { error: 'AssertionError' },
    },
    {
      source: '{{ x|truncate(9, leeway=-1) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: { error: 'AssertionError' },
    },
    { source: '{{ "😀😀😀😀😀😀"|truncate(4, true, "", 0) }}', answer: '😀😀😀😀' },
    { source: '[{{ ""|truncate(5) }}][{{ nope|truncate(5) }}]', answer: '[][]' },
    { source: '{{ "<b> <i> <u>"|truncate(8, leeway=0) }}', env: { autoescape: true }, answer: '&lt;b&gt;...' },
    { source: '{{ "<b> <i> <u>"|safe|truncate(8, leeway=0) }}', env: { autoescape: true }, answer: '<b>...' },
    { source: '{{ "<b> <i> <u>"|safe|truncate(8, end="<", leeway=0) }}', env: { autoescape: true }, answer: '<b>&lt;' },
    {
      source: '{{ "<b> <i> <u>"|truncate(8, end="<"|safe, leeway=0) }}',
      env: { autoescape: true },
      answer: '&lt;b&gt;<',
    },
    {
      source: '{{ (x * 10)|truncate|length }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: '252',
    },
    { source: '{{ [1, 2, 3]|truncate(8) }}', answer: '[1, 2, 3]' },
  ])
})

t.test('wordcount counts runs of letters and digits', async (t) => {
  answers(t, [
    {
      source:
        '{{ "foo bar, baz-qux it\'s 5 _x_"|wordcount }} {{ ""|wordcount }} {{ "  "|wordcount }} {{ "é ß 日本 😀"|wordcount }} {{ 5|wordcount }}',
      answer: '8 0 0 3 1',
    },
    { source: '{{ nope|wordcount }}', answer: '0' },
    { source: '{{ none|wordcount }}', answer: '1' },
  ])
})

t.test('wordwrap breaks lines at a width', async (t) => {
  answers(t, [
    {
      source: '{{ x|wordwrap(10) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: 'The quick\nbrown fox\njumps over\nthe lazy\ndog',
    },
    {
      source: '{{ x|wordwrap(4) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: 'The \nquic\nk br\nown\nfox \njump\ns\nover\nthe\nlazy\ndog',
    },
    {
      source: '{{ x|wordwrap(4, false) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: 'The\nquick\nbrown\nfox\njumps\nover\nthe\nlazy\ndog',
    },
    {
      source: '{{ x|wordwrap(12, wrapstring="<br>") }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      answer: 'The quick<br>brown fox<br>jumps over<br>the lazy dog',
    },
    { source: '{{ "a-b-c-d well-known-words"|wordwrap(6) }}', answer: 'a-b-\nc-d\nwell-\nknown-\nwords' },
    {
      source: '{{ "a-b-c-d well-known-words"|wordwrap(6, break_on_hyphens=false) }}',
      answer: 'a-b-c-\nd well\n-known\n-words',
    },
    { source: '{{ "one\\ntwo three\\n\\nfour"|wordwrap(5) }}', answer: 'one\ntwo\nthree\n\nfour' },
    { source: '[{{ ""|wordwrap }}][{{ nope|wordwrap }}]', answer: { error: 'UndefinedError' } },
    { source: '{{ "a b"|wordwrap(0) }}', answer: { error: 'ValueError' } },
    { source: '{{ "< b"|wordwrap(1) }}', env: { autoescape: true }, answer: '&lt;\nb' },
    {
      source: '{{ x|wordwrap(10) }}',
      context: { x: 'The quick brown fox jumps over the lazy dog' },
      env: { newline_sequence: '\r\n' },
      answer: 'The quick\r\nbrown fox\r\njumps over\r\nthe lazy\r\ndog',
    },
    { source: '{{ "é😀é😀é"|wordwrap(2) }}', answer: 'é😀\né😀\né' },
    { source: '{{ "a  b   c"|wordwrap(4) }}', answer: 'a  b\nc' },
    {
      source: '{{ "aa bb"|wordwrap(width=2, break_long_words=true, wrapstring="|", break_on_hyphens=true) }}',
      answer: 'aa|bb',
    },
  ])
})

t.test('format fills in the values of percent formats', async (t) => {
  answers(t, [
    { source: '{{ "%s, %d, %.2f"|format("a", 5, 1.005) }}', answer: 'a, 5, 1.00' },
    { source: '{{ "%(a)s %(b)05d"|format(a=1, b=2) }}', answer: '1 00002' },
    { source: '{{ "%s"|format(1, a=2) }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "%s %s"|format(1) }}', answer: { error: 'TypeError' } },
    { source: '{{ "%s"|format(1, 2) }}', answer: { error: 'TypeError' } },
    { source: '{{ "%d"|format("x") }}', answer: { error: 'TypeError' } },
    { source: '{{ "%(a)s"|format(b=1) }}', answer: { error: 'KeyError' } },
    { source: '{{ "%%"|format }}', answer: '%' },
    { source: '{{ "100%"|format }}', answer: { error: 'ValueError' } },
    {
      source: '{{ "%x %X %o %e %g %c %r %a"|format(255, 255, 8, 1.5, 1.5, "c", "é", "é") }}',
      answer: "ff FF 10 1.500000e+00 1.5 c 'é' '\\xe9'",
    },
    { source: '{{ "%-5s|%5s|%+d|% d"|format("a", "b", 3, 4) }}', answer: 'a    |    b|+3| 4' },
    { source: '{{ "<%s>"|format("<") }}', env: { autoescape: true }, answer: '&lt;&lt;&gt;' },
    { source: '{{ "<%s>"|safe|format("<") }}', env: { autoescape: true }, answer: '<&lt;>' },
    { source: '{{ "<%(x)s>"|safe|format(x="<") }}', env: { autoescape: true }, answer: '<&lt;>' },
    { source: '{{ 5|format }}', answer: '5' },
    { source: '[{{ nope|format }}]', answer: '[]' },
    { source: '{{ "<%s>"|safe|format("<b>"|safe) }}', env: { autoescape: true }, answer: '<<b>>' },
    { source: '{{ "%q"|format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "%*d"|format(5, 3) }}', answer: '    3' },
    { source: '{{ "%s"|format([1]) }} {{ "%s"|format(none) }}', answer: '[1] None' },
  ])
})

t.test('string makes a text and leaves Markup as it is', async (t) => {
  answers(t, [
    { source: '{{ 5|string + "x" }} {{ none|string|upper }} {{ [1]|string|length }}', answer: '5x NONE 3' },
    { source: '[{{ nope|string }}]{{ nope|string is string }}', answer: '[]True' },
    { source: '{{ "<"|safe|string }} {{ "<"|string }}', env: { autoescape: true }, answer: '< &lt;' },
    { source: '{{ 1.0|string }} {{ true|string }} {{ {"a": "b"}|string }}', answer: "1.0 True {'a': 'b'}" },
  ])
})
