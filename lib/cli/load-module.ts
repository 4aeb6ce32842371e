import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NoAppException } from './no-app.ts'
import { projectFolderOf } from './project-folder.ts'
import { placeSyntaxError } from './syntax-place.ts'

/** Loaders that run TypeScript, by a word in the options that node was started with. */
const TYPESCRIPT_LOADER = /\b(?:tsx|ts-node|swc|esbuild|tsimp)\b/
const TYPESCRIPT_ENDINGS = new Set(['.ts', '.mts', '.cts'])
/** Node's name for TypeScript that is more than types to be left out. */
const NOT_ERASABLE = 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'

let isTsxRegistered = false

/**
 * The exports of a module, be it JavaScript or TypeScript: run by Node itself where it leaves types out, else by the
 * `tsx` that is installed where the module lives.
 *
 * @throws {@link NoAppException} when nothing here runs TypeScript.
 * @throws whatever the module throws.
 */
export async function loadModule(path: string): Promise<Record<string, unknown>> {
  if (!TYPESCRIPT_ENDINGS.has(extname(path)) || isTypeScriptLoaderActive()) return importFile(path)
  if (!stripsTypes()) {
    if (await registerTsx(path)) return importFile(path)
    throw new NoAppException(
      `'${path}' is TypeScript, which Node ${process.versions.node} does not run by itself. ` +
        'Install tsx beside it (npm install tsx), or use Node 22.18 or newer',
    )
  }
  if (hasDecorators(path) && (await registerTsx(path))) return importFile(path)
  try {
    return await importFile(path)
  } catch (error) {
    if (!isNotErasable(error)) throw error
    if (await registerTsx(path)) return importFile(path)
    throw new NoAppException(
      `Node runs TypeScript by leaving the types out, and '${path}', or what it imports, has enums, decorators or the ` +
        'like, which need more than that. Install tsx beside it (npm install tsx), or write it without\n' +
        excerptOf(error),
    )
  }
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    await placeSyntaxError(error, projectFolderOf(dirname(path)))
    throw error
  }
}

function stripsTypes(): boolean {
  return Boolean(Reflect.get(process.features, 'typescript'))
}

/** Whether the process was started with a loader for TypeScript, as in `node --import tsx`. */
function isTypeScriptLoaderActive(): boolean {
  return isTsxRegistered || TYPESCRIPT_LOADER.test([...process.execArgv, process.env['NODE_OPTIONS']].join(' '))
}

/** True, once the `tsx` that is installed where a module lives runs TypeScript; false where there is none. */
async function registerTsx(path: string): Promise<boolean> {
  let loader: string
  try {
    loader = createRequire(pathToFileURL(path)).resolve('tsx')
  } catch {
    return false
  }
  // What `node --import tsx` does.
  await import(pathToFileURL(loader).href)
  isTsxRegistered = true
  return true
}

/** A line that begins with a decorator: Node leaves types out, and has no decorators. */
const DECORATOR = /^[ \t]*@[A-Za-z_$][\w$.]*(?:[ \t]*\(|[ \t]*$|[ \t]+(?:static|async|export|class)\b)/m
/** Doc comments, which have lines that begin alike. */
const COMMENT = /\/\*[\s\S]*?\*\//g

function hasDecorators(path: string): boolean {
  return DECORATOR.test(readFileSync(path, 'utf8').replaceAll(COMMENT, ''))
}

/** Whether Node could not run TypeScript for what is more than types in it. Decorators are a mere error of syntax to it. */
function isNotErasable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  return (
    Reflect.get(error, 'code') === NOT_ERASABLE ||
    (error.name === 'SyntaxError' && /unexpected token/.test(error.message))
  )
}

/** What an error says, and the place in the source where it has one. */
function excerptOf(error: Error): string {
  return (error.stack ?? error.message).replace(/\n +at [\s\S]*$/, '')
}
