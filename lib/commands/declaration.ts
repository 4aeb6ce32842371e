import { describe } from '../decorators.ts'
import { FlagonError } from '../errors.ts'
import type { ArgumentSpec, ArgumentSpecs, CommandOptions, OptionSpec, OptionSpecs } from './values.ts'

/** Whether a text goes with an option or argument: none, one that may be left out, one that may not, or several. */
type Taking = 'nothing' | 'optional' | 'one' | 'list'

/** An argument or option of a command, read. */
export interface Parameter<Spec extends ArgumentSpec = ArgumentSpec> {
  /** Its name in the object that the function gets. */
  readonly key: string
  /** How it is written: `<name>`, `-t, --times <n>`. */
  readonly text: string
  readonly taking: Taking
  readonly spec: Spec
}

/** What a command is called and takes. */
export interface Declaration {
  /** Empty where it was left out. */
  readonly name: string
  readonly arguments: readonly Parameter[]
  readonly options: readonly Parameter<OptionSpec>[]
}

/** A command's or group's name: what a shell takes as one word, and no option. */
const NAME = /^[^\s<>[\]-][^\s<>[\]]*$/
/** `<name>`, `[name]`, `<name...>`, `[name...]`. */
const PLACEHOLDER = /^(?:<([A-Za-z0-9][\w-]*)(\.\.\.)?>|\[([A-Za-z0-9][\w-]*)(\.\.\.)?\])$/
const SHORT_FLAG = /^-[A-Za-z0-9?]$/
const LONG_FLAG = /^--[A-Za-z0-9][\w-]*$/
/** What stands between the flags of an option; commander reads the same. */
const FLAG_SEPARATORS = /[ |,]+/

/**
 * The declaration of a command, read: `create-user <name> [role]`, and its options by flags.
 *
 * @throws {@link FlagonError} `COMMAND_INVALID` when it cannot be read, or two of its values have one name.
 */
export function parseDeclaration(text: string, options: CommandOptions): Declaration {
  const words = text.split(' ').filter((word) => word !== '')
  const first = words[0]
  const name = first === undefined || first.startsWith('<') || first.startsWith('[') ? '' : first
  const declared = name === '' ? words : words.slice(1)
  const parameters = declared.map((word) => parseArgument(word, text, options.arguments ?? {}))
  for (const key of Object.keys(options.arguments ?? {})) {
    if (parameters.some((parameter) => parameter.key === key)) continue
    throw invalid(`'${key}' is described as an argument and is none of '${text}'`)
  }
  checkOrder(parameters, text)
  const read = { name, arguments: parameters, options: parseOptions(options.options ?? {}) }
  checkKeys(read, text)
  return read
}

/**
 * The name itself.
 *
 * @throws {@link FlagonError} `COMMAND_INVALID` when a shell could not take it as the word for a command.
 */
export function checkName(name: string): string {
  if (NAME.test(name)) return name
  throw invalid(`${describe(name)} cannot be the name of a command: a name is one word that does not begin with '-'`)
}

/** Endings of functions' names that say what they are, which a command's name need not. */
const KINDS = /_(?:command|cmd|group|grp)$/

/**
 * The name that a command gets from its function: `init_db` and `initDb` give `init-db`, and so does `init_db_command`.
 *
 * @throws {@link FlagonError} `COMMAND_INVALID` when the function has none.
 */
export function nameOfFunction(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
  const short = words.replace(KINDS, '').replaceAll('_', '-')
  if (short !== '') return short
  throw invalid("a command has no name: give one, command('name'), or name its function")
}

function parseArgument(word: string, declaration: string, specs: ArgumentSpecs): Parameter {
  const placeholder = parsePlaceholder(word)
  if (placeholder === undefined) {
    throw invalid(`'${word}' of '${declaration}' is no argument: write <name>, [name], <name...> or [name...]`)
  }
  const key = keyOf(placeholder.name)
  return {
    key,
    text: word,
    taking: placeholder.taking,
    spec: specOf(Object.hasOwn(specs, key) ? specs[key] : undefined),
  }
}

function parsePlaceholder(word: string): { name: string; taking: Taking } | undefined {
  const [, needed, neededDots, optional, optionalDots] = PLACEHOLDER.exec(word) ?? []
  const name = needed ?? optional
  if (name === undefined) return undefined
  if ((neededDots ?? optionalDots) !== undefined) return { name, taking: 'list' }
  return { name, taking: needed === undefined ? 'optional' : 'one' }
}

function parseOptions(specs: OptionSpecs): Parameter<OptionSpec>[] {
  const taken = new Set<string>()
  return Object.entries(specs).map(([text, given]) => {
    const words = text.split(FLAG_SEPARATORS)
    const placeholder = parsePlaceholder(words.at(-1) ?? '')
    const flags = placeholder === undefined ? words : words.slice(0, -1)
    const last = flags.at(-1) ?? ''
    const isPair = flags.length === 2 && SHORT_FLAG.test(flags[0] ?? '') && LONG_FLAG.test(last)
    if (!isPair && !(flags.length === 1 && (SHORT_FLAG.test(last) || LONG_FLAG.test(last)))) {
      throw invalid(`'${text}' is no option: write '-t, --times <n>', '--all', or the like`)
    }
    for (const flag of flags) {
      if (taken.has(flag)) throw invalid(`the flag '${flag}' of '${text}' is that of another option too`)
      taken.add(flag)
    }
    return {
      key: keyOf(last.replace(/^--no-|^--?/, '')),
      text,
      taking: placeholder?.taking ?? 'nothing',
      spec: specOf(given),
    }
  })
}

function specOf<Spec extends ArgumentSpec>(given: string | Spec | undefined): Spec | { help: string | undefined } {
  return typeof given === 'object' ? given : { help: given }
}

/** What is written with dashes is a property with underscores. */
function keyOf(name: string): string {
  return name.replaceAll('-', '_')
}

/** Arguments are told apart by their place, so what may be missing stands behind what may not, and a list is the last. */
function checkOrder(parameters: readonly Parameter[], declaration: string): void {
  parameters.forEach(({ text, taking }, index) => {
    const next = parameters[index + 1]
    if (next === undefined) return
    if (taking === 'list') throw invalid(`'${text}' of '${declaration}' takes all that comes: put it last`)
    if (text.startsWith('[') && next.text.startsWith('<')) {
      throw invalid(`'${text}' of '${declaration}' may be left out: put it behind '${next.text}'`)
    }
  })
}

/** Only a flag and its negation, `--color` and `--no-color`, share a name. */
function checkKeys(declaration: Declaration, text: string): void {
  const known = new Map<string, Parameter>()
  for (const parameter of [...declaration.arguments, ...declaration.options]) {
    const other = known.get(parameter.key)
    if (other !== undefined && isNegation(other) === isNegation(parameter)) {
      throw invalid(`'${other.text}' and '${parameter.text}' of '${text}' are both called '${parameter.key}'`)
    }
    known.set(parameter.key, parameter)
  }
}

/** Whether it is an option that turns something off. */
function isNegation({ text }: Parameter): boolean {
  return /(?:^|[ |,])--no-/.test(text)
}

function invalid(message: string): FlagonError {
  return new FlagonError('COMMAND_INVALID', message)
}
