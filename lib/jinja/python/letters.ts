// Digits that are not decimals, such as superscripts and circled ones: Unicode's Numeric_Type=Digit.
const DIGIT_ONLY =
  /[\xb2\xb3\xb9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u
// Ideographs that are numbers: the letters with a numeric value in Unicode's Unihan database.
const NUMERIC_IDEOGRAPH =
  /[\u3405\u3483\u382a\u3b4d一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\u{20001}\u{20064}\u{200e2}\u{20121}\u{2092a}\u{20983}\u{2098c}\u{2099c}\u{20aea}\u{20afd}\u{20b19}\u{22390}\u{22998}\u{23b1b}\u{2626d}\u{2f890}]/u

/** The text in upper case. */
export function upper(text: string): string {
  return text.toUpperCase()
}

/** The text in lower case. */
export function lower(text: string): string {
  return text.toLowerCase()
}

// JavaScript has no title case; these are the letters whose title case is not their upper case.
const TITLE_CASE: ReadonlyMap<string, string> = new Map(
  (
    'Ǆǅ ǅǅ ǆǅ Ǉǈ ǈǈ ǉǈ Ǌǋ ǋǋ ǌǋ Ǳǲ ǲǲ ǳǲ ' +
    'ᾀᾈ ᾁᾉ ᾂᾊ ᾃᾋ ᾄᾌ ᾅᾍ ᾆᾎ ᾇᾏ ᾐᾘ ᾑᾙ ᾒᾚ ᾓᾛ ᾔᾜ ᾕᾝ ᾖᾞ ᾗᾟ ᾠᾨ ᾡᾩ ᾢᾪ ᾣᾫ ᾤᾬ ᾥᾭ ᾦᾮ ᾧᾯ ᾳᾼ ῃῌ ῳῼ'
  )
    .split(' ')
    .map((two): [string, string] => [two[0]!, two[1]!]),
)
// Letters whose title case is several letters.
const TITLE_LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'Ss'],
  ['ﬀ', 'Ff'],
  ['ﬁ', 'Fi'],
  ['ﬂ', 'Fl'],
  ['ﬃ', 'Ffi'],
  ['ﬄ', 'Ffl'],
  ['ﬅ', 'St'],
  ['ﬆ', 'St'],
  ['և', 'Եւ'],
  ['ﬓ', 'Մն'],
  ['ﬔ', 'Մե'],
  ['ﬕ', 'Մի'],
  ['ﬖ', 'Վն'],
  ['ﬗ', 'Մխ'],
  ['\u1fb2', '\u1fba\u0345'],
  ['\u1fb4', '\u0386\u0345'],
  ['\u1fb7', '\u0391\u0342\u0345'],
  ['\u1fc2', '\u1fca\u0345'],
  ['\u1fc4', '\u0389\u0345'],
  ['\u1fc7', '\u0397\u0342\u0345'],
  ['\u1ff2', '\u1ffa\u0345'],
  ['\u1ff4', '\u038f\u0345'],
  ['\u1ff7', '\u03a9\u0342\u0345'],
])

function titleCharacter(character: string): string {
  const known = TITLE_CASE.get(character) ?? TITLE_LETTERS.get(character)
  if (known !== undefined) return known
  // Georgian letters have capitals that are not used as title case.
  if (/[\u10d0-\u10ff]|\p{Lt}/u.test(character)) return character
  return character.toUpperCase()
}

const CASED = /\p{Cased}/u

/** The text with the first letter of each word in title case and the others in lower case. */
export function title(text: string): string {
  let out = ''
  let inWord = false
  let at = 0
  for (const character of text) {
    out += inWord ? lowerInPlace(text, character, at) : titleCharacter(character)
    inWord = CASED.test(character)
    at += character.length
  }
  return out
}

/** Sigma has a form of its own at the end of a word, which only the whole text shows. */
function lowerInPlace(text: string, character: string, at: number): string {
  if (character !== 'Σ') return character.toLowerCase()
  return endsWord(text, at) ? 'ς' : 'σ'
}

const CASE_IGNORABLE = /\p{Case_Ignorable}/u

/** Whether a letter follows another one and none follows it, signs that are no part of the case left out. */
function endsWord(text: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && CASE_IGNORABLE.test(characterAt(text, before))) before -= 1
  if (before < 0 || !CASED.test(characterAt(text, before))) return false
  let after = at + 1
  while (after < text.length && CASE_IGNORABLE.test(characterAt(text, after))) after += 1
  return after >= text.length || !CASED.test(characterAt(text, after))
}

/** The character that a UTF-16 unit belongs to. */
function characterAt(text: string, at: number): string {
  const isSecond = at > 0 && /[\udc00-\udfff]/.test(text[at]!) && /[\ud800-\udbff]/.test(text[at - 1]!)
  return String.fromCodePoint(text.codePointAt(isSecond ? at - 1 : at)!)
}

/** The text with its first character in title case and the others in lower case. */
export function capitalize(text: string): string {
  const first = text.codePointAt(0)
  if (first === undefined) return ''
  const head = String.fromCodePoint(first)
  return titleCharacter(head) + text.toLowerCase().slice(head.toLowerCase().length)
}

/** The text with the case of each letter turned around. */
export function swapCase(text: string): string {
  let out = ''
  let at = 0
  for (const character of text) {
    if (/\p{Uppercase}/u.test(character)) out += lowerInPlace(text, character, at)
    else out += /\p{Lowercase}/u.test(character) ? character.toUpperCase() : character
    at += character.length
  }
  return out
}

// Letters that folding treats otherwise than upper case followed by lower case does.
const FOLDED_APART = /[ẞıᎠ-ᏽꭰ-ꮿ]/

/** The text in the form in which texts that differ only by case are equal. */
export function caseFold(text: string): string {
  if (FOLDED_APART.test(text)) return Array.from(text, foldCharacter).join('')
  return text.toUpperCase().toLowerCase().replace(/ς/g, 'σ')
}

function foldCharacter(character: string): string {
  if (character === 'ẞ') return 'ss'
  if (character === 'ı') return character
  // Cherokee folds to upper case, which is the older one.
  if (/[Ꭰ-ᏽꭰ-ꮿ]/.test(character)) return character.toUpperCase()
  return caseFold(character)
}

function every(text: string, pattern: RegExp): boolean {
  return text !== '' && Array.from(text).every((character) => pattern.test(character))
}

/** Whether the text has only letters, and any. */
export function isAlpha(text: string): boolean {
  return every(text, /\p{L}/u)
}

/** Whether the text has only decimal digits, and any. */
export function isDecimal(text: string): boolean {
  return every(text, /\p{Nd}/u)
}

/** Whether the text has only digits, superscripts and the like included, and any. */
export function isDigit(text: string): boolean {
  return text !== '' && Array.from(text).every((character) => /\p{Nd}/u.test(character) || DIGIT_ONLY.test(character))
}

/** Whether the text has only characters with a numeric value, and any. */
export function isNumeric(text: string): boolean {
  return (
    text !== '' && Array.from(text).every((character) => /\p{N}/u.test(character) || NUMERIC_IDEOGRAPH.test(character))
  )
}

/** Whether the text has only letters and numbers, and any. */
export function isAlnum(text: string): boolean {
  return text !== '' && Array.from(text).every((character) => /[\p{L}\p{N}]/u.test(character))
}

/** Whether the text has letters with case, all upper. */
export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text)
}

/** Whether the text has letters with case, all lower. */
export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text)
}

/** Whether each word starts with an upper or title case letter and goes on in lower case, and there is one. */
export function isTitle(text: string): boolean {
  let inWord = false
  let hasWord = false
  for (const character of text) {
    if (/[\p{Uppercase}\p{Lt}]/u.test(character)) {
      if (inWord) return false
      inWord = hasWord = true
    } else if (/\p{Lowercase}/u.test(character)) {
      if (!inWord) return false
    } else {
      inWord = false
    }
  }
  return hasWord
}

/** Whether `repr()` shows every character as it is. */
export function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)
}
