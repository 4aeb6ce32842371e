import { FilterArgumentError } from '../exceptions.ts'
import type { EvalContext, FilterFunction, Host } from '../host.ts'
import { findMethod } from '../lookup.ts'
import { hasHtml, Markup } from '../markup.ts'
import { index, replaceText, text } from '../methods/string.ts'
import { type Keywords, native } from '../native.ts'
import { pass_environment, pass_eval_context } from '../pass.ts'
import { asText } from '../python/compare.ts'
import { Tuple } from '../python/containers.ts'
import { htmlOf, softText } from '../python/html.ts'
import { len, truth } from '../python/iteration.ts'
import { lower, upper } from '../python/letters.ts'
import { mod } from '../python/operators.ts'
import { padding } from '../python/padding.ts'
import { slice } from '../python/slices.ts'
import { splitLines } from '../python/spaces.ts'
import { str } from '../python/text.ts'
import { wrapLine } from '../python/text-wrap.ts'

/** Calls a method of texts on the value, which Markup survives. */
function callText(value: unknown, name: string, ...args: unknown[]): unknown {
  const subject = softText(value)
  return findMethod(subject, name)!.call(subject, ...args)
}

const replace = pass_eval_context(
  native(
    'replace',
    'old new count?',
    (evalContext: EvalContext, value: unknown, old: unknown, by: unknown, count?: unknown) => {
      const times = count === undefined || count === null ? -1 : index(count, -1)
      if (!evalContext.autoescape) return replaceText(str(value), str(old), str(by), times)
      const isHtml = hasHtml(value) || hasHtml(old) || hasHtml(by)
      const subject = isHtml && !hasHtml(value) ? htmlOf(value) : softText(value)
      return findMethod(subject, 'replace')!.call(subject, softText(old), softText(by), times)
    },
  ),
)

// Where the words of a title begin: after a hyphen, white space or an opening bracket.
const WORD_BEGINNING = /([-\s({[<]+)/

function titleWords(value: unknown): string {
  return str(value)
    .split(WORD_BEGINNING)
    .filter((part) => part !== '')
    .map((part) => {
      const [first = ''] = part
      return upper(first) + lower(part.slice(first.length))
    })
    .join('')
}

function indent(value: unknown, width: unknown = 4, first: unknown = false, blank: unknown = false): unknown {
  const isMarkup = value instanceof Markup
  const space = asText(width) ?? padding(' ', index(width, 4))
  const lines = splitLines(`${text(value)}\n`)
  let out: string
  if (truth(blank)) out = lines.join(`\n${space}`)
  else out = lines.map((line, at) => (at > 0 && line !== '' ? space + line : line)).join('\n')
  if (truth(first)) out = space + out
  return isMarkup ? new Markup(out) : out
}

const truncate = pass_environment(
  native(
    'truncate',
    'length? killwords? end? leeway?',
    (
      env: Host,
      value: unknown,
      length: unknown = 255,
      killWords: unknown = false,
      end: unknown = '...',
      leeway?: unknown,
    ) => {
      const limit = index(length, 255)
      const slack = leeway === undefined || leeway === null ? Number(env.policies['truncate.leeway']) : index(leeway, 0)
      const mark = text(end)
      if (limit < len(mark)) throw new AssertionError(`expected length >= ${len(mark)}, got ${limit}`)
      if (slack < 0) throw new AssertionError(`expected leeway >= 0, got ${slack}`)
      if (len(value) <= limit + slack) return value
      const kept = slice(value, null, limit - len(mark), null)
      const isMarkup = kept instanceof Markup
      const plain = str(kept)
      const cutAt = plain.lastIndexOf(' ')
      const body = truth(killWords) || cutAt < 0 ? plain : plain.slice(0, cutAt)
      return isMarkup
        ? new Markup(body + htmlOf(end).toString())
        : end instanceof Markup
          ? new Markup(htmlOf(body).toString() + mark)
          : body + mark
    },
  ),
)

/** What Python raises where a condition that a function relies on does not hold. */
class AssertionError extends Error {
  override readonly name: string = 'AssertionError'
}

const wordwrap = pass_environment(
  native(
    'wordwrap',
    'width? break_long_words? wrapstring? break_on_hyphens?',
    (
      env: Host,
      value: unknown,
      width: unknown = 79,
      breakLong: unknown = true,
      mark: unknown = null,
      hyphens: unknown = true,
    ) => {
      const newline = mark === null ? env.newline_sequence : text(mark)
      const options = { breakLongWords: truth(breakLong), breakOnHyphens: truth(hyphens) }
      return splitLines(text(value))
        .map((line) => wrapLine(line, index(width, 79), options).join(newline))
        .join(newline)
    },
  ),
)

const format = native('format', '* **', (value: unknown, names: Keywords, ...args: unknown[]) => {
  const hasNames = Object.keys(names).length > 0
  if (hasNames && args.length > 0) {
    throw new FilterArgumentError('values are given by place or by name, not by both')
  }
  return mod(softText(value), hasNames ? names : Tuple.make(args))
})

/** The filters of texts. */
export const TEXT_FILTERS: Readonly<Record<string, FilterFunction>> = {
  capitalize: native('capitalize', '', (value: unknown) => callText(value, 'capitalize')),
  center: native('center', 'width?', (value: unknown, width: unknown = 80) => callText(value, 'center', width)),
  format,
  indent: native('indent', 'width? first? blank?', indent),
  lower: native('lower', '', (value: unknown) => callText(value, 'lower')),
  replace,
  string: native('string', '', softText),
  title: native('title', '', titleWords),
  trim: native('trim', 'chars?', (value: unknown, chars?: unknown) => callText(value, 'strip', chars)),
  truncate,
  upper: native('upper', '', (value: unknown) => callText(value, 'upper')),
  wordcount: native('wordcount', '', (value: unknown) => (str(value).match(/[\p{L}\p{N}_]+/gu) ?? []).length),
  wordwrap,
}
