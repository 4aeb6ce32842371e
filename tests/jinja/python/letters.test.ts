import t from 'tap'
import * as letters from '../../../lib/jinja/python/letters.ts'
import { repr } from '../../../lib/jinja/python/text.ts'

const { capitalize, caseFold, lower, swapCase, title, upper } = letters

type Cases = [
  text: string,
  upper: string,
  lower: string,
  title: string,
  capitalized: string,
  swapped: string,
  folded: string,
]

const CASES: Cases[] = [
  ['', '', '', '', '', '', ''],
  ['a', 'A', 'a', 'A', 'A', 'A', 'a'],
  ['hello world', 'HELLO WORLD', 'hello world', 'Hello World', 'Hello world', 'HELLO WORLD', 'hello world'],
  ['HELLO wOrld', 'HELLO WORLD', 'hello world', 'Hello World', 'Hello world', 'hello WoRLD', 'hello world'],
  [
    "they're bill's",
    "THEY'RE BILL'S",
    "they're bill's",
    "They'Re Bill'S",
    "They're bill's",
    "THEY'RE BILL'S",
    "they're bill's",
  ],
  ['3rd x2y', '3RD X2Y', '3rd x2y', '3Rd X2Y', '3rd x2y', '3RD X2Y', '3rd x2y'],
  ['a-b_c.d', 'A-B_C.D', 'a-b_c.d', 'A-B_C.D', 'A-b_c.d', 'A-B_C.D', 'a-b_c.d'],
  ['été ÀÉ', 'ÉTÉ ÀÉ', 'été àé', 'Été Àé', 'Été àé', 'ÉTÉ àé', 'été àé'],
  ['ß', 'SS', 'ß', 'Ss', 'Ss', 'SS', 'ss'],
  ['ẞ', 'ẞ', 'ß', 'ẞ', 'ẞ', 'ß', 'ss'],
  ['ﬁre', 'FIRE', 'ﬁre', 'Fire', 'Fire', 'FIRE', 'fire'],
  ['ﬃ', 'FFI', 'ﬃ', 'Ffi', 'Ffi', 'FFI', 'ffi'],
  ['ǆ ǅ Ǆ', 'Ǆ Ǆ Ǆ', 'ǆ ǆ ǆ', 'ǅ ǅ ǅ', 'ǅ ǆ ǆ', 'Ǆ ǅ ǆ', 'ǆ ǆ ǆ'],
  ['ŉ', 'ʼN', 'ŉ', 'ʼN', 'ʼN', 'ʼN', 'ʼn'],
  ['İ', 'İ', 'i\u0307', 'İ', 'İ', 'i\u0307', 'i\u0307'],
  ['ı', 'I', 'ı', 'I', 'I', 'I', 'ı'],
  ['ΟΔΟΣ', 'ΟΔΟΣ', 'οδος', 'Οδος', 'Οδος', 'οδος', 'οδοσ'],
  ['ΟΔΟΣ ΣΑΣ Σ', 'ΟΔΟΣ ΣΑΣ Σ', 'οδος σας σ', 'Οδος Σας Σ', 'Οδος σας σ', 'οδος σας σ', 'οδοσ σασ σ'],
  ["ΑΣ'Σ ΑΣ.", "ΑΣ'Σ ΑΣ.", "ασ'ς ας.", "Ασ'Σ Ας.", "Ασ'ς ας.", "ασ'ς ας.", "ασ'σ ασ."],
  ['Σ', 'Σ', 'σ', 'Σ', 'Σ', 'σ', 'σ'],
  [
    'αΣ1 ΑΣ\u0301 Α\u0301Σ',
    'ΑΣ1 ΑΣ\u0301 Α\u0301Σ',
    'ας1 ας\u0301 α\u0301ς',
    'Ας1 Ας\u0301 Α\u0301Σ',
    'Ας1 ας\u0301 α\u0301ς',
    'Ας1 ας\u0301 α\u0301ς',
    'ασ1 ασ\u0301 α\u0301σ',
  ],
  ['ᾳ ᾼ ᾲ ᾷ', 'ΑΙ ΑΙ ᾺΙ Α͂Ι', 'ᾳ ᾳ ᾲ ᾷ', 'ᾼ ᾼ Ὰ\u0345 Α͂\u0345', 'ᾼ ᾳ ᾲ ᾷ', 'ΑΙ ᾼ ᾺΙ Α͂Ι', 'αι αι ὰι ᾶι'],
  ['ὈΔΥΣΣΕΎΣ', 'ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς', 'Ὀδυσσεύς', 'Ὀδυσσεύς', 'ὀδυσσεύς', 'ὀδυσσεύσ'],
  ['ა Ა', 'Ა Ა', 'ა ა', 'ა Ა', 'ა ა', 'Ა ა', 'ა ა'],
  ['Ꭰ ꭰ ᏸ', 'Ꭰ Ꭰ Ᏸ', 'ꭰ ꭰ ᏸ', 'Ꭰ Ꭰ Ᏸ', 'Ꭰ ꭰ ᏸ', 'ꭰ Ꭰ Ᏸ', 'Ꭰ Ꭰ Ᏸ'],
  [
    '\u{10428}\u{10400} \u{10428}',
    '\u{10400}\u{10400} \u{10400}',
    '\u{10428}\u{10428} \u{10428}',
    '\u{10400}\u{10428} \u{10400}',
    '\u{10400}\u{10428} \u{10428}',
    '\u{10400}\u{10428} \u{10400}',
    '\u{10428}\u{10428} \u{10428}',
  ],
  ['中文', '中文', '中文', '中文', '中文', '中文', '中文'],
  ['٣ ²', '٣ ²', '٣ ²', '٣ ²', '٣ ²', '٣ ²', '٣ ²'],
  ['Ⅷ ⅷ', 'Ⅷ Ⅷ', 'ⅷ ⅷ', 'Ⅷ Ⅷ', 'Ⅷ ⅷ', 'ⅷ Ⅷ', 'ⅷ ⅷ'],
  ['ⓐ Ⓐ', 'Ⓐ Ⓐ', 'ⓐ ⓐ', 'Ⓐ Ⓐ', 'Ⓐ ⓐ', 'Ⓐ ⓐ', 'ⓐ ⓐ'],
  ['ª º', 'ª º', 'ª º', 'ª º', 'ª º', 'ª º', 'ª º'],
  ['և ﬓ', 'ԵՒ ՄՆ', 'և ﬓ', 'Եւ Մն', 'Եւ ﬓ', 'ԵՒ ՄՆ', 'եւ մն'],
  ['x\u0345', 'XΙ', 'x\u0345', 'X\u0345', 'X\u0345', 'XΙ', 'xι'],
  ['ǅa', 'ǄA', 'ǆa', 'ǅa', 'ǅa', 'ǅA', 'ǆa'],
  ['aǅ', 'AǄ', 'aǆ', 'Aǆ', 'Aǆ', 'Aǅ', 'aǆ'],
]

t.test('the case of a text is changed as Python changes it, letter by letter of all scripts', (t) => {
  for (const [text, inUpper, inLower, inTitle, capitalized, swapped, folded] of CASES) {
    t.equal(upper(text), inUpper, `upper of ${repr(text)}`)
    t.equal(lower(text), inLower, `lower of ${repr(text)}`)
    t.equal(title(text), inTitle, `title of ${repr(text)}`)
    t.equal(capitalize(text), capitalized, `capitalize of ${repr(text)}`)
    t.equal(swapCase(text), swapped, `swapcase of ${repr(text)}`)
    t.equal(caseFold(text), folded, `casefold of ${repr(text)}`)
  }
  t.end()
})

const TESTS = [
  'isAlpha',
  'isAlnum',
  'isDecimal',
  'isDigit',
  'isNumeric',
  'isUpper',
  'isLower',
  'isTitle',
  'isPrintable',
] as const

const KINDS: [text: string, kinds: string][] = [
  ['', 'isPrintable'],
  ['a', 'isAlpha isAlnum isLower isPrintable'],
  ['A', 'isAlpha isAlnum isUpper isTitle isPrintable'],
  ['aB', 'isAlpha isAlnum isPrintable'],
  ['ab1', 'isAlnum isLower isPrintable'],
  ['1', 'isAlnum isDecimal isDigit isNumeric isPrintable'],
  ['²', 'isAlnum isDigit isNumeric isPrintable'],
  ['½', 'isAlnum isNumeric isPrintable'],
  ['Ⅷ', 'isAlnum isNumeric isUpper isTitle isPrintable'],
  ['٣', 'isAlnum isDecimal isDigit isNumeric isPrintable'],
  ['五', 'isAlpha isAlnum isNumeric isPrintable'],
  ['万', 'isAlpha isAlnum isNumeric isPrintable'],
  ['京', 'isAlpha isAlnum isPrintable'],
  ['〇', 'isAlnum isNumeric isPrintable'],
  ['①', 'isAlnum isDigit isNumeric isPrintable'],
  ['_', 'isPrintable'],
  [' ', 'isPrintable'],
  ['a b', 'isLower isPrintable'],
  ['A1', 'isAlnum isUpper isTitle isPrintable'],
  ['A!', 'isUpper isTitle isPrintable'],
  ['!', 'isPrintable'],
  ['Ab', 'isAlpha isAlnum isTitle isPrintable'],
  ['Ab Cd', 'isTitle isPrintable'],
  ['Ab cd', 'isPrintable'],
  ['AB', 'isAlpha isAlnum isUpper isPrintable'],
  ['aB', 'isAlpha isAlnum isPrintable'],
  ['1A', 'isAlnum isUpper isTitle isPrintable'],
  ['A1b', 'isAlnum isPrintable'],
  ['A1B', 'isAlnum isUpper isTitle isPrintable'],
  ['ǅ', 'isAlpha isAlnum isTitle isPrintable'],
  ['ǅa', 'isAlpha isAlnum isTitle isPrintable'],
  ['aǅ', 'isAlpha isAlnum isPrintable'],
  ['Ǆ', 'isAlpha isAlnum isUpper isTitle isPrintable'],
  ['é', 'isAlpha isAlnum isLower isPrintable'],
  ['ª', 'isAlpha isAlnum isLower isPrintable'],
  ['ⓐ', 'isLower isPrintable'],
  ['中', 'isAlpha isAlnum isPrintable'],
  ['\u{1f600}', 'isPrintable'],
  ['\n', ''],
  ['\x7f', ''],
  ['\xa0', ''],
  ['\u00ad', ''],
  ['\u2028', ''],
  ['\u200b', ''],
  ['\ue000', ''],
  ['a\u0301', 'isLower isPrintable'],
  ['\u0301', 'isPrintable'],
  ['ᏸ', 'isAlpha isAlnum isLower isPrintable'],
  ['İ', 'isAlpha isAlnum isUpper isTitle isPrintable'],
  ["It'S", 'isTitle isPrintable'],
  ["It's", 'isPrintable'],
  ['\u{1d400}', 'isAlpha isAlnum isUpper isTitle isPrintable'],
  ['\u{1d7d8}', 'isAlnum isDecimal isDigit isNumeric isPrintable'],
]

t.test('a text is of the kinds that Python finds it to be of', (t) => {
  for (const [text, kinds] of KINDS) {
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table names the functions
    t.equal(TESTS.filter((name) => letters[name](text)).join(' '), kinds, repr(text))
  }
  t.end()
})

// security.md 1.8, "linearity": whether a sigma ends its word is looked up once for each.
t.test('changing the case takes time in proportion to the text', (t) => {
  const started = performance.now()
  for (const unit of ['Σ', "Σ'", 'ʰ', 'Aʰ', 'Σ\u0301', "a'", 'ẞ', '😀Σ']) {
    const text = unit.repeat(50_000)
    for (const change of [upper, lower, title, capitalize, swapCase, caseFold, letters.isTitle]) change(text)
  }
  t.ok(performance.now() - started < 10_000)
  t.end()
})
