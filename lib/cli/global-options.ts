import { type Parameter, parseDeclaration } from '../commands/declaration.ts'
import type { OptionSpec } from '../commands/values.ts'
import type { AppChoice } from './script-info.ts'

/** Options that say which app a command is about. They stand before the command, or behind one that needs the app. */
export const APP_OPTIONS = {
  '-A, --app <import>': "the app: 'module:name', 'module:create_app' or \"module:create_app('x')\"",
  '-e, --env-file <path>': 'a file of variables to read besides .env and .flagonenv',
  '--debug': { help: 'debug mode: reload, errors in the browser', default: null },
  '--no-debug': 'no debug mode',
} as const

/** The options before the command. */
export function rootOptions(): readonly Parameter<OptionSpec>[] {
  return parseDeclaration('flagon', { options: { ...APP_OPTIONS, '-V, --version': 'the versions of Flagon and Node' } })
    .options
}

/** What stands on a command line, as far as it must be known before its commands are. */
export interface Beginning extends AppChoice {
  /** The first word that is no option; undefined where there is none. */
  readonly command: string | undefined
  /** Whether the versions are asked for. */
  readonly version: boolean
}

const TAKING_TEXT: Readonly<Record<string, 'app' | 'env_file'>> = {
  '-A': 'app',
  '--app': 'app',
  '-e': 'env_file',
  '--env-file': 'env_file',
}
const DEBUG_FLAGS: Readonly<Record<string, boolean>> = { '--debug': true, '--no-debug': false }

/**
 * Reads the options of a command line that must be known first, since the app has commands of its own. What is wrong with
 * them is told later, by the parser of the whole.
 *
 * @param takesThem - whether a command takes these options behind its name as well.
 */
export function readBeginning(words: readonly string[], takesThem: (command: string) => boolean): Beginning {
  const found: { -readonly [K in keyof Beginning]: Beginning[K] } = { command: undefined, version: false }
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--') break
    const [flag, attached] = splitOption(word)
    const key = Object.hasOwn(TAKING_TEXT, flag) ? TAKING_TEXT[flag] : undefined
    if (key !== undefined) found[key] = attached ?? words[++index]
    else if (Object.hasOwn(DEBUG_FLAGS, word)) found.debug = DEBUG_FLAGS[word]
    else if (found.command !== undefined || word.startsWith('-')) {
      if (found.command === undefined && (word === '-V' || word === '--version')) found.version = true
    } else {
      found.command = word
      if (!takesThem(word)) break
    }
  }
  return found
}

/** `--app=x` and `-Ax` carry their text with them. */
function splitOption(word: string): [flag: string, attached: string | undefined] {
  const equals = word.indexOf('=')
  if (word.startsWith('--')) return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
  if (/^-[Ae]./.test(word)) return [word.slice(0, 2), word.slice(2)]
  return [word, undefined]
}
