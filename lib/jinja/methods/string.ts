import { ValueError } from '../exceptions.ts'
import { Markup } from '../markup.ts'
import { asNumber, asText } from '../python/compare.ts'
import { Tuple } from '../python/containers.ts'
import { htmlOf } from '../python/html.ts'
import { characters, isWide, textLength, toArray } from '../python/iteration.ts'
import * as test from '../python/letters.ts'
import { capitalize, caseFold, lower, swapCase, title, upper } from '../python/letters.ts'
import { typeName } from '../python/names.ts'
import { isInteger } from '../python/operators.ts'
import { padding } from '../python/padding.ts'
import { isSpace, splitLines, splitSpaces, strip } from '../python/spaces.ts'
import { Undefined } from '../undefined.ts'
import { formatMap, formatText } from './format.ts'
import { type CallableMethod, type MethodTable, method, methodTable } from './table.ts'

/** The value as a text. @throws TypeError that names the type for anything else. */
export function text(value: unknown): string {
  const found = asText(value)
  if (found !== undefined) return found
  if (value instanceof Undefined) return value.fail()
  throw new TypeError(`expected str instance, ${typeName(value)} found`)
}

/** The value as an integer, or the preset for undefined. @throws TypeError for anything else. */
export function index(value: unknown, preset: number): number {
  if (value === undefined) return preset
  if (value instanceof Undefined) return value.fail()
  if (!isInteger(value)) throw new TypeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
  return Number(asNumber(value))
}

function bound(value: unknown, preset: number): number {
  return value === null ? preset : index(value, preset)
}

/** A window of a text, in characters, and where it starts. */
function range(self: string, start: unknown, end: unknown): { part: string[]; from: number; isValid: boolean } {
  const all = characters(self)
  const clip = (at: number) => (at < 0 ? Math.max(0, at + all.length) : at)
  const from = clip(bound(start, 0))
  const to = Math.min(all.length, clip(bound(end, all.length)))
  return { part: all.slice(from, Math.max(from, to)), from, isValid: from <= all.length && from <= to }
}

function findIn(self: string, sub: unknown, start: unknown, end: unknown, last: boolean): number {
  const wanted = text(sub)
  if (!isWide(self) && !isWide(wanted) && start === undefined && end === undefined) {
    return last ? self.lastIndexOf(wanted) : self.indexOf(wanted)
  }
  const { part, from, isValid } = range(self, start, end)
  if (!isValid) return -1
  const window = part.join('')
  const at = last ? window.lastIndexOf(wanted) : window.indexOf(wanted)
  return at < 0 ? -1 : from + textLength(window.slice(0, at))
}

function hasAffix(self: string, affix: unknown, start: unknown, end: unknown, atEnd: boolean): boolean {
  const { part, isValid } = range(self, start, end)
  const window = part.join('')
  const wanted = affix instanceof Tuple ? affix : [affix]
  return wanted.some((one) => {
    if (asText(one) === undefined) {
      throw new TypeError(
        `${atEnd ? 'ends' : 'starts'}with first arg must be str or a tuple of str, not ${typeName(one)}`,
      )
    }
    return isValid && (atEnd ? window.endsWith(text(one)) : window.startsWith(text(one)))
  })
}

/** How often a part occurs, without overlaps. */
function count(self: string, sub: unknown, start: unknown, end: unknown): number {
  const wanted = text(sub)
  const { part, isValid } = range(self, start, end)
  if (!isValid) return 0
  return wanted === '' ? part.length + 1 : part.join('').split(wanted).length - 1
}

/** Replaces the first `times` parts, all for a negative number. */
export function replaceText(self: string, old: string, by: string, times: number): string {
  if (times < 0 && old !== '') return self.split(old).join(by)
  const limit = times < 0 ? Number.POSITIVE_INFINITY : times
  if (old === '') {
    const all = characters(self)
    let out = limit > 0 ? by : ''
    all.forEach((one, place) => {
      out += one
      if (place + 1 < limit && place < all.length) out += by
    })
    return out
  }
  const parts = self.split(old)
  const done = Math.min(limit, parts.length - 1)
  return (
    parts.slice(0, done + 1).join(by) +
    parts
      .slice(done + 1)
      .map((rest) => old + rest)
      .join('')
  )
}

function split(self: string, separator: unknown, limit: unknown): string[] {
  const most = index(limit, -1)
  if (separator === undefined || separator === null) return splitSpaces(self, most)
  const mark = text(separator)
  if (mark === '') throw new ValueError('empty separator')
  const parts = self.split(mark)
  return most >= 0 && parts.length > most + 1 ? [...parts.slice(0, most), parts.slice(most).join(mark)] : parts
}

function splitFromRight(self: string, separator: unknown, limit: unknown): string[] {
  const most = index(limit, -1)
  if (separator === undefined || separator === null) return splitSpaces(self, most, true)
  const mark = text(separator)
  if (mark === '') throw new ValueError('empty separator')
  const parts = self.split(mark)
  if (most < 0 || parts.length <= most + 1) return parts
  return [parts.slice(0, parts.length - most).join(mark), ...parts.slice(parts.length - most)]
}

function partition(self: string, separator: unknown, last: boolean): Tuple {
  const mark = text(separator)
  if (mark === '') throw new ValueError('empty separator')
  const at = last ? self.lastIndexOf(mark) : self.indexOf(mark)
  if (at < 0) return Tuple.make(last ? ['', '', self] : [self, '', ''])
  return Tuple.make([self.slice(0, at), mark, self.slice(at + mark.length)])
}

function filler(value: unknown): string {
  if (value === undefined) return ' '
  const found = asText(value)
  if (found === undefined || textLength(found) !== 1)
    throw new TypeError('The fill character must be exactly one character long')
  return found
}

/** Centers a text as Python does: of an odd rest, the left side gets more when the width is odd. */
export function center(self: string, width: number, fill = ' '): string {
  const rest = width - textLength(self)
  if (rest <= 0) return self
  const left = Math.floor(rest / 2) + (rest & width & 1)
  return padding(fill, left) + self + padding(fill, rest - left)
}

function justify(self: string, width: unknown, fill: unknown, right: boolean): string {
  const rest = padding(filler(fill), index(width, 0) - textLength(self))
  return right ? rest + self : self + rest
}

function zeroFill(self: string, width: unknown): string {
  const rest = padding('0', index(width, 0) - textLength(self))
  return self[0] === '+' || self[0] === '-' ? self[0] + rest + self.slice(1) : rest + self
}

function joinTexts(self: string, items: unknown): string {
  return toArray(items)
    .map((item, place) => {
      if (asText(item) === undefined) {
        throw new TypeError(`sequence item ${place}: expected str instance, ${typeName(item)} found`)
      }
      return text(item)
    })
    .join(self)
}

function expandTabs(self: string, size: unknown): string {
  const width = index(size, 8)
  let column = 0
  let out = ''
  for (const one of self) {
    if (one === '\t') {
      const gap = width <= 0 ? 0 : width - (column % width)
      out += padding(' ', gap)
      column += gap
    } else {
      out += one
      column = one === '\n' || one === '\r' ? 0 : column + 1
    }
  }
  return out
}

function stripBy(self: string, chars: unknown, left: boolean, right: boolean): string {
  return strip(self, chars === undefined || chars === null ? undefined : text(chars), left, right)
}

function translate(self: string, table: unknown): string {
  if (!(table instanceof Map)) throw new TypeError('translate() takes a table made by str.maketrans or a dict')
  return Array.from(self, (one) => {
    const found: unknown = table.get(one.codePointAt(0))
    if (found === undefined) return one
    return found === null ? '' : typeof found === 'number' ? String.fromCodePoint(found) : text(found)
  }).join('')
}

/** The methods of texts, by name. */
export const STRING_METHODS: MethodTable = methodTable({
  upper: method('upper', '', (self: string) => upper(self)),
  lower: method('lower', '', (self: string) => lower(self)),
  title: method('title', '', (self: string) => title(self)),
  capitalize: method('capitalize', '', (self: string) => capitalize(self)),
  casefold: method('casefold', '', (self: string) => caseFold(self)),
  swapcase: method('swapcase', '', (self: string) => swapCase(self)),
  strip: method('strip', '/ chars?', (self: string, chars: unknown) => stripBy(self, chars, true, true)),
  lstrip: method('lstrip', '/ chars?', (self: string, chars: unknown) => stripBy(self, chars, true, false)),
  rstrip: method('rstrip', '/ chars?', (self: string, chars: unknown) => stripBy(self, chars, false, true)),
  split: method('split', 'sep? maxsplit?', split),
  rsplit: method('rsplit', 'sep? maxsplit?', splitFromRight),
  splitlines: method('splitlines', 'keepends?', (self: string, keep: unknown) => splitLines(self, Boolean(keep))),
  partition: method('partition', '/ sep', (self: string, mark: unknown) => partition(self, mark, false)),
  rpartition: method('rpartition', '/ sep', (self: string, mark: unknown) => partition(self, mark, true)),
  join: method('join', '/ iterable', joinTexts),
  replace: method('replace', '/ old new count?', (self: string, old: unknown, by: unknown, times: unknown) =>
    replaceText(self, text(old), text(by), index(times, -1)),
  ),
  startswith: method(
    'startswith',
    '/ prefix start? end?',
    (self: string, affix: unknown, start: unknown, end: unknown) => hasAffix(self, affix, start, end, false),
  ),
  endswith: method('endswith', '/ suffix start? end?', (self: string, affix: unknown, start: unknown, end: unknown) =>
    hasAffix(self, affix, start, end, true),
  ),
  find: method('find', '/ sub start? end?', (self: string, sub: unknown, start: unknown, end: unknown) =>
    findIn(self, sub, start, end, false),
  ),
  rfind: method('rfind', '/ sub start? end?', (self: string, sub: unknown, start: unknown, end: unknown) =>
    findIn(self, sub, start, end, true),
  ),
  index: method('index', '/ sub start? end?', (self: string, sub: unknown, start: unknown, end: unknown) =>
    found(findIn(self, sub, start, end, false)),
  ),
  rindex: method('rindex', '/ sub start? end?', (self: string, sub: unknown, start: unknown, end: unknown) =>
    found(findIn(self, sub, start, end, true)),
  ),
  count: method('count', '/ sub start? end?', count),
  center: method('center', '/ width fillchar?', (self: string, width: unknown, fill: unknown) =>
    center(self, index(width, 0), filler(fill)),
  ),
  ljust: method('ljust', '/ width fillchar?', (self: string, width: unknown, fill: unknown) =>
    justify(self, width, fill, false),
  ),
  rjust: method('rjust', '/ width fillchar?', (self: string, width: unknown, fill: unknown) =>
    justify(self, width, fill, true),
  ),
  zfill: method('zfill', '/ width', zeroFill),
  expandtabs: method('expandtabs', 'tabsize?', expandTabs),
  removeprefix: method('removeprefix', '/ prefix', (self: string, affix: unknown) =>
    self.startsWith(text(affix)) ? self.slice(text(affix).length) : self,
  ),
  removesuffix: method('removesuffix', '/ suffix', (self: string, affix: unknown) =>
    text(affix) !== '' && self.endsWith(text(affix)) ? self.slice(0, -text(affix).length) : self,
  ),
  translate: method('translate', '/ table', translate),
  format: method('format', '/ * **', formatText),
  format_map: method('format_map', '/ mapping', formatMap),
  isalpha: method('isalpha', '', (self: string) => test.isAlpha(self)),
  isalnum: method('isalnum', '', (self: string) => test.isAlnum(self)),
  isdigit: method('isdigit', '', (self: string) => test.isDigit(self)),
  isdecimal: method('isdecimal', '', (self: string) => test.isDecimal(self)),
  isnumeric: method('isnumeric', '', (self: string) => test.isNumeric(self)),
  isspace: method('isspace', '', (self: string) => isSpace(self)),
  isupper: method('isupper', '', (self: string) => test.isUpper(self)),
  islower: method('islower', '', (self: string) => test.isLower(self)),
  istitle: method('istitle', '', (self: string) => test.isTitle(self)),
  isascii: method('isascii', '', (self: string) => !/[^\x00-\x7f]/.test(self)),
  isidentifier: method('isidentifier', '', (self: string) => /^[\p{XIDS}_]\p{XIDC}*$/u.test(self)),
  isprintable: method('isprintable', '', (self: string) => test.isPrintable(self)),
  encode: method('encode', 'encoding? errors?', (self: string) => new TextEncoder().encode(self)),
})

function found(at: number): number {
  if (at < 0) throw new ValueError('substring not found')
  return at
}

// The methods whose result stays safe HTML when the text is Markup, with their arguments escaped.
const KEEPING: ReadonlySet<string> = new Set(
  (
    'upper lower title capitalize casefold swapcase strip lstrip rstrip split rsplit splitlines partition rpartition join ' +
    'replace center ljust rjust zfill expandtabs removeprefix removesuffix translate'
  ).split(' '),
)
// Which of their arguments end up in the result, and so are escaped.
const ESCAPED_ARGUMENT: Readonly<Record<string, number>> = { replace: 1, ljust: 1, rjust: 1, center: 1 }

function mark(value: unknown): unknown {
  if (typeof value === 'string') return new Markup(value)
  if (value instanceof Tuple) return Tuple.make(value.map(mark))
  return Array.isArray(value) ? value.map(mark) : value
}

function keeping(name: string): CallableMethod {
  const plain = STRING_METHODS[name]!
  const escaped = ESCAPED_ARGUMENT[name]
  return {
    signature: plain.signature,
    call: (self: unknown, ...args: unknown[]) => {
      let given = args
      if (name === 'join') given = [toArray(args[0]).map(htmlOf)]
      else if (escaped !== undefined)
        given = args.map((arg, at) => (at === escaped && arg !== undefined ? htmlOf(arg) : arg))
      return mark(plain.call(String(self), ...given))
    },
  }
}

function onText(plain: CallableMethod): CallableMethod {
  return { signature: plain.signature, call: (self, ...args) => plain.call(String(self), ...args) }
}

function markupMethod(name: string, plain: CallableMethod): CallableMethod {
  if (KEEPING.has(name)) return keeping(name)
  return name.startsWith('format') ? plain : onText(plain)
}

/** The methods of Markup, by name: those of texts, keeping the result safe, and MarkupSafe's own. */
export const MARKUP_METHODS: MethodTable = methodTable({
  ...Object.fromEntries(Object.entries(STRING_METHODS).map(([name, plain]) => [name, markupMethod(name, plain)])),
  unescape: method('unescape', '', (self: unknown) => new Markup(self).unescape()),
  striptags: method('striptags', '', (self: unknown) => new Markup(self).striptags()),
  escape: method('escape', '/ s', (_: unknown, value: unknown) => htmlOf(value)),
})
