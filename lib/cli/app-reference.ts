import { NoAppException } from './no-app.ts'

/** Where an app is: a module, and what to take from it. */
export interface AppReference {
  /** Path of the module, with or without its ending. */
  readonly module: string
  /** Name of the export; undefined for the usual ones. */
  readonly name: string | undefined
  /** What the export, a factory, is called with; undefined where the text has no parentheses. */
  readonly args: readonly unknown[] | undefined
}

/** A colon that ends the module; not that of a drive, as in `C:\site\app.ts`. */
const COLON = /:(?![\\/])/
/** `name` and `name(arguments)`. */
const EXPRESSION = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)(?:\(([\s\S]*)\))?$/u
/** A text in single or double quotes, whole, with what is escaped in it. */
const QUOTED = /'((?:[^'\\]|\\[\s\S])*)'|"(?:[^"\\]|\\[\s\S])*"/g

/**
 * Reads `module`, `module:name` and `module:create_app('test', 2)`.
 *
 * @throws {@link NoAppException} when what follows the colon is neither a name nor the call of one with plain values.
 */
export function parseAppReference(text: string): AppReference {
  const colon = text.search(COLON)
  if (colon < 0) return { module: text, name: undefined, args: undefined }
  const module = text.slice(0, colon)
  const expression = text.slice(colon + 1).trim()
  const [, name, args] = EXPRESSION.exec(expression) ?? []
  if (name === undefined) {
    throw new NoAppException(
      `'${expression}' is neither a name nor a call: write '${module}:app' or '${module}:create_app()'`,
    )
  }
  return { module, name, args: args === undefined ? undefined : parseArguments(args, expression) }
}

/** Plain values with commas between them: what JSON has, with texts in single quotes as well. */
function parseArguments(text: string, expression: string): unknown[] {
  const json = text.replace(QUOTED, (whole: string, single: string | undefined) =>
    single === undefined ? whole : JSON.stringify(single.replaceAll(/\\([\s\S])/g, '$1')),
  )
  try {
    return JSON.parse(`[${json.trim().replace(/,$/, '')}]`)
  } catch {
    throw new NoAppException(
      `the arguments of '${expression}' cannot be read: write plain values, such as create_app('test', 2, {"debug": true})`,
    )
  }
}
