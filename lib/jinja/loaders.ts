import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TemplateNotFound } from './exceptions.ts'
import type { Host } from './host.ts'

/** What a loader found. */
export interface TemplateSource {
  /** The template's text. */
  source: string
  /** The file it came from, for error messages; leave out where there is none. */
  filename?: string | undefined
  /** Whether the template is still what was loaded; left out, it is never loaded again. */
  uptodate?: (() => boolean) | undefined
}

/** A template that was compiled ahead of time, as {@link Environment.compile_module} writes it. */
export interface CompiledTemplate {
  /** Whether its output is escaped. */
  readonly autoescape: boolean
  /** What makes its functions, by the way to render. */
  readonly modes: Readonly<Record<string, (rt: never, env: never) => unknown>>
}

/**
 * Finds the sources of templates by name. A loader of your own extends this and overrides {@link get_source}.
 *
 * @see jinja2.BaseLoader
 */
export class BaseLoader {
  /**
   * The source of a template.
   *
   * @throws TemplateNotFound when there is none of that name.
   */
  get_source(_environment: Host, template: string): TemplateSource {
    throw new TemplateNotFound(template)
  }

  /** The template where it was compiled ahead of time; undefined, as by default, where it has to be made from its source. */
  get_compiled(_template: string): CompiledTemplate | undefined {
    return undefined
  }

  /** The names of all templates, sorted. @throws TypeError where the loader cannot know them. */
  list_templates(): string[] {
    throw new TypeError('this loader cannot list all templates')
  }
}

/**
 * The parts of a template's name.
 *
 * @throws TemplateNotFound for a name that would leave its folder or is no path: with `..`, a backslash, or a NUL.
 */
export function split_template_path(template: string): string[] {
  const parts: string[] = []
  for (const part of template.split('/')) {
    if (part === '..' || part.includes('\\') || part.includes('\0') || part.includes(sep === '/' ? '\\' : sep)) {
      throw new TemplateNotFound(template)
    }
    if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

/** How a {@link FileSystemLoader} reads. */
export interface FileSystemOptions {
  /** The encoding of the files; `utf-8` by default. */
  encoding?: BufferEncoding | undefined
  /** Whether {@link BaseLoader.list_templates} goes into linked folders; not by default. */
  followlinks?: boolean | undefined
}

/**
 * Loads templates from folders, the first that has one winning.
 *
 * @see jinja2.FileSystemLoader
 */
export class FileSystemLoader extends BaseLoader {
  /** The folders, absolute. */
  readonly searchpath: readonly string[]
  readonly #encoding: BufferEncoding
  readonly #followLinks: boolean

  /** @param searchpath One folder or several; a `file:` URL counts as its path. */
  constructor(searchpath: string | URL | readonly (string | URL)[], options: FileSystemOptions = {}) {
    super()
    const folders = Array.isArray(searchpath) ? searchpath : [searchpath]
    this.searchpath = folders.map((folder: string | URL) =>
      resolve(folder instanceof URL ? fileURLToPath(folder) : folder),
    )
    this.#encoding = options.encoding ?? 'utf-8'
    this.#followLinks = options.followlinks ?? false
  }

  override get_source(_environment: Host, template: string): TemplateSource {
    const parts = split_template_path(template)
    for (const folder of this.searchpath) {
      const filename = join(folder, ...parts)
      const changed = changeTime(filename)
      if (changed === undefined) continue
      const source = readFileSync(filename, this.#encoding)
      return { source, filename, uptodate: () => changeTime(filename) === changed }
    }
    const where = this.searchpath.map((folder) => `'${folder}'`).join(', ')
    throw new TemplateNotFound(
      template,
      `'${template}' not found in search path${this.searchpath.length === 1 ? '' : 's'}: ${where}`,
    )
  }

  override list_templates(): string[] {
    const names = new Set<string>()
    for (const folder of this.searchpath) this.#collect(folder, '', names, new Set())
    return [...names].sort()
  }

  #collect(folder: string, prefix: string, names: Set<string>, seen: Set<string>): void {
    const real = realPath(folder)
    // A link to a folder further up would be gone through without an end.
    if (real === undefined || seen.has(real)) return
    seen.add(real)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && this.#followLinks && statSync(path).isDirectory())
      if (isFolder) this.#collect(path, `${prefix}${entry.name}/`, names, seen)
      else if (changeTime(path) !== undefined) names.add(prefix + entry.name)
    }
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** When a file was changed last, in milliseconds; undefined where there is no such file. */
function changeTime(filename: string): number | undefined {
  const found = statSync(filename, { throwIfNoEntry: false })
  return found?.isFile() ? found.mtimeMs : undefined
}

/** The templates of a {@link DictLoader}: sources by name. */
export type TemplateMapping = Readonly<Record<string, string>> | ReadonlyMap<string, string>

/** Loads templates from an object or Map of sources. A changed source is noticed. */
export class DictLoader extends BaseLoader {
  /** The sources by name. */
  readonly mapping: TemplateMapping

  constructor(mapping: TemplateMapping) {
    super()
    this.mapping = mapping
  }

  #find(name: string): string | undefined {
    if (this.mapping instanceof Map) return this.mapping.get(name)
    return Object.hasOwn(this.mapping, name) ? (this.mapping as Readonly<Record<string, string>>)[name] : undefined
  }

  override get_source(_environment: Host, template: string): TemplateSource {
    const source = this.#find(template)
    if (source === undefined) throw new TemplateNotFound(template)
    return { source, uptodate: () => this.#find(template) === source }
  }

  override list_templates(): string[] {
    return (this.mapping instanceof Map ? [...this.mapping.keys()] : Object.keys(this.mapping)).sort()
  }
}

/** Loads templates by a function, which gives a source, more than that, or nothing for a name it does not know. */
export class FunctionLoader extends BaseLoader {
  readonly #load: (name: string) => string | TemplateSource | null | undefined

  constructor(load_func: (name: string) => string | TemplateSource | null | undefined) {
    super()
    this.#load = load_func
  }

  override get_source(_environment: Host, template: string): TemplateSource {
    const found = this.#load(template)
    if (found === null || found === undefined) throw new TemplateNotFound(template)
    return typeof found === 'string' ? { source: found } : found
  }
}

/** Loads templates from one of several loaders, which the start of the name chooses: `app1/index.html`. */
export class PrefixLoader extends BaseLoader {
  /** The loaders by prefix. */
  readonly mapping: Readonly<Record<string, BaseLoader>>
  /** What stands between the prefix and the rest of the name. */
  readonly delimiter: string

  constructor(mapping: Readonly<Record<string, BaseLoader>>, delimiter = '/') {
    super()
    this.mapping = mapping
    this.delimiter = delimiter
  }

  /** Asks the loader that the name's prefix chooses, with the rest of the name. */
  #ask<Found>(template: string, ask: (loader: BaseLoader, rest: string) => Found): Found {
    const at = template.indexOf(this.delimiter)
    const prefix = at < 0 ? '' : template.slice(0, at)
    const loader = at < 0 || !Object.hasOwn(this.mapping, prefix) ? undefined : this.mapping[prefix]
    if (loader === undefined) throw new TemplateNotFound(template)
    try {
      return ask(loader, template.slice(at + this.delimiter.length))
    } catch (error) {
      // The caller knows the whole name only.
      if (error instanceof TemplateNotFound) throw new TemplateNotFound(template)
      throw error
    }
  }

  override get_source(environment: Host, template: string): TemplateSource {
    return this.#ask(template, (loader, rest) => loader.get_source(environment, rest))
  }

  override get_compiled(template: string): CompiledTemplate | undefined {
    return this.#ask(template, (loader, rest) => loader.get_compiled(rest))
  }

  override list_templates(): string[] {
    const names: string[] = []
    for (const [prefix, loader] of Object.entries(this.mapping)) {
      for (const name of loader.list_templates()) names.push(prefix + this.delimiter + name)
    }
    return names
  }
}

/** Loads templates that {@link Environment.compile_module} compiled ahead of time. */
export class ModuleLoader extends BaseLoader {
  readonly #templates: ReadonlyMap<string, CompiledTemplate>

  /** @param templates What the compiled module exports under that name. */
  constructor(templates: ReadonlyMap<string, CompiledTemplate>) {
    super()
    this.#templates = templates
  }

  override get_compiled(template: string): CompiledTemplate {
    const found = this.#templates.get(template)
    if (found === undefined) throw new TemplateNotFound(template)
    return found
  }

  override list_templates(): string[] {
    return [...this.#templates.keys()].sort()
  }
}

/** Loads templates from the first of several loaders that has one. */
export class ChoiceLoader extends BaseLoader {
  /** The loaders, in the order in which they are asked. */
  readonly loaders: readonly BaseLoader[]

  constructor(loaders: readonly BaseLoader[]) {
    super()
    this.loaders = loaders
  }

  override get_source(environment: Host, template: string): TemplateSource {
    for (const loader of this.loaders) {
      try {
        return loader.get_source(environment, template)
      } catch (error) {
        if (!(error instanceof TemplateNotFound)) throw error
      }
    }
    throw new TemplateNotFound(template)
  }

  override get_compiled(template: string): CompiledTemplate | undefined {
    for (const loader of this.loaders) {
      try {
        const found = loader.get_compiled(template)
        if (found !== undefined) return found
        // A loader of sources that has the template comes before the compiled ones after it.
        if (loader.list_templates().includes(template)) return undefined
      } catch (error) {
        if (!(error instanceof TemplateNotFound || error instanceof TypeError)) throw error
      }
    }
    return undefined
  }

  override list_templates(): string[] {
    return [...new Set(this.loaders.flatMap((loader) => loader.list_templates()))].sort()
  }
}
