import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { CommandUsageError } from '../commands/errors.ts'

/** Files that are looked for, the one that wins last. */
const DEFAULT_NAMES = ['.flagonenv', '.env'] as const
/** Variable that, turned on, keeps the default files from being read. */
const SKIP_VARIABLE = 'FLAGON_SKIP_DOTENV'

/** What was set from files, so that reading them again may change it; everything else is the real environment. */
const fromFiles = new Map<string, string>()

/** Options of {@link load_dotenv}. */
export interface LoadDotenvOptions {
  /** Whether `.env` and `.flagonenv` are looked for. Default true, unless `FLAGON_SKIP_DOTENV` is on. */
  readonly load_defaults?: boolean | undefined
  /** Folder to look in, and in those above it. Default: the working folder. */
  readonly cwd?: string | undefined
}

/**
 * Sets the variables of the environment that `.env` and `.flagonenv` name; gives the paths of the files that were read.
 * A variable that is set already stays. What a given file says goes before `.env`, and that before `.flagonenv`. Each
 * is looked for in the working folder, then in the folders above it.
 *
 * @param path - a file to read besides.
 * @throws {@link CommandUsageError} when the given file cannot be read.
 * @see Flask `flask.cli.load_dotenv`
 */
export function load_dotenv(path?: string, options: LoadDotenvOptions = {}): string[] {
  const { load_defaults = !isOn(process.env[SKIP_VARIABLE]), cwd = process.cwd() } = options
  const found = load_defaults ? DEFAULT_NAMES.map((name) => findUpwards(name, cwd)) : []
  const files = found.filter((file) => file !== undefined)
  if (path !== undefined) files.push(resolve(cwd, path))
  const values = Object.assign({}, ...files.map(readVariables))
  for (const [name, value] of Object.entries<string>(values)) {
    const current = process.env[name]
    if (current !== undefined && current !== fromFiles.get(name)) continue
    process.env[name] = value
    fromFiles.set(name, value)
  }
  return files
}

/** The names of the variables that have their values from files. */
export function variablesFromFiles(): string[] {
  return [...fromFiles].filter(([name, value]) => process.env[name] === value).map(([name]) => name)
}

/** Whether a variable turns something on: it has a value that is none of `0`, `false`, `no` and `off`. */
export function isOn(flag: string | undefined): boolean {
  return flag !== undefined && flag !== '' && !['0', 'false', 'no', 'off'].includes(flag.toLowerCase())
}

function readVariables(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new CommandUsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function findUpwards(name: string, folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const file = join(current, name)
    if (existsSync(file)) return file
    if (dirname(current) === current) return undefined
  }
}
