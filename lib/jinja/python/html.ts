import { escapeText, hasHtml, Markup } from '../markup.ts'
import { str } from './text.ts'

/** Any value of a template as HTML: what knows its HTML gives it, of anything else the text is escaped. */
export function htmlOf(value: unknown): Markup {
  if (value instanceof Markup) return value
  if (hasHtml(value)) return new Markup(value.__html__())
  return new Markup(escapeText(str(value)))
}

/** A text, kept as Markup where it is; anything else as Python's `str()` gives it. */
export function softText(value: unknown): string | Markup {
  return value instanceof Markup ? value : str(value)
}
