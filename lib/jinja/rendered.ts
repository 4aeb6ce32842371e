import { Markup } from './markup.ts'
import { isPromise } from './promises.ts'

/** What a compiled block or template body gives: its text, its pieces, or a promise of the text. */
export type Rendered = string | Promise<string> | Iterable<string> | AsyncIterable<string>

/** The text of a block or template body, or a promise of it. */
export function textOf(rendered: Rendered): string | Promise<string> {
  if (typeof rendered === 'string' || rendered instanceof Promise) return rendered
  if (Symbol.asyncIterator in rendered) return joinLater(rendered)
  let out = ''
  for (const piece of rendered) out += piece
  return out
}

async function joinLater(pieces: AsyncIterable<string>): Promise<string> {
  let out = ''
  for await (const piece of pieces) out += piece
  return out
}

/** Marks a text as safe, or the text of a promise; without escaping it stays plain. */
export function finish(text: string | Promise<string>, autoescape: boolean): unknown {
  if (!autoescape) return text
  return isPromise(text) ? text.then((html) => new Markup(html)) : new Markup(text)
}
