import { FlagonError } from '../errors.ts'
import { encode_path, encode_query, type QueryValue } from '../http/query.ts'
import { type BaseConverter, toText } from './converters.ts'
import type { FlatToken } from './pattern.ts'

/** The values for the variables of a rule, by name. */
export type RuleValues = Readonly<Record<string, unknown>>

/** A piece of a URL to build: finished text, or a variable and the converter that makes its text. */
type Piece = string | { readonly name: string; readonly converter: BaseConverter }

/** How query arguments are put in order: `undefined` as they come, else by this key. */
export type QueryOrder = ((argument: readonly [name: string, value: unknown]) => string | number) | undefined

/** How to build one variant of a rule. */
export class BuildPlan {
  /** The variables whose values the variant needs. */
  readonly names: ReadonlySet<string>
  readonly #host: readonly Piece[]
  readonly #path: readonly Piece[]

  constructor(
    host: readonly FlatToken[],
    path: readonly FlatToken[],
    converters: ReadonlyMap<string, BaseConverter>,
    defaults: RuleValues,
  ) {
    const names = new Set<string>()
    const toPieces = (tokens: readonly FlatToken[]): Piece[] => {
      const pieces: Piece[] = []
      for (const token of tokens) {
        let piece: Piece
        if (token.type === 'text') piece = encode_path(token.value)
        else {
          const converter = converters.get(token.name)!
          // A variable with a default is always built as that: another value makes the rule unsuitable.
          if (Object.hasOwn(defaults, token.name)) piece = defaultText(token.name, defaults[token.name], converter)
          else {
            piece = { name: token.name, converter }
            names.add(token.name)
          }
        }
        const last = pieces.length - 1
        if (typeof piece === 'string' && typeof pieces[last] === 'string') pieces[last] += piece
        else pieces.push(piece)
      }
      return pieces
    }
    this.#host = toPieces(host)
    this.#path = toPieces(path)
    this.names = names
  }

  /** Whether there is a value for every variable. */
  isComplete(values: RuleValues): boolean {
    for (const name of this.names) if (!Object.hasOwn(values, name)) return false
    return true
  }

  /** The host or subdomain part of the URL. */
  buildHost(values: RuleValues): string {
    return fill(this.#host, values)
  }

  /** The path of the URL, without a query. */
  buildPath(values: RuleValues): string {
    return fill(this.#path, values)
  }
}

function defaultText(name: string, value: unknown, converter: BaseConverter): string {
  try {
    return converter.to_url(value)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new FlagonError(
      'CONVERTER_ARGUMENT',
      `The default ${name}=${toText(value)} is no value for the converter of '${name}': ${reason}. Change the default or the rule.`,
      { cause: error },
    )
  }
}

function fill(pieces: readonly Piece[], values: RuleValues): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.converter.to_url(values[piece.name])
  return text
}

/** The query, with its `?`, of all values that are neither in `used` nor in `defaults`; empty when none is left. */
export function buildQuery(
  values: RuleValues,
  used: ReadonlySet<string>,
  defaults: RuleValues,
  isSorted: boolean,
  order: QueryOrder,
): string {
  const pairs: [string, QueryValue][] = []
  for (const name of Object.keys(values)) {
    if (used.has(name) || Object.hasOwn(defaults, name)) continue
    const value = values[name]
    if (Array.isArray(value) || value instanceof Set) for (const item of value) pairs.push([name, item])
    else pairs.push([name, value as QueryValue])
  }
  if (pairs.length === 0) return ''
  if (isSorted) sortPairs(pairs, order)
  const query = encode_query(pairs)
  return query === '' ? '' : `?${query}`
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sortPairs(pairs: [string, QueryValue][], order: QueryOrder): void {
  if (order !== undefined) pairs.sort((a, b) => compare(order(a), order(b)))
  else
    pairs.sort(
      ([a, x], [b, y]) =>
        compare(a, b) || (typeof x === 'number' && typeof y === 'number' ? x - y : compare(String(x), String(y))),
    )
}
