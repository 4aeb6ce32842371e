import type { Frame } from './frames.ts'
import type { ErrorReport, FailureReport } from './report.ts'

/** Frames of others' code are listed without their source. */
const SHOWN_KINDS: ReadonlySet<Frame['kind']> = new Set(['app', 'template'])
/** Frames whose source is shown, in each error: those nearest to the failure. */
const MOST_SOURCES = 3
/** Lines around the one that failed; the page in a browser has more room. */
const LINES_AROUND = 2

/** Control characters but line ends: the text is read in terminals, which obey them. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

/** A report as plain text, for terminals. */
export function textPage({ errors, advice, sections }: FailureReport): string {
  const parts = errors.map(errorText)
  if (advice.length > 0) parts.splice(1, 0, advice.map((sentence) => `  → ${sentence}`).join('\n'))
  for (const { title, rows } of sections) {
    const width = Math.max(...rows.map(([name]) => name.length))
    const lines = rows.map(
      ([name, text]) => `  ${name.padEnd(width)}  ${text.replaceAll('\n', `\n  ${' '.repeat(width)}  `)}`,
    )
    parts.push(`${title}\n${lines.join('\n')}`)
  }
  return `${parts.join('\n\n')}\n`.replace(CONTROL, (char) =>
    char === '\t' ? '    ' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function errorText({ relation, name, message, properties, frames }: ErrorReport): string {
  const head = `${relation === undefined ? '' : `${relation === 'cause' ? 'Caused by' : 'One of several'}: `}${name}: ${message}`
  const lines = [head]
  if (properties !== undefined) lines.push(`  with ${properties.replaceAll('\n', '\n  ')}`)
  let sources = 0
  for (const frame of frames) {
    const where = frame.kind === 'template' ? 'template ' : frame.function === undefined ? '' : `${frame.function} `
    lines.push(`    at ${where}(${frame.file}:${frame.line}:${frame.column})`)
    if (SHOWN_KINDS.has(frame.kind) && frame.source !== undefined && sources < MOST_SOURCES) {
      sources++
      lines.push(...sourceText(frame))
    }
  }
  return lines.join('\n')
}

function sourceText({ source = [], line }: Frame): string[] {
  const near = source.filter(({ number }) => Math.abs(number - line) <= LINES_AROUND)
  const width = String(near.at(-1)?.number ?? 0).length
  return near.map(
    ({ number, text }) => `      ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`,
  )
}
