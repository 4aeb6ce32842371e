import { FlagonError } from '../errors.ts'

/** One argument that a rule hands to a converter: a word, quoted text, a number, `True`, `False` or `None` (`null`). */
export type ConverterArgument = string | number | boolean | null

/** The named arguments of a converter, as `length` in `<string(length=2):code>`. */
export type ConverterOptions = Readonly<Record<string, ConverterArgument>>

/** The arguments of one converter in one rule. */
export interface ConverterArguments {
  /** Arguments without a name, in the order of the rule. */
  readonly positional: readonly ConverterArgument[]
  /** Arguments with a name; `undefined` when the rule has none. */
  readonly named: ConverterOptions | undefined
}

const CONSTANTS = new Map<string, ConverterArgument>([
  ['None', null],
  ['True', true],
  ['False', false],
])

// argument = [ name "=" ] ( quoted / word ) ; words are those of Python's \w with ".", and a sign in front.
const ARGUMENT = /\s*(?:([\p{L}\p{N}_]+)\s*=\s*)?(?:[urUR]?("[^"]*"|'[^']*')|([-+]?[\p{L}\p{N}_.]+))\s*(?:,\s*|$)/uy
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)$/

function toArgument(word: string): ConverterArgument {
  const constant = CONSTANTS.get(word)
  if (constant !== undefined) return constant
  return NUMBER.test(word) ? Number(word) : word
}

/**
 * The arguments of a converter, read from the text between its parentheses: `length=2`, `a, "b c", 3`.
 *
 * @throws FlagonError `CONVERTER_ARGUMENT` when the text is not a list of words, numbers and quoted strings.
 */
export function parseArguments(text: string, rule: string): ConverterArguments {
  const positional: ConverterArgument[] = []
  let named: Record<string, ConverterArgument> | undefined
  let at = 0
  while (at < text.length && text.slice(at).trim() !== '') {
    ARGUMENT.lastIndex = at
    const found = ARGUMENT.exec(text)
    if (!found) {
      throw new FlagonError(
        'CONVERTER_ARGUMENT',
        `The rule '${rule}' has the converter arguments '${text}', which cannot be read from '${text.slice(at)}' on. ` +
          `Write words, numbers or quoted text, apart by commas: (length=2) or (red, "light green").`,
      )
    }
    const [whole, name, quoted, word = ''] = found
    const value = quoted === undefined ? toArgument(word) : quoted.slice(1, -1)
    if (name === undefined) {
      positional.push(value)
    } else {
      named ??= Object.create(null) as Record<string, ConverterArgument>
      named[name] = value
    }
    at += whole.length
  }
  return { positional, named }
}

/** What a converter's parameter may be: `boolean`, a whole number (`integer`, not below `least`) or any number. */
export interface ParameterKind {
  /** The values that the parameter takes. */
  readonly type: 'boolean' | 'integer' | 'number'
  /** Smallest integer that makes sense; `undefined`: any. */
  readonly least?: number
}

function fits(value: ConverterArgument, { type, least }: ParameterKind): boolean {
  if (type === 'boolean') return typeof value === 'boolean'
  if (typeof value !== 'number') return false
  return type === 'number' || (Number.isInteger(value) && (least === undefined || value >= least))
}

function wanted({ type, least }: ParameterKind): string {
  if (type === 'boolean') return 'True or False'
  return type === 'number' ? 'a number' : `a whole number${least === undefined ? '' : ` from ${least} on`}`
}

/**
 * Lays the arguments that a converter's constructor received over its parameters: those without a name in order,
 * then those of a trailing options object. `None` counts as not given; the words `true` and `false` as booleans.
 *
 * @throws FlagonError `CONVERTER_ARGUMENT` for an argument too many, an unknown name or a value of the wrong kind.
 */
export function readParameters(
  converter: string,
  given: readonly (ConverterArgument | ConverterOptions | undefined)[],
  parameters: Readonly<Record<string, ParameterKind>>,
): Record<string, number | boolean | undefined> {
  const names = Object.keys(parameters)
  const read: Record<string, number | boolean | undefined> = Object.create(null)
  const store = (name: string, value: ConverterArgument): void => {
    const kind = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (kind === undefined) {
      throw new FlagonError(
        'CONVERTER_ARGUMENT',
        `The converter '${converter}' has no argument '${name}'. It takes: ${names.join(', ')}.`,
      )
    }
    if (value === null) return
    const bool = value === 'true' ? true : value === 'false' ? false : value
    if (!fits(bool, kind) || typeof bool === 'string') {
      throw new FlagonError(
        'CONVERTER_ARGUMENT',
        `The converter '${converter}' got ${name}=${JSON.stringify(value)}. Give ${wanted(kind)}.`,
      )
    }
    read[name] = bool
  }
  given.forEach((value, index) => {
    if (value === undefined) return
    if (typeof value === 'object' && value !== null) {
      for (const [name, option] of Object.entries(value)) if (option !== undefined) store(name, option)
      return
    }
    const name = names[index]
    if (name === undefined) {
      throw new FlagonError(
        'CONVERTER_ARGUMENT',
        `The converter '${converter}' got ${given.length} arguments but takes at most ${names.length}: ${names.join(', ')}.`,
      )
    }
    store(name, value)
  })
  return read
}
