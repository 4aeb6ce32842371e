/** A terminal, or what stands for one. */
export interface ColorStream {
  /** Whether a person looks at it. */
  readonly isTTY?: boolean | undefined
  /** Whether it shows colours; missing where it is no terminal. */
  hasColors?(): boolean
}

/** Select Graphic Rendition parameters of ECMA-48, section 8.3.117: what turns a style on, and what turns it off. */
const STYLES = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** The text in a style, by the codes of terminals. What is no terminal must not get them: see {@link hasColors}. */
export function paint(style: keyof typeof STYLES, text: string): string {
  const [on, off] = STYLES[style]
  return `\x1b[${on}m${text}\x1b[${off}m`
}

/**
 * Whether to colour what is written to a stream: on a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` colours anywhere.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */
export function hasColors(stream: ColorStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR'] || env['FORCE_COLOR'] === '0' || env['FORCE_COLOR'] === 'false') return false
  if (env['FORCE_COLOR'] !== undefined) return true
  return stream.isTTY === true && (stream.hasColors?.() ?? false)
}

/** The text in a style where the stream shows colours, else as it is. */
export function paintFor(stream: ColorStream, style: keyof typeof STYLES, text: string): string {
  return hasColors(stream) ? paint(style, text) : text
}
