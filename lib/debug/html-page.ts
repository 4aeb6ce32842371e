import { createHash } from 'node:crypto'
import { BaseComponent, Youch } from 'youch'
import type { ErrorCauseProps, ErrorMetadataProps, StackFrame } from 'youch/types'
import { escape as escapeMarkup } from '../jinja/markup.ts'
import type { Frame } from './frames.ts'
import type { ErrorReport, FailureReport, Section } from './report.ts'

/** The one handler that stands in an attribute of the page; its hash lets it run, and nothing else. */
const COPY_HANDLER = 'copyErrorMessage(this)'
const NAMELESS = '(nameless)'

/**
 * The `Content-Security-Policy` of the page: its own styles and scripts, by the nonce, and nothing from elsewhere. Marks of lines are set by
 * attributes of style.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function pagePolicy(nonce: string): string {
  const hash = createHash('sha256').update(COPY_HANDLER).digest('base64')
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    `script-src 'nonce-${nonce}'`,
    `script-src-attr 'unsafe-hashes' 'sha256-${hash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** A report as a page for browsers. It is whole in itself and shows text: nothing of the report is markup. */
export async function htmlPage(report: FailureReport, nonce: string): Promise<string> {
  const [first, ...rest] = report.errors
  const youch = new Youch()
  youch.templates.use('errorCause', new CauseChain(rest))
  youch.templates.use('errorMetadata', new Tables(report.sections))
  youch.templates.injectStyles(STYLES)
  youch.useTransformer((parsed) => {
    parsed.name = first?.name ?? ''
    parsed.message = first?.message ?? ''
    parsed.frames = (first?.frames ?? []).map(youchFrame)
    // Youch takes a hint for markup.
    if (report.advice.length > 0) parsed.hint = report.advice.map(escapeHtml).join('<br>')
    parsed.cause = rest.length > 0
    parsed.raw = rawError(report.errors)
  })
  return youch.toHTML(new Error(first?.message ?? ''), { title: 'Nothing handled this error', cspNonce: nonce })
}

function escapeHtml(text: string): string {
  return String(escapeMarkup(text))
}

/** Names go into attributes unescaped, and elsewhere escaped: what would be markup in either becomes a sign that looks like it. */
function attributeText(text: string): string {
  return text.replaceAll('"', '”').replaceAll('<', '‹').replaceAll('>', '›')
}

/** Flagon's own frames are those that youch shows only on demand. */
const KINDS = { app: 'app', template: 'app', library: 'module', flagon: 'native', node: 'native' } as const

function youchFrame({ kind, file, line, column, function: name, source }: Frame): StackFrame {
  const label = kind === 'template' ? 'template' : name
  return {
    fileName: attributeText(file),
    lineNumber: line,
    columnNumber: column,
    ...(label === undefined ? {} : { functionName: attributeText(label) }),
    type: KINDS[kind],
    fileType: 'fs',
    ...(source === undefined
      ? {}
      : { source: source.map(({ number, text }) => ({ lineNumber: number, chunk: text })) }),
  }
}

/** What the page shows as the raw error: an error of text alone, so that no code of the one that was thrown is run. */
function rawError([first, ...rest]: readonly ErrorReport[]): Error {
  const raw = new Error(first?.message ?? '')
  raw.name = first?.name ?? ''
  raw.stack = placesText(first?.frames ?? [])
  const properties = first?.properties === undefined ? {} : { properties: first.properties }
  const behind = rest.map(({ name, message, frames }) => ({ name, message, stack: placesText(frames) }))
  return Object.assign(raw, properties, behind.length === 0 ? {} : { behind })
}

function placesText(frames: readonly Frame[]): string {
  return frames
    .map(({ function: fn, file, line, column }) => `at ${fn ?? NAMELESS} (${file}:${line}:${column})`)
    .join('\n')
}

const STYLES = `
.card-table span, #causes pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.card-table td { padding: 4px 12px; vertical-align: top; font-size: 14px; }
.card-table td.table-key { width: 290px; overflow-wrap: anywhere; }
.card-table td.table-value { font-family: var(--font-mono); font-size: 13px; }
#causes h4 { margin: 0 0 4px; }
#causes article + article { margin-top: 24px; }
#causes pre { font-family: var(--font-mono); font-size: 13px; line-height: 1.6; margin: 8px 0; }
#causes .failing { background: rgba(255, 0, 0, 0.14); display: block; }
`

/** The parts about the request, each a table of names and texts. */
class Tables extends BaseComponent<ErrorMetadataProps> {
  readonly #sections: readonly Section[]

  constructor(sections: readonly Section[]) {
    super(false)
    this.#sections = sections
  }

  override async toHTML(): Promise<string> {
    return this.#sections.map(tableHtml).join('\n')
  }

  override async toANSI(): Promise<string> {
    return ''
  }
}

function tableHtml({ title, rows }: Section): string {
  const lines = rows.map(([name, text]) => {
    const value = `<td class="table-value"><span>${escapeHtml(text)}</span></td>`
    return `<tr><td class="table-key">${escapeHtml(name)}</td>${value}</tr>`
  })
  return `<section><div class="card"><div class="card-heading"><h3 class="card-title">${escapeHtml(title)}</h3></div>
    <div class="card-body"><table class="card-table"><tbody>${lines.join('\n')}</tbody></table></div></div></section>`
}

/** The errors behind the one that was thrown, each with its places and the source of the first. */
class CauseChain extends BaseComponent<ErrorCauseProps> {
  readonly #errors: readonly ErrorReport[]

  constructor(errors: readonly ErrorReport[]) {
    super(false)
    this.#errors = errors
  }

  override async toHTML(): Promise<string> {
    if (this.#errors.length === 0) return ''
    return `<section><div class="card"><div class="card-heading"><h3 class="card-title">What caused it</h3></div>
      <div class="card-body" id="causes">${this.#errors.map(causeHtml).join('\n')}</div></div></section>`
  }

  override async toANSI(): Promise<string> {
    return ''
  }
}

function causeHtml({ relation, name, message, properties, frames }: ErrorReport): string {
  const told = frames.filter(({ kind }) => kind !== 'node' && kind !== 'flagon')
  const shown = told.find(({ kind, source }) => kind !== 'library' && source !== undefined)
  const label = relation === 'one of several' ? 'One of several' : 'Caused by'
  return `<article><h4>${label}: ${escapeHtml(name)}</h4><p>${escapeHtml(message)}</p>
    ${properties === undefined ? '' : `<pre>${escapeHtml(properties)}</pre>`}
    ${shown === undefined ? '' : sourceHtml(shown)}
    <pre>${escapeHtml(placesText(told))}</pre></article>`
}

function sourceHtml({ source = [], line }: Frame): string {
  const width = String(source.at(-1)?.number ?? 0).length
  const lines = source.map(({ number, text }) => {
    const row = escapeHtml(`${String(number).padStart(width)}  ${text}`)
    return number === line ? `<span class="failing">${row}</span>` : `${row}\n`
  })
  return `<pre>${lines.join('')}</pre>`
}
