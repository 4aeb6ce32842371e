// Digits that are not decimals, such as superscripts and circled ones: Unicode's Numeric_Type=Digit.
const DIGIT_ONLY =
  /[\xb2\xb3\xb9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u
// Ideographs that are numbers: Unicode's kPrimaryNumeric and friends, the common ones.
const NUMERIC_IDEOGRAPH =
  /[〇一七三万丈九二五亖什仟伍佰億兆京六八十千卄卅卌参叁叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰陆陌陸零]/u

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
const LIGATURES: ReadonlyMap<string, string> = new Map([
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
])

function titleCharacter(character: string): string {
  const known = TITLE_CASE.get(character) ?? LIGATURES.get(character)
  if (known !== undefined) return known
  // Georgian letters have capitals that are not used as title case.
  if (/[\u10d0-\u10ff]/.test(character)) return character
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
  const before = /\p{Cased}\p{Case_Ignorable}*$/u.test(text.slice(0, at))
  const after = /^\p{Case_Ignorable}*\p{Cased}/u.test(text.slice(at + 1))
  return before && !after ? 'ς' : 'σ'
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

/** The text in the form in which texts that differ only by case are equal. */
export function caseFold(text: string): string {
  return text.replace(/ẞ/g, 'ss').toUpperCase().toLowerCase().replace(/ς/g, 'σ')
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
