import {
  type Parameter,
  PathError,
  parse,
  pathToRegexp,
  type Text,
  type Token,
  type TokenData,
  type Wildcard,
} from 'path-to-regexp'
import { FlagonError } from '../errors.ts'
import { type ConverterArguments, parseArguments } from './converter-arguments.ts'

/** A token of a rule without optional groups. */
export type FlatToken = Text | Parameter | Wildcard

/** The converter that a rule names for one variable. */
export interface ConverterCall extends ConverterArguments {
  /** Name under which the converter is registered. */
  readonly converter: string
}

/** A rule that was read: its tokens, and which converter each variable asks for. */
export interface Pattern {
  /** The text that was read. */
  readonly source: string
  /** Whether the text is Werkzeug's syntax (it has `<`) rather than path-to-regexp's. */
  readonly isFlask: boolean
  /** The rule as path-to-regexp's data, groups included. */
  readonly data: TokenData
  /** Variable name → converter. A variable that is missing uses `default`. */
  readonly calls: ReadonlyMap<string, ConverterCall>
  /** The rule once for each choice of its optional groups, longest choice first; one entry when it has no group. */
  readonly variants: readonly (readonly FlatToken[])[]
}

// rule = *( "/" / static / "<" [ converter [ "(" arguments ")" ] ":" ] variable ">" ), Werkzeug's grammar.
const FLASK_PIECE = /([^<]+)|<(?:([a-zA-Z_]\w*)(?:\((.*?)\))?:)?([a-zA-Z_]\w*)>/y

function syntaxError(message: string, cause?: unknown): FlagonError {
  return new FlagonError('RULE_SYNTAX', message, cause === undefined ? undefined : { cause })
}

function parseFlask(source: string): Pattern {
  const tokens: FlatToken[] = []
  const calls = new Map<string, ConverterCall>()
  let at = 0
  while (at < source.length) {
    FLASK_PIECE.lastIndex = at
    const found = FLASK_PIECE.exec(source)
    if (!found) {
      throw syntaxError(
        `The rule '${source}' cannot be read from '${source.slice(at)}' on. ` +
          `Write a variable as <name>, <converter:name> or <converter(arguments):name>, its name of letters, digits and _.`,
      )
    }
    const [whole, text, converter, argumentText, name = ''] = found
    at += whole.length
    if (text !== undefined) {
      tokens.push({ type: 'text', value: text })
      continue
    }
    tokens.push({ type: 'param', name })
    if (converter !== undefined) calls.set(name, { converter, ...parseArguments(argumentText ?? '', source) })
  }
  return { source, isFlask: true, data: { tokens, originalPath: source }, calls, variants: [tokens] }
}

function parsePath(source: string): Pattern {
  let data: TokenData
  try {
    data = parse(source)
    // Refuses what would be slow or ambiguous: more than 256 choices of groups, variables without text between them.
    pathToRegexp(data)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    throw syntaxError(
      `The rule '${source}' cannot be read: ${error.message.split(';')[0]}. ` +
        `Write :name, *name or {optional}, or <name> as in Flask, and \\ before a character that is meant literally.`,
      error,
    )
  }
  const calls = new Map<string, ConverterCall>()
  const variants: FlatToken[][] = []
  flatten(data.tokens, 0, [], (tokens) => variants.push(tokens.slice()))
  for (const variant of variants) {
    for (const token of variant) {
      if (token.type === 'wildcard') calls.set(token.name, { converter: 'path', positional: [], named: undefined })
    }
  }
  return { source, isFlask: false, data, calls, variants }
}

/** Calls `use` with each choice of groups, a group taken before the same group left out, as path-to-regexp orders them. */
function flatten(
  tokens: readonly Token[],
  index: number,
  taken: FlatToken[],
  use: (tokens: FlatToken[]) => void,
): void {
  const length = taken.length
  for (let at = index; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token.type !== 'group') {
      taken.push(token)
      continue
    }
    const before = taken.length
    flatten(token.tokens, 0, taken, (inner) => flatten(tokens, at + 1, inner, use))
    taken.length = before
  }
  use(taken)
  taken.length = length
}

/** The names of all variables of a pattern, in the order of the rule. */
export function variableNames(tokens: readonly Token[]): string[] {
  const names: string[] = []
  for (const token of tokens) {
    if (token.type === 'group') names.push(...variableNames(token.tokens))
    else if (token.type !== 'text') names.push(token.name)
  }
  return names
}

function refuseTwice(pattern: Pattern): Pattern {
  const seen = new Set<string>()
  for (const name of variableNames(pattern.data.tokens)) {
    if (seen.has(name)) {
      throw syntaxError(
        `The rule '${pattern.source}' uses the variable '${name}' twice. Give each variable its own name.`,
      )
    }
    seen.add(name)
  }
  return pattern
}

/**
 * Reads a URL rule in either syntax: with `<` in it, Werkzeug's (`/user/<int:id>`); without, path-to-regexp's
 * (`/user/:id`, `/files/*path`, `/list{/:page}`).
 *
 * @throws FlagonError `RULE_SYNTAX` when the rule cannot be read, does not start with a slash or names a variable twice;
 * `CONVERTER_ARGUMENT` when a converter's arguments cannot be read.
 */
export function parseRule(source: string): Pattern {
  const pattern = refuseTwice(source.includes('<') ? parseFlask(source) : parsePath(source))
  for (const [first] of pattern.variants) {
    if (first?.type !== 'text' || !first.value.startsWith('/')) {
      throw syntaxError(
        `The rule '${source}' does not start with a slash${pattern.variants.length > 1 ? ' when its optional part is left out' : ''}. ` +
          `Every rule is a path from the root: write '/${source.replace(/^\{?\/?/, '')}'.`,
      )
    }
  }
  return pattern
}

/**
 * Reads the rule of a host or subdomain: text with Werkzeug's variables, as `<tenant>.example.com`.
 * A colon is a port here, so path-to-regexp's syntax is not read.
 *
 * @throws FlagonError `RULE_SYNTAX` when it cannot be read; `CONVERTER_ARGUMENT` as in {@link parseRule}.
 */
export function parseHost(source: string): Pattern {
  if (source.includes('<')) return refuseTwice(parseFlask(source))
  const tokens: FlatToken[] = source === '' ? [] : [{ type: 'text', value: source }]
  return { source, isFlask: true, data: { tokens, originalPath: source }, calls: new Map(), variants: [tokens] }
}

function toFlask(source: string, other: string): string {
  const { data } = parsePath(source)
  let text = ''
  for (const token of data.tokens) {
    if (token.type === 'text') text += token.value
    else if (token.type === 'group' || !/^[a-zA-Z_]\w*$/.test(token.name)) {
      throw syntaxError(
        `The rules '${source}' and '${other}' cannot be joined: '${source}' uses what Flask's syntax cannot say. Write both in one syntax.`,
      )
    } else text += token.type === 'param' ? `<${token.name}>` : `<path:${token.name}>`
  }
  return text
}

/**
 * Joins the rule of a blueprint or {@link Submount} with a rule below it. Where one is in Flask's syntax and the other in
 * path-to-regexp's, the latter is rewritten, so that `/<lang>` and `/:page` give `/<lang>/<page>`.
 *
 * @throws FlagonError `RULE_SYNTAX` when they cannot be said in one syntax (optional groups beside `<`).
 */
export function joinRules(prefix: string, rule: string): string {
  const isFlask = prefix.includes('<')
  if (isFlask === rule.includes('<')) return prefix + rule
  return isFlask ? prefix + toFlask(rule, prefix) : toFlask(prefix, rule) + rule
}
