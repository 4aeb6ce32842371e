import { type BaseConverter, DIGITS_REGEX, escapeRegex, PATH_REGEX } from './converters.ts'
import { type Atom, codePoints, isDeterministic, makeSequence, readAtoms } from './sequence.ts'

/** What a dynamic part of a rule is made of: text and variables' converters, in order. */
export type Element = string | BaseConverter

/** The part does not match. */
export const NO = 0
/** The part matches. */
export const YES = 1
/** The part matches, and the slash that ends the URL is left for the next part. */
export const YES_BEFORE_SLASH = 2

/** What a {@link SegmentTest} answers. */
export type Answer = typeof NO | typeof YES | typeof YES_BEFORE_SLASH

/**
 * Tests `path` from `start` up to `end` and writes the text of each variable to `captures` from index `at` on.
 * Each works in time linear in the length of the text, but for converters whose regex no sequence can say.
 */
export type SegmentTest = (path: string, start: number, end: number, captures: string[], at: number) => Answer

const SLASH_CODE = 0x2f
const ZERO_CODE = 0x30
const NINE_CODE = 0x39
const ASCII_END = 0x7f

/** Regular expressions that match all texts without a slash but the empty one. */
const ANY_TEXT = new Set(['[^/]+', '[^/]{1,}'])

/** Whether a converter takes any segment that is not empty. */
export function isAnyText(element: Element | undefined): boolean {
  return typeof element === 'object' && ANY_TEXT.has(element.regex)
}

/** Any segment but the empty one: what a plain `<name>` matches. */
export const testAnyText: SegmentTest = (path, start, end, captures, at) => {
  if (end === start) return NO
  captures[at] = path.slice(start, end)
  return YES
}

const UNICODE_DIGITS = /^\p{Nd}+$/u

/** Decimal digits: what a plain `<int:n>` matches. */
export const testDigits: SegmentTest = (path, start, end, captures, at) => {
  if (end === start) return NO
  for (let index = start; index < end; index++) {
    const code = path.charCodeAt(index)
    if (code < ZERO_CODE || (code > NINE_CODE && code <= ASCII_END)) return NO
    if (code > ASCII_END) {
      if (!UNICODE_DIGITS.test(path.slice(start, end))) return NO
      break
    }
  }
  captures[at] = path.slice(start, end)
  return YES
}

/** A regular expression of the application, with code points as characters where its syntax permits. */
function compileRegex(source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch {
    return new RegExp(source)
  }
}

function testRegex(regex: string): SegmentTest {
  const atoms = readAtoms(regex)
  const only = atoms?.length === 1 ? atoms[0] : undefined
  if (only?.kind === 'words') {
    const words = new Set(only.words.map((word) => String.fromCodePoint(...Array.from(word))))
    return (path, start, end, captures, at) => {
      const text = path.slice(start, end)
      if (!words.has(text)) return NO
      captures[at] = text
      return YES
    }
  }
  const pattern = compileRegex(`^(?:${regex})$`)
  return (path, start, end, captures, at) => {
    const text = path.slice(start, end)
    if (!pattern.test(text)) return NO
    captures[at] = text
    return YES
  }
}

/** All the rest of the URL: what a `<path:name>` at the end of a rule matches. */
const testRest: SegmentTest = (path, start, end, captures, at) => {
  if (end <= start || path.charCodeAt(start) === SLASH_CODE || path.indexOf('\n', start + 1) !== -1) return NO
  captures[at] = path.slice(start, end)
  return YES
}

/** `path` followed by text, and by a slash that may be missing: what ends most rules with a `path` in them. */
function testPath(text: string, hasSlash: boolean): SegmentTest {
  return (path, start, end, captures, at) => {
    let stop = end
    let answer: Answer = YES
    if (hasSlash && stop > start && path.charCodeAt(stop - 1) === SLASH_CODE) {
      stop--
      answer = YES_BEFORE_SLASH
      if (stop > start && path.charCodeAt(stop - 1) === SLASH_CODE) return NO
    }
    stop -= text.length
    if (stop <= start || path.charCodeAt(start) === SLASH_CODE || !path.startsWith(text, stop)) return NO
    const feed = path.indexOf('\n', start + 1)
    if (feed !== -1 && feed < stop) return NO
    captures[at] = path.slice(start, stop)
    return answer
  }
}

/** Text, variable, text, variable, text, where each variable is any text; a separator is never empty. */
interface Chain {
  readonly head: string
  readonly separators: readonly string[]
  readonly tail: string
}

function readChain(elements: readonly Element[]): Chain | undefined {
  let head = ''
  let pending = ''
  let variables = 0
  const separators: string[] = []
  for (const element of elements) {
    if (typeof element === 'string') {
      pending += element
      continue
    }
    if (!isAnyText(element)) return undefined
    if (variables === 0) head = pending
    else if (pending === '') return undefined
    else separators.push(pending)
    pending = ''
    variables++
  }
  return { head, separators, tail: pending }
}

/** As Werkzeug's expressions do: the first variable takes as much as it can, then the second. */
function testGreedyChain({ head, separators, tail }: Chain): SegmentTest {
  return (path, start, end, captures, at) => {
    const first = start + head.length
    let stop = end - tail.length
    if (stop <= first || !path.startsWith(head, start) || !path.startsWith(tail, stop)) return NO
    for (let index = separators.length - 1; index >= 0; index--) {
      const separator = separators[index]!
      // One character at least for the variable after the separator, and one for the variable before it.
      const found = path.lastIndexOf(separator, stop - 1 - separator.length)
      if (found <= first) return NO
      captures[at + index + 1] = path.slice(found + separator.length, stop)
      stop = found
    }
    captures[at] = path.slice(first, stop)
    return YES
  }
}

/** As path-to-regexp does: each variable ends at the first separator that follows it. */
function testLazyChain({ head, separators, tail }: Chain): SegmentTest {
  return (path, start, end, captures, at) => {
    let from = start + head.length
    const stop = end - tail.length
    if (stop <= from || !path.startsWith(head, start) || !path.startsWith(tail, stop)) return NO
    for (let index = 0; index < separators.length; index++) {
      const separator = separators[index]!
      const found = path.indexOf(separator, from + 1)
      if (found === -1 || found + separator.length >= stop) return NO
      captures[at + index] = path.slice(from, found)
      from = found + separator.length
    }
    captures[at + separators.length] = path.slice(from, stop)
    return YES
  }
}

function testSequence(elements: readonly Element[], isSuffixed: boolean): SegmentTest | undefined {
  const atoms: Atom[] = []
  let index = 0
  for (const element of elements) {
    if (typeof element === 'string') {
      atoms.push({ kind: 'words', words: [codePoints(element)] })
      continue
    }
    const inner = readAtoms(element.regex)
    if (inner === undefined) return undefined
    atoms.push({ kind: 'open', index }, ...inner, { kind: 'close', index })
    index++
  }
  if (isSuffixed) {
    atoms.push({ kind: 'notAfterSlash' }, { kind: 'open', index })
    atoms.push({ kind: 'words', words: [[SLASH_CODE], []] }, { kind: 'close', index })
  }
  // Where nothing has to be tried twice, a regular expression is as safe and several times faster.
  if (isDeterministic(atoms)) return testNative(elements, isSuffixed)
  const match = makeSequence(atoms)
  return (path, start, end, captures, at) => {
    const groups = match(path.slice(start, end))
    if (groups === undefined) return NO
    for (let group = 0; group < index; group++) captures[at + group] = groups[group]!
    return isSuffixed && groups[index] === '/' ? YES_BEFORE_SLASH : YES
  }
}

/**
 * One regular expression for the whole part: for what it matches in linear time, and as the last resort for converters whose regex has
 * groups, assertions or alternatives.
 */
function testNative(elements: readonly Element[], isSuffixed: boolean): SegmentTest {
  let source = '^'
  let group = 1
  const groups: number[] = []
  for (const element of elements) {
    if (typeof element === 'string') {
      source += escapeRegex(element)
      continue
    }
    source += `(${element.regex})`
    groups.push(group)
    // What matches the empty text shows how many groups the regex has of its own.
    group += compileRegex(`(${element.regex})|`).exec('')!.length - 1
  }
  const pattern = compileRegex(`${source}${isSuffixed ? '(?<!/)(/?)' : ''}$`)
  return (path, start, end, captures, at) => {
    const found = pattern.exec(path.slice(start, end))
    if (found === null) return NO
    for (let index = 0; index < groups.length; index++) captures[at + index] = found[groups[index]!]!
    return isSuffixed && found[group] === '/' ? YES_BEFORE_SLASH : YES
  }
}

/**
 * The test of a dynamic part.
 *
 * @param isSuffixed whether a slash after the last element may be missing; the part then answers whether it was there.
 * @param isLazy whether variables of any text end at the first separator (path-to-regexp), not at the last (Werkzeug).
 * @throws SyntaxError when the regex of a converter is not a regular expression.
 */
export function makeTest(elements: readonly Element[], isSuffixed: boolean, isLazy: boolean): SegmentTest {
  const [first, second] = elements
  if (typeof first === 'object' && first.regex === PATH_REGEX && elements.length <= 2) {
    if (second === undefined && !isSuffixed) return testRest
    if (second === undefined || typeof second === 'string') return testPath(second ?? '', isSuffixed)
  }
  if (!isSuffixed) {
    if (elements.length === 1 && typeof first === 'object') {
      if (isAnyText(first)) return testAnyText
      return first.regex === DIGITS_REGEX ? testDigits : testRegex(first.regex)
    }
    const chain = readChain(elements)
    if (chain !== undefined) return isLazy ? testLazyChain(chain) : testGreedyChain(chain)
  }
  return testSequence(elements, isSuffixed) ?? testNative(elements, isSuffixed)
}
