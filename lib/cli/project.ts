import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { CommandUsageError } from '../commands/errors.ts'
import { projectFiles } from './project-files.ts'

/** Options of {@link createProject}. */
export interface CreateProjectOptions {
  /** Whether it is in JavaScript. Default false: in TypeScript. */
  readonly js?: boolean | undefined
  /** Folder that the name starts from. Default: the working folder. */
  readonly cwd?: string | undefined
}

/** A project that was made. */
export interface CreatedProject {
  /** Its folder, from the working folder; `.` for that itself. */
  readonly folder: string
  /** Its files, from its folder. */
  readonly files: readonly string[]
}

/** Names that npm takes without quoting, and that a folder can have everywhere. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/
const MAX_NAME_LENGTH = 214
/** What npm refuses, or would install in place of the framework. */
const TAKEN = new Set(['node_modules', 'favicon.ico', 'flagon', ...builtinModules])
const SECRET_BYTES = 32
const PACKAGE = new URL('../../package.json', import.meta.url)

/**
 * Makes a project in a new folder, or in one that is empty.
 *
 * @param path - of the folder; its last part is the name.
 * @throws {@link CommandUsageError} when the name will not do, or something is in the folder.
 */
export async function createProject(path: string, options: CreateProjectOptions = {}): Promise<CreatedProject> {
  const { js = false, cwd = process.cwd() } = options
  const folder = resolve(cwd, path)
  const name = basename(folder)
  checkName(name)
  const inside = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new CommandUsageError(`${folder} is no folder that could be filled (${error.code}): choose another name`)
  })
  if (inside.length > 0) {
    throw new CommandUsageError(`${folder} is not empty: choose another name, or empty it first`)
  }
  const { version }: { version: string } = JSON.parse(await readFile(PACKAGE, 'utf8'))
  const files = projectFiles({ name, version, secret: randomBytes(SECRET_BYTES).toString('hex'), js })
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    // Only who owns it reads the file with the secret.
    await writeFile(join(folder, file), text, { flag: 'wx', mode: file === '.env' ? 0o600 : 0o644 })
  }
  return { folder: relative(cwd, folder) || '.', files: [...files.keys()] }
}

function checkName(name: string): void {
  const why = reasonAgainst(name)
  if (why !== undefined) throw new CommandUsageError(`'${name}' cannot be the name of a project: ${why}`)
}

function reasonAgainst(name: string): string | undefined {
  if (TAKEN.has(name)) return 'the name is taken'
  if (name.length > MAX_NAME_LENGTH) return `a name has ${MAX_NAME_LENGTH} characters at most`
  if (NAME.test(name)) return undefined
  return "a name has small letters, digits, '-', '_' and '.', and begins with a letter or digit"
}
