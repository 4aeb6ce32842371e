import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BENCH } from './contenders.ts'

const README = join(BENCH, 'README.md')

/**
 * A page with new text between the comments `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws Error when the page does not have both.
 */
export function withSection(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no ${start} … ${end}`)
  return `${page.slice(0, from + start.length)}\n\n${text.trim()}\n\n${page.slice(to)}`
}

/** Replaces a section of README.md beside the benchmarks. */
export function writeSection(name: string, text: string): void {
  writeFileSync(README, withSection(readFileSync(README, 'utf8'), name, text))
}
