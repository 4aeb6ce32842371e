import { statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Flagon } from '../app.ts'
import { nearest } from '../routing/nearest.ts'
import { type AppReference, parseAppReference } from './app-reference.ts'
import { loadModule } from './load-module.ts'
import { NoAppException } from './no-app.ts'

/** Modules that are looked for where none is named, in this order. */
const DEFAULT_MODULES = ['wsgi', 'app', 'src/wsgi', 'src/app'] as const
/** Endings of modules, in the order in which they are looked for. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'] as const
/** Files that a folder which is named as a module stands for. */
const FOLDER_FILES = ['index', 'app'] as const
/** Exports that are taken where none is named, in this order. */
const APP_NAMES = ['app', 'application', 'default'] as const
const FACTORY_NAMES = ['create_app', 'make_app', 'createApp', 'makeApp', 'default'] as const

type Exports = Readonly<Record<string, unknown>>

/**
 * The app that a text such as `shop/web:create_app('test')` names; without one, that of the usual file in the folder.
 *
 * @throws {@link NoAppException} which says where it was looked for.
 * @throws whatever the module or the factory throws.
 */
export async function locateApp(text: string | undefined, folder: string = process.cwd()): Promise<Flagon> {
  const reference = text === undefined ? undefined : parseAppReference(text)
  const path = findAppModule(text, folder)
  const exports = await loadModule(path)
  const shown = relative(folder, path)
  return reference?.name === undefined ? findBestApp(exports, shown) : findNamedApp(exports, reference, shown)
}

/**
 * The path of the module that {@link locateApp} takes the app from.
 *
 * @throws {@link NoAppException} when there is none.
 */
export function findAppModule(text: string | undefined, folder: string = process.cwd()): string {
  return text === undefined ? findDefaultModule(folder) : findModule(parseAppReference(text).module, folder)
}

/** Whether a value is an app, be it of this copy of the package or of another. */
export function isApp(value: unknown): value is Flagon {
  if (typeof value !== 'object' || value === null) return false
  try {
    const methods = ['handler', 'app_context', 'register_blueprint', 'test_client']
    return methods.every((name) => typeof Reflect.get(value, name) === 'function')
  } catch {
    // `current_app` and the like, passed on by a module, can only be read in a context.
    return false
  }
}

function findDefaultModule(folder: string): string {
  for (const name of DEFAULT_MODULES) {
    const found = findFile(resolve(folder, name))
    if (found !== undefined) return found
  }
  throw new NoAppException(
    `no app was found in ${folder}. Looked for ${listOf(DEFAULT_MODULES)} with ${listOf(ENDINGS, 'or')}. ` +
      "Name its module with 'flagon --app module:name', or in the variable FLAGON_APP",
  )
}

function findModule(module: string, folder: string): string {
  const path = resolve(folder, module)
  if (isFile(path)) return path
  // The dots of Python's modules are folders.
  const dotted = /^\w+(?:\.\w+)+$/.test(module) ? findFile(resolve(folder, module.replaceAll('.', '/'))) : undefined
  const found = findFile(path) ?? dotted
  if (found !== undefined) return found
  throw new NoAppException(
    `there is no module '${module}' in ${folder}. Looked for ${path} with ${listOf(ENDINGS, 'or')}`,
  )
}

/** The file of a module that is named without its ending, or the one that a folder stands for. */
function findFile(path: string): string | undefined {
  const bases = [path, ...FOLDER_FILES.map((name) => join(path, name))]
  return bases.flatMap((base) => ENDINGS.map((ending) => base + ending)).find(isFile)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

async function findBestApp(exports: Exports, module: string): Promise<Flagon> {
  for (const name of APP_NAMES) {
    const value = await exportOf(exports, name)
    if (isApp(value)) return value
  }
  const apps = new Set(Object.values(exports).filter(isApp))
  const [only] = apps
  if (only !== undefined && apps.size === 1) return only
  if (apps.size > 1) {
    const names = Object.keys(exports).filter((name) => isApp(exports[name]))
    throw new NoAppException(`'${module}' has several apps, ${listOf(names)}. Name one: --app ${module}:${names[0]}`)
  }
  for (const name of FACTORY_NAMES) {
    const factory = await exportOf(exports, name)
    if (!isFactory(factory)) continue
    if (factory.length > 0) {
      throw new NoAppException(
        `the factory '${name}' of '${module}' takes ${factory.length} arguments. Give them: --app "${module}:${name}(…)"`,
      )
    }
    const value = await factory()
    if (isApp(value)) return value
    throw new NoAppException(`the factory '${name}' of '${module}' gave no app: return it from there`)
  }
  const names = Object.keys(exports)
  throw new NoAppException(
    `'${module}' has neither an app nor a factory. Looked for the exports app, application and default, any other that is ` +
      `an app, and the functions create_app and make_app; it exports ${names.length === 0 ? 'nothing' : listOf(names)}. ` +
      `Name it: --app ${module}:name`,
  )
}

async function findNamedApp(exports: Exports, reference: AppReference, module: string): Promise<Flagon> {
  const { name = 'app', args } = reference
  const value = await exportOf(exports, name)
  if (value === undefined) {
    const near = nearest(name, Object.keys(exports))
    throw new NoAppException(
      `'${module}' has no export '${name}'${near === undefined ? '' : `. Did you mean '${module}:${near}'?`}`,
    )
  }
  const app = isFactory(value) ? await value(...(args ?? [])) : value
  if (isApp(app)) return app
  throw new NoAppException(`'${module}:${name}' is no app, and no function that gives one`)
}

/** What a module exports by a name; a promise of it is waited for. A CommonJS module has its exports in `default`. */
function exportOf(exports: Exports, name: string): unknown {
  if (name in exports) return exports[name]
  const inner = exports['default']
  return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
    ? Reflect.get(inner, name)
    : undefined
}

function isFactory(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))
}

function listOf(words: readonly string[], last = 'and'): string {
  return new Intl.ListFormat('en', { type: last === 'or' ? 'disjunction' : 'conjunction' }).format(words)
}
