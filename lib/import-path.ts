import { basename, dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the code of an app or blueprint lives, told by its import name. */
export interface ImportPath {
  /** The folder of its module: `templates/` and `static/` are looked for here. */
  readonly root: string
  /** The name of its module, without folder and ending. */
  readonly name: string
}

/**
 * The folder and name that an import name stands for: `import.meta.url` (or a path with a slash) is the module itself,
 * any other text is a mere name, whose folder is the working directory.
 */
export function parse_import_name(import_name: string): ImportPath {
  const path = import_name.startsWith('file:') ? fileURLToPath(import_name) : import_name
  if (path !== import_name || path.includes('/')) {
    return { root: dirname(path), name: basename(path, extname(path)) }
  }
  return { root: process.cwd(), name: import_name }
}
