import { readFile } from 'node:fs/promises'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../context.ts'
import { TemplateError, type TemplateFrame, TemplateSyntaxError } from '../jinja/index.ts'
import { SourceMaps } from './source-map.ts'

/** One line of a source. */
export interface SourceLine {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
}

/** One place that an error passed through. */
export interface Frame {
  /** Whose code it is: the app's, a template's, that of a package, Flagon's, or node's. */
  readonly kind: 'app' | 'template' | 'library' | 'flagon' | 'node'
  /** Path of the file; the name of a template that came from no file. */
  readonly file: string
  /** Counted from 1, as `column`. */
  readonly line: number
  readonly column: number
  /** Name of the function; undefined at the top of a module. */
  readonly function: string | undefined
  /** The line and those around it; undefined where the source cannot be read. */
  readonly source: readonly SourceLine[] | undefined
}

const MOST_FRAMES = 50
const LINES_AROUND = 5
/** Longer lines are none that V8 writes for a function and a file. */
const MOST_CHARACTERS = 2000
/** What is read of the files that a stack names: a stack is text, and its message may be a client's. */
const SOURCE_FILE = /\.[cm]?[jt]sx?$/
/** Where Flagon itself lies: `lib/` or `dist/`. */
const OWN_ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Reads the stacks of errors: places in their sources, as they were before they were compiled, and in templates. */
export class FrameReader {
  readonly #app: Pick<App, 'jinja_env'>
  readonly #maps = new SourceMaps()
  readonly #files = new Map<string, Promise<string | undefined>>()

  constructor(app: Pick<App, 'jinja_env'>) {
    this.#app = app
  }

  /** The frames of an error, innermost first; none for a value that has no stack. */
  async read(error: unknown): Promise<Frame[]> {
    if (!(error instanceof Error)) return []
    const templates = [...templateFramesOf(error)]
    const frames: Frame[] = []
    for (const place of placesOf(error)) {
      const template = place.function === 'template' ? templates.shift() : undefined
      frames.push(template === undefined ? await this.#codeFrame(place) : this.#templateFrame(template))
    }
    // What the stack does not tell of templates was the innermost: their text could not be read.
    const left = templates.map((template) => this.#templateFrame(template))
    if (error instanceof TemplateSyntaxError) left.unshift(syntaxFrame(error))
    return [...left, ...frames]
  }

  async #codeFrame(place: Place): Promise<Frame> {
    const compiled = kindOf(place.file)
    if (compiled === 'node') return { ...place, kind: compiled, source: undefined }
    const original = await this.#maps.originalPlace(place.file, place.line, place.column)
    const { file, line, column } = original ?? place
    const text = original?.source ?? (await this.#textOf(file))
    const source = text === undefined ? undefined : linesAround(text, line)
    return { kind: compiled, file, line, column, function: place.function, source }
  }

  #textOf(file: string): Promise<string | undefined> {
    let reading = this.#files.get(file)
    if (reading === undefined) {
      reading = SOURCE_FILE.test(file) ? readFile(file, 'utf8').catch(() => undefined) : Promise.resolve(undefined)
      this.#files.set(file, reading)
    }
    return reading
  }

  #templateFrame({ template, line }: TemplateFrame): Frame {
    const environment = this.#app.jinja_env
    let file = template
    let source: SourceLine[] | undefined
    try {
      const found = environment.loader?.get_source(environment, template)
      file = found?.filename ?? template
      if (found !== undefined) source = linesAround(found.source, line)
    } catch {
      // Made from a string, or gone since.
    }
    return { kind: 'template', file, line, column: 1, function: undefined, source }
  }
}

function syntaxFrame({ template, filename, lineno, source }: TemplateSyntaxError): Frame {
  const lines = source === undefined ? undefined : linesAround(source, lineno)
  const file = filename ?? template ?? '<template>'
  return { kind: 'template', file, line: lineno, column: 1, function: undefined, source: lines }
}

function templateFramesOf(error: Error): readonly TemplateFrame[] {
  const frames: unknown = error instanceof TemplateError ? error.template_frames : Reflect.get(error, 'template_frames')
  return Array.isArray(frames) ? (frames as TemplateFrame[]) : []
}

function linesAround(text: string, line: number): SourceLine[] {
  const lines = text.split(/\r\n|\r|\n/)
  const first = Math.max(1, line - LINES_AROUND)
  return lines.slice(first - 1, line + LINES_AROUND).map((content, at) => ({ number: first + at, text: content }))
}

function kindOf(file: string): 'app' | 'library' | 'flagon' | 'node' {
  if (file === '' || file.startsWith('node:') || file === '<anonymous>' || file === 'native') return 'node'
  if (file.startsWith(OWN_ROOT)) return 'flagon'
  return file.includes(`${sep}node_modules${sep}`) ? 'library' : 'app'
}

/** What a line of a stack says. */
interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly function: string | undefined
}

/** The places of a stack as V8 writes it. Lines of the message are no places, whatever they look like. */
function placesOf({ stack, message }: Error): Place[] {
  if (typeof stack !== 'string') return []
  const messageAt = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1
  const rest = messageAt < 0 ? stack : stack.slice(messageAt + message.length)
  const places: Place[] = []
  for (const line of rest.split('\n')) {
    const place = placeOf(line)
    if (place !== undefined) places.push(place)
    if (places.length === MOST_FRAMES) break
  }
  return places
}

/**
 * `    at async name (file:///app.ts:3:14)`, `    at /app.ts:3:14`, `    at template (page.html:7)`.
 *
 * @see https://v8.dev/docs/stack-trace-api#appendix%3A-stack-trace-format
 */
function placeOf(line: string): Place | undefined {
  if (!line.startsWith('    at ') || line.length > MOST_CHARACTERS) return undefined
  const text = line.slice('    at '.length)
  const open = text.endsWith(')') ? text.indexOf(' (') : -1
  const where = open < 0 ? text.replace(/^async /, '') : text.slice(open + ' ('.length, -1)
  const numbers = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(where)
  const path = numbers === null ? where : where.slice(0, numbers.index)
  const name = open < 0 ? undefined : text.slice(0, open).replace(/^async /, '')
  return {
    file: path.startsWith('file://') ? pathOf(path) : path,
    line: Number(numbers?.[1] ?? 0),
    column: Number(numbers?.[2] ?? 1),
    function: name,
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}
