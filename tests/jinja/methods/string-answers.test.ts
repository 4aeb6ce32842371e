import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('the case of letters is changed', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "aBc é ß".upper() }}] [{{ "ABC É İ".lower() }}] [{{ "aB cD-eF it\'s 1a".title() }}] [{{ "aBC dEF".capitalize() }}] [{{ "ßẞ".casefold() }}] [{{ "aB é ǆ".swapcase() }}] [{{ "".upper() }}] [{{ "ΑΣ ΑΣΒ".lower() }}] [{{ "ﬁ".upper() }}] [{{ "ŉx".title() }}]',
      answer: "[ABC É SS] [abc é i̇] [Ab Cd-Ef It'S 1A] [Abc def] [ssss] [Ab É Ǆ] [] [ας ασβ] [FI] [ʼNx]",
    },
    { source: '[{{ "a".upper(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "ǆ".title() }}] [{{ "ǆ".capitalize() }}] [{{ "ῼ".swapcase() }}]', answer: '[ǅ] [ǅ] [ῼ]' },
  ])
})

t.test('strip, lstrip and rstrip take characters off the ends', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "  a ".strip() }}] [{{ "  a ".lstrip() }}] [{{ "  a ".rstrip() }}] [{{ "xyaxy".strip("xy") }}] [{{ "xya".lstrip("y") }}] [{{ "axy".rstrip("yx") }}] [{{ "a".strip("") }}] [{{ " a ".strip(none) }}] [{{ "".strip() }}] [{{ "\\u00a0\\u2028a\\u3000".strip() }}] [{{ "😀a😀".strip("😀") }}]',
      answer: '[a] [a ] [  a] [a] [xya] [a] [a] [a] [] [a] [a]',
    },
    { source: '[{{ "a".strip(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".strip(chars="a") }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('split and rsplit cut at spaces or a separator', async (t) => {
  answers(t, [
    {
      source:
        '[{{ " a  b c ".split() }}] [{{ "a,b,,c".split(",") }}] [{{ "a,b,c".split(",", 1) }}] [{{ "a,b,c".rsplit(",", 1) }}] [{{ " a b c ".split(none, 1) }}] [{{ " a b c ".rsplit(none, 1) }}] [{{ "abc".split(sep="b") }}] [{{ "a b c".split(maxsplit=1) }}] [{{ "".split() }}] [{{ "".split(",") }}] [{{ "a,b".split(",", 0) }}] [{{ "a,b".split(",", -5) }}] [{{ " a b ".split(none, 0) }}] [{{ "a::b".split("::") }}] [{{ "😀,é".split(",") }}] [{{ " a b ".rsplit(maxsplit=0) }}] [{{ "a\\u00a0b\\u3000c".split() }}]',
      answer:
        "[['a', 'b', 'c']] [['a', 'b', '', 'c']] [['a', 'b,c']] [['a,b', 'c']] [['a', 'b c ']] [[' a b', 'c']] [['a', 'c']] [['a', 'b c']] [[]] [['']] [['a,b']] [['a', 'b']] [['a b ']] [['a', 'b']] [['😀', 'é']] [[' a b']] [['a', 'b', 'c']]",
    },
    { source: '[{{ "a".split("") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "a".rsplit("") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "a".split(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".split(",", "x") }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('splitlines cuts at every end of a line', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "a\\nb\\r\\nc\\rd".splitlines() }}] [{{ "a\\nb\\r\\n".splitlines(true) }}] [{{ "a\\n\\nb".splitlines(keepends=true) }}] [{{ "".splitlines() }}] [{{ "\\n".splitlines() }}] [{{ "a\\u2028b\\u0085c\\x0bd\\x0ce\\x1cf".splitlines() }}] [{{ "a".splitlines(0) }}]',
      answer:
        "[['a', 'b', 'c', 'd']] [['a\\n', 'b\\r\\n']] [['a\\n', '\\n', 'b']] [[]] [['']] [['a', 'b', 'c', 'd', 'e', 'f']] [['a']]",
    },
  ])
})

t.test('partition and rpartition cut once', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "a-b-c".partition("-") }}] [{{ "a-b-c".rpartition("-") }}] [{{ "abc".partition("-") }}] [{{ "abc".rpartition("-") }}] [{{ "a::b".partition("::") }}] [{{ "".partition("x") }}] [{{ "-".partition("-") }}]',
      answer:
        "[('a', '-', 'b-c')] [('a-b', '-', 'c')] [('abc', '', '')] [('', '', 'abc')] [('a', '::', 'b')] [('', '', '')] [('', '-', '')]",
    },
    { source: '[{{ "a".partition("") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "a".rpartition("") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "a".partition() }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".partition(1) }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('join puts the text between texts', async (t) => {
  answers(t, [
    {
      source:
        '[{{ ",".join(["a", "b"]) }}] [{{ "".join("abc") }}] [{{ "-".join({"a": 1, "b": 2}) }}] [{{ ",".join([]) }}] [{{ ", ".join(("a",)) }}] [{{ "x".join("") }}]',
      answer: '[a,b] [abc] [a-b] [] [a] []',
    },
    { source: '[{{ ",".join([1]) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ ",".join(5) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ ",".join() }}]', answer: { error: 'TypeError' } },
    { source: '[{{ ",".join(["a", none]) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ ",".join(nope) }}]', answer: '[]' },
  ])
})

t.test('replace replaces all or the first parts', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "aaa".replace("a", "b") }}] [{{ "aaa".replace("a", "b", 2) }}] [{{ "aaa".replace("a", "b", -1) }}] [{{ "aaa".replace("a", "b", 0) }}] [{{ "ab".replace("", "-") }}] [{{ "".replace("", "x") }}] [{{ "ab".replace("", "-", 1) }}] [{{ "😀b".replace("", "-") }}] [{{ "a.b".replace(".", "$&") }}] [{{ "".replace("a", "b") }}] [{{ "aXbX".replace("X", "") }}]',
      answer: '[bbb] [bba] [bbb] [aaa] [-a-b-] [x] [-ab] [-😀-b-] [a$&b] [] [ab]',
    },
    { source: '[{{ "a".replace("a") }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".replace("a", 1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".replace(1, "a") }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".replace("a", "b", "c") }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('find, index and count look for parts, by characters', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "abcabc".find("c") }}] [{{ "abcabc".rfind("c") }}] [{{ "abc".find("x") }}] [{{ "abc".rfind("x") }}] [{{ "abcabc".find("a", 1) }}] [{{ "abcabc".find("a", 1, 3) }}] [{{ "abcabc".find("a", -3) }}] [{{ "abc".find("") }}] [{{ "abc".rfind("") }}] [{{ "abc".find("", 3) }}] [{{ "abc".find("", 4) }}] [{{ "😀b".find("b") }}] [{{ "😀b😀b".rfind("b") }}] [{{ "abc".find("c", none, none) }}] [{{ "".find("") }}] [{{ "abc".find("a", 0, -5) }}]',
      answer: '[2] [5] [-1] [-1] [3] [-1] [3] [0] [3] [3] [-1] [1] [3] [2] [0] [-1]',
    },
    {
      source: '[{{ "abcabc".index("c") }}] [{{ "abcabc".rindex("a") }}] [{{ "abcabc".index("a", 1) }}]',
      answer: '[2] [3] [3]',
    },
    { source: '[{{ "abc".index("x") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "abc".rindex("x") }}]', answer: { error: 'ValueError' } },
    { source: '[{{ "abc".find(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "abc".find() }}]', answer: { error: 'TypeError' } },
    {
      source:
        '[{{ "aaaa".count("aa") }}] [{{ "abc".count("") }}] [{{ "abc".count("x") }}] [{{ "abcabc".count("a", 1) }}] [{{ "abcabc".count("a", 0, 2) }}] [{{ "".count("") }}] [{{ "😀😀".count("😀") }}] [{{ "😀".count("") }}] [{{ "abc".count("", 5) }}]',
      answer: '[2] [4] [0] [1] [1] [1] [2] [2] [0]',
    },
    { source: '[{{ "abc".count() }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('startswith and endswith take one or several affixes', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "abc".startswith("ab") }}] [{{ "abc".startswith("b", 1) }}] [{{ "abc".startswith(("x", "a")) }}] [{{ "abc".startswith("") }}] [{{ "abc".startswith("", 4) }}] [{{ "abc".startswith("bc", 1, 2) }}] [{{ "abc".startswith(()) }}] [{{ "abc".endswith("bc") }}] [{{ "abc".endswith(("x", "c")) }}] [{{ "abc".endswith("b", 0, 2) }}] [{{ "abc".endswith("", 3) }}] [{{ "😀a".startswith("a", 1) }}] [{{ "abc".endswith("c", -1) }}]',
      answer: '[True] [True] [True] [True] [False] [False] [False] [True] [True] [True] [True] [True] [True]',
    },
    { source: '[{{ "abc".startswith(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "abc".startswith(["a"]) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "abc".endswith((1,)) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "abc".endswith() }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('center, ljust, rjust and zfill widen a text', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "a".center(4) }}] [{{ "ab".center(5) }}] [{{ "a".center(4, "*") }}] [{{ "a".ljust(3) }}] [{{ "a".ljust(3, ".") }}] [{{ "a".rjust(3) }}] [{{ "a".rjust(3, "é") }}] [{{ "abc".ljust(2) }}] [{{ "5".zfill(3) }}] [{{ "-5".zfill(4) }}] [{{ "+5".zfill(4) }}] [{{ "".zfill(2) }}] [{{ "abc".zfill(1) }}] [{{ "😀".center(3) }}] [{{ "😀".ljust(2, "😀") }}] [{{ "--5".zfill(5) }}] [{{ "a".center(-1) }}]',
      answer:
        '[ a  ] [  ab ] [*a**] [a  ] [a..] [  a] [ééa] [abc] [005] [-005] [+005] [00] [abc] [ 😀 ] [😀😀] [-00-5] [a]',
    },
    { source: '[{{ "a".center(4, "ab") }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".ljust(4, "") }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".ljust("4") }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".center() }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".center(3, 5) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".zfill() }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".center(2.0) }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('expandtabs makes spaces of tabs', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "a\\tb".expandtabs() }}] [{{ "a\\tb".expandtabs(4) }}] [{{ "a\\tb".expandtabs(tabsize=2) }}] [{{ "a\\tb".expandtabs(0) }}] [{{ "a\\tb".expandtabs(-1) }}] [{{ "ab\\n\\tc\\td".expandtabs(3) }}] [{{ "abcdefgh\\tx".expandtabs() }}] [{{ "é\\r\\tx".expandtabs(2) }}]',
      answer: '[a       b] [a   b] [a b] [ab] [ab] [ab\n   c  d] [abcdefgh        x] [é\r  x]',
    },
  ])
})

t.test('removeprefix and removesuffix take one affix off', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "abcabc".removeprefix("abc") }}] [{{ "abc".removeprefix("x") }}] [{{ "abc".removeprefix("") }}] [{{ "abcabc".removesuffix("abc") }}] [{{ "abc".removesuffix("") }}] [{{ "abc".removesuffix("x") }}] [{{ "aa".removeprefix("aaa") }}]',
      answer: '[abc] [abc] [abc] [abc] [abc] [abc] [aa]',
    },
    { source: '[{{ "a".removeprefix(1) }}]', answer: { error: 'TypeError' } },
    { source: '[{{ "a".removesuffix() }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('translate replaces characters by a table', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "abc".translate({97: "x", 98: none, 99: 100}) }}] [{{ "é😀".translate({233: "e", 128512: "smile"}) }}] [{{ "abc".translate({}) }}] [{{ "".translate({97: 1}) }}]',
      answer: '[xd] [esmile] [abc] []',
    },
    { source: '[{{ "abc".translate(5) }}]', answer: { error: 'TypeError' } },
  ])
})

t.test('the is methods tell what the characters are', async (t) => {
  answers(t, [
    {
      source:
        '{{ "".isalpha() }} {{ "a".isalpha() }} {{ "A".isalpha() }} {{ "aB".isalpha() }} {{ "1".isalpha() }} {{ "a1".isalpha() }} {{ "²".isalpha() }} {{ "½".isalpha() }} {{ "٣".isalpha() }} {{ " ".isalpha() }} {{ "\\t\\u00a0".isalpha() }} {{ "_a".isalpha() }} {{ "1a".isalpha() }} {{ "é".isalpha() }} {{ "É".isalpha() }} {{ "Ab Cd".isalpha() }} {{ "ab-c".isalpha() }} {{ "日本".isalpha() }} {{ "\\n".isalpha() }} {{ "a b".isalpha() }} {{ "😀".isalpha() }} {{ "ǅ".isalpha() }} {{ "ª".isalpha() }} {{ "Ⅷ".isalpha() }}',
      answer:
        'False True True True False False False False False False False False False True True False False True False False False True True False',
    },
    {
      source:
        '{{ "".isalnum() }} {{ "a".isalnum() }} {{ "A".isalnum() }} {{ "aB".isalnum() }} {{ "1".isalnum() }} {{ "a1".isalnum() }} {{ "²".isalnum() }} {{ "½".isalnum() }} {{ "٣".isalnum() }} {{ " ".isalnum() }} {{ "\\t\\u00a0".isalnum() }} {{ "_a".isalnum() }} {{ "1a".isalnum() }} {{ "é".isalnum() }} {{ "É".isalnum() }} {{ "Ab Cd".isalnum() }} {{ "ab-c".isalnum() }} {{ "日本".isalnum() }} {{ "\\n".isalnum() }} {{ "a b".isalnum() }} {{ "😀".isalnum() }} {{ "ǅ".isalnum() }} {{ "ª".isalnum() }} {{ "Ⅷ".isalnum() }}',
      answer:
        'False True True True True True True True True False False False True True True False False True False False False True True True',
    },
    {
      source:
        '{{ "".isdigit() }} {{ "a".isdigit() }} {{ "A".isdigit() }} {{ "aB".isdigit() }} {{ "1".isdigit() }} {{ "a1".isdigit() }} {{ "²".isdigit() }} {{ "½".isdigit() }} {{ "٣".isdigit() }} {{ " ".isdigit() }} {{ "\\t\\u00a0".isdigit() }} {{ "_a".isdigit() }} {{ "1a".isdigit() }} {{ "é".isdigit() }} {{ "É".isdigit() }} {{ "Ab Cd".isdigit() }} {{ "ab-c".isdigit() }} {{ "日本".isdigit() }} {{ "\\n".isdigit() }} {{ "a b".isdigit() }} {{ "😀".isdigit() }} {{ "ǅ".isdigit() }} {{ "ª".isdigit() }} {{ "Ⅷ".isdigit() }}',
      answer:
        'False False False False True False True False True False False False False False False False False False False False False False False False',
    },
    {
      source:
        '{{ "".isdecimal() }} {{ "a".isdecimal() }} {{ "A".isdecimal() }} {{ "aB".isdecimal() }} {{ "1".isdecimal() }} {{ "a1".isdecimal() }} {{ "²".isdecimal() }} {{ "½".isdecimal() }} {{ "٣".isdecimal() }} {{ " ".isdecimal() }} {{ "\\t\\u00a0".isdecimal() }} {{ "_a".isdecimal() }} {{ "1a".isdecimal() }} {{ "é".isdecimal() }} {{ "É".isdecimal() }} {{ "Ab Cd".isdecimal() }} {{ "ab-c".isdecimal() }} {{ "日本".isdecimal() }} {{ "\\n".isdecimal() }} {{ "a b".isdecimal() }} {{ "😀".isdecimal() }} {{ "ǅ".isdecimal() }} {{ "ª".isdecimal() }} {{ "Ⅷ".isdecimal() }}',
      answer:
        'False False False False True False False False True False False False False False False False False False False False False False False False',
    },
    {
      source:
        '{{ "".isnumeric() }} {{ "a".isnumeric() }} {{ "A".isnumeric() }} {{ "aB".isnumeric() }} {{ "1".isnumeric() }} {{ "a1".isnumeric() }} {{ "²".isnumeric() }} {{ "½".isnumeric() }} {{ "٣".isnumeric() }} {{ " ".isnumeric() }} {{ "\\t\\u00a0".isnumeric() }} {{ "_a".isnumeric() }} {{ "1a".isnumeric() }} {{ "é".isnumeric() }} {{ "É".isnumeric() }} {{ "Ab Cd".isnumeric() }} {{ "ab-c".isnumeric() }} {{ "日本".isnumeric() }} {{ "\\n".isnumeric() }} {{ "a b".isnumeric() }} {{ "😀".isnumeric() }} {{ "ǅ".isnumeric() }} {{ "ª".isnumeric() }} {{ "Ⅷ".isnumeric() }}',
      answer:
        'False False False False True False True True True False False False False False False False False False False False False False False True',
    },
    {
      source:
        '{{ "".isspace() }} {{ "a".isspace() }} {{ "A".isspace() }} {{ "aB".isspace() }} {{ "1".isspace() }} {{ "a1".isspace() }} {{ "²".isspace() }} {{ "½".isspace() }} {{ "٣".isspace() }} {{ " ".isspace() }} {{ "\\t\\u00a0".isspace() }} {{ "_a".isspace() }} {{ "1a".isspace() }} {{ "é".isspace() }} {{ "É".isspace() }} {{ "Ab Cd".isspace() }} {{ "ab-c".isspace() }} {{ "日本".isspace() }} {{ "\\n".isspace() }} {{ "a b".isspace() }} {{ "😀".isspace() }} {{ "ǅ".isspace() }} {{ "ª".isspace() }} {{ "Ⅷ".isspace() }}',
      answer:
        'False False False False False False False False False True True False False False False False False False True False False False False False',
    },
    {
      source:
        '{{ "".isupper() }} {{ "a".isupper() }} {{ "A".isupper() }} {{ "aB".isupper() }} {{ "1".isupper() }} {{ "a1".isupper() }} {{ "²".isupper() }} {{ "½".isupper() }} {{ "٣".isupper() }} {{ " ".isupper() }} {{ "\\t\\u00a0".isupper() }} {{ "_a".isupper() }} {{ "1a".isupper() }} {{ "é".isupper() }} {{ "É".isupper() }} {{ "Ab Cd".isupper() }} {{ "ab-c".isupper() }} {{ "日本".isupper() }} {{ "\\n".isupper() }} {{ "a b".isupper() }} {{ "😀".isupper() }} {{ "ǅ".isupper() }} {{ "ª".isupper() }} {{ "Ⅷ".isupper() }}',
      answer:
        'False False True False False False False False False False False False False False True False False False False False False False False True',
    },
    {
      source:
        '{{ "".islower() }} {{ "a".islower() }} {{ "A".islower() }} {{ "aB".islower() }} {{ "1".islower() }} {{ "a1".islower() }} {{ "²".islower() }} {{ "½".islower() }} {{ "٣".islower() }} {{ " ".islower() }} {{ "\\t\\u00a0".islower() }} {{ "_a".islower() }} {{ "1a".islower() }} {{ "é".islower() }} {{ "É".islower() }} {{ "Ab Cd".islower() }} {{ "ab-c".islower() }} {{ "日本".islower() }} {{ "\\n".islower() }} {{ "a b".islower() }} {{ "😀".islower() }} {{ "ǅ".islower() }} {{ "ª".islower() }} {{ "Ⅷ".islower() }}',
      answer:
        'False True False False False True False False False False False True True True False False True False False True False False True False',
    },
    {
      source:
        '{{ "".istitle() }} {{ "a".istitle() }} {{ "A".istitle() }} {{ "aB".istitle() }} {{ "1".istitle() }} {{ "a1".istitle() }} {{ "²".istitle() }} {{ "½".istitle() }} {{ "٣".istitle() }} {{ " ".istitle() }} {{ "\\t\\u00a0".istitle() }} {{ "_a".istitle() }} {{ "1a".istitle() }} {{ "é".istitle() }} {{ "É".istitle() }} {{ "Ab Cd".istitle() }} {{ "ab-c".istitle() }} {{ "日本".istitle() }} {{ "\\n".istitle() }} {{ "a b".istitle() }} {{ "😀".istitle() }} {{ "ǅ".istitle() }} {{ "ª".istitle() }} {{ "Ⅷ".istitle() }}',
      answer:
        'False False True False False False False False False False False False False False True True False False False False False True False True',
    },
    {
      source:
        '{{ "".isascii() }} {{ "a".isascii() }} {{ "A".isascii() }} {{ "aB".isascii() }} {{ "1".isascii() }} {{ "a1".isascii() }} {{ "²".isascii() }} {{ "½".isascii() }} {{ "٣".isascii() }} {{ " ".isascii() }} {{ "\\t\\u00a0".isascii() }} {{ "_a".isascii() }} {{ "1a".isascii() }} {{ "é".isascii() }} {{ "É".isascii() }} {{ "Ab Cd".isascii() }} {{ "ab-c".isascii() }} {{ "日本".isascii() }} {{ "\\n".isascii() }} {{ "a b".isascii() }} {{ "😀".isascii() }} {{ "ǅ".isascii() }} {{ "ª".isascii() }} {{ "Ⅷ".isascii() }}',
      answer:
        'True True True True True True False False False True False True True False False True True False True True False False False False',
    },
    {
      source:
        '{{ "".isidentifier() }} {{ "a".isidentifier() }} {{ "A".isidentifier() }} {{ "aB".isidentifier() }} {{ "1".isidentifier() }} {{ "a1".isidentifier() }} {{ "²".isidentifier() }} {{ "½".isidentifier() }} {{ "٣".isidentifier() }} {{ " ".isidentifier() }} {{ "\\t\\u00a0".isidentifier() }} {{ "_a".isidentifier() }} {{ "1a".isidentifier() }} {{ "é".isidentifier() }} {{ "É".isidentifier() }} {{ "Ab Cd".isidentifier() }} {{ "ab-c".isidentifier() }} {{ "日本".isidentifier() }} {{ "\\n".isidentifier() }} {{ "a b".isidentifier() }} {{ "😀".isidentifier() }} {{ "ǅ".isidentifier() }} {{ "ª".isidentifier() }} {{ "Ⅷ".isidentifier() }}',
      answer:
        'False True True True False True False False False False False True False True True False False True False False False True True True',
    },
    {
      source:
        '{{ "".isprintable() }} {{ "a".isprintable() }} {{ "A".isprintable() }} {{ "aB".isprintable() }} {{ "1".isprintable() }} {{ "a1".isprintable() }} {{ "²".isprintable() }} {{ "½".isprintable() }} {{ "٣".isprintable() }} {{ " ".isprintable() }} {{ "\\t\\u00a0".isprintable() }} {{ "_a".isprintable() }} {{ "1a".isprintable() }} {{ "é".isprintable() }} {{ "É".isprintable() }} {{ "Ab Cd".isprintable() }} {{ "ab-c".isprintable() }} {{ "日本".isprintable() }} {{ "\\n".isprintable() }} {{ "a b".isprintable() }} {{ "😀".isprintable() }} {{ "ǅ".isprintable() }} {{ "ª".isprintable() }} {{ "Ⅷ".isprintable() }}',
      answer:
        'True True True True True True True True True True False True True True True True True True False True True True True True',
    },
  ])
})

t.test('methods of Markup keep it safe and escape what they put in', async (t) => {
  answers(t, [
    {
      source:
        '[{{ "<b>"|safe|upper }}] [{{ ("<b>"|safe).upper() }}] [{{ ("<b>"|safe).replace("b", "<i>") }}] [{{ ("<b>"|safe).replace("<", ">") }}] [{{ ("<b>"|safe).replace("b", "<i>"|safe) }}]',
      env: { autoescape: true },
      answer: '[<B>] [<B>] [<&lt;i&gt;>] [&gt;b>] [<<i>>]',
    },
    {
      source:
        '[{{ ("<br>"|safe).join(["<", 1, "<i>"|safe]) }}] [{{ ("<"|safe).split("<") }}] [{{ ("a<b"|safe).partition("<") }}] [{{ ("a<b"|safe).rpartition("x") }}] [{{ ("<\\n<"|safe).splitlines() }}]',
      env: { autoescape: true },
      answer:
        '[&lt;<br>1<br><i>] [[Markup(&#39;&#39;), Markup(&#39;&#39;)]] [(Markup(&#39;a&#39;), Markup(&#39;&lt;&#39;), Markup(&#39;b&#39;))] [(Markup(&#39;&#39;), Markup(&#39;&#39;), Markup(&#39;a&lt;b&#39;))] [[Markup(&#39;&lt;&#39;), Markup(&#39;&lt;&#39;)]]',
    },
    {
      source:
        '[{{ ("a"|safe).center(3, "<") }}] [{{ ("a"|safe).ljust(3, "<") }}] [{{ ("a"|safe).rjust(3, "-") }}] [{{ ("<"|safe).zfill(3) }}] [{{ (" < "|safe).strip() }}] [{{ ("<x"|safe).removeprefix("<") }}] [{{ ("x<"|safe).removesuffix("x") }}]',
      env: { autoescape: true },
      answer: { error: 'TypeError' },
    },
    {
      source:
        '[{{ ("&lt;b&gt;&amp;"|safe).unescape() }}] [{{ ("<b>x</b>  &lt;y"|safe).striptags() }}] [{{ ("x"|safe).escape("<") }}]',
      env: { autoescape: true },
      answer: '[&lt;b&gt;&amp;] [x &lt;y] [&lt;]',
    },
    {
      source:
        '[{{ ("<"|safe).find("<") }}] [{{ ("<"|safe).startswith("<") }}] [{{ ("<"|safe).count("<") }}] [{{ ("<"|safe).isalpha() }}] [{{ ("é"|safe).encode()|length }}]',
      env: { autoescape: true },
      answer: '[0] [True] [1] [False] [2]',
    },
    {
      source:
        '[{{ ("<%s>"|safe) % "<" }}] [{{ ("<%(a)s>"|safe) % {"a": "<"} }}] [{{ ("<"|safe) + "<" }}] [{{ "<" + ("<"|safe) }}] [{{ ("<"|safe) * 2 }}] [{{ ("<b>"|safe)[0] }}] [{{ ("<b>"|safe)[1:] }}] [{{ ("<"|safe) ~ "<" }}]',
      env: { autoescape: true },
      answer: '[<&lt;>] [<&lt;>] [<&lt;] [&lt;<] [<<] [<] [b>] [&lt;&lt;]',
    },
    {
      source:
        '[{{ ("<"|safe) == "<" }}] [{{ ("<"|safe) in ["<"] }}] [{{ ("<"|safe) < "=" }}] [{{ {"<": 1}["<"|safe] }}]',
      env: { autoescape: true },
      answer: '[True] [True] [True] [1]',
    },
    {
      source: '[{{ "<".join(["a"|safe, "b"]) }}] [{{ "<".replace("<", ">"|safe) }}] [{{ "a".center(3, "<"|safe) }}]',
      env: { autoescape: true },
      answer: '[a&lt;b] [&gt;] [&lt;a&lt;]',
    },
    {
      source:
        '[{{ ("aB"|safe).swapcase() }}] [{{ ("<aB>"|safe).title() }}] [{{ ("<aB>"|safe).casefold() }}] [{{ ("<a"|safe).capitalize() }}] [{{ ("<\\t>"|safe).expandtabs(2) }}] [{{ ("<a"|safe).translate({97: "<"}) }}]',
      env: { autoescape: true },
      answer: '[Ab] [<Ab>] [<ab>] [<a] [< >] [<<]',
    },
  ])
})

t.test('only the methods of Python are there', async (t) => {
  answers(t, [
    {
      source:
        '{{ "a".length is defined }} {{ "a".toUpperCase is defined }} {{ "a".constructor is defined }} {{ "a".repeat is defined }} {{ "a".__proto__ is defined }} {{ "a".nope is defined }}',
      answer: 'False False False False False False',
    },
    { source: '{{ "a".toUpperCase() }}', answer: { error: 'UndefinedError' } },
    { source: '{{ "a".nope() }}', answer: { error: 'UndefinedError' } },
    { source: '[{{ "a".length }}]', answer: '[]' },
    { source: '{{ "é".encode()|list }}', answer: '[195, 169]' },
    { source: '{{ "a".upper is callable }} {{ ("a"|safe).upper is callable }}', answer: 'True True' },
  ])
})
