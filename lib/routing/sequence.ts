/**
 * Matches the parts of a rule that hold several variables, such as `<year>-<title>.html`, in time linear in the URL.
 * A backtracking regular expression needs quadratic time and more for them, which a URL of a few kilobytes can exploit.
 */

/** One step of a sequence. Runs repeat one class of characters; words are tried in order; the rest take no text. */
export type Atom =
  | {
      readonly kind: 'run'
      readonly has: (point: number) => boolean
      /** The only member of the class; `undefined` when it has more. */
      readonly point: number | undefined
      readonly min: number
      readonly max: number
      readonly isLazy: boolean
    }
  | { readonly kind: 'words'; readonly words: readonly ArrayLike<number>[] }
  | { readonly kind: 'open'; readonly index: number }
  | { readonly kind: 'close'; readonly index: number }
  | { readonly kind: 'notAfterSlash' }

const SLASH_CODE = 0x2f
const ASCII_LIMIT = 0x80
const LAST_OF_ONE_UNIT = 0xffff
const LITERAL_ESCAPE = /^[^\w\s]$/
const CLASS_ESCAPE = /^[dDwWsS]$/
const META = '^$|()*+?{'

/** The code points of a text. */
export function codePoints(text: string): Uint32Array {
  const points = new Uint32Array(text.length)
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!
    points[count++] = point
    if (point > LAST_OF_ONE_UNIT) at++
  }
  return points.subarray(0, count)
}

/** Tells whether a code point belongs to a class of characters, given by its source. ASCII is answered from a table. */
function makeClass(source: string): ((point: number) => boolean) | undefined {
  let pattern: RegExp
  try {
    pattern = new RegExp(`^${source}$`, 'u')
  } catch {
    return undefined
  }
  const table = Array.from({ length: ASCII_LIMIT }, (_, point) => pattern.test(String.fromCharCode(point)))
  return (point) => (point < ASCII_LIMIT ? table[point]! : pattern.test(String.fromCodePoint(point)))
}

/** The words of `(?:a|b)`, and where the group ends; `undefined` when it holds more than plain words. */
function readWords(source: string, start: number): { words: Uint32Array[]; end: number } | undefined {
  const words = ['']
  for (let at = start + 3; at < source.length; at++) {
    const mark = source[at]!
    if (mark === ')') return { words: words.map(codePoints), end: at + 1 }
    if (mark === '|') {
      words.push('')
    } else if (mark === '\\') {
      const next = source[++at] ?? ''
      if (!LITERAL_ESCAPE.test(next)) return undefined
      words[words.length - 1] += next
    } else if (META.includes(mark) || mark === '.' || mark === '[') {
      return undefined
    } else {
      words[words.length - 1] += mark
    }
  }
  return undefined
}

/** The source of the class of characters, escape or single character at `start`; `undefined` when it is anything else. */
function readClass(source: string, start: number): string | undefined {
  const mark = source[start]!
  if (mark === '[') {
    for (let at = start + 1; at < source.length; at++) {
      if (source[at] === '\\') at++
      else if (source[at] === ']') return source.slice(start, at + 1)
    }
    return undefined
  }
  if (mark === '\\') {
    const next = source[start + 1] ?? ''
    if (next === 'p' || next === 'P') return /^\\[pP]\{[\w=]+\}/.exec(source.slice(start))?.[0]
    return CLASS_ESCAPE.test(next) || LITERAL_ESCAPE.test(next) ? source.slice(start, start + 2) : undefined
  }
  return META.includes(mark) ? undefined : String.fromCodePoint(source.codePointAt(start)!)
}

/** The character that the source of a class stands for, where it is one alone. */
function onlyMember(source: string): number | undefined {
  const [mark = '', next] = source
  if (next === undefined) return mark === '.' ? undefined : mark.codePointAt(0)
  return mark === '\\' && LITERAL_ESCAPE.test(next) ? next.codePointAt(0) : undefined
}

// quantifier = ( "*" / "+" / "?" / "{" min [ "," [ max ] ] "}" ) [ "?" ]
const QUANTIFIER = /([*+?]|\{(\d+)(,(\d*))?\})(\??)/y

/**
 * A regular expression as atoms; `undefined` when it uses more than classes of characters with quantifiers and
 * one level of `(?:word|word)`, and so cannot be matched by {@link makeSequence}.
 */
export function readAtoms(source: string): Atom[] | undefined {
  const atoms: Atom[] = []
  let at = 0
  while (at < source.length) {
    if (source.startsWith('(?:', at)) {
      const group = readWords(source, at)
      if (!group || /^[*+?{]/.test(source.slice(group.end))) return undefined
      atoms.push({ kind: 'words', words: group.words })
      at = group.end
      continue
    }
    const text = readClass(source, at)
    const has = text === undefined ? undefined : makeClass(text)
    if (text === undefined || has === undefined) return undefined
    at += text.length
    const point = onlyMember(text)
    QUANTIFIER.lastIndex = at
    const found = QUANTIFIER.exec(source)
    if (!found) {
      if (source[at] === '{') return undefined
      atoms.push({ kind: 'run', has, point, min: 1, max: 1, isLazy: false })
      continue
    }
    const [whole, sign = '', least, upTo, most] = found
    at += whole.length
    const min = least === undefined ? (sign === '+' ? 1 : 0) : Number(least)
    const max =
      least === undefined ? (sign === '?' ? 1 : Infinity) : upTo === undefined ? min : most ? Number(most) : Infinity
    atoms.push({ kind: 'run', has, point, min, max, isLazy: found[5] === '?' })
  }
  return atoms
}

function startsWithAt(points: ArrayLike<number>, word: ArrayLike<number>, at: number): boolean {
  if (at + word.length > points.length) return false
  for (let i = 0; i < word.length; i++) if (points[at + i] !== word[i]) return false
  return true
}

/** For each position, whether the atoms from this one on can match up to the end: 1 or 0, given the same for the next atom. */
function possible(atom: Atom, points: ArrayLike<number>, next: Uint8Array): Uint8Array {
  const length = points.length
  if (atom.kind === 'open' || atom.kind === 'close') return next
  const here = new Uint8Array(length + 1)
  if (atom.kind === 'notAfterSlash') {
    for (let at = 0; at <= length; at++) here[at] = at > 0 && points[at - 1] !== SLASH_CODE ? next[at]! : 0
    return here
  }
  if (atom.kind === 'words') {
    for (let at = 0; at <= length; at++) {
      here[at] = atom.words.some((word) => startsWithAt(points, word, at) && next[at + word.length] === 1) ? 1 : 0
    }
    return here
  }
  // nearest[p]: the first position from p on where the next atoms can go on. runEnd: where the run from p must end.
  const nearest = new Int32Array(length + 2).fill(length + 1)
  for (let at = length; at >= 0; at--) nearest[at] = next[at] === 1 ? at : nearest[at + 1]!
  let runEnd = length
  for (let at = length; at >= 0; at--) {
    if (at < length && !atom.has(points[at]!)) runEnd = at
    const first = at + atom.min
    here[at] = first <= length && nearest[first]! <= Math.min(runEnd, at + atom.max) ? 1 : 0
  }
  return here
}

/** How far an atom reaches from a position, of all the ways that let the rest match: the one that a regular expression prefers. */
function advance(atom: Atom, points: ArrayLike<number>, at: number, next: Uint8Array): number {
  if (atom.kind === 'words') {
    const word = atom.words.find((word) => startsWithAt(points, word, at) && next[at + word.length] === 1)
    return at + (word?.length ?? 0)
  }
  if (atom.kind !== 'run') return at
  let end = at
  while (end < points.length && end - at < atom.max && atom.has(points[end]!)) end++
  if (atom.isLazy) {
    let to = at + atom.min
    while (to < end && next[to] !== 1) to++
    return to
  }
  while (end > at + atom.min && next[end] !== 1) end--
  return end
}

function slicePoints(text: string, points: ArrayLike<number>, start: number, end: number): string {
  // Positions count code points; they are indexes of the text where it has no surrogate pair.
  return points.length === text.length ? text.slice(start, end) : Array.from(text).slice(start, end).join('')
}

/** Whether a run can never end at two places: no text that may follow begins with a character of its own. */
function isForced(run: Atom & { kind: 'run' }, following: readonly Atom[]): boolean {
  for (const atom of following) {
    if (atom.kind === 'run') {
      // Two classes are known to differ where one of them is a single character.
      if (run.point === undefined ? atom.point === undefined || run.has(atom.point) : atom.has(run.point)) return false
      if (atom.min > 0) return true
    } else if (atom.kind === 'words') {
      if (atom.words.some((word) => word.length > 0 && run.has(word[0]!))) return false
      if (atom.words.every((word) => word.length > 0)) return true
    }
  }
  return true
}

/** Whether a backtracking regular expression matches the atoms in linear time: each run ends where it must. */
export function isDeterministic(atoms: readonly Atom[]): boolean {
  return atoms.every(
    (atom, index) => atom.kind !== 'run' || atom.min === atom.max || isForced(atom, atoms.slice(index + 1)),
  )
}

/**
 * A matcher of whole texts against a sequence of atoms, with the choices a backtracking regular expression makes:
 * greedy runs as long, lazy ones as short as the rest permits, from the left. Takes time and memory of
 * (atoms × length). It answers the texts between each `open` and `close`, or `undefined`.
 */
export function makeSequence(atoms: readonly Atom[]): (text: string) => string[] | undefined {
  return (text) => {
    const points = codePoints(text)
    const tables: Uint8Array[] = new Array(atoms.length + 1)
    const end = new Uint8Array(points.length + 1)
    end[points.length] = 1
    tables[atoms.length] = end
    for (let index = atoms.length - 1; index >= 0; index--)
      tables[index] = possible(atoms[index]!, points, tables[index + 1]!)
    if (tables[0]![0] !== 1) return undefined
    const groups: string[] = []
    const starts: number[] = []
    let at = 0
    for (let index = 0; index < atoms.length; index++) {
      const atom = atoms[index]!
      if (atom.kind === 'open') starts[atom.index] = at
      else if (atom.kind === 'close') groups[atom.index] = slicePoints(text, points, starts[atom.index]!, at)
      else at = advance(atom, points, at, tables[index + 1]!)
    }
    return groups
  }
}
